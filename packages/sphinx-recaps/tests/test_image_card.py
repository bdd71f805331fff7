"""The image-card directive, in every builder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from PIL import Image

from tests.support import deep, picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support import Project

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="300" height="200"/></svg>'
CARD = """\
:::{image-card} images/thanks.svg
:name: thanks
:alt: A wall of tiles
:title: Thank you
:link: /other
:credit: Drawn by *somebody*

For all who came, [more](https://example.org/more).
:::
"""
FILES: Mapping[str, str | bytes] = {
    "index.md": f"# Home\n\n```{{toctree}}\nother\n```\n\nSee {{ref}}`thanks`.\n\n{CARD}",
    "other.md": "(a-label)=\n# Other page\n",
    "images/thanks.svg": SVG,
    "images/photo.png": picture("PNG"),
    "images/photo-dark.webp": picture("WEBP"),
    "images/photo.avif": picture("AVIF"),
}
BUILDERS = ["html", "epub", "latex", "text", "man", "texinfo", "gettext", *map(deep, ("dirhtml", "singlehtml", "xml"))]


def page(*options: str, image: str = "images/photo.png", caption: str = "") -> dict[str, str | bytes]:
    """Return a project of one page with one card."""
    card = "".join(f":{option}\n" for option in options)
    text = f"# Home\n\n```{{toctree}}\nother\n```\n\n:::{{image-card}} {image}\n{card}\n{caption}\n:::\n"
    return {**FILES, "index.md": text}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("builder", BUILDERS)
def test_every_builder_writes_a_card_without_warnings(project: Project, builder: str) -> None:
    """This includes image formats and links that the builder does not support."""
    more = (
        ":::{image-card} images/photo.png\n:alt: A photo\n:dark: images/photo-dark.webp\n:link: a-label\n:::\n\n"
        ":::{image-card} images/photo.avif\n:decorative:\n:title: Elsewhere\n:link: https://example.org/\n:::\n\n"
        ":::{image-card} images/photo-dark.webp\n:alt: A photo at night\n:link: other.md\n:::\n"
    )
    files = {**FILES, "index.md": f"{FILES['index.md']!s}\n\n{more}"}
    built = project(files, builder, "-j", "auto", conf="numfig = True\n")
    assert (built.messages, built.status) == ("", 0)


@pytest.mark.parametrize(("builder", "name"), [("text", "index.txt"), ("latex", "small.tex"), ("epub", "index.xhtml")])
def test_a_book_has_image_title_caption_and_credit(project: Project, builder: str, name: str) -> None:
    """Plain text has the alternative text. Books have the image in a format that they can show."""
    built = project(FILES, builder)
    text = built.text(name)
    for expected in ("Thank you", "For all who came", "Drawn by"):
        assert expected in text
    if builder == "text":
        assert "[image: A wall of tiles]" in text
    if builder == "latex":
        assert r"\sphinxincludegraphics{{thanks}.png}" in text
        with Image.open(built.out / "thanks.png") as image:
            assert image.size == (600, 400)


@pytest.mark.parametrize("image", ["photo.avif", "photo-dark.webp"])
def test_web_formats_become_png_only_in_print(project: Project, image: str) -> None:
    """Browsers get the smaller file, TeX one that it can read."""
    files = page("alt: A photo", image=f"images/{image}")
    assert f'src="_images/{image}"' in project(files).text("index.html")
    with Image.open(project(files, "latex").out / f"{image.partition('.')[0]}.png") as converted:
        assert (converted.format, converted.size) == ("PNG", (320, 180))


def test_the_page_reserves_space_for_each_image(project: Project) -> None:
    """Nothing shifts while images load. The first is loaded at once, later ones lazily."""
    files = {**FILES, "index.md": f"{FILES['index.md']!s}\n\n:::{{image-card}} images/photo.png\n:alt: A photo\n:::\n"}
    images = project(files).html().select(".recap-card img")
    assert [(image["width"], image["height"], image["loading"], image["decoding"]) for image in images] == [
        ("300", "200", "eager", "async"),
        ("320", "180", "lazy", "async"),
    ]


@pytest.mark.parametrize("how", ["lazy", "eager"])
def test_an_option_sets_when_an_image_is_loaded(project: Project, how: str) -> None:
    """Authors know which images are visible first."""
    image = project(page("alt: A photo", f"loading: {how}")).html().select_one(".recap-card img")
    assert image
    assert image["loading"] == how


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("other", "other.html"),
        ("/other", "other.html"),
        ("other.md", "other.html"),
        ("a-label", "other.html#a-label"),
        ("https://example.org/a?b=c&d", "https://example.org/a?b=c&d"),
        ("mailto:somebody@example.org", "mailto:somebody@example.org"),
    ],
)
def test_a_card_has_one_link_named_by_its_title_or_image(project: Project, target: str, address: str) -> None:
    """Its target is a page, a label or an address."""
    titled = project(page("alt: A photo", "title: Look", f"link: {target}")).html()
    links = titled.select(".recap-card a:not(.headerlink)")
    assert [(unquote(str(link["href"])), link.text) for link in links] == [(address, "Look")]
    untitled = project(page("alt: A photo", f"link: {target}")).html()
    links = untitled.select(".recap-card a")
    assert [unquote(str(link["href"])) for link in links] == [address]
    assert links[0].select('img[alt="A photo"]')


def test_a_card_can_have_a_light_and_a_dark_image(project: Project) -> None:
    """The theme shows one of them. Both have the same text, and books have only the first."""
    files = page("alt: A photo", "dark: images/photo-dark.webp", "title: Look")
    images = project(files).html().select(".recap-card img")
    assert [(image["src"], image["class"], image["alt"]) for image in images] == [
        ("_images/photo.png", ["only-light"], "A photo"),
        ("_images/photo-dark.webp", ["only-dark"], "A photo"),
    ]
    book = project(files, "epub").html("index.xhtml").select("figure img")
    assert [image["src"] for image in book] == ["_images/photo.png"]


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    ("image", "options", "message"),
    [
        ("images/photos.png", ["alt: A"], "there is no image 'images/photos.png'; its folder has photo.png"),
        ("images/Photo.png", ["alt: A"], "there is no image 'images/Photo.png'; its folder has photo.png"),
        ("img/photo.png", ["alt: A"], "there is no image 'img/photo.png'; the project has /images/photo.png"),
        ("https://img.example/photo.png", ["alt: A"], "is on another host; save it beside the page"),
        ("//img.example/photo.png", ["alt: A"], "is on another host"),
        ("data:image/png;base64,AAAA", ["alt: A"], "is on another host"),
        ("../../secret.png", ["alt: A"], "is outside the project; copy it"),
        ("other.md", ["alt: A"], "'other.md' is not an image; use a file that ends in .avif, .gif"),
        ("images/broken.png", ["alt: A"], "'images/broken.png' is not a readable image"),
        ("images/photo.png", [], "it has no alternative text; write :alt: What the image shows, or :decorative:"),
        ("images/photo.png", ["alt:"], "it has no alternative text"),
        (
            "images/photo.png",
            ["alt: A", "decorative:"],
            "it has both :alt: and :decorative:; remove one of them",
        ),
        (
            "images/photo.png",
            ["decorative:", "link: other"],
            "the link has no text for people who cannot see the image",
        ),
        ("images/photo.png", ["alt: A", "dark: images/night.png"], "there is no image 'images/night.png'"),
        ("images/photo.png", ["alt: A", "link: othr"], "there is no page or label 'othr'; did you mean /other?"),
        (
            "images/photo.png",
            ["alt: A", "link: javascript:alert(1)"],
            "uses the scheme javascript; write a page, a label",
        ),
        ("images/photo.png", ["alt: A", "link: data:text/html,x"], "uses the scheme data;"),
        ("images/photo.png", ["alt: A", "link: https:///x"], "has no host; write https://"),
        ("images/photo.png", ["alt: A", "loading: never"], "never"),
    ],
)
def test_a_mistake_is_reported_with_its_line_and_the_fix(
    project: Project, image: str, options: list[str], message: str
) -> None:
    """The text of the card and the rest of the page are still shown."""
    files = page(*options, image=image, caption="The caption.")
    built = project({**files, "images/broken.png": "no picture", "../secret.png": picture()})
    assert built.status == 1
    assert message in built.messages
    assert all(re.match(r"index\.md:[7-9]: (WARNING|ERROR): ", line) for line in built.messages.splitlines())
    assert "The caption." in built.text("index.html")
    assert "javascript:" not in built.text("index.html")


def test_an_image_added_later_is_found(project: Project) -> None:
    """The page need not change."""
    files = page("alt: A photo", image="images/later.png")
    assert project(files).status == 1
    built = project({"images/later.png": picture()})
    assert (built.messages, built.status) == ("", 0)
    assert built.html().select('img[src="_images/later.png"]')


def test_text_of_a_card_never_becomes_markup(project: Project) -> None:
    """This covers alternative text, title, credit and file name."""
    evil = 'a "><script>alert(1)</script>'
    name = "images/a'b&c.png"
    files = page(f"alt: {evil}", f"title: {evil}", f"credit: {evil}", image=name)
    built = project({**files, name: picture()})
    assert built.status == 0
    image = built.html().select_one(".recap-card img")
    assert image
    assert image["alt"] == evil
    assert not [script for script in built.html().select("script") if "alert" in script.text]


def test_only_pages_with_a_card_load_its_style(project: Project) -> None:
    built = project(FILES)
    assert built.html().select('link[href*="recap-card.css"]')
    assert "recap-" not in built.text("other.html")


def test_a_book_contains_every_file_that_it_refers_to(project: Project) -> None:
    """E-book readers reject a book without its style sheet."""
    built = project(FILES, "epub")
    references = built.html("index.xhtml").select("link[href], img[src], script[src]")
    files = [str(element.get("href") or element.get("src")).partition("?")[0] for element in references]
    assert files
    assert [name for name in files if not (built.out / name).is_file()] == []


def test_title_caption_credit_and_alternative_text_are_translatable(project: Project) -> None:
    """The link is not."""
    template = project(FILES, "gettext").text("index.pot")
    for message in ("Thank you", "A wall of tiles", "For all who came", "Drawn by"):
        assert f'msgid "{message}' in template
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    entries = 'msgid "Thank you"\nmsgstr "Danke"\n\nmsgid "A wall of tiles"\nmsgstr "Eine Wand"\n'
    files = {**FILES, "locale/de/LC_MESSAGES/index.po": header + entries}
    built = project(files, conf="language = 'de'\nlocale_dirs = ['locale']\n")
    assert built.messages == ""
    link, image = built.html().select_one(".recap-card .caption-text a"), built.html().select_one(".recap-card img")
    assert link
    assert image
    assert (link.text, link["href"], image["alt"]) == ("Danke", "other.html", "Eine Wand")
