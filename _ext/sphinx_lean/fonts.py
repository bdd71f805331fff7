"""Icon fonts: cut down to the icons that are shown."""

from __future__ import annotations

import logging
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table


def is_icon(char: str) -> bool:
    """Say whether a character is in an area for private use, where fonts have their icons."""
    return "\ue000" <= char <= "\uf8ff" or char >= "\U000f0000"


@cache
def icons_of(path: Path) -> frozenset[str]:
    """Return the icons of a font; nothing for a font that is mostly letters."""
    with TTFont(path, lazy=True) as font:
        chars = [chr(code) for code in font.getBestCmap() or {}]
    icons = frozenset(filter(is_icon, chars))
    return icons if 2 * len(icons) > len(chars) else frozenset()


def subset(path: Path, chars: Iterable[str]) -> bytes:
    """Return a font in WOFF2 with nothing but some characters; the same bytes each time."""
    options = Options(flavor="woff2", layout_features=[], notdef_outline=True, hinting=False, desubroutinize=True)
    with TTFont(path, recalcTimestamp=False) as font:
        cut = Subsetter(options)
        cut.populate(unicodes=[ord(char) for char in chars])
        cut.subset(font)
        font.flavor = "woff2"
        packed = BytesIO()
        font.save(packed)
    return packed.getvalue()
