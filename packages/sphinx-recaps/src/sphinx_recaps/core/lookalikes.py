"""Texts that look the same and are not: what a message says then, so that its advice is not what is written already."""

from __future__ import annotations

import unicodedata
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Letters of other scripts, and marks, that look like those of ASCII.
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοѵ‐‑‒–—−’‘ʼ“”",
    "ABESIJKMHOPCTYXaesijopcyxdqwABEZHIKMNOPTYXov------'''\"\"",
)


def unlike(written: str, meant: str) -> str:
    """Return what sets a text apart from one that looks the same, to follow that; '' where they look different."""
    if written == meant or _look(written) != _look(meant):
        return ""
    start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(written, meant, strict=False)))
    rest = written[start:], meant[start:]
    end = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*(text[::-1] for text in rest), strict=False)))
    here, there = (_codes(text[: len(text) - end]) for text in rest)
    return f" (it looks the same, and has {there} where you wrote {here})"


def named(written: str, near: Iterable[str]) -> list[str]:
    """Return the names that may be meant by what is written, without that itself, each with what sets it apart."""
    return [f"{name}{unlike(written, name)}" for name in near if name != written]


def _look(text: str) -> str:
    """Return text in a form that is the same for all texts that look the same."""
    plain = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES)
    return "".join(" " if char.isspace() else char for char in plain if unicodedata.category(char) != "Cf")


def _codes(text: str) -> str:
    return " ".join(f"U+{ord(char):04X}" for char in text) or "nothing"
