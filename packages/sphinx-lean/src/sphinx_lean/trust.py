"""Tells what the site put on a page from what the text of the page contains, which is untrusted input.

Templates, settings and extensions are trusted, and only while Sphinx renders a page is it known which part comes from
them. Their elements get a mark there: an attribute with a random value, which no author can know. Odd HTML changes
nothing about that, however browsers read it.

In the published page, a digest of the page replaces the value, so the same input results in the same bytes. It is the
nonce with which the policy allows scripts. No author can write it either: the text would have to contain its own
digest.
https://www.w3.org/TR/CSP3/#match-nonce-to-source-list
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from jinja2 import Template
from jinja2.ext import Extension

from sphinx_lean.addresses import local

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment
    from sphinx.application import Sphinx

    from sphinx_lean.pages import Page

_VALUE = secrets.token_hex(16)
_MARK = f" nonce={_VALUE}"
_ELEMENT = re.compile(
    r"<(?:script|link|img|iframe|meta|aside)(?=[\s>])"
    r"|<[a-z][\w-]*(?=[^<]{0,500}?\son[a-z]+\s*=)",  # one with a script in an attribute
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"(<script\b.*?</script>)", re.IGNORECASE | re.DOTALL)
_NOTE = re.compile(r"<!--lean ([\w-]+)-->")  # at the start of a page, where no text of an author can be
_HEAD = re.compile(r"<head(?:\s[^<>]*)?>", re.IGNORECASE)
_HTML = re.compile(r"\s*(<!--.*?-->\s*)*<(!doctype html|html)\b", re.IGNORECASE | re.DOTALL)
_CONNECTIONS = ("preconnect", "dns-prefetch", "prefetch", "prerender", "preload", "modulepreload")
_HINTS = ", ".join(f"link[rel~={kind} i]" for kind in _CONNECTIONS)
# Elements for search engines may be anywhere. Others start with "<meta", whatever comes before it.
_META = re.compile(r'<(?=meta\b(?!(?: (?:itemprop|property|content)="[^"<>]*")+>))', re.IGNORECASE)
_OBJECT = re.compile(r"<(?:object|embed)\b[^>]*", re.IGNORECASE)
_DRAWING = re.compile(r'<object data="([^"&<>]+\.svg)"(?: (?:type|class|width|height)="[^"<>]*")*', re.IGNORECASE)
_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = frozenset(
    {"a", "circle", "clipPath", "defs", "desc", "ellipse", "g", "line", "linearGradient", "path", "polygon"}
    | {"polyline", "radialGradient", "rect", "stop", "svg", "text", "title", "tspan"}
)


def nonce_of(text: str) -> str:
    """Return the mark of a page as Sphinx and the theme wrote it; a new value if it has none."""
    found = _NOTE.match(text)
    return found[1] if found else published_nonce(text, "")


def published_nonce(page: str, mark: str) -> str:
    """Return the nonce of a page, which only depends on what is published, not on how it came about."""
    digest = hashlib.blake2b(page.replace(mark, "").encode(errors="replace"), digest_size=16).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def guarded(page: bytes, *, enforced: bool) -> bytes:
    """Return a page as the theme made it, with nothing but a policy so that only scripts of the site run.

    It is for pages that cannot be processed, such as those that browsers read differently each time. ``enforced`` is
    False on a site that only reports.
    """
    text = page.decode("latin-1")  # whatever its encoding is, its bytes stay the same
    note = _NOTE.match(text)
    if note is None:
        return page
    text = text[note.end() :]
    nonce = published_nonce(text, note[1])
    policy = f"script-src 'nonce-{nonce}' 'strict-dynamic'; object-src 'none'; base-uri 'none'; form-action 'self'"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if enforced else ""
    return _HEAD.sub(lambda head: head[0] + meta, text.replace(note[1], nonce), count=1).encode("latin-1")


def _marked(html: str) -> str:
    """Return HTML of the site, or the source of a template, with marks; not in strings of its scripts."""
    parts = _SCRIPT.split(html)
    return "".join(_ELEMENT.sub(lambda found: found[0] + _MARK, part, count=n % 2) for n, part in enumerate(parts))


class _Marking(Extension):
    """Marks the elements in the source of templates."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the marked source of a template; the same for one that is in no file, or has no place in a page."""
        return _marked(source) if name and self.environment.template_class is _MarkedTemplate else source


class _MarkedTemplate(Template):
    """Notes the value of the marks at the start of a page."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Return the rendered page."""
        text = super().render(*args, **kwargs)
        return f"<!--lean {_VALUE}-->{text}" if _HTML.match(text) else text.replace(_MARK, "")


class Watch:
    """Marks what the site puts on pages while a builder renders them."""

    def __init__(self, app: Sphinx) -> None:
        self._builder: Any = app.builder
        self._metatags = ""
        environment: Environment = self._builder.templates.environment
        environment.add_extension(_Marking)
        environment.template_class = _MarkedTemplate
        app.connect("html-page-context", self._before, priority=-1_000_000)
        app.connect("html-page-context", self._after, priority=1_000_000)

    def _before(self, _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object) -> None:
        """Note the metadata that the author of a page wrote, before extensions add to it."""
        self._metatags = context.get("metatags") or ""

    def _after(self, _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object) -> None:
        """Mark what settings and extensions add to a page."""
        for key, value in self._builder.globalcontext.items():
            if isinstance(value, str) and "<" in value and context.get(key) == value:
                context[key] = _marked(value)
        before, written, after = (context.get("metatags") or "").partition(self._metatags or "\0")
        if written or not self._metatags:
            context["metatags"] = _marked(before) + written + _marked(after)
        for name in {"js_tag", "css_tag"} & context.keys():
            context[name] = lambda file, tag=context[name]: _marked(tag(file))


# -- The text of pages: what no policy can prevent or tell apart -------------------------------------------------------
#
# A text can be read in different ways: as an element or an attribute, with scripts switched on or off. What is safe
# here is safe in all of them.


def neutralise(page: Page) -> None:
    """Remove redirects, connections to other hosts, and what browsers read differently when they run scripts."""
    css = page.tree.css
    unsafe = [node for node in css("meta[http-equiv]") if not page.trusts(node)]
    unsafe += [node for node in css(_HINTS) if not page.trusts(node)]
    unsafe += css("link[rel~=next i]")  # Firefox prefetches it, which the policy forbids
    unsafe += [node for node in css("noscript") if (node.html or "").lower().count("</noscript") > 1]
    for node in unsafe:
        node.decompose()
    # An element with this name replaces the property of the document from which scripts learn their own address.
    for node in css("[name=currentScript], [id=currentScript]"):
        del node.attrs["name" if node.attributes.get("name") == "currentScript" else "id"]
    # Themes do not escape the name of a page in their inline scripts, and this one could end a string.
    odd = [part.removesuffix(".html") for part in page.path.split("/") if re.search(r"['\"`\\]", part)]
    for node in css("script") if odd else ():
        if any(name in (node.text() or "") for name in odd):
            del node.attrs["nonce"]


def without_redirects(html: str) -> str:
    """Return the HTML of a page in which no text of its body can be read as the start of a redirect."""
    head, end, body = html.partition("</head>")
    return f"{head}{end}{_META.sub('&lt;', body)}"


def are_still(page: Page, root: Path) -> bool:
    """Return whether a page embeds drawings, such as graphs, and nothing else that can be read as embedded.

    A policy can only allow to embed all files of the site or none.
    """
    if not page.tree.css_matches("object, embed"):
        return False
    drawings = [_DRAWING.fullmatch(text) for text in _OBJECT.findall(page.html())]
    return all(found is not None and _is_still(root, local(found[1], page.path)) for found in drawings)


def _is_still(root: Path, path: str | None) -> bool:
    try:
        text = (root / (path or "")).read_text(encoding="utf-8")
        if "<!ENTITY" in text or text.count("<?") > text.startswith("<?xml "):
            return False
        nodes = list(ET.fromstring(text.encode()).iter())  # noqa: S314 (it has no entities)
    except (OSError, UnicodeError, ET.ParseError):
        return False
    return all(
        node.tag.removeprefix(_SVG) in _SHAPES and all(map(_is_harmless, node.attrib, node.attrib.values()))
        for node in nodes
    )


def _is_harmless(name: str, value: str) -> bool:
    """Return whether an attribute in a drawing cannot run a script or load anything."""
    name = name.rpartition("}")[2].lower()
    if name == "href":
        return re.match(r"\s*(?:https?:|[^:]*(?:[/?#]|$))", value, re.IGNORECASE) is not None
    return not name.startswith("on") and re.search(r"url\((?!#)|\\|@import", value) is None
