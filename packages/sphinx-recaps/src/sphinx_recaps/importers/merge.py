"""Merges a programme into the data files of an event: what the source changed is changed, what people wrote is kept."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from sphinx_recaps.core.name_matching import words_of
from sphinx_recaps.core.slugs import slug
from sphinx_recaps.data.fields import offset
from sphinx_recaps.data.video_reference import clock
from sphinx_recaps.data.yaml_form import DataFile, Record
from sphinx_recaps.importers.entries import Values, new_id
from sphinx_recaps.importers.programme import OFTEN_DIVIDED, shown
from sphinx_recaps.importers.state import Known, State, hash_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sphinx_recaps.importers.programme import Talk

Entries = list[tuple["Talk", str, Values]]


@dataclass
class Changes:
    """What a merge did, in lines for people; ``files`` are the names of the data files that it changed."""

    lines: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    added: int = 0
    changed: int = 0
    same: int = 0


class Merge:
    """Merges entries of one format into data files, given by their names without `.yaml`.

    Entries have the name `file/id`. Of the state, ``_known`` has the entries that are in the files, and ``_removed``
    those that people removed.
    """

    def __init__(self, files: dict[str, DataFile], state: State, source: str, changes: Changes) -> None:
        self.files, self.state, self.source, self.changes = files, state, source, changes
        self._records = dict(self._all_records())
        self._by_former = {former: name for name, record in self._records.items() for former in _formers(name, record)}
        self._by_id = _unique((name.partition("/")[2], name) for name in self._records)
        self._by_title = _unique((_title_key(record.get("title", "")), name) for name, record in self._records.items())
        present = {name: self._current(name) for name in state.entries}
        self._known = {present[name]: known for name, known in state.entries.items() if present[name]}
        self._removed = {name: known for name, known in state.entries.items() if not present[name]}
        self._by_key = {key: present[name] for name, known in state.entries.items() for key in known.keys}
        self._taken: dict[str, set[str]] = defaultdict(set)  # ids that entries of a file have or had
        for name in (*self._records, *self._by_former, *state.entries):
            stem, _, own_id = name.rpartition("/")
            self._taken[stem].add(slug(own_id))
        self._used: set[str] = set()
        self._names: dict[str, str] = {}  # of the entries of this import, by the keys of their talks

    def run(self, entries: Entries, usual_files: Mapping[str, str]) -> None:
        """Merge entries; ``usual_files`` are the names of the files for new entries of each kind."""
        found = self._matches(entries)
        previous: dict[str, str] = {}
        for index, (talk, kind, values) in enumerate(entries):
            name = found.get(index)
            if name == "":
                self.changes.lines.append(f"  {talk.where} was removed from the data files, and stays out")
                continue
            if name is None and not values.get("title"):
                self.changes.lines.append(f"  {talk.where} matches no entry, and has no title")
                continue
            if name is None:
                stem = usual_files[kind]
                name = self._add(talk, stem, values, previous.get(stem, ""))
            else:
                self._update(name, talk, values)
            previous[name.partition("/")[0]] = name
            self._names.update(dict.fromkeys(talk.keys, name))
        self._place_parts(entries)
        self._report_gone()
        self.state.entries = {**self._removed, **self._known}

    def _all_records(self) -> Iterator[tuple[str, Record]]:
        for stem, file in self.files.items():
            for record in file.root.get("entries") or ():
                if isinstance(record, Record) and record.get("id"):
                    yield f"{stem}/{record['id']}", record

    def _current(self, name: str) -> str:
        """Return the present name of an entry that was imported under a name; '' if people removed it."""
        return (
            name if name in self._records else self._by_former.get(name) or self._by_id.get(name.partition("/")[2], "")
        )

    def _matches(self, entries: Entries) -> dict[int, str]:
        """Return the names of the entries that talks match, by the index of the talk; '' for removed entries."""
        found: dict[int, str] = {}
        for index, (talk, _kind, _values) in enumerate(entries):
            if key := next((key for key in talk.keys if key in self._by_key), ""):
                found[index] = self._by_key[key]
        self._used = set(found.values())
        for find in (self._same_entry, self._renamed):
            for index, entry in enumerate(entries):
                if index not in found and (name := find(*entry)):
                    found[index] = name
                    self._used.add(name)
        return found

    def _same_entry(self, talk: Talk, kind: str, values: Values) -> str:
        """Return the entry with the id of the source or the same title that no other talk is; '' if there is none."""
        own = self._by_id.get(talk.id, "") if talk.id else ""
        if own and self.files[own.partition("/")[0]].root.get("kind") != kind:
            own = ""
        name = own or self._by_title.get(_title_key(values.get("title", "")), "")
        return "" if name in self._used or self._is_imported(name) else name

    def _is_imported(self, name: str) -> bool:
        return name in self._known and self.source in self._known[name].hashes

    def _renamed(self, _talk: Talk, _kind: str, values: Values) -> str:
        """Return the unmatched imported entry that has the same people, and a similar title or the same time."""
        for name in self._known if values.get("people") else ():
            record = self._records[name]
            if (
                name in self._used
                or not self._is_imported(name)
                or plain(record.get("people")) != plain(values["people"])
            ):
                continue
            alike = SequenceMatcher(None, str(record.get("title")), values.get("title", "")).ratio() > 0.6
            if alike or (values.get("date", "")[10:] and record.get("date") == values["date"]):
                return name
        return ""

    def _add(self, talk: Talk, stem: str, values: Values, after: str) -> str:
        """Add an entry behind the one that precedes it in the source; return its name."""
        items = self.files[stem].root.setdefault("entries", [])
        if not isinstance(items, list):
            items = self.files[stem].root["entries"] = []
        own_id = new_id(talk, self._taken[stem])
        record = Record({"id": own_id, **{key: _as_yaml(value) for key, value in values.items()}})
        before = self._records.get(after)
        at = len(items)
        if before is not None and items[-1] is not before:
            at = next((index for index, item in enumerate(items, 1) if item is before), at)
        items.insert(at, record)
        name = f"{stem}/{own_id}"
        self._records[name] = record
        self._remember(name, talk, values)
        self.changes.added += 1
        self.changes.files.add(stem)
        return name

    def _remember(self, name: str, talk: Talk, values: Values) -> None:
        known = self._known.setdefault(name, Known())
        known.keys = list(dict.fromkeys([*known.keys, *talk.keys]))
        known.hashes[self.source] = {key: hash_of(value) for key, value in values.items()}

    def _update(self, name: str, talk: Talk, values: Values) -> None:
        """Change the values of an entry that the source changed since the last import, unless somebody edited them."""
        record = self._records[name]
        before = self._known[name].hashes.get(self.source, {}) if name in self._known else {}
        lines = [
            line for key in {**values, **before} if (line := merged(record, key, values.get(key), before.get(key)))
        ]
        changed = any(not line.startswith("kept") for line in lines)
        self.changes.lines += [f"  {name} {line}" for line in lines]
        self.changes.changed += changed
        self.changes.same += not changed
        if changed:
            self.changes.files.add(name.partition("/")[0])
        self._remember(name, talk, values)

    def _place_parts(self, entries: Entries) -> None:
        """Name the recording of each talk that is part of another one."""
        for talk, _kind, _values in entries:
            name = next((self._names[key] for key in talk.keys if key in self._names), "")
            if not talk.part_of or not name or "part_of" in self._records[name]:
                continue
            pairs = (("start", talk.part_start), ("end", talk.part_end))
            times = {key: time for key, text in pairs if (time := _offset(text))}
            if "end" in times and offset(times["end"]) <= offset(times.get("start", "0")):
                del times["end"]
            whole = self._names[talk.part_of].partition("/")[2] if talk.part_of in self._names else talk.part_of
            self._records[name].update({"part_of": whole, **times})
            self.changes.files.add(name.partition("/")[0])

    def _report_gone(self) -> None:
        """Report the entries that the source no longer has; if it lacks most of them, it is about something else."""
        here = set(self._names.values())
        files = {name.partition("/")[0] for name in here}
        known = [name for name in self._known if self._is_imported(name)]
        if self.source in OFTEN_DIVIDED:
            known = [name for name in known if name.partition("/")[0] in files]
        gone = [name for name in known if name not in here]
        if len(gone) * 2 > len(known):
            self.changes.lines.append(f"  {len(gone)} entries from another import are not in this file, and stay")
        else:
            reason = "is no longer in the source; delete it, or keep it as it is"
            self.changes.lines += [f"  {name} {reason}" for name in gone]


def merged(record: Record, key: str, new: Any, before: str | None) -> str:  # noqa: ANN401 (any YAML)
    """Change a value of a record if the source changed it and nobody else did; return what to say about it."""
    now = record.get(key)
    if new is not None and plain(now or "") == plain(new):
        return ""
    if before is not None and (hash_of(now) if now is not None else None) != before:
        if new is None or hash_of(new) == before:
            return ""
        return f"kept: {key} is {_text(now)} here, but now {_text(new)} in the source"
    if before is None and now is not None:
        return f"kept: {key} is {_text(now)} here, but {_text(new)} in the source"
    if new is None:
        del record[key]
        return f"changed: {key} is removed, was {_text(now)}"
    record[key] = _as_yaml(new)
    return f"changed: {key} is now {_text(new)}" + (f", was {_text(now)}" if now is not None else "")


def _as_yaml(value: Any) -> Any:  # noqa: ANN401 (any YAML)
    if isinstance(value, list):
        return [Record(dict(item)) if isinstance(item, dict) else item for item in value]
    return value


def _text(value: Any) -> str:  # noqa: ANN401 (any YAML)
    if isinstance(value, list):
        return shown(", ".join(item.get("url", "") if isinstance(item, dict) else str(item) for item in value), 80)
    return shown(str(value), 80) if value is not None else "nothing"


def _offset(text: str) -> str:
    """Return a time in a recording as data files have it; '' for anything else. Sources have fractions of seconds."""
    try:
        return clock(offset(text))
    except ValueError:
        return ""


def _title_key(title: str) -> str:
    return " ".join(words_of(str(title)))


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the names by their keys, without keys that several share."""
    found: dict[str, list[str]] = {}
    for key, name in pairs:
        found.setdefault(key, []).append(name)
    return {key: names[0] for key, names in found.items() if key and len(names) == 1}


def _formers(name: str, record: Record) -> Iterator[str]:
    """Yield the former names of an entry, as `file/id`."""
    was: Sequence[str] = record.get("was") or ()
    for former in [was] if isinstance(was, str) else was:
        yield former if "/" in former else f"{name.partition('/')[0]}/{former}"
