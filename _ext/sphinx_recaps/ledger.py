"""What was generated last time, so that only what is different is written again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.builders.html import StandaloneHTMLBuilder

NAME = ".recapinfo"  # beside Sphinx's own .buildinfo


def digest(*parts: str) -> str:
    """Return a short name of a content."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()


class Ledger:
    """The digests of what an output folder holds of one sort (``pages``, ``search``)."""

    def __init__(self, builder: StandaloneHTMLBuilder, sort: str) -> None:
        self._path = builder.outdir / NAME
        self._sort = sort
        self._before: dict[str, str] = self._read().get(sort, {})
        self._now: dict[str, str] = {}

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def holds(self, name: str, content: str, file: Path, not_before: float = 0) -> bool:
        """Note the digest of a content; say whether its file is there with just this content, and new enough."""
        self._now[name] = content
        try:
            return self._before.get(name) == content and file.stat().st_mtime >= not_before
        except OSError:
            return False

    def save(self) -> list[str]:
        """Keep what was noted for the next build, and return the names that are no longer there."""
        if self._now != self._before:
            known = {**self._read(), self._sort: self._now}
            self._path.write_text(json.dumps(known, indent=0, sort_keys=True) + "\n", encoding="utf-8")
        return sorted(self._before.keys() - self._now.keys())
