"""The pages are consistent: facts are the same everywhere, and every claim has a source that readers can open.

Most tests read the built pages; ``built_site`` is their folder.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from sphinx.util.inventory import InventoryFile
from sphinx_recaps.data.link_copies import LinkCopies
from sphinx_recaps.data.loader import load, load_links
from sphinx_recaps.data.records import Catalogue, Event

ROOT = Path(__file__).parents[2]
EVENT = "recaps/2021-ecosystem-day"
RECAP, POSTERS, KEYNOTES, BREAKOUTS = (f"{EVENT}/{name}" for name in ("index", "posters", "keynotes", "breakouts"))
# The pages whose facts these tests know. Rules for all pages, also of other events, are checked by `make check`.
DAY = sorted(str(path.relative_to(ROOT).with_suffix("")) for path in (ROOT / EVENT).glob("*.md"))
PAGES = [*DAY, *(f"contributors/{name}" for name in ("index", "forum", "newsletter", "podcast", "pytorch"))]


def data(name: str) -> Catalogue:
    """Return the entries of a data file of this site, which must be valid."""
    loaded = load(ROOT / f"{name}.yaml")
    assert loaded.problems == ()
    assert isinstance(loaded.content, Catalogue)
    return loaded.content


def event() -> Event:
    """Return the facts of the event."""
    loaded = load(ROOT / EVENT / "event.yaml")
    assert loaded.problems == ()
    assert isinstance(loaded.content, Event)
    return loaded.content


FILES = {
    f"{EVENT}/posters": POSTERS,
    f"{EVENT}/keynotes": KEYNOTES,
    f"{EVENT}/breakouts": BREAKOUTS,
    "contributors/episodes": "contributors/podcast",
    "contributors/resources": "contributors/pytorch",
}
SPEAKERS = [entry.people[0] for entry in data(f"{EVENT}/keynotes").entries]
VIDEOS = {"https://www.youtube.com/watch?v=MYE01-XaSZA", "https://www.youtube.com/watch?v=CjU_6OaYKpw"}
COUNTS = {what.removeprefix("keynote "): number for what, number in event().numbers}
NUMBER_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}

ARCHIVED = re.compile(r"https://web\.archive\.org/web/(?:(?P<day>\d[^/]*)/)?(?P<original>.+)")
PINNED = re.compile(r"https://github\.com/[^/]+/[^/]+/blob/[0-9a-f]{40}/.+")
LINKS = load_links(ROOT / "links.yaml")
RECORDED = LinkCopies(LINKS.content.links if LINKS.content else ())
# Copies of these would be useless: a player that does not play, and a sign-in form.
NO_COPY = {*VIDEOS, "https://pytorch.slack.com/"}


def on_page(url: str | None, copy: str | None = None) -> set[str]:
    """Return the addresses with which a page shows a link and its copy, considering the recorded links."""
    if url and RECORDED.is_dead(url):
        return {RECORDED.copy(url) or copy or ""} - {""}
    return {url or "", (copy and RECORDED.verified(copy)) or copy or ""} - {""}


# -- Reading the pages -------------------------------------------------------------------------------------------------


@cache
def _page(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text(encoding="utf-8").replace("<wbr>", ""), "html5lib")


def page(site: Path, name: str) -> BeautifulSoup:
    """Return the whole built page of the document ``name``."""
    return _page(site / f"{name}.html")


def article(site: Path, name: str) -> Tag:
    """Return the content of the page ``name``, without the theme."""
    element = page(site, name).select_one("article")
    assert element is not None, f"{name} has no article"
    return element


def text(tag: Tag) -> str:
    """Return the text of ``tag`` with normalised spaces, without footnote numbers and permalinks."""
    parts = [
        str(string)
        for string in tag.find_all(string=True)
        if string.find_parent("a", class_=["footnote-reference", "headerlink"]) is None
    ]
    return " ".join(" ".join(parts).split())


def description(site: Path, name: str) -> str:
    """Return the description of the page ``name`` for search engines; there must be only one."""
    (meta,) = page(site, name).select('meta[name="description"]')
    return str(meta["content"])


def external_links(tag: Tag) -> list[Tag]:
    """Return the external links in ``tag``, in reading order."""
    return [link for link in tag.select("a[href]") if urlsplit(str(link["href"])).scheme]


def stated(site: Path, name: str, thing: str) -> set[int]:
    """Return all numbers before ``thing`` on the page ``name``, in digits or words."""
    charts = " ".join(text(chart) for chart in article(site, name).select(".recap-chart"))
    content = text(article(site, name)).replace(charts, "")
    words = re.findall(rf"(?<![\w:])(\w+) (?:keynote )?{thing}\b", f"{content} {description(site, name)}")
    return {NUMBER_WORDS.get(word.lower(), int(word) if word.isdecimal() else -1) for word in words} - {-1}


def fold(word: str) -> str:
    """Return ``word`` without accents and case, to find different spellings."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)).casefold()


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


# -- Sources -----------------------------------------------------------------------------------------------------------


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


def groups() -> dict[str, int]:
    """Return the number of posters in each group, sorted by name."""
    counted = Counter(topic for poster in data(f"{EVENT}/posters").entries for topic in poster.topics)
    return dict(sorted(counted.items()))


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
