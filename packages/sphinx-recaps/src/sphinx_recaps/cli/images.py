"""``sphinx-recaps images``: fetches the images that data files refer to by address, so that pages show local copies.

Each image is stored in the folder ``images/`` beside its data file, which is not changed, and listed in
``images/localised.json`` there. Existing copies are not fetched again. Files are written atomically, one image after
the other, so images fetched before an interruption are kept.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple, TextIO
from urllib.parse import unquote, urlsplit

from sphinx_recaps.cli.http import Limits, RequestError
from sphinx_recaps.cli.pictures import EncodedImage, make_files
from sphinx_recaps.cli.project import UnreadableError, files_below, read_config, write_whole
from sphinx_recaps.core.slugs import slug
from sphinx_recaps.data.loader import Allowed, load_bytes
from sphinx_recaps.data.records import KINDS, Catalogue
from sphinx_recaps.images.manifest import FOLDER, NAME, StoredFile, StoredPicture, read_list, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sphinx_recaps.cli.http import Client

# A PNG of a poster as large as a door has about 20 MB.
LIMITS = Limits(pause=1, timeout=30, total=300, longest_wait=120, largest=50_000_000)
_BAR = 24  # characters
_CLEAR = "\r\x1b[K"  # clears the line


class RemoteImage(NamedTuple):
    """An image in a data file on another host; ``place`` is the location ``file:line``."""

    address: str
    place: str


class Folder:
    """The images of the data files in one folder: ``wanted`` by the files, and ``pictures`` that are stored."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.as_posix()
        self.wanted: dict[str, RemoteImage] = {}
        self.complete = True  # every data file could be read without a mistake
        contents = read_list(path / NAME)
        self.pictures = contents.pictures
        listed = f"{self.name}/{NAME}"
        self.problems = [f"{problem.location(listed)}: {problem.message}" for problem in contents.problems]

    def missing(self) -> Iterator[RemoteImage]:
        """Yield the images that are not stored, or whose files are missing or changed."""
        for address, image in self.wanted.items():
            stored = self.pictures.get(address)
            if stored is None or any(file.trouble(self.path) for file in stored.files):
                yield image

    def store(self, address: str, data: bytes) -> None:
        """Write an image and update the list; raises ValueError for data that is not an image, and OSError."""
        full, card = make_files(data)
        stem = unquote(urlsplit(address).path.rpartition("/")[2]).rpartition(".")[0]
        digest = hashlib.sha256(address.encode()).hexdigest()[:8]
        name = f"{slug(stem)[:40].strip('-')}-{digest}"
        self.path.mkdir(exist_ok=True)
        small = self._write(f"{name}-card.webp", card)
        large = self._write(f"{name}.jpg", full)
        self.pictures[address] = StoredPicture(large.file, large.sha256, large.width, large.height, small)
        self._write_list()

    def drop_unnamed(self) -> Iterator[str]:
        """Remove images that are no longer in a data file, and yield their files; keep files that somebody changed."""
        unnamed = sorted(self.pictures.keys() - self.wanted.keys()) if self.complete else []
        for address in unnamed:
            for file in self.pictures.pop(address).files:
                if file.trouble(self.path) is None:
                    (self.path / file.file).unlink()
                    yield f"{self.name}/{file.file}"
        if unnamed:
            self._write_list()

    def _write(self, name: str, image: EncodedImage) -> StoredFile:
        write_whole(self.path / name, image.data)
        return StoredFile(name, hashlib.sha256(image.data).hexdigest(), image.width, image.height)

    def _write_list(self) -> None:
        write_whole(self.path / NAME, text_of(self.pictures).encode())


def folders(source: Path) -> list[Folder]:
    """Return the folders of data files that have images on other hosts, or had some before.

    Raises UnreadableError if a file cannot be read.
    """
    named: dict[Path, list[Path]] = defaultdict(list)
    config = read_config(source, recap_kinds={})
    allowed = Allowed(kinds=(*KINDS, *config.recap_kinds))
    for path in files_below(source, config, "**.yaml", "**.yml", f"**{FOLDER}/{NAME}"):
        if path.name == NAME:
            named[path.parent].extend(())
        else:
            named[path.parent / FOLDER].append(path)
    candidates = []
    for path, files in sorted(named.items()):
        folder = Folder(path)
        for file in files:
            _note_images(folder, file, allowed)
        candidates.append(folder)
    return [folder for folder in candidates if folder.wanted or folder.pictures or folder.problems]


def _note_images(folder: Folder, file: Path, allowed: Allowed) -> None:
    try:
        loaded = load_bytes(file.read_bytes(), file.stem, allowed)
    except OSError as error:
        raise UnreadableError(f"{file}: the file cannot be read ({error.strerror})") from error
    folder.complete = folder.complete and not loaded.problems
    for entry in loaded.content.entries if isinstance(loaded.content, Catalogue) else ():
        if entry.image and "://" in entry.image:
            folder.wanted.setdefault(entry.image, RemoteImage(entry.image, f"{file.as_posix()}:{entry.line}"))


class Progress:
    """Shows a progress bar on a terminal; otherwise, writes a line for each image."""

    def __init__(self, out: TextIO, total: int) -> None:
        self._out = out
        self._total = total
        self._done = 0
        self._bar = out.isatty()

    def begin(self, address: str) -> None:
        """Show which image is being fetched."""
        if self._bar:
            full = _BAR * self._done // self._total
            bar = f"[{'#' * full}{'.' * (_BAR - full)}] {self._done + 1}/{self._total}"
            self._out.write(f"{_CLEAR}{bar} {_printable(address.rpartition('/')[2])[:40]}")
        else:
            self._out.write(f"{self._done + 1}/{self._total} {_printable(address)}\n")
        self._out.flush()
        self._done += 1

    def write_line(self, line: str) -> None:
        """Write a line that is not replaced by the bar."""
        self._out.write(f"{_CLEAR if self._bar else ''}{_printable(line)}\n")
        self._out.flush()


def _printable(text: str) -> str:
    """Return text without control characters, because some of it comes from servers."""
    return "".join(char if char.isprintable() else "?" for char in text)


def fetch_images(source: Path, client: Client, out: TextIO) -> int:
    """Fetch the missing images of a project; return the exit code: 1 if an image could not be fetched, otherwise 0."""
    all_folders = folders(source)
    jobs = [(folder, image) for folder in all_folders if not folder.problems for image in folder.missing()]
    progress, failed = Progress(out, len(jobs)), 0
    for problem in [problem for folder in all_folders for problem in folder.problems]:
        progress.write_line(problem)
    skipped: Counter[str] = Counter()
    for folder, image in jobs:
        if client.is_refused(image.address):
            skipped[urlsplit(image.address).netloc] += 1
            continue
        progress.begin(image.address)
        try:
            folder.store(image.address, client.read(image.address, bytes, media="image/"))
        except RequestError as error:
            failed += 1
            progress.write_line(f"{image.place}: {image.address}: the host {error}; {_advice(error)}")
        except (ValueError, OSError) as error:
            failed += 1
            progress.write_line(f"{image.place}: {image.address}: {error}")
    for host, number in skipped.items():
        failed += number
        more = f"{number} more of its images were not requested; run `sphinx-recaps images` again later"
        progress.write_line(f"{host} accepts no more requests for now: {more}")
    for folder in all_folders:
        for file in folder.drop_unnamed() if not folder.problems else ():
            progress.write_line(f"removed {file}: no data file names its source any more")
    stored = sum(len(folder.wanted) for folder in all_folders if not folder.problems) - len(jobs)
    progress.write_line(f"Images: {len(jobs) - failed} fetched, {stored} already there, {failed} failed.")
    return 1 if failed or any(folder.problems for folder in all_folders) else 0


def _advice(error: RequestError) -> str:
    if error.temporary:
        return "run `sphinx-recaps images` again later"
    return "correct the address, or save the image beside the data file and name that file"
