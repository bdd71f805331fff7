"""The subtitle files that data files name: their paths in the project, and their languages."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.core.language_codes import is_language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx_recaps.data.transcript_records import Transcript


class SubtitleFile(NamedTuple):
    """A subtitle file: its path relative to the source folder, the code of its language, and who made it.

    Language and maker are empty if the data file says neither.
    """

    path: str
    language: str
    by: str


def subtitle_files(records: Iterable[Transcript], folder: str) -> list[SubtitleFile]:
    """Return the files that the records of a data file name; ``folder`` is that of the data file."""
    return [
        SubtitleFile(within(folder, one.file), one.language or language_of(one.file), one.by or "") for one in records
    ]


def within(folder: str, file: str) -> str:
    """Return the path of a file, relative to the source folder; with a leading slash, it already is."""
    return file.lstrip("/") if file.startswith("/") or not folder else f"{folder}/{file}"


def language_of(file: str) -> str:
    """Return the code of the language at the end of the name of a file, ``a4.pt-BR.vtt``; '' if there is none."""
    code = PurePosixPath(PurePosixPath(file).stem).suffix[1:]
    return code.replace("_", "-") if is_language(code) else ""
