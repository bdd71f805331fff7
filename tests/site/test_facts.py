"""The pages are consistent: facts are the same everywhere, and match the data files."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from bs4 import Tag
from sphinx.util.inventory import InventoryFile

from tests.site.facts import (
    COUNTS,
    DAY,
    EVENT,
    FILES,
    KEYNOTES,
    PAGES,
    POSTERS,
    RECAP,
    SPEAKERS,
    VIDEOS,
    article,
    data,
    description,
    event,
    external_links,
    fold,
    groups,
    on_page,
    page,
    stated,
    text,
)

if TYPE_CHECKING:
    from pathlib import Path

# -- Every page --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_one_title_and_its_headings_in_order(built_site: Path, name: str) -> None:
    """Screen readers navigate by the levels of headings."""
    levels = [int(heading.name[1]) for heading in article(built_site, name).select("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_a_description_that_fits_search_results(built_site: Path, name: str) -> None:
    """Search results show fewer than 160 characters; shorter than 50 says too little."""
    sentence = description(built_site, name)
    assert 50 <= len(sentence) < 160, f"{len(sentence)} characters: {sentence}"
    assert sentence.endswith(".")


def test_the_descriptions_of_pages_are_unique(built_site: Path) -> None:
    """Search results can then be distinguished."""
    sentences = [description(built_site, name) for name in PAGES]
    assert len(set(sentences)) == len(sentences)


# -- The event ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", COUNTS)
def test_counts_are_the_same_on_all_pages(built_site: Path, thing: str) -> None:
    """They can be in digits or words: 71 posters, 32 breakout sessions, 6 keynote speakers."""
    counts = {name: numbers for name in DAY if (numbers := stated(built_site, name, thing))}
    assert RECAP in counts
    assert counts == {name: {COUNTS[thing]} for name in counts}


@pytest.mark.parametrize("name", [RECAP, KEYNOTES])
def test_every_keynote_speaker_is_named(built_site: Path, name: str) -> None:
    assert [speaker for speaker in SPEAKERS if speaker not in text(article(built_site, name))] == []


def test_every_keynote_speaker_has_an_entry_that_the_recap_links_to(built_site: Path) -> None:
    """The name on the recap links to the page of the entry, and the old anchor is still in the list."""
    cards = article(built_site, RECAP).select('a[href^="keynotes/"]')
    assert [text(card) for card in cards] == SPEAKERS
    for card in cards:
        name = str(card["href"]).removesuffix(".html")
        assert text(card) in text(article(built_site, f"{EVENT}/{name}"))
        target = page(built_site, KEYNOTES).find(id=name.replace("keynotes/", "keynote-"))
        assert target is not None
        assert text(card) in text(target)


@pytest.mark.parametrize("name", DAY)
def test_names_are_spelt_as_their_owners_spell_them(built_site: Path, name: str) -> None:
    """No page leaves out the accent of Farré, for example."""
    spelling = {fold(word): word for speaker in SPEAKERS for word in speaker.split()}
    for word in re.findall(r"[^\W\d_]+", text(article(built_site, name))):
        assert word == spelling.get(fold(word), word)


def test_facts_about_speakers_are_the_same_on_both_pages(built_site: Path) -> None:
    """Roles and summaries on the recap are those of the data file."""
    cards = article(built_site, RECAP).select("li:has(a[href^='keynotes/'])")
    for card, entry in zip(cards, data(f"{EVENT}/keynotes").entries, strict=True):
        for fact in (entry.role, entry.affiliation, entry.summary):
            assert fact is None or fact in text(card)


@pytest.mark.parametrize("name", [RECAP, KEYNOTES])
def test_both_opening_talks_can_be_watched(built_site: Path, name: str) -> None:
    """Both recordings are on the recap and on the keynotes page, with anchors."""
    addresses = {str(link["href"]) for link in external_links(article(built_site, name))}
    assert addresses >= set().union(*map(on_page, VIDEOS))
    prefix = {RECAP: "opening-talks", KEYNOTES: "keynotes"}[name]
    for session in ("morning", "evening"):
        assert page(built_site, name).find(id=f"{prefix}-{session}") is not None


def test_the_numbers_of_the_event_match_its_data() -> None:
    """All posters and keynotes are documented, but only two of the 32 breakout sessions."""
    assert len(data(f"{EVENT}/posters").entries) == COUNTS["posters"]
    assert len(SPEAKERS) == len(set(SPEAKERS)) == COUNTS["speakers"]
    assert len(data(f"{EVENT}/breakouts").entries) == 2 < COUNTS["breakout sessions"]
    assert len(groups()) == 9
    assert sum(groups().values()) == COUNTS["posters"]


def test_the_chart_and_the_text_list_every_group(built_site: Path) -> None:
    """The chart shows the number of posters in each group, and the text links to all of them."""
    tag = article(built_site, POSTERS)
    (chart,) = article(built_site, RECAP).select(".recap-chart")
    for group, number in groups().items():
        assert re.search(rf"{re.escape(group)} {number}\b", text(chart)), group
    by_group = {
        text(term): {str(link["href"]) for link in definition.select("a")}
        for term, definition in zip(tag.select("#the-nine-groups dt"), tag.select("#the-nine-groups dd"), strict=True)
    }
    assert list(by_group) == list(groups())
    for poster in data(f"{EVENT}/posters").entries:
        assert [group for group, addresses in by_group.items() if f"posters/{poster.id}.html" in addresses] == list(
            poster.topics
        )


def test_posters_without_an_image_are_listed(built_site: Path) -> None:
    """The list on the page is complete."""
    missing = [poster.id for poster in data(f"{EVENT}/posters").entries if poster.image is None]
    assert f"no image in the published data: {', '.join(missing[:-1])} and {missing[-1]}." in text(
        article(built_site, POSTERS)
    ).replace(" ,", ",").replace(" .", ".")


def test_the_hours_of_the_event_match_the_source(built_site: Path) -> None:
    """The event's page has US Pacific time, 08:00 to 13:00 and 15:00 to 19:00; UTC is seven hours ahead."""
    sessions = [text(session) for session in article(built_site, RECAP).select("dd:has(time)")]
    assert sessions == [
        "08:00 – 13:00 Pacific Time 15:00 – 20:00 UTC",
        "15:00 – 19:00 Pacific Time 22:00 – 02:00 UTC (ends on 22 April)",
    ]
    assert [session.label for session in event().sessions] == ["EMEA", "APAC"]


# -- Data files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_every_entry_is_complete_on_its_page(built_site: Path, name: str) -> None:
    """The element with its anchor has the id, title, people, topics, texts and links in the data file."""
    content = data(name)
    tag = article(built_site, FILES[name])
    for entry in content.entries:
        element = tag.find(id=f"{content.kind}-{entry.id.lower()}")
        assert isinstance(element, Tag), entry.id
        content_text = text(element)
        texts = (entry.title, entry.role, entry.affiliation, entry.summary, entry.note)
        for part in (*texts, *entry.people, *entry.topics):
            assert part is None or part in content_text, f"{entry.id}: {part}"
        addresses = {str(link["href"]) for link in element.select("a[href]")}
        for link in (*entry.links, *entry.sources):
            assert on_page(link.url, link.archived) <= addresses, entry.id
        assert on_page(entry.link, entry.archived_copy(entry.link or "")) <= addresses, entry.id
        if entry.image and "://" in entry.image:
            assert on_page(entry.image, entry.archived_copy(entry.image)) <= addresses, entry.id


@pytest.mark.parametrize("name", FILES)
def test_every_entry_person_and_topic_is_in_the_inventory(built_site: Path, name: str) -> None:
    """Other sites use it to refer to them."""
    objects = InventoryFile.loads((built_site / "objects.inv").read_bytes(), uri="").data
    content = data(name)
    folder = f"{EVENT.rpartition('/')[2]}/" if name.startswith(EVENT) else "contributors/"
    assert {f"{folder}{entry.id}" for entry in content.entries} <= set(objects[f"recap:{content.kind}"])
    assert {person for entry in content.entries for person in entry.people} <= set(objects["recap:person"])
    assert {topic for entry in content.entries for topic in entry.topics} <= set(objects["recap:topic"])
    assert EVENT.rpartition("/")[2] in objects["recap:event"]


def test_no_pictures_are_loaded_from_other_hosts(built_site: Path) -> None:
    """Other hosts must not learn of a visit."""
    for name in PAGES:
        for picture in article(built_site, name).select("img[src]"):
            assert not urlsplit(str(picture["src"])).netloc, name


# -- Resources for contributors ----------------------------------------------------------------------------------------


def test_the_podcast_page_says_how_complete_its_list_is(built_site: Path) -> None:
    """The numbers in the text match the list, which has the newest episode first."""
    tag = article(built_site, "contributors/podcast")
    entries = data("contributors/episodes").entries
    days = [entry.date for entry in entries if entry.date]
    assert [entry.date for entry in entries[: len(days)]] == sorted(set(days), reverse=True)
    assert f"{len(entries)} of the 83: first the {len(days)} whose title and date" in text(tag)
    assert f"{len(entries) - len(days)} more found without a date" in text(tag)
    assert f"the {len(entries)} of 83 episodes" in description(built_site, "contributors/podcast")
    assert f"{days[0].day} {days[0]:%B %Y}" in text(tag)
    minutes = [entry.duration // 60 for entry in entries if entry.duration]
    assert f"run {min(minutes)} to {max(minutes)} minutes" in text(tag)


def test_the_sections_of_the_pytorch_page_match_the_topics(built_site: Path) -> None:
    """Each topic has a section, and each resource is listed once."""
    tag = article(built_site, "contributors/pytorch")
    topics = {topic for entry in data("contributors/resources").entries for topic in entry.topics}
    assert topics == {text(heading) for heading in tag.select("h2")} - {"Sources"}
    assert len(tag.select(".recap-entry")) == len(data("contributors/resources").entries)


def test_the_newsletter_page_explains_both_addresses(built_site: Path) -> None:
    """The recap's address and today's address are of different newsletters."""
    tag = article(built_site, "contributors/newsletter")
    meaning = {
        str(link["href"]): text(entry) for entry in tag.select("dd") for link in entry.select("a.external[href]")[:1]
    }
    assert "Contributor Newsletter" in meaning["https://pytorch.org/resources/contributors/"]
    assert "PyTorch Foundation" in meaning["https://pytorch.org/newsletter"]
