"""Whether two names mean the same person or topic: normal forms to compare, and likely typos.

:mod:`sphinx_recaps.data.loader` uses it for the names in one file, the domain for the names in all files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from sphinx_recaps.core.slugs import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

# Vowels of Indic, Thai and other scripts, which \\w does not match; they distinguish names.
_MARKS = "\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u109f\u1700-\u1cff\u3099\u309a\ua800-\uabff"
NO_LETTER = re.compile(rf"(?:[^\w{_MARKS}]|_)+")
# Besides letters and digits, these distinguish topics: C, C++, C#, .NET.
_NO_WORD = re.compile(rf"(?:[^\w+#.{_MARKS}]|_|\.(?!\w)|(?<=\w)\.)+")
_AFTER_NAME = {"jr", "sr", "ii", "iii", "iv", "phd", "md", "inc", "ltd", "llc", "gmbh"}
# The name of an organisation may contain "and", and has no family name.
_ORGANISATION = re.compile(
    r"\b(?:academy|cent(?:er|re)|college|community|company|corporation|department|foundation|group|inc|institute|labs?"
    r"|laboratory|llc|ltd|ministry|project|school|society|team|university)\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[a-z]+")
_DOUBLED = re.compile(r"(.)\1")
_LONG_WORD = 8
_MIN_TYPO_LENGTH = 6  # letters; a difference in a shorter word is likely to be another name


@lru_cache(maxsize=1 << 16)
def person_key(name: str) -> str:
    """Return a key that is the same for all spellings of one person.

    It ignores case, accents, apostrophes, spaces and hyphens, and takes ``Mew, Jeffrey`` for ``Jeffrey Mew``.
    """
    folded = plain(name)
    if folded.count(",") == 1:
        family, given = folded.split(",")
        if NO_LETTER.sub("", given) not in _AFTER_NAME:
            folded = f"{given} {family}"
    return NO_LETTER.sub("", folded) or folded


def is_organisation(name: str) -> bool:
    """Return whether a name has a word of organisations, such as ``team`` or ``university``."""
    return _ORGANISATION.search(name) is not None


@lru_cache(maxsize=1 << 14)
def topic_key(name: str) -> str:
    """Return a key that is the same for all spellings of one topic.

    It ignores case, accents, punctuation, ``and``, ``&``, plurals, and -ise or -ize, but not digits, ``+`` or ``#``.
    """
    return "".join(words_of(name)) or plain(name)


@lru_cache(maxsize=1 << 14)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name except ``and``, in the singular, without case and accents."""
    words = [word for word in _NO_WORD.sub(" ", plain(name).replace("&", " ")).split() if word != "and"]
    return tuple(_singular(word) for word in words)


def _singular(word: str) -> str:
    word = re.sub(r"is(?=(?:e|ed|ing|ation|ations)$)", "iz", word) if len(word) > _LONG_WORD else word
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def near_topics(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of topics whose only difference is a typo in one long word, ``Trainnig`` for ``Training``.

    Words under eight letters and first letters are not compared: Python and Cython are two topics.
    """
    topics = TypoIndex((), names, words_of, min_words=1)
    for name in names if topics.has_suspects else ():
        other = topics.find(name, _is_topic_typo)
        topics.add(name)
        if other is not None:
            yield other, name


def _is_topic_typo(_topic: str, one: str, other: str) -> bool:
    return max(len(one), len(other)) >= _LONG_WORD and all(map(_LETTERS.fullmatch, (one, other)))


def _similar_words(words: Iterable[str]) -> set[str]:
    """Return the words that may differ from another by one letter; few do, so few names need to be compared."""
    hashes = {word: _variant_hashes(word) for word in set(words)}
    seen: set[int] = set()
    shared: set[int] = set()
    for own in hashes.values():
        shared |= seen & own
        seen |= own
    return {word for word, own in hashes.items() if not shared.isdisjoint(own)} if shared else set()


def _typo_variants(word: str) -> tuple[str, ...]:
    """Return a word, and its variants without one letter other than the first; nothing for a short word."""
    if len(word) < _MIN_TYPO_LENGTH:
        return ()
    return (word, *(word[:at] + word[at + 1 :] for at in range(1, len(word))))


@lru_cache(maxsize=1 << 14)
def _variant_hashes(word: str) -> frozenset[int]:
    return frozenset(map(hash, _typo_variants(word)))


def is_typo(one: str, other: str) -> bool:
    """Return whether two long words differ by one letter added, left out or changed, or by two letters swapped.

    Both are in lower case. Words under six letters, or with different first letters, are taken for different names.
    """
    if min(len(one), len(other)) < _MIN_TYPO_LENGTH or one == other or one[0] != other[0]:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    swapped = len(one) > 1 and one[1::-1] == other[:2]
    return one[1:] == other or one == other[1:] or one[1:] == other[1:] or (swapped and one[2:] == other[2:])


def is_certain_typo(one: str, other: str) -> bool:
    """Return whether a difference is almost certainly a typo, unlike Petersen and Peterson, or Daniel and Daniela.

    It is in a word of eight letters or more, not at its end, and not just a doubled letter.
    """
    if max(len(one), len(other)) < _LONG_WORD or not is_typo(one, other):
        return False
    same_end = next((at for at, (a, b) in enumerate(zip(one[::-1], other[::-1], strict=False)) if a != b), 0)
    return same_end > 1 and _DOUBLED.sub(r"\1", one) != _DOUBLED.sub(r"\1", other)


@lru_cache(maxsize=1 << 14)
def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a person's name without case and accents."""
    return tuple(plain(name).split())


class TypoIndex:
    """Finds the name that a misspelt one means.

    Names that differ by a typo in one word share a key: their other words, and that word without one of its letters.
    A query therefore takes the same time with many names as with few. ``queries`` are the names that will be looked
    up: words that are similar to no other word need no key. Names with fewer words than ``min_words`` are not compared.
    """

    def __init__(
        self,
        names: Iterable[str],
        queries: Iterable[str],
        words_of: Callable[[str], tuple[str, ...]] = name_words,
        min_words: int = 2,
    ) -> None:
        names = list(names)
        self._words, self._min_words = words_of, min_words
        suspects = _similar_words(word for name in {*names, *queries} for word in words_of(name))
        self._variants = {word: _typo_variants(word) for word in suspects}
        self._by_key: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._order: dict[str, int] = {}
        self.compared = 0  # pairs of names
        for name in names:
            self.add(name)

    @property
    def has_suspects(self) -> bool:
        """Whether any word is similar to another one."""
        return bool(self._variants)

    def add(self, name: str) -> None:
        """Add a name; if a misspelt name fits several, the one added first is taken."""
        self._order.setdefault(name, len(self._order))
        for key in self._keys(self._words(name)):
            self._by_key[key].append(name)

    def find(self, name: str, likely: Callable[[str, str, str], bool] = lambda *_: True) -> str | None:
        """Return the name that differs only by a typo in one long word, or None.

        ``likely`` gets a name and the two words that differ, and returns whether it can be the same person or topic.
        """
        words = self._words(name)
        matches: list[tuple[bool, int, str]] = []
        for other in {other for key in self._keys(words) for other in self._by_key.get(key, ())}:
            self.compared += 1
            differing = [pair for pair in zip(words, self._words(other), strict=True) if pair[0] != pair[1]]
            if len(differing) == 1 and is_typo(*differing[0]) and likely(other, *differing[0]):
                matches.append((words[0] != self._words(other)[0], self._order[other], other))
        return min(matches)[2] if matches else None

    def _keys(self, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Yield the keys that a name shares with names that have a typo in one of its suspect words."""
        for index, word in enumerate(words if len(words) >= self._min_words else ()):
            if word in self._variants:
                yield from ((*words[:index], "", variant, *words[index + 1 :]) for variant in self._variants[word])
