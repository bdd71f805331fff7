"""On which line a value of a data file stands, for mistakes that are found after the file was read.

Records know the line of their entry alone. A file is read again for the line of a value: only mistakes ask for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_recaps.data.validation_messages import as_lists
from sphinx_recaps.data.yaml_reader import Map, Place, Seq
from sphinx_recaps.data.yaml_recovery import read_with_mistakes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Places:
    """The lines of values in the data files of a folder, each file read once; lines count from 1."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self._contents: dict[str, object] = {}

    def of_entry(self, path: str, entry: int, key: str, name: str = "") -> int:
        """Return the line of a value of the entry that begins on a line, or of one of the names that it lists.

        It is the line of the entry where the value is not found.
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
        """Return the line of a number of an event; 1 where it is not found."""
        content = self._content(path)
        numbers = content.get("numbers") if isinstance(content, Map) else None
        return numbers.value_place(what).line if isinstance(numbers, Map) else 1

    def of_session(self, path: str, key: str, value: str) -> Place:
        """Return where the first session of an event has a value; the beginning of the file where none has it."""
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
