"""Serialises CSS tokens as briefly as possible.

rcssmin cannot be used, because it removes the spaces in ``url("data:image/svg+xml,<svg viewBox='0 0 8 8'>")``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import tinycss2
from tinycss2.serializer import serialize_string_value

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLOCKS = {"() block", "[] block", "{} block"}
_COMBINATORS = {">", "~", "+"}
_TIGHT = {",", ";"}
_CLOSED = re.compile(r"""(["'])(?:\\.|(?!\1)[^\\])*\1""", re.DOTALL)
_BARE = re.compile(r"""[^\s"'()\\\x00-\x20\x7f]+""")


def compact(tokens: Sequence[Any], *, selector: bool = False) -> str:
    """Return the text of tokens that are valid for :func:`is_sound`; a ``selector`` is shortened further."""
    short = _shortened(tokens, {",", *_COMBINATORS}) if selector else _shortened(tokens, _TIGHT, {":"})
    return str(tinycss2.serialize(short))


def is_sound(tokens: Sequence[Any]) -> bool:
    """Return whether tokens contain nothing that is always invalid, such as an unopened bracket."""
    for token in tokens:
        if token.type == "error":
            if token.kind not in {"eof-in-string", "eof-in-url"}:
                return False
        elif token.type == "function":
            if not is_sound(token.arguments):
                return False
        elif token.type in _BLOCKS and not is_sound(token.content):
            return False
    return True


def quoted(text: str) -> str:
    """Return a text as a CSS string."""
    return f'"{serialize_string_value(text)}"'


def _shortened(tokens: Sequence[Any], tight: set[str], after: set[str] | None = None) -> list[Any]:
    """Return tokens without white space at the ends and around some characters.

    White space is only removed after characters in ``after``; before them it may be significant, as in ``a :hover``.
    """
    after = tight | (after or set())
    short: list[Any] = []
    for token in tokens:
        if token.type in {"comment", "error"}:
            continue
        if token.type == "whitespace":
            if not short or short[-1].type == "whitespace" or _is_one_of(short[-1], after):
                continue
            token.value = " "
        elif (_is_one_of(token, tight) or token.type == "{} block") and short and short[-1].type == "whitespace":
            short.pop()
        _shorten(token)
        short.append(token)
    if short and short[-1].type == "whitespace":
        short.pop()
    return short


def _shorten(token: Any) -> None:  # noqa: ANN401
    if token.type == "string":
        token.representation = _string(token)
    elif token.type == "url":
        token.representation = f"url({token.value if _BARE.fullmatch(token.value) else quoted(token.value)})"
    elif token.type == "function":
        token.arguments = _shortened(token.arguments, {","})
    elif token.type in _BLOCKS:
        token.content = _shortened(token.content, _TIGHT, {":"})


def _is_one_of(token: Any, values: set[str]) -> bool:  # noqa: ANN401
    return token.type == "literal" and token.value in values


def _string(token: Any) -> str:  # noqa: ANN401
    """Return a string as it was written, closed if the sheet ended within it."""
    text = str(token.representation)
    return text if _CLOSED.fullmatch(text) else quoted(token.value)
