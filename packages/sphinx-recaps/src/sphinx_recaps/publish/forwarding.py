"""A small page at each former address: it goes to the page that is there instead, also without JavaScript.

It links only to pages of this site, by relative addresses, because ``was`` names no addresses but former ones. The
template ``recap-forwarding.html`` can be replaced.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sphinx_recaps.core.messages import _
from sphinx_recaps.publish.files import template

if TYPE_CHECKING:
    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.publish.files import Files
    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.former_pages import FormerPages


def write_forwarding_pages(
    files: Files, former: FormerPages, domain: RecapDomain, builder: StandaloneHTMLBuilder
) -> None:
    """Write the pages."""
    page = template(builder, "recap-forwarding.html") if former.pages else None
    if page is None:
        return
    base = builder.config.html_baseurl
    for name, target in former.pages.items():
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
