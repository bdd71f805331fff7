"""Incremental builds of this site write what clean builds write, after any edit."""

from __future__ import annotations

from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from tests.site_edits import SOURCES, edit_site
from tests.support import ROOT
from tests.twins import Twins

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser")  # it uses an API that Sphinx 11 removes


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
