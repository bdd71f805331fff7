"""From the bytes of somebody else's picture to two files for the site: one to look at, and one for lists.

The pixels are drawn anew, so nothing else gets through: no camera, no place, no comment, no second picture, no script.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from typing import NamedTuple

from PIL import Image, ImageCms, ImageFile, ImageOps

from sphinx_recaps.images.checks import DEFAULT_MAX_BYTES

# Pixels. On the longer side 2000: it fills a screen of 1920, and the text of a printed poster can be read; larger ones
# are heavier than a page may be, and the original is one link away.
LARGEST = (2000, 2000)
# A cover in a list is 136 px wide, on screens with up to three dots a pixel, and shows 4:3; its picture may be upright.
CARD = (408, 612)
# JPEG, because browsers, reading devices and TeX all show it: no builder has to convert it. WebP for browsers alone.
_QUALITIES = (85, 75, 60)
_CARD_QUALITY = 75
# Bytes: Pillow cannot write a progressive JPEG that is larger than its buffer. No picture of LARGEST is.
ImageFile.MAXBLOCK = 3 * LARGEST[0] * LARGEST[1]
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
# All that Pillow raises for files that are damaged, or made to harm; it has no class of its own for them.
_DAMAGED = (
    OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, OverflowError, AttributeError, MemoryError,
    NotImplementedError, RuntimeError, AssertionError, struct.error, zlib.error,
)  # fmt: skip


class Made(NamedTuple):
    """A file to be stored: its bytes, and its size in pixels."""

    data: bytes
    width: int
    height: int


def make_files(data: bytes) -> tuple[Made, Made]:
    """Return the JPEG (at most ``LARGEST``, lighter than the site's limit) and the WebP for lists (``CARD``).

    Raises ValueError with what is wrong with the picture and what to do.
    """
    if _is_svg(data):
        msg = "it is an SVG, which can hold scripts; look into it, save it beside the data file and name the local file"
        raise ValueError(msg)
    try:
        image = _read(data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        most = Image.MAX_IMAGE_PIXELS or 0
        msg = f"it has more than {most / 1e6:.0f} million pixels; save it smaller and name a local file"
        raise ValueError(msg) from None
    card = image.copy()
    card.thumbnail(CARD, Image.Resampling.LANCZOS)
    return _as_jpeg(image), Made(_encoded(card, "WEBP", quality=_CARD_QUALITY, method=6), *card.size)


def _is_svg(data: bytes) -> bool:
    start = data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or (start.startswith(b"<!--") and b"<svg" in start)


def _read(data: bytes) -> Image.Image:
    """Return the picture upright, in sRGB on white, not larger than ``LARGEST``, without anything that came with it."""
    with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
        try:
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                _refuse_moving(image)
                image.load()
                profile = image.info.get("icc_profile")
                upright = ImageOps.exif_transpose(image)
                small = _plain(upright)
                small.thumbnail(LARGEST, Image.Resampling.LANCZOS)
                return _on_white(_in_srgb(small, profile))
        except _MovingError:
            msg = "it moves; save one picture of it and name a local file"
            raise ValueError(msg) from None
        except _DAMAGED as error:
            msg = f"{_no_image(data)}; open the address in a browser, and name a local file"
            raise ValueError(msg) from error


class _MovingError(Exception):
    """An animation."""


def _refuse_moving(image: Image.Image) -> None:
    """Refuse an animation, which nobody could stop; telephones put further pictures into a JPEG, which are dropped."""
    if image.format not in {"JPEG", "MPO"} and getattr(image, "n_frames", 1) > 1:
        raise _MovingError


def _no_image(data: bytes) -> str:
    start = data[:1000].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "it is a page, whatever its type says"
    return "it is empty" if not data else "it is no image of a known format, or damaged"


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be scaled and converted: L, RGB, RGBA or CMYK."""
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value / 257).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture as RGB or RGBA in the colours of the web; a profile that does not fit is not believed."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
        if converted is not None:
            return converted
    return image.convert(mode)


def _on_white(image: Image.Image) -> Image.Image:
    """Return new pixels: dark lines on nothing would vanish on a dark page."""
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return paper


def _as_jpeg(image: Image.Image) -> Made:
    """Return the picture as JPEG, coarser and then smaller until it is light enough."""
    while True:
        for quality in _QUALITIES:
            # Full resolution of colours: posters have coloured text.
            data = _encoded(image, "JPEG", quality=quality, subsampling="4:4:4", optimize=True, progressive=True)
            if len(data) <= DEFAULT_MAX_BYTES:
                return Made(data, *image.size)
        image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)), Image.Resampling.LANCZOS)


def _encoded(image: Image.Image, form: str, **options: int | str | bool) -> bytes:
    data = io.BytesIO()
    image.save(data, form, **options)
    return data.getvalue()
