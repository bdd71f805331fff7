"""Citations of entries and events: a sentence, and CSL-JSON for Zotero, pandoc and others.

https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html. :mod:`sphinx_recaps.publish.bibtex` writes BibTeX.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.core.dates import day_of, days
from sphinx_recaps.core.language import listed
from sphinx_recaps.core.messages import capitalised
from sphinx_recaps.core.name_order import NameParts, split_name
from sphinx_recaps.core.periods import parts_of
from sphinx_recaps.core.slugs import slug

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from sphinx_recaps.data.name_records import Person
    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.objects import NotedEntry, NotedEvent

_LINEAGE = re.compile(r"[js]r\.?|i{2,3}|iv", re.IGNORECASE)  # of suffixes; others are degrees
CSL_TYPES = {"episode": "broadcast", "resource": "webpage"}  # all others are speeches


class Author(NamedTuple):
    """A person or team: the name as published, and its parts."""

    name: str
    parts: NameParts


@dataclass(frozen=True)
class Work:
    """A work to cite: ``what`` is its kind, ``event`` where it was shown, ``start`` and ``end`` its days."""

    key: str
    title: str
    people: Sequence[Author]
    what: str
    csl_type: str
    event: str
    start: dt.date | None
    end: dt.date | None
    address: str


def work_of_entry(domain: RecapDomain, noted: NotedEntry, date: dt.date | None, address: str) -> Work:
    """Return an entry as a work; ``date`` is its own."""
    event = domain.objects.events.get(noted.event)
    what = capitalised(domain.kinds.noun(noted.kind))
    start = date or (event.record.start if event else None)
    end = start if date or not event else event.record.end
    where = event.name if event else ""
    csl_type = CSL_TYPES.get(noted.kind, "speech")
    short = slug(domain.objects.short[noted.event])
    key = "-".join(filter(None, (short, noted.kind, noted.id)))
    people = [author(name, domain.names.person(name)) for name in noted.people]
    return Work(key, noted.title, people, what, csl_type, where, start, end, address)


def work_of_event(domain: RecapDomain, noted: NotedEvent, address: str) -> Work:
    """Return an event as a work."""
    event = noted.record
    key = slug(domain.objects.short[noted.slug] or event.name)
    return Work(key, event.name, (), "", "event", event.place or "", event.start, event.end, address)


def sentence(work: Work, language: str) -> str:
    """Return a citation for a text: people, year, title, where and when, address."""
    people = listed((person.name for person in work.people), language)
    year = f"({work.start.year})" if work.start else ""
    when = days(day_of(work.start), day_of(work.end or work.start), language) if work.start else ""
    where = listed(filter(None, (work.what, work.event, when)), language)
    before = [people, work.title] if work.people else [work.title]
    parts = [f"{before[0]} {year}".strip(), *before[1:], where]
    ended = (part if part.endswith((".", "!", "?", "。", "？", "！")) else f"{part}." for part in parts if part)
    return " ".join(filter(None, (*ended, work.address)))


def author(name: str, record: Person | None = None) -> Author:
    """Return a person or team as named in an entry; ``record`` says whether it is a team, and how it is sorted."""
    if record and record.kind == "team":
        return Author(name, NameParts("", "", name))
    if record and record.sort and name == record.name:
        family, _comma, given = record.sort.partition(", ")
        if given and sorted(f"{given} {family}".split()) == sorted(name.split()):
            return Author(name, NameParts(given, "", family))
    parts = split_name(name)
    return Author(name, parts if _LINEAGE.fullmatch(parts.suffix) else parts._replace(suffix=""))


def csl(items: Iterable[str]) -> str:
    """Return works, each as :func:`csl_item` returns it, as the content of a file."""
    return "[\n" + ",\n".join(items) + "\n]\n"


def csl_item(work: Work) -> str:
    """Return a work as CSL-JSON, on one line."""
    dates = [parts_of(date) for date in (work.start, work.end) if date]
    item = {
        "id": work.key,
        "type": work.csl_type,
        "title": work.title,
        "author": list(map(_csl_name, work.people)),
        "genre": work.what,
        "event-title": work.event if work.people or work.what else "",
        "event-place": "" if work.people or work.what else work.event,
        "issued": {"date-parts": dates if len(set(map(tuple, dates))) > 1 else dates[:1]} if dates else None,
        "URL": work.address,
    }
    return json.dumps({name: value for name, value in item.items() if value}, ensure_ascii=False)


def _csl_name(person: Author) -> dict[str, str]:
    given, particle, family, suffix = person.parts
    if not given:
        return {"literal": person.name}
    parts = {"family": family, "given": given, "non-dropping-particle": particle, "suffix": suffix}
    return {part: value for part, value in parts.items() if value}
