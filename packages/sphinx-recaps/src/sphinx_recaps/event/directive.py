"""The ``event`` directive: the facts of an event as a list of terms, with each session on three clocks."""

from __future__ import annotations

import datetime as dt
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import get_timezone_name
from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinx_recaps.catalogue.view import titles_of
from sphinx_recaps.core.assets import add_page_assets
from sphinx_recaps.core.dates import dated, day_of_month, days
from sphinx_recaps.core.figure import is_web
from sphinx_recaps.core.language import list_separator, locale_of, number
from sphinx_recaps.core.messages import _, capitalised, filled, for_script
from sphinx_recaps.core.options import CLASS, NAME, RecapDirective, Usage
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.records import Event
from sphinx_recaps.data.value_locations import ValueLocations
from sphinx_recaps.event.event_pages import counted, pages_of
from sphinx_recaps.registry.data_directive import data_file, free_id, read_source
from sphinx_recaps.registry.domain import RecapDomain, slug
from sphinx_recaps.registry.link_texts import copy_link_text
from sphinx_recaps.registry.objects import last_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

    from sphinx_recaps.data.records import Link, Session
    from sphinx_recaps.registry.data_directive import Source

# What begins with a continent; "PST / PDT" are other words.
_ZONE = re.compile(r"\w+(?:/[\w+-]+(?: [\w+-]+)*)+")


class event_panel(nodes.General, nodes.Element, addnodes.translatable):  # noqa: N801 (docutils names its nodes in lower case)
    """The place of the facts; holds the record ``event``, its file ``path``, and in ``words`` what was translated."""

    def preserve_original_messages(self) -> None:
        """Do nothing: the record is never changed."""

    def apply_translated_message(self, original_message: str, translated_message: str) -> None:
        """Keep a translated text."""
        self["words"][original_message] = translated_message

    def extract_original_messages(self) -> Sequence[str]:
        """Return all texts that people wrote; dates and times are formatted for the language."""
        event: Event = self["event"]
        texts = [event.name, event.short_name, event.edition, event.place, event.summary, event.note]
        for session in event.sessions:
            texts += [session.name, session.label, None if zone_of(session.timezone) else session.timezone]
        texts += [what for what, _number in event.numbers]
        texts += titles_of((*event.links, *event.sources))
        return list(dict.fromkeys(text for text in texts if text))


class event_time(nodes.inline):  # noqa: N801
    """A time of day; ``datetime`` says it for machines, with its day and offset."""


class event_local(nodes.General, nodes.Element):  # noqa: N801
    """The line that the script fills with the reader's own time. ``day`` is the one that goes without saying."""


class EventDirective(RecapDirective):
    """The facts of the event that a data file describes."""

    usage = Usage(
        "The facts of an event from its data file: when, where, how many, and the official pages. Readers see each "
        "session in the organisers’ time, in UTC and in their own time.",
        data_file("event.yaml"),
        {"name": NAME, "class": CLASS},
    )

    def run(self) -> list[nodes.Node]:
        """Return the place of the facts; nothing where the file cannot be used."""
        source = read_source(self, Event, RecapWarning.EVENT)
        if source is None:
            return []
        self._check_zones(source)
        node = event_panel("", event=source.content, path=source.name, words={})
        node["classes"] = self.options.get("class", [])
        self.set_source_info(node)
        self.add_name(node)
        self._register(node, source.event)
        return [node]

    def _register(self, node: event_panel, event: str) -> None:
        """Give the facts an id of their own, and tell the domain where they are."""
        anchor = free_id(self, slug(f"event-{last_of(event)}"), node)
        node["ids"].insert(0, anchor)
        domain = cast("RecapDomain", self.env.get_domain("recap"))
        domain.note_event(node["event"], event, anchor)

    def _check_zones(self, source: Source[Event]) -> None:
        """Report what looks like the name of a time zone and is none."""
        for zone in dict.fromkeys(session.timezone for session in source.content.sessions if session.timezone):
            if zone_of(zone) is None and _ZONE.fullmatch(zone):
                line, column = ValueLocations(self.env.srcdir).of_session(source.name, "timezone", zone)
                problem = f"`timezone`: there is no time zone '{zone}'; {_near_zones(zone)}"
                report(RecapWarning.EVENT, problem, f"{source.name}:{line}:{column}")


def zone_of(name: str | None) -> ZoneInfo | None:
    """Return the time zone that a name of the tz database means; None for other words, such as ``US Pacific``."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # not found, no name at all, a folder of names
        return None


def _near_zones(name: str) -> str:
    known = sorted(available_timezones())
    if not known:
        return "this computer knows no time zones: pip install tzdata"
    near = get_close_matches(name, known, n=3, cutoff=0.6)
    return f"did you mean {', '.join(near)}?" if near else "write one such as America/Los_Angeles, or words"


def days_of(event: Event, language: str, *, weekdays: bool = False) -> str:
    """Return the day of an event, or its first and last day, with month and year once where they are the same."""
    return days(event.start, event.end or event.start, language, weekdays=weekdays)


def place_of(place: str, mode: str) -> str:
    """Return where an event was and how people met, without saying the same twice."""
    said = {"online": _("online"), "in person": _("in person"), "hybrid": _("hybrid")}.get(mode, "")
    if any(word.casefold() in place.casefold() for word in (mode, said)):
        return place
    return f"{place} ({said})" if place else capitalised(said)


class EventPanels(SphinxPostTransform):
    """Turns the facts into a definition list, in every builder."""

    default_priority = 5  # before references are collected or resolved
    local = False  # whether a script can tell the reader's own time

    def run(self, **_kwargs: Any) -> None:
        """Replace each panel of the document."""
        for panel in list(self.document.findall(event_panel)):
            self.words: dict[str, str] = panel["words"]
            items = [
                nodes.definition_list_item("", nodes.term(term, term), nodes.definition("", *content))
                for term, content in self._facts(panel["event"])
            ]
            classes = ["recap-event", *panel["classes"]]
            facts = nodes.definition_list("", *items, names=panel["names"], classes=classes)
            # Books have places to go to on terms and not on lists.
            target = facts if self.local else next(facts.findall(nodes.term))
            target["ids"] = panel["ids"]
            facts.source = panel["path"]
            panel.parent.replace(panel, facts)  # replace_self would give the ids to the list as well

    def _facts(self, event: Event) -> Iterator[tuple[str, list[nodes.Node]]]:
        """Yield the terms and what is said of each, as far as it is known."""
        yield _("Event"), [_paragraph(self._name(event))]
        yield (
            (_("Dates") if event.end else _("Date")),
            [_paragraph(days_of(event, self.config.language, weekdays=True))],
        )
        place = place_of(self._say(event.place or ""), event.mode or "")
        if place:
            yield _("Place"), [_paragraph(place)]
        for session in event.sessions:
            label = f" ({self._say(session.label)})" if session.label else ""
            yield f"{self._say(session.name)}{label}", self._clocks(session, None if event.end else event.start)
        if event.numbers:
            yield _("In numbers"), [self._numbers(event)]
        if event.summary:
            yield _("About"), [_paragraph(text) for text in self._say(event.summary).split("\n\n")]
        if event.links:
            yield _("Official pages"), [self._links(event.links)]
        if event.note:
            yield _("Note"), [_paragraph(text) for text in self._say(event.note).split("\n\n")]
        if event.sources:
            yield _("Sources"), [self._links(event.sources)]

    def _say(self, text: str) -> str:
        return self.words.get(text, text)

    def _name(self, event: Event) -> str:
        name = self._say(event.name)
        if event.short_name and event.short_name != event.name:
            name += f" ({self._say(event.short_name)})"
        if event.edition:
            edition = self._say(event.edition)
            said = _("{name}, edition {edition}") if edition[:1].isdecimal() else _("{name}, {edition} edition")
            name = said.format(name=name, edition=edition)
        return name

    def _clocks(self, session: Session, day: dt.date | None) -> list[nodes.Node]:
        """Return the organisers' time, the same in UTC, and the place of the reader's."""
        zone = zone_of(session.timezone)
        lines: list[nodes.Node] = []
        if zone is not None and session.start.astimezone(zone).tzname() != "UTC":
            lines.append(self._clock(session, day, zone, self._zone_name(zone)))
        name = "UTC"
        if session.timezone and zone is None:
            name = _("UTC (organisers’ time zone: {zone})").format(zone=self._say(session.timezone))
        lines.append(self._clock(session, day, dt.UTC, name))
        if self.local:
            lines.append(event_local("", day=day.isoformat() if day else ""))
        return lines

    def _zone_name(self, zone: ZoneInfo) -> str:
        return get_timezone_name(zone.key, locale=locale_of(self.config.language))

    def _clock(self, session: Session, day: dt.date | None, zone: dt.tzinfo, name: str) -> nodes.paragraph:
        """Return ``08:00–13:00 Pacific Time``, with its day where that is not ``day``, and the day of the end."""
        start, end = session.start.astimezone(zone), session.end.astimezone(zone)
        language, clock = self.config.language, _("{start}–{end} {zone}")
        if start.date() != day:
            clock = dated(day_of_month(start.date(), language), clock)
        if end.date() != start.date():
            clock = _("{clock} (ends on {day})").format(clock=clock, day=day_of_month(end.date(), language))
        parts: dict[str, list[nodes.Node]] = {"start": [_time(start)], "end": [_time(end)], "zone": [nodes.Text(name)]}
        return nodes.paragraph("", "", *filled(clock, parts), classes=["recap-event-clock"])

    def _numbers(self, event: Event) -> nodes.bullet_list:
        """Return what was counted, each linked to the page of that name where this page lists one."""
        pages, items = pages_of(self.env, event, self.env.docname), []
        for what, count in event.numbers:
            words = counted(what, self._say(what), pages, self.env.docname)
            shown = nodes.strong("", number(count, self.config.language))
            line = nodes.paragraph("", "", shown, nodes.Text(" "), words)
            items.append(nodes.list_item("", line))
        return nodes.bullet_list("", *items, classes=["recap-event-numbers"])

    def _links(self, links: Sequence[Link]) -> nodes.bullet_list:
        """Return the links, each with its archived copy beside it."""
        items = []
        for link in links:
            title = self._say(link.title)
            line = nodes.paragraph("", "", nodes.reference("", title, refuri=link.url, internal=False))
            if link.archived:
                line += nodes.Text(list_separator(self.config.language))
                words = copy_link_text(link.archived)
                line += nodes.reference("", words, refuri=link.archived, internal=False, classes=["archived-copy"])
            items.append(nodes.list_item("", line))
        return nodes.bullet_list("", *items, classes=["recap-event-links"])


class EventPanelsInHtml(EventPanels):
    """The same with a line for the reader's own time."""

    local = True


def _paragraph(text: str) -> nodes.paragraph:
    return nodes.paragraph(text, text)


def _time(time: dt.datetime) -> event_time:
    text = f"{time:%H:%M}"
    return event_time(text, text, datetime=time.isoformat(timespec="minutes"))


def visit_event_time(self: HTML5Translator, node: event_time) -> None:
    """Open the element ``time``."""
    self.body.append(self.starttag(node, "time", "", datetime=node["datetime"]))


def depart_event_time(self: HTML5Translator, _node: event_time) -> None:
    """Close the element."""
    self.body.append("</time>")


def visit_event_local(self: HTML5Translator, node: event_local) -> None:
    """Write an empty line, with the words for the script."""
    words = {
        "clock": _("{start}–{end} your time"),
        "dated": dated("{day}", "{clock}"),
        "ends": _("{clock} (ends on {day})"),
    }
    data = {"data-day": node["day"], "data-words": for_script(words)}
    self.body.append(self.starttag(node, "p", "", CLASS="recap-event-local", **data) + "</p>\n")
    raise nodes.SkipNode


def setup_event(app: Sphinx) -> None:
    """Set up the directive, how it is shown, and its style and script."""
    time: Any = (visit_event_time, depart_event_time)
    app.add_node(event_panel)
    app.add_node(event_time, html=time)
    app.add_node(event_local, html=(visit_event_local, None))
    app.add_directive("event", EventDirective)
    app.connect("builder-inited", _add_panels)
    add_page_assets(app, _has_facts, "recap-event.css", "recap-event.js")


def _add_panels(app: Sphinx) -> None:
    """Show the facts; to translators the place of the facts gives the texts itself."""
    if app.builder.name != "gettext":
        app.add_post_transform(EventPanelsInHtml if is_web(app) else EventPanels)


def _has_facts(doctree: nodes.document) -> bool:
    return any("recap-event" in node["classes"] for node in doctree.findall(nodes.definition_list))
