"""Divides the indices *People* and *Topics* into pages.

A few names fit on one page. Many are divided by their initial, a full page by further letters, and a name that would
fill a page by itself into parts, so that the size of a page is limited. Addresses depend only on the names:
``people/ma.html#person-max-doe``.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from sphinx_recaps.core.builders import is_web
from sphinx_recaps.core.name_order import family_first, sort_key
from sphinx_recaps.core.slugs import distinct_slugs, plain, slug
from sphinx_recaps.registry.objects import last_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from sphinx.builders import Builder
    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.data.name_records import NameIndex
    from sphinx_recaps.registry.objects import NotedEntry

NAMES = {"person": "people", "topic": "topics"}
MAX_NAMES = 500  # on one page
MAX_PAGE_BYTES = 500_000  # of HTML in the body; an estimate, so well below the budget of 600 kB
MAX_PREFIX = 4  # letters; names that share more are divided into numbered pages
OTHER, CHINESE = "Other", "Chinese characters"  # labels, translated when they are shown
SCRIPTS = {"cjk": CHINESE}  # scripts that readers call differently than Unicode does
MARKUP_OF_ENTRY, MARKUP_OF_NAME, MARKUP_OF_LINK = 95, 170, 40  # bytes


class Place(NamedTuple):
    """The page and anchor of a person or topic."""

    page: str
    anchor: str


class NameFacts(NamedTuple):
    """What an index knows of a name: the key by which it is sorted, other spellings, the size of further text."""

    key: Callable[[str], str]
    also: Callable[[str], Sequence[str]]
    size: Callable[[str], int]


class Section(NamedTuple):
    """A person or topic on a page, or part of one with too many entries for a page.

    ``also`` are its other spellings, each with the anchor that it would have: addresses with that keep working.
    """

    name: str
    key: str
    anchor: str
    entries: Sequence[NotedEntry]
    part: int
    size: int
    also: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class IndexPage:
    """One page of an index; ``label`` is the common start of its names, empty if it is not divided.

    ``moved`` are the names that did not fit and are on other pages. This page links to each of them from its former
    anchor, so that old addresses keep working, unless there are too many even for that.
    """

    name: str
    label: str
    sections: Sequence[Section]
    moved: Sequence[Section] = ()


@dataclass(frozen=True)
class Plan:
    """The pages of an index: one with all names, or an overview (``name``) followed by the pages it links to."""

    kind: str
    name: str
    pages: Sequence[IndexPage] = ()
    count: int = 0
    places: Mapping[str, Place] = field(default_factory=dict)
    taken_by: str | None = None

    @property
    def split(self) -> bool:
        """Whether there is an overview with pages by initial."""
        return len(self.pages) > 1

    def former_anchors(self) -> dict[str, list[str]]:
        """Return the anchors that names would have in their other spellings."""
        sections = (section for page in self.pages for section in page.sections)
        return {one.name: [anchor for _name, anchor in one.also] for one in sections if one.also}


def writes_indices(builder: Builder) -> TypeGuard[StandaloneHTMLBuilder]:
    """Return whether a builder writes the indices: it does for a browser, but not for a book."""
    return is_web(builder)


def letters(name: str) -> str:
    """Return the letters and digits of a name, without case and accents, by which topics are sorted."""
    return "".join(filter(str.isalnum, plain(name)))


NO_FACTS = NameFacts(letters, lambda _name: (), lambda _name: 0)


def facts_of(names: NameIndex, kind: str, *, by_family: bool) -> NameFacts:
    """Return what is known of the names in an index; sorting people ``by_family`` costs time that only pages need."""

    def key(name: str) -> str:
        person = names.people.get(name)
        if person and person.sort:
            first, _, rest = person.sort.partition(",")
            return sort_key(first, rest)
        return sort_key(name) if person and person.kind == "team" else family_first(name)

    return NameFacts(
        key if kind == "person" and by_family else letters,
        lambda name: names.also(kind, name),
        lambda name: names.size(kind, name),
    )


def plan(
    kind: str,
    named: Mapping[str, Sequence[NotedEntry]],
    found_docs: Collection[str],
    name: str | None = None,
    facts: NameFacts = NO_FACTS,
) -> Plan:
    """Return the plan for names with their entries; ``name`` is that of the page, '' for no index.

    The index has no pages if a page of the project has its name.
    """
    name = NAMES[kind] if name is None else name
    if name in found_docs:
        return Plan(kind, name, taken_by=name)
    if not named or not name:
        return Plan(kind, name)
    sections = sorted(_sections(kind, named, facts), key=lambda section: (section.key, section.name, section.part))
    if len(named) <= MAX_NAMES and _size(sections) <= MAX_PAGE_BYTES:
        pages = [IndexPage(name, "", sections)]
    else:
        pages = [_overview(name, "", sections), *_pages(f"{name}/", sections)]
    places = {
        section.name: Place(page.name, section.anchor)
        for page in pages
        for section in page.sections
        if section.part == 1
    }
    return Plan(kind, name, pages, len(named), {known: places[known] for known in sorted(places)})


def _sections(kind: str, named: Mapping[str, Sequence[NotedEntry]], facts: NameFacts) -> Iterator[Section]:
    slugs = distinct_slugs(chain(named, *map(facts.also, named)))
    for name, entries in named.items():
        key = facts.key(name) or name
        also = tuple((other, _anchor(kind, slugs[other], 1)) for other in facts.also(name))
        part, start, size = 1, 0, MARKUP_OF_NAME + 2 * len(name.encode()) + facts.size(name)
        for number, entry in enumerate(entries):
            texts = f"{entry.title}{entry.docname}{entry.anchor}{last_of(entry.event)}"
            more = MARKUP_OF_ENTRY + len(texts.encode())
            if size + more > MAX_PAGE_BYTES and number > start:
                yield Section(name, key, _anchor(kind, slugs[name], part), entries[start:number], part, size, also)
                also = ()
                part, start, size = part + 1, number, MARKUP_OF_NAME
            size += more
        rest = entries[start:] if start else entries
        yield Section(name, key, _anchor(kind, slugs[name], part), rest, part, size, also)


def _anchor(kind: str, name: str, part: int) -> str:
    return f"{kind}-{name}" + (f"--{part}" if part > 1 else "")


def _size(sections: Sequence[Section]) -> int:
    return sum(section.size for section in sections)


def _overview(name: str, label: str, names: Sequence[Section], sections: Sequence[Section] = ()) -> IndexPage:
    """Return a page that shows some names (``sections``) and links to those on other pages."""
    shown = {section.name for section in sections}
    moved = [section for section in names if section.part == 1 and section.name not in shown]
    links = sum(MARKUP_OF_LINK + len(name) + 2 * len(one.anchor) + len(one.name.encode()) for one in moved)
    links += sum(MARKUP_OF_LINK + len(other.encode()) + len(anchor) for one in moved for other, anchor in one.also)
    fits = links + _size(sections) <= MAX_PAGE_BYTES
    return IndexPage(name, label, sections, moved if fits else ())


def _pages(folder: str, sections: Sequence[Section]) -> Iterator[IndexPage]:
    """Yield the pages by initial; a page that is too large becomes an overview of its parts."""
    full: dict[str, tuple[str, Sequence[Section]]] = {}
    split = {address: (label, part) for address, label, part in _split(sections, 1, full)}
    for address in sorted({*split, *full}):
        label, part = split.get(address, ("", ()))
        if address in full:
            label, names = full[address]
            yield _overview(f"{folder}{address}", label, names, part)
        else:
            yield IndexPage(f"{folder}{address}", label, part)


def _split(
    sections: Sequence[Section], depth: int, full: dict[str, tuple[str, Sequence[Section]]]
) -> Iterator[tuple[str, str, Sequence[Section]]]:
    """Yield the address, label and names of each page; add those that had to be divided further to ``full``."""
    groups: dict[tuple[str, str], list[Section]] = defaultdict(list)
    for section in sections:
        groups[initial(section.key, depth)].append(section)
    for (address, label), members in sorted(groups.items()):
        if _size(members) <= MAX_PAGE_BYTES:
            yield address, label, members
        elif depth < MAX_PREFIX:
            full.setdefault(address, (label, members))
            yield from _split(members, depth + 1, full)
        else:
            yield from _numbered(address, label, members)


def _numbered(address: str, label: str, sections: Sequence[Section]) -> Iterator[tuple[str, str, Sequence[Section]]]:
    number, size, page = 1, 0, list[Section]()
    for section in sections:
        if page and size + section.size > MAX_PAGE_BYTES:
            yield (f"{address}-{number}" if number > 1 else address), f"{label} {number}", page
            number, size, page = number + 1, 0, []
        size += section.size
        page.append(section)
    yield (f"{address}-{number}" if number > 1 else address), f"{label} {number}", page


def initial(key: str, depth: int = 1) -> tuple[str, str]:
    """Return the group of a name by its sort key: its part of the address, and its label.

    That is the first letter of Latin names, ``0`` for digits, and the name of the script for others; with a ``depth``
    of 2 or more, it has that many letters.
    """
    key = key.replace(" ", "")
    first = key[0]
    if first.isascii() and first.isalpha():
        return key[:depth], key[:depth].capitalize()
    if not first.isalnum():
        return "other", OTHER
    if first.isdigit():
        return "0" + slug(key[: depth - 1]) * (depth > 1), key[: depth - 1] or "0–9"
    script = unicodedata.name(first, "other").partition(" ")[0].lower()
    more = key[: depth - 1]
    return f"script-{script}" + (f"-{slug(more)}" if more else ""), more.capitalize() or SCRIPTS.get(
        script, script.capitalize()
    )
