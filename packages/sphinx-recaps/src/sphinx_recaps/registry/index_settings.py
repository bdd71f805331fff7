"""The setting for the pages People and Topics: their names and titles, or None to omit them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sphinx_recaps.core.messages import _
from sphinx_recaps.core.warnings import RecapWarning, keep_valid_items, report_setting
from sphinx_recaps.registry.index_plan import NAMES

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

_PAGE = re.compile(r"\w[\w-]*(?:/\w[\w-]*)*")


def index_name(config: Config, kind: str) -> str:
    """Return the name of the page of people (``person``) or topics (``topic``); '' if the project omits it."""
    declared = config.recap_indices.get(kind, (NAMES[kind], ""))
    return declared[0] if declared else ""


def index_title(config: Config, kind: str) -> str:
    """Return the title of the page of people or topics."""
    declared = config.recap_indices.get(kind)
    if declared:
        title: str = declared[1]
        return title
    return _("People") if kind == "person" else _("Topics")


def _mistake(kind: object, page: object) -> str:
    """Return the error in an item of the setting; '' if there is none."""
    if kind not in NAMES:
        return f"{kind!r} is not an index; write one of {', '.join(map(repr, NAMES))}"
    if page is None:
        return ""
    parts = page if isinstance(page, (tuple, list)) and all(isinstance(part, str) for part in page) else ()
    if len(parts) != 2 or not _PAGE.fullmatch(parts[0]) or not parts[1].strip():
        return f"{kind!r} has {page!r}; write the name of its page and its title, ('speakers', 'Speakers'), or None"
    return ""


def _check(app: Sphinx, config: Config) -> None:
    """Report invalid items in ``recap_indices``, and remove them."""
    config.recap_indices = keep_valid_items(app, "recap_indices", RecapWarning.INDEX_PAGE, _mistake)
    names = {kind: index_name(config, kind) for kind in NAMES}
    if len({*names.values()}) < len(names) and any(names.values()):
        mistake = "two indices have the same page; give each its own name"
        report_setting(app, "recap_indices", RecapWarning.INDEX_PAGE, f"recap_indices: {mistake}")
        config.recap_indices = {}


def setup_index_settings(app: Sphinx) -> None:
    """Set up the setting and its check."""
    app.add_config_value(
        "recap_indices",
        {},
        "env",
        types=dict,
        description="The pages of the indices `person` and `topic`, each with its name and title, such as "
        '`{"person": ("speakers", "Speakers")}`, or `None` for no such page.',
    )
    app.connect("config-inited", _check)
