"""Lean pages: what a page does not need is not sent. A pass over HTML that Sphinx has built with pydata-sphinx-theme.

``extensions = ["sphinx_lean"]`` switches it on, ``lean = False`` off.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.builders.html import StandaloneHTMLBuilder

from sphinx_lean.run import LeanPass, Settings
from sphinx_lean.scripts import of_templates

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


__version__ = "0.1.0"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Set up the pass and its two settings."""
    app.require_sphinx((8, 2))
    app.add_config_value("lean", True, "html", types=bool, description="Whether pages are made lean.")
    app.add_config_value(
        "lean_policy",
        {},
        "html",
        types=dict,
        description="Further sources for the Content-Security-Policy of pages, by directive.",
    )
    app.connect("build-finished", _run, priority=900)  # after all others have written what belongs to the site
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


def _run(app: Sphinx, exception: Exception | None) -> None:
    builder = app.builder
    if exception or not app.config.lean or not isinstance(builder, StandaloneHTMLBuilder) or builder.embedded:
        return
    folders = getattr(builder.templates, "pathchain", ())  # of Sphinx's own loader, which a builder may replace
    own = of_templates(map(Path, folders))
    settings = Settings(app.config.html_title or app.config.project, app.config.lean_policy, own, app.parallel)
    LeanPass(Path(builder.outdir), Path(app.doctreedir) / "lean", settings).run()
