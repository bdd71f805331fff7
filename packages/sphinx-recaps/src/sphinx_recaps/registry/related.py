"""Entries that are related to another one: first those with the same people, then those on the same topics."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sphinx_recaps.registry.objects import NotedEntry, Objects

MOST = 6  # entries
_NEIGHBOURS = 6  # entries of each topic that are considered


class Relation(NamedTuple):
    """A related entry, and the names that both have: of people if there are any, otherwise of topics."""

    entry: NotedEntry
    people: tuple[str, ...]
    topics: tuple[str, ...]


class Relations:
    """Finds related entries.

    A topic may have thousands of entries. Of each topic, only those that follow the entry in the order of all entries
    are considered, starting over after the last: so different entries are shown different ones, each of a topic is
    shown by some, and a new entry changes few pages.
    """

    def __init__(self, objects: Objects) -> None:
        self._one = objects.names.one
        self._named: Mapping[str, Mapping[str, Sequence[NotedEntry]]] = objects.named
        self._places: dict[tuple[str, str], dict[int, int]] = {}

    def of(self, entry: NotedEntry) -> list[Relation]:
        """Return the related entries, those with most in common first."""
        own = {id(entry): 0}
        people, topics = set(self._one("person", entry.people)), set(entry.topics)
        candidates = list(chain(self._with_people(entry), self._on_topics(entry)))
        relations = []
        for other in candidates:
            if id(other) in own:
                continue
            own[id(other)] = len(own)
            shared = tuple(name for name in self._one("person", other.people) if name in people)
            about = () if shared else tuple(name for name in other.topics if name in topics)
            relations.append(Relation(other, shared, about))
        relations.sort(key=lambda one: (-len(one.people), -len(one.topics)))  # stable: otherwise in order
        return relations[:MOST]

    def _with_people(self, entry: NotedEntry) -> Iterator[NotedEntry]:
        for name in self._one("person", entry.people):
            yield from self._after(entry, "person", name)

    def _on_topics(self, entry: NotedEntry) -> Iterator[NotedEntry]:
        for name in entry.topics:
            yield from self._after(entry, "topic", name)

    def _after(self, entry: NotedEntry, kind: str, name: str) -> Sequence[NotedEntry]:
        """Return some of the entries of a name that follow an entry."""
        entries = self._named[kind][name]
        if len(entries) <= _NEIGHBOURS:
            return entries
        if (kind, name) not in self._places:
            self._places[kind, name] = {id(one): place for place, one in enumerate(entries)}
        start = self._places[kind, name][id(entry)] + 1
        return [entries[place % len(entries)] for place in range(start, start + _NEIGHBOURS)]
