"""Marks of Markdown that readers would see: blocks without an end, links and roles that are none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.nodes import traverse_parent

from sphinx_recaps.warnings import RecapWarning, report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx

_FENCE = re.compile(r"[ \t>]*(?P<mark>:{3,}|`{3,}|~{3,})(?P<rest>.*)")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_NESTING = "A block around other blocks has more colons than they have"
_TAGS = (
    "a|abbr|article|aside|audio|b|blockquote|br|button|center|code|dd|details|div|dl|dt|em|embed|figure|font|form|"
    "h[1-6]|header|hr|i|iframe|img|input|kbd|li|link|main|mark|meta|nav|object|ol|p|picture|pre|s|script|section|"
    "small|source|span|strong|style|sub|summary|sup|svg|table|tbody|td|th|thead|tr|u|ul|video"
)
_SHOWN = {
    re.compile(r"^[ \t]*:{2,}[ \t]*\{?[\w-]*\}?", re.MULTILINE): (
        "write ::: and the name in braces to begin a block, and ::: alone on a line to end it"
    ),
    re.compile(
        r"(?<!:)(?<!:[ \t])\{[a-z][a-z:-]*\}(?!\w*=)"
    ): "write a role as {role}`text`, without a space between the two",
    re.compile(r"!?\[[^\]]*\]\([^)]*\)?"): (
        "write a link as [text](address): without spaces in the address, and with https:, http: or mailto: or a file"
    ),
    re.compile(
        rf"</?(?:{_TAGS})\b[^<>]*>|<!--", re.IGNORECASE
    ): "pages hold no HTML; write Markdown, or `code` to show it",
}
# Titles come from options too, which are no Markdown.
_NO_TEXT = (nodes.literal, nodes.literal_block, nodes.comment, nodes.raw, nodes.math, nodes.math_block, nodes.caption)


def unpaired(lines: Sequence[str], first: int = 1) -> Iterator[tuple[int, str]]:
    """Yield the lines of Markdown that begin a block without an end, or end none, each with what is wrong.

    Blocks in blocks are looked at too. ``first`` is the number of the first line.
    """
    mark, begun, is_directive = "", 0, False
    for number, line in enumerate(lines):
        fence = _FENCE.fullmatch(line)
        if fence is None:
            continue
        if not mark and fence["mark"].startswith(":") and not fence["rest"].strip():
            yield first + number, f"this line ends no block; take it away, or begin one above. {_NESTING}"
        elif not mark:
            mark, begun, is_directive = fence["mark"], number, fence["rest"].lstrip().startswith("{")
        elif fence["mark"].startswith(mark) and not fence["rest"].strip():
            if is_directive:
                yield from unpaired(lines[begun + 1 : number], first + begun + 1)
            mark = ""
    if mark:
        nesting = f". {_NESTING}" if mark.startswith(":") else ""
        yield first + begun, f"the block that begins here has no end; write {mark} alone on the line below it{nesting}"


def _check_source(app: Sphinx, docname: str, content: list[str]) -> None:
    """Report blocks without an end, of which all that follows would be a part, and ends without a block."""
    if app.env.doc2path(docname).suffix != ".md":
        return
    app.env.current_document["recap_source"] = _FRONT_MATTER.sub("", content[0])
    for line, problem in unpaired(content[0].splitlines()):
        report(app.env, RecapWarning.LEFTOVER, problem, (docname, line))


def _check_text(app: Sphinx, document: nodes.document) -> None:
    """Report marks that are shown as text."""
    if app.env.doc2path(app.env.current_document.docname).suffix != ".md":
        return
    told = set()
    source: str = app.env.current_document["recap_source"]
    for text in document.findall(nodes.Text):
        for pattern, hint in _SHOWN.items():
            found = None if isinstance(text.parent, _NO_TEXT) else pattern.search(text.astext())
            place = _located(text.parent)
            if found is not None and (place.line, hint) not in told and _is_written(found.group(), source):
                told.add((place.line, hint))
                problem = f"{found.group()[:60]!r} is shown to readers as it stands; {hint}"
                report(app.env, RecapWarning.LEFTOVER, problem, place)


def _is_written(mark: str, source: str) -> bool:
    """Return whether a mark stands so in the source; one that is escaped with a backslash is meant to be shown."""
    begun = re.escape(re.split("['\"’‘”“]", mark.strip())[0])
    return re.search(rf"(?<!\\){begun}", source) is not None


def _located(node: nodes.Element) -> nodes.Element:
    return next((parent for parent in traverse_parent(node) if parent.line), node)


def setup_leftovers(app: Sphinx) -> None:
    """Set up both checks."""
    app.connect("source-read", _check_source)
    app.connect("doctree-read", _check_text)
