"""Data files that no page shows: their mistakes would go unnoticed, and what they say would reach nobody."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from sphinx_recaps import datafile
from sphinx_recaps.records import Event
from sphinx_recaps.warnings import RecapWarning, logger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

# What a data file of this extension begins with, or has at the beginning of a line; other YAML is none of its business.
_OURS = re.compile(rb"\A[^\n]*\$schema=\S*(?:catalogue|event)\.json|^entries:|^kind:[ \t]*[a-z]+[ \t]*$", re.MULTILINE)


def unshown(env: BuildEnvironment) -> Iterator[Path]:
    """Yield the data files beside pages that no page depends on."""
    shown = {os.path.join(env.srcdir, name) for names in env.dependencies.values() for name in names}  # noqa: PTH118
    folders = {docname.rpartition("/")[0] for docname in env.found_docs}
    for folder in sorted(folders):
        for name in sorted(os.listdir(env.srcdir / folder)):  # noqa: PTH208 (an archive has hundreds of folders)
            if name.endswith((".yaml", ".yml")):
                path = env.srcdir / folder / name
                if os.fspath(path) not in shown:
                    yield path


def _check(app: Sphinx, env: BuildEnvironment) -> None:
    """Report each file, and the mistakes in it."""
    for path in unshown(env):
        if not _OURS.search(path.read_bytes()[: datafile.LARGEST]):
            continue
        name = path.relative_to(env.srcdir).as_posix()
        loaded = datafile.load(path)
        directive = "event" if isinstance(loaded.content, Event) else "catalogue"
        message = f"no page shows this file; write :::{{{directive}}} {path.name} and ::: in a page beside it"
        _warn(message, RecapWarning.UNSHOWN, f"{name}:1")
        for problem in loaded.problems:
            _warn(problem.message, RecapWarning.DATA, f"{name}:{problem.line}:{problem.column}")


def _warn(message: str, kind: RecapWarning, location: str) -> None:
    logger.warning(message, type="recap", subtype=kind.subtype, location=location)


def setup_unshown(app: Sphinx) -> None:
    """Set up the check; also where no page was read, because a file can come alone."""
    app.connect("env-updated", _check)
