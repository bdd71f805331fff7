"""Reads dates, times and durations as programmes have them."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from zoneinfo import ZoneInfo

from sphinx_recaps.data.fields import seconds
from sphinx_recaps.importers.programme import ImportFailedError, Report

_DAY_FORMS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y",
    "%b %d %Y", "%d.%m.%Y", "%d.%m.%y", "%a %d %b %Y", "%A, %B %d, %Y", "%A, %d %B %Y", "%a, %b %d, %Y",
)  # fmt: skip
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::(\d{2}))?\s*(?:([ap])\.?m\.?)?(?:\s*(?:Uhr|h))?", re.IGNORECASE)
_CLOCK_AT_END = re.compile(
    r"(.*?\d{4}|.*?\d{1,2}[./-]\d{1,2}[./-]\d{2,4})[,T\s]+(?:at\s+)?(\d{1,2}[:.h]\d{2}.*|\d{1,2}\s*[ap]m)"
)
LONGEST = 7 * 24 * 3600  # seconds; anything longer is a mistake
_HOURS = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


def zone_named(name: str) -> ZoneInfo | None:
    """Return the time zone of a name in the tz database, or None."""
    with suppress(KeyError, ValueError, OSError):
        return ZoneInfo(name) if name else None
    return None


def required_zone(name: str) -> ZoneInfo:
    """Return the time zone with a name; raises ImportFailedError if there is none."""
    if (zone := zone_named(name)) is None:
        msg = f"“{name}” is not the name of a time zone; write one such as Europe/Berlin"
        raise ImportFailedError(msg)
    return zone


def in_zone(time: dt.date | None, zone: dt.tzinfo | None) -> dt.date | None:
    """Return a time without a zone in ``zone``, and one in UTC by the clock there; a date stays a date."""
    if not isinstance(time, dt.datetime) or zone is None:
        return time
    if time.tzinfo is None:
        return time.replace(tzinfo=zone)
    return time.astimezone(zone) if time.utcoffset() == dt.timedelta(0) else time


def read_time(text: object, *, day_first: bool | None = None) -> dt.date | None:
    """Return the date or datetime in a text or a cell; None if it is empty.

    Raises ValueError with a message if it is not clear which day is meant; ``day_first`` decides between 4/5 and 5/4.
    """
    if isinstance(text, dt.datetime):
        return text if text.time() != dt.time() or text.tzinfo else text.date()
    if isinstance(text, dt.date):
        return text
    words = " ".join(str(text or "").split())
    if not words:
        return None
    with suppress(ValueError):
        time = dt.datetime.fromisoformat(words.removesuffix(" UTC") + ("Z" if words.endswith(" UTC") else ""))
        return time if re.search(r"[T ]\d", words) else time.date()
    match = _CLOCK_AT_END.fullmatch(words)
    if match is not None and (clock := read_clock(match[2])) is not None:
        return dt.datetime.combine(_day(match[1].rstrip(","), day_first), clock)
    return _day(words, day_first)


def time_in(text: object, where: str, report: Report) -> dt.date | None:
    """Return the date or datetime in a value; one that is not a date is reported, and left out."""
    try:
        return read_time(text)
    except (ValueError, OverflowError) as error:
        report.refuse(where, str(error))
        return None


def day_in(text: object, where: str, report: Report) -> dt.date | None:
    """Return the same without the time of day."""
    time = time_in(text, where, report)
    return time.date() if isinstance(time, dt.datetime) else time


def _day(words: str, day_first: bool | None) -> dt.date:
    for form in _DAY_FORMS:
        with suppress(ValueError):
            return dt.datetime.strptime(words, form).date()
    match = _SLASHES.fullmatch(words)
    if match is None:
        raise ValueError(f"“{words}” is not a date; write year-month-day")
    one, other, year = map(int, match.groups())
    if one > 12 or (day_first and one != other):
        return dt.date(year, other, one)
    if other > 12 or one == other or day_first is False:
        return dt.date(year, one, other)
    raise ValueError(f"“{words}” can mean two days; write year-month-day")


def days_come_first(texts: list[str]) -> bool | None:
    """Return whether dates such as 4/5/2024 begin with the day, as others of the same file show; None if none does."""
    pairs = [match for text in texts if (match := _SLASHES.match(text))]
    if any(int(match[1]) > 12 for match in pairs):
        return True
    return False if any(int(match[2]) > 12 for match in pairs) else None


def read_clock(text: object) -> dt.time | None:
    """Return the time of day in a text or a cell; None if there is none."""
    if isinstance(text, dt.datetime):
        return text.time()
    if isinstance(text, dt.time):
        return text
    match = _CLOCK.fullmatch(" ".join(str(text or "").split()))
    if match is None or (match[2] is None and match[4] is None):
        return None
    hour = int(match[1])
    if match[4]:
        hour = hour % 12 + (12 if match[4] in "pP" else 0)
    with suppress(ValueError):
        return dt.time(hour, int(match[2] or 0))
    return None


def read_length(text: object) -> int:
    """Return a duration in seconds; ``0:45`` is in hours and minutes, a bare number in minutes. 0 for anything else."""
    if isinstance(text, dt.timedelta):
        return int(text.total_seconds())
    if isinstance(text, dt.time):
        return text.hour * 3600 + text.minute * 60 + text.second
    words = str(text or "").strip()
    if match := _HOURS.fullmatch(words):
        return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
    if re.fullmatch(r"\d+(?:\.0)?", words):
        number = int(float(words))
        return number * 60 if number <= 600 else number
    with suppress(ValueError):
        return seconds(words)
    return 0


def length_between(start: dt.date | None, end: dt.date | None) -> int:
    """Return the seconds between two times; 0 if one is unknown or they are not in order."""
    if (
        not isinstance(start, dt.datetime)
        or not isinstance(end, dt.datetime)
        or (start.tzinfo is None) != (end.tzinfo is None)
    ):
        return 0
    length = int((end - start).total_seconds())
    return length if 0 < length <= LONGEST else 0


def time_text(time: dt.date) -> str:
    """Return a date or datetime as data files have it: ``2024-03-15T09:00+01:00``."""
    if not isinstance(time, dt.datetime):
        return time.isoformat()
    text = time.replace(tzinfo=None).isoformat(timespec="minutes")
    offset = time.strftime("%z")
    return text + ("" if time.tzinfo is None else "Z" if time.tzinfo is dt.UTC else f"{offset[:3]}:{offset[3:5]}")


def length_text(length: int) -> str:
    """Return a duration as data files have it: ``45 min``, ``1 h 30 min``, or ``0:18:15``."""
    hours, rest = divmod(length, 3600)
    minutes, rest = divmod(rest, 60)
    if rest:
        return f"{hours}:{minutes:02}:{rest:02}"
    return " ".join(part for part in (f"{hours} h" * bool(hours), f"{minutes} min" * bool(minutes)) if part)
