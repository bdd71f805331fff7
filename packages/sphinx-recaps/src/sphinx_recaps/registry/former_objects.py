"""Entries and events by their former names, which roles and other sites may still use."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.data.former_names import resolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sphinx_recaps.registry.objects import NotedEntry


class FormerName(NamedTuple):
    """A name that an entry had: the folder of its event, and its id."""

    folder: str
    id: str
    entry: NotedEntry


def is_named(query: str, event: str) -> bool:
    """Return whether a text in lower case is the path of an event, or the end of it; '' matches all events."""
    return not query or f"/{event.casefold()}".endswith(f"/{query}")


def folder_of(path: str) -> str:
    """Return the folder that contains a file or folder."""
    return path.rpartition("/")[0]


class FormerObjects:
    """The former names of entries, and the former folders of events (``folders``, by folder)."""

    def __init__(self, entries: Iterable[NotedEntry], events: Mapping[str, Sequence[str]]) -> None:
        self.folders = {
            slug: [resolved(name, folder_of(slug)) for name in was] for slug, was in events.items() if was and slug
        }
        self._by_id: dict[tuple[str, str], list[FormerName]] = defaultdict(list)
        for entry in entries:
            if entry.was or entry.event in self.folders:
                for former in self._names_of(entry):
                    self._by_id[entry.kind, former.id.casefold()].append(former)

    def _names_of(self, entry: NotedEntry) -> Iterator[FormerName]:
        """Yield the names that an entry had, but not its name now."""
        for folder in (entry.event, *self.folders.get(entry.event, ())):
            for name in (entry.id, *entry.was):
                file, _, own_id = name.rpartition("/")
                former = folder_of(resolved(file, folder)) if file else folder
                if (former, own_id) != (entry.event, entry.id):
                    yield FormerName(former, own_id, entry)

    def __iter__(self) -> Iterator[FormerName]:
        """Yield all former names of entries."""
        for names in self._by_id.values():
            yield from names

    def entries(self, kind: str, query: str, around: Sequence[str]) -> list[NotedEntry]:
        """Return the entries that had an id or ``event/id``, in lower case; ``around`` are the folders of the page."""
        event, _, own_id = query.rpartition("/")
        found = [former for former in self._by_id.get((kind, own_id), ()) if is_named(event, former.folder)]
        near = next((former.entry for folder in around for former in found if former.folder == folder), None)
        return [near] if near is not None else list({id(former.entry): former.entry for former in found}.values())

    def events(self, query: str) -> list[str]:
        """Return the folders of the events that had a folder, in lower case."""
        return [
            slug for slug, names in sorted(self.folders.items()) if query and any(is_named(query, one) for one in names)
        ]
