"""Fetched pictures are stored as a JPEG and a small WebP: upright, in sRGB, without metadata."""

from __future__ import annotations

import io
import random
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin
from sphinx_recaps.cli.pictures import CARD, LARGEST, make_files
from sphinx_recaps.images.checks import DEFAULT_MAX_BYTES

from tests.support import deep, picture


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, form, **options)
    return data.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(have - want) <= 12 for have, want in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_all_web_formats_are_accepted(kind: str) -> None:
    full, card = make_files(picture(kind, (1000, 500)))
    assert (full.width, full.height, opened(full.data).format) == (1000, 500, "JPEG")
    assert (card.width, card.height, opened(card.data).format) == (408, 204, "WEBP")


@pytest.mark.parametrize(
    ("size", "full", "card"),
    [
        deep((6000, 4000), (2000, 1333), (408, 272)),
        ((3000, 6000), (1000, 2000), (306, 612)),
        ((300, 200), (300, 200), (300, 200)),
        ((5000, 3), (2000, 1), (408, 1)),
    ],
)
def test_pictures_are_reduced_to_the_sizes_of_the_site_and_never_enlarged(
    size: tuple[int, int], full: tuple[int, int], card: tuple[int, int]
) -> None:
    files = make_files(picture("PNG", size))
    assert [opened(file.data).size for file in files] == [full, card]
    assert max(full) <= max(LARGEST)
    assert card[0] <= CARD[0]


@pytest.mark.deep
def test_stored_pictures_are_below_the_size_limit() -> None:
    """This includes noise, which no format compresses well."""
    noise = Image.frombytes("RGB", (1200, 1200), random.Random(1).randbytes(1200 * 1200 * 3))
    full, card = make_files(saved(noise, "PNG"))
    assert len(full.data) <= DEFAULT_MAX_BYTES
    assert len(card.data) <= DEFAULT_MAX_BYTES / 5


def test_metadata_is_removed() -> None:
    """This covers location, names, comments, thumbnails and colour profiles."""
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0)}
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Secret author</x:xmpmeta>")
    text.add_text("Comment", "Secret comment")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.new("RGB", (600, 400), "#336699")
    sources = [
        saved(image, "PNG", exif=exif, pnginfo=text, icc_profile=profile),
        saved(image, "JPEG", exif=exif, comment=b"Secret comment", icc_profile=profile, xmp=b"Secret author"),
        saved(image, "WEBP", exif=exif, xmp=b"Secret author", icc_profile=profile),
        saved(image, "GIF", comment=b"Secret comment"),
        saved(image, "AVIF", exif=exif, icc_profile=profile),
    ]
    for source in sources:
        assert b"Secret" in source
        for file in make_files(source):
            metadata = opened(file.data).info.keys() & {
                "exif",
                "xmp",
                "comment",
                "icc_profile",
                "XML:com.adobe.xmp",
                "photoshop",
            }
            assert not metadata
            assert b"Secret" not in file.data


def test_a_picture_is_rotated_as_its_metadata_says() -> None:
    """The rotation is applied before the metadata is removed."""
    image = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 300, 400), fill="red")
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate by 90° clockwise
    full, _ = make_files(saved(image, "JPEG", exif=exif))
    turned = opened(full.data)
    assert turned.size == (400, 600)
    assert near(turned.getpixel((200, 50)), (255, 0, 0))
    assert near(turned.getpixel((200, 550)), (255, 255, 255))


def test_a_colour_profile_is_applied() -> None:
    """The profile in this test swaps red and blue."""
    source = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    swapped = bytearray(source.tobytes())
    tags = tags_of(swapped)
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    swapped[red + 4 : red + 12], swapped[blue + 4 : blue + 12] = (
        swapped[blue + 4 : blue + 12],
        swapped[red + 4 : red + 12],
    )
    full, _ = make_files(saved(Image.new("RGB", (50, 50), "red"), "PNG", icc_profile=bytes(swapped)))
    assert near(opened(full.data).getpixel((25, 25)), (0, 0, 255))


def tags_of(profile: bytearray) -> dict[bytes, int]:
    """Return the offset of the entry of each tag in an ICC profile."""
    count = struct.unpack(">I", profile[128:132])[0]
    return {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}


@pytest.mark.parametrize("profile", [b"no profile", b"\0" * 200])
def test_an_invalid_profile_is_ignored(profile: bytes) -> None:
    full, _ = make_files(saved(Image.new("RGB", (50, 50), "red"), "PNG", icc_profile=profile))
    assert near(opened(full.data).getpixel((25, 25)), (255, 0, 0))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_all_pixel_formats_become_rgb(mode: str) -> None:
    """16-bit grey is scaled instead of clipped to white, and CMYK is converted."""
    source = Image.new("I;16", (50, 50), 0x8080) if mode == "I;16" else Image.new("L", (50, 50), 128).convert(mode)
    full, _ = make_files(saved(source, "JPEG" if mode == "CMYK" else "PNG"))
    image = opened(full.data)
    assert image.mode == "RGB"
    if mode != "1":
        assert near(image.getpixel((25, 25)), (128, 128, 128))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_becomes_white(mode: str) -> None:
    """Black letters on a transparent background would be invisible on a dark page."""
    image = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (20, 20, 40, 40))
    full, card = make_files(saved(image.convert(mode), "PNG"))
    for file in (full, card):
        assert near(opened(file.data).convert("RGB").getpixel((5, 5)), (255, 255, 255))
        assert near(opened(file.data).convert("RGB").getpixel((30, 30)), (0, 0, 0))


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_animations_are_rejected(kind: str) -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    moving = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    with pytest.raises(ValueError, match="it moves; save one picture of it"):
        make_files(moving)


def test_the_second_picture_in_a_phone_photo_is_dropped() -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    full, _ = make_files(saved(frames[0], "MPO", save_all=True, append_images=frames[1:]))
    assert near(opened(full.data).getpixel((25, 25)), (255, 0, 0))


def png_of(width: int, height: int) -> bytes:
    """Return a tiny PNG that claims to have this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore")  # as outside the tests: Pillow itself only warns of the smaller one
@pytest.mark.parametrize("side", [10_000, 60_000])
def test_a_decompression_bomb_is_rejected_before_it_is_decoded(side: int) -> None:
    """A few bytes could fill the memory."""
    with pytest.raises(ValueError, match="more than 89 million pixels; save it smaller"):
        make_files(png_of(side, side))


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "ICO", "PDF", "EPS"])
def test_other_formats_are_rejected(kind: str) -> None:
    with pytest.raises(ValueError, match="not an image of a known format"):
        make_files(picture(kind))


@pytest.mark.parametrize("data", [b"", b"<html>", b"\x89PNG\r\n\x1a\n", b"MZ\x90"])
def test_other_files_are_rejected(data: bytes) -> None:
    with pytest.raises(ValueError, match="; open the address in a browser"):
        make_files(data)


@given(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "AVIF"]), st.data())
def test_damaged_pictures_raise_no_other_exception(kind: str, data: st.DataObject) -> None:
    """Any bytes result in two pictures or in an error message."""
    source = bytearray(picture(kind, (20, 20)))
    for _ in range(data.draw(st.integers(1, 6))):
        source[data.draw(st.integers(0, len(source) - 1))] = data.draw(st.integers(0, 255))
    del source[data.draw(st.integers(1, len(source))) :]
    with suppress(ValueError):
        full, card = make_files(bytes(source))
        assert opened(full.data).size == (full.width, full.height)
        assert opened(card.data).size == (card.width, card.height)


@pytest.mark.parametrize("start", ["", '<?xml version="1.0"?>\n', "<!-- drawn -->\n", "\ufeff", "<!DOCTYPE svg>"])
def test_an_svg_is_rejected(start: str) -> None:
    """It can contain scripts, and deep nesting can crash the renderer."""
    with pytest.raises(ValueError, match="it is an SVG, which can hold scripts; look into it"):
        make_files(f'{start}<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'.encode())
