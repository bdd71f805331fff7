"""A page for each data file: the entries that lack something, each linked to its line in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx_recaps.catalogue.edit_link import edit_address
from sphinx_recaps.completeness.directive import CompletenessDirective, Overviews, overview
from sphinx_recaps.completeness.words import lack, nouns_of
from sphinx_recaps.core.builders import writes_page_per_file
from sphinx_recaps.core.language import listed, number
from sphinx_recaps.core.messages import _, labelled
from sphinx_recaps.core.page_frames import GeneratedPage
from sphinx_recaps.core.templates import render
from sphinx_recaps.incremental.generated_pages import write_generated
from sphinx_recaps.registry.completeness import lists_of_missing
from sphinx_recaps.registry.domain import recap_domain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.registry.completeness import Completeness
    from sphinx_recaps.registry.objects import NotedEntry


class Pages:
    """Makes the pages of a builder."""

    def __init__(self, builder: StandaloneHTMLBuilder) -> None:
        self._builder = builder
        self._env = builder.env
        self._domain = recap_domain(builder.env)
        self._language = builder.config.language

    def __iter__(self) -> Iterator[GeneratedPage]:
        """Yield a page for each data file in an overview."""
        for name, docname, file in lists_of_missing(self._env):
            yield self._page(name, docname, file)

    def _page(self, name: str, docname: str, file: Completeness) -> GeneratedPage:
        what = listed([nouns_of(self._env, file), self._domain.event_title(file.event)], self._language)
        title = labelled(_("What is missing"), what)
        context = {
            "title": title,
            "up": {"uri": self._uri(name, docname), "text": self._env.titles[docname].astext()},
            "groups": [
                (
                    criterion,
                    labelled(lack(criterion), self._number(entries)),
                    [self._line(name, one) for one in entries],
                )
                for criterion, entries in file.lacking.items()
                if entries
            ],
            "nothing": _("Nothing is missing"),
        }
        body = render(self._builder, "recap-missing.html", context)
        description = _("What is missing from {entries}, and where to add it.").format(entries=what)
        return GeneratedPage(name, title, description, body, docname, {})

    def _number(self, entries: Sequence[NotedEntry]) -> str:
        return number(len(entries), self._language)

    def _line(self, page: str, entry: NotedEntry) -> dict[str, str]:
        """Return an entry's title and address, its line in the data file, and the address for editing it, if any."""
        target, anchor = self._domain.place_of(entry)
        return {
            "title": entry.title,
            "uri": self._uri(page, target) + (f"#{anchor}" if anchor else ""),
            "place": _("line {line} of {file}").format(line=entry.line, file=entry.path.rpartition("/")[2]),
            "edit": edit_address(self._builder.config, entry.path, entry.line),
        }

    def _uri(self, page: str, target: str) -> str:
        return self._builder.get_relative_uri(page, target)


def _write_pages(app: Sphinx) -> list[Any]:
    """Write the pages when Sphinx asks for further pages; it has none to write itself."""
    if writes_page_per_file(app.builder):
        write_generated(app.builder, "missing", Pages(app.builder))
    return []


def setup_completeness(app: Sphinx) -> None:
    """Set up the directive, its transform and the pages."""
    app.add_node(overview)
    app.add_directive("completeness", CompletenessDirective)
    app.add_post_transform(Overviews)
    app.connect("html-collect-pages", _write_pages)
