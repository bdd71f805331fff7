"""Publishes the formats: calls the module of each one after a build."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sphinx_recaps.core.garbage_collection import collection_paused
from sphinx_recaps.publish.addresses import Addresses
from sphinx_recaps.publish.citations import csl, work_of_entry, work_of_event
from sphinx_recaps.publish.exports import Exports, export_name
from sphinx_recaps.publish.files import Files
from sphinx_recaps.publish.not_found import write_not_found
from sphinx_recaps.publish.page_links import setup_page_links
from sphinx_recaps.publish.previews import setup_previews
from sphinx_recaps.publish.settings import FORMATS, publishes, setup_settings
from sphinx_recaps.publish.sitemap import setup_sitemap, write_sitemap
from sphinx_recaps.publish.structured_data import setup_structured_data
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.index_plan import writes_indices
from sphinx_recaps.registry.records_of_files import files_with_records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.publish.citations import Work


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Write the files of all formats that changed, and remove those of formats that are off now."""
    if exception or not writes_indices(app.builder):
        return
    builder = cast("StandaloneHTMLBuilder", app.builder)
    chosen = {name for name in FORMATS if publishes(builder, name)}
    domain = recap_domain(app.env)
    addresses, files = Addresses(builder, domain), Files(builder)
    if "sitemap" in chosen:
        write_sitemap(files, domain, addresses)
    if "not-found" in chosen:
        write_not_found(files, domain, builder, addresses)
    write_records(builder, chosen, files, addresses)
    files.finish()


@collection_paused()
def write_records(builder: StandaloneHTMLBuilder, chosen: AbstractSet[str], files: Files, addresses: Addresses) -> None:
    """Write the files that are made of the records of each data file."""
    domain = recap_domain(builder.env)
    exports = Exports(files, domain, addresses)
    if "citations" in chosen:
        for event in domain.objects.events.values():
            works = [work_of_event(domain, event, addresses.event(event))]
            write_citations(files, event.path, works)
    for records in files_with_records(builder.env) if chosen & {"citations", "exports"} else ():
        if "citations" in chosen:
            works = [work_of_entry(domain, noted, one.date, addresses.entry(noted)) for noted, one in records.entries]
            write_citations(files, records.path, works)
        if "exports" in chosen:
            exports.add(records)
    if "exports" in chosen:
        exports.finish()


def write_citations(files: Files, path: str, works: Sequence[Work]) -> None:
    """Write works as BibTeX and as CSL-JSON; ``path`` is the data file that they are made of."""
    from sphinx_recaps.publish.bibtex import bibtex  # noqa: PLC0415 (slow to import, and needed by few builds)

    files.write(export_name(path, ".bib"), bibtex(works))
    files.write(export_name(path, ".csl.json"), csl(works))


def setup_publish(app: Sphinx) -> None:
    """Set up the setting and all formats."""
    setup_settings(app)
    setup_page_links(app)
    setup_previews(app)
    setup_sitemap(app)
    setup_structured_data(app)
    app.connect("build-finished", write_files)
