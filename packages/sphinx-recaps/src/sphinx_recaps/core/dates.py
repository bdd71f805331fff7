"""Days, times and durations as readers see them."""

from __future__ import annotations

import datetime as dt
from functools import cache

from sphinx.util.i18n import format_date


def clock(seconds: int) -> str:
    """Return a time as ``1:02:03`` or ``2:03``."""
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def spelled(seconds: int) -> str:
    """Return how long something takes, for a line of text: ``1 h 5 min``, ``2 min 30 s``."""
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def written(date: dt.date, language: str) -> str:
    """Return a day for a line of text, with the time of day where it is known: ``8 October 2023, 13:15 UTC+2``."""
    if not isinstance(date, dt.datetime):
        return _day(date, language)
    text, offset = f"{_day(date.date(), language)}, {date:%H:%M}", date.utcoffset()
    if offset is None:
        return text
    hours, minutes = divmod(abs(offset) // dt.timedelta(minutes=1), 60)
    away = f"{'-' if offset < dt.timedelta() else '+'}{hours}" if offset else ""
    return f"{text} UTC{away}" + (f":{minutes:02}" if minutes else "")


@cache
def _day(date: dt.date, language: str) -> str:
    return format_date("%-d %B %Y", date=dt.datetime.combine(date, dt.time()), language=language)


def machine_readable(date: dt.date) -> str:
    """Return a day, or a day and a time, as the attribute ``datetime`` of the element ``time`` has it."""
    return date.isoformat(timespec="minutes") if isinstance(date, dt.datetime) else date.isoformat()
