"""Small data files for tests, and what is loaded from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_recaps.data.loader import Loaded, load_bytes

if TYPE_CHECKING:
    from sphinx_recaps.data.records import Catalogue, Event

HEAD = "kind: poster\nentries:\n"
GOOD = HEAD + "  - id: A1\n    title: First\n"
EVENT = "name: A day\nstart: 2021-04-21\n"


def entry(line: str) -> str:
    """Return a catalogue with one entry, and this line as line 5 of the file, from column 5."""
    return f"{GOOD}    {line}\n"


def two(first: str, second: str) -> str:
    """Return a catalogue with two entries, and these lines as lines 5 and 8 of the file."""
    return f"{GOOD}    {first}\n  - id: A2\n    title: Second\n    {second}\n"


def loaded(content: str | bytes) -> Loaded[Catalogue | Event]:
    """Return the content of a data file, and its mistakes."""
    return load_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content, "posters")
