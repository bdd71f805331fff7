"""The Orchid Days of a botanical garden, as another community would set them up."""

project = "Botanischer Garten"
author = "der Garten"
project_copyright = "der Garten"
version = release = "2024"
language = "de"
extensions = ["myst_parser", "sphinx_recaps", "sphinx_lean"]
myst_enable_extensions = ["colon_fence"]
exclude_patterns = ["_build"]
recap_links = "links.yaml"
linkcheck_ignore = ["https://"]  # the others go through the proxy of the tests
latex_engine = "xelatex"
