"""Checks of an entry whose values are all valid by themselves."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from typing import TYPE_CHECKING, TypeGuard

from sphinx_recaps.data.chapters import chapter_lines, read_chapters
from sphinx_recaps.data.fields import ENTITY, MAX_CODE_LENGTH, archived_copy, code, offset, quote, seconds
from sphinx_recaps.data.yaml_reader import Map, Place, Seq

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx_recaps.data.yaml_reader import Problem

_TEXTS = ("title", "summary", "note")
_LINK = re.compile(r"!?\[([^\[\]]+)\]\((?:https?|mailto):[^()\s]*\)")
# A pair of tags, or a line break. A single tag may be part of a title.
_TAGS = re.compile(r"<(\w+)\b[^<>]*>(.*?)</\1>|<br ?/?>", re.IGNORECASE | re.DOTALL)


def entry_problems(item: Map) -> Iterator[Problem]:
    """Yield a problem for markup that readers would see as text, and for keys that have no effect."""
    yield from markup_problems(item, _TEXTS)
    yield from _part_problems(item)
    if "chapters" in item.places:
        yield from _chapter_problems(item)
    if item.places.keys().isdisjoint({"link", "image", "video"}) and _is_copy(item.get("archived")):
        message = "`archived` is a copy of nothing; write `link`, `image` or `video`, or remove it"
        yield item.key_place("archived").problem(message)


def markup_problems(item: Map, keys: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem for markup in the texts under some keys, and in topics."""
    for place, text in _texts_with_marks(item, keys):
        if ENTITY.search(text) and (meant := html.unescape(text)) != text:
            yield place.problem(f"{quote(text)} has an HTML entity; write {_as_code(meant)}")
        elif _LINK.search(text):
            meant = _LINK.sub(r"\1", text)
            yield place.problem(
                f"Markdown does not work in data files; write {_as_code(meant)}, and addresses under `links:`"
            )
        elif _TAGS.search(text):
            meant = " ".join(_TAGS.sub(r" \2 ", text).split())
            yield place.problem(f"HTML does not work in data files; write {_as_code(meant)}")


def _part_problems(item: Map) -> Iterator[Problem]:
    """Yield a problem for times in a recording that contradict each other or belong to no recording."""
    for key in ("start", "end"):
        if key not in item.places:
            continue
        if "part_of" not in item.places:
            message = f"`{key}` is a time in another recording; name that in `part_of`, or remove the line"
            yield item.key_place(key).problem(message)
        elif isinstance(item.get("part_of"), Seq) and len(item["part_of"]) > 1:
            message = f"`{key}` is a time in one recording, but `part_of` names several; keep one of them"
            yield item.key_place(key).problem(message)
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        if offset(item["end"]) <= offset(item.get("start", "0")):
            message = f"`end`: {quote(item['end'])} is not after `start`, {quote(item.get('start', '0'))}; check both"
            yield item.value_place("end").problem(message)


def _chapter_problems(item: Map) -> Iterator[Problem]:
    """Yield a problem for each mistake in the list of chapters, and for chapters after the end of the recording."""
    value, place = item.get("chapters"), item.value_place("chapters")
    lines = chapter_lines(value)
    if isinstance(value, Seq):
        places = [value.item_place(index) for index in range(len(value))]
    elif isinstance(value, Map):
        places = [value.key_place(key) for key in value]
    else:
        # The lines of a block begin below the mark; those of a text in quotes are joined.
        places = [Place(place.line + number + 1, 1) if len(lines) > 1 else place for number in range(len(lines))]
    chapters, problems = read_chapters("\n".join(lines))
    if not chapters:
        return  # reported with the value
    yield from (places[number].problem(f"`chapters`: {message}") for number, message in problems)
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        end = seconds(item["duration"])
        late = [chapter for chapter in chapters if chapter.start >= end and "part_of" not in item.places]
        if late:
            message = f"{quote(late[0].title)} is after the end; correct its time, or"
            yield place.problem(f"`chapters`: {message} the `duration`, {quote(item['duration'])}")


def _is_copy(value: object) -> bool:
    with suppress(ValueError):
        return isinstance(value, str) and bool(archived_copy(value))
    return False


def _as_code(text: str) -> str:
    return code(text) if len(text) <= MAX_CODE_LENGTH else "it without"


def _texts_with_marks(item: Map, keys: Sequence[str]) -> Iterator[tuple[Place, str]]:
    for key in keys:
        if (text := item.get(key)) and _has_mark(text):
            yield item.value_place(key), text
    topics = item.get("topics")
    if isinstance(topics, Seq):
        yield from ((topics.item_place(index), topic) for index, topic in enumerate(topics) if _has_mark(topic))


def _has_mark(text: object) -> TypeGuard[str]:
    """Return whether a value is text that may contain markup: all markup has one of these characters."""
    return isinstance(text, str) and ("&" in text or "[" in text or "<" in text)
