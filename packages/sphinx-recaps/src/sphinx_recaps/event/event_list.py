"""The ``event-list`` directive: the events of a project, newest first, from their data files.

Adding or removing an event needs no other edit: each folder with an ``event.yaml`` and an ``index`` page is an event.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx import addnodes

from sphinx_recaps.archive.links import link_label
from sphinx_recaps.catalogue.directive import count as number_of_entries
from sphinx_recaps.core.assets import add_page_assets, contains
from sphinx_recaps.core.builders import ReaderTransform
from sphinx_recaps.core.messages import _, labelled
from sphinx_recaps.core.options import CLASS, NAME, Argument, Option, RecapDirective, Usage, flag
from sphinx_recaps.core.placeholder import placeholder
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.records import Event
from sphinx_recaps.event.directive import days_of, place_of
from sphinx_recaps.event.event_pages import link_to, number_lines, number_list, pages_of, paragraph
from sphinx_recaps.incremental.inputs import note_pattern
from sphinx_recaps.registry.data_directive import load_reported
from sphinx_recaps.video.directive import YouTubeDirective

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx

PATTERN = "*/event.yaml"


class ListedEvent(NamedTuple):
    """An event and its page."""

    event: Event
    docname: str


class event_list(placeholder):  # noqa: N801 (docutils names its nodes in lower case)
    """A placeholder for the list: the events ``listed``, and videos as children."""

    def texts(self) -> Iterator[str | None]:
        """Yield all texts by authors."""
        yield self["link"]
        for event, _docname in self["listed"]:
            yield from (event.name, event.place, event.summary, *(label for label, _number in event.numbers))


class EventListDirective(RecapDirective):
    """The events whose data files match a pattern, newest first."""

    usage = Usage(
        "The events of the site, newest first. A folder with an `event.yaml` and an `index` page is an event.",
        Argument(
            "Which data files are read.",
            write="a pattern, seen from the page, or with a leading `/` from the folder of the site",
            example="recaps/*/event.yaml",
            default=f"`{PATTERN}`",
        ),
        {
            "limit": Option(
                number_of_entries,
                "Shows only the newest events.",
                write="how many, 1 or more",
                example="1",
                default="all",
            ),
            "feature": flag(
                "Shows each event at large: its numbers, its first video and its pages. Where `limit` leaves some out, "
                "events with a summary come before newer ones without."
            ),
            "link": Option(
                directives.unchanged_required,
                "Shows only a link to each event that `feature` would show, with these words, such as for a button.",
                write="text",
                example="See the latest recap",
            ),
            "toctree": flag("Puts the events into the navigation and into books at this place."),
            "name": NAME,
            "class": CLASS,
        },
    )

    def run(self) -> list[nodes.Node]:
        """Return the placeholder for the list, and a toctree with the option ``toctree``."""
        listed = sorted(self._find_events(), key=lambda item: item.event.name)
        listed.sort(key=lambda item: item.event.start, reverse=True)
        selected = self._selected(listed)
        node = event_list("", words={}, classes=self.options.get("class", []))
        node["listed"], node["feature"] = selected, "feature" in self.options
        node["link"] = self.options.get("link", "")
        self.set_source_info(node)
        self.add_name(node)
        if node["feature"]:
            for item in selected:
                node += self._video(item.event)
        return [node, self._toctree(listed)] if "toctree" in self.options else [node]

    def _selected(self, listed: Sequence[ListedEvent]) -> Sequence[ListedEvent]:
        """Return the newest events up to the limit; with ``feature`` or ``link``, prefer those with a summary."""
        limit = self.options.get("limit")
        if not {"feature", "link"} & set(self.options):
            return listed[:limit]
        selected = sorted(listed, key=lambda item: not item.event.summary)[:limit]
        return [item for item in listed if item in selected]

    def _find_events(self) -> Iterator[ListedEvent]:
        """Yield the events that match the pattern, each with its page."""
        env = self.env
        env.glob_toctrees.add(env.docname)  # read the page again when pages are added or removed
        pattern = self.arguments[0] if self.arguments else PATTERN
        relative, _path = env.relfn2path(pattern)
        names = note_pattern(env, relative) if not relative.startswith("..") else []
        for name in names:
            docname = f"{name.rpartition('/')[0]}/index".lstrip("/")
            if docname not in env.found_docs:
                env.note_dependency(name)  # so that the warning, which is about that file, is repeated with this page
                problem = f"event-list: {name} has no page; write {docname}.md beside it"
                report(RecapWarning.EVENT, problem, f"{name}:1")
                continue
            loaded = load_reported(env, Path(env.srcdir, name), name)
            if isinstance(loaded, Event):
                yield ListedEvent(loaded, docname)
            elif loaded is not None and not re.search(r"[*?\[]", pattern):
                problem = f"{name} is a list of entries, not an event; name a file such as {PATTERN}"
                self.report(RecapWarning.EVENT, problem)
        if not names:
            problem = f"no file matches {pattern!r}; write a pattern that finds data files, {PATTERN}"
            self.report(RecapWarning.EVENT, problem)

    def _video(self, event: Event) -> list[nodes.Node]:
        """Return the first video of an event, made by the directive ``youtube``."""
        if not event.videos:
            return []
        video = event.videos[0]
        directive = YouTubeDirective(
            "youtube",
            [video.url],
            {"title": video.title},
            StringList(),
            self.lineno,
            self.content_offset,
            "",
            self.state,
            self.state_machine,
        )
        return directive.run()

    def _toctree(self, listed: Sequence[ListedEvent]) -> nodes.compound:
        """Return a hidden toctree, which adds the events to the navigation and to books."""
        toctree = addnodes.toctree(
            "",
            parent=self.env.docname,
            entries=[(None, item.docname) for item in listed],
            includefiles=[item.docname for item in listed],
            maxdepth=-1,
            caption=None,
            glob=False,
            hidden=True,
            includehidden=False,
            numbered=0,
            titlesonly=False,
        )
        self.set_source_info(toctree)
        return nodes.compound("", toctree, classes=["toctree-wrapper"])


class EventLists(ReaderTransform):
    """Replaces each list by standard nodes, for every builder."""

    default_priority = 4  # before videos are marked up, and before references are resolved

    def run(self, **_kwargs: Any) -> None:
        """Replace the lists in the document."""
        for node in list(self.document.findall(event_list)):
            self._translate = node.translate
            self._several = len(node["listed"]) > 1
            render = self._links if node["link"] else self._features if node["feature"] else self._items
            holder = nodes.container("", *render(node), ids=node["ids"], names=node["names"])
            holder["classes"] = ["recap-events", *node["classes"]]
            node.replace_self(holder)

    def _items(self, node: event_list) -> Iterator[nodes.Node]:
        items = []
        for event, docname in node["listed"]:
            name = nodes.strong("", "", self._link(docname, self._translate(event.name)))
            parts = [nodes.paragraph("", "", name), self._dateline(event)]
            if event.summary:
                parts.append(paragraph(self._translate(event.summary).partition("\n\n")[0]))
            if event.numbers:
                parts.append(self._inline_numbers(event, pages_of(self.env, event, docname)))
            items.append(nodes.list_item("", *parts))
        if items:
            yield nodes.bullet_list("", *items, classes=["recap-events-list"])

    def _links(self, node: event_list) -> Iterator[nodes.Node]:
        for event, docname in node["listed"]:
            yield nodes.paragraph("", "", self._of(event, self._link(docname, self._translate(node["link"]))))

    def _features(self, node: event_list) -> Iterator[nodes.Node]:
        videos = list(node.children)
        for event, docname in node["listed"]:
            heading = nodes.rubric("", "", self._link(docname, self._translate(event.name)))
            heading["heading-level"] = 3
            yield heading
            yield self._dateline(event)
            pages = pages_of(self.env, event, docname)
            if event.numbers:
                yield number_list(self._numbers(event, pages), "recap-feature-numbers")
            video = [videos.pop(0)] if event.videos and videos else []
            text = [paragraph(part) for part in (self._translate(event.summary).split("\n\n") if event.summary else ())]
            links = [(_("Read the recap"), docname), *pages]
            shown = [self._of(event, self._link(page, title)) for title, page in links]
            items = [nodes.list_item("", nodes.paragraph("", "", link)) for link in shown]
            beside = nodes.container("", *text, nodes.bullet_list("", *items), classes=["recap-feature-text"])
            yield nodes.container("", *video, beside, classes=["recap-feature"])

    def _dateline(self, event: Event) -> nodes.paragraph:
        where = place_of(self._translate(event.place or ""), event.mode or "")
        when = days_of(event, self.config.language)
        return paragraph(" · ".join(filter(None, (when, where))), "recap-events-dateline")

    def _link(self, docname: str, text: str) -> addnodes.pending_xref:
        return link_to(docname, text, self.env.docname)

    def _of(self, event: Event, link: nodes.Node) -> nodes.Node:
        """Return a link with the event in its accessible name, if the list has links of several events."""
        if not self._several or not isinstance(link, addnodes.pending_xref):
            return link
        return link_label("", "", link, label=labelled(link.astext(), self._translate(event.name)))

    def _numbers(self, event: Event, pages: Sequence[tuple[str, str]]) -> Iterator[tuple[str, nodes.Node]]:
        for count, label in number_lines(self.env, event, self._translate, pages):
            yield count, self._of(event, label)

    def _inline_numbers(self, event: Event, pages: Sequence[tuple[str, str]]) -> nodes.paragraph:
        line = nodes.paragraph("", "", classes=["recap-events-numbers"])
        for count, label in self._numbers(event, pages):
            line += [nodes.Text(f"{' · ' if len(line) else ''}{count} "), label]
        return line


def setup_event_list(app: Sphinx) -> None:
    """Set up the directive, its node and style."""
    app.add_node(event_list)
    app.add_directive("event-list", EventListDirective)
    app.add_post_transform(EventLists)
    add_page_assets(app, contains(nodes.container, "recap-events"), "recap-event-list.css")
