"""What is recorded of links to other sites, on every page that has them.

The data file that ``recap_links`` names says for each address which archived copy there is, and whether it is dead.
A link to a guessed copy then leads to the copy that is there, and a dead link leads to the copy in its place.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinx_recaps.archive.builder import LinksBuilder, setup_links_builder
from sphinx_recaps.core.assets import add_page_assets
from sphinx_recaps.core.figure import application, is_web
from sphinx_recaps.core.messages import _, labelled
from sphinx_recaps.core.warnings import RecapWarning, logger, setting_location
from sphinx_recaps.data.fields import WAYBACK
from sphinx_recaps.data.link_copies import WEB, LinkCopies, address_key, copied
from sphinx_recaps.data.loader import Loaded, load_links, unreadable
from sphinx_recaps.registry.copy_words import LOOK, as_copy, gone_after, is_said_of_copy, said_of_copy, said_of_gone
from sphinx_recaps.registry.domain import recap_domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.writers.html5 import HTML5Translator

BESIDE = "archived-copy"  # the class of a link to a copy beside the link to the original
_JOINT = re.compile(r"\s*[,;:–—-]?\s*|\s*(?P<bracket>\()\s*")


class copy_link(nodes.reference):  # noqa: N801 (docutils names its nodes in lower case)
    """A link to a copy on a page for a browser; ``label`` is its name for those who hear it without the text around."""


class ResolveLinkCopies(SphinxPostTransform):
    """Leads links to the copies that are there, in every builder. Catalogues do the same for their own links."""

    default_priority = 25  # after references are resolved and images are linked, before players and checks of links

    def run(self, **_: Any) -> None:
        """Change what is link_copies."""
        link_copies = recap_domain(self.env).link_copies
        for reference in list(self.document.findall(nodes.reference)):
            url = reference.get("refuri", "")
            if not url.startswith(WEB):
                continue
            copy = link_copies.copy(url)
            if link_copies.is_dead(url):
                if copy:
                    _lead_to_copy(reference, copy)
                else:
                    _unlink(reference)
            else:
                reference["refuri"] = link_copies.verified(url) or url


class CopyLinks(SphinxPostTransform):
    """Has each link to a copy say whether there is one; on pages for a browser also of what."""

    default_priority = 26  # after ResolveLinkCopies

    def run(self, **_: Any) -> None:
        """Change the words that links to copies have from the directives, from a scheme of MyST, or from authors."""
        for reference in list(self.document.findall(nodes.reference)):
            if BESIDE in reference["classes"] and is_said_of_copy(reference.astext()):
                words = said_of_copy(reference["refuri"])
                reference[:] = [nodes.Text(words)]
                if is_web(application(self.env)):
                    label = labelled(words, _original(reference))
                    reference.replace_self(copy_link("", "", *reference.children, **reference.attributes, label=label))


def _original(copy: nodes.reference) -> str:
    """Return the words of the link that a link to a copy is beside; without one the address of the original."""
    found = copied(copy["refuri"])
    address = found[1] if found else copy["refuri"]
    before = [
        node
        for node in copy.parent.children[: copy.parent.index(copy)]
        if isinstance(node, nodes.reference) and BESIDE not in node["classes"] and "refuri" in node
    ]
    same = [link for link in before if address_key(link["refuri"]) == address_key(address)]
    links = same or (before if found is None else [])
    return links[-1].astext() if links else address


def visit_copy_link(self: HTML5Translator, node: copy_link) -> None:
    """Open the link as any other, with its label."""
    start = len(self.body)
    self.visit_reference(node)
    self.body[start] = self.body[start].replace("<a ", f'<a aria-label="{self.attval(node["label"])}" ', 1)


def depart_copy_link(self: HTML5Translator, node: copy_link) -> None:
    """Close the link."""
    self.depart_reference(node)


def _lead_to_copy(reference: nodes.reference, copy: str) -> None:
    """Lead a dead link to its copy, and say so; a link to a copy that stands beside it has nothing to add."""
    url = reference["refuri"]
    _drop_copy_beside(reference, url)
    reference["refuri"], reference["reftitle"] = copy, said_of_gone(url)
    if _is_picture(reference):
        note = _("This picture leads to an archived copy: {address} is no longer online.")
        _note_below(reference.parent, reference, note.format(address=url))
    else:
        reference += nodes.Text(as_copy(""))


def _drop_copy_beside(reference: nodes.reference, url: str) -> None:
    """Take away a link to a copy of the same address that directly follows, with what joins the two."""
    siblings = reference.parent.children
    start = end = siblings.index(reference) + 1
    while end < len(siblings) and isinstance(siblings[end], nodes.Text):
        end += 1
    joint = _JOINT.fullmatch("".join(text.astext() for text in siblings[start:end]))
    beside = siblings[end] if end < len(siblings) else None
    copy = copied(beside.get("refuri", "")) if isinstance(beside, nodes.reference) else None
    if joint is None or copy is None or address_key(copy[1]) != address_key(url):
        return
    if joint["bracket"]:
        rest = siblings[end + 1] if end + 1 < len(siblings) else None
        if not isinstance(rest, nodes.Text) or not rest.startswith(")"):
            return
        reference.parent[end + 1] = nodes.Text(rest[1:])
    del reference.parent[start : end + 1]


def _unlink(reference: nodes.reference) -> None:
    """Make a dead link without a copy text that says so, with its address."""
    url = reference["refuri"]
    if _is_picture(reference):
        note = _("The link of this picture leads nowhere: {address} is no longer online.")
        _note_below(reference.parent, reference, note.format(address=url))
        reference.replace_self(reference.children)
        return
    text = nodes.Text(f" {gone_after(reference.astext(), url)}")
    kept = {key: reference[key] for key in ("ids", "names", "classes")}
    gone = nodes.inline("", "", *reference.children, text, **kept)
    gone["classes"] = [*gone["classes"], "recap-gone"]
    reference.replace_self(gone)


def _is_picture(reference: nodes.reference) -> bool:
    """Say whether a link is the picture of a figure, where no words can stand in it."""
    return isinstance(reference.parent, nodes.figure)


def _note_below(figure: nodes.Element, picture: nodes.reference, text: str) -> None:
    """Write below a picture what its link cannot say; figures with ``names_link`` say it in their legend."""
    if not figure.get("names_link"):
        figure.insert(figure.index(picture) + 1, nodes.paragraph(text, text, classes=["recap-gone"]))


def _read(app: Sphinx) -> None:
    """Read the data file once a build, and report its mistakes."""
    name = app.config.recap_links
    if not name or app.builder.name in {LinksBuilder.name, "gettext"}:
        return
    path = app.srcdir / name
    if not path.is_file():
        near = get_close_matches(name, sorted(file.name for file in path.parent.glob("*.y*ml")), 1)
        hint = f"did you mean {near[0]}?" if near else "write `links: []` into a file of this name"
        message = f"recap_links names {name!r}, and there is no such file; {hint}"
        logger.warning(
            message, type="recap", subtype=RecapWarning.LINKS.subtype, location=setting_location(app, "recap_links")
        )
        return
    try:
        loaded = load_links(path)
    except OSError as error:
        loaded = Loaded(None, (unreadable(error),))
    for problem in loaded.problems:
        location = f"{name}:{problem.line}:{problem.column}"
        logger.error(problem.message, type="recap", subtype=RecapWarning.DATA.subtype, location=location)
    link_copies = LinkCopies(loaded.content.links if loaded.content else ())
    if link_copies:
        recap_domain(app.env).link_copies = link_copies
        app.add_post_transform(ResolveLinkCopies)


def _add_words(app: Sphinx) -> None:
    """Name copies on pages and in books; translators get what authors wrote."""
    if app.builder.name != "gettext":
        app.add_post_transform(CopyLinks)


def _note_dependency(app: Sphinx, _doctree: nodes.document) -> None:
    """Read each page again when the file has changed: most pages have a link to another site."""
    if app.config.recap_links:
        app.env.note_dependency(app.config.recap_links)


def _has_copy_or_gone(doctree: nodes.document) -> bool:
    if any(BESIDE in reference["classes"] for reference in doctree.findall(nodes.reference)):
        return True
    link_copies = recap_domain(doctree.settings.env).link_copies
    return bool(link_copies) and any("recap-gone" in node["classes"] for node in doctree.findall(nodes.Element))


def _add_scheme(_app: Sphinx, config: Config) -> None:
    """Have Markdown understand ``<wayback:20210510/https://example.org/>``, a link to the copy nearest to a day."""
    schemes = getattr(config, "myst_url_schemes", None)
    if schemes is not None and "wayback" not in schemes:
        known = schemes if isinstance(schemes, dict) else dict.fromkeys(schemes)
        config.myst_url_schemes = {
            **known,
            "wayback": {"url": f"{WAYBACK}{{{{path}}}}", "title": LOOK, "classes": [BESIDE]},
        }


def setup_links(app: Sphinx) -> None:
    """Set up where links are recorded, and the builder that lists them."""
    setup_links_builder(app)
    app.add_node(copy_link, html=(visit_copy_link, depart_copy_link))
    app.connect("builder-inited", _add_words)
    app.add_config_value(
        "recap_links", "", "env", types=str, description="The data file of links, from the source folder."
    )
    app.connect("builder-inited", _read)
    app.connect("doctree-read", _note_dependency)
    app.connect("config-inited", _add_scheme)
    add_page_assets(app, _has_copy_or_gone, "recap-links.css")
