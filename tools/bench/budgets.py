"""Budgets for what pages load, by kind of page. They are reproducible, so the tests check them on every page, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tools.bench.load import Load


class Kind(NamedTuple):
    """A kind of page: its name, a selector for it, and its budget (transferred bytes, requests)."""

    name: str
    selector: str
    bytes: int
    requests: int


# A page is of the first kind whose selector matches. 1 kB is 1,000 bytes, as in Lighthouse.
KINDS = (
    Kind("search", ".recap-search-page", 40_000, 9),  # before anybody searches
    Kind("reference", "dl.recap-reference", 65_000, 10),  # examples of all directives and roles
    Kind("catalogue", ".recap-catalogue", 65_000, 10),
    Kind("index", ".recap-index", 65_000, 10),  # People, Topics: lists, like catalogues
    Kind("recap", ".recap-event", 50_000, 9),  # an event: facts, videos with covers, a card
    Kind("home", "ul.ways", 50_000, 9),  # the latest recap and how to contribute
    Kind("text", "html", 40_000, 8),
)


def broken(load: Load) -> list[str]:
    """Return a message for each budget that a page exceeds, for requests to other hosts, and for layout shift."""
    kind, exceeded = load.kind, []
    if load.bytes > kind.bytes:
        exceeded.append(f"{load.bytes:,} bytes; a {kind.name} page may load {kind.bytes:,}")
    if load.requests > kind.requests:
        exceeded.append(f"{load.requests} requests; a {kind.name} page may make {kind.requests}")
    if load.others:
        exceeded.append(f"requests to other hosts: {', '.join(load.others)}")
    if load.missing:
        exceeded.append(f"requests for missing files: {', '.join(load.missing)}")
    if load.shift:
        exceeded.append(f"moves while it loads: layout shift {load.shift:.6f} of {' | '.join(load.moved)}")
    return [f"{load.path}: {sentence}" for sentence in exceeded]
