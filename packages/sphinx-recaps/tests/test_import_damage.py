"""Damaged programmes: an odd value anywhere, or an end too early, never crashes the import."""

from __future__ import annotations

import copy
import json
import random
from contextlib import suppress
from datetime import date
from functools import reduce
from operator import getitem
from typing import TYPE_CHECKING, Any

import pytest
from programmes import (
    ALL,
    FRAB,
    GRID_SESSION,
    ICS,
    LONG_VIDEO,
    PLAYLIST,
    PYVIDEO,
    RUBY,
    SUBMISSIONS,
    XML,
    imported,
)
from sphinx_recaps.data.loader import load_bytes
from sphinx_recaps.importers.programme import ImportFailedError

from tests.support import deep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ODD: list[Any] = [
    None, "", -1, 3.5, True, [], {}, "x" * 300, "2024-13-45", "a: b # c", [1, 2], [{"a": 1}], "<b>x", "\x00\x07",
    "https://", "null", {"name": None}, 10**30, "99:99", ["a", None],
]  # fmt: skip
GROUPS = [{"groupName": "All", "sessions": [GRID_SESSION]}]
SAMPLES: list[Any] = [FRAB, ALL, GROUPS, SUBMISSIONS, PLAYLIST, LONG_VIDEO, PYVIDEO]


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in JSON."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(item, (*path, key))


@pytest.mark.parametrize("attempts", [100, deep(2_000)])
def test_an_odd_value_anywhere_is_left_out_or_makes_a_message(tmp_path: Path, attempts: int) -> None:
    chosen = random.Random(attempts)
    for _ in range(attempts):
        sample = copy.deepcopy(chosen.choice(SAMPLES))
        *path, key = chosen.choice([*places(sample)])
        reduce(getitem, path, sample)[key] = copy.deepcopy(chosen.choice(ODD))
        try:
            texts = imported(tmp_path, "a.json", sample, start=date(2024, 3, 15)).texts
        except ImportFailedError as error:
            texts = {}
            message = str(error)
        else:
            message = ""
        assert "does not fit its format" not in message, json.dumps(sample)
        for name, text in texts.items():
            assert name == "imported.json" or load_bytes(text.encode()).problems == (), json.dumps(sample)


@pytest.mark.parametrize(
    ("name", "text"), [("a.xml", XML), ("a.ics", ICS), ("a.json", json.dumps(FRAB)), ("a.yml", RUBY)]
)
def test_a_file_cut_anywhere_makes_a_message(tmp_path: Path, name: str, text: str) -> None:
    for end in range(5, len(text) - 5, len(text) // 15):
        with suppress(ImportFailedError):
            imported(tmp_path, name, text[:end], start=date(2024, 3, 15))
