"""A transcript as HTML: a section that readers open, with a link to each moment; every text is escaped."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.core.html_text import escape
from sphinx_recaps.core.language import language_name, locale_of
from sphinx_recaps.core.language_codes import is_language
from sphinx_recaps.core.messages import _, labelled
from sphinx_recaps.data.subtitles import FORMATS
from sphinx_recaps.data.transcripts import between, in_chapters, in_recording
from sphinx_recaps.data.video_reference import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sphinx_recaps.data.transcripts import Paragraph, Part
    from sphinx_recaps.data.video_reference import VideoReference
    from sphinx_recaps.registry.subtitle_files import SubtitleFile
    from sphinx_recaps.transcripts.files import Spoken


class Excerpt(NamedTuple):
    """A recording, or the part of one from ``start`` to ``end``, with its chapters.

    ``video`` is on YouTube; without one, the times are not links. All ids begin with ``prefix``. If there is a
    ``length``, files may also have the times of the part.
    """

    video: VideoReference | None
    start: int | None = None
    end: int | None = None
    chapters: Sequence[tuple[int, str]] = ()
    title: str = ""
    prefix: str = ""
    level: int = 2
    length: int | None = None


class Links(NamedTuple):
    """What a page can link to: a person by name, the copy of a file, and the address for changing one of its lines.

    ``language`` is the language of the site, and of the titles of chapters.
    """

    language: str
    person: Callable[[str], str | None]
    file: Callable[[str], str | None]
    edit: Callable[[str, int], str]


def parts_of(spoken: Spoken, excerpt: Excerpt) -> list[Part]:
    """Return what is said in a recording, by its chapters."""
    cues = spoken.cues if excerpt.length is None else in_recording(spoken.cues, excerpt.start, excerpt.length)
    return in_chapters(between(cues, excerpt.start, excerpt.end), excerpt.chapters)


def made_by(by: str) -> str:
    """Return in words who made a transcript; '' if that is unknown."""
    return {
        "human": _("Written by people."),
        "machine": _("Made by a machine, so it has mistakes."),
        "corrected": _("Made by a machine, then corrected by people."),
    }.get(by, "")


def language_in(file: SubtitleFile, site: str, *, several: bool) -> str:
    """Return the language of a transcript in words; '' for the language of the site, unless there are ``several``."""
    if not file.language or (not several and locale_of(file.language).language == locale_of(site).language):
        return ""
    return language_name(file.language, site)


def heading_of(file: SubtitleFile, title: str, site: str, *, several: bool) -> str:
    """Return the heading of a transcript, with its language if readers need it."""
    language = language_in(file, site, several=several)
    words = _("Transcript ({language})").format(language=language) if language else _("Transcript")
    return labelled(words, title) if title else words


def transcripts_html(transcripts: Sequence[Spoken], excerpt: Excerpt, links: Links) -> str:
    """Return all transcripts of a recording."""
    found = [(one, parts) for one in transcripts if (parts := parts_of(one, excerpt))]
    suffixes = _suffixes([one.file.language.lower() for one, _parts in found])
    content = "".join(
        _Transcript(one.file, excerpt, links, suffix).html(parts, several=len(found) > 1)
        for suffix, (one, parts) in zip(suffixes, found, strict=True)
    )
    play = escape(_("Play from {time}"))
    return f'<div class="recap-transcripts recap-folded" data-from="{play}">\n{content}</div>\n' if content else ""


def _suffixes(languages: Sequence[str]) -> list[str]:
    """Return what distinguishes the ids of each transcript: nothing for the first one, then its language or number."""
    names = [
        language if language and language not in languages[:number] else str(number + 1)
        for number, language in enumerate(languages)
    ]
    return ["", *(f"-{name}" for name in names[1:])] if names else []


class _Transcript:
    """Writes the transcript in a file; its ids end with ``suffix``."""

    def __init__(self, file: SubtitleFile, excerpt: Excerpt, links: Links, suffix: str) -> None:
        self._file = file
        self._excerpt = excerpt
        self._links = links
        self._suffix = suffix
        self._ids = Counter[str]()

    def html(self, parts: Sequence[Part], *, several: bool) -> str:
        """Return the transcript; ``several`` is whether the recording has others."""
        file, links = self._file, self._links
        heading = heading_of(file, self._excerpt.title, links.language, several=several)
        language = file.language if is_language(file.language) else ""
        own = f' lang="{escape(language)}"' if language else ""
        direction = locale_of(language).text_direction if language else "auto"
        level = min(6, self._excerpt.level)
        first = parts[0].paragraphs[0].line
        edit = links.edit(file.path, first)
        words = escape(_("Correct line {line}"))
        data = f' data-edit="{escape(edit)}" data-fix="{words}"' if edit else ""
        name = escape(f"{self._excerpt.prefix}transcript{self._suffix}")
        return (
            f'<details class="recap-transcript"{data}>\n'
            f'<summary><h{level} id="{name}">{escape(heading)}</h{level}></summary>\n'
            f"{_about(file, first, edit, links)}"
            f'<div class="recap-transcript-text"{own} dir="{direction}">\n{"".join(map(self._part, parts))}</div>\n'
            "</details>\n"
        )

    def _part(self, part: Part) -> str:
        heading, level = "", min(6, self._excerpt.level + 1)
        if part.title:
            attributes = f'id="{self._id("c", part.start)}" lang="{self._links.language}" dir="auto"'
            heading = f"<h{level} {attributes}>{escape(part.title)}</h{level}>\n"
        return heading + "".join(map(self._paragraph, part.paragraphs))

    def _paragraph(self, paragraph: Paragraph) -> str:
        start, line, speaker, text = paragraph
        video = self._excerpt.video
        time = (
            f'<a href="{escape(video.watch_url(start))}">{clock(start)}</a>'
            if video
            else f"<span>{clock(start)}</span>"
        )
        who = ""
        if speaker:
            uri = self._links.person(speaker)
            person = f'<a href="{escape(uri)}">{escape(speaker)}</a>' if uri else escape(speaker)
            who = f"<b>{labelled(person, '').rstrip()}</b> "
        return f'<p id="{self._id("t", start)}" data-line="{line}">{time} {who}{escape(text)}</p>\n'

    def _id(self, letter: str, start: int) -> str:
        """Return an id that the transcript does not have yet."""
        name = f"{self._excerpt.prefix}{letter}{start}{self._suffix}"
        self._ids[name] += 1
        return escape(name if self._ids[name] == 1 else f"{name}-{self._ids[name]}")


def _about(file: SubtitleFile, line: int, edit: str, links: Links) -> str:
    """Return who made a transcript, its file, and how to correct it."""
    where = escape(_("line {line} of {file}").format(line=line, file=file.path))
    words = escape(_("Correct the transcript"))
    correct = labelled(f'<a class="recap-transcript-edit" href="{escape(edit)}">{words}</a>' if edit else words, where)
    pieces = [f"<span>{escape(made_by(file.by))}</span>"] if made_by(file.by) else []
    if copy := links.file(file.path):
        kind = FORMATS.get(PurePosixPath(file.path).suffix.lower(), "")
        text = escape(_("Subtitles ({format})").format(format=kind))
        pieces.append(f'<a href="{escape(copy)}" download>{text}</a>')
    return f'<p class="recap-transcript-about">{" ".join([*pieces, f"<span>{correct}</span>"])}</p>\n'
