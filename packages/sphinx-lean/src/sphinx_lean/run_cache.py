"""The cache of the previous run: ``.leaninfo`` in the output folder, beside ``.buildinfo``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sphinx_lean.pages import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = ".leaninfo"
FORM = 4  # of the file format; a file with another one is ignored


@dataclass
class CachedPage:
    """A page after the previous run: digest, facts, bundled scripts, and addresses of its assets.

    ``pictures`` is the digest of the files for its images.
    """

    digest: str
    facts: Facts
    core: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    pictures: str = ""


@dataclass
class CachedAssets:
    """The style sheets of the previous run, by the group that each replaces, and their fonts.

    ``key`` is the digest of their sources; ``ids`` are those in their selectors, ``hosts`` those from which each style
    sheet loads.
    """

    key: str = ""
    ids: list[str] = field(default_factory=list)
    sheets: list[tuple[Any, str]] = field(default_factory=list)
    fonts: list[str] = field(default_factory=list)
    hosts: dict[str, list[str]] = field(default_factory=dict)


def read(root: Path, form: str) -> tuple[dict[str, CachedPage], CachedAssets]:
    """Return the cached pages by path, and their assets; nothing if the file is missing, broken or outdated."""
    try:
        with (root / NAME).open(encoding="utf-8") as file:
            if json.loads(next(file)) != [FORM, form]:
                return {}, CachedAssets()
            shared = CachedAssets(**json.loads(next(file)))
            lines = map(json.loads, file)
            return {path: CachedPage(**{**one, "facts": Facts(**one["facts"])}) for path, one in lines}, shared
    except (OSError, StopIteration, ValueError, KeyError, TypeError):
        return {}, CachedAssets()


def remove(root: Path) -> None:
    """Remove the cache."""
    (root / NAME).unlink(missing_ok=True)


def save(root: Path, pages: Mapping[str, CachedPage], shared: CachedAssets, form: str) -> None:
    """Write the cache: a line for the format, one for the assets, and one for each page."""
    part = root / f"{NAME}.part"
    with part.open("w", encoding="utf-8", newline="\n") as file:
        for one in ([FORM, form], asdict(shared)):
            file.write(json.dumps(one, sort_keys=True) + "\n")
        for path, page in sorted(pages.items()):
            kept = [path, {**vars(page), "facts": vars(page.facts)}]
            file.write(json.dumps(kept, sort_keys=True) + "\n")
    part.replace(root / NAME)
