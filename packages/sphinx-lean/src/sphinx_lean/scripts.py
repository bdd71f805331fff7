"""Scripts of pages: with a profile, none blocks the first paint, and unused ones are removed.

The scripts that the theme puts on every page are bundled and deferred; others are loaded on the first interaction.
Unknown scripts stay where they are, with everything they may depend on.
"""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import rjsmin

from sphinx_lean.addresses import local, relative
from sphinx_lean.files import text_of
from sphinx_lean.usage import WORD

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from selectolax.lexbor import LexborNode

    from sphinx_lean.pages import Page
    from sphinx_lean.profiles import Profile

SEARCH_INDEX = "searchindex.js"
TRANSLATIONS = "_static/translations.js"
_OPTION = re.compile(r"\s*DOCUMENTATION_OPTIONS\.(\w+)\s*=\s*(?:'([^'\\]*)'|(true|false))\s*;?")
_SETTING = re.compile(r"\s*(?:(?:let|const|var)\s+|window\.)[\w$]+\s*=\s*([^;]*|\{.*\});?\s*", re.DOTALL)


def words_of(path: Path) -> frozenset[str]:
    """Return all words in a script: any of them may be used as a class, an id or a tag."""
    return _words(text_of(path))


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text))


class Scripts:
    """The scripts that the site put on a page; others do not run.

    Without a ``profile``, no script is changed.
    """

    def __init__(self, page: Page, root: Path, profile: Profile | None = None) -> None:
        self._page = page
        self._profile = profile
        self.root = root
        self.all = [node for node in page.tree.css("script") if runs(node) and page.trusts(node)]
        self.inline = [node for node in self.all if not node.attributes.get("src")]
        # Inline scripts that may depend on scripts above them.
        self.unknown = [node for node in self.inline if _options(node) is None and not self._is_known(node)]

    @cached_property
    def _others(self) -> list[frozenset[str]]:
        """The words of each unknown script, which always stays."""
        return [
            self._words(node)
            for node in self.all
            if _is_one_of(node, self.unknown) or (node.attributes.get("src") and not self.is_stock(node))
        ]

    def _is_named(self, *names: str) -> bool:
        """Return whether an unknown script may use one of some names."""
        return not all(words.isdisjoint(names) for words in self._others)

    def _words(self, node: LexborNode) -> frozenset[str]:
        path = self._path(node)
        return words_of(self.root / path) if path else frozenset(WORD.findall(node.text() or ""))

    def _path(self, node: LexborNode) -> str | None:
        return local(node.attributes.get("src") or "", self._page.path)

    def is_stock(self, node: LexborNode) -> bool:
        """Return whether a script is one of the profile."""
        return self._profile is not None and self._profile.knows(self._path(node) or "")

    def is_styling(self, node: LexborNode) -> bool:
        """Return whether a script of the profile makes style sheets."""
        return self._profile is not None and self._path(node) in self._profile.styling

    def _is_for_search(self, node: LexborNode) -> bool:
        path, patterns = self._path(node), self._profile.search if self._profile is not None else ()
        return path is not None and any(fnmatchcase(path, pattern) for pattern in patterns)

    def _is_known(self, node: LexborNode) -> bool:
        """Return whether an inline script depends on no other script."""
        text = node.text() or ""
        parts = self._profile.inline if self._profile is not None else ()
        return node.attributes.get("type") == "module" or any(part in text for part in parts) or _is_setting(text)

    @property
    def missing(self) -> list[str]:
        """The scripts that the profile expects on every page and that are not on this one."""
        paths = set(map(self._path, self.all))
        return [path for path in self._profile.bundled if path not in paths] if self._profile is not None else []

    def drop_unused(self) -> None:
        """Remove scripts that the page does not use."""
        if self._profile is None:
            return
        for node in list(self.all):
            path = self._path(node) or ""
            names, element = self._profile.unneeded.get(path), self._profile.elements.get(path)
            idle = names is not None and not self._is_named(*names)
            if idle or (element is not None and not self._page.tree.css_matches(element)):
                self._remove(node)

    @cached_property
    def _waiting_for_search(self) -> list[LexborNode]:
        """The scripts for searching, if they can be loaded on the first search."""
        profile = self._profile
        if profile is None or self._page.tree.css_matches(profile.search_results):
            return []
        waits = not self._is_named(*profile.search_globals) and self.core()
        return [node for node in self.all if self._is_for_search(node)] if waits else []

    @property
    def _searches_while_typing(self) -> bool:
        return any((_options(node) or {}).get("search_as_you_type") is True for node in self.inline)

    def paths(self) -> list[str]:
        """Return the paths of all scripts of the site that the page may run, without the search index: it is data."""
        never = [] if self._searches_while_typing else self._waiting_for_search
        paths = {self._path(node) for node in self.all if not _is_one_of(node, never)}
        return sorted(path for path in paths if path and path != SEARCH_INDEX)

    @cached_property
    def _preloads(self) -> dict[str, list[LexborNode]]:
        """The preload links of scripts, by path."""
        found: dict[str, list[LexborNode]] = {}
        for link in self._page.tree.css("link[rel=preload][as=script]"):
            path = local(link.attributes.get("href") or "", self._page.path)
            found.setdefault(path or "", []).append(link)
        return found

    def _remove(self, node: LexborNode) -> None:
        for link in self._preloads.pop(self._path(node) or "-", ()):
            link.decompose()
        self.all = [one for one in self.all if one.mem_id != node.mem_id]
        self.inline = [one for one in self.inline if one.mem_id != node.mem_id]
        node.decompose()

    def _core(self) -> list[LexborNode]:
        return [node for node in self.all if self._profile is not None and self._path(node) in self._profile.bundled]

    def _staying(self) -> list[LexborNode]:
        """Return the scripts that stay in place: those that cannot be read, and those they may depend on."""
        last = max((place for place, node in enumerate(self.all) if self._is_closed(node)), default=-1)
        # An AMD module behaves differently before and after an AMD loader.
        return [
            node
            for node in self.all[: last + 1]
            if _options(node) is None and (not self.is_stock(node) or "amd" in self._words(node))
        ]

    def _is_closed(self, node: LexborNode) -> bool:
        address = node.attributes.get("src")
        return _is_one_of(node, self.unknown) or bool(address and not _waits(node) and self._path(node) is None)

    def core(self) -> list[str]:
        """Return the paths of the scripts to bundle, in order; none if other scripts may need them."""
        profile, found = self._profile, self._core()
        if profile is None or any(
            profile.globals & self._words(node) for node in self._staying() if not _is_one_of(node, found)
        ):
            return []
        paths = [self._path(node) for node in found]
        return [path for path in paths if path] if profile.options in paths else []

    def bundle(self, address: str) -> None:
        """Replace the core scripts by the bundle at ``address``.

        It gets the options, and the addresses of scripts to load later: on the first use, and those for searching.
        """
        found, waiting, typing = self._core(), self._waiting_for_search, self._searches_while_typing
        on_use = self._profile.on_use if self._profile is not None else {}
        used = [node for node in self.all if self._path(node) in on_use]
        early = self._is_named(*on_use.values())
        options: dict[str, Any] = {}
        for node in list(self.inline):
            options |= _options(node) or {}
            if _options(node) is not None:
                self._remove(node)
        first = found[0]
        for node in found[1:]:
            self._remove(node)
        for name in first.attributes.keys() - {"nonce"}:
            del first.attrs[name]
        first.attrs["src"] = relative(address, self._page.path)
        first.attrs["defer"] = ""
        if options:
            first.attrs["data-options"] = json.dumps(options, sort_keys=True)
        for node in used if early else ():  # the theme's script, now in the head, needs it at once
            node.attrs["defer"] = ""
            first.insert_before(node)
            self._remove(node)  # the inserted node is a copy
        for name, nodes, needed in (("on-use", [] if early else used, True), ("search", waiting, typing)):
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


def _waits(node: LexborNode) -> bool:
    """Return whether a script is non-blocking."""
    return bool({"defer", "async"} & set(node.attributes)) or node.attributes.get("type") == "module"


def runs(node: LexborNode) -> bool:
    """Return whether a script element is code, not data."""
    return (node.attributes.get("type") or "text/javascript") in {"text/javascript", "module", "application/javascript"}


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


def without_eval(text: str) -> str:
    """Return the text of ``translations.js`` without a string that Sphinx turns into code, which no policy allows.

    The string is the rule for plurals in a catalogue of messages, such as ``n != 1``.
    """
    rule = re.search(r'"plural_expr":\s*"([n\d\s%()!=<>&|?:]*)"', text)
    call = "Documentation.addTranslations("
    if rule is None or not text.startswith(call):
        return text
    added = (
        "Object.assign(Documentation.TRANSLATIONS, messages); Documentation.LOCALE = locale; "
        f"Documentation.PLURAL_EXPR = (n) => {rule[1]};"
    )
    return f"(({{ messages, locale }}) => {{ {added} }})({text.removeprefix(call)}"


def _options(node: LexborNode) -> dict[str, Any] | None:
    """Return the options set by an inline script that does nothing else."""
    text, options, place = node.text() or "", {}, 0
    while match := _OPTION.match(text, place):
        options[match[1]] = match[3] == "true" if match[3] else match[2]
        place = match.end()
    return options if options and not text[place:].strip() else None


def bundle_text(root: Path, paths: Iterable[str], profile: Profile) -> str:
    """Return the text of the bundle: the loaders, then the core scripts in order with the options of the page."""
    loaders = "\n".join(path.read_text(encoding="utf-8") for path in profile.loaders)
    parts = [rjsmin.jsmin(f"{{{loaders}}}")]
    for path in paths:
        parts.append(rjsmin.jsmin(text_of(root / path)))
        if path == profile.options:
            parts.append(
                'Object.assign(DOCUMENTATION_OPTIONS,JSON.parse(document.currentScript.dataset?.options||"{}"))'
            )
    return "\n;".join(parts)
