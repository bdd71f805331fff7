"""Removes from the text of a page what no policy can prevent: redirects, connections, and names that hide scripts.

A text can be read in different ways: as an element or an attribute, with scripts switched on or off. What is safe here
is safe in all of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from sphinx_lean.pages import Page

_HINTS = {"preconnect", "dns-prefetch", "prefetch", "prerender", "preload", "modulepreload"}
# Elements for search engines may be anywhere. Others start with "<meta", whatever comes before it.
_META = re.compile(r'<(?=meta\b(?!(?: (?:itemprop|property|content)="[^"<>]*")+>))', re.IGNORECASE)


def neutralise(page: Page) -> None:
    """Remove redirects, connections to other hosts, and what browsers read differently when they run scripts."""
    unsafe = [node for node in page.find("meta") if node.attributes.get("http-equiv") and not page.trusts(node)]
    unsafe += [node for node in page.find("link") if _HINTS & _words(node, "rel") and not page.trusts(node)]
    unsafe += page.find("link[rel~=next i]", "link")  # Firefox prefetches it, which the policy forbids
    unsafe += [node for node in page.find("noscript") if (node.html or "").lower().count("</noscript") > 1]
    for node in unsafe:
        node.decompose()
    # An element with this name replaces the property of the document from which scripts learn their own address.
    for node in page.find("[name=currentScript], [id=currentScript]", "name", "id"):
        del node.attrs["name" if node.attributes.get("name") == "currentScript" else "id"]
    _distrust_file_names(page)


def _distrust_file_names(page: Page) -> None:
    """Do not trust inline scripts with the name of the page, which themes do not escape, if it could end a string."""
    names = [part.removesuffix(".html") for part in page.path.split("/") if re.search(r"['\"`\\]", part)]
    for node in page.find("script") if names else ():
        if any(name in (node.text() or "") for name in names):
            del node.attrs["nonce"]


def without_redirects(html: str) -> str:
    """Return the HTML of a page in which no text of its body can be read as the start of a redirect."""
    head, end, body = html.partition("</head>")
    return f"{head}{end}{_META.sub('&lt;', body)}" if "<meta" in body.lower() else html


def _words(node: LexborNode, attribute: str) -> set[str]:
    return set((node.attributes.get(attribute) or "").lower().split())
