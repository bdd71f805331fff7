"""The page that a web server shows for an address that does not exist, at whatever depth.

So all its links are absolute, and it is a small page of its own: the theme's pages load files relative to their place.
The template ``recap-not-found.html`` can be replaced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sphinx_recaps.core.messages import _
from sphinx_recaps.publish.files import template
from sphinx_recaps.registry.index_settings import index_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.publish.addresses import Addresses
    from sphinx_recaps.publish.files import Files
    from sphinx_recaps.registry.domain import RecapDomain

NAME = "404.html"


def write_not_found(files: Files, domain: RecapDomain, builder: StandaloneHTMLBuilder, addresses: Addresses) -> None:
    """Write the page."""
    root = urlsplit(addresses.base).path
    config = builder.config
    context: dict[str, Any] = {
        "language": config.language or "en",
        "project": config.project,
        "title": _("Page not found"),
        "text": _("There is no page at this address. It may have moved, or the link to it may be wrong."),
        "home": f"{root}{builder.get_target_uri(config.root_doc)}",
        "home_text": _("Home page"),
        "pages": [(title, f"{root}{builder.get_target_uri(name)}") for title, name in _pages(domain)],
        "search": f"{root}{builder.get_target_uri('search')}" if builder.search else "",
        "search_text": _("Search"),
        "style": f"{root}_static/recap-not-found.css",
    }
    if page := template(builder, "recap-not-found.html"):
        files.write(NAME, page.render(context))


def _pages(domain: RecapDomain) -> Iterator[tuple[str, str]]:
    """Yield the title and name of each page that the home page lists, and of the indices."""
    env = domain.env
    for name in env.toctree_includes.get(env.config.root_doc, ()):
        if name in env.titles:
            yield env.titles[name].astext(), name
    for kind in domain.objects.named:
        plan = domain.plan(kind)
        if plan.pages:
            yield index_title(env.config, kind), plan.name
