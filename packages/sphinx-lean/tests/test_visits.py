"""Pages share most of their styles, and have the rest for themselves, in the order of the site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from sphinx_lean.assets import parts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lean_support import Source, Visit

SETUP = """
def setup(app):
    app.connect("html-page-context", add_style)

def add_style(app, name, *rest):
    if name == "plain":
        app.add_css_file("beds.css", priority=700)
    if name in ("index", "sub/deep", "search"):
        app.add_css_file("vases.css", priority=700)
"""
STYLES = {
    "_static/own.css": ".bd-article p { color: rgb(0, 0, 9) }",
    "_static/beds.css": ".bd-article p { color: red; outline: 7px solid rgb(1, 2, 3) }",
    "_static/vases.css": ".bd-article p { background: url(icon.svg) }",
}


def run(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, "") for name in names)


def test_shared_style_sheets_are_apart_from_those_between_them() -> None:
    runs = [run("theme", "design", "site"), run("theme", "design", "map", "beds", "site"), run("other")]
    assert list(parts_of(runs).values()) == [
        [run("theme", "design"), run("site")],
        [run("theme", "design"), run("map", "beds"), run("site")],
        [run("other")],
    ]


def test_a_page_loads_no_copy_of_what_others_share() -> None:
    """One kind of page without a style sheet is enough to separate it from the theme."""
    runs = [run("theme", "site", "tones", f"kind{number}") for number in range(10)]
    parts = parts_of([*runs, run("theme", "site")])
    assert parts.pop(run("theme", "site")) == [run("theme", "site")]
    assert [*parts.values()] == [[run("theme", "site"), run("tones"), run(f"kind{n}")] for n in range(10)]


def test_pages_without_anything_in_common_have_one_style_sheet_each() -> None:
    runs = [run("a", "b"), run("c", "d")]
    assert parts_of(runs) == {one: [one] for one in runs}


def test_a_page_has_what_only_it_needs_in_itself(source: Source, visit: Callable[..., Visit]) -> None:
    """In the place of the style sheet: a later one of the site still wins."""
    conf = f"{source.files['conf.py']!s}{SETUP}"
    out = source.build({**source.files, **STYLES, "conf.py": conf})
    pages = {name: BeautifulSoup((out / name).read_text(), "html.parser") for name in ("plain.html", "index.html")}
    links = {name: [str(link["href"]) for link in page.select("link[rel=stylesheet]")] for name, page in pages.items()}
    names = {name: [re.sub(r".*/", "", link) for link in some] for name, some in links.items()}
    assert names["plain.html"] == [names["index.html"][0], names["index.html"][2]]
    assert "outline:7px" in "".join(style.text for style in pages["plain.html"].select("style"))
    assert not [path for path in (out / "_static/lean").glob("*.css") if "outline:7px" in path.read_text()]
    look = visit(out)
    look.open("plain.html")
    style = "getComputedStyle(document.querySelector('.bd-article p'))"
    assert look.page.evaluate(f"[{style}.outlineWidth, {style}.color]") == ["7px", "rgb(0, 0, 9)"]
    assert look.mistakes == []
