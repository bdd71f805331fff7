"""The complete records of data files, for what is made from all of them after the pages have been read.

An environment holds them as bytes, which the garbage collector ignores: 20,000 records need 10 MB and a tenth of a
second that way. Reading their files again would take ten times as long. The doctrees hold the same bytes.
"""

from __future__ import annotations

import pickle
from functools import lru_cache
from itertools import starmap
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.data.records import Entry, record_values
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.topic_tones import tones_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.data.records import Catalogue
    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.objects import NotedEntry


class FileRecords(NamedTuple):
    """The entries of a data file that pages show, each with its record; ``event`` is its folder.

    ``tones`` are the colours of the topics of the file.
    """

    path: str
    kind: str
    event: str
    entries: list[tuple[NotedEntry, Entry]]
    tones: Mapping[str, int]


def packed(entries: Iterable[Entry]) -> bytes:
    """Return entries as bytes: only their values, which takes a tenth of the time of pickling them as they are."""
    return pickle.dumps([*map(record_values, entries)], pickle.HIGHEST_PROTOCOL)


@lru_cache(maxsize=2)  # a page is mostly written with one list, whose entries are needed several times
def unpacked(data: bytes) -> tuple[Entry, ...]:
    """Return the entries that were packed."""
    return tuple(starmap(Entry, pickle.loads(data)))  # noqa: S301 (from the environment or a doctree)


def note_records(env: BuildEnvironment, path: str, content: Catalogue) -> bytes:
    """Note all records of a data file of the current page, which are returned as bytes, and its former paths."""
    data, docname = recap_domain(env).data, env.current_document.docname
    data["records"].setdefault(docname, {})[path] = records = packed(content.entries)
    if content.was:
        data["former"].setdefault(docname, {})[path] = content.was
    return records


def former_paths(domain: RecapDomain) -> Mapping[str, Sequence[str]]:
    """Return what each data file says about its former paths, if it does."""
    return dict(sorted(pair for files in domain.data["former"].values() for pair in files.items()))


def files_with_records(env: BuildEnvironment) -> Iterator[FileRecords]:
    """Yield each data file in the order of paths, with its entries in the order of the file."""
    domain = recap_domain(env)
    shown: dict[str, dict[str, NotedEntry]] = {}
    for noted in domain.objects.entries:
        shown.setdefault(noted.path, {})[noted.id] = noted
    noted_files = {path: data for files in domain.data["records"].values() for path, data in files.items()}
    for path, entries in sorted(shown.items()):
        first = next(iter(entries.values()))
        records = unpacked(noted_files[path])
        known = [(entries[record.id], record) for record in records if record.id in entries]
        yield FileRecords(path, first.kind, first.event, known, tones_of(records))


def records_of(env: BuildEnvironment, docname: str, path: str) -> Sequence[Entry]:
    """Return all records of a data file that a page shows, also those that it leaves out."""
    files = recap_domain(env).data["records"].get(docname, {})
    return unpacked(files[path]) if path in files else ()


def record_of(env: BuildEnvironment, noted: NotedEntry) -> Entry | None:
    """Return the record of one entry."""
    return next((record for record in records_of(env, noted.docname, noted.path) if record.id == noted.id), None)


def date_of(domain: RecapDomain, noted: NotedEntry, entry: Entry) -> dt.date | None:
    """Return the date of an entry: its own, or the first day of its event."""
    span = span_of(domain, noted, entry)
    return span[0] if span else None


def span_of(domain: RecapDomain, noted: NotedEntry, entry: Entry) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day on which an entry may have been: twice its date, or the days of its event."""
    if entry.date:
        return entry.date, entry.date
    event = domain.objects.events.get(noted.event)
    return (event.start, event.record.end or event.start) if event else None
