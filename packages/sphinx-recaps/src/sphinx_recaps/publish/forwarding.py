"""A small page at each former address: it goes to the page that is there instead, also without JavaScript.

It links only to pages of this site, by relative addresses, because ``was`` names no addresses but former ones. The
template ``recap-forwarding.html`` can be replaced.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from sphinx_recaps.core.builders import writes_page_per_file
from sphinx_recaps.core.messages import _
from sphinx_recaps.publish.files import template
from sphinx_recaps.registry.former_pages import former_pages

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.publish.files import Files
    from sphinx_recaps.registry.domain import RecapDomain


def write_forwarding_pages(files: Files, domain: RecapDomain, builder: StandaloneHTMLBuilder) -> None:
    """Write the pages."""
    page = template(builder, "recap-forwarding.html") if files.former.pages else None
    if page is None:
        return
    base = builder.config.html_baseurl
    for name, target in files.former.pages.items():
        docname, anchor = (target, "") if isinstance(target, str) else domain.place_of(target)
        ending = f"#{anchor}" if anchor else ""
        address = f"{builder.get_relative_uri(name, docname)}{ending}"
        context = {
            "language": builder.config.language or "en",
            "address": address,
            "canonical": posixpath.join(base, builder.get_target_uri(docname)) if base else address,
            "title": domain.env.titles[docname].astext() if isinstance(target, str) else target.title,
            "text": _("This page has moved."),
        }
        files.write(builder.get_output_path(name).relative_to(builder.outdir).as_posix(), page.render(context))


class _Inventory:
    """Adds former pages to the inventory, for references by documents of other projects.

    Sphinx writes the inventory between the two events; the environment, which it saves before, never has them.
    """

    def __init__(self) -> None:
        self._added: list[tuple[str, str]] = []

    def add(self, app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
        """Add the pages, and return no further pages to write."""
        if writes_page_per_file(app.builder):
            known = app.env.domains.standard_domain.objects
            pages = former_pages(app.env).pages
            former = {("doc", name): (page, "") for name, page in pages.items() if isinstance(page, str)}
            self._added = sorted(former.keys() - known.keys())
            known.update(former)
        return []

    def remove(self, app: Sphinx, _exception: Exception | None) -> None:
        """Remove the pages."""
        while self._added:
            app.env.domains.standard_domain.objects.pop(self._added.pop(), None)


def setup_forwarding(app: Sphinx) -> None:
    """Connect the handlers of the inventory."""
    inventory = _Inventory()
    app.connect("html-collect-pages", inventory.add, priority=900)
    app.connect("build-finished", inventory.remove)
