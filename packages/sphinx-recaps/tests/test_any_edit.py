"""Incremental builds write what clean builds write, after any edit, in any folder, with any number of processes."""

from __future__ import annotations

import filecmp
from shutil import copytree, rmtree
from typing import TYPE_CHECKING

import pytest
from sphinx.builders.html import _assets
from sphinx.cmd.build import build_main
from sphinx.locale import translators
from sphinx_recaps.registry import index_plan as indices

from tests.edits import Edits
from tests.sample_site import PEOPLE, VIDEOS, initial_site, subtitles, write
from tests.site_edits import SOURCES, edit_site
from tests.support import ROOT, deep

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.sample_site import Site

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser")  # it uses an API that Sphinx 11 removes
LEFT_BY_SPHINX = {".buildinfo.bak"}  # written when the configuration changes


class Twins:
    """A project that is rebuilt after each edit, and a copy that is built from scratch in another folder."""

    def __init__(self, folder: Path, builders: Sequence[str] = ("html",), jobs: tuple[str, str] = ("1", "1")) -> None:
        self.folder = folder
        self.root, self.copy = folder / "project", folder / "elsewhere/copy"
        self.builders = builders
        self.jobs = jobs

    def _build(self, builder: str, root: Path, name: str, jobs: str) -> set[str]:
        """Build, and return the messages."""
        log = self.folder / f"{name}.log"
        log.write_text("")
        translators.clear()  # as at the start of a process, in which Sphinx builds once
        vars(_assets)["_file_checksum_inner"].cache_clear()
        folders = ["-d", str(self.folder / f"{name}-doctrees"), str(root), str(self.folder / name)]
        build_main(["-b", builder, "-q", "-n", "-j", jobs, "-w", str(log), *folders])
        messages = log.read_text().replace(f"{root}/", "").splitlines()
        return {line for line in messages if "duplicate label" not in line}  # found only within one process

    def differences(self, *, compared: bool = True) -> list[str]:
        """Build the project again, and describe how it differs from a clean build, made only if ``compared``."""
        rmtree(self.copy, ignore_errors=True)
        copytree(self.root, self.copy)
        differences = []
        for builder in self.builders:
            messages = self._build(builder, self.root, builder, self.jobs[0])
            if not compared:
                continue
            for name in ("clean", "clean-doctrees"):
                rmtree(self.folder / name, ignore_errors=True)
            clean = self._build(builder, self.copy, "clean", self.jobs[1])
            differences += [f"{builder}: {name}" for name in different(self.folder / builder, self.folder / "clean")]
            differences += [f"{builder}: extra message: {one}" for one in sorted(messages - clean)]
            differences += [f"{builder}: missing message: {one}" for one in sorted(clean - messages)]
        return differences

    def follow(self, edit: Callable[[], str], number: int, name: str, every: int = 1) -> None:
        """Build after each edit, and compare after each ``every`` edits; ``name`` says how to repeat them."""
        steps = ["the initial project"]
        for count in range(number + 1):
            differences = self.differences(compared=count % every == 0)
            assert not differences, "\n".join([name, *steps, "differs in", *differences])
            if count < number:
                steps.append(f"{count + 1}. {edit()}")


def different(again: Path, clean: Path) -> list[str]:
    """Return the names of the files that are not the same in two folders."""
    files = [{path.relative_to(one) for path in one.rglob("*") if path.is_file()} for one in (again, clean)]
    names = sorted(str(name) for name in files[0] | files[1] if name.name not in LEFT_BY_SPHINX)
    _, wrong, missing = filecmp.cmpfiles(again, clean, names, shallow=False)
    return [f"{name} differs" for name in wrong] + [
        f"{name} is {'left over' if (again / name).exists() else 'missing'}" for name in missing
    ]


@pytest.fixture
def split_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Split the indices of people and topics at four names."""
    monkeypatch.setattr(indices, "MAX_NAMES", 4)


# -- Edits that once left other pages out of date ----------------------------------------------------------------------

FIRST, SECOND = "recaps/2021-day", "recaps/2022-day"


def split_people(site: Site) -> None:
    """List more people than fit on one page: each name gets a new address."""
    site.lists[f"{SECOND}/sessions.yaml"]["entries"].append({"id": "C3", "title": "All", "people": PEOPLE})


def declare_names(site: Site) -> None:
    """Declare that two names are of one person, and that two topics are one."""
    site.people = {
        "people": [{"name": PEOPLE[1], "also": [PEOPLE[2]], "links": ["https://example.org/bo"]}],
        "topics": [{"name": "Building", "also": ["Compilers"]}],
    }


def rename_page(site: Site) -> None:
    """Rename a page that is the target of charts and references."""
    site.pages[f"{FIRST}/moved.md"] = site.pages.pop(f"{FIRST}/posters.md")


def add_event(site: Site) -> None:
    """Turn an existing page into the page of an event."""
    site.events[f"{SECOND}/event.yaml"] = {"name": "The second day", "start": "2022-05-01", "numbers": {"sessions": 3}}


def retitle(site: Site) -> None:
    """Change two titles that other pages show: an entry's and a page's."""
    site.lists[f"{FIRST}/posters.yaml"]["entries"][0]["title"] = "Another title"
    site.pages[f"{FIRST}/index.md"]["title"] = "Another title of the event"


def name_pictures(site: Site) -> None:
    """Add a picture before another of the same name: it takes that name in the output."""
    site.pictures["a/one.png"] = (32, 32)
    site.pages["index.md"]["blocks"].insert(0, "![An earlier one](a/one.png)\n")


def correct_transcript(site: Site) -> None:
    """Correct what is said in a video of an event, which the pages of talks and of other pages show, too."""
    site.transcripts["transcripts/one.vtt"] = subtitles("Good evening.")


def remove_page(site: Site) -> None:
    """Remove a page that others link to."""
    del site.pages[f"{SECOND}/posters.md"]


@pytest.mark.usefixtures("split_early")
@pytest.mark.parametrize("every", [7, deep(1)])
def test_pages_follow_changes_in_the_pages_they_refer_to(tmp_path: Path, every: int) -> None:
    site, twins = initial_site(), Twins(tmp_path)
    site.events[f"{FIRST}/event.yaml"]["videos"][0] |= {"id": "morning", "transcript": "/transcripts/one.vtt"}
    site.lists[f"{FIRST}/posters.yaml"]["entries"][0] |= {"part_of": "morning", "start": 1}
    site.pages["refs.md"]["blocks"].append(f"```{{youtube}} {VIDEOS[0]}\n:title: Video\n```\n")
    edits = iter(
        (correct_transcript, split_people, declare_names, rename_page, add_event, retitle, name_pictures, remove_page)
    )
    write(site.files(), twins.root)

    def edit() -> str:
        change = next(edits)
        change(site)
        write(site.files(), twins.root)
        return str(change.__doc__)

    twins.follow(edit, 8, "the edits of this test, in order")


# -- Random edits ------------------------------------------------------------------------------------------------------


def follow_seed(twins: Twins, seed: int, number: int) -> None:
    """Apply the random edits of a seed to the small project."""
    site = initial_site()
    edits = Edits(seed, site)
    write(site.files(), twins.root)

    def edit() -> str:
        steps = edits()
        write(site.files(), twins.root)
        return steps

    twins.follow(edit, number, f"seed {seed}")


@pytest.mark.usefixtures("split_early")
def test_a_build_after_random_edits_equals_a_clean_build(tmp_path: Path) -> None:
    follow_seed(Twins(tmp_path), 2, 4)


@pytest.mark.deep
@pytest.mark.usefixtures("split_early")
@pytest.mark.parametrize("seed", range(100, 140))
def test_many_random_edits_in_all_builders_equal_clean_builds(tmp_path: Path, seed: int) -> None:
    follow_seed(Twins(tmp_path, ("html", "dirhtml", "text"), ("1", "2") if seed % 2 else ("2", "1")), seed, 12)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(3))
def test_edits_of_this_site_equal_a_clean_build(tmp_path: Path, seed: int) -> None:
    """This covers its theme, its templates and the optimisation of its pages."""
    twins = Twins(tmp_path, jobs=("auto", "1"))
    for name in SOURCES:
        (copytree if (ROOT / name).is_dir() else write_copy)(ROOT / name, twins.root / name)
    twins.follow(edit_site(seed, twins.root), 6, f"seed {seed}")


def write_copy(file: Path, to: Path) -> None:
    """Copy a file, and create its folder if needed."""
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(file.read_bytes())
