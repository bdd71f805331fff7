"""Collects what pages and their scripts use of style sheets."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from sphinx_lean.composed import Parts
from sphinx_lean.requests import text_of
from sphinx_lean.selectors import Used
from sphinx_lean.sheets import custom_properties

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sphinx_lean.pages import Facts
    from sphinx_lean.settings import Settings

# Words of a script, except the names of methods that it calls: in no class of a page.
_WORD = re.compile(r"(?<![\w$.-])[A-Za-z_$][\w$-]*|(?<=\.)[A-Za-z_$][\w$-]*(?![\w$-]|\s*\()")
_FILE = re.compile(r"[\w.-]+\.(?:m?js|css|html?|json|svg|xml)\b")


def used_by(root: Path, facts: Sequence[Facts], settings: Settings) -> Used:
    """Return what some pages use, and the names to keep."""
    kept = {address for one in facts for address in one.kept_sheets}
    scripts = {root / path for one in facts for path in one.scripts}
    read = _with_loaded(root, scripts) | {root / address for address in kept if "//" not in address}
    profile = settings.profile
    known = {path for path in read if profile is not None and profile.knows(path.relative_to(root).as_posix())}
    words = chain.from_iterable([settings.keep, *(one.words for one in facts), *map(_words_in, read - known)])
    used = Used(
        {name for one in facts for name in one.classes},
        {name for one in facts for name in one.ids},
        {name for one in facts for name in one.tags},
        set(words),
        Parts.of(
            [*map(text_of, read - known), *(text for one in facts for text in one.inline)],
            {word for one in facts for word in one.data},
        ),
        tuple(sorted(name.removesuffix("*").lower() for name in settings.keep if name.endswith("*"))),
        set(settings.keep).union(*(one.reads for one in facts), *(custom_properties(text_of(path)) for path in read)),
        {word for one in facts for word in one.named},
        unknown=any("//" in address for address in kept),
    )
    there = used.classes | used.ids | used.words
    for path in sorted(known):
        names = profile.names_of(path.relative_to(root).as_posix(), there) if profile is not None else None
        used.words |= {word.lower() for word in (_words_in(path) if names is None else names)}
    return used


def _words_in(path: Path) -> list[str]:
    return _WORD.findall(text_of(path))


def _with_loaded(root: Path, scripts: Iterable[Path]) -> set[Path]:
    """Return scripts and the files of the site that these may load, by their names."""
    files: dict[str, list[Path]] = {}
    for path in (root / "_static").rglob("*"):
        files.setdefault(path.name, []).append(path)
    found = set(scripts)
    waiting = list(found)
    while waiting:
        names = set(_FILE.findall(text_of(waiting.pop())))
        new = set(chain.from_iterable(files.get(name, ()) for name in names)) - found
        found |= new
        waiting += new
    return found
