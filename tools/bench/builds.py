"""Measures the build time of the site, and how time and memory grow with its size."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

from tests.archive import Size, write_archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).parents[2]
ENTRIES = (100, 1_000, 5_000, 20_000)
WITHOUT = ("-D", "lean=0")
ONLY_LISTS = ("-D", "recap_entry_pages=0")
TURNS = 5  # builds of the site; shared machines vary in speed
GROWTH_TURNS = 3  # builds of an archive; of the largest, which takes minutes, there is one
# The settings of a project that only chose the theme: those of the site without any for HTML. Syntax and settings of
# the extension are needed to read the pages.
STOCK = """\
import runpy

site = runpy.run_path({conf!r})
left_out = ("_", "html_", "templates_path", "setup")
globals().update({{name: value for name, value in site.items() if not name.startswith(left_out)}})
extensions = [name for name in site["extensions"] if name != "sphinx_lean"]
html_theme = site["html_theme"]
"""


@dataclass(frozen=True)
class Cost:
    """The cost of a build: wall-clock seconds, CPU seconds, and peak memory in MB of its largest process."""

    clock: float
    busy: float
    memory: float


class BuildFailedError(Exception):
    """A build failed; the message is its output."""


def build(source: Path, out: Path, *options: str) -> Cost:
    """Build a project as `make html` does, with its doctrees beside the output, incrementally."""
    log = out.with_suffix(".log")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", str(out.with_suffix(".doctrees"))]
    start = perf_counter()
    with log.open("w") as file:
        process = subprocess.Popen([*command, *options, str(source), str(out)], stdout=file, stderr=file)  # noqa: S603
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # it has ended
    if process.returncode:
        raise BuildFailedError(log.read_text(encoding="utf-8"))
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
    memory = usage.ru_maxrss * unit / 1e6
    return Cost(perf_counter() - start, usage.ru_utime + usage.ru_stime, memory)


def copy_site(folder: Path) -> Path:
    """Return a modifiable copy of the site's sources."""
    left_out = shutil.ignore_patterns(".*", "_build", "__pycache__", "tests", "tools")
    return Path(shutil.copytree(ROOT, folder, ignore=left_out))


def stock_options(site: Path, folder: Path) -> tuple[str, ...]:
    """Return options to build a site with default settings; ``folder`` must be empty."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "conf.py").write_text(STOCK.format(conf=str(site / "conf.py")), encoding="utf-8")
    return ("-c", str(folder))


@dataclass(frozen=True)
class Timing:
    """The cost of building a site: from scratch, without changes, and after one entry changed."""

    cold: Cost
    unchanged: Cost
    changed: Cost
    written: int  # pages that differ after that change


def time_builds(
    site: Path, work: Path, variants: dict[str, Sequence[str]], report_progress: Callable[[str], None]
) -> dict[str, Timing]:
    """Build variants of a site, alternating for equal conditions, and return the medians of each."""
    measured: dict[str, list[Timing]] = {name: [] for name in variants}
    for turn in range(TURNS):
        for name, options in variants.items():
            report_progress(f"Building the site, {name}: {turn + 1} of {TURNS}")
            out = work / f"{name}-{turn}".replace(" ", "-")
            measured[name].append(_time_build(site, out, ("-j", "auto", *options)))
    return {
        name: Timing(
            cold=_median([timing.cold for timing in timings]),
            unchanged=_median([timing.unchanged for timing in timings]),
            changed=_median([timing.changed for timing in timings]),
            written=timings[0].written,
        )
        for name, timings in measured.items()
    }


def _time_build(site: Path, out: Path, options: Sequence[str]) -> Timing:
    cold = build(site, out, *options)
    unchanged = build(site, out, *options)
    before = _pages(out)
    with changed_entry(site):
        changed = build(site, out, *options)
        after = _pages(out)
    return Timing(cold, unchanged, changed, sum(before.get(page) != text for page, text in after.items()))


def _pages(out: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in out.rglob("*.html")}


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(median(getattr(cost, name) for cost in costs) for name in ("clock", "busy", "memory")))


@contextmanager
def changed_entry(site: Path) -> Iterator[None]:
    """Change the title of the first entry in the longest list, within the context."""
    lists = [path for path in site.glob("recaps/*/*.yaml") if "\nentries:" in path.read_text(encoding="utf-8")]
    path = max(lists, key=lambda path: path.stat().st_size)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^( +title: \w.*)$", r"\1 again", text, count=1), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Growth:
    """The cost of an archive with this many entries, built in one process.

    ``lists`` is without pages of entries, ``plain`` with them; ``lean_lists`` and ``lean`` are the same with the pass.
    """

    entries: int
    events: int
    lists: Cost
    plain: Cost
    lean_lists: Cost
    lean: Cost


def grow(work: Path, report_progress: Callable[[str], None]) -> Iterator[Growth]:
    """Build synthetic archives of growing size from scratch, alternately in each variant."""
    whole = Size()
    for entries in ENTRIES:
        share = entries / whole.talks
        size = Size(
            *(max(1, round(number * share)) for number in (whole.events, whole.talks, whole.people, whole.topics))
        )
        folder = work / f"archive-{entries}"
        write_archive(folder, size)
        with (folder / "conf.py").open("a", encoding="utf-8") as file:
            file.write('extensions.append("sphinx_lean")\n')
        report_progress(f"Building an archive of {entries:,} entries in {size.events} events")
        variants: dict[str, Sequence[str]] = {
            "lists": (*WITHOUT, *ONLY_LISTS),
            "plain": WITHOUT,
            "lean_lists": ONLY_LISTS,
            "lean": (),
        }
        costs: dict[str, list[Cost]] = {name: [] for name in variants}
        for _ in range(1 if entries == ENTRIES[-1] else GROWTH_TURNS):
            with TemporaryDirectory(dir=work) as name:
                for variant, options in variants.items():
                    costs[variant].append(build(folder, Path(name) / variant, *options))
        yield Growth(entries, size.events, **{variant: _median(measured) for variant, measured in costs.items()})
        shutil.rmtree(folder)
