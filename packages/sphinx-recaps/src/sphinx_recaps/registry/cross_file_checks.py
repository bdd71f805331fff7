"""Checks across data files: duplicate ids, different spellings, names run together, numbers that are too low."""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from sphinx_recaps.core.did_you_mean import lookalike_note
from sphinx_recaps.core.name_matching import (
    TypoIndex,
    is_certain_typo,
    is_organisation,
    name_words,
    person_key,
    topic_key,
)
from sphinx_recaps.core.warnings import RecapWarning
from sphinx_recaps.data.fields import ENTITY, code, quote, yaml_list, yaml_quoted
from sphinx_recaps.data.name_records import are_two_people
from sphinx_recaps.data.value_places import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sphinx_recaps.data.name_records import NameIndex
    from sphinx_recaps.registry.objects import NotedEntry, NotedNumber, Objects

_KEYS = {"person": "people", "topic": "topics"}
_BETWEEN_PEOPLE = re.compile(r"(?:^|\s+)(?:and|&)\s+")
# Addresses, and words for people who are not named.
_BESIDE_NAME = re.compile(r"\S*@\S+\.\S*|https?://\S*|[,\s]+et\.?\s+al\b\.?|\s[/|]\s.*", re.IGNORECASE)
_ALSO = "list one under `also` of the other in people.yaml"
_MAX_PARTS = 4  # of a name with commas


def problems(
    objects: Objects, numbers: Iterable[NotedNumber], known: AbstractSet[str]
) -> Iterator[tuple[RecapWarning, str, str]]:
    """Yield each mistake with its location, ``path:line``; ``known`` are names that are right as they are.

    It takes time proportional to the number of entries.
    """
    for first, second in objects.duplicates():
        name = objects.public_name(second)
        message = (
            f"the {second.kind} {name!r} is also in {_at(first)}, so references to it are ambiguous; "
            "give one of them another id"
        )
        yield RecapWarning.DUPLICATE, message, _at(second)
    declared = objects.names.preferred
    yield from _spellings("person", objects.people_as_published, person_key, declared["person"])
    yield from _spellings("topic", objects.named["topic"], topic_key, declared["topic"])
    yield from _several_people(objects, known)
    for what in _KEYS:
        yield from _cut_names(objects, what)
    yield from _low_numbers(objects, numbers)
    yield from _typos_in_names(objects, known)


def _at(entry: NotedEntry) -> str:
    return f"{entry.path}:{entry.line}"


def _at_name(entry: NotedEntry, what: str, name: str) -> str:
    return f"{entry.path}:{line_of(entry, _KEYS[what], name)}"


def _spellings(
    what: str,
    named: Mapping[str, Sequence[NotedEntry]],
    key: Callable[[str], str],
    declared: Mapping[str, str],
) -> Iterator[tuple[RecapWarning, str, str]]:
    """Yield names with several spellings; one that is declared is recommended, else the most frequent one."""
    kind = RecapWarning.PERSON_SPELLING if what == "person" else RecapWarning.TOPIC_SPELLING
    forms: dict[str, list[str]] = defaultdict(list)
    for name in named:
        forms[key(declared.get(name, name))].append(name)
    for names in forms.values():
        wrong = {*names} - declared.keys()
        if len(names) == 1 or not wrong:
            continue
        usual = min(names, key=lambda name: (name not in declared, -len(named[name]), name))
        location = _at_name(named[usual][0], what, usual)
        read = {entry.path for entry in named[usual]}  # a file with both spellings was reported when it was read
        for name in sorted(wrong - {usual}):
            first_uses = {entry.path: entry for entry in sorted(named[name], key=lambda entry: -entry.line)}
            for path in sorted(first_uses.keys() - read):
                advice = f"is spelt {usual!r}{lookalike_note(name, usual)} in {location}; use one spelling, or {_ALSO}"
                yield kind, f"the {what} {name!r} {advice}", _at_name(first_uses[path], what, name)


def _several_people(objects: Objects, known: AbstractSet[str]) -> Iterator[tuple[RecapWarning, str, str]]:
    """Yield names of people that contain several names, or more than a name."""
    for name, entries in objects.people_as_published.items():
        if ENTITY.search(name) and (meant := html.unescape(name)) != name:
            message = f"{quote(name)} has an HTML entity; write {code(meant)}"
        elif name not in known and (further := _BESIDE_NAME.search(name)):
            message = f"{quote(name)} contains more than a name, {quote(further.group().strip())}; write only the name"
            message += ", or list it in recap_known_names in conf.py if it is one name"
        else:
            people = [part for part in _BETWEEN_PEOPLE.split(name) if part]
            if people == [name] or not people or name in known or is_organisation(name):
                continue
            message = f"{quote(name)} looks like several names; write {code(yaml_list(people))}"
            message += ", or list it in recap_known_names in conf.py if it is one name"
        for entry in entries:
            yield RecapWarning.NAME_LIST, message, _at_name(entry, "person", name)


def _cut_names(objects: Objects, what: str) -> Iterator[tuple[RecapWarning, str, str]]:
    """Yield neighbours in a list that form a name with a comma elsewhere."""
    whole = {re.sub(r"\s*,\s*", ", ", name): name for name in objects.named[what] if "," in name}
    for entry in objects.entries if whole else ():
        names: tuple[str, ...] = getattr(entry, _KEYS[what])
        for start in range(len(names) - 1):
            for end in range(start + 2, min(start + _MAX_PARTS, len(names)) + 1):
                name = whole.get(", ".join(names[start:end]))
                if name is not None:
                    message = f"write {code(yaml_quoted(name))} in quotes: a comma ends a name in [ ]"
                    yield RecapWarning.NAME_LIST, message, _at_name(entry, what, names[start])


def _low_numbers(objects: Objects, numbers: Iterable[NotedNumber]) -> Iterator[tuple[RecapWarning, str, str]]:
    """Yield numbers of an event that are lower than the number of entries beside it; they may be higher."""
    by_folder: dict[str, dict[str, list[NotedEntry]]] = defaultdict(lambda: defaultdict(list))
    for entry in objects.entries:
        by_folder[entry.path.rpartition("/")[0]][entry.path].append(entry)
    for path, what, number, line in sorted(set(numbers)):
        beside = by_folder[path.rpartition("/")[0]]
        entries = [
            entry for file, listed in beside.items() if listed and _counts(what, file, listed) for entry in listed
        ]
        people = _words(what)[-1:] == ["speaker"]
        listed = len(_speakers(objects.names, entries)) if people else len(entries)
        if listed > number:
            files = " and ".join(sorted({entry.path.rpartition("/")[2] for entry in entries}))
            message = f"`{what}` is {number}, and {files} has {listed}; write {what}: {listed}"
            message += ", and correct the text of pages"
            yield RecapWarning.NUMBERS, message, f"{path}:{line}"


def _speakers(names: NameIndex, entries: Iterable[NotedEntry]) -> set[str]:
    """Return the people in entries, each in one spelling, without teams."""
    everybody = {name for entry in entries for name in names.one("person", entry.people)}
    return {name for name in everybody if (person := names.person(name)) is None or person.kind != "team"}


def _counts(what: str, file: str, entries: Sequence[NotedEntry]) -> bool:
    """Return whether words such as ``posters``, ``breakout sessions`` or ``keynote speakers`` count a file's entries.

    The words before the kind must be in the name of the file: not all sessions are breakout sessions.
    """
    words, kind = _words(what), entries[0].kind
    if words == [kind]:
        return True
    stem = _words(file.rpartition("/")[2].partition(".")[0])
    return len(words) > 1 and words[-1] in {kind, "speaker"} and not set(words[:-1]).isdisjoint({*stem} - {words[-1]})


def _words(text: str) -> list[str]:
    return [word.removesuffix("s") for word in re.findall(r"[^\W_]+", text.casefold())]


def _typos_in_names(objects: Objects, known: AbstractSet[str]) -> Iterator[tuple[RecapWarning, str, str]]:
    """Yield people whose names differ by a typo; the name with more entries is taken to be right.

    In different events, two people may have nearly the same name: then the typo must be certain, and the misspelt word
    must not be in any other name.
    """
    named = objects.people_as_published
    events = {name: {entry.event for entry in entries} for name, entries in named.items()}
    uses = Counter(word for name in named for word in set(name_words(name)))
    ordered = sorted(named, key=lambda name: (-len(named[name]), min(entry.line for entry in named[name]), name))
    people = TypoIndex((), ordered)
    for name in ordered:

        def likely(other: str, word: str, right: str, name: str = name) -> bool:
            together = not events[name].isdisjoint(events[other])
            apart = other not in known and not _is_settled(objects.names, name, other)
            return apart and (together or (uses[word] == 1 and is_certain_typo(word, right)))

        other = None if name in known else people.find(name, likely)
        people.add(name)
        if other is not None:
            location = _at_name(min(named[other], key=_place), "person", other)
            message = (
                f"{name!r} is nearly {other!r} in {location}; use one spelling, "
                f"or {_ALSO}; if they are two people, write a record with a link for each"
            )
            for entry in sorted(named[name], key=_place):
                yield RecapWarning.NAME_SPELLING, message, _at_name(entry, "person", name)


def _is_settled(names: NameIndex, one: str, other: str) -> bool:
    """Return whether the records say that two names are of one person, or of two."""
    first, second = (names.person(name) for name in (one, other))
    return first is not None and second is not None and (first is second or are_two_people(first, second))


def _place(entry: NotedEntry) -> tuple[str, int]:
    return entry.path, entry.line
