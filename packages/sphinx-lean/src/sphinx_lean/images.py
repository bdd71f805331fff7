"""The images of a page: their smaller files, their reserved size, and when they are loaded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sphinx_lean.addresses import local, relative
from sphinx_lean.layout import SIZED
from sphinx_lean.pages import CONTENT, FIRST_SCREEN, letters_in
from sphinx_lean.pictures import PageImage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selectolax.lexbor import LexborNode

    from sphinx_lean.layout import Decided, Layout
    from sphinx_lean.pages import Page
    from sphinx_lean.pictures import Offer

_STYLE = re.compile(r"(?:^|;)\s*(height|width|aspect-ratio)\s*:\s*(\d+(?:\.\d+)?)?(px|r?em|%)?", re.IGNORECASE)
_THEMED = ("only-light", "only-dark")  # one of such a pair is hidden
# Not visible at first: collapsed, or behind a tab.
_FOLDED = "details:not([open]) img, [hidden] img, dialog img, .sd-tab-content img"
_TALL = 400  # CSS pixels; an image of this size fills the first screen


def images_of(page: Page) -> list[LexborNode]:
    """Return the images of a page that the pass handles: files of the site without alternatives by the author."""
    return [
        node
        for node in page.tree.css("img[src]:not([srcset]):not(picture > img)")
        if local(node.attributes["src"] or "", page.path) is not None
    ]


def shown_on(page: Page) -> list[PageImage]:
    """Return the images of a page, in order."""
    return [
        PageImage(local(node.attributes["src"] or "", page.path) or "", _shown_width(node)) for node in images_of(page)
    ]


def show(page: Page, offers: Mapping[PageImage, Offer], layout: Layout | None) -> None:
    """Add the available files to the images of a page.

    ``layout`` has the style rules for images; it is None for a page without style sheets.
    """
    _load(page, offers)
    nodes = images_of(page)
    if not nodes:
        return
    told = layout is not None and not any("img" in (node.text() or "") for node in page.tree.css("style"))
    decided = layout.on(page.tree) if layout is not None and told else None
    content = page.tree.css_first(CONTENT)
    inside = {node.mem_id for node in (content.css("img") if content is not None else ())}
    for node, image in zip(nodes, shown_on(page), strict=True):
        offer = offers.get(image)
        if offer is None:
            continue
        if decided is not None and node.mem_id in inside and _may_be_sized(node, decided):
            _size(node, image.width or offer.width, offer)
        if offer.files:
            files = [f"{relative(path, page.path)} {width}w" for path, width in offer.files]
            node.attrs["srcset"] = ", ".join(files)
            node.attrs["sizes"] = _sizes(node, image.width or offer.width, decided)


# -- Size --------------------------------------------------------------------------------------------------------------


def _styles(node: LexborNode) -> dict[str, tuple[str, str]]:
    found = _STYLE.findall(node.attributes.get("style") or "")
    return {name.lower(): (number, unit) for name, number, unit in found}


def _shown_width(node: LexborNode) -> int:
    """Return the width in CSS pixels from the attributes of an image; 0 if there is none."""
    number, unit = _styles(node).get("width", ("", ""))
    if number and unit in {"px", "em", "rem"}:
        return round(float(number) * (1 if unit == "px" else 16))
    width = node.attributes.get("width") or ""
    return int(width) if width.isdecimal() and not number else 0


def _may_be_sized(node: LexborNode, decided: Decided) -> bool:
    """Return whether an image lacks size attributes, and looks the same with them."""
    width = node.attributes.get("width") or "1"
    says = {"height", "aspect-ratio"} & set(_styles(node))
    return "height" not in node.attributes and width.isdecimal() and not says and decided.bears_a_size(node)


def _size(node: LexborNode, width: int, offer: Offer) -> None:
    """Give an image size attributes, so that browsers reserve its space."""
    if offer.width:
        node.attrs["width"] = str(width)
        node.attrs["height"] = str(max(1, round(width * offer.height / offer.width)))
        node.attrs["class"] = f"{node.attributes.get('class') or ''} {SIZED}".strip()


# -- Files -------------------------------------------------------------------------------------------------------------


def _sizes(node: LexborNode, width: int, decided: Decided | None) -> str:
    """Return the displayed width of an image as ``sizes``; the author's value takes precedence.

    Without another width, browsers display an image in this width, so it must be correct. With ``auto`` they take the
    width from the layout, and the image needs size attributes.
    """
    if node.attributes.get("sizes"):
        return str(node.attributes["sizes"])
    number, unit = _styles(node).get("width", ("", ""))
    if unit == "%":
        return f"{number}vw"
    if "width" not in node.attributes and not number:
        return f"{width}px"
    sizes = f"(max-width: {width}px) 100vw, {width}px"
    is_sure = "height" in node.attributes and decided is not None and not decided.has_a_width(node)
    if is_sure and node.attributes.get("loading") == "lazy":
        return f"auto, {sizes}"
    return sizes


# -- Time --------------------------------------------------------------------------------------------------------------


def _load(page: Page, offers: Mapping[PageImage, Offer]) -> None:
    """Load the largest image of the first screen eagerly and first, and the others lazily.

    Attributes of the author stay. Hidden images are loaded unless they are lazy, so both of a pair are lazy.
    """
    content = page.tree.css_first(CONTENT)
    nodes = content.css("img[src]") if content is not None else []
    folded = {node.mem_id for node in page.tree.css(_FOLDED)}
    first = [
        node
        for node in (_on_first_screen(page, content, offers) if nodes and content is not None else ())
        if node.mem_id not in folded and node.attributes.get("loading") != "lazy" and not _is_themed(node)
    ]
    if first and not any("fetchpriority" in node.attributes for node in nodes):
        largest = max(first, key=lambda node: _area(page, node, offers))
        largest.attrs["fetchpriority"] = "high"
        largest.attrs["loading"] = "eager"
    for node in nodes:
        if "loading" not in node.attributes:
            node.attrs["loading"] = "lazy"
        if "decoding" not in node.attributes:
            node.attrs["decoding"] = "async"


def _is_themed(node: LexborNode) -> bool:
    return any(name in (node.attributes.get("class") or "").split() for name in _THEMED)


def _on_first_screen(page: Page, content: LexborNode, offers: Mapping[PageImage, Offer]) -> Iterator[LexborNode]:
    """Yield the images that are likely to be visible before scrolling."""
    read = 0
    for node in content.traverse(include_text=True):
        if node.is_text_node:
            read += letters_in(node)
        elif node.tag == "img" and "src" in node.attributes:
            yield node
            read += FIRST_SCREEN if _shape(page, node, offers)[1] >= _TALL else 0
        if read > FIRST_SCREEN:
            return


def _area(page: Page, node: LexborNode, offers: Mapping[PageImage, Offer]) -> int:
    width, height = _shape(page, node, offers)
    return width * height


def _shape(page: Page, node: LexborNode, offers: Mapping[PageImage, Offer]) -> tuple[int, int]:
    """Return the approximate displayed size of an image in CSS pixels."""
    shown = _shown_width(node)
    offer = offers.get(PageImage(local(node.attributes["src"] or "", page.path) or "", shown))
    if offer is None or not offer.width:
        return (shown, shown)
    width = shown or offer.width
    return (width, width * offer.height // offer.width)
