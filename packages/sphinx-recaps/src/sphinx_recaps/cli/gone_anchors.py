"""Finds the anchors of a page that were published and are gone: those of headings and of labels."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from markdown_it.renderer import RendererHTML
from myst_parser.parsers.mdit import create_md_parser

from sphinx_recaps.data.fields import code, quote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from myst_parser.config.main import MdParserConfig

_UNKNOWN = {"myst_role", "substitution_inline"}  # whose text depends on other pages or on the configuration
_RST = re.compile(r"(?m)^(?:\.\. _`?(?P<label>[^:`\n]+)`?:|(?P<title>\S.*)\n(?P<line>([^\w\s])\4*))[ \t]*$")
_SIMILAR = 0.4


class _Anchor(NamedTuple):
    """An anchor, its line, and the text of its heading, which is empty for a label."""

    name: str
    line: int
    heading: str


def gone_anchors(
    old: str, new: str, known: Collection[str], markdown: MdParserConfig | None
) -> Iterator[tuple[int, str]]:
    """Yield a current line and a message for each anchor in the old text of a page that is not ``known`` any more.

    ``markdown`` is the configuration of MyST, or None for reStructuredText. The first heading is left out: it is the
    top of the page, to which unknown anchors lead.
    """
    before, now = _anchors(old, markdown), _anchors(new, markdown)
    kept = {anchor.name for anchor in before}
    added = [anchor for anchor in now if anchor.heading and anchor.name not in kept]
    first = next((anchor for anchor in before if anchor.heading), None)
    for anchor in dict.fromkeys(before):
        if anchor.name in known or anchor is first:
            continue
        label = code(f"({anchor.name})=" if markdown else f".. _{anchor.name}:")
        what = f"the heading {quote(anchor.heading)}" if anchor.heading else "a label"
        above = "on the line above what replaces it" if markdown else "and an empty line above what replaces it"
        yield _successor(anchor, added), f"{what} of this page was published as `#{anchor.name}`; write {label} {above}"


def _anchors(text: str, markdown: MdParserConfig | None) -> list[_Anchor]:
    """Return the anchors in the source of a page that can be known without building it."""
    found = _in_markdown(text, markdown) if markdown else _in_rst(text)
    return [anchor for anchor in found if anchor.name]


def _in_markdown(text: str, config: MdParserConfig) -> Iterator[_Anchor]:
    # Without colon fences, what is inside them is read like the rest of the page.
    config = replace(config, enable_extensions={*config.enable_extensions} - {"colon_fence"})
    tokens = create_md_parser(config, RendererHTML).parse(text)
    for number, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else 0
        if token.type == "myst_target":
            yield _Anchor(nodes.make_id(token.content), line, "")
        elif token.type == "heading_open":
            parts = tokens[number + 1].children or ()
            if not any(part.type in _UNKNOWN for part in parts):
                title = "".join(part.content for part in parts)
                yield _Anchor(nodes.make_id(title), line, title)


def _in_rst(text: str) -> Iterator[_Anchor]:
    for match in _RST.finditer(text):
        line, title = text.count("\n", 0, match.start()) + 1, (match["title"] or "").rstrip()
        if match["label"]:
            yield _Anchor(nodes.make_id(match["label"]), line, "")
        elif len(match["line"]) >= len(title) and "`" not in title:
            yield _Anchor(nodes.make_id(title), line, title)


def _successor(anchor: _Anchor, added: Sequence[_Anchor]) -> int:
    """Return the line of the new heading that is most similar, or nearest."""
    close = get_close_matches(anchor.heading, [one.heading for one in added], 1, _SIMILAR)
    named = [one for one in added if one.heading in close] or list(added)
    return min(named, key=lambda one: abs(one.line - anchor.line)).line if named else 1
