"""Checks of the internal links, files and ids of built pages, and of the references in a book."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping
    from pathlib import Path


def faults(folder: Path) -> list[str]:
    """Return a line for each missing link target, file or anchor, and for each duplicate id."""
    pages = {
        path.relative_to(folder).as_posix(): LexborHTMLParser(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*"))
        # Themes keep templates in _static. The page for missing addresses has links for any folder.
        if path.suffix in {".html", ".xhtml"} and "_static" not in path.parts and path.name != "404.html"
    }
    assert pages, f"{folder} has no pages"
    ids = {name: Counter(_values(page, "id")) for name, page in pages.items()}
    problems = [
        f"{name}: the id {key!r} appears {n} times" for name, had in ids.items() for key, n in had.items() if n > 1
    ]
    missing: dict[tuple[str, str], str] = {}  # by folder and address, because most addresses are on many pages
    for name, page in pages.items():
        inside = posixpath.dirname(name)
        for address in dict.fromkeys([*_values(page, "href"), *_values(page, "src")]):
            key = (name if address.startswith(("#", "?")) else inside, address)
            if key not in missing:
                missing[key] = _missing(folder, name, address, ids)
            if missing[key]:
                problems.append(f"{name}: {address} {missing[key]}")
    return problems


def _missing(folder: Path, name: str, address: str, ids: Mapping[str, Container[str]]) -> str:
    """Return what is wrong with an address on a page, such as ``does not exist``; '' if it is right or elsewhere."""
    if urlsplit(address).scheme or urlsplit(address).netloc:
        return ""
    parts = urlsplit(urljoin(f"/{name}", address))
    path = unquote(parts.path)[1:]
    if not path or path.endswith("/"):
        path += "index.html"
    anchor = unquote(parts.fragment)
    if not (folder / path).is_file():
        return "does not exist"
    points = not anchor or path not in ids or anchor in ids[path] or anchor.startswith(":~:")
    return "" if points else "points to no element"


def book_faults(tex: str) -> list[str]:
    """Return a line for each reference of a LaTeX file without a label, and for each duplicate label."""
    labels = Counter(re.findall(r"\\label\{\\detokenize\{([^}]*)", tex))
    references = dict.fromkeys(re.findall(r"\\hyperref\[\\detokenize\{([^}]*)", tex))
    assert labels, "the book has no labels"
    return [
        *(f"the label {label!r} appears {n} times" for label, n in labels.items() if n > 1),
        *(f"{name!r} refers to no label" for name in references if name not in labels),
    ]


def _values(page: LexborHTMLParser, attribute: str) -> Iterator[str]:
    for element in page.css(f"[{attribute}]"):
        value = element.attributes[attribute]
        if value:
            yield value
