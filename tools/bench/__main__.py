"""Measures the site and prints one table: ``python -m tools.bench``.

The exit status is 1 when a page is over a budget that is exact: bytes, requests, other hosts, layout shift. Times and
memory depend on the machine: what is over is marked, and fails nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.browser import FLAGS, NoChromiumError, chromium
from tools.bench.budgets import broken
from tools.bench.builds import WITHOUT, BuildFailedError, build, copy_site, grow, stock_options, time_builds
from tools.bench.load import LATE, PHONE, Paint, load, pages_of, paint
from tools.bench.report import OURS, PLAIN, STOCK, Seen, heaviest, of_builds, of_growth, of_pages
from tools.bench.server import host
from tools.bench.table import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser

    from tools.bench.load import Load
    from tools.bench.table import Section

VISITS = 3  # of each page on the slow phone


def main() -> int:
    """Measure, print the table, and return the exit status."""
    try:
        program = chromium()
        with TemporaryDirectory(prefix="bench-") as name:
            sections, ours = measure(Path(name), program)
    except (NoChromiumError, BuildFailedError) as error:
        print(error, file=sys.stderr)
        return 1
    print(text_of(sections))
    print(
        "\nkB are 1,000 bytes; what a page loads is counted on the wire, compressed as by a static host, with headers."
    )
    found = [sentence for one in ours.loads for sentence in broken(one)]
    for sentence in found:
        print(sentence)
    return 1 if found else 0


def measure(work: Path, program: str) -> tuple[list[Section], Seen]:
    """Return the sections of the table, and what was seen of this site; ``program`` is a Chromium."""
    site = copy_site(work / "site")
    ways: dict[str, Sequence[str]] = {OURS: (), PLAIN: WITHOUT, STOCK: stock_options(site, work / "stock")}
    # First, because a program counts the memory of the one that started it as its own.
    timings = time_builds(site, work, ways, say)
    growth = list(grow(work, say))
    for way in (OURS, STOCK):
        build(site, work / way, "-j", "auto", *ways[way])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        pages = pages_of(work / OURS)
        loads = {way: visit(browser, work / way, pages, way) for way in (OURS, STOCK)}
        slow = [one.path for one in heaviest(loads[OURS])]
        seen = {way: Seen(loads[way], visit_slowly(browser, work / way, slow, way)) for way in (OURS, STOCK)}
        browser.close()
    return [*of_pages(seen[OURS], seen[STOCK]), *of_builds(timings), *of_growth(growth)], seen[OURS]


def visit(browser: Browser, folder: Path, pages: Sequence[str], way: str) -> list[Load]:
    """Return what some pages load."""
    say(f"Opening {len(pages)} pages, {way}")
    with host(folder, LATE) as served:
        return [load(browser, served.address, path, PHONE) for path in pages]


def visit_slowly(browser: Browser, folder: Path, pages: Sequence[str], way: str) -> dict[str, Paint]:
    """Return when a slow phone paints some pages; the median of several visits."""
    say(f"Opening {len(pages)} pages {VISITS} times on a slow phone, {way}")
    found = {}
    with host(folder) as served:
        for path in pages:
            visits = [paint(browser, served.address, path) for _ in range(VISITS)]
            found[path] = Paint(median(one.first for one in visits), median(one.largest for one in visits))
    return found


def say(text: str) -> None:
    """Say what is being done, beside the table."""
    print(text, "...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
