"""Opens the files to import and recognises their format by what they contain."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

import yaml
from defusedxml.ElementTree import ParseError, fromstring

from sphinx_recaps.data.fields import quote
from sphinx_recaps.data.text_files import decoded
from sphinx_recaps.data.yaml_reader import RefusedError, read
from sphinx_recaps.importers import calendars, frab, pretalx, recordings, sessionize, tables
from sphinx_recaps.importers.programme import ImportFailedError, Programme, Report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sphinx_recaps.data.yaml_reader import Problem

LARGEST = 64_000_000  # bytes
_HTML = re.compile(r"<!doctype html|<html|<head|<body", re.IGNORECASE)
_YAML = re.compile(r"(?:#[^\n]*\n|---[^\n]*\n|\s*\n)*(?:---|- +[\w\"'{]|[\w-]+:(?:\s|$))")
_VERSION_DAY = re.compile(r"\b(20\d\d)-?(\d\d)-?(\d\d)\b")
Content = Any  # JSON or YAML


def read_programme(path: Path, columns: tables.Columns, kind: str, report: Report) -> Programme:
    """Return the programme in a file or folder; raises ImportFailedError with a message that says why it cannot."""
    programme = _of_folder(path, report) if path.is_dir() else _of_file(path, columns, kind, report)
    if programme.date is None and (match := _VERSION_DAY.search(programme.version)):
        programme.date = _day(match)
    if programme.date is None:
        newest = max((file.stat().st_mtime for file in (path.rglob("*") if path.is_dir() else [path])), default=0)
        programme.date = dt.datetime.fromtimestamp(newest, tz=dt.UTC).date()
    return programme


def _day(match: re.Match[str]) -> dt.date | None:
    try:
        return dt.date(*map(int, match.groups()))
    except ValueError:
        return None


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            msg = f"it has {size / 1e6:,.0f} MB, and the limit is {LARGEST // 1_000_000} MB; is it a programme?"
            raise ImportFailedError(msg)
        return path.read_bytes()
    except OSError as error:
        msg = f"it cannot be read ({error.strerror})"
        raise ImportFailedError(msg) from error


def _of_file(path: Path, columns: tables.Columns, kind: str, report: Report) -> Programme:
    data = _bytes(path)
    if not data.strip():
        raise ImportFailedError("it is empty")
    if data.startswith(b"PK"):
        return tables.read_table(tables.rows_of_workbook(data, columns, report), columns, kind, report)
    if data.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"\x89PNG")):
        raise ImportFailedError("it is a PDF, an old Excel file, an archive or a picture; save it as XLSX or CSV")
    text = _text(data, report)
    start = text.lstrip()[:2000]
    if start.startswith(("{", "[")):
        return of_content(path.stem, _json(text), columns, kind, report)
    if start.startswith("<"):
        return frab.read_xml(_xml(text, start), report)
    if start.upper().startswith("BEGIN:VCALENDAR"):
        return calendars.read_calendar(text, report)
    if _YAML.match(text):
        return of_content(path.stem, _yaml(text), columns, kind, report)
    return tables.read_table(tables.rows_of_text(text, columns, report), columns, kind, report)


def _text(data: bytes, report: Report) -> str:
    problems: list[Problem] = []
    text = decoded(data, problems)
    if "\0" in text:
        raise ImportFailedError("it is not a text file; export the programme as JSON, XML, CSV, XLSX or iCalendar")
    report.repaired.extend(f"line {problem.line}: {problem.message.partition(';')[0]}" for problem in problems)
    return text


def _json(text: str) -> Content:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg
        why = (
            "the file ends too early; download it again"
            if cut
            else f"{error.msg}, near {quote(text[error.pos : error.pos + 20])}"
        )
        msg = f"line {error.lineno}, column {error.colno} is not JSON: {why}"
        raise ImportFailedError(msg) from error
    except (RecursionError, ValueError) as error:
        raise ImportFailedError("its JSON is nested too deeply, or has a huge number; is it a programme?") from error


def _xml(text: str, start: str) -> Element:
    if _HTML.search(start):
        raise ImportFailedError("it is a web page, not a programme; download the file that the page links to")
    try:
        root = fromstring(re.sub(r"\A\s*<\?xml[^>]*\?>", "", text), forbid_dtd=True)
    except ParseError as error:
        msg = f"line {error.position[0]}, column {error.position[1] + 1} is not XML: is the file complete?"
        raise ImportFailedError(msg) from error
    except ValueError as error:
        raise ImportFailedError(
            "it has a document type or entities, which can be harmful, and which schedules do not need"
        ) from error
    if not isinstance(root, Element) or root.tag != "schedule":
        raise ImportFailedError("it is XML, but not the schedule of frab or pretalx")
    return root


def _yaml(text: str) -> Content:
    try:
        return read(text, 0, [])[0]
    except RefusedError as error:
        msg = f"line {error.problem.line}: {error.problem.message}"
        raise ImportFailedError(msg) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        msg = f"line {line} is not YAML ({error.problem})"
        raise ImportFailedError(msg) from error


_READERS: tuple[tuple[Callable[[Content], bool], Callable[[Content, Report], Programme]], ...] = (
    (frab.is_schedule, frab.read_json),
    (sessionize.is_sessionize, sessionize.read_sessionize),
    (pretalx.is_pretalx, pretalx.read_pretalx),
    (recordings.is_video_info, recordings.read_video_info),
    (recordings.is_rubyevents, recordings.read_rubyevents),
)


def of_content(name: str, content: Content, columns: tables.Columns, kind: str, report: Report) -> Programme:
    """Return the programme in JSON or YAML; ``name`` is that of the file."""
    if recordings.is_pyvideo(content):
        return recordings.read_pyvideo([(name, content)], "", report)
    for recognises, read_content in _READERS:
        if recognises(content):
            return read_content(content, report)
    records, named = tables.records_in(content)
    if not records:
        raise ImportFailedError("it has no list of talks, and its format cannot be imported")
    return tables.read_table(tables.rows_of_records(records, columns), columns, named or kind, report)


def _of_folder(path: Path, report: Report) -> Programme:
    """Return the programme in a folder of PyVideo or RubyEvents."""
    files = sorted(path.glob("*.y*ml"))
    if any(file.stem == "videos" for file in files):
        programme, *others = (_rubyevents(file, report) for file in files if file.stem in {"event", "videos"})
        for other in others:
            programme.unite(other)
        return programme
    talks = sorted((path / "videos").glob("*.json")) or [
        file for file in sorted(path.glob("*.json")) if file.stem != "category"
    ]
    contents = [(file.stem, _json(_text(_bytes(file), report))) for file in talks]
    foreign = [name for name, content in contents if not recordings.is_pyvideo(content)]
    if not contents or foreign:
        file = f" ({foreign[0]}.json is not)" if foreign else ""
        msg = f"it is not a folder of PyVideo or RubyEvents{file}; name the files in it"
        raise ImportFailedError(msg)
    category = path / "category.json"
    name = recordings.name_of_folder(_json(_text(_bytes(category), report))) if category.is_file() else ""
    return recordings.read_pyvideo(contents, name, report)


def _rubyevents(file: Path, report: Report) -> Programme:
    content = _yaml(_text(_bytes(file), report))
    if not recordings.is_rubyevents(content):
        msg = f"{file.name} is not a file of RubyEvents"
        raise ImportFailedError(msg)
    return recordings.read_rubyevents(content, report)
