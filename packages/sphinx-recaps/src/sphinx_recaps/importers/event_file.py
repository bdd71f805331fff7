"""The file `event.yaml` of an imported event: its facts as far as the source has them, and the source itself."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sphinx_recaps.data.fields import web_address
from sphinx_recaps.data.yaml_form import DataFile, Record
from sphinx_recaps.importers.merge import merged
from sphinx_recaps.importers.programme import OFTEN_DIVIDED, ImportFailedError
from sphinx_recaps.importers.state import hash_of
from sphinx_recaps.importers.texts import line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx_recaps.importers.merge import Changes, Entries
    from sphinx_recaps.importers.programme import Programme, Report
    from sphinx_recaps.importers.state import State


def facts_of(programme: Programme, entries: Entries, report: Report) -> dict[str, str]:
    """Return the facts of an event that its programme has: name, first and last day, place."""
    days = [
        talk.start.date() if isinstance(talk.start, dt.datetime) else talk.start for talk, _, _ in entries if talk.start
    ]
    first, last = programme.start or min(days, default=None), programme.end or max(days, default=None)
    facts = {
        "name": line(programme.name, "event, name", report),
        "start": first.isoformat() if first else "",
        "end": last.isoformat() if first and last and last > first else "",
        "place": line(programme.place, "event, place", report),
    }
    return {key: value for key, value in facts.items() if value}


def new_event(facts: dict[str, str], name: str, folder_name: str, report: Report) -> DataFile:
    """Return the file of a new event; raises ImportFailedError if nothing says when it was."""
    year = re.match(r"(?:19|20)\d\d(?=-|$)", folder_name)
    if "start" not in facts and year is None:
        msg = "it does not say when the event was; add its first day, such as --start 2024-03-15"
        raise ImportFailedError(msg)
    if "start" not in facts and year:
        report.notes.append("event.yaml has only the year of the event: write the first day into `start`")
        facts = {"start": year[0], **facts}
    return DataFile(Record({**facts, "name": name or facts.get("name") or _name_of(folder_name)}))


def update_facts(file: DataFile, facts: dict[str, str], source: str, state: State, changes: Changes) -> bool:
    """Change the facts that only the source changed since the last import; return whether there are any."""
    known = state.sources.setdefault(source, {})
    if source in OFTEN_DIVIDED:  # a file about one day does not make the event shorter
        first, last = file.root.get("start", ""), file.root.get("end") or file.root.get("start", "")
        if "start" in facts:
            end = max(facts.get("end", facts["start"]), last)
            start = facts["start"] if facts["start"].startswith(first) else min(facts["start"], first)
            facts = {**facts, "start": start} | ({"end": end} if end > start else {})
    if facts.get("start", "").startswith(file.root.get("start", "-")):  # only the month or the year was known
        known["start"] = hash_of(file.root["start"])
    lines = [
        text
        for key, value in facts.items()
        if (key in known or key not in file.root) and (text := merged(file.root, key, value, known.get(key)))
    ]
    known |= {key: hash_of(value) for key, value in facts.items()}
    changes.lines += [f"  event.yaml {text}" for text in lines]
    return any(not text.startswith("kept") for text in lines)


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
    state.sources[programme.format] = before | {"title": title, "url": address}
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


def add_records(file: DataFile, key: str, records: Iterable[dict[str, str]], source: str, state: State) -> bool:
    """Add links or videos that an event does not have and never had from this source; return whether there are any."""
    imported = state.sources.setdefault(source, {})
    new = [record for record in records if record["url"] not in imported]
    imported |= {record["url"]: key for record in new}
    known = {item.get("url") for item in file.root.get(key) or () if isinstance(item, dict)}
    new = [record for record in new if record["url"] not in known]
    if new:
        _list(file.root, key).extend(Record(dict(record)) for record in new)
    return bool(new)


def _list(root: Any, key: str) -> list[Any]:  # noqa: ANN401 (any YAML)
    if not isinstance(root.get(key), list):
        root[key] = []
    items: list[Any] = root[key]
    return items
