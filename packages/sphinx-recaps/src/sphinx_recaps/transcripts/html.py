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
    from collections.abc import Callable, Iterator, Sequence

    from sphinx_recaps.data.transcripts import Paragraph, Part
    from sphinx_recaps.data.video_reference import VideoReference
    from sphinx_recaps.registry.subtitle_files import SubtitleFile
    from sphinx_recaps.transcripts.files import Spoken


class Excerpt(NamedTuple):
    """A recording, or the part of one from ``start`` to ``end``, with its chapters.

    ``video`` is on YouTube; without one, the times are not links. ``prefix`` begins all ids. With a ``length``,
    files may also have the times of the part.
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
    """What a page can link to: a person by name, the copy of a file, and the address for changing a line of it.

    ``language`` is that of the site, in which chapters are.
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
    """Return the name of the language of a transcript; '' if it is that of the site, and there are not ``several``."""
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
    found = [(one, parts_of(one, excerpt)) for one in transcripts]
    found = [pair for pair in found if pair[1]]
    suffixes = _suffixes([one.file.language.lower() for one, _parts in found])
    content = "".join(
        _section(one, parts, excerpt, links, (suffix, len(found)))
        for suffix, (one, parts) in zip(suffixes, found, strict=True)
    )
    play = escape(_("Play from {time}"))
    return f'<div class="recap-transcripts recap-folded" data-from="{play}">\n{content}</div>\n' if content else ""


def _section(spoken: Spoken, parts: Sequence[Part], excerpt: Excerpt, links: Links, place: tuple[str, int]) -> str:
    """Return one transcript; ``place`` has the suffix of its ids, and how many transcripts there are."""
    file, (suffix, total) = spoken.file, place
    heading = heading_of(file, excerpt.title, links.language, several=total > 1)
    language = file.language if is_language(file.language) else ""
    own = f' lang="{escape(language)}"' if language else ""
    direction = locale_of(language).text_direction if language else "auto"
    level = min(6, excerpt.level)
    ids = Counter[str]()
    said = "".join(_part(part, excerpt, links, (suffix, min(6, level + 1), ids)) for part in parts)
    first = parts[0].paragraphs[0].line
    edit = links.edit(file.path, first)
    words = _("Correct line {line}")
    data = f' data-edit="{escape(edit)}" data-fix="{escape(words)}"' if edit else ""
    name = escape(f"{excerpt.prefix}transcript{suffix}")
    return (
        f'<details class="recap-transcript"{data}>\n'
        f'<summary><h{level} id="{name}">{escape(heading)}</h{level}></summary>\n'
        f"{_about(file, first, edit, links)}"
        f'<div class="recap-transcript-text"{own} dir="{direction}">\n{said}</div>\n</details>\n'
    )


def _suffixes(languages: Sequence[str]) -> list[str]:
    """Return what distinguishes the ids of each transcript: nothing for the first one, then its language or number."""
    names = [
        language if language and language not in languages[:number] else str(number + 1)
        for number, language in enumerate(languages)
    ]
    return ["", *(f"-{name}" for name in names[1:])] if names else []


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


def _part(part: Part, excerpt: Excerpt, links: Links, place: tuple[str, int, Counter[str]]) -> str:
    """Return a chapter; ``place`` has the suffix of its ids, the level of its heading, and the ids so far."""
    suffix, level, ids = place
    heading = ""
    if part.title:
        name = _free(f"{excerpt.prefix}c{part.start}{suffix}", ids)
        heading = f'<h{level} id="{name}" lang="{links.language}" dir="auto">{escape(part.title)}</h{level}>\n'
    return heading + "".join(_paragraphs(part.paragraphs, excerpt, links, suffix, ids))


def _paragraphs(
    paragraphs: Sequence[Paragraph], excerpt: Excerpt, links: Links, suffix: str, ids: Counter[str]
) -> Iterator[str]:
    before = ""
    for paragraph in paragraphs:
        start, line, speaker, text = paragraph
        name = _free(f"{excerpt.prefix}t{start}{suffix}", ids)
        time = f"<span>{clock(start)}</span>"
        if excerpt.video:
            time = f'<a href="{escape(excerpt.video.watch_url(start))}">{clock(start)}</a>'
        who = ""
        if speaker and speaker != before:
            uri = links.person(speaker)
            person = f'<a href="{escape(uri)}">{escape(speaker)}</a>' if uri else escape(speaker)
            who = f"<b>{labelled(person, '').rstrip()}</b> "
        before = speaker
        yield f'<p id="{name}" data-line="{line}">{time} {who}{escape(text)}</p>\n'


def _free(name: str, ids: Counter[str]) -> str:
    """Return an id that the transcript does not have yet."""
    ids[name] += 1
    return escape(name if ids[name] == 1 else f"{name}-{ids[name]}")
