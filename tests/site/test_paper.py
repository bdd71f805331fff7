"""The pages of the site in print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.site.conftest import POSTERS, RECAP, visit_pages
from tests.support import deep

if TYPE_CHECKING:
    from tests.site.conftest import Browse

# Texts in the main part that are too light for white paper, each with its colour.
PALE = """() => [...document.querySelectorAll("main article *")].filter((element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    !element.closest(".recap-video-frame") &&
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((element) => [getComputedStyle(element).color, element.textContent.trim().slice(0, 60)])
  .filter(([colour]) => colour.match(/[0-9.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) > 3 * 130)"""


@visit_pages(POSTERS, RECAP)
@pytest.mark.parametrize("scheme", [deep("light"), "dark"])
def test_print_has_dark_text_on_white_without_navigation(
    browse: Browse, site: str, visited_pages: list[str], scheme: str
) -> None:
    """This includes readers with a dark colour scheme."""
    tab = browse(site, color_scheme=scheme)
    for path in visited_pages:
        page = tab.open(path)
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", path
        assert page.evaluate(PALE) == [], path
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for navigation in page.get_by_role("navigation").all():
            expect(navigation).not_to_be_visible()
        page.emulate_media(media="screen")
