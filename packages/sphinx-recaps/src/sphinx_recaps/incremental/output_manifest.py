"""What was generated last time, so that only what is different is written again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.builders import Builder

NAME = ".recapinfo"  # beside Sphinx's own .buildinfo


def digest(*parts: str) -> str:
    """Return a short name of a content."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()


class Ledger:
    """The digests of what an output folder holds of one sort (``files``, ``pages``, ``search``, ``shown``)."""

    def __init__(self, builder: Builder, sort: str) -> None:
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

    def same(self, name: str, content: str) -> bool:
        """Note the digest of a content; say whether it was the same before."""
        self._now[name] = content
        return self._before.get(name) == content

    def holds(self, name: str, content: str, file: Path, not_before: float = 0) -> bool:
        """Note the digest of a content; say whether its file is there with just this content, and new enough."""
        try:
            return self.same(name, content) and file.stat().st_mtime >= not_before
        except OSError:
            return False

    def gone(self) -> list[str]:
        """Return the names that were there before, and were not noted."""
        return sorted(self._before.keys() - self._now.keys())

    def save(self) -> None:
        """Keep what was noted for the next build."""
        if self._now != self._before:
            known = {sort: held for sort, held in {**self._read(), self._sort: self._now}.items() if held}
            self._path.write_text(json.dumps(known, indent=0, sort_keys=True) + "\n", encoding="utf-8")
