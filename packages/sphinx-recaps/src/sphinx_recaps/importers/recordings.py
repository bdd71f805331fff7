"""Lists of recordings: folders of PyVideo, `info.json` of yt-dlp for a video or a playlist, and RubyEvents."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sphinx_recaps.data.chapters import read_chapters
from sphinx_recaps.data.fields import video_source
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
    records_of,
    shown,
)
from sphinx_recaps.importers.texts import line
from sphinx_recaps.importers.times import LONGEST, day_in, time_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sphinx_recaps.importers.programme import Report

PYVIDEO, VIDEO, RUBYEVENTS = "PyVideo", "yt-dlp", "RubyEvents"
_GONE = re.compile(r"\[?(?:private|deleted) video\]?", re.IGNORECASE)
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
        videos = [as_text(video.get("url")) for video in data.records("videos")]
        description, chapters = _divide_description(data.text("description"))
        programme.talks.append(
            Talk(
                (*youtube_key(videos[0] if videos else ""), f"pyvideo:{data.text('slug') or file}"),
                f"{file}, {shown(title)}",
                title=title,
                people=[Speaker(as_text(person)) for person in data.items("speakers")],
                topics=[as_text(tag) for tag in data.items("tags")],
                texts=[data.text("summary"), description],
                chapters=chapters,
                video=videos[0] if videos else "",
                links=[("", address) for address in videos[1:]]
                + [_related(link) for link in data.items("related_urls")],
                start=time_in(data.text("recorded"), f"{file}, recorded", report),
                duration=_second(data.take("duration")),
                language=data.text("language"),
            )
        )
        data.done()
    return programme


def _second(value: Any) -> int:  # noqa: ANN401 (any JSON)
    """Return a number of seconds without its fraction; 0 for anything else."""
    with suppress(TypeError, ValueError, OverflowError):
        return max(0, int(float(value))) if float(value) <= LONGEST else 0
    return 0


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
    with suppress(TypeError, ValueError, OverflowError, OSError):
        programme.date = dt.datetime.fromtimestamp(content["epoch"], tz=dt.UTC).date() if content.get("epoch") else None
    entries = content.get("entries")
    if not isinstance(entries, list):
        programme.talks = _parts(content, programme, report)
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
        "id", "title", "description", "chapters", "upload_date", "duration", "webpage_url", "url", "tags", "language",
    )  # fmt: skip
    data = Fields({key: info.get(key) for key in known}, report)
    title, key = data.text("title"), data.text("id")
    address = data.text("webpage_url", "url")
    if re.fullmatch(r"[\w-]{11}", key) and ("youtu" in address or not address):
        address = f"https://www.youtube.com/watch?v={key}"
    description, listed = _divide_description(data.text("description"))
    chapters = [(_second(item.get("start_time")), as_text(item.get("title"))) for item in data.records("chapters")]
    talk = Talk(
        youtube_key(address),
        f"{where}, {shown(title)}",
        title=title,
        texts=[description],
        video=address,
        uploaded=day_in(data.text("upload_date"), f"{where}, upload_date", report),
        duration=_second(data.take("duration")),
        chapters=chapters or listed,
        language=data.text("language"),
    )
    data.done()
    return talk


def _divide_description(description: str) -> tuple[str, list[tuple[int, str]]]:
    """Return a description without its chapters and hashtags, and the chapters."""
    chapters = [(chapter.start, chapter.title) for chapter in read_chapters(description)[0]]
    lines = description.splitlines()
    if len(chapters) > 1:
        lines = [*_without_chapters(lines)]
    return _HASHTAGS.sub("", "\n".join(lines)), chapters


def _without_chapters(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines that are not part of a chapter, whose title may continue below, indented."""
    in_chapter = False
    for text in lines:
        in_chapter = bool(read_chapters(text)[0]) or (in_chapter and text.startswith("  ") and bool(text.strip()))
        if not in_chapter:
            yield text


def _parts(info: dict[str, Any], programme: Programme, report: Report) -> list[Talk]:
    """Return the chapters of a recording as talks, if most of them name speakers."""
    chapters = records_of(info.get("chapters"))
    divided = divide_titles(as_text(item.get("title")) for item in chapters)
    if len(chapters) < 2 or sum(bool(people) for _, people in divided) * 2 <= len(chapters):
        return []
    key, url = as_text(info.get("id")), as_text(info.get("webpage_url"))
    try:
        video_source(url)
    except ValueError:
        return []
    uploaded = day_in(as_text(info.get("upload_date")), "video, upload_date", report)
    own_id = f"video-{key.strip('-_')}" if re.fullmatch(r"[\w-]{1,40}", key, re.ASCII) else "recording"
    title = line(as_text(info.get("title")), "video, title", report) or "Recording"
    video = {"title": title, "url": url, "id": own_id}
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
        start=day_in(data.text("start_date"), "event, start_date", report),
        end=day_in(data.text("end_date"), "event, end_date", report),
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
        uploaded=day_in(data.text("published_at"), f"{where}, published_at", report) if address else None,
        start=time_in(data.text("date"), f"{where}, date", report),
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
