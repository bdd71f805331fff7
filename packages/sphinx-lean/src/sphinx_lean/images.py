"""The images of a page: their smaller files, their reserved size, and when they are loaded."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

from selectolax.lexbor import SelectolaxError

from sphinx_lean.addresses import local, relative
from sphinx_lean.pages import CONTENT, FIRST_SCREEN, letters_in
from sphinx_lean.pictures import PageImage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from sphinx_lean.pages import Page
    from sphinx_lean.pictures import Offer
    from sphinx_lean.sheets import Rule

_STYLE = re.compile(r"(?:^|;)\s*(height|width|aspect-ratio)\s*:\s*(\d+(?:\.\d+)?)?(px|r?em|%)?", re.IGNORECASE)
_HANDLED = "img[src]:not([srcset]):not(picture > img)"  # without alternatives by the author
# Not visible at first: collapsed, or behind a tab, or one of a pair for light and dark.
_HIDDEN = (
    "details:not([open]) img, [hidden] img, dialog img, .sd-tab-content img, img[loading=lazy],"
    "img.only-light, img.only-dark"
)
_TALL = 400  # CSS pixels; an image of this size fills the first screen


class _Image:
    """An image of a page, with the sizes that its attributes say."""

    def __init__(self, node: LexborNode, page: Page) -> None:
        self.node = node
        styles = _STYLE.findall(node.attributes.get("style") or "")
        self.styles = {name.lower(): (number, unit) for name, number, unit in styles}
        self.path = local(node.attributes["src"] or "", page.path)
        number, unit = self.styles.get("width", ("", ""))
        width = node.attributes.get("width") or ""
        if number:
            width = str(round(float(number) * {"px": 1, "em": 16, "rem": 16}.get(unit.lower(), 0)))
        self.key = PageImage(self.path or "", int(width) if width.isdecimal() else 0)  # in CSS pixels

    def shape(self, offer: Offer | None) -> tuple[int, int]:
        """Return the approximate displayed size in CSS pixels."""
        shown = self.key.width
        if offer is None or not offer.width:
            return (shown, shown)
        width = shown or offer.width
        return (width, max(1, round(width * offer.height / offer.width)))


def shown_on(page: Page) -> list[PageImage]:
    """Return the images of a page that the pass handles: files of the site without alternatives by the author."""
    images = (_Image(node, page) for node in page.tree.css(_HANDLED))
    return [image.key for image in images if image.path]


def show(page: Page, offers: Mapping[PageImage, Offer], layout: Layout | None) -> None:
    """Add the available files to the images of a page.

    ``layout`` has the style rules for images; it is None for a page without style sheets.
    """
    content = page.tree.css_first(CONTENT)
    inside = {node.mem_id for node in content.css("img[src]")} if content is not None else set()
    if content is not None and inside:
        _load(page, content, offers)
    images = [image for node in page.tree.css(_HANDLED) if (image := _Image(node, page)).key in offers]
    if not images:
        return
    is_known = layout is not None and not any("img" in (node.text() or "") for node in page.tree.css("style"))
    fixed, wide = _sized(page.tree, layout) if layout is not None and is_known else (inside, inside)
    for image in images:
        offer, place = offers[image.key], image.node.mem_id
        if place in inside - fixed:
            _size(image, offer)
        if offer.files:
            files = [f"{relative(path, page.path)} {width}w" for path, width in offer.files]
            image.node.attrs["srcset"] = ", ".join(files)
            image.node.attrs["sizes"] = _sizes(image, offer, is_sure=is_known and place not in wide)


def _size(image: _Image, offer: Offer) -> None:
    """Give an image size attributes, so that browsers reserve its space, unless the author has set its height."""
    width = image.node.attributes.get("width") or "1"
    has_height = {"height", "aspect-ratio"} & {*image.styles, *image.node.attributes}
    if offer.width and width.isdecimal() and not has_height:
        image.node.attrs["width"], image.node.attrs["height"] = map(str, image.shape(offer))
        image.node.attrs["class"] = f"{image.node.attributes.get('class') or ''} {SIZED}".strip()


def _sizes(image: _Image, offer: Offer, *, is_sure: bool) -> str:
    """Return the displayed width of an image as ``sizes``; the author's value takes precedence.

    Without another width, browsers display an image in this width, so it must be correct. With ``auto`` they take the
    width from the layout, if no rule sets it (``is_sure``), and the image needs size attributes.
    """
    if author := image.node.attributes.get("sizes"):
        return author
    width = image.key.width or offer.width
    number, unit = image.styles.get("width", ("", ""))
    if unit == "%":
        return f"{number}vw"
    if "width" not in image.node.attributes and not number:
        return f"{width}px"
    is_auto = is_sure and "height" in image.node.attributes and image.node.attributes.get("loading") == "lazy"
    return f"{'auto, ' if is_auto else ''}(max-width: {width}px) 100vw, {width}px"


def _load(page: Page, content: LexborNode, offers: Mapping[PageImage, Offer]) -> None:
    """Load the largest image of the first screen eagerly and first, and the others lazily.

    Attributes of the author stay. Hidden images are loaded unless they are lazy, so both of a pair are lazy.
    """
    hidden = {node.mem_id for node in page.tree.css(_HIDDEN)}
    largest, most, read = None, -1, 0
    for node in content.traverse(include_text=True):
        if node.is_text_node:
            read += letters_in(node)
        elif node.tag == "img" and "src" in node.attributes:
            image = _Image(node, page)
            width, height = image.shape(offers.get(image.key))
            if width * height > most and node.mem_id not in hidden:
                largest, most = node, width * height
            read += FIRST_SCREEN if height >= _TALL else 0
        if read > FIRST_SCREEN:
            break
    if largest is not None and content.css_first("img[src][fetchpriority]") is None:
        largest.attrs["fetchpriority"] = "high"
        largest.attrs["loading"] = "eager"
    for node in content.css("img[src]"):
        for name, value in (("loading", "lazy"), ("decoding", "async")):
            if name not in node.attributes:
                node.attrs[name] = value


_HEIGHTS = {"height", "block-size", "min-height", "min-block-size", "max-height", "max-block-size", "aspect-ratio"}
_WIDTHS = {"width", "inline-size"}
_NESTED = re.compile(r"\b(?:height|block-size|aspect-ratio|flex|grid|box)\b")  # in nested rules, which are one text
SIZED = "lean-sized"  # the class of an image that got its size from the pass: its height follows its width
RULE = f":where(.{SIZED}){{height:auto}}"


Layout = tuple[tuple[str, str], ...]  # selectors of elements with a height, with a width, and of images in boxes


def layout_of(rules: Iterable[Rule]) -> Iterator[tuple[str, str]]:
    """Yield each selector by which some rules set a size of elements, after the kind of size.

    ``tall`` elements get a height, ``wide`` ones a width, and ``boxed`` images may be stretched by their box.
    """
    for rule in rules:
        says = {one.name: one.value.partition("!")[0] for one in rule.declarations}
        if any(says.get(name, "auto") not in {"auto", "none"} for name in _HEIGHTS):
            yield from (("tall", text) for text in rule.selectors)
        if not _WIDTHS.isdisjoint(says):
            yield from (("wide", text) for text in rule.selectors)
        if _NESTED.search("".join(one.value for one in rule.declarations if not one.name)):
            yield from (("tall", form) for text in rule.selectors for form in (text, f"{text} img"))
        if says.get("display", "").endswith(("flex", "grid", "box")):
            yield from (("boxed", f"{text} > img") for text in rule.selectors)


def _sized(tree: LexborHTMLParser, layout: Layout) -> tuple[set[int], set[int]]:
    """Return the addresses in memory of elements that would look different with size attributes, and of wide ones."""
    found: dict[str, set[int]] = defaultdict(set)
    for kind, selector in layout:
        with suppress(SelectolaxError):  # mostly pseudo-elements, which images do not have
            found[kind].update(node.mem_id for node in tree.css(selector))
    return found["tall"] | (found["boxed"] - found["wide"]), found["wide"]
