"""Recordings that contain entries: a talk may be part of the recording of another entry, or of a video of its event."""

from __future__ import annotations

from collections import defaultdict
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.data.fields import code, quote
from sphinx_recaps.data.value_places import line_of
from sphinx_recaps.data.video_reference import player_of
from sphinx_recaps.registry.former_objects import folder_of
from sphinx_recaps.registry.objects import folders
from sphinx_recaps.registry.records_of_files import record_of
from sphinx_recaps.registry.subtitle_files import subtitle_files

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from sphinx_recaps.data.records import Recording
    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.objects import NotedEntry, NotedEvent, Objects
    from sphinx_recaps.registry.subtitle_files import SubtitleFile


class Recorded(NamedTuple):
    """A recording of an ``entry`` or of the event: its title, its video and the day of its publication, if known.

    ``subtitles`` are the files of its transcripts.
    """

    title: str
    video: str | None
    uploaded: dt.date | None
    entry: NotedEntry | None
    subtitles: Sequence[SubtitleFile] = ()


def recordings(domain: RecapDomain, event: str, names: Sequence[str]) -> list[Recorded]:
    """Return the recordings of an event with these ids; unknown ones are left out."""
    found = (domain.keep(("recording", event, name), partial(_recording, domain, event, name)) for name in names)
    return [one for one in found if one is not None]


def _recording(domain: RecapDomain, event: str, name: str) -> Recorded | None:
    found = [_of_entry(domain, entry) for entry in _entries(domain.objects, event, name)]
    if found:
        return next((one for one in found if one.video), found[0])
    known = domain.objects.events.get(event)
    if known is None:
        return None
    return next((_of_event(known, one) for one in known.record.videos if _same(one.id, name)), None)


def _of_event(event: NotedEvent, video: Recording) -> Recorded:
    subtitles = subtitle_files(video.transcript, folder_of(event.path))
    return Recorded(video.title, video.url, video.uploaded, None, subtitles)


def _of_entry(domain: RecapDomain, entry: NotedEntry) -> Recorded:
    record = record_of(domain.env, entry)
    if record is None:
        return Recorded(entry.title, None, None, entry)
    subtitles = subtitle_files(record.transcript, folder_of(entry.path))
    return Recorded(entry.title, record.video, record.uploaded, entry, subtitles)


def _entries(objects: Objects, event: str, name: str) -> list[NotedEntry]:
    """Return the entries with an id, now or formerly; entries of different kinds can share one."""
    key = f"{event}/{name}".casefold().lstrip("/")
    found = [objects.by_name[kind, key] for kind in objects.kinds if (kind, key) in objects.by_name]
    return found or [one.entry for one in objects.former if one.folder == event and _same(one.id, name)]


def _same(one: str | None, other: str) -> bool:
    return one is not None and one.casefold() == other.casefold()


def parts(domain: RecapDomain, entry: NotedEntry) -> list[NotedEntry]:
    """Return the entries that the recording of an entry contains, in order; those without a time come last.

    An entry contains nothing if another one with its id is the recording.
    """
    known = domain.objects.parts
    own = [part for name in (entry.id, *entry.was) for part in known.get((entry.event, name.casefold()), ())]
    if not own or all(one.entry is not entry for one in recordings(domain, entry.event, [entry.id])):
        return []
    return sorted((one for one in own if one is not entry), key=_in_time)


def parts_of_video(domain: RecapDomain, video: str, docname: str) -> list[NotedEntry]:
    """Return the entries that a video, given by its id, contains, for a page in the folder of their event.

    They are in order, those without a time last. Those that are in one of several recordings are left out.
    """
    known = domain.keep("parts of videos", partial(_parts_of_videos, domain))
    return sorted((part for event in folders(docname) for part in known.get((event, video), ())), key=_in_time)


def _parts_of_videos(domain: RecapDomain) -> dict[tuple[str, str], list[NotedEntry]]:
    """Return the entries in each video of each event."""
    found: dict[tuple[str, str], list[NotedEntry]] = defaultdict(list)
    for (event, name), entries in domain.objects.parts.items():
        for recorded in recordings(domain, event, [name]):
            video = player_of(recorded.video)
            if video and video.video_id:
                own = (one for one in entries if len(one.part_of) == 1 and one is not recorded.entry)
                found[event, video.video_id] += own
    return found


def transcribed_videos(domain: RecapDomain, video: str, docname: str) -> list[Recorded]:
    """Return the videos with an id on YouTube and a transcript, of the events of the folders of a page."""
    events = (domain.objects.events[event] for event in folders(docname) if event in domain.objects.events)
    return [
        _of_event(event, one)
        for event in events
        for one in event.record.videos
        if one.transcript and (player := player_of(one.url)) and player.video_id == video
    ]


def _in_time(entry: NotedEntry) -> tuple[bool, int, str, int]:
    """Return a sort key: by time, and those without one last, in the order of their files."""
    return entry.start is None, entry.start or 0, entry.path, entry.line


def chapters_of_entry(
    domain: RecapDomain, entry: NotedEntry, own: Sequence[tuple[int, str]]
) -> list[tuple[int | None, str, NotedEntry | None]]:
    """Return the chapters of the recording of an entry in order: its ``own``, and the entries that are part of it.

    An entry replaces the chapter at its time; those without a time come last.
    """
    inside = [part for part in parts(domain, entry) if len(part.part_of) == 1]
    starts = {part.start for part in inside}
    found: list[tuple[int | None, str, NotedEntry | None]] = [(*one, None) for one in own if one[0] not in starts]
    found += ((part.start, part.title, part) for part in inside)
    return sorted(found, key=lambda chapter: (chapter[0] is None, chapter[0] or 0))


def unknown_recordings(domain: RecapDomain) -> Iterator[tuple[str, str]]:
    """Yield a message for each entry that is part of something unknown, or of itself, with its location."""
    for (event, key), entries in domain.objects.parts.items():
        found = _recording(domain, event, key)
        for entry in entries:
            if found is not None and found.entry is not entry:
                continue
            name = next(name for name in entry.part_of if name.casefold() == key)
            location = f"{entry.path}:{line_of(entry, 'part_of')}"
            message = f"`part_of`: the event has no entry or video {quote(name)}; {_hint(domain, event, name)}"
            if found is not None:
                message = f"`part_of`: {quote(name)} is this entry itself; name the entry or video that contains it"
            yield message, location


def _hint(domain: RecapDomain, event: str, name: str) -> str:
    known = domain.objects.events.get(event)
    videos = [one.id for one in known.record.videos if one.id] if known else []
    names = [*videos, *(entry.id for entry in domain.objects.entries if entry.event == event)]
    near = get_close_matches(name, names, 1, 0.6)
    return f"write {code(near[0])}" if near else "write the `id` of one, or give the video of the event an `id`"
