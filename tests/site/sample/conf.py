"""A project that shows what pydata-sphinx-theme and sphinx-design can do, with little else than their defaults."""

project = "Sample"
author = copyright = "somebody"  # noqa: A001 (Sphinx's own name)
version = release = "1"
extensions = ["myst_parser", "sphinx_design", "sphinx_lean"]
myst_enable_extensions = ["colon_fence"]
html_title = "Sample"
html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
html_theme_options = {
    "announcement": "Something to announce, with <a href='one.html'>a link</a>.",
    "header_links_before_dropdown": 1,
    "icon_links": [{"name": "Code", "url": "https://example.org/code", "icon": "fa-brands fa-github"}],
    "navbar_start": ["navbar-logo", "version-switcher"],
    "search_as_you_type": True,
    "switcher": {"json_url": "_static/switcher.json", "version_match": "1"},
    "check_switcher": False,
}
