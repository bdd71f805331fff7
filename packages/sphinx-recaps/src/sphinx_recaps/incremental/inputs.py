"""The files that a page depends on: when any of them differs, the page is read again.

Sphinx only notices files that are newer than the last build. A file that was renamed or copied keeps its time, so here
time and size are compared for equality. Glob patterns are evaluated again in each build.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sphinx import addnodes
from sphinx.util.matching import Matcher

from sphinx_recaps.registry.domain import recap_domain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

Signature: TypeAlias = "tuple[int, int] | None"  # modification time in ns, and size in bytes; None if there is no file


def matching(env: BuildEnvironment, pattern: str) -> list[str]:
    """Return the files that match a glob pattern, except excluded ones; all paths are relative to the source folder."""
    try:
        names = sorted(path.relative_to(env.srcdir).as_posix() for path in Path(env.srcdir).glob(pattern))
    except (OSError, ValueError, IndexError):  # such as **.yaml, the source folder itself or a very long name
        return []
    return without_excluded(env, names)


def without_excluded(env: BuildEnvironment, names: Iterable[str]) -> list[str]:
    """Return the files that ``exclude_patterns`` does not match; paths are relative to the source folder."""
    excluded = Matcher(env.config.exclude_patterns)
    return [name for name in names if not any(map(excluded, _path_and_parents(name)))]


def _path_and_parents(name: str) -> Iterable[str]:
    """Yield a path and each folder above it."""
    while name:
        yield name
        name = name.rpartition("/")[0]


def note_pattern(env: BuildEnvironment, pattern: str) -> list[str]:
    """Return the files that match a pattern, and make the current page depend on which files match."""
    names = matching(env, pattern)
    recap_domain(env).note_pattern(pattern, names)
    return names


def note_absent(env: BuildEnvironment, name: str) -> None:
    """Make the current page depend on a missing file; with ``note_dependency`` Sphinx would read it in every build."""
    recap_domain(env).note_presence({name: False})


def _note_files(app: Sphinx, doctree: nodes.document) -> None:
    """Note the state of each file that a page depends on, and whether each file that it links to exists."""
    env, docname = app.env, app.env.current_document.docname
    domain = recap_domain(env)
    names = {os.fspath(env.doc2path(docname, base=False)), *map(os.fspath, env.dependencies.get(docname, ()))}
    domain.note_files([(name, _signature(env, name)) for name in sorted(names)])
    domain.note_presence({name: _signature(env, name) is not None for name in _linked(env, doctree)})


def _linked(env: BuildEnvironment, doctree: nodes.document) -> Iterator[str]:
    """Yield the files that Markdown links may refer to; MyST looks for them when it reads the page."""
    for node in doctree.findall(addnodes.pending_xref):
        if node["reftype"] == "myst":
            target = node["reftarget"]
            page = (
                env.doc2path(target, base=False) if node["refdomain"] else env.relfn2path(target.partition("#")[0])[0]
            )
            yield os.fspath(page)


def _signature(env: BuildEnvironment, name: str) -> Signature:
    try:
        status = os.stat(os.path.join(env.srcdir, name))  # noqa: PTH116, PTH118 (an archive has thousands)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _outdated(
    _app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> Sequence[str]:
    """Return the pages whose files, or matching files, differ from when they were read."""
    data, known = recap_domain(env).data, env.found_docs - added - changed - removed
    matches: dict[str, list[str]] = {}
    for docname in known:
        for pattern in data["patterns"].get(docname, ()):
            matches.setdefault(pattern, matching(env, pattern))
    return sorted(
        docname
        for docname in known
        if any(matches[pattern] != names for pattern, names in data["patterns"].get(docname, {}).items())
        or any(_signature(env, name) != signature for name, signature in data["files"].get(docname, ()))
        or any(
            (_signature(env, name) is None) == existed for name, existed in data["presence"].get(docname, {}).items()
        )
    )


def setup_inputs(app: Sphinx) -> None:
    """Connect the handlers that note and compare the files of each page."""
    app.connect("doctree-read", _note_files, priority=900)  # after every handler that notes a dependency
    app.connect("env-get-outdated", _outdated)
