"""Links that are recorded as dead, on every kind of page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_links import (
    CONF,
    DEAD,
    DEAD_COPY,
    DEAD_VIDEO,
    FILES,
    GONE,
    GONE_VIDEO,
    LIVE,
    links_of,
    page,
    paragraph,
    text_of,
)

if TYPE_CHECKING:
    from tests.support import Project

# -- Dead links with a copy --------------------------------------------------------------------------------------------


def test_a_dead_link_goes_to_the_copy_and_says_so(project: Project) -> None:
    """The title of the link has the dead address, and the fragment is kept."""
    html = page(project, f"A [page]({DEAD}#part) here.")
    assert paragraph(html) == ("A page (archived copy) here.", [f"{DEAD_COPY}#part"])
    link = html.select_one("section p a")
    assert link is not None
    assert link["title"] == f"{DEAD}#part is no longer online"


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        (f"A [page]({DEAD}), <wayback:20210510/{DEAD}>, 10 May.", "A page (archived copy), 10 May."),
        (f"A [page]({DEAD}),\n<wayback:20210510/{DEAD}>.", "A page (archived copy)."),
        (f"A [page]({DEAD}) (<wayback:20210510/{DEAD}>).", "A page (archived copy)."),
        (f"A [page]({DEAD}) <wayback:{DEAD}>", "A page (archived copy)"),
        (f"[page]({DEAD}), [own](https://web.archive.org/web/20200101000000/{DEAD}).", "page (archived copy)."),
    ],
)
def test_a_redundant_link_to_the_copy_is_removed(project: Project, markdown: str, words: str) -> None:
    """This applies to a copy that directly follows the link, and includes its comma or brackets."""
    html = page(project, markdown)
    assert paragraph(html) == (words, [DEAD_COPY])


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    ("markdown", "links"),
    [
        (f"A [page]({DEAD}) has an <wayback:20210510/{DEAD}>.", 2),
        (f"A [page]({DEAD}) (<wayback:20210510/{DEAD}>, 10 May).", 2),
        (f"A [page]({DEAD}), <wayback:20210510/{LIVE}>.", 2),
        (f"A [page]({DEAD}), [another]({LIVE}).", 2),
        (f"A [page]({DEAD}), *[stressed](https://web.archive.org/web/2021/{DEAD})*.", 2),
    ],
)
def test_a_link_to_the_copy_within_a_sentence_is_kept(project: Project, markdown: str, links: int) -> None:
    """Removing it would break the sentence."""
    words, targets = paragraph(page(project, markdown))
    assert len(targets) == links
    assert "()" not in words
    assert ", ." not in words


def test_a_heading_keeps_its_anchor_and_the_page_its_title(project: Project) -> None:
    html = project(FILES, conf=CONF).html()
    heading = html.select_one("h1")
    assert text_of(heading) == "Home, in a heading (archived copy)"
    assert html.select_one("section#home-in-a-heading")
    assert "archived copy" not in text_of(html.title)


def test_cards_say_where_they_link(project: Project) -> None:
    """A card with a title says so in the title, one without below its picture."""
    titled, plain, gone, plain_gone = project(FILES, conf=CONF).html().select("figure.recap-card")
    assert text_of(titled.select_one(".caption-text a")) == "Dead card (archived copy)"
    assert [str(link["href"]) for link in plain.select("a:has(img)")] == [DEAD_COPY]
    assert text_of(plain.select_one(".recap-gone")).startswith("This picture links to an archived copy")
    assert text_of(gone.select_one(".caption-text")) == f"Gone card (no longer online: {GONE})"
    assert plain_gone.select("a:has(img)") == []
    assert GONE in text_of(plain_gone.select_one(".recap-gone"))


def test_a_dead_video_has_no_player_and_no_links_in_chapters(project: Project) -> None:
    """Its player would only show an error. Title, chapters and the link to the copy are kept."""
    dead, gone, living = project(FILES, conf=CONF).html().select("figure.recap-video")
    assert [bool(figure.select_one("[data-embed]")) for figure in (dead, gone, living)] == [False, False, True]
    assert "1:30 More" in text_of(dead)
    assert [(link.get_text(), str(link["href"])) for link in dead.select("a[href^=http]")] == [
        (f"{DEAD_VIDEO} (archived copy)", f"https://web.archive.org/web/20210513140000/{DEAD_VIDEO}")
    ]
    assert f"{GONE_VIDEO} (no longer online)" in text_of(gone)
    assert gone.select_one("img[alt='Gone video']")


def test_entries_and_facts_link_only_to_the_copy(project: Project) -> None:
    built = project(FILES, conf=CONF)
    words = ("Page on dead.example.org (archived copy)", DEAD_COPY)
    assert links_of(built, "poster-a1") == [words, ("Dead source (archived copy)", DEAD_COPY)]
    video = f"https://web.archive.org/web/20210513140000/{DEAD_VIDEO}"
    assert ("Video on youtube.com (archived copy)", video) in links_of(built, "poster-a3")
    assert not built.html().select("#poster-a3 [data-embed]")
    facts = built.html().select(".recap-event-links li")
    assert [str(link["href"]) for link in facts[0].select("a")] == [DEAD_COPY]


def test_titles_of_a_compact_list_say_that_they_link_to_copies(project: Project) -> None:
    short = {**FILES, "index.md": "# Home\n\n:::{catalogue} posters.yaml\n:compact:\n:::\n"}
    titles = project(short, conf=CONF).html().select(".recap-title")
    assert [text_of(title) for title in titles] == [
        "A1 Dead poster (archived copy)",
        "A2 Living poster",
        f"A3 Gone poster (no longer online: {GONE})",
    ]
    assert [link["href"] for link in titles[0].select("a")] == [DEAD_COPY]
    assert titles[2].select("a") == []


def test_plain_text_has_the_address_of_the_copy(project: Project) -> None:
    text = " ".join(project(FILES, "text", conf=CONF).text("index.txt").split())
    assert "Pageondead.example.org(archivedcopy)<https://web.archive.org/web/20210511120000/" in text.replace(" ", "")
    assert f"Dead page (archived copy) <{DEAD_COPY}#part>, and more." in text


# -- Dead links without a copy -----------------------------------------------------------------------------------------


def test_a_dead_link_without_a_copy_is_text_with_its_address(project: Project) -> None:
    """Readers can copy the address to look for the page elsewhere."""
    html = page(project, f"A [*page*]({GONE}#part) and <{GONE}>.")
    words = f"A page (no longer online: {GONE}#part) and {GONE} (no longer online)."
    assert paragraph(html) == (words, [])
    assert html.select_one(".recap-gone em")


def test_a_guess_stays_beside_a_dead_link_without_a_copy(project: Project) -> None:
    """The author may know of a copy that the service did not report."""
    guess = f"https://web.archive.org/web/20210510/{GONE}"
    words, links = paragraph(page(project, f"A [page]({GONE}), <wayback:20210510/{GONE}>."))
    assert words == f"A page (no longer online: {GONE}), look in the archive."
    assert links == [guess]
    built = project(FILES, conf=CONF)
    assert links_of(built, "poster-a3")[0] == ("look in the archive", f"https://web.archive.org/web/{GONE}")
    assert text_of(built.html().select_one("#poster-a3 .recap-gone")).endswith(f"(no longer online: {GONE})")
