"""The names of the published files, relative to the output folder.

A file made from a data file has its path: ``recaps/2024-orchid-days/talks.json`` from ``talks.yaml`` in that folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_recaps.core.slugs import slug

if TYPE_CHECKING:
    from sphinx_recaps.data.records import Event
    from sphinx_recaps.registry.domain import RecapDomain


ALL_RECORDS = "records"  # the exports of the whole site
SITE_PICTURE = "preview.png"
MAX_PICTURES = 2_000  # of entries, which take a minute and a half to draw; with more, their pages show those of events


def export_name(path: str, suffix: str = "") -> str:
    """Return the name of a file made from a data file."""
    return f"{path.rpartition('.')[0]}{suffix}"


def entries_have_pictures(domain: RecapDomain) -> bool:
    """Return whether the pages of entries have pictures of their own."""
    return len(domain.written_entry_pages()) <= MAX_PICTURES


def session_names(event: Event) -> list[str]:
    """Return a unique name for each session of an event, which is added to that of a file."""
    names: list[str] = []
    for session in event.sessions:
        base = name = slug(session.name)
        number = 1
        while name in names:
            number += 1
            name = f"{base}-{number}"
        names.append(name)
    return names
