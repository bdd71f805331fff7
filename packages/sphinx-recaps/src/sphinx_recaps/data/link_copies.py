"""The archived copies of links to other sites, and which links are dead, from the data file of links.

Addresses are compared without their position on the page: without the fragment after ``#``, and without the start time
of a YouTube video.
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
    """Return the address by which the record of a link is found: in ASCII, without a position on the page."""
    page = url.partition("#")[0]
    if page.startswith(_ON_YOUTUBE):
        page = _MOMENT.sub("", page)
    return page if page.isascii() else _in_ascii(page)


def _in_ascii(url: str) -> str:
    """Return an address as browsers send it."""
    scheme, separator, rest = url.partition("://")
    if scheme not in {"http", "https"}:
        return quote(url, safe=string.punctuation)
    host, slash, path = rest.partition("/")
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        host = quote(host, safe=string.punctuation)
    return f"{scheme}{separator}{host}{slash}{quote(path, safe=string.punctuation)}"


def parse_copy(url: str) -> tuple[str, str] | None:
    """Return the time (up to 14 digits) and the original of a copy in the Wayback Machine; None for other addresses.

    Only a time of 14 digits identifies a copy; for any other time the Wayback Machine redirects to the nearest one.
    """
    match = _COPY.match(url)
    return (match[1] or "", match[2]) if match else None


class LinkCopies:
    """The records of links, found by address; false if there are none."""

    def __init__(self, links: Iterable[RecordedLink] = ()) -> None:
        self._links = {address_key(link.url): link for link in links}

    def __bool__(self) -> bool:
        """Return whether there are any records."""
        return bool(self._links)

    def is_checked(self, url: str) -> bool:
        """Return whether there is a record of an address."""
        return address_key(url) in self._links

    def is_dead(self, url: str) -> bool:
        """Return whether an address is known to be dead."""
        link = self._links.get(address_key(url)) if self._links else None
        return link is not None and link.dead

    def copy(self, url: str) -> str | None:
        """Return the address of the archived copy of a page, or None if none is known."""
        link = self._links.get(address_key(url)) if self._links else None
        return f"{WAYBACK}{link.archived}/{url}" if link is not None and link.archived else None

    def verified(self, copy: str) -> str | None:
        """Return the address of the known copy for an address with an approximate time; None if there is none."""
        guess = parse_copy(copy) if self._links else None
        return self.copy(guess[1]) if guess and len(guess[0]) < 14 else None
