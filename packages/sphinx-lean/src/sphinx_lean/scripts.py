"""Scripts of pages: none blocks the first paint, and unused ones are removed.

The scripts that Sphinx and pydata-sphinx-theme put on every page are bundled and deferred; Bootstrap is loaded on the
first interaction (``static/lean.js``). Unknown scripts stay where they are, with everything they may depend on.
"""

from __future__ import annotations

import json
import posixpath
import re
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rjsmin

from sphinx_lean.pages import LEAN, local, relative
from sphinx_lean.selectors import WORD
from sphinx_lean.trusted import Requests, origins, requests_in, requests_of_address, text_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from selectolax.lexbor import LexborNode

    from sphinx_lean.pages import Page

OPTIONS = "documentation_options.js"
CORE = (OPTIONS, "doctools.js", "sphinx_highlight.js", "pydata-sphinx-theme.js")
SEARCH = ("searchtools.js", "language_data.js", "searchindex.js")
ICONS, BOOTSTRAP = "fontawesome.js", "bootstrap.js"
# Scripts of extensions, and the elements that they need to have any effect.
HOOKS = {"design-tabs.js": ".sd-tab-set", "copybutton.js": ".highlight pre", "clipboard.min.js": ".highlight pre"}
STEMMER = "-stemmer.js"  # suffixes of further names; some versions of Sphinx have one script for each language
_STOCK = {*CORE, *HOOKS, ICONS, BOOTSTRAP}
LOADER = Path(__file__).parent / "static/lean.js"
_OPTION = re.compile(r"\s*DOCUMENTATION_OPTIONS\.(\w+)\s*=\s*(?:'([^'\\]*)'|(true|false))\s*;?")
_BEGINNING = re.compile(r"(?<=[`'\"\s])([a-z][a-z]+(?:-[a-z]+)*-)(?=[`'\"]|\$\{)")
_INLINE = re.compile(r"<script(?:\s[^>]*)?>(.*?)</script>", re.DOTALL)
# Inline scripts of the theme, by a word in each: they depend on no other script, unlike others, perhaps.
_KNOWN = (
    "dataset.mode",
    "dataset.theme",
    "search-button__kbd-shortcut",
    "[PST]: Set focus on search field.",
    "window.dataLayer",
)
_SETTING = re.compile(r"\s*(?:(?:let|const|var)\s+|window\.)[\w$]+\s*=\s*([^;]*|\{.*\});?\s*", re.DOTALL)
# Scripts that stock extensions add to the content; they are harmless, whoever writes them.
_HARMLESS = re.compile(
    r"\s*\$\(document\)\.ready\(\s*function\s*\(\)\s*\{\s*"
    r"\$\('table\.sg-datatable'\)\.DataTable\(\{order: \[\[\d+, '\w+'\]\]\}\);\s*\}\s*\);?\s*"
)


def words_of(path: Path) -> frozenset[str]:
    """Return all words in a script: any of them may be used as a class, an id or a tag."""
    return _found(WORD, text_of(path))


def prefixes_of(path: Path) -> frozenset[str]:
    """Return the prefixes of names that a script composes: ``bs-`` of ``bs-${name}-auto``."""
    return _found(_BEGINNING, text_of(path))


@cache
def _found(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    return frozenset(pattern.findall(text))


def name_of(node: LexborNode) -> str:
    """Return the file name of a script; '' for an inline script."""
    return _file_name(node.attributes.get("src") or "")


@lru_cache(maxsize=1 << 10)
def _file_name(address: str) -> str:
    return posixpath.basename(address.partition("?")[0])


def of_templates(folders: Iterable[Path]) -> frozenset[str]:
    """Return the texts of inline scripts in some template folders."""
    files = [path for folder in folders for path in sorted(folder.rglob("*.html"))]
    return frozenset(found.strip() for path in files for found in _INLINE.findall(text_of(path)))


class Scripts:
    """The scripts of one page.

    ``own`` are the texts of inline scripts in templates. Only these, and scripts in the head, which has no content, are
    trusted; content could close its own element. With ``all_inline``, the configuration allows all inline scripts.
    """

    def __init__(self, page: Page, root: Path, own: Container[str] = (), *, all_inline: bool = False) -> None:
        self._page = page
        self.root = root
        self.all_inline = all_inline
        self.all = [node for node in page.tree.css("script") if _runs(node)]
        self.head = {node.mem_id for node in page.head.css("script")}
        self.inline = [
            node
            for node in self.all
            if not node.attributes.get("src")
            and (all_inline or node.mem_id in self.head or (node.text() or "").strip() in own or _is_harmless(node))
        ]
        # Inline scripts that may depend on scripts above them.
        self.unknown = [node for node in self.inline if _options(node) is None and not _is_known(node)]

    @property
    def untrusted(self) -> list[LexborNode]:
        """The untrusted scripts, except for files of the site."""
        return [
            node
            for node in self.all
            if not _is_one_of(node, self.inline)
            and node.mem_id not in self.head
            and local(node.attributes.get("src") or "", self._page.path) is None
        ]

    def requests(self) -> Requests:
        """Return the requests of the site's scripts, and of the theme itself."""
        requests = Requests()
        for node in self.all:
            if _is_one_of(node, self.inline) or node.mem_id in self.head:
                requests |= self._requests_of(node)
        return requests | self._announcement_requests()

    def _announcement_requests(self) -> Requests:
        """Return the requests of the theme for a remote announcement, which is before all content."""
        first = self._page.tree.css_first("main, [data-pst-announcement-url]")
        address = first.attributes.get("data-pst-announcement-url") if first is not None else None
        return Requests(data=frozenset(origins([address])), styles=True) if address else Requests()

    def _requests_of(self, node: LexborNode) -> Requests:
        address = node.attributes.get("src") or ""
        if not address:
            requests = requests_in(node.text() or "")
            return Requests(data=requests.hosts) if _options(node) is not None else requests
        path = local(address, self._page.path)
        if path is None:
            return requests_of_address(address)
        if _is_stock(node) or path.startswith(LEAN):
            return Requests(
                data=requests_in(node.attributes.get("data-options") or "").hosts, styles=name_of(node) == ICONS
            )
        # Sphinx's translations contain the plural rule as code.
        return Requests(code=True) if name_of(node) == "translations.js" else requests_in(text_of(self.root / path))

    @cached_property
    def _others(self) -> list[frozenset[str]]:
        """The words of each unknown script, which always stays."""
        return [
            self._words(node)
            for node in self.all
            if _is_one_of(node, self.unknown) or (node.attributes.get("src") and not _is_stock(node))
        ]

    def _is_named(self, *names: str) -> bool:
        """Return whether an unknown script may use one of some names."""
        return not all(words.isdisjoint(names) for words in self._others)

    def _words(self, node: LexborNode) -> frozenset[str]:
        path = local(node.attributes.get("src") or "", self._page.path)
        return words_of(self.root / path) if path else frozenset(WORD.findall(node.text() or ""))

    def drop_unused(self) -> None:
        """Remove scripts that the page does not use."""
        for node in list(self.all):
            name = name_of(node)
            hook = HOOKS.get(name)
            idle = name == ICONS and not self._is_named("FontAwesome", "FontAwesomeConfig")
            if idle or (hook is not None and not self._page.tree.css_matches(hook)):
                self._remove(node)

    @cached_property
    def _waiting_for_search(self) -> list[LexborNode]:
        """The scripts for searching, if they can be loaded on the first search."""
        waits = not self._page.tree.css_matches("#search-results") and not self._is_named("Search", "Stemmer")
        return [node for node in self.all if _is_for_search(node)] if waits and self.core() else []

    @property
    def _searches_while_typing(self) -> bool:
        return any((_options(node) or {}).get("search_as_you_type") is True for node in self.inline)

    def paths(self) -> list[str]:
        """Return the paths of all scripts of the site that the page may run."""
        never = [] if self._searches_while_typing else self._waiting_for_search
        nodes = [node for node in self.all if not _is_one_of(node, never)]
        paths = {local(node.attributes.get("src") or "", self._page.path) for node in nodes}
        return sorted(path for path in paths if path)

    @cached_property
    def _preloads(self) -> dict[str, list[LexborNode]]:
        """The preload links of scripts, by file name."""
        found: dict[str, list[LexborNode]] = {}
        for link in self._page.tree.css("link[rel=preload][as=script]"):
            found.setdefault(_file_name(link.attributes.get("href") or ""), []).append(link)
        return found

    def _remove(self, node: LexborNode) -> None:
        name = name_of(node)
        for link in self._preloads.pop(name, ()):
            link.decompose()
        self.all = [one for one in self.all if one.mem_id != node.mem_id]
        self.inline = [one for one in self.inline if one.mem_id != node.mem_id]
        node.decompose()

    def _core(self) -> list[LexborNode]:
        return [node for node in self.all if name_of(node) in CORE]

    def _staying(self) -> list[LexborNode]:
        """Return the scripts that stay in place: those that cannot be read, and those they may depend on."""
        last = max((place for place, node in enumerate(self.all) if self._is_closed(node)), default=-1)
        # An AMD module behaves differently before and after an AMD loader.
        return [
            node
            for node in self.all[: last + 1]
            if _options(node) is None and (not _is_stock(node) or "amd" in self._words(node))
        ]

    def _is_closed(self, node: LexborNode) -> bool:
        address = node.attributes.get("src")
        return _is_one_of(node, self.unknown) or bool(
            address and not _waits(node) and local(address, self._page.path) is None
        )

    def core(self) -> list[str]:
        """Return the paths of the scripts to bundle, in order; none if other scripts may need them."""
        relies = {"DOCUMENTATION_OPTIONS", "Documentation", "SphinxHighlight", "_ready"}
        found = self._core()
        if any(relies & self._words(node) for node in self._staying() if not _is_one_of(node, found)):
            return []
        paths = [local(str(node.attributes["src"]), self._page.path) for node in found]
        return [path for path in paths if path] if OPTIONS in map(name_of, found) else []

    def bundle(self, address: str) -> None:
        """Replace the core scripts by the bundle at ``address``.

        It gets the options, and the addresses of scripts to load later: Bootstrap, and those for searching.
        """
        found = self._core()
        waiting = self._waiting_for_search
        typing = self._searches_while_typing
        bootstrap = [node for node in self.all if name_of(node) == BOOTSTRAP]
        early = self._is_named("bootstrap")
        options: dict[str, Any] = {}
        for node in list(self.inline):
            options |= _options(node) or {}
            if _options(node) is not None:
                self._remove(node)
        first = found[0]
        for node in found[1:]:
            self._remove(node)
        for name in [*first.attributes]:
            del first.attrs[name]
        first.attrs["src"] = relative(address, self._page.path)
        first.attrs["defer"] = ""
        if options:
            first.attrs["data-options"] = json.dumps(options, sort_keys=True)
        for node in bootstrap if early else ():  # the theme's script, now in the head, needs it at once
            node.attrs["defer"] = ""
            first.insert_before(node)
            self._remove(node)  # the inserted node is a copy
        for name, nodes, needed in (("bootstrap", [] if early else bootstrap, True), ("search", waiting, typing)):
            if nodes:
                first.attrs[f"data-{name}"] = " ".join(str(node.attributes["src"]) for node in nodes if needed)
            for node in nodes:
                self._remove(node)

    def defer(self) -> None:
        """Defer all scripts, except those that must run in place."""
        staying = [*self._staying(), *(self._core() if not self.core() else ())]
        for node in self.all:
            if node.attributes.get("src") and not _waits(node) and not _is_one_of(node, staying):
                node.attrs["defer"] = ""


def _is_one_of(node: LexborNode, nodes: Iterable[LexborNode]) -> bool:
    """Return whether an element is among some, by identity: elements that look the same are equal."""
    return any(one.mem_id == node.mem_id for one in nodes)


def _is_for_search(node: LexborNode) -> bool:
    return name_of(node) in SEARCH or name_of(node).endswith(STEMMER)


def _is_stock(node: LexborNode) -> bool:
    return name_of(node) in _STOCK or _is_for_search(node)


def _waits(node: LexborNode) -> bool:
    """Return whether a script is non-blocking."""
    return bool({"defer", "async"} & set(node.attributes)) or node.attributes.get("type") == "module"


def _runs(node: LexborNode) -> bool:
    """Return whether a script element is code, not data."""
    return (node.attributes.get("type") or "text/javascript") in {"text/javascript", "module", "application/javascript"}


def _is_known(node: LexborNode) -> bool:
    text = node.text() or ""
    return node.attributes.get("type") == "module" or any(word in text for word in _KNOWN) or _is_setting(text)


def _is_setting(text: str) -> bool:
    """Return whether a script only assigns data to a variable."""
    match = _SETTING.fullmatch(text)
    if match is None:
        return False
    value = match[1].strip()
    if re.fullmatch(r"'[^'\\\n]*'", value):
        return True
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def _is_harmless(node: LexborNode) -> bool:
    return not node.attributes.get("src") and _HARMLESS.fullmatch(node.text() or "") is not None


def _options(node: LexborNode) -> dict[str, Any] | None:
    """Return the options set by an inline script that does nothing else."""
    text, options, place = node.text() or "", {}, 0
    while match := _OPTION.match(text, place):
        options[match[1]] = match[3] == "true" if match[3] else match[2]
        place = match.end()
    return options if options and not text[place:].strip() else None


def bundle_text(root: Path, paths: Iterable[str]) -> str:
    """Return the text of the bundle: the loader, then the core scripts in order with the options of the page."""
    parts = [rjsmin.jsmin(LOADER.read_text(encoding="utf-8"))]
    for path in paths:
        parts.append(rjsmin.jsmin(text_of(root / path)))
        if posixpath.basename(path) == OPTIONS:
            parts.append(
                'Object.assign(DOCUMENTATION_OPTIONS,JSON.parse(document.currentScript.dataset.options||"{}"))'
            )
    return "\n;".join(parts)
