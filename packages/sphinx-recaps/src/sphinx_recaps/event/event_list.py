"""The ``event-list`` directive: the events of a project, newest first, from their data files.

Events come and go without an edit anywhere else: a folder with an ``event.yaml`` and an ``index`` page is an event.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinx_recaps.catalogue.directive import count as number_of_entries
from sphinx_recaps.core.assets import add_page_assets
from sphinx_recaps.core.language import number
from sphinx_recaps.core.messages import _
from sphinx_recaps.core.options import CLASS, NAME, Argument, Option, RecapDirective, Usage, flag
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.records import Event
from sphinx_recaps.event.directive import days_of, place_of
from sphinx_recaps.event.event_pages import counted, link_to, pages_of
from sphinx_recaps.incremental.inputs import note_pattern
from sphinx_recaps.registry.data_directive import load_reported
from sphinx_recaps.video.directive import YouTubeDirective

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx

PATTERN = "*/event.yaml"


class Listed(NamedTuple):
    """An event and the page that tells about it."""

    event: Event
    docname: str


class event_list(nodes.General, nodes.Element, addnodes.translatable):  # noqa: N801 (docutils names its nodes in lower case)
    """The place of the list; ``listed`` are its events, ``words`` what is translated, its children are videos."""

    def preserve_original_messages(self) -> None:
        """Do nothing: the records are never changed."""

    def apply_translated_message(self, original_message: str, translated_message: str) -> None:
        """Keep a translated text."""
        self["words"][original_message] = translated_message

    def extract_original_messages(self) -> Sequence[str]:
        """Return all texts that people wrote."""
        texts: list[str | None] = []
        for event, _docname in self["listed"]:
            texts += [event.name, event.place, event.summary, *(what for what, _number in event.numbers)]
        return list(dict.fromkeys(text for text in texts if text))


class EventListDirective(RecapDirective):
    """The events whose data files a pattern finds, newest first."""

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
            "toctree": flag("Puts the events into the navigation and into books at this place."),
            "name": NAME,
            "class": CLASS,
        },
    )

    def run(self) -> list[nodes.Node]:
        """Return the place of the list, and the table of contents where one is asked for."""
        listed = sorted(self._found(), key=lambda one: one.event.name)
        listed.sort(key=lambda one: one.event.start, reverse=True)
        shown = self._chosen(listed)
        node = event_list("", words={}, classes=self.options.get("class", []))
        node["listed"], node["feature"] = shown, "feature" in self.options
        self.set_source_info(node)
        self.add_name(node)
        if node["feature"]:
            for one in shown:
                node += self._video(one.event)
        return [node, self._toctree(listed)] if "toctree" in self.options else [node]

    def _chosen(self, listed: Sequence[Listed]) -> Sequence[Listed]:
        """Return as many of the newest as asked for; at large those first that have something to say."""
        limit = self.options.get("limit")
        if "feature" not in self.options:
            return listed[:limit]
        told = sorted(listed, key=lambda one: not one.event.summary)[:limit]
        return [one for one in listed if one in told]

    def _found(self) -> Iterator[Listed]:
        """Yield the events that there are, each with its page."""
        env = self.env
        env.glob_toctrees.add(env.docname)  # read the page again when pages come or go
        pattern = self.arguments[0] if self.arguments else PATTERN
        relative, _path = env.relfn2path(pattern)
        names = note_pattern(env, relative) if not relative.startswith("..") else []
        for name in names:
            docname = f"{name.rpartition('/')[0]}/index".lstrip("/")
            if docname not in env.found_docs:
                problem = f"event-list: {name} has no page; write {docname}.md beside it"
                report(RecapWarning.EVENT, problem, f"{name}:1")
                continue
            loaded = load_reported(env, Path(env.srcdir, name), name)
            if isinstance(loaded, Event):
                yield Listed(loaded, docname)
            elif loaded is not None and not re.search(r"[*?\[]", pattern):
                problem = f"event-list: {name} is a list of entries, not an event; name a file such as {PATTERN}"
                report(RecapWarning.EVENT, problem, self.get_location())
        if not names:
            problem = f"event-list: no file matches {pattern!r}; write a pattern that finds data files, {PATTERN}"
            report(RecapWarning.EVENT, problem, self.get_location())

    def _video(self, event: Event) -> list[nodes.Node]:
        """Return the first video of an event as the youtube directive shows it."""
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

    def _toctree(self, listed: Sequence[Listed]) -> nodes.compound:
        """Return a hidden table of contents: the way of the navigation and of books to the events."""
        toctree = addnodes.toctree(
            "",
            parent=self.env.docname,
            entries=[(None, one.docname) for one in listed],
            includefiles=[one.docname for one in listed],
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


class EventLists(SphinxPostTransform):
    """Turns each list into standard nodes, in every builder."""

    default_priority = 4  # before videos are marked up, and before references are resolved

    def run(self, **_kwargs: Any) -> None:
        """Replace the lists of the document."""
        for node in list(self.document.findall(event_list)):
            self.words: dict[str, str] = node["words"]
            show = self._features if node["feature"] else self._items
            holder = nodes.container("", *show(node), ids=node["ids"], names=node["names"])
            holder["classes"] = ["recap-events", *node["classes"]]
            node.replace_self(holder)

    def _items(self, node: event_list) -> Iterator[nodes.Node]:
        items = []
        for event, docname in node["listed"]:
            name = nodes.strong("", "", self._link(docname, self._say(event.name)))
            parts = [nodes.paragraph("", "", name), self._dateline(event)]
            if event.summary:
                parts.append(_paragraph(self._say(event.summary).partition("\n\n")[0]))
            if event.numbers:
                parts.append(self._numbers_in_a_line(event, pages_of(self.env, event, docname)))
            items.append(nodes.list_item("", *parts))
        if items:
            yield nodes.bullet_list("", *items, classes=["recap-events-list"])

    def _features(self, node: event_list) -> Iterator[nodes.Node]:
        videos = list(node.children)
        for event, docname in node["listed"]:
            heading = nodes.rubric("", "", self._link(docname, self._say(event.name)))
            heading["heading-level"] = 3
            yield heading
            yield self._dateline(event)
            pages = pages_of(self.env, event, docname)
            if event.numbers:
                yield self._numbers(event, pages)
            video = [videos.pop(0)] if event.videos and videos else []
            text = [_paragraph(part) for part in (self._say(event.summary).split("\n\n") if event.summary else ())]
            ways = [(_("Read the recap"), docname), *pages]
            items = [nodes.list_item("", nodes.paragraph("", "", self._link(page, title))) for title, page in ways]
            beside = nodes.container("", *text, nodes.bullet_list("", *items), classes=["recap-feature-text"])
            yield nodes.container("", *video, beside, classes=["recap-feature"])

    def _say(self, text: str) -> str:
        return self.words.get(text, text)

    def _dateline(self, event: Event) -> nodes.paragraph:
        where = place_of(self._say(event.place or ""), event.mode or "")
        when = days_of(event, self.config.language)
        return _paragraph(" · ".join(filter(None, (when, where))), "recap-events-dateline")

    def _link(self, docname: str, text: str) -> addnodes.pending_xref:
        return link_to(docname, text, self.env.docname)

    def _numbers(self, event: Event, pages: Sequence[tuple[str, str]]) -> nodes.bullet_list:
        items = []
        for what, count in event.numbers:
            words = counted(what, self._say(what), pages, self.env.docname)
            shown = nodes.strong("", number(count, self.config.language))
            line = nodes.paragraph("", "", shown, nodes.Text(" "), words)
            items.append(nodes.list_item("", line))
        return nodes.bullet_list("", *items, classes=["recap-feature-numbers"])

    def _numbers_in_a_line(self, event: Event, pages: Sequence[tuple[str, str]]) -> nodes.paragraph:
        line = nodes.paragraph("", "", classes=["recap-events-numbers"])
        for what, count in event.numbers:
            line += nodes.Text(f"{' · ' if len(line) else ''}{number(count, self.config.language)} ")
            line += counted(what, self._say(what), pages, self.env.docname)
        return line


def _paragraph(text: str, *classes: str) -> nodes.paragraph:
    return nodes.paragraph(text, text, classes=list(classes))


def setup_event_list(app: Sphinx) -> None:
    """Set up the directive, how it is shown, and its style."""
    app.add_node(event_list)
    app.add_directive("event-list", EventListDirective)
    app.connect("builder-inited", _add_lists)
    add_page_assets(app, _has_list, "recap-event-list.css")


def _add_lists(app: Sphinx) -> None:
    """Show the lists; to translators their place gives the texts itself."""
    if app.builder.name != "gettext":
        app.add_post_transform(EventLists)


def _has_list(doctree: nodes.document) -> bool:
    return any("recap-events" in node["classes"] for node in doctree.findall(nodes.container))
