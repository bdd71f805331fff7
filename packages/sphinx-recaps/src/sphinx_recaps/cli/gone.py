"""Compares a project with its published state: a ``was`` must say where each address that is gone leads now.

Only files that differ are read, with the current loader. Pages are compared by name, entries by the page that they
have or would have, events by folder.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from sphinx.project import EXCLUDE_PATHS
from sphinx.util.matching import Matcher

from sphinx_recaps.cli.gone_anchors import gone_anchors
from sphinx_recaps.core.slugs import slug
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.fields import code, quote, yaml_list
from sphinx_recaps.data.loader import LARGEST, load_bytes
from sphinx_recaps.data.records import Catalogue, Event
from sphinx_recaps.data.value_places import line_of
from sphinx_recaps.registry.data_directive import allowed_in
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.entry_page_names import page_name
from sphinx_recaps.registry.former_objects import folder_of
from sphinx_recaps.registry.former_pages import former_pages, names_in_metadata
from sphinx_recaps.registry.records_of_files import records_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sphinx.application import Sphinx

    from sphinx_recaps.cli.git import Published
    from sphinx_recaps.data.records import Entry
    from sphinx_recaps.registry.objects import NotedEntry

KEYS = {"person": "people", "topic": "topics"}  # of an entry
_SIMILAR = 0.5  # of the lines of a page, to take it for the one that was renamed
_NO_PAGES = re.compile(r"(?m)^[ \t]*:?no-pages:?.*$")  # as an option, also in YAML
_OFF = re.compile(r"(?m)^recap_entry_pages\s*=\s*False")
_MOST_SHOWN = 20  # pages of entries that one message lists


class _Known(NamedTuple):
    """A current entry: its file and its record."""

    path: str
    entry: Entry


class Comparison:
    """Finds what was published and is gone."""

    def __init__(self, app: Sphinx, published: Published) -> None:
        self._env = app.env
        self._domain = recap_domain(app.env)
        self._published = published
        self._former = former_pages(app.env).pages
        self._suffixes = tuple(app.config.source_suffix)
        excluded = Matcher([*app.config.exclude_patterns, *EXCLUDE_PATHS])
        self._files = {name for name in published.names() if not any(map(excluded, (name, *_folders(name))))}
        self._covered = list[str]()  # folders for which a message says everything already

    def report(self) -> None:
        """Report everything that is gone."""
        differing = self._published.differing() & self._files
        data = {name for name in differing if name.endswith((".yaml", ".yml"))}
        allowed = allowed_in(self._env)
        old = {}
        for name, content in self._published.contents(data):
            if len(content) <= LARGEST:
                stem = name.rpartition("/")[2].rpartition(".")[0]
                old[name] = load_bytes(content, stem, allowed).content
        lists = {name: record for name, record in old.items() if isinstance(record, Catalogue)}
        messages = [
            *self._gone_events({name: record for name, record in old.items() if isinstance(record, Event)}),
            *self._gone_pages(differing),
            *self._gone_anchors(differing),
            *self._gone_entry_pages(differing),
            *self._changed_kinds(lists),
            *self._gone_entries(lists),
            *(message for kind in KEYS for message in self._gone_names(kind, lists)),
        ]
        for location, message in messages:
            report(RecapWarning.GONE, message, location, lost=True)

    def _is_covered(self, path: str) -> bool:
        return any(path.startswith(f"{folder}/") for folder in self._covered)

    # -- Events --------------------------------------------------------------------------------------------------------

    def _gone_events(self, old: dict[str, Event]) -> Iterator[tuple[str, str]]:
        """Yield the events whose folder was renamed, which explains why everything in it is gone.

        An event without a successor is reported by its pages.
        """
        known = self._domain.objects.events
        kept = {*known, *(name for names in self._domain.objects.former.folders.values() for name in names)}
        folders = {folder for name in self._files for folder in _folders(name)}
        new = [event for folder, event in sorted(known.items()) if folder not in folders]
        for path, event in old.items():
            folder = folder_of(path)
            same = (one for one in new if one.name == event.name or one.start == event.start)
            moved = next(same, None) if folder and folder not in kept else None
            if moved is not None:
                self._covered.append(folder)
                was = yaml_list([*moved.record.was, _shortest(folder, folder_of(moved.slug))])
                message = f"this event was published in the folder {quote(folder)}; write {code(f'was: {was}')}"
                yield f"{moved.path}:1", message

    # -- Pages ---------------------------------------------------------------------------------------------------------

    def _gone_pages(self, differing: Iterable[str]) -> Iterator[tuple[str, str]]:
        gone = {}
        for name in sorted(differing):
            docname = self._docname(name)
            known = docname is None or docname in self._env.found_docs or docname in self._former
            if docname is not None and not known and not self._is_covered(name):
                gone[name] = docname
        contents = dict(self._published.contents(gone))
        old = {self._docname(name) for name in self._files}
        new = {name: self._lines(name) for name in sorted(self._env.found_docs - old)} if gone else {}
        for name, docname in gone.items():
            lines = contents.get(name, b"").decode("utf-8", "replace").splitlines()
            similar = {other: SequenceMatcher(None, lines, now).ratio() for other, now in new.items()}
            replacement = max(similar, key=lambda other: similar[other], default="")
            if similar.get(replacement, 0) >= _SIMILAR:
                message = f"this page was published as {quote(docname)}; {self._advice(replacement, [docname])}"
                yield self._at(replacement), message
            else:
                above = self._page_above(name)
                advice = f"{self._advice(above, [docname])} that readers should get instead, such as this one"
                yield self._at(above), f"the page {quote(docname)} was published and is gone; {advice}"

    def _docname(self, name: str) -> str | None:
        suffix = next((one for one in self._suffixes if name.endswith(one)), None)
        return name.removesuffix(suffix) if suffix else None

    def _lines(self, docname: str) -> list[str]:
        return self._env.doc2path(docname).read_text(encoding="utf-8", errors="replace").splitlines()

    def _at(self, docname: str) -> str:
        return f"{self._env.doc2path(docname, base=False)}:1"

    def _page_above(self, path: str) -> str:
        """Return the page that is nearest above a file."""
        indices = (f"{folder}/index" for folder in _folders(path))
        return next((name for name in indices if name in self._env.found_docs), self._env.config.root_doc)

    def _advice(self, docname: str, names: Iterable[str]) -> str:
        """Return what to write at the top of a page, including the names that are there already."""
        known = names_in_metadata(str(self._env.metadata[docname].get("was", "")))
        was = [*known, *(_shortest(name, folder_of(docname)) for name in names)]
        if self._at(docname).endswith(".rst:1"):
            field = code(f":was: {', '.join(was)}")
            return f"write {field} in the first line of the page"
        lines = "the" if self._lines(docname)[:1] == ["---"] else "two"
        return f"write {code(f'was: {yaml_list(was)}')} between {lines} lines `---` at the top of the page"

    def _gone_anchors(self, differing: Iterable[str]) -> Iterator[tuple[str, str]]:
        for name, content in self._published.contents(differing):
            docname = self._docname(name)
            if docname in self._env.found_docs:
                known = {one for node in self._env.get_doctree(docname).findall(nodes.Element) for one in node["ids"]}
                old, new = content.decode("utf-8", "replace"), "\n".join([*self._lines(docname), ""])
                markdown = None if name.endswith(".rst") else getattr(self._env, "myst_config", None)
                for line, message in gone_anchors(old, new, known, markdown):
                    yield f"{name}:{line}", message

    # -- Entries -------------------------------------------------------------------------------------------------------

    @cached_property
    def _entries(self) -> dict[str, _Known]:
        """The current entries, by the names of their pages."""
        known: dict[str, _Known] = {}
        for docname, files in sorted(self._domain.data["records"].items()):
            for path in files:
                for entry in records_of(self._env, docname, path):
                    known[page_name(path, entry.id)] = _Known(path, entry)
        return known

    def _was_shown(self, path: str) -> bool:
        """Return whether a page showed a data file: each page names the files that it shows."""
        return self._published.mention(path.rpartition("/")[2])

    def _gone_entries(self, old: dict[str, Catalogue]) -> Iterator[tuple[str, str]]:
        paths = {known.path for known in self._entries.values()}
        published = {page_name(path, entry.id) for path, records in old.items() for entry in records.entries}
        for path, records in old.items():
            gone = [
                entry
                for entry in records.entries
                if (name := page_name(path, entry.id)) not in self._entries and name not in self._former
            ]
            if not gone or self._is_covered(path) or (path not in paths and not self._was_shown(path)):
                continue
            new = {
                name: known
                for name, known in self._entries.items()
                if name not in published and (known.path in old or known.path not in self._files)
            }
            if path not in paths and (file := _same_file(gone, new.values())):
                was = _shortest(path, folder_of(file))
                message = f"this list was published as {quote(path)}; write {code(f'was: {was}')} above `entries:`"
                yield f"{file}:1", message
            else:
                yield from self._each_gone(path, gone, new)

    def _each_gone(self, path: str, gone: list[Entry], new: dict[str, _Known]) -> Iterator[tuple[str, str]]:
        """Yield a message for each entry that another one replaced, and one for all others of a file."""
        removed = []
        here = [known for known in new.values() if known.path == path]
        for entry in gone:
            known = _same_entry(entry, here, alone=len(gone) == 1) or _same_entry(entry, new.values())
            if known is None:
                removed.append(entry)
                continue
            location = f"{known.path}:{known.entry.line}"
            if known.path == path and slug(known.entry.id) == slug(entry.id):
                yield location, f"the id was published as {quote(entry.id)}; write it like that, because case matters"
                continue
            was = entry.id if known.path == path else _shortest(page_name(path, entry.id), folder_of(known.path))
            names = yaml_list([*known.entry.was, was])
            yield location, f"this entry was published as {quote(entry.id)}; write {code(f'was: {names}')}"
        if removed:
            yield self._removed(path, removed)

    def _removed(self, path: str, removed: list[Entry]) -> tuple[str, str]:
        lists = self._domain.lists_of(path)
        page = lists[0].docname if lists else self._page_above(path)
        ids = ", ".join(quote(entry.id) for entry in removed[:_MOST_SHOWN])
        more = f" and {len(removed) - _MOST_SHOWN} more" if len(removed) > _MOST_SHOWN else ""
        what = f"the entry {ids} of {path} was published and is gone"
        if len(removed) > 1:
            what = f"the entries {ids}{more} of {path} were published and are gone"
        advice = self._advice(page, (page_name(path, entry.id) for entry in removed))
        instead = f"{advice} that readers should get instead, such as this one"
        return self._at(page), f"{what}; write `was` in what replaces it or, if nothing does, {instead}"

    def _gone_entry_pages(self, differing: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield the lists, or the setting, that no longer give each entry a page."""
        entries = self._domain.objects.entries
        unpaged: dict[str, NotedEntry] = {}
        for entry in entries:
            if not entry.paged:
                unpaged.setdefault(self._env.doc2path(entry.docname, base=False).as_posix(), entry)
        off = {name: (_NO_PAGES, entry) for name, entry in unpaged.items()}
        if not self._env.config.recap_entry_pages and entries:
            off = {"conf.py": (_OFF, entries[0])}
        for name, content in self._published.contents(off.keys() & set(differing)):
            option, entry = off[name]
            new = (self._env.srcdir / name).read_text("utf-8", "replace")
            if len(option.findall(new)) > len(option.findall(content.decode("utf-8", "replace"))):
                matches = list(option.finditer(new))
                example = quote(page_name(entry.path, entry.id))
                advice = f"remove {code(matches[-1][0].strip())}, so that these addresses work"
                message = f"the entries were published with pages of their own, such as {example}; {advice}"
                yield f"{name}:{new.count(chr(10), 0, matches[-1].start()) + 1}", message

    def _changed_kinds(self, old: dict[str, Catalogue]) -> Iterator[tuple[str, str]]:
        now = {entry.path: entry.kind for entry in self._domain.objects.entries}
        for path, records in old.items():
            if now.get(path, records.kind) != records.kind:
                advice = f"write {code(f'kind: {records.kind}')}, because links to its entries contain it"
                yield f"{path}:1", f"this list was published with the kind {quote(records.kind)}; {advice}"

    # -- Names ---------------------------------------------------------------------------------------------------------

    def _gone_names(self, kind: str, old: dict[str, Catalogue]) -> Iterator[tuple[str, str]]:
        """Yield the people or topics without entries if an entry has another name instead.

        A name that was only removed from entries is a correction, which needs no successor.
        """
        key = KEYS[kind]
        places = [name for name, _title, typ, *_place in self._domain.get_objects() if typ == kind]
        known = {slug(name) for name in (*places, *self._env.config.recap_known_names)}
        entries = [(path, entry) for path, records in old.items() for entry in records.entries] if places else []
        for path, entry in entries:
            names = getattr(entry, key)
            gone = [name for name in names if slug(name) not in known]
            now = self._today(path, entry) if gone else None
            if now is None:
                continue
            known.update(map(slug, gone))
            for name in gone:
                new = _new_name(name, names, getattr(now.entry, key))
                if new is not None:
                    also = f"- {{name: {yaml_list([new])[1:-1]}, also: {yaml_list([name])}}}"
                    advice = f"if it is now {quote(new)}, write {code(also)} in people.yaml under `{key}:`"
                    what = f"the {kind} {quote(name)} was published and has no entry any more"
                    location = f"{now.path}:{line_of(now.entry, key, new)}"
                    yield location, f"{what}; {advice}, else list the old name in recap_known_names in conf.py for now"

    def _today(self, path: str, entry: Entry) -> _Known | None:
        """Return the current state of an entry that was published in a file."""
        name = page_name(path, entry.id)
        target = self._former.get(name, "")
        return self._entries.get(name if isinstance(target, str) else page_name(target.path, target.id))


def _new_name(name: str, old: Sequence[str], new: Sequence[str]) -> str | None:
    """Return the name that replaced one in a list: that at its place, or a similar one; None if it was removed."""
    added = [other for other in new if other not in old]
    if len(old) == len(new) and (other := new[old.index(name)]) in added:
        return other
    return next(iter(get_close_matches(name, added, 1, _SIMILAR)), None)


def _folders(path: str) -> Iterator[str]:
    """Yield the folders that contain a file."""
    while path := folder_of(path):
        yield path


def _shortest(path: str, folder: str) -> str:
    """Return a path as ``was`` names it in a folder: relative if it is inside."""
    return path.removeprefix(f"{folder}/") if folder and path.startswith(f"{folder}/") else f"/{path}"


def _same_file(gone: list[Entry], new: Iterable[_Known]) -> str | None:
    """Return the new file that has most of the entries of one that is gone, if it has at least half of them."""
    wanted = {(entry.id, entry.title) for entry in gone}
    counts: dict[str, int] = {}
    for path, entry in new:
        counts[path] = counts.get(path, 0) + ((entry.id, entry.title) in wanted)
    best = max(counts, key=lambda path: counts[path], default="")
    return best if best and counts[best] * 2 >= len(wanted) else None


def _same_entry(old: Entry, new: Iterable[_Known], *, alone: bool = False) -> _Known | None:
    """Return the new entry that replaced one that is gone: by id, title or link, or because nothing else can have."""
    several = list(new)
    for same in (
        lambda entry: slug(entry.id) == slug(old.id) and entry.title == old.title,
        lambda entry: entry.title == old.title,
        lambda entry: slug(entry.id) == slug(old.id),
        lambda entry: old.link is not None and entry.link == old.link,
    ):
        found = [known for known in several if same(known.entry)]
        if len(found) == 1:
            return found[0]
    return several[0] if alone and len(several) == 1 else None
