"""What to write instead, added to the messages of Sphinx, docutils and MyST that only say what is wrong.

A message is known by its words. One whose words change in a later version keeps its own text and loses the hint.
"""

from __future__ import annotations

import logging
import os
import posixpath
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from docutils.parsers.rst import directives, roles
from sphinx.util.logging import NAMESPACE, WarningStreamHandler

from sphinx_recaps.core.lookalikes import named
from sphinx_recaps.images.local import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sphinx.application import Sphinx

FIXED = {
    r"Directive '.*': \d+ argument\(s\) required, 0 supplied": ("write it after the name: :::{name} what it is about"),
    r"Invalid options format": "write an option as :name: value, each on a line of its own below the first line",
    r"argument required but none supplied": "write a value after the second colon, or remove the line",
    r"Has content, but none permitted": "remove the text below the options, or put it outside the block",
    r"Non-consecutive header level increase; H(?P<above>\d)": "write one # more than the heading above has",
    r"contains reference to document '.*' that doesn't have a title": "begin that page with # and its title",
    r"document isn't included in any toctree": "name it in the toctree of the index page beside it",
    r"toctree glob pattern .* didn't match any documents": "remove the pattern until there is such a page",
    r"Too many autonumbered footnote references|Unknown target name": (
        "write [^name]: and the note at the end of the page, or correct the name"
    ),
    r"Footnote \[.*\] is not referenced": "write [^name] where the note belongs, or remove the note",
    r"\"raw\" directive disabled": "write Markdown: pages hold no HTML of their own",
    r"Malformed YAML": "write key: value, with a space after the colon, and values with a colon in quotes",
    r"duplicate label|Duplicate explicit target name": "give one of the two another name",
    r"Duplicate reference definition|Duplicate footnote definition": "keep one of them, or give one another name",
    r"is no valid measure|not a positive measure": "write a positive length, such as 640px or 80%",
    r"invalid literal for int\(\)": "write a whole number, such as 50",
    r"Pygments lexer name '.*' is not known": "write a language that Pygments knows, such as python, or text",
    r"Lexing literal_block .* resulted in an error": "correct the code, or write text in place of the language",
    r"uniform two-level bullet list expected": "give each row as many cells, lines that begin with -, as the first one",
    r"Include file .* not found|\"include\": file not found|download file not readable|directive path:": (
        "put the file there, or correct the name; it is looked for from the folder of the page"
    ),
    r"'any' reference target not found": "write a page without its ending, or a (name)= above a heading",
    r"term not in glossary": "correct the term, or add it to the glossary",
    r"invalid PEP number": "write its number",
    r"evaluating only directive expression": "write the name of an output, such as html or latex",
}


class Hints(logging.Filter):
    """Adds a hint to each message that it knows; lets all messages through."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__()
        self._app = app
        self._fixed = [(re.compile(pattern), hint) for pattern, hint in FIXED.items()]
        self._found: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
            (re.compile(r"Unknown directive type[: ]+['\"](?P<name>[^'\"]+)"), self._directive),
            (re.compile(r"Unknown interpreted text role ['\"](?P<name>[^'\"]+)"), self._role),
            (re.compile(r"Unknown option keys?: .*?'(?P<name>[^']*)'.*\(allowed: \[(?P<known>.*)\]\)"), _option),
            (re.compile(r"cross-reference target not found: '(?P<name>[^']*)'"), self._target),
            (re.compile(r"unknown document: '(?P<name>[^']+)'|nonexisting document '(?P<other>[^']+)'"), self._page),
            (re.compile(r"undefined label: '(?P<name>[^']+)'"), self._label),
            (re.compile(r"local id not found in doc '(?P<page>[^']+)': '(?P<name>[^']+)'"), self._heading),
            (re.compile(r"image file not readable: (?P<name>.+?)(?: \[|$)"), self._image),
        ]

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the hint."""
        message = logging.LogRecord.getMessage(record)  # as it was given: Sphinx has not put its place before it yet
        hint = self._hint(message)
        if hint:
            record.msg, record.args = f"{message.rstrip('. ')}; {hint}", ()
        return True

    def _hint(self, message: str) -> str:
        for pattern, find in self._found:
            match = pattern.search(message)
            if match is not None:
                return find(match)
        return next((hint for pattern, hint in self._fixed if pattern.search(message)), "")

    def _directive(self, match: re.Match[str]) -> str:
        registered = [*vars(directives)["_directives"], *vars(directives)["_directive_registry"]]
        near = _near(match["name"], {name: name for name in registered})
        return f"did you mean {' or '.join(near)}?" if near else "write the name of a directive, such as youtube"

    def _role(self, match: re.Match[str]) -> str:
        domains = self._app.env.domains.sorted()
        known = {f"{domain.name}:{name}": f"{domain.name}:{name}" for domain in domains for name in domain.roles}
        known |= {name: name for name in vars(roles)["_roles"] if name}
        ours = {name.partition(":")[2]: name for name in known if name.startswith("recap:")}
        near = _near(match["name"], {**known, **ours})
        return f"did you mean {' or '.join(near)}?" if near else "write a role, such as {recap:poster}`A4`"

    def _target(self, match: re.Match[str]) -> str:
        name = match["name"]
        if name.startswith(("http:", "https:", "mailto:")):
            return ""
        if not name:
            return "write where the link goes between ( and )"
        if name.lower().startswith("www."):
            return f"write https://{name}"
        near = self._near_pages(name)
        if near:
            return f"did you mean {' or '.join(near)}? Write the file from this page's folder, or from / on"
        return "write the file of a page, #heading of this page, or a whole address with https:"

    def _page(self, match: re.Match[str]) -> str:
        name = match["name"] or match["other"]
        if name in self._app.env.found_docs:  # Sphinx takes the page that a table of contents is on for missing
            return "a page cannot be below itself; remove the line"
        near = self._near_pages(name)
        return f"did you mean {' or '.join(near)}?" if near else "write the name of a page without its ending"

    def _near_pages(self, name: str) -> list[str]:
        """Return pages with nearly this name: with their endings where it has one."""
        env = self._app.env
        stem, suffix = posixpath.splitext(name.partition("#")[0])
        pages: dict[str, str] = {}
        for page in sorted(env.found_docs, reverse=True):
            shown = f"/{page}{posixpath.splitext(env.doc2path(page))[1] if suffix else ''}"
            pages |= {page: shown, posixpath.basename(page): shown}
        stem = re.sub(r"^(?:\.\.?/)+", "", stem).strip("/")
        exact = [pages[stem]] if stem in pages else []
        return exact or _near(stem, pages)

    def _label(self, match: re.Match[str]) -> str:
        known = self._app.env.domains.standard_domain.labels
        near = _near(match["name"], {name: name for name in known})
        return (
            f"did you mean {' or '.join(near)}?" if near else "write the :name: of a figure, or (name)= above a heading"
        )

    def _heading(self, match: re.Match[str]) -> str:
        slugs = self._app.env.metadata.get(match["page"], {}).get("myst_slugs", ())
        near = _near(match["name"], {slug: slug for slug in slugs})
        return (
            f"did you mean #{' or #'.join(near)}?"
            if near
            else "write a heading of that page in lower case with hyphens"
        )

    def _image(self, match: re.Match[str]) -> str:
        folder, _, name = match["name"].rpartition("/")
        path = self._app.srcdir / folder
        if os.path.isdir(path / name):  # noqa: PTH112 (pathlib raises for long names)
            return "it is a folder; name a file"
        if os.path.isfile(path / name):  # noqa: PTH113
            return "it is there: allow everybody to read it"
        is_folder = os.path.isdir(path)  # noqa: PTH112
        beside = sorted(file.name for file in path.iterdir() if file.is_file()) if is_folder else []
        if "\\" in match["name"]:
            return "write / for each \\, and the file from the folder of the page"
        beside = [file for file in beside if file.lower().endswith(tuple(SUFFIXES))]
        same = [file for file in beside if file.casefold() == name.casefold() and file != name]
        near = same or _near(name, {file: file for file in beside}) or beside[:3]
        return f"its folder has {', '.join(near)}" if near else "put the file there, or correct the name"


def _option(match: re.Match[str]) -> str:
    known = re.findall(r"'([^']+)'", match["known"])
    near = _near(match["name"], {name: name for name in known})
    return f"did you mean :{': or :'.join(near)}:?" if near else "remove the line, or write one of these"


def _near(name: str, known: dict[str, str]) -> list[str]:
    """Return up to two of the known names, by their keys, that look like a name."""
    found = get_close_matches(name, known, n=2, cutoff=0.6)
    return named(name, dict.fromkeys(known[key] for key in found))


def setup_hints(app: Sphinx) -> None:
    """Set up the hints."""
    app.connect("builder-inited", _add_hints)


def _add_hints(app: Sphinx) -> None:
    """Put the hints where Sphinx prints warnings; what other processes found comes by here too."""
    handlers: Iterable[logging.Handler] = logging.getLogger(NAMESPACE).handlers
    for handler in handlers:
        if isinstance(handler, WarningStreamHandler):
            handler.filters.insert(0, Hints(app))  # Sphinx's own filters put the place before, and the type behind
