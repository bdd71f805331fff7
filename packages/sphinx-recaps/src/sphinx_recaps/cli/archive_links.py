"""``sphinx-recaps archive-links``: records the archived copy of each external link.

Asks the Wayback Machine for the copy of each address that is nearest to the wanted date, and records the answer in the
data file before the next request. Recorded links are not requested again, so an interrupted run can be continued.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
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
FAILURES = 3  # consecutive ones; then the service itself has a problem
GONE = {404, 410}


class CopyRequest(NamedTuple):
    """A link, and the time (up to 14 digits) to which its copy should be close; '' for today."""

    url: str
    near: str


@dataclass
class Archive:
    """Finds copies of links and records them; ``failed`` is the number of links that could not be recorded."""

    file: Path
    client: Client
    again: bool = False
    dead: bool = False
    service: str = SERVICE
    today: dt.date = field(default_factory=lambda: dt.datetime.now(tz=dt.UTC).date())
    done: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    _failures: int = 0

    def run(self, requests: Sequence[CopyRequest]) -> int:
        """Process each link that is not recorded, and return the exit code."""
        try:
            self._process_all(requests)
        except RefusedError as error:
            complain(str(error))
        self._summarise(requests)
        return 1 if self.failed else 0

    def _process_all(self, requests: Sequence[CopyRequest]) -> None:
        """Process links; raises RefusedError when the service accepts no more requests."""
        recorded = read(self.file)
        for number, (url, near) in enumerate(requests, 1):
            link = recorded.get(url, RecordedLink(url))
            prefix = f"{number:>{len(str(len(requests)))}}/{len(requests)} "
            if self.again or link.checked is None:
                link = self._record_copy(link, near, prefix)
            if self.dead:
                self._check_page(link, prefix)

    def _record_copy(self, link: RecordedLink, near: str, prefix: str) -> RecordedLink:
        try:
            time = find_copy(self.client, self.service, link.url, near or f"{self.today:%Y%m%d}")
        except RequestError as error:
            self._fail(link.url, error)
            return link
        self._failures = 0
        if time is None and link.archived:  # the service does not always find existing copies
            click.echo(f"{prefix} copy of {_day(link.archived)} kept, none found now: {link.url}")
            return link
        updated = replace(link, archived=time, checked=self.today)
        write(self.file, updated)
        self.done["with a copy" if time else "without"] += 1
        click.echo(f"{prefix} {f'copy of {_day(time)}' if time else 'no copy'}: {link.url}")
        return updated

    def _fail(self, url: str, error: RequestError) -> None:
        """Report a failed request; stop after several consecutive ones, or if the service refuses further requests."""
        self.failed += 1
        self._failures += not isinstance(error, AddressError)  # an invalid address is no problem of the service
        complain(f"{url}: the service {error}")
        if isinstance(error, RefusedError) or self._failures == FAILURES:
            msg = "The service does not answer any more; run the same command later to go on from here."
            raise RefusedError(msg) from error

    def _check_page(self, link: RecordedLink, prefix: str) -> None:
        """Mark a page as dead if it is missing twice; report a dead page that works again."""
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
            click.echo(f"{prefix} dead, answers {status}: {link.url}")

    def _summarise(self, requests: Sequence[CopyRequest]) -> None:
        recorded = read(self.file)
        unused = sorted(recorded.keys() - {address_key(link.url) for link in requests})
        summary = ", ".join(f"{number} {label}" for label, number in self.done.items()) or "nothing new"
        click.echo(f"{self.file}: {summary}; {len(recorded)} recorded in total.")
        if unused:
            click.echo(f"No page links to these any more; remove them if you do not need them: {', '.join(unused)}")


complain = partial(click.echo, err=True)


def _day(time: str) -> str:
    return f"{time[:4]}-{time[4:6]}-{time[6:8]}"


def list_links(source: Path, cache: Path | None) -> tuple[Path, list[CopyRequest]]:
    """Return the data file in the setting ``recap_links``, and the links of a project from the builder ``links``.

    Raises UnreadableError if the file is missing or has mistakes, or if the project cannot be read.
    """
    config = read_config(source, recap_links="")
    if "sphinx_recaps" not in config.extensions:
        msg = f'{source / "conf.py"}: this project does not list its links; add "sphinx_recaps" to `extensions`'
        raise UnreadableError(msg)
    if not config.recap_links:
        fix = 'write recap_links = "links.yaml", and `links: []` into that file'
        raise UnreadableError(f"{source / 'conf.py'}: `recap_links` is not set; {fix}")
    file = source / config.recap_links
    read(file)  # report its mistakes before the slow steps
    with nullcontext(str(cache)) if cache else TemporaryDirectory() as folder:
        app = run_builder(source, Path(folder), LinksBuilder.name, sys.stderr)
        links = json.loads((app.outdir / NAME).read_text(encoding="utf-8"))
    return file, [CopyRequest(link["url"], link["wanted"]) for link in links]
