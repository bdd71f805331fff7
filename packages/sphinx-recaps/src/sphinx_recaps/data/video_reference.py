"""Parses addresses and ids of YouTube videos and playlists as people paste them, and times in recordings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPECTED = (
    "write the id of a video (11 letters, digits, - or _) or its address, "
    "such as https://www.youtube.com/watch?v=aqz-KE-bpKQ"
)

# The forms that most people paste; the rest of this module handles all others.
_PLAIN = re.compile(r"(?:https://(?:www\.youtube\.com/watch\?v=|youtu\.be/))?([A-Za-z0-9_-]{11})")
_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_PLAYLIST_ID = re.compile(r"[A-Za-z0-9_-]{2,64}")
_BARE_PLAYLIST_ID = re.compile(r"(?:PL|UU|LL|FL|RD|OL|EC)[A-Za-z0-9_-]{10,62}")
# Eleven characters in the position of an id that are not an id.
_NO_IDS = {"videoseries", "live_stream"}

_HOST = re.compile(r"(?:[a-z0-9-]+\.)?youtube\.com|(?:www\.)?(?:youtube-nocookie\.com|youtu\.be)")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_AMPERSAND = re.compile(r"&(?:amp|#38|#x26);", re.IGNORECASE)
# Punctuation that follows an address in a sentence; an id or a time cannot end with it.
_TRAILING = " \t\r\n.,;:!?&#/)]}>\"'"

# The position of the id, by the first segment of the path.
_ID_IN_QUERY = {"", "watch"}
_ID_IN_PATH = {"embed", "v", "shorts", "live", "watch"}
_LIST_IN_QUERY = {"playlist", "watch", "embed"}
_CHANNEL = {"channel", "c", "user"}
_START_KEYS = ("t", "start")

_CLOCK = re.compile(r"(?:(?P<h>[0-9]{1,3}):(?=[0-5]?[0-9]:))?(?P<m>[0-9]{1,4}):(?P<s>[0-5][0-9])")
_UNITS = re.compile(
    r"(?=.*[0-9])(?:(?P<h>[0-9]{1,3})h(?![0-9]+$))?(?:(?P<m>[0-9]{1,4})m)?(?:(?P<s>[0-9]{1,6})(?:\.[0-9]{1,9})?s?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class VideoReference:
    """A video (``video_id``), or a playlist (``playlist_id``) if there is no video.

    ``start`` and ``end`` are whole seconds; ``portrait`` is true for a short; ``parameters`` are further parameters of
    YouTube's player. ``unread_time`` is a time in the address that could not be parsed.
    """

    video_id: str | None = None
    playlist_id: str | None = None
    start: int | None = None
    end: int | None = None
    portrait: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)
    unread_time: str | None = None

    @property
    def identifier(self) -> str:
        """The id of the video, or of the playlist."""
        return self.video_id or self.playlist_id or ""

    def watch_url(self, start: int | None = None) -> str:
        """Return the address of the page on YouTube; ``start`` is in seconds, by default the start of the reference."""
        if self.video_id is None:
            return f"https://www.youtube.com/playlist?list={self.playlist_id}"
        seconds = self.start if start is None else start
        return f"https://www.youtube.com/watch?v={self.video_id}" + (f"&t={seconds}s" if seconds else "")

    def embed_url(self) -> str:
        """Return the address of the cookie-free player; recap-video.js adds the parameters to control it.

        Parameters: https://developers.google.com/youtube/player_parameters
        """
        parameters = dict(self.parameters)
        if self.playlist_id is not None:
            parameters["list"] = self.playlist_id
        if self.start:
            parameters["start"] = str(self.start)
        if self.end is not None:
            parameters["end"] = str(self.end)
        query = f"?{urlencode(sorted(parameters.items()))}" if parameters else ""
        return f"https://www.youtube-nocookie.com/embed/{self.video_id or 'videoseries'}{query}"

    def with_parameters(self, parameters: Mapping[str, str]) -> VideoReference:
        """Return the reference with the times, the playlist and the further parameters of a player address."""
        read_here = {*_START_KEYS, "end", "list"}
        return replace(
            self.with_times(parameters),
            playlist_id=parameters.get("list", self.playlist_id),
            parameters={key: value for key, value in parameters.items() if key not in read_here},
        )

    def with_times(self, parameters: Mapping[str, str]) -> VideoReference:
        """Return the reference with the times among the parameters of an address."""
        times = {"start": self.start, "end": self.end}
        unread = self.unread_time
        for name, keys in (("start", _START_KEYS), ("end", ("end",))):
            value = next((unquote(parameters[key]) for key in keys if parameters.get(key)), None)
            if value is None:
                continue
            try:
                times[name] = parse_time(value)
            except ValueError:
                unread = value
        return replace(self, start=times["start"], end=times["end"], unread_time=unread)


def parse_time(text: str) -> int:
    """Return a time in whole seconds from ``90``, ``90s``, ``1h2m3s`` or ``1:02:03``; fractions are dropped.

    Raises ValueError with a message for anything else.
    """
    stripped = text.strip()
    match = _CLOCK.fullmatch(stripped) or _UNITS.fullmatch(stripped)
    if match is None:
        raise ValueError(f"{stripped!r} is not a time; write seconds (90), 1:30, 1:02:03 or 1h2m3s")
    hours, minutes, seconds = (int(part or 0) for part in match.group("h", "m", "s"))
    return hours * 3600 + minutes * 60 + seconds


def clock(seconds: int) -> str:
    """Return whole seconds as ``1:02:03`` or ``2:03``."""
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def parse_parameters(text: str) -> dict[str, str]:
    """Return the parameters of a player address, ``?start=43&rel=0``, with or without ``?`` and quotation marks.

    Raises ValueError with a message if a part is not ``name=value``.
    """
    parameters: dict[str, str] = {}
    for part in re.split(r"[&;]", _AMPERSAND.sub("&", text.strip().strip("\"'")).lstrip("?&")):
        key, equals, value = part.partition("=")
        if part and not (equals and re.fullmatch(r"[A-Za-z0-9_]+", key)):
            raise ValueError(f"{part!r} is not a parameter; write name=value, joined by &, such as ?start=43&rel=0")
        if part:
            parameters[key] = unquote(value)
    return parameters


def is_plain_video(pasted: str) -> bool:
    """Return whether a text is just an id, or an address in one of YouTube's two main forms."""
    return _PLAIN.fullmatch(pasted) is not None and pasted[-11:] not in _NO_IDS


def parse_video(pasted: str) -> VideoReference:
    """Return the video or playlist for an id or address.

    Raises ValueError with a message that quotes the text and says what is expected.
    """
    if is_plain_video(pasted):
        return VideoReference(pasted[-11:])
    text = _AMPERSAND.sub("&", _AMPERSAND.sub("&", pasted.strip()))
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    text = text.rstrip(_TRAILING)
    if not text:
        raise _error(pasted, "has no video id")
    if re.search(r"\s", text):
        raise _error(
            pasted, "contains a space; the argument is only the address; a title belongs in the option :title:"
        )
    if not text.isprintable() or "\\" in text:
        raise _error(pasted, "has a backslash or a control character in it")
    bare = re.match(r"[A-Za-z0-9_-]+(?=[?&#]|$)", text)
    if bare and _BARE_PLAYLIST_ID.fullmatch(bare[0]):
        raise _error(pasted, f"looks like a playlist; write https://www.youtube.com/playlist?list={bare[0]}")
    return _from_address(pasted, f"https://youtu.be/{text}" if bare else text)


@lru_cache(maxsize=1 << 10)  # a list asks for the video of each entry several times
def player_of(video: str | None) -> VideoReference | None:
    """Return the video of an entry if the player can play it; any other video is only a link."""
    try:
        return parse_video(video) if video is not None else None
    except ValueError:
        return None


def _from_address(pasted: str, text: str) -> VideoReference:
    url = _split(pasted, text)
    # youtu.be/ID&feature=share: parameters without a question mark
    path, _, loose = url.path.partition("&")
    kind, *segments = [segment for segment in path.split("/") if segment] or [""]
    parameters = _parameters(f"{url.query}&{url.fragment}&{loose}")
    if (url.hostname or "").rstrip(".").endswith("youtu.be") and kind not in _ID_IN_PATH | _LIST_IN_QUERY:
        kind, segments = "v", [kind]
    in_path = kind in _ID_IN_PATH and segments and segments[0] not in _NO_IDS
    identifier = segments[0] if in_path else parameters.get("v") if kind in _ID_IN_QUERY else None
    if identifier is not None:
        if not _VIDEO_ID.fullmatch(identifier) or identifier in _NO_IDS:
            raise _error(pasted, _wrong_id(identifier))
        return VideoReference(video_id=identifier, portrait=kind == "shorts").with_times(parameters)
    playlist = parameters.get("list", "")
    if kind in _LIST_IN_QUERY and _PLAYLIST_ID.fullmatch(playlist):
        return VideoReference(playlist_id=playlist).with_times(parameters)
    if kind in _CHANNEL or kind.startswith("@"):
        raise _error(pasted, "is a channel, not a video")
    raise _error(pasted, "is a YouTube page without a video")


def _split(pasted: str, text: str) -> SplitResult:
    scheme = _SCHEME.match(text)
    if scheme is None:
        text = f"https:{text}" if text.startswith("//") else f"https://{text}"
    elif scheme.group(1).lower() not in {"http", "https"}:
        raise _error(pasted, f"uses the scheme {scheme.group(1)}, not https")
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError as error:
        raise _error(pasted, "is not a well-formed address") from error
    if "@" in url.netloc or port not in {None, 80, 443}:
        raise _error(pasted, "has a user name or a port, unlike YouTube's addresses")
    host = (url.hostname or "").removesuffix(".")
    if not _HOST.fullmatch(host):
        raise _error(pasted, f"goes to {host!r}, which is not YouTube")
    return url


def _parameters(query: str) -> dict[str, str]:
    """Return the parameters, the first one of each name; a second ``?`` is also a separator."""
    parts = [part.partition("=") for part in re.split(r"[?&;#]", query)]
    return {key: value for key, _, value in reversed(parts) if key}


def _wrong_id(identifier: str) -> str:
    if "%" in identifier:
        return f"has the escaped id {identifier!r}"
    if not identifier:
        return "has no video id"
    if re.fullmatch(r"[A-Za-z0-9_-]*", identifier):
        return f"has an id of {len(identifier)} characters, {identifier!r}"
    return f"has {identifier!r} where an id is expected"


def _error(pasted: str, problem: str) -> ValueError:
    quoted = pasted.strip()
    quoted = quoted if len(quoted) <= 120 else f"{quoted[:119]}…"
    return ValueError(f"{quoted!r} {problem}; {EXPECTED}")
