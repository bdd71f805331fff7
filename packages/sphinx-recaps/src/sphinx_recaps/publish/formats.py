"""Publishes the formats: calls the module of each one after a build."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sphinx_recaps.publish.addresses import Addresses
from sphinx_recaps.publish.files import Files
from sphinx_recaps.publish.not_found import write_not_found
from sphinx_recaps.publish.previews import setup_previews
from sphinx_recaps.publish.settings import FORMATS, publishes, setup_settings
from sphinx_recaps.publish.sitemap import setup_sitemap, write_sitemap
from sphinx_recaps.publish.structured_data import setup_structured_data
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.index_plan import writes_indices

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Write the files of all formats that changed, and remove those of formats that are off now."""
    if exception or not writes_indices(app.builder):
        return
    builder = cast("StandaloneHTMLBuilder", app.builder)
    chosen = {name for name in FORMATS if publishes(builder, name)}
    domain = recap_domain(app.env)
    addresses, files = Addresses(builder, domain), Files(builder)
    if addresses.base:
        if "sitemap" in chosen:
            write_sitemap(files, domain, addresses)
        if "not-found" in chosen:
            write_not_found(files, domain, builder, addresses)
    files.finish()


def setup_publish(app: Sphinx) -> None:
    """Set up the setting and all formats."""
    setup_settings(app)
    setup_previews(app)
    setup_sitemap(app)
    setup_structured_data(app)
    app.connect("build-finished", write_files)
