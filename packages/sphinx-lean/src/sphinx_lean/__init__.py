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
    app.connect("builder-inited", _prepare)
    app.connect("build-finished", _run, priority=900)  # after every other handler that writes files
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


def _pass(app: Sphinx) -> LeanPass | None:
    """Return the pass over the output of a builder; None if its pages are not made lean."""
    builder = app.builder
    if not app.config.lean or not isinstance(builder, StandaloneHTMLBuilder) or builder.embedded:
        return None
    folders = getattr(builder.templates, "pathchain", ())  # of Sphinx's own loader, which a builder may replace
    own = of_templates(map(Path, folders))
    settings = Settings(app.config.html_title or app.config.project, app.config.lean_policy, own, app.parallel)
    return LeanPass(Path(builder.outdir), Path(app.doctreedir) / "lean", settings)


def _prepare(app: Sphinx) -> None:
    if (lean_pass := _pass(app)) and Path(app.outdir).is_dir():
        lean_pass.prepare()


def _run(app: Sphinx, exception: Exception | None) -> None:
    if not exception and (lean_pass := _pass(app)):
        lean_pass.run()
