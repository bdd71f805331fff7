"""The codes of languages, such as ``ko`` and ``pt-BR``."""

from __future__ import annotations

from functools import cache
from itertools import chain

from babel import Locale, UnknownLocaleError

_OFTEN = ("de", "es", "fr", "it", "ja", "ko", "nl", "pt", "zh")  # whose own names are understood, too


@cache
def is_language(code: str) -> bool:
    """Return whether a text is the code of a language, with or without a country, that Babel knows."""
    try:
        Locale.parse(code, sep="-" if "-" in code else "_")
    except (ValueError, UnknownLocaleError):
        return False
    return True


@cache
def code_of_language(name: str) -> str:
    """Return the code of a language from its name, in English or in itself; '' if Babel has no such name."""
    key = name.casefold()
    english = Locale.parse("en").languages
    codes = (code for code, known in sorted(english.items()) if known.casefold() == key)
    own = (code for code in _OFTEN if str(Locale.parse(code).get_language_name(code)).casefold() == key)
    return next(chain(codes, own), "")
