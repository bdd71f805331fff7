"""Encodes images as smaller files: WebP, in the widths that pages show, in sRGB.

The files go into ``srcset``, which has no alternatives by format, so every browser must show them. Those without WebP
are from before 2021. AVIF would save a fifth of a photograph, but Safari before 16 and Edge before 121 would show
nothing, as on phones that end with iOS 15; and it takes several times as long to encode.

Records and encoded files are cached under the digest of the source, so nothing is encoded twice: not under another
name, on several pages or in the next build.
"""

from __future__ import annotations

import json
import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

import PIL
from PIL import Image, ImageCms, ImageOps, features

from sphinx_lean.files import digest, is_intact, read_cache, write_cache

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ENCODES = features.check("webp")  # some builds of Pillow lack the encoder
# For photographs, and for drawings, in which lines and letters need their exact colours.
_PHOTO: dict[str, Any] = {"quality": 75, "method": 4}
_DRAWN: dict[str, Any] = {"lossless": True, "method": 2}
_SOURCES = {"GIF", "JPEG", "MPO", "PNG", "WEBP"}  # Pillow's names; phones save JPEG as MPO
_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}  # others may look different in browsers
_MOST_PIXELS = 64_000_000  # the largest phone photograph; it takes 200 MB of memory
_TOO_LARGE = "has too many pixels to convert; save it at most 4000 px wide"
_COLOURS = 256  # an image with more is a photograph
SETTINGS = digest(json.dumps([2, PIL.__version__, features.version("webp"), _PHOTO, _DRAWN], sort_keys=True))


class Record(TypedDict):
    """The cached record of a source: its displayed size, and its size in bytes.

    ``made`` are the encoded files in the cache, by width: name and size in bytes. ``problem`` is a message for the
    author; ``plain`` means that the image is not converted.
    """

    size: tuple[int, int]
    bytes: int
    plain: bool
    problem: str
    made: dict[str, tuple[str, int]]


class EncodingJob(NamedTuple):
    """An image to encode: the source, the widths, and the folder of the cache."""

    source: Path
    widths: Sequence[int]
    cache: Path


class _UnfitError(Exception):
    """An image that cannot be converted to sRGB."""


def record_of(order: EncodingJob) -> Record:
    """Return the record of a source, from the cache or without encoded files."""
    data = order.source.read_bytes()
    kept: Record | None = read_cache(_path(order, data))
    return kept or _inspect(data)


def is_made(order: EncodingJob, record: Record) -> bool:
    """Return whether all widths have been encoded, and their files are undamaged."""
    if record["plain"]:
        return True
    files = [record["made"].get(str(width)) for width in order.widths]
    return all(file is not None and is_intact(order.cache / file[0]) for file in files)


def make(order: EncodingJob) -> Record:
    """Encode a source in all missing widths, update the cache, and return the record."""
    data, record = order.source.read_bytes(), record_of(order)
    order.cache.mkdir(parents=True, exist_ok=True)
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data)) as opened:
            how = _settings_for(opened)
            image = _for_the_web(opened)
            for width in order.widths:
                _encode(image, width, how, order.cache, record)
    except _UnfitError:
        record["plain"] = True
    except Exception as error:  # noqa: BLE001 (decoders of broken files raise anything)
        record |= {"plain": True, "problem": _unreadable(error)}
    write_cache(_path(order, data), record)  # last, because it lists complete files
    return record


def _settings_for(image: Image.Image) -> dict[str, Any]:
    """Return the best settings for a source."""
    is_photo = image.format in {"JPEG", "MPO"} or image.convert("RGBA").getcolors(_COLOURS) is None
    return _PHOTO if is_photo else _DRAWN


def _path(order: EncodingJob, data: bytes) -> Path:
    return order.cache / f"{digest(data)}-{SETTINGS}.record"


def _inspect(data: bytes) -> Record:
    """Return the record of a source from its header."""
    record = Record(size=(0, 0), bytes=len(data), plain=True, problem="", made={})
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data)) as image:
            turned = image.getexif().get(0x0112, 1) >= 5  # orientations that swap width and height
            record["size"] = image.size[::-1] if turned else image.size
            moves = getattr(image, "is_animated", False) and image.format != "MPO"
            record["plain"] = moves or image.format not in _SOURCES
            if image.width * image.height > _MOST_PIXELS:
                record |= {"plain": True, "problem": _TOO_LARGE}
    except Image.DecompressionBombError:
        record |= {"plain": True, "problem": _TOO_LARGE}
    except Exception as error:  # noqa: BLE001 (as above)
        record |= {"plain": True, "problem": _unreadable(error)}
    return record


def _unreadable(error: Exception) -> str:
    message = " ".join(str(error).split()).partition(" <")[0]
    return f"is not a readable image ({message or type(error).__name__}); save it again"


def _for_the_web(image: Image.Image) -> Image.Image:
    """Return an image in RGB or RGBA as browsers show it: upright, in sRGB, and without metadata."""
    profile = image.info.get("icc_profile")
    if image.mode not in _MODES and not (image.mode == "CMYK" and profile):
        raise _UnfitError
    image = ImageOps.exif_transpose(image)
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    if profile and image.mode != "1":
        plain = image.convert({"LA": "L", "L": "L", "CMYK": "CMYK"}.get(image.mode, "RGB"))
        found = ImageCms.ImageCmsProfile(BytesIO(profile))
        turned = ImageCms.profileToProfile(plain, found, ImageCms.createProfile("sRGB"), outputMode="RGB")
        image = turned or plain
    else:
        image = image.convert("RGBA").convert("RGB") if alpha else image.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        image.putalpha(alpha)
    image.info.clear()  # such as the place where it was taken
    return image


def _encode(image: Image.Image, width: int, how: dict[str, Any], cache: Path, record: Record) -> None:
    """Write an image in one width."""
    size = (width, max(1, round(image.height * width / image.width)))
    shown = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
    data = BytesIO()
    shown.save(data, "WEBP", **how)
    file = f"{digest(data.getvalue())}.webp"
    (cache / file).write_bytes(data.getvalue())
    record["made"][str(width)] = (file, len(data.getvalue()))
