"""Converts an image from another host to two files for the site: a large one, and a small one for lists.

Only pixels are copied, so that no metadata, such as a location, and no second image or script gets through.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from typing import NamedTuple

from PIL import Image, ImageCms, ImageFile, ImageOps

from sphinx_recaps.images.checks import DEFAULT_MAX_BYTES

# Pixels. 2000 fill a screen of 1920, and keep the text of a printed poster readable; larger files would exceed the size
# limit of pages, and the original is one link away.
LARGEST = (2000, 2000)
# A cover in a list is 136 px wide, on screens with up to 3 device pixels per px, in 4:3; its image may be portrait.
CARD = (408, 612)
# JPEG, because browsers, e-readers and TeX all support it, so no builder needs to convert it. WebP only for browsers.
_QUALITIES = (85, 75, 60)
_CARD_QUALITY = 75
# Bytes: Pillow cannot write a progressive JPEG that is larger than its buffer. No image of the size LARGEST is.
ImageFile.MAXBLOCK = 3 * LARGEST[0] * LARGEST[1]
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
# Everything that Pillow raises for damaged or malicious files; it has no exception class for them.
_DAMAGED = (
    OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, OverflowError, AttributeError, MemoryError,
    NotImplementedError, RuntimeError, AssertionError, struct.error, zlib.error,
)  # fmt: skip


class EncodedImage(NamedTuple):
    """The bytes of an image file, and its size in pixels."""

    data: bytes
    width: int
    height: int


def make_files(data: bytes) -> tuple[EncodedImage, EncodedImage]:
    """Return the JPEG (at most ``LARGEST``, lighter than the site's limit) and the WebP for lists (``CARD``).

    Raises ValueError with a message that says what is wrong and what to do.
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
    return _as_jpeg(image), EncodedImage(_encoded(card, "WEBP", quality=_CARD_QUALITY, method=6), *card.size)


def _is_svg(data: bytes) -> bool:
    start = data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or (start.startswith(b"<!--") and b"<svg" in start)


def _read(data: bytes) -> Image.Image:
    """Return the image upright, in sRGB on white, at most as large as ``LARGEST``, without metadata."""
    with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
        try:
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                _refuse_animation(image)
                image.load()
                profile = image.info.get("icc_profile")
                upright = ImageOps.exif_transpose(image)
                small = _plain(upright)
                small.thumbnail(LARGEST, Image.Resampling.LANCZOS)
                return _on_white(_in_srgb(small, profile))
        except _AnimationError:
            raise ValueError("it moves; save one picture of it and name a local file") from None
        except _DAMAGED as error:
            msg = f"{_decoding_problem(data)}; open the address in a browser, and name a local file"
            raise ValueError(msg) from error


class _AnimationError(Exception):
    """The image is an animation."""


def _refuse_animation(image: Image.Image) -> None:
    """Refuse animations, which readers could not stop; further images in a JPEG, as from phones, are ignored."""
    if image.format not in {"JPEG", "MPO"} and getattr(image, "n_frames", 1) > 1:
        raise _AnimationError


def _decoding_problem(data: bytes) -> str:
    start = data[:1000].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "it is a web page, despite its media type"
    return "it is empty" if not data else "it is not an image of a known format, or it is damaged"


def _plain(image: Image.Image) -> Image.Image:
    """Return the image in a mode that can be scaled and converted: L, RGB, RGBA or CMYK."""
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value / 257).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the image as RGB or RGBA in sRGB; an invalid colour profile is ignored."""
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
    """Return the image on white, because dark lines on transparency would vanish on a dark page."""
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return paper


def _as_jpeg(image: Image.Image) -> EncodedImage:
    """Return the image as JPEG, with lower quality and then smaller until it is within the size limit."""
    while True:
        for quality in _QUALITIES:
            # No chroma subsampling, because posters have coloured text.
            data = _encoded(image, "JPEG", quality=quality, subsampling="4:4:4", optimize=True, progressive=True)
            if len(data) <= DEFAULT_MAX_BYTES:
                return EncodedImage(data, *image.size)
        image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)), Image.Resampling.LANCZOS)


def _encoded(image: Image.Image, form: str, **options: int | str | bool) -> bytes:
    data = io.BytesIO()
    image.save(data, form, **options)
    return data.getvalue()
