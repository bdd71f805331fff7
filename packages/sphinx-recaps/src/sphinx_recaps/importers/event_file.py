"""The file `event.yaml` of an imported event: its facts as far as the source has them, and the source itself."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sphinx_recaps.data.fields import web_address
from sphinx_recaps.data.yaml_form import DataFile, Record
from sphinx_recaps.importers.programme import ImportFailedError
from sphinx_recaps.importers.texts import line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx_recaps.importers.merge import Entries
    from sphinx_recaps.importers.programme import Programme, Report
    from sphinx_recaps.importers.state import State


def new_event(programme: Programme, entries: Entries, name: str, folder_name: str, report: Report) -> DataFile:
    """Return the facts of an event; raises ImportFailedError if nothing says when it was."""
    days = [
        talk.start.date() if isinstance(talk.start, dt.datetime) else talk.start for talk, _, _ in entries if talk.start
    ]
    first, last = programme.start or min(days, default=None), programme.end or max(days, default=None)
    if first is None:
        msg = "nothing in it says when the event was; write --start with the first day, such as --start 2024-03-15"
        raise ImportFailedError(msg)
    facts = {
        "name": name or line(programme.name, "event, name", report) or _name_of(folder_name),
        "start": first.isoformat(),
    }
    if last and last > first:
        facts["end"] = last.isoformat()
    if programme.place:
        facts["place"] = line(programme.place, "event, place", report)
    return DataFile(Record(dict(facts)))


def _name_of(folder: str) -> str:
    """Return the name of an event from its folder: ``2024-orchid-days`` -> ``Orchid Days 2024``."""
    year, _, words = folder.partition("-")
    name = " ".join(word.capitalize() for word in words.split("-"))
    return f"{name} {year}" if year.isdecimal() and name else folder


def add_source(file: DataFile, programme: Programme, path_name: str, url: str, state: State) -> bool:
    """Name the source of a programme in an event, or its new version there; return whether the file changed."""
    address = url
    with suppress(ValueError):
        address = address or web_address(programme.url)
    if not address:
        return False
    version = f"version {programme.version}" if programme.version else ""
    day = programme.date.isoformat() if programme.date and programme.date.isoformat() not in version else ""
    title = ", ".join(part for part in (f"Programme ({path_name})", version, day) if part)
    before = state.sources.get(programme.format, {})
    state.sources[programme.format] = {"title": title, "url": address}
    sources = _list(file.root, "sources")
    for source in sources:
        if isinstance(source, Record) and source.get("url") == address:
            if source.get("title") == before.get("title") != title:
                source["title"] = title
                return True
            return False
    if before.get("url") == address:  # people removed it
        return False
    sources.append(Record({"title": title, "url": address}))
    return True


def add_records(file: DataFile, key: str, records: Iterable[dict[str, str]]) -> bool:
    """Add links or videos that an event does not have yet; return whether the file changed."""
    records = [*records]
    if not records:
        return False
    known = _list(file.root, key)
    addresses = {record.get("url") for record in known if isinstance(record, dict)}
    new = [Record(dict(record)) for record in records if record["url"] not in addresses]
    known.extend(new)
    return bool(new)


def _list(root: Any, key: str) -> list[Any]:  # noqa: ANN401 (any YAML)
    if not isinstance(root.get(key), list):
        root[key] = []
    items: list[Any] = root[key]
    return items
