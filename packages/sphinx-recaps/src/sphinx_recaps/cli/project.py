"""The Sphinx project that a command works on: its folder, configuration and files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import SphinxError
from sphinx.project import EXCLUDE_PATHS
from sphinx.util.console import nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx.util.matching import get_matching_files
from sphinx.util.tags import Tags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TextIO

    from sphinx.environment import BuildEnvironment

FOLDERS = (".", "docs", "doc", "source", "docs/source")


class UnreadableError(click.ClickException):
    """A project or a file cannot be read or used; the exit code is 2."""

    exit_code = 2


def find_source(given: Path | None) -> Path:
    """Return the given source folder or, by default, the first of ``FOLDERS`` with a ``conf.py``."""
    if given is not None:
        if not (given / "conf.py").is_file():
            msg = f"{given}: there is no conf.py in this folder; name the source folder of a Sphinx project"
            raise UnreadableError(msg)
        return given
    for folder in FOLDERS:
        if Path(folder, "conf.py").is_file():
            return Path(folder)
    looked_for = ", ".join(Path(folder, "conf.py").as_posix() for folder in FOLDERS)
    raise UnreadableError(f"no Sphinx project here: there is no {looked_for}; name the source folder")


def read_config(source: Path, **defaults: object) -> Config:
    """Return the configuration, with ``defaults`` for settings of extensions, which are not loaded."""
    try:
        config = Config.read(source.resolve(), overrides={}, tags=Tags())
    except SphinxError as error:
        raise UnreadableError(str(error)) from error
    for name, default in defaults.items():
        config.add(name, default, "env", ())
    return config


def files_below(source: Path, config: Config, *patterns: str) -> Iterator[Path]:
    """Yield the files in the source folder that match a pattern and are not in ``exclude_patterns``."""
    for name in get_matching_files(source, patterns, [*config.exclude_patterns, *EXCLUDE_PATHS]):
        yield source / name


def run_builder(
    source: Path,
    cache: Path,
    builder: str,
    warning: TextIO,
    prepare: Callable[[Sphinx], object] = lambda _: None,
    **overrides: object,
) -> Sphinx:
    """Run a builder that writes no pages, and return its application; doctrees are kept in ``cache``.

    ``prepare`` is called with the application before anything is read. Raises UnreadableError if the project cannot
    be read at all.
    """
    source = source.resolve()
    nocolor()
    try:
        with patch_docutils(source), docutils_namespace():
            app = Sphinx(
                srcdir=source,
                confdir=source,
                outdir=cache / "out",
                doctreedir=cache,
                buildername=builder,
                confoverrides=dict(overrides),
                status=None,
                warning=warning,
                parallel=os.cpu_count() or 1,
            )
            if sys.stderr.isatty():
                app.connect("env-before-read-docs", _show_progress)
            prepare(app)
            app.build()
    except SphinxError as error:
        raise UnreadableError(str(error)) from error
    except Exception as error:  # an extension can raise anything
        msg = f"{type(error).__name__}: {error}; `sphinx-build --show-traceback` shows where it comes from"
        raise UnreadableError(msg) from error
    return app


def _show_progress(_app: Sphinx, _env: BuildEnvironment, docnames: list[str]) -> None:
    if docnames:
        click.echo(f"Reading {counted(len(docnames), 'page')} ...", err=True)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 page``, ``2 pages``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file atomically, without overwriting another file."""
    path = path.resolve()  # keep a symbolic link
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with part.open("xb") as file:
        try:
            file.write(data)
            file.close()
            if path.exists():
                part.chmod(path.stat().st_mode)
            os.replace(part, path)  # noqa: PTH105 (Path.replace, for the name of the system call)
        finally:
            part.unlink(missing_ok=True)
