"""Names that look like one that was not found; among many they are found as quickly as among few."""

from __future__ import annotations

from collections import Counter, defaultdict
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FEW = 200  # names that are compared in full
_LOOKED_AT = 5_000  # names that have a part in common with the one that is looked for


class Names:
    """Names in an index of their pairs of letters: only those that share some are compared in full."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(dict.fromkeys(names))
        self._having: dict[str, list[int]] = defaultdict(list)
        self.compared = 0
        if len(self._names) > FEW:
            for number, name in enumerate(self._names):
                for pair in _pairs(name):
                    self._having[pair].append(number)

    def near(self, name: str, most: int = 3, cutoff: float = 0.5) -> list[str]:
        """Return the names that look most like another one, as :func:`difflib.get_close_matches` does."""
        candidates = self._names if len(self._names) <= FEW else self._candidates(name)
        self.compared += len(candidates)
        return get_close_matches(name, candidates, most, cutoff)

    def _candidates(self, name: str) -> list[str]:
        """Return the names that share most with another one; rare pairs of letters tell more than frequent ones."""
        shared: Counter[int] = Counter()
        looked_at = 0
        for numbers in sorted((self._having.get(pair, []) for pair in _pairs(name)), key=len):
            looked_at += len(numbers)
            if looked_at > _LOOKED_AT and shared:
                break
            shared.update(numbers[:_LOOKED_AT])
        alike = {number: count / (len(name) + len(self._names[number])) for number, count in shared.items()}
        return [self._names[number] for number in sorted(alike, key=lambda number: (-alike[number], number))[:FEW]]


def _pairs(name: str) -> set[str]:
    """Return each two neighbouring letters of a name, with marks for its beginning and end."""
    return {one + other for one, other in pairwise(f"^{name}$")}
