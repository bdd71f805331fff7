"""The Content-Security-Policy of a page, which only allows what the site itself added.

See https://www.w3.org/TR/CSP3/. It is in a ``meta`` element, because pages are files, so it cannot contain
``frame-ancestors``, which requires an HTTP header.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from sphinx_lean.blocked import HARMLESS_CALL, PLAYERS
from sphinx_lean.pages import local
from sphinx_lean.trusted import origins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from selectolax.lexbor import LexborNode

    from sphinx_lean.pages import Page
    from sphinx_lean.scripts import Scripts
    from sphinx_lean.trusted import Requests

SELF, INLINE = "'self'", "'unsafe-inline'"
FONTS = {"https://fonts.googleapis.com": "https://fonts.gstatic.com"}  # style sheets with fonts from another host
_ACTIVE = re.compile(
    rb"<(\w+:)?(script|foreignObject|iframe|handler|set|animate)\b|\son\w+\s*=|javascript:", re.IGNORECASE
)


def policy(page: Page, scripts: Scripts, more: Mapping[str, str]) -> str:
    """Return the policy of a page; ``more`` are further sources from the configuration, by directive.

    What maintainers load from other hosts is in the head. The content may only use another host for a video player.
    """
    rules: dict[str, list[str]] = {
        "default-src": ["'none'"],
        "script-src": [SELF, *_hashes(scripts.inline)],
        "style-src": [SELF, *_hashes(page.find("style"))],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": ["'none'"],
        "manifest-src": [SELF],
    }
    switched = [str(node.attributes["style"]) for node in page.find("[style]", "style") if node.attributes["style"]]
    if switched:
        rules["style-src"] += ["'unsafe-hashes'", *_hashes_of(switched)]
    calls = [code for code in page.handlers if HARMLESS_CALL.fullmatch(code)]
    if calls:
        rules["script-src"] += ["'unsafe-hashes'", *_hashes_of(calls)]
    _allow(rules, scripts.requests())
    hosts = origins(node.attributes.get("href") for node in page.head.css("link[rel=stylesheet]"))
    _allow_styles(rules, hosts)
    rules["img-src"] += origins(node.attributes.get("href") for node in page.head.css("link[rel~=icon]"))
    players = page.find("[data-embed], iframe[src]", "data-embed", "iframe")
    frames = origins(node.attributes.get("data-embed") or node.attributes.get("src") for node in players)
    frames = [origin for origin in frames if origin in PLAYERS]
    if frames:
        rules["frame-src"] = [*rules.get("frame-src", []), *frames]
    if page.find("video, audio", "video", "audio"):
        rules["media-src"] = [SELF]
    objects = [
        node.attributes.get("data") or node.attributes.get("src")
        for node in page.find("object, embed", "object", "embed")
    ]
    if objects and all(_is_still(scripts.root, local(address or "", page.path)) for address in objects):
        rules["object-src"] = [SELF]
    for name, sources in more.items():
        rules[name] = _loosened(rules.get(name, []), sources.split())
    return _text(rules)


def allow(page: Page, hosts: Sequence[str]) -> None:
    """Add hosts for styles, fonts and images to the policy of a page."""
    meta = page.head.css_first("meta[http-equiv=Content-Security-Policy]") if hosts else None
    if meta is not None:
        parts = (meta.attributes["content"] or "").split("; ")
        rules = {name: sources for name, *sources in map(str.split, parts)}
        _allow_styles(rules, hosts)
        meta.attrs["content"] = _text(rules)


def _text(rules: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{name} {' '.join(_consistent(sources))}".strip() for name, sources in rules.items())


def _allow_styles(rules: dict[str, list[str]], hosts: Iterable[str]) -> None:
    """Add the hosts of style sheets, also for what these load from them."""
    for name in ("style-src", "font-src", "img-src"):
        own = [FONTS.get(host, host) if name == "font-src" else host for host in hosts]
        rules[name] = _loosened(rules.get(name, []), own) if own else rules.get(name, [])


def _allow(rules: dict[str, list[str]], requests: Requests) -> None:
    """Add the requests of scripts; for a video player, that is only its frame."""
    hosts = sorted(requests.hosts - PLAYERS)
    for name in ("script-src", "style-src", "img-src", "font-src", "connect-src"):
        rules[name] += hosts
    rules["connect-src"] += sorted(requests.data)
    if requests.styles:
        rules["style-src"].append(INLINE)
        rules["font-src"].append("data:")
    if requests.code:
        rules["script-src"].append("'unsafe-eval'")
    if requests.frames:
        rules["frame-src"] = [*([] if requests.hosts and not hosts else [SELF]), *sorted(requests.hosts)]
    if requests.workers:
        rules["worker-src"] = [SELF, "blob:", *hosts]


def _consistent(sources: Iterable[str]) -> list[str]:
    """Return unique sources, without hashes if ``unsafe-inline`` is present, which they would disable."""
    once = list(dict.fromkeys(sources))
    return [one for one in once if not one.startswith("'sha256-")] if INLINE in once else once


def _loosened(rule: list[str], sources: list[str]) -> list[str]:
    return [*(source for source in rule if source != "'none'"), *sources]


def _is_still(root: Path, path: str | None) -> bool:
    """Return whether a file is a drawing, such as a graph, that cannot run scripts."""
    file = root / (path or "")
    if not path or file.suffix.lower() not in {".svg", ".png"} or not file.is_file():
        return False
    return not _ACTIVE.search(file.read_bytes())


def _hashes(nodes: Iterable[LexborNode]) -> list[str]:
    return _hashes_of(node.text() or "" for node in nodes)


def _hashes_of(texts: Iterable[str]) -> list[str]:
    sums = {hashlib.sha256(text.encode()).digest() for text in texts}
    return sorted(f"'sha256-{base64.b64encode(one).decode()}'" for one in sums)
