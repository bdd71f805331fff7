"""The images of a site: which smaller files are made from each, and which of them a page offers.

A page offers an image in several widths, up to twice as wide as displayed, for high-resolution screens. The author's
file stays, for readers who save it and for books, which the pass does not change.

The files go into ``srcset``, which has no alternatives by format, so every browser must show them: they are WebP in
sRGB. Browsers without WebP are from before 2021. AVIF would save a fifth of a photograph, but Safari before 16 and Edge
before 121 would show nothing, as on phones that end with iOS 15; and it takes several times as long to encode.

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
from sphinx.util import logging
from sphinx.util.images import get_image_size

from sphinx_lean.addresses import LEAN
from sphinx_lean.files import digest, is_intact, read_cache, write_cache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from sphinx_lean.files import ThemeOutput

RASTER = (".gif", ".jpeg", ".jpg", ".png", ".webp")
ENCODES = features.check("webp")  # some builds of Pillow lack the encoder
_LADDER = (320, 480, 640, 960, 1280, 1920, 2560)
_LITTLE = 2048  # bytes; for smaller files, another address costs more than another format saves
# For photographs, and for drawings, in which lines and letters need their exact colours.
_PHOTO: dict[str, Any] = {"quality": 75, "method": 4}
_DRAWN: dict[str, Any] = {"lossless": True, "method": 2}
_SOURCES = {"GIF", "JPEG", "MPO", "PNG", "WEBP"}  # Pillow's names; phones save JPEG as MPO
_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA"}  # others may look different in browsers
_MOST_PIXELS = 64_000_000  # the largest phone photograph; it takes 200 MB of memory
_TOO_LARGE = "has too many pixels to convert; save it at most 4000 px wide"
_COLOURS = 256  # an image with more is a photograph
_SETTINGS = digest(json.dumps([2, PIL.__version__, features.version("webp"), _PHOTO, _DRAWN], sort_keys=True))

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


class Record(TypedDict):
    """The cached record of a source: its displayed size, and its size in bytes.

    ``made`` are the encoded files in the cache, by width: name and size in bytes. ``problem`` is a message for the
    author; ``plain`` means that the image is not converted.
    """

    size: tuple[int, int]
    bytes: int
    plain: bool
    problem: str
    made: dict[int, tuple[str, int]]


class EncodingJob(NamedTuple):
    """An image to encode: the source and its digest, the folder of the cache, and the widths."""

    source: Path
    digest: str
    cache: Path
    widths: Sequence[int] = ()


def widths_for(natural: int, shown: int) -> list[int]:
    """Return the widths in pixels for an image that is ``shown`` CSS pixels wide, up to its natural width."""
    most = min(natural, _LADDER[-1])
    steps = [*(step for step in _LADDER if step < 0.9 * most), most]
    enough = next((step for step in steps if step >= 2 * (shown or natural)), most)
    return [step for step in steps if step <= enough]


class Pictures:
    """The images of a site; ``spread`` maps a function over jobs, in several processes if possible.

    ``files`` are those of the cache that pages offer.
    """

    def __init__(
        self,
        site: ThemeOutput,
        cache: Path,
        spread: Callable[[Callable[[EncodingJob], Record], Sequence[EncodingJob]], list[Record]],
    ) -> None:
        self._site = site
        self._cache = cache
        self._spread = spread
        self.files: set[Path] = set()

    def offers(self, images: Iterable[PageImage]) -> dict[PageImage, Offer]:
        """Make the files for images, from each source once; return the files of each."""
        wanted: dict[str, list[PageImage]] = {}
        for image in sorted(set(images)):
            wanted.setdefault(image.path, []).append(image)
        found: dict[PageImage, Offer] = {}
        jobs: dict[str, EncodingJob] = {}
        for path in wanted.keys() & self._site.files.keys():
            if path.lower().endswith(RASTER):
                jobs[path] = self._job(path, wanted[path])
            elif path.lower().endswith((".svg", ".avif")):
                # A drawing without a size may fill its container.
                size = get_image_size(self._site.root / path) or (0, 0)
                found |= dict.fromkeys(wanted[path], Offer(*size, ()))
        missing = {path: job for path, job in sorted(jobs.items()) if job.widths and not is_made(job)}
        made = dict(zip(missing, self._spread(make, list(missing.values())), strict=True))
        for path, job in sorted(jobs.items()):
            record = made[path] if path in made else record_of(job)
            if record["problem"]:
                logger.warning("lean: %r %s", path, record["problem"], type="lean", subtype="image")
            else:
                found |= {image: self._offer(image, record) for image in wanted[path]}
        return found

    def _job(self, path: str, shown: Iterable[PageImage]) -> EncodingJob:
        job = EncodingJob(self._site.root / path, self._site.files[path], self._cache)
        record = record_of(job)
        natural = record["size"][0]
        if record["plain"] or not natural or record["bytes"] < _LITTLE or not ENCODES:
            return job
        return job._replace(widths=sorted({width for image in shown for width in widths_for(natural, image.width)}))

    def _offer(self, image: PageImage, record: Record) -> Offer:
        """Return the files of an image; none if they are not smaller than the file itself."""
        width, height = record["size"]
        needed, made = widths_for(width, image.width), record["made"]
        if record["plain"] or not made.keys() >= {*needed} or made[needed[-1]][1] >= record["bytes"]:
            return Offer(width, height, ())
        self.files.update(self._cache / made[step][0] for step in needed)
        return Offer(width, height, tuple((f"{LEAN}/{made[step][0]}", step) for step in needed))


# -- Encoding ----------------------------------------------------------------------------------------------------------


class _UnfitError(Exception):
    """An image that cannot be converted to sRGB."""


def record_of(job: EncodingJob) -> Record:
    """Return the record of a source, from the cache or without encoded files."""
    kept: Record | None = read_cache(_path(job))
    return kept or _inspect(job.source.read_bytes())


def _path(job: EncodingJob) -> Path:
    return job.cache / f"{job.digest}-{_SETTINGS}.record"


def is_made(job: EncodingJob) -> bool:
    """Return whether all widths have been encoded, and their files are undamaged."""
    record = record_of(job)
    files = [record["made"].get(width) for width in job.widths]
    return record["plain"] or all(file is not None and is_intact(job.cache / file[0]) for file in files)


def make(job: EncodingJob) -> Record:
    """Encode a source in all widths, update the cache, and return the record."""
    record = record_of(job)
    job.cache.mkdir(parents=True, exist_ok=True)
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(job.source) as opened:
            is_photo = opened.format in {"JPEG", "MPO"} or opened.convert("RGBA").getcolors(_COLOURS) is None
            image = _for_the_web(opened)
            for width in job.widths:
                data = _encoded(image, width, _PHOTO if is_photo else _DRAWN)
                name = f"{digest(data)}.webp"
                (job.cache / name).write_bytes(data)
                record["made"][width] = (name, len(data))
    except _UnfitError:
        record["plain"] = True
    except Exception as error:  # noqa: BLE001 (decoders of broken files raise anything)
        record |= {"plain": True, "problem": _unreadable(error)}
    write_cache(_path(job), record)  # last, because it lists complete files
    return record


def _inspect(data: bytes) -> Record:
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


def _encoded(image: Image.Image, width: int, how: dict[str, Any]) -> bytes:
    size = (width, max(1, round(image.height * width / image.width)))
    shown = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
    data = BytesIO()
    shown.save(data, "WEBP", **how)
    return data.getvalue()
