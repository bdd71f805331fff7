"""Pictures as smaller files: AVIF and WebP, in the widths that pages show, in the colours of the web.

What is known of a source, and what was made of it, stands in the cache under the digest of the source: nothing is
encoded twice, also when it has another name, stands on many pages, or comes again in the next build.
"""

from __future__ import annotations

import json
import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

import PIL
from PIL import Image, ImageCms, ImageOps, features

from sphinx_lean.pages import digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Some builds of Pillow come without one of the encoders.
FORMATS = tuple(name for name in ("avif", "webp") if features.check(name))
# How a photograph is kept, and a drawing or a screenshot: lines and letters need their colours as sharp as their light.
# Photographs are few and heavy, and worth the time; plots are many, and take a quarter of it for a sixth more.
_PHOTO: dict[str, dict[str, Any]] = {
    "avif": {"quality": 55, "speed": 6, "max_threads": 1},
    "webp": {"quality": 75, "method": 4},
}
_PLOT: dict[str, dict[str, Any]] = {**_PHOTO, "avif": {**_PHOTO["avif"], "speed": 8}}
_DRAWN: dict[str, dict[str, Any]] = {
    "avif": {"quality": 65, "speed": 8, "max_threads": 1, "subsampling": "4:4:4"},
    "webp": {"lossless": True, "method": 2},
}
_SOURCES = {"GIF", "JPEG", "MPO", "PNG", "WEBP"}  # Pillow's names; MPO is how telephones write JPEG
_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}  # with others there is no saying how a browser shows them
_MOST_PIXELS = 64_000_000  # a photograph of the largest camera in a telephone; decoded it takes 200 MB
_TOO_LARGE = "has too many pixels to be made smaller; save it at most 4000 px wide"
_COLOURS = 256  # a picture with more is a photograph
SETTINGS = digest(
    json.dumps(
        [PIL.__version__, *(str(features.version(name)) for name in FORMATS), _PHOTO, _PLOT, _DRAWN], sort_keys=True
    )
)


class Record(TypedDict):
    """What is known of a source: its size as it is shown, and its bytes.

    ``made`` are the files in the cache, by format and width: their names and their bytes. ``problem`` is a sentence
    where the author can do something; ``plain`` says that the picture is to stay as it is.
    """

    size: tuple[int, int]
    bytes: int
    plain: bool
    problem: str
    made: dict[str, dict[str, tuple[str, int]]]


class Order(NamedTuple):
    """What is to be made: a source, the widths, and the folder of the cache."""

    source: Path
    widths: Sequence[int]
    cache: Path


class _UnfitError(Exception):
    """A picture that cannot be told in the colours of the web."""


def record_of(order: Order) -> Record:
    """Return what is known of a source, without the widths that are still to be made."""
    data = order.source.read_bytes()
    try:
        kept: Record = json.loads(_path(order, data).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return _looked_at(data)
    return kept


def is_made(order: Order, record: Record) -> bool:
    """Say whether nothing is left to do."""
    if record["plain"]:
        return True
    files = [record["made"].get(name, {}).get(str(width)) for name in FORMATS for width in order.widths]
    return all(file is not None and (order.cache / file[0]).is_file() for file in files)


def make(order: Order) -> Record:
    """Encode a source in all widths that are not there yet, note it in the cache, and return what is known then."""
    data, record = order.source.read_bytes(), record_of(order)
    order.cache.mkdir(parents=True, exist_ok=True)
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data)) as opened:
            how = _how(opened)
            image = _for_the_web(opened)
            for width in order.widths:
                _encode(image, width, how, order.cache, record)
    except _UnfitError:
        record["plain"] = True
    except Exception as error:  # noqa: BLE001 (decoders of broken files raise anything)
        record |= {"plain": True, "problem": _unreadable(error)}
    _path(order, data).write_text(json.dumps(record, sort_keys=True), encoding="utf-8")  # last: it tells what is whole
    return record


def _how(image: Image.Image) -> dict[str, dict[str, Any]]:
    """Return how a source is best kept."""
    if image.format in {"JPEG", "MPO"}:
        return _PHOTO
    return _PLOT if image.convert("RGBA").getcolors(_COLOURS) is None else _DRAWN


def _path(order: Order, data: bytes) -> Path:
    return order.cache / f"{digest(data)}-{SETTINGS}.json"


def _looked_at(data: bytes) -> Record:
    """Return what the first bytes of a source say."""
    record = Record(size=(0, 0), bytes=len(data), plain=True, problem="", made={})
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data)) as image:
            turned = image.getexif().get(0x0112, 1) >= 5  # the orientations that lie on their side
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
    said = " ".join(str(error).split()).partition(" <")[0]
    return f"is no picture that can be read ({said or type(error).__name__}); save it again"


def _for_the_web(image: Image.Image) -> Image.Image:
    """Return a picture in RGB or RGBA as browsers show it: upright, in sRGB, and without what else the file says."""
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
    image.info.clear()  # the place where it was taken, for one
    return image


def _encode(image: Image.Image, width: int, how: dict[str, dict[str, Any]], cache: Path, record: Record) -> None:
    """Write a picture in one width in each format."""
    size = (width, max(1, round(image.height * width / image.width)))
    shown = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
    for name in FORMATS:
        data = BytesIO()
        shown.save(data, name.upper(), **how[name])
        file = f"{digest(data.getvalue())}.{name}"
        (cache / file).write_bytes(data.getvalue())
        record["made"].setdefault(name, {})[str(width)] = (file, len(data.getvalue()))
