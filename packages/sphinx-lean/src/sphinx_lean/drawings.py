"""Tells drawings, such as the graphs of Graphviz, that a page may embed from files that could run scripts.

A policy can only allow to embed all files of the site or none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from sphinx_lean.pages import local

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx_lean.pages import Page

_OBJECT = re.compile(r"<(?:object|embed)\b[^>]*", re.IGNORECASE)
_DRAWING = re.compile(r'<object data="([^"&<>]+\.svg)"(?: (?:type|class|width|height)="[^"<>]*")*', re.IGNORECASE)
_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = frozenset(
    {"a", "circle", "clipPath", "defs", "desc", "ellipse", "g", "line", "linearGradient", "path", "polygon"}
    | {"polyline", "radialGradient", "rect", "stop", "svg", "text", "title", "tspan"}
)


def are_still(page: Page, root: Path) -> bool:
    """Return whether a page embeds drawings, such as graphs, and nothing else that can be read as embedded."""
    if not page.find("object, embed", "object", "embed"):
        return False
    drawings = [_DRAWING.fullmatch(text) for text in _OBJECT.findall(page.html())]
    return all(found is not None and _is_still(root, local(found[1], page.path)) for found in drawings)


def _is_still(root: Path, path: str | None) -> bool:
    """Return whether a file is an SVG that cannot run scripts or load anything."""
    try:
        text = (root / (path or "")).read_text(encoding="utf-8")
        if "<!ENTITY" in text or text.count("<?") > text.startswith("<?xml "):
            return False
        nodes = list(ET.fromstring(text.encode()).iter())  # noqa: S314 (it has no entities)
    except (OSError, UnicodeError, ET.ParseError):
        return False
    return all(
        node.tag.removeprefix(_SVG) in _SHAPES and all(map(_is_harmless, node.attrib, node.attrib.values()))
        for node in nodes
    )


def _is_harmless(name: str, value: str) -> bool:
    """Return whether an attribute in a drawing cannot run a script or load anything."""
    name = name.rpartition("}")[2].lower()
    if name == "href":
        return re.match(r"\s*(?:https?:|[^:]*(?:[/?#]|$))", value, re.IGNORECASE) is not None
    return not name.startswith("on") and re.search(r"url\((?!#)|\\|@import", value) is None
