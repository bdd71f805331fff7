"""The pages of the folder that a page is in, such as those of one event, for the template ``recap-pages.html``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx_recaps.core.messages import _
from sphinx_recaps.event.event_pages import toctree_entries, without_event

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def listed_pages(env: BuildEnvironment, index: str) -> list[tuple[str, str]]:
    """Return the title and the name (on another site, the address) of each page in the toctrees of a page."""
    entries = toctree_entries(env, index)
    return [(title or env.titles[page].astext(), page) for title, page in entries if title or page in env.titles]


def _add_pages(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Add the index page of the folder, and the pages that it lists.

    If a toctree gives titles to some pages alone, these are one group and the others another: a page shows its own.
    """
    folder = pagename.rpartition("/")[0]
    index = f"{folder}/index"
    if not folder or index not in app.env.tocs:
        return
    titled = {page for title, page in toctree_entries(app.env, index) if title}
    event = [app.env.titles[index].astext()]  # the title of each page need not repeat it
    pages = [
        (without_event(title, event), page)
        for title, page in listed_pages(app.env, index)
        if page.rpartition("/")[0] == folder
        and (not titled or (page in titled) == (pagename in titled or pagename == index))
    ]
    context["recap_pages"] = [(_("Overview"), index), *pages]
    context["recap_pages_label"] = _("Pages on this subject")


def setup_folder_pages(app: Sphinx) -> None:
    """Set up the context of the template."""
    app.connect("html-page-context", _add_pages)
