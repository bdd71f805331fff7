"""``sphinx-recaps new``: creates the folder of an event, or a page, from templates."""

from __future__ import annotations

import json
import os
import posixpath
import re
import unicodedata
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import yaml
from sphinx.util.matching import patfilter

from sphinx_recaps.cli.project import UnreadableError, files_below, read_config
from sphinx_recaps.core.slugs import plain, spelled_symbols
from sphinx_recaps.data.fields import day
from sphinx_recaps.event.event_list import PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sphinx.config import Config

TEMPLATES = Path(__file__).with_name("templates")
LONGEST = 60  # characters in the name of a folder or page, which is part of addresses
SCHEMAS = ("catalogue.json", "event.json")
# A directive in Markdown or reStructuredText, its argument, and the lines below it up to the next fence.
_LISTS = re.compile(
    r"^[ \t]*(?:\.\. |[`:~]{3,}\{)(toctree|event-list)(?:::|\})[ \t]*(\S*)((?:\n(?![ \t]*[`:~]{3}).*)*)", re.MULTILINE
)

NEXT_FOR_RECAP = """\
  1. Fill in event.yaml, then the lists, then the pages.
  2. Delete what does not apply: a page together with its .yaml file. Nothing else names them.
  3. List index in a toctree or an event-list, unless a pattern finds it already.
  4. Run sphinx-recaps check, which lists every mistake with its line.
  5. Commit the folder."""
NEXT_FOR_PAGE = """\
  1. Write the page, and its description in the first lines.
  2. List it in a toctree, unless a pattern finds it already.
  3. Run sphinx-recaps check, which lists every mistake with its line.
  4. Commit the page."""


def readable_slug(name: str) -> str:
    """Return a name as a part of an address, cut between words: ``서울의 날`` -> ``서울의-날``.

    Letters of all scripts are kept; Latin letters lose their accents.
    """
    spelled = spelled_symbols(plain(name))
    # In many scripts, marks are parts of letters.
    words = "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in spelled).split()
    whole = "-".join(words)
    cut = whole[: LONGEST + 1]
    return whole if len(whole) <= LONGEST else cut.rpartition("-")[0] or cut[:LONGEST]


def folder_of(name: str, date: str) -> str:
    """Return the name of the folder of an event: its year, then its name without the year."""
    year = date[:4]
    rest = " ".join(re.sub(rf"(?<!\d){year}(?!\d)", " ", name).split())
    return f"{year}-{readable_slug(rest) or readable_slug(name)}"


def markdown(text: str) -> str:
    """Return text escaped for Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#$|~&!^@:])", r"\\\1", text)


def create_recap(source: Path, name: str, date: str, below: Path | None = None) -> list[Path]:
    """Create the folder of an event and return its files.

    Raises ValueError with a message if the name or the date is invalid, FileExistsError if the folder exists.
    """
    _check(name)
    first = day(date.strip())
    config = _read_config(source)
    events = {path.parent.parent for path in files_below(source, config, "**/*/event.yaml", "*/event.yaml")}
    default = events.pop() if len(events) == 1 else source
    folder = _inside(source, below, default) / folder_of(name, first.isoformat())
    values = page_values(source, config, folder, name, first.isoformat())
    return _fill(TEMPLATES / "recap", folder, values | schema_lines(source, config, folder))


def page_values(source: Path, config: Config, folder: Path, name: str, date: str) -> dict[str, str]:
    """Return the values for the templates of an event; ``date`` is its first day."""
    return {
        "name": yaml.safe_dump(name, allow_unicode=True, width=1000).removesuffix("...\n").strip(),
        "date": date,
        "stamp": date.replace("-", ""),
        "heading": markdown(name),
        "description": _quoted(f"{name}: what was shown, who was there, and where each fact comes from."),
        "posters_description": _quoted(f"The posters of {name}: title, authors, topics and links of each."),
        "keynotes_description": _quoted(f"The keynotes of {name}: who spoke, on what, and where to watch it."),
        "sessions_description": _quoted(f"The sessions of {name}: what happened in each, and what it left behind."),
        "fence": ":::" if "colon_fence" in config.myst_enable_extensions else "```",
        "orphan": _orphan(source, config, folder / "index.md"),
    }


def create_page(source: Path, name: str, below: Path | None = None) -> list[Path]:
    """Create a page and return it in a list; raises like :func:`create_recap`."""
    _check(name)
    config = _read_config(source)
    path = _inside(source, below, source) / f"{readable_slug(name)}.md"
    text = (TEMPLATES / "page/page.md").read_text(encoding="utf-8")
    values = {
        "heading": markdown(name),
        "description": _quoted(f"{name}: who this page is for, and what its readers will find on it."),
        "orphan": _orphan(source, config, path),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(Template(text).substitute(values))
    return [path]


def _read_config(source: Path) -> Config:
    config = read_config(source, myst_enable_extensions=[], html_static_path=[])
    if not {"myst_parser", "myst_nb"} & set(config.extensions):
        msg = "the pages are Markdown, which this project does not read; add `myst_parser` to `extensions` in conf.py"
        raise UnreadableError(msg)
    return config


def _inside(source: Path, below: Path | None, default: Path) -> Path:
    """Return a folder inside the source folder; ``default`` if none is given."""
    if below is None:
        return default
    if not (source / below).resolve().is_relative_to(source.resolve()):
        raise ValueError(f"{below} is outside the source folder {source}; write a folder inside it")
    return source / below


def schema_lines(source: Path, config: Config, folder: Path) -> dict[str, str]:
    """Return the lines with which editors find the schemas of data files; '' if the project has no schemas."""
    lines = {}
    for name in SCHEMAS:
        paths = [source / static / "schema" / name for static in config.html_static_path]
        relative = next((Path(os.path.relpath(path, folder)).as_posix() for path in paths if path.is_file()), "")
        lines[f"{Path(name).stem}_schema"] = f"# yaml-language-server: $schema={relative}\n" if relative else ""
    return lines


def _orphan(source: Path, config: Config, page: Path) -> str:
    """Return the line that prevents Sphinx's warning for a page in no toctree; '' if a toctree already lists it."""
    docname = page.relative_to(source).with_suffix("").as_posix()
    targets = {"toctree": docname, "event-list": f"{posixpath.dirname(docname)}/event.yaml"}
    if any(patfilter([targets[kind]], pattern) for kind, pattern in _listed_patterns(source, config)):
        return ""
    return "orphan: true  # remove this line once a toctree or an event-list lists the page\n"


def _listed_patterns(source: Path, config: Config) -> Iterator[tuple[str, str]]:
    """Yield the patterns in toctrees and event lists, relative to the source folder."""
    for page in files_below(source, config, "**.md", "**.rst"):
        folder = posixpath.dirname(page.relative_to(source).as_posix())
        for kind, argument, lines in _LISTS.findall(page.read_text(encoding="utf-8", errors="replace")):
            patterns = []
            if kind == "event-list" and ":toctree:" in lines:
                patterns = [argument or PATTERN]
            elif kind == "toctree" and ":glob:" in lines:
                patterns = [line.strip() for line in lines.splitlines() if "*" in line]
            for pattern in patterns:
                yield kind, posixpath.normpath(posixpath.join("/", folder, pattern)).lstrip("/")


def _check(name: str) -> None:
    if not any(char.isalnum() for char in name):
        raise ValueError(f"{name!r} is not a name; write one with letters")
    if not name.isprintable():
        raise ValueError(f"{name!r} contains a control character; write the name on one line")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _fill(template: Path, folder: Path, values: Mapping[str, str]) -> list[Path]:
    """Fill in a folder of templates; raises FileExistsError, without writing anything, if the target exists."""
    folder.mkdir(parents=True)
    created = []
    for path in sorted(path for path in template.rglob("*") if path.is_file()):
        target = folder / path.relative_to(template)
        target.parent.mkdir(exist_ok=True)
        target.write_text(Template(path.read_text(encoding="utf-8")).substitute(values), encoding="utf-8")
        created.append(target)
    return created
