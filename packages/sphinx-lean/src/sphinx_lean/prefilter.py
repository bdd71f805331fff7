"""Removes rules that clearly match nothing, which are most of a theme's, before style sheets are parsed fully.

A parser in C, https://tree-sitter.github.io/tree-sitter/, locates rules much faster than tinycss2 parses them. It
supports less of CSS, so rules that it cannot parse, or that are ambiguous, stay.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import tinycss2
import tree_sitter_css
from tree_sitter import Language, Parser, Query, QueryCursor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from sphinx_lean.selectors import Used

# Names of pseudo-classes are reported as class names, too; what is in their brackets is not required.
_NAMES = """
(class_selector (class_name) @classes)
(id_selector (id_name) @ids)
(selectors "," @comma)
(pseudo_class_selector (arguments) @brackets)
(pseudo_element_selector (arguments) @brackets)
(js_comment) @doubt
(ERROR) @error
(MISSING) @error
"""
_GROUPS = {"media_statement", "supports_statement", "at_rule"}
_MISLEADING = (b"{", b"}", b'"', b"'", b";", b"\\", b"/*", b"*/")
_FIRST = {"charset_statement", "import_statement", "namespace_statement"}  # have no meaning below a rule
_Mark = tuple[int, int, str]  # start and end in bytes, and the name in the query


def prefiltered(sheet: bytes, used: Used) -> tuple[bytes, set[str]]:
    """Return a style sheet without rules that can match nothing, and all ids in its selectors, in lower case."""
    language, query = _language()
    root = Parser(language).parse(sheet).root_node
    found = QueryCursor(query).captures(root)
    ids = {_name(sheet, node.start_byte, node.end_byte).lower() for node in found.get("ids", ())}
    if "doubt" in found or any(_may_mislead(node) for node in found.get("error", ())):
        return sheet, ids
    marks = [(node.start_byte, node.end_byte, kind) for kind, nodes in found.items() for node in nodes]
    marks.sort(reverse=True)
    parts, end = [], 0
    for rule in _rules(root):
        selectors = rule.children[0]
        start, stop = selectors.start_byte, selectors.end_byte
        while marks and marks[-1][0] < start:
            marks.pop()
        if not _may_match(sheet, _until(marks, stop), used):
            parts.append(sheet[end : rule.start_byte])
            end = rule.end_byte
    return b"".join([*parts, sheet[end:]]), ids


@cache
def _language() -> tuple[Language, Query]:
    language = Language(tree_sitter_css.language())
    return language, Query(language, _NAMES)


def _may_mislead(node: Node) -> bool:
    """Return whether a syntax error may change the meaning of what follows."""
    text = node.text or b""
    return (node.is_missing and node.type != "integer_value") or any(mark in text for mark in _MISLEADING)


def _rules(node: Node) -> Iterator[Node]:
    """Yield the top-level rules that were parsed reliably."""
    children = node.children
    if any(child.is_error or not (child.is_named or child.type in {"{", "}"}) for child in children):
        return
    last = max((place for place, child in enumerate(children) if child.type in _FIRST), default=-1)
    for child in children[last + 1 :]:
        if child.type == "rule_set" and not child.has_error:
            yield child
        elif child.type in _GROUPS:
            for block in child.children:
                if block.type == "block":
                    yield from _rules(block)


def _until(marks: list[_Mark], stop: int) -> Iterator[_Mark]:
    """Remove marks from the end of a list down to a position, and yield them."""
    while marks and marks[-1][0] < stop:
        yield marks.pop()


def _may_match(sheet: bytes, marks: Iterable[_Mark], used: Used) -> bool:
    """Return whether one selector of a list may match."""
    closed = 0
    met = True
    for start, end, kind in marks:
        if kind == "comma":
            if met:
                return True
            met = True
        elif kind == "brackets":
            closed = max(closed, end)
        elif start >= closed:
            met = met and used.has(kind, _name(sheet, start, end))
    return met


def _name(sheet: bytes, start: int, end: int) -> str:
    """Return a name with its escapes resolved."""
    text = sheet[start:end].decode(errors="replace")
    return str(tinycss2.parse_one_component_value(text).value) if "\\" in text else text
