"""The ``completeness`` directive: how many entries of each event lack a summary, a recording and so on."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from docutils import nodes

from sphinx_recaps.archive.links import labelled_link
from sphinx_recaps.completeness.words import lack, nouns_of
from sphinx_recaps.core.builders import ReaderTransform, writes_page_per_file
from sphinx_recaps.core.language import listed, number
from sphinx_recaps.core.messages import _, labelled
from sphinx_recaps.core.options import CLASS, NAME, Argument, RecapDirective, Usage
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.registry.completeness import files_of, note_overview, page_of
from sphinx_recaps.registry.domain import recap_domain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx_recaps.registry.completeness import Completeness

EVERY = "*"  # the pattern of all data files of events


class overview(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes in lower case)
    """A placeholder for the overview of the data files that match ``pattern``."""


class CompletenessDirective(RecapDirective):
    """What the entries of each event lack."""

    usage = Usage(
        "How many entries of each event lack a summary, an abstract, a recording, a transcript or a picture, or have "
        "links without a check or an archived copy. Each number links to a list of these entries, and each entry to "
        "its line in the data file.",
        Argument(
            "The data files to report on.",
            write="a pattern, relative to the page or, with a leading `/`, to the source folder",
            example="/recaps/2021-ecosystem-day/*.yaml",
            default="all data files of events",
        ),
        {"name": NAME, "class": CLASS},
    )

    def run(self) -> list[nodes.Node]:
        """Return the placeholder for the list."""
        pattern = self.env.relfn2path(self.arguments[0])[0] if self.arguments else EVERY
        node = overview("", pattern=pattern, classes=self.options.get("class", []))
        note_overview(self.env, pattern)
        self.set_source_info(node)
        self.add_name(node)
        return [node]


class Overviews(ReaderTransform):
    """Replaces each overview by a list, for every builder."""

    default_priority = 4  # before references are resolved

    def run(self, **_kwargs: Any) -> None:
        """Replace the placeholders of the document."""
        for node in list(self.document.findall(overview)):
            files = files_of(self.env, node["pattern"])
            if not files and node["pattern"] != EVERY:
                message = f"completeness: no data file of an event matches {node['pattern']!r}; write another pattern"
                report(RecapWarning.CATALOGUE, message, node)
            events = [self._event(event, own) for event, own in groupby(files, key=lambda file: file.event)]
            nothing = _("Nothing is missing")
            shown = nodes.definition_list("", *events) if events else nodes.paragraph(nothing, nothing)
            holder = nodes.container("", shown, ids=node["ids"], names=node["names"], classes=node["classes"])
            node.replace_self(holder)

    def _event(self, event: str, files: Iterable[Completeness]) -> nodes.definition_list_item:
        title = recap_domain(self.env).objects.events[event].name
        items = map(self._file, files)
        return nodes.definition_list_item(
            "", nodes.term(title, title), nodes.definition("", nodes.bullet_list("", *items))
        )

    def _file(self, file: Completeness) -> nodes.list_item:
        language = self.config.language
        heading = _("{nouns} ({number})").format(nouns=nouns_of(self.env, file), number=number(file.total, language))
        lacking = [
            self._number(file, criterion, labelled(lack(criterion), number(len(entries), language)))
            for criterion, entries in file.lacking.items()
            if entries
        ]
        lines = lacking or [nodes.Text(_("Nothing is missing"))]
        items = [nodes.list_item("", nodes.paragraph("", "", line)) for line in lines]
        return nodes.list_item("", nodes.paragraph(heading, heading), nodes.bullet_list("", *items))

    def _number(self, file: Completeness, criterion: str, text: str) -> nodes.Node:
        if not writes_page_per_file(self.builder):
            return nodes.Text(text)
        here = self.env.current_document.docname
        address = self.builder.get_relative_uri(here, page_of(here, file.path))
        event = recap_domain(self.env).objects.events[file.event].name
        label = listed([text, nouns_of(self.env, file), event], self.config.language)
        return labelled_link("", text, refuri=f"{address}#{criterion}", internal=True, label=label)
