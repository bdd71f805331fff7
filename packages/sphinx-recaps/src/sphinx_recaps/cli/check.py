"""``sphinx-recaps check``: lists every mistake in a project with its location, without building it.

Sphinx reads changed files and resolves all references, but writes no output; the messages are those of a build with
``-n``. In a Git checkout, it also lists what was published and is gone.

On GitHub's runners, each is also written as a workflow command, so that GitHub shows it beside the line:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import os
import re
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple, TextIO

from docutils import nodes
from sphinx.highlighting import PygmentsBridge

from sphinx_recaps.cli.git import NoHistoryError, Published
from sphinx_recaps.cli.gone import Comparison
from sphinx_recaps.cli.project import counted, run_builder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sphinx.application import Sphinx

_MESSAGE = re.compile(
    r"(?:(?P<path>[^\n]+?):(?:(?P<line>[0-9]+):(?:(?P<column>[0-9]+):)?)? )?"
    r"(?P<level>WARNING|ERROR|SEVERE|CRITICAL): (?P<text>.*)",
    re.DOTALL,
)


class Mistake(NamedTuple):
    """A message of Sphinx; ``path`` is relative to the source folder ('' for none); lines and columns start at 1."""

    path: str
    line: int
    column: int
    level: str
    text: str

    def __str__(self) -> str:
        """Return the message as in a build, but with the path relative to the source folder."""
        place = "".join(f"{part}:" for part in (self.path, self.line, self.column) if part)
        return f"{place} {self.level}: {self.text}".lstrip()

    @property
    def command(self) -> str:
        """The message as a workflow command."""
        properties = {"file": self.path, "line": self.line, "col": self.column}
        parameters = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in properties.items() if value)
        kind = "warning" if self.level == "WARNING" else "error"
        return f"::{kind} {parameters}::{_escaped(self.text)}"


def _escaped(text: str, more: str = "") -> str:
    return "".join(f"%{ord(char):02X}" if char in f"%\r\n{more}" else char for char in text)


class _Messages(StringIO):
    """Collects the warnings of Sphinx, which writes each message with one call."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[str] = []

    def write(self, text: str) -> int:
        self.all.append(text)
        return len(text)


def parse(messages: Iterable[str], source: Path) -> list[Mistake]:
    """Return the unique mistakes in messages of Sphinx, sorted by file and line."""
    mistakes = set()
    for message in messages:
        match = _MESSAGE.fullmatch(message.strip("\n"))
        if match is None:
            mistakes.add(Mistake("", 0, 0, "ERROR", message.strip()))
            continue
        path = (match["path"] or "").removeprefix(f"{source}{os.sep}")
        mistakes.add(Mistake(path, int(match["line"] or 0), int(match["column"] or 0), match["level"], match["text"]))
    return sorted(mistakes)


def check(source: Path, cache: Path) -> tuple[list[Mistake], str]:
    """Return the mistakes in a project, and a description of what was checked; ``cache`` is kept for the next run.

    Raises UnreadableError if the project cannot be read at all.
    """
    messages = _Messages()
    app = run_builder(
        source, cache, "dummy", messages, lambda app: app.connect("doctree-resolved", _highlight), nitpicky=True
    )
    files = {name for names in app.env.dependencies.values() for name in names}
    data = sum(str(name).endswith((".yaml", ".yml")) for name in files)
    scope = f"{counted(len(app.env.found_docs), 'page')} and {counted(data, 'data file')}{_compare(app)}"
    return parse(messages.all, source.resolve()), scope


def _compare(app: Sphinx) -> str:
    """Report what was published and is gone; return what was compared, in words."""
    try:
        published = Published(app.srcdir)
        Comparison(app, published).report()
    except NoHistoryError as error:
        return f"; not compared with the main branch, because {error}"
    return f", compared with {published.name}"


def _highlight(app: Sphinx, document: nodes.document, _docname: str) -> None:
    """Have Sphinx report code that it cannot highlight, which HTML builders only notice when they write a page."""
    bridge = PygmentsBridge("html")
    for block in document.findall(nodes.literal_block):
        if block.rawsource == block.astext():
            language = block.get("language", "default")
            options = app.config.highlight_options.get(language, {})
            bridge.highlight_block(
                block.rawsource, language, opts=options, force=block.get("force", False), location=block
            )


def print_advice(unformatted: Iterable[Path], out: TextIO, environ: Mapping[str, str]) -> None:
    """List the data files that `sphinx-recaps format` would change, as advice."""
    for path in unformatted:
        message = f"the file is not in the usual form; run `sphinx-recaps format {path.as_posix()}`"
        print(f"{path.as_posix()}: advice: {message}", file=out)
        if environ.get("GITHUB_ACTIONS") == "true":
            print(f"::notice file={_escaped(path.as_posix(), ':,')}::{_escaped(message)}", file=out)


def print_mistakes(mistakes: Sequence[Mistake], scope: str, out: TextIO, environ: Mapping[str, str]) -> int:
    """Print the mistakes and a summary; return the exit code, which is 1 if there are mistakes."""
    on_github = environ.get("GITHUB_ACTIONS") == "true"
    for mistake in mistakes:
        print(mistake, file=out)
        if on_github:
            print(mistake.command, file=out)
    if not mistakes:
        print(f"No mistakes in {scope}.", file=out)
        return 0
    places = len({mistake.path for mistake in mistakes})
    print(f"\n{counted(len(mistakes), 'mistake')} in {counted(places, 'file')}, of {scope}.", file=out)
    return 1
