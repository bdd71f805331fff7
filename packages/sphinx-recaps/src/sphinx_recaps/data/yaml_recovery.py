"""Reads YAML with mistakes: each is explained, and everything around it is still read.

The text is split into list items and mapping keys, recursively, until only the part with the mistake remains.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from sphinx_recaps.data.fields import code, quote
from sphinx_recaps.data.records import Entry, Event, Link, Session, keys_of
from sphinx_recaps.data.syntax_messages import bare, explain_line, explain_value, reads
from sphinx_recaps.data.yaml_reader import CONFLICT, LINE_END, Map, Place, RefusedError, Seq, conflict, mark_at, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx_recaps.data.yaml_reader import Problem

_ITEM = re.compile(r"( *)-(?:[ \t]|$)")
_KEY = re.compile(r"( *)((?:\"[^\"]*\"|'[^']*'|[\w$<][^:#]*?)[ \t]*):(?:[ \t]+|$)(.*)")
_GLUED = re.compile(r" *([A-Za-z_]\w*):(\S.*)")
_GLUED_ITEM = re.compile(r" *-(?=\w+:(?: |$))")
_NAMES = sorted({key for record in (Entry, Event, Link, Session) for key in keys_of(record)})
# A known key followed by something other than a colon and a space: a fullwidth colon, another kind of space, or `=`.
_NO_COLON = re.compile(rf"( *(?:- +)?)({'|'.join(_NAMES)})( *=|[：﹕∶] ?|:[^\S \t\r\n]+)(.*)")
# YAML takes such spaces for letters, and the line for a top-level key. Starting with "\n" is much faster than with ^.
_ODD_INDENT = re.compile(rf"\n *[^\S \t\r\n][^\S\t\r\n]*(?:- )?(?:{'|'.join(_NAMES)}):")
_NO_CONTENT = re.compile(r"[ \t]*(?:#.*)?$")
_DEEPEST = 14


class _Line(NamedTuple):
    number: int
    text: str

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip(" "))

    @property
    def place(self) -> Place:
        return Place(self.number + 1, self.indent + 1)


def read_with_mistakes(text: str, problems: list[Problem]) -> tuple[object, Place]:
    """Return the readable content of a YAML text and its place, and append every mistake to ``problems``."""
    new_problems: list[Problem] = []
    try:
        content = None if _ODD_INDENT.search(f"\n{text}") else read(text, 0, new_problems)
    except (RefusedError, yaml.MarkedYAMLError):
        content = None
    if content is None:
        lines = [_Line(number, line) for number, line in enumerate(LINE_END.split(text))]
        content = _Recovery(problems).value(_with_spaces(_one_document(lines, problems), problems), 0)
    else:
        problems.extend(new_problems)
    return content


def _one_document(lines: list[_Line], problems: list[Problem]) -> list[_Line]:
    """Return the lines of the first document without its markers."""
    started = False
    for index, line in enumerate(lines):
        if re.match(r"(?:---|\.\.\.)(?:\s|$)", line.text):
            if started and not line.text.startswith("..."):
                problems.append(
                    line.place.problem("a second document starts here and is ignored; remove the line '---'")
                )
            if started:
                return lines[:index]
            lines[index] = _Line(line.number, "   " + line.text[3:])
        elif line.text.startswith("%") and not started:
            lines[index] = _Line(line.number, "")
        started = started or not _NO_CONTENT.match(lines[index].text)
    return lines


def _with_spaces(lines: list[_Line], problems: list[Problem]) -> list[_Line]:
    """Return the lines with spaces for tabs and after dashes; a line with a tab is aligned with the key above."""
    clean: list[_Line] = []
    column = 0
    for line in lines:
        if CONFLICT.match(line.text):
            problems.append(line.place.problem(conflict(line.text)))
            clean.append(_Line(line.number, ""))
            continue
        text = _with_colon(line, problems)
        lead = text[: len(text) - len(text.lstrip(" \t"))]
        if not _NO_CONTENT.match(text):
            if "\t" in lead:
                place = Place(line.number + 1, lead.index("\t") + 1)
                problems.append(place.problem("this line is indented with a tab; indent with spaces"))
                text = " " * column + text[len(lead) :]
            glued = _GLUED_ITEM.match(text)
            if glued:
                place = Place(line.number + 1, glued.end())
                problems.append(
                    place.problem(f"a space is missing after the dash; write {code(f'- {text.strip()[1:]}')}")
                )
                text = f"{glued.group()} {text[glued.end() :]}"
            dashes = re.match(r"(?: *- +)* *", text)
            column = dashes.end() if dashes else 0
        clean.append(_Line(line.number, text))
    return clean


def _with_colon(line: _Line, problems: list[Problem]) -> str:
    """Return a line with the spaces and the colon of YAML instead of lookalikes."""
    text = line.text
    lead = text[: len(text) - len(text.lstrip())]
    if other := next((char for char in lead if char not in " \t"), None):
        problem = f"this line is indented with U+{ord(other):04X}, which is not a space in YAML; indent with spaces"
        problems.append(Place(line.number + 1, lead.index(other) + 1).problem(problem))
        text = " " * len(lead) + text.lstrip()
    match = _NO_COLON.match(text)
    if match is None:
        return text
    meant = f"{match[2]}: {match[4].strip()}"
    problem = f"a key is followed by {quote(match[3])}, which is not a colon and a space; write {code(meant)}"
    problems.append(Place(line.number + 1, match.start(3) + 1).problem(problem))
    return f"{match[1]}{meant}"


class _Recovery:
    """Reads parts of a file, and appends mistakes to ``problems``."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def value(self, lines: list[_Line], depth: int) -> tuple[object, Place]:
        """Return the content of some whole lines (None if they are empty) and its place."""
        content = [line for line in lines if not _NO_CONTENT.match(line.text)]
        if not content:
            return None, Place(lines[0].number + 1 if lines else 1, 1)
        new_problems: list[Problem] = []
        try:
            value = read("\n".join(line.text for line in lines), lines[0].number, new_problems)
        except RefusedError as error:
            reason: Problem | None = error.problem
        except yaml.MarkedYAMLError:
            reason = None
        else:
            self.problems.extend(new_problems)
            return value
        if depth < _DEEPEST:
            if _ITEM.match(content[0].text):
                return self._items(lines, content[0], depth), content[0].place
            if _KEY.match(content[0].text) or (len(content) > 1 and any(_KEY.match(line.text) for line in content)):
                return self._keys(lines, content, depth), content[0].place
        self.problems.append(reason or explain_line(content[0].place, content[0].text))
        return None, content[0].place

    def _split(self, lines: list[_Line], begins: Callable[[_Line], bool]) -> list[list[_Line]]:
        pieces: list[list[_Line]] = [[]]
        for line in lines:
            if begins(line) and not _NO_CONTENT.match(line.text):
                pieces.append([])
            pieces[-1].append(line)
        pieces[1:2] = [pieces[0] + pieces[1]] if len(pieces) > 1 else []
        return pieces[1:] or pieces

    def _items(self, lines: list[_Line], head: _Line, depth: int) -> Seq:
        """Return a list whose items are read separately."""
        items = Seq(mark_at(head.place))
        indent = head.indent
        deeper = _deeper_items(lines, indent)
        for piece in self._split(
            lines, lambda line: (line.indent <= indent + 1 or line in deeper) and bool(_ITEM.match(line.text))
        ):
            start = next(line for line in piece if not _NO_CONTENT.match(line.text))
            if start.indent != indent:
                self._misplaced(start, head)
            bare = [_Line(start.number, start.text.replace("-", " ", 1))]
            for line in piece[piece.index(start) + 1 :]:
                if line.indent > indent + 1 or _NO_CONTENT.match(line.text):
                    bare.append(line)
                elif self._stray(line):
                    bare.append(_Line(line.number, " " * bare[0].indent + line.text.lstrip()))
            value, place = self.value(bare, depth + 1)
            if value is not None:
                items.add(value, place)
        return items

    def _stray(self, line: _Line) -> bool:
        """Report a line that is left of the item it belongs to; return whether it is a key."""
        key = _KEY.match(line.text) is not None
        text = quote(line.text.strip())
        message = f"{text} does not start with '- ', unlike the items around it; write '- ' before it"
        if key:
            message = "this key is left of its entry; indent it like the other keys of the entry"
        self.problems.append(line.place.problem(message))
        return key

    def _misplaced(self, line: _Line, other: _Line) -> None:
        message = f"this line is indented by {line.indent} spaces, line {other.number + 1} by {other.indent}"
        self.problems.append(line.place.problem(f"{message}; indent them equally"))

    def _keys(self, lines: list[_Line], content: list[_Line], depth: int) -> Map:
        """Return a mapping whose keys are read separately."""
        head = content[0]
        result = Map(mark_at(head.place))
        indent = head.indent
        pieces = self._split(lines, lambda line: line.indent <= indent and _begins_key(line))
        while pieces:
            piece = pieces.pop(0)
            start = next((line for line in piece if not _NO_CONTENT.match(line.text)), None)
            if start is None:
                continue
            if start.indent != indent:
                self._misplaced(start, head)
                shift = start.indent - indent
                piece = [_Line(line.number, _shifted(line.text, shift)) for line in piece]
                start = next(line for line in piece if not _NO_CONTENT.match(line.text))
            rest = self._key(result, piece, start, depth)
            if rest:
                pieces.insert(0, rest)
        return result

    def _key(self, result: Map, piece: list[_Line], start: _Line, depth: int) -> list[_Line]:
        """Add a key to a mapping; return the lines that belong to another key."""
        new_problems: list[Problem] = []
        reason: Problem | None = None
        try:
            value, _ = read("\n".join(line.text for line in piece), piece[0].number, new_problems)
        except RefusedError as error:
            reason = error.problem
        except yaml.MarkedYAMLError:
            value = None
        else:
            if isinstance(value, Map):
                self.problems.extend(new_problems)
                self.problems.extend(result.merge(value))
                return []
        match = _KEY.match(start.text)
        below = [line for line in piece if line.number > start.number]
        if match is not None and _NO_CONTENT.match(match.group(3)):
            self._nested(_Slot(result, match.group(2), start.place, start.place), below, depth)
            return []
        if reason is not None:
            self.problems.append(reason)
            return []
        if match is None:
            self._no_key(result, start)
            return [line for line in below if _KEY.match(line.text)]
        slot = _Slot(result, match.group(2), start.place, Place(start.number + 1, match.start(3) + 1))
        return self._broken_value(slot, match.group(3), start, below)

    def _nested(self, slot: _Slot, below: list[_Line], depth: int) -> None:
        """Add a key whose value is on the lines below it."""
        value, place = self.value(below, depth + 1)
        if value is not None:
            slot.put(value, place, self.problems)
        elif all(_NO_CONTENT.match(line.text) for line in below):
            slot.put("", slot.place, self.problems)

    def _no_key(self, result: Map, line: _Line) -> None:
        """Explain a line that should be a key."""
        glued = _GLUED.match(line.text)
        if glued is None:
            self.problems.append(explain_line(line.place, line.text))
            return
        key, value = glued.groups()
        self.problems.append(line.place.problem(f"a space is missing after the colon; write {code(f'{key}: {value}')}"))
        alone = reads(f"x: {value}")
        meant = alone.get("x") if alone is not None else value
        meant = bare(meant) if isinstance(meant, Seq) else None if isinstance(meant, Map) else meant
        _Slot(result, key, line.place, line.place).put(meant, line.place, self.problems)

    def _broken_value(self, slot: _Slot, text: str, start: _Line, below: list[_Line]) -> list[_Line]:
        """Explain a mistake in the value of a key, and use the text that was meant."""
        content = [line for line in below if not _NO_CONTENT.match(line.text)]
        nested = next((line for line in content if _KEY.match(line.text) or _ITEM.match(line.text)), None)
        alone = reads(f"{'x: ':>{slot.place.column - 1}}{text}", start.number) if nested is not None else None
        if nested is not None and alone is not None and "x" in alone:
            slot.put(alone["x"], slot.place, self.problems)
            key = quote(slot.name)
            if _ITEM.match(nested.text):
                message = f"a list is indented below {key}, which already has a value; remove one of the two"
                self.problems.append(nested.place.problem(message))
                return []
            message = f"a key is indented below {key}, which already has a value; start it in the column of {key}"
            self.problems.append(nested.place.problem(message))
            shift = nested.indent - start.indent
            return [_Line(line.number, _shifted(line.text, shift)) for line in below if line.number >= nested.number]
        whole = text.strip() if nested else " ".join([text.strip(), *(line.text.strip() for line in content)])
        message, meant, offset = explain_value(slot.name, whole)
        self.problems.append(Place(slot.place.line, slot.place.column + offset).problem(message))
        slot.put(meant, slot.place, self.problems)
        return []


def _deeper_items(lines: list[_Line], indent: int) -> set[_Line]:
    """Return the lines that start an entry too far right: the line above has a value, so no list can follow it."""
    content = [line for line in lines if not _NO_CONTENT.match(line.text)]
    deeper = set()
    for above, line in pairwise(content):
        key = _KEY.match(_ITEM.sub(lambda item: " " * len(item[0]), above.text))
        has_value = key is not None and not _NO_CONTENT.match(key[3]) and key[3][:1] not in "[{|>"
        if has_value and line.indent > indent + 1 and re.match(r" *- +id *:", line.text):
            deeper.add(line)
    return deeper


class _Slot(NamedTuple):
    """A key of a mapping without its value yet, and the places of both."""

    holder: Map
    key: str
    key_place: Place
    place: Place

    @property
    def name(self) -> str:
        return self.key.strip().strip("\"'").strip()

    def put(self, value: Any, place: Place, problems: list[Problem]) -> None:  # noqa: ANN401
        """Set the value of the key; None is a value that could not be read."""
        own, mark = Map(mark_at(self.key_place)), mark_at(place)
        if value is not None:
            own[self.name] = value
        own.places[self.name] = (own.mark, mark)
        if isinstance(value, Seq) and not value.places:
            value.places = [mark] * len(value)
        problems.extend(self.holder.merge(own))


def _begins_key(line: _Line) -> bool:
    return not _ITEM.match(line.text) and not line.text.lstrip().startswith(("]", "}", ": "))


def _shifted(text: str, by: int) -> str:
    """Return a line shifted left by ``by`` columns."""
    return text[min(by, len(text) - len(text.lstrip(" "))) :] if by > 0 else " " * -by + text
