"""JSON of Sessionize in its four views: All, GridSmart, Sessions and Speakers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sphinx_recaps.importers.names import role_and_affiliation
from sphinx_recaps.importers.programme import (
    Fields,
    ImportFailedError,
    Programme,
    Speaker,
    Talk,
    as_text,
    records_of,
    shown,
)
from sphinx_recaps.importers.times import length_between, time_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx_recaps.importers.programme import Report

FORMAT = "Sessionize"
_CATEGORY_KEYS = {
    "track": "track",
    "format": "kind",
    "type": "kind",
    "language": "language",
    "tag": "topics",
    "topic": "topics",
}


def is_sessionize(content: Any) -> bool:  # noqa: ANN401 (any JSON)
    """Return whether JSON is one of the views."""
    if isinstance(content, dict):
        return isinstance(content.get("sessions"), list) and isinstance(content.get("speakers"), list)
    first = content[0] if isinstance(content, list) and content and isinstance(content[0], dict) else {}
    return "groupName" in first or {"date", "rooms"} <= first.keys() or {"fullName", "sessions"} <= first.keys()


def read_sessionize(content: Any, report: Report) -> Programme:  # noqa: ANN401 (any JSON)
    """Return the programme in a view."""
    programme = Programme(FORMAT)
    if isinstance(content, list) and "fullName" in content[0]:
        programme.talks = _of_speakers(content, report)
    else:
        names = _Names(content, report)
        seen = set()
        for number, session in enumerate(_sessions(content), 1):
            key = as_text(session.get("id"))
            if key not in seen:  # a session for all is in each room
                seen.add(key)
                talk = _talk(session, f"session {number}", names, report)
                programme.talks += [talk] if talk else []
    if not programme.talks:
        raise ImportFailedError("it has no accepted sessions")
    return programme


class _Names:
    """The names of rooms, speakers and categories, which the view All has once."""

    def __init__(self, content: Any, report: Report) -> None:  # noqa: ANN401 (any JSON)
        whole = content if isinstance(content, dict) else {}
        self.rooms = {as_text(room.get("id")): as_text(room.get("name")) for room in records_of(whole.get("rooms"))}
        self.speakers = {
            as_text(person.get("id")): _speaker(person, report) for person in records_of(whole.get("speakers"))
        }
        self.items = {
            as_text(item.get("id")): (as_text(category.get("title")), as_text(item.get("name")))
            for category in records_of(whole.get("categories"))
            for item in records_of(category.get("items"))
        }


def _sessions(content: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 (any JSON)
    if isinstance(content, dict):
        yield from records_of(content["sessions"])
        return
    for group in records_of(content):
        yield from records_of(group.get("sessions"))
        for room in records_of(group.get("rooms")):
            yield from records_of(room.get("sessions"))


def _speaker(person: dict[str, Any], report: Report) -> Speaker:
    data = Fields(person, report)
    name = data.text("fullName", "name") or f"{person.get('firstName') or ''} {person.get('lastName') or ''}".strip()
    data.take("firstName", "lastName", "id", "sessions")
    role, affiliation = role_and_affiliation(data.text("tagLine"))
    data.done("speakers.")
    return Speaker(name, role, affiliation) if role else Speaker(name, affiliation)


def _talk(session: dict[str, Any], where: str, names: _Names, report: Report) -> Talk | None:
    data = Fields(session, report)
    key, title, status = data.text("id"), data.text("title"), data.text("status")
    where = f"{where}, {shown(title)}"
    if data.take("isServiceSession") is True:
        report.refuse(where, "it is a break or the like, not a talk")
        return None
    if status and status not in {"Accepted", "Accept_Queue"}:
        report.refuse(where, f"its status is {status}")
        return None
    start, end = (time_in(data.text(key), f"{where}, {key}", report) for key in ("startsAt", "endsAt"))
    talk = Talk((f"sessionize:{key}",), where, title=title, start=start, duration=length_between(start, end))
    talk.texts = [data.text("description")]
    talk.room = data.text("room") or names.rooms.get(as_text(session.get("roomId")), "")
    talk.video = data.text("recordingUrl")
    for person in data.items("speakers"):
        known = names.speakers.get(as_text(person.get("id") if isinstance(person, dict) else person))
        name = as_text(person.get("name")) if isinstance(person, dict) else ""
        if known or name:
            talk.people.append(replace(known) if known else Speaker(name))
    pairs = [names.items[key] for item in data.items("categoryItems") if (key := as_text(item)) in names.items]
    for category in data.records("categories"):
        pairs += [
            (as_text(category.get("name")), as_text(item.get("name")))
            for item in records_of(category.get("categoryItems"))
        ]
    _categorise(talk, pairs, report)
    data.take("roomId")
    data.done()
    return talk


def _categorise(talk: Talk, pairs: list[tuple[str, str]], report: Report) -> None:
    """Add the values of categories, whose names the organisers chose."""
    for category, value in pairs:
        key = next((key for word, key in _CATEGORY_KEYS.items() if word in category.casefold()), "")
        if key == "topics":
            talk.topics.append(value)
        elif key and not getattr(talk, key):
            setattr(talk, key, value)
        else:
            report.lost[f"category “{category}”"] += 1


def _of_speakers(content: list[dict[str, Any]], report: Report) -> list[Talk]:
    """Return the talks in a list of speakers, which has only their titles and people."""
    talks: dict[str, Talk] = {}
    for person in records_of(content):
        speaker = _speaker(person, report)
        for session in records_of(person.get("sessions")):
            key, title = as_text(session.get("id")), as_text(session.get("name"))
            talk = talks.setdefault(key, Talk((f"sessionize:{key}",), f"session {key}, {shown(title)}", title=title))
            talk.people.append(replace(speaker))
    return [*talks.values()]
