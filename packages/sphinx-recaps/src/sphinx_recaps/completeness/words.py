"""The words for what entries lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_recaps.core.messages import _, capitalised
from sphinx_recaps.registry.domain import recap_domain

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.registry.completeness import Completeness


def lack(criterion: str) -> str:
    """Return the heading of the entries that do not meet a criterion."""
    return {
        "summary": _("Without a summary"),
        "abstract": _("Without an abstract"),
        "recording": _("Without a recording"),
        "transcript": _("Without a transcript"),
        "picture": _("Without a picture"),
        "checked-links": _("With links that nobody has checked"),
        "copies": _("Without archived copies of their links"),
    }[criterion]


def nouns_of(env: BuildEnvironment, file: Completeness) -> str:
    """Return what to call the entries of a data file, such as ``Posters``."""
    return capitalised(recap_domain(env).kinds.nouns(file.kind))
