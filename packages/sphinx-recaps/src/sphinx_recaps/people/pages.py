"""The pages *People* and *Topics* as HTML, within the page template of the theme."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from html import escape
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.util.osutil import relative_uri

from sphinx_recaps.core.assets import add_assets
from sphinx_recaps.core.garbage_collection import collection_paused
from sphinx_recaps.core.language import list_separator, number, script_name
from sphinx_recaps.core.messages import _, capitalised, labelled
from sphinx_recaps.core.page_frames import GeneratedPage
from sphinx_recaps.core.templates import render
from sphinx_recaps.incremental.generated_pages import write_generated
from sphinx_recaps.people.about import About
from sphinx_recaps.publish.feeds import name_feeds
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.index_plan import CHINESE, NAMES, OTHER, initial, writes_indices
from sphinx_recaps.registry.index_settings import index_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.index_plan import IndexPage, Plan, Section
    from sphinx_recaps.registry.objects import NotedEntry

MIN_FOR_FILTER = 12  # names; a shorter page needs no filter


class EntryLines:
    """The line of each entry, cached because an entry is listed for each of its people and topics."""

    def __init__(self, builder: StandaloneHTMLBuilder, domain: RecapDomain) -> None:
        self._builder = builder
        comma = list_separator(builder.config.language)
        noun = domain.kinds.noun
        self._note = cache(lambda kind, event: escape(f"{capitalised(noun(kind))}{comma}{domain.event_title(event)}"))
        self._target = cache(lambda docname: escape(self._target_of(docname)))
        self._place_of = domain.place_of
        self._titles = Counter(entry.title for entry in domain.objects.entries)
        self._comma = comma
        self._cache: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)

    def of(self, entries: Sequence[NotedEntry], up: str) -> str:
        """Return the lines of entries as HTML; ``up`` is the relative path from the page to the root of the site."""
        cached = self._cache[up]
        lines = []
        for entry in entries:
            place = entry.docname, entry.anchor
            line = cached.get(place)
            if line is None:
                line = cached[place] = self._line(entry, up)
            lines.append(line)
        return "".join(lines)

    def _line(self, entry: NotedEntry, up: str) -> str:
        page, anchor = self._place_of(entry)
        address = (
            f"{up}{self._target(page)}#{anchor}" if anchor else f"{up}{escape(self._builder.get_target_uri(page))}"
        )
        title, note = escape(entry.title), self._note(entry.kind, entry.event)
        # Screen readers can list the links of a page without their context, so equal titles need different names.
        label = f' aria-label="{title}{self._comma}{note}"' if self._titles[entry.title] > 1 else ""
        return f'<dd><a href="{address}"{label}>{title}</a> <span>{note}</span></dd>\n'

    def _target_of(self, docname: str) -> str:
        target = self._builder.get_target_uri(docname)
        if target.startswith("#"):  # singlehtml: all pages are in one file
            return f"{self._builder.config.root_doc}{self._builder.out_suffix}"
        return target


class IndexWriter:
    """Writes the pages of one index; ``feeds`` are the paths of feeds by kind and name."""

    def __init__(
        self,
        builder: StandaloneHTMLBuilder,
        domain: RecapDomain,
        kind: str,
        lines: EntryLines,
        feeds: Mapping[tuple[str, str], str],
    ) -> None:
        self.kind = kind
        self.plan: Plan = domain.plan(kind)
        self.title = index_title(builder.config, kind)
        self._builder = builder
        self._language = builder.config.language
        self._lines = lines
        self._about = About(domain, kind, self._language)
        self._feeds = feeds
        self._target = cache(builder.get_target_uri)
        self._uri = cache(self._uri_of)
        self._next = {
            (section.name, section.part - 1): (page.name, section.anchor)
            for page in self.plan.pages
            for section in page.sections
            if section.part > 1
        }

    def pages(self) -> Iterator[GeneratedPage]:
        """Yield each page."""
        total = self._about.count(self.plan.places)
        for page in self.plan.pages:
            title = labelled(self.title, self._label(page.label)) if page.label else self.title
            count = self._about.count({section.name for section in (*page.sections, *page.moved)})
            scope = _("All {names}").format(names=total)
            if page.label:
                scope = _("{names} of {total}").format(names=count, total=self._number(self.plan.count))
            description = (
                _("{names}, each with all that they appear in.") if page.sections else _("{names}, by initial.")
            )
            variant = "part" if self.plan.split else "all"
            body = self._page(page, title, scope)
            yield GeneratedPage(
                page.name, title, description.format(names=scope), body, variant, {"recap_index": variant}
            )

    def _number(self, value: int) -> str:
        return number(value, self._language)

    def _label(self, label: str) -> str:
        """Return the displayed label of a page or group: letters, or the name of a script."""
        if label == OTHER:
            return _("Other")
        if label == CHINESE:
            return _("Chinese characters")
        return script_name(label, self._language)

    @collection_paused()
    def _page(self, page: IndexPage, title: str, count: str) -> str:
        groups = [
            (label, f"letter-{address}", list(members))
            for (address, label), members in groupby(page.sections, key=lambda section: initial(section.key))
        ]
        if self.plan.split:
            groups = [("", "", list(page.sections))] if page.sections else []
        shown = {section.name for section in page.sections or page.moved}
        names = self._about.count(shown)
        context = {
            "id": self.plan.name,
            "kind": self.kind,
            "title": title,
            "count": count,
            "pages": self._letters(page) if self.plan.split or self.kind == "person" else [],
            "names": list(self._names(page)),
            "find": _("Find in {entries}").format(entries=names) if len(shown) >= MIN_FOR_FILTER else "",
            "found": _("{found} of {entries}").format(found="{found}", entries=names),
            "navigation": _("{names} by initial").format(names=self.title),
            "overview": _("{names} at a glance").format(names=self.title),
            "up": _("All letters") if self.plan.split or self.kind == "person" else _("All topics"),
            "groups": [
                (self._label(label), letter, "".join(self._sections(page.name, members)))
                for label, letter, members in groups
            ],
        }
        return render(self._builder, "recap-index.html", context)

    def _letters(self, page: IndexPage) -> list[tuple[str, str, str, bool]]:
        """Return links to the letters of a page, or to the pages by initial: label, address, number, is current."""
        if not self.plan.split:
            letters = Counter(initial(section.key) for section in page.sections)
            return [
                (self._label(label), f"#letter-{address}", self._number(count), False)
                for (address, label), count in letters.items()
            ]
        numbers = page is self.plan.pages[0]
        return [
            (
                self._label(other.label),
                self._uri(page.name, other.name),
                self._number(len({section.name for section in other.sections})) if numbers else "",
                other is page,
            )
            for other in self.plan.pages
            if other.sections
        ]

    def _names(self, page: IndexPage) -> Iterator[tuple[str, str, str, str, Sequence[tuple[str, str]]]]:
        """Yield the names in the overview of a page: name, anchor, address, number of entries, other spellings.

        These are names that moved to other pages and, on an undivided page of topics, all topics.
        """
        for section in page.moved:
            place = self.plan.places[section.name]
            address = f"{self._uri(page.name, place.page)}#{place.anchor}"
            yield section.name, section.anchor, address, "", section.also
        if self.kind == "topic" and not self.plan.split and len(page.sections) > 1:
            for section in page.sections:
                yield section.name, "", f"#{section.anchor}", self._number(len(section.entries)), ()

    def _sections(self, page: str, sections: Sequence[Section]) -> Iterator[str]:
        """Yield the HTML of each name with its entries; a template would need five times as long."""
        up = "../" * self._target(page).count("/")
        link_text, more_text = _("Link to {name}"), _("More of {name}")
        for section in sections:
            name, anchor, part = section.name, section.anchor, section.part
            full = _("{name} (continued)").format(name=name) if part > 1 else name
            title = escape(full)
            link_title = escape(link_text.format(name=full))
            link = f'<a class="headerlink" href="#{anchor}" title="{link_title}">#</a>'
            following = self._next.get((name, part))
            more = ""
            if following:
                uri = escape(f"{self._uri(page, following[0])}#{following[1]}")
                more = f'\n<dd><a href="{uri}">{escape(more_text.format(name=full))}</a></dd>'
            link += self._feed(name, up) if part == 1 else ""
            lines = f"{self._about.below(section)}{self._lines.of(section.entries, up)}{more}"
            yield f'\n<div>\n<dt id="{anchor}">{title}{self._about.beside(section)}{link}</dt>\n{lines}\n</div>'

    def _feed(self, name: str, up: str) -> str:
        """Return a link to the feed of a name; '' if it has none."""
        feed = self._feeds.get((self.kind, name))
        if not feed:
            return ""
        text = _("Feed")
        return f' <a href="{up}{quote(feed)}" aria-label="{escape(labelled(text, name))}">{escape(text)}</a>'

    def _uri_of(self, page: str, target: str) -> str:
        return relative_uri(self._target(page), self._target(target)) or f"#{self.plan.name}"


def _write_pages(app: Sphinx) -> None:
    """Write the pages that are missing or outdated."""
    builder = app.builder
    if writes_indices(builder):
        domain = recap_domain(app.env)
        lines, feeds = EntryLines(builder, domain), name_feeds(builder, domain)
        indices = (IndexWriter(builder, domain, kind, lines, feeds) for kind in NAMES)
        write_generated(builder, "pages", chain.from_iterable(index.pages() for index in indices))


def _collect_pages(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Write the pages when Sphinx asks for further pages; it has none to write itself."""
    _write_pages(app)
    return []


def _write_beside_single_page(app: Sphinx, exception: Exception | None) -> None:
    """Write the pages for ``singlehtml``, which does not collect pages."""
    if isinstance(app.builder, SingleFileHTMLBuilder) and not exception:
        _write_pages(app)


def _is_divided(_name: str, context: dict[str, Any], _doctree: nodes.document | None) -> bool:
    return context.get("recap_index") == "part"


def setup_index_pages(app: Sphinx) -> None:
    """Set up the pages, their style and script."""
    app.connect("html-collect-pages", _collect_pages)
    app.connect("build-finished", _write_beside_single_page)
    files = ("recap-index.css", "recap-index-filter.js")
    add_assets(app, lambda _name, context, _doctree: "recap_index" in context, *files)
    add_assets(app, _is_divided, "recap-index.js")
