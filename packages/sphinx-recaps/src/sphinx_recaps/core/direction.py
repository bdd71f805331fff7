"""The direction of text: themes write the language of a page, and not that it is read from right to left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx_recaps.core.figure import is_web
from sphinx_recaps.core.language import locale_of

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


def _add_direction(
    app: Sphinx, _pagename: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Have the element ``html`` say the direction. Its attribute ``lang`` is the only one of it that pages can set."""
    if is_web(app) and locale_of(app.config.language).text_direction == "rtl":
        context["language"] = f'{context["language"]}" dir="rtl'


def setup_direction(app: Sphinx) -> None:
    """Set up the attribute."""
    app.connect("html-page-context", _add_direction, priority=999)  # last: others read the language
