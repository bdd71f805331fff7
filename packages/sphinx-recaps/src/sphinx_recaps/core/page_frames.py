"""Writes many generated pages that differ only in name, title, description and content.

A theme takes about 7 ms for a page, mostly for what is the same on all pages of a folder. So it renders the first page
of a folder, then a page with placeholders, the frame, in which the texts of all further pages are inserted.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from markupsafe import escape as markup  # as templates do

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.builders.html import StandaloneHTMLBuilder


class GeneratedPage(NamedTuple):
    """A page that is not made from a source file; title and description are text, body and head are HTML.

    ``head`` is added to the ``<head>`` of the page. ``context`` is available to event handlers and templates; it is the
    same for all pages of a folder with the same ``variant``.
    """

    name: str
    title: str
    description: str
    body: str
    variant: str
    context: Mapping[str, Any]
    head: str = ""


_NAME, _TITLE, _DESCRIPTION, _BODY, _HEAD = _PLACEHOLDERS = tuple(
    f"recap0frame0{part}" for part in ("name", "title", "description", "body", "head")
)
_PLACEHOLDER = re.compile("|".join(_PLACEHOLDERS).encode())


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
        if frame is None or quote(_last(page.name)) != _last(page.name):
            self._render(page)
            return
        path = self._builder.get_output_path(page.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self._filled(frame, page))

    def _render(self, page: GeneratedPage, path: Path | None = None) -> None:
        meta = f'<meta name="description" content="{escape(page.description)}" />{page.head}'
        context = {**page.context, "title": str(markup(page.title)), "body": page.body, "metatags": meta}
        self._builder.handle_page(page.name, context, outfilename=path)

    def _frame(self, first: GeneratedPage) -> bytes | None:
        """Return a page with placeholders; None if the theme or the builder does more than to insert the texts."""
        folder = first.name.rpartition("/")[0]
        name = f"{folder}/{_NAME}" if folder else _NAME
        with TemporaryDirectory() as temporary:
            path = Path(temporary, "frame")
            self._render(GeneratedPage(name, _TITLE, _DESCRIPTION, _BODY, first.variant, first.context, _HEAD), path)
            frame = path.read_bytes()
        rendered = self._builder.get_output_path(first.name).read_bytes()
        return frame if self._filled(frame, first) == rendered else None

    def _filled(self, frame: bytes, page: GeneratedPage) -> bytes:
        encoding = self._builder.config.html_output_encoding
        texts = (_last(page.name), str(markup(page.title)), escape(page.description), page.body, page.head)
        inserted = {
            placeholder.encode(): text.encode(encoding, "xmlcharrefreplace")
            for placeholder, text in zip(_PLACEHOLDERS, texts, strict=True)
        }
        return _PLACEHOLDER.sub(lambda match: inserted[match[0]], frame)


def _last(name: str) -> str:
    """Return the last part of the name of a page."""
    return name.rpartition("/")[2]
