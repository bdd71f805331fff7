"""Talks to Pagefind, a program that makes the index of a site: https://pagefind.app.

It comes in a wheel, as ``pagefind_bin``, or as ``pagefind_bin_extended``, which also divides Chinese and Japanese into
words. Its service reads requests and answers them one by one, so pages have the same numbers in each build.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import subprocess
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

PACKAGES: tuple[str, ...] = ("pagefind_bin_extended", "pagefind_bin")
# What an index needs in a browser, besides the languages for which no page is.
_NEEDED = re.compile(r"(?:index|fragment|filter)/.*|pagefind\..*|pagefind-entry\.json|wasm\..*\.pagefind")
_SIGNATURE = b"pagefind_dcd"  # what the files contain, before CBOR, when they are unpacked
_HASH = 7  # characters of a checksum in the name of a file of filters
_META_HASH = 10  # in that of the index
_VALUES, _FILTERS = 1, 3  # what is to be sorted of a file of filters, and of the file that names it


def program() -> Path | None:
    """Return the path of the program; None if no package with it is installed."""
    return _program_of(PACKAGES)


@cache
def _program_of(packages: Iterable[str]) -> Path | None:
    for name in packages:
        try:
            return Path(import_module(name).get_executable())
        except ImportError:
            continue
    return None


class PagefindError(Exception):
    """The program failed; the text says how."""


class Pagefind:
    """The running program. It makes one index after the other."""

    def __init__(self, path: Path) -> None:
        command = [str(path), "--service"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def write(self, pages: Iterable[tuple[str, str]], folder: Path, config: dict[str, Any]) -> None:
        """Write the index of pages, each an address with HTML, into an empty folder, without what no browser needs.

        Files that the program writes by itself are sometimes incomplete when it says that it is ready.
        """
        index = self._call("NewIndex", config=config)["index_id"]
        for url, html in pages:
            self._call("AddFile", index_id=index, url=url, file_contents=html)
        files = {file["path"]: file["content"] for file in self._call("GetFiles", index_id=index)["files"]}
        self._call("DeleteIndex", index_id=index)
        entry = json.loads(base64.b64decode(files["pagefind-entry.json"]))
        programs = {f"wasm.{one['wasm'] or 'unknown'}.pagefind" for one in entry["languages"].values()}
        needed = [path for path in files if _NEEDED.fullmatch(path)]
        needed = [path for path in needed if not path.startswith("wasm.") or path in programs]
        for parent in {(folder / path).parent for path in needed}:
            parent.mkdir(parents=True, exist_ok=True)
        for path in needed:
            (folder / path).write_bytes(base64.b64decode(files[path]))
        sort_filters(folder)

    def _call(self, typ: str, **values: Any) -> dict[str, Any]:
        request = json.dumps({"message_id": 1, "payload": {"type": typ, **values}})
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise PagefindError("it has no input or output")
        try:
            stdin.write(base64.b64encode(request.encode()) + b",")
            stdin.flush()
            answer = bytearray()
            while not answer.endswith(b","):
                received = os.read(stdout.fileno(), 1 << 16)
                if not received:
                    raise PagefindError("it ended early")
                answer += received
        except OSError as error:
            raise PagefindError(str(error)) from error
        payload: dict[str, Any] = json.loads(base64.b64decode(answer[:-1]))["payload"]
        if payload["type"] == "Error":
            raise PagefindError(payload.get("message", ""))
        return payload


# -- The same bytes in each build --------------------------------------------------------------------------------------
#
# A file of filters contains, in CBOR, the name of the filter and its values, each with the numbers of pages:
# ["kind", [["poster", [0, 1]], ["session", [2]]]]. Another file contains the names of these files. Pagefind keeps
# filters and values in hash tables, so their order, and the checksums in the names of files, differ in each build.


def sort_filters(folder: Path) -> None:
    """Sort the values in files of filters, and give these and the files that name them the names they then have."""
    entry = folder / "pagefind-entry.json"
    text = entry.read_text(encoding="utf-8")
    renamed = {}
    for file in sorted(folder.glob("filter/*.pf_filter")):
        data = gzip.decompress(file.read_bytes())
        ordered = _SIGNATURE + _ordered(data.removeprefix(_SIGNATURE), _VALUES)
        start, _, old = file.stem.rpartition("_")
        new = _renamed(file, file.with_name(f"{start}_{{}}.pf_filter"), ordered, _HASH)
        renamed[old.encode()] = new.encode()
    for file in folder.glob("pagefind.*.pf_meta"):
        data = gzip.decompress(file.read_bytes())
        for before, after in renamed.items():
            data = data.replace(b"_" + before, b"_" + after)
        data = _SIGNATURE + _ordered(data.removeprefix(_SIGNATURE), _FILTERS)
        start, _, old = file.stem.rpartition("_")
        text = text.replace(old, _renamed(file, file.with_name(f"{start}_{{}}.pf_meta"), data, _META_HASH))
    entry.write_text(text, encoding="utf-8")


def _renamed(file: Path, pattern: Path, data: bytes, length: int) -> str:
    """Write a file under the name with its checksum, which is returned, instead of its old name."""
    checksum = hashlib.sha256(data).hexdigest()[:length]
    file.unlink()
    Path(str(pattern).format(checksum)).write_bytes(gzip.compress(data, mtime=0))
    return checksum


def _ordered(data: bytes, number: int) -> bytes:
    """Return an array in which the arrays in one of its items, by number, are in the order of their texts."""
    place = _head(data, 0)[2]
    for _item in range(number):
        place = _end(data, place)
    _, count, start = _head(data, place)
    items = []
    place = start
    for _item in range(count):
        end = _end(data, place)
        items.append(data[place:end])
        place = end
    return data[:start] + b"".join(sorted(items, key=lambda item: _text(bytes(item)))) + data[place:]


def _text(value: bytes) -> bytes:
    """Return the text at the start of an array."""
    start = _head(value, 0)[2]
    return value[_head(value, start)[2] : _end(value, start)]


def _head(data: bytes, place: int) -> tuple[int, int, int]:
    """Return the type of the item at a place, its number or length, and the place after that.

    https://www.rfc-editor.org/rfc/rfc8949#name-specification-of-the-cbor-e
    """
    typ, short = divmod(data[place], 32)
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(short, 0)
    value = int.from_bytes(data[place + 1 : place + 1 + size]) if size else short
    return typ, value, place + 1 + size


def _end(data: bytes, place: int) -> int:
    """Return the place after an item: a number, a text, or an array."""
    typ, value, place = _head(data, place)
    if typ == 3:
        return place + value
    if typ == 4:
        for _item in range(value):
            place = _end(data, place)
    return place
