"""Pictures for pages that are shared: of the site, of each event and of each entry with a page.

They are drawn from the template ``recap-preview.svg``, which can be replaced. Their font is part of this package, so
that they are the same everywhere; only characters that it lacks come from system fonts.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.metadata import version
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import resvg_py
from PIL import ImageFont

from sphinx_recaps.core.assets import PACKAGE
from sphinx_recaps.core.builders import application
from sphinx_recaps.core.dates import day_of, days
from sphinx_recaps.core.language import listed
from sphinx_recaps.core.messages import capitalised
from sphinx_recaps.incremental.output_manifest import digest
from sphinx_recaps.publish.files import template
from sphinx_recaps.publish.names import SITE_PICTURE, entries_have_pictures, export_name
from sphinx_recaps.registry.records_of_files import span_of
from sphinx_recaps.registry.topic_tones import tone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jinja2 import Template
    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.data.records import Entry
    from sphinx_recaps.publish.files import Files
    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.objects import NotedEntry, NotedEvent
    from sphinx_recaps.registry.records_of_files import FileRecords

FONTS = [str(path) for path in sorted(Path(__file__).with_name("fonts").glob("*.ttf"))]
WIDTH = 1040  # of lines, in pixels
SIZES = (84, 72, 62, 54, 46, 40)  # of titles, the largest that fits
TITLE_TOP, TITLE_HEIGHT, LEADING = 145, 260, 1.16
PEOPLE_SIZE, PEOPLE_LINES = 34, 2
NOTE_SIZE = 28
PLAIN = "#5b544d"  # the colour without a topic
# The characters in the fonts of the package, which are subsets of DejaVu Sans.
OWN_CHARACTERS = re.compile(
    "[\\x00-\\u024f\\u0300-\\u045f\\u0490\\u0491\\u1e80-\\u1e85\\u1ea0-\\u1ef9\\u2010-\\u2027\\u2030-\\u203a"
    "\\u20ac\\u2116\\u2122\\u2190-\\u2193\\u2212\\u2248\\u2260\\u2264\\u2265]*"
)
_MIN_FOR_PROCESSES = 16  # pictures; fewer are drawn faster in one process
_WIDE = "\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"  # lines can break at these
_PARTS = re.compile(rf"\s+|[{_WIDE}]|[^\s{_WIDE}]+")


class Picture(NamedTuple):
    """The texts of a picture, and its colour."""

    kind: str
    title: str
    people: str
    note: str
    colour: str


# -- Lines of text -----------------------------------------------------------------------------------------------------


@cache
def _advance(char: str) -> float:
    """Return the width of a bold letter of size 1."""
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    return float(_font().getlength(char)) / 100


@cache
def _font() -> ImageFont.FreeTypeFont:
    path = next(path for path in FONTS if "Bold" in path)
    return ImageFont.truetype(path, 100, layout_engine=ImageFont.Layout.BASIC)


def width_of(text: str) -> float:
    """Return the width of a text of size 1."""
    return sum(map(_advance, text))


def wrapped(text: str, width: float) -> list[str]:
    """Return the lines of a text of size 1 in a width; a word is divided only if it is wider than a line."""
    lines = [""]
    for part in _PARTS.findall(" ".join(text.split())):
        pieces = list(part) if width_of(part) > width else [part]
        for piece in pieces:
            if lines[-1] and width_of(lines[-1] + piece) > width:
                lines[-1] = lines[-1].rstrip()
                lines.append("")
            lines[-1] += piece if lines[-1] else piece.lstrip()
    return lines


def shortened(lines: list[str], number: int, width: float) -> list[str]:
    """Return the first lines; the last of them ends with an ellipsis if some are left out."""
    if len(lines) <= number:
        return lines
    last = lines[number - 1]
    while last and width_of(f"{last}…") > width:
        last = last[:-1]
    return [*lines[: number - 1], f"{last.rstrip()}…"]


def fitted(title: str) -> tuple[int, list[str]]:
    """Return the size and the lines of a title."""
    for size in SIZES:
        lines = wrapped(title, WIDTH / size)
        if len(lines) * size * LEADING <= TITLE_HEIGHT:
            return size, lines
    most = int(TITLE_HEIGHT / (SIZES[-1] * LEADING))
    return SIZES[-1], shortened(lines, most, WIDTH / SIZES[-1])


def _placed(lines: Sequence[str], top: float, size: int) -> list[tuple[int, str]]:
    return [(round(top + number * size * LEADING), line) for number, line in enumerate(lines, 1)]


# -- Pictures ----------------------------------------------------------------------------------------------------------


@cache
def _colours() -> list[str]:
    """Return the colours of topics."""
    sheet = PACKAGE / "catalogue" / "static" / "recap-tones.css"
    return re.findall(r"--tone: (#[0-9a-f]{6})", sheet.read_text(encoding="utf-8"))


def svg_of(layout: Template, picture: Picture) -> str:
    """Return a picture as SVG."""
    size, lines = fitted(picture.title)
    narrow = WIDTH / PEOPLE_SIZE
    people = shortened(wrapped(picture.people, narrow), PEOPLE_LINES, narrow) if picture.people else []
    title = _placed(lines, TITLE_TOP, size)
    return layout.render(
        kind=picture.kind,
        title=title,
        size=size,
        people=_placed(people, title[-1][0] + 26, PEOPLE_SIZE),
        note=shortened(wrapped(picture.note, WIDTH / NOTE_SIZE), 1, WIDTH / NOTE_SIZE)[0],
        colour=picture.colour,
    )


def png_of(svg: str) -> bytes:
    """Return an SVG as PNG. System fonts are slow to load, so they are loaded only if they are needed."""
    own = OWN_CHARACTERS.fullmatch(svg) is not None
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=own, font_files=FONTS))


class Pictures:
    """Draws the pictures that are missing or outdated."""

    def __init__(self, files: Files, domain: RecapDomain, builder: StandaloneHTMLBuilder) -> None:
        self._files = files
        self._domain = domain
        self._builder = builder
        self._layout = template(builder, "recap-preview.svg")
        self._language: str = builder.config.language
        # Whatever draws a picture is a source of it.
        self._drawn_with = digest(version("resvg-py"), *(Path(font).read_bytes() for font in FONTS))
        self._outdated: dict[str, str] = {}

    def add(self, records: FileRecords) -> None:
        """Add the pictures of the entries that have a page."""
        pages = self._domain.written_entry_pages() if entries_have_pictures(self._domain) else {}
        for noted, entry in records.entries:
            if page := pages.get((noted.path, noted.id)):
                tone = tone_of(entry, records.tones, noted.anchor)
                self._add(f"{page}.png", self._of_entry(noted, entry, PLAIN if tone is None else _colours()[tone]))

    def _of_entry(self, noted: NotedEntry, entry: Entry, colour: str) -> Picture:
        name = self._domain.event_title(noted.event) if noted.event else self._builder.config.project
        span = span_of(self._domain, noted, entry)
        when = days(day_of(span[0]), day_of(span[1]), self._language) if span else ""
        kind = capitalised(self._domain.kinds.noun(noted.kind))
        return Picture(kind, entry.title, listed(entry.people, self._language), _note(name, when), colour)

    def _add(self, name: str, picture: Picture) -> None:
        if self._layout is None:
            return
        svg = svg_of(self._layout, picture)
        if self._files.is_outdated(name, f"{self._drawn_with} {svg}"):
            self._outdated[name] = svg

    def finish(self) -> None:
        """Add the pictures of the site and of its events, and draw all that are outdated."""
        config = self._builder.config
        self._add(SITE_PICTURE, Picture("", config.project, "", config.html_baseurl, PLAIN))
        for noted in self._domain.objects.events.values():
            self._add(export_name(noted.path, ".png"), self._of_event(noted))
        for name, data in zip(self._outdated, self._drawn(list(self._outdated.values())), strict=True):
            self._files.replace(name, data)

    def _of_event(self, noted: NotedEvent) -> Picture:
        event = noted.record
        when = days(event.start, event.end or event.start, self._language)
        return Picture(self._builder.config.project, event.name, "", _note(when, event.place or ""), PLAIN)

    def _drawn(self, images: Sequence[str]) -> Iterable[bytes]:
        """Return pictures in the same order, drawn by several processes if possible and worthwhile."""
        jobs: int = application(self._builder.env).parallel
        if len(images) < _MIN_FOR_PROCESSES or jobs < 2 or "fork" not in get_all_start_methods():
            return map(png_of, images)
        with get_context("fork").Pool(jobs) as pool:
            return pool.map(png_of, images, chunksize=8)


def _note(*parts: str) -> str:
    return " · ".join(filter(None, parts))
