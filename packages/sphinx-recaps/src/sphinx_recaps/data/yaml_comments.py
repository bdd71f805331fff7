"""Finds the comments of a YAML file, and what each belongs to."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")


@dataclass
class Comments:
    """The lines above a key or an item ('' is a blank line), and the comment beside it."""

    above: list[str] = field(default_factory=list)
    beside: str = ""


class _Anchor(NamedTuple):
    """Something that can have comments: a key, or an item that is a mapping; the place counts from 0.

    ``until`` is the last line of a list of texts under a key, which is written again on one line.
    """

    line: int
    column: int
    node: Any
    until: int = -1


def comments_of(text: str, root: Any) -> tuple[dict[int, Comments], list[str]]:  # noqa: ANN401 (PyYAML has no types)
    """Return the comments of nodes by the ``id()`` of the node, and the lines of comments at the end of the file."""
    lines = text.splitlines()
    anchors = sorted(_anchors(root, in_list=False), key=lambda anchor: anchor[:2]) if root else []
    places = [(anchor.line, anchor.column) for anchor in anchors]
    scalars = sorted(_scalars(root)) if root else []
    found: dict[int, Comments] = {}
    pending: list[str] = []
    for number, line in enumerate(lines):
        at = _comment_start(number, line, scalars)
        here = bisect_left(places, (number, 0))
        if here < len(places) and places[here][0] == number:
            found.setdefault(id(anchors[here].node), Comments()).above.extend(pending)
            pending = []
        elif at is None:
            if not line.strip() and not _inside(number, 0, scalars):
                pending.append("")
            elif line.strip():
                pending = [kept for kept in pending if kept]  # blank lines inside a list
        if at is None:
            continue
        owner = bisect_right(places, (number, at)) - 1
        if not line[:at].strip():
            inside = owner >= 0 and number <= anchors[owner].until
            above = found.setdefault(id(anchors[owner].node), Comments()).above if inside else pending
            above.append(line.rstrip())
            continue
        _put_beside(found.setdefault(id(_key_of(anchors[max(owner, 0)])), Comments()), line[at:].rstrip())
    return {node: comments for node, comments in found.items() if comments.beside or any(comments.above)}, pending


def _put_beside(comments: Comments, comment: str) -> None:
    if comments.beside:
        comments.above.append(comments.beside)
    comments.beside = comment


def _key_of(anchor: _Anchor) -> Any:  # noqa: ANN401
    """Return the node whose line an anchor is on: for a mapping in a list, its first key."""
    return anchor.node.value[0][0] if isinstance(anchor.node, yaml.MappingNode) and anchor.node.value else anchor.node


def _anchors(node: Any, *, in_list: bool) -> Iterator[_Anchor]:  # noqa: ANN401
    if isinstance(node, yaml.MappingNode):
        if in_list:
            until = _last_line(node.value[0][1]) if node.value else -1
            yield _Anchor(node.start_mark.line, node.start_mark.column, node, until)
        for number, (key, value) in enumerate(node.value):
            if number or not in_list:
                yield _Anchor(key.start_mark.line, key.start_mark.column, key, _last_line(value))
            yield from _anchors(value, in_list=False)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _anchors(item, in_list=True)


def _last_line(value: Any) -> int:  # noqa: ANN401
    texts = isinstance(value, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in value.value)
    return value.value[-1].start_mark.line if texts and value.value else -1


def _scalars(node: Any) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:  # noqa: ANN401
    """Yield start and end of every scalar that can contain a `#`."""
    if isinstance(node, yaml.ScalarNode):
        start, end = node.start_mark, node.end_mark
        if (start.line, start.column) != (end.line, end.column):
            head = node.style in {"|", ">"}  # a comment can follow on the line of the sign
            yield (start.line + head, 0 if head else start.column), (end.line, end.column)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    else:
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)


def _comment_start(number: int, line: str, scalars: list[Any]) -> int | None:
    """Return the column of the comment on a line, or None."""
    return next((at.start() for at in _COMMENT.finditer(line) if not _inside(number, at.start(), scalars)), None)


def _inside(number: int, column: int, scalars: list[Any]) -> bool:
    before = bisect_right(scalars, ((number, column), (10**9, 0))) - 1
    return before >= 0 and scalars[before][0] <= (number, column) < scalars[before][1]
