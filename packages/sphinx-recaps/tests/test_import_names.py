"""People in programmes: one name each, apart from titles, roles and affiliations."""

from __future__ import annotations

import pytest
from sphinx_recaps.importers.names import Known, divide_titles, speakers_in, unify_spellings, without_nobody
from sphinx_recaps.importers.programme import Report, Speaker, Talk


def as_text(people: list[Speaker]) -> str:
    """Return people as ``name/role/affiliation``, separated by semicolons."""
    return "; ".join(f"{person.name}/{person.role}/{person.affiliation}" for person in people)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ann Other", "Ann Other//"),
        ("Ann Other, Bob Else", "Ann Other//; Bob Else//"),
        ("Ann Other, Bob Else and Cy Three", "Ann Other//; Bob Else//; Cy Three//"),
        ("Other, Ann; Else, Bob", "Ann Other//; Bob Else//"),
        (
            "Dr. Ann Other (Example Co); Prof. Bob Else, CEO, Other GmbH",
            "Ann Other//Example Co; Bob Else/CEO/Other GmbH",
        ),
        ("Ann Other & Bob Else, Example Co", "Ann Other//Example Co; Bob Else//Example Co"),
        ("Ann Other, Example", "Ann Other//Example"),
        ("Ann Other, PhD", "Ann Other//"),
        ("Research and Development Team", "Research and Development Team//"),
        ("张伟、李娜", "张伟//; 李娜//"),
        ("Juan de la Cruz, María García", "Juan de la Cruz//; María García//"),
    ],
)
def test_names_are_separated_from_titles_and_companies(text: str, people: str) -> None:
    assert as_text(speakers_in(text)) == people


@pytest.mark.parametrize(
    ("text", "title", "people"),
    [
        ("Moss - Ann Other, Example Co", "Moss", "Ann Other//Example Co"),
        ("Moss - and fern - Ann Other, Head, A & B Ltd", "Moss - and fern", "Ann Other/Head/A & B Ltd"),
        ("Moss - Ann Other, A Co & Bob Else, B Co", "Moss", "Ann Other//A Co; Bob Else//B Co"),
        ("Moss - Ann Other & Bob Else, A Co", "Moss", "Ann Other//A Co; Bob Else//A Co"),
        (
            "Moss – Ann Other, Cy Three, Dee Four & Bob (Rob) Else, A Co; Eve Five, CMU & Octo",
            "Moss",
            "Ann Other//A Co; Cy Three//A Co; Dee Four//A Co; Bob (Rob) Else//A Co; Eve Five//CMU & Octo",
        ),
        ("Panel - Moderated by Ann Other, A Co; Bob Else, B Co", "Panel", "Ann Other//A Co; Bob Else//B Co"),
        ("Moss - TBA", "Moss", "TBA//"),
        ("Moss - a field guide", "Moss - a field guide", ""),
        ("DeepMoss - Efficient Growing at Scale", "DeepMoss - Efficient Growing at Scale", ""),
    ],
)
def test_titles_are_separated_from_speakers(text: str, title: str, people: str) -> None:
    divided = divide_titles([text, "Other talk - Zoë Zed, Example Co"])[0]
    assert (divided[0], as_text(divided[1])) == (title, people)


def test_a_comma_separates_speakers_where_no_companies_are() -> None:
    assert as_text(divide_titles(["Moss - Ann Other, Bob Else"], speakers_in)[0][1]) == "Ann Other//; Bob Else//"


def test_a_person_has_one_name_and_placeholders_are_left_out() -> None:
    report = Report()
    names = [
        "Prof. Dr. Ann Other (she/her)",
        "Ann  Other",
        "TBA",
        "Bob Else / Garden Lab",
        "Cy Three / Dee Four",
        "n/a",
    ]
    talk = Talk((), "talk 1", people=[Speaker(name) for name in names])
    assert as_text(without_nobody(talk, report)) == "Ann Other//; Bob Else//Garden Lab; Cy Three//; Dee Four//"
    assert [line.split("“")[1].split("”")[0] for line in report.notes] == ["TBA", "n/a"]


def test_a_name_has_the_spelling_of_the_project_unless_it_is_declared_there() -> None:
    names = ["ANN OTHER", "Bob Élse", "Bob Else", "B. Declared"]
    talks = [Talk((), "talk", people=[Speaker(name)], topics=["COMPUTER VISION", "Soils"]) for name in names]
    known = Known(("Ann Other", "B Declared"), ("Computer Vision",), frozenset({"B. Declared"}))
    unify_spellings(talks, known, Report())
    assert [talk.people[0].name for talk in talks] == ["Ann Other", "Bob Élse", "Bob Élse", "B. Declared"]
    assert talks[0].topics == ["Computer Vision", "Soils"]
