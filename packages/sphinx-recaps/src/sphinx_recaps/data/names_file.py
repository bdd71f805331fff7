"""Loads the data file of names: people and topics with several spellings, with all of its mistakes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinx_recaps.core.garbage_collection import collection_paused
from sphinx_recaps.core.name_matching import person_key
from sphinx_recaps.core.slugs import plain
from sphinx_recaps.data.entry_checks import markup_problems
from sphinx_recaps.data.fields import SCHEMES, quote
from sphinx_recaps.data.loader import LARGEST, Loaded, load_with, read_file, report_no_map
from sphinx_recaps.data.name_records import KnownNames, Person, Topic, are_two_people
from sphinx_recaps.data.validation_messages import checked, nearest
from sphinx_recaps.data.yaml_reader import Map, Place, Problem, Seq

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class _Claim(NamedTuple):
    """A name in the file, its line, and its record."""

    name: str
    line: int
    record: Map


_RECORDS: dict[str, tuple[type[Any], str]] = {"people": (Person, "person"), "topics": (Topic, "topic")}
_BEGIN = "write `people:` and below it `- name: …`"


def load_names(path: Path, schemes: frozenset[str] = SCHEMES) -> Loaded[KnownNames]:
    """Return the people and topics in a data file, and its mistakes; ``schemes`` are those that links may have."""
    return read_file(path, LARGEST, "remove people who have only a name", lambda data: load_names_bytes(data, schemes))


def load_names_bytes(data: bytes, schemes: frozenset[str] = SCHEMES) -> Loaded[KnownNames]:
    """Return the same for the bytes of a file."""
    with collection_paused():
        return load_with(data, partial(_names, schemes=schemes))


def _names(content: object, place: Place, problems: list[Problem], schemes: frozenset[str]) -> KnownNames:
    if isinstance(content, Seq):
        problems.append(place.problem("the file is a list; write `people:` above it"))
        return KnownNames(tuple(_records(content, "people", problems, schemes)))
    if not isinstance(content, Map) or not content.places:
        report_no_map(content, place, problems, _BEGIN)
        return KnownNames()
    for key in [key for key in content.places if key not in _RECORDS]:
        meant = nearest(key, list(_RECORDS))
        hint = f"did you mean `{meant}`?" if meant else "the keys are people and topics"
        problems.append(content.key_place(key).problem(f"unknown key {quote(key)}; {hint}"))
        if meant and meant not in content.places and key in content:
            content.rename(key, meant)
    lists: dict[str, Any] = {}
    for key in _RECORDS:
        items = content.get(key)
        if isinstance(items, Seq):
            lists[key] = tuple(_records(items, key, problems, schemes))
        elif key in content.places:
            message = f"`{key}` takes a list; write `- name: …` below it, or `{key}: []` for none"
            problems.append(content.value_place(key).problem(message))
    return KnownNames(**lists)


def _records(items: Seq, key: str, problems: list[Problem], schemes: frozenset[str]) -> Iterator[Any]:
    """Yield the records of a list that can be used; mistakes are reported and left out."""
    record_type, what = _RECORDS[key]
    claims: dict[str, _Claim] = {}
    people: dict[str, Person] = {}
    for index, item in enumerate(items):
        if not isinstance(item, Map) or not item.places:
            problems.append(items.item_place(index).problem(f"a {what} starts with `- name: …`"))
            continue
        if "line" in item.places:
            problems.append(item.key_place("line").problem("unknown key 'line'; remove it"))
        item["line"] = item.place.line
        problems.extend(markup_problems(item, ("name", "note")))
        record: Person | Topic | None = checked(item, record_type, problems, schemes)
        own = _own_names(record, item, what, claims, problems) if record else {}
        if record is None or record.name not in own:
            continue
        record = replace(record, also=tuple(own)[1:])
        if isinstance(record, Person):
            problems.extend(_near(record, item, people))
        yield record


def _own_names(
    record: Person | Topic, item: Map, what: str, claims: dict[str, _Claim], problems: list[Problem]
) -> dict[str, Place]:
    """Return the names of a record that no other record has; the first one is the one to show."""
    also = item.get("also")
    places = [item.value_place("name")]
    places += [also.item_place(index) for index in range(len(record.also))] if isinstance(also, Seq) else []
    own: dict[str, Place] = {}
    for name, place in zip((record.name, *record.also), places, strict=True):
        claim = claims.setdefault(" ".join(plain(name).split()), _Claim(name, place.line, item))
        if name in own:
            problems.append(place.problem(f"{quote(name)} is on line {own[name].line} already; remove one of them"))
        elif claim.record is item:
            own[name] = place
        else:
            same = "is" if claim.name == name else f"is too close to {quote(claim.name)}, which is"
            message = f"{quote(name)} {same} on line {claim.line} already; a name belongs to one {what}, so remove one"
            problems.append(place.problem(message))
    return own


def _near(person: Person, item: Map, people: dict[str, Person]) -> Iterator[Problem]:
    """Yield a problem for two people whose names differ in spaces or punctuation only, unless their links differ."""
    other = people.setdefault(person_key(person.name), person)
    if other is not person and not are_two_people(person, other):
        message = (
            f"{quote(person.name)} is nearly {quote(other.name)} on line {other.line}; write one of them under `also` "
            "of the other or, if they are two people, give each a link of its own under `links`"
        )
        yield item.value_place("name").problem(message)
