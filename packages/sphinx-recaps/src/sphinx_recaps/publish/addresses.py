"""The addresses of everything that is published."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from sphinx_recaps.publish.settings import base_address

if TYPE_CHECKING:
    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.objects import NotedEntry, NotedEvent


class Addresses:
    """Absolute addresses."""

    def __init__(self, builder: StandaloneHTMLBuilder, domain: RecapDomain) -> None:
        self.base = base_address(builder.config)
        self._domain = domain
        self.page = cache(lambda docname: f"{self.base}{builder.get_target_uri(docname)}")

    def entry(self, entry: NotedEntry) -> str:
        """Return the address of an entry: its page, or its place in a list."""
        page, anchor = self._domain.place_of(entry)
        return f"{self.page(page)}#{anchor}" if anchor else self.page(page)

    def event(self, event: NotedEvent) -> str:
        """Return the address of an event: the page with its facts, or its place there if it has several."""
        is_one_of_several = len(self._domain.data["events"][event.docname]) > 1
        return f"{self.page(event.docname)}#{event.anchor}" if is_one_of_several else self.page(event.docname)

    def file(self, name: str) -> str:
        """Return the address of a file in the output folder."""
        return f"{self.base}{quote(name)}"
