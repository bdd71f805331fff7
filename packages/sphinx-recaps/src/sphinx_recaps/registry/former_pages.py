"""Former addresses of pages: which page each one leads to.

They come from ``was`` in the metadata of pages, in events (for everything in their folder), in lists (for the pages of
their entries) and in entries. A page that exists wins over any former address.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.fields import quote
from sphinx_recaps.data.former_names import former_page, resolved
from sphinx_recaps.data.value_places import line_of
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.entry_page_names import page_name
from sphinx_recaps.registry.former_objects import folder_of
from sphinx_recaps.registry.records_of_files import former_paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.objects import NotedEntry

Target: TypeAlias = "str | NotedEntry"  # the name of a page, or an entry
_WAS = re.compile(r"(?m)^:?was\b")
_OF_THEMES = {"genindex", "search", "modindex", "py-modindex", "404"}


class _Claim(NamedTuple):
    """A former address: the name of the page, what it leads to, and where it is written, ``path:line``."""

    name: str
    target: Target
    location: str


class FormerPages:
    """The former pages of a site, by name, and the mistakes in ``was``: messages, each with its location.

    ``files`` maps the path of each data file, without its ending, and the name of the page of each entry, to those that
    it had before: the published files of a list, an event or an entry are named after them.
    """

    def __init__(self, env: BuildEnvironment) -> None:
        self._env = env
        self._domain = recap_domain(env)
        self.pages: dict[str, Target] = {}
        self.files: dict[str, list[str]] = {}
        self.mistakes: list[tuple[str, str]] = []
        claims = list(self._claims())
        self.mistakes += self._ambiguous_names()
        if claims or self._domain.objects.former.folders:
            current = _pages(self._domain)
            taken = {name.casefold(): name for name in (*current, *_OF_THEMES)}
            self._add_folders(current, {*taken, *self._add_claims(claims, taken)})

    def _add_claims(self, claims: Sequence[_Claim], taken: Mapping[str, str]) -> dict[str, _Claim]:
        """Add the former addresses that are free, and return them; report the others."""
        claimed: dict[str, _Claim] = {}
        for claim in claims:
            key = claim.name.casefold()
            other = claimed.setdefault(key, claim)
            if exists := taken.get(key):
                advice = "remove it" if exists == claim.name else f"it differs from {quote(exists)} only by case"
                self.mistakes.append((f"`was`: there is still a page {quote(exists)}; {advice}", claim.location))
            elif other.target != claim.target:
                message = f"`was`: {quote(claim.name)} is also in {other.location}; keep it where it should lead"
                self.mistakes.append((message, claim.location))
            else:
                self._add(claim.name, claim.target)
        return claimed

    def _add(self, name: str, target: Target) -> None:
        self.pages[name] = target
        if not isinstance(target, str):
            self.files.setdefault(page_name(target.path, target.id), []).append(name)

    def first_name(self, path: str, entry: NotedEntry | None = None) -> tuple[str, str]:
        """Return the first path of a data file, without its ending, and the first id of one of its entries.

        Programs know a record by them, whatever it is called now.
        """
        stem, folder = path.rpartition(".")[0], folder_of(path)
        first, _, own_id = (entry.was or (entry.id,))[0].rpartition("/") if entry else ("", "", "")
        lists = former_paths(self._domain).get(path, ())
        stem = resolved(first or lists[0], folder) if first or lists else stem
        for event, names in self._domain.objects.former.folders.items():
            if stem.startswith(f"{event}/"):
                stem = f"{names[0]}/{stem.removeprefix(f'{event}/')}"
        return stem, own_id

    def _claims(self) -> Iterator[_Claim]:
        """Yield the former addresses that are written, in a fixed order."""
        for docname, data in sorted(self._env.metadata.items()):
            if "was" in data:
                yield from self._claims_of_page(docname, str(data["was"]))
        lists = former_paths(self._domain)
        for path, names in lists.items():
            stem = path.rpartition(".")[0]
            self.files[stem] = [resolved(name, folder_of(path)) for name in names]
        for entry in self._domain.objects.entries:
            stem, location = entry.path.rpartition(".")[0], f"{entry.path}:{line_of(entry, 'was')}"
            for name in entry.was:
                file, _, own_id = name.rpartition("/")
                stems = [resolved(file, entry.event)] if file else [stem, *self.files.get(stem, ())]
                yield from (_Claim(page_name(f"{one}.yaml", own_id), entry, location) for one in stems)
            if entry.path in lists:
                where = self._location(entry.path)
                for one in self.files[stem]:
                    yield _Claim(page_name(f"{one}.yaml", entry.id), entry, where)

    def _claims_of_page(self, docname: str, text: str) -> Iterator[_Claim]:
        location = self._location(str(self._env.doc2path(docname, base=False)))
        for name in names_in_metadata(text):
            try:
                yield _Claim(resolved(former_page(name), folder_of(docname)), docname, location)
            except ValueError as error:
                self.mistakes.append((f"`was`: {error}", location))

    def _ambiguous_names(self) -> Iterator[tuple[str, str]]:
        """Yield the former names of entries and events that another one has or claims."""
        objects = self._domain.objects
        entries: dict[tuple[str, str], NotedEntry] = {}
        for former in objects.former:
            if former.folder != former.entry.event or former.id not in former.entry.was:
                continue
            key = former.entry.kind, f"{former.folder}/{former.id}".casefold().lstrip("/")
            other = objects.by_name.get(key) or entries.setdefault(key, former.entry)
            if other.path != former.entry.path:
                what = "is the id of an" if key in objects.by_name else "was also the id of the"
                message = f"`was`: {quote(former.id)} {what} entry in {other.path}:{other.line}; remove it from one"
                yield message, f"{former.entry.path}:{line_of(former.entry, 'was')}"
        folders: dict[str, str] = {slug: event.path for slug, event in objects.events.items()}
        for slug, names in sorted(objects.former.folders.items()):
            own = objects.events[slug].path
            for name in names:
                if (other_path := folders.setdefault(name, own)) != own:
                    message = f"`was`: {quote(name)} is the folder of {other_path}, or was; remove it from one"
                    yield message, self._location(own)

    def _location(self, path: str) -> str:
        """Return the location of ``was`` at the top of a file."""
        text = ""
        with suppress(OSError):
            text = (self._env.srcdir / path).read_text(encoding="utf-8", errors="replace")
        match = _WAS.search(text)
        return f"{path}:{text.count(chr(10), 0, match.start()) + 1 if match else 1}"

    def _add_folders(self, current: Mapping[str, Target], taken: set[str]) -> None:
        """Add the addresses that all pages of an event had in its former folders."""
        for folder, names in sorted(self._domain.objects.former.folders.items()):
            inside = f"{folder}/"
            pages = {**current, **self.pages}
            files = {stem: [stem, *self.files.get(stem, ())] for stem in self._stems() if stem.startswith(inside)}
            for name in names:
                for page, target in pages.items():
                    former = f"{name}/{page.removeprefix(inside)}"
                    if page.startswith(inside) and former.casefold() not in taken:
                        taken.add(former.casefold())
                        self._add(former, target)
                for stem, several in files.items():
                    moved = [f"{name}/{one.removeprefix(inside)}" for one in several if one.startswith(inside)]
                    self.files.setdefault(stem, []).extend(moved)

    def _stems(self) -> set[str]:
        data = {entry.path for entry in self._domain.objects.entries}
        data |= {event.path for event in self._domain.objects.events.values()}
        return {path.rpartition(".")[0] for path in data}


def _pages(domain: RecapDomain) -> dict[str, Target]:
    """Return all pages of a site by name, also those that only some builders write."""
    pages: dict[str, Target] = {name: name for name in sorted(domain.env.found_docs)}
    names = domain.entry_pages.names
    pages |= {names[entry.path, entry.id]: entry for entry in domain.objects.entries if (entry.path, entry.id) in names}
    pages |= {page.name: page.name for kind in domain.objects.named for page in domain.plan(kind).pages}
    return pages


def names_in_metadata(text: str) -> list[str]:
    """Return the names in the metadata of a page: JSON from Markdown, or names separated by commas."""
    with suppress(ValueError):
        names = json.loads(text)
        if isinstance(names, list):
            return [str(name) for name in names]
    return [name.strip() for name in text.split(",") if name.strip()]


def former_pages(env: BuildEnvironment) -> FormerPages:
    """Return the former pages of a site."""
    return recap_domain(env).keep(FormerPages, lambda: FormerPages(env))


def _report(_app: Sphinx, env: BuildEnvironment) -> None:
    for message, location in former_pages(env).mistakes:
        report(RecapWarning.FORMER, message, location)


def setup_former_pages(app: Sphinx) -> None:
    """Set up the checks."""
    app.connect("env-updated", _report)
