"""Reports Markdown syntax that readers would see: unclosed blocks, and links and roles that do not work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.parsers.rst import directives, roles
from sphinx.util.nodes import traverse_parent

from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.yaml_reader import CONFLICT, conflict, control_character

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_TAGS = (
    "a|abbr|article|aside|audio|b|blockquote|br|button|center|code|dd|details|div|dl|dt|em|embed|figure|font|form|"
    "h[1-6]|header|hr|i|iframe|img|input|kbd|li|link|main|mark|meta|nav|object|ol|p|picture|pre|s|script|section|"
    "small|source|span|strong|style|sub|summary|sup|svg|table|tbody|td|th|thead|tr|u|ul|video"
)
_TARGET = r"(?:(?:https?|mailto):[^\s()\[\]]*|[\w./-]+\.md(?:#[\w-]*)?)"
_OPTION = re.compile(r"^:[a-z][a-z-]*:(?=[ \t]|$)", re.MULTILINE)
_RST_ROLE = re.compile(r":(?:[a-z]+:)?[a-z]+:\Z")
_RST_LINK = re.compile(r"\A__?(?!\w)")
_ROLE = re.compile(r"(?<!:)(?<!:[ \t])\{[a-z][a-z:-]*\}(?!\w*=)")
# Control characters, and those that override text direction; Arabic names need weaker direction marks.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e]")
_VISIBLE_SYNTAX = {
    re.compile(r"^[ \t]*(?::{2,}[ \t]*\{[\w-]+\}|:{3,}[ \t]*[\w-]*)", re.MULTILINE): (
        "write ::: and the name in braces to open a block, and ::: on its own line to close it"
    ),
    _ROLE: "write a role as {role}`text`, without a space between the two",
    re.compile(r"!?\[[^\]]*\]\([^)]*\)?"): (
        "write a link as [text](address); the address has no spaces, and is a file or uses https, http or mailto"
    ),
    re.compile(
        rf"</?(?:{_TAGS})\b[^<>]*>|<!(?:--|[–—])", re.IGNORECASE
    ): "HTML does not work in pages; write Markdown, `code` to show the tag, or % before a line to hide it",
    re.compile(rf"\([^()\n]+\)\[{_TARGET}\]|\[[^\[\]\n]+\][ \t]+\({_TARGET}\)"): (
        "write a link as [text](address), without a space between the two"
    ),
    re.compile(r"(?<![\w\])])\[(?!\d+\])[^\[\]\n]+\]\[[^\[\]\n]+\]"): (
        "write a link as [text](address), or give the address below, [name]: https://…"
    ),
    re.compile(r"^#{2,6}\w.*$", re.MULTILINE): "write a space after the #",
    re.compile(r"^\{[.#][\w-]+[^}\n]*$", re.MULTILINE): "write {.name} on its own line above a paragraph",
    re.compile(r"^\([\w-][\w -]*\)[ \t]*=[ \t]*$", re.MULTILINE): (
        "write (name)= on its own line above a heading, without spaces"
    ),
    re.compile(r"^(?=.*\|)(?=.*[-–—])[ \t]*[|:–—-][ \t|:–—-]+$", re.MULTILINE): (
        "give this line of the table as many cells as the line above it"
    ),
    re.compile(r"^\.\. [\w:-]+::.*$", re.MULTILINE): "this is reStructuredText; write :::{name}, and ::: to close it",
    _OPTION: "write options directly below the first line of a block, without an empty line between them",
    _RST_ROLE: "this is reStructuredText; write a role as {role}`text`",
    _RST_LINK: "this is reStructuredText; write a link as [text](address)",
}
# Captions can come from options, which are not Markdown.
_NO_TEXT = (nodes.literal, nodes.literal_block, nodes.comment, nodes.raw, nodes.math, nodes.math_block, nodes.caption)


def _keep_source(app: Sphinx, docname: str, content: list[str]) -> None:
    """Keep the text of a page as the parser reads it."""
    app.env.current_document["recap_source"] = content[0]


def _check(app: Sphinx, document: nodes.document) -> None:
    """Report unclosed blocks, closing fences without a block, and syntax shown as text."""
    docname = app.env.current_document.docname
    config = getattr(app.env, "myst_config", None)
    if config is None or app.env.doc2path(docname).suffix != ".md":
        return
    from sphinx_recaps.checks.markdown_blocks import unpaired  # noqa: PLC0415 (sites without Markdown need no MyST)

    source: str = app.env.current_document["recap_source"]
    for line, problem in (*unpaired(config, source, document), *_unintended(source)):
        report(RecapWarning.LEFTOVER, problem, (docname, line))
    _check_text(app, document, _FRONT_MATTER.sub("", source))


def _unintended(source: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with conflict markers or invisible characters."""
    for number, line in enumerate(source.split("\n"), 1):
        if CONFLICT.match(line):
            yield number, conflict(line)
        if match := _INVISIBLE.search(line):
            yield number, f"the line {control_character(match.group())}"


def _check_text(app: Sphinx, document: nodes.document, source: str) -> None:
    """Report syntax that is shown as text."""
    reported = set()
    for text in document.findall(nodes.Text):
        if isinstance(text.parent, _NO_TEXT):
            continue
        place = next((node for node in traverse_parent(text.parent) if node.line), text.parent)
        for pattern, hint in _VISIBLE_SYNTAX.items():
            matches = pattern.finditer(text.astext())
            mistake = next((match for match in matches if _is_meant(app, pattern, text, match)), None)
            if mistake is None or (place.line, hint) in reported or not _is_written(mistake.group(), source):
                continue
            reported.add((place.line, hint))
            report(RecapWarning.LEFTOVER, f"{mistake.group()[:60]!r} is shown to readers as it is; {hint}", place)


def _is_meant(app: Sphinx, pattern: re.Pattern[str], text: nodes.Text, match: re.Match[str]) -> bool:
    """Return whether a match was meant as syntax, for patterns that are ambiguous."""
    siblings = text.parent.children
    at = siblings.index(text)
    if pattern is _ROLE:
        return _is_role(app, text, match)
    if pattern is _RST_ROLE:
        return isinstance((siblings[at + 1 :] or [None])[0], nodes.literal)
    if pattern is _RST_LINK:
        before = siblings[at - 1] if at else None
        return isinstance(before, nodes.literal) and re.search(r"\s<.+>$", before.astext()) is not None
    if pattern is _OPTION:
        return match.group().strip(":") in _option_names()
    return True


def _option_names() -> set[str]:
    known = vars(directives)["_directives"].values()
    return {name for directive in known for name in getattr(directive, "option_spec", None) or ()}


def _is_role(app: Sphinx, text: nodes.Text, match: re.Match[str]) -> bool:
    """Return whether a name in braces was meant as a role: code follows, or a role with this name exists."""
    siblings = text.parent.children
    following = siblings[siblings.index(text) + 1 :]
    if following and isinstance(following[0], nodes.literal) and not text[match.end() :].strip():
        return True
    domain, _, name = match.group()[1:-1].rpartition(":")
    if domain:
        return domain in app.env.domains and name in app.env.domains[domain].roles
    return name in app.env.domains.standard_domain.roles or name in vars(roles)["_roles"]


def _is_written(match: str, source: str) -> bool:
    """Return whether the source contains this syntax unescaped; with a backslash it is meant to be shown."""
    start = re.escape(re.split("['\"’‘”“–—…]", match.strip())[0])
    return re.search(rf"(?<!\\){start}", source) is not None


def setup_markdown_check(app: Sphinx) -> None:
    """Connect the checks of Markdown."""
    app.connect("source-read", _keep_source, priority=1000)  # after handlers that change the source
    app.connect("doctree-read", _check)
