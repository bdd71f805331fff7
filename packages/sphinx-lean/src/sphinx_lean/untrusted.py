"""Handles what no policy can prevent or tell apart in the text of a page: redirects, connections, embedded drawings.

A text can be read in different ways: as an element or an attribute, with scripts switched on or off. What is safe here
is safe in all of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from sphinx_lean.addresses import local

if TYPE_CHECKING:
    from pathlib import Path

    from selectolax.lexbor import LexborNode

    from sphinx_lean.pages import Page

_HINTS = {"preconnect", "dns-prefetch", "prefetch", "prerender", "preload", "modulepreload"}
# Elements for search engines may be anywhere. Others start with "<meta", whatever comes before it.
_META = re.compile(r'<(?=meta\b(?!(?: (?:itemprop|property|content)="[^"<>]*")+>))', re.IGNORECASE)
_OBJECT = re.compile(r"<(?:object|embed)\b[^>]*", re.IGNORECASE)
_DRAWING = re.compile(r'<object data="([^"&<>]+\.svg)"(?: (?:type|class|width|height)="[^"<>]*")*', re.IGNORECASE)
_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = frozenset(
    {"a", "circle", "clipPath", "defs", "desc", "ellipse", "g", "line", "linearGradient", "path", "polygon"}
    | {"polyline", "radialGradient", "rect", "stop", "svg", "text", "title", "tspan"}
)


def neutralise(page: Page) -> None:
    """Remove redirects, connections to other hosts, and what browsers read differently when they run scripts."""
    css = page.tree.css
    unsafe = [node for node in css("meta[http-equiv]") if not page.trusts(node)]
    unsafe += [node for node in css("link") if _HINTS & _relations(node) and not page.trusts(node)]
    unsafe += css("link[rel~=next i]")  # Firefox prefetches it, which the policy forbids
    unsafe += [node for node in css("noscript") if (node.html or "").lower().count("</noscript") > 1]
    for node in unsafe:
        node.decompose()
    # An element with this name replaces the property of the document from which scripts learn their own address.
    for node in css("[name=currentScript], [id=currentScript]"):
        del node.attrs["name" if node.attributes.get("name") == "currentScript" else "id"]
    # Themes do not escape the name of a page in their inline scripts, and this one could end a string.
    odd = [part.removesuffix(".html") for part in page.path.split("/") if re.search(r"['\"`\\]", part)]
    for node in css("script") if odd else ():
        if any(name in (node.text() or "") for name in odd):
            del node.attrs["nonce"]


def _relations(node: LexborNode) -> set[str]:
    return set((node.attributes.get("rel") or "").lower().split())


def without_redirects(html: str) -> str:
    """Return the HTML of a page in which no text of its body can be read as the start of a redirect."""
    head, end, body = html.partition("</head>")
    return f"{head}{end}{_META.sub('&lt;', body)}"


def are_still(page: Page, root: Path) -> bool:
    """Return whether a page embeds drawings, such as graphs, and nothing else that can be read as embedded.

    A policy can only allow to embed all files of the site or none.
    """
    if not page.tree.css_matches("object, embed"):
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
