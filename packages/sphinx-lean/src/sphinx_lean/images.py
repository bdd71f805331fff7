"""The images of a page: how each offers its smaller files, keeps its place, and when it is loaded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sphinx_lean.pages import CONTENT, FIRST_SCREEN, letters_in, local, relative
from sphinx_lean.pictures import RASTER, Shown
from sphinx_lean.wrapped import BARE, SIZED, WRAPPER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from selectolax.lexbor import LexborNode

    from sphinx_lean.layout import Decided, Layout
    from sphinx_lean.pages import Page
    from sphinx_lean.pictures import Offer

_STYLE = re.compile(r"(?:^|;)\s*(height|width|aspect-ratio)\s*:\s*(\d+(?:\.\d+)?)?(px|r?em|%)?", re.IGNORECASE)
_THEMED = ("only-light", "only-dark")  # of such a pair one is never shown
# Where readers do not look at first: folded, or behind a tab.
_FOLDED = "details:not([open]) img, [hidden] img, dialog img, .sd-tab-content img"
_TALL = 400  # CSS pixels: with an image like that the first screen is full


def images_of(page: Page) -> list[LexborNode]:
    """Return the images of a page that the pass looks after: files of the site whose author offers no choice."""
    return [
        node
        for node in page.find("img[src]:not([srcset])", "img")
        if local(node.attributes["src"] or "", page.path) is not None
        and (node.parent is None or node.parent.tag != "picture" or node.parent.attributes.get("class") == WRAPPER)
    ]


def shown_on(page: Page) -> list[Shown]:
    """Return the images of a page in their order."""
    return [Shown(local(node.attributes["src"] or "", page.path) or "", _shown_width(node)) for node in images_of(page)]


def names_on(page: Page) -> list[str]:
    """Return the classes and ids of images that may get a wrapper, as selectors, with ``img`` if there is one."""
    names: set[str] = set()
    for node in images_of(page):
        if (local(node.attributes["src"] or "", page.path) or "").lower().endswith(RASTER):
            names |= {"img", *(f".{name}" for name in (node.attributes.get("class") or "").split())}
            names |= {f"#{node.attributes['id']}"} if node.attributes.get("id") else set()
    return sorted(names)


def show(page: Page, images: Sequence[Shown], offers: Mapping[Shown, Offer], layout: Layout | None) -> None:
    """Let the images of a page offer what there is.

    ``layout`` is what style rules say; None for a page that was done before, which is brought up to date.
    """
    _load(page, offers)
    nodes = images_of(page)
    if not nodes:
        return
    told = layout is not None and not any("img" in (node.text() or "") for node in page.tree.css("style"))
    decided = layout.on(page.tree) if layout is not None and told else None
    content = page.tree.css_first(CONTENT)
    inside = {node.mem_id for node in (content.css("img") if content is not None else ())}
    for node, image in zip(nodes, images, strict=True):
        offer = offers.get(image)
        if offer is None:
            continue
        is_own = SIZED in (node.attributes.get("class") or "").split()
        if is_own or (decided is not None and node.mem_id in inside and _may_be_sized(node, decided)):
            _size(node, image.width or offer.width, offer)
        _wrap(page, node, offer, image.width, decided)


# -- Size --------------------------------------------------------------------------------------------------------------


def _styles(node: LexborNode) -> dict[str, tuple[str, str]]:
    found = _STYLE.findall(node.attributes.get("style") or "")
    return {name.lower(): (number, unit) for name, number, unit in found}


def _shown_width(node: LexborNode) -> int:
    """Return the width in CSS pixels that the attributes of an image say; 0 where they say none."""
    number, unit = _styles(node).get("width", ("", ""))
    if number and unit in {"px", "em", "rem"}:
        return round(float(number) * (1 if unit == "px" else 16))
    width = node.attributes.get("width") or ""
    return int(width) if width.isdecimal() and not number else 0


def _may_be_sized(node: LexborNode, decided: Decided) -> bool:
    """Say whether an image lacks attributes of size, and looks the same with them."""
    width = node.attributes.get("width") or "1"
    says = {"height", "aspect-ratio"} & set(_styles(node))
    return "height" not in node.attributes and width.isdecimal() and not says and decided.bears_a_size(node)


def _size(node: LexborNode, width: int, offer: Offer) -> None:
    """Give an image the attributes from which browsers know its shape before it is there."""
    if offer.width:
        node.attrs["width"] = str(width)
        node.attrs["height"] = str(max(1, round(width * offer.height / offer.width)))
        classes = [name for name in (node.attributes.get("class") or "").split() if name != SIZED]
        node.attrs["class"] = " ".join([*classes, SIZED])


# -- Files -------------------------------------------------------------------------------------------------------------


def _wrap(page: Page, node: LexborNode, offer: Offer, shown: int, decided: Decided | None) -> None:
    """Put sources before an image, in a wrapper of their own."""
    wrapper = node.parent if node.parent is not None and node.parent.tag == "picture" else None
    before = None
    for source in wrapper.css("source") if wrapper is not None else ():
        before = source.attributes.get("sizes")
        source.decompose()
    classes = (node.attributes.get("class") or "").split()
    if wrapper is None and decided is not None and not decided.bears_a_wrapper(node):
        node.attrs["class"] = " ".join([*classes, BARE])  # for the next time, which knows no rules
        return
    if not offer.files or BARE in classes:
        return
    if wrapper is None:
        node.insert_before(page.tree.create_node("picture"), move=True)
        wrapper = node.prev
        assert wrapper is not None  # noqa: S101 (it was put there)
        wrapper.attrs["class"] = WRAPPER
        wrapper.insert_child(node, move=True)
        node = wrapper.css("img")[0]
    sizes = before or _sizes(node, shown or offer.width, decided)
    for kind, files in offer.files:
        source = page.tree.create_node("source")
        source.attrs["type"] = kind
        source.attrs["srcset"] = ", ".join(f"{relative(path, page.path)} {width}w" for path, width in files)
        source.attrs["sizes"] = sizes
        node.insert_before(source, move=True)


def _sizes(node: LexborNode, width: int, decided: Decided | None) -> str:
    """Return how wide an image is shown, as ``sizes``; what the author says comes first.

    Browsers take an image for as wide as this where nothing else says a width: then it has to be the truth. With
    ``auto`` they take the width from the layout, but lay out the image without looking at it: it needs its size.
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
        sizes = f"auto, {sizes}"
        node.attrs["sizes"] = sizes  # browsers heed the word in sources only if the image has it, too
    return sizes


# -- Time --------------------------------------------------------------------------------------------------------------


def _load(page: Page, offers: Mapping[Shown, Offer]) -> None:
    """Load the largest image of the first screen at once, and first; the others when the reader comes near.

    What an author says about loading stays. A hidden image is loaded unless it is lazy, so both of a pair are.
    """
    content = page.tree.css_first(CONTENT)
    nodes = content.css("img[src]") if content is not None else []
    folded = {node.mem_id for node in page.find(_FOLDED, "img")}
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


def _on_first_screen(page: Page, content: LexborNode, offers: Mapping[Shown, Offer]) -> Iterator[LexborNode]:
    """Yield the images that are likely to be seen before the reader scrolls."""
    read = 0
    for node in content.traverse(include_text=True):
        if node.is_text_node:
            read += letters_in(node)
        elif node.tag == "img" and "src" in node.attributes:
            yield node
            read += FIRST_SCREEN if _shape(page, node, offers)[1] >= _TALL else 0
        if read > FIRST_SCREEN:
            return


def _area(page: Page, node: LexborNode, offers: Mapping[Shown, Offer]) -> int:
    width, height = _shape(page, node, offers)
    return width * height


def _shape(page: Page, node: LexborNode, offers: Mapping[Shown, Offer]) -> tuple[int, int]:
    """Return about how large an image is shown, in CSS pixels."""
    shown = _shown_width(node)
    offer = offers.get(Shown(local(node.attributes["src"] or "", page.path) or "", shown))
    if offer is None or not offer.width:
        return (shown, shown)
    width = shown or offer.width
    return (width, width * offer.height // offer.width)
