"""Determines what an element needs for a selector to match, to find selectors that can match nothing.

See https://www.w3.org/TR/selectors-4/. In doubt, a selector can match.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinx_lean.composed import Parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WORD = re.compile(r"[A-Za-z_$][\w$-]*")  # in scripts
_ONE_OF = {"is", "where", "matches", "-webkit-any", "-moz-any", "has", "host", "host-context", "slotted"}
# Supported by every browser. A browser drops a whole rule because of one unknown selector.
_KNOWN = {
    *("active", "after", "before", "checked", "disabled", "empty", "enabled", "first-child", "first-letter"),
    *("first-line", "first-of-type", "focus", "focus-visible", "focus-within", "hover", "is", "lang", "last-child"),
    *("last-of-type", "link", "not", "nth-child", "nth-last-child", "nth-last-of-type", "nth-of-type", "only-child"),
    *("only-of-type", "root", "target", "visited", "where"),
}
# Prefixes of names created by external scripts, for which the theme has rules: MathJax, Jupyter widgets.
_FOREIGN = ("mathjax", "mjx", "jp-", "lm-", "widget-", "jupyter-", "leaflet-", "xr-")


class Need(NamedTuple):
    """A required class, id or tag; or with ``choices``, one of several sets of needs."""

    kind: str
    name: str
    choices: tuple[tuple[Need, ...], ...] = ()


@dataclass
class Used:
    """What the pages of a site and their scripts use, case-insensitively.

    ``classes``, ``ids`` and ``tags`` are those of elements; ``words`` of scripts may become any of them, and so may
    names composed of ``parts``, or with one of some ``prefixes``. ``reads`` are custom properties,
    ``named`` words of fonts and animations. With ``unknown``, style sheets that cannot be read may use any of these.
    """

    classes: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    parts: Parts = field(default_factory=Parts)
    prefixes: tuple[str, ...] = ()
    reads: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    unknown: bool = False

    def __post_init__(self) -> None:
        for kind in ("classes", "ids", "tags", "words", "named"):
            setattr(self, kind, {sys.intern(name.lower()) for name in getattr(self, kind)})
        self._is_met = cache(self._answer)  # the same needs recur often

    def names(self, name: str) -> bool:
        """Return whether a script or a style may use the name of a custom property, a font or an animation."""
        is_named = self.named.issuperset(WORD.findall(name.lower()) or [name])
        return self.unknown or name in self.reads or is_named or self._may_be_in_scripts(name)

    def as_text(self, ids: Iterable[str]) -> str:
        """Return everything as text, with only the relevant ids, for comparison."""
        sets = (self.classes, self.ids.intersection(ids), self.tags, self.words, self.reads, self.named)
        parts = (self.parts.starts, self.parts.ends, self.parts.glue, self.parts.strings)
        return json.dumps([*map(sorted, [*sets, *parts]), self.prefixes, self.unknown])

    def meets(self, needs: Iterable[Need]) -> bool:
        """Return whether an element may meet all needs of a selector."""
        return all(map(self._is_met, needs))

    def _may_be_in_scripts(self, name: str) -> bool:
        """Return whether scripts have a name; one of several words, such as ``md:w-1/2``, if they have all of them."""
        low = name.lower()
        words = WORD.findall(low)
        return (
            bool(words and self.words.issuperset(words)) or self.parts.may_make(name) or low.startswith(self.prefixes)
        )

    def _answer(self, need: tuple[str, str, Sequence[Sequence[Need]]]) -> bool:
        kind, name, choices = need
        if choices:
            return any(map(self.meets, choices))
        found: set[str] = getattr(self, kind)
        return name.lower() in found or name.lower().startswith(_FOREIGN) or self._may_be_in_scripts(name)


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
