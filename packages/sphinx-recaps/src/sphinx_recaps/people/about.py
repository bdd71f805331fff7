"""What the indices show of a record in the data file of names: other spellings, a note, links."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sphinx_recaps.archive.links import ExternalLink
from sphinx_recaps.core.html_text import escape
from sphinx_recaps.core.language import list_separator, listed, number
from sphinx_recaps.core.messages import _, labelled, ngettext

if TYPE_CHECKING:
    from collections.abc import Collection

    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.index_plan import Section


class About:
    """Writes what is known about the names in one index."""

    def __init__(self, domain: RecapDomain, kind: str, language: str) -> None:
        self._people = domain.names.people if kind == "person" else {}
        self._copies = domain.link_copies
        self._kind = kind
        self._language = language
        named = domain.objects.named[kind]
        self._teams = {name for name, person in self._people.items() if person.kind == "team" and name in named}

    def count(self, names: Collection[str]) -> str:
        """Return how many people, teams or topics there are; only teams that are declared can be told from people."""
        if self._kind == "topic":
            return self._number(ngettext("{number} topic", "{number} topics", len(names)), len(names))
        if not self._teams:
            words = ngettext("{number} person or team", "{number} people and teams", len(names))
            return self._number(words, len(names))
        counts = Counter(name in self._teams for name in names)
        people = self._number(ngettext("{number} person", "{number} people", counts[False]), counts[False])
        teams = self._number(ngettext("{number} team", "{number} teams", counts[True]), counts[True])
        if not counts[True]:
            return people
        return _("{people} and {teams}").format(people=people, teams=teams) if counts[False] else teams

    def _number(self, words: str, value: int) -> str:
        return words.format(number=number(value, self._language))

    def beside(self, section: Section) -> str:
        """Return what is beside a name as HTML: whether it is a team, and the places of its other spellings."""
        team = _("Team")
        mark = f' <span class="recap-index-team">{escape(team)}</span>' if section.name in self._teams else ""
        return mark + "".join(f'<span id="{anchor}"></span>' for _name, anchor in section.also)

    def below(self, section: Section) -> str:
        """Return the lines below a name as HTML."""
        lines = []
        if section.also:
            label, names = _("Also"), listed((name for name, _anchor in section.also), self._language)
            lines.append(f"<span>{escape(labelled(label, names))}</span>")
        person = self._people.get(section.name) if section.part == 1 else None
        if person and person.note:
            lines.append(escape(person.note))
        if person and person.links:
            links = [ExternalLink(one.title, one.url, one.archived).resolved(self._copies) for one in person.links]
            html = (link.html(labelled(link.text, person.name)) + link.copy_html(link.text) for link in links)
            lines.append(list_separator(self._language).join(html))
        return "".join(f'<dd class="recap-index-about">{line}</dd>\n' for line in lines)
