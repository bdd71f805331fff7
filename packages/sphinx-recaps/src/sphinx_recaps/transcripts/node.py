"""Transcripts on pages: below the player in HTML, an appendix in books, text and manuals."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from docutils import nodes
from sphinx.util.osutil import relative_uri

from sphinx_recaps.catalogue.edit_link import edit_address
from sphinx_recaps.core.assets import add_assets, add_page_assets, contains
from sphinx_recaps.core.builders import BookTransform, PageTransform, ReaderTransform
from sphinx_recaps.core.figure import chapters_of, figures, title_of
from sphinx_recaps.core.messages import _, labelled
from sphinx_recaps.core.options import Option, choice
from sphinx_recaps.core.slugs import slug
from sphinx_recaps.data.fields import subtitle_file
from sphinx_recaps.data.transcript_records import Transcript
from sphinx_recaps.data.video_reference import VideoReference, clock
from sphinx_recaps.registry.data_directive import free_id
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.former_objects import folder_of
from sphinx_recaps.registry.recordings import transcribed_videos
from sphinx_recaps.transcripts.files import note_files, spoken
from sphinx_recaps.transcripts.html import Excerpt, Links, language_in, made_by, parts_of, transcripts_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder
    from sphinx.util.docutils import SphinxDirective
    from sphinx.writers.html5 import HTML5Translator

    from sphinx_recaps.data.transcripts import Part
    from sphinx_recaps.transcripts.files import Spoken


class transcripts(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes in lower case)
    """The transcripts of a recording: the subtitle ``files``, and what is ``excerpt``.

    The node follows the figure of the recording; the node of an entry in a book is at its end.
    """


def _files(argument: str) -> list[str]:
    """Convert the option ``transcript``: one path, or several separated by commas. Raises ValueError."""
    return [subtitle_file(name.strip()) for name in re.split(r"[,\n]", argument) if name.strip()]


OPTIONS = {
    "transcript": Option(
        _files,
        "What is said in it: readers open it below the video, search it, and play from each line. Several files are "
        "one in each language, by the end of their names.",
        write="a subtitle file (`.vtt`, `.srt` or `.sbv`), relative to the page, or several, separated by commas",
        example="transcripts/opening.en.vtt",
    ),
    "transcript-by": choice(
        ("human", "machine", "corrected"), "Who made the transcript.", default="unknown; `machine` for YouTube's own"
    ),
}


def transcripts_of_video(
    directive: SphinxDirective, video: VideoReference, figure: nodes.figure, length: int | None
) -> list[nodes.Node]:
    """Return the node for the options of a directive; ``length`` is the duration in seconds, if it is known."""
    env, location, by = directive.env, directive.get_location(), directive.options.get("transcript-by")
    records = [Transcript(name, by) for name in directive.options.get("transcript", ())]
    files = note_files(env, records, folder_of(env.current_document.docname), lambda _record: location, length)
    if not files:
        return []
    node = transcripts("", files=files, classes=["recap-folded"])
    name = figure["ids"][0] if figure["names"] else free_id(directive, slug(f"video-{video.identifier}"), node)
    excerpt = Excerpt(video, video.start, video.end, (), title_of(figure), f"{name}-")
    node["excerpt"] = excerpt if video.video_id else excerpt._replace(video=None)
    directive.set_source_info(node)
    return [node]


def page_links(builder: StandaloneHTMLBuilder, docname: str) -> Links:
    """Return what a page can link to."""
    copies = {str(path): dest for path, (_docnames, dest) in builder.env.dlfiles.items()}
    folder = relative_uri(builder.get_target_uri(docname), "_downloads")

    def copy(path: str) -> str | None:
        return f"{folder}/{quote(Path(copies[path]).as_posix())}" if path in copies else None

    person = recap_domain(builder.env).named_uris(builder, docname, "person")
    return Links(builder.config.language, person, copy, partial(edit_address, builder.config))


def text_of(found: Sequence[Spoken], excerpt: Excerpt) -> str:
    """Return what is said in a recording as text, in the language of the first transcript that has any."""
    for one in found:
        if parts := parts_of(one, excerpt):
            return "\n".join(paragraph.text for part in parts for paragraph in part.paragraphs)
    return ""


class EventTranscripts(ReaderTransform):
    """Adds the transcripts that the data file of the event has for a video, unless the page has its own."""

    default_priority = 3  # before everything that changes figures or transcripts

    def run(self, **_kwargs: Any) -> None:
        """Add a node after each figure of such a video."""
        known = set[str]()
        for figure in list(figures(self.document)):
            video, docname = figure.get("shown", ("", ""))
            if not video or video in known or isinstance(figure.next_node(descend=False, siblings=True), transcripts):
                continue
            whole = transcribed_videos(recap_domain(self.env), video, docname)
            known.add(video)
            if files := [file for one in whole for file in one.subtitles]:
                # Docutils numbers figures without a name; such an id would change with the figures above.
                name = figure["ids"][0] if figure["names"] else slug(f"video-{video}")
                excerpt = Excerpt(VideoReference(video), prefix=f"{name}-")
                node = transcripts("", files=files, excerpt=excerpt, classes=["recap-folded"])
                figure.parent.insert(figure.parent.index(figure) + 1, node)


class TranscriptsInHtml(PageTransform):
    """Makes the HTML of each transcript, and notes its text with the video for structured data."""

    default_priority = 29  # before the player replaces its figure's content

    def run(self, **_kwargs: Any) -> None:
        """Change the nodes of the document."""
        for node in self.document.findall(transcripts):
            figure, excerpt = _of_figure(node)
            node["found"], node["excerpt"] = spoken(self.env, node["files"]), excerpt
            if figure is not None:
                figure["video"] = {**figure["video"], "transcript": text_of(node["found"], excerpt)}


def _of_figure(node: transcripts) -> tuple[nodes.figure | None, Excerpt]:
    """Return the figure above a transcript, and the excerpt with its chapters and title; None for an entry."""
    excerpt: Excerpt = node["excerpt"]
    figure = node.previous_sibling()
    if not isinstance(figure, nodes.figure) or "video" not in figure:
        return None, excerpt
    return figure, excerpt._replace(chapters=chapters_of(figure), title=title_of(figure))


def _visit_transcripts(self: HTML5Translator, node: transcripts) -> None:
    """Write the transcripts; without the transform for pages, there is nothing to write."""
    excerpt = node["excerpt"]._replace(level=self.section_level + 1)
    links = page_links(self.builder, self.builder.current_docname)
    self.body.append(transcripts_html(node["found"], excerpt, links))
    raise nodes.SkipNode


class TranscriptsInBooks(BookTransform):
    """Moves transcripts to an appendix at the end of the document, with a section for each."""

    default_priority = 6  # after lists have become nodes, and before references are collected or resolved

    def run(self, **_kwargs: Any) -> None:
        """Move the transcripts of the document."""
        sections: list[nodes.Node] = []
        for node in list(self.document.findall(transcripts)):
            excerpt = _of_figure(node)[1]
            found = spoken(self.env, node["files"])
            for number, one in enumerate(found):
                if parts := parts_of(one, excerpt):
                    sections.append(self._section(one, excerpt, parts, (number, len(found))))
            node.parent.remove(node)
        if sections:
            title = _("Transcripts")
            appendix = nodes.section("", nodes.title(title, title), *sections, ids=["recap-transcripts"])
            next(self.document.findall(nodes.section), self.document).append(appendix)

    def _section(self, one: Spoken, excerpt: Excerpt, parts: Sequence[Part], place: tuple[int, int]) -> nodes.section:
        number, total = place
        language = language_in(one.file, self.config.language, several=total > 1)
        words = _("{title} ({language})").format(title=excerpt.title, language=language) if language else excerpt.title
        name = f"{excerpt.prefix}transcript" + (f"-{number + 1}" if number else "")
        section = nodes.section("", nodes.title(words, words), ids=[name])
        if made_by(one.file.by):
            section += nodes.paragraph("", "", nodes.emphasis("", made_by(one.file.by)))
        for part in parts:
            if part.title:
                section += nodes.rubric(part.title, part.title)
            section += [*_paragraphs(part)]
        return section


def _paragraphs(part: Part) -> Iterator[nodes.paragraph]:
    for start, _line, speaker, text in part.paragraphs:
        paragraph = nodes.paragraph("", "", nodes.Text(f"{clock(start)} "))
        if speaker:
            paragraph += [nodes.strong("", labelled(speaker, "").rstrip()), nodes.Text(" ")]
        paragraph += nodes.Text(text)
        yield paragraph


def setup_transcripts(app: Sphinx) -> None:
    """Set up the node, its rendering, style sheet and script."""
    app.add_node(transcripts, html=(_visit_transcripts, None))
    app.add_post_transform(EventTranscripts)
    app.add_post_transform(TranscriptsInHtml)
    app.add_post_transform(TranscriptsInBooks)
    files = ("recap-folded.css", "recap-transcript.css", "recap-transcript.js")
    add_page_assets(app, contains(transcripts), *files)
    add_assets(app, lambda _name, context, _doctree: "transcript" in context.get("recap_entry", ""), *files)
