"""Blocks of Markdown without an end, and ends without a block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.leftovers import unpaired

if TYPE_CHECKING:
    from tests.conftest import Project

names = st.sampled_from(["{note}", "{youtube} MYE01-XaSZA", "python", ""])
lines = st.lists(st.sampled_from(["Text", "", "- item", ":title: T", "# Heading", "a ::: b", "`::`"]), max_size=4)


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Return Markdown in which every block has its end."""
    result = list(draw(lines))
    for _ in range(draw(st.integers(0, 2))):
        kind = draw(st.sampled_from(":`~"))
        name = draw(names)
        inside = draw(blocks(depth + 1)) if depth < 2 and kind == ":" and name.startswith("{") else draw(lines)
        longest = max((len(line) - len(line.lstrip(kind)) for line in inside), default=0)
        mark = kind * max(3, longest + 1)
        result += [f"{mark}{name or '{tip}'}" if kind == ":" else f"{mark}{name}", *inside, mark, *draw(lines)]
    return result


@given(blocks())
def test_blocks_with_their_ends_are_left_alone(text: list[str]) -> None:
    assert list(unpaired(text)) == []


@given(st.lists(st.text(":`~{}ab >", max_size=8), max_size=12))
def test_any_text_has_an_answer(text: list[str]) -> None:
    """Every place that is named is a line of the text."""
    for line, problem in unpaired(text):
        assert 1 <= line <= len(text)
        assert "; " in problem


@pytest.mark.parametrize(
    "text",
    [
        "```{note}\n:::{tip}\nA\n:::\n```",
        "- item\n\n  :::{note}\n  A\n  :::",
        "> :::{note}\n> A\n> :::",
        "````md\n```{note}\n````",
        "Set `{x}` and {py}`x`{.cls}.\n\n{.lead}\nText, 1::2, a :: b`c`.",
    ],
)
def test_what_is_right_is_left_alone(project: Project, text: str) -> None:
    conf = 'myst_enable_extensions += ["attrs_inline", "attrs_block"]\nsuppress_warnings = ["myst.role_unknown"]\n'
    built = project({"index.md": f"# Home\n\n{text}\n"}, conf=conf)
    assert "recap.leftover" not in built.messages


@pytest.mark.parametrize(
    "text", [r"\{role\}x", r"\<b\>", r"\[a\](b)", ":::{youtube} MYE01-XaSZA\n:title: <b> {x}\n:::"]
)
def test_what_is_meant_to_be_shown_is_left_alone(project: Project, text: str) -> None:
    """It is escaped, or stands in an option, which holds no Markdown."""
    built = project({"index.md": f"# Home\n\n{text}\n"}, conf='myst_disable_syntax = ["html_inline"]\n')
    assert (built.messages, built.status) == ("", 0)
