"""Tables with a row for each talk: CSV, TSV and XLSX, and JSON or YAML lists of records with the same names."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import openpyxl

from sphinx_recaps.core.slugs import plain
from sphinx_recaps.importers.names import role_and_affiliation, speakers_in
from sphinx_recaps.importers.programme import (
    Fields,
    ImportFailedError,
    Programme,
    Speaker,
    Talk,
    as_text,
    check_number,
    is_empty,
    shown,
)
from sphinx_recaps.importers.recordings import youtube_key
from sphinx_recaps.importers.times import days_come_first, length_between, read_clock, read_length, read_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sphinx_recaps.importers.programme import Report

FORMAT = "table"
_LARGEST_UNPACKED = 200_000_000  # bytes, unpacked
_MOST_COLUMNS = 200
_MOST_EMPTY = 5_000  # rows one after another; anything below them is not part of the table
# What each column may be called, in lower case without spaces and punctuation; the first name is that of --column.
COLUMNS = {
    "title": "title sessiontitle talktitle postertitle papertitle proposaltitle presentationtitle titel talk "
    "session presentation thema subject",
    "subtitle": "subtitle untertitel",
    "id": "id code nr no number sessionid talkid posterid posternumber postercode board boardnumber section",
    "people": "people speakers speaker authors author presenters presenter speakername speakernames authorname "
    "authornames hosts host panelists panellists owner vortragende referenten referentinnen sprecher",
    "first_name": "firstname givenname vorname speakerfirstname",
    "last_name": "lastname familyname surname nachname speakerlastname",
    "affiliation": "affiliation affiliations company organisation organization institution employer firma",
    "role": "role jobtitle position tagline",
    "abstract": "abstract description sessiondescription talkabstract beschreibung summary shortdescription",
    "type": "type sessiontype talktype kind category kategorie art submissiontype",
    "format": "format sessionformat talkformat",
    "track": "track stream strand",
    "room": "room raum location venue hall stage place ort",
    "language": "language sprache lang locale talklanguage",
    "date": "date day datum tag",
    "start": "start starttime time begin begins from startsat zeit uhrzeit beginn scheduledat",
    "end": "end endtime until to endsat ende",
    "duration": "duration length minutes dauer durationmin durationminutes",
    "link": "link url website homepage web page sessionurl",
    "video": "video recording youtube videourl videolink recordingurl youtubelink youtubeurl aufzeichnung",
    "image": "image picture photo thumbnail thumbnaillink imageurl logo",
    "topics": "topics topic tags tag keywords categories subjectarea themen",
    "status": "status state decision",
    "slides": "slides slidesurl slideslink folien",
    "code": "repository repo github sourcecode coderepository notebook",
    "paper": "paper arxiv doi paperurl paperlink",
    "poster": "poster posterlink posterurl pdf",
}
# Words in longer names of columns, such as those of a form: `Title of your talk`, `Abstract (at most 200 words)`.
_WORDS = tuple(
    (meaning, re.compile(word, re.IGNORECASE))
    for meaning, word in (
        ("title", r"^(?:\w+ )?(?:title|titel)\b|\btitle$"),
        (
            "people",
            (
                r"\b(?:speaker|author|presenter)s?\b(?!.*\b(?:affiliation|bio\w*|company|country|e-?mail|ids?|image|links?"
                r"|photo|picture|pronouns|role|title|url)\b)"
            ),
        ),
        ("abstract", r"\b(?:abstract|description|beschreibung)\b"),
        ("affiliation", r"\b(?:affiliations?|company|employer|institution|organi[sz]ation|university)\b"),
        ("type", r"\b(?:type|format)\b"),
        ("topics", r"\b(?:keywords?|tags|topics?)\b"),
        ("start", r"\bstart"),
        ("end", r"\bend"),
        ("date", r"^(?:date|day)\b"),
        ("room", r"\b(?:location|room)\b"),
        ("duration", r"\b(?:duration|length)\b"),
        ("video", r"\b(?:recording|video)\b"),
        ("slides", r"\bslides\b"),
        ("language", r"\blanguage\b"),
    )
)
_NAMES = {"name", "names", "fullname"}
_PARENTHESES = re.compile(r"\(.*?\)")
_LINKS = {"slides": "Slides", "code": "Code", "paper": "Paper", "poster": "Poster"}
_DECIDED = re.compile(r"(?:accept|confirm|schedul|publish|approv|yes|ok|angenommen)", re.IGNORECASE)
_FORMULA = re.compile(r"[=@][A-Za-z(].*\(.*|=[A-Z]+\d+.*|\+cmd\|.*", re.DOTALL)

Row = dict[str, Any]


class Columns:
    """What the columns of a table mean; ``own`` are pairs of a meaning and a name, from the command line."""

    def __init__(self, own: Iterable[tuple[str, str]] = ()) -> None:
        self.own = {_folded(name): meaning for meaning, name in own}
        for meaning in self.own.values():
            if meaning not in COLUMNS:
                msg = f"“{meaning}” is not the meaning of a column; write one of {', '.join(COLUMNS)}"
                raise ImportFailedError(msg)

    def meanings(self, names: Sequence[str]) -> dict[str, str]:
        """Return what columns mean by their names: as the command line says, by a usual name, or by a word in it.

        Only people can be in several columns.
        """
        folded = {name: _folded(name) for name in names if name}
        found = {name: self.own[fold] for name, fold in folded.items() if fold in self.own}
        for meaning, usual in COLUMNS.items():
            known = usual.split()
            fitting = sorted((known.index(fold), name) for name, fold in folded.items() if fold in known)
            if fitting and meaning not in found.values():
                found.setdefault(fitting[0][1], meaning)
        for meaning, word in _WORDS:
            more = [name for name in folded if name not in found and word.search(_PARENTHESES.sub("", name))]
            if meaning == "people":
                more += [name for name, fold in folded.items() if fold in _NAMES and "title" in found.values()]
                found.update(dict.fromkeys(more, meaning))
            elif meaning not in found.values():
                found.update(dict.fromkeys(more[:1], meaning))
        if "title" not in found.values():
            found.update({name: "title" for name, fold in folded.items() if fold in _NAMES})
        return found

    def are_head(self, names: Sequence[str]) -> bool:
        """Return whether names are the names of columns, one of them of the titles."""
        return "title" in self.meanings(names).values() and (len([*filter(None, names)]) > 1 or len(names) == 1)


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", plain(name))


def rows_of_text(text: str, columns: Columns, report: Report) -> Iterator[tuple[str, Row]]:
    """Yield the rows of CSV or TSV with their places; the separator is what the first line has most of."""
    head = text.partition("\n")[0]
    separator = max(",;\t|", key=head.count)
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        yield from _rows(((f"line {reader.line_num}", cells) for cells in reader), columns, report)
    except csv.Error as error:
        msg = f"line {reader.line_num} is not CSV ({error})"
        raise ImportFailedError(msg) from error


def rows_of_workbook(data: bytes, columns: Columns, report: Report) -> Iterator[tuple[str, Row]]:
    """Yield the rows of the sheets of an XLSX file that have titles."""
    book, values = _opened(data), _opened(data, data_only=True)
    found, heads = False, []
    for sheet in book.worksheets:
        try:
            for place, row in _rows(_cells(sheet, values[sheet.title], report), columns, report):
                found = True
                yield f"{sheet.title}, {place}", row
        except _NoTitleError as error:
            heads.append(error)
    if not found:
        raise heads[0] if heads else ImportFailedError("it has no rows")


def _opened(data: bytes, **options: bool) -> Any:  # noqa: ANN401 (openpyxl has no types)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(item.file_size for item in archive.infolist())
        book = (
            openpyxl.load_workbook(io.BytesIO(data), read_only=True, **options) if size <= _LARGEST_UNPACKED else None
        )
    except Exception as error:
        msg = f"it is not a whole XLSX file ({type(error).__name__}); save it again, or as CSV"
        raise ImportFailedError(msg) from error
    if book is None:
        msg = f"it unpacks to {size / 1e6:,.0f} MB, far more than a programme has; save the sheet as CSV"
        raise ImportFailedError(msg)
    return book


def _cells(sheet: Any, values: Any, report: Report) -> Iterator[tuple[str, list[Any]]]:  # noqa: ANN401 (no types)
    rows = sheet.iter_rows(max_col=_MOST_COLUMNS), values.iter_rows(max_col=_MOST_COLUMNS, values_only=True)
    for number, (cells, results) in enumerate(zip(*rows, strict=False), 1):
        row = list(results)
        for index, cell in enumerate(cells):
            if getattr(cell, "data_type", "") == "f" and is_empty(row[index]):
                report.refuse(f"{sheet.title}, cell {cell.coordinate}", "it has a formula without a result")
        yield f"row {number}", row


class _NoTitleError(ImportFailedError):
    """No column of a table has the titles."""


def _rows(lines: Iterable[tuple[str, Sequence[Any]]], columns: Columns, report: Report) -> Iterator[tuple[str, Row]]:
    """Yield the rows below the names of the columns, which are one of the first ten rows."""
    head: list[str] = []
    first: list[str] = []
    number = empty = 0
    for place, cells in lines:
        if all(is_empty(cell) for cell in cells):
            empty += 1
            if empty > _MOST_EMPTY:
                break
            continue
        number, empty = number + 1, 0
        if head:
            check_number(number)
            if any(not is_empty(cell) for cell in cells[len(head) :]):
                size = f"it has {len(cells)} cells for {len(head)} columns"
                report.refuse(place, f"{size}; write text that contains the separator in quotes")
                continue
            yield place, {name: cell for name, cell in zip(head, cells, strict=False) if name}
            continue
        names = [" ".join(str("" if cell is None else cell).split()) for cell in cells]
        first = first or names
        if columns.are_head(names):
            head = names
        elif number == 10:
            break
    if not head:
        known = ", ".join(shown(name, 30) for name in first[:12] if name) or "none"
        msg = f"no column has the titles; the columns are {known}: write --column title=NAME"
        raise _NoTitleError(msg)


def read_table(rows: Iterable[tuple[str, Row]], columns: Columns, kind: str, report: Report) -> Programme:
    """Return the programme in rows with their places; ``kind`` is what the rows are if no column says so."""
    found = [*rows]
    if not found:
        raise ImportFailedError("it has no rows")
    meanings = columns.meanings([*dict.fromkeys(name for _, row in found for name in row)])
    meant = [(place, _meant(row, meanings, report)) for place, row in found]
    titles: Counter[str] = Counter()
    ids = Counter(as_text(row.get("id")) for _, row in meant)
    day_first = days_come_first([as_text(row.get("date") or row.get("start")) for _, row in meant])
    columns_read = [f"{meaning} from {shown(name, 40)}" for name, meaning in meanings.items()]
    programme = Programme(FORMAT, columns=columns_read)
    for place, row in meant:
        if ids[as_text(row.get("id"))] > 1 and "id" in row:
            report.lost["id that several rows have"] += 1
            del row["id"]
        talk = _talk(place, _without_formulas(place, row, report), day_first, report)
        if talk is not None:
            talk.kind = talk.kind or kind
            titles[talk.title] += 1
            if titles[talk.title] > 1 and not talk.id:
                talk.keys = (*talk.keys[:-1], f"{talk.keys[-1]}#{titles[talk.title]}")
            programme.talks.append(talk)
    return programme


def _meant(row: Row, meanings: Mapping[str, str], report: Report) -> Row:
    """Return the cells of a row by their meaning; others are counted."""
    found: Row = {}
    for name, value in row.items():
        meaning = meanings.get(name, "")
        if is_empty(value):
            continue
        if meaning == "people" and meaning in found:
            found[meaning] = [*_as_list(found[meaning]), *_as_list(value)]
        elif not meaning or meaning in found:
            report.lost[name] += 1
        else:
            found[meaning] = value
    return found


def _as_list(value: Any) -> list[Any]:  # noqa: ANN401 (any cell)
    return value if isinstance(value, list) else [value]


def _without_formulas(place: str, row: Row, report: Report) -> Row:
    for key in [key for key, value in row.items() if isinstance(value, str) and _FORMULA.fullmatch(value.strip())]:
        report.refuse(f"{place}, column {key}", f"{shown(row.pop(key))} is a formula; write the value")
    return row


def _talk(place: str, row: Row, day_first: bool | None, report: Report) -> Talk | None:
    data = Fields(row, report)
    title, status = data.text("title"), data.text("status")
    where = f"{place}, {shown(title)}"
    if not title:
        report.refuse(place, "it has no title")
        return None
    if status and not _DECIDED.match(status):
        report.refuse(where, f"its status is {shown(status)}")
        return None
    subtitle, own_id, video = data.text("subtitle"), data.text("id").removesuffix(".0"), data.text("video")
    topics = data.take("topics")
    talk = Talk(
        (*youtube_key(video), f"id:{own_id}" if own_id else f"title:{title}"),
        where,
        title=f"{title}: {subtitle}" if subtitle else title,
        id=own_id,
        people=_people(data),
        topics=[as_text(topic) for topic in topics]
        if isinstance(topics, list)
        else [topic for topic in re.split(r"\s*[;,|\n]\s*", as_text(topics)) if topic],
        texts=[data.text("abstract")],
        video=video,
    )
    for key in ("format", "track", "room", "language", "link", "image"):
        setattr(talk, key, data.text(key))
    talk.kind = data.text("type")
    talk.links = [(name, data.text(key)) for key, name in _LINKS.items()]
    talk.links += [(as_text(link.get("title")), as_text(link.get("url"))) for link in data.records("links")]
    _set_times(talk, data, day_first, report)
    return talk


def _people(data: Fields) -> list[Speaker]:
    named = data.items("people")
    single = f"{data.text('first_name')} {data.text('last_name')}".strip()
    people = [person for name in named for person in speakers_in(as_text(name))]
    if single and not people:
        people = [Speaker(single)]
    affiliation, role = data.text("affiliation"), data.text("role")
    if len(people) == 1:
        more, affiliation = role_and_affiliation(affiliation) if not role else ("", affiliation)
        people[0].role, people[0].affiliation = role or people[0].role or more, affiliation or people[0].affiliation
    elif affiliation:
        each = re.split(r"\s*[;|\n]\s*", affiliation)
        for index, person in enumerate(people):
            person.affiliation = each[index] if len(each) == len(people) else affiliation
    return people


def _set_times(talk: Talk, data: Fields, day_first: bool | None, report: Report) -> None:
    """Set start and duration from the columns for date, start, end and duration."""
    values = {key: data.take(key) for key in ("date", "start", "end", "duration")}
    day: dt.date | None = None
    for key in ("date", "start"):
        if values[key] is None or (
            key == "start" and read_clock(values[key]) and not isinstance(values[key], dt.datetime)
        ):
            continue
        try:
            day = read_time(values[key], day_first=day_first) or day
        except ValueError as error:
            report.refuse(f"{talk.where}, column {key}", str(error))
    clock, end_clock = read_clock(values["start"]), read_clock(values["end"])
    if clock is None and isinstance(values["start"], str):
        clock, *_ = [*(read_clock(part) for part in re.split(r"\s*[-–—]\s*", values["start"])), None]  # `9:00 - 9:45`
        end_clock = end_clock or read_clock(re.split(r"\s*[-–—]\s*", values["start"])[-1])
    if clock is not None and day is not None and not isinstance(day, dt.datetime):
        day = dt.datetime.combine(day, clock)
    talk.start = day
    end: dt.date | None = None
    if end_clock is not None and isinstance(day, dt.datetime):
        end = dt.datetime.combine(day.date(), end_clock, tzinfo=day.tzinfo)
    else:
        with suppress(ValueError):
            end = read_time(values["end"], day_first=day_first)
    talk.duration = read_length(values["duration"]) or length_between(day, end)


def records_in(content: Any) -> tuple[list[dict[str, Any]], str]:  # noqa: ANN401 (any JSON or YAML)
    """Return the longest list of records in JSON or YAML, and the kind that the file names."""
    kind = as_text(content.get("kind")) if isinstance(content, dict) else ""
    lists = [content] if isinstance(content, list) else [*content.values()] if isinstance(content, dict) else []
    found = [[item for item in items if isinstance(item, dict)] for items in lists if isinstance(items, list)]
    return max(found, key=len, default=[]), kind


def rows_of_records(records: Iterable[Mapping[str, Any]], columns: Columns) -> Iterator[tuple[str, Row]]:
    """Yield records as the rows of a table."""
    names = list(dict.fromkeys(name for record in records for name in record))
    if not columns.are_head(names):
        known = ", ".join(shown(name, 30) for name in names[:12])
        msg = f"its records have no title; their fields are {known}: write --column title=NAME"
        raise ImportFailedError(msg)
    for number, record in enumerate(records, 1):
        check_number(number)
        yield f"record {number}", dict(record)
