"""Loads a YAML file as typed records, with all of its mistakes: line, column, and what to write instead.

Mistakes in a file never raise: everything that can be shown is returned with the list of mistakes.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from sphinx_recaps.core.did_you_mean import lookalike_note
from sphinx_recaps.core.garbage_collection import collection_paused
from sphinx_recaps.core.name_matching import near_topics, person_key, topic_key
from sphinx_recaps.core.periods import Period
from sphinx_recaps.core.slugs import as_id, slug
from sphinx_recaps.data.entry_checks import entry_problems
from sphinx_recaps.data.fields import MAX_CODE_LENGTH, SCHEMES, moment, quote
from sphinx_recaps.data.former_names import former_files, without_taken_ids
from sphinx_recaps.data.link_copies import address_key
from sphinx_recaps.data.name_records import KnownNames, NameIndex
from sphinx_recaps.data.records import KINDS, Catalogue, Entry, Event, RecordedLink, RecordedLinks, keys_of
from sphinx_recaps.data.text_files import cut_short, misread, text_of
from sphinx_recaps.data.validation_messages import checked, nearest, unknown_value
from sphinx_recaps.data.value_places import entry_lines
from sphinx_recaps.data.yaml_reader import LINE_END, Map, Place, Problem, Seq
from sphinx_recaps.data.yaml_recovery import read_with_mistakes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

Content = TypeVar("Content", "Catalogue | Event", RecordedLinks, KnownNames)

LARGEST = 4_000_000
LARGEST_LINKS = 5 * LARGEST  # this file has all links of a project
_MAX_SESSION_DISTANCE = dt.timedelta(weeks=26)  # a session farther from its event has a typo, such as the wrong year
_CATALOGUE_KEYS = keys_of(Catalogue)
_EVENT_KEYS = keys_of(Event)
_BEGIN = "write `kind: poster` and `entries:` for a catalogue, `name:` and `start:` for an event"


@dataclass(frozen=True, slots=True)
class Loaded(Generic[Content]):
    """The content of a data file (None: nothing to show), and its mistakes in the order of the file."""

    content: Content | None
    problems: tuple[Problem, ...] = ()


class Allowed(NamedTuple):
    """What data files may have: the schemes of their links, the kinds of their entries, and what is known of names."""

    schemes: frozenset[str] = SCHEMES
    kinds: tuple[str, ...] = KINDS
    names: NameIndex = NameIndex()


USUAL = Allowed()


def load(path: Path, allowed: Allowed = USUAL) -> Loaded[Catalogue | Event]:
    """Return the catalogue or event in a data file, and its mistakes."""
    return read_file(path, LARGEST, "split it", lambda data: load_bytes(data, path.stem, allowed))


def load_bytes(data: bytes, stem: str = "", allowed: Allowed = USUAL) -> Loaded[Catalogue | Event]:
    """Return the same for the bytes of a file; a missing ``kind`` is guessed from ``stem``, the name of the file."""
    with collection_paused():
        return load_with(data, partial(_catalogue_or_event, stem=stem, allowed=allowed))


def load_links(path: Path) -> Loaded[RecordedLinks]:
    """Return the links in a data file, and its mistakes."""
    return read_file(path, LARGEST_LINKS, "remove links that no page has", load_links_bytes)


def load_links_bytes(data: bytes) -> Loaded[RecordedLinks]:
    """Return the same for the bytes of a file."""
    with collection_paused():
        return load_with(data, _links)


def read_file(path: Path, largest: int, instead: str, load: Callable[[bytes], Loaded[Content]]) -> Loaded[Content]:
    """Return the content of a file, unless it cannot be read or has more bytes than ``largest``."""
    try:
        size = path.stat().st_size
        if size <= largest:
            return load(path.read_bytes())
        message = f"the file has {size / 1e6:.1f} MB, but the limit is {largest // 1_000_000} MB; {instead}"
    except OSError as error:
        message = f"the file cannot be read ({error.strerror}); change its permissions"
    return Loaded(None, (Problem(1, 1, message),))


def load_with(data: bytes, make: Callable[[object, Place, list[Problem]], Content | None]) -> Loaded[Content]:
    """Return what ``make`` returns for the YAML in a file, its place and the list to which it adds mistakes."""
    problems: list[Problem] = []
    text = text_of(data, problems)
    problems.extend(cut_short(text))
    problems.extend(misread(text))
    result = make(*read_with_mistakes(text, problems), problems)
    if not problems:
        return Loaded(result)
    last = len(LINE_END.findall(text)) + (0 if text.endswith(("\r", "\n")) and text.strip() else 1)
    inside = {replace(problem, line=max(last, 1)) if problem.line > last else problem for problem in problems}
    return Loaded(result, tuple(sorted(inside)))


def _catalogue_or_event(
    content: object, place: Place, problems: list[Problem], stem: str, allowed: Allowed
) -> Catalogue | Event | None:
    if isinstance(content, Map) and content.places:
        if _is_event(content):
            return _event(content, problems, allowed.schemes)
        return _catalogue(content, stem, problems, allowed)
    if isinstance(content, Seq):
        problems.append(place.problem("the file is a list; write `kind: poster` and `entries:` above it"))
        entries = _entries(content, problems, allowed)
        return Catalogue(_guessed(stem, allowed.kinds), entries) if entries else None
    report_no_map(content, place, problems, _BEGIN)
    return None


def report_no_map(content: object, place: Place, problems: list[Problem], begin: str) -> None:
    """Report a file that is empty or contains only text; ``begin`` says how such a file starts."""
    if content is not None and content != {}:
        problems.append(place.problem(f"the file contains only text, {quote(str(content), 40)}; {begin}"))
    elif not problems:
        problems.append(place.problem(f"the file is empty; {begin}"))


def _is_event(content: Map) -> bool:
    def known(keys: list[str]) -> int:
        return sum(1 for key in content.places if nearest(key, keys))

    if "entries" in content.places:
        return False
    return content.places.keys() <= set(_EVENT_KEYS) or known(_EVENT_KEYS) > known(_CATALOGUE_KEYS)


def _event(content: Map, problems: list[Problem], schemes: frozenset[str]) -> Event | None:
    if "kind" in content.places:
        message = "`kind` is not allowed in an event; remove this line"
        problems.append(content.key_place("kind").problem(message))
        content.pop("kind", None)
        del content.places["kind"]
    sessions = content.get("sessions")
    event: Event | None = checked(content, Event, problems, schemes)
    if event is not None and isinstance(sessions, Seq):
        problems.extend(_far_away(event, [item for item in sessions if isinstance(item, Map)]))
    return event


def _far_away(event: Event, sessions: Sequence[Map]) -> Iterator[Problem]:
    """Yield a problem for each session that is months away from its event, if its day is known."""
    for session in () if isinstance(event.start, Period) else sessions:
        start = session.get("start")
        with suppress(ValueError, OverflowError):
            day = moment(start if isinstance(start, str) else "").date()
            if not event.start - _MAX_SESSION_DISTANCE <= day <= (event.end or event.start) + _MAX_SESSION_DISTANCE:
                message = f"`start`: {day.isoformat()} is far from the event, {event.start.isoformat()}; check both"
                yield session.value_place("start").problem(message)


def _guessed(stem: str, kinds: Sequence[str]) -> str:
    return nearest(stem.removesuffix("s"), list(kinds)) or "resource"


def _catalogue(content: Map, stem: str, problems: list[Problem], allowed: Allowed) -> Catalogue:
    _catalogue_keys(content, problems)
    kind = content.get("kind")
    kinds = list(allowed.kinds)
    if kind not in kinds:
        names, named = ", ".join(kinds), isinstance(kind, str) and kind
        if "kind" not in content.places:
            message = f"`kind` is missing; write `kind: {_guessed(stem, kinds)}`, one of {names}"
            problems.append(content.place.problem(message))
        elif named:
            problems.append(content.value_place("kind").problem(unknown_value("kind", str(kind), kinds)))
        else:
            problems.append(content.value_place("kind").problem(f"`kind` takes one of {names}"))
        kind = _guessed(str(kind) if named and nearest(str(kind), kinds) else stem, kinds)
    items = content.get("entries")
    if "entries" not in content.places:
        problems.append(content.place.problem("`entries` is missing; write `entries:` and below it `- id: …`"))
    elif isinstance(items, Map):
        message = "`entries` takes a list; start each entry with `- id: …`"
        problems.append(content.value_place("entries").problem(message))
        wrapped = Seq(items.mark)
        wrapped.add(items, items.place)
        items = wrapped if "title" in items else None
    elif not isinstance(items, Seq) and items:  # a new file has no entries yet
        problems.append(content.value_place("entries").problem("`entries` takes a list of `- id: …`"))
    entries = _entries(items, problems, allowed) if isinstance(items, Seq) else ()
    return Catalogue(str(kind), entries, former_files(content, problems))


def _catalogue_keys(content: Map, problems: list[Problem]) -> None:
    for key in [key for key in content.places if key not in _CATALOGUE_KEYS]:
        meant = nearest(key, _CATALOGUE_KEYS)
        hint = f"did you mean `{meant}`?" if meant else "a catalogue has kind and entries"
        problems.append(content.key_place(key).problem(f"unknown key {quote(key)}; {hint}"))
        if meant and meant not in content.places and key in content:
            content.rename(key, meant)


def _entries(items: Seq, problems: list[Problem], allowed: Allowed) -> tuple[Entry, ...]:
    """Return the entries that can be shown; mistakes are reported and left out."""
    entries: list[Entry] = []
    sources: list[Map] = []
    known: dict[str, tuple[str, Map]] = {}
    for index, item in enumerate(items):
        if not isinstance(item, Map) or not item.places:
            what = quote(item) if isinstance(item, str) and item else "nothing" if not item else "a list"
            problems.append(items.item_place(index).problem(f"an entry starts with `- id: …`, but this is {what}"))
            continue
        problems.extend(entry_problems(item))
        entry = _entry(item, problems, allowed)
        if entry is None:
            continue
        folded = slug(entry.id)
        if folded in known:
            earlier, first = known[folded]
            same = "is" if earlier == entry.id else f"is too close to {quote(earlier)}, which is"
            place = item.value_place("id")
            message = (
                f"the id {quote(entry.id)} {same} on line {first.value_place('id').line} already; "
                f"give the one on line {place.line} another id"
            )
            problems.append(place.problem(message))
            number = next(n for n in range(2, len(items) + 2) if f"{folded}-{n}" not in known)
            entry = replace(entry, id=f"{entry.id}-{number}")
            folded = slug(entry.id)
        known[folded] = entry.id, item
        entries.append(entry)
        sources.append(item)
    entries = without_taken_ids(entries, sources, problems)
    _compare(entries, sources, "people", (person_key, allowed.names.preferred["person"]), problems)
    _compare(entries, sources, "topics", (topic_key, allowed.names.preferred["topic"]), problems)
    return tuple(entries)


def _entry(item: Map, problems: list[Problem], allowed: Allowed) -> Entry | None:
    if "line" in item:
        problems.append(item.key_place("line").problem("unknown key 'line'; did you mean `link`?"))
    item["line"] = item.place.line
    entry: Entry | None = checked(item, Entry, problems, allowed.schemes)
    if entry is None:
        # An entry without an id or a title is still shown by the other one.
        title, own = item.get("title"), item.get("id")
        item["title"] = title or own or ""
        item["id"] = own or as_id(str(title or ""))
        entry = checked(item, Entry, [], allowed.schemes) if item["title"] else None
    preferred = allowed.names.preferred["topic"]
    return _with_preferred_topics(entry, item, preferred) if entry and preferred else entry


def _with_preferred_topics(entry: Entry, item: Map, preferred: Mapping[str, str]) -> Entry:
    """Return an entry with the preferred spelling of each topic; several for the same topic are fine."""
    topics = [preferred.get(topic, topic) for topic in entry.topics]
    if topics == [*entry.topics]:
        return entry
    item["topics"][:] = topics
    synonyms = {place for place, topic in enumerate(entry.topics) if topic != topics[place] in topics[:place]}
    item["topics"] = item["topics"].without(synonyms)
    return replace(entry, topics=tuple(item["topics"]), lines=entry_lines(item))


def _compare(
    entries: list[Entry],
    sources: list[Map],
    key: str,
    known: tuple[Callable[[str], str], Mapping[str, str]],
    problems: list[Problem],
) -> None:
    """Report names that are listed twice in an entry, and names with several spellings in the file.

    ``known`` are the function for the form that all spellings share, and the declared spellings with the preferred one.
    """
    names = attrgetter(key)
    normal, preferred = known
    used = dict.fromkeys(chain.from_iterable(map(names, entries)))
    forms = {name: normal(preferred.get(name, name)) for name in used}
    same: dict[str, set[str]] = defaultdict(set)
    for name, form in forms.items():
        same[form].add(name)
    for index, entry in enumerate(entries):
        several = names(entry)
        if len(several) > 1 and len({forms[name] for name in several}) < len(several):
            entries[index] = _once(entry, sources[index], key, [forms[name] for name in several], problems)
    groups = [spellings for spellings in same.values() if len(spellings) > 1]
    if key == "topics":
        groups += [set(pair) for pair in near_topics(sorted(forms))]
    undeclared = [(spellings, spellings & preferred.keys()) for spellings in groups if spellings - preferred.keys()]
    if undeclared:
        _report_spellings(entries, sources, key, undeclared, problems)


def _once(entry: Entry, source: Map, key: str, forms: Sequence[str], problems: list[Problem]) -> Entry:
    """Report names that are listed twice in an entry, and return the entry without duplicates."""
    repeated = {place for place, form in enumerate(forms) if form in forms[:place]}
    for place in repeated:
        name = getattr(entry, key)[place]
        message = f"{quote(name)} is listed twice in this entry; remove one"
        problems.append(_item_place(source, key, name, last=True).problem(message))
    source[key] = source[key].without(repeated)
    unique: dict[str, Any] = {key: tuple(source[key]), "lines": entry_lines(source)}
    return replace(entry, **unique)


def _report_spellings(
    entries: list[Entry],
    sources: list[Map],
    key: str,
    groups: list[tuple[set[str], set[str]]],
    problems: list[Problem],
) -> None:
    """Report names with several spellings; a group has all spellings of a name, and those that are declared."""
    used = [(name, index) for index, entry in enumerate(entries) for name in getattr(entry, key)]
    counts = Counter(name for name, _ in used)
    first = dict(reversed(used))
    for names, declared in groups:
        present = [name for name in names if name in first]
        # A declared spelling is right, else the most frequent one, the one without a comma, or the first one.
        best = min(present, key=lambda name: (name not in declared, -counts[name], "," in name, first[name], name))
        line = _item_place(sources[first[best]], key, best).line
        for name, index in used:
            if name in names and name != best and name not in declared:
                usual = f"{quote(best, MAX_CODE_LENGTH)}{lookalike_note(name, best)}"
                message = f"{quote(name)} is spelt {usual} on line {line}; use one spelling"
                problems.append(_item_place(sources[index], key, name).problem(message))


def _item_place(source: Map, key: str, name: str, *, last: bool = False) -> Place:
    """Return the place of a name in the list of an entry."""
    items: Any = source.get(key)
    if isinstance(items, Seq) and name in items:
        indices = [index for index, item in enumerate(items) if item == name]
        return items.item_place(indices[-1 if last else 0])
    return source.value_place(key)


def _links(content: object, place: Place, problems: list[Problem]) -> RecordedLinks:
    """Return the links that can be used; mistakes are reported and left out."""
    items: Any = content
    if isinstance(content, Map) and content.places:
        problems.extend(
            content.key_place(key).problem(f"unknown key {quote(key)}; the only key is `links:`")
            for key in content.places.keys() - {"links"}
        )
        items, place = content.get("links"), content.value_place("links")
        if "links" not in content.places:
            problems.append(place.problem("`links` is missing; write `links:` and below it `- url: …`"))
        elif not isinstance(items, Seq):
            problems.append(place.problem("`links` takes a list; write `- url: …` below it, or `links: []` for none"))
    elif isinstance(content, Seq):
        problems.append(place.problem("the file is a list; write `links:` above it"))
    else:
        report_no_map(content, place, problems, "write `links:` and below it `- url: …`, or `links: []` for none")
    links: dict[str, RecordedLink] = {}
    for index, item in enumerate(items if isinstance(items, Seq) else ()):
        if not isinstance(item, Map) or not item.places:
            problems.append(items.item_place(index).problem("a link starts with `- url: …`"))
            continue
        if "line" in item.places:
            problems.append(item.key_place("line").problem("unknown key 'line'; remove it"))
        item["line"] = item.place.line
        link: RecordedLink | None = checked(item, RecordedLink, problems)
        if link is not None and links.setdefault(address_key(link.url), link) is not link:
            message = f"{quote(link.url)} is on line {links[address_key(link.url)].line} already; remove one of them"
            problems.append(item.value_place("url").problem(message))
    return RecordedLinks(tuple(links.values()))
