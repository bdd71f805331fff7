"""Style sheets and scripts are on the pages that need them, and only in builders that write web pages."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import sphinx_recaps

from tests.crawl import faults
from tests.support import picture

if TYPE_CHECKING:
    from tests.support import Files, Project

MODULES = sorted(Path(sphinx_recaps.__file__).parent.rglob("*.py"))
EVERYTHING: Files = {
    "index.md": """\
# Home

:::{youtube} MYE01-XaSZA
:title: A talk
:::

:::{image-card} photo.png
:alt: A photo
:::

:::{event-list} day/event.yaml
:toctree:
:::

:::{catalogue} talks.yaml
:::

:::{topic-chart} talks.yaml
:::

:::{recap-reference} warnings
:::
""",
    "day/index.md": "# Day\n\n[Gone](https://gone.example.org/)\n\n:::{event} event.yaml\n:name: facts\n:::\n",
    "day/event.yaml": "name: Day\nstart: 2021-04-21\n",
    "talks.yaml": "kind: session\nentries:\n- {id: a, title: A, topics: [T], people: [P Q], video: aqz-KE-bpKQ}\n",
    "links.yaml": "links:\n- {url: 'https://gone.example.org/', dead: true}\n",
    "photo.png": picture(),
}
CONF = 'recap_links = "links.yaml"\n'


def test_only_one_module_adds_files_to_pages() -> None:
    """Other modules would not check the builder, and a book would refer to a file that it does not contain."""
    adding = [
        part.name
        for part in MODULES
        for node in ast.walk(ast.parse(part.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"add_css_file", "add_js_file"}
        and not (isinstance(node.args[0], ast.Constant) and node.args[0].value is None)  # a script in the page itself
    ]
    assert set(adding) == {"assets.py"}


def test_links_files_and_ids_of_web_pages_are_valid(project: Project) -> None:
    built = project(EVERYTHING, conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    assert faults(built.out) == []
    styles = {str(link["href"]).partition("?")[0] for link in built.html().select("link[rel=stylesheet]")}
    for name in ("video", "card", "event-list", "catalogue", "chart", "reference"):
        assert f"_static/recap-{name}.css" in styles
    assert "recap-links.css" in built.text("day/index.html")


def test_links_files_and_ids_of_books_are_valid(project: Project) -> None:
    built = project(EVERYTHING, "epub", conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    assert faults(built.out) == []
    assert "recap-" not in "".join(path.name for path in built.out.rglob("_static/*"))
