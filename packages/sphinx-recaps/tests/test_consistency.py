"""Mistakes that only a comparison of files shows: numbers that are too low, and several names written as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support import Files, Project


def entries(kind: str, *people: str) -> str:
    """Return a catalogue with an entry for each list of people."""
    return f"kind: {kind}\nentries:\n" + "".join(
        f"  - id: {kind}-{number}\n    title: T\n    people: [{names}]\n" for number, names in enumerate(people)
    )


EVENT = "name: Day\nstart: 2021-04-21\nnumbers:\n  %s\n"
FILES: Files = {
    "index.md": "# Home\n\n```{toctree}\n:glob:\n*/*\n```\n",
    "day/index.md": "# Day\n\n:::{event} event.yaml\n:::\n",
    "day/event.yaml": EVENT % "posters: 2",
    "day/posters.md": "# Posters\n\n:::{catalogue} posters.yaml\n:::\n",
    "day/posters.yaml": entries("poster", "Ana Lima", "Ben Roth"),
    "day/breakouts.md": "# Breakouts\n\n:::{catalogue} breakouts.yaml\n:::\n",
    "day/breakouts.yaml": entries("session", "Ana Lima", "Ben Roth"),
    "day/keynotes.md": "# Keynotes\n\n:::{catalogue} keynotes.yaml\n:::\n",
    "day/keynotes.yaml": entries("keynote", "Ana Lima, Ben Roth", "Ana Lima"),
}


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("posters: 1", "`posters` is 1, and posters.yaml has 2; write posters: 2"),
        ("Posters: 1", "`Posters` is 1, and posters.yaml has 2; write Posters: 2"),
        ("breakout sessions: 1", "`breakout sessions` is 1, and breakouts.yaml has 2; write breakout sessions: 2"),
        ("sessions: 1", "`sessions` is 1, and breakouts.yaml has 2"),
        ("keynotes: 1", "`keynotes` is 1, and keynotes.yaml has 2"),
        ("keynote speakers: 1", "`keynote speakers` is 1, and keynotes.yaml has 2; write keynote speakers: 2"),
    ],
)
def test_a_number_lower_than_the_list_is_reported_at_its_line(project: Project, number: str, message: str) -> None:
    """Whoever adds a poster learns in every build which number to update."""
    files = {**FILES, "day/event.yaml": EVENT % number}
    for _ in range(2):
        built = project(files)
        assert built.messages.startswith(f"day/event.yaml:4: WARNING: {message}")
        assert built.messages.endswith("[recap.numbers]\n")
        assert built.messages.count("\n") == 1


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "number", ["posters: 2", "posters: 71", "poster sessions: 1", "lightning sessions: 1", "speakers: 1", "rooms: 1"]
)
def test_a_plausible_number_is_not_reported(project: Project, number: str) -> None:
    """The list may be incomplete, and the label may count something else."""
    assert project({**FILES, "day/event.yaml": EVENT % number}).messages == ""


def test_entries_of_other_events_are_not_counted(project: Project) -> None:
    more = {
        "night/posters.md": "# Night\n\n:::{catalogue} posters.yaml\n:::\n",
        "night/posters.yaml": entries("poster", "Ana Lima", "Ana Lima", "Ana Lima"),
    }
    assert project({**FILES, **more}).messages == ""


def test_an_added_entry_is_counted_in_the_next_build(project: Project) -> None:
    assert project(FILES).messages == ""
    added = entries("poster", "Ana Lima", "Ben Roth", "Cy Oz")
    assert "write posters: 3" in project({"day/posters.yaml": added}).messages
    assert project({"day/event.yaml": EVENT % "posters: 3"}).messages == ""


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "name",
    [
        "Sandra Anderson",
        "R&D Lab",
        "DeepSpeed Team, Microsoft",
        "Institute for Science and Technology",
        "Research & Development Team",
        "Johnson & Johnson",
    ],
)
def test_a_name_that_contains_and_is_not_reported(project: Project, name: str) -> None:
    """Names of organisations are recognised; a project can list others in its settings."""
    files = {**FILES, "day/posters.yaml": entries("poster", f"'{name}'", "Ben Roth")}
    assert project(files, conf='recap_known_names = ["Johnson & Johnson"]\n').messages == ""


@pytest.mark.parametrize(
    ("names", "instead"),
    [
        ("'Lima, Ana and Roth, Ben'", '`["Lima, Ana", "Roth, Ben"]`'),
        ("'Ana Lima & [Ben] Roth'", '`[Ana Lima, "[Ben] Roth"]`'),
    ],
)
def test_the_suggestion_for_several_names_is_valid_yaml(project: Project, names: str, instead: str) -> None:
    files = {**FILES, "day/posters.yaml": entries("poster", names)}
    assert f"write {instead}" in project(files).messages


def test_names_separated_with_semicolons_are_separate_people(project: Project) -> None:
    """They are counted one by one, and messages about them have the right line."""
    files = {
        **FILES,
        "day/keynotes.yaml": entries("keynote", "Ana Lima; Ben Roth; Cy Oz"),
        "day/posters.yaml": entries("poster", "Ana Lima; Ben Ruth and Bo Li", "Ben Roth"),
        "day/event.yaml": EVENT % "keynote speakers: 2",
    }
    messages = project(files).messages
    assert "`keynote speakers` is 2, and keynotes.yaml has 3" in messages
    assert "day/posters.yaml:5: WARNING: 'Ben Ruth and Bo Li' looks like" in messages


def test_a_name_split_at_a_comma_is_recognised_from_another_file(project: Project) -> None:
    files = {
        **FILES,
        "day/posters.yaml": entries("poster", "Ana Lima", "DeepSpeed Team, Microsoft"),
        "day/breakouts.yaml": entries("session", "'DeepSpeed Team, Microsoft'"),
    }
    message = 'day/posters.yaml:8: WARNING: write `"DeepSpeed Team, Microsoft"` in quotes: a comma ends a name in [ ]'
    assert message in project(files).messages


def test_messages_follow_values_that_move(project: Project) -> None:
    """Where a value is written is known from reading the file, so lines above it change the line of the message."""
    posters, event = entries("poster", "Ana Lima and Ben Roth", "Cy Oz"), EVENT % "posters: 1"
    messages = project({**FILES, "day/posters.yaml": posters, "day/event.yaml": event}).messages
    assert "day/posters.yaml:5: WARNING: 'Ana Lima and Ben Roth'" in messages
    assert "day/event.yaml:4: WARNING: `posters`" in messages
    moved = posters.replace("entries:\n", "entries:\n  - id: new\n    title: T\n")
    messages = project({"day/posters.yaml": moved, "day/event.yaml": f"# Facts\n{event}"}).messages
    assert "day/posters.yaml:7: WARNING: 'Ana Lima and Ben Roth'" in messages
    assert "day/event.yaml:5: WARNING: `posters`" in messages
