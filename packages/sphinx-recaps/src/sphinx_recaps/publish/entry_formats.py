"""Structured data and the citation on the page of an entry."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from sphinx_recaps.publish.addresses import Addresses
from sphinx_recaps.publish.citations import sentence, work_of_entry
from sphinx_recaps.publish.page_links import CITATIONS, PageLinks, cite_html
from sphinx_recaps.publish.settings import publishes
from sphinx_recaps.publish.structured_data import (
    breadcrumbs,
    entry_thing,
    filled,
    person_thing,
    recording_thing,
    script,
)
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.records_of_files import span_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.data.records import Entry
    from sphinx_recaps.registry.objects import NotedEntry


class EntryFormats:
    """The additions to the pages of entries; they are empty for formats that are off."""

    def __init__(self, builder: StandaloneHTMLBuilder) -> None:
        self._builder = builder
        self._domain = recap_domain(builder.env)
        self._has_data = publishes(builder, "structured-data")
        self._has_citations = publishes(builder, "citations")
        self._addresses = Addresses(builder, self._domain)

    def head(
        self, noted: NotedEntry, entry: Entry, page: str, parents: Sequence[Mapping[str, str]], transcript: str
    ) -> str:
        """Return the structured data for the head of a page; ``parents`` are those of its template context."""
        if not self._has_data:
            return ""
        first, last = span_of(self._domain, noted, entry) or (None, None)
        date = first if first == last else None  # of an entry without a date, in an event of several days
        paths = self._domain.named_paths(self._builder, "person")
        known = self._domain.names
        people = [
            person_thing(name, known.person(name), f"{self._addresses.base}{paths[name]}" if name in paths else None)
            for name in entry.people
        ]
        address, config = self._addresses.page(page), self._builder.config
        above = [(config.project, self._addresses.page(config.root_doc))]
        above += [(unescape(parent["title"]), urljoin(address, parent["link"])) for parent in parents]
        video = recording_thing(self._domain, noted, entry, address)
        video = video and filled({**video, "transcript": transcript})
        thing = {**entry_thing(entry, noted.kind, people, date, video), "url": address}
        return f"\n{script([thing, breadcrumbs(above, entry.title)])}"

    def citation(self, noted: NotedEntry, entry: Entry, page: str) -> str:
        """Return the citation for the end of a page."""
        if not self._has_citations:
            return ""
        work = work_of_entry(self._domain, noted, entry.date, self._addresses.page(page))
        links = PageLinks(self._builder, page)
        files = (links.link(f"{page}{suffix}", text) for _, text, suffix in CITATIONS)
        return cite_html(sentence(work, self._builder.config.language), files)
