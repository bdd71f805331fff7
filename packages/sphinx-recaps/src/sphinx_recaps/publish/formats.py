"""Publishes the formats: calls the module of each one after a build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sphinx_recaps.core.builders import writes_page_per_file
from sphinx_recaps.core.garbage_collection import collection_paused
from sphinx_recaps.publish.addresses import Addresses
from sphinx_recaps.publish.exports import Exports
from sphinx_recaps.publish.feeds import Feeds
from sphinx_recaps.publish.files import Files
from sphinx_recaps.publish.forwarding import setup_forwarding, write_forwarding_pages
from sphinx_recaps.publish.not_found import write_not_found
from sphinx_recaps.publish.page_links import setup_page_links
from sphinx_recaps.publish.previews import setup_previews
from sphinx_recaps.publish.settings import FORMATS, publishes, setup_settings
from sphinx_recaps.publish.sitemap import setup_sitemap, write_sitemap
from sphinx_recaps.publish.structured_data import setup_structured_data
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.former_pages import former_pages
from sphinx_recaps.registry.index_plan import writes_indices
from sphinx_recaps.registry.records_of_files import files_with_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.registry.records_of_files import FileRecords


class RecordWriter(Protocol):
    """Writes files that are made from records."""

    def add(self, records: FileRecords) -> None:
        """Add the entries of a data file."""

    def finish(self) -> None:
        """Write the files made from all data files, or from events."""


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Write the files that differ, in all chosen formats, and remove those of other formats."""
    builder = app.builder
    if exception or not writes_indices(builder):
        return
    chosen = {name for name in FORMATS if publishes(builder, name)}
    domain, former = recap_domain(app.env), former_pages(app.env)
    addresses, files = Addresses(builder, domain), Files(builder, former)
    if "sitemap" in chosen:
        write_sitemap(files, domain, addresses)
    if "not-found" in chosen:
        write_not_found(files, domain, builder, addresses)
    write_records(builder, chosen, files, addresses)
    if writes_page_per_file(builder):
        write_forwarding_pages(files, domain, builder)
    files.finish()


@collection_paused()
def write_records(builder: StandaloneHTMLBuilder, chosen: AbstractSet[str], files: Files, addresses: Addresses) -> None:
    """Write the files that are made from the records of each data file."""
    writers = list(_writers(builder, chosen, files, addresses))
    for records in files_with_records(builder.env) if writers else ():
        for writer in writers:
            writer.add(records)
    for writer in writers:
        writer.finish()


def _writers(
    builder: StandaloneHTMLBuilder, chosen: AbstractSet[str], files: Files, addresses: Addresses
) -> Iterator[RecordWriter]:
    """Yield the writers of the chosen formats; some import libraries that are slow to load."""
    domain = recap_domain(builder.env)
    if "citations" in chosen:
        from sphinx_recaps.publish.bibtex import Citations  # noqa: PLC0415

        yield Citations(files, domain, addresses)
    if "calendars" in chosen:
        from sphinx_recaps.publish.calendars import Calendars  # noqa: PLC0415

        yield Calendars(files, domain, addresses)
    if "pictures" in chosen:
        from sphinx_recaps.publish.pictures import Pictures  # noqa: PLC0415

        yield Pictures(files, domain, builder)
    if "feeds" in chosen:
        yield Feeds(files, domain, addresses)
    if "exports" in chosen:
        yield Exports(files, domain, addresses)


def setup_publish(app: Sphinx) -> None:
    """Set up the setting and all formats."""
    setup_settings(app)
    setup_page_links(app)
    setup_previews(app)
    setup_sitemap(app)
    setup_structured_data(app)
    setup_forwarding(app)
    app.connect("build-finished", write_files)
