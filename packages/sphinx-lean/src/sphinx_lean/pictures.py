"""The images of a site: which files are made from each, and which of them a page offers.

A page offers an image in several widths, up to twice as wide as displayed, for high-resolution screens. The author's
file stays, for readers who save it and for books, which the pass does not change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sphinx.util import logging
from sphinx.util.images import get_image_size

from sphinx_lean.addresses import LEAN
from sphinx_lean.encoding import ENCODES, EncodingJob, is_made, make, record_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path
    from typing import Any

    from sphinx_lean.encoding import Record

RASTER = (".gif", ".jpeg", ".jpg", ".png", ".webp")
_LADDER = (320, 480, 640, 960, 1280, 1920, 2560)
_LITTLE = 2048  # bytes; for smaller files, another address costs more than another format saves

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


def widths_for(natural: int, shown: int) -> list[int]:
    """Return the widths in pixels for an image that is ``shown`` CSS pixels wide, up to its natural width."""
    most = min(natural, _LADDER[-1])
    steps = [*(step for step in _LADDER if step < 0.9 * most), most]
    enough = next((step for step in steps if step >= 2 * (shown or natural)), most)
    return [step for step in steps if step <= enough]


class Pictures:
    """The images of a folder; ``spread`` maps a function over jobs, in several processes if possible."""

    def __init__(
        self,
        root: Path,
        cache: Path,
        spread: Callable[[Callable[[EncodingJob], Record], Sequence[EncodingJob]], list[Any]],
    ) -> None:
        self._root = root
        self._cache = cache
        self._spread = spread
        self.files: set[Path] = set()

    def offers(self, images: Iterable[PageImage]) -> dict[PageImage, Offer]:
        """Make the files for images, from each source once; return the files of each."""
        wanted: dict[str, list[PageImage]] = {}
        for image in sorted(set(images)):
            wanted.setdefault(image.path, []).append(image)
        found: dict[PageImage, Offer] = {}
        orders: list[tuple[list[PageImage], EncodingJob, Record]] = []
        for path, shown in wanted.items():
            file = self._root / path
            if path.lower().endswith(RASTER) and file.is_file():
                orders.append((shown, *self._order(file, shown)))
            elif path.lower().endswith((".svg", ".avif")) and file.is_file():
                # A drawing without a size may fill its container.
                found |= dict.fromkeys(shown, Offer(*(get_image_size(file) or (0, 0)), ()))
        missing = [order for _, order, record in orders if order.widths and not is_made(order, record)]
        made = dict(zip((order.source for order in missing), self._spread(make, missing), strict=True))
        for shown, order, before in orders:
            record = made.get(order.source, before)
            if record["problem"]:
                name = order.source.relative_to(self._root).as_posix()
                logger.warning("lean: %r %s", name, record["problem"], type="lean", subtype="image")
            else:
                found |= {image: self._offer(image, record) for image in shown}
        return found

    def _order(self, source: Path, shown: Iterable[PageImage]) -> tuple[EncodingJob, Record]:
        order = EncodingJob(source, (), self._cache)
        record = record_of(order)
        natural = record["size"][0]
        if record["plain"] or not natural or record["bytes"] < _LITTLE or not ENCODES:
            return order, record
        widths = {width for image in shown for width in widths_for(natural, image.width)}
        return order._replace(widths=sorted(widths)), record

    def _offer(self, image: PageImage, record: Record) -> Offer:
        """Return the files of an image; none if they are not smaller than the file itself."""
        width, height = record["size"]
        needed = [str(step) for step in widths_for(width, image.width)]
        made = record["made"]
        if record["plain"] or not all(step in made for step in needed) or made[needed[-1]][1] >= record["bytes"]:
            return Offer(width, height, ())
        return Offer(width, height, tuple((self._put(*made[step]), int(step)) for step in needed))

    def _put(self, name: str, _weight: int) -> str:
        """Note a file of the cache to publish; return its path in the output."""
        self.files.add(self._cache / name)
        return f"{LEAN}/{name}"
