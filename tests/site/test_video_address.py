"""Addresses of a time in a video: page.html?t=90#name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.site.conftest import IN_ONE_THEME
from tests.support import CONF, deep

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.site.conftest import Browse, BuildSmall, Tab

INVALID = ["?t=90#%E0%A4%A", "?t=90#nothing", "?t=<script>#morning"]  # broken escapes, no such video, no time
MORE_INVALID = [
    *("?t=soon#morning", "?t=1:2:3:4#morning", "?t=99999999999#morning"),
    *("?t=90#%", "?t=90#%FF", "?t=90#", "?t=90", "#morning", "?t=#morning", "?t=-5#morning", "?t=%#morning"),
    *("?t=1e9#morning", "?t=9%209#morning", "?time=90#morning", "?t=٣#morning"),
]


@pytest.fixture
def tab(browse: Browse, videos: str) -> Tab:
    """Return a tab on the project with videos."""
    tab = browse(videos)
    tab.allow_players()
    return tab


def cover(tab: Tab, name: str) -> Locator:
    """Return the cover of a video with a name."""
    return tab.page.locator(f"#{name} .recap-video-cover")


@IN_ONE_THEME
@pytest.mark.parametrize(
    "time", [deep("765"), deep("765s"), deep("12m45s"), "12:45", deep("0:12:45"), deep("0h12m45s")]
)
def test_the_address_sets_the_start_without_playing(tab: Tab, time: str) -> None:
    """Readers see the video, and decide whether to contact YouTube."""
    page = tab.open(f"index.html?t={time}#evening")
    expect(cover(tab, "evening")).to_contain_text("Play from 12:45")
    expect(cover(tab, "evening")).to_be_in_viewport()
    expect(cover(tab, "evening")).to_have_attribute("href", re.compile(r"^https://www\.youtube\.com/.*\bt=765s"))
    page.wait_for_load_state("networkidle")
    assert (tab.players, tab.others) == ([], [])
    cover(tab, "evening").click()
    tab.player(page.locator("#evening"))
    assert re.search(r"[?&]start=765(&|$)", tab.players[0])
    expect(cover(tab, "morning")).to_contain_text("Play from 1:30")


def test_a_chapter_sets_an_address_that_leads_back_to_it(tab: Tab, browse: Browse) -> None:
    """Readers can share it from the address bar. Other parameters are kept."""
    page = tab.open("index.html?lang=en&t=5#evening")
    page.locator("#morning").get_by_role("link", name="What is new").click()
    expect(page).to_have_url(re.compile(r"index\.html\?lang=en&t=750#morning$"))
    other = browse(tab.address)
    other.open(page.url.removeprefix(tab.address))
    expect(cover(other, "morning")).to_contain_text("Play from 12:30")
    expect(cover(other, "morning")).to_be_in_viewport()
    assert other.others == []


def test_an_address_opens_the_page_of_an_entry_at_a_time(browse: Browse, build_small: BuildSmall) -> None:
    """Search engines link to parts of a recording like this, and so do readers who chose one."""
    talks = "{id: days, title: Days, video: MYE01-XaSZA}, {id: moss, title: Moss, part_of: days, start: '12:30'}"
    files = {
        "conf.py": f"{CONF}html_theme = 'basic'\nrecap_entry_pages = True\n",
        "index.md": "# Talks\n\n:::{catalogue} talks.yaml\n:::\n",
        "talks.yaml": f"kind: session\nentries: [{talks}]\n",
    }
    tab = browse(build_small(files))
    tab.allow_players()
    page = tab.open("talks/days.html?t=765#video")
    expect(cover(tab, "video")).to_contain_text("Play from 12:45")
    page.get_by_role("link", name="12:30").click()
    expect(page).to_have_url(re.compile(r"days\.html\?t=750#video$"))
    tab.player(page.locator("#video"))
    assert tab.errors == []


def test_the_time_in_the_address_applies_to_one_video_only(tab: Tab) -> None:
    """A link to another video does not use it."""
    page = tab.open("index.html?t=750#morning")
    expect(cover(tab, "morning")).to_contain_text("Play from 12:30")
    page.get_by_role("link", name="To the evening").click()
    expect(page).to_have_url(re.compile("#evening$"))
    expect(cover(tab, "evening")).to_have_accessible_name(re.compile("^Play Evening"))


@IN_ONE_THEME
@pytest.mark.parametrize("addresses", [INVALID, deep(MORE_INVALID)], ids=["one of each kind", "more"])
def test_an_invalid_address_is_ignored(tab: Tab, addresses: list[str]) -> None:
    """Addresses get truncated, mistyped or mangled by mail programs."""
    for address in addresses:
        tab.page.goto("about:blank")
        page = tab.open(f"index.html{address}")
        covers = [cover(tab, name).inner_text().split("\n") for name in ("morning", "evening")]
        assert "Play from 1:30" in covers[0], address
        assert "Play" in covers[1], address
        cover(tab, "evening").click()
        expect(page.locator("#evening iframe")).to_be_focused()
        assert tab.errors == [], address
