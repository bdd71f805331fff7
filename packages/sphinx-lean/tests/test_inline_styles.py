"""A style attribute becomes a rule that reaches its element and no other, and means the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lean_support import FILES
from sphinx_lean.sheets import of_attribute
from tinycss2 import parse_stylesheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from lean_support import Source, Visit

PAGE = "sub/page.html"


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("color: red; width: 5px", "color:red;width:5px"),
        ("color:red} body{display:none", ""),
        ("color:red;} body{display:none", "color:red"),
        ("color:red;@import url(https://evil.example/a.css);top:0", "color:red;top:0"),
        ("width: calc(100% - (2px", "width:calc(100% - (2px))"),
        ("--own: {a: b}; top: 1px", "--own:{a:b};top:1px"),
        ("content: '}'", 'content:"}"'),
        ("color: red !important", "color:red!important"),
        ("background: url(a.png)", "background:url(../../sub/a.png)"),
        ("background: url('../b.png?x=1')", 'background:url("../../b.png?x=1")'),
        ("background: url(/c.png)", "background:url(/c.png)"),
        ("background: url(https://example.org/d.png)", "background:url(https://example.org/d.png)"),
    ],
)
def test_what_browsers_drop_is_dropped_and_addresses_keep_their_meaning(style: str, kept: str) -> None:
    assert of_attribute(style, PAGE) == kept


@given(st.text(st.sampled_from("ab:;{}()[]\"'\\/*@!-,.#%\n \u00e9url"), max_size=40))
def test_no_attribute_leaves_its_rule(style: str) -> None:
    """Whatever it contains: the style sheet has the rule and the one after it."""
    rules = parse_stylesheet(f".s{{{of_attribute(style, PAGE)}}}.next{{top:0}}", skip_whitespace=True)
    assert [rule.type for rule in rules] == ["qualified-rule", "qualified-rule"]


HOSTILE = """\
# Plain

<p id="one" class="a" style="color:red} body{display:none">One</p>
<p id="two" class="a b" style="color: rgb(1, 2, 3); outline: 3px solid; background: url(dot.png)">Two</p>
<p id="three" style="top: 1px; content: '</style><script>alert(1)</script>'">Three</p>
<p id="four" style="color: rgb(4, 5, 6); color: ; animation: sway 1s; font-family: '\\">Four</p>
"""
SHEET = """
#two.a.b, #two#two { color: red } #two { outline-width: 9px !important }
@pytest.mark.deep
@keyframes sway { to { top: 1px } }
"""
LOOKS = """() => ["one", "two", "three", "four"].map((id) => {
  const style = getComputedStyle(document.getElementById(id));
  return ["color", "outlineWidth", "display", "animationName", "backgroundImage"].map((name) => style[name]);
})"""


def test_elements_with_styles_look_as_without_the_pass(source: Source, visit: Callable[..., Visit]) -> None:
    """No style reaches another element; rules with ids lose against it, important ones win."""
    looks = []
    for off in ([], ["-D", "lean=0"]):
        out = source.build({**FILES, "plain.md": HOSTILE, "_static/own.css": SHEET}, *off)
        look = visit(out)
        look.open("plain.html")
        looks.append(look.page.evaluate(LOOKS))
        look.forget()
    assert looks[0] == looks[1]
    assert looks[0][1][:2] == ["rgb(1, 2, 3)", "9px"]
    assert [one[2] for one in looks[0]] == ["block"] * 4
