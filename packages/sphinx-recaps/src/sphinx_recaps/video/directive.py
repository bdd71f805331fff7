"""The ``youtube`` directive: a figure that becomes a player on request."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.parsers.rst import directives

from sphinx_recaps.catalogue.cover import drawing
from sphinx_recaps.core.assets import add_page_assets, contains
from sphinx_recaps.core.builders import PageTransform
from sphinx_recaps.core.dates import spelled, written
from sphinx_recaps.core.figure import ALIGN, WIDTH, build_figure, figures, title_of
from sphinx_recaps.core.messages import _, filled
from sphinx_recaps.core.options import CLASS, NAME, Argument, Option, RecapDirective, Usage
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.fields import day_or_time
from sphinx_recaps.data.video_reference import VideoReference, clock, parse_parameters, parse_time, parse_video
from sphinx_recaps.images.local import as_html_image, find_image
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.transcripts.node import OPTIONS as TRANSCRIPT_OPTIONS
from sphinx_recaps.transcripts.node import transcripts_of_video
from sphinx_recaps.video.chapters import CHAPTERS, FIGURE, setup_chapters

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

ADDRESS = "recap-video-address"
LANDSCAPE, PORTRAIT = (16, 9), (9, 16)
_CHAPTER = re.compile(r"\s*[\[(]?(?P<time>(?:[0-9]{1,3}:)?[0-9]{1,4}:[0-9]{2})[\])]?(?=\s|$)")


@cache
def drawn_cover() -> str:
    """Return the cover of a video without a thumbnail, as a data URI; in HTML it is replaced by one with the title."""
    cover = Path(__file__).parent / "static/recap-cover.svg"
    return "data:image/svg+xml;base64," + base64.b64encode(cover.read_bytes()).decode()


def aspect(argument: str) -> tuple[int, int]:
    """Convert the option ``aspect``, width to height, such as ``16:9``. Raises ValueError."""
    match = re.fullmatch(r"([1-9][0-9]{0,3})\s*:\s*([1-9][0-9]{0,3})", argument.strip())
    if match is None:
        raise ValueError(f"{argument!r} is not an aspect ratio; write width:height, such as 16:9 or 4:3")
    return int(match.group(1)), int(match.group(2))


def day(argument: str) -> dt.date:
    """Convert the options ``date`` and ``uploaded``. Raises ValueError."""
    try:
        return day_or_time(argument.strip())
    except ValueError as error:
        raise ValueError(f"{argument!r} is not a date; write year-month-day, such as 2021-04-21") from error


def height(argument: str) -> int | None:
    """Convert the option ``height``, in pixels; a percentage has no effect and gives None. Raises ValueError."""
    match = re.fullmatch(r"([1-9][0-9]{0,4})(px|%|)", argument.strip())
    if match is None:
        raise ValueError(f"{argument!r} is not a height; write pixels, such as 360")
    return None if match.group(2) == "%" else int(match.group(1))


TIME = "a time: minutes:seconds, hours:minutes:seconds, or seconds"
OPTIONS = {
    "title": Option(
        directives.unchanged_required,
        "The title of the video, for screen readers, lists and print. It is required.",
        write="text",
        example="Opening talks",
        default="the id of the video",
    ),
    "start": Option(parse_time, "Where the player starts.", write=TIME, example="1:30", default="the beginning"),
    "end": Option(parse_time, "Where the player stops.", write=TIME, example="12:30", default="the end"),
    "thumbnail": Option(
        directives.unchanged_required,
        "An image of this site to show before the player; nothing is loaded from YouTube.",
        write="an image, relative to the page or, with a leading `/`, to the source folder",
        example="images/opening.jpg",
        default="a cover with the title",
    ),
    "date": Option(day, "When it was recorded.", write="year-month-day", example="2021-04-21"),
    "uploaded": Option(
        day,
        "When it was published; without it, search engines do not list the video.",
        write="year-month-day",
        example="2021-04-23",
    ),
    "duration": Option(parse_time, "The duration. Chapters are checked against it.", write=TIME, example="1:02:03"),
    **TRANSCRIPT_OPTIONS,
    "aspect": Option(aspect, "Its shape.", write="width:height", example="4:3", default="16:9, and 9:16 for a short"),
    "width": WIDTH,
    "align": ALIGN,
    "class": CLASS,
    "name": NAME,
    # Options of sphinxcontrib-youtube: a height sets the aspect ratio or the width; the player is always private.
    "height": Option(
        height,
        "The height. With a width in pixels it sets the aspect ratio, else the width. As in sphinxcontrib-youtube.",
        write="pixels",
        example="360",
    ),
    "privacy_mode": Option(
        directives.unchanged,
        "Changes nothing: the player is always the private one. As in sphinxcontrib-youtube.",
        write="anything",
        example="true",
    ),
    "url_parameters": Option(
        parse_parameters,
        "Further parameters of the player. As in sphinxcontrib-youtube.",
        write="the query of an address",
        example="?cc_load_policy=1",
    ),
}


class YouTubeDirective(RecapDirective):
    """A video or playlist on YouTube, with a caption and chapters."""

    usage = Usage(
        "A video or playlist on YouTube, with a caption and chapters. It plays after a click; before that, nothing is "
        "loaded from YouTube.",
        Argument(
            "The video or playlist. The address may be in any form that YouTube uses.",
            write="the address, or the id of the video",
            example="https://www.youtube.com/watch?v=MYE01-XaSZA",
        ),
        OPTIONS,
        "The caption. A list in which every item starts with a time becomes the chapters, linked to their times. On a "
        "page of an event, the entries that are `part_of` the video are added.",
    )

    def run(self) -> list[nodes.Node]:
        """Return the figure, or only the content if the argument is not a video."""
        content = self.parse_content_to_nodes()
        try:
            video = parse_video(self.arguments[0])
        except ValueError as error:
            self.report(RecapWarning.VIDEO_ADDRESS, str(error), lost=True)
            return content
        video = self._with_options(video)
        title = self.options.get("title", "")
        if not title:
            untitled = _("YouTube video {id}") if video.video_id else _("YouTube playlist {id}")
            title = untitled.format(id=video.identifier)
            kind = "video" if video.video_id else "playlist"
            problem = f"YouTube {kind} {video.identifier} has no title; write :title: What it shows"
            self.report(RecapWarning.VIDEO_TITLE, problem)
        shape = self._shape(video)
        self._mark_chapters(content, video)
        legend = [*self._facts(), *content, _address(video)]
        figure = build_figure(self, FIGURE, [self._cover(video, title)], title, legend)
        figure["names_link"] = True  # the legend has the address
        if video.video_id:
            figure["shown"] = (video.video_id, self.env.docname)
            recap_domain(self.env).note_video(video.video_id)
        figure["video"] = {
            "watch": video.watch_url(),
            "embed": video.embed_url(),
            "start": video.start or 0,
            "uploaded": self.options.get("uploaded"),
            "duration": self.options.get("duration", 0),
            "shape": shape,
        }
        if shape[0] < shape[1]:
            figure["classes"].append("recap-portrait")
        return [figure, *transcripts_of_video(self, video, figure, self.options.get("duration"))]

    def _with_options(self, video: VideoReference) -> VideoReference:
        """Return the reference with the times and parameters of the options, after checking their consistency."""
        video = video.with_parameters(self.options.get("url_parameters", {}))
        video = replace(video, **{key: self.options[key] for key in ("start", "end") if key in self.options})
        if video.unread_time is not None:
            expected = "write seconds (t=90) or t=1h2m3s, or use the option :start:"
            self.report(RecapWarning.VIDEO_TIME, f"the address has the time {video.unread_time!r}; {expected}")
        duration = self.options.get("duration")
        if duration is not None and max(video.start or 0, video.end or 0) > duration:
            problem = f"it starts or ends after its duration of {clock(duration)}; correct one of them"
            self.report(RecapWarning.VIDEO_TIME, problem)
        if video.end is not None and video.end <= (video.start or 0):
            problem = (
                f"it ends at {clock(video.end)}, not after its start at {clock(video.start or 0)}; correct one of them"
            )
            self.report(RecapWarning.VIDEO_TIME, problem)
            video = replace(video, end=None)
        return video

    def _shape(self, video: VideoReference) -> tuple[int, int]:
        """Return the aspect ratio, and set the width if only the height is given."""
        shape: tuple[int, int] = self.options.get("aspect", PORTRAIT if video.portrait else LANDSCAPE)
        tall: int | None = self.options.get("height")
        if tall is None:
            return shape
        wide = re.fullmatch(r"([0-9]+)px", self.options.get("width", ""))
        if wide and "aspect" not in self.options:
            return int(wide.group(1)), tall
        self.options.setdefault("width", f"{round(tall * shape[0] / shape[1])}px")
        return shape

    def _cover(self, video: VideoReference, title: str) -> nodes.reference:
        image = nodes.image("", uri=drawn_cover(), alt=title, classes=["recap-drawn"], width="60%")
        if "thumbnail" in self.options:
            try:
                thumbnail = find_image(self.env, self.options["thumbnail"])
            except ValueError as error:
                self.report(RecapWarning.IMAGE, f"thumbnail: {error}", lost=True)
            else:
                image = nodes.image("", uri=thumbnail.uri, alt=title)
        self.set_source_info(image)
        return nodes.reference("", "", image, refuri=video.watch_url(), internal=False)

    def _facts(self) -> Iterator[nodes.paragraph]:
        """Yield a line with date and duration, if given."""
        facts = []
        if "date" in self.options:
            facts.append(written(self.options["date"], self.config.language))
        if "duration" in self.options:
            facts.append(spelled(self.options["duration"]))
        if facts:
            text = " · ".join(facts)
            yield nodes.paragraph(text, "", nodes.Text(text), classes=["recap-video-facts"])

    def _mark_chapters(self, content: Sequence[nodes.Node], video: VideoReference) -> None:
        """Mark lists in which at least half of the items start with a time as chapters, and report the other items.

        The links are added later, after translation.
        """
        for node in content:
            if not isinstance(node, nodes.bullet_list) or not video.video_id:
                continue
            items = [item for item in node if isinstance(item, nodes.list_item)]
            if 2 * sum(_CHAPTER.match(item.astext()) is not None for item in items) >= len(items):
                node["classes"].append(CHAPTERS)
                self._time_chapters(items, video)

    def _time_chapters(self, chapters: Sequence[nodes.list_item], video: VideoReference) -> None:
        """Set the address of each chapter, and report impossible times."""
        limit = self.options.get("duration")
        before = -1
        for item in chapters:
            text = item.astext().strip()[:60]
            stamp = _CHAPTER.match(item.astext())
            try:
                time = parse_time(stamp["time"]) if stamp else -1
            except ValueError as error:
                self._report_chapter(item, f"the chapter {text!r}: {error}")
                continue
            if stamp is None:
                problem = f"the chapter {text!r} does not start with a time; write 12:30 or 1:02:03 before it"
                self._report_chapter(item, problem)
                continue
            item["watch"], item["time"] = video.watch_url(time), time
            if time <= before:
                problem = f"the chapter {text!r} is not later than the one before it; put the chapters in order"
                self._report_chapter(item, problem)
            if limit is not None and time >= limit:
                problem = f"the chapter {text!r} is after the end at {clock(limit)}; correct its time or the duration"
                self._report_chapter(item, problem)
            before = time

    def _report_chapter(self, item: nodes.list_item, problem: str) -> None:
        report(RecapWarning.VIDEO_CHAPTERS, f"youtube: {problem}", item)


def _address(video: VideoReference) -> nodes.paragraph:
    """Return the address as text, for print and for builders without links."""
    url = video.watch_url()
    reference = nodes.reference("", url, refuri=url, internal=False)
    return nodes.paragraph("", "", reference, classes=[ADDRESS])


class video_player(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes in lower case)
    """The player in HTML; contains the thumbnail, if there is one."""


class PlayerInHtml(PageTransform):
    """Replaces the cover by the player, in pages for a browser."""

    default_priority = 30  # after the references are resolved

    def run(self, **_kwargs: Any) -> None:
        """Create the player from its figure; only the first thumbnail is loaded eagerly."""
        loading = "eager"
        link_copies = recap_domain(self.env).link_copies
        for figure in figures(self.document, FIGURE):
            if link_copies.is_dead(figure["video"]["watch"]):
                self._show_gone(figure)
                continue
            player = video_player("", title=title_of(figure), brand=self.config.project, **figure["video"])
            image = next(iter(figure.findall(nodes.image)))
            figure[0] = player
            for address in [node for node in figure.findall(nodes.paragraph) if ADDRESS in node["classes"]]:
                address[:] = filled(_("Playing contacts YouTube: {address}"), {"address": address.children})
            if "recap-drawn" in image["classes"]:
                figure["classes"].append("recap-video-drawn")
                continue
            player += as_html_image(self.env, image, alt="", loading=loading)
            loading = "lazy"

    def _show_gone(self, figure: nodes.figure) -> None:
        """Keep the thumbnail and text of a removed video; its link says so and goes to a copy."""
        figure["classes"].append("recap-video-gone")
        image = next(iter(figure.findall(nodes.image)))
        if "recap-drawn" in image["classes"]:
            del figure[0]
        else:
            image.replace_self(as_html_image(self.env, image, loading="lazy"))


def _visit_video_player(self: HTML5Translator, node: video_player) -> None:
    """Write a link to the video that looks like a player; the script turns it into one."""
    wide, tall = node["shape"]
    data = {"data-embed": node["embed"], "data-from": _("Play from {time}")}
    self.body.append(self.starttag(node, "div", CLASS="recap-video-frame", **data))
    self.body.append(f'<svg class="recap-video-shape" viewBox="0 0 {wide} {tall}" aria-hidden="true"></svg>\n')
    self.body.append(self.starttag(node, "a", CLASS="recap-video-cover", href=node["watch"]))


def _depart_video_player(self: HTML5Translator, node: video_player) -> None:
    """Write the content of the cover: art if there is no thumbnail, brand, title, play symbol, start and duration."""
    start = clock(node["start"]) if node["start"] else ""
    parts = {
        "play": _("Play from {time}").format(time=start) if start else _("Play"),
        "title": node["title"],
        "duration": clock(node["duration"]) if node["duration"] else "",
    }
    if not node.children:
        self.body.append(drawing(node["watch"]))
    self.body.append(f'<span class="recap-video-brand" aria-hidden="true">{self.encode(node["brand"])}</span>\n')
    for part, text in parts.items():
        if text:
            self.body.append(f'<span class="recap-video-{part}">{self.encode(text)}</span>\n')
    self.body.append("</a></div>\n")


def setup_video(app: Sphinx) -> None:
    """Set up the directive, its rendering, style sheet and script."""
    visitors: Any = (_visit_video_player, _depart_video_player)
    app.add_node(video_player, html=visitors)
    app.add_directive("youtube", YouTubeDirective)
    setup_chapters(app)
    app.add_post_transform(PlayerInHtml)
    add_page_assets(app, lambda doctree: any(figures(doctree, FIGURE)), "recap-video.css")
    add_page_assets(app, contains(video_player), "recap-video.js")
