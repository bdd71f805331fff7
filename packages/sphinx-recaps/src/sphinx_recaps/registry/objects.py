"""All entries, people, topics and events of a project, sorted, with lookup by name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinx_recaps.core.did_you_mean import SuggestionIndex
from sphinx_recaps.core.slugs import plain
from sphinx_recaps.registry.former_objects import FormerObjects, is_named

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sphinx_recaps.data.name_records import NameIndex
    from sphinx_recaps.data.records import Event, Lines

_NUMBERS = re.compile(r"([0-9]+)")


class NotedEntry(NamedTuple):
    """An entry on a page; ``path`` and ``line`` are its location in a data file, ``lines`` are those of its values.

    ``event`` is the folder of that file; both paths are relative to the source folder. ``paged`` is whether its list
    gives it a page of its own; ``part_of``, ``start``, ``end`` and ``was`` are as in the record.
    """

    event: str
    kind: str
    id: str
    title: str
    anchor: str
    people: tuple[str, ...]
    topics: tuple[str, ...]
    path: str
    line: int
    docname: str
    lines: Lines = b""
    paged: bool = False
    part_of: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    was: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The unique name among entries of its kind; :meth:`Objects.public_name` is shorter."""
        return f"{self.event}/{self.id}" if self.event else self.id


class NotedEvent(NamedTuple):
    """An event on a page; ``slug`` is the folder of its file, relative to the source folder, ``path`` is that file."""

    slug: str
    name: str
    start: dt.date
    anchor: str
    docname: str
    path: str
    record: Event


class NotedNumber(NamedTuple):
    """A number in the facts of an event: the file, what is counted, how many, and the line."""

    path: str
    what: str
    number: int
    line: int


@lru_cache(maxsize=1 << 14)
def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a case-insensitive sort key that puts A2 before A10."""
    parts = _NUMBERS.split(text.casefold())
    return tuple((int(part), "") if number % 2 else (-1, part) for number, part in enumerate(parts))


def folders(docname: str) -> list[str]:
    """Return the folders of a page from the innermost to '', the source folder."""
    paths = []
    while docname:
        docname = docname.rpartition("/")[0]
        paths.append(docname)
    return paths


def last_of(folder: str) -> str:
    """Return the last part of the path of a folder."""
    return folder.rpartition("/")[2]


def short_names(events: Iterable[str]) -> dict[str, str]:
    """Return the shortest unique end of the path of each folder, ignoring case."""
    ends: dict[str, list[str]] = {}
    for event in events:
        parts = event.split("/")
        ends[event] = ["/".join(parts[at:]) for at in reversed(range(len(parts)))]
    counted = Counter(end.casefold() for several in ends.values() for end in several)
    return {
        event: next((end for end in several if counted[end.casefold()] == 1), event) for event, several in ends.items()
    }


class Objects:
    """All objects, each with one page; ``names`` are the known spellings of people and topics.

    The page of an entry is the one that shows most of its file; the page of an event is the first one in its folder.
    """

    def __init__(
        self,
        noted: Mapping[str, Sequence[Iterable[Any]]],
        events: Mapping[str, Sequence[NotedEvent]],
        names: NameIndex,
    ) -> None:
        self.names = names
        self.all_entries = [NotedEntry._make(values) for docname in sorted(noted) for values in noted[docname]]
        self.entries = self._at_home()
        self.by_name = {(entry.kind, entry.name.casefold()): entry for entry in self.entries}
        self.by_id: dict[tuple[str, str], list[NotedEntry]] = defaultdict(list)
        people: dict[str, list[NotedEntry]] = defaultdict(list)
        topics: dict[str, list[NotedEntry]] = defaultdict(list)
        self.parts: dict[tuple[str, str], list[NotedEntry]] = defaultdict(list)  # by event and id of their recording
        for entry in self.entries:
            self.by_id[entry.kind, entry.id.casefold()].append(entry)
            for name in entry.part_of:
                self.parts[entry.event, name.casefold()].append(entry)
            for person in names.one("person", entry.people):
                people[person].append(entry)
            for topic in dict.fromkeys(entry.topics):
                topics[topic].append(entry)
        self.kinds = sorted({entry.kind for entry in self.entries})
        self.named = {"person": dict(sorted(people.items())), "topic": dict(sorted(topics.items()))}
        self._short: dict[str, str] | None = None
        self._keys: dict[str, dict[str, list[str]]] = {}
        self._near: dict[str, tuple[SuggestionIndex, dict[str, str]]] = {}
        self.events = {
            event.slug: event
            for event in sorted(
                (event for noted_events in events.values() for event in noted_events),
                key=lambda event: (event.slug not in folders(event.docname), event.docname),
                reverse=True,
            )
        }
        self.former = FormerObjects(self.entries, {slug: event.record.was for slug, event in self.events.items()})

    @cached_property
    def people_as_published(self) -> dict[str, list[NotedEntry]]:
        """The entries of each name of a person, in the spelling of the entries."""
        people: dict[str, list[NotedEntry]] = defaultdict(list)
        for entry in self.entries:
            for name in dict.fromkeys(entry.people):
                people[name].append(entry)
        return dict(sorted(people.items()))

    @property
    def short(self) -> dict[str, str]:
        """The shortest unique end of the folder of each event."""
        if self._short is None:
            self._short = short_names({*self.events, *(entry.event for entry in self.entries)})
        return self._short

    def _at_home(self) -> list[NotedEntry]:
        shown = Counter((entry.docname, entry.path) for entry in self.all_entries)
        homes: dict[tuple[str, str, str], NotedEntry] = {}
        for entry in self.all_entries:
            key = (entry.event, entry.kind, entry.id.casefold())
            known = homes.get(key)
            if known is None or shown[entry.docname, entry.path] > shown[known.docname, known.path]:
                homes[key] = entry
        return sorted(
            homes.values(),
            key=lambda entry: (last_of(entry.event), entry.event, entry.kind, natural(entry.id), entry.id),
        )

    def public_name(self, entry: NotedEntry) -> str:
        """Return the name of an entry for other pages and projects: ``event/id``, if that is unique."""
        return f"{self.short[entry.event]}/{entry.id}" if entry.event else entry.id

    def former_names(self) -> Iterator[tuple[str, NotedEntry]]:
        """Yield the names that entries had for other projects, unless another entry has them now."""
        formers = list(self.former)
        taken = {(entry.kind, self.public_name(entry).casefold()) for entry in self.entries} if formers else set()
        for former in formers:
            name = f"{self._short_name(former.folder)}/{former.id}" if former.folder else former.id
            if (key := (former.entry.kind, name.casefold())) not in taken:
                taken.add(key)
                yield name, former.entry

    def former_folders(self, event: str) -> list[str]:
        """Return the names that an event had for other projects, unless another event has them now."""
        names = dict.fromkeys(map(self._short_name, self.former.folders.get(event, ())))
        return [name for name in names if name not in self.short.values()]

    def _short_name(self, folder: str) -> str:
        """Return the shortest unique end of a folder, which may be a former one."""
        return self.short.get(folder) or short_names({*self.short, folder})[folder]

    def find_entries(self, kind: str, target: str, docname: str) -> list[NotedEntry]:
        """Return the entries that match an id or ``event/id`` on a page; several if it is ambiguous.

        ``event`` is the folder of the event relative to the source folder, or the end of that path.
        """
        query = target.strip().casefold()
        around = folders(docname)
        for folder in around:
            entry = self.by_name.get((kind, f"{folder}/{query}".casefold().lstrip("/")))
            if entry is not None and entry.event == folder:
                return [entry]
        exact = self.by_name.get((kind, query.lstrip("/")))
        if exact is not None:
            return [exact]
        event, _, own_id = query.rpartition("/")
        entries = [entry for entry in self.by_id.get((kind, own_id), []) if is_named(event, entry.event)]
        for name in filter(None, map(last_of, around)):  # the data of an event may be in a separate tree
            beside = [entry for entry in entries if last_of(entry.event) == name]
            if len(beside) == 1:
                return beside
        return entries or self.former.entries(kind, query, around)

    def find_names(self, kind: str, target: str) -> list[str]:
        """Return the people or topics with a name, in any spelling: exactly, or else ignoring case and accents."""
        (name,) = self.names.one(kind, [target])
        if name in self.named[kind]:
            return [name]
        if kind not in self._keys:
            keys: dict[str, list[str]] = defaultdict(list)
            for spelling, name in self._spellings(kind):
                keys[" ".join(plain(spelling).split())].append(name)
            self._keys[kind] = {key: list(dict.fromkeys(names)) for key, names in keys.items()}
        return self._keys[kind].get(" ".join(plain(target).split()), [])

    def find_events(self, target: str) -> list[NotedEvent]:
        """Return the events that match a folder or a name."""
        query = target.strip().casefold().strip("/")
        events = [event for _, event in sorted(self.events.items())]
        return (
            [event for event in events if event.slug.casefold() == query]
            or [event for event in events if query and is_named(query, event.slug)]
            or [event for event in events if event.name.casefold() == query]
            or [self.events[slug] for slug in self.former.events(query)]
        )

    def near(self, kind: str, target: str, docname: str) -> list[str]:
        """Return up to three names similar to one that was not found, as an author would write them on a page."""
        if kind not in self._near:
            known: dict[str, str] = {}
            for key, name in self._names(kind):
                known.setdefault(key.casefold(), name)
            self._near[kind] = SuggestionIndex(known), known
        names, known = self._near[kind]
        near = names.closest(target.casefold())
        return list(dict.fromkeys(self._own_id(kind, key, docname) or known[key] for key in near))

    def _names(self, kind: str) -> Iterator[tuple[str, str]]:
        """Yield each possible spelling, with what to write for it."""
        if kind in self.named:
            yield from self._spellings(kind)
        elif kind == "event":
            for event in self.events.values():
                short = self.short[event.slug]
                yield from ((text, short) for text in (short, event.slug, event.name))
        else:
            entries = (entry for entry in self.entries if entry.kind == kind)
            for entry in entries:
                name = self.public_name(entry)
                yield from ((text, name) for text in (entry.id, name))

    def _spellings(self, kind: str) -> Iterator[tuple[str, str]]:
        """Yield each spelling of each person or topic, with the one to show."""
        for name in self.named[kind]:
            yield from ((spelling, name) for spelling in (name, *self.names.also(kind, name)))

    def _own_id(self, kind: str, key: str, docname: str) -> str | None:
        """Return the id of an entry in the event of a page, found in lower case, if that is enough to refer to it."""
        own = (self.by_name.get((kind, f"{event}/{key}".casefold().lstrip("/"))) for event in folders(docname))
        return next((entry.id for entry in own if entry is not None and entry.id.casefold() == key), None)

    def kinds_of(self, target: str, docname: str) -> list[str]:
        """Return the kinds with an entry that matches this id."""
        kinds = {kind for kind, _id in self.by_id}
        return [kind for kind in sorted(kinds) if self.find_entries(kind, target, docname)]

    def duplicates(self) -> Iterable[tuple[NotedEntry, NotedEntry]]:
        """Yield pairs of entries with the same name in different files."""
        files: dict[tuple[str, str], set[str]] = defaultdict(set)
        for entry in self.all_entries:
            files[entry.kind, entry.name.casefold()].add(entry.path)
        duplicate_keys = {key for key, paths in files.items() if len(paths) > 1}
        first: dict[tuple[str, str], NotedEntry] = {}
        written = {(entry.path, entry.line, *key): entry for entry, key in self._keyed(duplicate_keys)}
        for (_, _, *key), entry in sorted(written.items()):
            earlier = first.setdefault((key[0], key[1]), entry)
            if earlier.path != entry.path:
                yield earlier, entry

    def _keyed(self, keys: set[tuple[str, str]]) -> Iterator[tuple[NotedEntry, tuple[str, str]]]:
        for entry in self.all_entries if keys else ():
            key = (entry.kind, entry.name.casefold())
            if key in keys:
                yield entry, key
