"""Localisation with Babel: numbers, lists, names of scripts, plural forms, and the direction of text."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.numbers import format_decimal

from sphinx_recaps.core.builders import is_web

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docutils import nodes
    from sphinx.application import Sphinx

ENGLISH = "en_GB"  # for sites in `en`, or in a language that Babel does not know
_TRIED = (*range(201), 1_000_000)  # numbers that cover all plural forms of every language


@cache
def locale_of(language: str) -> Locale:
    """Return the Babel locale of a language, named as in ``conf.py``."""
    try:
        return Locale.parse(ENGLISH if language == "en" else language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse(ENGLISH)


@cache
def number(value: int, language: str) -> str:
    """Return a number with separators: ``1,234`` or ``1.234``."""
    return format_decimal(value, locale=locale_of(language))


@cache
def list_separator(language: str) -> str:
    """Return the separator in a list without “and”: ``, `` or ``、``."""
    locale = locale_of(language)
    separator: str = locale.list_patterns["standard"]["middle"].removeprefix("{0}").removesuffix("{1}")
    if any(char.isalpha() for char in separator):  # in Arabic “and” is before each item
        return "، " if locale.text_direction == "rtl" else ", "
    return separator


def listed(texts: Iterable[str], language: str) -> str:
    """Return texts as a list that has no “and”."""
    return list_separator(language).join(texts)


def either(texts: Iterable[str], language: str) -> str:
    """Return texts as alternatives: ``one or two``."""
    return format_list([*texts], style="or", locale=locale_of(language))


@cache
def plural_examples(language: str) -> tuple[tuple[str, int], ...]:
    """Return each plural form of a language with the least number that has it: ``("one", 1), ("other", 0)``."""
    form = locale_of(language).plural_form
    return tuple(sorted({form(value): value for value in reversed(_TRIED)}.items()))


@cache
def script_name(english: str, language: str) -> str:
    """Return the name of a script, such as ``Cyrillic``, in another language; unchanged if Babel does not know it."""
    codes = {name: code for code, name in Locale.parse("en").scripts.items()}
    name = str(locale_of(language).scripts.get(codes.get(english, ""), english))
    return name[:1].upper() + name[1:]


@cache
def language_name(code: str, language: str) -> str:
    """Return the name of a language in another one: ``Korean``; the code if Babel does not know it."""
    locale = Locale.parse(code, sep="-" if "-" in code else "_")
    name = str(locale.get_display_name(locale_of(language)) or code)
    return name[:1].upper() + name[1:]


def _add_direction(
    app: Sphinx, _pagename: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Add ``dir`` to the element ``html``, after ``lang``, which is the only attribute that templates set."""
    if is_web(app.builder) and locale_of(app.config.language).text_direction == "rtl":
        context["language"] = f'{context["language"]}" dir="rtl'


def setup_direction(app: Sphinx) -> None:
    """Set the direction of text, which themes do not do for right-to-left languages."""
    app.connect("html-page-context", _add_direction, priority=999)  # last, because other handlers read the language


def shortened(text: str, length: int) -> str:
    """Return the beginning of a text: whole words, unless it is in a script without spaces between them."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    start = text[: length - 1]
    words = start.rpartition(" ")[0]
    return f"{words if len(words) > length // 2 else start}…"
