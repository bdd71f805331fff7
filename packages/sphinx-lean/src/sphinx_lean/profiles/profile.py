"""The form of a profile."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Profile:
    """The scripts of a theme, by their paths in the output folder, and what each of them needs and offers.

    A page is processed with a profile if it has all scripts in ``bundled``.
    """

    theme: str
    """The name of the theme, as in ``html_theme``."""
    versions: Mapping[str, str]
    """The versions it was tested with, by distribution, such as ``~=0.24.0``."""
    options: str
    """The script that defines the options which inline scripts of pages extend."""
    bundled: tuple[str, ...]
    """Scripts of every page that work the same once the page is complete; they become one file, in this order."""
    globals: frozenset[str]
    """Names that they define. They stay as they are if a script that cannot wait uses one of these."""
    search: tuple[str, ...] = ()
    """Scripts that only searching needs; ``*`` matches any text."""
    search_globals: frozenset[str] = frozenset()
    """Names that they define."""
    search_fields: tuple[str, ...] = ()
    """Scripts that show results beside a search field; they are loaded when it first gets the focus."""
    search_page: str = ":not(*)"
    """A selector for an element of a search page, which loads all of these scripts at once."""
    on_use: Mapping[str, str] = field(default_factory=dict)
    """Scripts to load at the first interaction, with the name that each defines."""
    unneeded: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Scripts without effect unless another script uses one of some names."""
    styling: frozenset[str] = frozenset()
    """Scripts that insert style sheets."""
    elements: Mapping[str, str] = field(default_factory=dict)
    """Scripts without effect unless the page has an element, with its selector."""
    inline: tuple[str, ...] = ()
    """A part of each inline script of the theme that depends on no other script."""
    names: tuple[tuple[str, str, str], ...] = ()
    """Classes, ids and tags that a script gives to elements, if a page has or uses a name ('' for any page).

    Without an entry, a script may use any word in it.
    """
    loaders: tuple[Path, ...] = ()
    """Scripts to add to the bundle, before all others, in one block."""

    def names_of(self, path: str, there: Container[str]) -> set[str] | None:
        """Return the names that a script gives to elements of pages with some names; None if they are not known."""
        found = [(needed, names) for pattern, needed, names in self.names if fnmatchcase(path, pattern)]
        named = (names.split() for needed, names in found if not needed or needed in there)
        return set(chain.from_iterable(named)) if found else None

    def knows(self, path: str) -> bool:
        """Return whether a script is one of these."""
        scripts = (*self.bundled, *self.search, *self.on_use, *self.unneeded, *self.elements)
        return any(fnmatchcase(path, pattern) for pattern in scripts)
