"""Validates records with pydantic, and turns its errors into messages for authors: what is wrong, what to write."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from dataclasses import MISSING, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from sphinx_recaps.core.did_you_mean import lookalike_note
from sphinx_recaps.core.slugs import as_id
from sphinx_recaps.data.fields import ENTITY, SCHEMES, code, quote, yaml_list, yaml_quoted
from sphinx_recaps.data.name_records import Person, Topic
from sphinx_recaps.data.records import Entry, Event, Link, RecordedLink, Recording, Session, keys_of
from sphinx_recaps.data.transcript_records import Transcript
from sphinx_recaps.data.value_places import TRANSCRIPT, note_places, transcripts_as_records
from sphinx_recaps.data.yaml_reader import Map, Place, Seq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pydantic_core import ErrorDetails

    from sphinx_recaps.data.yaml_reader import Problem

_READERS: dict[type, Callable[..., Any]] = {
    record: TypeAdapter(record).validator.validate_python for record in (Entry, Event, Person, RecordedLink, Topic)
}
_KEYS: dict[type, list[str]] = {
    record: keys_of(record)
    for record in (Entry, Event, Link, Person, RecordedLink, Recording, Session, Topic, Transcript)
}
# The keys for lists of names, where a single name need not be a list.
_NAMES: dict[type, tuple[str, ...]] = {Entry: ("people", "topics", "part_of"), Person: ("also",), Topic: ("also",)}
# Names of keys in other data formats.
_OTHER_NAMES = {
    "description": "summary", "text": "summary", "authors": "people", "author": "people",
    "speakers": "people", "speaker": "people", "presenters": "people", "person": "people", "host": "people",
    "tags": "topics", "categories": "topics", "category": "topics", "keywords": "topics",
    "name": "title", "label": "title", "heading": "title", "url": "link", "href": "link", "website": "link",
    "thumbnail": "image", "picture": "image", "poster": "image", "youtube": "video", "lang": "language",
    "subtitles": "transcript", "captions": "transcript", "transcripts": "transcript", "timestamps": "chapters",
    "length": "duration", "code": "id", "section": "id", "source": "sources", "archive": "archived", "day": "date",
}  # fmt: skip
_OTHER_NAMES_ELSEWHERE = {
    "title": "name", "date": "start", "location": "place", "venue": "place", "link": "url", "href": "url",
    "description": "summary", "counts": "numbers", "urls": "links", "begin": "start", "source": "sources",
    "name": "title", "archive": "archived", "aliases": "also", "alias": "also", "aka": "also", "synonyms": "also",
    "path": "file", "subtitles": "transcript", "captions": "transcript", "transcripts": "transcript",
    "website": "links", "homepage": "links", "github": "links", "orcid": "links", "bio": "note", "type": "kind",
}  # fmt: skip
# Keys for what belongs under `links`.
_LINKS = {
    "slides": "Slides", "slide": "Slides", "deck": "Slides", "paper": "Paper", "preprint": "Paper", "demo": "Demo",
    "poster": "Poster", "pdf": "PDF", "code": "Code",
    "notebook": "Notebook", "repo": "Code", "repository": "Code", "github": "Code", "blog": "Post", "post": "Post",
}  # fmt: skip
_PICTURES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
# Instead of the title of something else, which authors might copy.
_WORDS = {"title": "The title", "name": "The name"}
_FURTHER = {"link", "image", "video"}  # take one address; the others belong under `links`
_LISTS_OF = {
    "links": "- title: … and below it url: …",
    "videos": "- title: … and below it url: …",
    "sessions": "- name: … and below it start: … and end: …",
    "transcript": "the path of a subtitle file, or - file: … and below it by: …",
}


@cache
def _example(record: type, key: str) -> str:
    """Return an example value of a key as written in a file; '…' if the record has no example."""
    described = TypeAdapter(record).json_schema()["properties"].get(key, {})
    value = described.get("examples", ["…"])[0]
    return yaml_list(value) if isinstance(value, list) else _WORDS.get(key, str(value))


def nearest(word: str, known: list[str]) -> str | None:
    """Return the known word that ``word`` most likely means, or None."""
    lower = {name.lower(): name for name in known}
    folded = word.lower().replace("-", "_").replace(" ", "_")
    matches = [folded] if folded in lower else difflib.get_close_matches(folded, lower, 1, 0.7)
    return lower[matches[0]] if matches else None


def checked(data: Map, record: type, problems: list[Problem], schemes: frozenset[str] = SCHEMES) -> Any:  # noqa: ANN401
    """Return the record in a mapping, and report its mistakes.

    Invalid values are left out if they are optional; the result is None if the record is invalid without them.
    """
    result, errors = _read(data, record, schemes)
    if not errors:
        return result
    unread = {problem.line for problem in problems}
    if _rename_keys(data, record, errors, problems):
        _, errors = _read(data, record, schemes)
    for detail in errors:
        place, message = _message(data, record, detail)
        # Values that YAML could not read have been reported already.
        if detail["type"] != "missing" or place == data.place or place.line not in unread:
            problems.append(place.problem(message))
    _remove(data, record, errors)
    return _read(data, record, schemes)[0]


def _read(data: Map, record: type, schemes: frozenset[str]) -> tuple[Any, list[ErrorDetails]]:
    """Return the record in a mapping, with the places of its values; None and the errors if it is invalid."""
    _as_lists(data, _NAMES.get(record, ()))
    if record in {Entry, Event}:
        transcripts_as_records(data)
        note_places(data, record)
    try:
        return _READERS[record](data, context=schemes), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _as_lists(entry: Map, keys: Iterable[str]) -> None:
    """Turn the names under some keys into lists; a text is one name, or several separated by semicolons."""
    for key in keys:
        value = entry.get(key)
        if isinstance(value, Seq):
            for item in value:
                if isinstance(item, str) and ";" in item:
                    entry[key] = _split_names(value, value.places)
                    break
        elif isinstance(value, str) and value and (";" in value or "," not in value):
            names = Seq(entry.mark)
            names.append(value)
            entry[key] = _split_names(names, [entry.places[key][1]])


def _split_names(names: Seq, places: Sequence[Any]) -> Seq:
    """Return a list of single names, each at the place of the text that contained it."""
    split = Seq(names.mark)
    for name, place in zip(names, places, strict=True):
        several = isinstance(name, str) and ";" in name and not ENTITY.search(name)
        parts = [_unquoted(part.strip()) for part in name.split(";") if part.strip()] if several else []
        parts = parts or [name]
        split.extend(parts)
        split.places.extend([place] * len(parts))
    return split


def _unquoted(name: str) -> str:
    quotes = len(name) > 2 and name[0] == name[-1] and name[0] in "'\""
    return name[1:-1].strip() if quotes else name


def _rename_keys(data: Map, record: type, errors: list[ErrorDetails], problems: list[Problem]) -> bool:
    """Report unknown keys, and rename each to the one that was likely meant, or remove it."""
    unknown = [detail for detail in errors if detail["type"] == "unexpected_keyword_argument"]
    for detail in unknown:
        holder = _at(data, detail["loc"][:-1])
        key = str(detail["loc"][-1])
        if not isinstance(holder, Map) or key not in holder:
            continue
        own = _record_at(record, detail["loc"])
        link = _as_link(key, holder[key]) if own is Entry else None
        meant = None if link else _other_name(key, own) or nearest(key, _KEYS[own])
        place = holder.key_place(key)
        problems.append(place.problem(link or _unknown(key, meant, _KEYS[own])))
        if meant and meant not in holder.places:
            holder.rename(key, meant)
        else:
            del holder[key]
    return bool(unknown)


def _other_name(key: str, record: type) -> str | None:
    names = _OTHER_NAMES if record is Entry else _OTHER_NAMES_ELSEWHERE
    meant = names.get(key.lower())
    return meant if meant in _KEYS[record] else None


def _as_link(key: str, value: object) -> str | None:
    """Return a message for an address under a key that belongs in `links`; None for other values, and for images."""
    title = _LINKS.get(key.lower())
    address = isinstance(value, str) and value.startswith(("https://", "http://"))
    if not title or not address or (key.lower() == "poster" and str(value).lower().endswith(_PICTURES)):
        return None
    url = yaml_quoted(str(value)) if re.search(r"[,{}\[\]]", str(value)) else value
    written = code(f"links: [{{title: {title}, url: {url}}}]")
    return f"unknown key {quote(key)}; write {written}, or add it to the existing `links:`"


def _unknown(key: str, meant: str | None, known: list[str]) -> str:
    if not key:
        return "a key is empty; write key: value"
    if meant:
        return f"unknown key {quote(key)}; did you mean `{meant}`{lookalike_note(key, meant)}?"
    title = _LINKS.get(key.lower())
    if title and "links" in known:
        return f"unknown key {quote(key)}; write `links:`, below it `- title: {title}`, and below that `url: https://…`"
    return f"unknown key {quote(key)}; the keys are {', '.join(known)}"


def _record_at(record: type, loc: tuple[int | str, ...]) -> type:
    if len(loc) == 1:
        return record
    if TRANSCRIPT in loc:
        return Transcript
    return {"sessions": Session, "videos": Recording}.get(str(loc[0]), Link)


def _at(data: Any, loc: tuple[int | str, ...]) -> Any:  # noqa: ANN401 (any YAML value)
    """Return the value at a path, or the last one on the way to it."""
    for step in loc:
        exists = step in data if isinstance(data, Map) else isinstance(data, list) and int(step) < len(data)
        if not exists:
            break
        data = data[step]
    return data


def place_at(data: object, loc: tuple[int | str, ...], place: Place) -> Place:
    """Return the place of the value at a path, or of the last one on the way to it; ``place`` is that of ``data``."""
    current: Any = data
    for index, step in enumerate(loc):
        if isinstance(current, Map) and isinstance(step, int):  # numbers: the key or the value of a pair
            key = list(current)[step]
            return current.value_place(key) if loc[index + 1 :] == (1,) else current.key_place(key)
        if isinstance(current, Map) and isinstance(step, str) and step in current.places:
            place, current = current.value_place(step), current.get(step)
        elif isinstance(current, Seq) and isinstance(step, int) and step < len(current.places):
            place, current = current.item_place(step), current[step]
        else:
            break
    return place


def _remove(data: Map, record: type, errors: list[ErrorDetails]) -> None:
    """Remove each invalid value: an optional key of an item, else the item, else the key.

    Indices of list items are collected first, because removing one item would shift the others.
    """
    invalid: dict[str, set[int]] = defaultdict(set)
    for detail in errors:
        key, *rest = detail["loc"]
        holder = data.get(str(key))
        if not rest or not isinstance(holder, Map | Seq) or not isinstance(rest[0], int):
            data.pop(str(key), None)
        elif isinstance(holder, Seq) and TRANSCRIPT in rest:  # of a video of an event
            holder[rest[0]].pop(TRANSCRIPT, None)
        elif isinstance(holder, Seq) and _is_optional(_record_at(record, detail["loc"]), rest[1:]):
            holder[rest[0]].pop(str(rest[1]), None)
        else:
            invalid[str(key)].add(rest[0])
    for key, indices in invalid.items():
        if key in data:
            data[key] = data[key].without(indices)


def _is_optional(record: type, steps: list[int | str]) -> bool:
    """Return whether a path within an item is an optional key."""
    return len(steps) == 1 and any(field.name == steps[0] and field.default is not MISSING for field in fields(record))


def _message(data: Map, record: type, detail: ErrorDetails) -> tuple[Place, str]:
    """Return the place of a mistake, and the message."""
    loc = detail["loc"]
    place = place_at(data, loc, data.place)
    key = str(next((step for step in reversed(loc) if isinstance(step, str)), ""))
    value = detail.get("input")
    kind = detail["type"]
    item = "an item of " if loc and isinstance(loc[-1], int) else ""
    holder = _at(data, loc[:-1])
    example = _example(_record_at(record, loc), key)
    if kind == "missing" and isinstance(holder, Map) and key in holder.places:
        return holder.key_place(key), f"`{key}` is empty; write `{key}: {example}`"
    if kind == "missing":
        return place, f"`{key}` is missing; write `{key}: {example}`"
    if value is None or value == "":
        return place, f"{item}`{key}` is empty; write a value, or remove {'the item' if item else 'the line'}"
    describe = {"value_error": _bad_value, "literal_error": _unknown_word, "string_pattern_mismatch": _bad_id}.get(kind)
    if describe is not None:
        return place, describe(key, str(value), detail.get("ctx", {}))
    if kind == "string_too_long":
        return place, f"`{key}` has {len(str(value))} characters; write at most 80"
    return place, _wrong_type(key, value, kind, item, example)


def _bad_value(key: str, value: str, context: dict[str, Any]) -> str:
    return f"`{key}`: {context['error']}"


def _bad_id(key: str, value: str, context: dict[str, Any]) -> str:
    """Return the message for an id with an invalid first character, or with another invalid character."""
    other = next((char for char in value if not re.match(r"[A-Za-z0-9._-]", char)), None)
    if other is None:
        problem, instead = "starts with", value.lstrip("._-")[:80] or "A4"
        return f"`{key}`: {quote(value)} {problem} {value[0]}, but an id starts with a letter or digit; write {instead}"
    character = "a space" if other.isspace() else quote(other)
    rule = "an id can only have letters, digits, '.', '_' and '-'"
    if other.isalnum():
        rule += " (English letters and digits only)"
    return f"`{key}`: {quote(value)} has {character}, but {rule}; write {as_id(value)}"


def _unknown_word(key: str, value: str, context: dict[str, Any]) -> str:
    known = [part.strip("' ") for part in context["expected"].replace(" or ", ",").split(",")]
    return unknown_value(key, value, known)


def unknown_value(key: str, value: str, known: list[str]) -> str:
    """Return the message for a value that is not one of the known ones."""
    meant = nearest(value, known)
    guess = f"did you mean {meant}{lookalike_note(value, meant)}? " if meant else ""
    return f"`{key}`: {quote(value)} is unknown; {guess}{'It' if guess else 'it'} is one of {', '.join(known)}"


def _wrong_type(key: str, value: object, kind: str, item: str, example: str) -> str:
    if key == "numbers":
        return "`numbers` takes a name and a whole number on each line below it; write posters: 71"
    if kind == "tuple_type":
        if key in _LISTS_OF:
            return f"`{key}` takes a list; write {_LISTS_OF[key]}"
        return f"`{key}` takes a list; write {code(f'{key}: {_as_list(value) or example}')}"
    if kind == "dataclass_type":
        return f"an item of `{key}` is a mapping; write {_LISTS_OF.get(key, _LISTS_OF['links'])}"
    actual = "a list" if isinstance(value, list) else "a mapping"
    meant = _single(value)
    if item:
        return f"{item}`{key}` takes a single value, not {actual}; write {code(meant or 'text')}"
    instead = f"write {code(f'{key}: {meant or example}')}"
    if meant and isinstance(value, list) and len(value) > 1:
        instead = f"keep one: {code(f'{key}: {meant}')}"
        if key in _FURTHER:
            instead += f", and move the others to `links:` as {_LISTS_OF['links']}"
    if isinstance(value, Map):
        instead += ", in quotes if it contains ': ' or starts with {"
    return f"`{key}` takes a single value, not {actual}; {instead}"


def _as_list(value: object) -> str:
    """Return the YAML list that a text or mapping was meant to be."""
    if isinstance(value, Map):
        names = [name for name in value.values() if isinstance(name, str) and name] or [*value.places]
    else:
        names = [part.strip() for part in str(value).split(",") if part.strip()]
    return yaml_list(names) if names else ""


def _single(value: object) -> str:
    """Return the first text in a list or mapping, as the likely meaning of a single value."""
    items = [*value.values()] if isinstance(value, Map) else value if isinstance(value, list) else []
    return next((item for item in items if isinstance(item, str) and item), "")
