"""``sphinx-recaps import``: makes the data files of an event from the programme that another tool exported."""

from __future__ import annotations

from contextlib import suppress
from string import Template
from typing import TYPE_CHECKING

import click

from sphinx_recaps.checks.unused_data import is_data_file
from sphinx_recaps.cli.new import TEMPLATES, page_values, schema_lines
from sphinx_recaps.cli.project import UnreadableError, counted, files_below, read_config, write_whole
from sphinx_recaps.data.loader import load
from sphinx_recaps.data.names_file import load_names
from sphinx_recaps.data.records import KINDS, Catalogue
from sphinx_recaps.importers.names import Known
from sphinx_recaps.importers.programme import ImportFailedError
from sphinx_recaps.importers.run import Options, plan_import

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sphinx.config import Config

    from sphinx_recaps.importers.run import Plan

_SHOWN = 20  # lines of each list in the summary
_NAMES = {"poster": "posters", "keynote": "keynotes"}  # kinds with a template of their own


def source_of(folder: Path) -> Path:
    """Return the source folder of the Sphinx project that a folder is in."""
    for parent in [folder.absolute(), *folder.absolute().parents]:
        if (parent / "conf.py").is_file():
            return parent
    msg = f"{folder} is not in a Sphinx project: no folder above it has a conf.py; write --into with one that is"
    raise UnreadableError(msg)


def import_files(paths: Sequence[Path], folder: Path, given: Mapping[str, object], *, dry_run: bool) -> int:
    """Import files into the folder of an event; ``given`` are options of :class:`Options`. Return the exit code."""
    source = source_of(folder)
    config = read_config(
        source, recap_kinds={}, recap_people="people.yaml", html_static_path=[], myst_enable_extensions=[]
    )
    lines = schema_lines(source, config, folder.absolute())
    kinds = (*KINDS, *(kind for kind in config.recap_kinds if kind not in KINDS))
    schemas = lines["catalogue_schema"], lines["event_schema"]
    options = Options(kinds, known=_known(source, config), schemas=schemas, **given)  # type: ignore[arg-type]
    if options.kind and options.kind not in kinds:
        raise click.UsageError(f"“{options.kind}” is not a kind of entry; write one of {', '.join(kinds)}")
    try:
        plan = plan_import(paths, folder, options, lambda text: click.echo(text, err=True))
        pages = _pages(plan, folder, source, config)
    except ImportFailedError as error:
        raise click.ClickException(str(error)) from error
    if not dry_run:
        _write(folder, {**plan.texts, **pages})
    _summarise(plan, folder, [*plan.texts, *pages], dry_run=dry_run)
    return 0


def _known(source: Path, config: Config) -> Known:
    """Return the people and topics in the data files of a project, whose spelling programmes then get."""
    people: dict[str, None] = {}
    topics: dict[str, None] = {}
    for path in files_below(source, config, "**.yaml"):
        with suppress(OSError):
            content = load(path).content if is_data_file(data := path.read_bytes()) and b"\nentries:" in data else None
            for entry in content.entries if isinstance(content, Catalogue) else ():
                people |= dict.fromkeys(entry.people)
                topics |= dict.fromkeys(entry.topics)
    names = load_names(source / config.recap_people).content if config.recap_people else None
    records = names.people if names else ()
    declared = {name for record in records for name in (record.name, *record.also)}
    preferred = tuple(topic.name for topic in (names.topics if names else ()))
    return Known(tuple(name for name in people if name not in declared), (*topics, *preferred), frozenset(declared))


def _pages(plan: Plan, folder: Path, source: Path, config: Config) -> dict[str, str]:
    """Return the pages that show what nothing shows yet: the event, and each new list."""
    name, start = plan.event.get("name") or folder.name, plan.event.get("start", "")
    values = page_values(source, config, folder.absolute(), str(name), str(start))
    names = {f"{stem}.md": (kind, stem) for stem, kind in plan.new_kinds.items()} | {"index.md": ("", "")}
    written = "".join(page.read_text(encoding="utf-8", errors="replace") for page in folder.glob("*.md"))
    pages = {}
    for name, (kind, stem) in names.items():
        if (folder / name).exists() or (stem and f"}} {stem}.yaml" in written):
            continue
        template = f"{_NAMES.get(kind, 'sessions' if kind else 'index')}.md"
        text = Template((TEMPLATES / "recap" / template).read_text(encoding="utf-8")).substitute(values)
        usual = template.removesuffix(".md")
        if kind and stem != usual:
            text = text.replace(usual, stem).replace(usual.capitalize(), stem.replace("-", " ").capitalize())
        pages[name] = text
    return pages


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_whole(folder / name, text.encode())
    except OSError as error:
        raise UnreadableError(f"{error.filename or folder} cannot be written ({error.strerror})") from error


def _summarise(plan: Plan, folder: Path, names: Sequence[str], *, dry_run: bool) -> None:
    changes, report = plan.changes, plan.report
    for line in plan.read:
        click.echo(line)
    click.echo(f"{folder}: {changes.added} added, {changes.changed} changed, {changes.same} unchanged")
    _list("Differences", changes.lines, every=True)
    _list("Repaired", [f"  {line}" for line in dict.fromkeys(report.repaired)])
    _list("Please check", [f"  {line}" for line in dict.fromkeys(report.notes)])
    _list("Not taken", [f"  {line}" for line in dict.fromkeys(report.refused)], every=True)
    lost = [f"  {name}: {counted(number, 'time')}" for name, number in report.lost.most_common()]
    _list("Fields without a place in data files", lost, every=True)
    if not names:
        click.echo("\nNothing has changed.")
        return
    done = "Would write" if dry_run else "Wrote"
    click.echo(f"\n{done} {', '.join((folder / name).as_posix() for name in names)}")
    if changes.added and not dry_run:
        click.echo("Next: run sphinx-recaps check, then write a sentence of your own for each entry, into `summary`.")


def _list(title: str, lines: Sequence[str], *, every: bool = False) -> None:
    if not lines:
        return
    shown = lines if every else lines[:_SHOWN]
    click.echo(f"\n{title}:")
    for line in shown:
        click.echo(line)
    if len(shown) < len(lines):
        click.echo(f"  and {len(lines) - len(shown)} more")
