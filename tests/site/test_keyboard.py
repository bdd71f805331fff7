"""Keyboard navigation on the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.site.conftest import POSTERS, RECAP, visit_pages

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.site.conftest import Browse, Tab

MAX_STOPS = 100  # only pages with long lists have more
# Checks whether the focused element is visible, and shows that it has the focus.
EXAMINE_STOP = """() => {
  const stop = document.activeElement;
  if (!stop || stop === document.body || stop.dataset.examined) return null;
  stop.dataset.examined = "yes";
  const settle = () => document.getAnimations().forEach((animation) => {
    try { animation.finish(); } catch { animation.cancel(); }
  });
  // A tab is the label of a radio button, which is invisible itself.
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
    for _ in range(MAX_STOPS):
        page.keyboard.press("Tab")
        if target.evaluate("(element) => element === document.activeElement"):
            return
    pytest.fail(f"Tab never reached {selector}")


@pytest.fixture
def tab(browse: Browse, site: str) -> Tab:
    """Return a tab on the site."""
    return browse(site)


@visit_pages("index.html", POSTERS)
def test_the_first_link_skips_to_the_content(tab: Tab, visited_pages: list[str]) -> None:
    """Keyboard users need not tab through the header of every page."""
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


@pytest.mark.deep
@visit_pages(RECAP)
def test_the_focus_is_always_visible(tab: Tab, visited_pages: list[str]) -> None:
    """The default outline of the browser counts."""
    lost = []
    for path in visited_pages:
        page = tab.open(path)
        for _ in range(MAX_STOPS):
            page.keyboard.press("Tab")
            problems = page.evaluate(EXAMINE_STOP)
            if problems is None:
                break
            lost += [f"{path}: {problem}" for problem in problems]
        else:  # a long list: it is enough if Tab still moves the focus
            here = page.evaluate_handle("document.activeElement")
            page.keyboard.press("Tab")
            assert not page.evaluate("(stop) => stop === document.activeElement", here), f"{path} traps the Tab key"
    assert not lost, "\n".join(lost)


def test_enter_plays_a_video_and_moves_the_focus_into_it(tab: Tab) -> None:
    """Further keys, such as the space bar, then control the player."""
    tab.allow_players()
    page = tab.open(RECAP)
    tab_to(page, ".recap-video-cover")
    before = page.locator(".recap-video-cover").first.bounding_box()
    page.keyboard.press("Enter")
    player = page.locator(".recap-video iframe")
    expect(player).to_be_focused()
    assert player.bounding_box() == before
    assert len(tab.players) == 1


def test_tab_moves_into_the_player_and_out_of_it(tab: Tab) -> None:
    """The player must not trap the focus."""
    tab.allow_players()
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
