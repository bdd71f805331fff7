"""The ``recap`` domain: every entry, person, topic and event is an object that pages and other sites can refer to.

Directives note what a page shows (:meth:`RecapDomain.note_entries`, :meth:`RecapDomain.note_event`); these notes are
cleared when the page is read again. Everything else is derived from them: :mod:`sphinx_recaps.registry.objects` sorts
and looks up objects, :mod:`sphinx_recaps.registry.index_plan` assigns people and topics to index pages.
"""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar, cast

from docutils import nodes
from sphinx.domains import Domain, ObjType
from sphinx.errors import NoUri
from sphinx.roles import XRefRole
from sphinx.util.nodes import make_refnode

from sphinx_recaps.core.builders import application
from sphinx_recaps.core.garbage_collection import MIN_ENTRIES, collection_paused, freeze_objects
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.link_copies import LinkCopies
from sphinx_recaps.data.name_records import NameIndex
from sphinx_recaps.data.records import KINDS
from sphinx_recaps.registry.entry_page_names import NO_PAGES, EntryPages, setup_entry_page_settings, writes_entry_pages
from sphinx_recaps.registry.index_plan import NAMES, Place, facts_of, plan, writes_indices
from sphinx_recaps.registry.index_settings import index_name, setup_index_settings
from sphinx_recaps.registry.kinds import Kinds, setup_kinds
from sphinx_recaps.registry.objects import NotedEvent, NotedNumber, Objects, last_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from docutils.nodes import Element
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.data.records import Entry, Event
    from sphinx_recaps.data.yaml_reader import Problem
    from sphinx_recaps.registry.entry_page_names import Key
    from sphinx_recaps.registry.index_plan import Plan
    from sphinx_recaps.registry.objects import NotedEntry

# Each type of object besides the kinds of entries, with the documentation of its role.
TYPES = {
    "person": "Links to everything in which a person appears. Case and accents are ignored.",
    "topic": "Links to all entries of a topic. Case and accents are ignored.",
    "event": "Links to an event by the name of its folder, or by its full name.",
}
# What is noted of pages. `contents`: catalogue.entry_page; `files`, `patterns`, `presence`: incremental.inputs;
# `records`, `former` (paths of data files): registry.records_of_files; `overviews`: registry.completeness.
NOTES = (
    *("contents", "entries", "events", "files", "former", "lists", "numbers", "patterns", "presence", "records"),
    *("overviews", "targets", "videos"),
)
NOWHERE = Place("", "")
Derived = TypeVar("Derived")
UNSEARCHED = -1  # Sphinx's search would load all objects for each query; it finds entries in their lists


class Reference(XRefRole):
    """A role that links to an object; ``help`` is its documentation for authors."""

    def __init__(self, help: str) -> None:  # noqa: A002 (as in options of directives)
        super().__init__(innernodeclass=nodes.inline, warn_dangling=True)
        self.help = help


def _roles(kinds: Iterable[str]) -> dict[str, Reference]:
    """Return the roles of kinds of entries, and those of all other objects."""
    entries = {
        kind: Reference(
            f"Links to an entry of the kind `{kind}` by its `id`; the text is its title. Outside its event, write "
            "`event/id`, where `event` is the folder of the event, or as much of the end of its path as is unique."
        )
        for kind in kinds
    }
    return {**entries, **{typ: Reference(words) for typ, words in TYPES.items()}}


class Target(NamedTuple):
    """A target of references; ``docname`` is empty for people and topics that are not on an index page."""

    typ: str
    name: str
    title: str
    docname: str
    anchor: str


class RecapDomain(Domain):
    """Entries of all kinds, people, topics and events."""

    name = "recap"
    label = "Recap"
    object_types: ClassVar[dict[str, ObjType]] = {typ: ObjType(typ, typ) for typ in (*KINDS, *TYPES)}
    roles: ClassVar[dict[str, Any]] = _roles(KINDS)
    initial_data: ClassVar[dict[str, Any]] = {notes: {} for notes in NOTES}
    data_version = 18

    def __init__(self, env: BuildEnvironment) -> None:
        config = application(env).config  # the environment gets its own later
        self.kinds = Kinds(config)
        self._index_names = {kind: index_name(config, kind) for kind in NAMES}
        types = (*self.kinds.names, *TYPES)
        # Before Sphinx makes its tables of them: a project can declare further kinds.
        vars(self).update(object_types={typ: ObjType(typ, typ) for typ in types}, roles=_roles(self.kinds.names))
        super().__init__(env)
        self.reported: set[tuple[str, Problem]] = set()  # mistakes in data files that this process has reported
        self._noted = 0  # number of entries on the pages that this process has read
        self._objects: Objects | None = None
        self._plans: dict[str, Plan] = {}
        self._kept: dict[object, Any] = {}
        self._paths: dict[str, Mapping[str, str]] = {}
        self.names = NameIndex()  # set by sphinx_recaps.registry.known_names before pages are read
        self.link_copies = LinkCopies()  # set by sphinx_recaps.archive.references before pages are read

    # -- For directives ------------------------------------------------------------------------------------------

    def note_entries(
        self, entries: Mapping[str, Entry], kind: str, event: str, path: str, *, paged: bool = False
    ) -> None:
        """Register entries on the current page as objects, by anchor (their id on the page).

        ``event`` is the folder of their event ('' for the source folder), ``path`` is their data file; both are
        relative to the source folder. ``paged`` is whether they have pages of their own.
        """
        docname = self.env.current_document.docname
        noted = self.data["entries"].setdefault(docname, [])
        for anchor, entry in entries.items():
            people, topics = tuple(map(intern, entry.people)), tuple(map(intern, entry.topics))
            location = (path, entry.line, docname, entry.lines, paged, entry.part_of, entry.start)
            # The fields of a NotedEntry as a plain tuple, which the garbage collector does not track.
            noted.append((event, kind, entry.id, entry.title, anchor, people, topics, *location, entry.end, entry.was))
        before, self._noted = self._noted, self._noted + len(entries)
        if before <= MIN_ENTRIES:
            freeze_objects(self._noted)
        self._clear_derived()

    def note_event(self, event: Event, path: str, slug: str, anchor: str) -> None:
        """Register an event of the file ``path`` on the current page; ``slug`` is its folder, ``anchor`` its id."""
        noted = NotedEvent(slug, event.name, event.start, anchor, self.env.current_document.docname, path, event)
        self.data["events"].setdefault(noted.docname, []).append(noted)
        self._clear_derived()

    def has_event(self, slug: str) -> bool:
        """Return whether an event is registered on the current page."""
        return any(noted.slug == slug for noted in self.data["events"].get(self.env.current_document.docname, ()))

    def note_numbers(self, event: Event, path: str) -> None:
        """Note the numbers of an event on the current page; ``path`` is its file, relative to the source folder."""
        noted = self.data["numbers"].setdefault(self.env.current_document.docname, [])
        lines = zip(event.numbers, event.number_lines, strict=True)
        noted.extend(NotedNumber(path, what, number, line) for (what, number), line in lines)

    def note_list(self, path: str, anchor: str, entries: int) -> None:
        """Note a list on the current page: its data file, its id, and how many entries it shows completely."""
        self.data["lists"].setdefault(self.env.current_document.docname, []).append((path, anchor, entries))

    def note_contents(self, content: str) -> None:
        """Note the digest of everything that the lists on the current page contain."""
        self.data["contents"][self.env.current_document.docname] = content

    def note_files(self, files: list[tuple[str, tuple[int, int] | None]]) -> None:
        """Note the files that the current page depends on, each with the state that it had."""
        self.data["files"][self.env.current_document.docname] = files

    def note_pattern(self, pattern: str, names: list[str]) -> None:
        """Note which files matched a pattern of the current page."""
        self.data["patterns"].setdefault(self.env.current_document.docname, {})[pattern] = names

    def note_presence(self, files: Mapping[str, bool]) -> None:
        """Note of files whether they existed when the current page was read."""
        if files:
            self.data["presence"].setdefault(self.env.current_document.docname, {}).update(files)

    def note_target(self, typ: str, target: str) -> None:
        """Note that the current page refers to an object; the type ``any`` covers all types."""
        self.data["targets"].setdefault(self.env.current_document.docname, set()).add((typ, target))

    def note_video(self, video: str) -> None:
        """Note that the current page shows a video, given by its id."""
        self.data["videos"].setdefault(self.env.current_document.docname, set()).add(video)

    # -- For writers ---------------------------------------------------------------------------------------------

    def named_uris(self, builder: Builder, fromdocname: str, kind: str) -> Callable[[str], str | None]:
        """Return a function from the name of a ``person`` or ``topic`` to its address, relative to a page.

        The address is None if the builder has no such page.
        """
        paths = self.named_paths(builder, kind)
        if not paths:
            return paths.get
        index = self.plan(kind).name
        up = builder.get_relative_uri(fromdocname, index).removesuffix(builder.get_target_uri(index))
        # Pages of one level have the same addresses.
        return self.keep(("uris", kind, up), lambda: {name: f"{up}{path}" for name, path in paths.items()}).get

    def named_paths(self, builder: Builder, kind: str) -> Mapping[str, str]:
        """Return the address of each person (``person``) or topic (``topic``), relative to the output folder.

        It has all spellings of a name.
        """
        if kind not in self._paths:
            plan = self.plan(kind)
            written = plan.pages if writes_indices(builder) else ()
            pages = {page.name: builder.get_target_uri(page.name) for page in written}
            self._paths[kind] = {
                spelling: f"{pages[page]}#{anchor}"
                for name, (page, anchor) in plan.places.items()
                if page in pages
                for spelling in (name, *self.names.also(kind, name))
            }
        return self._paths[kind]

    def event_title(self, event: str) -> str:
        """Return the name of an event, or the title of its first page, or its folder."""
        noted = self.objects.events.get(event)
        if noted is not None:
            return noted.name
        titles = self.keep("titles", self._folder_titles)
        return titles.get(event) or last_of(event) or self.env.config.project

    def _folder_titles(self) -> dict[str, str]:
        return {
            docname.rpartition("/")[0]: title.astext()
            for docname, title in sorted(self.env.titles.items(), reverse=True)
            if docname.rpartition("/")[2] == "index"
        }

    # -- All objects ---------------------------------------------------------------------------------------------------

    @property
    def objects(self) -> Objects:
        """All objects, sorted."""
        if self._objects is None:
            with collection_paused():
                self._objects = Objects(self.data["entries"], self.data["events"], self.names)
        return self._objects

    def plan(self, kind: str) -> Plan:
        """Return the plan of pages for the index of people (``person``) or topics (``topic``)."""
        if kind not in self._plans:
            with collection_paused():
                named, name = self.objects.named[kind], self._index_names[kind]
                facts = facts_of(self.names, kind, by_family=writes_indices(application(self.env).builder))
                self._plans[kind] = plan(kind, named, self.env.found_docs, name, facts)
        return self._plans[kind]

    @property
    def entry_pages(self) -> EntryPages:
        """The pages of single entries."""
        indices = (page.name for kind in NAMES for page in self.plan(kind).pages)
        return self.keep(EntryPages, lambda: EntryPages(self.objects.entries, {*self.env.found_docs, *indices}))

    def written_entry_pages(self) -> Mapping[Key, str]:
        """Return the names of the pages of entries, by data file and id; none if the builder does not write them."""
        builder = application(self.env).builder
        return self.keep("written", lambda: self.entry_pages.names if writes_entry_pages(builder) else NO_PAGES)

    def place_of(self, entry: NotedEntry) -> Place:
        """Return the place of an entry: its own page if the builder writes one, otherwise that in its list."""
        page = self.written_entry_pages().get((entry.path, entry.id))
        return Place(page, "") if page else Place(entry.docname, entry.anchor)

    def _clear_derived(self) -> None:
        """Clear what is derived from the notes."""
        self._objects, self._plans, self._paths, self._kept = None, {}, {}, {}

    def keep(self, key: Hashable, derive: Callable[[], Derived]) -> Derived:
        """Return what a function derives from the notes; the result is kept until these change."""
        if key not in self._kept:
            self._kept[key] = derive()
        return cast("Derived", self._kept[key])

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Yield all objects for the inventory; people and topics are on index pages."""
        for entry in self.objects.entries:
            yield self.objects.public_name(entry), entry.title, entry.kind, *self.place_of(entry), UNSEARCHED
        for name, former in self.objects.former_names():
            yield name, former.title, former.kind, *self.place_of(former), UNSEARCHED
        for event in self.objects.events.values():
            for name in (self.objects.short[event.slug], *self.objects.former_folders(event.slug)):
                yield name, event.name, "event", event.docname, event.anchor, UNSEARCHED
        for kind in self.objects.named:
            for name, place in self.plan(kind).places.items():
                for spelling in (name, *self.names.also(kind, name)):
                    yield spelling, name, kind, place.page, place.anchor, UNSEARCHED

    # -- Reading -------------------------------------------------------------------------------------------------------

    def clear_doc(self, docname: str) -> None:
        """Remove the notes of a page."""
        for notes in NOTES:
            self.data[notes].pop(docname, None)
        self._clear_derived()

    def merge_domaindata(self, docnames: AbstractSet[str], otherdata: dict[str, Any]) -> None:
        """Add the notes of pages that another process has read."""
        for notes in NOTES:
            self.data[notes].update({name: noted for name, noted in otherdata[notes].items() if name in docnames})
        self._clear_derived()

    # -- References ----------------------------------------------------------------------------------------------------

    def resolve_xref(  # noqa: PLR0913, PLR0917 (the signature of Sphinx)
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> nodes.reference | None:
        """Return the reference; only its text for people and topics if the builder has no page for them."""
        targets = self._find(typ, target, node.get("refdoc", fromdocname))
        if len(targets) > 1:
            names = " or ".join(repr(candidate.name) for candidate in targets)
            report(RecapWarning.REFERENCE, f"recap:{typ}: {target!r} is ambiguous; write {names}", node)
            raise NoUri
        return self._refer(targets[0], builder, fromdocname, node, contnode) if targets else None

    def resolve_any_xref(  # noqa: PLR0913, PLR0917
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> list[tuple[str, nodes.reference]]:
        """Return a reference for each type with exactly one matching object."""
        references = []
        for targets in self.find_targets("any", target, node.get("refdoc", fromdocname)):
            if len(targets) == 1:
                typ = targets[0].typ
                own = contnode.deepcopy()
                references.append((f"recap:{typ}", self._refer(targets[0], builder, fromdocname, node, own)))
        return references

    def lists_of(self, path: str) -> list[Target]:
        """Return the lists of a data file; the one that shows most of it comes first."""
        lists = [
            (-number, page, at)
            for page, noted in self.data["lists"].items()
            for name, at, number in noted
            if name == path
        ]
        return [Target("list", path, "", page, anchor) for _, page, anchor in sorted(lists)]

    def find_targets(self, typ: str, target: str, docname: str) -> list[list[Target]]:
        """Return the possible targets of a reference on a page, grouped by type; ``any`` covers all types."""
        return [self._find(one, target, docname) for one in (self.object_types if typ == "any" else (typ,))]

    def _find(self, typ: str, target: str, docname: str) -> list[Target]:
        """Return the possible targets of a reference on a page."""
        if typ == "list":
            return self.lists_of(target)
        target = " ".join(target.split())
        if typ in self.kinds.names:
            entries = self.objects.find_entries(typ, target, docname)
            name = self.objects.public_name
            return [Target(typ, name(entry), entry.title, *self.place_of(entry)) for entry in entries]
        if typ == "event":
            events = self.objects.find_events(target)
            short = self.objects.short
            return [Target(typ, short[event.slug], event.name, event.docname, event.anchor) for event in events]
        places = self.plan(typ).places
        return [Target(typ, name, name, *places.get(name, NOWHERE)) for name in self.objects.find_names(typ, target)]

    def _refer(
        self, target: Target, builder: Builder, fromdocname: str, node: pending_xref, contnode: Element
    ) -> nodes.reference:
        """Return a link whose text is the title of its target, unless the author wrote a text."""
        if not node.get("refexplicit"):
            contnode[:] = [nodes.Text(target.title)]
        if target.typ in self.objects.named and not (target.docname and writes_indices(builder)):
            return cast("nodes.reference", contnode)  # not a reference, but Sphinx accepts any node
        reference = make_refnode(builder, fromdocname, target.docname, target.anchor, contnode)
        if reference.get("refuri", "").startswith("#"):  # singlehtml, where Sphinx 9 adds the page to the anchor
            reference["refuri"] = f"#{target.anchor}"
        return reference


def recap_domain(env: BuildEnvironment) -> RecapDomain:
    """Return the domain of a project."""
    return cast("RecapDomain", env.get_domain("recap"))


def setup_domain(app: Sphinx) -> None:
    """Set up the domain and its settings."""
    setup_kinds(app)
    setup_index_settings(app)
    setup_entry_page_settings(app)
    app.add_domain(RecapDomain)
