"""The list of all pages, for search engines: https://www.sitemaps.org/protocol.html.

It is made from the pages of the project, not from those that a build has written, so it is always complete.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from sphinx_recaps.publish.settings import publishes
from sphinx_recaps.registry.completeness import lists_of_missing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docutils import nodes
    from sphinx.application import Sphinx

    from sphinx_recaps.publish.addresses import Addresses
    from sphinx_recaps.publish.files import Files
    from sphinx_recaps.registry.domain import RecapDomain

NAME = "sitemap.xml"
MAX_PAGES = 50_000  # of one file, by the protocol
_XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write_sitemap(files: Files, domain: RecapDomain, addresses: Addresses) -> None:
    """Write the sitemap; one of more than 50,000 pages is divided, and its parts are listed in another one."""
    indices = (page.name for kind in domain.objects.named for page in domain.plan(kind).pages)
    entries = domain.written_entry_pages().values()
    lists = (name for name, _docname, _file in lists_of_missing(domain.env))
    pages = sorted(map(addresses.page, {*domain.env.found_docs, *indices, *entries, *lists}))
    if len(pages) <= MAX_PAGES:
        files.write(NAME, _listing("urlset", "url", pages))
        return
    parts = []
    for number, start in enumerate(range(0, len(pages), MAX_PAGES), 1):
        name = f"sitemap-{number}.xml"
        files.write(name, _listing("urlset", "url", pages[start : start + MAX_PAGES]))
        parts.append(addresses.file(name))
    files.write(NAME, _listing("sitemapindex", "sitemap", parts))


def _listing(root: str, item: str, addresses: Iterable[str]) -> str:
    lines = "".join(f"<{item}><loc>{escape(address)}</loc></{item}>\n" for address in addresses)
    return f"{_XML}<{root} {_XMLNS}>\n{lines}</{root}>\n"


def _add_link(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Add a link to the sitemap to the home page."""
    if pagename == app.config.root_doc and publishes(app.builder, "sitemap"):
        metatags = context.get("metatags") or ""
        context["metatags"] = f'{metatags}\n<link rel="sitemap" type="application/xml" href="{NAME}"/>'


def setup_sitemap(app: Sphinx) -> None:
    """Connect the handler that adds the link."""
    app.connect("html-page-context", _add_link, priority=600)
