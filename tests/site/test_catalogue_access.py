"""Lists for every reader: with the keyboard, a screen reader, no JavaScript, and in both colour schemes."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import axe_playwright_python
import pytest
from playwright.sync_api import expect

from tests.site.small_catalogue import FILES, THEME, shown
from tests.support import deep

if TYPE_CHECKING:
    from tests.site.conftest import Browse, BuildSmall, Tab

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


@pytest.fixture(scope="module")
def address(build_small: BuildSmall) -> str:
    """Return the address of the small site."""
    return build_small(FILES, THEME)


@pytest.fixture
def tab(browse: Browse, address: str) -> Tab:
    """Return a tab for the small site."""
    return browse(address)


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


def test_without_javascript_the_list_is_complete_and_has_no_controls(browse: Browse, address: str) -> None:
    tab = browse(address, java_script_enabled=False)
    page = tab.open("posters.html")
    assert len(shown(page)) == 30
    assert page.locator(".recap-controls").is_hidden()
    page.get_by_role("link", name="Link to poster A4").click()
    assert page.url.endswith("#poster-a4")


def test_nothing_moves_and_no_other_host_is_contacted(tab: Tab) -> None:
    page = tab.open("alone.html")
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
