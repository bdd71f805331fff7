"""When two names mean the same person or the same topic: normal forms to compare, and near misses.

Pure functions: :mod:`sphinx_recaps.data.loader` compares the names of one file with them, the domain the names of all
files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from sphinx_recaps.core.slugs import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

# Vowels of Indic, Thai and other scripts, which \\w leaves out: they tell names apart.
_MARKS = "\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u109f\u1700-\u1cff\u3099\u309a\ua800-\uabff"
_NO_LETTER = re.compile(rf"(?:[^\w{_MARKS}]|_)+")
# What sets topics apart beside letters and digits: C, C++, C#, .NET.
_NO_WORD = re.compile(rf"(?:[^\w+#.{_MARKS}]|_|\.(?!\w)|(?<=\w)\.)+")
_AFTER_NAME = {"jr", "sr", "ii", "iii", "iv", "phd", "md", "inc", "ltd", "llc", "gmbh"}
_LETTERS = re.compile(r"[a-z]+")
_DOUBLED = re.compile(r"(.)\1")
_LONG_WORD = 8
_SHORTEST_SLIP = 6  # letters of a word in which a slip is told from another name


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
    suspects = _near_words((word for name in names for word in words_of(name)), _cuts)
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


def _near_words(words: Iterable[str], cuts: Callable[[str], Iterable[str]]) -> set[str]:
    """Return the words that may be one letter from another: nearly always few, which spares comparing the names."""
    distinct = set(words)
    seen: set[int] = set()
    shared: set[int] = set()
    for word in distinct:
        hashes = {*map(hash, cuts(word))}
        shared |= seen & hashes
        seen |= hashes
    return {word for word in distinct if not shared.isdisjoint(map(hash, cuts(word)))} if shared else set()


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
    if min(len(one), len(other)) < _SHORTEST_SLIP or one == other or one[0] != other[0]:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    swapped = len(one) > 1 and one[1::-1] == other[:2]
    return one[1:] == other or one == other[1:] or one[1:] == other[1:] or (swapped and one[2:] == other[2:])


def is_clear_slip(one: str, other: str) -> bool:
    """Return whether a slip is unlikely to be another name, as Petersen and Peterson or Daniel and Daniela are.

    It is in a word of eight letters or more, not at its end, and more than a letter that is doubled or not.
    """
    if max(len(one), len(other)) < _LONG_WORD or not is_slip(one, other):
        return False
    same_end = next((at for at, (a, b) in enumerate(zip(one[::-1], other[::-1], strict=False)) if a != b), 0)
    return same_end > 1 and _DOUBLED.sub(r"\1", one) != _DOUBLED.sub(r"\1", other)


@lru_cache(maxsize=1 << 14)
def name_words(name: str) -> tuple[str, ...]:
    """Return the words of the name of a person without case and accents."""
    return tuple(plain(name).split())


class People:
    """Names of people, by which a slip in another name is recognised.

    Names that differ by a slip in one word have a key in common: their other words, and that word without one of its
    letters. So looking for a slip takes as long among many names as among few. ``asked`` are the names that will be
    looked for: words that are near no other word need no key.
    """

    def __init__(self, names: Iterable[str], asked: Iterable[str]) -> None:
        names = list(names)
        words = {word for name in {*names, *asked} for word in name_words(name)}
        self._suspects = _near_words(words, _slip_cuts)
        self._by_key: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._order: dict[str, int] = {}
        self.compared = 0  # pairs of names
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Add a name; where another name may be several, the first one added is taken."""
        self._order.setdefault(name, len(self._order))
        for key in self._keys(name_words(name)):
            self._by_key[key].append(name)

    def near(self, name: str, likely: Callable[[str, str, str], bool] = lambda *_: True) -> str | None:
        """Return the person whose name this is but for a slip in one long word; None where there is none.

        ``likely`` says for a person and the two words that differ whether they are one person.
        """
        words = name_words(name)
        found: list[tuple[bool, int, str]] = []
        for person in {person for key in self._keys(words) for person in self._by_key.get(key, ())}:
            self.compared += 1
            differing = [pair for pair in zip(words, name_words(person), strict=True) if pair[0] != pair[1]]
            if len(differing) == 1 and is_slip(*differing[0]) and likely(person, *differing[0]):
                found.append((words[0] != name_words(person)[0], self._order[person], person))
        return min(found)[2] if found else None

    def _keys(self, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Yield for each suspect word of a name the keys that names with a slip in that word have, too."""
        for index, word in enumerate(words if len(words) > 1 else ()):
            if word in self._suspects:
                yield from ((*words[:index], "", cut, *words[index + 1 :]) for cut in _slip_cuts(word))


def _slip_cuts(word: str) -> Iterator[str]:
    """Yield a word that is long enough for slips, and it without each of its letters."""
    if len(word) >= _SHORTEST_SLIP:
        yield word
        yield from (word[:at] + word[at + 1 :] for at in range(len(word)))
