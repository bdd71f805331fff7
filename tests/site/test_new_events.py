"""Events that a contributor adds by following the guide pass all tests of the site."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.cli import new

from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.deep
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "_build", ".*_cache", ".hypothesis", "__pycache__")
# Tests that read this repository instead of a small project.
TESTS = [
    *("tests/site", "tests/test_conf.py", "tests/test_github.py"),
    *("packages/sphinx-recaps/tests/test_reference.py", "packages/sphinx-recaps/tests/test_new.py"),
]
GROUPS = ("Vision", "Tools, Libraries", "Responsible AI")


def posters(number: int) -> str:
    """Return a data file as organisers publish it: pictures by address, topics with commas, missing facts."""
    lines = ["kind: poster", "entries:"]
    for n in range(1, number + 1):
        lines += [
            f"  - id: A{n}",
            f"    title: 'A poster: number {n}'",
            f"    people: [Given{n} Family{n}, Other{n} Name{n}]",
        ]
        lines += [f"    topics: ['{GROUPS[n % 3]}']", f"    link: https://example.org/{n}"] if n % 5 else []
        lines += [f"    image: https://example.org/{n}.png"] if n % 4 else []
    return "\n".join(lines) + "\n"


def talks(number: int) -> str:
    """Return a data file of talks, each with a video, a date and a duration."""
    lines = ["kind: session", "entries:"]
    for n in range(1, number + 1):
        lines += [
            f"  - id: t{n}",
            f"    title: Talk {n}",
            f"    people: [Speaker{n} Family{n}]",
            f"    video: {n:011d}",
        ]
        lines += [f"    date: 2023-10-{16 + n % 2}", f"    duration: {600 + n}", "    summary: What it is about."]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the repository with four more events, created as the guide explains."""
    folder = tmp_path_factory.mktemp("clone") / "site"
    shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
    new.create_recap(folder, "An Empty Day 2019", "2019-03-01")
    for name, day, file, text in (
        ("Poster Day 2021", "2021-12-02", "posters", posters(41)),
        ("Conference of Talks 2023", "2023-10-16", "sessions", talks(67)),
    ):
        event, *_ = new.create_recap(folder, name, day)
        for other in {"posters", "sessions", "keynotes"} - {file}:
            for kind in ("md", "yaml"):
                event.with_name(f"{other}.{kind}").unlink()
        event.with_name(f"{file}.yaml").write_text(text)
        facts = event.with_name("event.yaml")
        facts.write_text(f"{facts.read_text()}\nsummary: One sentence about it.\nnumbers:\n  {file}: 67\n")
    guide = (ROOT / "contributors/add.md").read_text().partition("### An event in the browser only")[2]
    facts_text, page = re.findall(r"```(?:yaml|markdown)\n(.*?)\n```", guide, re.DOTALL)[:2]
    small = folder / "recaps/2026-sprint"
    small.mkdir()
    (small / "event.yaml").write_text(f"{facts_text}\n")
    (small / "index.md").write_text(f"{page}\n")
    return folder


def run(clone: Path, *command: str) -> None:
    """Run Python in the copy; if it fails, the test fails with its output."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, *command], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr


def test_the_check_reports_no_mistakes(clone: Path) -> None:
    run(clone, "-c", "from sphinx_recaps.cli import main; main(['check'])")


def test_the_tests_pass(clone: Path) -> None:
    """Tests of the site must work with any content, or read only specific pages."""
    run(clone, "-m", "pytest", "-n", "2", "--dist", "loadfile", "-q", *TESTS)
