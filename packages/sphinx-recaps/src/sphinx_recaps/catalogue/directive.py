"""The ``catalogue`` directive: a data file as a list, which is complete in HTML and which a script makes filterable.

One node holds the records of a list. HTML is written directly from it; for every other builder, it is replaced by
standard nodes before references are resolved. So the doctrees of an archive with 20,000 entries stay small.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from docutils.parsers.rst import directives

from sphinx_recaps.catalogue.cover import sprite
from sphinx_recaps.catalogue.html import EntryStyle, wall
from sphinx_recaps.catalogue.nodes import CatalogueInBooks
from sphinx_recaps.catalogue.view import Rows, catalogue
from sphinx_recaps.catalogue.words import words_of
from sphinx_recaps.core.assets import add_page_assets, contains
from sphinx_recaps.core.did_you_mean import with_lookalike_notes
from sphinx_recaps.core.html_text import breakable, escape
from sphinx_recaps.core.language import number
from sphinx_recaps.core.link_schemes import allowed_schemes
from sphinx_recaps.core.messages import _
from sphinx_recaps.core.options import CLASS, NAME, Option, RecapDirective, Usage, choice, flag
from sphinx_recaps.core.slugs import plain, slug
from sphinx_recaps.core.templates import render
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.records import Catalogue
from sphinx_recaps.data.value_places import line_of
from sphinx_recaps.data.video_reference import player_of
from sphinx_recaps.images.copies import copies_in, local_copy
from sphinx_recaps.images.local import find_image
from sphinx_recaps.registry.data_directive import data_file, free_id, read_source
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.objects import natural
from sphinx_recaps.registry.records_of_files import note_records, packed
from sphinx_recaps.registry.topic_tones import counted_topics, tones_of
from sphinx_recaps.transcripts.entries import note_transcripts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

    from sphinx_recaps.data.records import Entry
    from sphinx_recaps.registry.data_directive import Source
    from sphinx_recaps.registry.kinds import Kinds

CHIPS = 12  # topics shown as buttons; the script shows the others on request
CHIPS_ON_PHONES = 4  # on narrow screens, recap-catalogue.css hides further ones until the reader asks for all
_PLACEHOLDER = re.compile("recap0entries0[0-9]+0")
MIN_FOR_CONTROLS = 12  # entries; a shorter list needs no search or filter


ORDERS: dict[str, Any] = {
    "code": lambda entry: natural(entry.id),
    "title": lambda entry: natural(plain(entry.title)),
    "topic": lambda entry: (not entry.topics, plain(entry.topics[0]) if entry.topics else "", natural(entry.id)),
}


def count(argument: str) -> int:
    """Convert the option ``limit``."""
    if re.fullmatch(r"\s*0*[1-9][0-9]{0,5}\s*", argument or ""):
        return int(argument)
    raise ValueError(f"{argument!r} is not a number of entries; write 1 or more, such as 6")


def heading_level(argument: str) -> int:
    """Convert the option ``heading-level``."""
    if re.fullmatch(r"\s*[2-6]\s*", argument or ""):
        return int(argument)
    raise ValueError(f"{argument!r} is not a level of a heading; write a number from 2 to 6")


OPTIONS = {
    "topic": Option(
        directives.unchanged_required,
        "Shows only entries of one topic.",
        write="a topic of the file",
        example="Distributed Training",
    ),
    "person": Option(
        directives.unchanged_required,
        "Shows only entries with one person.",
        write="a person of the file",
        example="Jeffrey Mew",
    ),
    "limit": Option(count, "Shows only the first entries.", write="how many, 1 or more", example="6", default="all"),
    "sort": choice(ORDERS, "The order of the entries.", default="that of the file"),
    "compact": flag("Shows titles, people and dates alone."),
    "wall": flag("Shows a wall of tiles above the list, one for each entry, in the colours of the topics."),
    "no-pages": flag("Gives the entries no pages of their own: everything about them is in the list."),
    "heading-level": Option(
        heading_level,
        "The level of the headings.",
        write="a number from 2 to 6",
        example="4",
        default="one below the heading above",
    ),
    "name": NAME,
    "class": CLASS,
}


class CatalogueDirective(RecapDirective):
    """The entries of a data file, or some of them."""

    usage = Usage(
        f"The entries of a data file, such as posters, as a list; one of {MIN_FOR_CONTROLS} and more readers can "
        "search and filter. Without JavaScript, in print and in books it is the whole list.",
        data_file("posters.yaml"),
        OPTIONS,
    )

    def run(self) -> list[nodes.Node]:
        """Return the node of the list; nothing if its file cannot be used."""
        source = read_source(self, Catalogue, RecapWarning.CATALOGUE)
        if source is None:
            return []
        if not source.content.entries:
            return [self._empty_note(source)]
        records = note_records(self.env, source.name, source.content)
        entries = self._selected(source)
        node = catalogue("", classes=self.options.get("class", []), words={}, kind=source.content.kind)
        self.set_source_info(node)
        node["records"] = records if entries == source.content.entries else packed(entries)
        node["tones"] = tones_of(source.content.entries)
        node["path"], node["event"], node["level"] = source.name, source.event, self.options.get("heading-level", 0)
        node["compact"], node["wall"] = "compact" in self.options, "wall" in self.options
        node["order"] = self.options.get("sort") or _order_of(entries)
        node["player"] = any(player_of(entry.video) for entry in entries) and not node["compact"]
        node["transcripts"] = note_transcripts(self.env, entries, source.name)
        self._set_ids(node, len(entries))
        self._set_anchors(node, entries, source)
        node.extend(self._images(entries, source))
        return [node]

    def _empty_note(self, source: Source[Catalogue]) -> nodes.paragraph:
        """Return the text for a file without entries."""
        text = _("No {nouns} yet.").format(nouns=recap_domain(self.env).kinds.nouns(source.content.kind))
        note = nodes.paragraph(text, text, classes=["recap-empty", *self.options.get("class", [])])
        note["translatable"] = False  # it is already translated
        self.set_source_info(note)
        self.add_name(note)
        return note

    def _report(self, message: str, *, lost: bool = False) -> None:
        report(RecapWarning.CATALOGUE, f"catalogue: {message}", self.get_location(), lost=lost)

    def _selected(self, source: Source[Catalogue]) -> tuple[Entry, ...]:
        """Return the entries that the options select, in the specified order."""
        entries = list(source.content.entries)
        for option, field in (("topic", "topics"), ("person", "people")):
            if option in self.options:
                one = recap_domain(self.env).names.one
                names = {name for entry in source.content.entries for name in one(option, getattr(entry, field))}
                name = self._match_name(option, names, source.name)
                entries = [entry for entry in entries if name is None or name in one(option, getattr(entry, field))]
        if not entries:
            self._report(f"no entry of {source.name} is left to show; remove the option topic or person")
        if "sort" in self.options:
            entries.sort(key=ORDERS[self.options["sort"]])
        return tuple(entries[: self.options.get("limit")])

    def _match_name(self, option: str, names: set[str], path: str) -> str | None:
        """Return the name in the file that matches an option; otherwise, warn with similar names and return None."""
        (query,) = recap_domain(self.env).names.one(option, [" ".join(self.options[option].split())])
        by_key = {name.casefold(): name for name in sorted(names)}
        if query.casefold() in by_key:
            return by_key[query.casefold()]
        near = [by_key[key] for key in get_close_matches(query.casefold(), by_key, n=3, cutoff=0.5)]
        suggestion = (
            "did you mean " + ", ".join(with_lookalike_notes(query, near)) + "?"
            if near
            else "it has " + ", ".join(sorted(names)[:5])
        )
        hint = suggestion if names else f"none of its entries has a {option}; remove the option"
        self._report(f"there is no {option} {query!r} in {path}; {hint}")
        return None

    def _set_ids(self, node: catalogue, total: int) -> None:
        """Give the list a unique id, for its controls and for links with a filter."""
        lists = cast("Counter[str]", self.env.current_document.setdefault("recap_lists", Counter()))
        lists[node["kind"]] += 1
        node["number"] = lists[node["kind"]]
        self.add_name(node)
        if not node["ids"]:
            node["ids"] = [free_id(self, f"catalogue-{node['kind']}", node)]
        filterable = 0 if node["compact"] else total  # a compact list has no topics
        recap_domain(self.env).note_list(node["path"], node["ids"][0], filterable)

    def _set_anchors(self, node: catalogue, entries: Sequence[Entry], source: Source[Catalogue]) -> None:
        """Give each entry an anchor, once on each page, and register it in the domain."""
        page_anchors = cast("dict[tuple[str, str], str]", self.env.current_document.setdefault("recap_shown", {}))
        registered: dict[str, Entry] = {}
        anchors, targets = [], []
        for entry in entries:
            target = page_anchors.get((source.name, entry.id))
            anchor = ""
            if target is None:
                target = anchor = free_id(self, slug(f"{node['kind']}-{entry.id}"), node)
                page_anchors[source.name, entry.id] = anchor
                registered[anchor] = entry
            anchors.append(anchor)
            targets.append(target)
        node["anchors"], node["targets"] = anchors, targets
        node["former"] = {
            anchor: [
                free_id(self, former, node)
                for name in entry.was
                if "/" not in name and (former := slug(f"{node['kind']}-{name}")) not in self.state.document.ids
            ]
            for anchor, entry in registered.items()
            if entry.was
        }
        paged = "no-pages" not in self.options
        recap_domain(self.env).note_entries(registered, node["kind"], source.event, source.name, paged=paged)

    def _images(self, entries: Sequence[Entry], source: Source[Catalogue]) -> Iterable[nodes.image]:
        """Yield the images of entries: files of the project, and local copies of images on other hosts."""
        folder = source.name.rpartition("/")[0]
        for position, entry in enumerate(entries):
            if not entry.image:
                continue
            for uri, card in self._files(entry.image, folder):
                try:
                    image_file = find_image(self.env, uri)
                except ValueError as error:
                    where = f"{source.name}:{line_of(entry, 'image')}"
                    report(RecapWarning.IMAGE, f"catalogue: {entry.id}: {error}", where, lost=True)
                    continue
                image = nodes.image(uri, uri=image_file.uri, alt="", entry=position, card=card)  # Rows has the alt text
                image["size"] = (image_file.width, image_file.height)
                image.source, image.line = str(source.path), line_of(entry, "image") or None
                yield image

    def _files(self, image: str, folder: str) -> Iterable[tuple[str, bool]]:
        """Yield the URIs of the files of an image, each with whether it is the small version for lists."""
        if "://" not in image:
            yield (image if image.startswith("/") else f"/{folder}/{image}".replace("//", "/")), False
        elif copy := local_copy(self.env, folder, image):
            yield f"/{copies_in(folder)}/{copy.file}", False
            yield f"/{copies_in(folder)}/{copy.card.file}", True


def _order_of(entries: Sequence[Entry]) -> str:
    """Return the order of the entries in a file: ``code`` if sorted by code, otherwise ``listed``."""
    codes = [natural(entry.id) for entry in entries]
    return "code" if codes == sorted(codes) else "listed"


def visit_catalogue(self: HTML5Translator, node: catalogue) -> None:
    """Write the whole list without visiting its children; on a page, :func:`_complete` inserts its entries."""
    topics = counted_topics(node.entries)
    total, language = len(node.entries), self.config.language
    kinds = recap_domain(self.builder.env).kinds
    level, schemes = min(6, node["level"] or self.section_level + 1), allowed_schemes(self.config.recap_link_schemes)
    style = EntryStyle(level, kinds.noun(node["kind"]), node["compact"], language, schemes)
    displayed = Rows(self.builder, self.builder.current_docname, node)
    rows = list(displayed)
    entries = "".join(map(style.html, rows))
    if self.settings is self.builder.docsettings:  # otherwise, an extension renders a part of a page for its own use
        node["html"], entries = entries, _placeholder(node)
    context = {
        "node": node,
        "sprite": sprite() if _first_with_covers(self.document) is node else "",
        "wall": wall(rows) if node["wall"] else "",
        "entries": entries,
        "words": words_of(node, len(topics), kinds, language, controls=total >= MIN_FOR_CONTROLS),
        "chips": [
            (topic, breakable(topic), number(count, language), node["tones"].get(topic, "none"))
            for topic, count in islice(topics.items(), CHIPS)
        ],
        "choices": displayed.choices(),
        "topics": len(topics),
        "more": len(topics) > CHIPS_ON_PHONES,
        "controls": total >= MIN_FOR_CONTROLS,
        "orders": [name for name in ("listed", *ORDERS) if name != "listed" or node["order"] == name],
    }
    self.body.append(render(self.builder, "recap-catalogue.html", context))
    raise nodes.SkipNode


def setup_catalogue(app: Sphinx) -> None:
    """Set up the directive, its node, style and script."""
    app.add_node(catalogue, html=(visit_catalogue, None))
    app.add_directive("catalogue", CatalogueDirective)
    app.add_post_transform(CatalogueInBooks)
    app.connect("doctree-read", _mark_sections)
    app.connect("html-page-context", _complete, priority=1)  # before other handlers read the content of the page
    add_page_assets(app, _has_player, "recap-video.css", "recap-video.js")
    files = ("recap-tones.css", "recap-catalogue.css", "recap-catalogue.js")
    add_page_assets(app, contains(catalogue), *files)


def _mark_sections(_app: Sphinx, doctree: nodes.document) -> None:
    """Give each section that begins with a list a class, by which style sheets can make its heading smaller.

    With ``:has()``, Chromium would first show the heading in its usual size while a page loads, and then move the list.
    """
    for node in doctree.findall(catalogue):
        above = node.parent[: node.parent.index(node)]
        if isinstance(node.parent, nodes.section) and all(
            isinstance(one, (nodes.title, nodes.target)) for one in above
        ):
            node.parent["classes"].append("recap-begins-with-list")


def _has_player(doctree: nodes.document) -> bool:
    return any(node["player"] for node in doctree.findall(catalogue))


def _first_with_covers(document: nodes.document) -> catalogue | None:
    return next((node for node in document.findall(catalogue) if not node["compact"]), None)


def _placeholder(node: catalogue) -> str:
    return f"recap0entries0{id(node)}0"


def _complete(
    app: Sphinx, _pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Insert the entries of the lists of a page, and skip links to the long ones at its start.

    The entries are 95 % of a page of an archive. Sphinx copies the content of a page several times and formats it for
    a debug message before it comes here, which takes a quarter as long as making it.
    """
    lists = list(doctree.findall(catalogue)) if doctree is not None else []
    if lists:
        kinds = recap_domain(app.env).kinds
        entries = {_placeholder(node): node.attributes.pop("html", "") for node in lists}
        body = _PLACEHOLDER.sub(lambda found: entries.get(found[0], found[0]), context["body"])
        context["body"] = "".join(_skip(node, kinds) for node in lists) + body


def _skip(node: catalogue, kinds: Kinds) -> str:
    """Return a link that lets keyboard users skip to a long list; '' for a short one."""
    total = len(node["anchors"])
    if total < MIN_FOR_CONTROLS:
        return ""
    # Sphinx's search omits elements of the class headerlink from its excerpts.
    words = _("Skip to the {entries}").format(entries=kinds.counted(node["kind"], total))
    return f'<div class="recap-skip headerlink"><a href="#{escape(node["ids"][0])}">{escape(words)}</a></div>\n'
