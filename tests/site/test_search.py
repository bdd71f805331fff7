"""The search: what comes first, what it loads, on a page and in the dialog, by keyboard and for screen readers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.site.axe import axe_violations
from tests.site.conftest import POSTERS
from tests.support import deep
from tools.bench.server import host

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page, Route

    from tests.site.conftest import Browse

BUDGET = 130_000  # bytes to the first result
AT_ONCE = 3  # results that are shown before the rest is loaded
FIELD = "#recap-search-q"
DIALOG = "#pst-search-dialog"
# What must come first: words of titles, names, misspellings, several words, words of a summary, and other languages.
BEST = {
    "quantization brevitas": "B4",
    "quantization-aware training": "B4",
    "graph mode": "B5",
    "AIMET": "D4",
    "A1": "A1",
    "autodesk": "A1",
    "chatbot": "A1",
    "support chatbot inferentia": "A1",
    "transformers torchscript": "A1",
    "binghui": "A1",
    "o'connor": "A1",
    "Alesandro Papalardo": "B4",
    "autodsk": "A1",
    "wildfire": "B8",
    "wild fires raspberry": "B8",
    "Francois Lostanlen": "B8",
    "style transfer": "D7",
    "pystiche": "D7",
    "deepspeed microsoft": "deepspeed",
    "ignite": "pytorch-ignite",
    "probabilistic forecasting": "A2",
    "kashif": "A2",
    "physics informed": "E3",
    "carefree tabular": "J2",
    "single molecule": "B6",
    "Muller Hoess": "B6",
    "s390x": "H3",
    "geeta keynote": "geeta-chauhan",
    "strides": "strides",
    "multiple dispatch": "multiple-dispatch-in-torch-function",
    "weak referenses": "weak-references",
    "poster D4": "D4",
    "how do I contribute": "contributing",
}


@pytest.fixture(autouse=True, scope="module")
def _patience() -> Iterator[None]:
    """Wait longer than usual: a busy machine takes a while to compile WebAssembly."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def search_page(browser: Browser, built_site: Path) -> Iterator[Page]:
    """Return the search page, for many queries."""
    with host(built_site) as served:
        page = browser.new_page()
        page.goto(f"{served.address}search.html")
        yield page
        page.close()


def results(page: Page, query: str) -> Locator:
    """Type a query; return the links of the entries that are found."""
    done = page.get_by_role("status").filter(has_text=re.compile("Found|Nothing"))
    page.fill(FIELD, "")
    expect(done).to_have_count(0)
    page.fill(FIELD, query)
    expect(done).to_have_count(1)
    return page.locator("[data-group=entries] > ul > li > a")


@pytest.mark.one_in(3)
@pytest.mark.parametrize(("query", "best"), BEST.items())
def test_the_best_entry_comes_first(search_page: Page, query: str, best: str) -> None:
    address = results(search_page, query).first.get_attribute("href")
    assert str(address).rpartition("/")[2] == f"{best}.html"


def test_all_posters_on_a_subject_are_found(search_page: Page) -> None:
    found = results(search_page, "quantization")
    more = search_page.locator("[data-group=entries] button")
    if more.count():
        more.click()
        expect(found.nth(10)).to_be_visible()
    links = [str(link.get_attribute("href")) for link in found.all()]
    posters = {link.rpartition("/")[2] for link in links if "2021-ecosystem-day/posters" in link}
    assert posters == {"B4.html", "B5.html", "D4.html"}
    assert search_page.get_by_text("Style guide").count() == 0, "documentation for contributors is found on demand"


def test_nothing_found_says_what_else_to_try(search_page: Page) -> None:
    assert results(search_page, "zzzqqq").count() == 0
    expect(search_page.get_by_role("status")).to_have_text("Nothing was found for “zzzqqq”.")
    expect(search_page.locator(".recap-search-advice a").first).to_have_text("People")


def test_a_cleared_field_has_no_results_even_if_they_come_late(browser: Browser, built_site: Path) -> None:
    with host(built_site) as served:
        page = browser.new_page()
        held: list[Route] = []
        page.route("**/*.pf_index", lambda route: route.continue_() if held else held.append(route))
        page.goto(f"{served.address}search.html")
        with page.expect_request("**/*.pf_index"):
            page.fill(FIELD, "quantization")
        expect(page.get_by_role("status")).to_have_text("Searching …")
        page.fill(FIELD, "")
        expect(page.get_by_role("status")).to_have_count(0)
        with page.expect_response("**/fragment/*"):
            held[0].continue_()
        page.wait_for_load_state("networkidle")
        assert page.locator(".recap-search-group").count() == 0
        page.close()


@pytest.mark.parametrize("query", ["quantization", "pytorch", deep("geeta"), deep("style transfer")])
def test_the_first_result_is_within_its_budget(browser: Browser, built_site: Path, query: str) -> None:
    """From an empty cache: everything that the search needs, besides the page. Text pages are searched after that."""
    with host(built_site) as served:
        page = browser.new_page()
        page.goto(f"{served.address}search.html")
        page.wait_for_load_state("networkidle")
        page.fill(FIELD, query)
        expect(page.get_by_role("status")).to_contain_text("Found")
        loaded = [(sent.path, sent.size) for sent in served.sent if "recap-search" in sent.path]
        results = [number for number, (path, _) in enumerate(loaded) if "/entries/fragment/" in path]
        assert not [path for path, _ in loaded[: results[-1]] if "/pages/" in path]
        assert sum(size for _, size in loaded[: results[:AT_ONCE][-1] + 1]) <= BUDGET
        page.close()


def test_nothing_is_loaded_where_nobody_searches(browse: Browse, browser: Browser, built_site: Path) -> None:
    """The dialog loads everything when it is opened."""
    with host(built_site) as served:
        page = browser.new_page()
        page.goto(served.address + POSTERS)
        page.wait_for_load_state("networkidle")
        page.mouse.wheel(0, 500)
        assert not [sent.path for sent in served.sent if "search" in sent.path]
        page.keyboard.press("Control+k")
        expect(page.locator(DIALOG)).to_be_visible()
        page.keyboard.type("autodesk")
        expect(page.locator(f"{DIALOG} .recap-search-group a").first).to_be_visible()
        assert [sent.path for sent in served.sent if sent.path.endswith(".pagefind")]
        page.close()


@pytest.mark.parametrize("key", ["/", deep("Control+k")])
def test_the_dialog_works_by_keyboard(browse: Browse, site: str, key: str) -> None:
    """The arrow keys go through the results, Enter follows one, and the words are marked on its page."""
    tab = browse(site)
    page = tab.open("index.html")
    page.wait_for_load_state("networkidle")
    page.keyboard.press(key)
    field = page.locator(f"{DIALOG} [name=q]")
    expect(field).to_be_focused()
    page.keyboard.type("autodesk")
    link = page.locator(f"{DIALOG} .recap-search-group a").first
    expect(page.locator(f"{DIALOG} [role=status]")).to_contain_text("Found 1 entry")
    page.keyboard.press("ArrowDown")
    expect(link).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/posters/A1.html")
    expect(page.locator("article .highlighted").first).to_have_text("Autodesk")
    assert tab.errors == []


def test_enter_opens_all_results(browse: Browse, site: str) -> None:
    page = browse(site).open("index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("quantization")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=quantization")
    expect(page.get_by_role("status")).to_contain_text("Found")


@pytest.mark.parametrize("wide", [390, deep(320), deep(1280)])
@pytest.mark.parametrize("scheme", ["dark", deep("light")])
def test_axe_reports_no_violations(browse: Browse, site: str, scheme: str, wide: int) -> None:
    """This includes filters, the button for more results, and the dialog."""
    view = {"width": wide, "height": 900}
    page = browse(site, color_scheme=scheme, viewport=view, bypass_csp=True).open("search.html?q=pytorch")
    page.get_by_text("Filters", exact=True).click()
    expect(page.get_by_label("Kind")).to_be_visible()
    more = page.locator("[data-group=entries] button")
    assert not axe_violations(page, ".recap-search-page")
    more.press("Enter")
    expect(page.locator("[data-group=entries] > ul > li:nth-child(11) a:focus")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Control+k")
    page.keyboard.type("geeta")
    expect(page.locator(f"{DIALOG} .recap-search-group").first).to_be_visible()
    assert not axe_violations(page, DIALOG)


def test_opened_from_a_folder_the_search_says_why_it_cannot_work(browser: Browser, built_site: Path) -> None:
    page = browser.new_page()
    page.goto(f"{(built_site / 'search.html').as_uri()}?q=vision")
    expect(page.locator(".recap-search")).to_contain_text("opened from a folder")
    expect(page.locator(".recap-search-lists a").first).to_have_text("People")
    page.close()
