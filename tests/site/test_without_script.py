"""The site without JavaScript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.site.conftest import POSTERS, RECAP, visit_pages

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.site.conftest import Browse

NEEDS_SCRIPT = {"search.html"}  # a static host cannot search; the page says so
VIEWPORTS = [
    pytest.param({"width": 390, "height": 844}, id="390"),
    pytest.param({"width": 1280, "height": 900}, id="1280", marks=pytest.mark.deep),
]
# The visible lines in the main part of the page.
LINES = """() => document.querySelector("main").innerText.split("\\n").map((line) => line.trim()).filter(Boolean)"""
# Features that need a script are only shown with one: filters of lists, the reader's local time.
SCRIPTED = """() => [...document.querySelectorAll(
  ".recap-controls, .recap-status, .recap-index-filter, .recap-event-local"
)].flatMap((element) => element.innerText.split("\\n").map((line) => line.trim()))"""
SEEN_LINKS = """() => [...document.links].filter((link) =>
  link.getClientRects().length && link.checkVisibility({ opacityProperty: true, visibilityProperty: true })
).map(({ href }) => href)"""


def paths_of_links(page: Page, address: str) -> set[str]:
    """Return the pages of the site that visible links on a page go to."""
    links: list[str] = page.evaluate(SEEN_LINKS)
    local = {re.sub(r"[?#].*", "", link).removeprefix(address) for link in links if link.startswith(address)}
    return {path + "index.html" if not path or path.endswith("/") else path for path in local}


@visit_pages("index.html", RECAP, POSTERS)
def test_every_page_shows_all_its_text(browse: Browse, site: str, visited_pages: list[str]) -> None:
    """Scripts only add features; they neither load nor reveal content."""
    with_script, without = browse(site), browse(site, java_script_enabled=False)
    for path in visited_pages:
        lines = without.open(path).evaluate(LINES)
        expect(without.page.get_by_role("heading", level=1)).to_be_visible()
        assert len(lines) > 1, path
        shown = with_script.open(path)
        scripted = shown.evaluate(SCRIPTED)
        hidden = [line for line in shown.evaluate(LINES) if line not in lines and line not in scripted]
        assert not hidden, f"{path} shows only with JavaScript: {hidden}"


def test_the_search_page_says_that_it_needs_javascript(browse: Browse, site: str) -> None:
    lines = browse(site, java_script_enabled=False).open("search.html").evaluate(LINES)
    assert any("JavaScript" in line for line in lines), lines


@pytest.mark.deep
@pytest.mark.parametrize("viewport", VIEWPORTS)
def test_every_page_can_be_reached_by_links(
    browse: Browse, site: str, site_pages: list[str], viewport: dict[str, int]
) -> None:
    """Links lead from the home page to every page, and from every page to the home page."""
    tab = browse(site, java_script_enabled=False, viewport=viewport)
    reached, waiting = {"index.html"}, ["index.html"]
    while waiting:
        path = waiting.pop()
        targets = paths_of_links(tab.open(path), site)
        assert path == "index.html" or "index.html" in targets, f"{path} has no link home"
        waiting += sorted((targets - reached) & {*site_pages})
        reached |= targets
    assert {*site_pages} - NEEDS_SCRIPT <= reached


@visit_pages(RECAP)
def test_every_video_is_a_named_link_to_youtube(browse: Browse, site: str, visited_pages: list[str]) -> None:
    """Without a script, the cover cannot play the video."""
    tab = browse(site, java_script_enabled=False)
    count = 0
    for path in visited_pages:
        page = tab.open(path)
        headings = page.locator("h1, .recap-title").all_inner_texts()  # a talk can have a short title
        for cover in page.locator(".recap-video-cover").all():
            title = cover.locator(".recap-video-title").inner_text()
            expect(cover).to_be_visible()
            expect(cover).to_have_role("link")
            expect(cover).to_have_attribute("href", re.compile(r"^https://www\.youtube\.com/(watch|playlist)\?"))
            expect(cover).to_have_accessible_name(re.compile(rf"^Play\b.*{re.escape(title)}"))
            assert len(title) > 5 or any(title in text for text in headings), path
            count += 1
    assert count
    assert not tab.others


def test_a_click_on_the_cover_opens_the_video(browse: Browse, site: str) -> None:
    """The link covers its picture and text."""
    tab = browse(site, java_script_enabled=False)
    tab.context.route("https://www.youtube.com/**", lambda route: route.fulfill(body="the video"))
    cover = tab.open(RECAP).locator(".recap-video-cover").first
    address = cover.get_attribute("href")
    assert address
    cover.click(position={"x": 12, "y": 12})
    expect(tab.page).to_have_url(address)
