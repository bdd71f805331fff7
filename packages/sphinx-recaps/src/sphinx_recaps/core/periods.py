"""Months and years, for events of which nobody knows the day."""

from __future__ import annotations

import datetime as dt
from typing import Self


class Period(dt.date):
    """A month or a year; as a date, it is its first day, so it can be compared with others."""

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
    """Return the year, the month and the day of a date, as far as they are known."""
    known = len(date.text.split("-")) if isinstance(date, Period) else 3
    return [date.year, date.month, date.day][:known]
