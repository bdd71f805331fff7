"""make new-recap and make new-page: what they make builds as it is, and once it is filled in."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.cli import new

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Files, Project

SITE: Files = {
    "index.md": "# Home\n\n:::{event-list} recaps/*/event.yaml\n:limit: 1\n:feature:\n:::\n\n"
    "```{toctree}\n:hidden:\n:glob:\nrecaps/index\ncontributors/*\n```\n",
    "recaps/index.md": "# Recaps\n\n## How the sources work\n\nThey do.\n\n:::{event-list}\n:toctree:\n:::\n",
    "recaps/2020-old/event.yaml": "name: Old Day\nstart: 2020-01-01\n",
    "recaps/2020-old/index.md": "# Old Day\n",
    "contributors/first.md": "# First\n",
}
CONF = """\
exclude_patterns = ["_build"]
myst_url_schemes = {"https": None, "wayback": "https://web.archive.org/web/{{path}}"}
myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence"]
myst_heading_anchors = 3
"""
NAMES = [
    "PyTorch Developer Day 2021",
    'Développeur\'s "Day": <b>*más*</b> & `co` $x$ [y](z) {w} #1 | ~a',
    "深度学习大会 2021",
    "2021",
    "yes",
    "A name that goes on and on, so that nobody would want all of it in the address of every page of the event",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_new_event_builds_and_is_in_all_lists(project: Project, name: str) -> None:
    """No other file is touched; the name is shown as it was given."""
    project(SITE, conf=CONF)
    made = new.make_recap(project.root, name, "2021-12-02")
    built = project(conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    listed = [strong.get_text() for strong in built.html("recaps/index.html").select(".recap-events-list strong")]
    assert listed == [name, "Old Day"]
    shown = built.html().select_one(".recap-events .rubric")
    assert shown is not None
    assert shown.get_text() == name
    folder = made[0].parent.name
    heading = built.html(f"recaps/{folder}/index.html").h1
    assert heading is not None
    smart = str.maketrans("’“”‘", "'\"\"'")  # Sphinx sets quotation marks
    assert heading.get_text().translate(smart).startswith(name)
    assert "No posters yet." in built.html(f"recaps/{folder}/posters.html").get_text()


def test_an_example_holds_once_its_comment_signs_are_gone(project: Project) -> None:
    """Whoever takes them away sees an entry, and not a mistake."""
    project(SITE, conf=CONF)
    for path in new.make_recap(project.root, "Day", "2021-12-02"):
        if path.suffix == ".yaml":
            path.write_text(re.sub(r"(?m)^#(?=\S|  )", "", path.read_text()))
    built = project(conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    assert "The title as published" in built.html("recaps/2021-day/posters.html").get_text()
    assert "Morning session" in built.html("recaps/2021-day/index.html").get_text()
    assert "71" in built.html().get_text()


def test_the_blocks_in_the_comments_of_pages_hold(project: Project) -> None:
    """Whoever takes the % away, and refers to the source, has a page like those of the first event."""
    project(SITE, conf=CONF)
    for path in new.make_recap(project.root, "Day", "2021-12-02"):
        if path.suffix == ".yaml":
            path.write_text(re.sub(r"(?m)^#(?=\S|  )", "", path.read_text()))
        elif path.suffix == ".md":
            blocks = re.sub(r"(?m)^% (?=:|\[\^source\]: )", "", path.read_text())
            path.write_text(blocks.replace("\n## Sources", "\nShown.[^source]\n\n## Sources"))
    built = project(conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    page = built.html("recaps/2021-day/posters.html")
    assert page.select(".recap-chart")
    assert page.h1 is not None
    assert page.h1.get_text().startswith("Posters of Day")
    dateline = built.html("recaps/2021-day/index.html").select_one(".dateline")
    assert dateline is not None
    assert dateline.get_text() == "2 December 2021"
    assert "wayback:20211202/" in (project.root / "recaps/2021-day/index.md").read_text()


def test_a_page_that_does_not_apply_can_be_deleted(project: Project) -> None:
    """It is named nowhere else."""
    project(SITE, conf=CONF)
    for path in new.make_recap(project.root, "Day", "2021-12-02"):
        if path.stem in {"posters", "keynotes"}:
            path.unlink()
    built = project(conf=CONF)
    assert (built.messages, built.status) == ("", 0)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "contributors").mkdir()
    event = new.make_recap(tmp_path, "Day", "2021-12-02")[0]
    page = new.make_page(tmp_path, "Lists")[0]
    event.write_text("mine")
    page.write_text("mine")
    with pytest.raises(FileExistsError):
        new.make_recap(tmp_path, "Day", "2021-01-01")
    with pytest.raises(FileExistsError):
        new.make_page(tmp_path, "LISTS")
    assert event.read_text() == page.read_text() == "mine"


@pytest.mark.parametrize("name", ["", "   ", "!?", "two\nlines", "a\x07bell"])
def test_what_is_no_name_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="write"):
        new.make_recap(tmp_path, name, "2021-12-02")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("date", ["", "2021", "2.12.2021", "2021-02-30", "tomorrow"])
def test_what_is_no_date_says_what_to_write(tmp_path: Path, date: str) -> None:
    with pytest.raises(ValueError, match=r"write|check"):
        new.make_recap(tmp_path, "Day", date)
    assert list(tmp_path.iterdir()) == []


@given(name=st.text(min_size=1, max_size=200).filter(lambda name: any(char.isalnum() for char in name)))
def test_a_folder_has_a_safe_name_whatever_the_title(name: str) -> None:
    """Letters, digits and hyphens: the same on every system, in every shell and in every address."""
    folder = new.folder_of(name, "2021-12-02")
    assert set(folder) <= set(string.ascii_lowercase + string.digits + "-")
    assert folder.startswith("2021-")
    assert len(folder) <= 5 + new.LONGEST
    assert not folder.endswith("-")


def test_the_year_stands_once_in_the_name_of_a_folder() -> None:
    assert new.folder_of("PyTorch Developer Day 2021", "2021-12-02") == "2021-pytorch-developer-day"
    assert new.folder_of("Day 20211", "2021-12-02") == "2021-day-20211"


def test_a_new_page_builds(project: Project) -> None:
    project(SITE, conf=CONF)
    made = new.make_page(project.root, "Mailing *lists* & <more>")
    assert made[0].name == "mailing-lists-and-more.md"
    built = project(conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    heading = built.html("contributors/mailing-lists-and-more.html").h1
    assert heading is not None
    assert heading.get_text().startswith("Mailing *lists* & <more>")
