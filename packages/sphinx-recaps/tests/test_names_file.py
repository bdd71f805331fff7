"""The data file of names: what is known about people and topics, and every mistake at its line."""

from __future__ import annotations

import pytest
from sphinx_recaps.data.loader import Allowed, load_bytes
from sphinx_recaps.data.name_records import NameIndex
from sphinx_recaps.data.names_file import load_names_bytes

PEOPLE = """
people:
  - name: Ann Other
    also: [A. Other, Ann Another]
    sort: Other, Ann
    links:
      - https://example.org/ann
      - title: Code
        url: https://git.example/ann
    note: Grows orchids.
  - name: Garden Team
    kind: team
topics:
  - name: Optimisation
    also: Optimization
"""


def problems(text: str) -> list[str]:
    return [f"{one.line}: {one.message}" for one in load_names_bytes(text.lstrip().encode()).problems]


def test_records_have_all_that_is_known() -> None:
    loaded = load_names_bytes(PEOPLE.encode())
    assert loaded.problems == ()
    assert loaded.content
    ann, team = loaded.content.people
    assert (ann.also, ann.sort, ann.note) == (("A. Other", "Ann Another"), "Other, Ann", "Grows orchids.")
    assert [(link.title, link.url) for link in ann.links] == [
        ("example.org", "https://example.org/ann"),
        ("Code", "https://git.example/ann"),
    ]
    assert (team.kind, ann.kind) == ("team", None)
    index = NameIndex(loaded.content)
    assert index.one("person", ["A. Other", "Bo Li", "Ann Other"]) == ("Ann Other", "Bo Li")
    assert index.one("topic", ["Optimization"]) == ("Optimisation",)


MISTAKES = {
    "": ["1: the file is empty; write `people:` and below it `- name: …`"],
    "Ann": ["1: the file contains only text, 'Ann'; write `people:` and below it `- name: …`"],
    "- name: Ann Other": ["1: the file is a list; write `people:` above it"],
    "people: Ann": ["1: `people` takes a list; write `- name: …` below it, or `people: []` for none"],
    "people: [Ann Other]": ["1: a person starts with `- name: …`"],
    "persons: [{name: Ann Other}]": ["1: unknown key 'persons'; the keys are people and topics"],
    "peoples: [{name: Ann Other}]": ["1: unknown key 'peoples'; did you mean `people`?"],
    "people: [{also: Ann}]": ["1: `name` is missing; write `name: The name`"],
    "people: [{name: Ann, aka: A.}]": ["1: unknown key 'aka'; did you mean `also`?"],
    "people: [{name: Ann, kind: group}]": ["1: `kind`: 'group' is unknown; it is one of team"],
    "people: [{name: Ann, links: ['javascript:x']}]": [
        "1: `links`: 'javascript:x' uses the scheme javascript; write an address with https, http or mailto"
    ],
    "people: [{name: Ann, note: '<b>x</b>'}]": ["1: HTML does not work in data files; write `x`"],
    "people: [{name: Ann, also: [A., B., A.]}]": ["1: 'A.' is on line 1 already; remove one of them"],
    """
people:
  - name: José Pérez
    also: [Jose Perez]  # its own name in another form
  - name: Bo Li
    also:
      - JOSE PEREZ
  - name: bo li
""": [
        (
            "6: 'JOSE PEREZ' is too close to 'José Pérez', which is on line 2 already; a name belongs to one person, "
            "so remove one"
        ),
        "7: 'bo li' is too close to 'Bo Li', which is on line 4 already; a name belongs to one person, so remove one",
    ],
    """
people:
  - name: Jo Anne Doe
    links: [https://example.org/1]
  - name: Joanne Doe
""": [
        (
            "4: 'Joanne Doe' is nearly 'Jo Anne Doe' on line 2; write one of them under `also` of the other or, "
            "if they are two people, give each a link of its own under `links`"
        )
    ],
}


@pytest.mark.parametrize(("text", "expected"), list(MISTAKES.items()), ids=range(len(MISTAKES)))
def test_each_mistake_is_reported_at_its_line(text: str, expected: list[str]) -> None:
    assert problems(text) == expected


def test_correct_records_beside_a_mistake_are_kept() -> None:
    content = load_names_bytes(b"people: [{name: Ann, sort: [], also: [A.]}, {}, {name: ann}, {name: Bo}]").content
    assert content
    assert [(person.name, person.also) for person in content.people] == [("Ann", ("A.",)), ("Bo", ())]


ENTRIES = b"""
kind: session
entries:
  - {id: a, title: A, people: [Ann Other], topics: [Optimization]}
  - {id: b, title: B, people: [ann-other, Bo Li], topics: [Optimisation, optimization, Vision]}
"""


def test_declared_spellings_are_no_mistakes_in_lists() -> None:
    """People keep the name as published; topics have the preferred one, once."""
    assert len(load_bytes(ENTRIES).problems) == 3
    names = load_names_bytes(
        b"people: [{name: Ann Other, also: ann-other}]\n"
        b"topics: [{name: Optimisation, also: [Optimization, optimization]}]"
    )
    loaded = load_bytes(ENTRIES, "", Allowed(names=NameIndex(names.content)))
    assert loaded.problems == ()
    assert loaded.content
    entries = getattr(loaded.content, "entries", ())
    assert [entry.people for entry in entries] == [("Ann Other",), ("ann-other", "Bo Li")]
    assert [entry.topics for entry in entries] == [("Optimisation",), ("Optimisation", "Vision")]


def test_a_person_listed_twice_under_two_names_is_a_mistake() -> None:
    names = NameIndex(load_names_bytes(b"people: [{name: Ann Other, also: Ann Another}]").content)
    text = b"kind: session\nentries:\n  - {id: a, title: A, people: [Ann Other, Ann Another]}\n"
    (problem,) = load_bytes(text, "", Allowed(names=names)).problems
    assert problem.message == "'Ann Another' is listed twice in this entry; remove one"


def test_each_person_is_counted_once_whatever_is_declared() -> None:
    """An entry may list somebody twice, which is reported, or under two names."""
    names = NameIndex(load_names_bytes(b"people: [{name: Ann Other, also: Ann Another}]").content)
    assert names.one("person", ["Bo Li", "Bo Li"]) == ("Bo Li",)
    assert names.one("person", ["Ann Another", "Bo Li", "Ann Other"]) == ("Ann Other", "Bo Li")
