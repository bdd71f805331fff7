"""Opens windows of three browsers for journeys through the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from tests.programs import program
from tests.site.browsers.chromium import Chromium
from tests.site.browsers.driver import Driver, View
from tests.site.browsers.firefox import Firefox, FirefoxWindow
from tests.site.browsers.proxy import Proxy
from tests.site.browsers.webkit import Display, WebKit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

ENGINES = ["chromium", "firefox", "webkit"]


class Open(Protocol):
    """Opens a window in the browser of the test."""

    def __call__(self, view: View = ...) -> Driver: ...


@pytest.fixture(scope="session")
def proxy() -> Iterator[Proxy]:
    """Return the proxy between the browsers and all other hosts."""
    running = Proxy()
    yield running
    running.close()


@pytest.fixture(scope="session")
def display() -> Iterator[Display]:
    """Return a virtual screen."""
    running = Display()
    yield running
    running.close()


@pytest.fixture(scope="session")
def firefox(proxy: Proxy) -> Iterator[Callable[[bool], Firefox]]:
    """Return a function that starts one Firefox with, and one without JavaScript."""
    running: dict[bool, Firefox] = {}

    def start(scripts: bool) -> Firefox:
        if scripts not in running:
            (path,) = program("firefox")
            running[scripts] = Firefox(path, proxy.address, scripts=scripts)
        return running[scripts]

    yield start
    for browser in running.values():
        browser.close()


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Return the name of a browser; if it is not installed, the test is skipped with the reason."""
    name: str = request.param
    if name != "chromium":
        program(name)
    return name


@pytest.fixture
def open_window(request: pytest.FixtureRequest, engine: str, proxy: Proxy) -> Iterator[Open]:
    """Return a function that opens a window without cookies and storage."""
    windows: list[Driver] = []

    def start(view: View = View()) -> Driver:  # noqa: B008 (it is frozen)
        if engine == "chromium":
            browser: Browser = request.getfixturevalue("browser")
            windows.append(Chromium(browser, proxy.address, view))
        elif engine == "firefox":
            windows.append(FirefoxWindow(request.getfixturevalue("firefox")(view.scripts), view))
        else:
            (path,) = program("webkit")
            windows.append(WebKit(path, request.getfixturevalue("display"), proxy.address, view))
        return windows[-1]

    yield start
    for window in windows:
        window.close()
