"""Slugs: names as stable parts of addresses and ids, the same on every machine."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Latin letters that Unicode does not decompose.
_LATIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i", "ŋ": "ng"}
)
_SYMBOLS = str.maketrans({"+": " plus ", "#": " sharp ", "&": " and ", "@": " at ", "%": " percent "})
_NOT_IN_SLUG = re.compile(r"[\W_]+")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_ID = 80


def plain(text: str) -> str:
    """Return text without case and accents, for comparing and sorting: ``Łukasz Kaiser`` -> ``lukasz kaiser``.

    Marks are only removed from Latin letters: in other scripts they make a different letter.
    """
    if text.isascii():
        return text.casefold()
    letters: list[str] = []
    for char in unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKD", text).casefold()
    ):  # decompose 𝕊 to S, then fold it to s
        if not unicodedata.combining(char) or not (letters and letters[-1].isascii()):
            letters.append(char)
    return unicodedata.normalize("NFC", "".join(letters)).translate(_LATIN)


def spelled_symbols(text: str) -> str:
    """Return text with words for the symbols that tell names apart: ``c++`` -> ``c plus plus``."""
    return text.translate(_SYMBOLS)


def slug(text: str) -> str:
    """Return text as a part of an address: ``C++ & Go`` -> ``c-plus-plus-and-go``, ``张`` -> ``u5f20``.

    It has only lower-case ASCII letters, digits and hyphens; other letters become their code point. Never empty.
    """
    folded = text.lower()
    if _SLUG.fullmatch(folded):  # most ids
        return folded
    words = _NOT_IN_SLUG.sub(" ", spelled_symbols(plain(text))).split()
    if words:
        return "-".join(word if word.isascii() else _encoded(word) for word in words)
    return _encoded(text) or "nothing"


def as_id(text: str) -> str:
    """Return a valid id similar to a text: in lower case, except for a code such as ``A 4``."""
    if not text.isascii():
        return slug(text)[:_LONGEST_ID].strip("-")
    words = "".join(char if char.isalnum() or char in "._" else " " for char in text).split()
    own = "-".join(words).lstrip("._-")
    is_code = own == own.upper() and any(char.isdecimal() for char in own)
    return (own if is_code else own.lower())[:_LONGEST_ID].rstrip("-") or "an-id"


def _encoded(word: str) -> str:
    return "".join(char if char.isascii() and char.isalnum() else f"u{ord(char):x}" for char in word)


def distinct_slugs(names: Iterable[str]) -> dict[str, str]:
    """Return a unique slug for each name; the same set of names always gets the same slugs."""
    slugs: dict[str, str] = {}
    ordered = sorted(set(names))
    bases = [slug(name) for name in ordered]
    taken = set(bases)
    used: set[str] = set()
    for name, base in zip(ordered, bases, strict=True):
        own, number = base, 1
        while own in used or (number > 1 and own in taken):
            number += 1
            own = f"{base}-{number}"
        used.add(own)
        slugs[name] = own
    return slugs
