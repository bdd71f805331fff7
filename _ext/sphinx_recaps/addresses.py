"""Links in the text of pages, in whatever markup: none has an address that could run a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes

from sphinx_recaps.warnings import RecapWarning, report

if TYPE_CHECKING:
    from sphinx.application import Sphinx

SCHEMES = frozenset({"http", "https", "mailto"})
# As browsers read it: they pass over control characters, and over spaces in front.
_IGNORED = re.compile(r"[\x00-\x20\x7f-\x9f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def scheme_of(address: str) -> str:
    """Return the scheme of an address in lower case, as a browser would find it; '' where it has none."""
    match = _SCHEME.match(_IGNORED.sub("", address))
    return match.group(1).lower() if match else ""


def _check_links(app: Sphinx, document: nodes.document) -> None:
    """Show the text of a link alone where its address may not be one, and say so."""
    for reference in list(document.findall(nodes.reference)):
        scheme = scheme_of(reference.get("refuri", ""))
        if scheme and scheme not in SCHEMES:
            problem = f"a link begins with {scheme}:, and is not made; write an address with https:, http: or mailto:"
            report(app.env, RecapWarning.ADDRESS, problem, reference, lost=True)
            reference.replace_self(nodes.inline("", "", *reference.children))
    for target in document.findall(nodes.target):
        if scheme_of(target.get("refuri", "")) not in {"", *SCHEMES}:
            del target["refuri"]


def setup_addresses(app: Sphinx) -> None:
    """Set up the check."""
    app.connect("doctree-read", _check_links)
