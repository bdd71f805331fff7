"""The data that a visit stores in the browser: the colour mode, and the words of a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.site.conftest import Browse


def test_a_visit_stores_no_cookies_and_only_the_documented_data(site: str, browse: Browse) -> None:
    tab = browse(site)
    page = tab.open("recaps/2021-ecosystem-day/posters.html")
    page.get_by_role("searchbox").first.fill("vision")
    page.locator(".theme-switch-button:visible").first.click()
    tab.open("search.html?q=vision")
    page.evaluate("() => addEventListener('click', (event) => event.preventDefault())")
    page.locator(".recap-search-group a").first.click()
    stored = page.evaluate("() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    assert set(stored) == {"mode", "theme", "sphinx_highlight_terms"}
    assert tab.context.cookies() == []
    assert page.evaluate("() => indexedDB.databases()") == []
