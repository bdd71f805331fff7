"""Less work for Python's garbage collector where an archive is large."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY = 1_000  # entries from which on it pays
SELDOM = 10_000  # new objects after which it looks then
_OFTEN = gc.get_threshold()


@contextmanager
def paused() -> Iterator[None]:
    """Pause the collector while many objects are made that all stay: it finds nothing to free among them.

    Looking for it again and again costs an archive of 20,000 entries a tenth of its build.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def set_aside(entries: int) -> None:
    """Keep all that there is out of the collector's sight, where it is much: it stays until the build ends.

    Processes that write pages then also share its memory. The collector also looks less often then: at what several
    pages leave behind, and not at what one needs. :func:`take_back` undoes both.
    """
    if entries > MANY:
        gc.freeze()
        gc.set_threshold(SELDOM)


def take_back() -> None:
    """Let the collector see everything again, as often as before."""
    gc.unfreeze()
    gc.set_threshold(*_OFTEN)
