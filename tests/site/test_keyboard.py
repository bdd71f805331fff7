"""The site without a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.site.conftest import POSTERS, RECAP, look_at

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.site.conftest import Browse, Tab

MANY = 100  # stops; only pages with long lists have more
# Counts the stops of the Tab key that a reader cannot see, or that do not show that they have the focus.
EXAMINE_STOP = """() => {
  const stop = document.activeElement;
  if (!stop || stop === document.body || stop.dataset.examined) return null;
  stop.dataset.examined = "yes";
  const settle = () => document.getAnimations().forEach((animation) => {
    try { animation.finish(); } catch { animation.cancel(); }
  });
  // A tab is the label of a radio button, and the button itself is drawn by nobody.
  const seen = stop.type === "radio" && getComputedStyle(stop).opacity === "0" ? stop.labels[0] : stop;
  const look = () => { settle(); return [seen, ...seen.children, stop.parentElement].flatMap((element) =>
    [null, "::before", "::after"].map((part) => {
      const style = getComputedStyle(element, part);
      return [style.outlineStyle !== "none" && style.outlineWidth !== "0px" && style.outline, style.boxShadow,
        style.borderColor, style.backgroundColor, style.textDecorationLine].join();
    })).join(); };
  settle();
  const box = seen.getBoundingClientRect();
  const problems = [];
  if (!seen.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || box.width < 2 || box.height < 2)
    problems.push("cannot be seen");
  else if (box.bottom < 0 || box.top > innerHeight || box.right < 0 || box.left > innerWidth)
    problems.push("is off the screen");
  const focused = look();
  stop.blur();
  if (look() === focused) problems.push("looks the same with and without the focus");
  stop.focus({ preventScroll: true, focusVisible: true });
  return problems.map((problem) => `${stop.outerHTML.slice(0, 120)} ${problem}`);
}"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    target = page.locator(selector).first.element_handle()
    for _ in range(MANY):
        page.keyboard.press("Tab")
        if target.evaluate("(element) => element === document.activeElement"):
            return
    pytest.fail(f"Tab never came to {selector}")


@pytest.fixture
def tab(browse: Browse, site: str) -> Tab:
    """Return a tab on the site."""
    return browse(site)


@look_at("index.html", POSTERS)
def test_the_first_stop_skips_to_the_text(tab: Tab, visited_pages: list[str]) -> None:
    """Nobody wants to walk through the header on every page."""
    for path in visited_pages:
        page = tab.open(path)
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        expect(skip).to_have_role("link")
        expect(skip).to_be_in_viewport()
        expect(skip).to_have_accessible_name("Skip to main content")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)"), path


@look_at(RECAP)
def test_every_stop_can_be_seen(tab: Tab, visited_pages: list[str]) -> None:
    """Who cannot see where the focus is cannot use the page; the outline of a browser counts."""
    lost = []
    for path in visited_pages:
        page = tab.open(path)
        for _ in range(MANY):
            page.keyboard.press("Tab")
            problems = page.evaluate(EXAMINE_STOP)
            if problems is None:
                break
            lost += [f"{path}: {problem}" for problem in problems]
        else:  # a long list: enough was seen, if the key still moves on
            here = page.evaluate_handle("document.activeElement")
            page.keyboard.press("Tab")
            assert not page.evaluate("(stop) => stop === document.activeElement", here), f"{path} traps the Tab key"
    assert not lost, "\n".join(lost)


def test_enter_plays_a_video_and_the_focus_goes_into_it(tab: Tab) -> None:
    """The keys that follow, such as the space bar, are meant for the player."""
    tab.let_players_in()
    page = tab.open(RECAP)
    tab_to(page, ".recap-video-cover")
    before = page.locator(".recap-video-cover").first.bounding_box()
    page.keyboard.press("Enter")
    player = page.locator(".recap-video iframe")
    expect(player).to_be_focused()
    assert player.bounding_box() == before
    assert len(tab.players) == 1


def test_tab_leads_into_the_player_and_out_again(tab: Tab) -> None:
    """Focus that comes in and does not come out is a trap."""
    tab.let_players_in()
    page = tab.open(RECAP)
    tab_to(page, ".recap-video-cover")
    page.keyboard.press("Enter")
    video = page.locator(".recap-video").first
    inside = tab.player(video)
    expect(video.locator("iframe")).to_be_focused()
    page.keyboard.press("Tab")
    inside.wait_for_function("document.activeElement.localName === 'button'")
    page.keyboard.press("Tab")
    expect(video.locator("iframe")).not_to_be_focused()
    assert page.evaluate("document.activeElement.localName") == "a"
