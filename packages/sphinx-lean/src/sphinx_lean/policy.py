"""The Content-Security-Policy of a page, which only allows what the site itself added. See https://www.w3.org/TR/CSP3/.

There are two, and browsers enforce both. One says who may run a script: the elements with the nonce of the page, and
scripts that these load. The other says from where: this site, and single addresses on other hosts. So a file of this
site does not run because the text of a page names it, and the nonce, which anyone can read, is not enough either.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sphinx.util import logging

from sphinx_lean.addresses import LEAN, exact, local, origins
from sphinx_lean.profiles import basic
from sphinx_lean.requests import IMPORT, INLINE, PLAYERS, SELF, hash_of, loads_of, of_address, of_text
from sphinx_lean.scripts import TRANSLATIONS, runs, without_eval
from sphinx_lean.trust import are_still

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sphinx_lean.pages import Page
    from sphinx_lean.requests import Rules
    from sphinx_lean.scripts import Script, Scripts

FONTS = {"https://fonts.googleapis.com": "https://fonts.gstatic.com"}  # style sheets with fonts from another host
MODES = {"enforce": "Content-Security-Policy", "report-only": "Content-Security-Policy-Report-Only"}
ONLY = ("frame-ancestors", "report-to", "report-uri", "sandbox")  # directives that a meta element cannot have
FILES = ("_headers", "lean-headers.conf")
_OTHERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
_EVERY = {INLINE, SELF, "*", "http:", "https:"}  # of lean_policy: any script of the text of pages, or of this site


def grant(page: Page, more: Mapping[str, str]) -> None:
    """Trust the scripts in the text of a page that the configuration allows, by address, hash or host."""
    sources = more.get("script-src", "").split()
    for node in page.tree.css("script"):
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
    page: Page, site: Scripts, more: Mapping[str, str], hosts: Sequence[str] = (), read: Iterable[str] = ()
) -> list[str]:
    """Return the policies of a page.

    ``more`` are further sources from the configuration, by directive; ``hosts`` are those that its style sheets name,
    ``read`` the texts of style sheets and style attributes in pages that it reads.
    """
    inside = {node.text() or "" for node in page.tree.css("style")}
    written = {*read, *(node.attributes["style"] or "" for node in page.tree.css("[style]"))} - {""}
    own = {
        "default-src": ["'none'"],
        "script-src": [SELF, *_hashes(one.text for one in site.all if not one.address)],
        "style-src": [SELF, *_hashes(inside)],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": ["'none'"],
        "manifest-src": [SELF],
    }
    rules: Rules = defaultdict(list, own)
    known = more.get("script-src", "").split()
    calls = [
        code for code, trusted in page.handlers if trusted or HARMLESS_CALL.fullmatch(code) or hash_of(code) in known
    ]
    rules["style-src"] += _attributes(written)
    rules["script-src"] += _attributes(calls)
    for script in site.all:
        _add_script(rules, script)
    for script in site.later:
        _add(rules, of_text(script.text))
    _add_elements(rules, page)
    _add_styles(rules, hosts)
    rules["frame-src"] += players(page)
    if page.tree.css_matches("video, audio"):
        rules["media-src"].append(SELF)
    if are_still(page, site.root):
        rules["object-src"].append(SELF)
    _add(rules, {name: sources.split() for name, sources in more.items() if name not in ONLY})
    for source in filter(exact, known):
        _add(rules, of_address(source))
    evals = [one for one in rules["script-src"] if one.endswith("eval'")]
    sources = [f"'nonce-{page.nonce}'", "'strict-dynamic'", *evals, *_attributes(calls)]
    who_runs = _text({"script-src": sources, "worker-src": rules["worker-src"]})
    return [_text(rules), *([] if _EVERY & {*known} else [who_runs])]


def _add(rules: Rules, more: Mapping[str, Iterable[str]]) -> None:
    for name, sources in more.items():
        rules[name] += sources


def _add_script(rules: Rules, script: Script) -> None:
    data = [value for name, value in script.node.attributes.items() if name.startswith("data-") and value]
    hosts = sorted({host for value in data for host in of_text(f'"{value}"')["connect-src"]})
    path = script.path or ""
    if script.address and not path:
        _add(rules, of_address(script.address))
        rules["img-src"] += hosts
    elif script.is_stock or basic.PROFILE.knows(path) or path.startswith(LEAN):
        rules["style-src"] += of_text(script.text).get("style-src", [])
    else:
        _add(rules, of_text(without_eval(script.text) if path == TRANSLATIONS else script.text))
        for module in IMPORT.findall(script.text) if not path else ():
            _add(rules, of_address(module))
    rules["connect-src"] += hosts


def _add_elements(rules: Rules, page: Page) -> None:
    """Add the addresses in further elements of the site: style sheets, icons, images, frames, an announcement."""
    name = "data-pst-announcement-url"
    _add_styles(rules, origins(_addresses(page, "link[rel~=stylesheet i]", "href")))
    images = [*_addresses(page, "link[rel~=icon i]", "href"), *_addresses(page, "img")]
    rules["img-src"] += sorted(set(map(exact, images)) - {""})
    rules["frame-src"] += sorted(set(map(exact, _addresses(page, "iframe"))) - {""})
    if remote := origins(_addresses(page, f"[{name}]", name)):
        _add(rules, {"connect-src": remote, "style-src": [INLINE]})


def _addresses(page: Page, selector: str, name: str = "src", *, trusted: bool = True) -> list[str]:
    """Return the addresses in elements of the site, or of the text of a page."""
    return [node.attributes.get(name) or "" for node in page.tree.css(selector) if page.trusts(node) == trusted]


def _add_styles(rules: Rules, hosts: Iterable[str]) -> None:
    """Add the hosts of style sheets, also for what these load from them."""
    for name in ("style-src", "font-src", "img-src"):
        rules[name] += [FONTS.get(host, host) if name == "font-src" else host for host in hosts]


def _text(rules: Mapping[str, Sequence[str]]) -> str:
    """Return a policy without sources that have no effect, or the opposite effect, beside others."""
    parts = []
    for name, sources in rules.items():
        useless = ("'none'", "'sha256-") if INLINE in sources else ("'none'",)
        found = [one for one in dict.fromkeys(sources) if not one.startswith(useless)] or sources
        parts += [f"{name} {' '.join(found)}"] if found else []
    return "; ".join(parts)


def _attributes(texts: Iterable[str]) -> list[str]:
    """Return the sources for scripts or styles in attributes."""
    hashes = _hashes(texts)
    return ["'unsafe-hashes'", *hashes] if hashes else []


def _hashes(texts: Iterable[str]) -> list[str]:
    return sorted(set(map(hash_of, texts)))


# -- Headers -----------------------------------------------------------------------------------------------------------


def headers(policies: Mapping[str, list[str]], more: Mapping[str, str], mode: str, root: str) -> tuple[str, str]:
    """Return a file ``_headers`` for Netlify and Cloudflare Pages, and a part of a configuration for nginx.

    Headers can do more than a ``meta`` element: say who may frame a page, where violations are reported, or that they
    are merely reported.

    ``policies`` are those of each page, ``more`` are further sources by directive, ``root`` is the path of the site.
    """
    name = MODES[mode]
    every = "; ".join(f"{key} {value}" for key, value in {ONLY[0]: "'self'", **more}.items() if key in ONLY)
    lines = [f"{root}*", *(f"  {key}: {value}" for key, value in {**_OTHERS, name: every}.items())]
    table = []
    for path, some in sorted(policies.items()):
        policy = ", ".join(some)
        for address in _urls(path):
            lines += [f"{root}{address}", f"  {name}: {policy}"]
        table.append(f'    "{root}{path}" "{every}, {policy}";')
    nginx = [
        "# Include this file in the http block, with map_hash_bucket_size 512; and in the server block, write:",
        f"#   add_header {name} $lean_policy;",
        *(f"#   add_header {key} {value};" for key, value in _OTHERS.items()),
        "map $uri $lean_policy {",
        f'    default "{every}";',
        *table,
        "}",
    ]
    return "\n".join(lines) + "\n", "\n".join(nginx) + "\n"


def _urls(path: str) -> Iterator[str]:
    """Yield the addresses of a page below the root of the site."""
    yield path
    folder, file = posixpath.split(path)
    if file == "index.html":
        yield f"{folder}/" if folder else ""
    elif path.endswith(".html"):
        yield path.removesuffix(".html")


# -- What it blocks ----------------------------------------------------------------------------------------------------

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
    found = []
    for node in page.tree.css("script"):
        address, code = node.attributes.get("src") or "", node.text() or ""
        if not runs(node) or page.trusts(node):
            continue
        if not address:
            found.append(Kind("an inline script", "script-src", hash_of(code)))
        elif local(address, page.path) is None and (other := exact(address)):
            found.append(Kind(f"the script {other}", "script-src", other))
        else:
            found.append(Kind(f"the script {address[:_LONG]}", "", ""))
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
    if origins(_addresses(page, "img, picture source", trusted=False)):
        found.append(Kind("an image from another host", "img-src", "https:"))
    if origins(_addresses(page, "video, audio, :is(video, audio) source", trusted=False)):
        found.append(Kind("a video or sound from another host", "media-src", "https:"))
    frames = [host for host in origins(_addresses(page, "iframe", trusted=False)) if host not in PLAYERS]
    found += [Kind(f"a frame from {host}", "frame-src", host) for host in frames]
    if page.tree.css_matches("object, embed") and not are_still(page, site.root):
        found.append(Kind("an embedded file, such as an SVG with scripts or styles,", "object-src", SELF))
    return list(dict.fromkeys(found))


def _loaded(site: Scripts) -> list[str]:
    """Return the addresses on other hosts from which scripts of the site load others, except allowed ones."""
    addresses = [exact(one.address) for one in site.all]
    addresses += [module for one in site.all if not one.address for module in IMPORT.findall(one.text)]
    allowed = tuple(source for one in filter(None, addresses) for source in of_address(one)["script-src"])
    own = [one for one in site.all if not one.is_stock]
    found = dict.fromkeys(address for one in own for address in loads_of(one.text, is_setting=not one.address))
    return [address for address in found if not address.startswith(allowed)]


def players(page: Page) -> list[str]:
    """Return the origins of the players of videos on a page."""
    nodes = page.tree.css("[data-embed], iframe[src]")
    frames = origins(node.attributes.get("data-embed") or node.attributes.get("src") for node in nodes)
    return [origin for origin in frames if origin in PLAYERS]


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
