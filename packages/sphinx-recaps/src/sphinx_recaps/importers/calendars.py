"""iCalendar files, such as `all.ics` of Sched, which has speakers only in the titles of sessions."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from icalendar import Calendar

from sphinx_recaps.importers.names import affiliated_speakers, divide_titles, speakers_in
from sphinx_recaps.importers.programme import Fields, ImportFailedError, Programme, Talk, check_number, shown
from sphinx_recaps.importers.times import in_zone, length_between, zone_named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx_recaps.importers.programme import Report

FORMAT = "calendar"
# What programs need, and readers do not.
_TECHNICAL = ("SEQUENCE", "TRANSP", "CLASS", "PRIORITY", "CREATED", "X-MICROSOFT-CDO-BUSYSTATUS", "DTEND")
_SHORT = {"AND ", "FOR ", "THE "}


def read_calendar(text: str, report: Report) -> Programme:
    """Return the programme in a calendar."""
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, IndexError, KeyError) as error:
        msg = f"it is not a whole calendar ({error}); download it again"
        raise ImportFailedError(" ".join(msg.split())) from error
    zone = zone_named(str(calendar.get("X-WR-TIMEZONE") or ""))
    programme = Programme(FORMAT, name=str(calendar.get("X-WR-CALNAME") or ""))
    events = calendar.walk("VEVENT")
    check_number(len(events))
    dates = []
    for number, event in enumerate(events, 1):
        talk = _talk(event, f"event {number}", zone, report)
        programme.talks += [talk] if talk else []
        dates += [stamp.dt for name in ("DTSTAMP", "LAST-MODIFIED") if hasattr(stamp := event.get(name), "dt")]
    if not programme.talks:
        raise ImportFailedError("it has no events")
    # Sched has the company of each speaker behind a comma, others the next speaker.
    parse = affiliated_speakers if "sched" in str(calendar.get("PRODID")).lower() else speakers_in
    divided = divide_titles((talk.title for talk in programme.talks), parse)
    rooms = {talk.room for talk in programme.talks}
    for talk, (title, people) in zip(programme.talks, divided, strict=True):
        if not any(person.name in room for person in people for room in rooms):  # unlike `Reception - Palm House`
            talk.title, talk.people = title, people
    days = [date.date() if isinstance(date, dt.datetime) else date for date in dates]
    programme.date = max(days, default=None)
    programme.place = _divide_places(programme.talks)
    return programme


def _talk(event: Any, where: str, zone: dt.tzinfo | None, report: Report) -> Talk | None:  # noqa: ANN401 (no types)
    data = Fields({key: value for key, value in event.items() if key not in _TECHNICAL}, report)
    summary, key, room = data.text("SUMMARY"), data.text("UID"), data.text("LOCATION")
    where = f"{where}, {shown(summary)}"
    if data.text("STATUS").upper() == "CANCELLED":
        report.refuse(where, "it was cancelled")
        return None
    start, end = (getattr(event.get(name), "dt", None) for name in ("DTSTART", "DTEND"))
    length = getattr(event.get("DURATION"), "dt", None)
    data.take("DTSTART", "DURATION", "DTSTAMP", "LAST-MODIFIED")
    first, *topics = _categories(event) or [""]
    data.take("CATEGORIES")
    talk = Talk(
        (f"calendar:{key}" if key else f"title:{summary}",),
        where,
        title=summary,
        texts=[data.text("DESCRIPTION")],
        link=data.text("URL"),
        room=room,
        kind=first,
        topics=topics,
        start=in_zone(start, zone),
        duration=int(length.total_seconds()) if isinstance(length, dt.timedelta) else length_between(start, end),
    )
    data.done()
    return talk


def _categories(event: Any) -> list[str]:  # noqa: ANN401 (no types)
    values = event.get("CATEGORIES") or []
    names = [str(name) for value in (values if isinstance(values, list) else [values]) for name in value.cats]
    return list(dict.fromkeys(_in_lower_case(name.strip()) for name in names if name.strip()))


def _in_lower_case(name: str) -> str:
    """Return a category that Sched has in capitals, as a heading; short words stay, because they are abbreviations."""
    if not name.isupper():
        return name
    words = [word if len(word) < 4 and word not in _SHORT else word.lower() for word in re.split(r"(?<=[\s/-])", name)]
    return "".join(words)[:1].upper() + "".join(words)[1:]


def _divide_places(talks: Iterable[Talk]) -> str:
    """Keep only the room of each talk if all are at one address, and return that."""
    places = {talk.room.partition(",")[2].strip() for talk in talks if talk.room}
    if len(places) != 1 or not (place := places.pop()):
        return ""
    for talk in talks:
        talk.room = talk.room.partition(",")[0].strip()
    return place
