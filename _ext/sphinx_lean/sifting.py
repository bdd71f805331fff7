"""Style sheets without the rules that plainly match nothing, before they are read in full: most of a theme's.

A parser in C, https://tree-sitter.github.io/tree-sitter/, finds where rules stand, many times faster than tinycss2
reads what is in them. It knows less of CSS, so what it cannot read stays, as does whatever is in doubt.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import tinycss2
import tree_sitter_css
from tree_sitter import Language, Parser, Query, QueryCursor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from sphinx_lean.selectors import Used

# Of pseudo-classes the names are class names too, but of no class; what stands in their brackets need not be there.
_NAMES = """
(class_selector (class_name) @classes)
(id_selector (id_name) @ids)
(selectors "," @comma)
(arguments) @brackets
(js_comment) @doubt
(ERROR) @error
(MISSING) @error
"""
_GROUPS = {"media_statement", "supports_statement", "at_rule"}
_MARKS = (b"{", b"}", b'"', b"'", b";", b"\\", b"/*", b"*/")
_FIRST = {"charset_statement", "import_statement", "namespace_statement"}  # mean nothing below a rule


class _Mark(NamedTuple):
    """A place in a sheet, from ``start`` to ``end`` in bytes, and the name of what stands there in the query."""

    start: int
    end: int
    kind: str


def sifted(sheet: bytes, used: Used) -> tuple[bytes, set[str]]:
    """Return a style sheet without rules that can match nothing; and all ids that it asks for, in lower case."""
    language, query = _language()
    root = Parser(language).parse(sheet).root_node
    found = QueryCursor(query).captures(root)
    marks = sorted(_Mark(node.start_byte, node.end_byte, kind) for kind, nodes in found.items() for node in nodes)
    ids = {_name(sheet, mark).lower() for mark in marks if mark.kind == "ids"}
    if "doubt" in found or any(_may_mislead(node) for node in found.get("error", ())):
        return sheet, ids
    places = iter(marks)
    can_match = cache(used.has)
    parts, end = [], 0
    waiting = next(places, None)
    for rule in _rules(root):
        selectors = rule.children[0]
        inside = []
        while waiting is not None and waiting.start < selectors.end_byte:
            if waiting.start >= selectors.start_byte:
                inside.append(waiting)
            waiting = next(places, None)
        if not any(all(can_match(mark.kind, _name(sheet, mark)) for mark in needs) for needs in _by_selector(inside)):
            parts.append(sheet[end : rule.start_byte])
            end = rule.end_byte
    return b"".join([*parts, sheet[end:]]), ids


@cache
def _language() -> tuple[Language, Query]:
    language = Language(tree_sitter_css.language())
    return language, Query(language, _NAMES)


def _may_mislead(node: Node) -> bool:
    """Say whether a mistake may make what follows it something else than it seems to be."""
    text = node.text or b""
    return (node.is_missing and node.type != "integer_value") or any(mark in text for mark in _MARKS)


def _rules(node: Node) -> Iterator[Node]:
    """Yield the rules that are read without doubt, as far as they are not in other rules."""
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


def _by_selector(marks: Iterable[_Mark]) -> Iterator[list[_Mark]]:
    """Yield the classes and ids that each selector of a list needs."""
    needs: list[_Mark] = []
    closed = 0
    for mark in marks:
        if mark.kind == "comma":
            yield needs
            needs = []
        elif mark.kind == "brackets":
            closed = max(closed, mark.end)
        elif mark.start >= closed:
            needs.append(mark)
    yield needs


def _name(sheet: bytes, mark: _Mark) -> str:
    """Return a name as it is meant, without its escapes."""
    text = sheet[mark.start : mark.end].decode(errors="replace")
    return str(tinycss2.parse_one_component_value(text).value) if "\\" in text else text
