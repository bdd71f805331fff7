"""Calendars of events and their sessions, and of entries with a time: https://www.rfc-editor.org/rfc/rfc5545."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from icalendar import Calendar
from icalendar import Event as CalendarEvent

from sphinx_recaps.core.periods import Period
from sphinx_recaps.publish.names import export_name, session_names

if TYPE_CHECKING:
    from sphinx_recaps.publish.addresses import Addresses
    from sphinx_recaps.publish.files import Files
    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.objects import NotedEvent
    from sphinx_recaps.registry.records_of_files import FileRecords


class Calendars:
    """Writes the calendars of a site."""

    def __init__(self, files: Files, domain: RecapDomain, addresses: Addresses) -> None:
        self._files = files
        self._domain = domain
        self._addresses = addresses
        self._host = urlsplit(addresses.base).netloc
        self._project: str = domain.env.config.project

    def finish(self) -> None:
        """Write the calendars of events."""
        for event in self._domain.objects.events.values():
            self._add_event(event)

    def _add_event(self, noted: NotedEvent) -> None:
        """Write a calendar with an event and its sessions, and one of each session, unless its day is unknown."""
        event, address = noted.record, self._addresses.event(noted)
        if isinstance(event.start, Period):
            return
        after = (event.end or event.start) + dt.timedelta(days=1)
        name = export_name(noted.path)
        first, _ = self._files.former.first_name(noted.path)
        whole = self._item(first, event.name, event.start, after, address)
        whole.add("transp", "TRANSPARENT")  # so that participants are not shown as busy all day
        sessions = {}
        for session, part in zip(event.sessions, session_names(event), strict=True):
            title, own = f"{event.name}: {session.name}", f"{name}-{part}"
            sessions[own] = self._item(f"{first}-{part}", title, session.start, session.end, address)
        for item in (whole, *sessions.values()):
            if event.place:
                item.add("location", event.place)
            if event.summary:
                item.add("description", event.summary)
        self._write(name, [whole, *sessions.values()])
        for own, item in sessions.items():
            self._write(own, [item])

    def add(self, records: FileRecords) -> None:
        """Write a calendar of the entries that have a time of day, if there are any."""
        items = []
        for noted, entry in records.entries:
            if not isinstance(entry.date, dt.datetime):
                continue
            start = entry.date.astimezone(dt.UTC) if entry.date.tzinfo else entry.date
            end = start + dt.timedelta(seconds=entry.duration) if entry.duration else None
            first = "-".join(self._files.former.first_name(records.path, noted))
            item = self._item(first, entry.title, start, end, self._addresses.entry(noted))
            if entry.summary:
                item.add("description", entry.summary)
            if entry.room:
                item.add("location", entry.room)
            items.append(item)
        if items:
            self._write(export_name(records.path), items)

    def _item(self, name: str, title: str, start: dt.date, end: dt.date | None, address: str) -> CalendarEvent:
        """Return an event of a calendar, which programs know by its first ``name``.

        ``start`` and ``end`` are days, or times with or without a zone.
        """
        item = CalendarEvent()
        item.add("uid", f"{name}@{self._host}")
        day = start.date() if isinstance(start, dt.datetime) else start
        item.add("dtstamp", dt.datetime.combine(day, dt.time(), dt.UTC))  # the date of the record, not of the build
        item.add("summary", title)
        item.add("dtstart", start)
        if end is not None:
            item.add("dtend", end)
        item.add("url", address)
        return item

    def _write(self, name: str, items: list[CalendarEvent]) -> None:
        calendar = Calendar()
        calendar.add("prodid", f"-//{self._project}//sphinx-recaps//EN")
        calendar.add("version", "2.0")
        for item in items:
            calendar.add_component(item)
        self._files.write(f"{name}.ics", calendar.to_ical())
