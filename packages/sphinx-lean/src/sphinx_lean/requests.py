"""The addresses that scripts of the site may contact, so that what the maintainers switched on keeps working.

The text of a script widens ``connect-src`` only: it may contain text of pages, such as previews of them, and a link
there must not allow a script. Scripts are allowed by address, never by host.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from sphinx_lean.addresses import exact, origins

if TYPE_CHECKING:
    from collections.abc import Mapping

SELF, INLINE = "'self'", "'unsafe-inline'"
Rules = dict[str, list[str]]
# Of videos, in frames only.
PLAYERS = {"https://www.youtube.com", "https://www.youtube-nocookie.com", "https://player.vimeo.com"}

_HOST = re.compile(r"""(?<=["'`])(?:https?:|wss?:)?//[\w.-]+\.[a-z]+(?::\d+)?(?=[/"'`?])""", re.ASCII)
_STYLES = re.compile(r"""createElement\(\s*["'`]style|<style\b|\sstyle=\\?["']|setAttribute\(\s*["'`]style""")
_CODE = re.compile(r"\bnew Function\b|\beval\(|(?<![.\w])Function\(")
IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](https://[^"'\s]+)["']""")  # the address of a module
_LOADER = re.compile(
    r"""createElement\(\s*["'`]script["'`]|\bimport\(|\bgetScript\(|\bimportScripts\(|\bfrom\s*["']http"""
)
_STRING = re.compile(r"""["'`]([\w./:@~+%-]{4,300})["'`]""")
_ABSOLUTE = re.compile(r"(?:https?:)?//[\w-]+\.")
_NAMESPACES = {"http://www.w3.org", "https://www.w3.org"}  # names that look like addresses
# The folder of one version of a package: it loads its other parts from there.
_PACKAGE = re.compile(r"https://(?:cdn\.jsdelivr\.net/npm|unpkg\.com|esm\.sh)/(?:@[\w.-]+/)?[\w.-]+@[\w.^~-]+/")
# Services that contact other hosts than that of their script, by a word in its address or text.
_SERVICES = {
    "www.googletagmanager.com/gtag/": {
        "script-src": "https://www.googletagmanager.com/gtag/",
        "connect-src": "https://*.google-analytics.com https://*.analytics.google.com https://*.googletagmanager.com",
        "img-src": "https://*.google-analytics.com https://*.googletagmanager.com",
    },
    "/mathjax@": {
        "script-src": "https://cdn.jsdelivr.net/npm/@mathjax/",
        "font-src": "https://cdn.jsdelivr.net/npm/@mathjax/",
        "connect-src": "https://cdn.jsdelivr.net/npm/@mathjax/",
    },
    "docsearch": {"connect-src": "https://*.algolia.net https://*.algolianet.com https://insights.algolia.io"},
    "thebe": {"connect-src": "https://mybinder.org https://*.mybinder.org wss://*.mybinder.org"},
}
# Scripts of other hosts that make code at run time, by a part of their addresses.
_MAKES_CODE = ("jupyter-widgets", "html-manager", "plotly", "bokeh", "panel", "vega", "pyodide", "thebe")


def hash_of(text: str) -> str:
    """Return the source for an inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@lru_cache(maxsize=1 << 10)
def of_text(text: str) -> Mapping[str, list[str]]:
    """Return the sources that a script of the site needs, by directive."""
    rules: Rules = defaultdict(list)
    rules["connect-src"] += sorted(set(origins(_HOST.findall(text))) - _NAMESPACES - PLAYERS)
    if "docsearch" in text:
        rules["connect-src"] += _SERVICES["docsearch"]["connect-src"].split()
    if _STYLES.search(text):
        rules["style-src"].append(INLINE)
        rules["font-src"].append("data:")
    if _CODE.search(text):
        rules["script-src"].append("'unsafe-eval'")
    if "new Worker(" in text:
        rules["worker-src"] += [SELF, "blob:"] if "Blob" in text else [SELF]
    return rules


@lru_cache(maxsize=1 << 10)
def loads_of(text: str, *, is_setting: bool) -> list[str]:
    """Return the addresses from which a script, or others with a setting in its text, may load further scripts."""
    if not is_setting and not _LOADER.search(text):
        return []
    strings = _STRING.findall(text)
    named = [one for one in strings if _ABSOLUTE.match(one)]
    files = [one for one in strings if one.endswith((".js", ".mjs"))]
    # Such as u="//example.org/"; u+"matomo.js"
    composed = [folder + file for folder in named if folder.endswith("/") for file in files if "/" not in file]
    return sorted({exact(address) for address in [*(one for one in files if one in named), *composed]} - {""})


@lru_cache(maxsize=1 << 10)
def of_address(address: str) -> Mapping[str, list[str]]:
    """Return the sources that a script of another host may need.

    It cannot be read. It may load from its host, except scripts, for which it needs its own address, or the folder of
    its package.
    """
    rules: Rules = defaultdict(list)
    source = exact(address)
    package = _PACKAGE.match(source)
    start = package[0] if package else "".join(origins([address]))
    rules["script-src"].append(package[0] if package else source)
    for name in ("style-src", "img-src", "font-src", "connect-src"):
        rules[name].append(start)
    rules["style-src"].append(INLINE)
    rules["font-src"].append("data:")
    rules["worker-src"] += ["blob:"]
    if any(part in address.lower() for part in _MAKES_CODE):
        rules["script-src"].append("'unsafe-eval'")
    for word, more in _SERVICES.items():
        if word in address.lower():
            for name, sources in more.items():
                rules[name] += sources.split()
    return rules
