"""What every format is turned into: a programme with its talks, and a report of what happened on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

MOST_TALKS = 20_000
OFTEN_DIVIDED = {"table", "yt-dlp"}  # formats in which an event can have several files


class ImportFailedError(ValueError):
    """A file cannot be imported; the message says why and what to do."""


@dataclass
class Speaker:
    """A person, with role and affiliation, '' if the source does not have them."""

    name: str
    role: str = ""
    affiliation: str = ""


@dataclass
class Talk:
    """A talk, poster or other part of a programme, as its source has it; what it does not say is '' or None.

    ``keys`` identify it in this and other exports of the source, ``where`` is its place in the file for messages.
    ``kind`` are the source's words for what it is, ``texts`` its abstract and description, in Markdown or HTML.
    ``duration`` is in seconds; ``start`` is a date, or a datetime with or without a zone. ``chapters`` are pairs of
    seconds and titles. ``part_of`` is the key of the talk, or the id of the video, whose recording contains it.
    """

    keys: tuple[str, ...]
    where: str
    title: str = ""
    id: str = ""
    kind: str = ""
    people: list[Speaker] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    link: str = ""
    image: str = ""
    video: str = ""
    uploaded: dt.date | None = None
    start: dt.date | None = None
    duration: int = 0
    links: list[tuple[str, str]] = field(default_factory=list)
    track: str = ""
    format: str = ""
    room: str = ""
    language: str = ""
    recording: str = ""
    part_of: str = ""
    part_start: str = ""
    part_end: str = ""
    chapters: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Programme:
    """The content of a file; ``format`` is what the file is, ``version`` and ``date`` are those of the file.

    ``columns`` are lines that say what the columns of a table mean.
    """

    format: str
    talks: list[Talk] = field(default_factory=list)
    name: str = ""
    start: dt.date | None = None
    end: dt.date | None = None
    place: str = ""
    url: str = ""
    version: str = ""
    date: dt.date | None = None
    videos: list[dict[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)

    def unite(self, other: Programme) -> None:
        """Add the content of another file about the same event; facts stay if they are known already."""
        for name in (item.name for item in fields(self)):
            own, more = getattr(self, name), getattr(other, name)
            setattr(self, name, [*own, *more] if isinstance(own, list) else own or more)

    def take_common_links(self) -> list[tuple[str, str]]:
        """Remove the links that every talk has, and return them: they are links of the event."""
        links = dict.fromkeys(self.talks[0].links) if len(self.talks) > 2 else {}
        common = [link for link in links if link[1] and all(link in talk.links for talk in self.talks)]
        for talk in self.talks:
            talk.links = [link for link in talk.links if link not in common]
        return common


@dataclass
class Report:
    """What to tell people: what has no place, was left out, was repaired or is uncertain."""

    lost: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, where: str, why: str) -> None:
        """Note a record that is left out."""
        self.refused.append(f"{where}: {why}")

    def repair(self, where: str, before: str, after: str) -> None:
        """Note a text that was changed beyond its spaces."""
        self.repaired.append(f"{where}: {shown(before)} is now {shown(after)}")


def shown(text: str, length: int = 60) -> str:
    """Return text for a message: on one line, shortened, in quotation marks."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= length else line[: length - 1] + '…'}”"


class Fields:
    """A record of a source; what is not taken is counted as lost."""

    def __init__(self, data: Mapping[str, Any], report: Report) -> None:
        self._data = dict(data) if isinstance(data, dict) else {}
        self._report = report

    def take(self, *names: str) -> Any:  # noqa: ANN401 (any JSON)
        """Return the first of some fields that has a value, or None; all of them are taken."""
        found = [value for name in names if not is_empty(value := self._data.pop(name, None))]
        return found[0] if found else None

    def text(self, *names: str) -> str:
        """Return a field as text; if it is in several languages, the English or the first one."""
        return as_text(self.take(*names))

    def items(self, *names: str) -> list[Any]:
        """Return a field that is a list; anything else is a list with one item."""
        value = self.take(*names)
        return value if isinstance(value, list) else [] if value is None else [value]

    def records(self, *names: str) -> list[dict[str, Any]]:
        """Return the records in a field that is a list."""
        return [item for item in self.items(*names) if isinstance(item, dict)]

    def done(self, prefix: str = "") -> None:
        """Count the fields that were not taken, except for flags and empty ones."""
        lost = (name for name, value in self._data.items() if not is_empty(value) and not isinstance(value, bool))
        self._report.lost.update(f"{prefix}{name}" for name in lost)


def is_empty(value: object) -> bool:
    """Return whether a value says nothing."""
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {})


def records_of(value: object) -> list[dict[str, Any]]:
    """Return the records in a value that should be a list of them."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def as_text(value: object) -> str:
    """Return a value as text; if it is in several languages, the English or the first one."""
    if isinstance(value, dict):
        value = value.get("en") or next((text for text in value.values() if isinstance(text, str) and text), "")
    if isinstance(value, list):
        value = ", ".join(as_text(item) for item in value)
    return "" if value is None or isinstance(value, dict) else str(value).strip()


def check_number(number: int) -> None:
    """Raise ImportFailedError if there are more talks than any event has."""
    if number > MOST_TALKS:
        msg = f"it has more than {MOST_TALKS:,} records, too many for one event; divide it by event"
        raise ImportFailedError(msg)
