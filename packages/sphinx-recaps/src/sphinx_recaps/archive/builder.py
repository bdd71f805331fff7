"""The builder ``links``: lists every link to another site, with its locations and the time of the desired copy.

It writes ``links.json``, a list sorted by address::

    {"url": "https://example.org/", "wanted": "20210510", "used": ["recaps/a-day/posters.yaml:12", "index.md:4"]}

``wanted`` is the time (up to 14 digits) in a link to an approximate copy, or the day of the event in the folder of the
page, or empty. Links are collected like in Sphinx's own link check.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import defaultdict
from itertools import islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, cast

from docutils.utils import get_source_line
from sphinx.builders.dummy import DummyBuilder
from sphinx.builders.linkcheck import CheckExternalLinksBuilder, Hyperlink, HyperlinkCollector

from sphinx_recaps.core.builders import application
from sphinx_recaps.data.link_copies import WEB, address_key, parse_copy
from sphinx_recaps.registry.domain import recap_domain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

NAME = "links.json"
_DATA_FILE = re.compile(r"(?P<path>.+\.ya?ml)(?::(?P<line>[0-9]+))?")


class LinksBuilder(DummyBuilder):
    """Writes only the list, no pages."""

    name = "links"
    epilog = f"The links are in %(outdir)s/{NAME}."

    def init(self) -> None:
        """Initialise the collections."""
        self._used: dict[str, set[tuple[str, int]]] = defaultdict(set)
        self._times: dict[str, set[str]] = defaultdict(set)
        self._folders: dict[str, set[str]] = defaultdict(set)
        self._lines: dict[str, list[str]] = {}

    def note(self, url: str, node: nodes.Node, docname: str) -> None:
        """Note a link on a page; a link to the Wayback Machine gives the time of the desired copy of the original."""
        time, original = parse_copy(url) or ("", url)
        if not original.startswith(WEB):
            return
        key = address_key(original)
        self._used[key].update(self._locations(original, node, docname))
        self._folders[key].add(posixpath.dirname(docname))
        if time:
            self._times[key].add(time)

    def _locations(self, url: str, node: nodes.Node, docname: str) -> Iterator[tuple[str, int]]:
        """Yield the file, relative to the source folder, and the line (0: unknown) of each occurrence of an address.

        That is one on a page, and all of those in an entry of a data file.
        """
        source, line = get_source_line(node)
        from_data = _DATA_FILE.fullmatch(str(source or ""))
        if from_data is None:
            path = Path(source) if source else Path(self.env.doc2path(docname))
            inside = path.is_relative_to(self.srcdir)
            yield (path.relative_to(self.srcdir) if inside else path).as_posix(), line or 0
            return
        name, first = from_data["path"], int(from_data["line"] or 0)
        if name not in self._lines:
            self._lines[name] = (self.srcdir / name).read_text(encoding="utf-8", errors="replace").splitlines()
        yield from ((name, number) for number in lines_with(url, self._lines[name], first))

    def _wanted(self, key: str) -> str:
        """Return the most precise time of the desired copy, and the earliest if there are several."""
        if self._times[key]:
            return min(self._times[key], key=lambda time: (-len(time), time))
        events = recap_domain(self.env).objects.events.values()
        days = {posixpath.dirname(event.docname): f"{event.start:%Y%m%d}" for event in events}
        times = []
        for folder in self._folders[key]:
            while folder and folder not in days:
                folder = posixpath.dirname(folder)  # noqa: PLW2901 (walks up to the folder of an event)
            times.append(days.get(folder, ""))
        return min(filter(None, times), default="")

    def finish(self) -> None:
        """Write the list."""
        for url, path, line in links_of_people(self.env):
            if url.startswith(WEB):
                self._used[address_key(url)].add((path, line))
        links = [
            {
                "url": key,
                "wanted": self._wanted(key),
                "used": [f"{path}:{line}" if line else path for path, line in sorted(self._used[key])],
            }
            for key in sorted(self._used)
        ]
        text = json.dumps(links, indent=1, ensure_ascii=False) + "\n"
        (self.outdir / NAME).write_text(text, encoding="utf-8")


def lines_with(url: str, lines: Sequence[str], first: int) -> list[int]:
    """Return the numbers of the lines with an address in a data file, or in its record that starts on a line (0: all).

    If no line contains it verbatim, for example because of escapes, that is the first line.
    """
    written = re.compile(rf"{re.escape(url)}(?![^\s\"',\]}}])")
    numbers = [number for number, text in _numbered(lines, first) if written.search(text)]
    return numbers or [first]


def _numbered(lines: Sequence[str], first: int) -> Iterator[tuple[int, str]]:
    numbered = enumerate(lines, 1)
    if not first:
        yield from numbered
        return
    yield next(islice(numbered, first - 1, None))
    margin = _indent(lines[first - 1])
    yield from takewhile(lambda line: not line[1].strip() or _indent(line[1]) > margin, numbered)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def links_of_people(env: BuildEnvironment) -> Iterator[tuple[str, str, int]]:
    """Yield each link of people, with its file and line: the pages that show them are generated."""
    names = recap_domain(env).names
    if any(person.links for person in names.people.values()):
        lines = (env.srcdir / names.path).read_text(encoding="utf-8", errors="replace").splitlines()
        for person in names.people.values():
            yield from ((one.url, names.path, lines_with(one.url, lines, person.line)[0]) for one in person.links)


class LinkCollector(HyperlinkCollector):
    """Finds links like Sphinx's link check, and notes each use."""

    builders = (LinksBuilder.name,)

    def _add_uri(self, uri: str, node: nodes.Element) -> None:
        builder = cast("LinksBuilder", application(self.env).builder)
        builder.note(uri, node, self.env.current_document.docname)


def _check_links_of_people(app: Sphinx, builder: Builder) -> None:
    """Add the links of people to Sphinx's link check, except those recorded as dead."""
    if not isinstance(builder, CheckExternalLinksBuilder):
        return
    copies = recap_domain(app.env).link_copies
    for url, path, line in links_of_people(app.env):
        if not copies.is_dead(url):
            vars(app.env.project)["_docname_to_path"][path] = Path(path)  # Sphinx locates links by pages only
            builder.hyperlinks.setdefault(url, Hyperlink(url, path, app.env.doc2path(path), line))


def setup_links_builder(app: Sphinx) -> None:
    """Set up the builder and its collector, and the check of links that are on no page."""
    app.add_builder(LinksBuilder)
    app.add_post_transform(LinkCollector)
    app.connect("write-started", _check_links_of_people)
