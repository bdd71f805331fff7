"""Markdown mistakes: blocks without an end, ends without a block, and markup that readers would see."""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from docutils.core import publish_doctree
from hypothesis import given
from hypothesis import strategies as st
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.docutils_ import Parser
from sphinx_recaps.checks.markdown_blocks import unpaired

if TYPE_CHECKING:
    from tests.support import Project

pytestmark = pytest.mark.filterwarnings("ignore:nodes.Node.traverse")  # in MyST
EXTENSIONS = ["colon_fence", "deflist", "dollarmath", "fieldlist", "attrs_block"]
Block = list[str]

WORDS = st.sampled_from(
    [
        "Text",
        "`::`, 1::2 and a ::: b",
        "```code``` begins this line",
        "`` ``` `` too",
        "A\n: term",
        "# Heading",
        "| a |\n|---|",
    ]
)
CODE = st.lists(
    st.sampled_from(["print()", "", "# :::", "::", "```code``` x", "    indented ```", "- item", "~~", ":::", ":: a"]),
    max_size=3,
)


def fence(mark: str, info: str, inside: Block) -> Block:
    """Return a fenced block whose fence is longer than those inside it."""
    longest = max((len(run) for line in inside for run in re.findall(f"{mark}+", line)), default=0)
    return [f"{mark * max(3, longest + 1)}{info}", *inside, mark * max(3, longest + 1)]


def code() -> st.SearchStrategy[Block]:
    """Return code in a fence, in a directive or in a comment."""
    infos = st.sampled_from(["", "python", "{code-block} python", "{math}", "{parsed-literal}"])
    return st.one_of(
        st.builds(fence, st.sampled_from("`~"), infos, CODE),
        st.builds(fence, st.just(":"), st.sampled_from(["python", "{code} python"]), CODE),
        st.builds(fence, st.just("`"), st.sampled_from(["md", "{code} md"]), st.just(["```{note}", "~~~", ":::{tip}"])),
        st.just(["Text.", "", "    ```python"]),
        st.just(["<!--", ":::", "```", "-->"]),
        st.just(["% :::{note}"]),
    )


def nested(blocks: st.SearchStrategy[list[Block]]) -> st.SearchStrategy[Block]:
    """Return a block that contains other blocks."""
    inside = blocks.map(joined)
    return st.one_of(
        st.builds(
            fence, st.sampled_from(":`~"), st.sampled_from(["{note}", "{admonition} Title", "{tip}\n:class: a"]), inside
        ),
        st.builds(lambda lines: indented("- ", lines), inside),
        st.builds(lambda lines: indented("12. ", lines), inside),
        st.builds(lambda lines: ["Term", *indented(": ", lines)], inside),
        st.builds(lambda lines: [f"> {line}".rstrip() for line in lines], inside),
        st.builds(lambda lines: fence("`", "{list-table}", [*indented("* - ", lines), "  - B"]), inside),
    )


def indented(mark: str, lines: Block) -> Block:
    """Return a list item whose first block begins right after its marker."""
    return [(mark if number == 0 else " " * len(mark) if line else "") + line for number, line in enumerate(lines)]


def joined(blocks: list[Block]) -> Block:
    """Return blocks with an empty line between them."""
    return [line for block in blocks for line in [*"\n".join(block).split("\n"), ""]][:-1]


SIMPLE = st.one_of(WORDS.map(lambda text: text.split("\n")), code())
DEEP = st.recursive(
    st.lists(SIMPLE, min_size=1, max_size=3),
    lambda inner: st.lists(st.one_of(SIMPLE, nested(inner)), min_size=1, max_size=3),
    max_leaves=6,
)


def problems(lines: Block) -> list[tuple[int, str]]:
    text = "\n".join(lines)
    settings = {"myst_enable_extensions": EXTENSIONS, "warning_stream": StringIO(), "report_level": 5, "halt_level": 6}
    document = publish_doctree(text, parser=Parser(), settings_overrides=settings)
    return list(unpaired(MdParserConfig(enable_extensions=set(EXTENSIONS)), text, document))


@given(DEEP)
def test_valid_markdown_is_never_reported(blocks: list[Block]) -> None:
    assert problems(joined(blocks)) == []


def opened(mark: str, info: str, inside: Block) -> Block:
    """Return a block without its closing fence."""
    return fence(mark, info, inside)[:-1]


OPEN = st.one_of(
    st.builds(opened, st.sampled_from("`~"), st.sampled_from(["python", "{note}"]), st.just(["OPEN"])),
    st.builds(opened, st.just(":"), st.sampled_from(["{note}", "{tip}\n:class: a"]), st.just(["OPEN"])),
)


# Without comments: fences in them would close the open block.
AFTER = st.lists(SIMPLE.filter(lambda block: block[0] != "<!--"), max_size=2)


@given(st.lists(SIMPLE, max_size=2), AFTER, OPEN, st.integers(0, 6))
def test_a_block_without_an_end_is_always_reported(
    before: list[Block], after: list[Block], block: Block, holder: int
) -> None:
    """The line is where it begins, or where the next block begins, which it swallows."""
    lines = joined([*before, block, *after])
    holders = [
        lines,
        indented("- ", lines),
        ["Term", *indented(": ", lines)],
        [f"> {line}" for line in lines],
        fence(":", "{note}", lines),
        fence("`", "{list-table}", [*indented("* - ", lines), "  - B"]),
        fence("~", "{tip}", indented("- ", lines)),
    ]
    text = "\n".join(holders[holder]).split("\n")
    reported = problems(text)
    opening = next(number for number, line in enumerate(text, 1) if "OPEN" in line)
    assert reported
    assert opening - 2 <= reported[0][0] <= len(text)
    assert all("; " in problem for _, problem in reported)


@given(st.lists(st.text(":`~{}ab >-\t", max_size=8), max_size=12))
def test_arbitrary_text_never_raises(text: list[str]) -> None:
    """Every reported line exists in the text."""
    for line, problem in problems(text):
        assert 1 <= line <= max(len(text), 1)
        assert "; " in problem


@pytest.mark.one_in(3)
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
def test_valid_markdown_on_a_page_is_not_reported(project: Project, text: str) -> None:
    conf = 'myst_enable_extensions += ["attrs_inline", "attrs_block"]\nsuppress_warnings = ["myst.role_unknown"]\n'
    built = project({"index.md": f"# Home\n\n{text}\n"}, conf=conf)
    assert "recap.leftover" not in built.messages


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "text", [r"\{role\}x", r"\<b\>", r"\[a\](b)", ":::{youtube} MYE01-XaSZA\n:title: <b> {x}\n:::"]
)
def test_markup_that_is_meant_to_be_shown_is_not_reported(project: Project, text: str) -> None:
    """It is escaped, or in an option, which is plain text."""
    built = project({"index.md": f"# Home\n\n{text}\n"}, conf='myst_disable_syntax = ["html_inline"]\n')
    assert (built.messages, built.status) == ("", 0)
