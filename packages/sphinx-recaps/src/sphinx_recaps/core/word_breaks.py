"""Allows line breaks after dots in long words, such as ``garden.beds.north``, so that they do not overflow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import traverse_parent

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

_DOTTED = re.compile(r"\w[\w.]{11,}")
_DOT = re.compile(r"(?<=\w)\.(?=[^\W\d])")
_NARROW = (nodes.title, nodes.rubric, nodes.term, nodes.literal)  # where a long word may not fit its line
_NOT_WORDS = (nodes.math, nodes.raw, nodes.problematic)
_MARKED_UP = {"code", "kbd"}  # classes of literals that Sphinx marks up itself


def after_dots(text: str, mark: str) -> str:
    """Return text with a mark at each possible line break in a long word."""
    return _DOTTED.sub(lambda word: _DOT.sub(f".{mark}", word[0]), text) if "." in text else text


class Break(nodes.Inline, nodes.Element):
    """A possible line break."""


class BreaksAfterDots(SphinxPostTransform):
    """Adds possible line breaks to headings, terms and code."""

    default_priority = 900  # after everything that reads the text
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Split each text at its possible line breaks."""
        for text in [text for text in self.document.findall(nodes.Text) if "." in text and _is_narrow(text)]:
            first, *others = after_dots(text, "\0").split("\0")
            parts: list[nodes.Node] = [nodes.Text(first)]
            for part in others:
                parts += [Break(), nodes.Text(part)]
            text.parent.replace(text, parts)


def _is_narrow(text: nodes.Text) -> bool:
    """Return whether a text is in one of these elements, directly or within inline markup."""
    for node in traverse_parent(text.parent):
        if isinstance(node, _NARROW):
            return not (isinstance(node, nodes.literal) and _MARKED_UP & {*node["classes"]})
        if isinstance(node, _NOT_WORDS) or not isinstance(node, nodes.Inline):
            break
    return False


def _write(translator: HTML5Translator, _node: Break) -> None:
    translator.body.append("<wbr/>")
    raise nodes.SkipNode


def setup_word_breaks(app: Sphinx) -> None:
    """Set up the transform and its node."""
    app.add_node(Break, html=(_write, None))
    app.add_post_transform(BreaksAfterDots)
