"""The cache of the previous run: what it read of each page, and which files it published.

It only saves time: a run without it gives the same result.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sphinx_lean.files import Signature, read_lines, write_lines
from sphinx_lean.pages import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "published.jsonl"
FORM = 3  # of the file; one with another form is ignored


@dataclass
class PageRecord:
    """A page: the digest of its source, and what was read of it.

    ``facts`` is None for a page that stays as it is, perhaps because of a ``problem``. ``bundle`` are the scripts to
    bundle, ``blocked`` what its policy blocks. ``state`` is the digest of everything that the published page is made
    of, ``published`` that of the page itself, and ``policies`` are its policies.
    """

    source: str
    facts: Facts | None = None
    problem: str = ""
    bundle: list[str] = field(default_factory=list)
    blocked: list[list[str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    state: str = ""
    published: str = ""
    policies: list[str] = field(default_factory=list)


@dataclass
class CachedAssets:
    """The style sheets of a run, by the group that they replace, and their fonts.

    ``key`` is the digest of their sources; ``ids`` are those in their selectors, ``hosts`` those from which each style
    sheet loads. ``inline`` are the texts of those that few pages have.
    """

    key: str = ""
    ids: list[str] = field(default_factory=list)
    sheets: list[tuple[Any, list[str]]] = field(default_factory=list)
    inline: dict[str, str] = field(default_factory=dict)
    fonts: list[str] = field(default_factory=list)
    hosts: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Records:
    """Everything that the previous run noted; nothing if it had other settings or another version."""

    pages: dict[str, PageRecord] = field(default_factory=dict)
    assets: CachedAssets = field(default_factory=CachedAssets)
    files: dict[str, Signature] = field(default_factory=dict)


def read(cache: Path, fingerprint: str) -> Records:
    """Return the records of the previous run. The list of published files is valid for any settings."""
    lines = read_lines(cache / NAME)
    if not lines or lines[0] != FORM:
        return Records()
    _, before, files, assets, *pages = lines
    records = Records(files={path: Signature(*one) for path, one in files.items()})
    if before == fingerprint:
        records.assets = CachedAssets(**assets)
        records.pages = {path: _page(**one) for path, one in pages}
    return records


def _page(facts: dict[str, Any] | None, **others: Any) -> PageRecord:
    return PageRecord(facts=None if facts is None else Facts(**facts), **others)


def save(
    cache: Path,
    fingerprint: str,
    files: Mapping[str, Signature],
    assets: CachedAssets,
    pages: Mapping[str, PageRecord],
) -> None:
    """Write the records for the next run."""
    kept = [(path, {**vars(one), "facts": one.facts and vars(one.facts)}) for path, one in sorted(pages.items())]
    write_lines(cache / NAME, [FORM, fingerprint, files, asdict(assets), *kept])
