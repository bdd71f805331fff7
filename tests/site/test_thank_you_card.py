"""The thank-you card shows the figures of the event."""

from __future__ import annotations

import math
import re
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

from tests.site.facts import COUNTS, EVENT, ROOT, event, groups

SVG = "{http://www.w3.org/2000/svg}"


class Drawing(NamedTuple):
    """The shapes in the picture."""

    tiles: list[int]  # in each block
    bubbles: int
    arcs: list[float]  # lengths, as angles in radians
    size: tuple[str | None, str | None]


def drawing(name: str) -> Drawing:
    """Count the shapes in the picture ``name`` of the event."""
    root = ET.fromstring((ROOT / EVENT / "images" / name).read_text(encoding="utf-8"))
    part = {str(group.get("id")): group for group in root.iter(f"{SVG}g") if group.get("id")}
    arcs = []
    for path in part["sessions"]:
        match = re.fullmatch(r"M([\d.]+) ([\d.]+)A([\d.]+) \3 0 0 1 ([\d.]+) ([\d.]+)", str(path.get("d")))
        assert match, path.get("d")
        x0, y0, radius, x1, y1 = map(float, match.groups())
        arcs.append(2 * math.asin(math.hypot(x1 - x0, y1 - y0) / 2 / radius))
    tiles = [len(block.findall(f"{SVG}rect")) for block in part["posters"]]
    return Drawing(tiles, len(list(part["speakers"])), arcs, (root.get("width"), root.get("height")))


@pytest.mark.parametrize("name", ["thank-you.svg", "thank-you-dark.svg"])
def test_the_card_shows_the_numbers_of_the_event(name: str) -> None:
    """It has a tile per poster, in blocks by group, a bubble per speaker, and an arc per session with its length."""
    picture = drawing(name)
    assert picture.tiles == list(groups().values())
    assert picture.bubbles == COUNTS["speakers"]
    hours = [(session.end - session.start).seconds / 3600 for session in event().sessions]
    assert [arc / sum(picture.arcs) for arc in picture.arcs] == pytest.approx(
        [hour / sum(hours) for hour in hours], abs=0.01
    )


@pytest.mark.parametrize("name", ["thank-you.svg", "thank-you-dark.svg"])
def test_the_card_is_self_contained_and_small(name: str) -> None:
    """It needs no fonts or other files, and has a size."""
    file = ROOT / EVENT / "images" / name
    root = ET.fromstring(file.read_text(encoding="utf-8"))
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "g", "rect", "path"}
    assert file.stat().st_size < 10_000
