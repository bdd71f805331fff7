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
from sphinx_lean.profiles import NO_PROFILE
from sphinx_lean.usage import WORD

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from selectolax.lexbor import LexborNode

    from sphinx_lean.pages import Page
    from sphinx_lean.profiles import Profile

SEARCH_INDEX, SEARCH_TOOLS = "searchindex.js", "_static/searchtools.js"
TRANSLATIONS = "_static/translations.js"
_OPTION = re.compile(r"\s*DOCUMENTATION_OPTIONS\.(\w+)\s*=\s*(?:'([^'\\]*)'|(true|false))\s*;?")
_SETTING = re.compile(
    r"\s*(?:(?:let|const|var)\s+|window\.)[\w$]+\s*=\s*(?:'[^'\\\n]*'|([^;]*|\{.*\}));?\s*", re.DOTALL
)


class Script:
    """A script of a page.

    ``address`` is '' for an inline script, ``path`` None for one of another host; ``is_stock`` says whether it is one
    of the profile.
    """

    def __init__(self, node: LexborNode, page: str, root: Path, profile: Profile) -> None:
        self.node = node
        self.address = node.attributes.get("src") or ""
        self.path = local(self.address, page)
        self.is_stock = self.path is not None and profile.knows(self.path)
        self.is_module = node.attributes.get("type") == "module"  # which browsers defer
        self._root = root

    @cached_property
    def text(self) -> str:
        """The code; '' for a script of another host."""
        if self.address:
            return text_of(self._root / self.path) if self.path else ""
        return self.node.text() or ""

    @property
    def words(self) -> frozenset[str]:
        """The words in the code: any of them may be a name that it uses."""
        return _words(self.text)

    @property
    def blocks(self) -> bool:
        """Whether the page waits for it."""
        return bool(self.address) and not self.is_module and not {"defer", "async"} & set(self.node.attributes)

    @cached_property
    def options(self) -> dict[str, Any]:
        """The options set by an inline script that does nothing else."""
        if self.address or _OPTION.sub("", self.text).strip():
            return {}
        return {one[1]: one[3] == "true" if one[3] else one[2] for one in _OPTION.finditer(self.text)}


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text))


class Scripts:
    """The scripts that the site put on a page; others do not run.

    Without a profile, no script is changed.
    """

    def __init__(self, page: Page, root: Path, profile: Profile = NO_PROFILE) -> None:
        self._page = page
        self.profile = profile
        self.root = root
        nodes = (node for node in page.tree.css("script") if runs(node) and page.trusts(node))
        self.all = [Script(node, page.path, root, profile) for node in nodes]
        self.later: list[Script] = []  # of the site; no longer in the page, but it may load them
        # Inline scripts that may depend on scripts above them.
        inline = [one for one in self.all if not one.address and not one.options and not one.is_module]
        known = [one for one in inline if any(part in one.text for part in profile.inline) or _is_setting(one.text)]
        self.unknown = [one for one in inline if one not in known]

    def _is_named(self, *names: str) -> bool:
        """Return whether an unknown script, which always stays, may use one of some names."""
        others = (one for one in self.all if one in self.unknown or (one.address and not one.is_stock))
        return any(not one.words.isdisjoint(names) for one in others)

    @property
    def missing(self) -> list[str]:
        """The scripts that the profile expects on every page and that are not on this one."""
        paths = {one.path for one in self.all}
        return [path for path in self.profile.bundled if path not in paths]

    def drop_unused(self) -> None:
        """Remove scripts that the page does not use."""
        for script in [one for one in self.all if one.path in self.profile.unneeded]:
            names, element = self.profile.unneeded[script.path or ""]
            if not self._is_named(*names) and not self._page.tree.css_matches(element):
                self._remove(script)

    def _remove(self, script: Script) -> None:
        for link in self._page.tree.css("link[rel=preload][as=script]") if script.path else ():
            if local(link.attributes.get("href") or "", self._page.path) == script.path:
                link.decompose()
        self.all.remove(script)
        script.node.decompose()

    def _for_search(self) -> list[Script]:
        """Return the scripts for searching, if they can be loaded on the first search."""
        profile = self.profile
        is_needed = not self.core() or self._page.tree.css_matches(profile.search_page)
        if is_needed or self._is_named(*profile.search_globals):
            return []
        patterns = (*profile.search, *profile.search_fields)
        return [one for one in self.all if any(fnmatchcase(one.path or "", pattern) for pattern in patterns)]

    def _on_first_search(self, found: list[Script]) -> list[Script]:
        """Return those of the scripts for searching that a search field loads; those for a field replace the others."""
        fields = [one for one in found if one.path in self.profile.search_fields]
        types = any(one.options.get("search_as_you_type") is True for one in self.all)
        return fields or (found if types else [])

    def _never(self) -> list[Script]:
        """Return the scripts that neither the page nor its search field loads."""
        found = self._for_search()
        loaded = self._on_first_search(found)
        return [one for one in found if one not in loaded]

    def _for_marks(self) -> list[Script]:
        """Return the script that marks words, if it can wait: Sphinx's search needs it at once, and others may."""
        profile = self.profile
        without = {*(one.path for one in self._never()), *profile.search_fields, profile.marks}
        others = [one for one in self.all if one.path not in without]
        is_needed = not self.core() or any(not one.words.isdisjoint(profile.marks_globals) for one in others)
        return [] if is_needed else [one for one in self.all if one.path == profile.marks]

    def paths(self) -> list[str]:
        """Return the paths of all scripts of the site that the page may run, without the search index: it is data."""
        never = {one.path for one in self._never()}
        return sorted({one.path for one in self.all if one.path} - never - {SEARCH_INDEX})

    def _core(self) -> list[Script]:
        return [one for one in self.all if one.path in self.profile.bundled]

    def _staying(self) -> list[Script]:
        """Return the scripts that stay in place: those that cannot be read, and those they may depend on."""
        closed = [one for one in self.all if one in self.unknown or (one.blocks and one.path is None)]
        before = self.all[: self.all.index(closed[-1]) + 1] if closed else []
        before = [one for one in before if one.path not in self.profile.search_fields]
        # An AMD module behaves differently before and after an AMD loader.
        return [one for one in before if not one.options and (not one.is_stock or "amd" in one.words)]

    def core(self) -> list[str]:
        """Return the paths of the scripts to bundle, in order; none if other scripts may need them."""
        found = self._core()
        if any(self.profile.globals & one.words for one in self._staying() if one not in found):
            return []
        paths = [one.path for one in found if one.path]
        return paths if self.profile.options in paths else []

    def bundle(self, address: str) -> None:
        """Replace the core scripts by the bundle at ``address``.

        It gets the options, and the addresses of scripts to load later: on the first use, for searching, and for marks.
        """
        first, *others = self._core()
        node = first.node
        search, marks = self._for_search(), self._for_marks()
        first_search = self._on_first_search(search)
        self.later = [one for one in first_search if not one.is_stock]
        on_use = [one for one in self.all if one.path in self.profile.on_use]
        early = self._is_named(*self.profile.on_use.values())
        setting = [one for one in self.all if one.options]
        options = {name: value for one in setting for name, value in one.options.items()}
        for name in node.attributes.keys() - {"nonce"}:
            del node.attrs[name]
        node.attrs["src"] = relative(address, self._page.path)
        node.attrs["defer"] = ""
        if options:
            node.attrs["data-options"] = json.dumps(options, sort_keys=True)
        if early:  # the theme's script, now in the head, needs them at once
            for one in on_use:
                one.node.attrs["defer"] = ""
                node.insert_before(one.node)  # a copy
        elif on_use:
            node.attrs["data-on-use"] = " ".join(one.address for one in on_use)
        if search:
            node.attrs["data-fields" if self.later else "data-search"] = " ".join(one.address for one in first_search)
        if marks:
            node.attrs["data-marks"] = marks[0].address
        for one in (*setting, *others, *on_use, *search, *marks):
            self._remove(one)

    def defer(self) -> None:
        """Defer all scripts, except those that must run in place."""
        staying = [*self._staying(), *(self._core() if not self.core() else ())]
        for one in self.all:
            if one.blocks and one not in staying:
                one.node.attrs["defer"] = ""


def runs(node: LexborNode) -> bool:
    """Return whether a script element is code, not data."""
    return (node.attributes.get("type") or "text/javascript") in {"text/javascript", "module", "application/javascript"}


def _is_setting(text: str) -> bool:
    """Return whether a script only assigns data to a variable."""
    match = _SETTING.fullmatch(text)
    try:
        json.loads(match[1] or '""' if match else "")
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


def bundle_text(root: Path, paths: Iterable[str], profile: Profile) -> str:
    """Return the text of the bundle: the loaders, then the core scripts in order with the options of the page."""
    loaders = "\n".join(path.read_text(encoding="utf-8") for path in profile.loaders)
    parts = [f"{{{loaders}}}"]
    for path in paths:
        parts.append(text_of(root / path))
        if path == profile.options:
            own = 'JSON.parse(document.currentScript.dataset?.options||"{}")'
            parts.append(f"Object.assign(DOCUMENTATION_OPTIONS,{own})")
    return "\n;".join(map(rjsmin.jsmin, parts))
