"""Themes without a profile look and work as without the pass, and their pages get lighter."""

from __future__ import annotations

from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import pytest
from lean_support import CONF, FILES, HOST, Source, pages_of
from PIL import Image, ImageChops
from playwright.sync_api import ViewportSize

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lean_support import Visit
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.deep,
    pytest.mark.filterwarnings("ignore:'sphinx_book_theme:PendingDeprecationWarning"),
]
PHONE, DESKTOP = ViewportSize(width=390, height=800), ViewportSize(width=1280, height=800)
SHADE = 24  # of 255
STILL = (
    "*, ::before, ::after { transition: none !important; animation: none !important; caret-color: #0000 !important }"
)


class Theme(NamedTuple):
    """A theme: the selector of its switch for dark mode, and that of its menu on a phone."""

    name: str
    dark: str = ""
    menu: str = ""


THEMES = [
    Theme("alabaster"),
    Theme("furo", ".theme-toggle", "[for=__navigation]"),
    Theme("shibuya", ".js-theme", "[aria-controls=head-nav]"),
    Theme("sphinx_rtd_theme", "", ".wy-nav-top [data-toggle]"),
    Theme("sphinx_book_theme", ".theme-switch-button", ".primary-toggle"),
]


def pixels(page: Page) -> Image.Image:
    """Return a screenshot of a page, once its fonts are there."""
    page.add_style_tag(content=STILL)
    page.evaluate("async () => { await document.fonts.ready }")
    return Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")


def differ(one: Image.Image, other: Image.Image) -> bool:
    """Return whether anybody could see a difference; edges of letters and icons are never quite the same."""
    seen = [0 if shade <= SHADE else 255 for shade in range(256)] * 3
    change = ImageChops.difference(one.reduce(2), other.reduce(2)) if one.size == other.size else one
    return change.point(seen).getbbox() is not None


def go(page: Page, path: str) -> None:
    """Open a page, and wait for all that it loads."""
    page.goto(HOST + path, wait_until="networkidle")


def steps(visit: Visit, theme: Theme, pages: list[str]) -> dict[str, object]:
    """Use a site like a reader; return what there is to see after each step, and the messages of the browser."""
    page = visit.page
    found: dict[str, object] = {}
    for name, size in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(size)
        for path in pages:
            go(page, path)
            found[f"{path} on a {name}"] = pixels(page)
    page.locator(theme.menu).locator("visible=true").first.click() if theme.menu else None
    found["menu"] = pixels(page)
    page.set_viewport_size(DESKTOP)
    go(page, "index.html")
    page.locator(".sd-tab-set > label").nth(1).click()
    found["second tab"] = page.get_by_text("Second", exact=True).is_visible(), pixels(page)
    if theme.dark:
        for number in range(2):
            page.locator(theme.dark).locator("visible=true").first.click()
            page.mouse.move(5, 5)
            found[f"colours {number}"] = pixels(page)
    go(page, "search.html?q=another")
    page.locator("#search-results li a, .search li a").first.wait_for()
    page.wait_for_load_state("networkidle")
    found["results"] = pixels(page)
    page.locator("#search-results li a, .search li a").first.click()
    page.wait_for_url(lambda url: "search.html" not in url, wait_until="networkidle")
    found["found page"] = page.url.partition("?")[0], pixels(page)
    return found


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_theme_without_a_profile_looks_and_works_the_same(
    source: Source, visit: Callable[[Path], Visit], theme: Theme
) -> None:
    if not find_spec(theme.name):
        pytest.skip("it needs an older pydata-sphinx-theme; the scheduled workflow tests it")
    options = "html_theme_options = {}\nlean = False\n"
    conf = CONF.replace('"pydata_sphinx_theme"', f'"{theme.name}"').partition("html_theme_options")[0] + options
    out = source.build({**FILES, "conf.py": conf})
    one = visit(out)
    before = steps(one, theme, pages_of(out))
    messages, loaded = said_by(one), sum((out / name).stat().st_size for name in one.asked)
    one.forget()
    source.build({"conf.py": conf.replace("lean = False", "lean = True")})
    after = steps(one, theme, pages_of(out))
    assert [name for name in before if not same(before[name], after[name])] == []
    assert said_by(one) == messages
    assert sum((out / name).stat().st_size for name in one.asked) < loaded


def said_by(visit: Visit) -> list[str]:
    """Return the messages in the console, without that on what a page stored when the last visit left it."""
    return [message for message in visit.messages if "using stored browser position" not in message]


def same(one: object, other: object) -> bool:
    """Return whether two steps show the same."""
    if isinstance(one, Image.Image) and isinstance(other, Image.Image):
        return not differ(one, other)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return all(map(same, one, other))
    return one == other
