"""The texts of programmes: HTML becomes Markdown, Markdown stays, and what was damaged is repaired and reported."""

from __future__ import annotations

import pytest
from sphinx_recaps.importers.programme import Report
from sphinx_recaps.importers.texts import WIDTH, line, markdown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>One &amp; two</p><ul><li>a<ul><li>b</li></ul></li></ul>", "One & two\n\n- a\n  - b"),
        (
            '<a href="https://example.org/x">here</a> and <code>x_y*z</code>',
            "[here](https://example.org/x) and `x_y*z`",
        ),
        ("a<br>b<br/><br/>c", "a\nb\n\nc"),
        ("&lt;p&gt;twice &amp;amp; more&lt;/p&gt;", "twice & more"),
        ("<h2>What</h2><p>x</p><script>alert(1)</script>", "**What**\n\nx"),
        ("# What\n\n• a\n• b", "**What**\n\n- a\n- b"),
        ("a < b, C++ <vector>, snake_case and 1 * 2 * 3", "a < b, C++ <vector>, snake_case and 1 * 2 * 3"),
        ("one  \r\ntwo\r\n\r\n\r\n\r\nthree\u200b \xa0 four", "one\ntwo\n\nthree four"),
        ("```\n# kept  as it is\n```", "```\n# kept  as it is\n```"),
        ("Itâ€™s â€“ yes", "It’s – yes"),
    ],
)
def test_an_abstract_is_clean_markdown(text: str, expected: str) -> None:
    assert markdown(text, "here", Report()) == expected


def test_long_lines_are_wrapped_without_making_lists() -> None:
    text = markdown("- " + "word " * 40 + "\n\n" + "word " * 19 + "- " * 5 + "word " * 20, "here", Report())
    item, _, rest = text.partition("\n\n")
    assert max(map(len, item.splitlines())) <= WIDTH
    assert all(part.startswith("  word") for part in item.splitlines()[1:])
    assert "\n" not in rest


def test_a_title_is_plain_and_repairs_are_reported_but_not_spaces() -> None:
    report = Report()
    assert line(" A <b>bold</b>  title<br>of &amp;amp; <T>", "here", report) == "A bold title of & <T>"
    assert line("two  spaces", "here", report) == "two spaces"
    assert line("K&ouml;ln", "there", report) == "Köln"
    assert report.repaired[-1] == "there: “K&ouml;ln” is now “Köln”"
    assert len(report.repaired) <= 2
