"""What is kept of a fetched picture: upright pixels in sRGB, as JPEG and as a small WebP, and nothing else."""

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
def test_a_picture_is_made_as_large_as_the_site_can_use_and_never_larger_than_it_was(
    size: tuple[int, int], full: tuple[int, int], card: tuple[int, int]
) -> None:
    made = make_files(picture("PNG", size))
    assert [opened(one.data).size for one in made] == [full, card]
    assert max(full) <= max(LARGEST)
    assert card[0] <= CARD[0]


@pytest.mark.deep
def test_a_picture_is_lighter_than_the_limit_of_the_site() -> None:
    """Also one of noise, which no format makes small."""
    noise = Image.frombytes("RGB", (1200, 1200), random.Random(1).randbytes(1200 * 1200 * 3))
    full, card = make_files(saved(noise, "PNG"))
    assert len(full.data) <= DEFAULT_MAX_BYTES
    assert len(card.data) <= DEFAULT_MAX_BYTES / 5


def test_nothing_of_the_camera_is_kept() -> None:
    """No place, no names, no comment, no thumbnail, no profile."""
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
        for made in make_files(source):
            left = opened(made.data).info.keys() & {
                "exif",
                "xmp",
                "comment",
                "icc_profile",
                "XML:com.adobe.xmp",
                "photoshop",
            }
            assert not left
            assert b"Secret" not in made.data


def test_a_picture_is_turned_as_the_camera_was_held() -> None:
    """This happens before the metadata is removed."""
    image = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 300, 400), fill="red")
    exif = Image.Exif()
    exif[0x0112] = 6  # the top is at the right: turn it clockwise
    full, _ = make_files(saved(image, "JPEG", exif=exif))
    turned = opened(full.data)
    assert turned.size == (400, 600)
    assert near(turned.getpixel((200, 50)), (255, 0, 0))
    assert near(turned.getpixel((200, 550)), (255, 255, 255))


def test_colours_are_those_of_the_profile() -> None:
    """A profile is not dropped but applied: here one that turns red into blue."""
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
def test_a_profile_that_is_invalid_is_dropped(profile: bytes) -> None:
    full, _ = make_files(saved(Image.new("RGB", (50, 50), "red"), "PNG", icc_profile=profile))
    assert near(opened(full.data).getpixel((25, 25)), (255, 0, 0))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixels_becomes_plain_colours(mode: str) -> None:
    """16 bits of grey are not cut to white; ink becomes light."""
    source = Image.new("I;16", (50, 50), 0x8080) if mode == "I;16" else Image.new("L", (50, 50), 128).convert(mode)
    full, _ = make_files(saved(source, "JPEG" if mode == "CMYK" else "PNG"))
    image = opened(full.data)
    assert image.mode == "RGB"
    if mode != "1":
        assert near(image.getpixel((25, 25)), (128, 128, 128))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_becomes_white(mode: str) -> None:
    """Black letters on transparency would vanish on a dark page."""
    image = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (20, 20, 40, 40))
    full, card = make_files(saved(image.convert(mode), "PNG"))
    for made in (full, card):
        assert near(opened(made.data).convert("RGB").getpixel((5, 5)), (255, 255, 255))
        assert near(opened(made.data).convert("RGB").getpixel((30, 30)), (0, 0, 0))


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_animations_are_refused(kind: str) -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    moving = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    with pytest.raises(ValueError, match="it moves; save one picture of it"):
        make_files(moving)


def test_the_second_picture_of_a_telephone_is_dropped() -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    full, _ = make_files(saved(frames[0], "MPO", save_all=True, append_images=frames[1:]))
    assert near(opened(full.data).getpixel((25, 25)), (255, 0, 0))


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that says to be that large and weighs nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore")  # as outside the tests: Pillow itself only warns of the smaller one
@pytest.mark.parametrize("side", [10_000, 60_000])
def test_a_bomb_is_refused_before_it_goes_off(side: int) -> None:
    """A few bytes that would fill the memory."""
    with pytest.raises(ValueError, match="more than 89 million pixels; save it smaller"):
        make_files(png_of(side, side))


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "ICO", "PDF", "EPS"])
def test_other_formats_are_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="not an image of a known format"):
        make_files(picture(kind))


@pytest.mark.parametrize("data", [b"", b"<html>", b"\x89PNG\r\n\x1a\n", b"MZ\x90"])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="; open the address in a browser"):
        make_files(data)


@given(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "AVIF"]), st.data())
def test_no_damage_raises_anything_else(kind: str, data: st.DataObject) -> None:
    """Whatever bytes a server sends, there are two pictures or there is a sentence."""
    source = bytearray(picture(kind, (20, 20)))
    for _ in range(data.draw(st.integers(1, 6))):
        source[data.draw(st.integers(0, len(source) - 1))] = data.draw(st.integers(0, 255))
    del source[data.draw(st.integers(1, len(source))) :]
    with suppress(ValueError):
        full, card = make_files(bytes(source))
        assert opened(full.data).size == (full.width, full.height)
        assert opened(card.data).size == (card.width, card.height)


@pytest.mark.parametrize("start", ["", '<?xml version="1.0"?>\n', "<!-- drawn -->\n", "\ufeff", "<!DOCTYPE svg>"])
def test_a_drawing_is_left_to_a_person(start: str) -> None:
    """It can act, and what draws it here can be brought to its end by one that is nested deep enough."""
    with pytest.raises(ValueError, match="it is an SVG, which can hold scripts; look into it"):
        make_files(f'{start}<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'.encode())
