"""Lists of recordings: folders of PyVideo, `info.json` of yt-dlp for a video or a playlist, and RubyEvents."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sphinx_recaps.data.chapters import read_chapters
from sphinx_recaps.data.video_reference import parse_video
from sphinx_recaps.importers.names import divide_titles
from sphinx_recaps.importers.programme import (
    Fields,
    ImportFailedError,
    Programme,
    Speaker,
    Talk,
    as_text,
    check_number,
    shown,
)
from sphinx_recaps.importers.times import read_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx_recaps.importers.programme import Report

PYVIDEO, VIDEO, RUBYEVENTS = "PyVideo", "yt-dlp", "RubyEvents"
_GONE = re.compile(r"\[?(?:private|deleted) video\]?", re.IGNORECASE)
_TIME_LINE = re.compile(
    r"^\W*\(?(?:\d{1,2}:)?\d{1,3}:[0-5]\d\b.*$|^.*\b(?:\d{1,2}:)?\d{1,3}:[0-5]\d\)?\s*$", re.MULTILINE
)
_HASHTAGS = re.compile(r"^\s*(?:#\w+\s*)+$", re.MULTILINE)
_STATES = {"not_recorded": "not recorded", "not_published": "not published"}


def youtube_key(address: str) -> tuple[str, ...]:
    """Return the key of a video on YouTube, by which other lists know it, too."""
    with suppress(ValueError):
        if address and (video := parse_video(address).video_id):
            return (f"youtube:{video}",)
    return (f"video:{address}",) if address else ()


def is_pyvideo(content: Any) -> bool:  # noqa: ANN401 (any JSON)
    """Return whether JSON is a talk of PyVideo."""
    return isinstance(content, dict) and isinstance(content.get("videos"), list) and "speakers" in content


def read_pyvideo(contents: Sequence[tuple[str, Any]], name: str, report: Report) -> Programme:
    """Return the programme of a folder: pairs of the name of a file and its content."""
    check_number(len(contents))
    programme = Programme(PYVIDEO, name=name)
    for file, content in contents:
        data = Fields(content, report)
        title = data.text("title")
        videos = [as_text(video.get("url")) for video in data.records("videos") if isinstance(video, dict)]
        description, summary = data.text("description"), data.text("summary")
        programme.talks.append(
            Talk(
                (*youtube_key(videos[0] if videos else ""), f"pyvideo:{data.text('slug') or file}"),
                f"{file}, {shown(title)}",
                title=title,
                people=[Speaker(as_text(person)) for person in data.items("speakers")],
                topics=[as_text(tag) for tag in data.items("tags")],
                texts=[summary, description],
                video=videos[0] if videos else "",
                links=[("", address) for address in videos[1:]]
                + [_related(link) for link in data.items("related_urls")],
                start=read_time(data.text("recorded")),
                duration=int(data.take("duration") or 0),
                language=data.text("language"),
            )
        )
        data.done()
    return programme


def _related(link: Any) -> tuple[str, str]:  # noqa: ANN401 (any JSON)
    return (as_text(link.get("label")), as_text(link.get("url"))) if isinstance(link, dict) else ("", as_text(link))


def is_video_info(content: Any) -> bool:  # noqa: ANN401 (any JSON)
    """Return whether JSON is an `info.json`."""
    return isinstance(content, dict) and (
        {"extractor", "webpage_url"} <= content.keys() or content.get("_type") == "playlist"
    )


def read_video_info(content: dict[str, Any], report: Report) -> Programme:
    """Return the programme in an `info.json`: each video of a playlist is a talk, or each chapter with a speaker."""
    programme = Programme(VIDEO, url=as_text(content.get("webpage_url")))
    if isinstance(content.get("epoch"), int | float):
        programme.date = dt.datetime.fromtimestamp(content["epoch"], tz=dt.UTC).date()
    entries = content.get("entries")
    if entries is None:
        programme.talks = _parts(content, programme)
        if programme.talks:
            return programme
        entries = [content]
    else:
        programme.name = as_text(content.get("title"))
    check_number(len(entries))
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or _GONE.fullmatch(as_text(entry.get("title"))):
            report.refuse(f"video {number}", "it is private or deleted")
        else:
            programme.talks.append(_video(entry, f"video {number}", report))
    _without_common_end(programme.talks, report)
    divided = divide_titles(talk.title for talk in programme.talks)
    for talk, (title, people) in zip(programme.talks, divided, strict=True):
        talk.title, talk.people = title, people
    return programme


def _video(info: dict[str, Any], where: str, report: Report) -> Talk:
    # What yt-dlp writes about formats, channels and counts has no place anywhere.
    known = (
        "id",
        "title",
        "description",
        "chapters",
        "upload_date",
        "duration",
        "webpage_url",
        "url",
        "tags",
        "language",
    )
    data = Fields({key: info.get(key) for key in known}, report)
    title, key = data.text("title"), data.text("id")
    address = data.text("webpage_url", "url")
    if re.fullmatch(r"[\w-]{11}", key) and ("youtu" in address or not address):
        address = f"https://www.youtube.com/watch?v={key}"
    description = data.text("description")
    chapters = [
        (int(float(item.get("start_time") or 0)), as_text(item.get("title"))) for item in data.records("chapters")
    ]
    if not chapters:
        chapters = [(chapter.start, chapter.title) for chapter in read_chapters(description)[0]]
    talk = Talk(
        youtube_key(address),
        f"{where}, {shown(title)}",
        title=title,
        texts=[without_chapters(description) if chapters else _HASHTAGS.sub("", description)],
        video=address,
        uploaded=read_time(data.text("upload_date")),
        duration=int(float(data.take("duration") or 0)),
        chapters=chapters,
        language=data.text("language"),
    )
    data.done()
    return talk


def without_chapters(description: str) -> str:
    """Return a description without the lines of its chapters and hashtags."""
    return _HASHTAGS.sub("", _TIME_LINE.sub("", description))


def _parts(info: dict[str, Any], programme: Programme) -> list[Talk]:
    """Return the chapters of a recording as talks, if most of them name speakers."""
    chapters = [item for item in info.get("chapters") or () if isinstance(item, dict)]
    divided = divide_titles(as_text(item.get("title")) for item in chapters)
    if len(chapters) < 2 or sum(bool(people) for _, people in divided) * 2 <= len(chapters):
        return []
    key = as_text(info.get("id"))
    uploaded = read_time(as_text(info.get("upload_date")))
    video = {
        "title": as_text(info.get("title")),
        "url": as_text(info.get("webpage_url")),
        "id": f"video-{key.strip('-_')}",
    }
    programme.videos = [video | ({"uploaded": uploaded.isoformat()} if uploaded else {})]
    talks = []
    for number, (item, (title, people)) in enumerate(zip(chapters, divided, strict=True), 1):
        begin = as_text(item.get("start_time"))
        talk = Talk((f"youtube:{key}:{begin}",), f"chapter {number}, {shown(title)}", title=title, people=people)
        talk.part_of, talk.part_start, talk.part_end = video["id"], begin, as_text(item.get("end_time"))
        talks.append(talk)
    return talks


def _without_common_end(talks: Sequence[Talk], report: Report) -> None:
    """Remove what most titles of a playlist end with: ``… | Orchid Days 2024``."""
    ends = [talk.title.rpartition(" | ")[2] for talk in talks if " | " in talk.title]
    for end in set(ends):
        if len(talks) > 2 and ends.count(end) * 2 > len(talks):
            report.notes.append(f"“ | {end}” is left out at the end of {ends.count(end)} titles")
            for talk in talks:
                talk.title = talk.title.removesuffix(f" | {end}")


def is_rubyevents(content: Any) -> bool:  # noqa: ANN401 (any YAML)
    """Return whether YAML is `videos.yml` or `event.yml`."""
    if isinstance(content, dict):
        return {"title", "start_date"} <= content.keys()
    return (
        isinstance(content, list) and bool(content) and isinstance(content[0], dict) and "video_provider" in content[0]
    )


def read_rubyevents(content: Any, report: Report) -> Programme:  # noqa: ANN401 (any YAML)
    """Return the programme in `videos.yml`, or what `event.yml` says about the event."""
    if isinstance(content, list):
        check_number(len(content))
        programme = Programme(RUBYEVENTS)
        for number, record in enumerate(content, 1):
            programme.talks += _rubyevents_talks(record, f"talk {number}", "", report)
        return programme
    data = Fields(content, report)
    programme = Programme(
        RUBYEVENTS,
        name=data.text("title"),
        start=read_time(data.text("start_date")),
        end=read_time(data.text("end_date")),
        place=data.text("location"),
        url=data.text("website"),
    )
    programme.links = [("Playlist", data.text("playlist"))]
    data.take("id", "year")
    data.done("event.")
    return programme


def _rubyevents_talks(record: dict[str, Any], where: str, parent: str, report: Report) -> list[Talk]:
    data = Fields(record, report)
    title, key = data.text("title"), data.text("id")
    provider, video = data.text("video_provider"), data.text("video_id")
    address = {"youtube": f"https://www.youtube.com/watch?v={video}", "vimeo": f"https://vimeo.com/{video}"}.get(
        provider, ""
    )
    talk = Talk(
        (*youtube_key(address), f"rubyevents:{key}"),
        f"{where}, {shown(title)}",
        title=title,
        people=[Speaker(as_text(person)) for person in data.items("speakers")],
        texts=[data.text("description")],
        video=address or (video if video.startswith("http") else ""),
        uploaded=read_time(data.text("published_at")) if address else None,
        start=read_time(data.text("date")),
        track=data.text("track"),
        kind=data.text("kind"),
        language=data.text("language"),
        recording=_STATES.get(provider, ""),
        part_of=parent,
        part_start=data.text("start_cue"),
        part_end=data.text("end_cue"),
    )
    talk.links = [("Slides", data.text("slides_url"))]
    for resource in data.records("additional_resources"):
        talk.links.append((as_text(resource.get("name") or resource.get("type")), as_text(resource.get("url"))))
    parts = data.records("talks")
    data.take("raw_title", "original_title", "event_name")
    data.done()
    inside = [talk for part in parts for talk in _rubyevents_talks(part, where, f"rubyevents:{key}", report)]
    return [talk, *inside]


def name_of_folder(content: Any) -> str:  # noqa: ANN401 (any JSON)
    """Return the name of the event in `category.json` of PyVideo."""
    if not isinstance(content, dict):
        raise ImportFailedError("category.json is not a record with a title")
    return as_text(content.get("title"))
