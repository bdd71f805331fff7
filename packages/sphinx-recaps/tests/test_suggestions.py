"""Suggestions for an unknown name, from an index that compares it with few of the known names."""

from __future__ import annotations

import random
from difflib import get_close_matches

import pytest
from sphinx_recaps.core.did_you_mean import MAX_CANDIDATES, SuggestionIndex

DRAW = random.Random(1)
SYLLABLES = ["ka", "lor", "mi", "ne", "ru", "ster", "vo", "ber"]
MANY_WORDS = sorted({"".join(DRAW.choices(SYLLABLES, k=DRAW.randint(3, 6))) for _ in range(8_000)})
CODES = [f"{year}-talk-{number}" for year in range(2010, 2020) for number in range(500)]


def typo(word: str) -> str:
    """Return a word with a letter removed, added, changed or swapped."""
    at = DRAW.randrange(1, len(word) - 1)
    return DRAW.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + "q" + word[at:],
            word[:at] + "q" + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )


@pytest.mark.one_in(3)
@pytest.mark.parametrize("names", [MANY_WORDS, CODES, MANY_WORDS[:MAX_CANDIDATES]], ids=["words", "codes", "few"])
def test_the_best_suggestion_equals_that_of_a_full_comparison(names: list[str]) -> None:
    index = SuggestionIndex(names)
    for word in DRAW.sample(names, 12):
        query = typo(word)
        best = get_close_matches(query, names, 1, 0.5)
        assert index.closest(query)[:1] == best
    assert index.closest("0000") == get_close_matches("0000", names, 3, 0.5) == []


def test_the_number_of_comparisons_is_limited() -> None:
    index = SuggestionIndex(MANY_WORDS)
    for word in DRAW.sample(MANY_WORDS, 20):
        index.closest(typo(word))
    assert index.compared <= 20 * MAX_CANDIDATES
