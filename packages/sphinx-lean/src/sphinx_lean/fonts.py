"""Icon fonts: reduced to the icons in use."""

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
_ICON_BYTES = (b"\xee", b"\xef", b"\xf3", b"\xf4")  # the first bytes of private-use characters in UTF-8


def is_icon(char: str) -> bool:
    """Return whether a character is in a private-use area, which fonts use for icons."""
    return "\ue000" <= char <= "\uf8ff" or char >= "\U000f0000"


def icons_in(text: str) -> set[str]:
    """Return the icons in a text; checking the bytes first is much faster, because most texts have none."""
    data = text.encode(errors="surrogatepass")
    return set(filter(is_icon, set(text))) if any(byte in data for byte in _ICON_BYTES) else set()


@cache
def chars_of(path: Path) -> frozenset[str]:
    """Return the characters of an icon font; none for other fonts.

    A font is an icon font if most of its characters are icons. One that replaces words by icons, such as Material
    Symbols, stays whole, because any text may contain such a word.
    """
    face = _face(path)
    chars = frozenset(map(chr, face.unicodes))
    return chars if 2 * sum(map(is_icon, chars)) > len(chars) and "GSUB" not in face.table_tags else frozenset()


def subset(path: Path, chars: Iterable[str]) -> bytes:
    """Return a WOFF2 font with only some characters; the bytes are reproducible."""
    wanted = uharfbuzz.SubsetInput()
    wanted.flags = _CUT
    wanted.unicode_set.set({ord(char) for char in chars})
    wanted.layout_feature_tag_set.set(set())
    wanted.name_id_set.clear()  # browsers do not read the names in a font
    return _packed(uharfbuzz.subset(_face(path), wanted).blob.data, "woff2")


@cache
def _face(path: Path) -> uharfbuzz.Face:
    return uharfbuzz.Face(_packed(path.read_bytes(), None))


def _packed(data: bytes, flavor: str | None) -> bytes:
    """Return a font in WOFF2, or uncompressed."""
    font, packed = SFNTReader(BytesIO(data)), BytesIO()
    writer = SFNTWriter(packed, len(font.keys()), font.sfntVersion, flavor)
    for tag in sorted(font.keys()):
        writer[tag] = font[tag]
    writer.close()
    return packed.getvalue()
