"""The places of values in data files, noted while a file is read, for mistakes that are found afterwards.

An archive has many entries, so an entry has the lines of all its values in one small object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sphinx_recaps.data.records import LINES, NUMBER_LINES, TIMEZONE_PLACE, Entry, keys_of
from sphinx_recaps.data.transcript_records import PLACE
from sphinx_recaps.data.yaml_reader import Map, Seq

if TYPE_CHECKING:
    from sphinx_recaps.data.records import Lines

_KEYS = keys_of(Entry)
_POSITIONS = {key: position for position, key in enumerate(_KEYS)}
TRANSCRIPT = "transcript"
_LISTS = ("people", "topics")  # the lists whose items have lines of their own


class _Located(Protocol):
    """An entry, as a record or as noted in the domain; ``lines`` is the result of :func:`entry_lines`."""

    @property
    def people(self) -> tuple[str, ...]: ...

    @property
    def topics(self) -> tuple[str, ...]: ...

    @property
    def line(self) -> int: ...

    @property
    def lines(self) -> Lines: ...


def entry_lines(entry: Map) -> Lines:
    """Return how many lines below the start of an entry each value is: for all keys, then for people and topics.

    The number is 0 for a key that the entry does not have.
    """
    marks, start = entry.places, entry.mark.line
    lines = [marks[key][1].line - start if key in marks else 0 for key in _KEYS]
    for key in _LISTS:
        names = entry.get(key)
        if isinstance(names, Seq):
            lines += [mark.line - start for mark in names.places]
    try:
        return bytes(lines)
    except ValueError:  # a value is more than 255 lines below
        return tuple(lines)


def line_of(entry: _Located, key: str, name: str = "") -> int:
    """Return the line of a value of an entry, or of one ``name`` in its people or topics.

    It is the line of the entry if there is no such value, or if the entry is not from a file.
    """
    if not entry.lines:
        return entry.line
    position = _POSITIONS[key]
    if name:
        before = len(_KEYS) + (len(entry.people) if key == "topics" else 0)
        position = before + (entry.topics if key == "topics" else entry.people).index(name)
    return entry.line + entry.lines[position]


def note_places(data: Map, record: type) -> None:
    """Add the places of the values of an entry or event, under keys that a file cannot have."""
    if record is Entry:
        data[LINES] = entry_lines(data)
        return
    numbers, sessions = data.get("numbers"), data.get("sessions")
    if isinstance(numbers, Map):
        data[NUMBER_LINES] = tuple(numbers.value_place(what).line for what in numbers)
    elif isinstance(numbers, Seq):  # a list of pairs
        data[NUMBER_LINES] = tuple(numbers.item_place(index).line for index in range(len(numbers)))
    for session in sessions if isinstance(sessions, Seq) else ():
        if isinstance(session, Map):
            session[TIMEZONE_PLACE] = session.value_place("timezone")


def transcripts_as_records(data: Map) -> None:
    """Turn each file under the key ``transcript`` of an entry, or of the videos of an event, into a list of records."""
    videos = data.get("videos")
    for holder in (data, *(videos if isinstance(videos, Seq) else ())):
        value: Any = holder.get(TRANSCRIPT) if isinstance(holder, Map) else None
        if isinstance(value, Map) or (isinstance(value, str) and value):
            items = Seq(holder.places[TRANSCRIPT][1])
            items.append(value)
            items.places.append(holder.places[TRANSCRIPT][1])
            holder[TRANSCRIPT] = value = items
        for index, item in enumerate(value if isinstance(value, Seq) else ()):
            if isinstance(item, str) and item:
                value[index] = _file_record(item, value.places[index])
            elif isinstance(item, Map):
                item[PLACE] = item.value_place("file").line


def _file_record(file: str, mark: object) -> Map:
    record = Map(mark)
    record["file"], record.places["file"] = file, (mark, mark)
    record[PLACE] = record.place.line
    return record
