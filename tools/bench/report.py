"""The sections of the table: each figure with its budget and the value for default settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tools.bench.budgets import KINDS, broken
from tools.bench.table import Row, Section
from tools.bench.visit import NEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tools.bench.builds import Cost, Growth, Timing
    from tools.bench.load import Load, Paint
    from tools.bench.visit import Step

OURS, PLAIN, STOCK = "this site", "without the pass", "default settings"
COLD, UNCHANGED = 20, 2  # budgets in seconds for a build of the site, from scratch and without changes
PASS = 1.3  # budget for the time of a build with the pass, relative to that without it
MEMORY, PAGED_MEMORY = 250, 500  # MB, for an archive of realistic size, without and with pages of entries
PAGE, LEAN_PAGE = 3, 6  # ms of CPU for the page of an entry, without and with the pass
ONLY_LISTS = "only lists"


class PageResults(NamedTuple):
    """Measurements in the browser: the load of each page, the paint times of one page of each kind, and a visit."""

    loads: Sequence[Load]
    paints: Mapping[str, Paint]
    visit: Sequence[Step]


def heaviest(loads: Sequence[Load]) -> Iterator[Load]:
    """Yield the heaviest page of each kind."""
    for kind in KINDS:
        yield from sorted((load for load in loads if load.kind == kind), key=lambda load: -load.bytes)[:1]


def _kb(size: float) -> str:
    return f"{size / 1000:.1f}"


# -- Pages -------------------------------------------------------------------------------------------------------------


def of_pages(ours: PageResults, stock: PageResults) -> Iterator[Section]:
    """Yield the sections on what pages load, use and paint."""
    stock_loads = {load.path: load for load in stock.loads}
    pairs = [(load, stock_loads[load.path]) for load in ours.loads]
    kinds = [(load, stock_loads[load.path]) for load in heaviest(ours.loads)]
    pairs.sort(key=lambda pair: KINDS.index(pair[0].kind))
    yield Section("What a page loads: kB in requests", STOCK, [_weight(load, compared) for load, compared in pairs])
    yield Section(
        "The same after scrolling to the end: kB",
        STOCK,
        [Row(_name(load), _kb(load.read), compared=_kb(compared.read)) for load, compared in kinds],
    )
    steps = list(zip(ours.visit, stock.visit, strict=True))
    yield Section(
        "A visit, page by page, beyond HTML and pictures: kB",
        STOCK,
        [
            Row(
                one.path,
                _kb(one.rest),
                _kb(NEXT) if place else "",
                _kb(other.rest),
                one.rest <= NEXT if place else None,
            )
            for place, (one, other) in enumerate(steps)
        ],
    )
    yield Section("All pages together", STOCK, list(_sums(ours.loads, stock.loads)))
    yield Section(
        "Style sheets: kB uncompressed, and unused share",
        STOCK,
        [Row(_name(load), _unused(load), compared=_unused(compared)) for load, compared in kinds],
    )
    yield Section(
        "First / largest paint on a slow phone: ms",
        STOCK,
        [Row(_name(load), _paint(ours, load), compared=_paint(stock, load)) for load, _ in kinds],
    )


def _name(load: Load) -> str:
    return f"{load.path} ({load.kind.name})"


def _weight(load: Load, compared: Load) -> Row:
    within = load.bytes <= load.kind.bytes and load.requests <= load.kind.requests
    budget = f"{_kb(load.kind.bytes)} in {load.kind.requests:2}"
    return Row(
        _name(load),
        f"{_kb(load.bytes)} in {load.requests:2}",
        budget,
        f"{_kb(compared.bytes)} in {compared.requests:2}",
        within,
    )


def _sums(ours: Sequence[Load], stock: Sequence[Load]) -> Iterator[Row]:
    for label, count in (
        ("requests to other hosts", lambda load: len(load.others)),
        ("requests for missing files", lambda load: len(load.missing)),
    ):
        number = sum(map(count, ours))
        yield Row(label, str(number), "0", str(sum(map(count, stock))), number == 0)
    shift = max(load.shift for load in ours)
    yield Row("layout shift, the largest", f"{shift:.6f}", "0", f"{max(load.shift for load in stock):.6f}", shift == 0)
    over = sum(bool(broken(load)) for load in ours)
    yield Row("pages over a budget", str(over), "0", "", over == 0)


def _unused(load: Load) -> str:
    return f"{_kb(load.css)}, {load.unused / max(1, load.css):.0%}"


def _paint(results: PageResults, load: Load) -> str:
    paint = results.paints[load.path]
    return f"{paint.first:.0f} / {paint.largest:.0f}"


# -- Builds ------------------------------------------------------------------------------------------------------------

_STEPS = {"cold": "from scratch", "unchanged": "nothing changed", "changed": "one entry changed"}
_CLOCK = {"cold": COLD, "unchanged": UNCHANGED}


def of_builds(timings: Mapping[str, Timing]) -> Iterator[Section]:
    """Yield the sections on building the site: its duration, and the cost of the pass."""
    ours, plain, stock = (timings[variant] for variant in (OURS, PLAIN, STOCK))
    rows = []
    for step, label in _STEPS.items():
        clock, limit = getattr(ours, step).clock, _CLOCK.get(step)
        kept = None if limit is None else clock <= limit
        rows.append(Row(label, f"{clock:.1f}", str(limit or ""), f"{getattr(stock, step).clock:.1f}", kept))
    rows.append(Row("pages that differ then", str(ours.written), compared=str(stock.written)))
    yield Section("Building the site: wall-clock s", STOCK, rows)
    rows = [_busy(label, getattr(ours, step), getattr(plain, step)) for step, label in _STEPS.items()]
    yield Section("Building the site: CPU s", PLAIN, rows)


def of_growth(growth: Sequence[Growth]) -> Iterator[Section]:
    """Yield the sections on archives of growing size, with and without pages of entries."""
    named = [(f"{archive.entries:,} entries in {archive.events} events", archive) for archive in growth]
    rows = [Row(name, f"{one.lean.busy:.1f}", compared=f"{one.lists.busy:.1f}") for name, one in named]
    yield Section("Building an archive: CPU s", ONLY_LISTS, rows)
    rows = [_per_page(name, one.entries, one.plain, one.lists, PAGE) for name, one in named]
    rows += [
        _per_page(f"{name}, with the pass", one.entries, one.lean, one.lean_lists, LEAN_PAGE) for name, one in named
    ]
    yield Section("The page of an entry: CPU ms", ONLY_LISTS, rows)
    rows = [_memory(name, one.lean, PAGED_MEMORY, one.lists) for name, one in named]
    rows += [_memory(f"{name}, {ONLY_LISTS}", one.lists, MEMORY, one.lists) for name, one in named]
    yield Section("Building an archive: peak MB", ONLY_LISTS, rows)


def _per_page(label: str, entries: int, cost: Cost, lists: Cost, limit: float) -> Row:
    each = 1000 * (cost.busy - lists.busy) / entries
    return Row(label, f"{each:.1f}", str(limit), "0.0", each <= limit)


def _busy(label: str, cost: Cost, plain: Cost) -> Row:
    limit = PASS * plain.busy
    return Row(label, f"{cost.busy:.1f}", f"{limit:.1f}", f"{plain.busy:.1f}", cost.busy <= limit)


def _memory(label: str, cost: Cost, limit: float, lists: Cost) -> Row:
    return Row(label, f"{cost.memory:.0f}", str(limit), f"{lists.memory:.0f}", cost.memory <= limit)
