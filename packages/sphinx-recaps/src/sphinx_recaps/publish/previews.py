"""OpenGraph and Twitter tags: how a page looks where its address is shared.

Sphinx itself writes the canonical address, if ``html_baseurl`` is set. https://ogp.me/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from docutils import nodes
from jinja2.filters import do_striptags
from markupsafe import escape

from sphinx_recaps.core.dates import days
from sphinx_recaps.core.language import shortened
from sphinx_recaps.publish.names import SITE_PICTURE, entries_have_pictures, export_name
from sphinx_recaps.publish.settings import base_address, publishes
from sphinx_recaps.registry.domain import recap_domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LENGTH = 200  # characters of a description; most services show fewer
_META = re.compile(r'<meta\b[^<>]*\sname="description"[^<>]*>')
_CONTENT = re.compile(r'\scontent="([^"]*)"')


def described(context: dict[str, Any], doctree: nodes.document | None) -> str:
    """Return the description of a page as HTML: that of its author, or the beginning of its first paragraph."""
    meta = _META.search(context.get("metatags") or "")
    content = _CONTENT.search(meta[0]) if meta else None
    if content or doctree is None:
        return content[1] if content else ""
    return escape(shortened(_first_paragraph(doctree), LENGTH))


def _first_paragraph(doctree: nodes.document) -> str:
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section | nodes.document):
            texts = (text for text in paragraph.findall(nodes.Text) if not _is_mark(text))
            if text := "".join(map(str, texts)).strip():
                return text
    return ""


def _is_mark(text: nodes.Text) -> bool:
    return isinstance(text.parent, nodes.footnote_reference | nodes.citation_reference)


def dated_description(app: Sphinx, name: str, description: str) -> str:
    """Return the description of a page, after the date of the event if it is the page of one."""
    noted = recap_domain(app.env).data["events"].get(name, ())
    if not noted:
        return description
    event = noted[0].record
    date = escape(days(event.start, event.end or event.start, app.config.language))
    return description if date in description else " · ".join(filter(None, (date, description)))


def tag(name: str, content: str, attribute: str = "property") -> str:
    """Return an element ``meta``; the content is HTML."""
    return f'<meta {attribute}="{name}" content="{content}"/>\n'


def _picture(app: Sphinx, pagename: str, context: dict[str, Any]) -> str:
    """Return the name of the picture of a page: its own, that of its event, or that of the site."""
    domain = recap_domain(app.env)
    noted = [*domain.data["events"].get(pagename, ())]
    if "recap_entry" in context:
        if entries_have_pictures(domain):
            return f"{pagename}.png"
        folder = pagename.rpartition("/")[0].rpartition("/")[0]
        noted = [event for event in (domain.objects.events.get(folder),) if event]
    return export_name(noted[0].path, ".png") if noted else SITE_PICTURE


def _add_tags(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add the tags to a page that has an address, unless something else has added some."""
    metatags: str = context.get("metatags") or ""
    if not publishes(app.builder, "previews") or 'property="og:' in metatags:
        return
    # Escaped as templates do it, because the title is a part of frames of generated pages.
    title = str(escape(do_striptags(context.get("title") or app.config.project)))
    description = dated_description(app, pagename, described(context, doctree))
    has_picture = publishes(app.builder, "pictures")
    tags = [tag("og:title", title)]
    if description:
        tags.append(tag("og:description", description))
    tags += [
        tag("og:type", "website" if pagename == app.config.root_doc else "article"),
        tag("og:url", escape(context["pageurl"])),
        tag("og:site_name", escape(app.config.project)),
    ]
    if has_picture:
        picture = _picture(app, pagename, context)
        tags.append(tag("og:image", escape(f"{base_address(app.config)}{quote(picture)}")))
        tags.append(tag("og:image:alt", title if picture != SITE_PICTURE else str(escape(app.config.project))))
        if (
            picture != SITE_PICTURE or pagename == app.config.root_doc
        ):  # elsewhere, a small picture of the site is enough
            tags.append(tag("twitter:card", "summary_large_image", "name"))
    context["metatags"] = f"{metatags}\n{''.join(tags)}"


def setup_previews(app: Sphinx) -> None:
    """Connect the handler that adds the tags."""
    app.connect("html-page-context", _add_tags, priority=600)  # after handlers of the same context that describe a page
