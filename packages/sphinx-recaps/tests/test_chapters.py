"""Chapters are read from lists as people paste them; each mistake has its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.data.chapters import read_chapters
from sphinx_recaps.data.loader import load_bytes

FORMS = {
    "plain": "0:00 Welcome\n12:30 Bees\n1:02:03 Moths: at night",
    "dashes and bullets": "- 00:00 - Welcome\n* 12:30 — Bees\n•  1:02:03: Moths: at night",
    "brackets": "(0:00) Welcome\n\n[12:30] Bees\n\n(1:02:03) - Moths: at night",
    "hours": "0:00:00 Welcome\n0:12:30 Bees\n01:02:03 Moths: at night",
    "numbers": "1. 0:00 Welcome\n2. 12:30 Bees\n3) 1:02:03 Moths: at night",
    "ranges": "0:00-12:30: Welcome\n12:30 - 1:02:03 Bees\n1:02:03 Moths: at night",
    "times at the end": "Welcome 0:00\nBees - 12:30\nMoths: at night (1:02:03)",
    "running text": "0:00 Welcome 12:30 Bees 1:02:03\nMoths: at night",
    "a heading, wrapped lines": "Chapters:\n\n0:00 Welcome\n12:30 Bees\n1:02:03 Moths:\n   at night",
    "a table": ".. list-table::\n   :widths: 10 30\n\n   * - Time\n     - Title\n   * - 00:00_\n     - Welcome\n"
    "   * - 12:30_\n     - Bees\n   * - 1:02:03_\n     - Moths\n     - at night\n\n.. _00:00: https://example.org",
    "another table": "=====  ==========\n00:00  Welcome\n12:30  Bees\n1:02:03 Moths: at night\n=====  ==========",
    "markup": "0:00 *Welcome*\n12:30 [Bees](https://example.org)\n1:02:03 `Moths: at night <https://example.org>`__",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_every_usual_form_is_read_without_a_message(text: str) -> None:
    chapters, problems = read_chapters(text)
    assert [tuple(chapter) for chapter in chapters] == [(0, "Welcome"), (750, "Bees"), (3723, "Moths: at night")]
    assert problems == []


def test_each_mistake_has_the_line_in_the_data_file() -> None:
    """And everything else is kept."""
    data = b"""\
kind: session
entries:
  - id: moths
    title: Moths
    duration: 15 min
    chapters: |
      0:00 Welcome: hello

      Bees
      12:30 Moths
      3:00 Bats
      14:00
      20:00 The end
  - {id: bees, title: Bees, chapters: later}
  - id: bats
    title: Bats
    chapters:
      - 0:00 Welcome
      - Bats
"""
    loaded = load_bytes(data)
    assert [[tuple(one) for one in entry.chapters] for entry in loaded.content.entries] == [  # type: ignore[union-attr]
        [(0, "Welcome: hello"), (180, "Bats"), (750, "Moths"), (1200, "The end")],
        [],
        [(0, "Welcome")],
    ]
    assert [f"{problem.line}: {problem.message}" for problem in loaded.problems] == [
        "6: `chapters`: 'The end' is after the end; correct its time, or the `duration`, '15 min'",
        "9: `chapters`: 'Bees' does not start with a time; write one, such as 12:30, or remove it",
        (
            "11: `chapters`: the chapter 'Bats' is not later than the one before it; put the chapters in order, or "
            "correct the time"
        ),
        "12: `chapters`: the chapter has no title; write it after the time, such as 12:30 Questions",
        "14: `chapters`: 'later' has no chapters; write a time and a title on each line, such as 12:30 Questions",
        "19: `chapters`: 'Bats' does not start with a time; write one, such as 12:30, or remove it",
    ]


LINES = st.one_of(st.text(max_size=20), st.sampled_from(["0:00", "1:00 A", "- 2:00", "(3:00)", "4:00 - 5:00 B"]))


@pytest.mark.parametrize(
    "text",
    [
        "|\n    0:00 Welcome\n    12:30 Moths: at night",
        '"0:00 Welcome 12:30 Moths: at night"',
        "\n    0:00 Welcome\n    12:30 Moths at night",
        "\n  - 0:00 Welcome\n  - 12:30 Moths: at night",
        "\n    0:00: Welcome\n    12:30: Moths at night",
    ],
    ids=["a block", "in quotes", "no block", "a list", "a mapping"],
)
def test_every_form_of_yaml_is_read(text: str) -> None:
    loaded = load_bytes(f"kind: session\nentries:\n- id: a\n  title: A\n  chapters: {text}\n".encode())
    assert loaded.problems == ()
    chapters = [(one.start, one.title.replace(":", "")) for one in loaded.content.entries[0].chapters]  # type: ignore[union-attr]
    assert chapters == [(0, "Welcome"), (750, "Moths at night")]


@given(st.lists(LINES))
def test_no_text_stops_the_build(lines: list[str]) -> None:
    chapters, problems = read_chapters("\n".join(lines))
    assert all(chapter.title.strip() for chapter in chapters)
    assert chapters == sorted(chapters, key=lambda chapter: chapter.start)
    assert all(0 <= number < "\n".join(lines).count("\n") + 1 for number, _ in problems)
