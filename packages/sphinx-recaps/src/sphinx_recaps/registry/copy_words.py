"""What links to archived copies say, and what is said of addresses that lead nowhere."""

from __future__ import annotations

from sphinx_recaps.core.messages import _
from sphinx_recaps.data.link_copies import copied

# What authors, or a scheme of MyST, write as the words of a link to a copy; readers get the translation.
COPY = "archived copy"
LOOK = "look in the archive"  # where there may be a copy; nobody has looked


def said_of_copy(url: str) -> str:
    """Return the words of a link to a copy: whether there is one, or whether the Wayback Machine is asked for one."""
    asked = copied(url)
    return _("look in the archive") if asked and len(asked[0]) < 14 else _("archived copy")


def is_said_of_copy(text: str) -> bool:
    """Say whether a link has no words of an author, but some of :func:`said_of_copy`."""
    return text in {COPY, LOOK, _("archived copy"), _("look in the archive")}


def as_copy(text: str) -> str:
    """Return the words of a link that leads to the copy in the place of what it names."""
    return _("{link} (archived copy)").format(link=text)


def as_gone(text: str, url: str) -> str:
    """Return the words for a link that leads nowhere, with its address."""
    return f"{text} {gone_after(text, url)}"


def said_of_gone(url: str) -> str:
    """Return what a link to the copy says of the address in whose place it is."""
    return _("{address} is no longer online").format(address=url)


def gone_after(text: str, url: str) -> str:
    """Return what is after the words of a link that leads nowhere."""
    if url in text:
        return _("(no longer online)")
    return _("(no longer online: {address})").format(address=url)
