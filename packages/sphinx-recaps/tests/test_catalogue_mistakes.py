"""Mistakes in options and data files of lists: they are reported, and everything else is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from test_catalogue import FILES, PAGE, POSTERS, titles, with_options

if TYPE_CHECKING:
    from tests.support import Project


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["topic: Visoin"], "there is no topic 'Visoin' in events/2021-day/posters.yaml; did you mean Vision?"),
        (["person: Bo Lee"], "there is no person 'Bo Lee' in events/2021-day/posters.yaml; did you mean Bo Li?"),
        (["limit: 0"], "'0' is not a number of entries; write 1 or more, such as 6"),
        (["heading-level: 1"], "'1' is not a level of a heading; write a number from 2 to 6"),
        (["sort: date"], "code"),
        (["topic: Vision", "person: Nobody"], "there is no person 'Nobody'"),
    ],
)
def test_an_invalid_option_is_reported_and_the_list_is_still_shown(
    project: Project, options: list[str], expected: str
) -> None:
    built = project(with_options(*options))
    assert built.status == 1
    assert re.search(rf"{PAGE}\.md:[0-9]+: ", built.messages)
    assert expected in built.messages
    assert "poster-a2" in titles(built)
    if "[recap.catalogue]" in built.messages:
        assert "[recap.catalogue]" in project().messages, "the mistake was not reported again in the next build"


def test_a_missing_file_is_reported_with_similar_names(project: Project) -> None:
    built = project({**FILES, f"{PAGE}.md": "# Posters\n\n:::{catalogue} poster.yaml\n:::\n"})
    assert re.search(rf"{PAGE}\.md:3: .*poster\.yaml.*posters\.yaml", built.messages)


def test_mistakes_in_a_file_have_locations_and_valid_entries_appear(project: Project) -> None:
    data = "kind: poster\nentries:\n  - id: A1\n    title: One\n  - id: A2\n    titel: Two\n  - id: A3\n    title: ''\n"
    built = project(with_options(data=data))
    lines = re.findall(r"^events/2021-day/posters\.yaml:([0-9]+):[0-9]+: ", built.messages, re.MULTILINE)
    assert {"6", "8"} <= set(lines)
    assert "poster-a1" in titles(built)


def test_the_data_file_of_an_event_is_rejected(project: Project) -> None:
    built = project(with_options(data="name: Day\nstart: 2021-04-21\n"))
    assert "describes an event" in built.messages


def test_a_missing_image_is_reported_with_its_entry(project: Project) -> None:
    built = project({**FILES, f"{PAGE}.yaml": POSTERS.replace("a1.png", "b1.png")})
    assert re.search(rf"{PAGE}\.yaml:[0-9]+: .*A1: there is no image .*a1\.png", built.messages)
    assert "poster-a1" in titles(built)
