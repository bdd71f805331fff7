"""Reads and changes built pages. lexbor parses and serialises HTML as browsers do."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from html import unescape
from textwrap import shorten
from typing import TYPE_CHECKING
from urllib.parse import quote

from selectolax.lexbor import LexborHTMLParser, create_tag

from sphinx_lean.addresses import local, relative
from sphinx_lean.trust import without_redirects
from sphinx_lean.usage import CUSTOM, WORD, icons_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from selectolax.lexbor import LexborNode

    from sphinx_lean.assets import Run
    from sphinx_lean.pictures import PageImage
    from sphinx_lean.policy import Kind

CONTENT = "main, [role=main], article.bd-article"
FIRST_SCREEN = 1500  # characters of text, about what fits on a desktop screen
LONG_TABLE = 6000  # characters; one with more is shown before it is complete
_BLOCKS = "main :is(article, div, dt, h2, h3, li, p, pre, section, table)"
_LINKS = "link:is([rel=stylesheet], [rel=preload], [rel=manifest], [rel~=icon], [rel=apple-touch-icon])"
_VERSION = re.compile(r"\?v=[0-9a-f]{8}$")  # as Sphinx writes it
_ONE_WORD = re.compile(r"[^\W\d][\w-]*")
_SHEET = {"rel", "href", "type", "media", "nonce"}  # attributes of an ordinary style sheet


@dataclass
class Facts:
    """What style sheets can match on a page, and what the page loads; all lists are sorted.

    ``files`` are the paths of all that it loads, ``runs`` groups of consecutive style sheets, ``images`` those that the
    pass handles, ``kept_sheets`` paths or addresses of style sheets that stay as they are. ``styles`` are style
    attributes, ``named`` custom properties, and words of styles: perhaps fonts or animations. ``words`` are those in
    templates, inline scripts and data attributes, which scripts may use as classes; ``data`` are whole values,
    ``inline`` unknown inline scripts, with which they may compose some. ``bundle`` are the scripts to bundle,
    ``missing`` those of the theme that the page lacks, ``blocked`` what its policy blocks.
    """

    classes: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    icons: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    images: list[PageImage] = field(default_factory=list)
    kept_sheets: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    bundle: tuple[str, ...] = ()
    missing: list[str] = field(default_factory=list)
    blocked: list[Kind] = field(default_factory=list)


class Page:
    """A page during its changes.

    What the site put on it has an attribute with its ``nonce``; without one, everything is trusted.
    """

    def __init__(self, path: str, text: str, nonce: str = "") -> None:
        self.path = path
        self.nonce = nonce
        self._text = text
        self.tree = LexborHTMLParser(text)
        self.head = self.tree.css("head")[0]  # the parser adds it if it is missing, as browsers do
        for node in self.tree.css("textarea *"):
            node.unwrap()  # unlike browsers, the parser reopens elements in it that were left open above
        for node in self.tree.css("pre, textarea, listing"):
            start = node.child
            if start is not None and start.is_text_node and (start.text() or "").startswith("\n"):
                start.insert_before("\n")  # the parser removes a leading newline, and will again

    def html(self) -> str:
        """Return the HTML of the page with its doctype, in a form that is stable when parsed and written again."""
        root = self.tree.css("html")[0]
        inner, before = root.html or "", root.prev
        while before is not None and before.tag != "-doctype":  # a comment
            before = before.prev
        start = (before is not None and before.html) or ""
        end = "</body></html>"  # the parser moves what follows it before it
        text = f"{start}{inner.removesuffix(end).rstrip()}\n{end if inner.endswith(end) else ''}".rstrip() + "\n"
        return without_redirects(text) if self.nonce else text

    # -- Reading -------------------------------------------------------------------------------------------------------

    def trusts(self, node: LexborNode) -> bool:
        """Return whether the site put an element on the page, not the author of its text."""
        return not self.nonce or node.attributes.get("nonce") == self.nonce

    @property
    def handlers(self) -> list[tuple[str, bool]]:
        """The scripts in attributes, such as ``onclick``, and whether the site put them there."""
        names = set(re.findall(r"on[a-z]+(?=\s*=)", self._text.lower()))
        nodes = [(node, name) for name in names for node in self.tree.css(f"[{name}]")]
        return sorted({(node.attributes.get(name) or "", self.trusts(node)) for node, name in nodes})

    def facts(self) -> Facts:
        """Return the facts of the page, except those on its scripts and images."""
        tags: set[str] = set()
        values: dict[str, set[str]] = defaultdict(set)
        for node in self.tree.css("*"):
            tags.add((node.tag or "").lower())
            for name, value in node.attributes.items():
                values[name].add(value or "")
        data = set().union(*(some for name, some in values.items() if name.startswith("data-")))
        texts = self.tree.css("script:not([type='application/ld+json']), template")
        said = " ".join([*data, *((node.html if node.tag == "template" else node.text()) or "" for node in texts)])
        styling = " ".join([*values["style"], *(node.text() or "" for node in self.tree.css("style"))])
        text = unescape(self._text)
        links = (node for node in self.tree.css("link[rel~=stylesheet]") if self._sheet(node) is None)
        kept = {node.attributes.get("href") or "" for node in links}
        return Facts(
            classes=_sorted({name for value in values["class"] for name in value.split()}),
            ids=_sorted(values["id"] - {""}),
            tags=_sorted(tags),
            icons=_sorted(icons_in(text)),
            files=self.files(),
            runs=[tuple((path, media) for _, path, media in run) for run in self.sheets()],
            kept_sheets=sorted(local(address, self.path) or f"//{address}" for address in kept),
            styles=_sorted(values["style"] - {""}),
            words=_sorted(set(WORD.findall(unescape(said)))),
            data=_sorted(filter(_ONE_WORD.fullmatch, data)),
            named=_sorted({*CUSTOM.findall(text), *WORD.findall(styling)}),
        )

    def sheets(self) -> list[list[tuple[LexborNode, str, str]]]:
        """Return the style sheets of the site, in groups without other styles between them."""
        runs: list[list[tuple[LexborNode, str, str]]] = [[]]
        for node in self.tree.css("link[rel=stylesheet], style"):
            path = self._sheet(node)
            if path is None:
                runs.append([])
            else:
                runs[-1].append((node, path, node.attributes.get("media") or ""))
        return [run for run in runs if run]

    def _sheet(self, node: LexborNode) -> str | None:
        """Return the path of an ordinary style sheet of the site; None for other styles."""
        is_ordinary = node.attributes.get("rel") == "stylesheet" and set(node.attributes) <= _SHEET
        return local(node.attributes.get("href") or "", self.path) if is_ordinary else None

    # -- Changing ----------------------------------------------------------------------------------------------------

    def link_sheets(self, addresses: Sequence[Sequence[str]], inline: Mapping[str, str]) -> None:
        """Replace each group of style sheets by some others, of which some are to be in the page, with their texts."""
        for run, paths in zip(self.sheets(), addresses, strict=True):
            for path in paths:
                if path in inline:
                    node = create_tag("style")
                    node.insert_child(inline[path])
                else:
                    node = _element("link", rel="stylesheet", href=relative(path, self.path))
                run[0][0].insert_before(node)
            for node, _, _ in run:
                node.decompose()

    def complete_metadata(self, fallback: str) -> None:
        """Keep one ``viewport``, and add a missing description: the start of the text, or ``fallback``."""
        for node in self.tree.css("meta[name=viewport]")[1:]:
            node.decompose()
        if not self.tree.css_matches("meta[name=description]"):
            first = self.tree.css_first("main p, [role=main] p")
            text = shorten(first.text() if first else "", 162, placeholder=" …")
            self.head.insert_child(_element("meta", name="description", content=text or fallback))

    def add_policies(self, policies: Sequence[str]) -> None:
        """Put policies before everything that they apply to, after the encoding; drop marks that they do not need."""
        for node in self.tree.css("head meta[charset]"):
            node.decompose()
        for node in self.tree.css("[nonce]"):
            is_needed = node.tag == "script" or node.attributes.get("rel") in {"preload", "modulepreload"}
            if not is_needed or not self.trusts(node):
                del node.attrs["nonce"]
        metas = [_element("meta", http_equiv="Content-Security-Policy", content=one) for one in policies]
        first = self.head.child
        for node in (_element("meta", charset="utf-8"), *metas):
            if first is None:
                self.head.insert_child(node)
            else:
                first.insert_before(node)

    def wait_for_first_screen(self) -> None:
        """Delay the first paint until the first screen is complete, to prevent layout shift.

        Otherwise a header would get its buttons, and a paragraph its last words, after it is shown. A table that begins
        there is also waited for, because its columns move with each row, unless it is long. Browsers without support
        paint at once.
        https://html.spec.whatwg.org/multipage/links.html#link-type-expect
        """
        main = self.tree.css_first("main")
        if main is None:
            return
        # Browsers that run scripts have no elements in noscript.
        blocks = {node.mem_id for node in self.tree.css(f"{_BLOCKS}:not(table *, noscript *)")}
        rows = {node.mem_id for node in self.tree.css("main tr:not(noscript *)")}
        first, read = _after(main) or main, 0
        for node in main.traverse(include_text=True):
            if node.is_text_node:
                read += letters_in(node)
            elif (read > FIRST_SCREEN and node.mem_id in blocks) or (read > LONG_TABLE and node.mem_id in rows):
                first = node
                break
        name = first.attributes.get("id") or "lean-first"
        first.attrs["id"] = name
        self.head.insert_child(_element("link", rel="expect", href=f"#{quote(name)}", blocking="render"))

    def _loading(self) -> Iterator[tuple[LexborNode, str]]:
        """Yield the elements that load a file, each with the name of the attribute that has its address."""
        for selector, name in (("img[src], script[src]", "src"), ("video[poster]", "poster"), (_LINKS, "href")):
            for node in self.tree.css(selector):
                yield node, name

    def files(self) -> list[str]:
        """Return the paths of the files of the site that the page loads."""
        addresses = {node.attributes.get(name) or "" for node, name in self._loading()}
        for node in self.tree.css("[srcset]"):
            addresses.update(one.split()[0] for one in (node.attributes["srcset"] or "").split(",") if one.strip())
        return sorted(path for path in {local(address, self.path) for address in addresses} if path)

    def mark_versions(self, sums: Mapping[str, str]) -> None:
        """Add a checksum to the address of each file that the page loads, unless it has another kind of version.

        Sphinx does not write a page again when only a script of the site has changed.
        """
        for node, name in self._loading():
            address = _VERSION.sub("", node.attributes.get(name) or "")
            found = sums.get(local(address, self.path) or "")
            if found and "?" not in address:
                node.attrs[name] = f"{address}?v={found}"


def letters_in(node: LexborNode) -> int:
    """Return the number of visible characters in a text; consecutive white space counts as one."""
    return len(" ".join((node.text_content or "").split()))


def _element(tag: str, **attributes: str) -> LexborNode:
    node = create_tag(tag)
    for name, value in attributes.items():
        node.attrs[name.replace("_", "-")] = value
    return node


def _after(node: LexborNode | None) -> LexborNode | None:
    """Return the first element after the end of another one."""
    while node is not None:
        after = node.next
        while after is not None and not after.is_element_node:
            after = after.next
        if after is not None:
            return after
        node = node.parent
    return None


def _sorted(names: Iterable[str]) -> list[str]:
    """Return sorted names, interned because many pages share them."""
    return sorted(map(sys.intern, names))
