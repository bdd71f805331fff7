"""The youtube directive, in every builder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from sphinx_recaps.core.dates import spelled

from tests.support import deep, picture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Project

PAGE = """\
# Talks

See {ref}`morning` and {numref}`morning`.

:::{youtube} https://www.youtube.com/watch?v=MYE01-XaSZA&t=90
:name: morning
:title: Morning & <b>EMEA</b> talks
:date: 2021-04-21
:duration: 1:02:03

What was said, with a [source](https://example.org/source).

- 0:00 Welcome
- 12:30 What is *new*
- [15:00] More in [the notes](https://example.org/notes)
:::
"""
WATCH = "https://www.youtube.com/watch?v=MYE01-XaSZA"
BUILDERS = ["html", "epub", "latex", "text", "man", "texinfo", "gettext", *map(deep, ("dirhtml", "singlehtml", "xml"))]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("builder", BUILDERS)
def test_every_builder_writes_a_video_without_warnings(project: Project, builder: str) -> None:
    built = project({"index.md": PAGE}, builder, "-j", "auto", conf="numfig = True\n")
    assert (built.messages, built.status) == ("", 0)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("builder", "name"),
    [("text", "index.txt"), ("latex", "small.tex"), ("epub", "index.xhtml"), ("texinfo", "smallproject.texi")],
)
def test_a_book_has_title_caption_chapters_and_address(project: Project, builder: str, name: str) -> None:
    """Readers without a browser miss only the player."""
    text = project({"index.md": PAGE}, builder, conf="numfig = True\n").text(name)
    text = re.sub(r"\\&|&amp;|@&", "&", text)
    for expected in (
        "21 April 2021 · 1 h 2 min 3 s",
        "What was said",
        "0:00 Welcome",
        "12:30 What is",
        f"{WATCH}&t=90s",
    ):
        assert expected in text
    assert "EMEA" in text
    assert "Fig. 1" in text or builder == "latex"
    assert "%s" not in text or builder in {"latex", "texinfo"}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(2700, "45 min"), (3600, "1 h"), (3900, "1 h 5 min"), (150, "2 min 30 s"), (30, "30 s"), (3605, "1 h 5 s")],
)
def test_durations_are_shown_with_units(seconds: int, text: str) -> None:
    """“45:00” could be read as a time of day, or as 45 hours."""
    assert spelled(seconds) == text


def test_a_manual_page_has_title_chapters_and_address(project: Project) -> None:
    """The test removes the markup with which manual pages break addresses."""
    built = project({"index.md": PAGE}, "man", conf="numfig = True\n")
    text = next(built.out.glob("*.1")).read_text().replace(r"\:", "")
    for expected in ("0:00 Welcome", f"{WATCH}&t=90s", f"{WATCH}&t=750s", "Fig. 1"):
        assert expected in text
    assert "[image" not in text  # a generated cover has no information


@pytest.mark.parametrize(("builder", "name"), [("latex", "small.tex"), ("epub", "index.xhtml")])
def test_a_book_shows_a_linked_cover(project: Project, builder: str, name: str) -> None:
    """There is an image with a link to the video, even without a thumbnail."""
    built = project({"index.md": PAGE}, builder)
    text = built.text(name).replace(r"\&", "&")
    if builder == "latex":
        cover = re.search(
            re.escape(f"\\sphinxhref{{{WATCH}&t=90s}}") + r"\{\\sphinxincludegraphics\[[^]]*\]\{\{(\w+)\}\.png\}\}",
            text,
        )
        assert cover
        with Image.open(built.out / f"{cover.group(1)}.png") as image:
            assert image.size == (1280, 720)
    else:
        link = built.html(name).select_one(f'figure a[href="{WATCH}&t=90s"] img')
        assert link
        assert str(link["src"]).startswith("data:image/svg+xml")
        assert "script" not in text.split("</head>")[1]


def test_without_javascript_the_cover_is_a_link_to_the_video(project: Project) -> None:
    """The name of the link includes the title, and the address is below."""
    figure = project({"index.md": PAGE}).html().select_one("figure.recap-video")
    assert figure
    assert figure["id"] == "morning"
    cover = figure.select_one("a.recap-video-cover")
    assert cover
    assert cover["href"] == f"{WATCH}&t=90s"
    assert "Play from 1:30" in cover.text
    assert "Morning & <b>EMEA</b> talks" in cover.text
    assert f"Playing contacts YouTube: {WATCH}&t=90s" in figure.text
    assert not figure.select("iframe, script, [style]")


def test_a_page_contacts_no_other_host(project: Project) -> None:
    """Nothing is loaded from YouTube before the reader presses play."""
    page = project({"index.md": PAGE}).html()
    loaded = [element.get("src") or element.get("href") for element in page.select("[src], link[href]")]
    assert loaded
    assert not [address for address in loaded if "//" in str(address)]


def test_each_chapter_links_to_its_time(project: Project) -> None:
    """The link is the whole line, unless that contains another link."""
    chapters = project({"index.md": PAGE}).html().select(".recap-chapters li")
    links = [[(link["href"], link.text) for link in chapter.select("a")] for chapter in chapters]
    assert links == [
        [(WATCH, "0:00 Welcome")],
        [(f"{WATCH}&t=750s", "12:30 What is new")],
        [(f"{WATCH}&t=900s", "[15:00] More in "), ("https://example.org/notes", "the notes")],
    ]


def test_a_chapter_without_a_time_affects_no_other(project: Project) -> None:
    """The others still link to their times, and each mistake is reported."""
    page = "# T\n\n:::{youtube} MYE01-XaSZA\n:title: T\n\n- 0:00 One\n- Two\n- 3:00 Three\n- Four\n- 5:00 Five\n:::\n"
    built = project({"index.md": page})
    assert [link.text for link in built.html().select(".recap-chapters a")] == ["0:00 One", "3:00 Three", "5:00 Five"]
    assert [message.partition(" does")[0] for message in built.messages.splitlines()] == [
        "index.md:7: WARNING: youtube: the chapter 'Two'",
        "index.md:9: WARNING: youtube: the chapter 'Four'",
    ]


def test_a_list_without_times_stays_a_list(project: Project) -> None:
    """A list consists of chapters if at least half of its items begin with a time."""
    built = project({"index.md": "# Talk\n\n:::{youtube} MYE01-XaSZA\n:title: Talk\n\n- one\n- two\n- 3:00\n:::\n"})
    assert built.status == 0
    assert not built.html().select(".recap-chapters")


def test_references_can_show_the_title_or_number_of_a_video(project: Project) -> None:
    """A video is a figure with a label, a number and a title."""
    links = project({"index.md": PAGE}, conf="numfig = True\n").html().select('p a[href="#morning"]:not(.headerlink)')
    assert [link.text for link in links] == ["Morning & <b>EMEA</b> talks", "Fig. 1"]


def test_the_search_finds_title_caption_and_chapters(project: Project) -> None:
    """A word in a chapter finds the page with the video."""
    index = project({"index.md": PAGE}).text("searchindex.js")
    for word in ("emea", "welcom", "sourc"):
        assert f'"{word}"' in index


def test_title_caption_and_chapters_are_translatable(project: Project) -> None:
    """Translations appear on the cover, in the caption and in the chapters."""
    template = project({"index.md": PAGE}, "gettext").text("index.pot")
    for message in ("Morning & <b>EMEA</b> talks", "0:00 Welcome", "What was said, with a [source]"):
        assert f'msgid "{message}' in template
    assert "youtube.com" not in template
    translated = {"Morning & <b>EMEA</b> talks": "Vormittag", "0:00 Welcome": "0:00 Willkommen"}
    entries = "".join(f'msgid "{key}"\nmsgstr "{value}"\n\n' for key, value in translated.items())
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    catalogue = {"locale/de/LC_MESSAGES/index.po": header + entries}
    built = project({"index.md": PAGE, **catalogue}, conf="language = 'de'\nlocale_dirs = ['locale']\nnumfig = True\n")
    assert built.messages == ""
    cover, chapter = built.html().select_one(".recap-video-title"), built.html().select_one(".recap-chapters a")
    assert cover
    assert chapter
    assert (cover.text, chapter.text, chapter["href"]) == ("Vormittag", "0:00 Willkommen", WATCH)


def test_only_pages_with_a_video_load_its_script_and_style(project: Project) -> None:
    files = {"index.md": "# Home\n\n```{toctree}\ntalk\n```\n", "talk.md": PAGE.replace("{numref}`morning`", "")}
    built = project(files, "html", "-j", "2")
    assert "recap-" not in built.text("index.html")
    page = built.html("talk.html")
    script, style = page.select_one('script[src*="recap-video.js"]'), page.select_one('link[href*="recap-video.css"]')
    assert script
    assert style
    assert script.has_attr("defer")
    for address in (script["src"], style["href"]):
        assert (built.out / str(address).partition("?")[0]).is_file()


def test_a_thumbnail_is_local_and_has_width_and_height(project: Project) -> None:
    """Its alternative text is empty, because the title is beside it."""
    page = "# Talk\n\n:::{youtube} MYE01-XaSZA\n:title: Talk\n:thumbnail: images/talk.png\n:::\n"
    built = project({"index.md": page, "images/talk.png": picture("PNG")})
    image = built.html().select_one(".recap-video-cover img")
    assert image
    assert {key: image[key] for key in ("src", "alt", "width", "height", "loading", "decoding")} == {
        "src": "_images/talk.png",
        "alt": "",
        "width": "320",
        "height": "180",
        "loading": "eager",
        "decoding": "async",
    }


@pytest.mark.one_in(5)
@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("start: soon", "'soon' is not a time; write seconds (90), 1:30, 1:02:03 or 1h2m3s"),
        ("end: 1:99", "'1:99' is not a time"),
        ("duration: long", "'long' is not a time"),
        ("date: 21.4.2021", "'21.4.2021' is not a date; write year-month-day, such as 2021-04-21"),
        ("date: 2021-02-30", "'2021-02-30' is not a date"),
        ("aspect: 16x9", "'16x9' is not an aspect ratio; write width:height, such as 16:9 or 4:3"),
        ("aspect: 16:9abc", "'16:9abc' is not an aspect ratio"),
        ("width: wide", "wide"),
        ("width: 0", "'0' is not a width; write a positive length such as 640px or 80%"),
        ("align: middle", "middle"),
        ("height: tall", "'tall' is not a height; write pixels, such as 360"),
        ("url_parameters: start", "'start' is not a parameter; write name=value"),
        ("tilte: Talk", "tilte"),
        ("thumbnail: images/none.png", "there is no image 'images/none.png'"),
        ("thumbnail: https://img.example/a.png", "is on another host; save it"),
        ("end: 60\n:start: 90", "it ends at 1:00, not after its start at 1:30; correct one of them"),
        ("start: 2:00:00\n:duration: 1:00:00", "it starts or ends after its duration of 1:00:00"),
    ],
)
@pytest.mark.parametrize("syntax", ["md", "rst"])
def test_a_mistake_in_an_option_is_reported_with_its_line_and_the_fix(
    project: Project, option: str, message: str, syntax: str
) -> None:
    """The page is built nevertheless."""
    options = option.split("\n:")
    if syntax == "md":
        body = (
            "# Talk\n\n:::{youtube} MYE01-XaSZA\n:title: Talk\n" + "".join(f":{each}\n" for each in options) + ":::\n"
        )
    else:
        body = "Talk\n====\n\n.. youtube:: MYE01-XaSZA\n   :title: Talk\n" + "".join(
            f"   :{each}\n" for each in options
        )
    built = project({f"index.{syntax}": f"{body}\n\nThe rest.\n"})
    assert built.status == 1
    assert message in built.messages
    assert re.search(rf"^index\.{syntax}:[3-6]: (WARNING|ERROR): ", built.messages, re.MULTILINE)
    assert "The rest." in built.text("index.html")


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("https://vimeo.com/148751763", "'https://vimeo.com/148751763' goes to 'vimeo.com', which is not YouTube"),
        ("MYE01-XaSZ", "has an id of 10 characters"),
        ("MYE01-XaSZA Opening talks", "contains a space; the argument is only the address"),
    ],
)
def test_an_invalid_address_is_an_error_and_the_caption_is_shown(project: Project, argument: str, message: str) -> None:
    """Only the player is missing."""
    built = project(
        {"index.md": f"# Talk\n\n:::{{youtube}} {argument}\n:title: Talk\n\nThe caption.\n:::\n\nThe rest.\n"}
    )
    assert built.status == 1
    assert built.messages.startswith(f"index.md:3: ERROR: youtube: '{argument}' ")
    assert message in built.messages
    assert "[recap.video_address]" in built.messages
    text = built.html().text
    assert "The caption." in text
    assert "The rest." in text
    assert "youtube" not in built.text("index.html")


def test_all_mistakes_are_reported_in_every_build(project: Project) -> None:
    """The second build reports them all again, although nothing changed."""
    pages = ["MYE01-XaSZ", "MYE01-XaSZA\n:start: soon", "https://youtu.be/MYE01-XaSZA?t=soon\n:title: Talk"]
    body = "\n\n".join(f":::{{youtube}} {page}\n:::" for page in pages)
    first = project({"index.md": f"# Talks\n\n{body}\n"})
    assert first.messages.count("index.md:") == 4
    for subtype in ("recap.video_address", "recap.video_title", "recap.video_time", "myst.directive_option"):
        assert f"[{subtype}]" in first.messages
    second = project()
    assert (second.messages, second.status) == (first.messages, 1)


def test_a_missing_title_has_its_own_warning_type(project: Project) -> None:
    """Projects that switch from another extension can suppress it."""
    page = {"index.md": "# Talk\n\n:::{youtube} MYE01-XaSZA\n:::\n"}
    built = project(page)
    assert built.messages.strip() == (
        "index.md:3: WARNING: youtube: YouTube video MYE01-XaSZA has no title; "
        "write :title: What it shows [recap.video_title]"
    )
    assert project(page, conf="suppress_warnings = ['recap.video_title']\n").status == 0


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("chapters", "message"),
    [
        ("- 0:00 One\n- 5:00 Two\n- 4:00 Three", "the chapter '4:00 Three' is not later than the one before it"),
        ("- 0:00 One\n- 9:00 Two\n- 1O:00 Three", "the chapter '1O:00 Three' does not start with a time; write 12:30"),
        ("- 0:00 One\n- 20:00 Two", "the chapter '20:00 Two' is after the end at 15:00"),
        ("- 0:00 One\n- 9:75 Two", "the chapter '9:75 Two': '9:75' is not a time"),
    ],
)
def test_an_implausible_chapter_is_reported(project: Project, chapters: str, message: str) -> None:
    """A typo in a time would send readers to the wrong place."""
    built = project(
        {"index.md": f"# T\n\n:::{{youtube}} MYE01-XaSZA\n:title: T\n:duration: 15:00\n\n{chapters}\n:::\n"}
    )
    line = 7 + chapters.split("\n").index(f"- {message.split(chr(39))[1]}")
    assert built.messages.startswith(f"index.md:{line}: WARNING: youtube: {message}")
    assert "[recap.video_chapters]" in built.messages


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    ("options", "shape", "width"),
    [
        ("", "0 0 16 9", None),
        (":aspect: 4:3", "0 0 4 3", None),
        (":width: 640\n   :height: 480", "0 0 640 480", "640px"),
        (":width: 100%", "0 0 16 9", "100%"),
        (":height: 180px", "0 0 16 9", "320px"),
        (":align: center\n   :aspect: 16:9", "0 0 16 9", None),
        (":privacy_mode:", "0 0 16 9", None),
        (":privacy_mode: enabled", "0 0 16 9", None),
        (":url_parameters: ?start=43", "0 0 16 9", None),
    ],
)
def test_pages_written_for_sphinxcontrib_youtube_build_unchanged(
    project: Project, options: str, shape: str, width: str | None
) -> None:
    """Projects can switch to this extension without editing pages."""
    conf = "suppress_warnings = ['recap.video_title']\n"
    built = project({"index.rst": f"Talk\n====\n\n..  youtube:: dQw4w9WgXcQ\n   {options}\n"}, conf=conf)
    assert built.messages == ""
    figure, drawn = built.html().select_one("figure"), built.html().select_one("svg")
    assert figure
    assert drawn
    assert drawn["viewbox" if "viewbox" in drawn.attrs else "viewBox"] == shape
    assert figure.get("style") == (f"width: {width}" if width else None)
    if "start=43" in options:
        assert figure.select('a[href$="&t=43s"]')


def test_a_youtube_short_is_in_portrait_format(project: Project) -> None:
    """Its address implies the shape."""
    built = project({"index.md": "# T\n\n:::{youtube} https://youtube.com/shorts/MYE01-XaSZA\n:title: T\n:::\n"})
    assert 'viewBox="0 0 9 16"' in built.text("index.html")


def test_titles_and_captions_never_become_markup(project: Project) -> None:
    """They are escaped in attributes and in elements."""
    title = 'A "talk"><script>alert(1)</script>'
    built = project(
        {"index.md": f"# T\n\n:::{{youtube}} MYE01-XaSZA\n:title: {title}\n:::\n"}, conf=f"project = {title!r}\n"
    )
    assert built.status == 0
    assert not [script for script in built.html().select("script") if "alert" in script.text]


def test_the_same_pages_give_the_same_bytes(project: Project, tmp_path: Path) -> None:
    """This holds for serial and parallel, full and incremental builds."""
    files = {f"page{number}.md": PAGE.replace("morning", f"morning{number}") for number in range(6)}
    files["index.md"] = "# Home\n\n```{toctree}\n:glob:\npage*\n```\n"
    first = {path: path.read_bytes() for path in sorted(project(files).out.glob("*.html"))}
    again = project({}, "html", "-j", "4", "-E", "-a").out
    assert {path: path.read_bytes() for path in sorted(again.glob("*.html"))} == first
