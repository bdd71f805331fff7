"""Reads the chapters of a recording from a list as people paste it, such as the description of a video."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from sphinx_recaps.data.fields import quote
from sphinx_recaps.data.video_reference import parse_time

_TIME = r"(?:\d{1,2}:)?\d{1,3}:\s?[0-5]\d(?!\d)"
_BULLET = r"(?:[-*•·▶►–—|]+\s+|\d{1,3}[.)]\s+)"
_START = re.compile(
    rf"\s*{_BULLET}*[\[(]?(?P<time>{_TIME})[\])]?_?\s*"
    rf"(?:(?:-|–|—|to|until|~)\s*[\[(]?{_TIME}[\])]?_?)?(?:\s*[-–—:|.]+(?=\s|$))?\s*(?P<title>.*)",
    re.ASCII,
)
_AT_END = re.compile(rf"(?<=[\s(\[])(?P<time>{_TIME})[\])]?\s*\Z", re.ASCII)
_IN_TEXT = re.compile(rf"(?<!\S)(?=[\[(]?{_TIME}[\])]?\s)", re.ASCII)
_RANGE_IN_TEXT = re.compile(rf"({_TIME})\s+[-–—]\s+{_TIME}", re.ASCII)
_REST_OF_RANGE = re.compile(rf"\s*[-–—]\s*{_TIME}\s+(?P<title>\S.*)", re.ASCII)
_DECORATION = re.compile(r"[\s=+|*_~#-]*|\.\. .*|\s*:[\w-]+:.*")
_HEADING = re.compile(r"\S.{0,40}:\s*|\s+(?:\* )?- .*")  # of the list, or of the columns of a table
_LINK = re.compile(r"`([^`<>]+)<[^<>]*>`_{1,2}|\[([^\[\]]+)\]\([^()\s]*\)")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,2})(?=\S)(.+?)(?<=\S)\1(?![\w*])")
_LONGEST = 500  # letters; longer text is not a title
_WRAPPED = 50  # letters; the rest of a line this long may be on the next one


class Chapter(NamedTuple):
    """A chapter: where it starts in the recording, in whole seconds, and its title."""

    start: int
    title: str


def chapter_list(value: object) -> tuple[Chapter, ...]:
    """Convert the key ``chapters``; raises ValueError if there are none. Mistakes in lines are reported separately."""
    text = "\n".join(chapter_lines(value))
    if chapters := read_chapters(text)[0]:
        return tuple(chapters)
    raise ValueError(f"{quote(text)} has no chapters; write a time and a title on each line, such as 12:30 Questions")


def chapter_lines(value: object) -> list[str]:
    """Return the lines of a list of chapters: a text, or what YAML makes of one without ``|``, a list or a mapping.

    To YAML, a title with a colon is a mapping: ``- 12:30 Moths: at night``.
    """
    if isinstance(value, Mapping):
        return [" ".join(f"{key} {title if isinstance(title, str) else ''}".split()) for key, title in value.items()]
    if isinstance(value, list):
        pairs = [[*item.items()] if isinstance(item, Mapping) else [(item,)] for item in value]
        return [": ".join(str(part) for pair in several for part in pair) for several in pairs]
    return str(value or "").split("\n")


class _Line(NamedTuple):
    number: int
    start: int
    title: str


def read_chapters(text: str) -> tuple[list[Chapter], list[tuple[int, str]]]:
    """Return the chapters in a text, and the mistakes: each with the number of its line, from 0, and a message."""
    lines, problems = _lines(text)
    chapters: list[Chapter] = []
    for number, start, title in lines:
        clean = _clean(title)
        if not clean:
            problems.append((number, "the chapter has no title; write it after the time, such as 12:30 Questions"))
            continue
        if chapters and start <= chapters[-1].start:
            message = "is not later than the one before it; put the chapters in order, or correct the time"
            problems.append((number, f"the chapter {quote(clean)} {message}"))
        chapters.append(Chapter(start, clean))
    return sorted(chapters, key=lambda chapter: chapter.start), sorted(problems)


def _lines(text: str) -> tuple[list[_Line], list[tuple[int, str]]]:
    """Return the text of each chapter, with the lines that belong to it, and the mistakes."""
    rows = text.replace("\xa0", " ").split("\n")
    if _is_running(rows):
        return _running(rows), []
    begins = _at_start if any(map(_at_start, rows)) else _at_end
    found: list[_Line] = []
    problems: list[tuple[int, str]] = []
    follows, stray = "", False  # the line above, unless it is empty; and whether that is not part of the list
    for number, row in enumerate(rows):
        rest = _REST_OF_RANGE.fullmatch(row) if found and not found[-1].title else None
        if rest is None and (timed := begins(row)):
            found.append(_Line(number, *timed))
            follows, stray = row, False
        elif not row.strip() or _DECORATION.fullmatch(row) or (not found and _HEADING.fullmatch(row)):
            follows, stray = "", False
        elif found and follows and not stray and _continues(found[-1], row, follows):
            title = f"{found[-1].title} {rest['title'] if rest else row.strip()}"
            if re.match(r"\s*- ", row) and found[-1].title:
                title = f"{found[-1].title}: {row.strip()[2:]}"  # the next cell of a table
            found[-1] = found[-1]._replace(title=title.strip(" -"))
            follows = row
        elif not stray:
            message = f"{quote(row.strip())} does not start with a time; write one, such as 12:30, or remove it"
            problems.append((number, message))
            follows, stray = row, True
    return found, problems


def _at_start(row: str) -> tuple[int, str] | None:
    """Return the time at the start of a line, and the title after it."""
    match = _START.fullmatch(row)
    return (parse_time(match["time"].replace(" ", "")), match["title"]) if match else None


def _at_end(row: str) -> tuple[int, str] | None:
    """Return the time at the end of a line, and the title before it."""
    match = _AT_END.search(row)
    title = row[: match.start()].strip(" \t:|.…–—-*•·([") if match else ""
    return (parse_time(match["time"].replace(" ", "")), title) if match and title else None


def _continues(chapter: _Line, row: str, above: str) -> bool:
    """Return whether a line without a time is the rest of the line above it."""
    return not chapter.title or row[:1].isspace() or len(above) >= _WRAPPED


def _is_running(rows: list[str]) -> bool:
    """Return whether most chapters of a text do not begin or end a line."""
    lined = max(sum(1 for row in rows if form(row)) for form in (_at_start, _at_end))
    total = len(_IN_TEXT.findall(_without_ranges("\n".join(rows))))
    return 2 * total > 3 * lined + 1 or total > len(rows) == 1


def _without_ranges(text: str) -> str:
    """Return a text with only the start of each range of times, on the same lines."""
    return _RANGE_IN_TEXT.sub(lambda match: match[1] + "\n" * match[0].count("\n"), text)


def _running(rows: list[str]) -> list[_Line]:
    """Return the chapters of a text without lines of their own, each with the line of its time."""
    text = _without_ranges("\n".join(rows))
    places = [match.start() for match in _IN_TEXT.finditer(text)]
    found, line = [], text.count("\n", 0, places[0])
    for begin, end in zip(places, [*places[1:], len(text)], strict=True):
        if timed := _at_start(" ".join(text[begin:end].split())):
            found.append(_Line(line, *timed))
        line += text.count("\n", begin, end)
    return found


def _clean(title: str) -> str:
    """Return a title without markup."""
    text = _LINK.sub(lambda link: (link[1] or link[2]).strip(), title) if "`" in title or "](" in title else title
    text = _EMPHASIS.sub(r"\2", text) if "*" in text and len(text) < _LONGEST else text
    return " ".join(text.replace("``", "").split())
