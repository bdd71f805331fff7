"""Converters for single values in data files: addresses, dates, times and durations.

Each takes the text of the value and returns the value, or raises ValueError with a message for authors.
"""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sphinx_recaps.core.language_codes import code_of_language, is_language
from sphinx_recaps.core.link_schemes import NEVER, SCHEME
from sphinx_recaps.core.periods import Period
from sphinx_recaps.data.video_reference import is_plain_video, parse_time, parse_video

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMES = frozenset({"http", "https", "mailto"})  # allowed in links; a project can allow others
_FIRST_COPIES = 1996
WAYBACK = "https://web.archive.org/web/"

_PLAIN_ADDRESS = re.compile(r"https?://(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,63}(?:/[^\s<>\"{}|\\^`]*)?")
_UNSAFE = re.compile(r"[\s<>\"{}|\\^`]")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*\.?|localhost")
_MAILBOX = re.compile(r"[^\s@<>\"]+@(?:[\w-]+\.)+[\w-]+(?:\?\S*)?")
SUBTITLES = (".vtt", ".srt", ".sbv")
_NO_PICTURE = (".pdf", ".htm", ".html", ".md", ".mp4", ".pptx", ".zip")
_FILE = re.compile(r"[\w./ -]+\.(?:pdf|html?|md|mp4|pptx?|zip|ipynb|png|jpe?g|docx?|key|svg|webp)", re.IGNORECASE)
_LIKE_HOST = re.compile(r"(?:[\w-]+\.)+[A-Za-z]{2,}(?:[/?#]\S*)?")
_YOUTUBE = re.compile(
    r"(?:https?:)?(?://)?(?:[a-z0-9-]+\.)*(?:youtube(?:-nocookie)?\.com|youtu\.be)(?:[/?#].*)?", re.IGNORECASE
)

# What needs quotes in a YAML flow sequence.
_SPECIAL = re.compile(r"""[,\[\]{}"\\]|^[-?:@`%*&!|>'#]|:(?:\s|$)|\s\#|^$""")
# HTML entities; their semicolon does not separate names.
ENTITY = re.compile(r"&(?:\w+|#\d+|#x[\da-f]+);", re.IGNORECASE)
_PERIOD = re.compile(r"\d{4}(?:-\d{2})?", re.ASCII)
DAY_OR_PERIOD = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
# As YAML 1.1 and ISO 8601 write a time of day, with or without seconds and an offset.
_TIME = re.compile(
    r"(?:[Tt]|[ \t]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?[ \t]*(?:([Zz]|UTC)|([+-])(\d{1,2}):?(\d{2})?)?",
    re.ASCII,
)
# A date with or without such a time, for the JSON Schema.
DAY_OR_TIME = (
    r"^\d{4}-\d{2}-\d{2}(([Tt]|[ \t]+)\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?[ \t]*([Zz]|UTC|[+-]\d{1,2}(:?\d{2})?)?)?$"
)
_HALF_DAY = re.compile(r"(?:[Tt]|[ \t]+)(\d{1,2})(?::(\d{2}))?[ \t]*([ap])\.?m\.?", re.IGNORECASE | re.ASCII)
_TIMESTAMP = re.compile(r"\d{14}", re.ASCII)
_IN_COPY = re.compile(r"https?://web\.archive\.org/web/(\d{14})[a-z_]*/", re.ASCII)
_LENGTH = re.compile(
    r"(?=.*\d)(?:(\d{1,3})\s*(?:h|hr|hrs|hours?))?\s*"
    r"(?:(\d{1,4})\s*(?:m|min|mins|minutes?)\.?)?\s*(?:(\d{1,5})\s*(?:s|sec|secs|seconds?)\.?)?",
    re.IGNORECASE | re.ASCII,
)
_ISO_LENGTH = re.compile(r"PT(?=\d)(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"([0-9]{1,9})(?:\.[0-9]*)?")  # video tools write fractions of a second, which are dropped
_MAX_DURATION = 7 * 24 * 3600
MAX_CODE_LENGTH = 200  # characters
# Other date formats; some are ambiguous because the order of day and month differs between countries.
_OTHER_DAYS = (
    "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y",
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y-%m-%d",
)  # fmt: skip
_NO_DAY = re.compile(r"(?:[^\W\d]+\.?,? +)?\d{4}|\d{4}[-/.]\d{1,2}", re.ASCII)


def quote(text: str, length: int = 60) -> str:
    """Return a value in quotes for a message: shortened to ``length`` characters, control characters escaped."""
    cut = text if len(text) <= length else f"{text[: length - 1]}…"
    return "'" + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut) + "'"


def code(text: str) -> str:
    """Return text to write, in backquotes for a message; authors copy it, so only very long text is shortened."""
    return f"`{quote(text, MAX_CODE_LENGTH)[1:-1]}`"


def yaml_quoted(text: str) -> str:
    """Return text as a quoted YAML scalar."""
    return "'" + text.replace("'", "''") + "'" if '"' in text or "\\" in text else f'"{text}"'


def yaml_list(names: Iterable[str]) -> str:
    """Return names as a YAML flow sequence, quoted where necessary."""
    return f"[{', '.join(yaml_quoted(name) if _SPECIAL.search(name) else name for name in names)}]"


def describe_schemes(schemes: Iterable[str]) -> str:
    """Return schemes in words: ``https, http or mailto``."""
    usual = [scheme for scheme in ("https", "http", "mailto") if scheme in schemes]
    every = [*usual, *sorted(set(schemes) - {*usual})]
    return f"{', '.join(every[:-1])} or {every[-1]}" if len(every) > 1 else "".join(every)


def web_address(text: str, schemes: frozenset[str] = SCHEMES) -> str:
    """Return an address if it is well-formed and uses http, https, mailto or another allowed scheme."""
    if _PLAIN_ADDRESS.fullmatch(text):
        return text
    match = SCHEME.match(text)
    scheme = match.group(1).lower() if match else ""
    if scheme == "mailto":
        if _MAILBOX.fullmatch(text[len("mailto:") :]):
            return text
        raise _error(text, "is not an email address", "write mailto:name@example.org")
    further = scheme in schemes - SCHEMES - NEVER
    if scheme not in {"http", "https"} and not further:
        raise _without_scheme(text, scheme, schemes)
    unsafe = _UNSAFE.search(text)
    if re.search(r"\s[a-z]+://", text):
        raise _error(text, "contains several addresses", "keep one, and move the others to `links:`")
    if unsafe is not None:
        character = "a space" if unsafe.group().isspace() else unsafe.group()
        code = "".join(f"%{byte:02X}" for byte in unsafe.group().encode())
        raise _error(text, f"contains {character}", f"write {code} instead, or remove it")
    return text if further else _on_host(text, scheme)


def _on_host(text: str, scheme: str) -> str:
    """Return an http or https address if it is well-formed."""
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError as error:
        raise _error(text, "is not a well-formed address", "copy it from the browser's address bar") from error
    if "@" in url.netloc:
        raise _error(text, "has a user name or password before the host", "remove it, and the @")
    rest = re.sub(r"^(?:https?:|[:/])+", "", text)
    instead = f"write https://{rest}" if _LIKE_HOST.fullmatch(rest) else "write https://example.org/page"
    if not url.hostname or not text[len(scheme) :].startswith("://") or url.hostname in {"http", "https"}:
        raise _error(text, "has no host", instead)
    if not _HOST.fullmatch(url.hostname) and not re.fullmatch(r"[\d.]+|[\da-f:]+", url.hostname):
        raise _error(text, f"has an invalid host, {quote(url.hostname)}", "write https://example.org/page")
    return text


def _misspelt(text: str, scheme: str) -> ValueError | None:
    """Return an error for a text that contains an address or a misspelt scheme; None for other texts."""
    if (inside := re.search(r"https?://[^\s<>()\[\]\"']+", text)) is not None:
        return _error(text, "contains more than an address", f"write {inside.group()}")
    meant = get_close_matches(scheme, ("https", "http", "mailto"), 1, 0.7)
    if scheme and meant:
        return _error(text, f"uses the scheme {scheme}", f"write {meant[0]}:{text.partition(':')[2]}")
    return None


def _without_scheme(text: str, scheme: str, schemes: frozenset[str]) -> ValueError:
    if len(scheme) == 1 or _FILE.fullmatch(text):
        what = "is a path on a computer" if scheme else "is a file"
        return _error(text, what, "write the address that readers can open, https://example.org/page")
    if (error := _misspelt(text, scheme)) is not None:
        return error
    if scheme and not _LIKE_HOST.fullmatch(text.partition(":")[0]):
        allow = "" if scheme in NEVER else "; a project can allow others in recap_link_schemes"
        return _error(text, f"uses the scheme {scheme}", f"write an address with {describe_schemes(schemes)}{allow}")
    if "@" in text and "/" not in text and _MAILBOX.fullmatch(text):
        return _error(text, "is not a web address", f"write mailto:{text}")
    if text.startswith("//") or _LIKE_HOST.fullmatch(text):
        return _error(text, "does not start with https:", f"write https://{text.lstrip('/')}")
    return _error(text, "is not an address", "write the full address, such as https://example.org/page")


def image_source(text: str) -> str:
    """Return the address of an image, or its path relative to the data file."""
    if text.partition("?")[0].lower().endswith(_NO_PICTURE):
        raise _error(text, "is not an image", "move it to `links:`, with a title, and write an image here")
    if SCHEME.match(text) or text.startswith("//"):
        return web_address(text)
    if "\\" in text:
        raise _error(text, "contains a backslash", f"write {code(text.replace(chr(92), '/'))}")
    return text


def video_source(text: str) -> str:
    """Return the id or address of a video; a YouTube address must be that of a video or playlist."""
    if is_plain_video(text) or (_YOUTUBE.fullmatch(text) and parse_video(text)):
        return text
    if SCHEME.match(text) or "/" in text or " " in text:
        return web_address(text)
    parse_video(text)
    return text


def day(text: str) -> dt.date:
    """Return the date in a text such as ``2021-04-21``."""
    match = _DAY.fullmatch(text)
    if match is not None:
        try:
            return dt.date(*map(int, match.groups()))
        except ValueError as error:
            raise _error(text, "is not a valid date", "check the month and the day") from error
    meant = _days_meant(text)
    if meant:
        instead = " or ".join(one.isoformat() for one in meant)
        raise _error(text, "is not written as year-month-day", f"write {instead}")
    if _NO_DAY.fullmatch(text):
        raise _error(text, "does not say which day", "write year-month-day, such as 2021-04-21, or leave the date out")
    if _DAY.match(text) and text[10:11] in {"T", "t", " "}:
        raise _error(text, "has more than a date", f"write {text[:10]}")
    raise _error(text, "is not a date", "write year-month-day, such as 2021-04-21")


def day_or_period(text: str) -> dt.date:
    """Return the date, the month or the year in a text."""
    if not _PERIOD.fullmatch(text):
        return day(text)
    try:
        return Period(text)
    except ValueError as error:
        raise _error(text, "is not a valid month", "check it, or write the year only") from error


def _days_meant(text: str) -> list[dt.date]:
    """Return the possible meanings of a date in another format: 4/5/2021 is in April or May."""
    meant: list[dt.date] = []
    for form in _OTHER_DAYS:
        with suppress(ValueError):
            meant.append(dt.datetime.strptime(text, form).date())
    return sorted({*meant})


def day_or_time(text: str) -> dt.date:
    """Return a date, or a datetime for a text such as ``2021-04-21T15:00``, with or without an offset.

    A datetime without an offset is in local time. Seconds are dropped.
    """
    if not _DAY.match(text) or not text[10:]:
        return day(text)
    date = day(text[:10])
    match = _TIME.fullmatch(text, 10)
    if match is None:
        half = _HALF_DAY.fullmatch(text, 10)
        if half is not None and 1 <= int(half[1]) <= 12:
            hour_of_day = int(half[1]) % 12 + (12 if half[3] in "pP" else 0)
            raise _error(
                text, "has a time in an unsupported format", f"write {text[:10]}T{hour_of_day:02}:{half[2] or '00'}"
            )
        raise _error(
            text,
            "is neither a date nor a date with a time",
            f"write {text[:10]}, {text[:10]}T15:00 or {text[:10]}T15:00-07:00",
        )
    hour, minute, _, utc, sign, hours, minutes = match.groups()
    try:
        offset = dt.timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
        zone = dt.timezone(-offset if sign == "-" else offset) if sign else dt.UTC if utc else None
        return dt.datetime.combine(date, dt.time(int(hour), int(minute), tzinfo=zone))
    except ValueError as error:
        raise _error(text, "has an invalid time", "check the hours, the minutes and the offset") from error


def moment(text: str) -> dt.datetime:
    """Return a datetime in UTC, from ``2021-04-21T15:00Z``, or a time with an offset such as ``-07:00``."""
    time = day_or_time(text)
    if not isinstance(time, dt.datetime):
        raise _error(text, "has no time of day", f"write {text}T15:00Z")
    if time.tzinfo is None:
        raise _error(text, "has no time zone", f"add Z for UTC, or the offset: {text}-07:00")
    try:
        return time.astimezone(dt.UTC)
    except OverflowError as error:
        raise _error(text, "is not a date with a time", "write 2021-04-21T15:00Z") from error


def seconds(text: str) -> int:
    """Return a duration in seconds, from ``15 min``, ``1 h 30 min``, ``0:15:00``, ``PT15M`` or ``900``."""
    number = _NUMBER.fullmatch(text)
    match = None if ":" in text else _LENGTH.fullmatch(text) or _ISO_LENGTH.fullmatch(text)
    if number is not None:
        length = int(number[1])
    elif match is not None:
        hours, minutes, rest = (int(part or 0) for part in match.groups())
        length = hours * 3600 + minutes * 60 + rest
    else:
        try:
            length = parse_time(text) if ":" in text else 0
        except ValueError:
            length = 0
    if not length:
        raise _error(text, "is not a duration", "write 15 min, 1 h 30 min, 0:15:00, or a number of seconds")
    if length > _MAX_DURATION:
        raise _error(text, "is longer than a week", "write 15 min, 1 h 30 min, 0:15:00, or a number of seconds")
    return length


def subtitle_file(text: str) -> str:
    """Return the path of a subtitle file, relative to the data file."""
    if "://" in text or text.startswith("//"):
        raise _error(text, "is on another host", "save the file beside this one, and write its path")
    if "\\" in text:
        raise _error(text, "contains a backslash", f"write {code(text.replace(chr(92), '/'))}")
    if not text.lower().endswith(SUBTITLES):
        known = "WebVTT (.vtt), SubRip (.srt) or SBV (.sbv)"
        raise _error(text, "is not a subtitle file", f"save it as {known}, such as transcripts/a4.en.vtt")
    return text


def offset(text: str) -> int:
    """Return a time in a recording in seconds, from ``12:30``, ``1:02:03``, ``750`` or ``12m30s``."""
    try:
        return parse_time(text)
    except ValueError as error:
        raise _error(text, "is not a time in a recording", "write 12:30, 1:02:03 or a number of seconds") from error


def language_code(text: str) -> str:
    """Return the code of a language, such as ``ko`` or ``pt-BR``."""
    if is_language(text):
        return text.replace("_", "-")
    meant = code_of_language(text)
    instead = f"write {meant}" if meant else "write one such as en, ko or pt-BR"
    raise _error(text, "is not the code of a language", instead)


def archived_copy(text: str) -> str:
    """Return the digits of the time of a copy in the Wayback Machine, or the address of a copy."""
    if _TIMESTAMP.fullmatch(text):
        return text
    if text[:1].isdecimal():
        if (date := day(text)).year < _FIRST_COPIES:
            raise _error(
                text, "is before the first archived copies", "check the year: the Wayback Machine starts in 1996"
            )
        return date.strftime("%Y%m%d")
    if not text.startswith(("https://", "http://")):
        raise _error(text, "is not an archived copy", "write the date of a copy in the Wayback Machine (2021-05-10)")
    return web_address(text)


def page_address(text: str) -> str:
    """Return the web address of a whole page, not of part of one or of an archived copy."""
    address = web_address(text)
    if not address.lower().startswith(("https://", "http://")):
        raise _error(text, "is not a web address", "write one that starts with https://, or remove the link")
    if "#" in address:
        page = address.partition("#")[0]
        raise _error(text, "goes to part of a page", f"write {page}: a copy contains the whole page")
    if address.startswith((WAYBACK, WAYBACK.replace("https:", "http:"))):
        raise _error(text, "is a copy", "write the original address, and the time of the copy in `archived`")
    return address


def copy_time(text: str) -> str:
    """Return the exact time of an existing copy in the Wayback Machine: 14 digits, to the second, in UTC."""
    if _TIMESTAMP.fullmatch(text):
        try:
            dt.datetime.strptime(text, "%Y%m%d%H%M%S")
        except ValueError as error:
            raise _error(text, "is not a valid time", "copy it from the copy's address") from error
        return text
    match = _IN_COPY.match(text)
    if match is not None:
        raise _error(text, "is an address", f"write the time in it, {match[1]}")
    raise _error(text, "is not the time of a copy", "write the 14 digits in the copy's address, such as 20210510183000")


def boolean(text: str) -> bool:
    """Return the boolean for ``true`` or ``false``."""
    if text in {"true", "false"}:
        return text == "true"
    raise _error(text, "is neither true nor false", "write true, or remove the line")


def count(text: str) -> int:
    """Return a whole number, written in digits."""
    if re.fullmatch(r"[0-9]{1,12}", text):
        return int(text)
    digits = re.sub(r"[\s,._']", "", text)
    meant = (
        f"write {digits}" if re.fullmatch(r"[0-9]{1,3}(?:[\s,_'][0-9]{3})+", text) else "write digits only, such as 71"
    )
    raise _error(text, "is not a whole number", meant)


def _error(text: str, problem: str, instead: str) -> ValueError:
    return ValueError(f"{quote(text)} {problem}; {instead}")
