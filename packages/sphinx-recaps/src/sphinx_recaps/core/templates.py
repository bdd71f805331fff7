"""The templates of this extension, which are beside the code that uses them; a project can override each by name.

Sphinx looks for a template in the folders of ``templates_path``, then in the theme, then here. These templates
escape everything with ``{% autoescape true %}``, unlike Sphinx's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx.jinja2glue import BuiltinTemplateLoader, SphinxFileSystemLoader

from sphinx_recaps.core.assets import PACKAGE

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder


def render(builder: StandaloneHTMLBuilder, name: str, context: dict[str, Any]) -> str:
    """Return the HTML of a template with a context."""
    html: str = builder.templates.render(name, context)
    return html


def _add_folders(app: Sphinx) -> None:
    templates = getattr(app.builder, "templates", None)
    if isinstance(templates, BuiltinTemplateLoader):
        folders = sorted({path.parent for path in PACKAGE.glob("*/templates/recap-*")})
        templates.loaders.extend(map(SphinxFileSystemLoader, folders))


def setup_templates(app: Sphinx) -> None:
    """Add the folders after the builder has set up its own."""
    app.connect("builder-inited", _add_folders)
