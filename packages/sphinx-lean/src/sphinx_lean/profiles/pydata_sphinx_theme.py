"""pydata-sphinx-theme: it has Bootstrap, two systems of icons, and a search in a dialog."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sphinx_lean.profiles import basic

_THEME, _BOOTSTRAP = "_static/scripts/pydata-sphinx-theme.js", "_static/scripts/bootstrap.js"

PROFILE = replace(
    basic.PROFILE,
    theme="pydata_sphinx_theme",
    versions={**basic.PROFILE.versions, "pydata-sphinx-theme": "~=0.24.0"},
    bundled=(*basic.PROFILE.bundled, _THEME),
    on_use={_BOOTSTRAP: "bootstrap"},
    # It draws custom icons only; the others come from a font.
    unneeded={
        **basic.PROFILE.unneeded,
        "_static/scripts/fontawesome.js": (("FontAwesome", "FontAwesomeConfig"), ":not(*)"),
    },
    inline=(
        *basic.PROFILE.inline,
        "dataset.mode",
        "dataset.theme",
        "search-button__kbd-shortcut",
        "[PST]: Set focus on search field.",
    ),
    names=(
        *basic.PROFILE.names,
        (_THEME, "", "active d-none dropdown-menu-dark empty search-results section"),
        (_THEME, "bd-header-announcement", "a align-baseline bd-header-announcement__content div fa-solid fa-xmark i"),
        (_THEME, "bd-header-announcement", "ms-3 my-1"),
        (_THEME, "theme_switcher_json_url", "a align-baseline bd-header-announcement__content btn div fa-solid"),
        (_THEME, "theme_switcher_json_url", "fa-xmark font-weight-bold i me-auto ms-3 ms-auto my-1 sidebar-message"),
        (_THEME, "theme_switcher_json_url", "pst-button-link-to-stable-version strong text-wrap"),
        (_THEME, "pst-collapse-sidebar-button", "pst-squeeze"),
        (_THEME, "version-switcher__menu", "a dropdown-item list-group-item list-group-item-action py-1 span"),
        (_BOOTSTRAP, "", "active collapse collapsed collapsing disabled fade hide hiding show showing"),
        (_BOOTSTRAP, "carousel", "carousel-item-end carousel-item-next carousel-item-prev carousel-item-start"),
        (_BOOTSTRAP, "modal", "modal-backdrop modal-open modal-static"),
        (_BOOTSTRAP, "offcanvas", "offcanvas-backdrop"),
        (_BOOTSTRAP, "popover", "bs-popover-auto div h3 popover popover-arrow popover-body popover-header"),
        (_BOOTSTRAP, "tooltip", "bs-tooltip-auto div tooltip tooltip-arrow tooltip-inner"),
    ),
    loaders=(*basic.PROFILE.loaders, Path(__file__).with_name("pydata.js")),
)
