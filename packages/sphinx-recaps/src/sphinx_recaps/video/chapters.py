"""The chapters of videos: those that an author wrote below a video, and the entries that are part of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinx_recaps.core.figure import figures
from sphinx_recaps.core.messages import _
from sphinx_recaps.data.video_reference import VideoReference, clock
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.recordings import parts_of_video

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.application import Sphinx

    from sphinx_recaps.registry.objects import NotedEntry

FIGURE = "recap-video"
CHAPTERS = "recap-chapters"


class EntryChapters(SphinxPostTransform):
    """Adds the entries that are part of a video of their event to its chapters, in every builder.

    What the author wrote is kept, and is not repeated.
    """

    default_priority = 4  # before their times become links

    def run(self, **_kwargs: Any) -> None:
        """Add the entries to each video that contains some."""
        domain = recap_domain(self.env)
        for figure in figures(self.document, FIGURE):
            video, docname = figure.get("shown", ("", ""))
            for part in parts_of_video(domain, video, docname) if video else ():
                chapters = [item for item in figure.findall(nodes.list_item) if "part" in item or "time" in item]
                if not any(self._is_chapter_of(item, part, docname) for item in chapters):
                    _add(figure, _item(part, video, docname), chapters)

    def _is_chapter_of(self, item: nodes.list_item, part: NotedEntry, docname: str) -> bool:
        """Return whether the author wrote the chapter of an entry: with its time, its title, or a link to it."""
        if "part" in item:
            return False
        title = rf"(?<!\w){re.escape(part.title)}(?!\w)"
        if item["time"] == part.start or re.search(title, item.astext(), re.IGNORECASE):
            return True
        objects = recap_domain(self.env).objects
        links = (node for node in item.findall(addnodes.pending_xref) if node["reftype"] == part.kind)
        return any(part in objects.find_entries(part.kind, node["reftarget"], docname) for node in links)


def _item(part: NotedEntry, video: str, docname: str) -> nodes.list_item:
    """Return the chapter of an entry, as if the author had written a time and a link."""
    target = {"refdomain": "recap", "reftype": part.kind, "reftarget": part.name, "refdoc": docname}
    link = addnodes.pending_xref("", nodes.inline(part.title, part.title), **target, refexplicit=True, refwarn=True)
    if part.start is None:
        return nodes.list_item("", nodes.paragraph("", "", link), part=part.name)
    line = nodes.paragraph("", "", nodes.Text(clock(part.start)), nodes.Text(" "), link)
    watch = VideoReference(video).watch_url(part.start)
    return nodes.list_item("", line, part=part.name, time=part.start, watch=watch)


def _add(figure: nodes.figure, item: nodes.list_item, chapters: Sequence[nodes.list_item]) -> None:
    """Add an item after the last chapter that is not later; one without a time after all, in a list of its own."""
    if "time" not in item:
        untimed = [other for other in chapters if "time" not in other]
        if untimed:
            untimed[-1].parent.append(item)
        else:
            heading = _("Also in this recording:") if chapters else _("In this recording:")
            _add_list(figure, item, nodes.paragraph(heading, heading))
        return
    timed = [other for other in chapters if "time" in other]
    before = [other for other in timed if other["time"] <= item["time"]]
    if before:
        before[-1].parent.insert(before[-1].parent.index(before[-1]) + 1, item)
    elif timed:
        timed[0].parent.insert(timed[0].parent.index(timed[0]), item)
    else:
        _add_list(figure, item)


def _add_list(figure: nodes.figure, item: nodes.list_item, *heading: nodes.Node) -> None:
    """Add a list of chapters before the last line of the legend, which has the address."""
    legend = next(iter(figure.findall(nodes.legend)))
    legend[-1:-1] = [*heading, nodes.bullet_list("", item, classes=[CHAPTERS])]


class ChapterLinks(SphinxPostTransform):
    """Turns each chapter into a link to its time on YouTube, in every builder."""

    default_priority = 5  # before references are collected or resolved

    def run(self, **_kwargs: Any) -> None:
        """Link the whole line, or only the time if the line contains a link."""
        for item in self.document.findall(nodes.list_item):
            line = next(iter(item.findall(nodes.TextElement)), None)
            if "watch" not in item or line is None or recap_domain(self.env).link_copies.is_dead(item["watch"]):
                continue
            parts = list(line)
            if any(_is_link(node) for node in line.findall()):  # links cannot be nested
                first = next(
                    index for index, part in enumerate(parts, 1) if part.astext()
                )  # Markdown creates empty text nodes
                parts = parts[:first] if not any(_is_link(node) for node in parts[first - 1].findall()) else []
            if parts:
                line[: len(parts)] = [nodes.reference("", "", *parts, refuri=item["watch"], internal=False)]


def _is_link(node: nodes.Node) -> bool:
    return isinstance(node, nodes.reference | addnodes.pending_xref)


def setup_chapters(app: Sphinx) -> None:
    """Set up the transforms."""
    app.add_post_transform(EntryChapters)
    app.add_post_transform(ChapterLinks)
