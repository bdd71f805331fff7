"""Writes a page for each entry, when all pages with lists have been written.

The pages of a list are made from its records, which are in the doctree of its page. They are made again only if that
page, or what they show of other pages, is not what it was in the last build, and written only if they differ.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.osutil import relative_uri

from sphinx_recaps.catalogue.abstract import abstract_html
from sphinx_recaps.catalogue.edit_link import edit_address
from sphinx_recaps.catalogue.entry_html import Media, Place, Surroundings, page_html
from sphinx_recaps.catalogue.view import Fact, Name, Rows, catalogue, date_fact
from sphinx_recaps.core.assets import add_assets
from sphinx_recaps.core.dates import days
from sphinx_recaps.core.garbage_collection import collection_paused
from sphinx_recaps.core.html_text import escape
from sphinx_recaps.core.language import list_separator, listed, shortened
from sphinx_recaps.core.link_schemes import allowed_schemes
from sphinx_recaps.core.messages import _, capitalised, labelled
from sphinx_recaps.core.page_frames import GeneratedPage, PageWriter
from sphinx_recaps.data.records import record_values
from sphinx_recaps.data.video_reference import clock
from sphinx_recaps.incremental.generated_pages import newest_template, remove_stale
from sphinx_recaps.incremental.output_manifest import OutputManifest, digest
from sphinx_recaps.incremental.page_dependencies import common_inputs_digest, project_digest, shows_subtitles
from sphinx_recaps.publish.entry_formats import EntryFormats
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.recordings import chapters_of_entry, parts, recordings
from sphinx_recaps.registry.records_of_files import span_of
from sphinx_recaps.registry.related import Relations
from sphinx_recaps.transcripts.entries import entry_transcripts, transcripts_digest
from sphinx_recaps.transcripts.files import content_digest, spoken
from sphinx_recaps.transcripts.html import Excerpt, transcripts_html
from sphinx_recaps.transcripts.node import page_links, text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.catalogue.view import Row
    from sphinx_recaps.data.records import Entry
    from sphinx_recaps.registry.objects import NotedEntry
    from sphinx_recaps.registry.related import Relation

LONGEST_DESCRIPTION = 160  # characters; search engines cut what is longer


class Listed(NamedTuple):
    """An entry in its list: its record, its row, what the domain knows of it, and the name of its page."""

    entry: Entry
    row: Row
    noted: NotedEntry
    page: str


class EntryPageMaker:
    """Makes the pages of the entries whose list is on one page, ``docname``."""

    def __init__(self, site: Site, docname: str, entries: Sequence[NotedEntry]) -> None:
        self._site = site
        self._builder = site.builder
        self._language = site.builder.config.language
        self._docname = docname
        self._noted = {entry.anchor: entry for entry in entries}

    def pages(self) -> Iterator[GeneratedPage]:
        """Yield the pages."""
        doctree = self._builder.env.get_doctree(self._docname)
        for node in doctree.findall(catalogue):
            yield from self._pages_of(node)

    def _pages_of(self, node: catalogue) -> Iterator[GeneratedPage]:
        noted = [self._noted.get(anchor) for anchor in node["anchors"]]
        first = next((self._site.pages[one.path, one.id] for one in noted if one is not None), None)
        if first is None:
            return
        rows = Rows(self._builder, first, node)
        images: dict[int, list[nodes.image]] = defaultdict(list)
        for image in node.findall(nodes.image):
            images[image["entry"]].append(image)
        shown = [
            (number, Listed(entry, row, one, self._site.pages[one.path, one.id]))
            for number, (entry, row, one) in enumerate(zip(node.entries, rows, noted, strict=True))
            if one is not None
        ]
        pages = [one for _, one in shown]
        for (number, one), before, after in zip(shown, [None, *pages], [*pages[1:], None], strict=False):
            transcript = self._transcript(node, rows, one)
            yield self._page(rows, one, (before, after), self._media(first, images[number]), transcript)

    def _page(
        self,
        rows: Rows,
        shown: Listed,
        beside: tuple[Listed | None, Listed | None],
        media: Media | None,
        transcript: tuple[str, str],
    ) -> GeneratedPage:
        """Return the page of an entry; ``beside`` are those before and after it, ``transcript`` is HTML and text."""
        entry, row, noted, page = shown
        site = self._site
        noun = site.domain.kinds.noun(noted.kind)
        around = Surroundings(
            label=f"{capitalised(noun)} {row.mark}" if row.coded else capitalised(noun),
            noun=noun,
            role=rows.role(entry),
            abstract=abstract_html(row.abstract, site.schemes) if row.abstract else "",
            recordings=rows.parts(entry),
            part_of=[
                Name(one.title, site.entry(page, one.entry) if one.entry else None) for one in rows.recordings(entry)
            ],
            chapters=list(self._chapters(page, shown)),
            transcript=transcript[0],
            event=self._event(page, noted.event),
            facts=[*self._date(noted, entry), *rows.details(entry)],
            listed=Name(site.title(self._docname), f"{site.uri(page, self._docname)}#{noted.anchor}"),
            before=beside[0] and self._neighbour(page, beside[0]),
            after=beside[1] and self._neighbour(page, beside[1]),
            related=[self._related(page, noted.event, relation) for relation in site.relations.of(noted)],
            place=Place(noted.path, noted.line, edit_address(site.builder.config, noted.path, noted.line)),
            media=media,
            address=site.address(page),
        )
        names = [("player", row.player or around.recordings), ("transcript", transcript[0])]
        assets = " ".join(name for name, needed in names if needed)
        parents = site.parents(page, self._docname)
        context = {"recap_entry": assets, "parents": parents}
        body = page_html(row, around, self._language) + site.formats.citation(noted, entry, page)
        head = site.formats.head(noted, entry, page, parents, transcript[1])
        return GeneratedPage(
            page, row.title, self._description(row, around), body, f"{self._docname} {assets}", context, head
        )

    def _description(self, row: Row, around: Surroundings) -> str:
        """Return the description for search engines: the first sentences, or else kind, title, people and event.

        Kind and people are not repeated if the title names them, as in “Keynote by Ann Other”.
        """
        if row.summary:
            text = row.summary[0]
        else:
            names = [name.text for name in row.people if name.text not in row.title]
            is_named = around.noun.casefold() in row.title.casefold()
            text = row.title if is_named else labelled(around.label, row.title)
            text = listed([text, *names, around.event.text], self._language) if around.event.text else text
        return shortened(text, LONGEST_DESCRIPTION)

    def _date(self, noted: NotedEntry, entry: Entry) -> Iterator[tuple[str, Fact]]:
        """Yield the date of an entry, or the dates of its event, if they are known."""
        if span := span_of(self._site.domain, noted, entry):
            first, last = span
            if first == last:
                yield _("Date"), date_fact(first, self._language)
            else:
                yield _("Dates"), Fact(days(first, last, self._language))

    def _chapters(self, page: str, shown: Listed) -> Iterator[tuple[str, str, Name]]:
        """Yield the chapters of the recording of an entry, and the entries in it, with their times if known."""
        player = shown.row.player
        for start, title, part in chapters_of_entry(self._site.domain, shown.noted, shown.entry.chapters):
            if player or part is None:
                time = clock(start) if start is not None else ""
                uri = self._site.entry(page, part) if part else None
                yield time, player.watch_url(start) if player else "", Name(title, uri)

    def _transcript(self, node: catalogue, rows: Rows, shown: Listed) -> tuple[str, str]:
        """Return the transcripts of an entry as HTML, and what the first one says as text."""
        entry, row, noted, page = shown
        files, start, end, length = entry_transcripts(self._site.domain, entry, noted.event, node["transcripts"])
        if not files:
            return "", ""
        inside = rows.parts(entry)
        video = row.player or (inside[0][1] if len(inside) == 1 else None)
        chapters = chapters_of_entry(self._site.domain, noted, entry.chapters)
        timed = [(time, title) for time, title, _part in chapters if time is not None]
        excerpt = Excerpt(video, start, end, timed, length=length)
        found = spoken(self._builder.env, files)
        return transcripts_html(found, excerpt, page_links(self._builder, page)), text_of(found, excerpt)

    def _event(self, page: str, event: str) -> Name:
        """Return the event, linked to its page; without one, the title of its folder."""
        known = self._site.domain.objects.events.get(event)
        if known is not None:
            return Name(known.name, f"{self._site.uri(page, known.docname)}#{known.anchor}")
        index = f"{event}/index"
        if not event or index not in self._builder.env.found_docs:
            return Name("", None)
        return Name(self._site.domain.event_title(event), self._site.uri(page, index))

    def _neighbour(self, page: str, other: Listed) -> Name:
        return Name(other.row.title, self._site.uri(page, other.page))

    def _related(self, page: str, event: str, relation: Relation) -> tuple[Name, str]:
        """Return a related entry, linked, and a note: its kind, its event if that is another one, and the reason."""
        entry, people, topics = relation
        names = listed(people or topics, self._language)
        why = _("also with {names}") if people else _("also on {names}")
        kind = capitalised(self._site.domain.kinds.noun(entry.kind))
        where = [self._site.domain.event_title(entry.event)] if entry.event != event else []
        note = list_separator(self._language).join([kind, *where, why.format(names=names)])
        return Name(entry.title, self._site.entry(page, entry)), note

    def _media(self, page: str, images: Sequence[nodes.image]) -> Media | None:
        """Return the image of an entry in its full size, with its small version."""
        known = self._builder.env.images
        names = [known[image["uri"]][1] for image in images if image["uri"] in known]
        if not names or len(names) < len(images):
            return None
        folder = relative_uri(self._builder.get_target_uri(page), self._builder.imagedir)
        files = [
            (posixpath.join(folder, quote(name)), image["size"]) for name, image in zip(names, images, strict=True)
        ]
        src, (width, height) = files[0]
        several = ", ".join(f"{file} {size[0]}w" for file, size in reversed(files)) if len(files) > 1 else ""
        return Media(src, several, width, height)


class Site:
    """What the pages of all entries have in common."""

    def __init__(self, app: Sphinx, builder: StandaloneHTMLBuilder) -> None:
        self.builder = builder
        self.domain = recap_domain(app.env)
        self.pages = self.domain.written_entry_pages()
        self.relations = Relations(self.domain.objects)
        self.formats = EntryFormats(builder)
        self.schemes = allowed_schemes(builder.config.recap_link_schemes)
        self.uri = cache(self._uri)
        self.title = cache(self._title)
        self._env = app.env

    def homes(self) -> dict[str, list[NotedEntry]]:
        """Return the entries with pages, by the page with their list."""
        homes: dict[str, list[NotedEntry]] = defaultdict(list)
        for entry in self.domain.objects.entries:
            if (entry.path, entry.id) in self.pages:
                homes[entry.docname].append(entry)
        return homes

    def facts(self, docname: str, entries: Sequence[NotedEntry]) -> str:
        """Return a digest of everything that the pages of some entries show, besides the doctree of their list."""
        paths = [self.domain.named_paths(self.builder, kind) for kind in ("person", "topic")]
        shown: list[object] = [self._pictures.get(docname), self._copies]
        if shows_subtitles(self._env, docname) or any(entry.part_of for entry in entries):
            shown.append(self._people)  # anybody may speak
        for event in sorted({entry.event for entry in entries}):
            shown += (self.domain.event_title(event), self.domain.objects.events.get(event))
        for entry in entries:
            shown += (self.pages[entry.path, entry.id], [paths[0].get(name) for name in entry.people])
            shown.append([self.domain.names.person(name) for name in entry.people])
            shown.append([paths[1].get(name) for name in entry.topics])
            whole = recordings(self.domain, entry.event, entry.part_of)
            shown += (*whole, *(content_digest(self._env, one.subtitles) for one in whole))
            shown += ((part, self.domain.place_of(part)) for part in parts(self.domain, entry))
            for other, people, topics in self.relations.of(entry):
                event = self.domain.event_title(other.event)
                shown += (other.title, other.kind, event, self.domain.place_of(other), people, topics)
        return digest(repr(shown))

    @cached_property
    def _people(self) -> str:
        return digest(repr(self.domain.named_paths(self.builder, "person")))

    @cached_property
    def _pictures(self) -> dict[str, list[str]]:
        pictures: dict[str, list[str]] = defaultdict(list)
        for path, (docnames, name) in sorted(self.builder.env.images.items()):
            for docname in docnames:
                pictures[docname].append(f"{path} {name}")
        return pictures

    @cached_property
    def _copies(self) -> str:
        """The file with recorded copies of links."""
        file = self.builder.srcdir / self.builder.config.recap_links if self.builder.config.recap_links else None
        return file.read_text(encoding="utf-8", errors="replace") if file and file.is_file() else ""

    def _uri(self, page: str, other: str) -> str:
        return self.builder.get_relative_uri(page, other)

    def entry(self, page: str, entry: NotedEntry) -> str:
        """Return the address of an entry, relative to a page."""
        target, anchor = self.domain.place_of(entry)
        return f"{self.uri(page, target)}#{anchor}" if anchor else self.uri(page, target)

    def _title(self, docname: str) -> str:
        return self._env.titles[docname].astext()

    def address(self, page: str) -> str:
        """Return the address of a page, as that page links to itself."""
        target = self.builder.get_target_uri(page)
        return posixpath.join(self.builder.config.html_baseurl, target) if self.builder.config.html_baseurl else "#"

    def parents(self, page: str, docname: str) -> list[dict[str, str]]:
        """Return the way to a page from the top, as in the context of templates: down to the page with the list."""
        way, seen = [docname], {docname, self.builder.config.root_doc}
        while (above := (self.builder.relations.get(way[-1]) or [None])[0]) and above not in seen:
            way.append(above)
            seen.add(above)
        return [{"link": self.uri(page, one), "title": escape(self.title(one))} for one in reversed(way)]


@collection_paused()
def _write_pages(app: Sphinx, read: Collection[str]) -> None:
    """Write the pages that are missing or outdated, and remove those of entries that are gone.

    ``read`` are the pages that this build has read, also because this code has changed.
    """
    builder = app.builder
    if not isinstance(builder, StandaloneHTMLBuilder):
        return
    site = Site(app, builder)
    manifest, lists = OutputManifest(builder, "entries"), OutputManifest(builder, "entry lists")
    common = (
        digest(app.extensions["sphinx_recaps"].version, project_digest(app.env), common_inputs_digest(builder))
        if site.pages
        else ""
    )
    newest = newest_template(builder)
    writer = PageWriter(builder)
    for docname, entries in site.homes().items():
        state = digest(common, site.domain.data["contents"].get(docname, ""), site.facts(docname, entries))
        names = [site.pages[entry.path, entry.id] for entry in entries]
        files = {name: builder.get_output_path(name) for name in names}
        if lists.is_unchanged(docname, state) and docname not in read and manifest.keep(files, newest):
            continue
        for page in EntryPageMaker(site, docname, entries).pages():
            content = digest(common, page.title, page.description, page.body, repr(page.context), page.head)
            if not manifest.is_current(page.name, content, files[page.name], newest):
                writer.write(page)
    remove_stale(builder, manifest)
    manifest.save()
    lists.save()


def _note_contents(app: Sphinx, doctree: nodes.document) -> None:
    """Note what the lists of a page contain, after translation."""
    lists = list(doctree.findall(catalogue)) if app.config.recap_entry_pages else []
    if lists:
        shown = [
            (
                *([*map(record_values, node.entries)], node["anchors"], node["former"], node["tones"]),
                sorted(node["words"].items()),
                transcripts_digest(app.env, node["transcripts"]),
            )
            for node in lists
        ]
        recap_domain(app.env).note_contents(digest(repr(shown)))


class _Build:
    """Writes the pages when Sphinx asks for further pages, and notes which pages it has read before."""

    def __init__(self) -> None:
        self._read: list[str] = []

    def note_read(self, _app: Sphinx, _env: BuildEnvironment, docnames: list[str]) -> None:
        """Note which pages are read."""
        self._read = docnames

    def collect_pages(self, app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
        """Return no pages: they are written already."""
        _write_pages(app, self._read)
        return []


def setup_entry_pages(app: Sphinx) -> None:
    """Set up the pages, their style and script."""
    app.connect("doctree-read", _note_contents)
    build = _Build()
    app.connect("env-before-read-docs", build.note_read)
    app.connect("html-collect-pages", build.collect_pages)
    add_assets(app, lambda _name, context, _doctree: "recap_entry" in context, "recap-tones.css", "recap-entry.css")
    add_assets(
        app,
        lambda _name, context, _doctree: "player" in context.get("recap_entry", ""),
        "recap-video.css",
        "recap-video.js",
    )
