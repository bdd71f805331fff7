"""Images of lean pages: small files for browsers, the original file for everything else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from lean_photos import LEAN, images, page, photo, saved, sources
from PIL import Image, ImageCms
from sphinx_lean import pictures
from sphinx_lean.pictures import EncodingJob, cached, make, widths_for

from tests.support import picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support import Built, Files, Project


def opened(built: Built, path: str) -> Image.Image:
    with Image.open(built.out / path) as image:
        image.load()
        return image


def test_a_photo_is_offered_in_several_widths_and_no_wider_than_it_is(project: Project, jpeg: bytes) -> None:
    built = project({"conf.py": LEAN, "index.md": page("photo.jpg"), "photo.jpg": jpeg})
    assert (built.messages, built.status) == ("", 0)
    found = sources(built)
    assert max(found) == 1000
    for width, path in found.items():
        image = opened(built, path)
        assert (image.format, image.size) == ("WEBP", (width, width * 3 // 4))
    assert (built.out / found[1000]).stat().st_size < len(jpeg) / 2
    assert (built.out / found[320]).stat().st_size < len(jpeg) / 8
    [made] = images(built)
    assert str(made["src"]).startswith("_images/photo.jpg")
    assert (built.out / "_images/photo.jpg").read_bytes() == jpeg


@pytest.mark.parametrize(
    ("natural", "shown", "expected"),
    [(1600, 300, [320, 480, 640]), (1600, 0, [320, 480, 640, 960, 1280, 1600]), (300, 100, [300]), (330, 330, [330])],
)
def test_a_picture_is_made_as_wide_as_sharp_screens_need_and_never_wider(
    natural: int, shown: int, expected: list[int]
) -> None:
    assert widths_for(natural, shown) == expected


@pytest.mark.one_in(3)
@pytest.mark.parametrize("builder", ["html", "dirhtml", "singlehtml"])
def test_addresses_resolve_to_files_from_any_page(project: Project, jpeg: bytes, builder: str) -> None:
    toctree = "```{toctree}\nsub/other\n```"
    files: Files = {
        "conf.py": LEAN,
        "index.md": page(more=toctree),
        "sub/other.md": page("../photo.jpg"),
        "photo.jpg": jpeg,
    }
    built = project(files, builder)
    assert (built.messages, built.status) == ("", 0)
    name = {"html": "sub/other.html", "dirhtml": "sub/other/index.html", "singlehtml": "index.html"}[builder]
    found = sources(built, built.html(name))
    assert found
    for path in found.values():
        assert (built.out / name).parent.joinpath(path).is_file()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("builder", ["epub", "latex"])
def test_books_get_the_file_of_the_author(project: Project, jpeg: bytes, builder: str) -> None:
    built = project({"conf.py": LEAN, "index.md": page("photo.jpg"), "photo.jpg": jpeg}, builder)
    assert built.status == 0
    assert [path.suffix for path in sorted(built.out.rglob("photo*"))] == [".jpg"]
    assert not [path for path in built.out.rglob("*") if path.suffix == ".webp"]


def test_switched_off_nothing_changes(project: Project, jpeg: bytes) -> None:
    files: Files = {"conf.py": LEAN + "lean = False\n", "index.md": page("photo.jpg"), "photo.jpg": jpeg}
    built = project(files)
    assert [image.attrs for image in images(built)] == [{"alt": "A picture", "src": "_images/photo.jpg"}]


def test_nothing_is_encoded_twice(project: Project, jpeg: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for a second name, not for a second page, not in the next build, not when the output is gone."""
    encoded: list[int] = []
    real = pictures._encoded

    def counted(image: Image.Image, width: int, how: dict[str, Any]) -> bytes:
        encoded.append(width)
        return real(image, width, how)

    monkeypatch.setattr(pictures, "_encoded", counted)
    toctree = "```{toctree}\nother\n```"
    files: Files = {"index.md": page("photo.jpg", more=toctree), "other.md": page("photo.jpg")}
    built = project({"conf.py": LEAN, **files, "photo.jpg": jpeg})
    assert sorted(encoded) == [320, 480, 640, 1000]
    first = {path.name: path.read_bytes() for path in (built.out / "_static/lean").iterdir()}
    encoded.clear()
    built = project({"conf.py": LEAN, "index.md": page("photo.jpg", more=f"{toctree}\n\nMore.")})
    assert sources(built, built.html("other.html")) == sources(built)
    assert {path.name for path in (built.out / "_static/lean").iterdir() if path.suffix == ".webp"} <= set(first)
    for path in sources(built, built.html("other.html")).values():
        assert (built.out / path).is_file()
    built = project({"conf.py": LEAN, "copy.jpg": jpeg, "other.md": page("copy.jpg")})
    assert encoded == []
    assert sources(built, built.html("other.html")) == sources(built)


def test_a_picture_that_is_replaced_is_replaced_on_pages_that_are_not_built_again(project: Project) -> None:
    """Sphinx does not rebuild pages for images of the theme or of a template."""
    conf = LEAN + 'html_static_path = ["_static"]\ntemplates_path = ["_templates"]\n'
    layout = (
        '{% extends "!layout.html" %}{% block document %}{{ super() }}'
        '<img alt="" src="{{ pathto("_static/photo.png", 1) }}">{% endblock %}'
    )
    files: Files = {"conf.py": conf, "index.md": page(), "_templates/layout.html": layout}
    built = project({**files, "_static/photo.png": saved(photo((400, 300)), "PNG")})
    before, shown = sources(built), built.html().select_one("img[srcset]")
    assert max(before) == 400
    built = project({"conf.py": conf, "_static/photo.png": saved(photo((600, 300)), "PNG")})
    after, shown_then = sources(built), built.html().select_one("img[srcset]")
    assert max(after) == 600
    assert shown is not None
    assert shown_then is not None
    assert shown["src"] != shown_then["src"]
    assert not (built.out / before[400]).exists()
    assert len(built.html().select("img[srcset]")) == 1


def test_files_that_save_nothing_are_omitted(project: Project) -> None:
    """An optimal image gets no other file; for a tiny one, the markup would be longer than the savings."""
    small = saved(photo((640, 480)), "WEBP", quality=5)
    files: Files = {"conf.py": LEAN, "index.md": page("a.webp", "b.png"), "a.webp": small, "b.png": picture()}
    built = project(files)
    assert len(picture()) < 2048 < len(small)
    assert built.html().select("[srcset]") == []
    assert [(image["width"], image["height"]) for image in images(built)] == [("640", "480"), ("320", "180")]


def test_a_drawing_keeps_its_exact_colours(project: Project) -> None:
    """Formats for photographs would blur lines and letters."""
    drawn = Image.new("RGB", (800, 600), "white")
    for place in range(0, 800, 7):
        drawn.paste(("#ee4c2c", "#102030")[place % 2], (place, place // 3, place + 3, 600))
    built = project({"conf.py": LEAN, "index.md": page("a.png"), "a.png": saved(drawn, "PNG", compress_level=1)})
    made = opened(built, sources(built)[800])
    assert made.convert("RGB").tobytes() == drawn.tobytes()


@pytest.mark.deep
def test_transparency_is_kept(project: Project) -> None:
    image = photo((640, 480)).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize((640, 480)))
    palette = photo((640, 480)).quantize(64)
    files: Files = {
        "index.md": page("a.png", "b.png"),
        "a.png": saved(image, "PNG"),
        "b.png": saved(palette, "PNG", transparency=bytes([0, *range(100, 163)])),
    }
    built = project({"conf.py": LEAN, **files})
    assert (built.messages, built.status) == ("", 0)
    offered = built.html().select("img[srcset]")
    assert len(offered) == 2
    for one, name in zip(offered, ("a.png", "b.png"), strict=True):
        before = opened(built, f"_images/{name}").convert("RGBA").getchannel("A")
        after = opened(built, str(one["srcset"]).split()[-2]).convert("RGBA").getchannel("A")
        assert abs(sum(after.histogram()[:128]) - sum(before.histogram()[:128])) < 640 * 480 / 50, name


def test_a_photo_is_upright_and_has_no_location(project: Project) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010F] = "Camera"
    files: Files = {
        "index.md": page("a.jpg"),
        "a.jpg": saved(photo((800, 600)), "JPEG", quality=95, exif=exif.tobytes()),
    }
    built = project({"conf.py": LEAN, **files})
    [image] = images(built)
    assert (image["width"], image["height"]) == ("600", "800")
    made = opened(built, sources(built)[600])
    assert made.size == (600, 800)
    assert not made.getexif()


def test_colours_are_converted_to_srgb(project: Project) -> None:
    """Red of the profile is what browsers show: (255, 0, 0) with red and blue exchanged is blue."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    image = Image.blend(photo((640, 480)), Image.new("RGB", (640, 480), "red"), 0.9)
    data = saved(image, "JPEG", quality=95, icc_profile=bytes(profile))
    built = project({"conf.py": LEAN, "index.md": page("a.jpg"), "a.jpg": data})
    image = opened(built, sources(built)[640])
    made = image.convert("RGB").resize((1, 1)).getpixel((0, 0))
    assert isinstance(made, tuple)
    assert made[2] > 200
    assert made[0] < 100
    assert "icc_profile" not in image.info


def test_encoding_is_reproducible(project: Project, jpeg: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    made = []
    for name in ("one", "two"):
        folder = tmp_path_factory.mktemp(name)
        (folder / "a.jpg").write_bytes(jpeg)
        made.append(make(EncodingJob(folder / "a.jpg", folder / "cache/a.record", (320, 640))).made)
    assert made[0] == made[1]


# -- What cannot be made smaller ---------------------------------------------------------------------------------------


def moving(form: str) -> bytes:
    frames = [photo((320, 240)), Image.new("RGB", (320, 240), "red")]
    return saved(frames[0], form, save_all=True, append_images=frames[1:])


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("name", "make_file"),
    [
        ("a.gif", lambda: moving("GIF")),
        ("a.png", lambda: moving("PNG")),
        ("a.webp", lambda: moving("WEBP")),
        ("a.avif", lambda: saved(photo((320, 240)), "AVIF")),
        ("a.jpg", lambda: saved(photo((320, 240)).convert("CMYK"), "JPEG")),
        ("a.png", lambda: saved(Image.frombytes("I;16", (320, 240), photo((320, 160)).tobytes()), "PNG")),
    ],
    ids=["gif", "apng", "webp", "avif", "cmyk", "16 bit"],
)
def test_images_that_would_look_different_are_unchanged(
    project: Project, name: str, make_file: Callable[[], bytes]
) -> None:
    built = project({"conf.py": LEAN, "index.md": page(name), name: make_file()})
    assert (built.messages, built.status) == ("", 0)
    assert built.html().select("[srcset]") == []
    [image] = images(built)
    assert (image["width"], image["height"]) == ("320", "240")


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "make_file",
    [
        lambda: saved(photo((640, 480)), "JPEG")[:9000],
        lambda: b"\x89PNG\r\n\x1a\n" + b"x" * 5000,
        bytes,
        lambda: saved(photo(), "PNG")[:99999],
    ],
    ids=["cut off", "no picture", "empty", "cut off PNG"],
)
def test_a_broken_picture_is_reported_and_stays(project: Project, make_file: Callable[[], bytes]) -> None:
    """In every build: the cache does not suppress the warning."""
    conf = LEAN.replace('"sphinx_recaps", ', "")
    files: Files = {"conf.py": conf, "index.md": "# Home\n\n![A picture](a.png)\n", "a.png": make_file()}
    for built in (project(files), project({"conf.py": conf})):
        assert re.search(r"lean: '_images/a\.png' is not a readable image \(.+\); save it again", built.messages)
        assert built.messages.count("WARNING") == 1
        assert built.status == 1
        [image] = images(built)
        assert "width" not in image.attrs
        assert built.html().select("[srcset]") == []


def test_a_picture_of_too_many_pixels_is_reported_and_not_decoded(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "_MOST_PIXELS", 640 * 480 - 1)
    built = project({"conf.py": LEAN, "index.md": page("a.png"), "a.png": saved(photo((640, 480)), "PNG")})
    assert "lean: '_images/a.png' has too many pixels" in built.messages
    assert built.html().select("[srcset]") == []


def test_a_missing_picture_breaks_nothing(project: Project) -> None:
    built = project({"conf.py": LEAN.replace('"sphinx_recaps", ', ""), "index.md": page("none.png")})
    assert "image file not readable: none.png" in built.messages
    assert "lean" not in built.messages.replace("sphinx_lean", "")


def test_without_an_encoder_pictures_stay(project: Project, jpeg: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sphinx_lean.pictures.ENCODES", False)
    built = project({"conf.py": LEAN, "index.md": page("photo.jpg"), "photo.jpg": jpeg})
    assert (built.messages, sources(built)) == ("", {})


@pytest.mark.parametrize("damage", [b"", b"[]", b"{}", b"\xff"], ids=["emptied", "a list", "no keys", "no text"])
def test_a_damaged_cache_is_made_again(tmp_path: Path, jpeg: bytes, damage: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(jpeg)
    job = EncodingJob(tmp_path / "a.jpg", tmp_path / "cache/a.record", (320,))
    made = make(job)
    for path in (tmp_path / "cache").glob("*.*[!t]"):
        path.write_bytes(damage)
    assert cached(job) is None
    assert make(job) == made
    assert cached(job) == made
