"""What is recorded of links to other sites: which archived copies there are, and which addresses lead nowhere.

Nothing here needs Sphinx. An address is looked up without what only says where on its page to begin: what stands after
``#``, and the time in the address of a video on YouTube.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING
from urllib.parse import quote

from sphinx_recaps.data.fields import WAYBACK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx_recaps.data.records import RecordedLink

WEB = ("https://", "http://")
_COPY = re.compile(r"https?://web\.archive\.org/web/(?:(\d{0,14})/)?(https?://.+)", re.ASCII)
_ON_YOUTUBE = "https://www.youtube.com/watch?"
_MOMENT = re.compile(r"&t=[0-9]+s?(?=&|$)", re.ASCII)


def address_key(url: str) -> str:
    """Return the address under which what is known of a link is recorded, in ASCII."""
    page = url.partition("#")[0]
    if page.startswith(_ON_YOUTUBE):
        page = _MOMENT.sub("", page)
    return page if page.isascii() else _in_ascii(page)


def _in_ascii(url: str) -> str:
    """Return an address as browsers ask for it."""
    scheme, separator, rest = url.partition("://")
    if scheme not in {"http", "https"}:
        return quote(url, safe=string.punctuation)
    host, slash, path = rest.partition("/")
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        host = quote(host, safe=string.punctuation)
    return f"{scheme}{separator}{host}{slash}{quote(path, safe=string.punctuation)}"


def copied(url: str) -> tuple[str, str] | None:
    """Return the time (up to 14 digits) and the original of a copy in the Wayback Machine; None for other addresses.

    Only a time of 14 digits is that of one copy; near any other time the Wayback Machine is asked to find one.
    """
    found = _COPY.match(url)
    return (found[1] or "", found[2]) if found else None


class LinkCopies:
    """The recorded links by address; false where there are none, so that nobody has to look."""

    def __init__(self, links: Iterable[RecordedLink] = ()) -> None:
        self._links = {address_key(link.url): link for link in links}

    def __bool__(self) -> bool:
        """Say whether anything is recorded."""
        return bool(self._links)

    def is_dead(self, url: str) -> bool:
        """Say whether an address is known to lead nowhere."""
        link = self._links.get(address_key(url)) if self._links else None
        return link is not None and link.dead

    def copy(self, url: str) -> str | None:
        """Return the address of the copy of an address, or None where none is known."""
        link = self._links.get(address_key(url)) if self._links else None
        return f"{WAYBACK}{link.archived}/{url}" if link is not None and link.archived else None

    def verified(self, copy: str) -> str | None:
        """Return the address of the copy that is there for one that is only guessed; None where none is known."""
        guess = copied(copy) if self._links else None
        return self.copy(guess[1]) if guess and len(guess[0]) < 14 else None
