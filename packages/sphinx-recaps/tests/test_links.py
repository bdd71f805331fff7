"""Recorded archived copies and dead links, on every kind of page and in every builder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import deep, picture

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

    from tests.support import Built, Files, Project

DEAD, GONE, LIVE = (f"https://{name}.example.org/page" for name in ("dead", "gone", "live"))
DEAD_COPY = f"https://web.archive.org/web/20210511120000/{DEAD}"
LIVE_COPY = f"https://web.archive.org/web/20210512130000/{LIVE}"
DEAD_VIDEO, GONE_VIDEO = (f"https://www.youtube.com/watch?v={name}" for name in ("aqz-KE-bpKQ", "MYE01-XaSZA"))
LINKS = f"""\
links:
  - url: {DEAD}
    archived: 20210511120000
    checked: 2026-11-20
    dead: true
  - url: {GONE}
    checked: 2026-11-20
    dead: true
  - url: {LIVE}
    archived: 20210512130000
    checked: 2026-11-20
  - url: {DEAD_VIDEO}
    archived: 20210513140000
    dead: true
  - url: {GONE_VIDEO}
    dead: true
"""
CONF = """\
recap_links = "links.yaml"
myst_url_schemes = {
    "http": None,
    "https": None,
    "wayback": {"url": "https://web.archive.org/web/{{path}}", "title": "archived copy", "classes": ["archived-copy"]},
}
"""
EVERYTHING = f"""\
# Home, [in a heading]({DEAD})

Living [page]({LIVE}#part), <wayback:20210510/{LIVE}>.

Dead [page]({DEAD}#part), <wayback:20210510/{DEAD}>, and more.[^note]

Gone [*page*]({GONE}), <wayback:20210510/{GONE}>.

[^note]: A [note]({DEAD}) (<wayback:20210510/{DEAD}>).

:::{{image-card}} images/photo.png
:alt: A photo
:title: Dead card
:link: {DEAD}
:::

:::{{image-card}} images/photo.png
:alt: A photo
:link: {DEAD}
:::

:::{{image-card}} images/photo.png
:alt: A photo
:title: Gone card
:link: {GONE}
:::

:::{{image-card}} images/photo.png
:alt: A photo
:link: {GONE}
:::

:::{{youtube}} {DEAD_VIDEO}
:title: Dead video

- 0:00 Welcome
- 1:30 More
:::

:::{{youtube}} {GONE_VIDEO}
:title: Gone video
:thumbnail: images/photo.png
:::

:::{{youtube}} 2PXtCmtXS9I
:title: Living video
:::

:::{{event}} event.yaml
:::

:::{{catalogue}} posters.yaml
:::
"""
EVENT = f"""\
name: A day
start: 2021-04-21
links:
  - {{title: Dead facts, url: '{DEAD}', archived: 2021-05-10}}
  - {{title: Living facts, url: '{LIVE}', archived: 2021-05-10}}
  - {{title: Gone facts, url: '{GONE}', archived: 2021-05-10}}
"""
POSTERS = f"""\
kind: poster
entries:
  - id: A1
    title: Dead poster
    link: {DEAD}
    sources: [{{title: Dead source, url: '{DEAD}'}}]
  - id: A2
    title: Living poster
    link: {LIVE}
    links:
      - {{title: Slides, url: '{LIVE}', archived: 2021-05-10}}
      - {{title: One copy, url: '{LIVE}', archived: 20210101000000}}
      - {{title: Elsewhere, url: '{LIVE}', archived: https://archive.example.org/x}}
  - id: A3
    title: Gone poster
    link: {GONE}
    video: {DEAD_VIDEO}
"""
FILES: Files = {
    "index.md": EVERYTHING,
    "event.yaml": EVENT,
    "posters.yaml": POSTERS,
    "links.yaml": LINKS,
    "images/photo.png": picture(),
}
BUILDERS = ["html", "epub", "latex", "text", "man", "texinfo", *map(deep, ("dirhtml", "singlehtml", "xml"))]


def page(project: Project, markdown: str, links: str = LINKS) -> BeautifulSoup:
    """Return the page as HTML; the build must report nothing."""
    built = project({"index.md": f"# Home\n\n{markdown}\n", "links.yaml": links}, conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    return built.html()


def text_of(tag: Tag | BeautifulSoup | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text().replace("¶", "").split())


def paragraph(html: BeautifulSoup) -> tuple[str, list[str]]:
    """Return the text of the first paragraph, and the targets of its links."""
    first = html.select_one("section p")
    assert first is not None
    return text_of(first), [str(link["href"]) for link in first.select("a")]


def links_of(built: Built, anchor: str) -> list[tuple[str, str]]:
    """Return the external links of an entry."""
    links = built.html().select(f"#{anchor} a[href^=http]")
    return [(link.get_text(), str(link["href"])) for link in links]


# -- Every builder -----------------------------------------------------------------------------------------------------


@pytest.mark.one_in(3)
@pytest.mark.parametrize("builder", [*BUILDERS, "gettext", "links"])
def test_every_builder_applies_the_records_without_warnings(project: Project, builder: str) -> None:
    """This covers headings, footnotes, captions, cards, videos, facts and lists, and parallel builds."""
    built = project(FILES, builder, "-j", "2", conf=CONF)
    assert (built.messages, built.status) == ("", 0)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("builder", ["html", "epub", "latex", "xml"])
def test_no_builder_links_to_a_dead_address(project: Project, builder: str) -> None:
    """Links go to the copy instead, and say so."""
    name = {"html": "index.html", "epub": "index.xhtml", "latex": "small.tex", "xml": "index.xml"}[builder]
    text = project(FILES, builder, conf=CONF).text(name).replace(r"\sphinxhyphen{}", "-").replace(r"\_", "_")
    for address in (DEAD, GONE, DEAD_VIDEO, GONE_VIDEO):
        for attribute in (f'href="{address}', f'refuri="{address}', rf"\sphinxhref{{{address}"):
            assert attribute not in text
    assert DEAD_COPY in text
    assert "(archived copy)" in text
    assert "no longer online" in text


@pytest.mark.deep
def test_the_same_input_gives_the_same_bytes(project: Project) -> None:
    """The output depends neither on the order of processing nor on the current date."""
    first = project(FILES, "html", "-E", conf=CONF).text("index.html")
    assert project({}, "html", "-E", "-j", "2", conf=CONF).text("index.html") == first


def test_an_empty_file_changes_nothing(project: Project) -> None:
    with_none = project({**FILES, "links.yaml": "links: []\n"}, conf=CONF).text("index.html")
    without = project({}, "html", conf=CONF.replace('"links.yaml"', '""')).text("index.html")
    assert with_none == without
    assert f'href="{DEAD}"' in without


def test_translators_get_the_original_text(project: Project) -> None:
    """Records change over time, and must not invalidate translations."""
    assert "archived copy)" not in project(FILES, "gettext", conf=CONF).text("index.pot")


# -- Living links with a copy ------------------------------------------------------------------------------------------


def test_a_guessed_copy_becomes_the_recorded_copy(project: Project) -> None:
    """The link says "archived copy", and has the address of that copy."""
    words, links = paragraph(page(project, f"A [page]({LIVE}), <wayback:20210510/{LIVE}>."))
    assert words == "A page, archived copy."
    assert links == [LIVE, LIVE_COPY]


@pytest.mark.parametrize("title", ["archived copy", "look in the archive"])
def test_an_unconfirmed_copy_is_called_a_search(project: Project, title: str) -> None:
    """The title of the MyST scheme does not matter. The accessible name includes the title of the page."""
    conf = CONF.replace('"title": "archived copy"', f'"title": "{title}"')
    other = "https://other.example.org/"
    exact = f"[{title}](https://web.archive.org/web/20210510120000/{other}){{.archived-copy}}"
    text = f"A [page]({other}), <wayback:20210510/{other}>, {exact}, <wayback:{other}more>."
    built = project(
        {**FILES, "index.md": f"# Home\n\n{text}\n"}, conf=f'{conf}myst_enable_extensions += ["attrs_inline"]\n'
    )
    line = built.html().select_one("h1 + p")
    assert line
    assert text_of(line) == "A page, look in the archive, archived copy, look in the archive."
    assert [str(link["aria-label"]) for link in line.select(".archived-copy")] == [
        "look in the archive: page",
        "archived copy: page",
        f"look in the archive: {other}more",
    ]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("time", ["", "2021/", "20210510/", "2021051012/"])
def test_an_incomplete_timestamp_is_a_guess(project: Project, time: str) -> None:
    _, links = paragraph(page(project, f"A [copy](https://web.archive.org/web/{time}{LIVE}#part)."))
    assert links == [f"{LIVE_COPY}#part"]


@pytest.mark.parametrize(
    "copy",
    [
        f"https://web.archive.org/web/20210101000000/{LIVE}",
        "https://web.archive.org/web/2021/https://other.example.org/",
        f"https://web.archive.org/web/20210510*/{LIVE}",
        f"https://archive.example.org/web/2021/{LIVE}",
    ],
)
def test_a_specific_copy_is_kept(project: Project, copy: str) -> None:
    _, links = paragraph(page(project, f"A [copy]({copy})."))
    assert links == [copy]


def test_lists_and_facts_link_to_the_recorded_copies(project: Project) -> None:
    """Text and address of a guess are replaced."""
    built = project(FILES, conf=CONF)
    assert links_of(built, "poster-a2") == [
        ("Page on live.example.org", LIVE),
        ("Slides", LIVE),
        ("One copy", LIVE),
        ("Elsewhere", LIVE),
        ("archived copy", LIVE_COPY),
        ("archived copy", LIVE_COPY),
        ("archived copy", f"https://web.archive.org/web/20210101000000/{LIVE}"),
        ("archived copy", "https://archive.example.org/x"),
    ]
    facts = built.html().select(".recap-event-links li")
    assert [str(link["href"]) for link in facts[1].select("a")] == [LIVE, LIVE_COPY]


# -- The file ----------------------------------------------------------------------------------------------------------


def test_valid_records_are_used_despite_a_mistake(project: Project) -> None:
    """The mistake is reported in every build, even if no page is read."""
    files: Files = {"index.md": f"# Home\n\nA [page]({DEAD}).\n", "links.yaml": f"{LINKS}  - url: nowhere\n"}
    for _ in range(2):
        built = project(files, conf=CONF)
        assert built.status == 1
        assert "links.yaml:17:10: ERROR: `url`: 'nowhere' is not an address" in built.messages
        assert paragraph(built.html()) == ("A page (archived copy).", [DEAD_COPY])


def test_a_missing_file_is_reported_with_similar_names(project: Project) -> None:
    files: Files = {"index.md": "# Home\n", "link.yaml": LINKS}
    built = project(files, conf=CONF)
    assert built.status == 1
    assert "recap_links is 'links.yaml', but there is no such file; did you mean link.yaml? [recap.links]" in (
        built.messages
    )
