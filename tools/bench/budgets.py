"""What pages may load, by kind of page. The figures are exact, so the tests hold every page to them, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tools.bench.load import Load


class Kind(NamedTuple):
    """A kind of page: its name, what only such pages have, and what one may load (bytes on the wire, requests)."""

    name: str
    selector: str
    bytes: int
    requests: int


# A page is of the first kind whose selector it has. A kB is 1,000 bytes, as Lighthouse counts.
KINDS = (
    Kind("search", "#search-results", 65_000, 10),  # asks for the index of the whole site
    Kind("reference", "dl.recap-reference", 65_000, 10),  # an example of every directive and role
    Kind("catalogue", ".recap-catalogue", 65_000, 10),
    Kind("index", ".recap-index", 65_000, 10),  # People, Topics: lists, as catalogues are
    Kind("recap", ".recap-event", 50_000, 9),  # an event: its facts, its videos with their covers, a card
    Kind("home", "ul.ways", 50_000, 9),  # the latest recap and the ways to take part
    Kind("text", "html", 40_000, 8),
)


def broken(load: Load) -> list[str]:
    """Return a sentence for each budget that a page is over; nobody but the site is asked, and nothing moves."""
    kind, found = load.kind, []
    if load.bytes > kind.bytes:
        found.append(f"{load.bytes:,} bytes; a {kind.name} page may load {kind.bytes:,}")
    if load.requests > kind.requests:
        found.append(f"{load.requests} requests; a {kind.name} page may make {kind.requests}")
    if load.others:
        found.append(f"asks other hosts: {', '.join(load.others)}")
    if load.missing:
        found.append(f"asks for what is not there: {', '.join(load.missing)}")
    if load.shift:
        found.append(f"moves while it loads: layout shift {load.shift:.6f} of {' | '.join(load.moved)}")
    return [f"{load.path}: {sentence}" for sentence in found]
