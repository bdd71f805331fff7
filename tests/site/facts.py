"""The pages, data files and recorded links whose content is tested, and functions that read a built page.

``site`` is the folder of the built site.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from sphinx_recaps.data.link_copies import LinkCopies
from sphinx_recaps.data.loader import Allowed, load, load_links
from sphinx_recaps.data.records import KINDS, Catalogue, Event

ROOT = Path(__file__).parents[2]
EVENT = "recaps/2021-ecosystem-day"
RECAP, POSTERS, KEYNOTES, BREAKOUTS = (f"{EVENT}/{name}" for name in ("index", "posters", "keynotes", "breakouts"))
# The pages whose facts these tests know. Rules for all pages, also of other events, are checked by `make check`.
DAY = sorted(str(path.relative_to(ROOT).with_suffix("")) for path in (ROOT / EVENT).glob("*.md"))
PAGES = [*DAY, *(f"contributors/{name}" for name in ("index", "forum", "newsletter", "podcast", "pytorch"))]


def data(name: str) -> Catalogue:
    """Return the entries of a data file of this site, which must be valid."""
    loaded = load(ROOT / f"{name}.yaml", Allowed(kinds=(*KINDS, "talk")))
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


def groups() -> dict[str, int]:
    """Return the number of posters in each group, sorted by name."""
    counted = Counter(topic for poster in data(f"{EVENT}/posters").entries for topic in poster.topics)
    return dict(sorted(counted.items()))
