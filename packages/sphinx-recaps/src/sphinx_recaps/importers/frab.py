"""Programmes of frab and pretalx: `schedule.json` and `schedule.xml`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from sphinx_recaps.importers.programme import (
    Fields,
    ImportFailedError,
    Programme,
    Report,
    Speaker,
    Talk,
    as_text,
    check_number,
    records_of,
    shown,
)
from sphinx_recaps.importers.times import day_in, in_zone, read_clock, read_length, time_in, zone_named

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FORMAT = "frab or pretalx schedule"


def is_schedule(content: Any) -> bool:  # noqa: ANN401 (any JSON)
    """Return whether JSON is a schedule."""
    return (
        isinstance(content, dict) and isinstance(content.get("schedule"), dict) and "conference" in content["schedule"]
    )


def read_json(content: dict[str, Any], report: Report) -> Programme:
    """Return the programme in a `schedule.json`."""
    schedule = Fields(content["schedule"], report)
    conference = Fields(schedule.take("conference") or {}, report)
    programme = Programme(
        FORMAT,
        name=conference.text("title", "acronym"),
        url=_web(conference.text("url")) or _web(schedule.text("url")) or _web(schedule.text("base_url")),
        version=schedule.text("version"),
    )
    programme.start, programme.end = (
        day_in(conference.text(key), f"conference, {key}", report) for key in ("start", "end")
    )
    zone = zone_named(conference.text("time_zone_name"))
    events: list[tuple[dt.date | None, str, dict[str, Any]]] = []
    for day in conference.records("days"):
        rooms = day.get("rooms")
        for room, talks in rooms.items() if isinstance(rooms, dict) else ():
            date = day_in(day.get("date"), "day", report)
            events += [(date, room, talk) for talk in records_of(talks)]
    if not events:
        raise ImportFailedError("it has no days with talks in rooms; is the schedule released?")
    check_number(len(events))
    for number, (date, room, event) in enumerate(events, 1):
        programme.talks.append(_talk(event, f"event {number}", (date, room, zone), programme.url, report))
    return programme


def _talk(
    event: dict[str, Any], where: str, place: tuple[dt.date | None, str, dt.tzinfo | None], url: str, report: Report
) -> Talk:
    day, room, zone = place
    data = Fields(event, report)
    number, guid, code = data.text("id"), data.text("guid"), data.text("code")
    title, subtitle = data.text("title"), data.text("subtitle")
    link = data.text("url")
    keys = [f"guid:{guid}" * bool(guid), f"pretalx:{code}" * bool(code), f"frab:{number}" * bool(number)]
    if "/talk/" in link:
        keys.append(f"pretalx:{link.rstrip('/').rpartition('/')[2]}")
    talk = Talk(
        tuple(dict.fromkeys(key for key in keys if key)),
        f"{where}, {shown(title)}",
        title=_with_subtitle(title, subtitle),
        kind=data.text("type"),
        people=[_person(person, report) for person in data.items("persons")],
        texts=[data.text("abstract"), data.text("description")],
        link=_web(link),
        image=_web(data.text("logo")),
        track=data.text("track"),
        room=data.text("room") or room,
        language=data.text("language"),
        duration=read_length(data.text("duration")),
        recording="not recorded" if data.take("do_not_record") is True else "",
        video=_web(data.text("video_download_url", "recording_url")),
    )
    start = in_zone(time_in(data.text("date"), f"{talk.where}, date", report), zone)
    clock = read_clock(data.text("start"))
    if not isinstance(start, dt.datetime) and clock is not None and day:
        start = in_zone(dt.datetime.combine(start or day, clock), zone)
    talk.start = start
    for link_data in data.items("links"):
        record = link_data if isinstance(link_data, dict) else {"url": link_data}
        talk.links.append((as_text(record.get("title")), as_text(record.get("url"))))
    for attachment in data.records("attachments"):
        title = as_text(attachment.get("title") or attachment.get("name"))
        talk.links.append((title, urljoin(url, as_text(attachment.get("url")))))
    data.take("slug")  # made from id and title
    data.done()
    return talk


def _person(person: Any, report: Report) -> Speaker:  # noqa: ANN401 (any JSON)
    if not isinstance(person, dict):
        return Speaker(as_text(person))
    data = Fields(person, report)
    data.take("id", "guid", "code")
    speaker = Speaker(data.text("public_name", "full_public_name", "name"), affiliation=data.text("affiliation"))
    data.done("persons.")
    return speaker


def _with_subtitle(title: str, subtitle: str) -> str:
    if not subtitle or subtitle in title:
        return title
    return f"{title}{' ' if title.endswith(('?', '!', '.', ':')) else ': '}{subtitle}"


def _web(address: str) -> str:
    return address if address.startswith(("https://", "http://")) else ""


def read_xml(root: Element, report: Report) -> Programme:
    """Return the programme in a `schedule.xml`, which has the same fields."""
    head = _child(root, "conference")
    known = ("title", "acronym", "url", "time_zone_name", "start", "end")
    conference: dict[str, Any] = {tag: _text(_child(head, tag)) for tag in known}
    conference["days"] = [
        {
            "date": day.get("date"),
            "rooms": {
                room.get("name") or "": [_event(event) for event in room.iter("event")] for room in day.iter("room")
            },
        }
        for day in root.iter("day")
    ]
    schedule = {
        "version": _text(_child(root, "version")),
        "base_url": _text(_child(head, "base_url")),
        "conference": conference,
    }
    return read_json({"schedule": schedule}, report)


def _event(event: Element) -> dict[str, Any]:
    data: dict[str, Any] = {**event.attrib}
    for child in event:
        if child.tag == "persons":
            data["persons"] = [
                {"public_name": person.get("name") or _text(person) or _text(_child(person, "name"))}
                for person in child
            ]
        elif child.tag in {"links", "attachments"}:
            data[child.tag] = [{"title": _text(link), "url": link.get("href")} for link in child]
        elif child.tag == "recording":
            data["do_not_record"] = _text(_child(child, "optout")) == "true"
        else:
            data[child.tag] = _text(child)
    return data


def _child(element: Element, tag: str) -> Element:
    found = element.find(tag)
    return found if found is not None else type(element)(tag)


def _text(element: Element) -> str:
    return (element.text or "").strip()
