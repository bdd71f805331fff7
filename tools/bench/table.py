"""Plain text tables: a figure, its budget, what it is compared with, and whether it is within the budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True)
class Row:
    """A line: what was measured, the figure, its budget, the same elsewhere, and whether the budget is kept.

    ``kept`` is None where there is no budget.
    """

    what: str
    figure: str
    budget: str = ""
    compared: str = ""
    kept: bool | None = None


@dataclass(frozen=True)
class Section:
    """Rows under a heading; ``compared`` says what the fourth column is."""

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
    """Return lines of cells with their columns under each other, the first ``left`` of them flush left."""
    widths = [max(map(len, cells)) for cells in zip(*filter(None, lines), strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=False))
        ).rstrip()
        for line in lines
    )
