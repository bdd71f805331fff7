"""Warns maintainers about content of pages that the policy blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sphinx.util import logging

from sphinx_lean.addresses import exact, local, origins
from sphinx_lean.requests import INLINE, PLAYERS, SELF, hash_of, imports_of, loads_of, of_address
from sphinx_lean.scripts import runs
from sphinx_lean.untrusted import are_still

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sphinx_lean.pages import Page
    from sphinx_lean.scripts import Scripts

_FRAME = re.compile(r"""createElement\(\s*["'`]iframe""")
_MANY = 5
_LONG = 80  # characters of an address, such as data:
_LOG = logging.getLogger(__name__)
# Calls in the buttons of jupyterlite-sphinx, to functions of a script that the maintainers added.
HARMLESS_CALL = re.compile(
    r"\s*(?:window\.)?(?:tryExamples\w+|jupyterlite\w+|openInNewTab)\((?:\s*'[^'\\]*'\s*,?)*\s*\)\s*;?\s*"
)
# An inline script that numpydoc's and Sphinx-Gallery's tables have in the text of pages. It is harmless, even if an
# author wrote it.
SITE_TABLE = re.compile(
    r"\s*\$\(document\)\.ready\(\s*function\s*\(\)\s*\{\s*"
    r"\$\('table\.sg-datatable'\)\.DataTable\(\{order: \[\[\d+, '\w+'\]\]\}\);\s*\}\s*\);?\s*"
)


class Kind(NamedTuple):
    """A kind of blocked content: its description, and the directive and sources that would allow it."""

    what: str
    directive: str
    sources: str


def blocked(page: Page, site: Scripts) -> list[Kind]:
    """Return what is blocked on a page."""
    found = [
        _of_script(node.attributes.get("src") or "", node.text() or "", page.path)
        for node in page.tree.css("script")
        if runs(node) and not page.trusts(node)
    ]
    found += [
        Kind(f"the script {address}, which a script of the site loads,", "script-src", address)
        for address in _loaded(site)
    ]
    if any(_FRAME.search(one.text) for one in site.all if not one.is_stock) and not players(page):
        found.append(Kind("a frame that a script of the site makes", "frame-src", SELF))
    found += [
        Kind("a script in an attribute such as onclick", "script-src", hash_of(code))
        for code, trusted in page.handlers
        if not trusted and not HARMLESS_CALL.fullmatch(code)
    ]
    if _others(page, "img, picture source"):
        found.append(Kind("an image from another host", "img-src", "https:"))
    if _others(page, "video, audio, :is(video, audio) source"):
        found.append(Kind("a video or sound from another host", "media-src", "https:"))
    frames = [host for host in _others(page, "iframe") if host not in PLAYERS]
    found += [Kind(f"a frame from {host}", "frame-src", host) for host in frames]
    if page.tree.css_matches("object, embed") and not are_still(page, site.root):
        found.append(Kind("an embedded file, such as an SVG with scripts or styles,", "object-src", SELF))
    return list(dict.fromkeys(found))


def _of_script(address: str, code: str, path: str) -> Kind:
    """Return what is blocked of a script in the text of a page."""
    if not address:
        return Kind("an inline script", "script-src", hash_of(code))
    if local(address, path) is None and exact(address):
        return Kind(f"the script {exact(address)}", "script-src", exact(address))
    return Kind(f"the script {address[:_LONG]}", "", "")


def _loaded(site: Scripts) -> list[str]:
    """Return the addresses on other hosts from which scripts of the site load others, except allowed ones."""
    addresses = [exact(one.address) for one in site.all]
    addresses += [module for one in site.all if not one.address for module in imports_of(one.text)]
    allowed = tuple(source for one in filter(None, addresses) for source in of_address(one)["script-src"])
    own = [one for one in site.all if not one.is_stock]
    found = dict.fromkeys(address for one in own for address in loads_of(one.text, is_setting=not one.address))
    return [address for address in found if not address.startswith(allowed)]


def players(page: Page) -> list[str]:
    """Return the origins of the players of videos on a page."""
    nodes = page.tree.css("[data-embed], iframe[src]")
    frames = origins(node.attributes.get("data-embed") or node.attributes.get("src") for node in nodes)
    return [origin for origin in frames if origin in PLAYERS]


def _others(page: Page, selector: str) -> list[str]:
    """Return the other hosts from which elements of the text of a page load."""
    return origins(node.attributes.get("src") for node in page.tree.css(selector) if not page.trusts(node))


def warn(pages: Mapping[str, Iterable[Kind]], allowed: Mapping[str, str]) -> None:
    """Log one warning for each kind of blocked content; ``allowed`` are the sources in the configuration."""
    kinds: dict[tuple[str, str], dict[str, str]] = {}  # what and directive -> the sources -> the first page
    for path, found in sorted(pages.items()):
        for one in found:
            kinds.setdefault((one.what, one.directive), {}).setdefault(one.sources, path)
    for (what, directive), sources in kinds.items():
        before = allowed.get(directive, "").split()
        inline = "'sha256-" if INLINE in before else "-"  # what is allowed with that
        missing = [source for source in sources if source not in before and not source.startswith(inline)]
        if not missing or {"https:", "*"} & {*before}:
            continue
        # A policy with a hash for each of many scripts would be longer than a page.
        needed = missing if len(missing) < _MANY else [INLINE]
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        advice = (
            f'add lean_policy = {{"{directive}": "{" ".join([*before, *needed])}"}} to conf.py'
            if directive
            else 'list it in html_js_files in conf.py, such as ["own.js"] for _static/own.js, instead of in the page'
        )
        _LOG.warning(
            "%s: %s%s is blocked by the Content-Security-Policy of the page; if you trust it, %s",
            sources[missing[0]],
            what,
            more,
            advice,
            type="lean",
            subtype="blocked",
        )
