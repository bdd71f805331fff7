"""Imports files into the folder of an event: plans every change, so that nothing is written if something fails."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sphinx_recaps.data.loader import LARGEST
from sphinx_recaps.data.yaml_comments import Comments
from sphinx_recaps.data.yaml_form import DataFile, FormError, Record, dump, parse, text_of
from sphinx_recaps.importers.entries import EntryMaker
from sphinx_recaps.importers.event_file import add_records, add_source, facts_of, new_event, update_facts
from sphinx_recaps.importers.merge import Changes, Merge
from sphinx_recaps.importers.names import Known
from sphinx_recaps.importers.programme import ImportFailedError, Report
from sphinx_recaps.importers.sources import read_programme
from sphinx_recaps.importers.state import NAME, read_state, state_text
from sphinx_recaps.importers.tables import Columns
from sphinx_recaps.importers.texts import line
from sphinx_recaps.importers.times import in_zone, required_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sphinx_recaps.importers.programme import Programme

EVENT = "event.yaml"
_ORIGIN = "# Imported from "


@dataclass(frozen=True)
class Options:
    """What the command line says: kinds of the project, the usual kind, names of columns, and what files do not say."""

    kinds: tuple[str, ...]
    kind: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    timezone: str = ""
    name: str = ""
    url: str = ""
    start: dt.date | None = None
    date: dt.date | None = None
    known: Known = field(default_factory=Known)
    schemas: tuple[str, str] = ("", "")  # the lines that name the schemas of a catalogue and of an event

    @property
    def usual_kind(self) -> str:
        """The kind of entries that do not say what they are."""
        return self.kind or ("talk" if "talk" in self.kinds else "session")


@dataclass
class Plan:
    """The texts of the files to write, by name, the facts of the event, the kinds of new files, and what to say."""

    texts: dict[str, str] = field(default_factory=dict)
    event: Record = field(default_factory=Record)
    new_kinds: dict[str, str] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    changes: Changes = field(default_factory=Changes)
    read: list[str] = field(default_factory=list)


def plan_import(paths: Sequence[Path], folder: Path, options: Options, progress: Callable[[str], object]) -> Plan:
    """Return what importing files into a folder changes; raises ImportFailedError with the path of the file."""
    plan = Plan()
    target = _Target(folder, options, plan)
    columns = Columns(options.columns)
    read = []
    for path in paths:
        progress(f"Reading {path} ...")
        read.append((path, _programme(path, columns, options, plan.report)))
    for path, programme in _united(read):
        target.add(path, programme)
    target.plan_texts()
    return plan


class _Target:
    """The folder of an event, its data files by their names, and what was imported into it before."""

    def __init__(self, folder: Path, options: Options, plan: Plan) -> None:
        self.folder, self.options, self.plan = folder, options, plan
        self.state = read_state(folder)
        self.state_before = state_text(self.state)
        self.files = _data_files(folder)
        self.event = self.files.pop("event", None)
        self.event_changed = False

    def add(self, path: Path, programme: Programme) -> None:
        """Merge a programme into the files."""
        plan, state = self.plan, self.state
        maker = EntryMaker(self.options.kinds, self.options.usual_kind, self.options.known, plan.report)
        links = maker.links([*programme.take_common_links(), *programme.links], "event, links")
        talks = maker.of(programme)
        number = "1 record" if len(talks) == 1 else f"{len(talks)} records"
        plan.read.append(f"{path}: {programme.format}, {number} to import")
        if programme.columns:
            plan.read.append(f"  {', '.join(dict.fromkeys(programme.columns))}")
        facts = facts_of(programme, talks, plan.report)
        event = self.event or self._new_event(path, facts)
        changed = update_facts(event, facts, programme.format, state, plan.changes)
        for key, records in (("videos", programme.videos), ("links", links)):
            changed |= add_records(event, key, records, programme.format, state)
        usual = _usual_files(self.files, {kind for _, kind, _ in talks}, path, programme, self.options)
        Merge(self.files, state, programme.format, plan.changes).run(talks, usual)
        for comments in (self.files[stem].root.comments.get("kind") for stem in plan.changes.files):
            if comments:
                above = comments.above
                above[:] = [_origin(path, programme) if text.startswith(_ORIGIN) else text for text in above]
        if plan.changes.files or "url" not in state.sources[programme.format]:
            changed |= add_source(event, programme, path.name, self.options.url, state)
        self.event_changed |= changed or self.event is None
        self.event = event
        plan.event = event.root

    def _new_event(self, path: Path, facts: dict[str, str]) -> DataFile:
        try:
            event = new_event(facts, self.options.name, self.folder.name, self.plan.report)
        except ImportFailedError as error:
            msg = f"{path}: {error}"
            raise ImportFailedError(msg) from error
        above = [*self.options.schemas[1].splitlines(), "# The facts of the event, as its programme has them.", ""]
        event.root.comments["name"] = Comments(above)
        return event

    def plan_texts(self) -> None:
        """Plan the files to write: those that changed."""
        plan, changed = self.plan, sorted(self.plan.changes.files)
        if not plan.event.get("sources"):
            note = "event.yaml names no source: write --url with the address where readers can open the file"
            plan.report.notes.append(note)
        for stem in changed:
            text = dump(self.files[stem])
            if len(text.encode()) > LARGEST:
                msg = f"{self.folder / stem}.yaml would have more than {LARGEST // 1_000_000} MB; import less at once"
                raise ImportFailedError(msg)
            plan.texts[f"{stem}.yaml"] = text
            if not (self.folder / f"{stem}.yaml").exists():
                plan.new_kinds[stem] = self.files[stem].root["kind"]
        if self.event_changed and self.event:
            plan.texts[EVENT] = dump(self.event)
        if (after := state_text(self.state)) != self.state_before:
            plan.texts[NAME] = after


def _programme(path: Path, columns: Columns, options: Options, report: Report) -> Programme:
    try:
        programme = read_programme(path, columns, _kind_of_name(path.stem, options.kinds), report)
    except ImportFailedError as error:
        msg = f"{path}: {error}"
        raise ImportFailedError(msg) from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        msg = f"{path}: one of its values does not fit its format ({type(error).__name__}: {error})"
        raise ImportFailedError(" ".join(msg.split())) from error
    zone = required_zone(options.timezone) if options.timezone else None
    for talk in programme.talks:
        talk.start = in_zone(talk.start, zone)
    if any(isinstance(talk.start, dt.datetime) and talk.start.tzinfo is None for talk in programme.talks):
        report.notes.append(f"{path.name} has times without a zone: add --timezone with that of the event")
    programme.version = line(programme.version, f"{path.name}, version", report)
    programme.date = options.date or programme.date
    programme.start = programme.start or options.start
    return programme


def _kind_of_name(stem: str, kinds: Sequence[str]) -> str:
    """Return the kind of entries that the name of a file says: `posters.csv`."""
    return next((kind for kind in kinds if kind in stem.casefold()), "")


def _united(read: Sequence[tuple[Path, Programme]]) -> list[tuple[Path, Programme]]:
    """Return the programmes; files of one format are one programme, whose talks are not missing from each other."""
    united: dict[str, tuple[Path, Programme]] = {}
    for path, programme in read:
        _, first = united.setdefault(programme.format, (path, programme))
        if first is not programme:
            first.unite(programme)
    return [*united.values()]


def _data_files(folder: Path) -> dict[str, DataFile]:
    """Return the data files in a folder by their names; raises ImportFailedError for one with mistakes."""
    files = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            file = parse(text_of(path.read_bytes()))
        except FormError as error:
            problem = error.problems[0]
            msg = f"{path}:{problem.line}: {problem.message}; correct the file before importing into it"
            raise ImportFailedError(msg) from error
        if isinstance(file.root, Record) and (path.name == EVENT or "entries" in file.root):
            files[path.stem] = file
    return files


def _origin(path: Path, programme: Programme) -> str:
    """Return the comment that says where entries are from."""
    day = f" of {programme.date.isoformat()}" if programme.date else ""
    return f"{_ORIGIN}{path.name}{day}. Correct what you like: another import keeps it."


def _usual_files(
    files: dict[str, DataFile], kinds: set[str], path: Path, programme: Programme, options: Options
) -> dict[str, str]:
    """Return the name of the file for each kind; the files that do not exist yet are added to ``files``."""
    usual = {}
    for kind in sorted(kinds):
        found = next((stem for stem, file in files.items() if file.root.get("kind") == kind), None)
        if found is None:
            found = f"{kind}s" if f"{kind}s" not in files else kind
            file = DataFile(Record({"kind": kind, "entries": []}))
            file.root.comments["kind"] = Comments([*options.schemas[0].splitlines(), _origin(path, programme), ""])
            files[found] = file
        usual[kind] = found
    return usual
