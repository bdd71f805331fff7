"""Plain text tables of figures with budgets and comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True)
class Row:
    """A line: what was measured, the figure, its budget, the comparison, and whether the budget is met.

    ``kept`` is None if there is no budget.
    """

    what: str
    figure: str
    budget: str = ""
    compared: str = ""
    kept: bool | None = None


@dataclass(frozen=True)
class Section:
    """Rows with a heading; ``compared`` is the heading of the fourth column."""

    title: str
    compared: str
    rows: Sequence[Row]


def text_of(sections: Sequence[Section]) -> str:
    """Return sections as one table."""
    lines = [line for section in sections for line in _lines(section)]
    return columns(lines, left=1)


def _lines(section: Section) -> Iterator[Sequence[str]]:
    yield ()
    yield (section.title, "this site", "budget", section.compared, "")
    for row in section.rows:
        mark = "" if row.kept is None else "ok" if row.kept else "OVER"
        yield (f"  {row.what}", row.figure, row.budget or "-", row.compared or "-", mark)


def columns(lines: Sequence[Sequence[str]], left: int) -> str:
    """Return lines of cells with aligned columns, the first ``left`` of them left-aligned."""
    widths = [max(map(len, cells)) for cells in zip(*filter(None, lines), strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=False))
        ).rstrip()
        for line in lines
    )
