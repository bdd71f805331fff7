"""A crawl of built pages: what they link to inside the site, and what their links and styles find there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def faults(folder: Path) -> list[str]:
    """Return a line for each link or file that is missing, each anchor that no element has, each id that two have."""
    pages = {
        path.relative_to(folder).as_posix(): LexborHTMLParser(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".html", ".xhtml"} and "_static" not in path.parts  # themes keep templates there
    }
    assert pages, f"{folder} has no pages"
    ids = {name: Counter(_values(page, "id")) for name, page in pages.items()}
    found = [
        f"{name}: the id {key!r} is there {n} times" for name, had in ids.items() for key, n in had.items() if n > 1
    ]
    for name, page in pages.items():
        for address in dict.fromkeys([*_values(page, "href"), *_values(page, "src")]):
            parts = urlsplit(urljoin(f"/{name}", address))
            if urlsplit(address).scheme or urlsplit(address).netloc:
                continue
            path = unquote(parts.path)[1:]
            if not path or path.endswith("/"):
                path += "index.html"
            anchor = unquote(parts.fragment)
            if not (folder / path).is_file():
                found.append(f"{name}: {address} names no file")
            elif anchor and path in ids and anchor not in ids[path] and not anchor.startswith(":~:"):
                found.append(f"{name}: {address} names no element")
    return found


def _values(page: LexborHTMLParser, attribute: str) -> Iterator[str]:
    for element in page.css(f"[{attribute}]"):
        value = element.attributes[attribute]
        if value:
            yield value
