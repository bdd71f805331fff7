"""What the pass knows of the scripts of a theme, with the versions that it was tested with.

Without a profile, scripts stay as they are. To add one, write a module with the name of the theme.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet

if TYPE_CHECKING:
    from collections.abc import Container, Mapping


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
    marks: str = ""
    """The script that marks search words; it is loaded on pages that a search led to."""
    marks_globals: frozenset[str] = frozenset()
    """Names that it defines."""
    on_use: Mapping[str, str] = field(default_factory=dict)
    """Scripts to load at the first interaction, with the name that each defines."""
    unneeded: Mapping[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    """Scripts without effect unless another script uses one of some names, or the page has an element (a selector)."""
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
        scripts = (*self.bundled, *self.search, self.marks, *self.on_use, *self.unneeded)
        return any(fnmatchcase(path, pattern) for pattern in scripts)


NO_PROFILE = Profile(theme="", versions={}, options="", bundled=(), globals=frozenset())


def profile_of(theme: str) -> tuple[Profile, str]:
    """Return the profile of a theme; ``NO_PROFILE`` and the reason if there is none for the installed versions."""
    if not Path(__file__).with_name(f"{theme}.py").is_file():
        return NO_PROFILE, f"has no profile for the theme {theme}"
    profile: Profile = import_module(f"{__name__}.{theme}").PROFILE
    for name, tested in profile.versions.items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = ""
        if not installed or not SpecifierSet(tested).contains(installed, prereleases=True):
            return NO_PROFILE, f"was tested with {name} {tested}, not with {installed or 'a copy of it'}"
    return profile, ""
