"""Digests of what the last build wrote, so that only what differs is written again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sphinx.builders import Builder

NAME = ".recapinfo"  # beside Sphinx's own .buildinfo


def digest(*parts: str | bytes) -> str:
    """Return a short hash of some texts."""
    data = b"\0".join(part.encode() if isinstance(part, str) else part for part in parts)
    return hashlib.blake2b(data, digest_size=12).hexdigest()


def file_digest(path: Path) -> str:
    """Return a short hash of the content of a file; '' if there is none."""
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


class OutputManifest:
    """The digests of one section of an output folder's manifest, such as ``files``, ``pages`` or ``shown``."""

    def __init__(self, builder: Builder, section: str) -> None:
        self._path = builder.outdir / NAME
        self._section = section
        self._previous: dict[str, str] = self._read().get(section, {})
        self._current: dict[str, str] = {}

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            sections = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return sections if isinstance(sections, dict) else {}

    def is_unchanged(self, name: str, content: str) -> bool:
        """Record the digest of some content; return whether the last build recorded the same one."""
        self._current[name] = content
        return self._previous.get(name) == content

    def is_current(self, name: str, content: str, file: Path, not_before: float = 0) -> bool:
        """Record the digest of a file's content; return whether the file exists with it, no older than a time."""
        try:
            return self.is_unchanged(name, content) and file.stat().st_mtime >= not_before
        except OSError:
            return False

    def keep(self, files: Mapping[str, Path], not_before: float = 0) -> bool:
        """Record the same digests as the last build for some files, by name; return whether all exist with one."""
        known = {name: self._previous.get(name) for name in files}
        try:
            kept = all(known.values()) and all(file.stat().st_mtime >= not_before for file in files.values())
        except OSError:
            return False
        if kept:
            self._current.update({name: content for name, content in known.items() if content})
        return kept

    def stale_names(self) -> list[str]:
        """Return the names that the last build recorded and this one did not."""
        return sorted(self._previous.keys() - self._current.keys())

    def save(self) -> None:
        """Write what was recorded, for the next build."""
        if self._current != self._previous:
            sections = {**self._read(), self._section: self._current}
            filled = {section: digests for section, digests in sections.items() if digests}
            self._path.write_text(json.dumps(filled, indent=0, sort_keys=True) + "\n", encoding="utf-8")
