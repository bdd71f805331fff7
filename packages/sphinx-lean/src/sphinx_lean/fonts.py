"""Icon fonts: cut down to the icons that are shown."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

import uharfbuzz
from fontTools.ttLib.sfnt import SFNTReader, SFNTWriter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_CUT = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.DESUBROUTINIZE | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
_ICON_BYTES = (b"\xee", b"\xef", b"\xf3", b"\xf4")  # with which characters for private use begin in UTF-8


def is_icon(char: str) -> bool:
    """Say whether a character is in an area for private use, where fonts have their icons."""
    return "\ue000" <= char <= "\uf8ff" or char >= "\U000f0000"


def icons_in(text: str) -> set[str]:
    """Return the icons in a text; most have none, which the first bytes of their characters tell many times faster."""
    data = text.encode(errors="surrogatepass")
    return set(filter(is_icon, set(text))) if any(byte in data for byte in _ICON_BYTES) else set()


@cache
def icons_of(path: Path) -> frozenset[str]:
    """Return the icons of a font; nothing for a font that is mostly letters."""
    chars = [chr(code) for code in _face(path).unicodes]
    icons = frozenset(filter(is_icon, chars))
    return icons if 2 * len(icons) > len(chars) else frozenset()


def subset(path: Path, chars: Iterable[str]) -> bytes:
    """Return a font in WOFF2 with nothing but some characters; the same bytes each time."""
    wanted = uharfbuzz.SubsetInput()
    wanted.flags = _CUT
    wanted.unicode_set.set({ord(char) for char in chars})
    wanted.layout_feature_tag_set.set(set())
    return _packed(uharfbuzz.subset(_face(path), wanted).blob.data, "woff2")


@cache
def _face(path: Path) -> uharfbuzz.Face:
    return uharfbuzz.Face(_packed(path.read_bytes(), None))


def _packed(data: bytes, flavor: str | None) -> bytes:
    """Return a font in WOFF2, or in no wrapping."""
    font, packed = SFNTReader(BytesIO(data)), BytesIO()
    writer = SFNTWriter(packed, len(font.keys()), font.sfntVersion, flavor)
    for tag in sorted(font.keys()):
        writer[tag] = font[tag]
    writer.close()
    return packed.getvalue()
