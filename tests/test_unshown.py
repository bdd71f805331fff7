"""A data file without a page: it is told, with its mistakes, in every build."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.test_domain import FILES

if TYPE_CHECKING:
    from tests.conftest import Project

ALONE = "kind: session\nentries:\n  - id: s1\n    titel: One\n"


@pytest.mark.parametrize(
    ("name", "text", "directive"),
    [
        ("recaps/2021-day/more.yaml", ALONE, "catalogue"),
        ("talks.yml", ALONE, "catalogue"),
        ("recaps/2021-day/event2.yaml", "# $schema=../event.json\nname: Day\nstart: 2021-01-01\n", "event"),
    ],
)
def test_a_file_that_no_page_shows_is_told(project: Project, name: str, text: str, directive: str) -> None:
    """Else its mistakes would vanish, and a contributor would wonder where the entry is."""
    project(FILES)
    for _ in range(2):
        built = project({name: text})
        assert built.status == 1
        assert f"{name}:1: WARNING: no page shows this file; write :::{{{directive}}}" in built.messages
        assert (f"{name}:4:5: WARNING: unknown key 'titel'" in built.messages) == (text == ALONE)


@pytest.mark.parametrize("text", ["version: 2\nbuild:\n  kind: x\n", "", "- a\n- b\n"])
def test_other_yaml_is_none_of_its_business(project: Project, text: str) -> None:
    built = project({**FILES, "recaps/other.yaml": text, "mkdocs.yml": text})
    assert (built.messages, built.status) == ("", 0)
