"""``sphinx-recaps archive-links``: records for each link to another site which archived copy exists.

Asks the Wayback Machine for the copy of each address nearest to the wanted day, and writes the answer into the data
file before the next request. What is recorded is not asked again, so a run that was stopped goes on where it was.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import click

from sphinx_recaps.archive.builder import NAME, LinksBuilder
from sphinx_recaps.cli.http import Limits, RefusedError, RequestError
from sphinx_recaps.cli.links_file import read, write
from sphinx_recaps.cli.project import UnreadableError, read_config, run_builder
from sphinx_recaps.cli.wayback import SERVICE, AddressError, find_copy
from sphinx_recaps.data.link_copies import address_key
from sphinx_recaps.data.records import RecordedLink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx_recaps.cli.http import Client

LIMITS = Limits(pause=4, timeout=20, total=60, longest_wait=600)  # fifteen requests a minute
FAILURES = 3  # in a row; then the service itself has a problem
GONE = {404, 410}


class Wanted(NamedTuple):
    """An address of the list, and the time (up to 14 digits) near which a copy is wanted; empty: today."""

    url: str
    near: str


@dataclass
class Archive:
    """Asks about addresses and records the answers; ``failed`` counts what could not be recorded."""

    file: Path
    client: Client
    again: bool = False
    dead: bool = False
    service: str = SERVICE
    today: dt.date = field(default_factory=lambda: dt.datetime.now(tz=dt.UTC).date())
    done: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    _failures: int = 0

    def run(self, wanted: Sequence[Wanted]) -> int:
        """Ask about each address that is not recorded, and return the exit code."""
        try:
            self._ask_for_all(wanted)
        except RefusedError as error:
            complain(str(error))
        self._summarise(wanted)
        return 1 if self.failed else 0

    def _ask_for_all(self, wanted: Sequence[Wanted]) -> None:
        """Ask until the service accepts no more requests; then raises RefusedError."""
        known = read(self.file)
        for number, one in enumerate(wanted, 1):
            link = known.get(one.url, RecordedLink(one.url))
            before = f"{number:>{len(str(len(wanted)))}}/{len(wanted)} "
            if self.again or link.checked is None:
                link = self._ask_for_copy(link, one.near, before)
            if self.dead:
                self._ask_for_page(link, before)

    def _ask_for_copy(self, link: RecordedLink, near: str, before: str) -> RecordedLink:
        try:
            time = find_copy(self.client, self.service, link.url, near or f"{self.today:%Y%m%d}")
        except RequestError as error:
            self._fail(link.url, error)
            return link
        self._failures = 0
        if time is None and link.archived:  # the service does not always find what is there
            click.echo(f"{before} copy of {_day(link.archived)} kept, none found now: {link.url}")
            return link
        asked = replace(link, archived=time, checked=self.today)
        write(self.file, asked)
        self.done["with a copy" if time else "without"] += 1
        click.echo(f"{before} {f'copy of {_day(time)}' if time else 'no copy'}: {link.url}")
        return asked

    def _fail(self, url: str, error: RequestError) -> None:
        """Report a request without an answer; after some in a row, or when the service asks for it, stop."""
        self.failed += 1
        self._failures += not isinstance(error, AddressError)  # which says nothing of the service
        complain(f"{url}: the service {error}")
        if isinstance(error, RefusedError) or self._failures == FAILURES:
            msg = "The service does not answer any more; run the same command later to go on from here."
            raise RefusedError(msg) from error

    def _ask_for_page(self, link: RecordedLink, before: str) -> None:
        """Mark a page that twice says it is not there, and report one that is marked and answers."""
        try:
            status = self.client.status(link.url)
            if status in GONE and not link.dead:
                status = self.client.status(link.url)
        except RequestError as error:
            if not link.dead:
                complain(f"{link.url}: the page {error}; look at it, and write `dead: true` if it stays so")
            return
        if link.dead and status < 300:
            complain(f"{link.url}: the page answers again; remove `dead: true` if it is what it was")
        elif not link.dead and status in GONE:
            write(self.file, replace(link, dead=True))
            self.done["marked dead"] += 1
            click.echo(f"{before} dead, answers {status}: {link.url}")

    def _summarise(self, wanted: Sequence[Wanted]) -> None:
        known = read(self.file)
        unused = sorted(known.keys() - {address_key(one.url) for one in wanted})
        asked = ", ".join(f"{number} {what}" for what, number in self.done.items()) or "nothing new"
        click.echo(f"{self.file}: {asked}; {len(known)} recorded in total.")
        if unused:
            click.echo(f"No page has these any more; remove them if they are of no use: {', '.join(unused)}")


def complain(line: str) -> None:
    """Print what went wrong."""
    click.echo(line, err=True)


def _day(time: str) -> str:
    return f"{time[:4]}-{time[4:6]}-{time[6:8]}"


def list_links(source: Path, cache: Path | None) -> tuple[Path, list[Wanted]]:
    """Return the data file that ``recap_links`` names, and the links of a project as its builder ``links`` lists them.

    Raises UnreadableError where there is no such file, where it has mistakes, or where the project cannot be read.
    """
    config = read_config(source, recap_links="")
    if "sphinx_recaps" not in config.extensions:
        msg = f'{source / "conf.py"}: this project does not list its links; add "sphinx_recaps" to `extensions`'
        raise UnreadableError(msg)
    if not config.recap_links:
        fix = 'write recap_links = "links.yaml", and `links: []` into that file'
        msg = f"{source / 'conf.py'}: `recap_links` is not set; {fix}"
        raise UnreadableError(msg)
    file = source / config.recap_links
    read(file)  # its mistakes are reported before the minutes that the rest takes
    with nullcontext(str(cache)) if cache else TemporaryDirectory() as folder:
        app = run_builder(source, Path(folder), LinksBuilder.name, sys.stderr)
        found = json.loads((app.outdir / NAME).read_text(encoding="utf-8"))
    return file, [Wanted(one["url"], one["wanted"]) for one in found]
