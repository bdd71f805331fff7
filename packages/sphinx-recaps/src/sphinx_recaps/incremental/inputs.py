"""What a page read of the file system: it is read again when any of that is different, older files included.

Sphinx compares times: a file that is newer than the last reading is a change. A file that was renamed or copied keeps
its time, so here the time and the size themselves are compared. Patterns of files are looked up again in each build.
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

Signature: TypeAlias = "tuple[int, int] | None"  # the time in ns and the size; None for a file that is not there


def matching(env: BuildEnvironment, pattern: str) -> list[str]:
    """Return the files that a pattern finds, both from the source folder, without what the project excludes."""
    try:
        names = sorted(path.relative_to(env.srcdir).as_posix() for path in Path(env.srcdir).glob(pattern))
    except (OSError, ValueError, IndexError):  # not a pattern: **.yaml, the source folder itself, a very long name
        return []
    return without_excluded(env, names)


def without_excluded(env: BuildEnvironment, names: Iterable[str]) -> list[str]:
    """Return files, from the source folder, without those that ``exclude_patterns`` of the project names."""
    excluded = Matcher(env.config.exclude_patterns)
    return [name for name in names if not any(map(excluded, _ways_to(name)))]


def _ways_to(name: str) -> Iterable[str]:
    """Yield a path and the folders around it."""
    while name:
        yield name
        name = name.rpartition("/")[0]


def note_pattern(env: BuildEnvironment, pattern: str) -> list[str]:
    """Return the files that a pattern finds; the page that is being read depends on which these are from then on."""
    found = matching(env, pattern)
    recap_domain(env).data["patterns"].setdefault(env.docname, {})[pattern] = found
    return found


def note_absent(env: BuildEnvironment, name: str) -> None:
    """Have the page that is being read read again once there is a file; Sphinx takes one for a change at any time."""
    recap_domain(env).data["places"].setdefault(env.docname, {})[name] = False


def _note_files(app: Sphinx, doctree: nodes.document) -> None:
    """Note the state of each file that a page depends on, and whether each that it links to is there."""
    env, docname = app.env, app.env.current_document.docname
    data = recap_domain(env).data
    names = {os.fspath(env.doc2path(docname, base=False)), *map(os.fspath, env.dependencies.get(docname, ()))}
    data["files"][docname] = [(name, _signature(env, name)) for name in sorted(names)]
    for name in _linked(env, doctree):
        data["places"].setdefault(docname, {})[name] = _signature(env, name) is not None


def _linked(env: BuildEnvironment, doctree: nodes.document) -> Iterator[str]:
    """Yield the files that links in Markdown may be to: MyST looks for them when it reads the page."""
    for node in doctree.findall(addnodes.pending_xref):
        if node["reftype"] == "myst":
            target = node["reftarget"]
            yield os.fspath(env.doc2path(target, base=False)) if node["refdomain"] else env.relfn2path(_path(target))[0]


def _path(target: str) -> str:
    return target.partition("#")[0]


def _signature(env: BuildEnvironment, name: str) -> Signature:
    try:
        status = os.stat(os.path.join(env.srcdir, name))  # noqa: PTH116, PTH118 (an archive has thousands)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _outdated(
    _app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> Sequence[str]:
    """Return the pages that read something else than they would read now."""
    data, known = recap_domain(env).data, env.found_docs - added - changed - removed
    found: dict[str, list[str]] = {}
    for docname in known:
        for pattern in data["patterns"].get(docname, ()):
            found.setdefault(pattern, matching(env, pattern))
    return sorted(
        docname
        for docname in known
        if any(found[pattern] != names for pattern, names in data["patterns"].get(docname, {}).items())
        or any(_signature(env, name) != signature for name, signature in data["files"].get(docname, ()))
        or any((_signature(env, name) is not None) != there for name, there in data["places"].get(docname, {}).items())
    )


def setup_inputs(app: Sphinx) -> None:
    """Set up what notes the files of a page, and what compares them."""
    app.connect("doctree-read", _note_files, priority=900)  # after all that note a dependency
    app.connect("env-get-outdated", _outdated)
