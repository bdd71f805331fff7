"""The subtitle files that a page shows: finding them, reading them, and reporting their mistakes."""

from __future__ import annotations

import difflib
import os
import posixpath
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.core.did_you_mean import with_lookalike_notes
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.fields import SUBTITLES, quote
from sphinx_recaps.data.subtitles import LARGEST, Subtitles, clock_of, read_subtitles
from sphinx_recaps.data.yaml_reader import Problem
from sphinx_recaps.incremental.inputs import note_absent
from sphinx_recaps.incremental.output_manifest import digest, file_digest
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.subtitle_files import SubtitleFile, subtitle_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.data.subtitles import Cue
    from sphinx_recaps.data.transcript_records import Transcript

_MINUTE = 60


class Spoken(NamedTuple):
    """The content of a subtitle file; ``file`` has the language and the maker that the content names, if any."""

    file: SubtitleFile
    cues: Sequence[Cue]


def _note_file(env: BuildEnvironment, file: SubtitleFile, location: str, length: int | None) -> SubtitleFile | None:
    """Report the mistakes in a file, and make the current page depend on it; None if it cannot be used.

    The path that is returned has no ``..``.
    """
    try:
        relative, path = _find_file(env, file.path)
    except ValueError as error:
        report(RecapWarning.TRANSCRIPT, f"transcript: {error}", location, lost=True)
        return None
    env.note_dependency(relative)
    env.dlfiles.add_file(env.current_document.docname, relative)
    subtitles = _read(path)
    problems = [*subtitles.problems, *_beyond(subtitles.cues, length, path.suffix.lower())]
    reported = recap_domain(env).reported
    for problem in problems:
        if (relative, problem) not in reported:
            reported.add((relative, problem))
            report(RecapWarning.TRANSCRIPT, problem.message, problem.location(relative), lost=True)
    return file._replace(path=relative)


def _read(path: Path) -> Subtitles:
    """Return the content of a file, unless it cannot be read or is too large."""
    try:
        size = path.stat().st_size
        if size <= LARGEST:
            return read_subtitles(path.read_bytes(), path.suffix.lower())
        message = f"the file has {size / 1e6:.1f} MB, but the limit is {LARGEST // 1_000_000} MB; divide it"
    except OSError as error:
        message = f"the file cannot be read ({error.strerror}); change its permissions"
    return Subtitles((), (Problem(1, 1, message),))


def _find_file(env: BuildEnvironment, name: str) -> tuple[str, Path]:
    """Return a file, relative to the source folder and as a path; ``name`` is relative to that folder.

    Raises ValueError with a message, and similar names, if it is not a file of the project. A link to a file outside is
    not followed: whoever can add a page could publish any file of the computer that builds the site.
    """
    try:
        relative, absolute = env.relfn2path(f"/{name}")
    except RuntimeError as error:  # of pathlib, before Python 3.13
        raise ValueError(f"{quote(name)} is a symbolic link to itself; replace it by the file") from error
    path = Path(absolute)
    if f"{posixpath.normpath(name)}/".startswith("../"):
        raise ValueError(f"{quote(name)} is outside the project; copy it to a folder beside the page")
    if f"{relative}/".startswith("../") or Path(relative).is_absolute():  # links are resolved
        raise ValueError(f"{quote(name)} is a symbolic link to a file outside the project; replace it by the file")
    if not os.path.isfile(path):  # noqa: PTH113 (pathlib raises for long names)
        note_absent(env, relative)
        names = os.listdir(path.parent) if os.path.isdir(path.parent) else ()  # noqa: PTH112, PTH208
        beside = sorted(file for file in names if file.lower().endswith(SUBTITLES))
        near = with_lookalike_notes(path.name, difflib.get_close_matches(path.name, beside, 3, 0.5) or beside[:5])
        hint = f"did you mean {' or '.join(near)}?" if near else "there is no subtitle file in that folder"
        raise ValueError(f"{quote(name)} does not exist; {hint}")
    return relative, path


def _beyond(cues: Sequence[Cue], length: int | None, suffix: str) -> list[Problem]:
    """Return a problem if subtitles start after the end of the recording; a duration in minutes may be rounded."""
    if not length:
        return []
    end = (length + (_MINUTE if length % _MINUTE == 0 else 1)) * 1000
    late = [cue for cue in cues if cue.start > end]
    if not late:
        return []
    others = f" and {len(late) - 1} below it" if len(late) > 1 else ""
    message = f"the subtitle{others} starts after the end of the recording, at {clock_of(length * 1000, suffix)}"
    return [Problem(late[0].line, 1, f"{message}; correct its time, or the duration")]


def spoken(env: BuildEnvironment, files: Iterable[SubtitleFile]) -> list[Spoken]:
    """Return the content of files in which something is said."""
    found = []
    for file in files:
        path = Path(env.srcdir, file.path)
        subtitles = _read(path) if path.is_file() else Subtitles((), ())
        language = file.language or subtitles.language
        by = file.by or ("machine" if subtitles.automatic else "")
        if any(cue.said for cue in subtitles.cues):
            found.append(Spoken(SubtitleFile(file.path, language, by), subtitles.cues))
    return found


def content_digest(env: BuildEnvironment, files: Iterable[SubtitleFile]) -> str:
    """Return a digest of what some files contain and of what is said about them."""
    return digest(*(f"{file} {file_digest(Path(env.srcdir, file.path))}" for file in files))


def note_files(
    env: BuildEnvironment,
    records: Sequence[Transcript],
    folder: str,
    location: Callable[[Transcript], str],
    length: int | None = None,
) -> list[SubtitleFile]:
    """Note the subtitle files of a recording on the current page, and return those that can be used.

    ``location`` returns where a file is named, ``length`` is the duration of the recording in seconds, if it is known.
    """
    named = zip(subtitle_files(records, folder), records, strict=True)
    return [noted for file, record in named if (noted := _note_file(env, file, location(record), length))]
