"""Days, times and durations as readers see them, in the language of the site."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from babel.dates import format_date, format_interval, format_skeleton

from sphinx_recaps.core.language import locale_of
from sphinx_recaps.core.messages import _
from sphinx_recaps.core.periods import Period, parts_of

_QUOTED = re.compile(r"'[^']*'")
# The beginning of the pattern of a whole date, to the day (`EEEE d`) or to the month (`EEEE d MMMM`).
_TO_DAY = re.compile(r"(?:'[^']*'|[^'d])*d+\.?")
_TO_MONTH = re.compile(r"(?:'[^']*'|[^'ML])*[ML]+")


def spelled(seconds: int) -> str:
    """Return how long something takes, for a line of text: ``1 h 5 min``, ``2 min 30 s``."""
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = []
    if hours:
        parts.append(_("{number} h").format(number=hours))
    if minutes:
        parts.append(_("{number} min").format(number=minutes))
    if seconds:
        parts.append(_("{number} s").format(number=seconds))
    return " ".join(parts)


def written(date: dt.date, language: str) -> str:
    """Return a date as text, with the time if it is known: ``8 October 2023, 13:15 UTC+2``."""
    if not isinstance(date, dt.datetime):
        return days(date, date, language)
    text, offset = dated(days(date.date(), date.date(), language), f"{date:%H:%M}"), date.utcoffset()
    if offset is None:
        return text
    hours, minutes = divmod(abs(offset) // dt.timedelta(minutes=1), 60)
    shift = f"{'-' if offset < dt.timedelta() else '+'}{hours}" if offset else ""
    return f"{text} UTC{shift}" + (f":{minutes:02}" if minutes else "")


def dated(day: str, time: str) -> str:
    """Return a time with its day in front."""
    return _("{day}, {time}").format(day=day, time=time)


@cache
def day_of_month(date: dt.date, language: str) -> str:
    """Return a day without its year: ``21 April``."""
    return format_skeleton("MMMMd", date, locale=locale_of(language))


def days(start: dt.date, end: dt.date, language: str, *, weekdays: bool = False) -> str:
    """Return a date, or a range of dates without repeated parts: ``15–17 March 2024``, or just a year."""
    if isinstance(start, Period):
        return format_skeleton("yMMMM" if len(parts_of(start)) > 1 else "y", start, locale=locale_of(language))
    return _days(start, end, language, weekdays=weekdays)


@cache
def _days(start: dt.date, end: dt.date, language: str, *, weekdays: bool) -> str:
    locale = locale_of(language)
    whole = str(locale.date_formats["full" if weekdays else "long"])
    if locale.language == "en":
        whole = whole.replace("EEEE, d", "EEEE d")
    if start == end:
        return format_date(end, whole, locale)
    fields = re.findall("[dMLy]", _QUOTED.sub("", whole))
    if fields[0] == "y":  # 2024年3月15日～17日
        return format_interval(start, end, "yMMMEd" if weekdays else "yMMMd", locale=locale).replace("\u2009", " ")
    first, dash = whole, " – "
    if fields[0] == "d" and (start.year, start.month) == (end.year, end.month):
        first = _start(_TO_DAY, whole)
        dash = dash if weekdays else "–"  # closed up between mere numbers
    elif fields[0] == "d" and start.year == end.year:
        first = _start(_TO_MONTH, whole)
    return f"{format_date(start, first, locale)}{dash}{format_date(end, whole, locale)}"


def _start(part: re.Pattern[str], pattern: str) -> str:
    match = part.match(pattern)
    return match[0] if match else pattern


def day_of(date: dt.date) -> dt.date:
    """Return the day of a date that may have a time."""
    return date.date() if isinstance(date, dt.datetime) else date


def machine_readable(date: dt.date) -> str:
    """Return a day, or a day and a time, as the attribute ``datetime`` of the element ``time`` has it."""
    return date.isoformat(timespec="minutes") if isinstance(date, dt.datetime) else date.isoformat()
