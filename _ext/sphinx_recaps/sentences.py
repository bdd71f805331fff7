"""What is wrong with a record and what to write instead: what pydantic finds, said to those who write data files."""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from sphinx_recaps.records import Entry, Event, Link, RecordedLink, Recording, Session
from sphinx_recaps.slugs import as_id
from sphinx_recaps.values import code, shown
from sphinx_recaps.yaml_source import Map, Place, Seq, empty_list

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from sphinx_recaps.yaml_source import Problem

_ADAPTERS: dict[type, TypeAdapter[Any]] = {record: TypeAdapter(record) for record in (Entry, Event, RecordedLink)}
_KEYS: dict[type, list[str]] = {
    record: [field.name for field in fields(record) if field.name != "line"]
    for record in (Entry, Event, Link, RecordedLink, Recording, Session)
}
# What people call a key who know other data files.
_OTHER_NAMES = {
    "abstract": "summary", "description": "summary", "text": "summary", "authors": "people", "author": "people",
    "speakers": "people", "speaker": "people", "presenters": "people", "person": "people", "host": "people",
    "tags": "topics", "categories": "topics", "category": "topics", "track": "topics", "keywords": "topics",
    "name": "title", "label": "title", "heading": "title", "url": "link", "href": "link", "website": "link",
    "thumbnail": "image", "picture": "image", "poster": "image", "youtube": "video", "recording": "video",
    "length": "duration", "code": "id", "section": "id", "source": "sources", "archive": "archived", "day": "date",
}  # fmt: skip
_OTHER_NAMES_ELSEWHERE = {
    "title": "name", "date": "start", "location": "place", "venue": "place", "link": "url", "href": "url",
    "description": "summary", "counts": "numbers", "urls": "links", "begin": "start", "source": "sources",
    "name": "title", "archive": "archived",
}  # fmt: skip
# What people give a key of its own that is one of the links.
_LINKS = {
    "slides": "Slides", "slide": "Slides", "deck": "Slides", "paper": "Paper", "preprint": "Paper", "demo": "Demo",
    "notebook": "Notebook", "repo": "Code", "repository": "Code", "github": "Code", "blog": "Post", "post": "Post",
}  # fmt: skip
_EXAMPLES = {
    "id": "A4", "title": "What it is called", "name": "What it is called", "start": "2021-04-21", "url": "https://example.org/",
    "end": "2021-04-21T20:00Z", "people": "[Jeffrey Mew]", "topics": "[Distributed Training]",
    "archived": "20210510183000", "dead": "true",
}  # fmt: skip
_LISTS_OF = {
    "links": "- title: … and below it url: …",
    "videos": "- title: … and below it url: …",
    "sessions": "- name: … and below it start: … and end: …",
}


def nearest(word: str, known: list[str]) -> str | None:
    """Return the known word that was most likely meant, if any."""
    lower = {name.lower(): name for name in known}
    folded = word.lower().replace("-", "_").replace(" ", "_")
    found = [folded] if folded in lower else difflib.get_close_matches(folded, lower, 1, 0.7)
    return lower[found[0]] if found else None


def checked(data: Map, record: type, problems: list[Problem]) -> Any:  # noqa: ANN401 (an Entry or an Event)
    """Return the record that a mapping holds, and report what is wrong in it.

    What is wrong is left out, as far as the record can do without it; None where it cannot.
    """
    adapter = _ADAPTERS[record]
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    unread = {problem.line for problem in problems}
    if _rename_keys(data, record, errors, problems):
        errors = _errors(adapter, data)
    for detail in errors:
        place, sentence = _sentence(data, detail)
        # What YAML could not read is reported already.
        if detail["type"] != "missing" or place == data.place or place.line not in unread:
            problems.append(place.problem(sentence))
    _remove(data, record, errors)
    try:
        return adapter.validate_python(data)
    except ValidationError:
        return None


def _errors(adapter: TypeAdapter[Any], data: Map) -> list[ErrorDetails]:
    try:
        adapter.validate_python(data)
    except ValidationError as error:
        return error.errors(include_url=False)
    return []


def _rename_keys(data: Map, record: type, errors: list[ErrorDetails], problems: list[Problem]) -> bool:
    """Report the unknown keys, and take each for the one that was likely meant, or away."""
    unknown = [detail for detail in errors if detail["type"] == "unexpected_keyword_argument"]
    for detail in unknown:
        holder = _at(data, detail["loc"][:-1])
        key = str(detail["loc"][-1])
        if not isinstance(holder, Map) or key not in holder:
            continue
        own = _record_at(record, detail["loc"])
        meant = nearest(key, _KEYS[own]) or _other_name(key, own)
        place = holder.key_place(key)
        problems.append(place.problem(_unknown(key, meant, _KEYS[own])))
        if meant and meant not in holder.places:
            value = holder[key]
            holder.rename(key, meant)
            if meant in {"people", "topics"} and isinstance(value, str):
                holder[meant] = empty_list(place)
                holder[meant].add(value, holder.value_place(meant))
        else:
            del holder[key]
    return bool(unknown)


def _other_name(key: str, record: type) -> str | None:
    names = _OTHER_NAMES if record is Entry else _OTHER_NAMES_ELSEWHERE
    meant = names.get(key.lower())
    return meant if meant in _KEYS[record] else None


def _unknown(key: str, meant: str | None, known: list[str]) -> str:
    if not key:
        return "a key is empty; write key: value"
    if meant:
        return f"unknown key {shown(key)}; did you mean `{meant}`?"
    title = _LINKS.get(key.lower())
    if title and "links" in known:
        return f"unknown key {shown(key)}; write `links:`, below it `- title: {title}`, and below that `url: https://…`"
    return f"unknown key {shown(key)}; the keys are {', '.join(known)}"


def _record_at(record: type, loc: tuple[int | str, ...]) -> type:
    if len(loc) == 1:
        return record
    return {"sessions": Session, "videos": Recording}.get(str(loc[0]), Link)


def _at(data: Any, loc: tuple[int | str, ...]) -> Any:  # noqa: ANN401 (whatever the file holds)
    """Return what stands at a path, or the last thing on the way to it."""
    for step in loc:
        held = step in data if isinstance(data, Map) else isinstance(data, list) and int(step) < len(data)
        if not held:
            break
        data = data[step]
    return data


def _place(data: Map, loc: tuple[int | str, ...]) -> Place:
    """Return where the value at a path begins, or the last thing on the way to it."""
    here: Any = data
    place = data.place
    for index, step in enumerate(loc):
        if isinstance(here, Map) and isinstance(step, int):  # numbers: the key or the value of a pair
            key = list(here)[step]
            return here.value_place(key) if loc[index + 1 :] == (1,) else here.key_place(key)
        if isinstance(here, Map) and isinstance(step, str) and step in here.places:
            place, here = here.value_place(step), here.get(step)
        elif isinstance(here, Seq) and isinstance(step, int) and step < len(here.places):
            place, here = here.item_place(step), here[step]
        else:
            break
    return place


def _remove(data: Map, record: type, errors: list[ErrorDetails]) -> None:
    """Remove what is wrong: a key that its item can do without, else the item, else the value of the key.

    What is to go from a list is collected first: items that were removed one by one would shift the others.
    """
    wrong: dict[str, set[int]] = defaultdict(set)
    for detail in errors:
        key, *rest = detail["loc"]
        holder = data.get(str(key))
        if not rest or not isinstance(holder, Map | Seq) or not isinstance(rest[0], int):
            data.pop(str(key), None)
        elif isinstance(holder, Seq) and _is_optional(_record_at(record, detail["loc"]), rest[1:]):
            holder[rest[0]].pop(str(rest[1]), None)
        else:
            wrong[str(key)].add(rest[0])
    for key, indices in wrong.items():
        if key in data:
            data[key] = data[key].without(indices)


def _is_optional(record: type, steps: list[int | str]) -> bool:
    """Say whether a path within an item is a key that it can do without."""
    return len(steps) == 1 and any(field.name == steps[0] and field.default is not MISSING for field in fields(record))


def _sentence(data: Map, detail: ErrorDetails) -> tuple[Place, str]:
    """Return where a mistake is, and what is wrong and what to write instead."""
    loc = detail["loc"]
    place = _place(data, loc)
    key = str(next((step for step in reversed(loc) if isinstance(step, str)), ""))
    value = detail.get("input")
    kind = detail["type"]
    item = "an item of " if loc and isinstance(loc[-1], int) else ""
    holder = _at(data, loc[:-1])
    if kind == "missing" and isinstance(holder, Map) and key in holder.places:
        return holder.key_place(key), f"`{key}` is empty; write a value"
    if kind == "missing":
        return place, f"`{key}` is missing; write `{key}: {_EXAMPLES.get(key, '…')}`"
    if value is None or value == "":
        return place, f"{item}`{key}` is empty; write a value, or take the line away"
    told = {"value_error": _bad_value, "literal_error": _unknown_word, "string_pattern_mismatch": _bad_id}.get(kind)
    if told is not None:
        return place, told(key, str(value), detail.get("ctx", {}))
    if kind == "string_too_long":
        return place, f"`{key}` has {len(str(value))} characters; write at most 80"
    return place, _wrong_type(key, value, kind, item)


def _bad_value(key: str, value: str, context: dict[str, Any]) -> str:
    return f"`{key}`: {context['error']}"


def _bad_id(key: str, value: str, context: dict[str, Any]) -> str:
    return f"`{key}`: {shown(value)} holds more than letters, digits, '.', '_' and '-'; write {as_id(value)}"


def _unknown_word(key: str, value: str, context: dict[str, Any]) -> str:
    known = [part.strip("' ") for part in context["expected"].replace(" or ", ",").split(",")]
    return unknown_value(key, value, known)


def unknown_value(key: str, value: str, known: list[str]) -> str:
    """Return the sentence for a value that is none of the known ones."""
    meant = nearest(value, known)
    guess = f"did you mean {meant}? " if meant else ""
    return f"`{key}`: {shown(value)} is unknown; {guess}{'It' if guess else 'it'} is one of {', '.join(known)}"


def _wrong_type(key: str, value: object, kind: str, item: str) -> str:
    if key == "numbers":
        return "`numbers` takes a name and a whole number on each line below it; write posters: 71"
    if kind == "tuple_type":
        if key in _LISTS_OF:
            return f"`{key}` takes a list; write {_LISTS_OF[key]}"
        example = f"[{value}]" if isinstance(value, str) else "[first, second]"
        return f"`{key}` takes a list; write {code(f'{key}: {example}')}"
    if kind == "dataclass_type":
        return f"an item of `{key}` takes keys of its own; write {_LISTS_OF.get(key, _LISTS_OF['links'])}"
    held = "a list" if isinstance(value, list) else "a mapping"
    instead = "write it as text" if item else f"write `{key}: {_EXAMPLES.get(key, 'text')}`"
    if isinstance(value, Map):
        instead += ", in quotes where it holds ': ' or begins with {"
    return f"{item}`{key}` takes a single value, not {held}; {instead}"
