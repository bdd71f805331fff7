"""Writes many generated pages that differ only in name, title, description and content.

A theme takes about 7 ms for a page, mostly for what is the same on all pages of a folder. So it renders the first page
of a folder, then a page with placeholders, the frame, in which the texts of all further pages are inserted.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

if TYPE_CHECKING:
    from sphinx.builders.html import StandaloneHTMLBuilder


class GeneratedPage(NamedTuple):
    """A page that is not made from a source file; title and description are text, the body is HTML.

    ``variant`` is available to event handlers and templates as ``recap_index``; pages with different variants may have
    different assets.
    """

    name: str
    title: str
    description: str
    body: str
    variant: str


_PLACEHOLDERS = GeneratedPage(
    "recap0frame0name", "recap0frame0title", "recap0frame0description", "recap0frame0body", ""
)
_PLACEHOLDER = re.compile("|".join(_PLACEHOLDERS[:4]).encode())


class PageWriter:
    """Writes generated pages within the template of the theme."""

    def __init__(self, builder: StandaloneHTMLBuilder) -> None:
        self._builder = builder
        self._first: dict[tuple[str, str], GeneratedPage] = {}
        self._frames: dict[tuple[str, str], bytes | None] = {}

    def write(self, page: GeneratedPage) -> None:
        """Write a page; raises ThemeError if a template of the theme has a mistake."""
        kind = page.name.rpartition("/")[0], page.variant
        if kind not in self._first:
            self._first[kind] = page
            self._render(page)
            return
        if kind not in self._frames:
            self._frames[kind] = self._frame(self._first[kind])
        frame = self._frames[kind]
        if frame is None or quote(page.name) != page.name:
            self._render(page)
            return
        path = self._builder.get_output_path(page.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self._filled(frame, page))

    def _render(self, page: GeneratedPage, path: Path | None = None) -> None:
        meta = f'<meta name="description" content="{escape(page.description)}" />'
        context = {"title": page.title, "body": page.body, "metatags": meta, "recap_index": page.variant}
        self._builder.handle_page(page.name, context, outfilename=path)

    def _frame(self, first: GeneratedPage) -> bytes | None:
        """Return a page with placeholders; None if the theme or the builder does more than to insert the texts."""
        folder = first.name.rpartition("/")[0]
        name = f"{folder}/{_PLACEHOLDERS.name}" if folder else _PLACEHOLDERS.name
        with TemporaryDirectory() as temporary:
            path = Path(temporary, "frame")
            self._render(_PLACEHOLDERS._replace(name=name, variant=first.variant), path)
            frame = path.read_bytes()
        rendered = self._builder.get_output_path(first.name).read_bytes()
        return frame if self._filled(frame, first) == rendered else None

    def _filled(self, frame: bytes, page: GeneratedPage) -> bytes:
        encoding = self._builder.config.html_output_encoding
        texts = (page.name.rpartition("/")[2], escape(page.title), escape(page.description), page.body)
        inserted = {
            placeholder.encode(): text.encode(encoding, "xmlcharrefreplace")
            for placeholder, text in zip(_PLACEHOLDERS, texts, strict=False)
        }
        return _PLACEHOLDER.sub(lambda match: inserted[match[0]], frame)
