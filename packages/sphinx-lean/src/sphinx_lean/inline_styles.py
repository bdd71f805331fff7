"""Style attributes as rules of a style sheet, because the policy does not allow style attributes."""

from __future__ import annotations

import posixpath
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tinycss2 import parse_declaration_list, serialize
from tinycss2.ast import URLToken
from tinycss2.serializer import serialize_string_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tinycss2.ast import Node


@lru_cache(maxsize=1 << 12)
def declarations(style: str, page: str, folder: str) -> str:
    """Return the declarations of a style attribute for a rule in a style sheet of ``folder``.

    ``page`` is the path of the page. Declarations that browsers drop are left out, such as those with an unmatched
    ``}``, which would end the rule and begin another one. URLs keep their meaning.
    """
    found = []
    for node in parse_declaration_list(style, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration" or any(part.type == "error" for part in _all_parts(node.value)):
            continue
        value = serialize(_with_urls_from(node.value, page, folder)).strip()
        found.append(f"{node.name}:{value}{'!important' if node.important else ''}")
    return ";".join(found)


def _inside(node: Node) -> list[Node]:
    found: list[Node] = getattr(node, "content", None) or getattr(node, "arguments", None) or []
    return found


def _all_parts(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _all_parts(_inside(node))


def _with_urls_from(nodes: Sequence[Node], page: str, folder: str) -> list[Node]:
    """Return the parts of a value with URLs that lead from a folder where they led from the page."""
    changed = []
    for node in nodes:
        address = _address(node)
        if address is None:
            if inside := _inside(node):
                inside[:] = _with_urls_from(inside, page, folder)
            changed.append(node)
        else:
            text = serialize_string_value(_moved(address, page, folder))
            changed.append(URLToken(node.source_line, node.source_column, address, f'url("{text}")'))
    return changed


def _address(node: Node) -> str | None:
    """Return the address of ``url(a.png)`` or ``url("a.png")``; None for other parts."""
    if node.type == "url":
        return str(node.value)
    if node.type == "function" and node.lower_name == "url":
        return next((str(part.value) for part in node.arguments if part.type == "string"), None)
    return None


def _moved(address: str, page: str, folder: str) -> str:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return address
    path = posixpath.relpath(posixpath.join(posixpath.dirname(page), parts.path), folder)
    return parts._replace(path=path).geturl()
