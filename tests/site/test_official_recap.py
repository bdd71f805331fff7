"""The recap of Ecosystem Day covers the official recap, with its source."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

import pytest
from bs4 import BeautifulSoup, Tag

from tests.site.facts import ARCHIVED, EVENT, KEYNOTES, POSTERS, RECAP, article, data, external_links, page, text

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = "https://pytorch.org/ecosystem/pted/2021"
POST = "https://pytorch.org/blog/ecosystem-day-2021-recap/"
PICTURE = "https://pytorch.org/assets/images/ecosystem-day-thank-you.png"
DATA_FILE = "_data/ecosystem/pted/2021/posters.yaml"
TOPICS = [
    "Multimodal",
    "NLP",
    "Compiler",
    "Distributed training",
    "Researcher productivity tools",
    "AI accelerators",
]


def section(site: Path, name: str, heading: str) -> Tag:
    """Return the section of a page with the id ``heading``."""
    element = article(site, name).find(id=heading)
    assert isinstance(element, Tag), f"{name} has no section {heading}"
    return element


def cited(site: Path, name: str, words: str) -> list[str]:
    """Return the addresses in the footnote after ``words`` on a page."""
    tag = BeautifulSoup(str(article(site, name)), "html5lib")
    for note in tag.select("a.footnote-reference"):
        note.replace_with(f"[{str(note['href']).removeprefix('#')}]")
    after = " ".join(tag.get_text().split()).partition(words)[2]
    assert after, f"{name} does not say {words!r}"
    target = article(site, name).find(id=after.partition("[")[2].partition("]")[0])
    assert isinstance(target, Tag)
    return [str(link["href"]) for link in external_links(target)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (RECAP, "new developments, trends and challenges"),
        (RECAP, "making the first Ecosystem Day a success"),
        (RECAP, "pushing the state of the art further"),
        (RECAP, "collaboration across the PyTorch community"),
        (RECAP, "names six topics"),
        (RECAP, "current news, ways to meet others"),
        (KEYNOTES, "Team PyTorch names and thanks them all"),
        ("contributors/newsletter", "keep up with what was happening in the community"),
        ("contributors/forum", "learn about the latest development across PyTorch"),
    ],
)
def test_statements_of_the_official_recap_have_it_as_their_source(built_site: Path, name: str, words: str) -> None:
    """They are in our own words, and their footnotes link to the post."""
    assert POST in cited(built_site, name, words)


@pytest.mark.parametrize("name", [RECAP, POSTERS])
def test_the_source_of_the_groups_is_the_data_file(built_site: Path, name: str) -> None:
    """The official recap does not mention groups."""
    assert any(address.endswith(DATA_FILE) for address in cited(built_site, name, "nine groups"))


def test_the_recap_names_the_authors_of_the_official_one_and_their_thanks(built_site: Path) -> None:
    """The author is at the top, the thanks are at the end."""
    assert "Team PyTorch published the official recap" in text(article(built_site, RECAP))
    assert text(section(built_site, RECAP, "thank-you")).startswith("Thank you Team PyTorch thanked the community")


def test_each_topic_of_the_official_recap_links_to_posters_and_groups(built_site: Path) -> None:
    """The groups are those of the posters."""
    part = section(built_site, RECAP, "on-the-posters")
    assert [text(term) for term in part.select("dt")] == TOPICS
    groups = {poster.id.lower(): set(poster.topics) for poster in data(f"{EVENT}/posters").entries}
    for topic in part.select("dd"):
        targets = [urldefrag(str(link["href"])) for link in topic.select("a")]
        posters = [match[1].lower() for url, _anchor in targets if (match := re.fullmatch(r"posters/(\w+)\.html", url))]
        names = {
            str(name.contents[0])
            for url, anchor in targets
            if url == "../../topics.html"
            for name in page(built_site, "topics").select(f"dt#{anchor}")
        }
        assert posters
        assert names
        assert set().union(*(groups[poster] for poster in posters)) == names


@pytest.mark.parametrize(
    ("name", "part", "address"),
    [
        (RECAP, "thank-you", PICTURE),
        (RECAP, "on-the-posters", CATALOGUE),
        (POSTERS, "posters-of-pytorch-ecosystem-day-2021", CATALOGUE),
        (RECAP, "pytorch-ecosystem-day-2021", POST),
    ],
)
def test_the_material_of_the_official_recap_is_linked_with_a_copy(
    built_site: Path, name: str, part: str, address: str
) -> None:
    """This covers its picture, its catalogue of posters and the post itself."""
    links = [str(link["href"]) for link in external_links(section(built_site, name, part))]
    assert any(
        link == address and (copy := ARCHIVED.fullmatch(after)) and copy["original"] == address
        for link, after in pairwise(links)
    )


def test_descriptions_of_posters_match_their_summaries(built_site: Path) -> None:
    """For example, the page must not say that a framework is in use."""
    groups = text(section(built_site, POSTERS, "the-nine-groups"))
    assert "its use" not in groups
    assert "GaNDLF is a framework for clinical images" in groups
    assert "sleep stages from PSG signals or sound" in text(section(built_site, POSTERS, "where-to-start"))
