"""Names in data files: likely typos are reported, and other names are not."""

from __future__ import annotations

import random
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.core.name_matching import TypoIndex, is_typo

if TYPE_CHECKING:
    from tests.support import Files, Project

POSTERS = """\
kind: poster
entries:
  - id: A1
    title: One
    people: [Piotr Bialecki, Miquel Farré, Wei Zhang, Anna Kowalska]
  - id: A2
    title: Two
    people: [Piotr Bialecki, Wei Zheng]
"""
FILES: Files = {
    "index.md": "# Home\n\n```{toctree}\n:glob:\n*/*\n```\n",
    "day/posters.md": "# Posters\n\n:::{catalogue} posters.yaml\n:::\n",
    "day/posters.yaml": POSTERS,
}
CONF = 'recap_known_names = ["Anna Kowalski"]\n'


def test_two_spellings_within_an_event_are_reported(project: Project) -> None:
    """They may be in different files. The spelling with more entries counts as correct."""
    more = "kind: session\nentries:\n  - id: s\n    title: S\n    people: [Piotr Bialeki]\n"
    files = {**FILES, "day/sessions.yaml": more, "day/sessions.md": "# S\n\n:::{catalogue} sessions.yaml\n:::\n"}
    built = project(files, conf=CONF)
    assert (
        "day/sessions.yaml:5: WARNING: 'Piotr Bialeki' is nearly 'Piotr Bialecki' in day/posters.yaml:5"
        in built.messages
    )
    assert built.messages.count("\n") == 1


def test_records_settle_similar_names(project: Project) -> None:
    """One with both names, or two with different links; two without links settle nothing."""
    more = "  - id: A3\n    title: Three\n    people: [Anna Kowalski, Piotr-Bialecki]\n"
    files = {**FILES, "day/posters.yaml": POSTERS + more}
    before = project(files).messages
    assert "use one spelling, or list one under `also` of the other in people.yaml; if they are two people" in before
    assert "'Piotr-Bialecki' is spelt 'Piotr Bialecki' on line 5" in before
    one = "people:\n  - {name: Piotr Bialecki, also: Piotr-Bialecki}\n"
    assert project({**files, "people.yaml": f"{one}  - {{name: Anna Kowalska, also: Anna Kowalski}}\n"}).messages == ""
    two = f"{one}  - {{name: Anna Kowalska, links: [https://a.example]}}\n  - {{name: Anna Kowalski"
    assert project({**files, "people.yaml": f"{two}, links: [https://b.example]}}\n"}).messages == ""
    assert "'Anna Kowalski' is nearly 'Anna Kowalska'" in project({**files, "people.yaml": f"{two}}}\n"}).messages


def test_a_setting_lists_names_that_look_like_typos(project: Project) -> None:
    files = {**FILES, "day/posters.yaml": POSTERS.replace("Wei Zheng", "Anna Kowalski")}
    assert project(files, conf=CONF).messages == ""
    assert "is nearly 'Anna Kowalska'" in project(files).messages


def two_events(one: str, other: str) -> Files:
    """Return a project with two events, with one person each."""
    files = dict(FILES)
    for folder, name in {"day": one, "night": other}.items():
        text = f"kind: poster\nentries:\n  - id: A1\n    title: One\n    people: [{name}]\n"
        files |= {
            f"{folder}/posters.yaml": text,
            f"{folder}/posters.md": "# Posters\n\n:::{catalogue} posters.yaml\n:::\n",
        }
    return files


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Patricio Cerda-Mardini", "Particio Cerda-Mardini"),
        ("Piotr Bialecki", "Piotr Bialceki"),
        ("Soumith Chintala", "Soumith Chintola"),
        ("Miquel Gutiérrez", "Miquel Gutirrez"),
    ],
)
def test_a_clear_typo_is_reported_across_events(project: Project, one: str, other: str) -> None:
    """The message names both places, because either spelling may be the correct one."""
    messages = project(two_events(one, other)).messages
    assert messages.count("\n") == 1
    assert all(part in messages for part in (f"{one!r}", f"{other!r}", "day/posters.yaml:5", "night/posters.yaml:5"))


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Kowalska", "Anna Kowalske"),
        ("Anders Petersen", "Anders Peterson"),
        ("Daniela Rossi", "Daniele Rossi"),
        ("Christian Weber", "Christina Weber"),
        ("Anna Johansson", "Anna Johanson"),
        ("Max Schmidt", "Max Schmitt"),
    ],
)
def test_similar_names_in_different_events_are_accepted(project: Project, one: str, other: str) -> None:
    """Within one event they would be reported, but an archive has many people with similar names."""
    assert project(two_events(one, other)).messages == ""


def test_a_word_that_occurs_in_another_name_is_not_a_typo(project: Project) -> None:
    files = two_events("Marta Fernanda", "Marta Fernarda")
    more = files["night/posters.yaml"] + "  - id: A2\n    title: Two\n    people: [Juan Fernarda]\n"  # type: ignore[operator]
    assert project({**files, "night/posters.yaml": more}).messages == ""


def test_the_time_per_name_does_not_grow_with_their_number() -> None:
    """This holds even if many people share a given name or a family name."""
    draw = random.Random(1)
    names = sorted({f"Maria {''.join(draw.choices(['ka', 'lo', 'mi', 'ne', 'ru'], k=5))}s Rossi" for _ in range(9_000)})
    people = TypoIndex(names, names)
    assert sum(people.find(name) is not None for name in names[::50]) == 0
    assert people.compared < len(names)


words = st.text(string.ascii_lowercase, min_size=6, max_size=12)


@given(word=words, at=st.integers(1, 10), letter=st.sampled_from(string.ascii_lowercase))
def test_one_added_missing_changed_or_swapped_letter_is_a_typo(word: str, at: int, letter: str) -> None:
    at = min(at, len(word) - 1)
    for other in (word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]):
        assert is_typo(word, other) == is_typo(other, word) == (word != other)
    shorter = word[:at] + word[at + 1 :]
    assert is_typo(word, shorter) == (len(shorter) > 5)
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    assert is_typo(word, swapped) == (swapped != word)


@given(word=words)
def test_two_changed_letters_are_not_a_typo(word: str) -> None:
    assert not is_typo(word, f"{word[:1]}1{word[2:-1]}2")
    assert not is_typo(word, f"1{word[1:]}")
    assert not is_typo(word, word)
