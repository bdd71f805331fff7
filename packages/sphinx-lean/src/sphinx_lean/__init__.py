"""Makes pages lean: a pass over the built HTML of pydata-sphinx-theme removes what a page does not use.

``extensions = ["sphinx_lean"]`` turns it on, ``lean = False`` turns it off.
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
    app.add_config_value("lean", True, "html", types=bool, description="Whether to make pages lean.")
    app.add_config_value(
        "lean_policy",
        {},
        "html",
        types=dict,
        description="Further sources for the Content-Security-Policy of pages, by directive.",
    )
    app.connect("build-finished", _run, priority=900)  # after every other handler that writes files
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


def _run(app: Sphinx, exception: Exception | None) -> None:
    builder = app.builder
    if exception or not app.config.lean or not isinstance(builder, StandaloneHTMLBuilder) or builder.embedded:
        return
    folders = getattr(builder.templates, "pathchain", ())  # of Sphinx's own loader; a builder may have another one
    own = of_templates(map(Path, folders))
    settings = Settings(app.config.html_title or app.config.project, app.config.lean_policy, own, app.parallel)
    LeanPass(Path(builder.outdir), Path(app.doctreedir) / "lean", settings).run()
