"""Every claim has a source that readers can open, with an archived copy."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

import pytest

from tests.site.facts import (
    ARCHIVED,
    BREAKOUTS,
    KEYNOTES,
    NO_COPY,
    PAGES,
    PINNED,
    POSTERS,
    RECAP,
    RECORDED,
    article,
    external_links,
    text,
)

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import Tag


@pytest.mark.parametrize("name", PAGES)
def test_every_external_link_is_well_formed(built_site: Path, name: str) -> None:
    """It includes no punctuation of its sentence, and needs only a browser or a mail program."""
    for link in external_links(article(built_site, name)):
        address = str(link["href"])
        scheme, host, *_ = urlsplit(address)
        assert scheme in {"http", "https", "mailto"}, address
        assert scheme == "mailto" or "." in host, address
        assert not re.search(r"[\s<>\"'`(){}\[\]|\\^]|[.,;:!?’”]$|%3[CE]|%29$", address, re.IGNORECASE), address


@pytest.mark.parametrize("name", PAGES)
def test_the_text_of_every_link_says_where_it_goes(built_site: Path, name: str) -> None:
    """A list of the links of a page must make sense without the page."""
    for link in article(built_site, name).select("a[href]:not(.headerlink, .footnote-reference)"):
        shown = " ".join([text(link), *(str(image.get("alt", "")) for image in link.select("img"))]).strip()
        label = str(link.get("aria-label", shown)).casefold()
        if link.find_parent(class_=["label", "backrefs"]) is None:
            assert label not in {"", "here", "click here", "this", "link", "more", "read more", "page"}, link


def beside(link: Tag, before: str) -> set[str]:
    """Return the possible originals of a copy: the link before it, or all links of the same entry."""
    entry = link.find_parent(class_="recap-entry")
    return {str(other["href"]) for other in external_links(entry)} if entry else {before}


@pytest.mark.parametrize("name", PAGES)
def test_every_archived_copy_is_dated_and_beside_its_original(built_site: Path, name: str) -> None:
    """The copy is one of that link, with a valid date."""
    before = ""
    for link in external_links(article(built_site, name)):
        address = str(link["href"])
        if "web.archive.org" in address:
            match = ARCHIVED.fullmatch(address)
            assert match, address
            if RECORDED.is_dead(match["original"]):
                assert "archived copy" in text(link), f"{address} replaces its original, but does not say so"
                continue
            recorded = RECORDED.copy(match["original"])
            assert recorded in {None, address}, "a recorded copy must be used instead of a guess"
            if before not in NO_COPY or recorded:
                assert re.fullmatch(r"\d{14}" if recorded else r"\d{8}", match["day"]), address
                day = date.fromisoformat(match["day"][:8])
                assert date(1996, 1, 1) <= day <= date(2100, 1, 1), address
            assert urldefrag(match["original"]).url in {urldefrag(url).url for url in beside(link, before)}, address
            assert text(link) == ("archived copy" if recorded else "look in the archive"), address
        before = address


@pytest.mark.parametrize("name", PAGES)
def test_every_changeable_page_has_an_archived_copy(built_site: Path, name: str) -> None:
    """Only files in a specific commit never change; all other links have a copy beside them, or in the same entry."""
    links = external_links(article(built_site, name))
    addresses = [*(str(link["href"]) for link in links), ""]
    for link, (address, following) in zip(links, pairwise(addresses), strict=True):
        if "web.archive.org" in address or PINNED.fullmatch(address) or address in NO_COPY:
            continue
        originals = [match["original"] for url in beside(link, following) if (match := ARCHIVED.fullmatch(url))]
        assert urldefrag(address).url in {urldefrag(url).url for url in originals}, f"{address} has no archived copy"


@pytest.mark.parametrize("name", PAGES)
def test_footnotes_are_numbered_in_reading_order_and_have_sources(built_site: Path, name: str) -> None:
    """Every footnote has a link that readers can open."""
    tag = article(built_site, name)
    numbers = list(dict.fromkeys(link.get_text().strip("[]") for link in tag.select("a.footnote-reference")))
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    notes = tag.select("aside.footnote, dl.footnote > dd")
    assert len(notes) == len(numbers)
    for note in notes:
        assert external_links(note), text(note)


@pytest.mark.parametrize("name", PAGES)
def test_pages_with_facts_end_with_their_sources(built_site: Path, name: str) -> None:
    """The overview for contributors has no facts of its own."""
    headings = [text(heading) for heading in article(built_site, name).select("h2")]
    assert headings[-1].startswith("Sources") == (name != "contributors/index")


@pytest.mark.parametrize("name", [RECAP, POSTERS, KEYNOTES, BREAKOUTS])
def test_a_recap_has_its_evidence_in_one_folded_section(built_site: Path, name: str) -> None:
    """Sources, hours and open questions are there, with one invitation to contribute. No disclaimers come before it."""
    tag = article(built_site, name)
    (evidence,) = tag.select("section.recap-folded:last-of-type > details:not([open])")
    assert text(evidence).startswith("Sources and open questions")
    assert evidence.select("aside.footnote")
    assert len(re.findall(r"not known|No source|no public list|unknown", text(tag), re.IGNORECASE)) <= 1
    assert {time.find_parent("details") for time in tag.select("time[datetime*=T]")} <= {evidence}


def test_the_explanation_of_archived_copies_is_linked_from_all_sources(built_site: Path) -> None:
    """It says that nobody has checked whether guessed copies exist."""
    explained = article(built_site, "recaps/index").select_one("#how-the-sources-work")
    assert explained is not None
    assert "Nobody has checked" in text(explained)
    for name in PAGES:
        tag = article(built_site, name)
        for sources in tag.select("section#sources, .recap-folded:has(#sources)"):
            assert sources.select_one('a[href$="#how-the-sources-work"]'), name
