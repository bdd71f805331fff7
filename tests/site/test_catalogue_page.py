"""Catalogues in the browser: search, filters, sorting, addresses and keyboard, and lists without JavaScript."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, cast

import axe_playwright_python
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.support import deep, picture

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.site.conftest import Browse, BuildSmall, Tab
    from tests.support import Files

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# Parts of lists that are wider than the page, except chips, which scroll in their row.
TOO_WIDE = """[...document.querySelectorAll(".bd-article :is([class^=recap], [class*=' recap'])")]
  .filter((part) => !part.closest(".recap-chips") && part.getBoundingClientRect().right > innerWidth)
  .map((part) => part.outerHTML)"""
EVERY_DAY = {
    ("dark", 1280, "posters.html?q=nothing+at+all"),
    ("light", 390, "two.html?topic=Vision#session-t1"),
}
PATHS = ["posters.html", "posters.html?q=nothing+at+all", "two.html?topic=Vision#session-t1", "index.html"]
THEME = "pydata_sphinx_theme"
TOPICS = ("Vision", "Tools & Ops", "Compilers")
SPECIAL_POSTERS = {
    4: ("Brevitas: quantisation by Zoë Ångström", "https://github.com/Xilinx/brevitas"),
    10: ("Betting on zebras", "https://example.org/zebras"),
}


def data(number: int = 30) -> str:
    """Return a file of posters A1, A2, …; each topic has a third of them."""
    lines = ["kind: poster", "entries:"]
    for n in range(1, number + 1):
        title, link = SPECIAL_POSTERS.get(n, (f"Poster number {n}", f"https://example.org/p{n}"))
        lines += [f"  - id: A{n}", f"    title: '{title}'", f"    people: [Person {n}]", f"    link: {link}"]
        lines += [f"    topics: [{TOPICS[n % 3]}]", "    summary: What it is about."]
    return "\n".join(lines) + "\n"


FILES: Files = {
    "index.md": ("# Home\n\n```{toctree}\n:glob:\n*\n```\n\n:::{topic-chart} posters.yaml\n:catalogue: posters\n:::\n"),
    "posters.md": (
        "---\nmyst:\n  enable_extensions: [attrs_block, colon_fence, deflist]\n---\n"
        "# Posters\n\n<a href='#poster-a10'>The zebras</a>\n\n:::{catalogue} posters.yaml\n:wall:\n:::\n\n"
        "{.recap-topic-notes}\nVision\n: What was seen.\n\nCompilers\n: What was made.\n"
    ),
    "posters.yaml": data(),
    "two.md": "# Two\n\n## One\n\n:::{catalogue} posters.yaml\n:::\n\n## Other\n\n:::{catalogue} talks.yaml\n:::\n",
    "long.md": "# Long\n\n"
    + "Text before the list.\n\n" * 80
    + ":::{catalogue} posters.yaml\n:::\n"
    + "Text after the list.\n\n" * 40,
    "many.md": "# Many\n\n:::{catalogue} many.yaml\n:::\n",
    "many.yaml": "kind: resource\nentries:\n"
    + "".join(
        f"  - {{id: R{n}, title: Resource {n}, topics: [Topic {n}], track: {('Night', 'Day')[n % 2]}, room: Hall"
        f"{', format: Tutorial' if n % 3 == 0 else ''}}}\n"
        for n in range(1, 17)
    ),
    "pictured.md": "# Pictured\n\n:::{catalogue} pictured.yaml\n:::\n",
    "pictured.yaml": "kind: session\nentries:\n  - {id: V1, title: Seen, video: aqz-KE-bpKQ, image: one.png}\n",
    "one.png": picture(size=(320, 240)),
    "talks.yaml": (
        "kind: session\nentries:\n  - {id: T1, title: First, video: aqz-KE-bpKQ}\n"
        "  - {id: T2, title: Second}\n  - {id: T3, title: Third}\n"
        + "".join(f"  - {{id: T{n}, title: Talk {n}}}\n" for n in range(4, 13))
    ),
}


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


def shown(page: Page, within: str = "body") -> list[str]:
    """Return the codes of the visible entries, in order."""
    codes = page.locator(f"{within} .recap-entry:visible .recap-code").all_text_contents()
    return [code.strip() for code in codes]


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


def test_the_keyboard_is_enough(tab: Tab) -> None:
    page = tab.open("posters.html")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("brev/")
    assert page.get_by_role("searchbox").input_value() == "brev/"
    page.keyboard.press("Escape")
    assert len(shown(page)) == 30
    page.keyboard.type("brevitas")
    page.keyboard.press("Enter")
    assert shown(page) == ["A4"]
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Sort by")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert len(shown(page)) == 10
    page.keyboard.press("Escape")
    assert len(shown(page)) == 30


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


def test_screen_readers_announce_the_result_after_a_pause(tab: Tab) -> None:
    """They do not announce it for each letter. It includes topics and order."""
    page = tab.open("posters.html")
    page.evaluate("""() => {
      window.announcements = [];
      const status = document.querySelector(".recap-said");
      new MutationObserver(() => window.announcements.push(status.textContent)).observe(status, { childList: true });
    }""")
    assert page.locator(".recap-said").get_attribute("role") == "status"
    assert page.locator(".recap-status [role=status], .recap-status [aria-live]").count() == 0
    page.get_by_role("searchbox").press_sequentially("number")
    page.wait_for_function("announcements.length")
    page.get_by_role("button", name="Vision").click()
    page.get_by_label("Sort by").select_option("title")
    page.wait_for_function("announcements.length > 1")
    assert page.evaluate("announcements") == [
        "28 of 30 posters matching “number”",
        "10 of 30 posters in Vision, matching “number”, sorted by title",
    ]


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


def test_a_skip_link_leads_to_the_list(tab: Tab) -> None:
    page = tab.open("posters.html")
    page.evaluate(
        "document.querySelector('.bd-article').insertAdjacentHTML('afterbegin', '<a id=start href=#x>Start</a>')"
    )
    page.locator("#start").focus()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the 30 posters")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()


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


def test_without_javascript_the_list_is_complete_and_has_no_controls(browse: Browse, address: str) -> None:
    tab = browse(address, java_script_enabled=False)
    page = tab.open("posters.html")
    assert len(shown(page)) == 30
    assert page.locator(".recap-controls").is_hidden()
    page.get_by_role("link", name="Link to poster A4").click()
    assert page.url.endswith("#poster-a4")


def test_nothing_moves_and_no_other_host_is_contacted(tab: Tab) -> None:
    page = tab.open("posters.html")
    page.wait_for_selector(".recap-ready")
    assert [shift for shift in page.evaluate("window.flushShifts()") if "recap" in shift] == []
    assert (tab.others, tab.errors, tab.missing) == ([], [], [])


@pytest.mark.parametrize(
    ("theme", "wide", "path"),
    [shown if shown in EVERY_DAY else deep(*shown) for shown in product(("light", "dark"), (390, 1280), PATHS)],
)
def test_axe_reports_no_violations(browse: Browse, address: str, theme: str, wide: int, path: str) -> None:
    page = browse(address, color_scheme=theme, viewport={"width": wide, "height": 900}).open(path)
    page.evaluate(AXE)
    violations = page.evaluate("axe.run('.bd-article').then(({ violations }) => violations)")
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in violations] == []
    assert page.evaluate(TOO_WIDE) == []


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
