"""Files: compared by their signatures, and replaced at once, so that each is complete at any moment."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_PARTS = ".lean-part"  # incomplete files, in the folder to which they belong


class Signature(NamedTuple):
    """The size of a file in bytes, its modification time in ns, a digest of its content, and Sphinx's checksum."""

    size: int
    time: int
    digest: str
    checksum: str


def digest(data: bytes | str) -> str:
    """Return a short hash of some content."""
    return hashlib.blake2b(data.encode() if isinstance(data, str) else data, digest_size=8).hexdigest()


def signature(path: Path, before: Signature | None = None) -> Signature | None:
    """Return the signature of a file; None if it does not exist. ``before`` is reused if size and time are the same."""
    try:
        status = path.stat()
        if before is not None and (before.size, before.time) == (status.st_size, status.st_mtime_ns):
            return before
        data = path.read_bytes()
    except OSError:
        return None
    return Signature(status.st_size, status.st_mtime_ns, digest(data), f"{zlib.crc32(data):08x}")


def paths_in(root: Path) -> Iterator[str]:
    """Yield the paths of all files in a folder, relative to it."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        inside = Path(folder).relative_to(root)
        yield from ((inside / name).as_posix() for name in sorted(names))


def read_lines(path: Path) -> list[Any]:
    """Return the JSON values in a file of the cache, one a line; none if it is missing, damaged or not complete."""
    try:
        start, _, text = path.read_bytes().partition(b"\n")
        return [json.loads(line) for line in text.splitlines()] if start.decode() == digest(text) else []
    except (OSError, ValueError):
        return []


def write_lines(path: Path, values: Iterable[object]) -> None:
    """Write JSON values to a file of the cache, one a line, after a digest of them."""
    text = "".join(f"{json.dumps(value, sort_keys=True)}\n" for value in values).encode()
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(f"{digest(text)}\n".encode() + text)
    part.replace(path)


def is_intact(path: Path) -> bool:
    """Return whether a file that is named after its digest is complete."""
    try:
        return digest(path.read_bytes()) == path.stem
    except OSError:
        return False


def replace(root: Path, path: str, source: bytes | Path) -> None:
    """Write a file of a folder with some content, or that of another file, all at once."""
    part, file = root / _PARTS / digest(path), root / path
    part.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(source, bytes):
        part.write_bytes(source)
    else:
        shutil.copyfile(source, part)
    if file.is_dir() and not file.is_symlink():
        shutil.rmtree(file)
    for parent in Path(path).parents:
        if (root / parent).is_file():
            (root / parent).unlink()
    file.parent.mkdir(parents=True, exist_ok=True)
    part.replace(file)


class Output:
    """The files that a pass publishes in a folder.

    ``before`` are the signatures of those that the previous pass published, by path. Other files are left alone.
    """

    def __init__(self, root: Path, before: Mapping[str, Signature]) -> None:
        self._root = root
        self._before = before
        self.files: dict[str, Signature] = {}
        self.clean_up()

    def has(self, path: str, name: str) -> bool:
        """Return whether a file has the content with a digest; if so, it is published as it is."""
        found = signature(self._root / path, self._before.get(path))
        if found is not None and found.digest == name:
            self.files[path] = found
            return True
        return False

    def put(self, path: str, source: bytes | Path, name: str) -> None:
        """Publish some content, or that of a file, with a digest, unless it is there already."""
        if not self.has(path, name):
            replace(self._root, path, source)
            self.note(path, name)

    def note(self, path: str, name: str) -> None:
        """Note a file with a digest that another process has published."""
        status = (self._root / path).stat()
        self.files[path] = Signature(status.st_size, status.st_mtime_ns, name, "")

    def remove_old(self, more: Iterable[str]) -> None:
        """Remove ``more``, and what only the previous pass published, unless something else has changed it since."""
        own = set(more) - self.files.keys()
        for path in own | (self._before.keys() - self.files.keys()):
            found = signature(self._root / path)
            if found is None or (path not in own and found.digest != self._before[path].digest):
                continue
            (self._root / path).unlink()
            with suppress(OSError):  # a folder that has other files
                for parent in Path(path).parents[:-1]:
                    (self._root / parent).rmdir()
        self.clean_up()

    def clean_up(self) -> None:
        """Remove incomplete files."""
        shutil.rmtree(self._root / _PARTS, ignore_errors=True)
