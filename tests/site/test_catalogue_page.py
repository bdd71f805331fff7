"""Catalogues in the browser: search, filters, sorting, and addresses."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, cast

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.site.small_catalogue import FILES, THEME, data, shown
from tests.support import deep

if TYPE_CHECKING:
    from tests.site.conftest import Browse, BuildSmall, Tab


@pytest.fixture(scope="module")
def address(build_small: BuildSmall) -> str:
    """Return the address of the small site."""
    return build_small(FILES, THEME)


@pytest.fixture
def tab(browse: Browse, address: str) -> Tab:
    """Return a tab that may use the clipboard."""
    tab = browse(address)
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return tab


@pytest.mark.parametrize(
    "words",
    [
        "quantisation zoe",
        deep("ANGSTROM brev"),
        deep("xilinx"),
        deep("a4 brevitas"),
        deep("github.com/Xilinx/brevitas"),
    ],
)
def test_words_in_any_order_and_spelling_find_an_entry(tab: Tab, words: str) -> None:
    """The addresses of links are searched, too."""
    page = tab.open("posters.html")
    page.get_by_role("searchbox").fill(words)
    assert shown(page) == ["A4"]
    expect(page.locator(".recap-status p")).to_have_text(f"1 of 30 posters matching “{words}”")
    page.wait_for_url(re.compile(r"\?q="))
    page.reload()
    assert shown(page) == ["A4"]
    assert page.get_by_role("searchbox").input_value() == words


def test_topics_filter_the_list_and_show_the_number_of_matches(tab: Tab) -> None:
    page = tab.open("posters.html")
    vision = page.get_by_role("button", name="Vision")
    expect(vision).to_have_text("Vision 10")
    page.get_by_role("searchbox").fill("number 2")
    expect(vision).to_have_text("Vision 4")
    vision.click()
    assert shown(page) == ["A12", "A21", "A24", "A27"]
    assert vision.get_attribute("aria-pressed") == "true"
    assert "topic=Vision" in page.url
    page.get_by_role("button", name="Compilers").click()
    assert len(shown(page)) == 9
    page.go_back()
    assert shown(page) == ["A12", "A21", "A24", "A27"]
    page.go_back()
    assert len(shown(page)) == 12
    assert page.get_by_role("searchbox").input_value() == "number 2"
    page.go_forward()
    assert shown(page) == ["A12", "A21", "A24", "A27"]


def test_the_wall_is_filtered_like_the_list_and_links_to_it(tab: Tab) -> None:
    """Each poster has a tile named by code and title, and the chosen topic has an introduction."""
    page = tab.open("posters.html?topic=Vision")
    tiles = page.get_by_role("navigation", name="30 posters at a glance").get_by_role("listitem")
    assert tiles.count() == 30
    assert page.locator(".recap-wall li:not(.recap-off)").all_inner_texts() == shown(page)
    expect(page.locator(".recap-about")).to_have_text("What was seen.")
    tile = page.get_by_role("link", name="A10 Betting on zebras")
    tile.hover()
    assert "Betting on zebras" in tile.evaluate("(link) => getComputedStyle(link, '::after').content")
    tile.click()
    expect(page.locator("#poster-a10")).to_be_in_viewport()
    expect(page.locator(".recap-off")).to_have_count(0)
    expect(page.locator(".recap-about")).to_be_empty()


def test_facts_of_a_programme_filter_the_list(tab: Tab) -> None:
    """A list shows those that tell its entries apart; values that it does not have are ignored."""
    page = tab.open("many.html?track=Night&format=Talk")
    track, form = page.get_by_label("Track"), page.get_by_label("Format")
    assert (track.input_value(), form.input_value(), page.get_by_label("Room").count()) == ("Night", "", 0)
    assert len(shown(page)) == 8
    form.select_option("Tutorial")
    assert shown(page) == ["R6", "R12"]
    expect(page.locator(".recap-status p")).to_have_text("2 of 16 resources matching “Tutorial, Night”")
    assert page.url.endswith("many.html?format=Tutorial&track=Night")
    page.get_by_role("button", name="Topic 12").click()
    assert shown(page) == ["R12"]
    page.go_back()
    page.go_back()
    assert (track.input_value(), form.input_value(), len(shown(page))) == ("Night", "", 8)
    page.get_by_role("button", name="Show all 16 resources").click()
    assert (track.input_value(), len(shown(page))) == ("", 16)


def test_sorting_is_natural_and_can_be_undone(tab: Tab) -> None:
    page = tab.open("posters.html")
    assert shown(page)[:3] == ["A1", "A2", "A3"]
    page.get_by_label("Sort by").select_option("title")
    assert shown(page)[0] == "A10"
    page.get_by_label("Sort by").select_option("topic")
    assert shown(page)[:2] == ["A2", "A5"]
    assert "sort=topic" in page.url
    page.go_back()
    assert shown(page)[0] == "A10"
    page.go_back()
    assert shown(page)[:11] == [f"A{n}" for n in range(1, 12)]


def test_without_matches_a_button_shows_all_entries(tab: Tab) -> None:
    page = tab.open("posters.html?q=zebras&topic=Tools+%26+Ops")
    status = page.locator(".recap-status p")
    assert shown(page) == ["A10"]
    page.get_by_role("button", name="Tools & Ops").click()
    page.get_by_role("button", name="Vision").click()
    expect(status).to_have_text("No poster matches “zebras” in Vision. 1 does in other topics.")
    page.get_by_role("button", name="Show all 30 posters").click()
    assert len(shown(page)) == 30
    assert "?" not in page.url
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_link_to_a_hidden_entry_removes_the_filter_and_says_so(tab: Tab) -> None:
    page = tab.open("posters.html?q=brevitas")
    assert shown(page) == ["A4"]
    page.get_by_role("link", name="The zebras").click()
    expect(page.locator("#poster-a10")).to_be_in_viewport()
    expect(page.locator(".recap-status p")).to_have_text("The filter was removed to show poster A10.")
    assert page.url.endswith("posters.html#poster-a10")
    page.go_back()
    assert shown(page) == ["A4"]
    page = tab.open("posters.html?q=brevitas#poster-a10")
    expect(page.locator("#poster-a10")).to_be_in_viewport()


def test_filtering_after_a_link_survives_a_reload(tab: Tab) -> None:
    """Otherwise, the entry in the address would remove the filter."""
    page = tab.open("posters.html#poster-a10")
    page.get_by_role("button", name="Vision").click()
    page.reload()
    assert len(shown(page)) == 10


@pytest.mark.parametrize("key", [deep(""), "Space"])
def test_a_permalink_copies_the_address_of_the_entry_without_filters(tab: Tab, key: str) -> None:
    page = tab.open("posters.html?q=brevitas&sort=title")
    copy = page.get_by_role("button", name="Link to poster A4")
    page.evaluate("navigator.clipboard.writeText('')")
    copy.press(key) if key else copy.click()
    expect(page.locator("#poster-a4 .recap-ways a[href^='#']")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{tab.address}posters.html#poster-a4"
    expect(page.locator(".recap-said")).to_have_text("Link to poster A4: copied")
    expect(copy).to_be_visible()


def test_chosen_topics_are_always_visible(browse: Browse, address: str) -> None:
    """Phones show few of many topics, but all chosen ones, without scrolling sideways."""
    page = browse(address, viewport={"width": 320, "height": 700}).open("many.html?topic=Topic+7&topic=Topic+15")
    chips = page.locator(".recap-chips [aria-pressed]:visible")
    assert [text.split()[1] for text in chips.all_inner_texts()] == ["1", "10", "11", "15", "7"]
    boxes = [box for box in (chip.bounding_box() for chip in chips.all()) if box]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 320 for box in boxes)
    more = page.get_by_role("button", name="All 16 topics")
    more.click()
    assert chips.count() == 16
    fewer = page.get_by_role("button", name="Fewer topics")
    assert fewer.get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.activeElement.value") == "Topic 12"
    page.get_by_role("button", name="Topic 9").click()
    fewer.click()
    assert chips.count() == 6


def test_the_picture_of_an_entry_with_a_video_is_visible(tab: Tab) -> None:
    """The generated cover behind it is not."""
    page = tab.open("pictured.html")
    page.locator("#session-v1 img").evaluate("(image) => image.decode()")
    seen = Image.open(BytesIO(page.locator("#session-v1 .recap-tile").screenshot())).convert("RGB")
    red, green, blue = cast("tuple[int, int, int]", seen.getpixel((8, 8)))
    assert red + 15 < green < blue - 15, "#336699, darkened by the shade for the text on it"


def test_a_bar_links_to_the_filtered_list(tab: Tab) -> None:
    page = tab.open("index.html")
    page.get_by_role("link", name="Tools & Ops 10 posters").click()
    page.wait_for_url(re.compile("topic=Tools"))
    assert len(shown(page)) == 10
    assert page.get_by_role("button", name="Tools & Ops").get_attribute("aria-pressed") == "true"


def test_two_lists_are_independent(tab: Tab) -> None:
    page = tab.open("two.html")
    page.get_by_role("searchbox", name="Find in 12 sessions").fill("second")
    assert shown(page, "#catalogue-session") == ["T2"]
    assert len(shown(page, "#catalogue-poster")) == 30
    page.get_by_role("searchbox", name="Find in 30 posters").fill("zebras")
    page.wait_for_url(re.compile(r"q=zebras"))
    page.reload()
    assert (shown(page, "#catalogue-poster"), shown(page, "#catalogue-session")) == (["A10"], ["T2"])
    page = tab.open("two.html?q=third#catalogue-session")
    assert len(shown(page, "#catalogue-poster")) == 30
    assert shown(page, "#catalogue-session") == ["T3"]


def test_a_video_of_an_entry_plays_in_the_page(tab: Tab) -> None:
    tab.allow_players()
    page = tab.open("two.html")
    assert tab.others == []
    page.get_by_role("link", name="Play First").click()
    expect(page.locator("#session-t1 iframe")).to_be_visible()
    assert len(tab.players) == 1


@pytest.mark.deep
def test_two_thousand_entries_stay_smooth(browse: Browse, build_small: BuildSmall) -> None:
    """Each key press has an immediate effect; the limit allows for a busy machine."""
    tab = browse(build_small({**FILES, "posters.yaml": data(2000)}, THEME))
    page = tab.open("posters.html")
    page.get_by_role("searchbox").fill("x")
    times = page.evaluate("""() => {
      const box = document.querySelector(".recap-find input");
      const answer = (words) => {
        const start = performance.now();
        box.value = words;
        box.dispatchEvent(new Event("input"));
        document.body.getBoundingClientRect();
        return performance.now() - start;
      };
      // The fastest of several, because other programs slow down some of them.
      return ["n", "nu", "number 1", "number 19", "zebras", "", "person 2"].map((words) => Math.min(
        ...Array.from({ length: 4 }, () => [answer("x"), answer(words)][1]))).sort((one, other) => one - other);
    }""")
    assert times[len(times) // 2] < 250
