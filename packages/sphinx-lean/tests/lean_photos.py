"""Photographs and pages that show them, for the tests of pictures."""

from __future__ import annotations

import random
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.support import CONF

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

    from tests.support import Built

LEAN = CONF.replace('"sphinx_recaps"]', '"sphinx_recaps", "sphinx_lean"]')


def photo(size: tuple[int, int] = (1000, 750)) -> Image.Image:
    """Return something like a photograph: coarse and fine, the same each time."""
    noise = random.Random(1)
    image = Image.new("RGB", size, "#5a6e8c")
    for step in (8, 40, 200):
        small = (size[0] // step + 2, size[1] // step + 2)
        grains = Image.frombytes("RGB", small, noise.randbytes(small[0] * small[1] * 3))
        image = Image.blend(image, grains.resize(size, Image.Resampling.BICUBIC), 0.3)
    return image


def saved(image: Image.Image, form: str, **how: Any) -> bytes:
    """Return an image as a file."""
    data = BytesIO()
    image.save(data, form, **how)
    return data.getvalue()


def page(*images: str, more: str = "") -> str:
    """Return a page that shows some images."""
    return "\n\n".join(["# Home", *(f"![A picture]({image})" for image in images), more, ""])


def sources(built: Built, html: BeautifulSoup | None = None) -> dict[int, str]:
    """Return the files that the first image with a choice offers, by width."""
    image = (html or built.html()).select_one("img[srcset]")
    pairs = [part.split() for part in str(image["srcset"] if image else "").split(", ") if part]
    return {int(width.removesuffix("w")): path for path, width in pairs}


def images(built: Built, name: str = "index.html") -> list[Tag]:
    """Return the images in the content of a page."""
    return list(built.html(name).select("[role=main] img"))
