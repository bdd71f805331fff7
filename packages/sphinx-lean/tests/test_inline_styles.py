"""A style attribute reaches its element and no other, and means the same as without the pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lean_support import FILES

if TYPE_CHECKING:
    from collections.abc import Callable

    from lean_support import Source, Visit

HOSTILE = """\
# Plain

<p id="one" class="a" style="color:red} body{display:none">One</p>
<p id="two" class="a b" style="color: rgb(1, 2, 3); outline: 3px solid; background: url(dot.png)">Two</p>
<p id="three" style="top: 1px; content: '</style><script>alert(1)</script>'">Three</p>
<p id="four" style="color: rgb(4, 5, 6); color: ; animation: sway 1s; font-family: '\\">Four</p>
"""
SHEET = """
#two.a.b, #two#two { color: red } #two { outline-width: 9px !important }
@keyframes sway { to { top: 1px } }
"""
LOOKS = """() => ["one", "two", "three", "four"].map((id) => {
  const style = getComputedStyle(document.getElementById(id));
  return ["color", "outlineWidth", "display", "animationName", "backgroundImage"].map((name) => style[name]);
})"""


def test_elements_with_styles_look_as_without_the_pass(source: Source, visit: Callable[..., Visit]) -> None:
    """No style reaches another element; rules with ids lose against it, important ones win.

    The search, which reads pages for excerpts, may read these attributes.
    """
    looks = []
    for off in (["-D", "lean=0"], []):
        out = source.build({**FILES, "plain.md": HOSTILE, "_static/own.css": SHEET}, *off)
        look = visit(out)
        look.open("plain.html")
        looks.append(look.page.evaluate(LOOKS))
        look.forget()
    assert looks[0] == looks[1]
    assert looks[0][1][:2] == ["rgb(1, 2, 3)", "9px"]
    assert [one[2] for one in looks[0]] == ["block"] * 4
    assert "'unsafe-hashes'" in (out / "plain.html").read_text()
    assert "unsafe-hashes" not in (out / "sub/deep.html").read_text()
    look.open("search.html?q=one")
    look.page.locator("#search-results .context").first.wait_for()
    assert look.mistakes == []
