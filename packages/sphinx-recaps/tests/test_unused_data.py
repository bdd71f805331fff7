"""Data files that no page shows are reported in every build, with their mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.checks.unused_data import is_data_file
from test_domain import FILES

if TYPE_CHECKING:
    from tests.support import Project

UNUSED = "kind: session\nentries:\n  - id: s1\n    titel: One\n"


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("name", "text", "directive"),
    [
        ("recaps/2021-day/more.yaml", UNUSED, "catalogue"),
        ("talks.yml", UNUSED, "catalogue"),
        ("recaps/2021-day/event2.yaml", "# $schema=../event.json\nname: Day\nstart: 2021-01-01\n", "event"),
    ],
)
def test_a_file_that_no_page_shows_is_reported(project: Project, name: str, text: str, directive: str) -> None:
    """Otherwise its mistakes would go unnoticed, and contributors would wonder where the entry is."""
    project(FILES)
    for _ in range(2):
        built = project({name: text})
        assert built.status == 1
        assert f"{name}:1: WARNING: no page shows this file; write :::{{{directive}}}" in built.messages
        assert (f"{name}:4:5: WARNING: unknown key 'titel'" in built.messages) == (text == UNUSED)


HELM = "apiVersion: v1\nentries:\n  chart:\n    - name: chart\n      version: 1.0.0\n"
OTHER_YAML = {
    "a configuration": "version: 2\nbuild:\n  kind: x\n",
    "an empty file": "",
    "a list": "- a\n- b\n",
    "an index of Helm": HELM,
    "entries without a kind": "entries:\n  - id: A1\n    title: One\n",
    "entries that are not a list": f"kind: index\n{HELM}",
    "a kind without entries": "kind: pod\nitems:\n  - a\n",
    "the schema of another site": "# yaml-language-server: $schema=https://example.org/event.json\nname: A\n",
    "another schema": "# yaml-language-server: $schema=../my-event.jsonc\nname: A\n",
}


@pytest.mark.parametrize("text", OTHER_YAML.values(), ids=OTHER_YAML)
def test_other_yaml_is_ignored(text: str) -> None:
    assert not is_data_file(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        UNUSED,
        UNUSED.replace("\n", "\r\n"),
        "\ufeff# $schema=../_static/schema/catalogue.json\n",
        "# Talks\nkind: 'session' # of the day\n\nentries:\n\n# The first\n- id: a\n",
        "kind: postr\nentries: [{id: a, title: b}]\n",
        "kind: poster\nentries:\n",
    ],
)
def test_files_meant_for_the_extension_are_recognised(text: str) -> None:
    assert is_data_file(text.encode())


def test_other_yaml_and_excluded_files_are_not_reported(project: Project) -> None:
    more = {
        "recaps/index.yaml": HELM,
        "drafts.yaml": UNUSED,
        "recaps/later/talks.yaml": UNUSED,
        "recaps/later/x.md": "# X\n",
    }
    built = project({**FILES, **more}, conf="exclude_patterns = ['drafts.*', 'recaps/later']\n")
    assert (built.messages, built.status) == ("", 0)
