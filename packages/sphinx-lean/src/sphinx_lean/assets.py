"""Shared assets of pages: style sheets, their icon fonts, and the bundled script."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from sphinx_lean.files import digest, is_intact
from sphinx_lean.fonts import icons_of, is_icon, subset
from sphinx_lean.layout import RULE, Layout
from sphinx_lean.page_records import CachedAssets
from sphinx_lean.pages import LEAN, local
from sphinx_lean.pruning import Pruner
from sphinx_lean.requests import origins, text_of
from sphinx_lean.scripts import bundle_text, prefixes_of, words_of
from sphinx_lean.selectors import Used
from sphinx_lean.sheets import Reader, Sheet, custom_properties, names_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sphinx_lean.pages import Facts
    from sphinx_lean.profiles import Profile
    from sphinx_lean.settings import Settings

Run = tuple[tuple[str, str], ...]  # consecutive style sheets: path and media query


def run_of(run: Iterable[Iterable[str]]) -> Run:
    """Return a group of style sheets from a page or from JSON."""
    return tuple((path, media) for path, media in run)


@dataclass(frozen=True)
class Group:
    """What the pages with a group of style sheets contain that the sheets can match, read and show."""

    run: Run
    used: Used
    reads: frozenset[str]
    styles: dict[str, str]
    icons: frozenset[str]
    pictures: bool

    @classmethod
    def of(cls, root: Path, run: Run, facts: Sequence[Facts], keep: Sequence[str]) -> Group:
        """Return the group for some pages; ``keep`` are names, perhaps with a ``*`` at the end."""
        scripts = [root / path for path in sorted({path for one in facts for path in one.scripts})]
        words = chain.from_iterable([*map(words_of, scripts), *(one.words for one in facts), keep])
        prefixes = [name.removesuffix("*") for name in keep if name.endswith("*")]
        reads = set(chain.from_iterable(one.reads for one in facts))
        for path in scripts:
            reads |= custom_properties(text_of(path))
        return cls(
            run,
            Used(
                set(chain.from_iterable(one.classes for one in facts)),
                set(chain.from_iterable(one.ids for one in facts)),
                set(chain.from_iterable(one.tags for one in facts)),
                set(words),
                tuple(sorted({*chain.from_iterable(map(prefixes_of, scripts)), *prefixes})),
            ),
            frozenset(reads),
            {name: style for one in facts for name, style in sorted(one.styles.items())},
            frozenset(chain.from_iterable(one.icons for one in facts)),
            any(one.images for one in facts),
        )

    def as_text(self, ids: Iterable[str]) -> str:
        """Return everything as text, with only the relevant ids, for comparison."""
        used = self.used
        sets = (used.classes, used.ids.intersection(ids), used.tags, used.words, self.reads, self.icons)
        return json.dumps([self.run, *map(sorted, sets), used.prefixes, sorted(self.styles.items()), self.pictures])


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
        self.written: dict[str, Path] = {}

    # -- Style sheets --------------------------------------------------------------------------------------------------

    @cached_property
    def _groups(self) -> list[Group]:
        users: dict[Run, list[Facts]] = {}
        for one in self._facts:
            for run in one.runs:
                users.setdefault(run_of(run), []).append(one)
        return [Group.of(self._root, run, facts, self._settings.keep) for run, facts in sorted(users.items())]

    @cached_property
    def _parsed(self) -> dict[str, Sheet]:
        """The style sheets of the site, with the rules that some page can use."""
        everything = Used(
            set().union(*(one.used.classes for one in self._groups)),
            set().union(*(one.used.ids for one in self._groups)),
            set().union(*(one.used.tags for one in self._groups)),
            set().union(*(one.used.words for one in self._groups)),
            tuple(sorted(set().union(*(one.used.prefixes for one in self._groups)))),
        )
        paths = sorted({path for group in self._groups for path, _ in group.run if (self._root / path).is_file()})
        return {path: self._read(path, everything) for path in paths}

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
        found += sorted({self._root / path for group in self._groups for path, _ in group.run})
        files = [path for path in found if path.is_file()]
        return digest("".join(f"{path.relative_to(self._root)}{digest(path.read_bytes())}" for path in files))

    def _key(self, ids: Iterable[str]) -> str:
        return digest("\n".join([self.sources, *(group.as_text(ids) for group in self._groups)]))

    def sheets(self) -> CachedAssets:
        """Write a style sheet for each group, with what its pages need."""
        before = self._before
        made = {path: self._cache / os.path.basename(path) for _, path in before.sheets}  # noqa: PTH119 (an address)
        made |= {path: self._cache / os.path.basename(path) for path in before.fonts}  # noqa: PTH119
        if before.key and before.key == self._key(before.ids) and all(map(is_intact, made.values())):
            self.written |= made
            return before
        texts = {group.run: self._pruned(group) for group in self._groups}
        icons = {char for _, words in texts.values() for word in words for char in word if is_icon(char)}
        fonts = self._fonts(icons.union(*(group.icons for group in self._groups)), [text for text, _ in texts.values()])
        sheets = []
        for run, (text, _) in texts.items():
            for address, name in fonts.items():
                text = text.replace(address, name)  # noqa: PLW2901
            sheets.append((run, self._put(text.encode(), "css")))
        ids = sorted(self._ids)
        return CachedAssets(self._key(ids), ids, sheets, [f"{LEAN}/{name}" for name in fonts.values()], self._hosts)

    def _pruned(self, group: Group) -> tuple[str, set[str]]:
        """Return the pruned style sheet of a group, and the words in it."""
        sheets = [(self._parsed[path], media) for path, media in group.run if path in self._parsed]
        text, words = Pruner(group.used, group.reads, names_in(group.styles.values())).write(sheets)
        text += "".join(f".{name}.{name}.{name}{{{style}}}" for name, style in sorted(group.styles.items()))
        return text + (RULE if group.pictures else ""), words

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
            inside = path.relative_to(self._root).as_posix()
            address = os.path.relpath(inside, LEAN).replace(os.sep, "/")
            if any(address in text for text in texts) and icons_of(path):
                font = self._put(subset(path, sorted(icons_of(path) & icons)), "woff2")
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
