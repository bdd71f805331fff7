"""The pages hold together: one fact reads the same everywhere, and every claim leads to something that can be opened.

What is asserted is what a reader relies on. Most tests read the built pages; ``built_site`` is their folder.
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
# The pages whose facts are known here. What holds for every page, also of other events, `make check` tells its author.
DAY = sorted(str(path.relative_to(ROOT).with_suffix("")) for path in (ROOT / EVENT).glob("*.md"))
PAGES = [*DAY, *(f"contributors/{name}" for name in ("index", "forum", "newsletter", "podcast", "pytorch"))]


def data(name: str) -> Catalogue:
    """Return the entries of a data file of this site, which has no mistake."""
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
# A copy of these is of no use to anybody: a player that does not play, and a sign-in form.
NO_COPY = {*VIDEOS, "https://pytorch.slack.com/"}


def on_page(url: str | None, copy: str | None = None) -> set[str]:
    """Return the addresses with which a page shows a link and its copy, after what is recorded of them."""
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
    """Return what the author wrote on the page ``name``, without the theme around it."""
    found = page(site, name).select_one("article")
    assert found is not None, f"{name} has no article"
    return found


def text(tag: Tag) -> str:
    """Return the text of ``tag`` as it is read: one space between words, no note numbers, no heading marks."""
    parts = [
        str(string)
        for string in tag.find_all(string=True)
        if string.find_parent("a", class_=["footnote-reference", "headerlink"]) is None
    ]
    return " ".join(" ".join(parts).split())


def description(site: Path, name: str) -> str:
    """Return the one description of the page ``name`` that search engines show."""
    (meta,) = page(site, name).select('meta[name="description"]')
    return str(meta["content"])


def external_links(tag: Tag) -> list[Tag]:
    """Return the links in ``tag`` that leave the site, in reading order."""
    return [link for link in tag.select("a[href]") if urlsplit(str(link["href"])).scheme]


def stated(site: Path, name: str, thing: str) -> set[int]:
    """Return every number that the page ``name`` puts before ``thing``, as digits or as a word."""
    drawn = " ".join(text(chart) for chart in article(site, name).select(".recap-chart"))
    said = text(article(site, name)).replace(drawn, "")
    words = re.findall(rf"(?<![\w:])(\w+) (?:keynote )?{thing}\b", f"{said} {description(site, name)}")
    return {NUMBER_WORDS.get(word.lower(), int(word) if word.isdecimal() else -1) for word in words} - {-1}


def fold(word: str) -> str:
    """Return ``word`` without accents and case, to find a name however it is spelt."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)).casefold()


# -- Every page --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_one_title_and_its_headings_in_order(built_site: Path, name: str) -> None:
    """Readers of headings, by ear or by eye, never miss a level."""
    levels = [int(heading.name[1]) for heading in article(built_site, name).select("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


@pytest.mark.parametrize("name", PAGES)
def test_every_page_describes_itself_in_a_sentence_that_fits(built_site: Path, name: str) -> None:
    """A search result shows the whole sentence: under 160 characters, and long enough to say something."""
    sentence = description(built_site, name)
    assert 50 <= len(sentence) < 160, f"{len(sentence)} characters: {sentence}"
    assert sentence.endswith(".")


def test_no_two_pages_describe_themselves_alike(built_site: Path) -> None:
    """In a list of search results the pages can be told apart."""
    sentences = [description(built_site, name) for name in PAGES]
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("name", PAGES)
def test_every_external_link_is_whole(built_site: Path, name: str) -> None:
    """No link carries the punctuation of its sentence, and none needs anything but a browser or a mail program."""
    for link in external_links(article(built_site, name)):
        address = str(link["href"])
        scheme, host, *_ = urlsplit(address)
        assert scheme in {"http", "https", "mailto"}, address
        assert scheme == "mailto" or "." in host, address
        assert not re.search(r"[\s<>\"'`(){}\[\]|\\^]|[.,;:!?’”]$|%3[CE]|%29$", address, re.IGNORECASE), address


@pytest.mark.parametrize("name", PAGES)
def test_every_link_says_where_it_goes(built_site: Path, name: str) -> None:
    """A list of the links of a page makes sense without the page."""
    for link in article(built_site, name).select("a[href]:not(.headerlink, .footnote-reference)"):
        shown = " ".join([text(link), *(str(image.get("alt", "")) for image in link.select("img"))]).strip()
        label = str(link.get("aria-label", shown)).casefold()
        if link.find_parent(class_=["label", "backrefs"]) is None:
            assert label not in {"", "here", "click here", "this", "link", "more", "read more", "page"}, link


# -- Sources -----------------------------------------------------------------------------------------------------------


def beside(link: Tag, before: str) -> set[str]:
    """Return the addresses of which a link may be a copy: the link before it, or any of the same entry of a list."""
    entry = link.find_parent(class_="recap-entry")
    return {str(other["href"]) for other in external_links(entry)} if entry else {before}


@pytest.mark.parametrize("name", PAGES)
def test_every_archived_copy_is_dated_and_beside_its_original(built_site: Path, name: str) -> None:
    """The copy beside a link is a copy of that link, near a day that exists."""
    before = ""
    for link in external_links(article(built_site, name)):
        address = str(link["href"])
        if "web.archive.org" in address:
            found = ARCHIVED.fullmatch(address)
            assert found, address
            if RECORDED.is_dead(found["original"]):
                assert "archived copy" in text(link), f"{address} stands in the place of its original"
                continue
            recorded = RECORDED.copy(found["original"])
            assert recorded in {None, address}, "a copy that is there is better than a guess"
            if before not in NO_COPY or recorded:
                assert re.fullmatch(r"\d{14}" if recorded else r"\d{8}", found["day"]), address
                day = date.fromisoformat(found["day"][:8])
                assert date(1996, 1, 1) <= day <= date(2100, 1, 1), address
            assert urldefrag(found["original"]).url in {urldefrag(url).url for url in beside(link, before)}, address
            assert text(link) == ("archived copy" if recorded else "look in the archive"), address
        before = address


@pytest.mark.parametrize("name", PAGES)
def test_every_link_that_may_die_has_an_archived_copy(built_site: Path, name: str) -> None:
    """Only a file at a fixed commit stays as it is; everything else has its copy beside it, or in the same entry."""
    links = external_links(article(built_site, name))
    addresses = [*(str(link["href"]) for link in links), ""]
    for link, (address, following) in zip(links, pairwise(addresses), strict=True):
        if "web.archive.org" in address or PINNED.fullmatch(address) or address in NO_COPY:
            continue
        originals = [found["original"] for url in beside(link, following) if (found := ARCHIVED.fullmatch(url))]
        assert urldefrag(address).url in {urldefrag(url).url for url in originals}, f"{address} has no archived copy"


@pytest.mark.parametrize("name", PAGES)
def test_notes_are_numbered_as_read_and_each_leads_to_a_source(built_site: Path, name: str) -> None:
    """Note 3 is the third that a reader meets, and behind every note is a link that can be opened."""
    tag = article(built_site, name)
    met = list(dict.fromkeys(link.get_text().strip("[]") for link in tag.select("a.footnote-reference")))
    assert met == [str(number) for number in range(1, len(met) + 1)]
    notes = tag.select("aside.footnote, dl.footnote > dd")
    assert len(notes) == len(met)
    for note in notes:
        assert external_links(note), text(note)


@pytest.mark.parametrize("name", PAGES)
def test_pages_that_claim_something_end_with_their_sources(built_site: Path, name: str) -> None:
    """The last section of a page of facts is the list of its sources. The overview claims nothing of its own."""
    headings = [text(heading) for heading in article(built_site, name).select("h2")]
    assert headings[-1].startswith("Sources") == (name != "contributors/index")


@pytest.mark.parametrize("name", [RECAP, POSTERS, KEYNOTES, BREAKOUTS])
def test_a_recap_shows_its_subject_and_keeps_the_evidence_one_click_away(built_site: Path, name: str) -> None:
    """Sources, hours and doubts are in one closed section with one invitation; nothing before it is a disclaimer."""
    tag = article(built_site, name)
    (evidence,) = tag.select("section.recap-folded:last-of-type > details:not([open])")
    assert text(evidence).startswith("Sources and open questions")
    assert evidence.select("aside.footnote")
    assert len(re.findall(r"not known|No source|no public list|unknown", text(tag), re.IGNORECASE)) <= 1
    assert {time.find_parent("details") for time in tag.select("time[datetime*=T]")} <= {evidence}


def test_what_an_archived_copy_is_gets_explained_and_found(built_site: Path) -> None:
    """Nobody has checked that guessed copies exist; the page that says so is linked from every list of sources."""
    explained = article(built_site, "recaps/index").select_one("#how-the-sources-work")
    assert explained is not None
    assert "Nobody has checked" in text(explained)
    for name in PAGES:
        tag = article(built_site, name)
        for sources in tag.select("section#sources, .recap-folded:has(#sources)"):
            assert sources.select_one('a[href$="#how-the-sources-work"]'), name


# -- The event ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", COUNTS)
def test_a_count_is_the_same_wherever_it_is_stated(built_site: Path, thing: str) -> None:
    """71 posters, 32 breakout sessions and 6 keynote speakers, in digits or in words, on whichever page."""
    found = {name: numbers for name in DAY if (numbers := stated(built_site, name, thing))}
    assert RECAP in found
    assert found == {name: {COUNTS[thing]} for name in found}


@pytest.mark.parametrize("name", [RECAP, KEYNOTES])
def test_every_keynote_speaker_is_named(built_site: Path, name: str) -> None:
    """Nobody who gave a keynote is missing."""
    assert [speaker for speaker in SPEAKERS if speaker not in text(article(built_site, name))] == []


def test_every_keynote_speaker_has_an_entry_that_the_recap_links_to(built_site: Path) -> None:
    """The name on the recap leads to what is known about the person."""
    cards = article(built_site, RECAP).select('a[href^="keynotes.html#keynote-"]')
    assert [text(card) for card in cards] == SPEAKERS
    for card in cards:
        target = page(built_site, KEYNOTES).find(id=str(card["href"]).partition("#")[2])
        assert target is not None
        assert text(card) in text(target)


@pytest.mark.parametrize("name", DAY)
def test_names_are_spelt_as_their_owners_spell_them(built_site: Path, name: str) -> None:
    """No page drops the accent of Farré, or any other letter's form."""
    spelling = {fold(word): word for speaker in SPEAKERS for word in speaker.split()}
    for word in re.findall(r"[^\W\d_]+", text(article(built_site, name))):
        assert word == spelling.get(fold(word), word)


def test_what_a_speaker_did_reads_the_same_on_both_pages(built_site: Path) -> None:
    """Role and topic on the recap are those of the data file."""
    cards = article(built_site, RECAP).select("li:has(a[href^='keynotes.html#keynote-'])")
    for card, entry in zip(cards, data(f"{EVENT}/keynotes").entries, strict=True):
        for fact in (entry.role, entry.affiliation, entry.summary):
            assert fact is None or fact in text(card)


@pytest.mark.parametrize("name", [RECAP, KEYNOTES])
def test_both_opening_talks_can_be_watched(built_site: Path, name: str) -> None:
    """The two recordings are on the recap and on the keynotes page, each with a name that can be linked to."""
    addresses = {str(link["href"]) for link in external_links(article(built_site, name))}
    assert addresses >= set().union(*map(on_page, VIDEOS))
    prefix = {RECAP: "opening-talks", KEYNOTES: "keynotes"}[name]
    for session in ("morning", "evening"):
        assert page(built_site, name).find(id=f"{prefix}-{session}") is not None


def groups() -> dict[str, int]:
    """Return how many posters each group has, in the order of their names."""
    counted = Counter(topic for poster in data(f"{EVENT}/posters").entries for topic in poster.topics)
    return dict(sorted(counted.items()))


def test_the_numbers_of_the_event_are_those_of_its_data() -> None:
    """71 posters in nine groups and 6 keynotes are there to be counted; of 32 breakouts two are documented."""
    assert len(data(f"{EVENT}/posters").entries) == COUNTS["posters"]
    assert len(SPEAKERS) == len(set(SPEAKERS)) == COUNTS["speakers"]
    assert len(data(f"{EVENT}/breakouts").entries) == 2 < COUNTS["breakout sessions"]
    assert len(groups()) == 9
    assert sum(groups().values()) == COUNTS["posters"]


def test_the_chart_and_the_text_have_every_group(built_site: Path) -> None:
    """Nine groups: the chart says how many posters each has, and the text names all of them by their links."""
    tag = article(built_site, POSTERS)
    (chart,) = article(built_site, RECAP).select(".recap-chart")
    for group, number in groups().items():
        assert re.search(rf"{re.escape(group)} {number}\b", text(chart)), group
    by_group = {
        text(term): {str(link["href"]).rpartition("#")[2] for link in said.select("a")}
        for term, said in zip(tag.select("#the-nine-groups dt"), tag.select("#the-nine-groups dd"), strict=True)
    }
    assert list(by_group) == list(groups())
    for poster in data(f"{EVENT}/posters").entries:
        assert [group for group, anchors in by_group.items() if f"poster-{poster.id.lower()}" in anchors] == list(
            poster.topics
        )


def test_posters_without_an_image_are_named(built_site: Path) -> None:
    """The list of what is missing is complete."""
    missing = [poster.id for poster in data(f"{EVENT}/posters").entries if poster.image is None]
    assert f"no image in the published data: {', '.join(missing[:-1])} and {missing[-1]}." in text(
        article(built_site, POSTERS)
    ).replace(" ,", ",").replace(" .", ".")


def test_the_hours_of_the_event_are_those_of_the_source(built_site: Path) -> None:
    """The event page has US Pacific time, 08:00 to 13:00 and 15:00 to 19:00; UTC is seven hours ahead."""
    said = [text(session) for session in article(built_site, RECAP).select("dd:has(time)")]
    assert said == [
        "08:00 – 13:00 Pacific Time 15:00 – 20:00 UTC",
        "15:00 – 19:00 Pacific Time 22:00 – 02:00 UTC (ends on 22 April)",
    ]
    assert [session.label for session in event().sessions] == ["EMEA", "APAC"]


# -- Data files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_every_entry_is_whole_on_its_page(built_site: Path, name: str) -> None:
    """Id, title, people, topics, texts and links of the data are where its anchor leads."""
    content = data(name)
    tag = article(built_site, FILES[name])
    for entry in content.entries:
        shown = tag.find(id=f"{content.kind}-{entry.id.lower()}")
        assert isinstance(shown, Tag), entry.id
        said = text(shown)
        texts = (entry.title, entry.role, entry.affiliation, entry.summary, entry.note)
        for part in (*texts, *entry.people, *entry.topics):
            assert part is None or part in said, f"{entry.id}: {part}"
        found = {str(link["href"]) for link in shown.select("a[href]")}
        for link in (*entry.links, *entry.sources):
            assert on_page(link.url, link.archived) <= found, entry.id
        assert on_page(entry.link, entry.archived_copy(entry.link or "")) <= found, entry.id
        if entry.image and "://" in entry.image:
            assert on_page(entry.image, entry.archived_copy(entry.image)) <= found, entry.id


@pytest.mark.parametrize("name", FILES)
def test_every_entry_person_and_topic_can_be_cited(built_site: Path, name: str) -> None:
    """They are in the inventory, by which other sites refer to them."""
    objects = InventoryFile.loads((built_site / "objects.inv").read_bytes(), uri="").data
    content = data(name)
    folder = f"{EVENT.rpartition('/')[2]}/" if name.startswith(EVENT) else "contributors/"
    assert {f"{folder}{entry.id}" for entry in content.entries} <= set(objects[f"recap:{content.kind}"])
    assert {person for entry in content.entries for person in entry.people} <= set(objects["recap:person"])
    assert {topic for entry in content.entries for topic in entry.topics} <= set(objects["recap:topic"])
    assert EVENT.rpartition("/")[2] in objects["recap:event"]


def test_pictures_of_other_hosts_are_linked_to_and_not_loaded(built_site: Path) -> None:
    """A reader of the list of posters tells nobody else about it."""
    for name in PAGES:
        for picture in article(built_site, name).select("img[src]"):
            assert not urlsplit(str(picture["src"])).netloc, name


# -- Resources for contributors ----------------------------------------------------------------------------------------


def test_the_list_of_podcast_episodes_says_how_complete_it_is(built_site: Path) -> None:
    """The numbers in the sentences are those of the list below them, newest episode first."""
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


def test_every_section_of_the_ways_into_pytorch_lists_its_topic(built_site: Path) -> None:
    """A resource with a new topic needs a section, and no resource is listed twice."""
    tag = article(built_site, "contributors/pytorch")
    topics = {topic for entry in data("contributors/resources").entries for topic in entry.topics}
    assert topics == {text(heading) for heading in tag.select("h2")} - {"Sources"}
    assert len(tag.select(".recap-entry")) == len(data("contributors/resources").entries)


def test_the_newsletter_page_tells_the_two_addresses_apart(built_site: Path) -> None:
    """A reader who follows the recap's address or today's knows which newsletter is behind it."""
    tag = article(built_site, "contributors/newsletter")
    meaning = {
        str(link["href"]): text(entry) for entry in tag.select("dd") for link in entry.select("a.external[href]")[:1]
    }
    assert "Contributor Newsletter" in meaning["https://pytorch.org/resources/contributors/"]
    assert "PyTorch Foundation" in meaning["https://pytorch.org/newsletter"]
