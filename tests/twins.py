"""A project that is rebuilt after each edit, compared with a clean build of the same files in another folder."""

from __future__ import annotations

import filecmp
from shutil import copytree, rmtree
from typing import TYPE_CHECKING

from sphinx.builders.html import _assets
from sphinx.cmd.build import build_main
from sphinx.locale import translators

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

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
