"""The opening of an event's page: when and where, the numbers, the first video, and a picture beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from sphinx_recaps.catalogue.view import player_of
from sphinx_recaps.core.assets import add_page_assets, contains
from sphinx_recaps.core.builders import ReaderTransform, is_web
from sphinx_recaps.core.figure import figures
from sphinx_recaps.core.messages import _
from sphinx_recaps.core.slugs import slug
from sphinx_recaps.event.directive import days_of, event_opening, place_of
from sphinx_recaps.event.event_pages import numbers_of, paragraph
from sphinx_recaps.video.directive import FIGURE

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from sphinx_recaps.data.records import Event


class EventOpenings(ReaderTransform):
    """Replaces the placeholders by standard nodes, for every builder."""

    default_priority = 4  # before the panels of facts, which are the same kind of node

    def run(self, **_kwargs: object) -> None:
        """Replace the placeholders in the document."""
        for opening in list(self.document.findall(event_opening)):
            event: Event = opening["event"]
            place = place_of(opening.translate(event.place or ""), event.mode or "")
            dateline = " · ".join(filter(None, (days_of(event, self.config.language), place)))
            facts: list[nodes.Node] = [paragraph(dateline, "recap-opening-dateline")]
            if event.numbers:
                facts.append(numbers_of(self.env, event, opening.translate, "recap-opening-numbers"))
            if is_web(self.builder) and event.videos:
                facts.append(self._watch(event))
            parts = [nodes.container("", *facts, classes=["recap-opening-facts"])]
            if opening.children:
                parts.append(nodes.container("", *opening.children, classes=["recap-opening-picture"]))
            holder = nodes.container("", *parts, ids=opening["ids"], names=opening["names"])
            holder["classes"] = ["recap-opening", *opening["classes"]]
            opening.parent.replace(opening, holder)

    def _watch(self, event: Event) -> nodes.paragraph:
        """Return a link to the first video of the event that the page shows; otherwise, to the first one elsewhere."""
        videos = [player_of(video.url) for video in event.videos]
        addresses = [video.watch_url() if video else link.url for video, link in zip(videos, event.videos, strict=True)]
        shown = {figure["video"]["watch"]: figure for figure in figures(self.document, FIGURE)}
        figure = next((shown[address] for address in addresses if address in shown), None)
        if figure is None:
            link = nodes.reference("", _("Watch"), refuri=addresses[0], internal=False)
        else:
            if not figure["ids"]:
                figure["ids"].append(slug(f"video-{figure['video']['watch'].rpartition('=')[2]}"))
            link = nodes.reference("", _("Watch"), refid=figure["ids"][0], internal=True)
        return nodes.paragraph("", "", link, classes=["recap-opening-watch"])


def setup_opening(app: Sphinx) -> None:
    """Set up the opening and its style."""
    app.add_post_transform(EventOpenings)
    add_page_assets(app, contains(nodes.container, "recap-opening"), "recap-opening.css")
