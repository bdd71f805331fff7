"""Determines what an element needs for a selector to match, to find selectors that can match nothing.

See https://www.w3.org/TR/selectors-4/. In doubt, a selector can match.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ONE_OF = {"is", "where", "matches", "-webkit-any", "-moz-any", "has", "host", "host-context", "slotted"}
# Supported by every browser. A browser drops a whole rule because of one unknown selector.
_KNOWN = {
    *("active", "after", "before", "checked", "disabled", "empty", "enabled", "first-child", "first-letter"),
    *("first-line", "first-of-type", "focus", "focus-visible", "focus-within", "hover", "is", "lang", "last-child"),
    *("last-of-type", "link", "not", "nth-child", "nth-last-child", "nth-last-of-type", "nth-of-type", "only-child"),
    *("only-of-type", "root", "target", "visited", "where"),
}


class Need(NamedTuple):
    """A required class, id or tag (``kind`` is a field of ``Used``), or one of several sets of needs (``choices``)."""

    kind: str
    name: str
    choices: tuple[tuple[Need, ...], ...] = ()


def split(tokens: Sequence[Any]) -> Iterator[list[Any]]:
    """Yield the selectors of a comma-separated list."""
    part: list[Any] = []
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            yield part
            part = []
        else:
            part.append(token)
    yield part


def needs_of(tokens: Sequence[Any]) -> tuple[Need, ...]:
    """Return the needs of one selector.

    Attributes are ignored, because scripts compose their names; so are ``:not()`` and other functions.
    """
    needs: list[Need] = []
    before = ""
    for place, token in enumerate(tokens):
        kind = token.type
        if kind == "ident":
            if before == ".":
                needs.append(Need("classes", token.value))
            elif before != ":" and not _is_literal(tokens[place + 1 : place + 2], "|"):  # a namespace is not a tag
                needs.append(Need("tags", token.value))
        elif kind == "hash":
            needs.append(Need("ids", token.value))
        elif kind == "function" and token.lower_name in _ONE_OF:
            needs.append(Need("", "", tuple(needs_of(part) for part in split(token.arguments))))
        before = token.value if kind == "literal" else ""
    return tuple(needs)


def may_be_unknown(tokens: Sequence[Any]) -> bool:
    """Return whether some browser may not support a selector, and therefore drop its rule."""
    before = False
    for token in tokens:
        if before and token.type in {"ident", "function"}:
            name = token.lower_value if token.type == "ident" else token.lower_name
            if name not in _KNOWN:
                return True
        before = _is_literal([token], ":")
    return False


def _is_literal(tokens: Sequence[Any], value: str) -> bool:
    return bool(tokens) and tokens[0].type == "literal" and bool(tokens[0].value == value)
