"""Unsuitable images are reported where a page uses them: too large, unsafe, broken, or without alternative text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.images.checks import DEFAULT_MAX_BYTES, DEFAULT_MAX_PIXELS
from sphinx_recaps.images.svg_safety import svg_problems

from tests.support import deep, picture

if TYPE_CHECKING:
    from tests.support import Files, Project

BUILDERS = [
    "html",
    "epub",
    "latex",
    "text",
    "man",
    "gettext",
    "linkcheck",
    "dummy",
    *map(deep, ("dirhtml", "singlehtml")),
]
# Every way in which a page can use an image, on line 3; {} is the image.
USES = {
    "markdown": "![A photo]({})",
    "image": ":::{{image}} {}\n:alt: A photo\n:::",
    "figure": ":::{{figure}} {}\n:alt: A photo\n\nA caption\n:::",
    "card": ":::{{image-card}} {}\n:alt: A photo\n:::",
    "thumbnail": ":::{{youtube}} MYE01-XaSZA\n:title: A talk\n:thumbnail: {}\n:::",
    "design": "::::{{card}} Title\n:img-top: {}\n:img-alt: A photo\n::::",
    "catalogue": ":::{{catalogue}} posters.yaml\n:::",
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">{}</svg>'
SCRIPT = SVG.format("\n<script>alert(1)</script>")


def page(content: str, **files: str | bytes) -> Files:
    """Return a project of one page; keywords are file names with _ instead of the dot."""
    images = {f"images/{name.replace('_', '.')}": data for name, data in files.items()}
    return {"index.md": f"# Home\n\n{content}\n", **images}


def using(use: str, name: str, data: str | bytes) -> Files:
    """Return a project of one page that uses an image in one of these ways."""
    posters = f"kind: poster\nentries:\n  - id: A1\n    title: A poster\n    image: images/{name}\n"
    files: dict[str, str | bytes] = {"index.md": f"# Home\n\n{USES[use].format(f'images/{name}')}\n"}
    if use == "catalogue":
        files["posters.yaml"] = posters
    return {**files, f"images/{name}": data}


def messages(project: Project, files: Files, builder: str = "html") -> list[str]:
    """Return the messages of a build, which must fail if and only if there are any."""
    built = project(files, builder)
    assert bool(built.messages) == (built.status != 0)
    return built.messages.splitlines()


@pytest.mark.one_in(3)
@pytest.mark.parametrize("use", USES)
def test_a_suitable_image_is_not_reported(project: Project, use: str) -> None:
    assert messages(project, using(use, "photo.png", picture("PNG", (DEFAULT_MAX_PIXELS, 10)))) == []


@pytest.mark.one_in(5)
@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize(
    ("image", "kind", "words"),
    [
        (("wide.png", picture("PNG", (DEFAULT_MAX_PIXELS + 1, 10))), "image_size", "4001 × 10 px"),
        (
            ("heavy.png", picture() + b"\0" * DEFAULT_MAX_BYTES),
            "image_size",
            "1.0 MB, but the limits are 1 MB and 4000 px",
        ),
        (("acts.svg", SCRIPT), "image_svg", "contains a <script> (line 2); save it as plain SVG without that"),
    ],
)
def test_an_image_is_checked_however_a_page_uses_it(
    project: Project, use: str, image: tuple[str, str | bytes], kind: str, words: str
) -> None:
    """One message names the line and the fix, and the image is still shown."""
    name, data = image
    built = project(using(use, name, data))
    place = r"posters\.yaml:5" if use == "catalogue" else r"index\.md:3"
    message = rf"\S*{place}: WARNING: image: 'images/{name}' .*; save it as .* \[recap\.{kind}\]\n"
    assert re.fullmatch(message, built.messages), built.messages
    assert words in built.messages
    assert built.html().select("img")


@pytest.mark.one_in(3)
@pytest.mark.parametrize("builder", BUILDERS)
def test_every_builder_reports_the_same_images(project: Project, builder: str) -> None:
    content = "![](images/heavy.png)\n\n![A drawing](images/acts.svg)"
    files = page(content, heavy_png=picture() + b"\0" * DEFAULT_MAX_BYTES, acts_svg=SCRIPT)
    reported = [message for message in messages(project, files, builder) if "recap.image" in message]
    assert [re.findall(r"index\.md:(\d)|\[recap\.(\w+)\]", message) for message in reported] == [
        [("3", ""), ("", "image_size")],
        [("3", ""), ("", "image_alt")],
        [("5", ""), ("", "image_svg")],
    ]


def test_a_mistake_is_reported_in_every_build_until_it_is_fixed(project: Project) -> None:
    """This holds even though the page does not change."""
    files = page("![A photo](images/wide.png)", wide_png=picture("PNG", (5000, 10)))
    assert messages(project, files) == messages(project, {}) != []
    assert messages(project, {"images/wide.png": picture("PNG", (2000, 10))}) == []


def test_an_image_used_twice_on_a_page_is_reported_once(project: Project) -> None:
    twice = "![A photo](images/wide.png)\n\n![The same](images/wide.png)"
    assert len(messages(project, page(twice, wide_png=picture("PNG", (5000, 10))))) == 1


# -- Formats -----------------------------------------------------------------------------------------------------------


@pytest.mark.one_in(4)
@pytest.mark.parametrize("suffix", ["bmp", "tif", "tiff", "heic", "jxl", "psd", "pdf", "svgz", "ico"])
def test_an_unsupported_format_is_reported(project: Project, suffix: str) -> None:
    reported = messages(project, page(f"![A photo](images/photo.{suffix})", **{f"photo_{suffix}": picture("BMP")}))
    assert len(reported) == 1
    assert "index.md:3: WARNING: image: 'images/photo." in reported[0]
    assert "is in a format that browsers do not show; save it as WebP or AVIF, at most 2000 px wide" in reported[0]
    assert "[recap.image_format]" in reported[0]


def test_a_wrong_file_name_suffix_is_reported_if_browsers_mind(project: Project) -> None:
    """Browsers look at the content: they show a JPEG called .png, but not a TIFF."""
    content = "![One](images/a.png)\n\n![Two](images/b.png)"
    reported = messages(project, page(content, a_png=picture("TIFF"), b_png=picture("JPEG")))
    assert len(reported) == 1
    assert "'images/a.png' contains TIFF, despite its name" in reported[0]


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"\x89PNG\r\n\x1a\n0000"])
def test_a_file_that_is_not_an_image_is_reported(project: Project, data: bytes) -> None:
    reported = messages(project, page("![A photo](images/photo.png)", photo_png=data))
    assert len(reported) == 1
    assert "'images/photo.png' is not an image that can be read; save it again [recap.image]" in reported[0]


def test_only_formats_for_browsers_are_checked(project: Project) -> None:
    """``photo.*`` offers a PDF to LaTeX and a PNG to browsers."""
    files = page("![A photo](images/photo.*)", photo_png=picture(), photo_pdf=b"%PDF-1.4")
    assert messages(project, files) == []


def test_messages_of_sphinx_are_not_repeated(project: Project) -> None:
    reported = messages(project, page("![A photo](images/none.png)"))
    assert len(reported) == 1
    assert "image file not readable: images/none.png" in reported[0]


def test_an_image_on_another_host_is_reported(project: Project) -> None:
    """Readers' browsers should contact no other host."""
    reported = messages(project, page("![A photo](https://example.org/photo.png)"))
    assert len(reported) == 1
    assert "index.md:3: WARNING: image: 'https://example.org/photo.png' is on another host; save it" in reported[0]


# -- Alternative text --------------------------------------------------------------------------------------------------


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("content", "line", "instead"),
    [
        ("![](images/a.png)", 3, "write ![What it shows](images/a.png)"),
        ("Words\nand ![ ](images/a.png) words", 3, "write ![What it shows](images/a.png)"),
        ("[![](images/a.png)](https://example.org/)", 3, "write ![What it shows](images/a.png)"),
        (":::{image} images/a.png\n:::", 3, "write :alt: What it shows"),
        (":::{figure} images/a.png\n\nA caption\n:::", 3, "write :alt: What it shows"),
        ("```{eval-rst}\n.. image:: images/a.png\n```", 4, "write :alt: What it shows"),
        ("::::{card} Title\n:img-top: images/a.png\n::::", 3, "write :img-alt: What it shows"),
    ],
)
def test_an_image_without_alternative_text_is_reported(project: Project, content: str, line: int, instead: str) -> None:
    reported = messages(project, page(content, a_png=picture()))
    assert len(reported) == 1
    assert re.search(rf"index\.md:{line}: WARNING: image: 'images/a\.png' has no alternative text", reported[0])
    assert f"{instead}" in reported[0]
    assert "[recap.image_alt]" in reported[0]


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "content",
    [
        "![A photo](images/a.png)",
        ":::{image} images/a.png\n:alt:\n:::",
        "```{eval-rst}\n.. image:: images/a.png\n   :alt:\n```",
        ":::{image-card} images/a.png\n:decorative:\n:::",
    ],
)
def test_a_decorative_image_is_not_reported(project: Project, content: str) -> None:
    assert messages(project, page(content, a_png=picture())) == []


def test_the_text_in_place_of_an_image_is_in_the_language_of_the_site(project: Project) -> None:
    """This holds wherever an image cannot be shown: a folder in Markdown, and a missing file in a card."""
    content = "# Seite\n\n![Ein Foto](images)\n\n:::{image-card} nichts.png\n:alt: Eine Karte\n:::\n"
    page = project({"index.md": content, "images/photo.png": picture()}, conf="language = 'de'\n").html().get_text()
    assert "[Bild: Ein Foto]" in page
    assert "[Bild: Eine Karte]" in page


def test_the_name_of_a_substitution_is_its_alternative_text(project: Project) -> None:
    """In reStructuredText, the text between the bars is the alternative text."""
    text = "Home\n====\n\nThe |logo|.\n\n.. |logo| image:: images/a.png\n"
    assert messages(project, {"index.rst": text, "images/a.png": picture()}) == []


def test_a_card_without_alternative_text_is_reported_once(project: Project) -> None:
    """Its directive has the more precise message."""
    reported = messages(project, page(":::{image-card} images/a.png\n:::", a_png=picture()))
    assert len(reported) == 1
    assert "or :decorative: if it conveys nothing" in reported[0]


# -- Drawings ----------------------------------------------------------------------------------------------------------

UNSAFE = {
    "<script>alert(1)</script>": "contains a <script>",
    '<s:script xmlns:s="http://www.w3.org/2000/svg"/>': "contains a <script>",
    '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>': "contains HTML (<script>)",
    '<h:img xmlns:h="http://www.w3.org/1999/xhtml" src="https://example.org/x.png"/>': "contains HTML (<img>)",
    '<m:math xmlns:m="http://www.w3.org/1998/Math/MathML" href="javascript:alert(1)"/>': "contains MathML (<math>)",
    '<rect onclick="alert(1)"/>': "contains the event handler onclick",
    '<rect ONLOAD="alert(1)"/>': "contains the event handler ONLOAD",
    '<a href="javascript:alert(1)"><rect/></a>': "links to 'javascript:alert(1)'",
    '<a xlink:href=" java&#10;script:alert(1)"><rect/></a>': "links to 'javascript:alert(1)'",
    '<a href="data:text/html,x"><rect/></a>': "links to 'data:text/html,x'",
    '<a><set attributeName="href" to="javascript:alert(1)"/></a>': "changes href while it is shown",
    '<a><animate attributeName="xlink:href" values="javascript:alert(1)"/></a>': "changes xlink:href while it is shown",
    '<image href="https://example.org/x.png"/>': "loads 'https://example.org/x.png'",
    '<image xlink:href="//example.org/x.png"/>': "loads '//example.org/x.png'",
    '<image href="photo.png"/>': "loads 'photo.png'",
    '<image href="data:image/svg+xml;base64,AAAA"/>': "loads 'data:image/svg+xml;base64,AAAA'",
    '<use href="other.svg#a"/>': "loads 'other.svg#a'",
    '<use href="data:image/png;base64,AAAA"/>': "loads 'data:image/png;base64,AAAA'",
    '<feImage href="https://example.org/x"/>': "loads 'https://example.org/x'",
    '<rect fill="url(https://example.org/x#a)"/>': "loads 'https://example.org/x#a' in its style",
    """<rect style="fill: URL( 'https://example.org/x' )"/>""": "loads 'https://example.org/x' in its style",
    "<style>@import 'https://example.org/x.css';</style>": "loads 'https://example.org/x.css' in its style",
    "<style>a { b: u\\72l(https://example.org/x) }</style>": "loads 'https://example.org/x' in its style",
    "<style>@im/**/port; @\\69mport url(x.css);</style>": "in its style",
    "<style><![CDATA[@font-face { src: url(https://example.org/f) }]]></style>": "loads 'https://example.org/f' in its",
    '<set attributeName="fill" to="url(https://example.org/x#a)"/>': "loads 'https://example.org/x#a' in its style",
    "<foreignObject><div/></foreignObject>": "contains <foreignObject>",
    '<?xml-stylesheet href="https://example.org/x.css"?>': "loads a style sheet",
    "<g>": "is not well-formed XML (mismatched tag)",
}  # fmt: skip
SAFE = [
    '<a href="https://example.org/"><rect/></a>',
    '<a href="#part"><rect/></a>',
    '<a href="page.html?a:b"><rect/></a>',
    '<use href="#a"/>',
    '<image href="data:image/png;base64,AAAA"/>',
    '<rect fill="url(#a)" transform="rotate(3)" style="filter: url(\'#b\')"/>',
    "<style>a { fill: url(#b) } @font-face { src: url(data:font/woff2;base64,AAAA) }</style>",
    "<metadata><x:RDF xmlns:x='urn:x' x:resource='https://example.org/'/></metadata>",
    '<text id="image(1)">script onclick= url(https://example.org/) @import</text>',
    '<animate attributeName="opacity" values="0;1"/>',
]


@pytest.mark.parametrize("part", UNSAFE)
def test_an_svg_that_runs_scripts_or_loads_files_is_reported(part: str) -> None:
    reported = svg_problems(SVG.format(f"\n{part}").encode())
    assert [problem for problem in reported if UNSAFE[part] in problem.message and problem.line >= 2], reported


@pytest.mark.parametrize("part", SAFE)
def test_a_safe_svg_is_not_reported(part: str) -> None:
    assert svg_problems(SVG.format(part).encode()) == []


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_other_encodings_are_checked_too(codec: str) -> None:
    assert [problem.message for problem in svg_problems(SCRIPT.encode(codec))] == ["contains a <script>"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("<svg width='9' height='9'/>", 'starts with <svg>, not with <svg xmlns="http://www.w3.org/2000/svg">'),
        ("<html xmlns='http://www.w3.org/1999/xhtml'/>", "starts with <html>"),
        ("", "is not well-formed XML (no element found)"),
        ('<?xml version="1.0" encoding="none"?><svg/>', "is in an encoding"),
        ('<?xml version="1.0" encoding="big5"?><svg/>', "is in an encoding"),
    ],
)
def test_an_svg_that_browsers_cannot_show_is_reported(data: str, words: str) -> None:
    assert words in svg_problems(data.encode())[0].message


def test_entities_are_not_expanded() -> None:
    """This covers entities that multiply, and entities that read files of the build machine."""
    names = [f"a{number}" for number in range(1, 30)]
    bomb = "".join(f'<!ENTITY {name} "&a{number};&a{number};">' for number, name in enumerate(names))
    for inside in (f'<!ENTITY a0 "ha">{bomb}', '<!ENTITY a29 SYSTEM "file:///etc/passwd">'):
        reported = svg_problems(f"<!DOCTYPE svg [{inside}]>{SVG.format('<text>&a29;</text>')}".encode())
        assert [problem.message.partition(" '")[0] for problem in reported] == ["declares the entity"]


def test_a_document_type_is_accepted() -> None:
    """Many programs write one, and nothing fetches it."""
    kind = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    assert svg_problems((kind + SVG.format("")).encode()) == []


SYNTAX = st.text(alphabet="<>/=\"' &;![]?-svgscriptonhref:urla()#\\@")
SAFE_PARTS = st.lists(st.sampled_from(SAFE))


@given(st.binary() | st.text().map(str.encode) | SYNTAX.map(lambda text: SVG.format(text).encode()))
def test_arbitrary_svg_content_never_raises(data: bytes) -> None:
    assert all(problem.line >= 1 and problem.message for problem in svg_problems(data))


@given(SAFE_PARTS, st.sampled_from([part for part in UNSAFE if part != "<g>"]), SAFE_PARTS)
def test_an_unsafe_element_is_reported_at_its_line(before: list[str], part: str, after: list[str]) -> None:
    text = SVG.format("\n" + "\n".join([*before, part, *after]))
    assert len(before) + 2 in {problem.line for problem in svg_problems(text.encode())}


def test_a_project_sets_its_own_limits(project: Project) -> None:
    files: Files = {"index.md": "# Home\n\n![A](wide.png)\n", "wide.png": picture("PNG", (500, 10))}
    assert project(files).messages == ""
    built = project(files, conf="recap_image_max_pixels = 400\nrecap_image_max_bytes = 2_500_000\n")
    assert "500 × 10 px, but the limits are 2.5 MB and 400 px on a side" in built.messages
