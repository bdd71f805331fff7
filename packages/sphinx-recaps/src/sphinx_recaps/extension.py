"""Sets up all parts of the extension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_recaps.archive.references import setup_links
from sphinx_recaps.catalogue.directive import setup_catalogue
from sphinx_recaps.catalogue.entry_page import setup_entry_pages
from sphinx_recaps.catalogue.topic_chart import setup_chart
from sphinx_recaps.checks.encodings import setup_encodings
from sphinx_recaps.checks.links import setup_link_checks
from sphinx_recaps.checks.markdown import setup_markdown_check
from sphinx_recaps.checks.site_rules import setup_site_rules
from sphinx_recaps.checks.toctree_loops import setup_toctree_loops
from sphinx_recaps.checks.unused_data import setup_unused_data
from sphinx_recaps.completeness.pages import setup_completeness
from sphinx_recaps.core.assets import setup_assets
from sphinx_recaps.core.figure import setup_figure
from sphinx_recaps.core.language import setup_direction
from sphinx_recaps.core.messages import setup_messages
from sphinx_recaps.core.templates import setup_templates
from sphinx_recaps.core.word_breaks import setup_word_breaks
from sphinx_recaps.event.directive import setup_event
from sphinx_recaps.event.event_list import setup_event_list
from sphinx_recaps.event.folder_pages import setup_folder_pages
from sphinx_recaps.folded.section import setup_folded
from sphinx_recaps.formats.footnotes import setup_footnotes
from sphinx_recaps.formats.paper import setup_paper
from sphinx_recaps.formats.plain_text import setup_plain_text
from sphinx_recaps.image_card.directive import setup_image_card
from sphinx_recaps.images.checks import setup_image_checks
from sphinx_recaps.images.local import setup_images
from sphinx_recaps.incremental.inputs import setup_inputs
from sphinx_recaps.incremental.page_dependencies import setup_page_dependencies
from sphinx_recaps.incremental.repeated_warnings import setup_repeated_warnings
from sphinx_recaps.incremental.stale_outputs import setup_stale_outputs
from sphinx_recaps.people.pages import setup_index_pages
from sphinx_recaps.people.sidebar import setup_sidebar
from sphinx_recaps.publish.formats import setup_publish
from sphinx_recaps.reference.directive import setup_reference
from sphinx_recaps.registry.domain import setup_domain
from sphinx_recaps.registry.former_pages import setup_former_pages
from sphinx_recaps.registry.known_names import setup_known_names
from sphinx_recaps.registry.reports import setup_reports
from sphinx_recaps.search.index import setup_search
from sphinx_recaps.transcripts.node import setup_transcripts
from sphinx_recaps.video.directive import setup_video

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup_parts(app: Sphinx) -> None:
    """Set up every part; handlers of the same event and priority run in this order."""
    setup_messages(app)
    setup_direction(app)
    setup_assets(app)
    setup_templates(app)
    setup_figure(app)
    setup_images(app)
    setup_image_checks(app)
    setup_transcripts(app)  # before the player, whose script runs after that of transcripts
    setup_video(app)
    setup_image_card(app)
    setup_domain(app)
    setup_known_names(app)
    setup_reports(app)
    setup_former_pages(app)
    setup_inputs(app)
    setup_page_dependencies(app)
    setup_stale_outputs(app)
    setup_index_pages(app)
    setup_sidebar(app)
    setup_search(app)
    setup_publish(app)
    setup_link_checks(app)
    setup_encodings(app)
    setup_markdown_check(app)
    setup_site_rules(app)
    setup_repeated_warnings(app)
    setup_toctree_loops(app)
    setup_unused_data(app)
    setup_catalogue(app)
    setup_entry_pages(app)
    setup_event(app)
    setup_event_list(app)
    setup_folder_pages(app)
    setup_chart(app)
    setup_completeness(app)
    setup_links(app)
    setup_reference(app)
    setup_plain_text(app)
    setup_word_breaks(app)
    setup_footnotes(app)
    setup_folded(app)
    setup_paper(app)
