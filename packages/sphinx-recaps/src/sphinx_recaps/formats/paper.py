"""What paper needs: addresses that can break at the end of a line, and room below long terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinx_recaps.formats.plain_text import outside_links

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class PrintedAddresses(SphinxPostTransform):
    """Improves on ``latex_show_urls = "inline"``, which prints an address as words that no line can break.

    Archived copies and pictures get none: beside a copy is the address that it is of, below a video its own.
    """

    default_priority = 401  # directly after Sphinx has put them there
    formats = ("latex",)

    def run(self, **_: Any) -> None:
        """Replace the words by an address, or remove them."""
        for reference, address in outside_links(self.document):
            after = reference.next_node(descend=False, siblings=True)
            if after is None or after.astext() != f" ({address})" or isinstance(reference.parent, nodes.title):
                continue
            printed: list[nodes.Node] = []
            if "archived-copy" not in reference["classes"] and not any(reference.findall(nodes.image)):
                words = nodes.reference("", address, refuri=address, nolinkurl=True)
                printed = [nodes.Text(" ("), words, nodes.Text(")")]
            at = reference.parent.index(reference) + 1
            reference.parent[at : at + 1] = printed


class RoomBelowTerms(SphinxPostTransform):
    """Ends each term with a strut: the second line of a long one would touch what follows."""

    default_priority = 900
    formats = ("latex",)

    def run(self, **_: Any) -> None:
        """Add them."""
        for term in self.document.findall(nodes.term):
            term.append(nodes.raw("", r"\strut", format="latex"))


def setup_paper(app: Sphinx) -> None:
    """Set up what is done for LaTeX."""
    app.add_post_transform(PrintedAddresses)
    app.add_post_transform(RoomBelowTerms)
