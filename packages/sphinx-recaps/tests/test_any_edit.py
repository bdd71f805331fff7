"""Incremental builds write what clean builds write, after any edit, in any folder, with any number of processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.registry import index_plan as indices

from tests.edits import Edits
from tests.sample_site import PEOPLE, VIDEOS, initial_site, subtitles, write
from tests.support import deep
from tests.twins import Twins

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sample_site import Site

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser")  # it uses an API that Sphinx 11 removes


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
