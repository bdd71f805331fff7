"""The pages of single entries: which entries have one, and its name.

An entry has the page ``recaps/2024-orchid-days/talks/c4``: the path of its data file without the ending, then its id.
Only builders for browsers write them, see :func:`writes_entry_pages`. For others, and for entries without a page, links
go to the list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from sphinx_recaps.core.builders import writes_page_per_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.registry.objects import NotedEntry

Key: TypeAlias = tuple[str, str]  # the data file and the id of an entry
INDEX = "index"  # in some builders, the page `talks/index` would have the address of the page `talks`


def writes_entry_pages(builder: Builder) -> TypeGuard[StandaloneHTMLBuilder]:
    """Return whether a builder writes pages of single entries: one page a file, for a browser."""
    return writes_page_per_file(builder) and bool(builder.config.recap_entry_pages)


def page_name(path: str, own_id: str) -> str:
    """Return the name of the page of an entry in a data file."""
    return f"{path.rpartition('.')[0]}/{'_' * (own_id.casefold() == INDEX)}{own_id}"


class EntryPages:
    """The names of the pages of entries, by :data:`Key`, and the entries without one because its name is taken."""

    def __init__(self, entries: Iterable[NotedEntry], taken: Collection[str]) -> None:
        others = {name.casefold(): name for name in taken}
        self.names: dict[Key, str] = {}
        self.clashes: list[tuple[NotedEntry, str]] = []
        for entry in entries:
            if not entry.paged:
                continue
            name = page_name(entry.path, entry.id)
            other = others.setdefault(name.casefold(), name)
            if other is name:
                self.names[entry.path, entry.id] = name
            else:
                self.clashes.append((entry, other))


NO_PAGES: Mapping[Key, str] = {}


def setup_entry_page_settings(app: Sphinx) -> None:
    """Set up the setting."""
    app.add_config_value(
        "recap_entry_pages",
        True,
        "env",
        types=bool,
        description="Whether each entry has a page of its own. The option `no-pages` of the directive `catalogue` "
        "turns this off for one list.",
    )
