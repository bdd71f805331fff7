"""Sections of the class ``recap-folded``: browsers show only their heading until the reader expands them.

They are ordinary sections for every other builder. In Markdown: ``{.recap-folded}`` on the line before the heading.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from sphinx_recaps.core.assets import add_page_assets, contains
from sphinx_recaps.core.builders import PageTransform, is_web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

CLASS = "recap-folded"


class folded(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes in lower case)
    """The content of a section, as the element ``details``."""


class folded_heading(nodes.section):  # noqa: N801
    """The heading, as ``summary``; a kind of section, because writers get the level of a title from its parent."""


class FoldedSections(PageTransform):
    """Moves the content of each section into the element that readers expand."""

    default_priority = 900  # after everything that looks for titles of sections

    def run(self, **_kwargs: Any) -> None:
        """Change the sections of the document."""
        for section in list(_folded_sections(self.document)):
            title, *content = section.children
            section.children = []
            heading = folded_heading("", title, ids=section["ids"])  # for its number and its link
            section.append(folded("", heading, *content))


def _folded_sections(doctree: nodes.document) -> Iterator[nodes.section]:
    for section in doctree.findall(nodes.section):
        if CLASS in section["classes"] and isinstance(section.next_node(), nodes.title):
            yield section


def _add_script(
    app: Sphinx, _name: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add the script that opens a section, in the page itself: it is shorter than a request for it.

    It does so for the place that the address names, where browsers do not do so themselves, and for printing.
    """
    on_page = doctree is not None and contains(nodes.Element, CLASS)(doctree)
    if is_web(app.builder) and (on_page or "transcript" in context.get("recap_entry", "")):
        app.add_js_file(None, body=_script())


@cache
def _script() -> str:
    lines = Path(__file__).with_name("open.js").read_text(encoding="utf-8").splitlines()
    return "".join(line.strip() for line in lines)


def _visitors(tag: str) -> Any:  # noqa: ANN401 (the pair that Sphinx expects)
    def visit(self: HTML5Translator, _node: nodes.Element) -> None:
        self.body.append(f"<{tag}>\n")

    def depart(self: HTML5Translator, _node: nodes.Element) -> None:
        self.body.append(f"</{tag}>\n")

    return visit, depart


def setup_folded(app: Sphinx) -> None:
    """Set up the sections, their style and script."""
    app.add_node(folded, html=_visitors("details"))
    app.add_node(folded_heading, html=_visitors("summary"))
    app.add_post_transform(FoldedSections)
    app.connect("html-page-context", _add_script)
    add_page_assets(app, contains(folded), "recap-folded.css")
