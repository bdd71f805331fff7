"""Records for each link to another site which archived copy there is: ``make archive-links``.

``python -m sphinx_recaps.cli.archive_links LINKS.JSON LINKS.YAML`` takes the list that the builder ``links`` writes,
asks the Wayback Machine for the copy of each address nearest to the wanted day, and writes the answer into the data
file before it asks the next. What is recorded is not asked again, so a run that was stopped goes on where it was. Ends
with 0 when all is recorded, 1 when some is not, 2 when a file has mistakes, 130 when it was stopped.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.cli.links_file import MistakesError, read, write
from sphinx_recaps.cli.polite import FailedError, Polite, RefusedError
from sphinx_recaps.cli.wayback import SERVICE, find_copy
from sphinx_recaps.data.link_copies import address_key
from sphinx_recaps.data.records import RecordedLink

if TYPE_CHECKING:
    from collections.abc import Sequence

PAUSE = 4.0  # seconds: fifteen questions a minute
TIMEOUT = 20.0
FAILURES = 3  # one after the other; then the service itself has a problem
GONE = {404, 410}


class Wanted(NamedTuple):
    """An address of the list, and the time (up to 14 digits) near which a copy is wanted; empty: today."""

    url: str
    near: str


@dataclass
class Archive:
    """Asks about addresses and records the answers; ``failed`` counts what could not be recorded."""

    file: Path
    service: str
    client: Polite
    again: bool
    dead: bool
    today: dt.date
    done: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    _failures: int = 0

    def run(self, wanted: Sequence[Wanted]) -> None:
        """Ask about each address what is not recorded; raises RefusedError where the service wants no more."""
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
        except FailedError as error:
            self._fail(link.url, error)
            return link
        self._failures = 0
        if time is None and link.archived:  # the service does not always find what is there
            say(f"{before} copy of {_day(link.archived)} kept, none found now: {link.url}")
            return link
        asked = replace(link, archived=time, checked=self.today)
        write(self.file, asked)
        self.done["with a copy" if time else "without"] += 1
        say(f"{before} {f'copy of {_day(time)}' if time else 'no copy'}: {link.url}")
        return asked

    def _fail(self, url: str, error: FailedError) -> None:
        """Report a question without an answer; after some in a row, or when asked to, stop asking."""
        self.failed += 1
        self._failures += 1
        complain(f"{url}: the service {error}")
        if isinstance(error, RefusedError) or self._failures == FAILURES:
            msg = "the service answers no more; run the same command later, and it goes on from here"
            raise RefusedError(msg) from error

    def _ask_for_page(self, link: RecordedLink, before: str) -> None:
        """Mark a page that twice says it is not there, and report one that was marked and is."""
        try:
            status = self.client.status(link.url)
            if status in GONE and not link.dead:
                status = self.client.status(link.url)
        except FailedError as error:
            if not link.dead:
                complain(f"{link.url}: the page {error}; look at it, and write `dead: true` if it stays so")
            return
        if link.dead and status < 300:
            complain(f"{link.url}: the page answers again; take `dead: true` away if it is what it was")
        elif not link.dead and status in GONE:
            write(self.file, replace(link, dead=True))
            self.done["marked dead"] += 1
            say(f"{before} dead, answers {status}: {link.url}")


def say(line: str) -> None:
    """Print a line of progress at once."""
    print(line, flush=True)


def complain(line: str) -> None:
    """Print what went wrong."""
    print(line, file=sys.stderr, flush=True)


def _day(time: str) -> str:
    return f"{time[:4]}-{time[4:6]}-{time[6:8]}"


def read_list(path: Path) -> list[Wanted]:
    """Return the addresses of the builder's list; raises MistakesError where it is none."""
    try:
        return [Wanted(one["url"], one["wanted"]) for one in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, LookupError, TypeError) as error:
        msg = f"{path}: this is no list of links; write one with `sphinx -b links`"
        raise MistakesError(msg) from error


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="archive_links", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("list", type=Path, help="what the builder links wrote: links.json")
    parser.add_argument("file", type=Path, help="the data file: links.yaml")
    parser.add_argument("--again", action="store_true", help="ask also about what is recorded")
    parser.add_argument("--dead", action="store_true", help="ask also for the pages; mark those that answer 404 or 410")
    parser.add_argument("--service", default=SERVICE, metavar="ADDRESS", help="default: %(default)s")
    parser.add_argument(
        "--pause", type=float, default=PAUSE, metavar="SECONDS", help="between two requests to one host"
    )
    parser.add_argument("--timeout", type=float, default=TIMEOUT, metavar="SECONDS", help="default: %(default)s")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    options = _arguments(arguments)
    client = Polite(options.pause, options.timeout, complain)
    today = dt.datetime.now(tz=dt.UTC).date()
    archive = Archive(options.file, options.service, client, options.again, options.dead, today)
    try:
        wanted = read_list(options.list)
        try:
            archive.run(wanted)
        except RefusedError as error:
            complain(str(error))
        _summarise(archive, wanted)
    except MistakesError as error:
        for message in error.args:
            complain(message)
        return 2
    except KeyboardInterrupt:
        complain("Stopped. What was answered is recorded; the same command goes on from here.")
        return 130
    return 1 if archive.failed else 0


def _summarise(archive: Archive, wanted: Sequence[Wanted]) -> None:
    known = read(archive.file)
    unused = sorted(known.keys() - {address_key(one.url) for one in wanted})
    asked = ", ".join(f"{number} {what}" for what, number in archive.done.items()) or "nothing new"
    say(f"{archive.file}: {asked}; {len(known)} addresses are recorded.")
    if unused:
        say(f"On no page any more, so take them away if they are of no use: {', '.join(unused)}")


if __name__ == "__main__":
    sys.exit(main())
