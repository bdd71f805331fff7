"""Chromium, driven by Playwright."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from tests.site.browsers.driver import PROBE, DriverError, View

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class Chromium:
    """A separate context in a running Chromium."""

    def __init__(self, browser: Browser, proxy: str, view: View) -> None:
        self._context = browser.new_context(
            viewport={"width": round(view.wide / view.zoom), "height": round(view.tall / view.zoom)},
            device_scale_factor=view.zoom,  # for a page, zoom means fewer CSS pixels at a higher density
            java_script_enabled=view.scripts,
            proxy={"server": proxy, "bypass": "127.0.0.1"},
        )
        self._context.add_init_script(PROBE)
        self._page = self._context.new_page()

    def goto(self, address: str) -> None:
        # Otherwise, an address that differs only in the fragment would not be loaded again.
        self._page.goto("about:blank")
        self._page.goto(address)

    def evaluate(self, expression: str) -> Any:
        try:
            return self._page.evaluate(expression)
        except Error as error:
            raise DriverError(error.message) from error

    def click(self, selector: str) -> None:
        self._page.locator(selector).first.click()

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)

    def back(self) -> None:
        self._page.go_back()

    def forward(self) -> None:
        self._page.go_forward()

    def pdf(self) -> bytes:
        return self._page.pdf(format="A4", prefer_css_page_size=True)

    def close(self) -> None:
        self._context.close()
