"""The thank-you card of the event is drawn from its figures: what it shows can be counted."""

from __future__ import annotations

import math
import re
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

from tests.site.test_facts import COUNTS, EVENT, ROOT, event, groups

SVG = "{http://www.w3.org/2000/svg}"


class Drawing(NamedTuple):
    """What is counted in the picture."""

    tiles: list[int]  # in each block of seats
    bubbles: int
    arcs: list[float]  # lengths, as angles in radians
    size: tuple[str | None, str | None]


def drawing(name: str) -> Drawing:
    """Count the picture ``name`` of the event."""
    root = ET.fromstring((ROOT / EVENT / "images" / name).read_text(encoding="utf-8"))
    part = {str(group.get("id")): group for group in root.iter(f"{SVG}g") if group.get("id")}
    arcs = []
    for path in part["sessions"]:
        found = re.fullmatch(r"M([\d.]+) ([\d.]+)A([\d.]+) \3 0 0 1 ([\d.]+) ([\d.]+)", str(path.get("d")))
        assert found, path.get("d")
        x0, y0, radius, x1, y1 = map(float, found.groups())
        arcs.append(2 * math.asin(math.hypot(x1 - x0, y1 - y0) / 2 / radius))
    tiles = [len(block.findall(f"{SVG}rect")) for block in part["posters"]]
    return Drawing(tiles, len(list(part["speakers"])), arcs, (root.get("width"), root.get("height")))


@pytest.mark.parametrize("name", ["thank-you.svg", "thank-you-dark.svg"])
def test_the_card_draws_what_its_caption_says(name: str) -> None:
    """A tile a poster in blocks by group, a bubble a speaker, an arc a session and as long as its hours."""
    picture = drawing(name)
    assert picture.tiles == list(groups().values())
    assert picture.bubbles == COUNTS["speakers"]
    hours = [(session.end - session.start).seconds / 3600 for session in event().sessions]
    assert [arc / sum(picture.arcs) for arc in picture.arcs] == pytest.approx(
        [hour / sum(hours) for hour in hours], abs=0.01
    )


@pytest.mark.parametrize("name", ["thank-you.svg", "thank-you-dark.svg"])
def test_the_card_is_complete_in_itself(name: str) -> None:
    """The picture needs no font and no other file, reserves its size, and takes little of a slow line."""
    file = ROOT / EVENT / "images" / name
    root = ET.fromstring(file.read_text(encoding="utf-8"))
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "g", "rect", "path"}
    assert file.stat().st_size < 10_000
