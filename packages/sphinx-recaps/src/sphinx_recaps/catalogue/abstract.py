"""Abstracts in Markdown: paragraphs, lists, emphasis, code and links, as HTML and as nodes for other builders."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from docutils import nodes
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from sphinx_recaps.core.link_schemes import scheme_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEFT_OUT = ["heading", "lheading", "hr", "html_block", "html_inline", "image", "reference", "table"]
_NODES: dict[str, type[nodes.Element]] = {
    "paragraph": nodes.paragraph,
    "em": nodes.emphasis,
    "strong": nodes.strong,
    "bullet_list": nodes.bullet_list,
    "ordered_list": nodes.enumerated_list,
    "list_item": nodes.list_item,
    "blockquote": nodes.block_quote,
}


@cache
def _markdown(schemes: frozenset[str]) -> MarkdownIt:
    """Return a parser that makes links only with some schemes; everything that it does not know stays text."""
    parser = MarkdownIt("commonmark", {"html": False}).disable(_LEFT_OUT, ignoreInvalid=True)
    setattr(parser, "validateLink", lambda url: scheme_of(url) in schemes)  # noqa: B010 (as its documentation says)
    return parser


def abstract_html(text: str, schemes: frozenset[str]) -> str:
    """Return an abstract as HTML."""
    return str(_markdown(schemes).render(text)).replace('<a href="', '<a class="external" href="')


def abstract_nodes(text: str, schemes: frozenset[str]) -> list[nodes.Node]:
    """Return an abstract as nodes."""
    return list(_nodes(SyntaxTreeNode(_markdown(schemes).parse(text))))


def _nodes(tree: SyntaxTreeNode) -> Iterator[nodes.Node]:
    for child in tree.children:
        if child.type in {"text", "softbreak", "hardbreak"}:
            yield nodes.Text(child.content if child.type == "text" else " ")
        elif child.type == "code_inline":
            yield nodes.literal(child.content, child.content)
        elif child.type in {"fence", "code_block"}:
            yield nodes.literal_block(child.content, child.content.rstrip())
        elif child.type == "link":
            yield nodes.reference("", "", *_nodes(child), refuri=str(child.attrs["href"]), internal=False)
        elif child.type in _NODES:
            element = _NODES[child.type]()
            element.extend(list(_nodes(child)))
            if isinstance(element, nodes.enumerated_list):
                element.update_all_atts({"enumtype": "arabic", "prefix": "", "suffix": "."})
            yield element
        else:
            yield from _nodes(child)
