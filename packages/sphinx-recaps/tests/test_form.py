"""The one form of data files: nothing is lost, formatting again changes nothing, and another form is not a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from sphinx_recaps.cli import main
from sphinx_recaps.cli.new import create_recap
from sphinx_recaps.data.yaml_form import FormError, formatted, parse

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Project

WORDS = st.text(st.sampled_from("aé #:-'\"\n[]{},|>~&*%@`?!null0.\t"), max_size=150)
SUMMARY = (
    "A sentence that is so long that it does not fit on one line of a file, because it goes on and on, for a hundred"
)
UNTIDY = f"""\
# Talks of the Orchid Days.

kind:   "talk"   # as declared in conf.py
entries:
- title: "Who pollinates whom"   # corrected
  # its address
  id: pollination
  people:
    - Ann Other
    # he was the second one
    - "Bob, Else"
  summary: {SUMMARY} and twenty characters.
  chapters: |
    0:00 Welcome
    12:30 Moths
  own: kept
  links: [{{url: "https://example.org/#part", title: 'Slides #1'}}]
# the next one
- {{id: '2024', title: "null", people: [Only One], abstract: "First\\n\\n- second"}}
#- id: not-yet
"""
TIDY = """\
# Talks of the Orchid Days.

kind: talk  # as declared in conf.py
entries:
  # its address
  - id: pollination
    title: Who pollinates whom  # corrected
    # he was the second one
    people: [Ann Other, 'Bob, Else']
    summary: >-
      A sentence that is so long that it does not fit on one line of a file, because it goes on and on, for a hundred
      and twenty characters.
    links:
      - title: 'Slides #1'
        url: https://example.org/#part
    chapters: |
      0:00 Welcome
      12:30 Moths
    own: kept

# the next one
  - id: '2024'
    title: 'null'
    people: [Only One]
    abstract: |-
      First

      - second
#- id: not-yet
"""


def status_of(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as exit_info:
        main([str(argument) for argument in arguments])
    return int(exit_info.value.code or 0)


def test_keys_quotes_and_width_have_one_form_and_comments_stay() -> None:
    assert formatted(UNTIDY) == TIDY
    assert formatted(TIDY) == TIDY
    assert formatted("name: x\none:\n- a\n\n- b\n# 2\ntwo: c\n") == "name: x\none: [a, b]\n# 2\ntwo: c\n"


@example([{"summary": "First\n  indented"}], '"')
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["id", "title", "people", "abstract", "summary", "links", "# odd"]),
            WORDS | st.lists(WORDS, max_size=3),
        ),
        max_size=3,
    ),
    st.sampled_from([None, '"', "'", "|", ">"]),
)
def test_no_text_changes_and_a_second_run_changes_nothing(entries: list[dict[str, object]], style: str | None) -> None:
    written = yaml.safe_dump({"kind": "poster", "entries": entries}, default_style=style, allow_unicode=True)
    try:
        parse(written)
    except FormError:  # the reader has complaints, such as about a value that looks like a key
        return
    tidy = formatted(written)
    assert yaml.load(tidy, yaml.BaseLoader) == yaml.load(written, yaml.BaseLoader)
    assert formatted(tidy) == tidy


@pytest.mark.parametrize(
    "text", ["", "text", "- a: b", "kind: poster\nentries: &a []", "kind: [", "name: x\nname: y", "on: push"]
)
def test_other_files_and_broken_ones_are_refused(text: str) -> None:
    with pytest.raises(FormError):
        formatted(text)


def test_the_files_of_new_events_are_in_form(project: Project) -> None:
    project({"index.md": "# Home\n"})
    for path in create_recap(project.root, "Orchid Days 2024", "2024-03-15"):
        if path.suffix == ".yaml":
            text = path.read_text(encoding="utf-8")
            assert formatted(text) == text, path


def test_the_command_changes_files_and_check_only_advises(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    conf = 'recap_kinds = {"talk": ("talk", "talks")}'
    valid = UNTIDY.replace("  own: kept\n", "")
    project({"index.md": "# Home\n\n:::{catalogue} talks.yaml\n:::\n", "talks.yaml": valid}, conf=conf)
    path = project.root / "talks.yaml"
    assert status_of("check", project.root) == 0
    assert f"{path}: advice: the file is not in the usual form" in capsys.readouterr().out
    broken = project.root / "broken.yaml"
    broken.write_text("kind: [")
    assert status_of("format", path, broken) == 1
    shown = capsys.readouterr()
    assert f"Formatted {path}\n1 file of 2 changed; 1 file with mistakes left as they are." in shown.out
    assert f"{broken}:1:" in shown.err
    assert path.read_text() == TIDY.replace("    own: kept\n", "")
    assert broken.read_text() == "kind: ["
    assert status_of("format", path) == 0
    assert status_of("check", project.root) == 0
    assert "advice" not in capsys.readouterr().out
