"""The subcommands of ``sphinx-recaps``: their arguments and help texts; other modules do the work."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

import sphinx_recaps as package
from sphinx_recaps.cli import archive_links as archive
from sphinx_recaps.cli import check as checks
from sphinx_recaps.cli import new as scaffolds
from sphinx_recaps.cli.form import format_files, unformatted
from sphinx_recaps.cli.http import Client
from sphinx_recaps.cli.images import LIMITS, fetch_images
from sphinx_recaps.cli.project import FOLDERS, UnreadableError, find_source
from sphinx_recaps.data.fields import day, day_or_period, web_address
from sphinx_recaps.data.schema import write_schemas

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

_DIRECTORY = click.Path(path_type=Path, file_okay=False)
_source = click.argument("source", type=_DIRECTORY, required=False)
_source_option = click.option(
    "--source", type=_DIRECTORY, help=f"The folder with conf.py; by default the first of {', '.join(FOLDERS)}."
)
_cache = click.option(
    "--cache", type=_DIRECTORY, help="Keep what was read in this folder; the next run reads what changed."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package.__version__)
def sphinx_recaps() -> None:
    """Help with pages and data files about events, in any Sphinx project.

    SOURCE is the folder with conf.py. Without it, the commands look in the current folder, docs, doc, source and
    docs/source.
    """


@sphinx_recaps.command()
@_source
@_cache
def check(source: Path | None, cache: Path | None) -> int:
    """List every mistake in pages and data files, without a build.

    Each line says file, line, what is wrong and what to write instead. Exits with 1 if there are mistakes. Data files
    that `sphinx-recaps format` would change are named, too, but this is not a mistake.

    Example: sphinx-recaps check docs
    """
    directory = find_source(source)
    with nullcontext(str(cache)) if cache else TemporaryDirectory() as folder:
        mistakes, scope = checks.check(directory, Path(folder))
    located = [
        mistake._replace(path=(directory / mistake.path).as_posix()) if mistake.path else mistake
        for mistake in mistakes
    ]
    checks.print_advice(unformatted(directory), sys.stdout, os.environ)
    return checks.print_mistakes(located, scope, sys.stdout, os.environ)


@sphinx_recaps.command("format")
@click.argument("files", type=click.Path(path_type=Path, dir_okay=False), nargs=-1, required=True)
def format_command(files: tuple[Path, ...]) -> int:
    """Bring data files into one form: order of keys, quotes, width. Comments are kept.

    Exits with 1 if a file has mistakes in its YAML; it is then left as it is.

    Example: sphinx-recaps format recaps/2024-orchid-days/*.yaml
    """
    return format_files(files)


@sphinx_recaps.group()
def new() -> None:
    """Create the folder of an event, or a page."""


@new.command()
@click.argument("name", required=False)
@click.argument("date", required=False)
@click.option("--folder", type=Path, help="Where to create it; by default beside the other events of the project.")
@_source_option
def recap(name: str | None, date: str | None, folder: Path | None, source: Path | None) -> int:
    """Create the folder of an event, with pages and data files to fill in.

    DATE is its first day. At a terminal, the command asks for what is missing.

    Example: sphinx-recaps new recap "Orchid Days 2024" 2024-03-15
    """
    directory = find_source(source)
    example = 'sphinx-recaps new recap "Orchid Days 2024" 2024-03-15'
    name = _ask(name, "Name", "NAME", example)
    date = _ask(date, "First day (year-month-day)", "DATE", example)
    return _created(lambda: scaffolds.create_recap(directory, name, date, folder), scaffolds.NEXT_FOR_RECAP)


@new.command()
@click.argument("name", required=False)
@click.option("--folder", type=Path, help="Where to create it; by default the source folder.")
@_source_option
def page(name: str | None, folder: Path | None, source: Path | None) -> int:
    """Create a page with a heading and a description.

    Example: sphinx-recaps new page "Growing orchids" --folder guides
    """
    directory = find_source(source)
    name = _ask(name, "Name", "NAME", 'sphinx-recaps new page "Growing orchids"')
    return _created(lambda: scaffolds.create_page(directory, name, folder), scaffolds.NEXT_FOR_PAGE)


def _ask(given: str | None, question: str, argument: str, example: str) -> str:
    """Return a given argument; otherwise, ask for it at a terminal."""
    if given:
        return given
    if not sys.stdin.isatty():
        raise click.UsageError(f"{argument} is missing; write {example}")
    return str(click.prompt(question, type=str)).strip()


def _created(create: Callable[[], list[Path]], next_steps: str) -> int:
    try:
        created = create()
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except FileExistsError as error:
        msg = f"{error.filename or error.args[0]} exists already and was not changed; choose another name, or edit it"
        raise click.ClickException(msg) from error
    except OSError as error:
        raise UnreadableError(f"{error.filename} cannot be written ({error.strerror})") from error
    for path in created:
        click.echo(f"Created {path.as_posix()}")
    click.echo(f"\nNext:\n{next_steps}")
    return 0


def _day(_context: click.Context, option: click.Parameter, value: str | None) -> dt.date | None:
    """Convert the value of an option to a date; the first day of an event can be a month or a year."""
    try:
        return (day_or_period if option.name == "start" else day)(value) if value else None
    except ValueError as error:
        raise click.BadParameter(str(error), param=option) from error


def _address(_context: click.Context, option: click.Parameter, value: str) -> str:
    """Check the value of an option that is the address of a page."""
    try:
        return web_address(value) if value else ""
    except ValueError as error:
        raise click.BadParameter(str(error), param=option) from error


def _columns(_context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = tuple((meaning.strip(), name.strip()) for meaning, _, name in (value.partition("=") for value in values))
    if not all(meaning and name for meaning, name in pairs):
        raise click.BadParameter("write the meaning, =, and the name of the column: title=Talk", param=option)
    return pairs


@sphinx_recaps.command("import")
@click.argument("files", type=click.Path(path_type=Path, exists=True), nargs=-1, required=True)
@click.option("--into", type=_DIRECTORY, required=True, help="The folder of the event; it is created if it is missing.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.option(
    "--column", "columns", multiple=True, callback=_columns, help="What a column of a table means: title=Talk."
)
@click.option(
    "--kind",
    default="",
    help="The kind of entries that do not say theirs; by default talk, if the project has it, or session.",
)
@click.option("--timezone", default="", help="The time zone of the event, such as Europe/Berlin.")
@click.option(
    "--url", default="", callback=_address, help="Where readers can open the file; it becomes a source of the event."
)
@click.option(
    "--date", callback=_day, help="The date of the file; by default the one in it, or else the day it was last changed."
)
@click.option("--name", default="", help="The name of a new event; by default the one in the file.")
@click.option("--start", callback=_day, help="The first day of a new event, if the file has no dates.")
def import_command(files: tuple[Path, ...], into: Path, *, dry_run: bool, **options: object) -> int:
    """Make the data files of an event from its programme, without an API key or the network.

    FILES are recognised by what they contain: schedule.json or schedule.xml of frab and pretalx, answers of the API of
    pretalx, JSON of Sessionize, iCalendar files such as all.ics of Sched, tables (CSV, TSV, XLSX) and lists of records
    (JSON, YAML), info.json of yt-dlp for a video or playlist, folders of PyVideo and RubyEvents.

    Importing a newer file updates what its source changed, and keeps what you wrote.

    Example: sphinx-recaps import schedule.json --into recaps/2024-orchid-days
    """
    from sphinx_recaps.cli.import_programme import import_files  # noqa: PLC0415 (half a second for its libraries)

    return import_files(files, into, options, dry_run=dry_run)


@sphinx_recaps.command()
@_source
def images(source: Path | None) -> int:
    """Fetch the images that data files name by address.

    Copies go into the folder images beside the data file, and pages show them. Files that exclude_patterns excludes
    are left out. Exits with 1 if an image could not be fetched.

    Example: sphinx-recaps images docs
    """
    return fetch_images(find_source(source), Client(LIMITS), sys.stdout)


@sphinx_recaps.command("archive-links")
@_source
@_cache
@click.option("--again", is_flag=True, help="Ask also about addresses that are recorded.")
@click.option("--dead", is_flag=True, help="Request the pages too, and mark those that answer 404 or 410.")
def archive_links(source: Path | None, cache: Path | None, *, again: bool, dead: bool) -> int:
    """Record which archived copies of links exist.

    Asks the Wayback Machine and writes the answers into the file that recap_links in conf.py names; pages then link to
    these copies. Asks about fifteen addresses a minute. Exits with 1 if something could not be recorded.

    Example: sphinx-recaps archive-links --dead
    """
    file, requests = archive.list_links(find_source(source), cache)
    client = Client(archive.LIMITS, report=archive.complain)
    return archive.Archive(file, client, again=again, dead=dead).run(requests)


@sphinx_recaps.command()
@click.option("--output", type=_DIRECTORY, default=Path("schema"), help="The folder to write to; by default schema.")
@click.option("--kind", "kinds", multiple=True, help="A kind of entry that the project declares in recap_kinds.")
def schema(output: Path, kinds: tuple[str, ...]) -> int:
    """Write the JSON Schemas of the data files, with which editors complete and check them.

    Example: sphinx-recaps schema --output docs/_static/schema
    """
    try:
        for path in write_schemas(output, kinds):
            click.echo(f"Wrote {path.as_posix()}")
    except OSError as error:
        raise UnreadableError(f"{error.filename} cannot be written ({error.strerror})") from error
    return 0
