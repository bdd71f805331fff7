"""Citations of entries and events: a sentence, and CSL-JSON for Zotero, pandoc and others.

https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html. :mod:`sphinx_recaps.publish.bibtex` writes BibTeX.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinx_recaps.core.dates import day_of, days
from sphinx_recaps.core.language import listed
from sphinx_recaps.core.messages import capitalised
from sphinx_recaps.core.name_matching import is_organisation
from sphinx_recaps.core.slugs import slug

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from sphinx_recaps.data.name_records import Person
    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.objects import NotedEntry, NotedEvent

# Names that have no family name at their end: several names, initials after the family name, suffixes, and names in
# Chinese characters, kana or Hangul.
_WHOLE = re.compile(
    r"[,&]|\band\b|\s(?:\w\.?|[js]r\.?|i{2,3}|iv)$|[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af]",
    re.IGNORECASE,
)
_DEGREE = re.compile(r"^(?:(?:dr|prof)\.?\s+)+", re.IGNORECASE)
CSL_TYPES = {"episode": "broadcast", "resource": "webpage"}  # all others are speeches


class Author(NamedTuple):
    """A person or team; without a given name, ``family`` is the whole name."""

    name: str
    given: str
    particle: str
    family: str


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
        return Author(name, "", "", name)
    if record and record.sort and name == record.name:
        family, _comma, given = record.sort.partition(", ")
        if given and sorted(f"{given} {family}".split()) == sorted(name.split()):
            return Author(name, given, "", family)
    return Author(name, *split_name(name))


def split_name(name: str) -> tuple[str, str, str]:
    """Return given name, particle and family name, as in ``Ludwig van Beethoven``.

    Teams, several names in one, and names whose parts are in another order have only a last part.
    """
    name = _DEGREE.sub("", name)
    if _WHOLE.search(name) or is_organisation(name):
        return "", "", name
    words = name.split()
    family = len(words) - 1
    while family > 1 and words[family - 1][:1].islower():
        family -= 1
    at = next((place for place in range(family, len(words)) if not words[place][:1].islower()), len(words) - 1)
    return " ".join(words[:family]), " ".join(words[family:at]), " ".join(words[at:])


def csl(works: Iterable[Work]) -> str:
    """Return works as CSL-JSON, each on a line."""
    items = ",\n".join(json.dumps(_csl_item(work), ensure_ascii=False) for work in works)
    return f"[\n{items}\n]\n"


def _csl_item(work: Work) -> dict[str, Any]:
    dates = [[date.year, date.month, date.day] for date in (work.start, work.end) if date]
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
    return {name: value for name, value in item.items() if value}


def _csl_name(person: Author) -> dict[str, str]:
    if not person.given:
        return {"literal": person.name}
    parts = {"family": person.family, "given": person.given, "non-dropping-particle": person.particle}
    return {part: value for part, value in parts.items() if value}
