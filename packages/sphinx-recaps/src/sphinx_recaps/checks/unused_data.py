"""Reports data files that no page shows; otherwise, they and their mistakes would go unnoticed."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.fields import SUBTITLES
from sphinx_recaps.data.loader import LARGEST, load
from sphinx_recaps.data.records import Event
from sphinx_recaps.incremental.inputs import without_excluded
from sphinx_recaps.registry.data_directive import allowed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

TRANSCRIPTS = "transcripts"  # the usual name of their folder, beside a page
# Data files of this extension start with their schema, or have a kind and a list of entries, unlike other YAML.
_SCHEMA = re.compile(rb"\A(?:\xef\xbb\xbf)?#[^\n]*\$schema=(?!\w+://)\S*\b(?:catalogue|event)\.json\b")
_KIND = re.compile(rb"^kind:[ \t]+[\"']?[a-z]+[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_ENTRIES = re.compile(rb"^entries:[ \t]*(?:\[|(?:#.*)?(?:\r?\n[ \t]*(?:#.*)?)*(?:-[ \t\r\n]|\Z))", re.MULTILINE)


def is_data_file(data: bytes) -> bool:
    """Return whether a YAML file is a data file of this extension."""
    return _SCHEMA.search(data) is not None or (_KIND.search(data) is not None and _ENTRIES.search(data) is not None)


def unused_files(env: BuildEnvironment) -> Iterator[Path]:
    """Yield the YAML files beside pages on which no page depends, except excluded ones."""
    used = {os.path.join(env.srcdir, name) for names in env.dependencies.values() for name in names}  # noqa: PTH118
    folders = {docname.rpartition("/")[0] for docname in env.found_docs}
    for folder in sorted(folders):
        beside = sorted(os.listdir(env.srcdir / folder))  # noqa: PTH208 (an archive has hundreds of folders)
        names = [f"{folder}/{name}".lstrip("/") for name in beside if name.endswith((".yaml", ".yml"))]
        unused = [name for name in names if os.path.join(env.srcdir, name) not in used]  # noqa: PTH118
        for path in (env.srcdir / name for name in without_excluded(env, unused)):
            if path.is_file() and os.access(path, os.R_OK):
                yield path


def _check(app: Sphinx, env: BuildEnvironment) -> None:
    """Report each unused data file, and its mistakes."""
    for path in unused_files(env):
        if not is_data_file(path.read_bytes()[:LARGEST]):
            continue
        name = path.relative_to(env.srcdir).as_posix()
        loaded = load(path, allowed_in(env))
        directive = "event" if isinstance(loaded.content, Event) else "catalogue"
        message = f"no page shows this file; write :::{{{directive}}} {path.name} and ::: in a page beside it"
        report(RecapWarning.UNSHOWN, message, f"{name}:1")
        for problem in loaded.problems:
            report(RecapWarning.DATA, problem.message, problem.location(name))


def _check_transcripts(_app: Sphinx, env: BuildEnvironment) -> None:
    """Report each subtitle file that no page shows, beside one that a page shows or in a folder for transcripts."""
    named = {os.fspath(name) for names in env.dependencies.values() for name in names}
    paths = (os.path.join(env.srcdir, name) for name in named if name.lower().endswith(SUBTITLES))  # noqa: PTH118
    used = {Path(path).relative_to(env.srcdir).as_posix() for path in paths}
    shown = {name.rpartition("/")[0] for name in used}
    pages = {docname.rpartition("/")[0] for docname in env.found_docs}
    for folder in sorted(shown | {f"{page}/{TRANSCRIPTS}".lstrip("/") for page in pages}):
        path = Path(env.srcdir, folder)
        beside = sorted(os.listdir(path)) if path.is_dir() else []  # noqa: PTH208
        names = [f"{folder}/{name}".lstrip("/") for name in beside if name.lower().endswith(SUBTITLES)]
        for name in without_excluded(env, [name for name in names if name not in used]):
            file = name.removeprefix(f"{folder.rpartition('/')[0]}/")
            message = f"no page shows this file; write `transcript: {file}` in an entry, or remove the file"
            report(RecapWarning.UNSHOWN, message, f"{name}:1")


def setup_unused_data(app: Sphinx) -> None:
    """Connect the check; it also runs if no page was read, because only a data file may be new."""
    app.connect("env-updated", _check)
    app.connect("env-updated", _check_transcripts)
