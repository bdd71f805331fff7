"""What the pass knows from the run before; ``.leaninfo`` in the output folder keeps it, beside ``.buildinfo``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sphinx_lean.pages import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = ".leaninfo"
FORM = 4  # of the file; with another one all is read anew


@dataclass
class Known:
    """A page as the pass left it: its digest, what is on it, its scripts, and the addresses that the pass gave it.

    ``pictures`` is the digest of what its images offer.
    """

    digest: str
    facts: Facts
    core: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    pictures: str = ""


@dataclass
class Shared:
    """The style sheets of the run before, by the group of sheets that each stands for, and their fonts.

    ``key`` is the digest of all that they were made from; ``ids`` are those that the sheets ask for, ``hosts`` those
    that each file of styles gets something from.
    """

    key: str = ""
    ids: list[str] = field(default_factory=list)
    sheets: list[tuple[Any, str]] = field(default_factory=list)
    fonts: list[str] = field(default_factory=list)
    hosts: dict[str, list[str]] = field(default_factory=dict)


def read(root: Path, form: str) -> tuple[dict[str, Known], Shared]:
    """Return the pages by their path, and what they share; nothing where the file is of another form, or broken."""
    try:
        with (root / NAME).open(encoding="utf-8") as file:
            if json.loads(next(file)) != [FORM, form]:
                return {}, Shared()
            shared = Shared(**json.loads(next(file)))
            lines = map(json.loads, file)
            return {path: Known(**{**one, "facts": Facts(**one["facts"])}) for path, one in lines}, shared
    except (OSError, StopIteration, ValueError, KeyError, TypeError):
        return {}, Shared()


def save(root: Path, pages: Mapping[str, Known], shared: Shared, form: str) -> None:
    """Write what :func:`read` reads: a line for the form, one for what pages share, and one for each page."""
    with (root / NAME).open("w", encoding="utf-8", newline="\n") as file:
        for one in ([FORM, form], asdict(shared)):
            file.write(json.dumps(one, sort_keys=True) + "\n")
        for path, page in sorted(pages.items()):
            kept = [path, {**vars(page), "facts": vars(page.facts)}]
            file.write(json.dumps(kept, sort_keys=True) + "\n")
