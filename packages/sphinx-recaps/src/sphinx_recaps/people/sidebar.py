"""Links to the indices in the sidebar of a theme, below its other items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.index_plan import NAMES, writes_indices
from sphinx_recaps.registry.index_settings import index_title

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

TEMPLATE = "recap-indices.html"


def _add_links(
    app: Sphinx, _pagename: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Add the links to the sidebar, unless it is empty: the project then navigates in another way."""
    sidebars = context.get("sidebars")
    if not sidebars or TEMPLATE in sidebars or not writes_indices(app.builder):
        return
    plans = {kind: recap_domain(app.env).plan(kind) for kind in NAMES}
    context["recap_indices"] = [
        (plan.name, index_title(app.config, kind)) for kind, plan in plans.items() if plan.pages
    ]
    if context["recap_indices"]:
        # Themes such as furo open an element in one template and close it in another, sidebar/scroll-end.html.
        position = next(
            (index for index, name in enumerate(sidebars) if str(name).endswith("-end.html")), len(sidebars)
        )
        context["sidebars"] = [*sidebars[:position], TEMPLATE, *sidebars[position:]]


def setup_sidebar(app: Sphinx) -> None:
    """Set up the links."""
    app.connect("html-page-context", _add_links)
