"""A style attribute becomes a rule that reaches its element and no other, and means the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lean_support import FILES
from sphinx_lean.inline_styles import declarations
from tinycss2 import parse_stylesheet

if TYPE_CHECKING:
    from lean_support import Source

PAGE, FOLDER = "sub/page.html", "_static/lean"


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("color: red; width: 5px", "color:red;width:5px"),
        ("color:red} body{display:none", ""),
        ("color:red;} body{display:none", "color:red"),
        ("color:red;@import url(https://evil.example/a.css);top:0", "color:red;top:0"),
        ("width: calc(100% - (2px", "width:calc(100% - (2px))"),
        ("--own: {a: b}; top: 1px", "--own:{a: b};top:1px"),
        ("content: '}'", 'content:"}"'),
        ("color: red !important", "color:red!important"),
        ("background: url(a.png)", 'background:url("../../sub/a.png")'),
        ("background: url('../b.png?x=1')", 'background:url("../../b.png?x=1")'),
        ("background: url(/c.png)", 'background:url("/c.png")'),
        ("background: url(https://example.org/d.png)", 'background:url("https://example.org/d.png")'),
    ],
)
def test_what_browsers_drop_is_dropped_and_addresses_keep_their_meaning(style: str, kept: str) -> None:
    assert declarations(style, PAGE, FOLDER) == kept


@given(st.text(st.sampled_from("ab:;{}()[]\"'\\/*@!-,.#%\n \u00e9url"), max_size=40))
def test_no_attribute_leaves_its_rule(style: str) -> None:
    """Whatever it contains: the style sheet has the rule and the one after it."""
    rules = parse_stylesheet(f".s{{{declarations(style, PAGE, FOLDER)}}}.next{{top:0}}", skip_whitespace=True)
    assert [rule.type for rule in rules] == ["qualified-rule", "qualified-rule"]


def test_a_style_of_a_page_reaches_no_other_element(source: Source) -> None:
    page = "# Plain\n\n<p style=\"color:red} body{display:none\">One</p>\n\n<p style='top: 3px'>Two</p>\n"
    out = source.build({**FILES, "plain.md": page})
    styles = "".join(path.read_text() for path in (out / "_static/lean").glob("*.css"))
    assert "{top:3px}" in styles
    assert "body{display:none" not in styles.replace(" ", "")
