"""Plain text output: links show their address, addresses are not broken, and tables fit the page."""

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
_MIN_WIDTH = 8  # of a column, so that most words fit


def external_links(document: nodes.document) -> Iterator[tuple[nodes.reference, str]]:
    """Yield each external link, with its address as shown to readers."""
    for reference in list(document.findall(nodes.reference)):
        uri = reference.get("refuri", "")
        if uri.startswith(_SCHEMES):
            yield reference, uri.removeprefix("mailto:")


class ShownAddresses(SphinxPostTransform):
    """Adds the address of a link after its text."""

    default_priority = 900  # after every transform that changes links
    formats = ("text",)

    def run(self, **_: Any) -> None:
        """Add each address that the text does not contain."""
        for reference, address in external_links(self.document):
            if address not in reference.astext():
                reference.parent.insert(reference.parent.index(reference) + 1, nodes.Text(f" <{address}>"))


class LinksInManuals(SphinxPostTransform):
    """Replaces internal links by their text: a manual is one page, and the writer would add an empty ``<>``."""

    default_priority = 900
    formats = ("man",)

    def run(self, **_: Any) -> None:
        """Replace all links that are not external."""
        external = {id(reference) for reference, _ in external_links(self.document)}
        for reference in list(self.document.findall(nodes.reference)):
            if id(reference) not in external:
                reference.replace_self(reference.children)


class FittingTables(SphinxPostTransform):
    """Sets the widths of table columns by their content, and limits the table to the width of a line."""

    default_priority = 900
    formats = ("text",)

    def run(self, **_: Any) -> None:
        """Set the width of each column: that of its longest line, or its share of the available width."""
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
    """Return column widths that fit a line; space that narrow columns do not need goes to wider ones."""
    available = MAXWIDTH - 3 * len(longest) - 1  # excludes the lines and the spaces beside them
    widths = dict.fromkeys(range(len(longest)), 0)
    waiting = sorted(widths, key=lambda column: longest[column])
    while waiting:
        column = waiting.pop(0)
        widths[column] = min(longest[column], max(_MIN_WIDTH, available // (len(waiting) + 1)))
        available -= widths[column]
    return list(widths.values())


class _Wrapper(TextWrapper):
    """Never breaks addresses or long words."""

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
    """Sphinx's text writer, with lines broken only between words."""

    def end_state(self, wrap: bool = True, end: Sequence[str] | None = ("",), first: str | None = None) -> None:
        """Break the lines, instead of Sphinx."""
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
        """Start a cell."""
        super().visit_entry(node)
        self.entry = _Cell(rowspan=self.entry.rowspan, colspan=self.entry.colspan)


def setup_plain_text(app: Sphinx) -> None:
    """Set up the transforms and the writer for text and manual pages."""
    app.add_post_transform(ShownAddresses)
    app.add_post_transform(LinksInManuals)
    app.add_post_transform(FittingTables)
    app.connect("builder-inited", _set_writer)


def _set_writer(app: Sphinx) -> None:
    """Use the writer above, unless the project has its own."""
    if app.builder.name == "text" and app.registry.get_translator_class(app.builder) is TextTranslator:
        app.set_translator("text", WholeAddresses, override=True)
