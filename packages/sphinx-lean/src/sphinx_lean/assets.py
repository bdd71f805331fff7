"""Shared assets of pages: style sheets, their icon fonts, and the bundled script.

Style sheets that nearly all pages have are merged, as far as nothing is between them on any page; so are those between
them, for each combination. All keep what some page of the site uses, so that the next page of a visit needs little.
What only one or two pages have is in these pages.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from sphinx_lean.files import digest, is_intact
from sphinx_lean.fonts import chars_of, subset
from sphinx_lean.layout import RULE, Layout
from sphinx_lean.page_records import CachedAssets
from sphinx_lean.pages import LEAN, local
from sphinx_lean.pruning import Pruner
from sphinx_lean.requests import origins
from sphinx_lean.scripts import bundle_text
from sphinx_lean.selectors import Used
from sphinx_lean.sheets import Reader, Sheet
from sphinx_lean.usage import used_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sphinx_lean.pages import Facts
    from sphinx_lean.profiles import Profile
    from sphinx_lean.settings import Settings

_FEW = 2  # pages with the same style sheets: a file of its own costs more than it saves on the second one
_NEEDS_FILE = ("url(", "image-set(", "@import", "</", "<!--")  # in a page, these could mean something else
Run = tuple[tuple[str, str], ...]  # consecutive style sheets: path and media query


def run_of(run: Iterable[Iterable[str]]) -> Run:
    """Return a group of style sheets from a page or from JSON."""
    return tuple((path, media) for path, media in run)


def parts_of(runs: Mapping[Run, int]) -> dict[Run, list[Run]]:
    """Return the parts of groups of style sheets, each to be merged; ``runs`` are the groups with numbers of pages.

    Style sheets of nearly all pages are apart from others, and from those that are not always behind the same one.
    """
    pages = Counter[tuple[str, str]]()
    before: dict[tuple[str, str], set[tuple[str, str] | None]] = {}
    for run, number in runs.items():
        for last, sheet in zip([None, *run], run, strict=False):
            pages[sheet] += number
            before.setdefault(sheet, set()).add(last)
    shared = {sheet for sheet, number in pages.items() if 10 * number >= 9 * sum(runs.values())}
    found: dict[Run, list[Run]] = {}
    for run in runs:
        parts: list[Run] = []
        for last, sheet in zip([None, *run], run, strict=False):
            is_apart = (sheet in shared) != (last in shared) or (sheet in shared and before[sheet] != {last})
            if last is None or is_apart:
                parts.append(())
            parts[-1] += (sheet,)
        found[run] = parts
    return found


class Assets:
    """Makes the shared assets in a folder of the cache; ``before`` are those of the previous run.

    ``written`` are their files, by the paths to publish them at.
    """

    def __init__(
        self,
        root: Path,
        cache: Path,
        facts: Sequence[Facts],
        before: CachedAssets,
        settings: Settings,
    ) -> None:
        self._root = root
        self._cache = cache
        self._facts = facts
        self._before = before
        self._settings = settings
        self._layouts: dict[tuple[Run, ...], Layout] = {}
        self._hosts: dict[str, list[str]] = {}
        self._ids: set[str] = set()
        self._styles = {name: style for one in facts for name, style in sorted(one.styles.items())}
        self.written: dict[str, Path] = {}

    # -- Style sheets --------------------------------------------------------------------------------------------------

    @cached_property
    def _runs(self) -> dict[Run, int]:
        """The groups of style sheets, and the number of pages that have each."""
        return dict(sorted(Counter(run_of(run) for one in self._facts for run in one.runs).items()))

    @cached_property
    def _paths(self) -> list[str]:
        """The paths of all style sheets that pages have."""
        paths = sorted({path for run in self._runs for path, _ in run})
        return [path for path in paths if (self._root / path).is_file()]

    @cached_property
    def _used(self) -> Used:
        return used_by(self._root, self._facts, self._settings)

    @cached_property
    def _parsed(self) -> dict[str, Sheet]:
        """The style sheets of the site, with the rules that some page can use."""
        return {path: self._read(path, self._used) for path in self._paths}

    def _read(self, path: str, used: Used) -> Sheet:
        """Read a style sheet, and note the ids in its selectors and the hosts from which it loads."""
        hosts: set[str] = set()

        def rewrite(address: str, sheet: str) -> str:
            hosts.update(origins([address]))
            return _from_lean(address, sheet)

        reader = Reader(self._root, rewrite, used)
        sheet = reader.read(path)
        self._hosts[path] = sorted(hosts)
        self._ids |= reader.ids
        return sheet

    @cached_property
    def sources(self) -> str:
        """A digest of all source files of style sheets."""
        found = [path for path in sorted((self._root / "_static").rglob("*")) if path.suffix in {".css", ".woff2"}]
        files = [path for path in [*found, *(self._root / path for path in self._paths)] if path.is_file()]
        return digest("".join(f"{path.relative_to(self._root)}{digest(path.read_bytes())}" for path in files))

    def _key(self, ids: Iterable[str]) -> str:
        """Return a digest of everything that the style sheets depend on."""
        parts = [*self._runs.items(), self._more, self._icons]
        return digest("\n".join([self.sources, self._used.as_text(ids), json.dumps(parts)]))

    @cached_property
    def _icons(self) -> str:
        return "".join(sorted({icon for one in self._facts for icon in one.icons}))

    @cached_property
    def _more(self) -> str:
        """The rules that the pass adds at the end; those for style attributes win over rules with up to two ids."""
        styles = "".join(f".{name}:not(#_):not(#_):not(#_){{{style}}}" for name, style in sorted(self._styles.items()))
        return styles + (RULE if any(one.images for one in self._facts) else "")

    def sheets(self) -> CachedAssets:
        """Write the style sheets for each group."""
        before = self._before
        addresses = [*(path for _, paths in before.sheets for path in paths), *before.fonts]
        made = {path: self._cache / os.path.basename(path) for path in addresses}  # noqa: PTH119 (an address, no file)
        if before.key and before.key == self._key(before.ids) and all(map(is_intact, made.values())):
            self.written |= made
            return before
        pruner = Pruner(self._used, self._parsed.values())
        runs = parts_of(self._runs)
        texts = {}
        for part in dict.fromkeys(chain.from_iterable(runs.values())):
            texts[part] = pruner.write((self._parsed[path], media) for path, media in part if path in self._parsed)
        for last in dict.fromkeys(parts[-1] for parts in runs.values()):
            texts[last] += self._more
        fonts = self._fonts({*self._icons, *pruner.icons}, texts.values())
        pages = Counter[Run]()
        for run, parts in runs.items():
            pages.update(dict.fromkeys(parts, self._runs[run]))
        few = min(_FEW, sum(self._runs.values()) // 3)
        written, inline = {}, {}
        for part, text in texts.items():
            for address, name in fonts.items():
                text = text.replace(address, name)  # noqa: PLW2901
            written[part] = self._put(text.encode(), "css")
            if pages[part] <= few and not any(mark in text for mark in _NEEDS_FILE):
                inline[written[part]] = text
        sheets = [(run, [written[part] for part in parts]) for run, parts in runs.items()]
        ids = sorted(self._ids)
        names = [f"{LEAN}/{name}" for name in fonts.values()]
        return CachedAssets(self._key(ids), ids, sheets, inline, names, self._hosts)

    def layout(self, runs: Iterable[Iterable[Iterable[str]]]) -> Layout | None:
        """Return the style rules of a page that set the size of images; None for a page without style sheets."""
        key = tuple(map(run_of, runs))
        if key and key not in self._layouts:
            alike = [one for one in self._facts if tuple(map(run_of, one.runs)) == key]
            classes, ids = set[str](), set[str]()
            for one in alike:
                classes.update(one.classes)
                ids.update(one.ids)
            sheets = [self._parsed[path] for run in key for path, _ in run if path in self._parsed]
            rules = chain.from_iterable(sheet.all_rules for sheet in sheets)
            self._layouts[key] = Layout.of(rules, Used(classes, ids, {"img"}))
        return self._layouts.get(key)

    # -- Fonts and scripts ---------------------------------------------------------------------------------------------

    def _fonts(self, icons: set[str], texts: Iterable[str]) -> dict[str, str]:
        """Return the names of the subset icon fonts, by their addresses in style sheets."""
        fonts: dict[str, str] = {}
        if not self._settings.icons:
            return fonts
        for path in sorted((self._root / "_static").rglob("*.woff2")):
            address = os.path.relpath(path, self._root / LEAN).replace(os.sep, "/")
            if any(address in text for text in texts) and chars_of(path):
                font = self._put(subset(path, sorted(chars_of(path) & icons)), "woff2")
                fonts[address] = os.path.basename(font)  # noqa: PTH119 (an address, no file)
        return fonts

    def bundles(self, cores: Iterable[Sequence[str]], profile: Profile) -> Mapping[tuple[str, ...], str]:
        """Write the bundle for each sequence of scripts on pages, and return the paths."""
        return {
            core: self._put(bundle_text(self._root, core, profile).encode(), "js")
            for core in sorted(set(map(tuple, cores)))
        }

    def _put(self, data: bytes, suffix: str) -> str:
        """Write a file named after its digest, and return its path in the output."""
        file = self._cache / f"{digest(data)}.{suffix}"
        if not is_intact(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        self.written[f"{LEAN}/{file.name}"] = file
        return f"{LEAN}/{file.name}"


def _from_lean(address: str, sheet: str) -> str:
    """Return an address in a style sheet relative to the folder of the pass."""
    path = local(address, sheet)
    if path is None:
        return address
    rest = address[len(address.partition("?")[0].partition("#")[0]) :]
    return os.path.relpath(path, LEAN).replace(os.sep, "/") + ("" if path.endswith(".woff2") else rest)
