"""Scores every page with Lighthouse and prints one table: ``python -m tools.lighthouse VERSION RUNS``.

Lighthouse runs in Node, from ``_build/lighthouse``, where npm installs the locked packages of a version. It only
accesses the local server. The exit status is 1 if a score is not 100.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tests.browser import FLAGS, NoChromiumError, chromium
from tools.bench.builds import BuildFailedError, build
from tools.bench.load import pages_of
from tools.bench.server import host
from tools.bench.table import columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NODE = {"12": (18, 16), "13": (22, 19)}  # the oldest supported Node of each version
HEADS = ("perf", "a11y", "best", "seo", "kB", "requests", "first ms", "largest ms", "shift", "blocked ms")


class NotReadyError(Exception):
    """Lighthouse cannot run here; the message says what to do."""


def main(version: str, runs: str) -> int:
    """Score all pages and return the exit status."""
    try:
        check(version, runs)
        folder = install(version)
        with TemporaryDirectory(prefix="lighthouse-") as name:
            site = Path(name) / "html"
            build(ROOT, site, "-j", "auto")
            with host(site) as served:
                addresses = [served.address + path for path in pages_of(site)]
                results = list(score(folder, addresses, int(runs)))
    except (NotReadyError, NoChromiumError, BuildFailedError) as error:
        print(error, file=sys.stderr)
        return 1
    print(report(results))
    return 0 if all(score == 100 for result in results for score in result["scores"]) else 1


def check(version: str, runs: str) -> None:
    """Raise NotReadyError if an argument is invalid, or Node is missing or too old."""
    if version not in NODE:
        raise NotReadyError(f"VERSION={version} is not supported; write one of {', '.join(NODE)}.")
    if not runs.isdecimal() or int(runs) < 1:
        raise NotReadyError(f"RUNS={runs} is not a number of runs; write RUNS=3 for the median of 3.")
    needed = NODE[version]
    text = f"Lighthouse {version} needs Node {needed[0]}.{needed[1]} or newer with npm"
    advice = "install it (https://nodejs.org; Debian: apt install nodejs npm; macOS: brew install node)"
    if not shutil.which("node") or not shutil.which("npm"):
        raise NotReadyError(f"{text}, but it was not found; {advice}.")
    installed = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S607
    if tuple(map(int, installed.lstrip("v").split(".")[:2])) < needed:
        raise NotReadyError(
            f"{text}, but this is {installed};  {advice}, or choose an older Lighthouse with VERSION=12."
        )


def install(version: str) -> Path:
    """Install the locked packages of a version, unless they are installed, and return the folder."""
    folder, lock = ROOT / "_build/lighthouse" / version, HERE / version / "package-lock.json"
    done = folder / "installed"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "run.mjs", folder)
    if not done.exists() or done.read_bytes() != lock.read_bytes():
        print(f"Installing Lighthouse {version} into _build/lighthouse ...", file=sys.stderr, flush=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / version / name, folder)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run(command, cwd=folder, stdout=sys.stderr, check=False).returncode:  # noqa: S603
            raise NotReadyError("Lighthouse could not be installed, for the reason above.")
        shutil.copy(lock, done)
    return folder


def score(folder: Path, addresses: Sequence[str], runs: int) -> Iterator[dict[str, Any]]:
    """Yield the result of Lighthouse for each page."""
    print(f"Scoring {len(addresses)} pages {runs} times, about 5 s each ...", file=sys.stderr, flush=True)
    arguments = {"addresses": addresses, "runs": runs, "chrome": chromium(), "flags": FLAGS}
    command = ["node", str(folder / "run.mjs"), json.dumps(arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None  # noqa: S101 (it is a pipe)
        for line in process.stdout:
            result: dict[str, Any] = json.loads(line)
            print(path_of(result), *result["scores"], file=sys.stderr, flush=True)
            yield result
    if process.returncode:
        raise NotReadyError("Lighthouse stopped, for the reason above.")


def path_of(result: Mapping[str, Any]) -> str:
    """Return the path of the page of a result."""
    return str(result["address"]).split("/", 3)[3]


def report(results: Sequence[Mapping[str, Any]]) -> str:
    """Return the table, and the failed audits of pages below 100."""
    lines: list[Sequence[str]] = [(f"Lighthouse {results[0]['version']}, mobile", *HEADS, "")]
    costs = []
    for result in results:
        figures = result["figures"]
        below = any(score < 100 for score in result["scores"])
        lines.append((
            path_of(result),
            *map(str, result["scores"]),
            f"{figures['bytes'] / 1000:.1f}",
            *(f"{figures[name]:.0f}" for name in ("requests", "first", "largest")),
            f"{figures['shift']:.3f}",
            f"{figures['blocked']:.0f}",
            "BELOW 100" if below else "",
        ))  # fmt: skip
        if below:
            costs += ["", path_of(result), *(f"  {cost['category']}: {cost['message']}" for cost in result["costs"])]
    return "\n".join([columns(lines, left=1), *costs])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
