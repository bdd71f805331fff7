"""Catalogues for builders other than HTML: books, text, man pages and the link check use standard nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes

from sphinx_recaps.catalogue.abstract import abstract_nodes
from sphinx_recaps.catalogue.view import Rows, catalogue
from sphinx_recaps.core.builders import BookTransform
from sphinx_recaps.core.language import list_separator
from sphinx_recaps.core.link_schemes import allowed_schemes
from sphinx_recaps.core.messages import _, filled, labelled
from sphinx_recaps.data.video_reference import clock, player_of
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.recordings import recordings
from sphinx_recaps.transcripts.entries import entry_transcripts
from sphinx_recaps.transcripts.html import Excerpt
from sphinx_recaps.transcripts.node import transcripts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx_recaps.archive.links import ExternalLink
    from sphinx_recaps.catalogue.view import Name, Row
    from sphinx_recaps.data.records import Entry


class CatalogueInBooks(BookTransform):
    """Replaces each list by a definition list: code and title, then the other content of the entry."""

    default_priority = 5  # before references are collected or resolved

    def run(self, **_kwargs: Any) -> None:
        """Replace the lists of the document."""
        for node in list(self.document.findall(catalogue)):
            pictures = {image["entry"]: image for image in node.findall(nodes.image) if not image["card"]}
            items = [
                self._item(row, entry, pictures.get(number), compact=node["compact"])
                for number, (row, entry) in enumerate(
                    zip(Rows(self.builder, self.env.docname, node), node.entries, strict=True)
                )
            ]
            for item, entry in zip(items, node.entries, strict=True):
                item.source = f"{node['path']}:{entry.line}"
            listing = nodes.definition_list("", *items, ids=node["ids"], classes=["recap-catalogue", *node["classes"]])
            node.replace_self([listing, *self._transcripts(node)])

    def _transcripts(self, node: catalogue) -> Iterator[transcripts]:
        """Yield the transcripts of entries for the appendix, unless it has them as part of another recording."""
        domain = recap_domain(self.env)
        videos = {video for shown in domain.data["videos"].values() for video in shown}
        for entry, anchor in zip(node.entries, node["anchors"], strict=True):
            whole = recordings(domain, node["event"], entry.part_of)
            inside = any(one.entry or ((video := player_of(one.video)) and video.video_id in videos) for one in whole)
            if anchor and (entry.transcript or (entry.part_of and not inside)):
                files, start, end, length = entry_transcripts(domain, entry, node["event"], node["transcripts"])
                excerpt = Excerpt(None, start, end, entry.chapters, entry.title, f"{anchor}-", length=length)
                yield transcripts("", files=files, excerpt=excerpt)

    def _item(self, row: Row, entry: Entry, image: nodes.image | None, *, compact: bool) -> nodes.definition_list_item:
        title = labelled(row.mark, row.title) if row.coded else row.title
        term = nodes.term(title, title, ids=[row.anchor, *row.former] if row.anchor else [])
        parts: list[nodes.Node] = []
        if row.people or row.facts:
            parts.append(nodes.paragraph("", "", *self._people(row)))
        if not compact:
            if image is not None:
                parts.append(self._image(image, row.alt))
            parts.extend(nodes.paragraph(text, text) for text in row.summary)
            parts.extend(abstract_nodes(row.abstract, allowed_schemes(self.config.recap_link_schemes)))
            parts.extend(nodes.paragraph(text, text) for text in (row.note,) if text)
            parts.extend(_chapters(entry.chapters))
            if row.topics:
                line = filled(labelled(_("Topics"), "{topics}"), {"topics": [*self._linked_names(row.topics)]})
                parts.append(nodes.paragraph("", "", *line))
        if row.links or row.sources:
            parts.append(self._links([*row.links, *row.sources]))
        return nodes.definition_list_item("", term, nodes.definition("", *parts))

    def _people(self, row: Row) -> Iterator[nodes.Node]:
        if row.people:
            yield nodes.emphasis("", "", *self._linked_names(row.people))
        if row.facts:
            facts = " · ".join(fact.text for fact in row.facts)
            yield nodes.Text(f" · {facts}" if row.people else facts)

    def _image(self, image: nodes.image, alt: str) -> nodes.Node:
        """Return the image, or its alternative text for builders that only write text."""
        if self.builder.format in {"text", "man"}:
            return nodes.paragraph("", _("[image: {text}]").format(text=alt))
        attributes = {key: image[key] for key in ("uri", "candidates", "entry") if key in image}
        node = nodes.image("", alt=alt, **attributes)
        node.source, node.line = image.source, image.line
        return node

    def _links(self, links: Sequence[ExternalLink]) -> nodes.bullet_list:
        lines = [nodes.paragraph("", "", *link.as_nodes(" (", ")")) for link in links]
        return nodes.bullet_list("", *(nodes.list_item("", line) for line in lines))

    def _linked_names(self, names: Sequence[Name]) -> Iterator[nodes.Node]:
        """Yield names separated by commas, as links if they have an address."""
        for number, name in enumerate(names):
            if number:
                yield nodes.Text(list_separator(self.config.language))
            text = nodes.Text(name.text)
            yield nodes.reference("", "", text, refuri=name.uri, internal=True) if name.uri else text


def _chapters(chapters: Sequence[tuple[int, str]]) -> Iterator[nodes.bullet_list]:
    """Yield the chapters of a recording as a list, if there are any."""
    lines = [f"{clock(start)} {title}" for start, title in chapters]
    if lines:
        yield nodes.bullet_list("", *(nodes.list_item("", nodes.paragraph(line, line)) for line in lines))
