"""People are sorted by family name, on every machine alike."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.core import name_order
from sphinx_recaps.core.name_order import family_first, split_name

SORTED = [
    "Ana de la Cruz",  # a particle in lower case follows the given name
    "Mario D’Angelo",  # an apostrophe does not separate words
    "Ed De",  # nothing comes before something: De, then De La Cruz
    "Juan De La Cruz",  # a particle with a capital letter is part of the family name
    "DeepSpeed Team Microsoft Corporation",  # an organisation has no family name
    "Doe J. R.",  # initials may follow the family name
    "Max Doe",
    "Dr. Zoe Doe",  # a title is not part of a name
    "Vincent van Gogh",
    "Łukasz Kaiser",  # accents do not matter
    "Prof. Dr. Max Müller, PhD",
    "Conor O'Brien",
    "Teller",
    "Иван Сидоров",
    "张伟",  # scripts without family names first or last are as written
    "王芳",
]


def test_people_are_sorted_by_family_name() -> None:
    shuffled = random.Random(1).sample(SORTED, len(SORTED))
    assert sorted(shuffled, key=family_first) == SORTED


words = st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x52F), min_size=1, max_size=9)
known = st.sampled_from(
    ["Dr", "King", "Bin", "Jr", "PhD", "DEL", "Abu", "née", "Ana-Maria", "MacLeod", "ICH", "García-Pérez"]
)


initials = st.text(st.characters(categories=["Lu"], max_codepoint=0x52F), max_size=2).map(
    lambda text: "".join(f"{letter}. " for letter in text)
)


@given(first=words.map(str.title) | known, between=initials, last=words.map(str.title) | known)
def test_common_names_are_sorted_as_the_parser_reads_them(first: str, between: str, last: str) -> None:
    name = f"{first} {between}{last}"
    parts = split_name(name)
    assert not parts.given or parts == name_order._parsed(name)


@pytest.mark.parametrize("name", ["Dr.", "!!!", "Ann Other (Garden)", "@handle", "A", "हिन्दी नाम", "J. R."])
def test_odd_names_have_a_key_as_well(name: str) -> None:
    """It contains letters or digits, if the name does."""
    key = family_first(name)
    assert any(map(str.isalnum, key)) == any(map(str.isalnum, name))
    assert key == key.strip()
