"""Addresses in pages and style sheets: of files of the site, by their paths in the output folder, or of other hosts."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from urllib.parse import SplitResult

LEAN = "_static/lean"  # the folder of the pass, below the output folder
_ORIGIN = re.compile(r"[a-z0-9.-]+(:\d+)?|\[[0-9a-f:.]+\](:\d+)?", re.IGNORECASE)


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("data:")  # no address of a file


def local(address: str, source: str) -> str | None:
    """Return the path of an address in a file of the site; None for others. ``source`` is the path of that file."""
    found = _local(address, posixpath.dirname(source))
    return source if found == "" else found


@lru_cache(maxsize=1 << 14)
def _local(address: str, folder: str) -> str | None:
    """Return the same, given only the folder, so that pages share results; '' for the file itself."""
    parts = _split(address)
    if parts.scheme or parts.netloc or address.startswith(("#", "/")) or not address:
        return None
    path = unquote(parts.path)
    found = posixpath.normpath(posixpath.join(folder, path)) if path else ""
    return None if found.startswith("..") else found


def relative(path: str, page: str) -> str:
    """Return a path in the output folder relative to a page."""
    return posixpath.relpath(path, posixpath.dirname(page) or ".")


def moved(address: str, source: str) -> str:
    """Return an address in a file of the site as it must be in a style sheet of the pass."""
    parts = _split(address)
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return address
    path = posixpath.relpath(posixpath.join(posixpath.dirname(source), parts.path), LEAN)
    is_font = path.endswith(".woff2")  # its name changes with its content
    return parts._replace(path=path, **({"query": "", "fragment": ""} if is_font else {})).geturl()


def _origin(address: str) -> str:
    parts = _split(f"https:{address}" if address.startswith("//") else address)
    is_other = parts.scheme in {"http", "https", "ws", "wss"} and _ORIGIN.fullmatch(parts.netloc)
    return f"{parts.scheme}://{parts.netloc}" if is_other else ""


def origins(addresses: Iterable[str | None]) -> list[str]:
    """Return scheme and host of the addresses on other hosts."""
    return sorted({_origin(address) for address in addresses if address and "//" in address} - {""})


def exact(address: str) -> str:
    """Return the source for one file of another host; '' for other addresses. A source has no query."""
    origin = _origin(address) if "//" in address else ""
    return origin and origin + quote(_split(address.strip()).path or "/", safe="/%@:+~!&()*=-._")
