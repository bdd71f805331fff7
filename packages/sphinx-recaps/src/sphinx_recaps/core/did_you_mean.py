"""Suggestions for a name that was not found, and a note on how one differs from what it looks the same as."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from difflib import get_close_matches
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_CANDIDATES = 200  # names that are compared in full
_MAX_INDEXED = 5_000  # names with a letter pair of the query that are counted
# Letters and marks of other scripts that look like ASCII.
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοѵ‐‑‒–—−’‘ʼ“”",
    "ABESIJKMHOPCTYXaesijopcyxdqwABEZHIKMNOPTYXov------'''\"\"",
)


class SuggestionIndex:
    """Finds names similar to a query; large sets are indexed by letter pairs, so few names are compared in full."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(dict.fromkeys(names))
        self._by_pair: dict[str, list[int]] = defaultdict(list)
        self.compared = 0
        if len(self._names) > MAX_CANDIDATES:
            for number, name in enumerate(self._names):
                for pair in _letter_pairs(name):
                    self._by_pair[pair].append(number)

    def closest(self, query: str, limit: int = 3, cutoff: float = 0.5) -> list[str]:
        """Return up to ``limit`` names, the most similar first, as :func:`difflib.get_close_matches` does."""
        candidates = self._names if len(self._names) <= MAX_CANDIDATES else self._candidates(query)
        self.compared += len(candidates)
        return get_close_matches(query, candidates, limit, cutoff)

    def _candidates(self, query: str) -> list[str]:
        """Return the names that share most letter pairs with the query; rare pairs are counted first."""
        shared: Counter[int] = Counter()
        counted = 0
        for numbers in sorted((self._by_pair.get(pair, []) for pair in _letter_pairs(query)), key=len):
            counted += len(numbers)
            if counted > _MAX_INDEXED and shared:
                break
            shared.update(numbers[:_MAX_INDEXED])
        scores = {number: count / (len(query) + len(self._names[number])) for number, count in shared.items()}
        best = sorted(scores, key=lambda number: (-scores[number], number))
        return [self._names[number] for number in best[:MAX_CANDIDATES]]


def _letter_pairs(name: str) -> set[str]:
    """Return each pair of neighbouring letters, with ``^`` before the first and ``$`` after the last."""
    return {one + other for one, other in pairwise(f"^{name}$")}


def lookalike_note(written: str, meant: str) -> str:
    """Return a note on how two texts that look the same differ, to append to ``meant``; '' if they look different."""
    if written == meant or _appearance(written) != _appearance(meant):
        return ""
    start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(written, meant, strict=False)))
    rest = written[start:], meant[start:]
    end = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*(text[::-1] for text in rest), strict=False)))
    own_points, meant_points = (_code_points(text[: len(text) - end]) for text in rest)
    return f" (it looks the same, but has {meant_points} where you wrote {own_points})"


def with_lookalike_notes(written: str, suggestions: Iterable[str]) -> list[str]:
    """Return the suggestions other than ``written`` itself, each with its :func:`lookalike_note`."""
    return [f"{name}{lookalike_note(written, name)}" for name in suggestions if name != written]


def did_you_mean(query: str, names: Iterable[str], otherwise: str) -> str:
    """Return up to three similar names as a question; another hint if there are none."""
    near = with_lookalike_notes(query, get_close_matches(query, list(names), 3, 0.5))
    return f"did you mean {', '.join(near)}?" if near else otherwise


def _appearance(text: str) -> str:
    """Return a form that is the same for all texts that look the same."""
    plain = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES)
    return "".join(" " if char.isspace() else char for char in plain if unicodedata.category(char) != "Cf")


def _code_points(text: str) -> str:
    return " ".join(f"U+{ord(char):04X}" for char in text) or "nothing"
