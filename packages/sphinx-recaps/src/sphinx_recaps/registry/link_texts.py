"""The texts of links to archived copies, and of dead links."""

from __future__ import annotations

from docutils import nodes

from sphinx_recaps.core.messages import _
from sphinx_recaps.data.link_copies import parse_copy

# The text of links to copies in pages, from authors or from a MyST scheme; readers see its translation.
COPY = "archived copy"
COPY_CLASS = "archived-copy"
LOOK = "look in the archive"  # nobody has checked whether there is a copy


def copy_link_text(url: str) -> str:
    """Return the text of a link to an exact copy, or to the copy nearest to a time, if there is one."""
    copy = parse_copy(url)
    return _("look in the archive") if copy and len(copy[0]) < 14 else _("archived copy")


def copy_reference(url: str) -> nodes.reference:
    """Return the link to a copy, for the place beside the link to the original."""
    return nodes.reference("", copy_link_text(url), refuri=url, internal=False, classes=[COPY_CLASS])


def is_default_copy_text(text: str) -> bool:
    """Return whether the text of a link is one of :func:`copy_link_text`, not the author's own."""
    return text in {COPY, LOOK, _("archived copy"), _("look in the archive")}


def with_copy_note(text: str) -> str:
    """Return the text of a link that goes to the copy instead of the original."""
    return _("{link} (archived copy)").format(link=text)


def with_dead_note(text: str, url: str) -> str:
    """Return the text of a dead link, with its address."""
    return f"{text} {dead_note(text, url)}"


def dead_link_title(url: str) -> str:
    """Return the tooltip of a link that goes to the copy of a dead address."""
    return _("{address} is no longer online").format(address=url)


def dead_note(text: str, url: str) -> str:
    """Return the note after the text of a dead link."""
    if url in text:
        return _("(no longer online)")
    return _("(no longer online: {address})").format(address=url)
