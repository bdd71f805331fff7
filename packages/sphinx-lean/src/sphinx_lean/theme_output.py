"""The site as Sphinx, the theme and other extensions wrote it: the input of the pass, kept beside the doctrees.

Sphinx writes there instead of into the output folder, so that it finds its own pages in the next build. It does not
write files all at once, so what an interrupted build has left is discarded, as are files that something else changed;
Sphinx and the extensions then write all of them again.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_lean.files import Signature, paths_in, read_lines, signature, write_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sphinx.application import Sphinx

_FORM = 1  # of the list of files
_OF_THEME = b"documentation_options.js"  # in each page that is rendered with a theme of Sphinx


def redirect(app: Sphinx, folder: Path) -> Path:
    """Let a builder and extensions write to another folder, and return that before.

    The builder also has the paths of some folders in it.
    """
    before = Path(app.outdir)
    for name, value in list(vars(app.builder).items()):
        if isinstance(value, Path) and value.parent == before and value != app.doctreedir:
            setattr(app.builder, name, folder / value.name)
    app.outdir = app.builder.outdir = folder
    return before


class ThemeOutput:
    """The kept files, with their signatures by path, and the paths of those that are pages."""

    def __init__(self, cache: Path) -> None:
        self.root = cache / "site"
        self._list = cache / "site.jsonl"  # not there during a build
        self.files: dict[str, Signature] = {}
        self.pages: set[str] = set()

    def open(self) -> None:
        """Prepare for a build: discard files that are incomplete or damaged."""
        lines = read_lines(self._list)
        self._list.unlink(missing_ok=True)
        self.root.mkdir(parents=True, exist_ok=True)
        _, pages, files = lines if lines and lines[0] == _FORM else (_FORM, [], {})
        known = {path: Signature(*found) for path, found in files.items()}
        self.pages = set(pages)
        self._scan(known)
        if {path: found.digest for path, found in self.files.items()} != {
            path: found.digest for path, found in known.items()
        }:
            shutil.rmtree(self.root)
            self.root.mkdir()
            self.files, self.pages = {}, set()

    def close(self, pages: Iterable[str], suffix: str, copied: Collection[str]) -> None:
        """Note the files after a build, and the pages among them: those of Sphinx, and those that look like one.

        Extensions may write pages without an event, from one that the theme has rendered. ``copied`` are files that
        the project adds as they are.
        """
        self._scan(self.files)
        known = {*self.pages, *pages} & self.files.keys()
        further = (path for path in self.files.keys() - known if path.endswith(suffix) and path not in copied)
        self.pages = known | {path for path in further if _OF_THEME in (self.root / path).read_bytes()}
        write_lines(self._list, [_FORM, sorted(self.pages), self.files])

    def _scan(self, known: dict[str, Signature]) -> None:
        found = {path: signature(self.root / path, known.get(path)) for path in paths_in(self.root)}
        self.files = {path: one for path, one in found.items() if one is not None}

    def sums(self, paths: Iterable[str]) -> dict[str, str]:
        """Return the checksums of some files.

        The search index has none, because the search page would change with every other page.
        """
        versioned = [path for path in paths if path in self.files and path.startswith(("_images/", "_static/"))]
        return {path: self.files[path].checksum for path in versioned}
