"""The positions that links to lists and entries scroll to, and the size and contrast of controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.site.small_catalogue import FILES, THEME
from tests.support import deep

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.site.conftest import Browse, BuildSmall


@pytest.fixture(scope="module")
def address(build_small: BuildSmall) -> str:
    """Return the address of the small site."""
    return build_small(FILES, THEME)


# The distance of an element from the header of the theme, in CSS pixels.
BELOW_HEADER = """(id) => document.getElementById(id).getBoundingClientRect().top
  - document.querySelector(".bd-header").getBoundingClientRect().bottom"""


def assert_lands(page: Page, anchor: str) -> None:
    """Fail unless an element is directly below the header."""
    page.wait_for_load_state()
    distance = page.evaluate(BELOW_HEADER, anchor)
    assert -1 < distance < 60, (page.url, distance)


ENTRIES = ["poster-a1", "poster-a10", "poster-a16", "poster-a22"]


QUERIES = ["", "?sort=title", "?topic=Tools+%26+Ops"]


@pytest.mark.parametrize(
    ("width", "queries", "anchors"),
    [
        (390, QUERIES[:1], ENTRIES[::3]),
        (1280, QUERIES[2:], ENTRIES[1:2]),
        deep(390, QUERIES, ENTRIES),
        deep(1280, QUERIES, ENTRIES),
    ],
)
def test_a_link_to_an_entry_scrolls_to_it(
    browse: Browse, address: str, width: int, queries: list[str], anchors: list[str]
) -> None:
    """Order and filter do not matter."""
    page = browse(address, viewport={"width": width, "height": 844}).page
    for query in queries:
        for anchor in anchors:
            page.goto("about:blank")
            page.goto(f"{address}posters.html{query}#{anchor}")
            assert_lands(page, anchor)


@pytest.mark.parametrize("width", [390, deep(1280)])
def test_the_scroll_position_survives_reload_and_back(browse: Browse, address: str, width: int) -> None:
    page = browse(address, viewport={"width": width, "height": 844}).open("posters.html")
    page.get_by_role("link", name="The zebras").click()
    assert_lands(page, "poster-a10")
    before = page.evaluate("scrollY")
    page.reload()
    assert abs(page.evaluate("scrollY") - before) < 2
    page.goto(f"{address}index.html")
    page.go_back()
    assert_lands(page, "poster-a10")


@pytest.mark.deep
@pytest.mark.parametrize("width", [390, deep(1280)])
def test_links_scroll_to_their_target_on_a_slow_connection(browse: Browse, slow_site: str, width: int) -> None:
    """Scripts and pictures are still loading. This includes people and topics."""
    page = browse(slow_site, viewport={"width": width, "height": 844}).page
    posters = "recaps/2021-ecosystem-day/posters.html"
    codes = ["a1", "b3", "c4", "d8", "e1", "e5", "g1", "h6", "j2"]
    places = [
        (f"{posters}{query}", f"poster-{code}") for query in ("", "?sort=title", "?topic=Vision") for code in codes
    ]
    places += [("people.html", "person-yanan-cao"), ("topics.html", "topic-vision")]
    for path, anchor in places:
        page.goto("about:blank")
        page.goto(f"{slow_site}{path}#{anchor}")
        assert_lands(page, anchor)


SHARED = {
    "?topic=Vision": "10 of 30 posters in Vision",
    "?sort=title": "30 posters, sorted by title",
    "?q=zebras": "1 of 30 posters matching “zebras”",
    "?topic=Vision&topic=compilers&q=3&sort=topic#catalogue-poster": "in Vision or Compilers, matching “3”, sorted by",
    "?topic=Nonsense": "There is no topic “Nonsense”. 30 posters",
}


@pytest.mark.parametrize("width", [390, deep(1280)])
def test_an_address_with_a_filter_scrolls_to_the_list_and_describes_it(
    browse: Browse, address: str, width: int
) -> None:
    """Screen readers announce the description."""
    page = browse(address, viewport={"width": width, "height": 844}).page
    for query, words in SHARED.items():
        page.goto(f"{address}long.html{query}")
        assert_lands(page, "catalogue-poster")
        assert words in page.locator(".recap-status p").inner_text()
        expect(page.locator(".recap-said")).to_contain_text(words)


# Controls smaller than 24 pixels; on touch screens, also lower than 44 pixels in the filter.
SMALL = """(least) => [...document.querySelectorAll(".recap-catalogue :is(a, button, input, select, summary)")]
  .map((part) => [part.getBoundingClientRect(), part])
  .filter(([box, part]) => box.width && (Math.min(box.width, box.height) < 24
    || (part.closest(".recap-controls") && box.height < least)))
  .map(([, part]) => part.outerHTML)"""
# The links of entries that react to a finger on less than 24 pixels above each other; on the last line, which has only
# the links of an entry and space around them, on less than 44.
MISSED = """() => [...document.querySelectorAll(".recap-entry > :is(.recap-people, .recap-topics, .recap-ways)")]
  .filter((line) => getComputedStyle(line).clipPath === "none")
  .flatMap((line) => [...line.querySelectorAll("a, summary")])
  .filter((part) => part.checkVisibility() && !part.closest("details > ul"))
  .map((part) => {
    part.scrollIntoView({ block: "center", behavior: "instant" });
    const { left, top, width, height } = part.getClientRects()[0];
    const reach = (step) => {
      let y = top + height / 2;
      while (document.elementFromPoint(left + width / 2, y)?.closest("a, summary") === part) y += step;
      return Math.abs(y - top - height / 2);
    };
    const below = part.closest(".recap-ways")?.getBoundingClientRect().bottom - top - height;
    return [reach(-1) + reach(1) - 1, below < 8 ? 44 : 24, part.outerHTML];
  })
  .filter(([height, least]) => height < least)"""


@pytest.mark.parametrize(("touch", "least"), [(True, 44), deep(False, 24)])
def test_controls_are_large_enough(browse: Browse, address: str, touch: bool, least: int) -> None:
    page = browse(address, has_touch=touch, is_mobile=touch, viewport={"width": 390, "height": 844}).page
    for path in ("posters.html", "two.html", "many.html"):
        page.goto(f"{address}{path}")
        assert page.evaluate(SMALL, least) == []
        if touch:
            assert page.evaluate(MISSED) == []


@pytest.mark.parametrize("theme", ["light", deep("dark")])
def test_the_border_of_a_chip_has_enough_contrast(browse: Browse, address: str, theme: str) -> None:
    """WCAG 1.4.11 requires 3 to 1. With forced colours, a pressed chip differs from the others."""
    page = browse(address, color_scheme=theme).open("posters.html?topic=Vision")
    edge, ground = page.locator(".recap-chips [aria-pressed=false]").first.evaluate("""(chip) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
      return [getComputedStyle(chip).borderTopColor, getComputedStyle(document.body).backgroundColor].map((colour) => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
      });
    }""")
    assert contrast(edge, ground) >= 3
    page.emulate_media(forced_colors="active")
    styles = [
        page.locator(f".recap-chips [aria-pressed={state}]").first.evaluate(
            "(chip) => getComputedStyle(chip).backgroundColor"
        )
        for state in ("true", "false")
    ]
    assert styles[0] != styles[1]


def contrast(*colours: list[int]) -> float:
    """Return the contrast of two colours as defined in WCAG 2.2."""

    def luminance(colour: list[int]) -> float:
        parts = [value / 255 for value in colour]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    high, low = sorted(map(luminance, colours), reverse=True)
    return (high + 0.05) / (low + 0.05)
