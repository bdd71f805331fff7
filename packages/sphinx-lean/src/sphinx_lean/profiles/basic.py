"""The scripts of Sphinx itself, which all themes based on ``basic`` load."""

from __future__ import annotations

from pathlib import Path

from sphinx_lean.profiles import Profile

PROFILE = Profile(
    theme="basic",
    versions={"Sphinx": ">=8.2,<10"},
    options="_static/documentation_options.js",
    bundled=("_static/documentation_options.js", "_static/doctools.js"),
    globals=frozenset({"DOCUMENTATION_OPTIONS", "Documentation", "SphinxHighlight", "_ready"}),
    # Some versions have one script for each language.
    search=("_static/searchtools.js", "_static/language_data.js", "searchindex.js", "_static/*-stemmer.js"),
    # Of sphinx-recaps.
    search_fields=("_static/recap-search.js",),
    search_page="#search-results, .recap-search-page",
    search_globals=frozenset({"Search", "Stemmer"}),
    marks="_static/sphinx_highlight.js",
    marks_globals=frozenset({"SPHINX_HIGHLIGHT_ENABLED", "SphinxHighlight", "_highlight", "_highlightText"}),
    # Extensions that many sites have: sphinx-design and sphinx-copybutton.
    unneeded={
        "_static/design-tabs.js": ((), ".sd-tab-set"),
        "_static/copybutton.js": ((), ".highlight pre"),
        "_static/clipboard.min.js": ((), ".highlight pre"),
    },
    inline=("window.dataLayer",),  # of Google Analytics
    names=(
        ("_static/documentation_options.js", "", ""),
        ("_static/doctools.js", "", ""),
        ("_static/language_data.js", "", ""),
        ("_static/*-stemmer.js", "", ""),
        ("searchindex.js", "", ""),
        ("_static/sphinx_highlight.js", "", "a highlight-link highlighted p rect span"),
        ("_static/searchtools.js", "", "a context h2 li p search search-summary span ul"),
        ("_static/searchtools.js", "", "kind-index kind-object kind-text kind-title"),
    ),
    loaders=(Path(__file__).with_name("load.js"), Path(__file__).with_name("sphinx.js")),
)
