"""Links and tables in plain text: a link shows where it goes, an address stays whole, a table fits the page."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.utils import column_width
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.text import MAXWIDTH, Cell, TextTranslator, TextWrapper

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx

_ADDRESS = re.compile(r"([(<]*(?:https?|ftp)://\S+)")
_SCHEMES = ("http://", "https://", "ftp://", "mailto:")
_NARROWEST = 8  # no column has less, so that most words stay whole


def outside_links(document: nodes.document) -> Iterator[tuple[nodes.reference, str]]:
    """Yield each link that leads out of the project, with its address as readers see it."""
    for reference in list(document.findall(nodes.reference)):
        uri = reference.get("refuri", "")
        if uri.startswith(_SCHEMES):
            yield reference, uri.removeprefix("mailto:")


class ShownAddresses(SphinxPostTransform):
    """Writes the address of a link behind its words."""

    default_priority = 900  # after all that changes links
    formats = ("text",)

    def run(self, **_: Any) -> None:
        """Add the addresses that the words do not say."""
        for reference, address in outside_links(self.document):
            if address not in reference.astext():
                reference.parent.insert(reference.parent.index(reference) + 1, nodes.Text(f" <{address}>"))


class LinksInManuals(SphinxPostTransform):
    """Makes links inside a manual the words that they are: it is one page, and the writer would add an empty ``<>``."""

    default_priority = 900
    formats = ("man",)

    def run(self, **_: Any) -> None:
        """Replace the links that do not lead out."""
        outside = {id(reference) for reference, _ in outside_links(self.document)}
        for reference in list(self.document.findall(nodes.reference)):
            if id(reference) not in outside:
                reference.replace_self(reference.children)


class FittingTables(SphinxPostTransform):
    """Gives tables columns for what is in them, and no more together than a line has."""

    default_priority = 900
    formats = ("text",)

    def run(self, **_: Any) -> None:
        """Set the width of each column; all is as wide as the longest line, or as its share of that."""
        for group in self.document.findall(nodes.tgroup):
            columns = [part for part in group if isinstance(part, nodes.colspec)]
            longest = [1] * len(columns)
            for row in group.findall(nodes.row):
                at = 0
                for cell in row.findall(nodes.entry):
                    over = cell.get("morecols", 0) + 1
                    if over == 1 and at < len(longest):
                        longest[at] = max(longest[at], *(column_width(line) for line in cell.astext().split("\n")))
                    at += over
            for column, width in zip(columns, _fitted(longest), strict=True):
                column["colwidth"] = width


def _fitted(longest: Sequence[int]) -> list[int]:
    """Return widths of columns that fit a line: what a column does not need goes to those that need more."""
    left = MAXWIDTH - 3 * len(longest) - 1  # without the rules and the spaces beside them
    widths = dict.fromkeys(range(len(longest)), 0)
    waiting = sorted(widths, key=lambda column: longest[column])
    while waiting:
        column = waiting.pop(0)
        widths[column] = min(longest[column], max(_NARROWEST, left // (len(waiting) + 1)))
        left -= widths[column]
    return list(widths.values())


class _Wrapper(TextWrapper):
    """Keeps addresses and long words whole: half an address goes nowhere."""

    def _split(self, text: str) -> list[str]:
        chunks: list[str] = []
        for part in filter(None, _ADDRESS.split(text)):
            chunks += [part] if _ADDRESS.match(part) else super()._split(part)
        return chunks


def _wrapped(text: str, width: int) -> list[str]:
    return _Wrapper(width=max(1, width), break_long_words=False).wrap(text)


class _Cell(Cell):
    def wrap(self, width: int) -> None:
        self.wrapped = _wrapped(self.text, width)


class WholeAddresses(TextTranslator):
    """The writer of text, with lines that end between words."""

    def end_state(self, wrap: bool = True, end: Sequence[str] | None = ("",), first: str | None = None) -> None:
        """Break the lines before Sphinx does."""
        if wrap:
            content, width = self.states.pop(), MAXWIDTH - sum(self.stateindent)
            lines: list[Any] = []
            for is_text, parts in groupby(content, key=lambda part: part[0] == -1):
                if is_text:
                    lines.append((-1, "\n".join(_wrapped("".join(text for _, text in parts), width))))  # type: ignore[misc]
                else:
                    lines.extend(parts)
            self.states.append(lines)
        super().end_state(wrap=False, end=end, first=first)

    def visit_entry(self, node: nodes.Element) -> None:
        """Begin a cell."""
        super().visit_entry(node)
        self.entry = _Cell(rowspan=self.entry.rowspan, colspan=self.entry.colspan)


def setup_plain_text(app: Sphinx) -> None:
    """Set up how text and manuals show links and tables."""
    app.add_post_transform(ShownAddresses)
    app.add_post_transform(LinksInManuals)
    app.add_post_transform(FittingTables)
    app.connect("builder-inited", _set_writer)


def _set_writer(app: Sphinx) -> None:
    """Use the writer above, unless the project has one of its own."""
    if app.builder.name == "text" and app.registry.get_translator_class(app.builder) is TextTranslator:
        app.set_translator("text", WholeAddresses, override=True)
