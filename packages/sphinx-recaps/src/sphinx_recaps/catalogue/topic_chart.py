"""The ``topic-chart`` directive: how many entries of a data file each topic has, as bars that link to them."""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote_plus

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import NoUri
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinx_recaps.core.assets import add_page_assets, contains
from sphinx_recaps.core.builders import BookTransform
from sphinx_recaps.core.html_text import breakable
from sphinx_recaps.core.language import number
from sphinx_recaps.core.messages import _, capitalised
from sphinx_recaps.core.options import CLASS, NAME, Option, RecapDirective, Usage
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.records import Catalogue
from sphinx_recaps.registry.data_directive import data_file, free_id, read_source
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.topic_tones import tones_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


class topic_chart(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes in lower case)
    """A bar chart; its child is the title.

    ``bars`` are (topic, number of entries, colour), the longest first; ``path`` is their file. ``page`` is the page
    that the author named; ``list``, set later, is the page and the id of the list that the bars link to.
    """


OPTIONS = {
    "catalogue": Option(
        directives.unchanged_required,
        "The page with the list that the bars lead to.",
        write="a page",
        example="/recaps/2021-ecosystem-day/posters",
        default="the page that shows the file",
    ),
    "title": Option(
        directives.unchanged_required,
        "The title above the bars.",
        write="text",
        example="What they are about",
        default="Posters by topic, or what the entries are",
    ),
    "name": NAME,
    "class": CLASS,
}


class TopicChartDirective(RecapDirective):
    """The topics of a data file, as bars."""

    usage = Usage(
        "How many entries of a data file each topic has, as bars that lead to those entries. In books it is a table.",
        data_file("posters.yaml"),
        OPTIONS,
    )

    def run(self) -> list[nodes.Node]:
        """Return the chart; nothing if its file cannot be used or has no topics."""
        source = read_source(self, Catalogue, RecapWarning.CATALOGUE)
        if source is None:
            return []
        entries = source.content.entries
        counts = Counter(topic for entry in entries for topic in dict.fromkeys(entry.topics))
        if not counts:
            self._report(f"no entry of {source.name} has a topic; add topics to its entries, or remove the chart")
            return []
        tones = tones_of(entries)
        by_count = sorted(counts, key=lambda topic: (-counts[topic], topic))
        bars = [(topic, counts[topic], tones.get(topic, "none")) for topic in by_count]
        node = topic_chart("", kind=source.content.kind, bars=bars, classes=self.options.get("class", []))
        node["page"] = self._page()
        node["path"] = source.name
        recap_domain(self.env).note_target("list", source.name)
        nouns = capitalised(recap_domain(self.env).kinds.nouns(source.content.kind))
        title = self.options.get("title") or _("{nouns} by topic").format(nouns=nouns)
        caption = nodes.paragraph(title, "", nodes.Text(title))
        caption["translatable"] = "title" in self.options  # the default title is already translated
        self.set_source_info(node)
        self.set_source_info(caption)
        node += caption
        self.add_name(node)
        if not node["ids"]:
            node["ids"] = [free_id(self, f"topics-{node['kind']}", node)]
        return [node]

    def _report(self, message: str) -> None:
        report(RecapWarning.CATALOGUE, f"topic-chart: {message}", self.get_location())

    def _page(self) -> str | None:
        """Return the page in the option ``catalogue``; None without it, or with a warning if there is no such page."""
        target = self.options.get("catalogue")
        if target is None:
            return None
        page, _path = self.env.relfn2path(target)
        for suffix in self.config.source_suffix:
            page = page.removesuffix(suffix)
        if page in self.env.found_docs:
            return page
        near = get_close_matches(page, sorted(self.env.found_docs), n=3, cutoff=0.5)
        hint = "did you mean " + ", ".join(f"/{name}" for name in near) + "?" if near else "write the page of the list"
        self._report(f"there is no page {target!r}; {hint}")
        return None


class ChartLists(SphinxPostTransform):
    """Finds the list that each chart links to, once the ids of all lists are known."""

    default_priority = 4  # before charts become tables

    def run(self, **_kwargs: Any) -> None:
        """Set the list of each chart, and report pages without a list of the file."""
        for node in self.document.findall(topic_chart):
            lists = recap_domain(self.env).lists_of(node["path"])
            matches = [item for item in lists if node["page"] in {None, item.docname}]
            node["list"] = (matches[0].docname, matches[0].anchor) if matches else None
            if node["page"] and not matches:
                near = f"write the page of the list, /{lists[0].docname}" if lists else "show the file there"
                problem = f"topic-chart: the page '/{node['page']}' has no list of {node['path']}; {near}"
                report(RecapWarning.CATALOGUE, problem, node)


def _address(self: HTML5Translator, node: topic_chart) -> tuple[str, str] | None:
    """Return the address of the page with the list, and the id of the list there; None if no page has one."""
    if node["list"] is None or self.builder.name == "singlehtml":
        return None
    page, anchor = node["list"]
    here = self.builder.current_docname
    try:
        return "" if page == here else self.builder.get_relative_uri(here, page), anchor
    except NoUri:
        return None


def visit_topic_chart(self: HTML5Translator, node: topic_chart) -> None:
    """Open the figure; the title is written by its own visitor."""
    self.body.append(self.starttag(node, "figure", CLASS="recap-chart"))
    self.body.append("<figcaption>")


def depart_topic_chart(self: HTML5Translator, node: topic_chart) -> None:
    """Write the bars: a list with the topic, its bar, and the number in words."""
    address = _address(self, node)
    longest = node["bars"][0][1]
    kinds = recap_domain(self.builder.env).kinds
    self.body.append('</figcaption>\n<ol role="list">\n')
    for topic, count, tone in node["bars"]:
        tag, href = "span", ""
        if address is not None:
            page, anchor = address
            tag, href = "a", f' href="{self.attval(f"{page}?topic={quote_plus(topic)}#{anchor}")}"'
        bar = f'<svg viewBox="0 0 {longest} 1" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        unit = f'<span class="recap-chart-unit">{self.encode(kinds.noun(node["kind"], count))}</span>'
        words = f"{number(count, self.config.language)} {unit}"
        self.body.append(f'<li class="recap-tone-{tone}">')
        self.body.append(f'<{tag} class="recap-chart-row"{href}>')
        self.body.append(f'<span class="recap-chart-topic">{breakable(topic)}</span> ')
        self.body.append(f'{bar}<rect width="{count}" height="1"/></svg> ')
        self.body.append(f'<span class="recap-chart-number">{words}</span></{tag}></li>\n')
    self.body.append("</ol></figure>\n")


class ChartInBooks(BookTransform):
    """Replaces each chart by a table of topics and numbers."""

    default_priority = 5

    def run(self, **_kwargs: Any) -> None:
        """Replace the charts of the document."""
        for node in list(self.document.findall(topic_chart)):
            title = cast("nodes.paragraph", node[0])
            head = _row((_("Topic"), capitalised(recap_domain(self.env).kinds.nouns(node["kind"]))))
            rows = [_row((topic, number(count, self.config.language))) for topic, count, _tone in node["bars"]]
            columns = [nodes.colspec(colwidth=width) for width in (70, 30)]
            group = nodes.tgroup("", *columns, nodes.thead("", head), nodes.tbody("", *rows), cols=2)
            table = nodes.table("", nodes.title("", "", *title.children), group, ids=node["ids"], names=node["names"])
            table.source, table.line = node.source, node.line
            node.replace_self(table)


def _row(texts: Sequence[str]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", text)) for text in texts))


def setup_chart(app: Sphinx) -> None:
    """Set up the directive, its node and style."""
    app.add_node(topic_chart, html=(visit_topic_chart, depart_topic_chart))
    app.add_directive("topic-chart", TopicChartDirective)
    app.add_post_transform(ChartLists)
    app.add_post_transform(ChartInBooks)
    add_page_assets(app, contains(topic_chart), "recap-tones.css", "recap-chart.css")
