"""What can be found: each entry and each text page of a project, as HTML for Pagefind.

The HTML comes from the pages that the builder wrote, so that everything on them can be found: also the paragraphs of an
abstract or of a transcript. An element with an id becomes a place within a result.
"""

from __future__ import annotations

import json
import re
from fnmatch import fnmatch
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.core.html_text import escape
from sphinx_recaps.core.language import language_name
from sphinx_recaps.core.messages import capitalised
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.records_of_files import date_of, files_with_records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.data.records import Entry
    from sphinx_recaps.registry.objects import NotedEntry

START, END = "<!--recap-text-->", "<!--/recap-text-->"  # around the text of each page, whatever the theme
# An element before the text of an entry. Its id contains what a result shows: Pagefind would index any other metadata,
# which would double the size of the index. The same in recap-search-worker.js.
ABOUT = "recap-about:"
# The parts of pages that are not found: those that repeat or link other parts, and those of every page.
EXCLUDED = (
    *("script", "style", "svg", "nav", "form", "footer", ".headerlink", ".toctree-wrapper", ".footnote-list"),
    *(".archived-copy", ".recap-wall", ".recap-status", ".recap-index"),
    *(".recap-page-head", ".recap-page-facts", ".recap-page-links", ".recap-page-related", ".recap-page-colophon"),
    *(".recap-page > h2:not([id])", ".recap-cite", ".recap-video-address", ".recap-video-play", ".recap-video-title"),
    *(".recap-skip", ".recap-transcript-about"),
)
_HEADERLINK = re.compile(r'<a class="headerlink".*?</a>', re.DOTALL)
_SECTION = re.compile(r'<section(?= )[^>]*? id="([^"]*)"[^>]*>((?:\s*<span id="[^"]*"></span>)*\s*)<h([1-6])>')
_TIME = re.compile(r'(<p id="[^"]*" data-line="\d+">)(?:<a [^>]*>[\d:.]+</a>|[\d:.]+) ')  # before what was said
_ITEM = re.compile(r'<li(?: id="([^"]*)")? class="recap-entry')
# What is found of an entry in a list, besides its title and names.
_IN_ITEM = re.compile(
    r'<p class="recap-(?:facts|summary|note)">.*?</p>|<div class="recap-abstract">.*?</div>', re.DOTALL
)
_ENDS = ('<dl class="recap-page-facts">', '<nav class="recap-page-neighbours"')
_DRAWING = re.compile(r"<svg.*?</svg>", re.DOTALL)
_SPACE = re.compile(r"\s")
_LIST_END = re.compile(r"</ol>\s*</div>")
NAMES = ("person", "topic")


class Found(NamedTuple):
    """What can be found: its address relative to the root of the site, its title, HTML, and values by filter."""

    url: str
    title: str
    body: str
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def html(self, facets: Collection[str]) -> str:
        """Return a page for Pagefind, with some of the filters."""
        meta = f'<meta data-pagefind-meta="title[content]" content="{escape(self.title)}">'
        filters = "".join(
            f'<meta data-pagefind-filter="{name}[content]" content="{escape(value)}">'
            for name, values in self.filters
            if name in facets
            for value in values
        )
        return f"<html><head>{meta}{filters}</head><body>{self.body}</body></html>"


class Records:
    """The records of a built project."""

    def __init__(self, app: Sphinx, builder: StandaloneHTMLBuilder) -> None:
        self._app = app
        self._builder = builder
        self._domain = recap_domain(app.env)
        self._language: str = builder.config.language
        self._event = cache(self._domain.event_title)
        self._kind = cache(lambda kind: capitalised(self._domain.kinds.noun(kind)))
        self._named = cache(lambda code: language_name(code, self._language))
        self._paths = {kind: self._domain.named_paths(builder, kind) for kind in NAMES}

    def group(self, name: str) -> Iterator[Found]:
        """Yield the records of a group of results: ``entries``, ``pages`` or ``apart``."""
        return self._entries() if name == "entries" else self._text_pages(apart=name == "apart")

    def _entries(self) -> Iterator[Found]:
        """Yield a record for each entry."""
        pages = self._domain.written_entry_pages()
        items = lru_cache(maxsize=4)(lambda page: _split(self._text(page))[1])  # neighbours are mostly on one page
        for file in files_with_records(self._app.env):
            for noted, entry in file.entries:
                page, anchor = self._domain.place_of(noted)
                if (noted.path, noted.id) in pages:
                    text = _without_facts(self._text(page))
                else:
                    text = "".join(_IN_ITEM.findall(items(page).get(anchor, "")))
                url = self._builder.get_target_uri(page) + (f"#{anchor}" if anchor else "")
                yield Found(url, noted.title, self._body(noted, text), self._filters(noted, entry))

    def _text_pages(self, apart: bool) -> Iterator[Found]:
        """Yield a record for each text page; ``apart`` are those that ``recap_search_apart`` names."""
        patterns: Sequence[str] = self._builder.config.recap_search_apart
        env = self._app.env
        for name in sorted(env.found_docs):
            is_hidden = {"nosearch", "no-search"} & env.metadata[name].keys()
            if not is_hidden and any(fnmatch(name, pattern) for pattern in patterns) == apart:
                title = env.titles[name].astext() if name in env.titles else name
                body = _about({"note": self._folder(name)}) + _with_places(_split(self._text(name))[0])
                yield Found(self._builder.get_target_uri(name), title, body)

    def _folder(self, name: str) -> str:
        """Return the title of the event of a page, '' without one."""
        event = next((slug for slug in self._domain.objects.events if slug and name.startswith(f"{slug}/")), "")
        return self._event(event) if event and self._domain.objects.events[event].docname != name else ""

    def _text(self, page: str) -> str:
        """Return the text of a written page as HTML."""
        try:
            html = self._builder.get_output_path(page).read_text(self._builder.config.html_output_encoding)
        except OSError:
            return ""
        return html.partition(START)[2].rpartition(END)[0]

    def _filters(self, noted: NotedEntry, entry: Entry) -> tuple[tuple[str, tuple[str, ...]], ...]:
        date = date_of(self._domain, noted, entry)
        event = self._event(noted.event)
        return (
            ("kind", (self._kind(noted.kind),)),
            ("event", (event,) if event else ()),
            ("year", (str(date.year),) if date else ()),
            ("topic", tuple(dict.fromkeys(noted.topics))),
            ("person", self._domain.names.one("person", noted.people)),
            ("language", (self._named(entry.language or self._language),)),
        )

    def _body(self, noted: NotedEntry, text: str) -> str:
        """Return what is found of an entry: its title, names, mark, topics, kind and text."""
        people = self._domain.names.one("person", noted.people)
        names = {
            typ: [[name, self._paths[typ].get(name, "")] for name in some]
            for typ, some in (("person", people), ("topic", noted.topics))
        }
        kind, event = self._kind(noted.kind), self._event(noted.event)
        also = [other for name in people for other in self._domain.names.also("person", name)]
        return (
            f"<h1>{escape(noted.title)}</h1>"
            f'<p data-pagefind-weight="7">{escape(", ".join(dict.fromkeys([*noted.people, *people, *also])))}</p>'
            f'<p data-pagefind-weight="2">{escape(" · ".join([noted.id, *noted.topics]))}</p>'
            f'<p data-pagefind-weight="0.2">{escape(kind)}</p>'
            f"{_about({'kind': kind, 'event': event, **names})}{_with_places(text)}"
        )


def _split(text: str) -> tuple[str, dict[str, str]]:
    """Return the HTML of a page without the entries in its lists, and that of each entry, by its anchor."""
    found = list(_ITEM.finditer(text))
    starts = [*(match.start() for match in found), len(text)]
    parts = [text[: starts[0]]]
    items = {}
    for match, next_start in zip(found, starts[1:], strict=True):
        list_end = _LIST_END.search(text, match.end(), next_start)
        end = list_end.start() if list_end else next_start
        items[match[1]] = text[match.start() : end]
        parts.append(text[end:next_start])
    return "".join(parts), items


def _without_facts(text: str) -> str:
    """Return the text of the page of an entry without what is never found: less is faster, and needs less memory."""
    end = next((place for start in _ENDS if (place := text.rfind(start)) >= 0), len(text))
    return _DRAWING.sub("", text[:end])


def _with_places(text: str) -> str:
    """Return HTML in which headings have the ids of their sections, without times and links to headings."""
    return _SECTION.sub(r'<section>\2<h\3 id="\1">', _TIME.sub(r"\1", _HEADERLINK.sub("", text)))


def _about(facts: Mapping[str, object]) -> str:
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    text = _SPACE.sub(lambda space: f"\\u{ord(space[0]):04x}", text)  # Pagefind removes spaces from ids
    return f'<div id="{escape(ABOUT + text)}"></div>'
