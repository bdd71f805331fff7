"""Shared assets of pages: style sheets, their icon fonts, and the bundled script.

Style sheets that nearly all kinds of page have are merged, as far as they are beside each other on all pages; so are
those between them, for each combination. All keep what some page of the site uses, so that the next page of a visit
needs little. What only one or two pages have is in these pages.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING

import uharfbuzz
from fontTools.ttLib.sfnt import SFNTReader, SFNTWriter

from sphinx_lean.addresses import LEAN, origins, relative
from sphinx_lean.files import digest
from sphinx_lean.images import RULE, Layout, layout_of
from sphinx_lean.scripts import bundle_text
from sphinx_lean.sheets import Pruner, Reader, flat
from sphinx_lean.usage import icons_in, used_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sphinx_lean import Settings
    from sphinx_lean.files import Output, ThemeOutput
    from sphinx_lean.pages import Facts
    from sphinx_lean.sheets import Sheet
    from sphinx_lean.usage import Used

_FEW = 2  # pages with the same style sheets: a file of its own costs more than it saves on the second one
_NEEDS_FILE = ("url(", "image-set(", "@import", "</", "<!--")  # in a page, these could mean something else
Run = tuple[tuple[str, str], ...]  # consecutive style sheets: path and media query


@dataclass
class Styles:
    """The style sheets of a site that replace those of the theme.

    ``inputs`` is everything that they are made from. ``sheets`` are their paths by the group that they replace;
    ``inline`` the texts of those that few pages have; ``files`` the paths of the others and of their fonts. ``hosts``
    are those from which each original sheet loads, ``layout`` the rules for images.
    """

    inputs: object = None
    sheets: dict[Run, list[str]] = field(default_factory=dict)
    inline: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    hosts: dict[str, list[str]] = field(default_factory=dict)
    layout: Layout = ()


def parts_of(runs: Iterable[Run]) -> dict[Run, list[Run]]:
    """Return the parts of groups of style sheets, each to be merged; ``runs`` are the different groups.

    A style sheet of nearly all groups is merged only with those that are beside it wherever either is, so no page
    loads a copy of what others share. A group counts once, for thousands of pages from one template are one kind.
    """
    runs = list(runs)
    groups = Counter(chain.from_iterable(map(set, runs)))
    shared = {sheet for sheet, number in groups.items() if 10 * number >= 9 * max(groups.values())}
    pairs = {pair for run in runs for pair in zip([None, *run], [*run, None], strict=True)}
    followers, leaders = Counter(last for last, _ in pairs), Counter(sheet for _, sheet in pairs)
    found: dict[Run, list[Run]] = {}
    for run in runs:
        parts: list[Run] = []
        for last, sheet in zip([None, *run], run, strict=False):
            is_bound = last in shared and sheet in shared and followers[last] == leaders[sheet] == 1
            if last is None or (not is_bound and not shared.isdisjoint([last, sheet])):
                parts.append(())
            parts[-1] += (sheet,)
        found[run] = parts
    return found


def _words_in(sheet: Sheet) -> Iterator[str]:
    """Yield identifiers, strings, and the addresses from which a style sheet loads."""
    for rule in flat(sheet):
        for one in (rule.head, *rule.declarations) if rule.at != "namespace" else ():
            yield from one.names


class Assets:
    """Makes and publishes the shared assets of some pages."""

    def __init__(self, site: ThemeOutput, output: Output, facts: Sequence[Facts], settings: Settings) -> None:
        self._site = site
        self._output = output
        self._facts = facts
        self._settings = settings
        self._runs = dict(sorted(Counter(run for one in facts for run in one.runs).items()))  # with numbers of pages
        self._icons = {icon for one in facts for icon in one.icons}
        self.attributes = sorted({style for one in facts for style in one.styles})
        self._more = RULE if any(one.images for one in facts) else ""  # what the pass adds at the end
        self._bundles: dict[tuple[str, ...], str] = {}

    def styles(self, before: Styles) -> Styles:
        """Publish the style sheets, unless those of the previous run are the same."""
        used = used_by(self._site.root, self._facts, self._settings)
        sources = [(path, name) for path, name in self._site.files.items() if path.endswith((".css", ".woff2"))]
        inputs = (sources, used, self._runs, self._icons, self._more)
        if before.inputs == inputs and all(self._output.keep(path, PurePath(path).stem) for path in before.files):
            return before
        return self._styles(used, inputs)

    def _styles(self, used: Used, inputs: object) -> Styles:
        styles = Styles(inputs)
        paths = sorted({path for run in self._runs for path, _ in run} & self._site.files.keys())
        reader = Reader(self._site.root, used)
        parsed = {path: reader.read(path) for path in paths}
        styles.hosts = {path: origins(_words_in(sheet)) for path, sheet in parsed.items()}
        styles.layout = tuple(dict.fromkeys(layout_of(chain.from_iterable(map(flat, parsed.values())))))
        pruner = Pruner(used, parsed.values())
        runs = parts_of(self._runs)
        pages = Counter[Run]()
        for run, parts in runs.items():
            pages.update(dict.fromkeys(parts, self._runs[run]))
        texts = {part: pruner.write((parsed[path], media) for path, media in part if path in parsed) for part in pages}
        for last in {parts[-1] for parts in runs.values()}:
            texts[last] += self._more
        fonts = self._fonts(pruner.icons, "".join(texts.values())) if self._settings.icons else {}
        few = min(_FEW, sum(self._runs.values()) // 3)
        linked: dict[Run, str] = {}
        for part, text in texts.items():
            for address, name in fonts.items():
                text = text.replace(address, name)  # noqa: PLW2901
            is_inline = pages[part] <= few and not any(mark in text for mark in _NEEDS_FILE)
            linked[part] = f"{LEAN}/{digest(text)}.css" if is_inline else self._put(text.encode(), "css")
            if is_inline:
                styles.inline[linked[part]] = text
        styles.files = {*linked.values(), *(f"{LEAN}/{name}" for name in fonts.values())} - styles.inline.keys()
        styles.sheets = {run: [linked[part] for part in parts] for run, parts in runs.items()}
        return styles

    def _fonts(self, icons: set[str], text: str) -> dict[str, str]:
        """Return the names of the subset icon fonts, by their addresses in style sheets."""
        fonts: dict[str, str] = {}
        for path in self._site.files:
            address = relative(path, f"{LEAN}/")
            is_used = path.startswith("_static/") and path.endswith(".woff2") and address in text
            if is_used and (chars := chars_of(self._site.root / path)):
                font = self._put(subset(self._site.root / path, sorted(chars & (icons | self._icons))), "woff2")
                fonts[address] = font.removeprefix(f"{LEAN}/")
        return fonts

    def bundle(self, scripts: tuple[str, ...]) -> str:
        """Write the bundle of some scripts, and return its path; '' without scripts."""
        if scripts and scripts not in self._bundles:
            text = bundle_text(self._site.root, scripts, self._settings.profile)
            self._bundles[scripts] = self._put(text.encode(), "js")
        return self._bundles.get(scripts, "")

    def _put(self, data: bytes, suffix: str) -> str:
        """Publish a file named after its digest, and return its path."""
        path = f"{LEAN}/{digest(data)}.{suffix}"
        if self._settings.styles or suffix == "js":
            self._output.put(path, data)
        return path


# -- Icon fonts --------------------------------------------------------------------------------------------------------

_CUT = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.DESUBROUTINIZE | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE


@cache
def chars_of(path: Path) -> frozenset[str]:
    """Return the characters of an icon font; none for other fonts.

    A font is an icon font if most of its characters are icons. One that replaces words by icons, such as Material
    Symbols, stays whole, because any text may contain such a word.
    """
    face = _face(path)
    chars = frozenset(map(chr, face.unicodes))
    return chars if 2 * len(icons_in("".join(chars))) > len(chars) and "GSUB" not in face.table_tags else frozenset()


def subset(path: Path, chars: Iterable[str]) -> bytes:
    """Return a WOFF2 font with only some characters; the bytes are reproducible."""
    wanted = uharfbuzz.SubsetInput()
    wanted.flags = _CUT
    wanted.unicode_set.set({ord(char) for char in chars})
    wanted.layout_feature_tag_set.set(set())
    wanted.name_id_set.clear()  # browsers do not read the names in a font
    return _packed(uharfbuzz.subset(_face(path), wanted).blob.data, "woff2")


@cache
def _face(path: Path) -> uharfbuzz.Face:
    return uharfbuzz.Face(_packed(path.read_bytes(), None))


def _packed(data: bytes, flavor: str | None) -> bytes:
    font, packed = SFNTReader(BytesIO(data)), BytesIO()
    writer = SFNTWriter(packed, len(font.keys()), font.sfntVersion, flavor)
    for tag in sorted(font.keys()):
        writer[tag] = font[tag]
    writer.close()
    return packed.getvalue()
