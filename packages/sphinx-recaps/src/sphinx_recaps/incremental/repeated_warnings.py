"""Pages with mistakes are read and written again in every build, so that each mistake is reported until it is fixed.

Sphinx warns of a page when it reads it, and of its references when it writes it. A page that did not change is neither
read nor written, and its mistakes are forgotten. Here a build notes the pages that its warnings are about in a file
beside the environment, and the next build treats them as outdated. Warnings that are suppressed do not count.
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


class Warned(logging.Filter):
    """Notes what the warnings of a build are about, those of other processes too; lets all of them through.

    Builders that share an environment share the pages that are to be read again; pages that one of them is to write
    again are known by its name. Warnings about the configuration are given in every build anyway.
    """

    def __init__(self, app: Sphinx) -> None:
        super().__init__()
        self._app = app
        self._file = app.doctreedir / NAME
        self._reading, self._writing = set[str](), set[str]()  # where the warnings of each half are, '' for nowhere
        self._read, self._written = set[str](), set[str]()  # the pages of this build
        known = self._load()
        self._to_read = set(known.get("", ()))
        self._to_write = {name: set(pages) for name, pages in known.items() if name}

    def _load(self) -> dict[str, list[str]]:
        try:
            known = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def _save(self, to_read: set[str], to_write: dict[str, set[str]]) -> None:
        known = {name: sorted(pages) for name, pages in {"": to_read, **to_write}.items() if pages}
        if known != self._load():
            self._file.write_text(json.dumps(known, indent=0, sort_keys=True) + "\n", encoding="utf-8")

    def filter(self, record: logging.LogRecord) -> bool:
        """Note where a warning is, and which files it names by their whole paths: both may have the same label."""
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
        """Note which pages are read, and have them read again should this build be interrupted.

        All are forgotten before the first is read, as in builds with several processes: a label that moved to an
        earlier page is not one that both have.
        """
        self._read.update(docnames)
        self._save(self._to_read | self._read, self._to_write)
        for docname in docnames:
            app.emit("env-purge-doc", env, docname)
            env.clear_doc(docname)

    def written(self, _app: Sphinx, doctree: nodes.document, docname: str) -> None:
        """Note which pages are written; some builders put many into one document."""
        self._written.add(docname)
        if self._to_write:
            self._written.update(part["docname"] for part in doctree.findall(addnodes.start_of_file))

    def finish(self, _app: Sphinx, exception: Exception | None) -> None:
        """Keep the pages with warnings for the next build; after an error Sphinx reads all pages again by itself."""
        if exception is not None:
            return
        env, builder = self._app.env, self._app.builder.name
        users = _users(env)
        to_read = self._to_read - self._read | _pages(env, users, self._reading, self._read)
        to_write = self._to_write.get(builder, set()) - self._written
        to_write |= _pages(env, users, self._writing, self._written)
        to_write_by = {**self._to_write, builder: to_write & env.found_docs}
        self._save(to_read & env.found_docs, to_write_by)


def _users(env: BuildEnvironment) -> dict[str, set[str]]:
    """Return the pages that depend on each file."""
    users: dict[str, set[str]] = {}
    for docname, files in env.dependencies.items():
        for file in files:
            users.setdefault(os.path.normpath(env.srcdir / file), set()).add(docname)
    return users


def _pages(env: BuildEnvironment, users: dict[str, set[str]], locations: set[str], seen: set[str]) -> set[str]:
    """Return the pages that warnings with these locations are about; without a place they can be about any page seen.

    A file that is no page and that no page depends on has to be looked at in every build by who warns about it.
    """
    pages: set[str] = set()
    for location in locations:
        for name in _names(location):
            path = os.path.normpath(env.srcdir / name)
            docname = env.path2doc(path)
            found = {page for page in (docname, name) if page in env.found_docs} | users.get(path, set())
            pages |= found
            if found or os.path.isfile(path):  # noqa: PTH113 (beside os.path.normpath)
                break
        else:
            pages |= seen
    return pages


def _names(location: str) -> Iterator[str]:
    """Yield what may be the name in ``name:line:column``, the longest first: names may hold colons."""
    while location:
        yield location
        location = location.rpartition(":")[0]


def setup_unfixed(app: Sphinx) -> None:
    """Set up what is noted, and which pages are outdated."""
    app.connect("builder-inited", _watch)


def _watch(app: Sphinx) -> None:
    """Look at warnings after those that are suppressed have gone, and before repeated ones go."""
    warned = Warned(app)
    for handler in logging.getLogger(NAMESPACE).handlers:
        if isinstance(handler, WarningStreamHandler):
            place = next(at for at, known in enumerate(handler.filters) if isinstance(known, OnceFilter))
            handler.filters.insert(place, warned)
    app.connect("env-get-outdated", warned.outdated)
    app.connect("env-before-read-docs", warned.read)
    app.connect("doctree-resolved", warned.written)
    app.connect("build-finished", warned.finish, priority=1000)  # after all that may warn
