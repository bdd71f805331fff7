"""Reads subtitle files, each cue with its lines, and every mistake with its line: WebVTT, SubRip (SRT) and SBV.

All three consist of lines with two times, and text below each. WebVTT is defined in https://www.w3.org/TR/webvtt1/.
The package webvtt-py reads the same formats, but does not say where a cue is, and drops those that it cannot read.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.data.fields import code, quote
from sphinx_recaps.data.text_files import decoded, misread
from sphinx_recaps.data.yaml_reader import FORBIDDEN, LINE_END, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FORMATS = {".vtt": "WebVTT", ".srt": "SubRip", ".sbv": "SBV"}
_ROUNDED = 100  # milliseconds; programs round times
_MANY = 100  # mistakes
LARGEST = 2_000_000  # bytes; what is said in ten hours
_EXAMPLES = {
    ".vtt": "00:01:07.000 --> 00:01:11.500",
    ".srt": "00:01:07,000 --> 00:01:11,500",
    ".sbv": "0:01:07.000,0:01:11.500",
}
_IS_ARROW = re.compile(r"\d\S*\s*-->|(?:[\d:.,]\S*\s*)?-->\s*\d")
_ARROW = re.compile(r"\s*(?P<start>\S+)\s*-->\s*(?P<end>\S+)(?P<settings>.*)")
_COMMA = re.compile(r"\s*(?P<start>\d+:\d+:[^\s,]*),(?P<end>\d+:\d+:[^\s,]*)(?P<settings>\s*)")
_TIME = re.compile(r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)[.,](\d{1,3})", re.ASCII)
_EXACT = {
    ".vtt": re.compile(r"(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}", re.ASCII),
    ".srt": re.compile(r"\d{1,4}:[0-5]?\d:[0-5]?\d,\d{1,3}", re.ASCII),
    ".sbv": re.compile(r"\d{1,4}:[0-5]?\d:[0-5]?\d\.\d{1,3}", re.ASCII),
}
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_HEADER = re.compile(r"WEBVTT(?:[ \t]|$)")
_LANGUAGE = re.compile(r"Language:\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)\s*")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]*)>|(</v>)")
_TAG = re.compile(r"</?(?:[cibuv]|ruby|lang|font)(?:[.\s][^<>]*)?>|<(?:\d+:)?\d+:\d+\.\d+>|\{\\an?\d+\}|\[br\]")
_READING = re.compile(r"<rt>(.*?)(?:</rt>|$)")  # above a word in Chinese or Japanese
_WORD_TIMES = re.compile(r"<(?:\d+:)?\d+:\d+\.\d+><c>")  # in subtitles that YouTube made
_TURN = re.compile(r"\s*>>+\s*")  # another person speaks
_PLACED = re.compile(r"\b(?:line|position|region):")


class Said(NamedTuple):
    """A line of text in a cue, without markup; ``turn`` is whether another person, without a name, begins to speak."""

    line: int
    speaker: str
    text: str
    turn: bool


class Cue(NamedTuple):
    """A subtitle: its times in milliseconds, the line of its times, and its text.

    ``placed`` is whether it says where on the screen it is shown, ``timed`` whether its times are in the file.
    """

    start: int
    end: int
    line: int
    said: tuple[Said, ...]
    placed: bool = False
    timed: bool = True


class Subtitles(NamedTuple):
    """The content of a subtitle file, and its mistakes in the order of its lines.

    ``language`` is the code that the file itself has, or empty. ``automatic`` is whether YouTube made it.
    """

    cues: tuple[Cue, ...]
    problems: tuple[Problem, ...]
    language: str = ""
    automatic: bool = False


def clock_of(time: int, suffix: str = ".vtt") -> str:
    """Return a time in milliseconds as a subtitle file has it."""
    seconds, rest = divmod(time, 1000)
    hours, minutes = seconds // 3600, seconds // 60 % 60
    point = "," if suffix == ".srt" else "."
    return f"{hours:0{1 if suffix == '.sbv' else 2}}:{minutes:02}:{seconds % 60:02}{point}{rest:03}"


def read_subtitles(data: bytes, suffix: str) -> Subtitles:
    """Return what is in a file; ``suffix`` is that of its name, one of :data:`FORMATS`."""
    problems: list[Problem] = []
    text = decoded(data, problems)
    problems.extend(misread(text))
    lines = LINE_END.split(FORBIDDEN.sub("", text))
    actual = _format(lines, suffix, problems)
    reader = _Reader(lines, actual, problems)
    cues = reader.read()
    language = next((found[1] for line in lines[1 : reader.header] if (found := _LANGUAGE.fullmatch(line))), "")
    automatic = _WORD_TIMES.search(text) is not None
    rolling = automatic or rolls(cues)
    problems.extend(_time_problems(cues, actual, overlaps=not rolling))
    if rolling:
        cues = _unrolled(cues)
    return Subtitles(tuple(cues), tuple(_first(sorted(set(problems)))), language.replace("_", "-"), automatic)


def _first(problems: list[Problem]) -> list[Problem]:
    """Return the mistakes, unless there are so many that they have one cause."""
    if len(problems) <= _MANY:
        return problems
    message = f"{len(problems) - _MANY} more mistakes begin here; correct those above first, or save the file again"
    return [*problems[:_MANY], replace(problems[_MANY], message=message)]


def _format(lines: Sequence[str], suffix: str, problems: list[Problem]) -> str:
    """Return the format that a file has, and report one that is not that of its name."""
    actual = suffix
    if _HEADER.match(lines[0]):
        actual = ".vtt"
    elif first := next((line for line in lines if _IS_ARROW.match(line.lstrip()) or _COMMA.fullmatch(line)), ""):
        if "-->" not in first:
            actual = ".sbv"
        elif suffix == ".sbv" or "," in first.partition("-->")[0]:
            actual = ".srt"
    if actual != suffix:
        message = f"the file is {FORMATS[actual]}, not {FORMATS[suffix]}; rename it so that it ends in {actual}"
        problems.append(Problem(1, 1, message))
    elif suffix == ".vtt" and any(lines) and not _HEADER.match(lines[0]):
        problems.append(Problem(1, 1, "the file does not start with WEBVTT; write it, and an empty line, at the top"))
    return actual


class _Reader:
    """Reads the lines of a file in one format."""

    def __init__(self, lines: Sequence[str], suffix: str, problems: list[Problem]) -> None:
        self._lines = lines
        self._suffix = suffix
        self._problems = problems
        self._example = code(_EXAMPLES[suffix])
        self._cues: list[Cue] = []
        has_times = _COMMA.fullmatch if suffix == ".sbv" else _IS_ARROW.match
        self._times = [number for number, line in enumerate(lines) if has_times(line.lstrip())]
        # Some programs write SubRip with dots, which players read; in a file that has commas it is a mistake.
        dotted = suffix == ".srt" and not any("," in lines[number] for number in self._times)
        self._exact = _EXACT[".sbv" if dotted else suffix]
        self.header = self._end_of_header()

    def _end_of_header(self) -> int:
        """Return the number of the first line below the header."""
        if self._suffix != ".vtt" or not _HEADER.match(self._lines[0]):
            return 0
        first = self._times[0] if self._times else len(self._lines)
        return next((number for number in range(1, first) if not self._lines[number]), first)

    def read(self) -> list[Cue]:
        """Return the cues."""
        if not self._times:
            what = "no subtitles" if any(line.strip() for line in self._lines) else "no text"
            self._report(0, f"the file has {what}; write {self._example}, and below it what is said")
            return []
        self._between(self.header, self._times[0])
        for number, after in zip(self._times, [*self._times[1:], len(self._lines)], strict=True):
            end = self._end_of_text(number + 1, after)
            self._cue(number, [*range(number + 1, end)])
            self._between(end, after, after < len(self._lines))
        return self._cues

    def _end_of_text(self, first: int, after: int) -> int:
        """Return the number of the line after the text of a cue; ``after`` is that of the next times."""
        blank = self._is_empty if self._suffix == ".vtt" else self._is_blank
        end = next((number for number in range(first, after) if blank(number)), after)
        if end == after < len(self._lines) and after - first > 1:  # no empty line before the next times
            last = self._lines[after - 1].strip()
            if (last.isdecimal() and self._suffix == ".srt") or self._is_blank(after - 2):
                return after - 1
        return end

    def _is_empty(self, number: int) -> bool:
        return not self._lines[number]

    def _is_blank(self, number: int) -> bool:
        return not self._lines[number].strip()

    def _between(self, first: int, after: int, has_times: bool = True) -> None:
        """Read the lines between two cues: comments, the name of the next one, and text that has no times."""
        block: list[int] = []
        for number in [*range(first, after), -1]:
            if number >= 0 and not self._is_blank(number):
                block.append(number)
                continue
            name = 1 if number < 0 and has_times else 0  # the name of a cue is on the line above its times
            if block and not (self._suffix == ".vtt" and _BLOCK.match(self._lines[block[0]])):
                self._without_times(block[: len(block) - name])
            block = []

    def _without_times(self, block: Sequence[int]) -> None:
        """Report text without times, and keep it at the end of the cue above it."""
        if block and self._suffix == ".srt" and self._lines[block[0]].strip().isdecimal() and len(block) > 1:
            block = block[1:]  # the number of the subtitle
        if not block:
            return
        what = quote(self._lines[block[0]].strip())
        self._report(block[0], f"{what} has no times; write them on a line above it, such as {self._example}")
        self._cues.append(Cue(self._end, self._end, block[0] + 1, self._said(block), timed=False))

    def _report(self, number: int, message: str) -> None:
        self._problems.append(Problem(number + 1, 1, message))

    @property
    def _end(self) -> int:
        """The end of the last cue so far."""
        return self._cues[-1].end if self._cues else 0

    def _cue(self, number: int, text: Sequence[int]) -> None:
        line = self._lines[number]
        match = (_COMMA if self._suffix == ".sbv" else _ARROW).fullmatch(line)
        written = [match["start"], match["end"]] if match else ["", ""]
        start, end = map(_milliseconds, written)
        if start is None or end is None:
            self._report(number, f"{quote(line.strip())} has a time that cannot be read; write it like {self._example}")
            start = self._end if start is None else start
            end = start if end is None else end
        elif not all(map(self._exact.fullmatch, written)):
            arrow = "," if self._suffix == ".sbv" else " --> "
            times = code(f"{clock_of(start, self._suffix)}{arrow}{clock_of(end, self._suffix)}")
            self._report(number, f"{quote(line.strip())} is not in the form that players need; write {times}")
        said = self._said(text)
        if not said and not any(self._lines[one].strip() for one in text):
            self._report(number, "the subtitle has no text; write it on the line below, or remove these times")
        placed = bool(match and _PLACED.search(match["settings"]))
        self._cues.append(Cue(start, end, number + 1, said, placed))

    def _said(self, numbers: Sequence[int]) -> tuple[Said, ...]:
        """Return the text on some lines, each with who speaks."""
        said: list[Said] = []
        speaker = ""
        for number in numbers:
            text, *parts = _VOICE.split(self._lines[number])
            pieces = [
                (speaker, text),
                *((name or "", part) for name, _end, part in zip(*[iter(parts)] * 3, strict=True)),
            ]
            speaker = " ".join(html.unescape(pieces[-1][0]).split())
            for name, piece in pieces:
                plain = self._plain(piece)
                turn = _TURN.match(plain)
                words = " ".join(plain[turn.end() if turn else 0 :].split())
                if words:
                    said.append(Said(number + 1, " ".join(html.unescape(name).split()), words, turn is not None))
        return tuple(said)

    def _plain(self, text: str) -> str:
        if "<" in text or "{" in text or "[" in text:
            text = _TAG.sub(lambda tag: " " if tag[0] == "[br]" else "", _READING.sub(r"(\1)", text))
        return html.unescape(text) if self._suffix == ".vtt" and "&" in text else text


def _milliseconds(text: str) -> int | None:
    """Return a time in a subtitle file; None if it cannot be read."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = int(match[1] or 0), int(match[2]), int(match[3])
    return (hours * 3600 + minutes * 60 + seconds) * 1000 + int(match[4].ljust(3, "0"))


def _time_problems(cues: Sequence[Cue], suffix: str, *, overlaps: bool) -> Iterator[Problem]:
    """Yield a problem for times that run backwards, and for cues that overlap by mistake."""
    timed = [cue for cue in cues if cue.timed]
    for cue in timed:
        if cue.end < cue.start:
            times = f"{clock_of(cue.end, suffix)}, before its start at {clock_of(cue.start, suffix)}"
            yield Problem(cue.line, 1, f"the subtitle ends at {times}; correct one of the times")
    pairs = [*pairwise(timed)]
    over = [(one, two) for one, two in pairs if one.start <= two.start < one.end - _ROUNDED]
    for before, cue in pairs:
        if cue.start < before.start:
            times = f"{clock_of(cue.start, suffix)}, but the one above it at {clock_of(before.start, suffix)}"
            yield Problem(cue.line, 1, f"the subtitle starts at {times}; put them in order, or correct the time")
    if not overlaps or 2 * len(over) > len(pairs) > 1:  # in some files each line stays until the next but one
        return
    for before, cue in over:
        voices = {said.speaker for said in (*before.said, *cue.said)}
        if len(voices) > 1 or before.placed or cue.placed or (before.start, before.end) == (cue.start, cue.end):
            continue  # several people speak, or both are shown in different places
        end = clock_of(before.end, suffix)
        message = (
            f"the subtitle starts before the one above it ends, at {end}; write {clock_of(cue.start, suffix)} there"
        )
        yield Problem(cue.line, 1, message)


def rolls(cues: Sequence[Cue]) -> bool:
    """Return whether most cues repeat what the one before them says, as in files made from YouTube's own."""
    pairs = [*pairwise(cues)]
    repeated = sum(1 for before, cue in pairs if cue.said and _repeated(before.said, cue.said))
    return len(pairs) > 1 and 2 * repeated > len(pairs)


def _repeated(before: Sequence[Said], said: Sequence[Said]) -> int:
    """Return how many lines at the start of a cue are those at the end of the one before it."""
    one, two = [said.text for said in before], [said.text for said in said]
    return next((size for size in range(min(len(one), len(two)), 0, -1) if one[-size:] == two[:size]), 0)


def _unrolled(cues: Sequence[Cue]) -> list[Cue]:
    """Return the cues with each line once; those that only repeat lines are left out."""
    kept: list[Cue] = []
    before: Sequence[Said] = ()
    for cue in cues:
        said = cue.said[_repeated(before, cue.said) :]
        before = cue.said or before
        if said:
            kept.append(cue._replace(said=said))
        elif kept:
            kept[-1] = kept[-1]._replace(end=max(kept[-1].end, cue.end))
    return kept
