"""Finds the anchors of a page that were published and are gone: those of headings and of labels."""

from __future__ import annotations

import re
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from markdown_it import MarkdownIt

from sphinx_recaps.data.fields import code, quote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_FRONT_MATTER = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_ROLE = re.compile(r"\{[^}]+\}`")
_LABEL = re.compile(r"\(([^()\s]+)\)=")
_RST = re.compile(r"(?m)^(?:\.\. _`?(?P<label>[^:`\n]+)`?:|(?P<title>\S.*)\n(?P<line>([^\w\s])\4*))[ \t]*$")
_SIMILAR = 0.4


class _Anchor(NamedTuple):
    """An anchor, its line, and the text of its heading, which is empty for a label."""

    name: str
    line: int
    heading: str


def gone_anchors(old: str, new: str, known: Collection[str], *, is_markdown: bool) -> Iterator[tuple[int, str]]:
    """Yield a line of today, and a message, for each anchor in the old text of a page that is not ``known`` today.

    The first heading is left out: it is the top of the page, to which unknown anchors lead.
    """
    before, now = _anchors(old, is_markdown=is_markdown), _anchors(new, is_markdown=is_markdown)
    kept = {anchor.name for anchor in before}
    added = [anchor for anchor in now if anchor.heading and anchor.name not in kept]
    first = next((anchor for anchor in before if anchor.heading), None)
    for anchor in dict.fromkeys(before):
        if anchor.name in known or anchor is first:
            continue
        label = code(f"({anchor.name})=" if is_markdown else f".. _{anchor.name}:")
        what = f"the heading {quote(anchor.heading)}" if anchor.heading else "a label"
        above = "on the line above what replaces it" if is_markdown else "and an empty line above what replaces it"
        yield _successor(anchor, added), f"{what} of this page was published as `#{anchor.name}`; write {label} {above}"


def _anchors(text: str, *, is_markdown: bool) -> list[_Anchor]:
    """Return the anchors in the source of a page, as far as they can be known without building it."""
    found = _in_markdown(text) if is_markdown else _in_rst(text)
    return [anchor for anchor in found if anchor.name]


def _in_markdown(text: str) -> Iterator[_Anchor]:
    front = _FRONT_MATTER.match(text)
    above = front[0].count("\n") + 1 if front else 1
    tokens = MarkdownIt("commonmark").parse(text[front.end() :] if front else text)
    for token, inline in pairwise(tokens):
        line = above + token.map[0] if token.map else 0
        if token.type == "heading_open" and not _ROLE.search(inline.content):
            title = "".join(child.content for child in inline.children or () if child.type in {"text", "code_inline"})
            yield _Anchor(nodes.make_id(title), line, title)
        elif token.type == "paragraph_open":
            for number, label in enumerate(map(_LABEL.fullmatch, inline.content.splitlines())):
                if label:
                    yield _Anchor(nodes.make_id(label[1]), line + number, "")


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
