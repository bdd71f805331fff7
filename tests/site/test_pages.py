"""All pages of the site, in light and dark mode, on a phone and on a desktop."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.site.axe import axe_violations
from tests.site.conftest import POSTERS, open_tab
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
    pytest.param(view, marks=[] if view == ("light", "390") else pytest.mark.deep, id="-".join(view))
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
    """The findings on one page."""

    violations: list[str]
    too_wide: list[str]
    shifts: list[str]
    lightness: float
    others: list[str]
    errors: list[str]
    missing: list[str]


@pytest.fixture(scope="module", params=VIEWS)
def view(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Return a colour scheme and a width."""
    chosen: tuple[str, str] = request.param
    return chosen


@pytest.fixture(scope="module")
def visits(
    browser: Browser, slow_site: str, visited_pages: list[str], most_pages: list[str], view: tuple[str, str]
) -> Iterator[dict[str, Visit]]:
    """Return the findings on all visited pages in one view; unless most pages are visited, contrast is sampled."""
    theme, wide = view
    every_element = visited_pages == most_pages
    tab = open_tab(browser, slow_site, color_scheme=theme, **(PHONE if wide == "390" else DESKTOP))
    yield {path: visit(tab, path, int(wide), every_element=every_element) for path in visited_pages}
    tab.close()


def visit(tab: Tab, path: str, wide: int, *, every_element: bool) -> Visit:
    """Open a page, scroll to its end, and check it."""
    for records in (tab.errors, tab.missing, tab.others):
        records.clear()
    page = tab.open(path)
    page.evaluate(READ)
    page.wait_for_function(ARRIVED)
    page.evaluate("document.fonts.ready.then(() => true)")
    return Visit(
        shifts=page.evaluate("flushShifts()"),
        too_wide=page.evaluate(TOO_WIDE, wide),
        lightness=page.evaluate(LIGHTNESS),
        others=[*tab.others, *page.evaluate(HINTS)],
        errors=[*tab.errors],
        missing=[*tab.missing],
        violations=axe_violations(page, every_element=every_element),
    )


def assert_none(visits: dict[str, Visit], what: str) -> None:
    """Fail if there are findings of one kind, and list them by page."""
    findings = {path: getattr(visit, what) for path, visit in visits.items()}
    lines = [f"{path}\n    " + "\n    ".join(notes) for path, notes in findings.items() if notes]
    assert not lines, "\n".join(["", *lines])


def test_there_are_pages(site_pages: list[str]) -> None:
    """On an empty site, all other tests would pass."""
    assert {"index.html", "search.html", "recaps/index.html", "contributors/index.html"} <= {*site_pages}


def test_axe_reports_no_violations(visits: dict[str, Visit]) -> None:
    """Axe-core detects about half of all accessibility problems."""
    assert_none(visits, "violations")


@pytest.mark.parametrize("every_element", [deep(True), False])
def test_low_contrast_and_unnamed_buttons_are_detected(browse: Browse, site: str, every_element: bool) -> None:
    """This tests the check itself, with all elements and with a sample."""
    page = browse(site).open("index.html")
    page.locator("main p").locator("visible=true").last.evaluate("(words) => words.style.color = '#ccc'")
    page.locator("main").evaluate("(text) => text.append(document.createElement('button'))")
    assert [violation.split(" ")[0] for violation in axe_violations(page, every_element=every_element)] == [
        "button-name",
        "color-contrast",
    ]


def test_no_page_is_wider_than_the_screen(visits: dict[str, Visit]) -> None:
    """Readers should not have to scroll sideways, and phones shrink pages that are too wide."""
    assert_none(visits, "too_wide")


def test_pages_have_no_layout_shift(visits: dict[str, Visit]) -> None:
    """Readers must not lose their place or click the wrong link."""
    assert_none(visits, "shifts")


def test_the_console_has_no_errors(visits: dict[str, Visit]) -> None:
    """A permanent error would hide new ones."""
    assert_none(visits, "errors")


def test_no_requested_file_is_missing(visits: dict[str, Visit]) -> None:
    assert_none(visits, "missing")


def test_no_other_host_is_contacted(visits: dict[str, Visit]) -> None:
    """No other host learns of a visit before a click. Hints to connect early count, too."""
    assert_none(visits, "others")


def test_pages_follow_the_colour_scheme_of_the_system(visits: dict[str, Visit], view: tuple[str, str]) -> None:
    """This also ensures that the other tests cover both schemes."""
    for path, findings in visits.items():
        assert (findings.lightness < 0.4) == (view[0] == "dark"), path


def test_only_pages_with_a_video_or_a_card_load_its_style_and_script(
    built_site: Path, page_trees: dict[str, BeautifulSoup]
) -> None:
    """Other pages stay small. What most pages need is in one sheet that all of them share."""
    seen = set()
    links = {
        path: {(built_site / path).parent / str(tag["href"]) for tag in page.select("link[rel=stylesheet]")}
        for path, page in page_trees.items()
    }
    shared = set.intersection(*({sheet.resolve() for sheet in sheets} for sheets in links.values()))
    for path, page in page_trees.items():
        sheets = [sheet for sheet in links[path] if sheet.resolve() not in shared]
        scripts = " ".join(str(tag.get("src")) for tag in page.select("script[src]"))
        kinds = {name for name in ("recap-video", "recap-card") if page.select_one(f"figure.{name}, .{name}-cover")}
        styles = "".join(
            [sheet.read_text(encoding="utf-8") for sheet in sheets] + [str(tag.string) for tag in page("style")]
        )
        assets = {
            f"{name}.css"
            for name in ("recap-video", "recap-card")
            if re.search(rf"(?:^|[{{}},])\.{name}-(?:cover|images)\b", styles)  # not where lists adapt them
        }
        assets |= {"recap-video.js"} if "recap-video.js" in scripts else set()
        expected = {"recap-video": {"recap-video.css", "recap-video.js"}, "recap-card": {"recap-card.css"}}
        assert assets <= set().union(*(expected[kind] for kind in kinds)), path
        assert ("recap-video.js" in assets) == ("recap-video" in kinds), path
        seen.add(frozenset(kinds))
    assert any("recap-video" in kinds for kinds in seen)
    assert any("recap-card" in kinds for kinds in seen)
    assert frozenset() in seen


def test_pages_work_from_a_folder(browse: Browse, built_site: Path) -> None:
    """`make html` prints a file to open, so pages must work without a server."""
    tab = browse(built_site.as_uri() + "/")
    page = tab.open(POSTERS)
    page.locator(".recap-controls input").first.fill("quantization")
    page.locator(".recap-status").locator("visible=true").wait_for()
    assert tab.errors == []
    assert page.locator(".recap-entry").locator("visible=true").count() < 71


def test_policies_allow_only_the_site_itself_and_the_video_player(page_trees: dict[str, BeautifulSoup]) -> None:
    """Untrusted content cannot run scripts or contact other hosts."""
    framed = set()
    for path, page in page_trees.items():
        tag, who_runs = page.select('meta[http-equiv="Content-Security-Policy"]')
        assert re.fullmatch(
            r"script-src 'nonce-[\w-]{22}' 'strict-dynamic'; worker-src 'self'", str(who_runs["content"])
        ), path
        rules = dict(rule.strip().split(" ", 1) for rule in str(tag["content"]).split(";"))
        frames = rules.pop("frame-src", "")
        sources = {source for rule in rules.values() for source in rule.split()}
        assert {one for one in sources if not one.startswith("'sha256-")} <= {"'none'", "'self'", "data:"}, path
        assert rules["default-src"] == rules["base-uri"] == "'none'"
        assert frames == ("https://www.youtube-nocookie.com" if page.select("[data-embed]") else ""), path
        framed |= {path} if frames else set()
    assert framed, "some pages have a video"


def test_every_local_link_is_valid(built_site: Path, page_trees: dict[str, BeautifulSoup]) -> None:
    """The link check only covers other hosts."""
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
