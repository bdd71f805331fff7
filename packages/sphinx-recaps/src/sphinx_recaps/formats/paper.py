"""Printed books: addresses that can break at the end of a line, space below long terms, and targets of references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinx_recaps.formats.plain_text import external_links

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class PrintedAddresses(SphinxPostTransform):
    """Makes the addresses of ``latex_show_urls = "inline"`` breakable.

    Links to archived copies and links of images get no address: it would repeat the one beside or below them.
    """

    default_priority = 401  # directly after Sphinx has added them, at 400
    formats = ("latex",)

    def run(self, **_: Any) -> None:
        """Replace the text by an address, or remove it."""
        for reference, address in external_links(self.document):
            after = reference.next_node(descend=False, siblings=True)
            if after is None or after.astext() != f" ({address})" or isinstance(reference.parent, nodes.title):
                continue
            printed: list[nodes.Node] = []
            if "archived-copy" not in reference["classes"] and not any(reference.findall(nodes.image)):
                words = nodes.reference("", address, refuri=address, nolinkurl=True)
                printed = [nodes.Text(" ("), words, nodes.Text(")")]
            at = reference.parent.index(reference) + 1
            reference.parent[at : at + 1] = printed


class SpaceBelowTerms(SphinxPostTransform):
    """Ends each term with a strut; otherwise the second line of a long one would touch what follows."""

    default_priority = 900
    formats = ("latex",)

    def run(self, **_: Any) -> None:
        """Add the struts."""
        for term in self.document.findall(nodes.term):
            term.append(nodes.raw("", r"\strut", format="latex"))


class Targets(SphinxPostTransform):
    """Puts a target before each list and container that references may lead to; books would lose its ids."""

    default_priority = 900
    formats = ("latex", "texinfo")

    def run(self, **_: Any) -> None:
        """Add the targets, without the ids of labels before them, which are targets already."""
        for kind in (nodes.container, nodes.definition_list):
            for node in list(self.document.findall(kind)):
                at = node.parent.index(node)
                labels = {label.get("refid") for label in node.parent[:at] if isinstance(label, nodes.target)}
                if ids := [name for name in node["ids"] if name not in labels]:
                    node.parent.insert(at, nodes.target("", "", ids=ids))


def setup_paper(app: Sphinx) -> None:
    """Set up the transforms for printed books."""
    app.add_post_transform(Targets)
    app.add_post_transform(PrintedAddresses)
    app.add_post_transform(SpaceBelowTerms)
