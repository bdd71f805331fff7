"""An incremental build writes the same bytes as a clean one, after any edit, with any number of processes."""

from __future__ import annotations

import filecmp
from shutil import rmtree
from typing import TYPE_CHECKING

import pytest
from sphinx.cmd.build import build_main
from sphinx.locale import translators
from sphinx_recaps import indices

from tests.edits import Edits, Site, beginning, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser")  # it calls Sphinx in a way that Sphinx 11 drops
LEFT_BY_SPHINX = {".buildinfo.bak"}  # where the configuration changed


class Twins:
    """A project that is built again after each edit, and from nothing beside it."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.root = folder / "project"
        self.options = options

    def build(self, builder: str, name: str) -> set[str]:
        """Build, and return the messages."""
        log = self.folder / f"{name}.log"
        log.write_text("")
        translators.clear()
        folders = ["-d", str(self.folder / f"{name}-doctrees"), str(self.root), str(self.folder / name)]
        build_main(["-b", builder, "-q", "-n", "-w", str(log), *self.options, *folders])
        return set(log.read_text().replace(f"{self.root}/", "").splitlines())

    def differences(self, site: Site, builders: Sequence[str]) -> list[str]:
        """Write the project, build it in both ways, and say what is different."""
        self.root.mkdir(exist_ok=True)
        write(site.files(), self.root)
        found = []
        for builder in builders:
            self.build(builder, builder)
            for name in ("clean", "clean-doctrees"):
                rmtree(self.folder / name, ignore_errors=True)
            self.build(builder, "clean")
            found += [f"{builder}: {name}" for name in different(self.folder / builder, self.folder / "clean")]
        return found


def different(again: Path, clean: Path) -> list[str]:
    """Return the names of the files that are not the same in two folders."""
    files = [{path.relative_to(one) for path in one.rglob("*") if path.is_file()} for one in (again, clean)]
    names = sorted(str(name) for name in files[0] | files[1] if name.name not in LEFT_BY_SPHINX)
    _, wrong, missing = filecmp.cmpfiles(again, clean, names, shallow=False)
    return [f"{name} is not the same" for name in wrong] + [
        f"{name} is {'left over' if (again / name).exists() else 'missing'}" for name in missing
    ]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Split the indices of people and topics early."""
    monkeypatch.setattr(indices, "MANY", 4)


def follow(folder: Path, seed: int, edits: int, builders: Sequence[str], *options: str) -> None:
    """Make random edits, and compare after each."""
    site, told = beginning(), ["the project as it begins"]
    twins, edit = Twins(folder, *options), Edits(seed, site)
    for _ in range(edits + 1):
        found = twins.differences(site, builders)
        assert not found, "\n".join([f"seed {seed}", *told, "differs in", *found])
        told.append(f"{edit.number + 1}. {edit()}")


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("seed", range(2))
def test_after_any_edit_the_bytes_are_those_of_a_clean_build(tmp_path: Path, seed: int) -> None:
    follow(tmp_path, seed, 6, ("html",))


@pytest.mark.deep
@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("seed", range(100, 140))
def test_after_many_edits_all_builders_agree(tmp_path: Path, seed: int) -> None:
    follow(tmp_path, seed, 12, ("html", "dirhtml", "text"), "-j", str(1 + seed % 2))
