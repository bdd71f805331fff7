"""Shared by the directives for data files: finding and reading the file, reporting its mistakes, and ids."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from sphinx_recaps.core.did_you_mean import with_lookalike_notes
from sphinx_recaps.core.link_schemes import allowed_schemes
from sphinx_recaps.core.options import Argument
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.fields import quote
from sphinx_recaps.data.loader import Allowed, load
from sphinx_recaps.data.records import Catalogue, Event
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.known_names import note_names_file

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.environment import BuildEnvironment
    from sphinx.util.docutils import SphinxDirective

Content = TypeVar("Content", Catalogue, Event)
_OTHER = {
    Catalogue: "describes an event, not a list of entries; use the directive event",
    Event: "is a list of entries, not an event; use the directive catalogue",
}


class Source(NamedTuple, Generic[Content]):
    """A data file with its records.

    ``name`` is its path, and ``event`` that of its folder ('' for the source folder); both are relative to the source
    folder.
    """

    content: Content
    path: Path
    name: str
    event: str


def data_file(example: str) -> Argument:
    """Return the declaration of the argument of a directive for data files."""
    write = "a YAML file, relative to the page or, with a leading `/`, to the source folder"
    return Argument("The data file.", write=write, example=example)


def read_source(directive: SphinxDirective, expected: type[Content], kind: RecapWarning) -> Source[Content] | None:
    """Return the data file of a directive; None, after reporting an error of this kind, if it cannot be used."""
    env = directive.env
    try:
        name, path = find_data_file(env, directive.arguments[0])
    except ValueError as error:
        report(kind, f"{directive.name}: {error}", directive.get_location(), lost=True)
        return None
    content = load_reported(env, path, name)
    if isinstance(content, expected):
        return Source(content, path, name, name.rpartition("/")[0])
    if content is not None:
        report(kind, f"{directive.name}: {name} {_OTHER[expected]}", directive.get_location(), lost=True)
    return None


def find_data_file(env: BuildEnvironment, name: str) -> tuple[str, Path]:
    """Return a data file, relative to the source folder and as a path.

    ``name`` is relative to the page or, with a leading /, to the source folder. Raises ValueError with a message, and
    similar names, if it is not a file of the project.
    """
    try:
        relative, absolute = env.relfn2path(name)
    except RuntimeError as error:  # of pathlib, before Python 3.13
        raise ValueError(f"{quote(name)} is a symbolic link to itself; replace it by the file") from error
    path = Path(absolute)
    if f"{relative}/".startswith("../") or os.path.isabs(relative):  # noqa: PTH117 (on another drive)
        raise ValueError(f"{quote(name)} is outside the project; use a file beside the page")
    if path.suffix not in {".yaml", ".yml"}:
        raise ValueError(f"{quote(name)} is not a data file; use a file that ends in .yaml")
    if not os.path.isfile(path):  # noqa: PTH113 (pathlib raises for long names)
        files = path.parent.glob("*.y*ml") if os.path.isdir(path.parent) else ()  # noqa: PTH112
        beside = sorted(file.name for file in files if file.is_file())
        near = with_lookalike_notes(path.name, difflib.get_close_matches(path.name, beside, 3, 0.5) or beside[:5])
        hint = f"did you mean {' or '.join(near)}?" if near else "there is no data file in that folder"
        msg = f"{quote(name)} {'is a folder' if os.path.isdir(path) else 'does not exist'}; {hint}"  # noqa: PTH112
        raise ValueError(msg)
    return relative, path


def allowed_in(env: BuildEnvironment) -> Allowed:
    """Return what the data files of a project may have."""
    domain = recap_domain(env)
    return Allowed(allowed_schemes(env.config.recap_link_schemes), domain.kinds.names, domain.names)


def load_reported(env: BuildEnvironment, path: Path, name: str) -> Catalogue | Event | None:
    """Return the content of a data file, and make the current page depend on it.

    Each mistake in the file is reported at its line and column, once in each process, even if several pages show the
    file. ``name`` is its path relative to the source folder.
    """
    env.note_dependency(name)
    note_names_file(env)
    loaded = load(path, allowed_in(env))
    reported = recap_domain(env).reported
    for problem in loaded.problems:
        if (name, problem) not in reported:
            reported.add((name, problem))
            report(RecapWarning.DATA, problem.message, problem.location(name), lost=True)
    if isinstance(loaded.content, Event):
        recap_domain(env).note_numbers(loaded.content, name)
    return loaded.content


def free_id(directive: SphinxDirective, base: str, node: nodes.Element) -> str:
    """Give a node an id that is not yet used on the page, and return it."""
    ids, name, number = directive.state.document.ids, base, 1
    while name in ids:
        number += 1
        name = f"{base}-{number}"
    ids[name] = node
    return name
