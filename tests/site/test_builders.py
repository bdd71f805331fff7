"""The site in every builder, and reproducible builds."""

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

from tests.crawl import book_faults, faults
from tests.support import ROOT, build_site

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.environment import BuildEnvironment

BUILDERS = ["epub", "latex", "dirhtml", "singlehtml", "text", "man", "texinfo", "gettext"]
SOURCES = [
    *("conf.py", "index.md", "links.yaml", "people.yaml", "recaps", "contributors", "_book", "_static", "_templates"),
    *("packages/sphinx-lean/GUIDE.md", "packages/sphinx-lean/POLICY.md"),  # included in pages for contributors
]


@pytest.mark.deep
@pytest.mark.parametrize("builder", BUILDERS)
def test_every_builder_builds_the_site_without_warnings(builder: str, tmp_path: Path) -> None:
    out = build_site(builder, tmp_path)
    assert any(path.stat().st_size for path in out.rglob("*") if path.is_file())
    for book in out.glob("*.tex"):
        assert book_faults(book.read_text(encoding="utf-8")) == []


def test_internal_links_are_valid(built_site: Path) -> None:
    """Their pages, files and ids exist, and ids are unique."""
    assert faults(built_site) == []


def test_the_inventory_lists_existing_pages(built_site: Path) -> None:
    """Other projects use it to link to entries by name."""
    data = InventoryFile.loads((built_site / "objects.inv").read_bytes(), uri="").data
    pages = {entry.uri.partition("#")[0] for entries in data.values() for entry in entries.values()}
    assert pages
    assert [page for page in sorted(pages) if not (built_site / page).is_file()] == []


def test_the_contents_of_books_list_subpages_after_sections(built_site: Path) -> None:
    """Otherwise, books would list the subpages within the last section of a page."""
    env: BuildEnvironment = pickle.loads((built_site.parent / "doctrees-html/environment.pickle").read_bytes())
    for name, toc in env.tocs.items():
        toctrees = list(toc.findall(addnodes.toctree))
        for toctree in toctrees:
            assert toctree.parent.parent.parent is toc, f"{name}: the subpages are within a section"
        assert not toctrees or list(toctrees[0].parent.children[-len(toctrees) :]) == toctrees, (
            f"{name}: a section follows the subpages"
        )


@pytest.mark.deep
def test_builds_are_reproducible(built_site: Path, tmp_path: Path) -> None:
    """The folder, the time, the number of processes and the hash seed do not affect the output."""
    elsewhere = tmp_path / "a folder elsewhere"
    elsewhere.mkdir()
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, elsewhere / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (elsewhere / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, elsewhere / name)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-n", "-j", "1", "-b", "html", str(elsewhere), str(out)]
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Seoul", "SOURCE_DATE_EPOCH": "1"}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    assert published(out) == published(built_site)


def published(folder: Path) -> dict[str, bytes]:
    """Return the published files of a build: all except Sphinx's own records."""
    records = (".buildinfo", ".doctrees")
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files
        if not path.relative_to(folder).parts[0].startswith(records)
    }
