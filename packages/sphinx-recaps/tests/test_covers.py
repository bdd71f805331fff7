"""Generated covers and the colours of topics can be distinguished and read by everybody."""

from __future__ import annotations

import re
from itertools import combinations
from math import dist
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sphinx_recaps
from sphinx_recaps.catalogue.cover import MOTIFS, cover, sprite
from sphinx_recaps.registry.topic_tones import TONES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support import Project

TONES_CSS = (Path(sphinx_recaps.__file__).parent / "catalogue/static/recap-tones.css").read_text(encoding="utf-8")
# Simulation of colour blindness in linear RGB: Machado, Oliveira, Fernandes, "A Physiologically-based Model for
# Simulation of Color Vision Deficiency" (2009), severity 1.0.
VISION = {
    "typical": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
MIN_DIFFERENCE = 20.0  # CIE76 ΔE; 2.3 is a just noticeable difference, side by side


def linear(colour: str) -> tuple[float, ...]:
    """Return the linear red, green and blue of `#rrggbb`, from 0 to 1."""
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def lab(rgb: tuple[float, ...], vision: str) -> tuple[float, float, float]:
    """Return a colour as seen with a type of colour vision, in CIELAB (D65)."""
    red, green, blue = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, rgb, strict=True)))) for row in VISION[vision])
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def luminance(colour: str) -> float:
    return sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def tones() -> list[str]:
    """Return the colours of topics."""
    return re.findall(r"^\.recap-tone-\d+ \{\s*--tone: (#[0-9a-f]{6})", TONES_CSS, re.MULTILINE)


@pytest.mark.parametrize("vision", VISION)
def test_the_colours_of_topics_can_be_distinguished(vision: str) -> None:
    """This includes readers with the three types of colour blindness."""
    assert len(tones()) == TONES
    seen = {tone: lab(linear(tone), vision) for tone in tones()}
    for one, other in combinations(seen, 2):
        assert dist(seen[one], seen[other]) > MIN_DIFFERENCE, f"{one} and {other}"


def test_the_code_on_a_cover_has_enough_contrast() -> None:
    dark = {int(number) for number in re.findall(r"\.recap-tone-(\d+)[,)]", TONES_CSS)}
    for number, tone in enumerate(tones()):
        words = luminance("#171411" if number in dark else "#ffffff")
        lighter, darker = sorted((luminance(tone), words), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, tone


def entries() -> Iterator[str]:
    """Yield as many ids of posters as a large event has."""
    yield from (f"poster-{row}{column}" for row in "abcdefghijk" for column in range(1, 13))


def test_the_covers_of_an_event_are_unique() -> None:
    """They depend only on the id, so they never change, and all motifs are used."""
    covers = [cover(key) for key in entries()]
    assert len(set(covers)) == len(covers)
    assert {re.findall("#recap-m(.)", art)[0] for art in covers} == {str(number) for number in range(len(MOTIFS))}
    assert cover("poster-a1") == cover("poster-a1")
    assert max(map(len, covers)) < 100
    assert len(sprite()) < 2_500


def test_covers_differ_by_kind(project: Project) -> None:
    """Posters show their code, keynotes initials, sessions and episodes neither. The motifs are on the page once."""
    one = "title: One, people: [Ann Other, Bob Else]"
    files = {f"{kind}.yaml": f"kind: {kind}\nentries:\n  - {{id: {key}, {one}}}\n" for kind, key in KINDS.items()}
    page = "# Home\n\n" + "".join(f":::{{catalogue}} {kind}.yaml\n:::\n\n" for kind in KINDS)
    built = project({"index.md": page, **files})
    assert built.messages == ""
    html = built.html()
    assert len(html.select(".recap-sprite")) == 1
    assert [mark.text for mark in html.select(".recap-code:has(> svg > use)")] == ["A1", "AO", ""]
    assert html.select(".recap-kind-episode .recap-bare:not(:has(.recap-code))")


def test_entries_with_a_video_and_without_topics_have_covers_of_their_own(project: Project) -> None:
    """Their colours differ, as there are no topics that colours could stand for."""
    talks = "".join(f"  - {{id: talk-{n}, title: Talk {n}, video: {n:011d}}}\n" for n in range(9))
    built = project(
        {"index.md": "# Home\n\n:::{catalogue} t.yaml\n:::\n", "t.yaml": f"kind: session\nentries:\n{talks}"}
    )
    assert built.messages == ""
    html = built.html()
    assert len({str(art) for art in html.select(".recap-video-cover > svg")}) == 9
    tones = [next(name for name in entry["class"] if "tone" in name) for entry in html.select(".recap-entry")]
    assert len(set(tones)) > 4


KINDS = {"poster": "A1", "keynote": "ann-other", "session": "a-session", "episode": "an-episode"}
