"""When two names mean the same person or the same topic: normal forms to compare, and near misses.

Pure functions without a file: :mod:`sphinx_recaps.datafile` compares the names of one file with them, the domain those
of all files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from sphinx_recaps.slugs import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Vowels of Indic, Thai and other scripts, which \\w leaves out: they tell names apart.
_MARKS = "\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u109f\u1700-\u1cff\u3099\u309a\ua800-\uabff"
_NO_LETTER = re.compile(rf"(?:[^\w{_MARKS}]|_)+")
# What sets topics apart beside letters and digits: C, C++, C#, .NET.
_NO_WORD = re.compile(rf"(?:[^\w+#.{_MARKS}]|_|\.(?!\w)|(?<=\w)\.)+")
_AFTER_NAME = {"jr", "sr", "ii", "iii", "iv", "phd", "md", "inc", "ltd", "llc", "gmbh"}
_LETTERS = re.compile(r"[a-z]+")
_LONG_WORD = 8


@lru_cache(maxsize=1 << 16)
def person_key(name: str) -> str:
    """Return the form that all spellings of one person share.

    Case, accents, apostrophes, spaces and hyphens do not count, and ``Mew, Jeffrey`` is ``Jeffrey Mew``.
    """
    folded = plain(name)
    if folded.count(",") == 1:
        family, given = folded.split(",")
        if _NO_LETTER.sub("", given) not in _AFTER_NAME:
            folded = f"{given} {family}"
    return _NO_LETTER.sub("", folded) or folded


@lru_cache(maxsize=1 << 14)
def topic_key(name: str) -> str:
    """Return the form that all spellings of one topic share.

    Case, accents, punctuation, ``and`` and ``&``, plurals and -ise or -ize do not count; digits, ``+`` and ``#`` do.
    """
    return "".join(words_of(name)) or plain(name)


@lru_cache(maxsize=1 << 14)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name without case, accents and plurals; ``and`` is none."""
    words = [word for word in _NO_WORD.sub(" ", plain(name).replace("&", " ")).split() if word != "and"]
    return tuple(_singular(word) for word in words)


def _singular(word: str) -> str:
    word = re.sub(r"is(?=(?:e|ed|ing|ation|ations)$)", "iz", word) if len(word) > _LONG_WORD else word
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def near_topics(names: Sequence[str]) -> list[tuple[str, str]]:
    """Return pairs of topics whose only difference is a slip in one long word, ``Trainnig`` for ``Training``.

    Words under eight letters and slips in the first letter do not count: Python and Cython are two topics.
    """
    suspects = _near_words({word for name in names for word in words_of(name)})
    variants: dict[tuple[str, ...], str] = {}
    pairs: list[tuple[str, str]] = []
    for name in names:
        words = words_of(name)
        near: str | None = None
        for index, word in enumerate(words):
            for cut in _cuts(word) if word in suspects else ():
                other = variants.setdefault((*words[:index], f"{index}:{cut}", *words[index + 1 :]), name)
                near = near or (other if topic_key(other) != topic_key(name) else None)
        if near is not None:
            pairs.append((near, name))
    return pairs


def _near_words(words: Iterable[str]) -> set[str]:
    """Return the words that are one letter from another: nearly always none, which spares comparing the names."""
    first: dict[str, str] = {}
    near: set[str] = set()
    for word in words:
        for cut in _cuts(word):
            other = first.setdefault(cut, word)
            if other != word:
                near |= {other, word}
    return near


@lru_cache(maxsize=1 << 14)
def _cuts(word: str) -> tuple[str, ...]:
    """Return a long word, and it without each of its letters but the first; nothing for other words."""
    if len(word) < _LONG_WORD - 1 or not _LETTERS.fullmatch(word):
        return ()
    return (word, *(word[:at] + word[at + 1 :] for at in range(1, len(word))))


def is_slip(one: str, other: str) -> bool:
    """Return whether a word is another long one with one letter more, less, changed, or two letters swapped.

    The words are in lower case. A slip in the first letter does not count, nor do words under six letters.
    """
    if min(len(one), len(other)) < _LONG_WORD - 2 or one == other or one[0] != other[0]:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    swapped = len(one) > 1 and one[1::-1] == other[:2]
    return one[1:] == other or one == other[1:] or one[1:] == other[1:] or (swapped and one[2:] == other[2:])


@lru_cache(maxsize=1 << 14)
def _name_words(name: str) -> tuple[str, ...]:
    return tuple(plain(name).split())


def may_have_slips(names: Iterable[str]) -> bool:
    """Return whether two of the names have words that are a letter apart: nearly always not, and quickly said."""
    return bool(_near_words({word for name in names for word in _name_words(name)}))


class People:
    """Names of people, by which a slip in another name is known."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_word: dict[tuple[int, str], list[str]] = defaultdict(list)
        for name in names:
            words = _name_words(name)
            for word in {words[0], words[-1]} if len(words) > 1 else ():
                self._by_word[len(words), word].append(name)

    def near(self, name: str) -> str | None:
        """Return the person whose name this is but for a slip in one long word; None where there is none."""
        words = _name_words(name)
        ends = (words[0], words[-1]) if len(words) > 1 else ()
        for person in [person for end in ends for person in self._by_word.get((len(words), end), ())]:
            pairs = zip(words, _name_words(person), strict=True)
            differing = [pair for pair in pairs if pair[0] != pair[1]]
            if len(differing) == 1 and is_slip(*differing[0]):
                return person
        return None
