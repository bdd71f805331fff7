"""Names of the kinds of entries, in the language of the site."""

from __future__ import annotations

from sphinx_recaps.core.language import number
from sphinx_recaps.core.messages import _, mark_plural, ngettext

NOUNS = {
    "poster": mark_plural("poster", "posters"),
    "session": mark_plural("session", "sessions"),
    "keynote": mark_plural("keynote", "keynotes"),
    "episode": mark_plural("episode", "episodes"),
    "resource": mark_plural("resource", "resources"),
}
SEVERAL = 100  # for a noun in its plural, without a number


def noun(kind: str, count: int = 1) -> str:
    """Return the name of a kind of entry, in the form for a number."""
    return ngettext(*NOUNS[kind], count)


def nouns(kind: str) -> str:
    """Return the plural name of a kind."""
    return noun(kind, SEVERAL)


def counted(kind: str, count: int, language: str) -> str:
    """Return a number of entries in words: ``71 posters``."""
    return _("{number} {nouns}").format(number=number(count, language), nouns=noun(kind, count))
