"""Feeds of the site, its events, people and topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import feedparser

from tests.published import BASE, CONF, EVENT, FILES

if TYPE_CHECKING:
    from tests.support import Built, Project


def feed(built: Built, name: str) -> Any:  # noqa: ANN401 (of feedparser, which has no types)
    """Return a feed as another program reads it."""
    parsed = feedparser.parse((built.out / name).read_bytes())
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert parsed.feed.id == f"{BASE}{name}"
    return parsed


def test_feed_of_the_site(published: Built) -> None:
    """The feed has events and entries, the newest first, dated by their records, with addresses that never change."""
    items = feed(published, "feed.xml").entries
    talks = f"{BASE}{EVENT}/talks"
    assert [item.id for item in items] == [f"{talks}#pollination", f"{BASE}{EVENT}/event", f"{talks}#roots"]
    assert [item.updated for item in items] == ["2024-05-04T07:00:00Z", *["2024-05-04T00:00:00Z"] * 2]
    assert items[0].title_detail.value == "Who pollinates {whom} & why — </script> 100 % naïve"
    assert [author.name for author in items[0].authors] == ["Ann Other", "Łukasz Kåre"]


def test_feeds_to_follow(published: Built) -> None:
    """An event, a topic and a person can be followed; programs find the feed of a page in its head."""
    assert len(feed(published, f"{EVENT}/event.atom").entries) == 3
    assert [item.title for item in feed(published, "topics/roots.atom").entries] == ["Roots"]
    assert len(feed(published, "people/lukasz-kare.atom").entries) == 1
    link = published.html("people.html").select_one("#person-lukasz-kare a[href$='.atom']")
    assert link
    assert link["href"] == "people/lukasz-kare.atom"
    for page, name in (("index.html", "feed.xml"), (f"{EVENT}/index.html", "event.atom")):
        links = published.html(page).select("head link[rel=alternate][type='application/atom+xml']")
        assert [link["href"] for link in links] == [name]


def test_every_feed_that_is_linked_exists(project: Project) -> None:
    """Nobody is sent to a feed that has nothing: what is without any date is in none, and its people have none."""
    pages = {
        **FILES,
        "shelf.md": "---\norphan: true\n---\n\n# Shelf\n\n:::{catalogue} shelf.yaml\n:::\n",
        "shelf.yaml": "kind: resource\nentries: [{id: book, title: Book, people: [Nell Undated, Ann Other]}]\n",
    }
    built = project(pages, conf=f'{CONF}recap_publish = ["feeds"]\n')
    links = built.html("people.html").select("a[href$='.atom']")
    assert [link["aria-label"] for link in links] == ["Feed: Łukasz Kåre", "Feed: Ann Other"]
    assert all((built.out / str(link["href"])).is_file() for link in links)
    assert {path.name for path in (built.out / "people").iterdir()} == {"ann-other.atom", "lukasz-kare.atom"}
