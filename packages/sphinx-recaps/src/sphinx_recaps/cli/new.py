"""Makes what a contributor would have to copy: the folder of an event, or a page for contributors.

``python -m sphinx_recaps.cli.new recap NAME DATE`` and ``page NAME``: the words after the command are the
environment variables to read (``make`` passes on those that were given to it); for the others it asks.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import yaml

from sphinx_recaps.core.slugs import slug
from sphinx_recaps.data.fields import day

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path.cwd()
TEMPLATES = Path(__file__).with_name("templates")
LONGEST = 60  # characters of the name of a folder or page: it is part of every address
QUESTIONS = {"NAME": "Name: ", "DATE": "First day (year-month-day): "}
EXAMPLES = {
    "recap": 'make new-recap NAME="PyTorch Developer Day 2021" DATE=2021-12-02',
    "page": 'make new-page NAME="Mailing lists"',
}


def short(name: str) -> str:
    """Return a name as a part of an address, cut between words; other scripts by the codes of their letters."""
    whole = slug(name)
    cut = whole[: LONGEST + 1]
    return whole if len(whole) <= LONGEST else cut.rpartition("-")[0] or cut[:LONGEST]


def folder_of(name: str, date: str) -> str:
    """Return the name of the folder of an event: its year, then its name without the year."""
    year = date[:4]
    rest = " ".join(re.sub(rf"(?<!\d){year}(?!\d)", " ", name).split())
    return f"{year}-{short(rest or name)}"


def markdown(text: str) -> str:
    """Return text as Markdown that shows just this text."""
    return re.sub(r"([\\`*_{}\[\]<>#$|~&!^@:])", r"\\\1", text)


def make_recap(root: Path, name: str, date: str) -> list[Path]:
    """Make the folder of an event and return its files.

    Raises ValueError with a sentence where the name or the date is none, FileExistsError where the folder is there.
    """
    _check(name)
    first = day(date.strip())
    date = first.isoformat()
    folder = root / "recaps" / folder_of(name, date)
    values = {
        "name": yaml.safe_dump(name, allow_unicode=True, width=1000).removesuffix("...\n").strip(),
        "date": date,
        "stamp": f"{first:%Y%m%d}",
        "day": f"{first.day} {first:%B %Y}",
        "heading": markdown(name),
        "description": _quoted(f"{name}: what was shown, who was there, and where each fact comes from."),
        "posters_description": _quoted(f"The posters of {name}: title, authors, topics and links of each."),
        "keynotes_description": _quoted(f"The keynotes of {name}: who spoke, and on what."),
        "sessions_description": _quoted(f"The sessions of {name}: what happened in each, and what it left behind."),
    }
    return _fill(TEMPLATES / "recap", folder, values)


def make_page(root: Path, name: str) -> list[Path]:
    """Make a page for contributors and return it in a list; raises like :func:`make_recap`."""
    _check(name)
    path = root / "contributors" / f"{short(name)}.md"
    if path.exists():
        raise FileExistsError(path)
    text = (TEMPLATES / "page/page.md").read_text(encoding="utf-8")
    values = {"heading": markdown(name), "description": _quoted(f"{name}: what this page is for.")}
    path.write_text(Template(text).substitute(values), encoding="utf-8")
    return [path]


def _check(name: str) -> None:
    if not name or not any(char.isalnum() for char in name):
        msg = f"{name!r} is not a name; write one with letters"
        raise ValueError(msg)
    if not name.isprintable():
        msg = f"{name!r} holds a control character; write the name on one line"
        raise ValueError(msg)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _fill(template: Path, folder: Path, values: Mapping[str, str]) -> list[Path]:
    """Copy a folder of templates, filled in; nothing is there already, or nothing is written."""
    folder.mkdir(parents=True)
    made = []
    for source in sorted(path for path in template.rglob("*") if path.is_file()):
        target = folder / source.relative_to(template)
        target.parent.mkdir(exist_ok=True)
        target.write_text(Template(source.read_text(encoding="utf-8")).substitute(values), encoding="utf-8")
        made.append(target)
    return made


def _ask(variable: str, given: list[str], command: str) -> str:
    """Return what was given, else what somebody at a terminal answers; raises ValueError where nobody is there."""
    if variable in given:
        return " ".join(os.environ.get(variable, "").split(" "))
    if not sys.stdin.isatty():
        msg = f"{variable} is missing; write {EXAMPLES[command]}"
        raise ValueError(msg)
    return input(QUESTIONS[variable]).strip()


def main(command: str, given: list[str]) -> int:
    """Make what was asked for and say what to do next; the status is 1 where it cannot be made."""
    try:
        name = _ask("NAME", given, command)
        made = make_recap(ROOT, name, _ask("DATE", given, command)) if command == "recap" else make_page(ROOT, name)
    except ValueError as error:
        print(f"{error}", file=sys.stderr)
        return 1
    except FileExistsError as error:
        there = Path(error.filename or error.args[0]).relative_to(ROOT).as_posix()
        print(f"{there} is there already, and was left as it is; choose another NAME, or edit it", file=sys.stderr)
        return 1
    for path in made:
        print(f"Made {path.relative_to(ROOT).as_posix()}")
    print(f"\nNext:\n{NEXT[command]}")
    return 0


NEXT = {
    "recap": """\
  1. make livehtml       shows the site, and again whenever you save
  2. edit event.yaml     the facts; then the lists, then the pages
  3. delete what does not apply: a page and its .yaml file; nothing else names them
  4. make check          says in seconds what is wrong, and where
  5. commit the folder and open a pull request""",
    "page": """\
  1. make livehtml       shows the site, and again whenever you save
  2. write the page; change its description in the first lines
  3. make check          says in seconds what is wrong, and where
  4. commit the page and open a pull request""",
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
