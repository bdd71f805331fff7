"""The search page, the words of its script, and the script in the theme's dialog."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sphinx.search import IndexBuilder

from sphinx_recaps.core.assets import add_assets
from sphinx_recaps.core.language import list_separator
from sphinx_recaps.core.messages import _, plural_forms
from sphinx_recaps.core.templates import render
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.index_plan import NAMES
from sphinx_recaps.registry.index_settings import index_title

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder

PAGE = "search"
MAX_LISTS = 12  # links to lists; where there are more, the pages below the home page are offered instead


def words(app: Sphinx, counts: Mapping[str, int], facets: Collection[str]) -> str:
    """Return the words of recap-search.js, which fills in the placeholders in braces.

    ``counts`` are the numbers of records in each group of results that has any, ``facets`` the filters.
    """
    language = app.config.language
    texts: dict[str, Any] = {
        "groups": [*counts],
        "counts": counts,
        "language": (language or "en").replace("_", "-").lower(),
        "stop": _stop_words(app),
        "comma": list_separator(language),
        "page": app.builder.get_target_uri(PAGE),
        "lists": list(lists(app)),
        "searching": _("Searching …"),
        "entries": _("Entries"),
        "names": _("People and topics"),
        "pages": _("Pages"),
        "apart": _("Documentation for contributors"),
        "also": _("Also search the documentation for contributors"),
        "person": _("Person"),
        "topic": _("Topic"),
        "failed": _("The search could not be loaded. Check your connection, and try again."),
        "nothing": _("Nothing was found for “{query}”."),
        "try": _("Check the spelling, use fewer words, or look here:"),
        "meant": _("Did you mean {words}?"),
        "corrected": _("Nothing was found for “{query}”; these are results for “{other}”."),
        "found": _("Found {results}."),
        "all": _("All results, with filters"),
        "filter": _("Filters"),
        "any": _("All"),
        "clear": _("Clear all filters"),
        "facets": {name: text for name, text in _facet_names().items() if name in facets},
        "more": plural_forms("Show {next} more of {number} entry", "Show {next} more of {number} entries", language),
        "more_pages": plural_forms("Show {next} more of {number} page", "Show {next} more of {number} pages", language),
        "numbers": {
            "entries": plural_forms("{number} entry", "{number} entries", language),
            "most": plural_forms(
                "{number} entry with most of the words", "{number} entries with most of the words", language
            ),
            "person": plural_forms("{number} person", "{number} people", language),
            "topic": plural_forms("{number} topic", "{number} topics", language),
            "pages": plural_forms("{number} page", "{number} pages", language),
        },
    }
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":"))


def _stop_words(app: Sphinx) -> list[str]:
    """Return the words that Sphinx leaves out of queries in the language of the project, such as “the”."""
    language = app.config.language or "en"
    known = IndexBuilder(app.env, language, {}, "").lang
    return sorted(known.stopwords) if language.startswith(known.lang) else []  # it takes English for unknown languages


def _facet_names() -> dict[str, str]:
    return {
        "kind": _("Kind"),
        "event": _("Event"),
        "year": _("Year"),
        "topic": _("Topic"),
        "person": _("Person"),
        "language": _("Language"),
    }


def lists(app: Sphinx) -> Iterator[tuple[str, str]]:
    """Yield the title and address of what can be browsed: the indices, and all lists or the main pages."""
    builder, env, domain = app.builder, app.env, recap_domain(app.env)
    for kind in NAMES:
        if domain.plan(kind).pages:
            yield index_title(app.config, kind), builder.get_target_uri(domain.plan(kind).name)
    names = sorted({entry.docname for entry in domain.objects.entries})
    if len(names) > MAX_LISTS:
        names = list(env.toctree_includes.get(app.config.root_doc, ()))
    for name in names:
        if name in env.titles:
            yield env.titles[name].astext(), builder.get_target_uri(name)


def search_page(app: Sphinx, builder: StandaloneHTMLBuilder, context: dict[str, Any]) -> str:
    """Make the context that of the search page, and return the name of its template."""
    up = builder.get_relative_uri(PAGE, app.config.root_doc).removesuffix(builder.get_target_uri(app.config.root_doc))
    title = _("Search")
    here = {
        "title": title,
        "label": _("What are you looking for?"),
        "without": _("The search needs JavaScript. Without it, look here:"),
        "file": _("Browsers do not let a page that was opened from a folder search in other files. Look here:"),
        "lists": [(name, f"{up}{address}") for name, address in lists(app)],
    }
    metatags = f'{context.get("metatags") or ""}<meta name="robots" content="noindex">'
    context.update(title=title, body=render(builder, "recap-search.html", here), metatags=metatags)
    return "page.html"


def _has_dialog(_name: str, context: dict[str, Any], _doctree: object) -> bool:
    """Return whether a page has the dialog of pydata-sphinx-theme, or of a theme that is based on it."""
    return "theme_search_as_you_type" in context


def setup_page(app: Sphinx, is_used: Callable[[Sphinx], bool]) -> None:
    """Set up the search page if ``is_used(app)``, and the script where the theme has a dialog."""

    def make(app: Sphinx, name: str, _template: str, context: dict[str, Any], _doctree: object) -> str | None:
        if not is_used(app):
            return None
        if "theme_search_as_you_type" in context:
            context["theme_search_as_you_type"] = False  # it would search in Sphinx's index
        return search_page(app, app.builder, context) if name == PAGE else None  # type: ignore[arg-type]

    app.connect("html-page-context", make, priority=600)
    add_assets(app, lambda name, *_: name == PAGE and is_used(app), "recap-search.css")
    add_assets(app, lambda *page: is_used(app) and (page[0] == PAGE or _has_dialog(*page)), "recap-search.js")
