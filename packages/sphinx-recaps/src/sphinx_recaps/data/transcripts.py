"""What is said in a recording, as paragraphs: one ends where somebody pauses, and where another person speaks."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sphinx_recaps.data.subtitles import Cue

PAUSE = 2000  # milliseconds
_ROUNDED = 5  # seconds
_LONG, _LONGEST = 500, 1000  # letters: where a paragraph ends after a sentence, and where it ends anyway
_SENTENCE_ENDS = tuple(".!?…。！？؟।።")
_CLOSING = "\"'”’»)]」』）"


class Paragraph(NamedTuple):
    """A paragraph: its start in whole seconds, its line in the file, its speaker (or empty), and its text."""

    start: int
    line: int
    speaker: str
    text: str


class Part(NamedTuple):
    """A chapter with its paragraphs; ``title`` is empty for what is said before the first chapter.

    Only paragraphs in which somebody else begins to speak have a speaker.
    """

    start: int
    title: str
    paragraphs: tuple[Paragraph, ...]


def paragraphs(cues: Iterable[Cue], breaks: Sequence[int] = ()) -> Iterator[Paragraph]:
    """Yield the paragraphs of a transcript; a new one also starts at each of ``breaks``, in seconds."""
    text, speaker, start, line, end = "", "", 0, 0, 0
    for cue in cues:
        for said in cue.said:
            is_new = (
                not text
                or said.speaker != speaker
                or said.turn
                or cue.start - end >= PAUSE
                or bisect_right(breaks, cue.start // 1000) != bisect_right(breaks, start)
                or _is_long(text)
            )
            if is_new:
                if text:
                    yield Paragraph(start, line, speaker, text)
                text, speaker, start, line = "", said.speaker, cue.start // 1000, said.line
            text = joined(text, said.text)
            end = max(cue.start, cue.end)
    if text:
        yield Paragraph(start, line, speaker, text)


def _is_long(text: str) -> bool:
    return len(text) >= _LONGEST or (len(text) >= _LONG and text.rstrip(_CLOSING).endswith(_SENTENCE_ENDS))


def joined(one: str, two: str) -> str:
    """Return two pieces of text as one, with a space between them unless their script has none."""
    if not one or not two:
        return one or two
    return one + ("" if _is_closed_up(one[-1]) and _is_closed_up(two[0]) else " ") + two


def _is_closed_up(letter: str) -> bool:
    """Return whether a letter is of a script without spaces between words; Korean has them."""
    if letter.isascii():
        return False
    if unicodedata.east_asian_width(letter) in "WF":
        return not unicodedata.name(letter, "").startswith("HANGUL")
    return unicodedata.name(letter, "").partition(" ")[0] in {"THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN"}


def in_chapters(cues: Iterable[Cue], chapters: Sequence[tuple[int, str]]) -> list[Part]:
    """Return a transcript by chapters, each given by its start in seconds and its title, in order.

    A chapter in which nothing is said is left out.
    """
    starts = [start for start, _title in chapters]
    by_chapter: list[list[Paragraph]] = [[] for _ in range(len(chapters) + 1)]
    for paragraph in paragraphs(cues, starts):
        by_chapter[bisect_right(starts, paragraph.start)].append(paragraph)
    titles = [(0, ""), *chapters]
    return [Part(*title, (*_turns(found),)) for title, found in zip(titles, by_chapter, strict=True) if found]


def _turns(found: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Yield paragraphs, without the speaker of the paragraph above."""
    before = ""
    for paragraph in found:
        yield paragraph._replace(speaker="") if paragraph.speaker == before else paragraph
        before = paragraph.speaker


def in_recording(cues: Sequence[Cue], start: int | None, length: int | None) -> Sequence[Cue]:
    """Return the cues of a part of a recording at their times in it; ``start`` and ``length`` are in seconds.

    A file may have the times of the recording or begin with the part: then it is not longer than that, or ends before
    the part begins.
    """
    last = max((cue.start for cue in cues), default=0) // 1000
    if not start or (last > length + _ROUNDED if length else last >= start):
        return cues
    return [cue._replace(start=cue.start + start * 1000, end=cue.end + start * 1000) for cue in cues]


def between(cues: Iterable[Cue], start: int | None, end: int | None) -> list[Cue]:
    """Return the cues of a part of a recording; its start and end are in seconds."""
    found = (cue for cue in cues if end is None or cue.start < end * 1000)
    return [cue for cue in found if not start or max(cue.start, (cue.start + cue.end) // 2) >= start * 1000]
