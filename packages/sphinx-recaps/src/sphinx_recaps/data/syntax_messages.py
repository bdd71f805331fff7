"""Messages for YAML that cannot be parsed: what is wrong, what to write instead, and what was likely meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from sphinx_recaps.core.slugs import as_id
from sphinx_recaps.data.fields import code, quote
from sphinx_recaps.data.yaml_reader import Map, Place, RefusedError, Seq, mark_at, read

if TYPE_CHECKING:
    from sphinx_recaps.data.yaml_reader import Problem

_COMMENT = re.compile(r"(?:^|[ \t])#.*")
# Characters with a special meaning at the start of a value.
_LISTS = {"", "people", "topics", "links", "sources", "videos", "sessions", "entries", "authors", "speakers", "tags"}
_INDICATORS = "@`%*&!|>?,]}"


def reads(text: str, first: int = 0) -> Map | None:
    """Return the mapping in a YAML text, or None; ``first`` is the number of lines above it."""
    try:
        value, _ = read(text, first, [])
    except (RefusedError, yaml.MarkedYAMLError):
        return None
    return value if isinstance(value, Map) else None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def explain_line(place: Place, text: str) -> Problem:
    """Return the problem of a line that is not a key, a list item or text."""
    text = text.strip()
    if text[:1] in _INDICATORS:
        return place.problem(f"a value cannot start with {text[0]}; write it in quotes: {code(_quoted(text))}")
    if re.match(r"-[^\s-]", text):
        return place.problem(f"a space is missing after the dash; write {code(f'- {text[1:]}')}")
    if text[:1] in "\"'[{":
        return place.problem(explain_value("", text)[0])
    return place.problem(f"{quote(text)} is neither a key with its value nor part of the line above; write key: value")


def explain_value(key: str, text: str) -> tuple[str, Any, int]:
    """Return the message for a value, the value that was meant (or None), and the offset of the mistake."""
    before = f"{key}: " if key else ""
    if text[0] in "\"'":
        return _explain_quotes(before, text)
    if text[0] in "[{":
        return _explain_brackets(before, text)
    return _explain_text(key, text)


def _explain_text(key: str, text: str) -> tuple[str, Any, int]:
    """Return the same for a plain value, without quotes or brackets."""
    before = f"{key}: " if key else ""
    meant = _COMMENT.sub("", text).strip() or text
    write = f"write the value in quotes: {code(before + _quoted(meant))}"
    if key == "id":
        return (
            f"an id has only letters, digits, '.', '_' and '-'; write {code(before + as_id(meant))}",
            as_id(meant),
            0,
        )
    if text.startswith("- ") and key not in _LISTS:
        return f"a value cannot start with a dash and a space; {write}", meant, 0
    if text.startswith("- "):
        return f"a list starts on the line below its key; write {code(f'{before}[{text[2:]}]')}", [text[2:]], 0
    if text[0] in _INDICATORS:
        problem = f"a value cannot start with {text[0]}; {write}"
        if re.match(r"[|>][+-]?[1-9]?\s", text):
            problem = f"the lines of the text below {quote(key)} differ in indentation; indent them equally"
        return problem, meant.lstrip("|> ") or None, 0
    colon = re.search(r":(?:\s|$)", text)
    if colon is not None:
        return f"': ' in a value looks like another key; {write}", meant, colon.start()
    return f"{quote(text)} cannot be read; {write}", meant, 0


def _explain_quotes(before: str, text: str) -> tuple[str, Any, int]:
    mark = text[0]
    name = "quotation mark" if mark == '"' else "apostrophe"
    end = re.compile(r"(?<!\\)(?:\\\\)*\"" if mark == '"' else r"'(?:'')*(?!')").search(text, 1)
    inner = text.strip(mark) if text.endswith(mark) else text
    if end is None:
        return f"the {name} that opens this value is never closed; write it at the end as well", text[1:].strip(), 0
    if text.endswith(mark) and mark == '"' and "\\" in text:
        at = re.search(r"\\(?![0abtnvfre \"/\\N_LPxuU])", text) or re.search(r"\\", text)
        offset = at.start() if at else 0
        return (f"'\\' is a special character in double quotes; write {code(before + _quoted(inner))}", inner, offset)
    if text.endswith(mark):
        return (
            f"there is another {name} inside the value; write {code(before + _requoted(inner, mark))}",
            inner,
            end.start(),
        )
    return f"text follows the closing {name}; write {code(before + _quoted(text))}", text, end.end()


def _requoted(inner: str, mark: str) -> str:
    return f'"{inner}"' if mark == "'" and '"' not in inner else _quoted(inner)


def _explain_brackets(before: str, text: str) -> tuple[str, Any, int]:
    opening, closing = text[0], "]" if text[0] == "[" else "}"
    body = _COMMENT.sub("", text).strip()
    if body.count(opening) > body.count(closing):
        closed = reads(f"x: {body}{closing}")
        meant = closed.get("x") if closed else None
        if isinstance(meant, Seq):
            meant = bare(meant)
        return f"the {opening} that opens this value is never closed; write {closing} at its end", meant, 0
    if not body.endswith(closing):
        return (
            f"text follows the closing {closing}; write the value in quotes: {code(before + _quoted(body))}",
            body,
            0,
        )
    if body.count(opening) < body.count(closing):
        closed = reads(f"x: {body[:-1]}")
        meant = bare(closed["x"]) if closed and isinstance(closed.get("x"), Seq) else None
        return f"there is an extra {closing} at the end of this value; remove it", meant, len(body) - 1
    parts = "quote parts that contain a colon, a comma or one of @`%&*!#[]{}"
    simple = opening == "[" and not re.search(r"[{}\[\]\"']", body[1:-1])
    items = [part.strip() for part in body[1:-1].split(",") if part.strip()] if simple else None
    if items and re.search(r",\s*,|^.\s*,", body):
        return "there is nothing before this comma; remove it", bare(items), 0
    return f"the parts between {opening} and {closing} cannot be read; {parts}", bare(items) if items else None, 0


def bare(items: list[Any]) -> Seq | None:
    """Return the texts of a list without their places, which are wrong outside the snippet."""
    bare = Seq(mark_at(Place(1, 1)))
    bare.extend(item for item in items if isinstance(item, str))
    return bare
