"""The transcripts of entries: their own, or what is said in their part of another recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.subtitles import clock_of
from sphinx_recaps.data.transcripts import between, in_recording
from sphinx_recaps.registry.recordings import recordings
from sphinx_recaps.transcripts.files import content_digest, note_files, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.data.records import Entry
    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.subtitle_files import SubtitleFile


class EntryTranscripts(NamedTuple):
    """The subtitle files of an entry, and the part of their recording that is the entry, in seconds.

    If the files are the entry's own, ``length`` is the duration of that part, or 0 if nobody knows it.
    """

    files: Sequence[SubtitleFile] = ()
    start: int | None = None
    end: int | None = None
    length: int | None = None


def note_transcripts(env: BuildEnvironment, entries: Iterable[Entry], path: str) -> dict[str, list[SubtitleFile]]:
    """Note the transcripts of entries on the current page, and return them by the ids of the entries.

    ``path`` is the data file of the entries.
    """
    found = {}
    for entry in entries:
        if entry.transcript:
            length = None if entry.part_of else entry.duration
            folder = path.rpartition("/")[0]
            files = note_files(env, entry.transcript, folder, lambda one: f"{path}:{one.line}", length)
            found[entry.id] = files
            _check_part(env, entry, files)
    return found


def _check_part(env: BuildEnvironment, entry: Entry, files: Sequence[SubtitleFile]) -> None:
    """Report transcripts that have nothing in the part of the recording that is the entry."""
    start, end = part_of(entry)
    if start is end is None:
        return
    for one in spoken(env, files):
        if not between(in_recording(one.cues, start, _length(entry)), start, end):
            times = f"{clock_of(one.cues[0].start)} to {clock_of(one.cues[-1].end)}"
            begins = clock_of((start or 0) * 1000)
            message = f"the subtitles are from {times}, but the entry starts at {begins} of its recording"
            hint = "write the times of the recording, or correct `start` and `end`"
            report(RecapWarning.TRANSCRIPT, f"{message}; {hint}", f"{one.file.path}:{one.cues[0].line}", lost=True)


def _length(entry: Entry) -> int:
    """Return the duration of an entry in seconds, 0 if it is unknown."""
    return entry.end - (entry.start or 0) if entry.end else entry.duration or 0


def part_of(entry: Entry) -> tuple[int | None, int | None]:
    """Return the start and the end of an entry in the recording that it is part of; None if that is unknown."""
    return (None, None) if entry.video or len(entry.part_of) != 1 else (entry.start, entry.end)


def entry_transcripts(
    domain: RecapDomain, entry: Entry, event: str, own: Mapping[str, Sequence[SubtitleFile]]
) -> EntryTranscripts:
    """Return the transcripts of an entry: its ``own``, by id, or those of the recording that it is a known part of."""
    part = part_of(entry)
    if own.get(entry.id) or part[0] is None:
        return EntryTranscripts(own.get(entry.id, ()), *part, None if part[0] is None else _length(entry))
    files = [file for one in recordings(domain, event, entry.part_of) for file in one.subtitles]
    return EntryTranscripts(files, *part)


def transcripts_digest(env: BuildEnvironment, own: Mapping[str, Sequence[SubtitleFile]]) -> str:
    """Return a digest of all transcripts of a list; '' if there are none."""
    return content_digest(env, [file for files in own.values() for file in files]) if own else ""
