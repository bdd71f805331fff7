"""The site in every builder, and the same bytes wherever and however it is built."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sphinx import addnodes
from sphinx.util.inventory import InventoryFile

from tests.crawl import faults
from tests.support import ROOT, build_site, deep

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.environment import BuildEnvironment

BUILDERS = [*map(deep, ("epub", "latex", "dirhtml", "singlehtml", "man", "texinfo", "gettext")), "text"]
SOURCES = ["conf.py", "index.md", "links.yaml", "recaps", "contributors", "_book", "_static", "_templates"]


@pytest.mark.parametrize("builder", BUILDERS)
def test_every_builder_takes_the_site_without_a_warning(builder: str, tmp_path: Path) -> None:
    """Readers get the site as pages, book, manual and text."""
    out = build_site(builder, tmp_path)
    assert any(path.stat().st_size for path in out.rglob("*") if path.is_file())


def test_every_link_inside_the_site_arrives(built_site: Path) -> None:
    """At a page or file that is there, at an element that has the id, which no other has."""
    assert faults(built_site) == []


def test_the_inventory_lists_what_is_there(built_site: Path) -> None:
    """Other projects link to its entries by their names."""
    data = InventoryFile.loads((built_site / "objects.inv").read_bytes(), uri="").data
    listed = {entry.uri.partition("#")[0] for entries in data.values() for entry in entries.values()}
    assert listed
    assert [page for page in sorted(listed) if not (built_site / page).is_file()] == []


def test_books_list_the_pages_of_a_page_after_its_sections(built_site: Path) -> None:
    """The contents of a book name every page, in the order of its leaves, and none of them inside a last section."""
    env: BuildEnvironment = pickle.loads((built_site.parent / "doctrees-html/environment.pickle").read_bytes())
    for name, toc in env.tocs.items():
        below = list(toc.findall(addnodes.toctree))
        for toctree in below:
            assert toctree.parent.parent.parent is toc, f"{name}: a section has the pages below this page"
        assert not below or list(below[0].parent.children[-len(below) :]) == below, f"{name}: a section follows them"


def test_the_same_sources_give_the_same_bytes(built_site: Path, tmp_path: Path) -> None:
    """In another folder, at another time, in one process, with another hash seed: nobody sees a change that is none."""
    elsewhere = tmp_path / "a folder elsewhere"
    elsewhere.mkdir()
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, elsewhere / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, elsewhere / name)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-n", "-j", "1", "-b", "html", str(elsewhere), str(out)]
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Seoul", "SOURCE_DATE_EPOCH": "1"}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    assert published(out) == published(built_site)


def published(folder: Path) -> dict[str, bytes]:
    """Return what is published of a build: all files but Sphinx's own notes."""
    notes = (".buildinfo", ".doctrees")
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files
        if not path.relative_to(folder).parts[0].startswith(notes)
    }
