"""Links to other sites with their archived copies, as readers see them: texts, accessible names, addresses, markup.

Lists of entries and facts of events are written with :class:`ExternalLink`; :mod:`sphinx_recaps.archive.references`
applies it to the links of all other text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes

from sphinx_recaps.core.builders import ReaderTransform, is_web
from sphinx_recaps.core.html_text import escape
from sphinx_recaps.core.messages import _, labelled
from sphinx_recaps.data.link_copies import parse_copy

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

    from sphinx_recaps.data.link_copies import LinkCopies

# The text of links to copies in pages, from authors or from a MyST scheme; readers see its translation.
COPY = "archived copy"
LOOK = "look in the archive"  # nobody has checked whether there is a copy
COPY_CLASS = "archived-copy"
GONE_CLASS = "recap-gone"


class ExternalLink(NamedTuple):
    """A link to another site. ``copy`` is the address of an archived copy; a guess unless ``copy_is_known``.

    ``dead_url`` is the original address if it no longer works; ``uri`` is then that of the copy, or empty without one.
    """

    text: str
    uri: str
    copy: str | None = None
    copy_is_known: bool = True
    dead_url: str = ""

    def resolved(self, recorded: LinkCopies) -> ExternalLink:
        """Return the link with its recorded copy: beside a working address, or instead of a dead one."""
        if recorded.is_dead(self.uri):
            if replacement := recorded.copy(self.uri):
                return ExternalLink(self.text, replacement, dead_url=self.uri)
            return self._replace(uri="", dead_url=self.uri)
        verified = recorded.verified(self.copy) if self.copy else None
        return ExternalLink(self.text, self.uri, verified) if verified else self

    @property
    def note(self) -> str:
        """What readers see after the text: nothing for a working address."""
        if not self.dead_url:
            return ""
        if self.uri:
            return _("{link} (archived copy)").format(link="")
        note = _("(no longer online)") if self.dead_url in self.text else _("(no longer online: {address})")
        return f" {note.format(address=self.dead_url)}"

    @property
    def title(self) -> str:
        """The tooltip: the dead address for a link to its copy."""
        return _("{address} is no longer online").format(address=self.dead_url) if self.dead_url else ""

    def html(self, label: str = "") -> str:
        """Return the link as HTML; ``label`` is its accessible name, if that is more than its text."""
        text = escape(f"{self.text}{self.note}")
        if not self.uri:
            return f'<span class="{GONE_CLASS}">{text}</span>'
        title = f' title="{escape(self.title)}"' if self.dead_url else ""
        name = f' aria-label="{escape(label)}"' if label else ""
        return f'<a class="external" href="{escape(self.uri)}"{title}{name}>{text}</a>'

    def copy_html(self, name: str = "") -> str:
        """Return the link to the copy as HTML, '' without one; its accessible name ends with ``name``, if given."""
        if not self.copy:
            return ""
        text = copy_text(self.copy)
        label = f' aria-label="{escape(labelled(text, name))}"' if name else ""
        return f' <a class="{COPY_CLASS}" href="{escape(self.copy)}"{label}>{escape(text)}</a>'

    def as_nodes(self, before_copy: str, after_copy: str) -> list[nodes.Node]:
        """Return the link and, between two texts, the link to its copy as nodes."""
        text = f"{self.text}{self.note}"
        parts: list[nodes.Node] = [nodes.inline("", text, classes=[GONE_CLASS])]
        if self.uri:
            title = {"reftitle": self.title} if self.dead_url else {}
            parts = [nodes.reference("", text, refuri=self.uri, internal=False, **title)]
        if self.copy:
            copy = nodes.reference("", copy_text(self.copy), refuri=self.copy, internal=False, classes=[COPY_CLASS])
            parts += [nodes.Text(before_copy), copy, *([nodes.Text(after_copy)] if after_copy else [])]
        return parts


def copy_text(url: str) -> str:
    """Return the text of a link to an exact copy, or to the copy nearest to a time, if there is one."""
    copy = parse_copy(url)
    return _("look in the archive") if copy and len(copy[0]) < 14 else _("archived copy")


def is_default_copy_text(text: str) -> bool:
    """Return whether the text of a link is one of :func:`copy_text`, not the author's own."""
    return text in {COPY, LOOK, _("archived copy"), _("look in the archive")}


class labelled_link(nodes.reference):  # noqa: N801 (docutils names its nodes in lower case)
    """A link with an accessible name, ``label``."""


class link_label(nodes.inline):  # noqa: N801
    """Wraps a link that is not resolved yet, whose accessible name will be ``label``."""


class LabelLinks(ReaderTransform):
    """Replaces each wrapper by its link, in HTML with its accessible name."""

    default_priority = 27  # after references are resolved, at 10, and links to copies are named, at 26

    def run(self, **_kwargs: Any) -> None:
        """Replace the wrappers of the page."""
        for wrapper in list(self.document.findall(link_label)):
            link = wrapper[0]
            if isinstance(link, nodes.reference) and is_web(self.builder):
                link = labelled_link("", "", *link.children, **link.attributes, label=wrapper["label"])
            wrapper.replace_self(link)


def _visit_labelled_link(self: HTML5Translator, node: labelled_link) -> None:
    """Open the link like any other, with its accessible name."""
    start = len(self.body)
    self.visit_reference(node)
    self.body[start] = self.body[start].replace("<a ", f'<a aria-label="{self.attval(node["label"])}" ', 1)


def _depart_labelled_link(self: HTML5Translator, node: labelled_link) -> None:
    self.depart_reference(node)


def setup_labelled_links(app: Sphinx) -> None:
    """Set up the nodes and the transform."""
    app.add_node(labelled_link, html=(_visit_labelled_link, _depart_labelled_link))
    app.add_node(link_label)
    app.add_post_transform(LabelLinks)
