"""The kinds of entries of a project, with their names in the language of the site."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from sphinx_recaps.core.language import number
from sphinx_recaps.core.messages import _, mark_plural, ngettext
from sphinx_recaps.core.warnings import RecapWarning, keep_valid_items
from sphinx_recaps.data.records import KINDS

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

NOUNS = {
    "poster": mark_plural("poster", "posters"),
    "session": mark_plural("session", "sessions"),
    "keynote": mark_plural("keynote", "keynotes"),
    "episode": mark_plural("episode", "episodes"),
    "resource": mark_plural("resource", "resources"),
}
RESERVED_NAMES = frozenset({"any", "event", "list", "person", "topic"})  # other types of the domain
PLURAL_COUNT = 100  # selects the plural of a noun without a number
_NAME = re.compile(r"[a-z][a-z0-9-]*")


class Kinds:
    """The kinds of a project: those of this extension, and those declared in ``recap_kinds``."""

    def __init__(self, config: Config) -> None:
        self._language = config.language
        self._declared: dict[str, tuple[str, str]] = dict(config.recap_kinds)
        self.names = (*KINDS, *(kind for kind in self._declared if kind not in KINDS))

    def noun(self, kind: str, count: int = 1) -> str:
        """Return the noun for a kind of entry, in the form for a number."""
        if kind in self._declared:
            return self._declared[kind][count != 1]
        return ngettext(*NOUNS[kind], count)

    def nouns(self, kind: str) -> str:
        """Return the plural noun for a kind."""
        return self.noun(kind, PLURAL_COUNT)

    def counted(self, kind: str, count: int) -> str:
        """Return a number of entries with its noun: ``71 posters``."""
        return _("{number} {nouns}").format(number=number(count, self._language), nouns=self.noun(kind, count))


def _forms(words: object, language: str) -> tuple[str, str] | None:
    """Return singular and plural of a declaration; None if it has none.

    A site in several languages declares them by language; without its own, the first one is used.
    """
    if isinstance(words, dict) and words:
        words = words.get(language) or words.get(language.partition("_")[0]) or next(iter(words.values()))
    if isinstance(words, (tuple, list)) and len(words) == 2 and all(isinstance(word, str) and word for word in words):
        return words[0], words[1]
    return None


def _mistake(kind: object, words: object, language: str) -> str:
    """Return the error in a declaration; '' if there is none."""
    if not isinstance(kind, str) or not _NAME.fullmatch(kind):
        return f"{kind!r} is not a name of a kind; write lower-case letters, digits and hyphens, such as 'workshop'"
    if kind in RESERVED_NAMES:
        return f"{kind!r} is another type of object; choose another name"
    if _forms(words, language) is None:
        return f"{kind!r} has {words!r}; write its singular and plural, such as ('workshop', 'workshops')"
    return ""


def _check(app: Sphinx, config: Config) -> None:
    """Report invalid declarations in ``recap_kinds``, and keep the words of the others in the language of the site."""
    find_mistake = partial(_mistake, language=config.language)
    valid = keep_valid_items(app, "recap_kinds", RecapWarning.KINDS, find_mistake)
    config.recap_kinds = {kind: _forms(words, config.language) for kind, words in valid.items()}


def setup_kinds(app: Sphinx) -> None:
    """Set up the setting, which is checked before the environment is loaded, because that contains the kinds."""
    app.add_config_value(
        "recap_kinds",
        {},
        "env",
        types=dict,
        description="Further kinds of entries, each with its singular and plural, such as "
        '`{"workshop": ("workshop", "workshops")}`, or with those of each language, such as '
        '`{"talk": {"en": ("talk", "talks"), "de": ("Vortrag", "Vorträge")}}`; or other words for a kind of the '
        "extension.",
    )
    app.connect("config-inited", _check)
