"""What authors of recap pages write: directives that every Sphinx builder can render."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_recaps.addresses import setup_addresses
from sphinx_recaps.catalogue import setup_catalogue
from sphinx_recaps.chart import setup_chart
from sphinx_recaps.circles import setup_circles
from sphinx_recaps.domain import setup_domain
from sphinx_recaps.dotted import setup_dotted
from sphinx_recaps.encodings import setup_encodings
from sphinx_recaps.event import setup_event
from sphinx_recaps.event_list import setup_event_list
from sphinx_recaps.figure import setup_figure
from sphinx_recaps.footnotes import setup_footnotes
from sphinx_recaps.hints import setup_hints
from sphinx_recaps.house_rules import setup_house_rules
from sphinx_recaps.image_card import setup_image_card
from sphinx_recaps.image_checks import setup_image_checks
from sphinx_recaps.images import setup_images
from sphinx_recaps.index_pages import setup_index_pages
from sphinx_recaps.inputs import setup_inputs
from sphinx_recaps.leftovers import setup_leftovers
from sphinx_recaps.links import setup_links
from sphinx_recaps.names import setup_names
from sphinx_recaps.outputs import setup_outputs
from sphinx_recaps.paper import setup_paper
from sphinx_recaps.plain_text import setup_plain_text
from sphinx_recaps.reference import setup_reference
from sphinx_recaps.search import setup_search
from sphinx_recaps.shown import setup_shown
from sphinx_recaps.unfixed import setup_unfixed
from sphinx_recaps.unshown import setup_unshown
from sphinx_recaps.video import setup_video

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Set up every room of the extension."""
    setup_figure(app)
    setup_images(app)
    setup_image_checks(app)
    setup_video(app)
    setup_image_card(app)
    setup_domain(app)
    setup_inputs(app)
    setup_shown(app)
    setup_outputs(app)
    setup_index_pages(app)
    setup_search(app)
    setup_names(app)
    setup_addresses(app)
    setup_encodings(app)
    setup_leftovers(app)
    setup_hints(app)
    setup_house_rules(app)
    setup_unfixed(app)
    setup_circles(app)
    setup_unshown(app)
    setup_catalogue(app)
    setup_event(app)
    setup_event_list(app)
    setup_chart(app)
    setup_links(app)
    setup_reference(app)
    setup_plain_text(app)
    setup_dotted(app)
    setup_footnotes(app)
    setup_paper(app)
    # Doctrees hold what the directives found; raise env_version when its form changes, and all pages are read again.
    return {"env_version": 4, "parallel_read_safe": True, "parallel_write_safe": True}
