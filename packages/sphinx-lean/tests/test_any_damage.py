"""Whatever happens to the output or the cache, the next build gives the same bytes as a clean one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from shutil import rmtree
from time import sleep
from typing import TYPE_CHECKING

import pytest
from lean_support import CONF, FILES, Source

from tests.support import picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support import Files

# A folder of the user with the name of the folder of the pass, another Sphinx site, pages with other names.
ODD: Files = {
    **FILES,
    "conf.py": CONF + 'html_file_suffix = ".htm"\nhtml_extra_path = ["extra"]\nhtml_copy_source = False\n'
    'html_additional_pages = {"landing": "landing.html"}\n',
    "_templates/landing.html": "<!doctype html><title>Landing</title><p style='color: red'>Welcome",
    "_static/lean/own.css": "p { color: red }\n",
    "extra/old/index.html": "<!doctype html><script src='_static/documentation_options.js'></script><p style='top: 0'>",
    "extra/old/_static/lean/0123456789abcdef.css": "p { color: red }\n",
}


def tree(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


class Abused:
    """A project that is edited, whose builds are killed, and whose files are damaged."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.make = random.Random(seed)
        self.source = Source(folder / "abused", dict(ODD))
        self.clean = Source(folder / "clean", self.source.files)
        self.out = self.source.folder / "html"
        self.cache = self.source.folder / "doctrees-html" / "lean"
        self.log: list[str] = []

    def start(self) -> subprocess.Popen[bytes]:
        """Start a build in a process of its own."""
        self.source.write(self.source.files)
        command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-d", str(self.cache.parent)]
        command += ["-j", self.make.choice("14"), str(self.source.folder / "source"), str(self.out)]
        return subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE)

    def edit(self) -> None:
        """Change a page, a style sheet, a script or a picture.

        Titles stay, because Sphinx does not write the pages again that show the title of their neighbour.
        """
        number = self.make.randint(1, 99)
        edits: list[tuple[str, str | bytes]] = [
            ("plain.md", f"# Plain\n\n{number}\n\n![](dot.png)\n\n:::{{card}} {number}\n:::\n"),
            ("sub/deep.md", f"# Deep\n\nNumber {number}\n\n```python\nprint({number})\n```\n"),
            ("_static/own.css", f".bd-article p {{ order: {number} }} .sd-card {{ top: {number}px }}\n"),
            ("_static/own.js", f'document.body.classList.add("sd-{number}", "gone-rule")\n'),
            ("_static/lean/own.css", f"p {{ order: {number} }}\n"),
            ("dot.png", picture(size=(number, 8))),
        ]
        name, content = self.make.choice(edits)
        self.source.files[name] = content

    def kill(self) -> None:
        """Kill a build at any moment."""
        process = self.start()
        sleep(self.make.uniform(0.2, 2.5))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def lose(self) -> None:
        """Delete files or folders of the output or the cache."""
        for path in self._some(folders=True):
            rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def damage(self) -> None:
        """Overwrite, shorten or lengthen files of the output or the cache."""
        for path in self._some():
            data = path.read_bytes()
            place = self.make.randrange(len(data) + 1)
            path.write_bytes(
                self.make.choice([b"", data[:place], data + b"x", data[:place] + b"\0" + data[place + 1 :]])
            )

    def _some(self, *, folders: bool = False) -> list[Path]:
        root = self.make.choice([self.out, self.cache, self.cache])
        found = [path for path in sorted(root.rglob("*")) if folders or path.is_file()]
        return self.make.sample(found, k=min(len(found), self.make.randint(1, 9)))

    def move(self) -> None:
        """Continue with the same cache in another folder, as on another machine."""
        folder = self.source.folder.with_name(f"moved-{self.make.randrange(10**6)}")
        self.source.folder.rename(folder)
        self.source.folder = folder
        self.out, self.cache = folder / "html", folder / "doctrees-html" / "lean"

    def check(self) -> None:
        """Build, and compare with a clean build of the same files."""
        process = self.start()
        _, messages = process.communicate()
        assert process.returncode == 0, messages
        rmtree(self.clean.folder, ignore_errors=True)
        expected, found = tree(self.clean.build(None, "-q")), tree(self.out)
        names = {name for name in {*expected, *found} if expected.get(name) != found.get(name)}
        # Sphinx leaves old images, and numbers words of its index by when it read them.
        names = {name for name in names if name in expected and name != "searchindex.js"} | {
            name for name in names if name not in expected and "/lean/" in f"/{name}"
        }
        assert names == set(), self.log


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.deep) for seed in range(2, 30))])
def test_after_anything_a_build_is_like_a_clean_one(tmp_path: Path, seed: int) -> None:
    site = Abused(tmp_path, seed)
    site.start().communicate()
    steps: list[Callable[[], None]] = [site.edit, site.kill, site.lose, site.damage, site.move]
    for _ in range(1 if seed == 1 else 3):
        for step in site.make.choices(steps, weights=[4, 3, 3, 3, 1], k=4):
            site.log.append(step.__name__)
            step()
        site.log.append("check")
        site.check()
