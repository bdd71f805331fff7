"""The drawn covers of entries: a motif of a small set, turned and cropped by a hash of the entry.

A page has the motifs once, in a sprite; a cover is one element that refers to it, in the colour of the text around it.
"""

from __future__ import annotations

from zlib import crc32

# Drawn around the point 0, 0 and far beyond what is cropped, 40 to each side, so that every crop is filled.
SEATS = "".join(f'<circle r="{radius}" cy="40"/>' for radius in (12, 30, 48, 66, 84))
PATHS = (
    # Waves, bars, nested squares.
    "".join(f"M-96 {top}q24-24 48 0t48 0 48 0 48 0" for top in (-52, -26, 0, 26, 52)),
    "M-60 80V-8M-40 80V-30M-20 80V8M0 80V-36M20 80V-4M40 80V-24M60 80V14",
    "M-8-8H8V8H-8zM-24-24h48v48h-48zM-40-40h80v80h-80zM-56-56h112v112H-56z",
    # Zigzags, rays, a network.
    "".join(f"M-100 {top}l50 28 50-28 50 28 50-28" for top in (-56, -28, 0, 28)),
    "M-28 28V-90M-28 28l46-108M-28 28 64-62M-28 28l128-42M-28 28h130M-28 28l128 42M-28 28-88-76M-28 28l-80-20",
    "M-70-28-20-4-32 36 16 60M-20-4 24-30 72-8M24-30 14-70M-20-4l40 20-52 20M20 16l52 16M20 16l4-46",
)
DOTS = "".join(f"M-76 {top}H80" for top in range(-57, 58, 19))
MOTIFS = (
    SEATS,
    *(f'<path d="{path}"/>' for path in PATHS),
    f'<path stroke-dasharray="0 19" stroke-width="9" d="{DOTS}"/>',
)


def sprite() -> str:
    """Return the motifs, for the first list of a page."""
    symbols = "".join(f'<g id="recap-m{number}">{motif}</g>' for number, motif in enumerate(MOTIFS))
    return f'<svg class="recap-sprite" width="0" height="0" aria-hidden="true">{symbols}</svg>'


def cover(key: str) -> str:
    """Return the cover of an entry; ``key`` is its id on the page, such as ``poster-a1``."""
    motif, view, turn = _choices(key)
    return f'<svg viewBox="{view}"><use href="#recap-m{motif}" transform="rotate({turn})"/></svg>'


def drawing(key: str) -> str:
    """Return a cover that needs no sprite, for a page with few of them."""
    motif, view, turn = _choices(key)
    return f'<svg viewBox="{view}" aria-hidden="true"><g transform="rotate({turn})">{MOTIFS[motif]}</g></svg>'


def _choices(key: str) -> tuple[int, str, int]:
    """Return the motif, the crop and the rotation that belong to a key."""
    rest, motif = divmod(crc32(key.encode()), len(MOTIFS))
    rest, turn = divmod(rest, 36)
    rest, size = divmod(rest, 8)
    left, top = divmod(rest % 64, 8)
    width, height = 40 + 4 * size, 30 + 3 * size
    return motif, f"{4 * left - width} {3 * top - height} {width} {height}", turn * 10
