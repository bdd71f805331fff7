"""Changed records update the pages that use them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from test_links import CONF, DEAD, FILES, LINKS

if TYPE_CHECKING:
    from tests.support import Files, Project


@pytest.mark.one_in(2)
@pytest.mark.parametrize("builder", ["html", "text"])
def test_a_changed_file_updates_all_pages(project: Project, builder: str) -> None:
    """Pages follow when a link is marked as dead, and when the mark is removed."""
    suffix = {"html": "html", "text": "txt"}[builder]
    pages = {name: f"# {name}\n\nA [page]({DEAD}).\n\n```{{toctree}}\n```\n" for name in ("other", "third")}
    files: Files = {
        "index.md": f"# Home\n\n[{DEAD}]({DEAD})\n\n```{{toctree}}\nother\nthird\n```\n",
        **{f"{name}.md": text for name, text in pages.items()},
    }
    for number, links in enumerate(("links: []\n", LINKS, "links: []\n")):
        (project.root / "links.yaml").unlink(missing_ok=True)
        built = project({**files, "links.yaml": links}, builder, "-j", "2", conf=CONF)
        os.utime(
            project.root / "links.yaml", (number, number)
        )  # so that the next write changes the time, however fast it is
        for name in ("index", "other", "third"):
            assert ("(archived copy)" in built.text(f"{name}.{suffix}")) == (links is LINKS), (name, number)


def test_an_unchanged_file_rebuilds_nothing(project: Project) -> None:
    built = project(FILES, conf=CONF)
    before = (built.out / "index.html").stat().st_mtime_ns
    project({}, conf=CONF)
    assert (built.out / "index.html").stat().st_mtime_ns == before
