"""The direction of text, which themes do not set for right-to-left languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx_recaps.core.builders import is_web
from sphinx_recaps.core.language import locale_of

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


def _add_direction(
    app: Sphinx, _pagename: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Add ``dir`` to the element ``html``, after ``lang``, which is the only attribute that templates set."""
    if is_web(app.builder) and locale_of(app.config.language).text_direction == "rtl":
        context["language"] = f'{context["language"]}" dir="rtl'


def setup_direction(app: Sphinx) -> None:
    """Connect the handler that adds the attribute."""
    app.connect("html-page-context", _add_direction, priority=999)  # last, because other handlers read the language
