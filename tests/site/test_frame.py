"""The header, navigation and footer of all pages, also on narrow screens and with large text."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect
from selectolax.lexbor import LexborHTMLParser

from tests.site.conftest import POSTERS, visit_pages
from tests.support import deep

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import BeautifulSoup
    from playwright.sync_api import Page

    from tests.site.conftest import Browse, Tab

PAGES = ["index.html", "search.html", "people.html", "recaps/index.html", POSTERS]
ON_PAGES = pytest.mark.parametrize("pages", [["index.html", POSTERS], deep(PAGES)], ids=["some", "of each kind"])
WIDE_PAGES = visit_pages("contributors/reference.html", POSTERS)
WIDTHS = [
    pytest.param([320], id="narrow"),
    pytest.param([*range(320, 1300, 40)], id="all", marks=pytest.mark.deep),
]
# The values in https://www.w3.org/TR/WCAG22/#text-spacing, which readers can set in their browsers.
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }"""
TOO_WIDE = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return null;
  return [...document.body.querySelectorAll("*")].filter((element) =>
    element.checkVisibility() && element.getBoundingClientRect().right > wide + 1
  ).slice(0, 3).map((element) => element.outerHTML.slice(0, 100)).join(" | ");
}"""
# Links and buttons within some parts of the page that are lower than a number of pixels.
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
    """Return a tab on the site to which tests can add styles."""
    return browse(site, bypass_csp=True)


def wide_at(page: Page, widths: list[int]) -> list[str]:
    """Return the screen widths at which a page is wider than the screen, with the elements that stick out."""
    problems = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 640})
        if (elements := page.evaluate(TOO_WIDE)) is not None:
            problems.append(f"{width} px: {elements}")
    return problems


@WIDE_PAGES
@pytest.mark.parametrize("widths", WIDTHS)
def test_no_page_scrolls_sideways(tab: Tab, visited_pages: list[str], widths: list[int]) -> None:
    """320 px is a laptop at 400 % zoom. This includes text spacing set by readers."""
    problems = []
    for path in visited_pages:
        page = tab.open(path)
        problems += [f"{path}, {problem}" for problem in wide_at(page, widths)]
        page.add_style_tag(content=SPACED)
        problems += [f"{path}, spaced, {problem}" for problem in wide_at(page, widths)]
    assert not problems, "\n".join(problems)


@WIDE_PAGES
@pytest.mark.parametrize("widths", [pytest.param([320], id="narrow"), deep([320, 390, 1280])])
def test_large_text_does_not_make_pages_wider(tab: Tab, visited_pages: list[str], widths: list[int]) -> None:
    """The text is twice as large, on the narrowest screen."""
    problems = []
    for path in visited_pages:
        page = tab.open(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        problems += [f"{path}, {problem}" for problem in wide_at(page, widths)]
    assert not problems, "\n".join(problems)


def test_links_with_the_same_name_have_the_same_target(page_trees: dict[str, BeautifulSoup]) -> None:
    """Screen readers can list the links of a page without their context.

    Permalinks of headings are only for pointers, and links in closed elements are not listed.
    """
    ambiguous = []
    for path, tree in page_trees.items():
        targets: dict[str, set[str]] = {}
        for link in tree.select("article.bd-article a[href]:not(.headerlink, .recap-example a, .recap-ways details a)"):
            pictures = [str(picture.get("alt", "")) for picture in link.select("img")]
            name = str(link.get("aria-label") or " ".join([link.get_text(), *pictures]))
            targets.setdefault(" ".join(name.split()), set()).add(urljoin(path, str(link["href"])))
        ambiguous += [
            f"{path}: “{name}”: {sorted(addresses)}"
            for name, addresses in targets.items()
            if len(addresses) > 1 or not name
        ]
    assert not ambiguous, "\n".join(ambiguous)


@ON_PAGES
@pytest.mark.parametrize("wide", [390, deep(1280)])
def test_large_text_fits_the_header(tab: Tab, wide: int, pages: list[str]) -> None:
    """With text at twice the size, each link is still visible, and the page is not wider."""
    problems = []
    for path in pages:
        page = tab.open(path)
        page.set_viewport_size({"width": wide, "height": 900})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        problems += [f"{path}: {problem}" for problem in [*wide_at(page, [wide]), *page.evaluate(OVERLAPS)]]
        assert page.locator(".bd-header").evaluate("(header) => header.offsetHeight") < 200, path
    assert not problems, "\n".join(problems)


@pytest.mark.deep
@ON_PAGES
def test_links_in_the_frame_are_large_enough(browse: Browse, site: str, pages: list[str]) -> None:
    """They need 24 px for a pointer (WCAG 2.5.8), and 44 px on a touch screen."""
    touch = browse(site, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    pointer = browse(site)
    problems = []
    for path in pages:
        page = touch.open(path)
        parts = ".bd-header :is(a, button), .footer-nav a, .crumbs a, .folder-pages a"
        problems += [f"{path}, touch, {problem}" for problem in page.evaluate(SMALL, [parts, 44])]
        page = pointer.open(path)
        parts += ", .recap-feature-numbers a, .recap-feature-text li a, .page-toc a"
        problems += [f"{path}, pointer, {problem}" for problem in page.evaluate(SMALL, [parts, 24])]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("pages", [["contributors/style.html"], deep("most pages")], ids=["one", "most pages"])
def test_readers_see_where_they_are_in_the_pages_of_a_section(
    tab: Tab, pages: list[str] | str, most_pages: list[str]
) -> None:
    """On a phone, these are one line, which is scrolled to the current page; the page itself is not."""
    for path in most_pages if isinstance(pages, str) else pages:
        page = tab.open(path)
        page.set_viewport_size({"width": 320, "height": 700})
        page.reload()
        current = page.locator(".folder-pages [aria-current]")
        if current.count():
            expect(current).to_be_in_viewport(ratio=0.9)
            assert page.evaluate("scrollY") == 0, path


@ON_PAGES
def test_the_page_has_one_main_navigation_with_a_name(tab: Tab, pages: list[str]) -> None:
    """Screen readers list the navigation landmarks by name."""
    for path in pages:
        page = tab.open(path)
        main = page.get_by_role("navigation", name="Main", exact=True)
        expect(main).to_have_count(1)
        assert main.get_by_role("link").all_inner_texts() == ["Recaps", "For contributors", "People", "Topics"], path
        names = [nav.aria_snapshot().partition("\n")[0] for nav in page.get_by_role("navigation").all()]
        assert all('"' in name for name in names), f"{path} has navigation without a name: {names}"
        assert len(names) == len({*names}), f"{path} has duplicate names of navigation: {names}"


@ON_PAGES
def test_the_skip_link_leads_to_the_text(tab: Tab, pages: list[str]) -> None:
    """The target must be after the navigation, which readers want to skip."""
    for path in pages:
        page = tab.open(path)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('#page-text')"), path


def test_previous_and_next_page_are_in_the_same_section(built_site: Path, site_pages: list[str]) -> None:
    """The last page of an event must not continue with a guide, for example."""
    offered = 0
    for path in site_pages:
        tree = LexborHTMLParser((built_site / path).read_text(encoding="utf-8"))
        for link in tree.css(".prev-next-area a"):
            target = str(link.attributes["href"])
            folder, target_folder = PurePosixPath(path).parent, PurePosixPath(urljoin(path, target)).parent
            assert folder.is_relative_to(target_folder) or target_folder.is_relative_to(folder), (
                f"{path} continues with {target}"
            )
            assert PurePosixPath() not in {folder, target_folder}, f"{path} continues with {target}"
            offered += 1
    assert offered > 10


def test_pages_mention_the_edit_link_only_if_it_exists(page_trees: dict[str, BeautifulSoup]) -> None:
    """“Edit this page” is in the footer only if the build knows the repository."""
    for path, tree in page_trees.items():
        links = [link.get_text() for link in tree.select("footer a")]
        assert any("Edit this page" in link for link in links) or "Edit this page" not in tree.get_text(), path


def test_the_drawer_closes_after_a_link_is_chosen(browse: Browse, site: str) -> None:
    """It would cover the target."""
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


def test_the_current_page_is_marked_with_forced_colours(browse: Browse, site: str) -> None:
    """There are no backgrounds, so a border marks the current page, and no other link has one."""
    page = browse(site, forced_colors="active").open(POSTERS)
    edges = page.locator(".folder-pages a").evaluate_all(
        "(links) => links.map((link) => [!!link.ariaCurrent, getComputedStyle(link).borderBottomColor])"
    )
    (current,) = {colour for folder, colour in edges if folder}
    assert current not in {colour for folder, colour in edges if not folder}


def test_the_layout_boxes_are_blocks_in_print(tab: Tab) -> None:
    """Browsers lay out flex boxes before they break pages, and would print the footer over the text."""
    for path in ["index.html", "recaps/2021-ecosystem-day/keynotes.html"]:
        page = tab.open(path)
        page.emulate_media(media="print")
        boxes = page.evaluate("""() => {
          const boxes = [];
          for (let box = document.querySelector("main h1").parentElement; box; box = box.parentElement)
            boxes.push([getComputedStyle(box).display, getComputedStyle(box).minHeight]);
          return boxes;
        }""")
        assert {display for display, _ in boxes} == {"block"}, path
        assert {least for _, least in boxes} <= {"0px", "auto"}, path


def test_an_index_is_filtered_by_name_or_by_entry(browse: Browse, site: str) -> None:
    """The address has the words, so that what is shown can be shared; letters without a name left are not shown."""
    page = browse(site).open("topics.html")
    names = page.locator(".recap-index-names > div:visible")
    everything = names.count()
    last = names.last
    name: str = last.locator("dt").evaluate("term => term.firstChild.data")
    title = last.locator("dd a").first.inner_text()
    filtering = page.get_by_role("searchbox", name=re.compile("^Find in"))
    for words in (name.upper(), f"{title.split()[0]} {name}"):
        filtering.fill(words)
        expect(last.locator("dt")).to_contain_text(name)
        assert all(part in names.first.inner_text().lower() for part in words.lower().split())
        status = page.get_by_role("status")
        expect(status).to_have_text(re.compile(rf"^{names.count()} of "))
        assert status.inner_text().endswith(f" of {everything} topics")
    assert names.count() < everything
    assert page.locator(".recap-index-letter:visible").count() <= names.count()
    page.reload()
    expect(filtering).to_have_value(words)
    filtering.fill("")
    assert names.count() == everything
    assert page.url.endswith("topics.html")


def test_people_are_found_by_name_wherever_they_are_listed(browse: Browse, site: str) -> None:
    """Many people are on pages by initial; then the first page has their names only."""
    page = browse(site).open("people.html")
    names = page.locator(".recap-index-names > div:visible, .recap-index-overview li:visible")
    assert names.count() > 1
    page.get_by_role("searchbox", name=re.compile("^Find in")).fill("GEETA")
    expect(names).to_have_count(1)
    names.get_by_role("link", name="Geeta Chauhan").click()
    expect(page.locator(":target")).to_contain_text("Geeta Chauhan")


def test_the_latest_recap_is_one_press_away_from_home(browse: Browse, site: str) -> None:
    """And on a phone it begins on the first screen."""
    page = browse(site, viewport={"width": 390, "height": 844}).open("index.html")
    expect(page.get_by_role("heading", name="The latest recap")).to_be_in_viewport(ratio=1)
    name = page.locator(".recap-events .rubric").first.inner_text()
    page.get_by_role("link", name="See the latest recap").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
