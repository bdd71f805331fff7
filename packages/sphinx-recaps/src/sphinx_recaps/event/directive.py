"""The ``event`` directive: the facts of an event, with session times in three zones, or the opening of its page."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import get_timezone_name
from docutils import nodes

from sphinx_recaps.archive.links import ExternalLink
from sphinx_recaps.catalogue.view import titles_of
from sphinx_recaps.core.assets import add_page_assets, contains
from sphinx_recaps.core.builders import ReaderTransform, is_web
from sphinx_recaps.core.dates import dated, day_of_month, days
from sphinx_recaps.core.did_you_mean import did_you_mean
from sphinx_recaps.core.figure import figures
from sphinx_recaps.core.language import list_separator, locale_of
from sphinx_recaps.core.messages import _, capitalised, filled, for_script
from sphinx_recaps.core.options import CLASS, NAME, RecapDirective, Usage, flag
from sphinx_recaps.core.placeholder import placeholder
from sphinx_recaps.core.slugs import slug
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.records import Event
from sphinx_recaps.data.video_reference import player_of
from sphinx_recaps.event.event_pages import numbers_of, paragraph
from sphinx_recaps.registry.data_directive import data_file, free_id, read_source
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.objects import last_of
from sphinx_recaps.transcripts.files import note_files
from sphinx_recaps.video.chapters import FIGURE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

    from sphinx_recaps.data.records import Link, Session
    from sphinx_recaps.registry.data_directive import Source

# The form of a tz database name, such as "America/Los_Angeles"; "PST / PDT" is free text.
_ZONE = re.compile(r"\w+(?:/[\w+-]+(?: [\w+-]+)*)+")


class event_panel(placeholder):  # noqa: N801 (docutils names its nodes in lower case)
    """A placeholder for the facts: the record ``event``, and its file ``path``."""

    def texts(self) -> Iterator[str | None]:
        """Yield all texts by authors; dates and times are formatted for the language instead."""
        event: Event = self["event"]
        yield from (event.name, event.short_name, event.edition, event.place, event.summary, event.note)
        for session in event.sessions:
            yield from (session.name, session.label, None if zone_of(session.timezone) else session.timezone)
        yield from (label for label, _number in event.numbers)
        yield from titles_of((*event.links, *event.sources))


class event_opening(event_panel):  # noqa: N801
    """A placeholder for the opening of a page; its children are the picture beside the facts."""


class event_time(nodes.inline):  # noqa: N801
    """A time of day; ``datetime`` is its machine-readable form, with date and offset."""


class event_local(nodes.General, nodes.Element):  # noqa: N801
    """The line that the script fills with the reader's own time; ``day`` is the date that need not be repeated."""


class EventDirective(RecapDirective):
    """The facts of the event that a data file describes."""

    usage = Usage(
        "The facts of an event from its data file: when, where, how many, and the official pages. Readers see each "
        "session in the organisers’ time, in UTC and in their own time.",
        data_file("event.yaml"),
        {
            "opening": flag(
                "Opens the page of the event: only when and where, the numbers, and a link to its first video."
            ),
            "name": NAME,
            "class": CLASS,
        },
        "With `opening`: a picture beside the facts.",
    )

    def run(self) -> list[nodes.Node]:
        """Return the placeholder for the facts; nothing if the file cannot be used."""
        source = read_source(self, Event, RecapWarning.EVENT)
        if source is None:
            return []
        self._check_zones(source)
        for video in source.content.videos:
            note_files(self.env, video.transcript, source.event, lambda one: f"{source.name}:{one.line}")
        kind = event_opening if "opening" in self.options else event_panel
        node = kind("", *self._picture(), event=source.content, path=source.name, words={})
        node["classes"] = self.options.get("class", [])
        self.set_source_info(node)
        self.add_name(node)
        self._register(node, source.event)
        return [node]

    def _picture(self) -> list[nodes.Node]:
        """Return the content of an opening; facts alone have none."""
        if not self.content:
            return []
        if "opening" in self.options:
            return self.parse_content_to_nodes()
        problem = "only an opening shows content; add the option :opening:, or remove the content"
        self.report(RecapWarning.EVENT, problem, lost=True)
        return []

    def _register(self, node: event_panel, event: str) -> None:
        """Give the facts a unique id, and register the first ones of the page in the domain."""
        anchor = free_id(self, slug(f"event-{last_of(event)}"), node)
        former = [slug(f"event-{last_of(name)}") for name in node["event"].was]
        known = self.state.document.ids
        node["ids"][:0] = [anchor, *(free_id(self, name, node) for name in former if name not in known)]
        domain = recap_domain(self.env)
        if not domain.has_event(event):
            domain.note_event(node["event"], node["path"], event, anchor)

    def _check_zones(self, source: Source[Event]) -> None:
        """Report text that looks like the name of a time zone but is not one."""
        places: dict[str, tuple[int, int]] = {}
        for session in source.content.sessions:
            places.setdefault(session.timezone or "", session.timezone_place)
        for zone, (line, column) in places.items():
            if zone and zone_of(zone) is None and _ZONE.fullmatch(zone):
                problem = f"`timezone`: there is no time zone '{zone}'; {_near_zones(zone)}"
                report(RecapWarning.EVENT, problem, f"{source.name}:{line}:{column}")


def zone_of(name: str | None) -> ZoneInfo | None:
    """Return the time zone with a name in the tz database; None for other text, such as ``US Pacific``."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # unknown, not a valid name, a directory of names
        return None


def _near_zones(name: str) -> str:
    names = sorted(available_timezones())
    if not names:
        return "this computer knows no time zones: pip install tzdata"
    return did_you_mean(name, names, "write one such as America/Los_Angeles, or words")


def days_of(event: Event, language: str, *, weekdays: bool = False) -> str:
    """Return the date of an event, or its first and last day, without repeating the same month or year."""
    return days(event.start, event.end or event.start, language, weekdays=weekdays)


def place_of(place: str, mode: str) -> str:
    """Return the place and the mode of an event, without repeating a mode that the place contains."""
    mode_text = {"online": _("online"), "in person": _("in person"), "hybrid": _("hybrid")}.get(mode, "")
    if any(word.casefold() in place.casefold() for word in (mode, mode_text)):
        return place
    return f"{place} ({mode_text})" if place else capitalised(mode_text)


class EventPanels(ReaderTransform):
    """Replaces the placeholders by definition lists, for every builder."""

    default_priority = 5  # before references are collected or resolved

    def run(self, **_kwargs: Any) -> None:
        """Replace the placeholders in the document."""
        for panel in list(self.document.findall(event_panel)):
            self._translate = panel.translate
            items = [
                nodes.definition_list_item("", nodes.term(term, term), nodes.definition("", *content))
                for term, content in self._facts(panel["event"])
            ]
            classes = ["recap-event", *panel["classes"]]
            facts = nodes.definition_list("", *items, ids=panel["ids"], names=panel["names"], classes=classes)
            facts.source = panel["path"]
            panel.parent.replace(panel, facts)

    def _facts(self, event: Event) -> Iterator[tuple[str, list[nodes.Node]]]:
        """Yield the terms with their definitions, without those that the file lacks."""
        yield _("Event"), [paragraph(self._name(event))]
        yield (
            (_("Dates") if event.end else _("Date")),
            [paragraph(days_of(event, self.config.language, weekdays=True))],
        )
        place = place_of(self._translate(event.place or ""), event.mode or "")
        if place:
            yield _("Place"), [paragraph(place)]
        for session in event.sessions:
            label = f" ({self._translate(session.label)})" if session.label else ""
            yield f"{self._translate(session.name)}{label}", self._clocks(session, None if event.end else event.start)
        if event.numbers:
            yield _("In numbers"), [numbers_of(self.env, event, self._translate, "recap-event-numbers")]
        if event.summary:
            yield _("About"), [paragraph(text) for text in self._translate(event.summary).split("\n\n")]
        if event.links:
            yield _("Official pages"), [self._links(event.links)]
        if event.note:
            yield _("Note"), [paragraph(text) for text in self._translate(event.note).split("\n\n")]
        if event.sources:
            yield _("Sources"), [self._links(event.sources)]

    def _name(self, event: Event) -> str:
        name = self._translate(event.name)
        if event.short_name and event.short_name != event.name:
            name += f" ({self._translate(event.short_name)})"
        if event.edition:
            edition = self._translate(event.edition)
            template = _("{name}, edition {edition}") if edition[:1].isdecimal() else _("{name}, {edition} edition")
            name = template.format(name=name, edition=edition)
        return name

    def _clocks(self, session: Session, day: dt.date | None) -> list[nodes.Node]:
        """Return the time for the organisers, in UTC, and the line for the reader's own time."""
        zone = zone_of(session.timezone)
        lines: list[nodes.Node] = []
        if zone is not None and session.start.astimezone(zone).tzname() != "UTC":
            lines.append(self._clock(session, day, zone, self._zone_name(zone)))
        name = "UTC"
        if session.timezone and zone is None:
            name = _("UTC (organisers’ time zone: {zone})").format(zone=self._translate(session.timezone))
        lines.append(self._clock(session, day, dt.UTC, name))
        if is_web(self.builder):  # a script shows it
            lines.append(event_local("", day=day.isoformat() if day else ""))
        return lines

    def _zone_name(self, zone: ZoneInfo) -> str:
        return get_timezone_name(zone.key, locale=locale_of(self.config.language))

    def _clock(self, session: Session, day: dt.date | None, zone: dt.tzinfo, name: str) -> nodes.paragraph:
        """Return ``08:00–13:00 Pacific Time``, with the date unless it is ``day``, and that of the end if different."""
        start, end = session.start.astimezone(zone), session.end.astimezone(zone)
        language, clock = self.config.language, _("{start}–{end} {zone}")
        if start.date() != day:
            clock = dated(day_of_month(start.date(), language), clock)
        if end.date() != start.date():
            clock = _("{clock} (ends on {day})").format(clock=clock, day=day_of_month(end.date(), language))
        parts: dict[str, list[nodes.Node]] = {"start": [_time(start)], "end": [_time(end)], "zone": [nodes.Text(name)]}
        return nodes.paragraph("", "", *filled(clock, parts), classes=["recap-event-clock"])

    def _links(self, links: Sequence[Link]) -> nodes.bullet_list:
        comma = list_separator(self.config.language)
        shown = [ExternalLink(self._translate(link.title), link.url, link.archived) for link in links]
        items = [nodes.list_item("", nodes.paragraph("", "", *link.as_nodes(comma, ""))) for link in shown]
        return nodes.bullet_list("", *items, classes=["recap-event-links"])


class EventOpenings(ReaderTransform):
    """Replaces the placeholders by standard nodes, for every builder."""

    default_priority = 4  # before the panels of facts, which are the same kind of node

    def run(self, **_kwargs: object) -> None:
        """Replace the placeholders in the document."""
        for opening in list(self.document.findall(event_opening)):
            event: Event = opening["event"]
            place = place_of(opening.translate(event.place or ""), event.mode or "")
            dateline = " · ".join(filter(None, (days_of(event, self.config.language), place)))
            facts: list[nodes.Node] = [paragraph(dateline, "recap-opening-dateline")]
            if event.numbers:
                facts.append(numbers_of(self.env, event, opening.translate, "recap-opening-numbers"))
            if is_web(self.builder) and event.videos:
                facts.append(self._watch(event))
            parts = [nodes.container("", *facts, classes=["recap-opening-facts"])]
            if opening.children:
                parts.append(nodes.container("", *opening.children, classes=["recap-opening-picture"]))
            holder = nodes.container("", *parts, ids=opening["ids"], names=opening["names"])
            holder["classes"] = ["recap-opening", *opening["classes"]]
            opening.parent.replace(opening, holder)

    def _watch(self, event: Event) -> nodes.paragraph:
        """Return a link to the first video of the event that the page shows; otherwise, to the first one elsewhere."""
        videos = [player_of(video.url) for video in event.videos]
        addresses = [video.watch_url() if video else link.url for video, link in zip(videos, event.videos, strict=True)]
        shown = {figure["video"]["watch"]: figure for figure in figures(self.document, FIGURE)}
        figure = next((shown[address] for address in addresses if address in shown), None)
        if figure is None:
            link = nodes.reference("", _("Watch"), refuri=addresses[0], internal=False)
        else:
            if not figure["ids"]:
                figure["ids"].append(slug(f"video-{figure['video']['watch'].rpartition('=')[2]}"))
            link = nodes.reference("", _("Watch"), refid=figure["ids"][0], internal=True)
        return nodes.paragraph("", "", link, classes=["recap-opening-watch"])


def _time(time: dt.datetime) -> event_time:
    text = f"{time:%H:%M}"
    return event_time(text, text, datetime=time.isoformat(timespec="minutes"))


def _visit_event_time(self: HTML5Translator, node: event_time) -> None:
    self.body.append(self.starttag(node, "time", "", datetime=node["datetime"]))


def _depart_event_time(self: HTML5Translator, _node: event_time) -> None:
    self.body.append("</time>")


def _visit_event_local(self: HTML5Translator, node: event_local) -> None:
    """Write an empty line, with the texts for the script."""
    words = {
        "clock": _("{start}–{end} your time"),
        "dated": dated("{day}", "{clock}"),
        "ends": _("{clock} (ends on {day})"),
    }
    data = {"data-day": node["day"], "data-words": for_script(words)}
    self.body.append(self.starttag(node, "p", "", CLASS="recap-event-local", **data) + "</p>\n")
    raise nodes.SkipNode


def setup_event(app: Sphinx) -> None:
    """Set up the directive, its nodes, style and script."""
    time: Any = (_visit_event_time, _depart_event_time)
    app.add_node(event_panel)
    app.add_node(event_opening)
    app.add_node(event_time, html=time)
    app.add_node(event_local, html=(_visit_event_local, None))
    app.add_directive("event", EventDirective)
    app.add_post_transform(EventPanels)
    app.add_post_transform(EventOpenings)
    add_page_assets(app, contains(nodes.definition_list, "recap-event"), "recap-event.css", "recap-event.js")
    add_page_assets(app, contains(nodes.container, "recap-opening"), "recap-opening.css")
