"""``sphinx-recaps format``: writes data files in their standard form; ``check`` lists those in another one."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from sphinx_recaps.checks.unused_data import is_data_file
from sphinx_recaps.cli.project import UnreadableError, counted, files_below, read_config, write_whole
from sphinx_recaps.data.loader import LARGEST_LINKS
from sphinx_recaps.data.yaml_form import FormError, formatted, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

EVENT_FILE = "event.yaml"


def _read(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path}: the file cannot be read ({error.strerror})") from error
    if len(data) > LARGEST_LINKS:
        raise UnreadableError(f"{path}: the file has {len(data) / 1e6:.0f} MB, more than any data file")
    return data


def _in_form(data: bytes) -> bytes:
    """Return the bytes of a file in its form; raises FormError."""
    return formatted(text_of(data)).encode()


def format_files(paths: Iterable[Path]) -> int:
    """Write files in their form, each only if it is not in it yet; return the exit code."""
    changed = total = failed = 0
    for path in paths:
        total += 1
        data = _read(path)
        try:
            new = _in_form(data)
        except FormError as error:
            failed += 1
            for problem in error.problems:
                click.echo(f"{problem.location(path)}: {problem.message}", err=True)
            continue
        if new != data:
            changed += 1
            try:
                write_whole(path, new)
            except OSError as error:
                raise UnreadableError(f"{path}: the file cannot be written ({error.strerror})") from error
            click.echo(f"Formatted {path}")
    left = f"; {counted(failed, 'file')} with mistakes left as they are" if failed else ""
    click.echo(f"{counted(changed, 'file')} of {total} changed{left}.")
    return 1 if failed else 0


def unformatted(source: Path) -> Iterator[Path]:
    """Yield the data files of a project that are not in their form; files with mistakes are not among them."""
    for path in files_below(source, read_config(source), "**.yaml", "**.yml"):
        with suppress(OSError, FormError):
            data = path.read_bytes()
            if (path.name == EVENT_FILE or is_data_file(data)) and _in_form(data) != data:
                yield path
