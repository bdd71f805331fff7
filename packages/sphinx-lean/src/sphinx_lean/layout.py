"""Finds style rules that set the size of images; with them, size attributes could distort an image."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tinycss2
from selectolax.lexbor import SelectolaxError

from sphinx_lean.selectors import needs_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from sphinx_lean.sheets import Rule
    from sphinx_lean.usage import Used

_HEIGHTS = {"height", "block-size", "min-height", "min-block-size", "max-height", "max-block-size", "aspect-ratio"}
_WIDTHS = {"width", "inline-size"}
_RELEVANT = {*_HEIGHTS, *_WIDTHS, "display", ""}  # '' for nested rules
_NESTED = re.compile(r"\b(?:height|block-size|aspect-ratio|flex|grid|box)\b")  # in nested rules, which are one text
_COMBINATORS = {">", "+", "~"}
SIZED = "lean-sized"  # the class of an image that got its size from the pass: its height follows its width
RULE = f":where(.{SIZED}){{height:auto}}"


@dataclass(frozen=True)
class Layout:
    """Selectors of images with a height, of images with a width, and of images stretched by their box."""

    tall: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()
    boxes: tuple[str, ...] = ()

    @classmethod
    def of(cls, rules: Iterable[Rule], images: Used) -> Layout:
        """Return the layout set by some rules; ``images`` has the tag, classes and ids of images."""
        tall: dict[str, None] = {}
        wide: dict[str, None] = {}
        boxes: dict[str, None] = {}
        for rule in rules:
            if _RELEVANT.isdisjoint(one.name for one in rule.declarations):
                continue
            says = {one.name: one.value.partition(" !")[0] for one in rule.declarations}
            texts = rule.selectors
            subjects = dict.fromkeys(text for text in texts if images.meets(needs_of(_subject(text))))
            if any(says.get(name, "auto") not in {"auto", "none"} for name in _HEIGHTS):
                tall |= subjects
            if _NESTED.search("".join(one.value for one in rule.declarations if not one.name)):
                tall |= dict.fromkeys(form for text in texts for form in (text, f"{text} img"))
            if _WIDTHS & set(says):
                wide |= subjects
            if says.get("display", "").endswith(("flex", "grid", "box")):
                boxes |= dict.fromkeys(f"{text} > img" for text in texts)
        return cls(tuple(tall), tuple(wide), tuple(boxes))

    def on(self, tree: LexborHTMLParser) -> Decided:
        """Return the elements of a page that the rules match."""
        return Decided(*(_matched(tree, selectors) for selectors in (self.tall, self.wide, self.boxes)))


@dataclass(frozen=True)
class Decided:
    """The elements of a page whose size is set by rules, by memory address."""

    tall: frozenset[int]
    wide: frozenset[int]
    stretched: frozenset[int]

    def bears_a_size(self, image: LexborNode) -> bool:
        """Return whether an image looks the same with size attributes, if its height follows its width."""
        place = image.mem_id
        return place not in self.tall and (place in self.wide or place not in self.stretched)

    def has_a_width(self, image: LexborNode) -> bool:
        """Return whether rules set the width of the image."""
        return image.mem_id in self.wide


def _subject(selector: str) -> list[Any]:
    """Return the part of a selector for the element itself, after the last combinator."""
    part: list[Any] = []
    for token in tinycss2.parse_component_value_list(selector, skip_comments=True):
        if token.type == "whitespace" or (token.type == "literal" and token.value in _COMBINATORS):
            part = []
        else:
            part.append(token)
    return part


def _matched(tree: LexborHTMLParser, selectors: Iterable[str]) -> frozenset[int]:
    found: set[int] = set()
    for selector in selectors:
        try:
            found.update(node.mem_id for node in tree.css(selector))
        except SelectolaxError:  # mostly pseudo-elements, which images do not have
            continue
    return frozenset(found)
