"""Answers of the API of pretalx: submissions or talks, speakers, and the videos of its YouTube plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from sphinx_recaps.importers.times import length_between, read_length, time_in

if TYPE_CHECKING:
    from sphinx_recaps.importers.programme import Report

FORMAT = "answer of pretalx"
_TAKEN = {"", "confirmed", "accepted"}


def _records(content: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (any JSON)
    """Return the records in an answer, which may be one page of several."""
    if isinstance(content, dict):
        content = content["results"] if isinstance(content.get("results"), list) else [content]
    return records_of(content)


def is_pretalx(content: Any) -> bool:  # noqa: ANN401 (any JSON)
    """Return whether JSON is an answer of the API."""
    first = next(iter(_records(content)), {})
    return ("code" in first and {"submission_type", "submissions", "state"} & first.keys() != set()) or {
        "submission",
        "youtube_link",
    } <= first.keys()


def read_pretalx(content: Any, report: Report) -> Programme:  # noqa: ANN401 (any JSON)
    """Return the programme in an answer; speakers and videos only add to talks of other files."""
    programme = Programme(FORMAT)
    if isinstance(content, dict) and content.get("next"):
        report.notes.append("This is one page of an answer; import the other pages, too")
    talks: dict[str, Talk] = {}
    for number, record in enumerate(_records(content), 1):
        data = Fields(record, report)
        if "title" in record:
            talk = _talk(data, number, report)
            if talk is not None:
                programme.talks.append(talk)
        elif code := data.text("submission"):
            link = data.text("youtube_link")
            data.take("video_id")
            programme.talks.append(Talk((f"pretalx:{code}",), f"record {number}, {code}", video=link))
        else:
            name = data.text("name")
            data.take("code")
            for code in map(as_text, data.items("submissions")):
                talk = talks.setdefault(code, Talk((f"pretalx:{code}",), f"record {number}, {shown(name)}"))
                talk.people.append(Speaker(name))
        data.done()
    programme.talks += talks.values()
    if not programme.talks:
        raise ImportFailedError("it has no accepted talks")
    return programme


def _talk(data: Fields, number: int, report: Report) -> Talk | None:
    code, title = data.text("code"), data.text("title")
    where = f"record {number}, {shown(title)}"
    state = data.text("state")
    if state not in _TAKEN:
        report.refuse(where, f"its state is {state}")
        return None
    slot = next(iter(data.records("slot", "slots")), {})
    start, end = (time_in(as_text(slot.get(key)), f"{where}, {key}", report) for key in ("start", "end"))
    room = slot.get("room")
    talk = Talk(
        (f"pretalx:{code}",),
        where,
        title=title,
        kind=_name(data.take("submission_type")),
        texts=[data.text("abstract"), data.text("description")],
        image=data.text("image"),
        track=_name(data.take("track")),
        room=_name(room),
        language=data.text("content_locale"),
        start=start,
        duration=length_between(start, end) or read_length(data.text("duration")),
        recording="not recorded" if data.take("do_not_record") is True else "",
        topics=[_name(tag) for tag in data.items("tags")],
    )
    for person in data.items("speakers"):
        if isinstance(person, dict):
            own = Fields(person, report)
            own.take("code")
            talk.people.append(Speaker(own.text("name")))
            own.done("speakers.")
    for resource in data.records("resources"):
        talk.links.append((as_text(resource.get("description")), as_text(resource.get("resource"))))
    data.take("submission_type_id", "track_id", "tag_ids", "slot_count", "is_featured")
    return talk


def _name(value: Any) -> str:  # noqa: ANN401 (any JSON)
    """Return a name, which may be a record with a name, in several languages."""
    while isinstance(value, dict) and "name" in value:
        value = value["name"]
    return as_text(value)
