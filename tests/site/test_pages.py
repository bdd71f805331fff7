"""Every page of the site, light and dark, on a phone and on a desktop."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.site.conftest import POSTERS, examine, open_tab
from tests.support import deep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bs4 import BeautifulSoup
    from playwright.sync_api import Browser

    from tests.site.conftest import Browse, Tab

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
VIEWS = [
    pytest.param(
        view, marks=[] if view in {("light", "390"), ("dark", "1280")} else pytest.mark.deep, id="-".join(view)
    )
    for view in product(("light", "dark"), ("390", "1280"))
]
# Scrolls to the end, as a reader does, so that whatever loads late has its chance to come and to push; and back,
# because the header covers whatever is scrolled below it.
READ = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
    scrollTo({ top: y, behavior: "instant" });
    await new Promise(requestAnimationFrame);
  }
  scrollTo({ top: 0, behavior: "instant" });
}"""
ARRIVED = """() => [...document.images].every((image) =>
  !image.checkVisibility() || (image.complete && image.naturalWidth))"""
TOO_WIDE = """(expected) => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide && visualViewport.width <= expected + 1) return [];
  return [`${document.documentElement.scrollWidth} px: ` + [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > wide + 1).slice(-3)
    .map((element) => element.outerHTML.slice(0, 100)).join(" | ")];
}"""
HINTS = """() => [...document.querySelectorAll("link[href]")]
  .filter(({ rel, href }) => /connect|dns|fetch|load|render/.test(rel) && new URL(href).origin !== location.origin)
  .map((link) => link.outerHTML)"""
LIGHTNESS = """() => {
  const painted = [document.body, document.documentElement].map((element) => getComputedStyle(element).backgroundColor)
    .find((colour) => colour !== "rgba(0, 0, 0, 0)") ?? "rgb(255, 255, 255)";
  return painted.match(/[0-9.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part) / 765, 0);
}"""


@dataclass
class Visit:
    """What was found on one page."""

    violations: list[str]
    too_wide: list[str]
    shifts: list[str]
    lightness: float
    others: list[str]
    complaints: list[str]
    missing: list[str]


@pytest.fixture(scope="module", params=VIEWS)
def view(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Return a colour scheme and a width."""
    chosen: tuple[str, str] = request.param
    return chosen


@pytest.fixture(scope="module")
def visits(
    browser: Browser, slow_site: str, visited_pages: list[str], site_pages: list[str], view: tuple[str, str]
) -> Iterator[dict[str, Visit]]:
    """Return what was found on every page, seen in one way; on a page of each kind, contrast of each kind of words."""
    theme, wide = view
    alike = visited_pages == site_pages
    tab = open_tab(browser, slow_site, color_scheme=theme, **(PHONE if wide == "390" else DESKTOP))
    yield {path: visit(tab, path, int(wide), alike=alike) for path in visited_pages}
    tab.close()


def visit(tab: Tab, path: str, wide: int, *, alike: bool) -> Visit:
    """Open a page, read it to its end, and examine it."""
    for notes in (tab.complaints, tab.missing, tab.others):
        notes.clear()
    page = tab.open(path)
    page.evaluate(READ)
    page.wait_for_function(ARRIVED)
    page.evaluate("document.fonts.ready.then(() => true)")
    return Visit(
        shifts=page.evaluate("flushShifts()"),
        too_wide=page.evaluate(TOO_WIDE, wide),
        lightness=page.evaluate(LIGHTNESS),
        others=[*tab.others, *page.evaluate(HINTS)],
        complaints=[*tab.complaints],
        missing=[*tab.missing],
        violations=examine(page, alike=alike),
    )


def none_of(visits: dict[str, Visit], what: str) -> None:
    """Fail with every finding of one kind, page by page."""
    found = {path: getattr(visit, what) for path, visit in visits.items()}
    lines = [f"{path}\n    " + "\n    ".join(notes) for path, notes in found.items() if notes]
    assert not lines, "\n".join(["", *lines])


def test_there_are_pages(site_pages: list[str]) -> None:
    """Every test here would pass on an empty site."""
    assert {"index.html", "search.html", "recaps/index.html", "contributors/index.html"} <= {*site_pages}


def test_no_barrier_is_found(visits: dict[str, Visit]) -> None:
    """Axe-core finds about half of what keeps people out; it finds nothing here."""
    none_of(visits, "violations")


@pytest.mark.parametrize("alike", [deep(True), False])
def test_pale_words_and_a_button_without_a_name_are_found(browse: Browse, site: str, alike: bool) -> None:
    """Also where only some of the words that look alike are measured."""
    page = browse(site).open("index.html")
    page.locator("main p").locator("visible=true").last.evaluate("(words) => words.style.color = '#ccc'")
    page.locator("main").evaluate("(text) => text.append(document.createElement('button'))")
    assert [found.split(" ")[0] for found in examine(page, alike=alike)] == ["button-name", "color-contrast"]


def test_no_page_is_wider_than_the_screen(visits: dict[str, Visit]) -> None:
    """Nobody reads a page by moving it from side to side; phones shrink one that is too wide."""
    none_of(visits, "too_wide")


def test_nothing_moves(visits: dict[str, Visit]) -> None:
    """A page keeps a place for what comes late, so that nobody loses the line or presses the wrong link."""
    none_of(visits, "shifts")


def test_the_console_stays_quiet(visits: dict[str, Visit]) -> None:
    """An error that is always there hides the next one."""
    none_of(visits, "complaints")


def test_every_file_that_a_page_asks_for_is_there(visits: dict[str, Visit]) -> None:
    """A page that asks for what was renamed or left out looks broken to somebody."""
    none_of(visits, "missing")


def test_no_other_host_is_contacted(visits: dict[str, Visit]) -> None:
    """Promise 2 to readers: no other host learns of a visit before a click; hints to connect early count, too."""
    none_of(visits, "others")


def test_the_page_follows_the_system(visits: dict[str, Visit], view: tuple[str, str]) -> None:
    """Readers who asked their system for dark pages get dark pages, and the tests above see both."""
    for path, found in visits.items():
        assert (found.lightness < 0.4) == (view[0] == "dark"), path


def test_only_pages_with_a_video_or_a_card_load_its_style_and_script(
    built_site: Path, page_trees: dict[str, BeautifulSoup]
) -> None:
    """What one page needs is not paid for by all the others."""
    seen = set()
    for path, page in page_trees.items():
        sheets = [(built_site / path).parent / str(tag["href"]) for tag in page.select("link[rel=stylesheet]")]
        scripts = " ".join(str(tag.get("src")) for tag in page.select("script[src]"))
        kinds = {name for name in ("recap-video", "recap-card") if page.select_one(f"figure.{name}, .{name}-cover")}
        styles = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
        assets = {f"{name}.css" for name in ("recap-video", "recap-card") if f".{name}" in styles}
        assets |= {"recap-video.js"} if "recap-video.js" in scripts else set()
        expected = {"recap-video": {"recap-video.css", "recap-video.js"}, "recap-card": {"recap-card.css"}}
        assert assets == set().union(*(expected[kind] for kind in kinds)), path
        seen.add(frozenset(kinds))
    assert any("recap-video" in kinds for kinds in seen)
    assert any("recap-card" in kinds for kinds in seen)
    assert frozenset() in seen


def test_pages_work_from_a_folder(browse: Browse, built_site: Path) -> None:
    """`make html` says which file to open: what a page can do must not need a server."""
    tab = browse(built_site.as_uri() + "/")
    page = tab.open(POSTERS)
    page.locator(".recap-controls input").first.fill("quantization")
    page.locator(".recap-status").locator("visible=true").wait_for()
    assert tab.complaints == []
    assert page.locator(".recap-entry").locator("visible=true").count() < 71


def test_policies_let_in_the_site_itself_and_the_player_of_videos(page_trees: dict[str, BeautifulSoup]) -> None:
    """Untrusted input in a page runs nothing and reaches nobody."""
    framed = set()
    for path, page in page_trees.items():
        tag, who_runs = page.select('meta[http-equiv="Content-Security-Policy"]')
        assert re.fullmatch(r"script-src 'nonce-[\w-]{22}' 'strict-dynamic'", str(who_runs["content"])), path
        rules = dict(rule.strip().split(" ", 1) for rule in str(tag["content"]).split(";"))
        frames = rules.pop("frame-src", "")
        sources = {source for rule in rules.values() for source in rule.split()}
        assert {one for one in sources if not one.startswith("'sha256-")} <= {"'none'", "'self'", "data:"}, path
        assert rules["default-src"] == rules["base-uri"] == "'none'"
        assert frames == ("https://www.youtube-nocookie.com" if page.select("[data-embed]") else ""), path
        framed |= {path} if frames else set()
    assert framed, "some pages have a video"


def test_every_local_link_leads_somewhere(built_site: Path, page_trees: dict[str, BeautifulSoup]) -> None:
    """A link to a page or a heading that is gone is a dead end; linkcheck looks at other hosts only."""
    names = {
        path: {str(tag.get("id") or tag.get("name")) for tag in tree.select("[id], a[name]")}
        for path, tree in page_trees.items()
    }
    dead = []
    for path, tree in page_trees.items():
        for link in tree.select("a[href]"):
            parts = urlsplit(urljoin(path, str(link["href"])))
            if parts.scheme or parts.netloc:
                continue
            target = unquote(parts.path) or path
            target += "index.html" if target.endswith("/") else ""
            if target not in names:
                if not (built_site / target).is_file():
                    dead.append(f"{path}: {link['href']}")
            elif parts.fragment and unquote(parts.fragment) not in names[target]:
                dead.append(f"{path}: {link['href']}")
    assert not dead, "\n".join(dead)
