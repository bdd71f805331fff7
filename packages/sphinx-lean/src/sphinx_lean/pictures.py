"""The images of a site: which smaller files are made from each, and which of them a page offers.

A page offers an image in several widths, up to twice as wide as displayed, for high-resolution screens. The author's
file stays, for readers who save it and for books, which the pass does not change.

The files go into ``srcset``, which has no alternatives by format, so every browser must show them: they are WebP in
sRGB. Browsers without WebP are from before 2021. AVIF would save a fifth of a photograph, but Safari before 16 and Edge
before 121 would show nothing, as on phones that end with iOS 15; and it takes several times as long to encode.

Encoded files and a record of them are cached under the digest of the source, so nothing is encoded twice: not under
another name, on several pages or in the next build.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import PIL
from PIL import Image, ImageCms, ImageOps, features
from sphinx.util import logging
from sphinx.util.images import get_image_size

from sphinx_lean.addresses import LEAN
from sphinx_lean.files import digest, is_intact, read_cache, write_cache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from sphinx_lean.files import ThemeOutput

_RASTER = {".gif", ".jpeg", ".jpg", ".png", ".webp"}
ENCODES = features.check("webp")  # some builds of Pillow lack the encoder
_LADDER = (320, 480, 640, 960, 1280, 1920, 2560)
_LITTLE = 2048  # bytes; for smaller files, another address costs more than another format saves
# For photographs, and for drawings, in which lines and letters need their exact colours.
_PHOTO: dict[str, Any] = {"quality": 75, "method": 4}
_DRAWN: dict[str, Any] = {"lossless": True, "method": 2}
_SOURCES = {"GIF", "JPEG", "MPO", "PNG", "WEBP"}  # Pillow's names; phones save JPEG as MPO
_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}  # others may look different in browsers, as does CMYK by itself
_MOST_PIXELS = 64_000_000  # the largest phone photograph; it takes 200 MB of memory
_TOO_LARGE = "has too many pixels to convert; save it at most 4000 px wide"
_COLOURS = 256  # an image with more is a photograph
_SETTINGS = digest(json.dumps([3, PIL.__version__, features.version("webp"), _PHOTO, _DRAWN], sort_keys=True))

logger = logging.getLogger(__name__)


class PageImage(NamedTuple):
    """An image on a page: the path of its file, and its width in attributes (0: none)."""

    path: str
    width: int


class Offer(NamedTuple):
    """The files of an image: the size of the original, and addresses with their widths."""

    width: int
    height: int
    files: tuple[tuple[str, int], ...]


@dataclass
class Record:
    """The cached record of a source: the widths in which pages show it, and its own displayed size.

    ``made`` are the names of the encoded files in the cache, by width; none for an image that is not converted.
    ``problem`` is a message for the author.
    """

    shown: Sequence[int]
    size: tuple[int, int] = (0, 0)
    made: dict[int, str] = field(default_factory=dict)
    problem: str = ""


class EncodingJob(NamedTuple):
    """An image to encode: the source, the file of its record in the cache, and the widths in which pages show it."""

    source: Path
    record: Path
    shown: Sequence[int]


def widths_for(natural: int, shown: int) -> list[int]:
    """Return the widths in pixels for an image that is ``shown`` CSS pixels wide, up to its natural width."""
    most = min(natural, _LADDER[-1])
    steps = [*(step for step in _LADDER if step < 0.9 * most), most]
    enough = next((step for step in steps if step >= 2 * (shown or natural)), most)
    return [step for step in steps if step <= enough]


def offers_for(
    images: Iterable[PageImage], site: ThemeOutput, cache: Path, spread: Callable[..., Iterable[Record]]
) -> dict[PageImage, Offer]:
    """Make the files for images of a site in a folder of the cache, from each source once; return those of each image.

    ``spread`` maps a function over jobs, in several processes if possible.
    """
    wanted: dict[str, list[PageImage]] = {}  # by the digest of the source, because files can be the same
    for image in sorted(set(images)):
        if image.path in site.files:
            wanted.setdefault(site.files[image.path], []).append(image)
    jobs = {}
    for name, shown in wanted.items():
        record = cache / f"{name}-{_SETTINGS}.record"
        jobs[name] = EncodingJob(site.root / shown[0].path, record, sorted({image.width for image in shown}))
    records = {name: made for name, job in jobs.items() if (made := cached(job))}
    missing = [name for name in jobs if name not in records]
    records.update(zip(missing, spread(make, [jobs[name] for name in missing]), strict=True))
    found: dict[PageImage, Offer] = {}
    for image in chain.from_iterable(wanted.values()):
        one = records[site.files[image.path]]
        if one.problem:
            logger.warning("lean: %r %s", image.path, one.problem, type="lean", subtype="image")
            continue
        needed = widths_for(one.size[0], image.width)
        files = [(cache / one.made[step], step) for step in needed if one.made]
        if files and files[-1][0].stat().st_size >= (site.root / image.path).stat().st_size:  # they save nothing
            files = []
        found[image] = Offer(*one.size, tuple((f"{LEAN}/{file.name}", step) for file, step in files))
    return found


def cached(job: EncodingJob) -> Record | None:
    """Return the cached record of a source; None if it is for other widths, or a file is damaged."""
    record: Record | None = read_cache(job.record)
    files = [job.record.with_name(name) for name in record.made.values()] if record else []
    return record if record and record.shown == job.shown and all(map(is_intact, files)) else None


def make(job: EncodingJob) -> Record:
    """Encode a source in all widths, cache the record, and return it."""
    record = Record(job.shown)
    job.record.parent.mkdir(parents=True, exist_ok=True)
    try:
        if job.source.suffix.lower() in _RASTER:
            _encode(job, record)
        else:  # a drawing without a size may fill its container
            record.size = get_image_size(job.source) or (0, 0)
    except Image.DecompressionBombError:
        record.problem = _TOO_LARGE
    except Exception as error:  # noqa: BLE001 (decoders of broken files raise anything)
        message = " ".join(str(error).split()).partition(" <")[0]
        record.problem = f"is not a readable image ({message or type(error).__name__}); save it again"
    write_cache(job.record, record)  # last, because it lists complete files
    return record


def _encode(job: EncodingJob, record: Record) -> None:
    """Note the size of an image, and encode it unless its file is small or it would look different."""
    size = job.source.stat().st_size
    with warnings.catch_warnings(action="ignore"), Image.open(job.source) as opened:
        turned = opened.getexif().get(0x0112, 1) >= 5  # orientations that swap width and height
        record.size = opened.size[::-1] if turned else opened.size
        if opened.width * opened.height > _MOST_PIXELS:
            raise Image.DecompressionBombError
        moves = getattr(opened, "is_animated", False) and opened.format != "MPO"
        is_known = opened.mode in _MODES or (opened.mode == "CMYK" and "icc_profile" in opened.info)
        if size < _LITTLE or not ENCODES or moves or not is_known or opened.format not in _SOURCES:
            return
        is_photo = opened.format in {"JPEG", "MPO"} or opened.convert("RGBA").getcolors(_COLOURS) is None
        image = _for_the_web(opened)
        for width in sorted({width for shown in job.shown for width in widths_for(image.width, shown)}):
            data = _encoded(image, width, _PHOTO if is_photo else _DRAWN)
            record.made[width] = f"{digest(data)}.webp"
            job.record.with_name(record.made[width]).write_bytes(data)


def _for_the_web(image: Image.Image) -> Image.Image:
    """Return an image in RGB or RGBA as browsers show it: upright, in sRGB, and without metadata."""
    profile = image.info.get("icc_profile")
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


def _encoded(image: Image.Image, width: int, how: dict[str, Any]) -> bytes:
    size = (width, max(1, round(image.height * width / image.width)))
    shown = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
    data = BytesIO()
    shown.save(data, "WEBP", **how)
    return data.getvalue()
