"""Files: what Sphinx and the theme wrote, what the pass publishes, and its cache.

Files are compared by digests of their content, and replaced at once, so that each is complete at any moment.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_PARTS = ".lean-part"  # incomplete files, in the folder to which they belong
_OF_THEME = b"documentation_options.js"  # in each page that is rendered with a theme of Sphinx


def digest(data: bytes | str) -> str:
    """Return a short hash of some content."""
    return hashlib.blake2b(data.encode() if isinstance(data, str) else data, digest_size=8).hexdigest()


def _digest_of(path: Path) -> str:
    """Return the digest of a file; '' if it does not exist."""
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


def paths_in(root: Path) -> list[str]:
    """Return the sorted paths of all files in a folder, relative to it."""
    folders = ((Path(folder).relative_to(root), names) for folder, _, names in os.walk(root))
    return sorted((folder / name).as_posix() for folder, names in folders for name in names)


@cache
def text_of(path: Path) -> str:
    """Return the text of a script of the site; '' if it is missing."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def is_intact(path: Path) -> bool:
    """Return whether a file that is named after its digest is complete."""
    return _digest_of(path) == path.stem


def replace(root: Path, path: str, source: bytes | Path) -> None:
    """Write a file of a folder with some content, or that of another file, all at once."""
    part, file = root / _PARTS / digest(path), root / path
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(source if isinstance(source, bytes) else source.read_bytes())
    try:
        part.replace(file)
    except OSError:  # its folder is missing, or something else has its name or that of its folder
        shutil.rmtree(file, ignore_errors=True)
        for parent in Path(path).parents:
            if (root / parent).is_file():
                (root / parent).unlink()
        file.parent.mkdir(parents=True, exist_ok=True)
        part.replace(file)


def publish(root: Path, path: str, source: bytes | Path, name: str) -> str:
    """Write a file unless its content, with the digest ``name``, is there already; return the digest."""
    if _digest_of(root / path) != name:
        replace(root, path, source)
    return name


# -- The cache ---------------------------------------------------------------------------------------------------------


def read_cache(path: Path) -> Any:  # noqa: ANN401
    """Return the value in a file of the cache; None if it is missing or damaged."""
    try:
        start, _, data = path.read_bytes().partition(b"\n")
        return pickle.loads(data) if start.decode() == digest(data) else None  # noqa: S301 (as Sphinx does beside it)
    except Exception:  # noqa: BLE001 (what another version wrote can raise anything)
        return None


def write_cache(path: Path, value: object) -> None:
    """Write a value to a file of the cache, after a digest of it."""
    data = pickle.dumps(value)
    replace(path.parent, path.name, f"{digest(data)}\n".encode() + data)


class ThemeOutput:
    """The site as Sphinx, the theme and other extensions wrote it, kept beside the doctrees: the input of the pass.

    Sphinx writes there instead of into the output folder, so that it finds its own pages in the next build. It does not
    write files all at once, so what an interrupted build has left is discarded, as are files that something else
    changed; Sphinx and the extensions then write all of them again.

    ``files`` are the digests of all files by path, ``pages`` the paths of those that are pages.
    """

    def __init__(self, cache: Path) -> None:
        self.root = cache / "site"
        self._list = cache / "site.cache"  # not there during a build
        self.files: dict[str, str] = {}
        self.pages: set[str] = set()

    def open(self) -> None:
        """Prepare for a build: discard files that are incomplete or damaged."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.pages, self.files = read_cache(self._list) or (set(), {})
        self._list.unlink(missing_ok=True)
        if self.files != self._scan():
            shutil.rmtree(self.root)
            self.root.mkdir()
            self.files, self.pages = {}, set()

    def close(self, pages: Iterable[str], suffix: str, copied: Collection[str]) -> None:
        """Note the files after a build, and the pages among them: those of Sphinx, and those that look like one.

        Extensions may write pages without an event, from one that the theme has rendered. ``copied`` are files that
        the project adds as they are.
        """
        self.files = self._scan()
        known = {*self.pages, *pages} & self.files.keys()
        further = (path for path in self.files.keys() - known if path.endswith(suffix) and path not in copied)
        self.pages = known | {path for path in further if _OF_THEME in (self.root / path).read_bytes()}
        write_cache(self._list, (self.pages, self.files))

    def _scan(self) -> dict[str, str]:
        found = {path: _digest_of(self.root / path) for path in paths_in(self.root)}
        return {path: name for path, name in found.items() if name}


class Output:
    """The files that a pass publishes in a folder; ``files`` are their digests by path.

    ``before`` are those that the previous pass published. Other files are left alone.
    """

    def __init__(self, root: Path, before: Mapping[str, str]) -> None:
        self._root = root
        self._before = before
        self.files: dict[str, str] = {}

    def keep(self, path: str, name: str) -> bool:
        """Return whether a file has the content with a digest; if so, it stays."""
        is_there = _digest_of(self._root / path) == name
        if is_there:
            self.files[path] = name
        return is_there

    def put(self, path: str, data: bytes) -> None:
        """Publish some content."""
        self.files[path] = publish(self._root, path, data, digest(data))

    def copy(self, path: str, source: Path, name: str) -> None:
        """Publish a file with a digest."""
        self.files[path] = publish(self._root, path, source, name)

    def remove_old(self, more: Iterable[str]) -> None:
        """Remove ``more``, and what only the previous pass published, unless something else has changed it since."""
        old = self._before.keys() - self.files.keys()
        old = {path for path in old if _digest_of(self._root / path) == self._before[path]}
        for path in old | (set(more) - self.files.keys()):
            (self._root / path).unlink()
            with suppress(OSError):  # a folder that has other files
                for parent in Path(path).parents[:-1]:
                    (self._root / parent).rmdir()
        shutil.rmtree(self._root / _PARTS, ignore_errors=True)
