"""The lines of values in data files, for mistakes that are found after a file was read.

Records only know the line on which their entry begins. A file is read again to find the line of one value; this
happens only to report a mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_recaps.data.validation_messages import as_lists
from sphinx_recaps.data.yaml_reader import Map, Place, Seq
from sphinx_recaps.data.yaml_recovery import read_with_mistakes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class ValueLocations:
    """Finds values in the data files of a source folder, and reads each file once; lines count from 1."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self._contents: dict[str, object] = {}

    def of_entry(self, path: str, entry: int, key: str, name: str = "") -> int:
        """Return the line of a value of the entry that begins on line ``entry``, or of one ``name`` in its list.

        If there is no such value, the line is that of the entry.
        """
        for item in _entries(self._content(path)):
            if isinstance(item, Map) and item.place.line == entry:
                as_lists(item)
                names = item.get(key)
                if isinstance(names, Seq) and name in names and len(names.places) == len(names):
                    return names.item_place(names.index(name)).line
                return item.value_place(key).line
        return entry

    def of_number(self, path: str, what: str) -> int:
        """Return the line of one of the numbers of an event; 1 if there is no such number."""
        content = self._content(path)
        numbers = content.get("numbers") if isinstance(content, Map) else None
        return numbers.value_place(what).line if isinstance(numbers, Map) else 1

    def of_session(self, path: str, key: str, value: str) -> Place:
        """Return the place of the first session of an event with this value; the start of the file if none has it."""
        content = self._content(path)
        sessions = content.get("sessions") if isinstance(content, Map) else None
        for session in sessions if isinstance(sessions, Seq) else ():
            if isinstance(session, Map) and session.get(key) == value:
                return session.value_place(key)
        return Place(1, 1)

    def _content(self, path: str) -> object:
        if path not in self._contents:
            text = (self.source / path).read_text(encoding="utf-8-sig", errors="replace")
            self._contents[path] = read_with_mistakes(text, [])[0]
        return self._contents[path]


def _entries(content: object) -> Iterator[object]:
    items = content.get("entries") if isinstance(content, Map) else content
    yield from items if isinstance(items, Seq) else ()
