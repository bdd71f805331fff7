"""Every page stays within its budget, on a phone and on a desktop, with an empty cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup

from tests.support import deep
from tools.bench.budgets import KINDS, Kind, broken
from tools.bench.load import DESKTOP, LATE, PHONE, Load, load
from tools.bench.server import host
from tools.bench.visit import VISIT, over, visit

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

HEAVY = """<!doctype html><html lang="en"><title>Page</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css"><h1>Heading</h1><p>Text</p><img src="https://example.org/pixel.png" alt="">
<script src="gone.js"></script><script src="late.js" defer></script></html>"""
VIEWS = [pytest.param(PHONE, id="phone"), pytest.param(DESKTOP, id="desktop", marks=pytest.mark.deep)]
EVENT = "recaps/2021-ecosystem-day"
AGREED = {
    "contributors/newsletter.html": ("text", 40_000, 8),
    "index.html": ("home", 50_000, 9),
    f"{EVENT}/posters/A1.html": ("text", 40_000, 8),
    f"{EVENT}/index.html": ("recap", 50_000, 9),
    f"{EVENT}/posters.html": ("catalogue", 65_000, 10),
}
PUSH = """const late = document.createElement("div");
late.style.height = "300px";
document.body.prepend(late);"""


@pytest.fixture(scope="module", params=["some pages", deep("a page of each kind"), deep("most pages")])
def measured_pages(
    request: pytest.FixtureRequest, built_site: Path, most_pages: list[str], usual_pages: list[str]
) -> list[str]:
    """Return the pages to load: three, one of each kind (preferably those in AGREED), or most."""
    if request.param == "some pages":
        return ["contributors/newsletter.html", f"{EVENT}/posters.html", f"{EVENT}/posters/A1.html"]
    if request.param == "most pages":
        return most_pages
    first = {kind_of(built_site / path).name: path for path in reversed(usual_pages)}
    agreed = {name for name, _, _ in AGREED.values()}
    return sorted({*AGREED, *(path for name, path in first.items() if name not in agreed)})


def kind_of(page: Path) -> Kind:
    """Return the kind of a page."""
    tree = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    return next(kind for kind in KINDS if tree.select_one(kind.selector))


@pytest.fixture(scope="module", params=VIEWS)
def loads(request: pytest.FixtureRequest, browser: Browser, built_site: Path, measured_pages: list[str]) -> list[Load]:
    """Return the loads of the pages."""
    with host(built_site, LATE) as served:
        return [load(browser, served.address, path, request.param) for path in measured_pages]


def test_every_page_is_within_its_budget(loads: list[Load]) -> None:
    """This covers size, requests, other hosts and layout shift."""
    assert [sentence for page_load in loads for sentence in broken(page_load)] == []


def test_pages_have_the_agreed_budgets(built_site: Path, usual_pages: list[str]) -> None:
    """Every kind must also have a page."""
    kinds = {path: kind_of(built_site / path) for path in {*usual_pages, *AGREED}}
    assert {path: (kinds[path].name, kinds[path].bytes, kinds[path].requests) for path in AGREED} == AGREED
    assert set(kinds.values()) == set(KINDS)


@pytest.mark.deep
def test_the_next_pages_of_a_visit_load_little(browser: Browser, built_site: Path) -> None:
    """Most of what a page needs is there from the page before; on the way back, everything is."""
    with host(built_site) as served:
        steps = visit(browser, served.address, [*VISIT, *VISIT], PHONE)
    assert over(steps) == []
    assert [step.rest for step in steps[len(VISIT) :]] == [0] * len(VISIT)
    assert over([steps[0]] * 2) != [], "without the page before, it is more"


@pytest.mark.deep
@pytest.mark.parametrize("view", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nothing_moves_while_a_page_loads_in_pieces(
    browser: Browser, built_site: Path, most_pages: list[str], view: dict[str, Any]
) -> None:
    """On a slow connection, browsers show incomplete pages."""
    with host(built_site, pause=0.03) as served:
        page_loads = [load(browser, served.address, path, view) for path in most_pages]
    assert {page_load.path: page_load.moved for page_load in page_loads if page_load.shift} == {}


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_over_budget_is_reported(browser: Browser, tmp_path: Path, view: dict[str, Any]) -> None:
    """This tests the measurement: the browser must count exactly what the server sent."""
    noise = "".join(f"/*{number * 7919 % 100_003}*/" for number in range(30_000))
    (tmp_path / "index.html").write_text(HEAVY)
    (tmp_path / "style.css").write_text(f"h1 {{ color: red }} .unused {{ color: red }} {noise}")
    (tmp_path / "late.js").write_text(PUSH)
    with host(tmp_path, 0.5) as served:
        page_load = load(browser, served.address, "index.html", view)
    assert {response.path for response in served.sent} == {"/index.html", "/style.css", "/gone.js", "/late.js"}
    assert (page_load.bytes, page_load.requests) == (sum(response.size for response in served.sent), 4)
    assert page_load.bytes > 40_000
    assert page_load.css - page_load.unused == len("h1 { color: red }")
    sentences = broken(page_load)
    assert sentences[0] == f"index.html: {page_load.bytes:,} bytes; a text page may load 40,000"
    assert sentences[1] == "index.html: requests to other hosts: https://example.org/pixel.png"
    assert sentences[2] == f"index.html: requests for missing files: {served.address}gone.js"
    assert sentences[3].startswith("index.html: moves while it loads: layout shift 0.")
    assert "<h1>Heading</h1>" in sentences[3]
