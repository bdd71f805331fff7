"""Atom feeds of the site, of each event, and of each topic and person: https://www.rfc-editor.org/rfc/rfc4287.

An entry has its own date, or that of its event; without either, it is in no feed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from sphinx_recaps.core.messages import capitalised, labelled
from sphinx_recaps.publish.names import export_name
from sphinx_recaps.publish.settings import publishes
from sphinx_recaps.registry.index_plan import NAMES
from sphinx_recaps.registry.records_of_files import date_of, files_with_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.data.records import Entry
    from sphinx_recaps.publish.addresses import Addresses
    from sphinx_recaps.publish.files import Files
    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.objects import NotedEntry, NotedEvent
    from sphinx_recaps.registry.records_of_files import FileRecords

SITE_FEED = "feed.xml"
MEDIA_TYPE = "application/atom+xml"
MAX_ITEMS = 100  # of a feed


class Item(NamedTuple):
    """An item of a feed: its time in UTC, its permanent id, and its XML."""

    updated: str
    id: str
    xml: str


def moment(date: dt.date) -> str:
    """Return a date or time in the form of Atom, in UTC; a time without a zone is taken as UTC, a year as its start."""
    if not isinstance(date, dt.datetime):
        return f"{date:%Y-%m-%d}T00:00:00Z"
    known = date if date.tzinfo else date.replace(tzinfo=dt.UTC)
    return known.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def name_feed(domain: RecapDomain, kind: str, name: str) -> str:
    """Return the path of the feed of a person or topic, named after its anchor; '' without an index."""
    place = domain.plan(kind).places.get(name)
    return _path(domain, kind, place.anchor) if place else ""


def _path(domain: RecapDomain, kind: str, anchor: str) -> str:
    return f"{domain.plan(kind).name}/{anchor.removeprefix(f'{kind}-')}.atom"


def name_feeds(builder: StandaloneHTMLBuilder, domain: RecapDomain) -> dict[tuple[str, str], str]:
    """Return the paths of the feeds of people and topics, by kind and name; empty if none are published."""
    if not publishes(builder, "feeds"):
        return {}
    named: dict[tuple[str, str], str] = {}
    for records in files_with_records(builder.env):
        for noted, entry in records.entries:
            if date_of(domain, noted, entry) is not None:
                people = domain.names.one("person", noted.people)
                names = [("person", name) for name in people] + [("topic", name) for name in noted.topics]
                named.update({key: name_feed(domain, *key) for key in names if key not in named})
    return {key: path for key, path in named.items() if path}


class Feeds:
    """Collects the items of all feeds, then writes the feeds."""

    def __init__(self, files: Files, domain: RecapDomain, addresses: Addresses) -> None:
        self._files = files
        self._domain = domain
        self._addresses = addresses
        self._items: list[Item] = []
        self._of_event: dict[str, list[Item]] = defaultdict(list)
        self._of_name: dict[tuple[str, str], list[Item]] = defaultdict(list)

    def add(self, records: FileRecords) -> None:
        """Add the entries of a data file."""
        for noted, entry in records.entries:
            date = date_of(self._domain, noted, entry)
            if date is None:
                continue
            item = self._item(noted, entry, moment(date))
            self._items.append(item)
            self._of_event[records.event].append(item)
            people = self._domain.names.one("person", noted.people)
            for kind, names in (("person", people), ("topic", noted.topics)):
                for name in names:
                    self._of_name[kind, name].append(item)

    def _item(self, noted: NotedEntry, entry: Entry, updated: str) -> Item:
        noun = capitalised(self._domain.kinds.noun(noted.kind))
        path, entry_id = self._files.former.first_name(noted.path, noted)
        return _item(
            f"{self._addresses.file(path)}#{quote(entry_id)}",
            entry.title,
            self._addresses.entry(noted),
            updated,
            entry.summary or noun,
            noted.people,
            noted.topics,
        )

    def finish(self) -> None:
        """Write the feeds."""
        config = self._domain.env.config
        home = self._addresses.page(config.root_doc)
        events = [self._event(event) for event in self._domain.objects.events.values()]
        self._write(SITE_FEED, config.project, home, [*events, *self._items])
        for event in self._domain.objects.events.values():
            items = self._of_event.get(event.slug, [])
            name = export_name(event.path, ".atom")
            first = f"{self._files.former.first_name(event.path)[0]}.atom"
            self._write(name, event.name, self._addresses.event(event), [self._event(event), *items], first)
        former = {kind: self._domain.plan(kind).former_anchors() for kind in NAMES}
        for (kind, name), items in sorted(self._of_name.items()):
            place = self._domain.plan(kind).places.get(name)
            if place is not None:
                page = f"{self._addresses.page(place.page)}#{place.anchor}"
                title = labelled(config.project, name)
                feed = self._write(name_feed(self._domain, kind, name), title, page, items)
                for anchor in former[kind].get(name, ()):  # where it was before its names were declared as one
                    self._files.write(_path(self._domain, kind, anchor), feed)

    def _event(self, noted: NotedEvent) -> Item:
        address = self._addresses.event(noted)
        event_id = self._addresses.file(self._files.former.first_name(noted.path)[0])
        return _item(event_id, noted.name, address, moment(noted.start), noted.record.summary or noted.name, (), ())

    def _write(self, name: str, title: str, page: str, items: Iterable[Item], first: str = "") -> str:
        """Write a feed with its newest items, and return it; programs know it by its ``first`` name."""
        newest = sorted(sorted(items, key=lambda item: item.id), key=lambda item: item.updated, reverse=True)[
            :MAX_ITEMS
        ]
        updated = newest[0].updated if newest else moment(dt.date(1970, 1, 1))  # a feed must have a date
        config, address = self._domain.env.config, escape(self._addresses.file(name))
        feed_id = escape(self._addresses.file(first or name))
        author = config.author if config.author != "unknown" else config.project
        head = (
            '<?xml version="1.0" encoding="utf-8"?>\n'
            f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(config.language)}">\n'
            f"<title>{escape(title)}</title>\n<id>{feed_id}</id>\n"
            f'<link rel="self" type="{MEDIA_TYPE}" href="{address}"/>\n'
            f'<link rel="alternate" type="text/html" href="{escape(page)}"/>\n<updated>{updated}</updated>\n'
            f"<author><name>{escape(author)}</name></author>\n"
        )
        feed = f"{head}{''.join(item.xml for item in newest)}</feed>\n"
        self._files.write(name, feed)
        return feed


def _item(  # noqa: PLR0913, PLR0917
    item_id: str, title: str, address: str, updated: str, summary: str, people: Sequence[str], topics: Sequence[str]
) -> Item:
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in people)
    categories = "".join(f'<category term="{escape(name)}"/>' for name in topics)
    xml = (
        f'<entry><title>{escape(title)}</title><id>{escape(item_id)}</id><link href="{escape(address)}"/>'
        f"<updated>{updated}</updated>{authors}{categories}<summary>{escape(summary)}</summary></entry>\n"
    )
    return Item(updated, item_id, xml)
