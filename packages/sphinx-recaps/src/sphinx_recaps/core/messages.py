"""Texts for readers, in the language of the site. Messages for authors are in English.

The catalogues are in ``locale/``; CONTRIBUTING.md says how to add a message or a language. Look up
messages when they are shown, never at import, because the language is not known then.
"""

from __future__ import annotations

import json
import re
from gettext import NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.locale import translators

from sphinx_recaps.core.language import plural_examples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sphinx.application import Sphinx

CATALOGUE = "sphinx_recaps"
LOCALE = Path(__file__).parents[1] / "locale"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

# Sphinx's own functions make an empty catalogue in each call, which takes longer than all else; lists call them for
# each entry.
_NO_CATALOGUE = NullTranslations()
_KEY = ("general", CATALOGUE)


def _(message: str) -> str:
    """Return a message in the language of the site."""
    return translators.get(_KEY, _NO_CATALOGUE).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """Return the form of a message for a number."""
    return translators.get(_KEY, _NO_CATALOGUE).ngettext(one, many, number)


def mark_plural(one: str, many: str) -> tuple[str, str]:
    """Mark the two forms of a noun for extraction; :func:`ngettext` translates them later."""
    return one, many


def plural_forms(one: str, many: str, language: str) -> dict[str, str]:
    """Return the forms of a message by plural category, as in ``Intl.PluralRules`` of JavaScript."""
    return {category: ngettext(one, many, number) for category, number in plural_examples(language)}


def labelled(name: str, text: str) -> str:
    """Return a text after a label: ``archived copy: Slides``."""
    return _("{name}: {text}").format(name=name, text=text)


def capitalised(text: str) -> str:
    """Return text that starts with a capital letter, if its script has any."""
    return text[:1].upper() + text[1:]


def filled(message: str, parts: Mapping[str, Sequence[nodes.Node]]) -> list[nodes.Node]:
    """Return a message as nodes; ``parts`` replace each ``{name}``."""
    content: list[nodes.Node] = []
    for number, part in enumerate(_PLACEHOLDER.split(message)):
        content += parts[part] if number % 2 else [nodes.Text(part)] * bool(part)
    return content


def for_script(words: Mapping[str, Any]) -> str:
    """Return messages as JSON for the attribute ``data-words``, which scripts read."""
    return json.dumps(words, ensure_ascii=False, separators=(",", ":"))


def setup_messages(app: Sphinx) -> None:
    """Load the catalogue of the language."""
    app.add_message_catalog(CATALOGUE, str(LOCALE))
