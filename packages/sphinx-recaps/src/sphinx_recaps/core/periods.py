"""Months and years, for events whose exact date nobody knows."""

from __future__ import annotations

import datetime as dt
from typing import Self


class Period(dt.date):
    """A month or a year. As a date, it is the first day, so it can be compared with other dates."""

    text: str

    def __new__(cls, text: str) -> Self:
        """Return the period in a text such as ``2021`` or ``2021-12``; raises ValueError if there is no such period."""
        year, _, month = text.partition("-")
        self = super().__new__(cls, int(year), int(month or 1), 1)
        self.text = text
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        """Pickle the text."""
        return type(self), (self.text,)

    def isoformat(self) -> str:
        """Return the period as it was written, which is a form of ISO 8601."""
        return self.text


def parts_of(date: dt.date) -> list[int]:
    """Return the known parts of a date: its year, or year and month, or year, month and day."""
    known = len(date.text.split("-")) if isinstance(date, Period) else 3
    return [date.year, date.month, date.day][:known]
