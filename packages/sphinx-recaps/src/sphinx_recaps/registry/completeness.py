"""What the records of events lack, such as summaries, recordings and archived copies of links."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.records_of_files import files_with_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.data.link_copies import LinkCopies
    from sphinx_recaps.data.records import Entry
    from sphinx_recaps.registry.objects import NotedEntry


class Completeness(NamedTuple):
    """The entries of a data file that lack something: for each of :data:`CRITERIA`, in the order of the file.

    ``event`` is the folder of the file, ``total`` the number of its entries.
    """

    path: str
    kind: str
    event: str
    total: int
    lacking: Mapping[str, Sequence[NotedEntry]]


def _has_recording(entry: Entry, _copies: LinkCopies) -> bool:
    """Return whether an entry has a recording, is part of one, or says why there is none."""
    return bool(entry.video or entry.part_of or entry.recording)


def _has_checked_links(entry: Entry, copies: LinkCopies) -> bool:
    return all(map(copies.is_checked, _addresses(entry)))


def _has_copies(entry: Entry, copies: LinkCopies) -> bool:
    own = {link.url for link in (*entry.links, *entry.sources) if link.archived}
    return all(
        address in own or entry.archived_copy(address) or copies.copy(address) or copies.is_dead(address)
        for address in _addresses(entry)
    )


def _addresses(entry: Entry) -> Iterator[str]:
    """Yield the external addresses in an entry, except that of its video."""
    addresses = [entry.link, entry.image, *(link.url for link in (*entry.links, *entry.sources))]
    yield from (address for address in addresses if address and address.startswith(("https://", "http://")))


CRITERIA: Mapping[str, Callable[[Entry, LinkCopies], bool]] = {
    "summary": lambda entry, _copies: bool(entry.summary),
    "abstract": lambda entry, _copies: bool(entry.abstract),
    "recording": _has_recording,
    "transcript": lambda entry, _copies: not entry.video or bool(entry.transcript),
    "picture": lambda entry, _copies: bool(entry.image),
    "checked-links": _has_checked_links,
    "copies": _has_copies,
}


def note_overview(env: BuildEnvironment, pattern: str) -> None:
    """Note that the current page reports on the data files that match a pattern."""
    recap_domain(env).data["overviews"].setdefault(env.current_document.docname, set()).add(pattern)


def completeness(env: BuildEnvironment) -> Sequence[Completeness]:
    """Return the completeness of each data file of an event, the newest event first."""
    domain = recap_domain(env)
    return domain.keep("completeness", lambda: sorted(_of_files(env), key=partial(_newest_first, env)))


def _newest_first(env: BuildEnvironment, file: Completeness) -> tuple[int, str]:
    return -recap_domain(env).objects.events[file.event].start.toordinal(), file.path


def _of_files(env: BuildEnvironment) -> Iterator[Completeness]:
    domain = recap_domain(env)
    for file in files_with_records(env):
        if file.event in domain.objects.events and file.entries:
            lacking = {
                criterion: [noted for noted, entry in file.entries if not has(entry, domain.link_copies)]
                for criterion, has in CRITERIA.items()
            }
            yield Completeness(file.path, file.kind, file.event, len(file.entries), lacking)


def files_of(env: BuildEnvironment, pattern: str) -> Sequence[Completeness]:
    """Return the completeness of the data files that match a pattern."""
    return [file for file in completeness(env) if fnmatchcase(file.path, pattern)]


def page_of(docname: str, path: str) -> str:
    """Return the name of the generated page about a data file, below the page with the overview."""
    return f"{docname}/{path.rpartition('.')[0]}"


def lists_of_missing(env: BuildEnvironment) -> Iterator[tuple[str, str, Completeness]]:
    """Yield each generated page: its name, the page with the overview, and the data file."""
    for docname, patterns in sorted(recap_domain(env).data["overviews"].items()):
        for file in completeness(env):
            if any(fnmatchcase(file.path, pattern) for pattern in patterns):
                yield page_of(docname, file.path), docname, file
