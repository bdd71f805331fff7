"""Former names (``was``): the ids and paths under which something was published before.

Each becomes an address of the site again, so it can only be an id, or a path inside the site.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sphinx_recaps.core.slugs import slug
from sphinx_recaps.data.fields import quote
from sphinx_recaps.data.yaml_reader import Map, Seq

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx_recaps.data.records import Entry
    from sphinx_recaps.data.yaml_reader import Place, Problem

# As patterns of JSON Schema, too: a part of a path, without what is not a plain name in an address or a file system.
_PART = r"""[^/\\.:?#%*|<>"'\x00-\x20\x7f][^/\\:?#%*|<>"'\x00-\x1f\x7f]*"""
FORMER_ENTRY = rf"^(/?({_PART}/)+)?[A-Za-z0-9][A-Za-z0-9._-]*$"
FORMER_PAGE = rf"^/?({_PART}/)*{_PART}$"
_ENDING = re.compile(r"\.(?:md|rst|html|ya?ml)$")
LONGEST = 200


def former_entry(text: str) -> str:
    """Return a former id of an entry, such as ``A4``, or the former address of its page, such as ``talks/A4``."""
    if len(text) <= LONGEST and re.fullmatch(FORMER_ENTRY, text):
        return text
    raise ValueError(f"{quote(text)} is not a former id; write an id such as A4, or in another file talks/A4")


def former_page(text: str) -> str:
    """Return the former path of a page, data file or folder, such as ``talks`` or ``/recaps/2024-days/talks``."""
    if len(text) <= LONGEST and re.fullmatch(FORMER_PAGE, text):
        return _ENDING.sub("", text)
    raise ValueError(f"{quote(text)} is not a former path; write one such as talks, or /recaps/2024-days/talks")


def resolved(name: str, folder: str) -> str:
    """Return a former path relative to the source folder; without a leading ``/`` it is relative to ``folder``."""
    return name[1:] if name.startswith("/") else f"{folder}/{name}".lstrip("/")


def former_files(content: Map, problems: list[Problem]) -> tuple[str, ...]:
    """Return the former paths of a list of entries, and report the others."""
    names: list[str] = []
    for text, place in _items(content):
        try:
            names.append(former_page(text))
        except ValueError as error:
            problems.append(place.problem(f"`was`: {error}"))
    return tuple(names)


def without_taken_ids(entries: Iterable[Entry], items: Sequence[Map], problems: list[Problem]) -> list[Entry]:
    """Return the entries of a file without former ids that another entry has or claims; these are reported.

    ``items`` are the same entries as in the file.
    """
    entries = list(entries)
    reasons: dict[str, str] = {}  # why a name cannot be a former one, by slug
    for entry, item in zip(entries, items, strict=True):
        line = item.value_place("id").line
        advice = "remove it, because an address leads to one entry"
        reasons[slug(entry.id)] = f"is the id of the entry on line {line}; {advice}"
    for index, (entry, item) in enumerate(zip(entries, items, strict=True)):
        if not entry.was:
            continue
        kept: list[str] = []
        for name, place in _items(item):
            key = name if "/" in name else slug(name)
            reason = "is the id of this entry itself; remove it" if key == slug(entry.id) else reasons.get(key)
            if reason:
                problems.append(place.problem(f"`was`: {quote(name)} {reason}"))
            elif name in entry.was:
                kept.append(name)
                reasons[key] = f"is also on line {place.line}; keep it in the entry to which the address should lead"
        if tuple(kept) != entry.was:
            entries[index] = replace(entry, was=tuple(kept))
    return entries


def _items(holder: Map) -> list[tuple[str, Place]]:
    """Return the texts under ``was``, each with its place."""
    value = holder.get("was")
    if isinstance(value, Seq):
        return [(item, value.item_place(index)) for index, item in enumerate(value) if isinstance(item, str)]
    return [(value, holder.value_place("was"))] if isinstance(value, str) else []
