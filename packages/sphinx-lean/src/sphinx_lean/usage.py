"""Collects what pages and their scripts use of style sheets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from sphinx_lean.composed import Parts
from sphinx_lean.files import text_of
from sphinx_lean.sheets import custom_properties

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sphinx_lean.pages import Facts
    from sphinx_lean.selectors import Need
    from sphinx_lean.settings import Settings

WORD = re.compile(r"[A-Za-z_$][\w$-]*")  # in scripts
# Words of a script, except the names of methods that it calls: in no class of a page.
_WORD = re.compile(r"(?<![\w$.-])[A-Za-z_$][\w$-]*|(?<=\.)[A-Za-z_$][\w$-]*(?![\w$-]|\s*\()")
_FILE = re.compile(r"[\w.-]+\.(?:m?js|css|html?|json|svg|xml)\b")
# Prefixes of names created by external scripts, for which the theme has rules: MathJax, Jupyter widgets.
_FOREIGN = ("mathjax", "mjx", "jp-", "lm-", "widget-", "jupyter-", "leaflet-", "xr-")


@dataclass
class Used:
    """What the pages of a site and their scripts use, case-insensitively.

    ``classes``, ``ids`` and ``tags`` are those of elements; ``words`` of scripts may become any of them, and so may
    names composed of ``parts``, or with one of some ``prefixes``. ``reads`` are custom properties,
    ``named`` words of fonts and animations. With ``unknown``, style sheets that cannot be read may use any of these.
    """

    classes: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    parts: Parts = field(default_factory=Parts)
    prefixes: tuple[str, ...] = ()
    reads: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    unknown: bool = False

    def __post_init__(self) -> None:
        for kind in ("classes", "ids", "tags", "words", "named"):
            setattr(self, kind, {name.lower() for name in getattr(self, kind)})

    def names(self, name: str) -> bool:
        """Return whether a script or a style may use the name of a custom property, a font or an animation."""
        is_named = self.named.issuperset(WORD.findall(name.lower()) or [name])
        return self.unknown or name in self.reads or is_named or self._may_be_in_scripts(name)

    def meets(self, needs: Iterable[Need]) -> bool:
        """Return whether an element may meet all needs of a selector."""
        return all(map(self._is_met, needs))

    def _is_met(self, need: Need) -> bool:
        if need.choices:
            return any(map(self.meets, need.choices))
        low, found = need.name.lower(), getattr(self, need.kind)
        return low in found or low.startswith(_FOREIGN) or self._may_be_in_scripts(need.name)

    def _may_be_in_scripts(self, name: str) -> bool:
        """Return whether scripts have a name; one of several words, such as ``md:w-1/2``, if they have all of them."""
        low = name.lower()
        words = WORD.findall(low)
        return (
            bool(words and self.words.issuperset(words)) or self.parts.may_make(name) or low.startswith(self.prefixes)
        )


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
