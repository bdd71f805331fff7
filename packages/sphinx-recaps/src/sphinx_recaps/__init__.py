"""Sphinx extension for recaps of community events, for every builder."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Set up the extension; an older Sphinx gets a clear message, since the parts cannot even be imported there."""
    app.require_sphinx((8, 2))
    from sphinx_recaps.extension import setup_parts  # noqa: PLC0415

    setup_parts(app)
    # Doctrees contain records of the directives; raise env_version when their form changes.
    return {"version": __version__, "env_version": 10, "parallel_read_safe": True, "parallel_write_safe": True}
