"""Exports of each list and of all records, as JSON for programs and as CSV for spreadsheets."""

from __future__ import annotations

import csv
import json
from io import StringIO
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sphinx_recaps.core.dates import machine_readable
from sphinx_recaps.core.language import listed
from sphinx_recaps.core.messages import capitalised
from sphinx_recaps.data.chapters import Chapter
from sphinx_recaps.data.records import Entry, Event, Link, keys_of
from sphinx_recaps.data.schema import export_schema
from sphinx_recaps.data.transcript_records import Transcript
from sphinx_recaps.data.video_reference import clock
from sphinx_recaps.publish.names import ALL_RECORDS, export_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sphinx_recaps.publish.addresses import Addresses
    from sphinx_recaps.publish.files import Files
    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.objects import NotedEvent
    from sphinx_recaps.registry.records_of_files import FileRecords

SCHEMA = f"{ALL_RECORDS}.schema.json"
KEYS = tuple(keys_of(Entry))
COLUMNS = ("event", "kind", *KEYS, "url")
_values: Callable[[Entry], tuple[Any, ...]] = attrgetter(*KEYS)
_FORMULA = tuple("=+-@\t\r＝＋－＠")  # a cell that begins with one of these is a formula
_BOM = "\ufeff"  # by which spreadsheets recognise UTF-8


class Exports:
    """Writes the exports of each list, and collects their content for the export of all records."""

    def __init__(self, files: Files, domain: RecapDomain, addresses: Addresses) -> None:
        self._files = files
        self._domain = domain
        self._addresses = addresses
        config = domain.env.config
        self._language: str = config.language
        self._licence: str = config.recap_licence
        self._project: str = config.project
        self._lists: list[str] = []
        self._rows: list[str] = []

    def add(self, records: FileRecords) -> None:
        """Write the exports of a list."""
        addresses = [self._addresses.entry(noted) for noted, _ in records.entries]
        entries = [record for _noted, record in records.entries]
        content = self._list(records, map(entry_json, entries, addresses))
        self._files.write(export_name(records.path, ".json"), content)
        self._lists.append(content.strip())
        event = self._domain.event_title(records.event)
        rows = csv_rows(
            (_cell(event), records.kind, *entry_cells(*one)) for one in zip(entries, addresses, strict=True)
        )
        self._files.write(export_name(records.path, ".csv"), f"{_BOM}{csv_rows([COLUMNS])}{rows}")
        self._rows.append(rows)

    def finish(self) -> None:
        """Write the exports of all records, and their schema."""
        if not (self._lists or self._domain.objects.events):
            return
        events = [self._event(event) for _slug, event in sorted(self._domain.objects.events.items())]
        head = self._head({"title": self._project, "url": self._addresses.base, "license": self._licence})
        parts = (("events", map(_json, events)), ("lists", self._lists))
        body = ",\n".join(f"{_json(name)}: [\n{_joined(items)}]" for name, items in parts)
        self._files.write(f"{ALL_RECORDS}.json", f"{head}{body}\n}}\n")
        self._files.write(f"{ALL_RECORDS}.csv", "".join([_BOM, csv_rows([COLUMNS]), *self._rows]))
        self._files.write(SCHEMA, export_schema(self._domain.kinds.names))

    def _list(self, records: FileRecords, entries: Iterable[str]) -> str:
        title = list_title(self._domain, records, self._language)
        home = self._domain.lists_of(records.path)[0].docname
        url = self._addresses.page(home)
        event = self._domain.event_title(records.event) if records.event else ""
        head = {"title": title, "url": url, "license": self._licence, "event": event, "kind": records.kind}
        return f'{self._head(head)}"entries": [\n{_joined(entries)}]\n}}\n'

    def _head(self, values: dict[str, str]) -> str:
        """Return the beginning of a JSON object, up to its long values."""
        values = {"$schema": self._addresses.file(SCHEMA), **values}
        lines = "".join(f"{_json(key)}: {_json(value)},\n" for key, value in values.items() if value)
        return f"{{\n{lines}"

    def _event(self, noted: NotedEvent) -> dict[str, Any]:
        return {**_plain(noted.record), "url": self._addresses.event(noted)}


def list_title(domain: RecapDomain, records: FileRecords, language: str) -> str:
    """Return the title of a list: its kind, and its event if it has one."""
    nouns = capitalised(domain.kinds.nouns(records.kind))
    return listed([nouns, domain.event_title(records.event)], language) if records.event else nouns


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _joined(items: Iterable[str]) -> str:
    """Return the items of a JSON array, each on its own line."""
    return ",\n".join(items) + "\n"


def entry_json(entry: Entry, address: str) -> str:
    """Return an entry as JSON: its values as in a data file, and its address."""
    values = {key: _value(value) for key, value in zip(KEYS, _values(entry), strict=True) if value}
    return json.dumps({**values, "url": address}, ensure_ascii=False)


def _value(value: Any) -> Any:  # noqa: ANN401 (a value of any record)
    """Return a value for JSON."""
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, Chapter):
        return f"{clock(value.start)} {value.title}"
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    return machine_readable(value) if hasattr(value, "isoformat") else _plain(value)


def _plain(record: Event | Link | Transcript) -> dict[str, Any]:
    """Return the values of a record for JSON."""
    values = {key: getattr(record, key) for key in keys_of(type(record))}
    if "numbers" in values:
        values["numbers"] = dict(values["numbers"])
    return {key: value if isinstance(value, dict) else _value(value) for key, value in values.items() if value}


def entry_cells(entry: Entry, address: str) -> list[str]:
    """Return the values of an entry as texts that a spreadsheet does not take for formulas."""
    cells = [_cell(value) if value else "" for value in _values(entry)]
    return [*cells, address]


def _cell(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, tuple):
        text = "; ".join(map(_item, value))
    else:
        text = machine_readable(value) if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _item(value: object) -> str:
    if isinstance(value, Link):
        return f"{value.title} <{value.url}>"
    if isinstance(value, Transcript):
        return value.file
    return str(_value(value) if isinstance(value, Chapter) else value)


def csv_rows(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV: https://www.rfc-editor.org/rfc/rfc4180."""
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()
