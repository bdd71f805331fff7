"""Applies the data file of links to every page.

The file in the setting ``recap_links`` has the archived copy of each address, and whether the address is dead. A link
to an approximate copy is changed to the exact copy, and a dead link goes to the copy instead.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinx_recaps.archive.builder import LinksBuilder, setup_links_builder
from sphinx_recaps.archive.links import (
    COPY_CLASS,
    GONE_CLASS,
    LOOK,
    ExternalLink,
    copy_text,
    is_default_copy_text,
    labelled_link,
    setup_labelled_links,
)
from sphinx_recaps.core.assets import add_page_assets
from sphinx_recaps.core.builders import ReaderTransform, is_web
from sphinx_recaps.core.did_you_mean import did_you_mean
from sphinx_recaps.core.messages import _, labelled
from sphinx_recaps.core.options import add_setting
from sphinx_recaps.core.warnings import RecapWarning, report, report_setting
from sphinx_recaps.data.fields import WAYBACK
from sphinx_recaps.data.link_copies import WEB, LinkCopies, address_key, parse_copy
from sphinx_recaps.data.loader import load_links
from sphinx_recaps.registry.domain import recap_domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

_JOINT = re.compile(r"\s*[,;:–—-]?\s*|\s*(?P<bracket>\()\s*")


class ResolveLinkCopies(SphinxPostTransform):
    """Makes links go to existing copies, in every builder. Catalogues do the same for their own links."""

    default_priority = 25  # after references are resolved and images linked, before players and link checks

    def run(self, **_: Any) -> None:
        """Change links with a record."""
        link_copies = recap_domain(self.env).link_copies
        for reference in list(self.document.findall(nodes.reference)):
            url = reference.get("refuri", "")
            if not url.startswith(WEB):
                continue
            link = ExternalLink(reference.astext(), url).resolved(link_copies)
            if not link.dead_url:
                reference["refuri"] = link_copies.verified(url) or url
            elif link.uri:
                _link_to_copy(reference, link)
            else:
                _unlink(reference, link)


class CopyLinks(ReaderTransform):
    """Sets the text of each link to a copy, depending on whether one is known; in HTML also its accessible name."""

    default_priority = 26  # after ResolveLinkCopies, at 25

    def run(self, **_: Any) -> None:
        """Replace the default text of links to copies, from directives, from a MyST scheme or from authors."""
        for reference in list(self.document.findall(nodes.reference)):
            if COPY_CLASS in reference["classes"] and is_default_copy_text(reference.astext()):
                words = copy_text(reference["refuri"])
                reference[:] = [nodes.Text(words)]
                if is_web(self.builder):
                    label = labelled(words, _original(reference))
                    reference.replace_self(
                        labelled_link("", "", *reference.children, **reference.attributes, label=label)
                    )


def _original(copy: nodes.reference) -> str:
    """Return the text of the original link beside a link to a copy, or the original address if there is none."""
    parsed = parse_copy(copy["refuri"])
    address = parsed[1] if parsed else copy["refuri"]
    before = [
        node
        for node in copy.parent.children[: copy.parent.index(copy)]
        if isinstance(node, nodes.reference) and COPY_CLASS not in node["classes"] and "refuri" in node
    ]
    same = [link for link in before if address_key(link["refuri"]) == address_key(address)]
    links = same or (before if parsed is None else [])
    return links[-1].astext() if links else address


def _link_to_copy(reference: nodes.reference, link: ExternalLink) -> None:
    """Make a dead link go to its copy, and say so; a link to a copy beside it is no longer needed."""
    _remove_copy_beside(reference, link.dead_url)
    reference["refuri"], reference["reftitle"] = link.uri, link.title
    if _is_picture(reference):
        note = _("This picture links to an archived copy: {address} is no longer online.")
        _note_below(reference.parent, reference, note.format(address=link.dead_url))
    else:
        reference += nodes.Text(link.note)


def _remove_copy_beside(reference: nodes.reference, url: str) -> None:
    """Remove a link to a copy of the same address that directly follows, with the punctuation between them."""
    siblings = reference.parent.children
    start = end = siblings.index(reference) + 1
    while end < len(siblings) and isinstance(siblings[end], nodes.Text):
        end += 1
    joint = _JOINT.fullmatch("".join(text.astext() for text in siblings[start:end]))
    beside = siblings[end] if end < len(siblings) else None
    copy = parse_copy(beside.get("refuri", "")) if isinstance(beside, nodes.reference) else None
    if joint is None or copy is None or address_key(copy[1]) != address_key(url):
        return
    if joint["bracket"]:
        rest = siblings[end + 1] if end + 1 < len(siblings) else None
        if not isinstance(rest, nodes.Text) or not rest.startswith(")"):
            return
        reference.parent[end + 1] = nodes.Text(rest[1:])
    del reference.parent[start : end + 1]


def _unlink(reference: nodes.reference, link: ExternalLink) -> None:
    """Replace a dead link without a copy by text that says so, with its address."""
    if _is_picture(reference):
        note = _("The link of this picture no longer works: {address} is no longer online.")
        _note_below(reference.parent, reference, note.format(address=link.dead_url))
        reference.replace_self(reference.children)
        return
    attributes = {key: reference[key] for key in ("ids", "names", "classes")}
    replacement = nodes.inline("", "", *reference.children, nodes.Text(link.note), **attributes)
    replacement["classes"] = [*replacement["classes"], GONE_CLASS]
    reference.replace_self(replacement)


def _is_picture(reference: nodes.reference) -> bool:
    """Return whether a link is the image of a figure, which cannot contain text."""
    return isinstance(reference.parent, nodes.figure)


def _note_below(figure: nodes.Element, picture: nodes.reference, text: str) -> None:
    """Add a note below an image whose link cannot contain it; figures with ``names_link`` have it in their legend."""
    if not figure.get("names_link"):
        figure.insert(figure.index(picture) + 1, nodes.paragraph(text, text, classes=[GONE_CLASS]))


def _read(app: Sphinx) -> None:
    """Read the data file once in each build, and report its mistakes."""
    name = app.config.recap_links
    if not name or app.builder.name in {LinksBuilder.name, "gettext"}:
        return
    path = app.srcdir / name
    if not path.is_file():
        beside = sorted(file.name for file in path.parent.glob("*.y*ml"))
        hint = did_you_mean(name, beside, "create it with `links: []`")
        message = f"recap_links is {name!r}, but there is no such file; {hint}"
        report_setting(app, "recap_links", RecapWarning.LINKS, message)
        return
    loaded = load_links(path)
    for problem in loaded.problems:
        report(RecapWarning.DATA, problem.message, problem.location(name), lost=True)
    link_copies = LinkCopies(loaded.content.links if loaded.content else ())
    if link_copies:
        recap_domain(app.env).link_copies = link_copies
        app.add_post_transform(ResolveLinkCopies)


def _note_dependency(app: Sphinx, _doctree: nodes.document) -> None:
    """Read each page again when the file changes; most pages have a link to another site."""
    if app.config.recap_links:
        app.env.note_dependency(app.config.recap_links)


def _has_copy_or_gone(doctree: nodes.document) -> bool:
    if any(COPY_CLASS in reference["classes"] for reference in doctree.findall(nodes.reference)):
        return True
    link_copies = recap_domain(doctree.settings.env).link_copies
    return bool(link_copies) and any(GONE_CLASS in node["classes"] for node in doctree.findall(nodes.Element))


def _add_scheme(_app: Sphinx, config: Config) -> None:
    """Have Markdown understand ``<wayback:20210510/https://example.org/>``, a link to the copy nearest to a day."""
    schemes = getattr(config, "myst_url_schemes", None)
    if schemes is not None and "wayback" not in schemes:
        known = schemes if isinstance(schemes, dict) else dict.fromkeys(schemes)
        config.myst_url_schemes = {
            **known,
            "wayback": {"url": f"{WAYBACK}{{{{path}}}}", "title": LOOK, "classes": [COPY_CLASS]},
        }


def setup_links(app: Sphinx) -> None:
    """Set up the handling of archived copies and dead links, and the builder that lists links."""
    setup_links_builder(app)
    setup_labelled_links(app)
    app.add_post_transform(CopyLinks)
    add_setting(app, "recap_links", "", str, "The data file of links, relative to the source folder.")
    app.connect("builder-inited", _read)
    app.connect("doctree-read", _note_dependency)
    app.connect("config-inited", _add_scheme)
    add_page_assets(app, _has_copy_or_gone, "recap-links.css")
