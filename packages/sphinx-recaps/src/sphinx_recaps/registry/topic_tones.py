"""The colours of topics, by number: those of the style sheet recap-tones.css."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sphinx_recaps.data.records import Entry

TONES = 12  # number of colours


def tones_of(entries: Iterable[Entry]) -> dict[str, int]:
    """Return the colours of the topics of a file, which are the same on every page that shows a part of the file.

    If there are more topics than colours, only the most frequent ones get a colour, so that no two share one.
    """
    coloured = islice(counted_topics(entries), TONES)
    return {topic: number for number, topic in enumerate(sorted(coloured))}


def counted_topics(entries: Iterable[Entry]) -> dict[str, int]:
    """Return the number of entries of each topic, sorted by frequency, then by name."""
    counts = Counter(chain.from_iterable(entry.topics for entry in entries))
    return {topic: counts[topic] for topic in sorted(sorted(counts), key=counts.__getitem__, reverse=True)}


def tone_of(entry: Entry, tones: Mapping[str, int], key: str) -> int | None:
    """Return the colour of an entry's first topic; in a list without topics, they just differ by their keys."""
    if not tones:
        return crc32(key.encode()) % TONES
    return tones.get(entry.topics[0]) if entry.topics else None
