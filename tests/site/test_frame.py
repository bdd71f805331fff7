"""What is around the text of every page: the header, the ways on, the footer; on narrow screens, with large letters."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from tests.site.conftest import POSTERS, examine, look_at
from tests.support import deep

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from playwright.sync_api import Page

    from tests.site.conftest import Browse, Tab

PAGES = ["index.html", "search.html", "people.html", "recaps/index.html", POSTERS]
ON_PAGES = pytest.mark.parametrize("pages", [["index.html", POSTERS], deep(PAGES)], ids=["some", "of each kind"])
WIDE_PAGES = look_at("contributors/reference.html", POSTERS)
WIDTHS = [
    pytest.param([320], id="narrow"),
    pytest.param([*range(320, 1300, 40)], id="all", marks=pytest.mark.deep),
]
# The values of https://www.w3.org/TR/WCAG22/#text-spacing, which readers set with a tool of their own.
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }"""
TOO_WIDE = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return null;
  return [...document.body.querySelectorAll("*")].filter((element) =>
    element.checkVisibility() && element.getBoundingClientRect().right > wide + 1
  ).slice(0, 3).map((element) => element.outerHTML.slice(0, 100)).join(" | ");
}"""
# Links and buttons of a part of the page that are lower than some pixels.
SMALL = """([parts, least]) => [...document.querySelectorAll(parts)].filter((element) => {
  const boxes = [element.getBoundingClientRect(), getComputedStyle(element, "::after")];
  const [box, after] = boxes;
  return element.checkVisibility({ visibilityProperty: true }) && box.width > 0 &&
    Math.max(box.height, after.content !== "none" ? parseFloat(after.height) : 0) < least;
}).map((element) => `${element.getBoundingClientRect().height} px: ${element.outerHTML.slice(0, 90)}`)"""
OVERLAPS = """() => {
  const parts = ".bd-header :is(.wordmark, .nav-link, .search-button-field, .sidebar-toggle)";
  const shown = [...document.querySelectorAll(parts)].filter((one) => one.checkVisibility());
  const boxes = shown.map((one) => one.getBoundingClientRect());
  return shown.flatMap((one, i) => shown.slice(i + 1).filter((_, k) => {
    const [a, b] = [boxes[i], boxes[i + 1 + k]];
    return a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  }).map((other) => `${one.textContent.trim()} / ${other.textContent.trim()}`));
}"""


@pytest.fixture
def tab(browse: Browse, site: str) -> Tab:
    """Return a tab on the site, where a test may add styles."""
    return browse(site, bypass_csp=True)


def wide_at(page: Page, widths: list[int]) -> list[str]:
    """Return at which widths of the screen a page is wider than that, and what sticks out."""
    found = []
    for wide in widths:
        page.set_viewport_size({"width": wide, "height": 640})
        if (what := page.evaluate(TOO_WIDE)) is not None:
            found.append(f"{wide} px: {what}")
    return found


@WIDE_PAGES
@pytest.mark.parametrize("widths", WIDTHS)
def test_no_page_scrolls_sideways(tab: Tab, visited_pages: list[str], widths: list[int]) -> None:
    """From 320 px on, a laptop at 400 %; with letters as the site sets them, and as a reader spaces them."""
    found = []
    for path in visited_pages:
        page = tab.open(path)
        found += [f"{path}, {one}" for one in wide_at(page, widths)]
        page.add_style_tag(content=SPACED)
        found += [f"{path}, spaced, {one}" for one in wide_at(page, widths)]
    assert not found, "\n".join(found)


@WIDE_PAGES
@pytest.mark.parametrize("widths", [pytest.param([320], id="narrow"), deep([320, 390, 1280])])
def test_large_letters_break_rather_than_push_the_page_aside(
    tab: Tab, visited_pages: list[str], widths: list[int]
) -> None:
    """Twice as large, on the narrowest screen."""
    found = []
    for path in visited_pages:
        page = tab.open(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        found += [f"{path}, {one}" for one in wide_at(page, widths)]
    assert not found, "\n".join(found)


def test_links_of_one_name_lead_to_one_place(page_trees: dict[str, BeautifulSoup]) -> None:
    """Whoever hears the links of a text as a list knows them apart.

    Links of headings are there for pointers alone, and what is closed is in no list until it is opened at its entry.
    """
    found = []
    for path, tree in page_trees.items():
        targets: dict[str, set[str]] = {}
        for link in tree.select("article.bd-article a[href]:not(.headerlink, .recap-example a, .recap-ways details a)"):
            pictures = [str(picture.get("alt", "")) for picture in link.select("img")]
            name = str(link.get("aria-label") or " ".join([link.get_text(), *pictures]))
            targets.setdefault(" ".join(name.split()), set()).add(urljoin(path, str(link["href"])))
        found += [f"{path}: “{name}”: {sorted(some)}" for name, some in targets.items() if len(some) > 1 or not name]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["dark", deep("light")])
def test_results_of_a_search_have_no_barrier(browse: Browse, site: str, scheme: str) -> None:
    """Nor has what leads to more of them."""
    page = browse(site, color_scheme=scheme, bypass_csp=True).open("search.html?q=pytorch")
    more = page.get_by_role("button", name=re.compile("^Show .* more of"))
    expect(more).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Found")
    assert not examine(page)
    more.press("Enter")
    expect(page.locator(".recap-results li:nth-child(10) ~ li a:focus")).to_be_visible()
    assert not examine(page)


@ON_PAGES
@pytest.mark.parametrize("wide", [390, deep(1280)])
def test_large_letters_find_room_in_the_header(tab: Tab, wide: int, pages: list[str]) -> None:
    """Who sets letters twice as large, and not the page, still sees each link, and the page keeps its width."""
    found = []
    for path in pages:
        page = tab.open(path)
        page.set_viewport_size({"width": wide, "height": 900})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        found += [f"{path}: {one}" for one in [*wide_at(page, [wide]), *page.evaluate(OVERLAPS)]]
        assert page.locator(".bd-header").evaluate("(header) => header.offsetHeight") < 200, path
    assert not found, "\n".join(found)


@ON_PAGES
def test_links_of_the_frame_are_large_enough_to_hit(browse: Browse, site: str, pages: list[str]) -> None:
    """At least 24 px for a pointer (WCAG 2.5.8), 44 px for a finger."""
    finger = browse(site, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    pointer = browse(site)
    found = []
    for path in pages:
        page = finger.open(path)
        parts = ".bd-header :is(a, button), .footer-nav a, .crumbs a, .folder-pages a"
        found += [f"{path}, finger, {one}" for one in page.evaluate(SMALL, [parts, 44])]
        page = pointer.open(path)
        parts += ", .recap-feature-numbers a, .recap-feature-text li a, .page-toc a"
        found += [f"{path}, pointer, {one}" for one in page.evaluate(SMALL, [parts, 24])]
    assert not found, "\n".join(found)


@ON_PAGES
def test_the_page_has_one_main_navigation_with_a_name(tab: Tab, pages: list[str]) -> None:
    """Screen readers list the navigations of a page by their names."""
    for path in pages:
        page = tab.open(path)
        main = page.get_by_role("navigation", name="Main", exact=True)
        expect(main).to_have_count(1)
        assert main.get_by_role("link").all_inner_texts() == ["Recaps", "For contributors", "People", "Topics"], path
        names = [nav.aria_snapshot().partition("\n")[0] for nav in page.get_by_role("navigation").all()]
        assert all('"' in name for name in names), f"{path} has a navigation without a name: {names}"
        assert len(names) == len({*names}), f"{path} has two navigations of one name: {names}"


@ON_PAGES
def test_skipping_lands_at_the_text(tab: Tab, pages: list[str]) -> None:
    """And not before the ways around the page, which are the links that somebody wanted to skip."""
    for path in pages:
        page = tab.open(path)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('#page-text')"), path


def test_the_previous_and_the_next_page_are_of_the_same_section(page_trees: dict[str, BeautifulSoup]) -> None:
    """From the last page of an event nobody wants to go on to a guide, and from a guide not back to an event."""
    offered = 0
    for path, tree in page_trees.items():
        for link in tree.select(".prev-next-area a"):
            here, there = PurePosixPath(path).parent, PurePosixPath(urljoin(path, str(link["href"]))).parent
            assert here.is_relative_to(there) or there.is_relative_to(here), f"{path} goes on to {link['href']}"
            assert PurePosixPath() not in {here, there}, f"{path} goes on to {link['href']}"
            offered += 1
    assert offered > 10


def test_no_page_promises_a_link_that_is_not_there(page_trees: dict[str, BeautifulSoup]) -> None:
    """“Edit this page” is at the foot of pages only where the build knows the repository."""
    for path, tree in page_trees.items():
        links = [link.get_text() for link in tree.select("footer a")]
        assert any("Edit this page" in link for link in links) or "Edit this page" not in tree.get_text(), path


def test_the_drawer_closes_once_a_link_was_chosen(browse: Browse, site: str) -> None:
    """It would cover the place that the link led to."""
    page = browse(site, viewport={"width": 390, "height": 844}).open("contributors/add.html")
    page.get_by_role("button", name="On this page").click()
    drawer = page.locator("dialog[open]")
    link = drawer.get_by_role("link").last
    target = str(link.get_attribute("href"))
    link.click()
    expect(drawer).to_have_count(0)
    expect(page.locator(f"section{target} > h2")).to_be_in_viewport()
    page.get_by_role("button", name="On this page").click()
    expect(drawer.get_by_role("link").last).to_be_visible()


def test_forced_colours_show_which_page_this_is(browse: Browse, site: str) -> None:
    """Grounds and tints are gone there; an edge has to say it, and no other link may have one."""
    page = browse(site, forced_colors="active").open(POSTERS)
    edges = page.locator(".folder-pages a").evaluate_all(
        "(links) => links.map((link) => [!!link.ariaCurrent, getComputedStyle(link).borderBottomColor])"
    )
    (current,) = {colour for here, colour in edges if here}
    assert current not in {colour for here, colour in edges if not here}


def test_boxes_of_the_frame_are_blocks_on_paper(tab: Tab) -> None:
    """Nested boxes are measured before pages are broken: a browser would print the footer over the text."""
    for path in ["index.html", "recaps/2021-ecosystem-day/keynotes.html"]:
        page = tab.open(path)
        page.emulate_media(media="print")
        around = page.evaluate("""() => {
          const found = [];
          for (let box = document.querySelector("main h1").parentElement; box; box = box.parentElement)
            found.push([getComputedStyle(box).display, getComputedStyle(box).minHeight]);
          return found;
        }""")
        assert {display for display, _ in around} == {"block"}, path
        assert {least for _, least in around} <= {"0px", "auto"}, path


def test_people_are_filtered_by_name_or_by_what_they_did(browse: Browse, site: str) -> None:
    """The address has the words, so that what is shown can be shared; letters without a name left are not shown."""
    page = browse(site).open("people.html?q=ray+kai")
    names = page.locator(".recap-index-names > div:visible dt")
    assert [name.removesuffix("#") for name in names.all_inner_texts()] == ["Kai Fricke"]
    assert page.locator(".recap-index-letter:visible").count() == 1
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^1 of \d+ people and teams$"))
    page.get_by_role("searchbox", name=re.compile("^Find in")).fill("farre")
    assert [name.removesuffix("#") for name in names.all_inner_texts()] == ["Miquel Farré"]
    assert page.url.endswith("?q=farre")
    page.get_by_role("searchbox", name=re.compile("^Find in")).fill("")
    assert names.count() > 200
    assert page.url.endswith("people.html")


def test_the_latest_recap_is_one_press_away_from_home(browse: Browse, site: str) -> None:
    """And on a phone it begins on the first screen."""
    page = browse(site, viewport={"width": 390, "height": 844}).open("index.html")
    expect(page.get_by_role("heading", name="The latest recap")).to_be_in_viewport(ratio=1)
    page.get_by_role("link", name="See the latest recap").click()
    expect(page.locator(".recap-opening")).to_be_visible()
