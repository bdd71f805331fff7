"""Links with an accessible name for readers who hear them in a list, without the text around them; in HTML only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes

from sphinx_recaps.core.builders import ReaderTransform, is_web

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


class labelled_link(nodes.reference):  # noqa: N801 (docutils names its nodes in lower case)
    """A link with an accessible name, ``label``."""


class link_label(nodes.inline):  # noqa: N801
    """Wraps a link that is not resolved yet, whose accessible name will be ``label``."""


class LabelLinks(ReaderTransform):
    """Replaces each wrapper by its link, in HTML with its accessible name."""

    default_priority = 27  # after references are resolved, at 10, and links to copies are named, at 26

    def run(self, **_kwargs: Any) -> None:
        """Replace the wrappers of the page."""
        for wrapper in list(self.document.findall(link_label)):
            link = wrapper[0]
            if isinstance(link, nodes.reference) and is_web(self.builder):
                link = labelled_link("", "", *link.children, **link.attributes, label=wrapper["label"])
            wrapper.replace_self(link)


def _visit_labelled_link(self: HTML5Translator, node: labelled_link) -> None:
    """Open the link like any other, with its accessible name."""
    start = len(self.body)
    self.visit_reference(node)
    self.body[start] = self.body[start].replace("<a ", f'<a aria-label="{self.attval(node["label"])}" ', 1)


def _depart_labelled_link(self: HTML5Translator, node: labelled_link) -> None:
    self.depart_reference(node)


def setup_labelled_links(app: Sphinx) -> None:
    """Set up the nodes and the transform."""
    app.add_node(labelled_link, html=(_visit_labelled_link, _depart_labelled_link))
    app.add_node(link_label)
    app.add_post_transform(LabelLinks)
