"""Reports each mistake in every build until it is fixed, by reading and writing pages with warnings again.

Sphinx warns about a page when it reads it, and about its references when it writes it. It does neither with a page that
has not changed, so an incremental build would be silent about it. Each build therefore stores the pages that it warned
about in a file beside the environment, and the next one treats them as outdated. Suppressed warnings do not count.
"""

from __future__ import annotations

import json
import logging
import os
from typing import TYPE_CHECKING

from sphinx import addnodes
from sphinx.util.build_phase import BuildPhase
from sphinx.util.logging import NAMESPACE, OnceFilter, WarningStreamHandler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

NAME = "recap-unfixed.json"
_READING = {BuildPhase.READING, BuildPhase.CONSISTENCY_CHECK}


class WarningRecorder(logging.Filter):
    """Records the locations of all warnings, including those of other processes, and lets them pass.

    Builders that share an environment share the pages to read again; the pages to write again are stored for each
    builder. Warnings about the configuration appear in every build anyway.
    """

    def __init__(self, app: Sphinx) -> None:
        super().__init__()
        self._app = app
        self._file = app.doctreedir / NAME
        self._reading, self._writing = set[str](), set[str]()  # locations of the warnings in each phase; '' for none
        self._read, self._written = set[str](), set[str]()  # names of pages in this build
        stored = self._load()
        self._to_read = set(stored.get("", ()))
        self._to_write = {name: set(pages) for name, pages in stored.items() if name}

    def _load(self) -> dict[str, list[str]]:
        try:
            stored = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stored if isinstance(stored, dict) else {}

    def _save(self, to_read: set[str], to_write: dict[str, set[str]]) -> None:
        stored = {name: sorted(pages) for name, pages in {"": to_read, **to_write}.items() if pages}
        if stored != self._load():
            self._file.write_text(json.dumps(stored, indent=0, sort_keys=True) + "\n", encoding="utf-8")

    def filter(self, record: logging.LogRecord) -> bool:
        """Record the location of a warning, and files that it names by absolute path, such as that of a duplicate."""
        words = logging.LogRecord.getMessage(record).split()
        locations = {word.rstrip(".,;:") for word in words if word.startswith(str(self._app.srcdir))}
        locations.add(getattr(record, "location", None) or "")
        if self._app.phase in _READING:
            self._reading |= locations
        elif self._app.phase is not BuildPhase.INITIALIZATION:
            self._writing |= locations
        return True

    def outdated(self, _app: Sphinx, env: BuildEnvironment, *_: object) -> list[str]:
        """Return the pages that the last build warned about."""
        pages = self._to_read | self._to_write.get(self._app.builder.name, set())
        return sorted(pages & env.found_docs)

    def read(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Record which pages are read, so that they are read again if this build is interrupted.

        All of them are cleared from the environment before the first is read, as in parallel builds. Otherwise a label
        that moved to an earlier page would be reported as a duplicate.
        """
        self._read.update(docnames)
        self._save(self._to_read | self._read, self._to_write)
        for docname in docnames:
            app.emit("env-purge-doc", env, docname)
            env.clear_doc(docname)

    def written(self, _app: Sphinx, doctree: nodes.document, docname: str) -> None:
        """Record which pages are written; some builders merge many into one document."""
        self._written.add(docname)
        if self._to_write:
            self._written.update(part["docname"] for part in doctree.findall(addnodes.start_of_file))

    def finish(self, _app: Sphinx, exception: Exception | None) -> None:
        """Store the pages with warnings for the next build; after an error Sphinx reads all pages again anyway."""
        if exception is not None:
            return
        env, builder = self._app.env, self._app.builder.name
        users = _dependent_pages(env)
        to_read = self._to_read - self._read | _pages(env, users, self._reading, self._read)
        to_write = self._to_write.get(builder, set()) - self._written
        to_write |= _pages(env, users, self._writing, self._written)
        to_write_by = {**self._to_write, builder: to_write & env.found_docs}
        self._save(to_read & env.found_docs, to_write_by)


def _dependent_pages(env: BuildEnvironment) -> dict[str, set[str]]:
    """Return the pages that depend on each file."""
    users: dict[str, set[str]] = {}
    for docname, files in env.dependencies.items():
        for file in files:
            users.setdefault(os.path.normpath(env.srcdir / file), set()).add(docname)
    return users


def _pages(env: BuildEnvironment, users: dict[str, set[str]], locations: set[str], seen: set[str]) -> set[str]:
    """Return the pages that warnings with these locations are about; one without a location may be about any page seen.

    A file that is not a page, and on which no page depends, must be checked in every build by the code that warns.
    """
    pages: set[str] = set()
    for location in locations:
        for name in _possible_files(location):
            path = os.path.normpath(env.srcdir / name)
            docname = env.path2doc(path)
            matches = {page for page in (docname, name) if page in env.found_docs} | users.get(path, set())
            pages |= matches
            if matches or os.path.isfile(path):  # noqa: PTH113 (beside os.path.normpath)
                break
        else:
            pages |= seen
    return pages


def _possible_files(location: str) -> Iterator[str]:
    """Yield possible file names in ``name:line:column``, the longest first, because names can have colons."""
    while location:
        yield location
        location = location.rpartition(":")[0]


def setup_repeated_warnings(app: Sphinx) -> None:
    """Connect the recorder of warnings."""
    app.connect("builder-inited", _watch)


def _watch(app: Sphinx) -> None:
    """Record warnings after suppressed ones have been filtered out, but before repeated ones are."""
    recorder = WarningRecorder(app)
    for handler in logging.getLogger(NAMESPACE).handlers:
        if isinstance(handler, WarningStreamHandler):
            place = next(at for at, other in enumerate(handler.filters) if isinstance(other, OnceFilter))
            handler.filters.insert(place, recorder)
    app.connect("env-get-outdated", recorder.outdated)
    app.connect("env-before-read-docs", recorder.read)
    app.connect("doctree-resolved", recorder.written)
    app.connect("build-finished", recorder.finish, priority=1000)  # after every handler that may warn
