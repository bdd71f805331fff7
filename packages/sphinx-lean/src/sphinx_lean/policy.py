"""The Content-Security-Policy of a page, which only allows what the site itself added. See https://www.w3.org/TR/CSP3/.

There are two, and browsers enforce both. One says who may run a script: the elements with the nonce of the page, and
scripts that these load. The other says from where: this site, and single addresses on other hosts. So a file of this
site does not run because the text of a page names it, and the nonce, which anyone can read, is not enough either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_lean import headers
from sphinx_lean.blocked import HARMLESS_CALL, SITE_TABLE, players
from sphinx_lean.drawings import are_still
from sphinx_lean.pages import LEAN, local
from sphinx_lean.profiles import sphinx
from sphinx_lean.requests import INLINE, SELF, exact, hash_of, imports_of, of_address, of_text, origins, text_of
from sphinx_lean.scripts import TRANSLATIONS, runs, without_eval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from selectolax.lexbor import LexborNode

    from sphinx_lean.pages import Page
    from sphinx_lean.requests import Rules
    from sphinx_lean.scripts import Scripts

FONTS = {"https://fonts.googleapis.com": "https://fonts.gstatic.com"}  # style sheets with fonts from another host
_EVERY = {INLINE, SELF, "*", "http:", "https:"}  # of lean_policy: any script of the text of pages, or of this site


def grant(page: Page, more: Mapping[str, str]) -> None:
    """Trust the scripts in the text of a page that the configuration allows, by address, hash or host."""
    sources = more.get("script-src", "").split()
    for node in page.find("script"):
        address, code = node.attributes.get("src") or "", node.text() or ""
        if not runs(node) or page.trusts(node):
            continue
        if not address:
            granted = INLINE in sources or SITE_TABLE.fullmatch(code) or hash_of(code) in sources
        elif local(address, page.path):
            granted = SELF in sources
        else:
            granted = bool({"*", exact(address), *origins([address])} & {*sources, *(f"{one}/" for one in sources)})
            granted |= "https:" in sources and exact(address).startswith("https:")
        if granted:
            node.attrs["nonce"] = page.nonce


def policies(
    page: Page, site: Scripts, more: Mapping[str, str], hosts: Sequence[str] = (), styles: Iterable[str] = ()
) -> list[str]:
    """Return the policies of a page.

    ``more`` are further sources from the configuration, by directive; ``hosts`` are those that its style sheets name,
    ``styles`` the texts of style sheets in pages that it reads.
    """
    inside = {*styles, *(node.text() or "" for node in page.tree.css("style"))}
    rules: Rules = {
        "default-src": ["'none'"],
        "script-src": [SELF, *_hashes(node.text() or "" for node in site.inline)],
        "style-src": [SELF, *_hashes(sorted(inside))],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": ["'none'"],
        "manifest-src": [SELF],
    }
    switched = [str(node.attributes["style"]) for node in page.find("[style]", "style") if node.attributes["style"]]
    if page.tree.css_matches(sphinx.PROFILE.search_results):
        switched.append("display: none")  # in pages that it reads, this hides elements until a script runs
    if switched:
        rules["style-src"] += ["'unsafe-hashes'", *_hashes(switched)]
    known = more.get("script-src", "").split()
    calls = [
        code for code, trusted in page.handlers if trusted or HARMLESS_CALL.fullmatch(code) or hash_of(code) in known
    ]
    if calls:
        rules["script-src"] += ["'unsafe-hashes'", *_hashes(calls)]
    for node in site.all:
        _add(rules, _needs(node, page, site))
    _add_elements(rules, page)
    _allow_styles(rules, hosts)
    _add_embedded(rules, page, site.root)
    _add(rules, {name: sources.split() for name, sources in more.items() if name not in headers.ONLY})
    for source in more.get("script-src", "").split():
        _add(rules, of_address(source) if exact(source) else {})
    return [_text(rules), *_who_runs(page, rules, calls, more)]


def _who_runs(page: Page, rules: Rules, calls: Sequence[str], more: Mapping[str, str]) -> list[str]:
    """Return the policy that says who may run a script."""
    if _EVERY & set(more.get("script-src", "").split()):
        return []
    sources = [
        f"'nonce-{page.nonce}'",
        "'strict-dynamic'",
        *(one for one in rules["script-src"] if one.endswith("eval'")),
    ]
    if calls:
        sources += ["'unsafe-hashes'", *_hashes(calls)]
    own = {"script-src": sources}
    return [_text({**own, "worker-src": rules["worker-src"]} if "worker-src" in rules else own)]


def _needs(node: LexborNode, page: Page, site: Scripts) -> Mapping[str, list[str]]:
    """Return the sources that a script of the site needs."""
    data = [value for name, value in node.attributes.items() if name.startswith("data-") and value]
    hosts = sorted({host for value in data for host in of_text(f'"{value}"')["connect-src"]})
    address = node.attributes.get("src") or ""
    path = local(address, page.path) if address else ""
    if path is None:
        return _joined(of_address(address), {"connect-src": hosts, "img-src": hosts})
    if path and (site.is_stock(node) or sphinx.PROFILE.knows(path) or path.startswith(LEAN)):
        return {"connect-src": hosts, "style-src": [INLINE] if site.is_styling(node) else []}
    text = text_of(site.root / path) if path else node.text() or ""
    text = without_eval(text) if path == TRANSLATIONS else text
    imported = [] if path else [of_address(module) for module in imports_of(text)]
    return _joined(of_text(text), {"connect-src": hosts}, *imported)


def _joined(*many: Mapping[str, list[str]]) -> Rules:
    rules: Rules = {}
    for one in many:
        _add(rules, one)
    return rules


def _add(rules: Rules, more: Mapping[str, Iterable[str]]) -> None:
    for name, sources in more.items():
        if found := list(sources):
            rules[name] = [*(source for source in rules.get(name, []) if source != "'none'"), *found]


def _add_elements(rules: Rules, page: Page) -> None:
    """Add the addresses in further elements of the site: style sheets, icons, images, frames, an announcement."""
    links = [node for node in page.find("link") if page.trusts(node)]
    by_kind: dict[str, list[str | None]] = {"stylesheet": [], "icon": []}
    for node in links:
        for kind in by_kind.keys() & (node.attributes.get("rel") or "").lower().split():
            by_kind[kind].append(node.attributes.get("href"))
    _allow_styles(rules, origins(by_kind["stylesheet"]))
    images = [node.attributes.get("src") for node in page.find("img") if page.trusts(node)]
    rules["img-src"] += sorted({exact(address or "") for address in (*by_kind["icon"], *images)} - {""})
    frames = sorted(
        {exact(node.attributes.get("src") or "") for node in page.find("iframe") if page.trusts(node)} - {""}
    )
    _add(rules, {"frame-src": frames})
    name = "data-pst-announcement-url"
    remote = origins(node.attributes.get(name) for node in page.find(f"[{name}]", name) if page.trusts(node))
    _add(rules, {"connect-src": remote, "style-src": [INLINE] if remote else []})


def _add_embedded(rules: Rules, page: Page, root: Path) -> None:
    """Add what the text of a page may embed: players of videos, video and sound files of the site, still drawings."""
    _add(rules, {"frame-src": players(page)})
    if page.find("video, audio", "video", "audio"):
        rules["media-src"] = [SELF]
    if are_still(page, root):
        rules["object-src"] = [SELF]


def _allow_styles(rules: Rules, hosts: Iterable[str]) -> None:
    """Add the hosts of style sheets, also for what these load from them."""
    for name in ("style-src", "font-src", "img-src"):
        _add(rules, {name: [FONTS.get(host, host) if name == "font-src" else host for host in hosts]})


def _text(rules: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{name} {' '.join(_consistent(sources))}".strip() for name, sources in rules.items())


def _consistent(sources: Iterable[str]) -> list[str]:
    """Return unique sources, without hashes if ``unsafe-inline`` is present, which they would disable."""
    once = list(dict.fromkeys(sources))
    return [one for one in once if not one.startswith("'sha256-")] if INLINE in once else once


def _hashes(texts: Iterable[str]) -> list[str]:
    return sorted(set(map(hash_of, texts)))
