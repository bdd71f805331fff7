"""The setting ``recap_publish``: which formats a site publishes beside its pages.

All of them contain addresses, so nothing is published without ``html_baseurl``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.util import logging

from sphinx_recaps.core.warnings import RecapWarning, report_setting
from sphinx_recaps.registry.index_plan import writes_indices

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.config import Config

logger = logging.getLogger(__name__)

# Each format, and the extension, if any, to which it is left if a project uses that.
FORMATS = {
    "previews": "sphinxext.opengraph",
    "pictures": "",
    "sitemap": "sphinx_sitemap",
    "not-found": "notfound.extension",
    "structured-data": "",
    "citations": "",
    "feeds": "",
    "calendars": "",
    "exports": "",
}


def base_address(config: Config) -> str:
    """Return the address of the site, with a slash at its end."""
    return f"{config.html_baseurl.rstrip('/')}/"


def _has_address(config: Config) -> bool:
    return bool(re.match(r"https?://[^/]", config.html_baseurl, re.IGNORECASE))


def publishes(builder: Builder, name: str) -> bool:
    """Return whether a builder publishes a format: it writes pages for the web, whose address the project knows."""
    return (
        isinstance(builder, StandaloneHTMLBuilder)
        and not builder.embedded
        and not isinstance(builder, SingleFileHTMLBuilder)
        and _has_address(builder.config)
        and name in builder.config.recap_publish
    )


def _check(app: Sphinx, config: Config) -> None:
    """Report unknown formats, and leave out those that another extension of the project publishes."""
    known = ", ".join(map(repr, FORMATS))
    for name in config.recap_publish:
        if name not in FORMATS:
            message = f"recap_publish: {name!r} is not a format; write some of {known}"
            report_setting(app, "recap_publish", RecapWarning.PUBLISH, message)
    config.recap_publish = [
        name for name, other in FORMATS.items() if name in config.recap_publish and other not in app.extensions
    ]


def _log_missing_address(app: Sphinx) -> None:
    if writes_indices(app.builder) and app.config.recap_publish and not _has_address(app.config):
        logger.info(
            "recap_publish: nothing is published for programs, because the address of the site is unknown; "
            "set html_baseurl to a full address, such as https://example.org/"
        )


def setup_settings(app: Sphinx) -> None:
    """Set up the setting and its check."""
    names = ", ".join(f"`{name}`" for name in FORMATS)
    app.add_config_value(
        "recap_publish",
        [*FORMATS],
        "html",
        types=frozenset({list, tuple}),
        description=f"What is published for programs beside the pages, all by default: {names}. It contains addresses, "
        "so it requires `html_baseurl`.",
    )
    app.add_config_value(
        "recap_licence",
        "",
        "html",
        types=frozenset({str}),
        description="The licence of the records, as an address such as https://creativecommons.org/licenses/by/4.0/.",
    )
    app.connect("config-inited", _check)
    app.connect("builder-inited", _log_missing_address)
