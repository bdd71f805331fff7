"""Reads a safe subset of YAML: text, lists and mappings, each with its line and column.

Scalars stay text, also ``NO``, ``1e3`` and ``2021-04-21``; ``~`` and ``null`` are empty. Anchors, aliases, tags and
deep nesting are rejected during parsing, before they take time or memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from sphinx_recaps.data.fields import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

# libyaml, if PyYAML was built with it, is twenty times as fast and reports the same places.
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DEEPEST = 12
NOTHING = {"~", "null"}
KEEP_LINES = {"abstract", "chapters"}  # the keys whose text keeps its lines
# Forbidden: control characters, unusual line ends, and characters that reorder or hide text.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)

LINE_END = re.compile(r"\r\n|\r|\n")
CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7}) |={7}$")  # conflict markers of Git


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A mistake in a data file; ``line`` and ``column`` count from 1."""

    line: int
    column: int
    message: str

    def location(self, path: object) -> str:
        """Return the place for a message, for a file with some path."""
        return f"{path}:{self.line}:{self.column}"


class Place(NamedTuple):
    """The start of a value; ``line`` and ``column`` count from 1."""

    line: int
    column: int

    def problem(self, message: str) -> Problem:
        """Return a problem at this place."""
        return Problem(self.line, self.column, message)


class Map(dict[str, Any]):
    """A mapping that knows its own place and those of its keys and values. An empty key only has a place."""

    __slots__ = ("mark", "places")

    def __init__(self, mark: Any) -> None:  # noqa: ANN401 (PyYAML's marks have no common type)
        self.mark = mark
        self.places: dict[str, tuple[Any, Any]] = {}

    @property
    def place(self) -> Place:
        """The start of the mapping."""
        return _place(self.mark)

    def key_place(self, key: str) -> Place:
        """Return the start of a key; for a missing key, the start of the mapping."""
        return _place(self.places[key][0]) if key in self.places else self.place

    def value_place(self, key: str) -> Place:
        """Return the start of a value."""
        return _place(self.places[key][1]) if key in self.places else self.place

    def rename(self, key: str, name: str) -> None:
        """Rename a key."""
        self[name] = self.pop(key)
        self.places[name] = self.places.pop(key)

    def without(self, indices: AbstractSet[int]) -> Map:
        """Return the mapping without some keys, given by their indices among those with a value, from 0."""
        kept = Map(self.mark)
        kept.update((key, value) for index, (key, value) in enumerate(self.items()) if index not in indices)
        kept.places = self.places
        return kept

    def merge(self, other: Map) -> Iterator[Problem]:
        """Add the keys of another mapping, and yield a problem for each key that both have."""
        for key, marks in other.places.items():
            if key in self.places:
                yield _twice(self, key, other.key_place(key))
                continue
            self.places[key] = marks
            if key in other:
                self[key] = other[key]


class Seq(list[Any]):
    """A list that knows its own place and those of its items."""

    __slots__ = ("mark", "places")

    def __init__(self, mark: Any) -> None:  # noqa: ANN401
        self.mark = mark
        self.places: list[Any] = []

    @property
    def place(self) -> Place:
        """The start of the list."""
        return _place(self.mark)

    def item_place(self, index: int) -> Place:
        """Return the start of an item."""
        return _place(self.places[index])

    def without(self, indices: AbstractSet[int]) -> Seq:
        """Return the list without some items, given by their indices, from 0."""
        kept = Seq(self.mark)
        for index, (value, mark) in enumerate(zip(self, self.places, strict=True)):
            if index not in indices:
                kept.append(value)
                kept.places.append(mark)
        return kept

    def add(self, value: object, place: Place) -> None:
        """Append an item that was parsed separately."""
        self.append(value)
        self.places.append(mark_at(place))


class Mark(NamedTuple):
    """A place in PyYAML's form, which counts from 0."""

    line: int
    column: int


class RefusedError(Exception):
    """YAML outside the supported subset; ``problem`` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _place(mark: Any) -> Place:  # noqa: ANN401
    return Place(mark.line + 1, mark.column + 1)


def mark_at(place: Place) -> Mark:
    """Return a place in PyYAML's form."""
    return Mark(place.line - 1, place.column - 1)


def read(text: str, first: int, problems: list[Problem]) -> tuple[object, Place]:
    """Return the content of a YAML text (None if it is empty) and its place; ``first`` is the number of lines above it.

    Appends mistakes that do not affect the content to ``problems``. Raises RefusedError, or yaml.MarkedYAMLError if the
    text is not YAML.
    """
    parser = LOADER(text)
    try:
        return _Reader(partial(_shifted, parser.get_event, first) if first else parser.get_event, problems).read()
    finally:
        parser.dispose()


def _shifted(get_event: Callable[[], Any], lines: int) -> Any:  # noqa: ANN401
    """Return the next event of a text that is some lines below the start of its file, with its line there."""
    event = get_event()
    event.start_mark = Mark(event.start_mark.line + lines, event.start_mark.column)
    return event


class _Reader:
    """Builds one document from the parser's events, without recursion."""

    def __init__(self, get_event: Callable[[], Any], problems: list[Problem]) -> None:
        self.get = get_event
        self.problems = problems

    def read(self) -> tuple[object, Place]:
        root: object = None
        place = Place(1, 1)
        documents = 0
        while True:
            event = self.get()
            kind = type(event)
            if kind is yaml.StreamEndEvent:
                return root, place
            if kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self.problems.append(_place(event.start_mark).problem(SECOND_DOCUMENT))
                    return root, place
            elif kind is yaml.ScalarEvent:
                place = _place(event.start_mark)
                root = self._scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent or kind is yaml.AliasEvent:
                self._check(event)
                place = _place(event.start_mark)
                root = self._container(event)

    def _container(self, event: Any) -> Map | Seq:  # noqa: ANN401
        """Return the list or mapping that starts with an event, with its content."""
        get, read_scalar = self.get, self._scalar
        scalar, ends = yaml.ScalarEvent, (yaml.MappingEndEvent, yaml.SequenceEndEvent)
        holder: Any = _begun(event)
        root: Map | Seq = holder
        in_list = type(holder) is Seq
        stack: list[tuple[Any, bool]] = []  # the containers around the current one, and whether each is a list
        key_mark: Any = None
        key = ""
        while True:
            event = get()
            kind = type(event)
            value: Any
            if kind is scalar:
                value = read_scalar(event)
            elif kind in ends:
                if not stack:
                    return root
                holder, in_list = stack.pop()
                key_mark = None
                continue
            else:
                self._check(event)
                if len(stack) >= _DEEPEST:
                    raise self._refused(
                        event, f"lists and mappings are nested more than {_DEEPEST} levels deep; flatten them"
                    )
                value = _begun(event)
            if in_list:
                holder.append(value)
                holder.places.append(event.start_mark)
            elif key_mark is None:
                key_mark, key = event.start_mark, value if type(value) is str else self._key(event, value)
                if key == "id" and key in holder.places and stack and stack[-1][1]:
                    holder = self._next_item(stack[-1][0], key_mark)
                continue
            else:
                value = self._put(holder, key, key_mark, value, event)
                key_mark = None
            if kind is not scalar:
                stack.append((holder, in_list))
                holder, in_list = value, type(value) is Seq

    def _next_item(self, items: Seq, mark: Any) -> Map:  # noqa: ANN401
        """Start a new entry whose dash is missing."""
        message = "a second `id` starts another entry; write `- ` before it, in the column of the dashes above"
        self.problems.append(_place(mark).problem(message))
        item = Map(mark)
        items.append(item)
        items.places.append(mark)
        return item

    def _put(self, holder: Map, key: str, key_mark: Any, value: object, event: Any) -> object:  # noqa: ANN401
        """Set the value of a key, and return it; a second list for the same key extends the first one."""
        if key in holder.places:
            self.problems.append(_twice(holder, key, _place(key_mark)))
            first = holder.get(key)
            return first if isinstance(first, Seq) and isinstance(value, Seq) else value
        if key in KEEP_LINES and isinstance(value, str):
            value = "\n".join(line.rstrip() for line in FORBIDDEN.sub("", event.value).splitlines()).strip()
        # An empty value is reported at its key, not at the end of the line.
        holder.places[key] = (key_mark, key_mark if value == "" and not event.style else event.start_mark)
        if value is not None:
            holder[key] = value
        return value

    def _scalar(self, event: Any) -> str | None:  # noqa: ANN401
        if event.anchor is not None or event.tag is not None:
            self._check(event)
        value: str = event.value
        if value.isprintable() and "  " not in value:
            if event.style:
                return value.strip()
            return None if value in NOTHING else value
        if FORBIDDEN.search(value):
            place = _place(event.start_mark)
            self.problems.extend(
                place.problem(control_character(character)) for character in sorted(set(FORBIDDEN.findall(value)))
            )
            value = FORBIDDEN.sub("", value)
        return "\n\n".join(" ".join(part.split()) for part in value.split("\n\n")).strip()

    def _key(self, event: Any, value: object) -> str:  # noqa: ANN401
        if value is None:
            return str(event.value)
        raise self._refused(event, "there is a list or mapping where a key is expected; write key: value")

    def _check(self, event: Any) -> None:  # noqa: ANN401
        if isinstance(event, yaml.AliasEvent):
            problem = f"'*{str(event.anchor)[:40]}' repeats another value"
            instead = "write the value in full, or in quotes if it starts with *"
        elif event.anchor is not None:
            problem = f"'&{event.anchor[:40]}' names a value to repeat"
            instead = "write each value in full, or in quotes if it starts with &"
        elif event.tag is not None:
            problem = f"'{event.tag.replace('tag:yaml.org,2002:', '!!')[:40]}' declares a type"
            instead = "remove it, or quote the value if it starts with !"
        else:
            return
        raise self._refused(event, f"{problem}, which is not supported; {instead}")

    def _refused(self, event: Any, message: str) -> RefusedError:  # noqa: ANN401
        return RefusedError(_place(event.start_mark).problem(message))


SECOND_DOCUMENT = "a second document starts here and is ignored; remove the line '---', or use another file"


def _begun(event: Any) -> Map | Seq:  # noqa: ANN401
    return Map(event.start_mark) if type(event) is yaml.MappingStartEvent else Seq(event.start_mark)


def _twice(holder: Map, key: str, place: Place) -> Problem:
    earlier = holder.key_place(key).line
    instead = "move all items below one of them" if isinstance(holder.get(key), Seq) else "remove one of them"
    return place.problem(f"the key {quote(key)} is already on line {earlier}; {instead}")


def conflict(line: str) -> str:
    """Return the message for a conflict marker of Git."""
    return f"{quote(line.strip(), 20)} is left over from a merge; keep one version, and remove the markers"


def control_character(character: str) -> str:
    """Return the message for a forbidden character."""
    return f"has the invisible character U+{ord(character):04X}; remove it"
