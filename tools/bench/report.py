"""The sections of the table: each figure with its budget and the value for default settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tools.bench.budgets import KINDS, broken
from tools.bench.table import Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tools.bench.builds import Cost, Growth, Timing
    from tools.bench.load import Load, Paint

OURS, PLAIN, STOCK = "this site", "without the pass", "default settings"
COLD, UNCHANGED = 20, 2  # budgets in seconds for a build of the site, from scratch and without changes
PASS = 1.3  # budget for the time of a build with the pass, relative to that without it
MEMORY = 250  # MB, for an archive of realistic size


class Seen(NamedTuple):
    """Measurements in the browser: the load of each page, and the paint times of one page of each kind."""

    loads: Sequence[Load]
    paints: Mapping[str, Paint]


def heaviest(loads: Sequence[Load]) -> Iterator[Load]:
    """Yield the heaviest page of each kind."""
    for kind in KINDS:
        yield from sorted((one for one in loads if one.kind == kind), key=lambda one: -one.bytes)[:1]


def _kb(size: float) -> str:
    return f"{size / 1000:.1f}"


# -- Pages -------------------------------------------------------------------------------------------------------------


def of_pages(ours: Seen, stock: Seen) -> Iterator[Section]:
    """Yield the sections on what pages load, use and paint."""
    elsewhere = {one.path: one for one in stock.loads}
    pairs = [(one, elsewhere[one.path]) for one in ours.loads]
    kinds = [(one, elsewhere[one.path]) for one in heaviest(ours.loads)]
    pairs.sort(key=lambda pair: KINDS.index(pair[0].kind))
    yield Section("What a page loads: kB in requests", STOCK, [_weight(one, other) for one, other in pairs])
    yield Section(
        "The same after scrolling to the end: kB",
        STOCK,
        [Row(_name(one), _kb(one.read), compared=_kb(other.read)) for one, other in kinds],
    )
    yield Section("All pages together", STOCK, list(_sums(ours.loads, stock.loads)))
    yield Section(
        "Style sheets: kB uncompressed, and unused share",
        STOCK,
        [Row(_name(one), _unused(one), compared=_unused(other)) for one, other in kinds],
    )
    yield Section(
        "First / largest paint on a slow phone: ms",
        STOCK,
        [Row(_name(one), _paint(ours, one), compared=_paint(stock, one)) for one, _ in kinds],
    )


def _name(one: Load) -> str:
    return f"{one.path} ({one.kind.name})"


def _weight(one: Load, other: Load) -> Row:
    within = one.bytes <= one.kind.bytes and one.requests <= one.kind.requests
    budget = f"{_kb(one.kind.bytes)} in {one.kind.requests:2}"
    return Row(
        _name(one), f"{_kb(one.bytes)} in {one.requests:2}", budget, f"{_kb(other.bytes)} in {other.requests:2}", within
    )


def _sums(ours: Sequence[Load], stock: Sequence[Load]) -> Iterator[Row]:
    for what, count in (
        ("requests to other hosts", lambda one: len(one.others)),
        ("requests for missing files", lambda one: len(one.missing)),
    ):
        found = sum(map(count, ours))
        yield Row(what, str(found), "0", str(sum(map(count, stock))), found == 0)
    shift = max(one.shift for one in ours)
    yield Row("layout shift, the largest", f"{shift:.6f}", "0", f"{max(one.shift for one in stock):.6f}", shift == 0)
    over = sum(bool(broken(one)) for one in ours)
    yield Row("pages over a budget", str(over), "0", "", over == 0)


def _unused(one: Load) -> str:
    return f"{_kb(one.css)}, {one.unused / max(1, one.css):.0%}"


def _paint(seen: Seen, one: Load) -> str:
    paint = seen.paints[one.path]
    return f"{paint.first:.0f} / {paint.largest:.0f}"


# -- Builds ------------------------------------------------------------------------------------------------------------

_STEPS = {"cold": "from nothing", "unchanged": "nothing changed", "changed": "one entry changed"}
_CLOCK = {"cold": COLD, "unchanged": UNCHANGED}


def of_builds(timings: Mapping[str, Timing]) -> Iterator[Section]:
    """Yield the sections on building the site: its duration, and the cost of the pass."""
    ours, plain, stock = (timings[way] for way in (OURS, PLAIN, STOCK))
    rows = []
    for step, what in _STEPS.items():
        clock, limit = getattr(ours, step).clock, _CLOCK.get(step)
        kept = None if limit is None else clock <= limit
        rows.append(Row(what, f"{clock:.1f}", str(limit or ""), f"{getattr(stock, step).clock:.1f}", kept))
    rows.append(Row("pages that differ then", str(ours.written), compared=str(stock.written)))
    yield Section("Building the site: wall-clock s", STOCK, rows)
    rows = [_busy(what, getattr(ours, step), getattr(plain, step)) for step, what in _STEPS.items()]
    yield Section("Building the site: CPU s", PLAIN, rows)


def of_growth(growth: Sequence[Growth]) -> Iterator[Section]:
    """Yield the sections on archives of growing size."""
    names = [f"{one.entries:,} entries in {one.events} events" for one in growth]
    rows = [_busy(name, one.lean, one.plain) for name, one in zip(names, growth, strict=True)]
    yield Section("Building an archive: CPU s", PLAIN, rows)
    rows = [_memory(name, one.lean, one.plain) for name, one in zip(names, growth, strict=True)]
    yield Section("Building an archive: peak MB", PLAIN, rows)


def _busy(what: str, cost: Cost, plain: Cost) -> Row:
    limit = PASS * plain.busy
    return Row(what, f"{cost.busy:.1f}", f"{limit:.1f}", f"{plain.busy:.1f}", cost.busy <= limit)


def _memory(what: str, cost: Cost, plain: Cost) -> Row:
    return Row(what, f"{cost.memory:.0f}", str(MEMORY), f"{plain.memory:.0f}", cost.memory <= MEMORY)
