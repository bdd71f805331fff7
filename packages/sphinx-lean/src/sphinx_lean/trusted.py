"""What the policy of a page has to allow so that the scripts that the maintainers put on it keep working.

A script of the site's own is read: the hosts that it names, and whether it makes style sheets, frames or code. One of
another host cannot be read. It gets what it may need from there, since it can do anything on the page already.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_HOST = re.compile(r"""(?<=["'`])(?:https?:)?//[\w.-]+\.[a-z]+(?::\d+)?(?=[/"'`?])""", re.ASCII)
_ORIGIN = re.compile(r"[a-z0-9.-]+(:\d+)?|\[[0-9a-f:.]+\](:\d+)?", re.IGNORECASE)
_STYLES = re.compile(r"""createElement\(\s*["'`]style|<style\b|\sstyle=\\?["']|setAttribute\(\s*["'`]style""")
_CODE = re.compile(r"\bnew Function\b|\beval\(|(?<![.\w])Function\(")
_FRAMES = re.compile(r"iframe")
_NAMESPACES = ("http://www.w3.org", "https://www.w3.org")  # names that look like addresses
# Scripts of other hosts that make code at run time, by a part of their addresses.
_MAKES_CODE = ("jupyter-widgets", "html-manager", "plotly", "bokeh", "panel", "vega", "pyodide", "thebe")


@dataclass(frozen=True)
class Requests:
    """The requests of scripts: hosts, for anything or only data; whether they use styles, code, frames or workers."""

    hosts: frozenset[str] = field(default_factory=frozenset)
    data: frozenset[str] = field(default_factory=frozenset)
    styles: bool = False
    code: bool = False
    frames: bool = False
    workers: bool = False

    def __or__(self, other: Requests) -> Requests:
        """Return the requests of both."""
        return Requests(
            self.hosts | other.hosts,
            self.data | other.data,
            self.styles or other.styles,
            self.code or other.code,
            self.frames or other.frames,
            self.workers or other.workers,
        )


def origins(addresses: Iterable[str | None]) -> list[str]:
    """Return scheme and host of the addresses on other hosts."""
    starts = {"/".join(address.split("/", 3)[:3]) for address in addresses if address and "//" in address}
    return sorted(set(filter(None, map(_origin, starts))))


@lru_cache(maxsize=1 << 10)
def _origin(start: str) -> str:
    """Return scheme and host of an address of which there is at least all before its path; '' for one on this host."""
    try:
        parts = urlsplit(f"https:{start}" if start.startswith("//") else start)
    except ValueError:  # no address
        return ""
    is_other = parts.scheme in {"http", "https"} and _ORIGIN.fullmatch(parts.netloc)
    return f"{parts.scheme}://{parts.netloc}" if is_other else ""


@cache
def text_of(path: Path) -> str:
    """Return the text of a script of the site; '' for one that is not there."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


@lru_cache(maxsize=1 << 10)
def requests_in(text: str) -> Requests:
    """Return the requests that can be found in the text of a script."""
    return Requests(
        hosts=frozenset(origins(_HOST.findall(text))).difference(_NAMESPACES),
        styles=bool(_STYLES.search(text)),
        code=bool(_CODE.search(text)),
        frames=bool(_FRAMES.search(text)),
        workers="new Worker(" in text,
    )


def requests_of_address(address: str) -> Requests:
    """Return the requests that a script from another host may make."""
    code = any(part in address.lower() for part in _MAKES_CODE)
    return Requests(hosts=frozenset(origins([address])), styles=True, code=code, workers=True)
