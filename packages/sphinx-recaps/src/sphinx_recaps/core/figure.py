"""Figures made by directives: their options, their nodes, and how builders without pictures show them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinx_recaps.core.messages import _
from sphinx_recaps.core.options import Option, choice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from sphinx.application import Sphinx
    from sphinx.util.docutils import SphinxDirective


def width(argument: str) -> str:
    """Convert the option ``width``: a CSS length or a percentage; a bare number is in pixels. Raises ValueError."""
    msg = f"{argument!r} is not a width; write a positive length such as 640px or 80%"
    try:
        length: str = directives.length_or_percentage_or_unitless(argument, "px")
    except ValueError as error:
        raise ValueError(msg) from error
    if not re.search("[1-9]", length):
        raise ValueError(msg)
    return length


ALIGN = choice(
    ("left", "center", "right"), "The side on which to place it.", default="the side where lines of text start"
)
WIDTH = Option(width, "How wide it is.", write="a length or a percentage", example="80%", default="as wide as the text")


def build_figure(
    directive: SphinxDirective, kind: str, images: Sequence[nodes.Node], title: str, legend: Sequence[nodes.Node]
) -> nodes.figure:
    """Return a figure of standard nodes: images, the title as caption (unless empty), and a legend.

    Applies the options ``align``, ``width``, ``class`` and ``name`` of the directive. ``kind`` is a CSS class, by which
    :func:`figures` finds the figure.
    """
    figure = nodes.figure("", *images, classes=[kind, *directive.options.get("class", [])])
    figure["recap"] = kind  # authors may use the class for other figures
    for option in ("align", "width"):
        if option in directive.options:
            figure[option] = directive.options[option]
    directive.set_source_info(figure)
    if title:
        caption = nodes.caption(title, "", nodes.Text(title))
        directive.set_source_info(caption)
        figure += caption
    if legend:
        figure += nodes.legend("", *legend)
    directive.add_name(figure)
    return figure


def figures(tree: nodes.Node, kind: str | None = None) -> Iterator[nodes.figure]:
    """Yield the figures of one kind, or of all kinds of this extension; the tree may be changed meanwhile."""
    candidates = ((node, node.get("recap")) for node in list(tree.findall(nodes.figure)))
    return (node for node, own in candidates if own and kind in {None, own})


def title_of(figure: nodes.figure) -> str:
    """Return the title of a figure, in the language of the page; empty if it has none."""
    return next((child.astext() for child in figure if isinstance(child, nodes.caption)), "")


def chapters_of(figure: nodes.figure) -> list[tuple[int, str]]:
    """Return the chapters in the caption of a video, each with its start in seconds and its title, in order."""
    found = []
    for item in figure.findall(nodes.list_item):
        if "time" in item:
            title = item.astext().partition(" ")[2].strip(" \n-–—:") or item.astext()
            found.append((item["time"], " ".join(title.split())))
    return sorted(found)


def image_as_text(text: str, parent: nodes.Element | None) -> nodes.TextElement:
    """Return what readers see instead of an image: inline within a text, otherwise a paragraph."""
    words = _("[image: {text}]").format(text=text)
    return nodes.inline(words, words) if isinstance(parent, nodes.TextElement) else nodes.paragraph("", words)


class ExcludeGeneratedImages(SphinxTransform):
    """Excludes images that are not written on the page from translation, if the project translates images.

    A generated cover is not a source file, and the images of entries are in data files.
    """

    default_priority = 11  # after Sphinx has marked what to translate, at 10

    def apply(self, **_kwargs: Any) -> None:
        """Clear the mark."""
        for image in self.document.findall(nodes.image):
            if "recap-drawn" in image["classes"] or "entry" in image:
                image.attributes.pop("translatable", None)


class NumberedReferencesAsText(SphinxPostTransform):
    """Shows the number in numbered references; these builders would print the format, ``Fig. %s``."""

    default_priority = 20  # after the references are resolved
    formats = ("text", "man", "texinfo")

    def run(self, **_kwargs: Any) -> None:
        """Copy the resolved text of each reference to the attribute that these writers print."""
        for reference in self.document.findall(addnodes.number_reference):
            reference["title"] = reference.astext()


class ImagesAsText(SphinxPostTransform):
    """Replaces images with their alternative text in text-only builders."""

    default_priority = 20
    formats = ("text", "man")

    def run(self, **_kwargs: Any) -> None:
        """Replace the images of this extension's figures; remove decorative ones."""
        for figure in figures(self.document):
            for image in list(figure.findall(nodes.image)):
                block = image if image.parent is figure else image.parent
                block.parent.remove(block)
                if image["alt"] and "recap-drawn" not in image["classes"]:
                    figure.insert(0, image_as_text(image["alt"], figure))


def setup_figure(app: Sphinx) -> None:
    """Set up the transforms for all figures."""
    app.add_transform(ExcludeGeneratedImages)
    app.add_post_transform(NumberedReferencesAsText)
    app.add_post_transform(ImagesAsText)
