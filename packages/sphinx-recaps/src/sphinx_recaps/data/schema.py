"""The JSON Schemas of data files, with which editors complete and check them; generated from the records.

``sphinx-recaps schema --output FOLDER`` writes them. A data file refers to its schema in its first line:
``# yaml-language-server: $schema=../../_static/schema/catalogue.json``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from sphinx_recaps.data.name_records import KnownNames
from sphinx_recaps.data.records import KINDS, Catalogue, Event, RecordedLinks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_HEAD = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
# The name of each schema, wherever its file is: an address would bind it to one host.
_ID = "urn:sphinx-recaps:schema:"
_FILES = {
    "catalogue.json": (Catalogue, "Posters, sessions, keynotes, episodes or resources"),
    "event.json": (Event, "The facts of an event"),
    "links.json": (RecordedLinks, "Links to other sites: archived copies and dead links"),
    "people.json": (KnownNames, "People, teams and topics: other spellings, links, notes"),
}


def schemas(kinds: Sequence[str] = ()) -> dict[str, str]:
    """Return the text of each schema, by file name; ``kinds`` are those that the project declares."""
    return {
        name: json.dumps(
            {**_HEAD, "$id": f"{_ID}{name}", **_schema(record, title, kinds)}, indent=2, ensure_ascii=False
        )
        + "\n"
        for name, (record, title) in _FILES.items()
    }


def described_records() -> dict[str, dict[str, Any]]:
    """Return the schema of each record by name; the record of a file comes before those that it contains."""
    described: dict[str, dict[str, Any]] = {}
    for record, title in _FILES.values():
        schema = _schema(record, title)
        described |= {record.__name__: schema, **schema.get("$defs", {})}
    return described


def _schema(record: type, title: str, kinds: Sequence[str] = ()) -> dict[str, Any]:
    schema = TypeAdapter(record).json_schema()
    if record is Catalogue:
        schema["required"] = ["kind", "entries"]
        schema["properties"]["kind"]["enum"] = list(dict.fromkeys([*KINDS, *kinds]))
    _shorten(schema)
    return {**schema, "title": title}


def _shorten(schema: Any) -> None:  # noqa: ANN401 (a tree of JSON)
    """Remove class names and defaults, which editors would show to authors."""
    if isinstance(schema, list):
        for part in schema:
            _shorten(part)
    elif isinstance(schema, dict):
        schema.pop("default", None)
        if isinstance(schema.get("title"), str):
            del schema["title"]
        for part in schema.values():
            _shorten(part)


def write_schemas(folder: Path, kinds: Sequence[str] = ()) -> list[Path]:
    """Write the schemas into a folder, and return their files; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in schemas(kinds).items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def export_schema(kinds: Sequence[str]) -> str:
    """Return the text of the schema of what a site exports: all lists and events, or one list."""
    events, lists = _schema(Event, "An event"), _schema(Catalogue, "A list of entries", kinds)
    definitions = {**events.pop("$defs"), **lists.pop("$defs")}
    url = {"type": "string", "format": "uri", "description": "The address of its page."}
    about = {name: {"type": "string"} for name in ("$schema", "title", "license", "event")}
    lists["properties"] |= {**about, "url": url}
    for record in (definitions["Entry"], events):
        record["properties"]["url"] = url
    everything = {
        "type": "object",
        "required": ["events", "lists"],
        "properties": {
            "events": {"type": "array", "items": {"$ref": "#/$defs/Event"}},
            "lists": {"type": "array", "items": {"$ref": "#/$defs/List"}},
        },
    }
    schema = {
        **_HEAD,
        "$id": f"{_ID}records.json",
        "title": "Records of a site",
        "anyOf": [everything, {"$ref": "#/$defs/List"}],
        "$defs": {**definitions, "Event": events, "List": lists},
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
