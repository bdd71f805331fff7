"""The file `imported.json` beside the data files: what the sources had when they were last imported.

It has no values, only a short hash of each, so that an import can tell what the source changed from what people
changed. It is committed with the data. Without it, the next import takes every value for something that people wrote.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sphinx_recaps.importers.programme import ImportFailedError

if TYPE_CHECKING:
    from pathlib import Path

NAME = "imported.json"
_ABOUT = "Written by sphinx-recaps import: hashes of what the sources had. Keep it with the data, and do not edit it."


@dataclass
class Known:
    """An imported entry: its keys in the sources, and the hashes of its values by the format of the source."""

    keys: list[str] = field(default_factory=list)
    hashes: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class State:
    """The imported entries by `file/id`, and the sources that `event.yaml` names, by format."""

    entries: dict[str, Known] = field(default_factory=dict)
    sources: dict[str, dict[str, str]] = field(default_factory=dict)


def read_state(folder: Path) -> State:
    """Return the state in a folder; an empty one if there is none."""
    path = folder / NAME
    if not path.is_file():
        return State()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        entries = {
            str(name): Known(
                [str(key) for key in known["keys"]], {str(key): dict(value) for key, value in known["hashes"].items()}
            )
            for name, known in content["entries"].items()
        }
        return State(entries, {str(key): dict(value) for key, value in content["sources"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{path}: this file is damaged; restore it with Git, or delete it to keep every value as it is"
        raise ImportFailedError(msg) from error


def state_text(state: State) -> str:
    """Return the state as text, with a line for each entry, so that Git can merge it."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(_compact(known), ensure_ascii=False)}"
        for name, known in sorted(state.entries.items())
    ]
    entries = ",\n  ".join(lines)
    sources = json.dumps(state.sources, ensure_ascii=False, sort_keys=True)
    return f'{{\n "about": {json.dumps(_ABOUT)},\n "sources": {sources},\n "entries": {{\n  {entries}\n }}\n}}\n'


def _compact(known: Known) -> dict[str, Any]:
    return {
        "keys": known.keys,
        "hashes": {name: dict(sorted(hashes.items())) for name, hashes in sorted(known.hashes.items())},
    }


def hash_of(value: Any) -> str:  # noqa: ANN401 (any YAML)
    """Return a short hash of a value, which does not depend on line breaks."""
    return hashlib.sha256(json.dumps(plain(value), ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:10]


def plain(value: Any) -> Any:  # noqa: ANN401 (any YAML)
    """Return a value without comments and line breaks; a single name is the same as a list of it."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return plain(value[0]) if len(value) == 1 and isinstance(value[0], str) else [plain(item) for item in value]
    return " ".join(str(value).split())
