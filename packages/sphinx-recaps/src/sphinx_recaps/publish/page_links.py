"""Links at the end of a page to its citations, calendars, feeds and exports."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING, Any, cast

from sphinx.util.osutil import relative_uri

from sphinx_recaps.core.assets import add_assets
from sphinx_recaps.core.messages import _, capitalised, for_script, labelled
from sphinx_recaps.core.periods import Period
from sphinx_recaps.publish.addresses import Addresses
from sphinx_recaps.publish.citations import sentence, work_of_event
from sphinx_recaps.publish.feeds import MEDIA_TYPE, SITE_FEED
from sphinx_recaps.publish.names import export_name, session_names
from sphinx_recaps.publish.settings import publishes
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.objects import NotedEntry
from sphinx_recaps.registry.records_of_files import records_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.registry.objects import NotedEvent

CITATIONS = (("citations", "BibTeX", ".bib"), ("citations", "CSL-JSON", ".csl.json"))
EXPORTS = (("exports", "JSON", ".json"), ("exports", "CSV", ".csv"))


class PageLinks:
    """The links of one page."""

    def __init__(self, builder: StandaloneHTMLBuilder, pagename: str) -> None:
        self._builder = builder
        self._pagename = pagename
        self._domain = recap_domain(builder.env)
        self._here = builder.get_target_uri(pagename)
        self._language: str = builder.config.language

    def link(self, name: str, text: str) -> str:
        """Return a link to a published file."""
        return f'<a href="{escape(relative_uri(self._here, name))}">{escape(text)}</a>'

    def files(self, path: str, formats: Iterable[tuple[str, str, str]]) -> Iterator[str]:
        """Yield a link to each file that is made from a data file, for the formats that are published."""
        for form, text, suffix in formats:
            if publishes(self._builder, form):
                yield self.link(export_name(path, suffix), text)

    def items(self) -> Iterator[str]:
        """Yield the items for the events and the lists of the page."""
        for event in self._domain.data["events"].get(self._pagename, ()):
            yield from self._of_event(event)
        entries = map(NotedEntry._make, self._domain.data["entries"].get(self._pagename, ()))
        by_path: dict[str, list[NotedEntry]] = defaultdict(list)
        for noted in entries:
            by_path[noted.path].append(noted)
        lists = self._domain.data["lists"].get(self._pagename, ())
        for path in dict.fromkeys(path for path, _anchor, shown in lists if shown and path in by_path):
            formats = [*EXPORTS, *CITATIONS]
            if self._has_times(path, by_path[path]):
                formats.append(("calendars", _("Calendar"), ".ics"))
            if links := " · ".join(self.files(path, formats)):
                name = capitalised(self._domain.kinds.nouns(by_path[path][0].kind))
                yield f"<p>{labelled(escape(name), links)}</p>"

    def _has_times(self, path: str, entries: Iterable[NotedEntry]) -> bool:
        """Return whether some entries of a data file have a time of day, and therefore a calendar."""
        ids = {noted.id for noted in entries}
        records = records_of(self._builder.env, self._pagename, path)
        return any(isinstance(record.date, dt.datetime) for record in records if record.id in ids)

    def _of_event(self, noted: NotedEvent) -> Iterator[str]:
        if publishes(self._builder, "citations"):
            work = work_of_event(self._domain, noted, Addresses(self._builder, self._domain).event(noted))
            yield cite_html(sentence(work, self._language), self.files(noted.path, CITATIONS))
        has_calendar = publishes(self._builder, "calendars") and not isinstance(noted.start, Period)
        links = [*self._calendars(noted)] if has_calendar else []
        if publishes(self._builder, "feeds"):
            links.append(self.link(export_name(noted.path, ".atom"), _("Feed")))
        if links:
            yield f"<p>{' · '.join(links)}</p>"

    def _calendars(self, noted: NotedEvent) -> Iterator[str]:
        yield self.link(export_name(noted.path, ".ics"), _("Calendar"))
        for session, name in zip(noted.record.sessions, session_names(noted.record), strict=True):
            yield self.link(export_name(noted.path, f"-{name}.ics"), session.name)


def cite_html(text: str, files: Iterable[str]) -> str:
    """Return a folded citation; a script adds a button that copies it."""
    summary = escape(_("Cite"))
    return f'<details class="recap-cite"><summary>{summary}</summary><p>{escape(text)}</p>{" · ".join(files)}</details>'


def _feeds(app: Sphinx, pagename: str) -> Iterator[tuple[str, str]]:
    """Yield the feeds of a page, each with its title: that of the site, or that of an event."""
    if pagename == app.config.root_doc:
        yield SITE_FEED, app.config.project
    for noted in recap_domain(app.env).data["events"].get(pagename, ()):
        yield export_name(noted.path, ".atom"), noted.name


def _add_links(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add the links to a page with an event or a list."""
    if doctree is None or "recap-examples" in app.env.metadata[pagename]:
        return
    if publishes(app.builder, "feeds"):
        here = app.builder.get_target_uri(pagename)
        feeds = ((escape(title), escape(relative_uri(here, name))) for name, title in _feeds(app, pagename))
        alternates = (
            f'<link rel="alternate" type="{MEDIA_TYPE}" title="{title}" href="{address}"/>' for title, address in feeds
        )
        context["metatags"] = "\n".join((context.get("metatags") or "", *alternates))
    if any(publishes(app.builder, name) for name in ("calendars", "citations", "exports", "feeds")):
        items = "\n".join(PageLinks(cast("StandaloneHTMLBuilder", app.builder), pagename).items())
        if items:
            context["body"] += f'<div class="recap-formats">\n{items}\n</div>\n'


def setup_page_links(app: Sphinx) -> None:
    """Connect the handler, and add the script to pages with a citation: those of entries and of events."""
    app.connect("html-page-context", _add_links, priority=400)

    def is_needed(name: str, context: dict[str, Any], _doctree: nodes.document | None) -> bool:
        is_cited = "recap_entry" in context or name in recap_domain(app.env).data["events"]
        return is_cited and publishes(app.builder, "citations")

    add_assets(app, is_needed, "recap-cite.js", words=lambda: for_script({"copy": _("Copy"), "copied": _("Copied")}))
