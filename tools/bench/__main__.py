"""Measures the site and prints one table: ``python -m tools.bench``.

The exit status is 1 if a page exceeds a reproducible budget: bytes, requests, other hosts, layout shift. Times and
memory depend on the machine, so exceeding their budgets is only marked.
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
from tools.bench.report import OURS, PLAIN, STOCK, PageResults, heaviest, of_builds, of_growth, of_pages
from tools.bench.server import host
from tools.bench.table import text_of
from tools.bench.visit import VISIT, over, visit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser

    from tools.bench.load import Load
    from tools.bench.table import Section
    from tools.bench.visit import Step

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
    print("\nkB are 1,000 bytes; sizes are transferred bytes, compressed as by a static host, with headers.")
    exceeded = [*(sentence for load in ours.loads for sentence in broken(load)), *over(ours.visit)]
    for sentence in exceeded:
        print(sentence)
    return 1 if exceeded else 0


def measure(work: Path, program: str) -> tuple[list[Section], PageResults]:
    """Return the sections of the table, and the results for the pages of this site; ``program`` is a Chromium."""
    site = copy_site(work / "site")
    variants: dict[str, Sequence[str]] = {OURS: (), PLAIN: WITHOUT, STOCK: stock_options(site, work / "stock")}
    # Builds come first: their peak memory includes that of this process, which grows with the browser.
    timings = time_builds(site, work, variants, report_progress)
    growth = list(grow(work, report_progress))
    for variant in (OURS, STOCK):
        build(site, work / variant, "-j", "auto", *variants[variant])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        pages = pages_of(work / OURS)
        loads = {variant: open_all(browser, work / variant, pages, variant) for variant in (OURS, STOCK)}
        slow = [load.path for load in heaviest(loads[OURS])]
        results = {
            variant: PageResults(
                loads[variant],
                visit_slowly(browser, work / variant, slow, variant),
                visit_in_a_row(browser, work / variant),
            )
            for variant in (OURS, STOCK)
        }
        browser.close()
    return [*of_pages(results[OURS], results[STOCK]), *of_builds(timings), *of_growth(growth)], results[OURS]


def open_all(browser: Browser, folder: Path, pages: Sequence[str], variant: str) -> list[Load]:
    """Return the loads of some pages."""
    report_progress(f"Opening {len(pages)} pages, {variant}")
    with host(folder, LATE) as served:
        return [load(browser, served.address, path, PHONE) for path in pages]


def visit_in_a_row(browser: Browser, folder: Path) -> list[Step]:
    """Return what each page of a visit loads."""
    with host(folder) as served:
        return visit(browser, served.address, VISIT, PHONE)


def visit_slowly(browser: Browser, folder: Path, pages: Sequence[str], variant: str) -> dict[str, Paint]:
    """Return the paint times of some pages on a slow phone: the medians of several visits."""
    report_progress(f"Opening {len(pages)} pages {VISITS} times on a slow phone, {variant}")
    paints = {}
    with host(folder) as served:
        for path in pages:
            visits = [paint(browser, served.address, path) for _ in range(VISITS)]
            paints[path] = Paint(median(visit.first for visit in visits), median(visit.largest for visit in visits))
    return paints


def report_progress(text: str) -> None:
    """Print progress to the error stream."""
    print(text, "...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
