"""pydata-sphinx-theme: it has Bootstrap, two systems of icons, and a search in a dialog."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sphinx_lean.profiles import sphinx

PROFILE = replace(
    sphinx.PROFILE,
    theme="pydata_sphinx_theme",
    versions={**sphinx.PROFILE.versions, "pydata-sphinx-theme": "~=0.24.0"},
    bundled=(*sphinx.PROFILE.bundled, "_static/scripts/pydata-sphinx-theme.js"),
    on_use={"_static/scripts/bootstrap.js": "bootstrap"},
    # It draws custom icons only; the others come from a font.
    unneeded={"_static/scripts/fontawesome.js": frozenset({"FontAwesome", "FontAwesomeConfig"})},
    styling=frozenset({"_static/scripts/fontawesome.js"}),
    inline=(
        *sphinx.PROFILE.inline,
        "dataset.mode",
        "dataset.theme",
        "search-button__kbd-shortcut",
        "[PST]: Set focus on search field.",
    ),
    loaders=(*sphinx.PROFILE.loaders, Path(__file__).with_name("pydata.js")),
)
