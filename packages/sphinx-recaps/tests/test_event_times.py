"""The times of sessions are also shown in the reader's time zone, by a script."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.support import deep

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.support import Project

EVENT = """\
name: Day of Trees
start: 2021-04-21
sessions:
  - name: Morning session
    start: 2021-04-21T15:00Z
    end: 2021-04-21T20:00Z
    timezone: America/Los_Angeles
  - name: Evening session
    start: 2021-04-21T22:00Z
    end: 2021-04-22T02:00Z
    timezone: America/Los_Angeles
"""


@pytest.fixture(scope="module")
def out(module_project: Project) -> Path:
    """Return the folder of a page with the event."""
    return module_project({"index.md": "# Home\n\n:::{event} event.yaml\n:::\n", "event.yaml": EVENT}).out


def opened(context: BrowserContext, out: Path) -> Page:
    """Return a tab with the page, at an address that needs no server."""
    page = context.new_page()
    page.route("https://test.example/**", lambda route: route.fulfill(path=f"{out}{urlsplit(route.request.url).path}"))
    page.goto("https://test.example/index.html")
    page.wait_for_load_state()
    return page


@pytest.mark.parametrize(
    ("zone", "lines"),
    [
        deep("Europe/Berlin", ["17:00–22:00 your time", "22 April, 00:00–04:00 your time"]),
        deep("Asia/Seoul", ["22 April, 00:00–05:00 your time", "22 April, 07:00–11:00 your time"]),
        ("Asia/Kolkata", ["20:30–01:30 your time (ends on 22 April)", "22 April, 03:30–07:30 your time"]),
        deep("America/St_Johns", ["12:30–17:30 your time", "19:30–23:30 your time"]),
        ("America/Los_Angeles", ["", ""]),
        deep("America/Vancouver", ["", ""]),
        deep("Africa/Abidjan", ["", ""]),
    ],
)
def test_readers_see_their_own_time_unless_it_is_already_shown(
    out: Path, browser: Browser, zone: str, lines: list[str]
) -> None:
    """For readers in the organisers' time zone or in UTC, no time is repeated."""
    context = browser.new_context(timezone_id=zone)
    assert opened(context, out).locator(".recap-event-local").all_inner_texts() == lines
    context.close()


@pytest.mark.parametrize("width", [360, deep(1280)])
def test_adding_the_readers_time_shifts_nothing(out: Path, browser: Browser, width: int) -> None:
    """The line has its height before the script runs."""
    context = browser.new_context(timezone_id="Asia/Seoul", viewport={"width": width, "height": 800})
    page = opened(context, out)
    line = page.locator(".recap-event-local").first
    filled = line.bounding_box()
    line.evaluate("line => { line.textContent = ''; }")
    empty = line.bounding_box()
    assert filled
    assert empty
    assert empty["height"] == pytest.approx(filled["height"], abs=0.5)
    context.close()


def test_the_page_is_complete_without_javascript(out: Path, browser: Browser) -> None:
    """Both times are shown, and the empty line takes no space."""
    context = browser.new_context(java_script_enabled=False, timezone_id="Asia/Seoul")
    page = opened(context, out)
    assert "08:00–13:00 Pacific Time" in page.inner_text(".recap-event")
    box = page.locator(".recap-event-local").first.bounding_box()
    assert box is None or box["height"] == 0
    context.close()
