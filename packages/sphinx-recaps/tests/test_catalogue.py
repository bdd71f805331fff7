"""The catalogue directive, in every builder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support import deep, picture

if TYPE_CHECKING:
    from bs4 import Tag

    from tests.support import Built, Files, Project

POSTERS = """\
kind: poster
entries:
  - id: A2
    title: Quantisation <in> practice
    people: [Zoë Ångström, Bo Li]
    topics: [Vision, Tools]
    summary: Smaller & faster.
    link: https://example.org/brevitas
    image: https://example.org/a2.png
    archived: 2021-05-10
  - id: A10
    title: Another one
    people: [Bo Li]
    topics: [Tools]
    video: https://www.youtube.com/watch?v=aqz-KE-bpKQ
    links:
      - title: Slides
        url: https://example.org/slides
        archived: 2021-06-01
  - id: A1
    title: Betting on zebras
    image: images/a1.png
    date: 2020-02-03
    duration: 15 min
    role: Engineer
    affiliation: Zoo
"""
FILES: Files = {
    "index.md": "# Home\n\n```{toctree}\nevents/2021-day/posters\n```\n",
    "events/2021-day/posters.md": "# Posters\n\n## All\n\n:::{catalogue} posters.yaml\n:::\n",
    "events/2021-day/posters.yaml": POSTERS,
    "events/2021-day/images/a1.png": picture(),
}
PAGE = "events/2021-day/posters"
BUILDERS = [
    "html",
    "epub",
    "latex",
    "text",
    "man",
    "texinfo",
    "gettext",
    *map(deep, ("dirhtml", "singlehtml", "xml", "pseudoxml")),
]


def with_options(*options: str, data: str = POSTERS) -> Files:
    lines = "".join(f":{option}\n" for option in options)
    page = f"# Posters\n\n## All\n\n:::{{catalogue}} posters.yaml\n{lines}:::\n"
    return {**FILES, f"{PAGE}.md": page, f"{PAGE}.yaml": data}


def entry(built: Built, anchor: str, page: str = PAGE) -> Tag:
    element = built.html(f"{page}.html").find(id=anchor)
    assert element is not None
    return element


def titles(built: Built, page: str = PAGE) -> list[str]:
    """Return the ids of the entries in the order of the page."""
    return [str(item["id"]) for item in built.html(f"{page}.html").select(".recap-entry")]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("builder", BUILDERS)
def test_every_builder_writes_a_list_without_warnings(project: Project, builder: str) -> None:
    built = project(FILES, builder, "-j", "auto")
    assert (built.messages, built.status) == ("", 0)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("builder", "name"),
    [("text", f"{PAGE}.txt"), ("latex", "small.tex"), ("epub", f"{PAGE}.xhtml"), ("man", "smallproject.1")],
)
def test_books_have_the_same_content_as_pages(project: Project, builder: str, name: str) -> None:
    built = project(FILES, builder)
    text = re.sub(r"\s+", " ", built.text(name).replace("\\", ""))
    texts = [
        "A10",
        "Another one",
        "Zoë Ångström",
        "Bo Li",
        "Vision",
        "Tools",
        "Slides",
        "Engineer, Zoo",
        "3 February 2020",
    ]
    for expected in [*texts, "15 min", "look in the archive"]:
        assert expected in text


def test_plain_text_contains_addresses(project: Project) -> None:
    """Plain text cannot hide an address behind a link."""
    text = re.sub(r"\s+", "", project(FILES, "text").text(f"{PAGE}.txt"))
    assert "https://example.org/brevitas" in text
    assert "https://web.archive.org/web/20210601/https://example.org/slides" in text


def test_a_page_is_complete_without_a_script(project: Project) -> None:
    poster = entry(project(FILES), "poster-a2")
    assert poster.h3 is not None
    assert poster.h3.get_text() == "A2 Quantisation <in> practice"
    assert "Smaller & faster." in poster.get_text()
    links = {str(link.get("aria-label", link.get_text())): str(link["href"]) for link in poster.select("a")}
    assert links["Page on example.org, poster A2"] == "https://example.org/brevitas"
    assert links["Poster image, poster A2"] == "https://example.org/a2.png"
    assert links["Link to poster A2"] == "#poster-a2"
    assert links["Zoë Ångström"].endswith("people.html#person-zoe-angstrom")
    assert links["Vision"].startswith("../../topics.html#")


def test_a_dotted_name_breaks_after_its_dot(project: Project) -> None:
    """This applies to titles, topics and chips, but not to numbers and short words."""
    data = "kind: poster\nentries:\n" + "".join(
        f"  - {{id: A{n}, title: torch.distributed in 1.9, topics: [torch.{'fx' if n % 2 else 'distributed'}]}}\n"
        for n in range(12)
    )
    page = project(with_options(data=data)).text(f"{PAGE}.html")
    assert "torch.<wbr>distributed in 1.9" in page
    assert page.count('"torch.distributed">torch.<wbr>distributed <span>6') == 1
    assert page.count('"torch.fx">torch.fx <span>6') == 1


def test_a_section_that_begins_with_a_list_has_a_class(project: Project) -> None:
    files = with_options()
    text = str(files[f"{PAGE}.md"])
    page = text.replace("## All", "(place)=\n\n## All") + text.removeprefix("# Posters").replace(
        "## All", "## Again\n\nText."
    )
    built = project({**files, f"{PAGE}.md": page})
    assert [section["id"] for section in built.html(f"{PAGE}.html").select(".recap-begins-with-list")] == ["place"]


def test_a_page_begins_with_a_skip_link_to_a_long_list(project: Project) -> None:
    """Keyboard users can skip the list. A short list has no such link."""
    data = "kind: poster\nentries:\n" + "".join(f"  - {{id: A{n}, title: Title {n}}}\n" for n in range(12))
    skip = project(with_options(data=data)).html(f"{PAGE}.html").select(".recap-skip a")
    assert [(link.get_text(), link["href"]) for link in skip] == [("Skip to the 12 posters", "#catalogue-poster")]
    assert not project(with_options()).html(f"{PAGE}.html").select(".recap-skip")


def test_a_local_image_has_width_and_height(project: Project) -> None:
    """This includes parallel builds, where the process that writes the page does not copy the image."""
    built = project(FILES, "html", "-j", "2")
    image = entry(built, "poster-a1").img
    assert image is not None
    assert (image["width"], image["height"], image["alt"]) == ("320", "180", "Poster A1")
    assert (built.out / "events/2021-day" / str(image["src"])).is_file()
    assert image["sizes"] == "(max-width: 34rem) 101px, 181px", "a tile of 76 or 136 px, cropped at the sides"


def test_a_video_has_a_player_with_its_style_and_script(project: Project) -> None:
    built = project(FILES)
    page = built.html(f"{PAGE}.html")
    cover = entry(built, "poster-a10").select_one(".recap-video .recap-video-cover")
    assert cover is not None
    assert cover["href"] == "https://www.youtube.com/watch?v=aqz-KE-bpKQ"
    assert " ".join(cover.get_text().split()) == "Play Another one"
    assert page.select("script[defer][src*='recap-video.js']")
    assert page.select("link[href*='recap-video.css']")


def test_only_pages_with_a_list_load_its_style_and_script(project: Project) -> None:
    built = project(FILES)
    assert built.html(f"{PAGE}.html").select("script[defer][src*='recap-catalogue.js']")
    assert "recap-catalogue" not in built.text("index.html")
    assert "recap-video" not in project(with_options("compact:")).text(f"{PAGE}.html")


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ([], ["poster-a2", "poster-a10", "poster-a1"]),
        (["sort: code"], ["poster-a1", "poster-a2", "poster-a10"]),
        (["sort: title"], ["poster-a10", "poster-a1", "poster-a2"]),
        (["sort: topic"], ["poster-a10", "poster-a2", "poster-a1"]),
        (["topic: vision"], ["poster-a2"]),
        (["person: Bo Li", "sort: code", "limit: 1"], ["poster-a2"]),
    ],
)
def test_options_select_and_sort(project: Project, options: list[str], shown: list[str]) -> None:
    built = project(with_options(*options))
    assert (built.messages, titles(built)) == ("", shown)


def test_headings_are_one_level_below_the_section_unless_set(project: Project) -> None:
    assert entry(project(FILES), "poster-a2").h3 is not None
    assert entry(project(with_options("heading-level: 5")), "poster-a2").h5 is not None


def test_a_compact_list_has_one_line_per_entry(project: Project) -> None:
    poster = entry(project(with_options("compact:")), "poster-a2")
    assert poster.select(".recap-summary, .recap-ways, .recap-tile") == []
    assert "Bo Li" in poster.get_text()


def test_name_and_class_options_are_set_on_the_list(project: Project) -> None:
    built = project(with_options("name: the-list", "class: wide"))
    assert "wide" in entry(built, "the-list")["class"]


def many_posters(number: int) -> str:
    """Return a file of posters with one unique topic each; all of them also have the topic of the last one."""
    lines = (f"  - {{id: {n}, title: Title {n}, topics: [Topic {n:02}, Topic {number:02}]}}" for n in range(1, number))
    return "\n".join(
        ["kind: poster", "entries:", *lines, f"  - {{id: {number}, title: Last, topics: [Topic {number:02}]}}\n"]
    )


@pytest.mark.parametrize(("number", "options", "expected"), [(11, (), 0), (12, (), 1), (30, ("limit: 11",), 0)])
def test_a_short_list_has_no_controls(project: Project, number: int, options: tuple[str, ...], expected: int) -> None:
    page = project(with_options(*options, data=many_posters(number))).html(f"{PAGE}.html")
    assert len(page.select("form.recap-controls")) == expected


def test_no_two_topics_have_the_same_colour(project: Project) -> None:
    """If there are more topics than colours, the rarest topics are neutral."""
    page = project(with_options(data=many_posters(30))).html(f"{PAGE}.html")
    tones = [next(name for name in chip["class"] if "tone" in name) for chip in page.select(".recap-chips [value]")]
    assert len(set(tones)) == len(tones)
    coloured = [item for item in page.select(".recap-entry") if any("tone" in name for name in item["class"])]
    assert [str(item["id"]) for item in coloured] == [*(f"poster-{n}" for n in range(1, 12)), "poster-30"]


def test_the_permalink_of_a_coded_entry_has_its_code(project: Project) -> None:
    link = entry(project(with_options(data=many_posters(2))), "poster-1").select_one(".recap-ways a[href^='#']")
    assert link is not None
    assert (link.get_text(), link["aria-label"]) == ("Link", "Link to poster 1")


def test_an_entry_has_one_anchor_per_page(project: Project) -> None:
    again = "\n## Some\n\n:::{catalogue} posters.yaml\n:compact:\n:::\n"
    page = f"{FILES[f'{PAGE}.md']!s}{again}"
    built = project({**FILES, f"{PAGE}.md": page, f"{PAGE}.yaml": many_posters(12)})
    assert built.messages == ""
    ids = [str(tag["id"]) for tag in built.html(f"{PAGE}.html").select("[id]")]
    assert len(ids) == len(set(ids))
    labels = [form["aria-label"] for form in built.html(f"{PAGE}.html").select("form.recap-controls")]
    assert len(labels) == len(set(labels)) == 2


def test_a_role_links_to_the_entry(project: Project) -> None:
    built = project({**FILES, "index.md": f"{FILES['index.md']!s}\nSee {{recap:poster}}`2021-day/A2`.\n"})
    assert built.messages == ""
    link = built.html().find("a", string=re.compile("Quantisation"))
    assert link is not None
    assert link["href"] == "events/2021-day/posters.html#poster-a2"


def test_a_changed_entry_updates_the_page_that_shows_it(project: Project) -> None:
    project({**FILES, "index.md": f"{FILES['index.md']!s}\n"})
    built = project({f"{PAGE}.yaml": POSTERS.replace("Another one", "Another title")})
    assert "Another title" in entry(built, "poster-a10").get_text()


def test_untrusted_text_is_escaped(project: Project) -> None:
    values = """title: '</h3><script>x</script>', people: ['\"><b>'], topics: ['\" x=\"', T]"""
    data = f"kind: poster\nentries:\n  - {{id: A1, {values}}}\n"
    page = project(with_options(data=data)).html(f"{PAGE}.html")
    assert page.select(".recap-catalogue :is(script, b, [x])") == []


def test_other_extensions_get_complete_lists(project: Project) -> None:
    """An extension that looks at the content of a page, or renders a list for itself, gets all entries."""
    conf = """
def setup(app):
    app.connect("html-page-context", keep)

def keep(app, name, _template, context, doctree):
    for node in doctree.findall(lambda node: "anchors" in getattr(node, "attributes", {})) if doctree else ():
        (app.outdir / "content.html").write_text(context["body"])
        (app.outdir / "part.html").write_text(app.builder.render_partial(node)["fragment"])
"""
    result = project(FILES, conf=conf)
    entries = result.html(f"{PAGE}.html").select(".recap-entry")
    assert len(entries) == 3
    assert entries == result.html("content.html").select(".recap-entry")
    assert [entry["id"] for entry in entries] == [entry["id"] for entry in result.html("part.html").select("li[id]")]


def test_an_entry_has_little_markup(project: Project) -> None:
    """A page with 410 entries, each with a video, must stay under 600 kB."""
    entry_template = (
        "  - id: T{n}\n    title: A talk with a title of usual length number {n}\n"
        "    people: [Person Number {n}, Second {n}]\n    topics: [Topic {t}]\n"
        "    summary: Some sentences of one hundred letters that say what the talk is about, as most do.\n"
        "    link: https://example.org/talks/{n}\n    video: https://www.youtube.com/watch?v=aqz-KE-bpK{v}\n"
    )
    data = "kind: session\nentries:\n" + "".join(
        entry_template.format(n=n, t=n % 20, v="abcdefghij"[n % 10]) for n in range(410)
    )
    built = project({**FILES, f"{PAGE}.yaml": data})
    assert (built.out / f"{PAGE}.html").stat().st_size < 600_000


@pytest.mark.one_in(4)
@pytest.mark.parametrize("entries", ["entries:", "entries: []", "entries: ~"])
@pytest.mark.parametrize("builder", BUILDERS)
def test_a_file_without_entries_shows_a_note(project: Project, entries: str, builder: str) -> None:
    """An empty list is valid, so there is no warning."""
    files = with_options(data=f"kind: poster\n{entries}\n")
    built = project(files, builder)
    assert (built.messages, built.status) == ("", 0)
    if builder == "html":
        assert "No posters yet." in built.html(f"{PAGE}.html").get_text()


TIMES = {
    "2023-10-08": ("8 October 2023", "2023-10-08"),
    "2023-10-08T13:15": ("8 October 2023, 13:15", "2023-10-08T13:15"),
    "2023-10-08 13:15:00Z": ("8 October 2023, 13:15 UTC", "2023-10-08T13:15+00:00"),
    "2023-10-08T13:15+02:00": ("8 October 2023, 13:15 UTC+2", "2023-10-08T13:15+02:00"),
    "2023-10-08T06:15-05:30": ("8 October 2023, 06:15 UTC-5:30", "2023-10-08T06:15-05:30"),
}


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("builder", "name"),
    [
        ("html", "index.html"),
        ("text", "index.txt"),
        ("latex", "small.tex"),
        ("epub", "index.xhtml"),
        ("man", "small.1"),
    ],
)
def test_a_time_is_shown_as_local_time(project: Project, builder: str, name: str) -> None:
    """Its offset is shown if the data file has one, so that nobody confuses time zones."""
    entries = "".join(f"  - id: t{n}\n    title: Talk\n    date: {time}\n" for n, time in enumerate(TIMES))
    files: Files = {
        "index.md": "# Home\n\n:::{catalogue} talks.yaml\n:::\n\n:::{youtube} MYE01-XaSZA\n:title: T\n"
        ":date: 2023-10-08 13:15\n:::\n",
        "talks.yaml": f"kind: session\nentries:\n{entries}",
    }
    conf = "man_pages = [('index', 'small', 'S', [], 1)]\n"
    built = project(files, builder, conf=conf)
    assert (built.messages, built.status) == ("", 0)
    output = " ".join(re.sub(r"\\sphinxhyphen\{\}|\\-", "-", built.text(name)).split())
    for text, machine in TIMES.values():
        assert re.search(rf"{re.escape(text)}(?![\w,+:-])", output) or (builder == "man" and text in output), text
        assert builder != "html" or f'<time datetime="{machine}">{text}</time>' in output
    assert output.count("8 October 2023, 13:15") == 4
