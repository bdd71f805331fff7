"""Links at the end of a page to what programs read of it: citations, calendars, feeds, exports."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sphinx.util.osutil import relative_uri

from sphinx_recaps.core.assets import add_assets
from sphinx_recaps.core.language import list_separator
from sphinx_recaps.core.messages import _, capitalised, for_script, labelled
from sphinx_recaps.publish.addresses import Addresses
from sphinx_recaps.publish.citations import sentence, work_of_event
from sphinx_recaps.publish.exports import export_name
from sphinx_recaps.publish.settings import publishes
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.objects import NotedEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder


class FormatFile(NamedTuple):
    """A file in one format: the format that must be on, the text of its link, its ending and its media type."""

    format: str
    text: str
    suffix: str
    media: str


CITATIONS = (
    FormatFile("citations", "BibTeX", ".bib", "application/x-bibtex"),
    FormatFile("citations", "CSL-JSON", ".csl.json", "application/vnd.citationstyles.csl+json"),
)
EXPORTS = (FormatFile("exports", "JSON", ".json", "application/json"), FormatFile("exports", "CSV", ".csv", "text/csv"))


def shows_examples(app: Sphinx, pagename: str) -> bool:
    """Return whether a page shows records only as examples."""
    return "recap-examples" in app.env.metadata[pagename]


def links(
    builder: StandaloneHTMLBuilder, pagename: str, path: str, name: str, formats: Iterable[FormatFile]
) -> Iterator[str]:
    """Yield a link from a page to each file that is made of a data file; ``name`` is what the file is about."""
    here, comma = builder.get_target_uri(pagename), list_separator(builder.config.language)
    for form in formats:
        if publishes(builder, form.format):
            uri = relative_uri(here, export_name(path, form.suffix))
            label = escape(f"{form.text}{comma}{name}")
            yield f'<a href="{escape(uri)}" type="{form.media}" aria-label="{label}">{form.text}</a>'


def cite_html(text: str, files: Iterable[str]) -> str:
    """Return the citation of a page, closed at first; a script adds a button that copies it."""
    others = "".join(f"<li>{link}</li>" for link in files)
    return (
        f'<details class="recap-cite"><summary>{escape(_("Cite"))}</summary><p>{escape(text)}</p>'
        f"<ul>{others}</ul></details>"
    )


def _items(app: Sphinx, pagename: str) -> Iterator[str]:
    """Yield the items for the event and the lists of a page."""
    builder = cast("StandaloneHTMLBuilder", app.builder)
    domain = recap_domain(app.env)
    for noted in domain.data["events"].get(pagename, ()):
        if publishes(builder, "citations"):
            work = work_of_event(domain, noted, Addresses(builder, domain).page(pagename))
            files = links(builder, pagename, noted.path, noted.name, CITATIONS)
            yield cite_html(sentence(work, app.config.language), files)
    shown_entries = map(NotedEntry._make, domain.data["entries"].get(pagename, ()))
    kinds = {noted.path: noted.kind for noted in shown_entries}
    for path in dict.fromkeys(path for path, _anchor, shown in domain.data["lists"].get(pagename, ()) if shown):
        name = capitalised(domain.kinds.nouns(kinds[path]))
        if found := " ".join(links(builder, pagename, path, name, (*EXPORTS, *CITATIONS))):
            yield f"<p>{labelled(escape(name), found)}</p>"


def _add_links(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add the links to a page with an event or a list."""
    if doctree is None or not app.config.html_baseurl or shows_examples(app, pagename):
        return
    items = "\n".join(_items(app, pagename))
    if items:
        label = escape(_("For other programs"))
        context["body"] += f'<aside class="recap-formats" aria-label="{label}">\n{items}\n</aside>\n'


def _has_links(_name: str, context: dict[str, Any], _doctree: nodes.document | None) -> bool:
    return 'class="recap-formats"' in context.get("body", "")[-10_000:]


def _has_citation(_name: str, context: dict[str, Any], _doctree: nodes.document | None) -> bool:
    return 'class="recap-cite"' in context.get("body", "")[-10_000:]


def _words() -> str:
    return for_script({"copy": _("Copy"), "copied": _("Copied")})


def setup_page_links(app: Sphinx) -> None:
    """Connect the handler, and add the style and the script of the links."""
    app.connect("html-page-context", _add_links, priority=400)
    add_assets(app, _has_links, "recap-formats.css")
    add_assets(app, _has_citation, "recap-cite.js", words=_words)
