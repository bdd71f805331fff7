"""Marks of Markdown that readers would see: blocks without an end, links and roles that do not work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.parsers.rst import roles
from sphinx.util.nodes import traverse_parent

from sphinx_recaps.warnings import RecapWarning, report

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_TAGS = (
    "a|abbr|article|aside|audio|b|blockquote|br|button|center|code|dd|details|div|dl|dt|em|embed|figure|font|form|"
    "h[1-6]|header|hr|i|iframe|img|input|kbd|li|link|main|mark|meta|nav|object|ol|p|picture|pre|s|script|section|"
    "small|source|span|strong|style|sub|summary|sup|svg|table|tbody|td|th|thead|tr|u|ul|video"
)
_ROLE = re.compile(r"(?<!:)(?<!:[ \t])\{[a-z][a-z:-]*\}(?!\w*=)")
_SHOWN = {
    re.compile(r"^[ \t]*(?::{2,}[ \t]*\{[\w-]+\}|:{3,}[ \t]*[\w-]*)", re.MULTILINE): (
        "write ::: and the name in braces to begin a block, and ::: alone on a line to end it"
    ),
    _ROLE: "write a role as {role}`text`, without a space between the two",
    re.compile(r"!?\[[^\]]*\]\([^)]*\)?"): (
        "write a link as [text](address): without spaces in the address, and with https:, http: or mailto: or a file"
    ),
    re.compile(
        rf"</?(?:{_TAGS})\b[^<>]*>|<!--", re.IGNORECASE
    ): "pages hold no HTML; write Markdown, or `code` to show it",
}
# Titles come from options too, which are no Markdown.
_NO_TEXT = (nodes.literal, nodes.literal_block, nodes.comment, nodes.raw, nodes.math, nodes.math_block, nodes.caption)


def _keep_source(app: Sphinx, docname: str, content: list[str]) -> None:
    """Keep the text of a page as the parser reads it."""
    app.env.current_document["recap_source"] = content[0]


def _check(app: Sphinx, document: nodes.document) -> None:
    """Report blocks without an end, of which all that follows is a part, ends without a block, and marks as text."""
    docname = app.env.current_document.docname
    config = getattr(app.env, "myst_config", None)
    if config is None or app.env.doc2path(docname).suffix != ".md":
        return
    from sphinx_recaps.blocks import unpaired  # noqa: PLC0415 (sites without Markdown need no MyST)

    source: str = app.env.current_document["recap_source"]
    for line, problem in unpaired(config, source, document):
        report(app.env, RecapWarning.LEFTOVER, problem, (docname, line))
    _check_text(app, document, _FRONT_MATTER.sub("", source))


def _check_text(app: Sphinx, document: nodes.document, source: str) -> None:
    """Report marks that are shown as text."""
    told = set()
    for text in document.findall(nodes.Text):
        if isinstance(text.parent, _NO_TEXT):
            continue
        place = _located(text.parent)
        for pattern, hint in _SHOWN.items():
            matches = pattern.finditer(text.astext())
            found = next((match for match in matches if pattern is not _ROLE or _is_role(app, text, match)), None)
            if found is None or (place.line, hint) in told or not _is_written(found.group(), source):
                continue
            told.add((place.line, hint))
            problem = f"{found.group()[:60]!r} is shown to readers as it stands; {hint}"
            report(app.env, RecapWarning.LEFTOVER, problem, place)


def _is_role(app: Sphinx, text: nodes.Text, found: re.Match[str]) -> bool:
    """Say whether a name in braces was meant as a role: code follows, or there is a role of the name."""
    siblings = text.parent.children
    following = siblings[siblings.index(text) + 1 :]
    if following and isinstance(following[0], nodes.literal) and not text[found.end() :].strip():
        return True
    domain, _, name = found.group()[1:-1].rpartition(":")
    if domain:
        return domain in app.env.domains and name in app.env.domains[domain].roles
    return name in app.env.domains.standard_domain.roles or name in vars(roles)["_roles"]


def _is_written(mark: str, source: str) -> bool:
    """Return whether a mark stands so in the source; one that is escaped with a backslash is meant to be shown."""
    begun = re.escape(re.split("['\"’‘”“]", mark.strip())[0])
    return re.search(rf"(?<!\\){begun}", source) is not None


def _located(node: nodes.Element) -> nodes.Element:
    return next((parent for parent in traverse_parent(node) if parent.line), node)


def setup_leftovers(app: Sphinx) -> None:
    """Set up both checks."""
    app.connect("source-read", _keep_source, priority=1000)  # after those that change it
    app.connect("doctree-read", _check)
