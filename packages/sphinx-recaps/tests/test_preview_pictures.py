"""The pictures of shared pages: of the site, of events and of entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageFont
from sphinx_recaps.publish import names, pictures
from sphinx_recaps.publish.pictures import FONTS, LEADING, OWN_CHARACTERS, TITLE_HEIGHT, WIDTH, fitted, png_of, width_of

from tests.published import BASE, CONF, EVENT, FILES, tags

if TYPE_CHECKING:
    from tests.support import Built, Project

SVG = "http://www.w3.org/2000/svg"


def test_pictures(published: Built) -> None:
    """The site, each event and each entry have a picture in the size that services show at full width."""
    pages = ("index.html", f"{EVENT}/index.html", f"{EVENT}/talks/pollination.html", f"{EVENT}/talks/roots.html")
    files = [tags(published, page)["og:image"].removeprefix(BASE) for page in pages]
    assert files == [
        "preview.png",
        f"{EVENT}/event.png",
        f"{EVENT}/talks/pollination.png",
        f"{EVENT}/talks/roots.png",
    ]
    contents = set()
    for name in files:
        with Image.open(published.out / name) as image:
            assert (image.format, image.size) == ("PNG", (1200, 630))
            contents.add(image.tobytes())
    assert len(contents) == len(files)


def test_pictures_of_an_archive(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """With thousands of entries, which would take minutes to draw, the page of each shows the picture of its event."""
    monkeypatch.setattr(names, "MAX_PICTURES", 1)
    built = project(FILES, conf=f'{CONF}recap_publish = ["previews", "pictures"]\n')
    assert tags(built, f"{EVENT}/talks/roots.html")["og:image"] == f"{BASE}{EVENT}/event.png"
    assert {path.name for path in (built.out / EVENT).rglob("*.png")} == {"event.png"}


@pytest.mark.parametrize(
    "title",
    [
        "Roots",
        "How to keep orchids alive on a windowsill " * 3,
        "W" * 200,
        "兰花" * 80,
        "a " * 400,
        "Ünïçödé Ωμέγα Привет",
    ],
)
def test_titles_fit_their_picture(title: str) -> None:
    """Any title is within the picture, as large as possible, and nothing is below its place."""
    size, lines = fitted(title)
    assert all(width_of(line) * size <= WIDTH for line in lines)
    assert len(lines) * size * LEADING <= TITLE_HEIGHT
    shown = "".join(lines).replace(" ", "")
    whole = title.replace(" ", "")
    assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))


def test_a_picture_shows_its_texts() -> None:
    """Letters are drawn with the font of the package, without those of the system."""
    texts = ["Łódź", "Ωμέγα", "Привет", "naïve"]
    start = f'<svg xmlns="{SVG}" width="400" height="80" font-family="DejaVu Sans">'
    pictures = [png_of(f'{start}<text y="60" font-size="40">{text}</text></svg>') for text in texts]
    empty = png_of(f"{start}</svg>")
    assert len({*pictures, empty}) == 5


@pytest.mark.parametrize("path", FONTS)
def test_the_fonts_of_the_package_have_all_characters_drawn_without_others(path: str) -> None:
    """Otherwise a picture would have boxes instead of letters."""
    font = ImageFont.truetype(path, 40)
    missing = bytes(font.getmask("\uffff"))
    own = [char for char in map(chr, range(0x3000)) if char.isalpha() and OWN_CHARACTERS.fullmatch(char)]
    assert {"Ł", "ß", "Ω", "Ж"} <= {*own}
    assert [char for char in own if bytes(font.getmask(char)) == missing] == []


def test_pictures_of_the_next_build(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture is drawn again when its texts, the template or the converter change, and is removed with its entry."""
    conf = f'{CONF}recap_publish = ["previews", "pictures"]\ntemplates_path = ["_templates"]\n'
    folder = project(FILES, conf=conf).out / EVENT / "talks"
    before = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.png")}
    changed = str(FILES[f"{EVENT}/talks.yaml"]).replace("title: Roots", "title: Old roots")
    project({f"{EVENT}/talks.yaml": changed}, conf=conf)
    after = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.png")}
    assert {name for name in before if before[name] != after[name]} == {"roots.png"}
    monkeypatch.setattr(pictures, "version", lambda _name: "next")
    project({}, conf=conf)
    assert all(path.stat().st_mtime_ns != after[path.name] for path in folder.glob("*.png"))
    own = f'<svg xmlns="{SVG}" width="1200" height="630"><rect width="1200" height="630" fill="red"/></svg>'
    less = changed.partition("  - id: roots")[0]
    project({f"{EVENT}/talks.yaml": less, "_templates/recap-preview.svg": own}, conf=conf)
    assert [path.name for path in folder.glob("*.png")] == ["pollination.png"]
    with Image.open(folder / "pollination.png") as image:
        assert image.convert("RGB").getpixel((600, 300)) == (255, 0, 0)
