"""Journeys of readers in Chromium, Firefox and WebKit."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import pytest
from bs4 import BeautifulSoup

from tests.programs import program
from tests.site.browsers.driver import View, until, wait_for
from tests.site.browsers.webkit import WebKit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.site.browsers.conftest import Open
    from tests.site.browsers.driver import Driver
    from tests.site.browsers.proxy import Proxy

pytestmark = pytest.mark.deep

PHONE, DESKTOP = View(390, 844), View(1280, 900)
VIEWS = pytest.mark.parametrize("view", [PHONE, DESKTOP], ids=["phone", "desktop"])
POSTERS = "recaps/2021-ecosystem-day/posters.html"
# The positions of the top of an element and of the bottom of the header, once neither has moved for a while.
AT_REST = """new Promise((done) => {{
  let last = "", same = 0;
  const look = () => {{
    const tops = [document.getElementById({name}).getBoundingClientRect().top,
      document.querySelector(".bd-header").getBoundingClientRect().bottom];
    same = String(tops) === last ? same + 1 : 0;
    last = String(tops);
    if (same < 20 || document.readyState !== "complete") requestAnimationFrame(look); else done(tops);
  }};
  look();
}})"""
SHOWN = """[...document.querySelectorAll(".recap-entry")].filter((entry) => entry.checkVisibility()).length"""
EXTERNAL = """performance.getEntriesByType("resource").map(({ name }) => new URL(name)).filter(({ origin, protocol }) =>
  origin !== location.origin && protocol.startsWith("http")).map(String)"""


def entries(folder: Path, path: str, selector: str) -> list[str]:
    """Return the ids of nine elements of a page, from the first to the last."""
    tree = BeautifulSoup((folder / path).read_text(encoding="utf-8"), "html5lib")
    names = [str(tag["id"]) for tag in tree.select(selector)]
    assert len(names) > 9
    return [names[round(number * (len(names) - 1) / 8)] for number in range(9)]


def offset_problem(driver: Driver, name: str) -> str:
    """Return a message if an element is not below the header, otherwise ''."""
    top, header = driver.evaluate(AT_REST.format(name=json.dumps(name)))
    return "" if header - 1 <= top <= 160 else f"{name} is at {top:.0f} px, below a header that ends at {header:.0f} px"


@VIEWS
def test_pages_report_no_problems(open_window: Open, site: str, site_pages: list[str], view: View) -> None:
    """This covers errors, policy violations and missing files."""
    driver = open_window(view)
    messages = []
    for path in site_pages:
        driver.goto(site + path)
        problems = driver.evaluate("new Promise((done) => setTimeout(done)).then(() => window.problems)")
        messages += [f"{path}: {problem}" for problem in problems]
    assert not messages, "\n".join(messages)


@VIEWS
@pytest.mark.parametrize("query", ["", "?sort=title"], ids=["plain", "sorted"])
def test_links_to_entries_scroll_to_them(
    open_window: Open, site: str, built_site: Path, view: View, query: str
) -> None:
    """The test opens posters from the first to the last in a new tab."""
    driver = open_window(view)
    problems = []
    for name in entries(built_site, POSTERS, ".recap-entry[id]"):
        driver.goto(f"{site}{POSTERS}{query}#{name}")
        problems.append(offset_problem(driver, name))
    assert not any(problems), "\n".join(problems)


@VIEWS
def test_links_to_entries_scroll_to_them_with_any_filter(
    open_window: Open, site: str, built_site: Path, view: View
) -> None:
    """If the filter hides the entry, it is removed, and the list says so."""
    driver = open_window(view)
    tree = BeautifulSoup((built_site / POSTERS).read_text(encoding="utf-8"), "html5lib")
    topic = str(tree.select(".recap-chips [value]")[0]["value"])
    problems = []
    for name in entries(built_site, POSTERS, ".recap-entry[id]")[::2]:
        entry = tree.find(id=name)
        assert entry is not None
        *_, title = entry.select(".recap-title")[0].stripped_strings
        inside = topic in [item.get_text() for item in entry.select(".recap-topics > *")]
        for query, shown in (
            ("topic=" + quote_plus(topic), inside),
            ("q=" + quote_plus(title), True),
            ("q=nowhere", False),
        ):
            driver.goto(f"{site}{POSTERS}?{query}#{name}")
            problem = offset_problem(driver, name)
            problems += [f"?{query}: {problem}"] if problem else []
            status = driver.evaluate("document.querySelector('.recap-status p').textContent")
            assert ("The filter was removed to show" in status) is not shown, (query, name, status)
            assert driver.evaluate("location.search !== ''") is shown, (query, name)
    assert not problems, "\n".join(problems)


@VIEWS
def test_links_to_people_scroll_to_them(open_window: Open, site: str, built_site: Path, view: View) -> None:
    """Where the index has a page for each letter, links to the index itself lead there, too."""
    driver = open_window(view)
    problems = []
    pages = [path.relative_to(built_site).as_posix() for path in sorted(built_site.glob("people/*.html"))]
    longest = max(["people.html", *pages], key=lambda path: (built_site / path).read_text().count("<dt id="))
    names = entries(built_site, longest, "dt[id^=person-]")[:-1]  # the last one cannot scroll to the top
    for page, name in [*((longest, name) for name in names), ("people.html", names[0]), ("people.html", names[5])]:
        driver.goto(f"{site}{page}#{name}")
        wait_for(driver, f"!!document.getElementById('{name}')")
        problems.append(offset_problem(driver, name))
    assert not any(problems), "\n".join(problems)


@VIEWS
def test_back_and_forward_return_to_the_same_entry(open_window: Open, site: str, built_site: Path, view: View) -> None:
    driver = open_window(view)
    name = entries(built_site, POSTERS, ".recap-entry[id]")[5]
    address = f"{site}{POSTERS}#{name}"
    driver.goto(address)
    assert not offset_problem(driver, name)
    driver.goto(f"{site}index.html")
    for _ in range(2 if driver.evaluate("history.length") > 2 else 1):  # a blank page may be in between
        driver.back()
        wait_for(driver, "document.readyState === 'complete'")
        if driver.evaluate("location.href") == address:
            break
    assert driver.evaluate("location.href") == address
    assert not offset_problem(driver, name)
    driver.click(f"#{name} .recap-title a")
    wait_for(driver, "document.readyState === 'complete' && !!document.querySelector('.recap-page')")
    driver.back()
    # Back where the reader was, which is not the top of the entry if the browser scrolled to click.
    top = f"document.getElementById('{name}')?.getBoundingClientRect().top"
    wait_for(driver, f"location.href === '{address}' && {top} >= 0 && {top} < innerHeight")


@VIEWS
def test_a_list_is_filtered_sorted_and_shared(open_window: Open, site: str, view: View) -> None:
    """The address contains the query, and shows the same list in a new tab and after Back."""
    driver = open_window(view)
    driver.goto(site + POSTERS)
    every = driver.evaluate(SHOWN)
    driver.click(".recap-find input, .recap-find")
    driver.press(*"quantization")
    wait_for(driver, "new URLSearchParams(location.search).get('q') === 'quantization'")
    matches = wait_for(driver, f"{SHOWN} < {every} && {SHOWN}")
    driver.evaluate("""(() => { const select = document.querySelector(".recap-sort select");
      select.value = "title"; select.dispatchEvent(new Event("change", { bubbles: true })); })()""")
    wait_for(driver, "new URLSearchParams(location.search).get('sort') === 'title'")
    address = driver.evaluate("location.href")
    driver.click(".folder-pages a")
    wait_for(driver, f"location.href !== {json.dumps(address)} && document.readyState === 'complete'")
    driver.back()
    wait_for(driver, f"location.href === {json.dumps(address)} && document.readyState === 'complete'")
    for again in ("after Back", "in a new tab"):
        if again == "in a new tab":
            driver.goto(address)
        wait_for(driver, f"{SHOWN} === {matches}")
        assert driver.evaluate("document.querySelector('.recap-find input').value") == "quantization", again
        assert driver.evaluate("document.querySelector('.recap-sort select').value") == "title"


@VIEWS
def test_a_topic_can_be_selected_and_cleared(open_window: Open, site: str, view: View) -> None:
    driver = open_window(view)
    driver.goto(site + POSTERS)
    every = driver.evaluate(SHOWN)
    driver.click(".recap-controls button[aria-pressed=false]")
    wait_for(driver, f"{SHOWN} < {every} && new URLSearchParams(location.search).has('topic')")
    driver.click(".recap-controls button[aria-pressed=true]")
    wait_for(driver, f"{SHOWN} === {every} && !new URLSearchParams(location.search).has('topic')")


@VIEWS
def test_a_search_leads_to_an_entry(open_window: Open, site: str, view: View) -> None:
    driver = open_window(view)
    driver.goto(f"{site}index.html")
    mobile = ".navbar-persistent--mobile" if view is PHONE else ".navbar-persistent--container"
    driver.click(f"{mobile} .search-button-field")
    wait_for(driver, "!!document.querySelector('dialog[open] input:focus')")
    driver.press(*"quantization")
    wait_for(driver, "!!document.querySelector('dialog .recap-search-group a')")
    driver.press("Enter")
    wait_for(driver, "location.pathname.endsWith('/search.html')")
    link = wait_for(driver, "document.querySelector('.recap-search-group a[href*=\"/posters/\"]')?.href")
    driver.click('.recap-search-group a[href*="/posters/"]')
    wait_for(driver, f"document.readyState === 'complete' && location.href === {json.dumps(link)}")
    assert "uantization" in driver.evaluate("document.querySelector('h1').textContent")


def test_the_colour_mode_is_switched_and_kept(open_window: Open, site: str) -> None:
    driver = open_window(DESKTOP)
    driver.goto(f"{site}index.html")
    driver.click(".bd-header .theme-switch-button")
    wait_for(driver, "!!document.querySelector('.bd-header .dropdown-menu.show')")
    driver.click(".bd-header .theme-change-button[data-mode=dark]")
    wait_for(driver, "document.documentElement.dataset.theme === 'dark'")
    driver.goto(f"{site}recaps/index.html")
    assert driver.evaluate("document.documentElement.dataset.theme") == "dark"
    assert driver.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 20, 26)"


@VIEWS
def test_a_video_contacts_no_host_before_the_click(open_window: Open, site: str, proxy: Proxy, view: View) -> None:
    driver = open_window(view)
    proxy.requests.clear()
    driver.goto(f"{site}index.html")
    driver.click("h1")
    assert driver.evaluate(EXTERNAL) == []
    assert not [host for host in proxy.requests if "youtube" in host]
    driver.click(".recap-video-cover")
    until(lambda: "www.youtube-nocookie.com" in proxy.requests, "the player is requested")
    assert not {host for host in proxy.requests if "youtube" in host} - {"www.youtube-nocookie.com"}


@VIEWS
def test_pages_are_complete_without_scripts(open_window: Open, site: str, built_site: Path, view: View) -> None:
    driver = open_window(View(view.wide, view.tall, scripts=False))
    driver.goto(site + POSTERS)
    tree = BeautifulSoup((built_site / POSTERS).read_text(encoding="utf-8"), "html5lib")
    assert driver.evaluate(SHOWN) == len(tree.select(".recap-entry"))
    assert (
        driver.evaluate("[...document.querySelectorAll('.recap-controls')].some((one) => one.checkVisibility())")
        is False
    )
    driver.goto(f"{site}search.html")
    assert "JavaScript" in driver.evaluate("document.querySelector('main').innerText")
    driver.goto(f"{site}index.html")
    assert driver.evaluate("document.querySelector('.recap-video-cover').href").startswith("https://www.youtube.com/")
    driver.click('.footer-nav a[href*="people"]')
    wait_for(driver, "location.pathname.endsWith('/people.html')")


def test_the_keyboard_skips_to_the_text(open_window: Open, site: str) -> None:
    driver = open_window(DESKTOP)
    for path in ["index.html", POSTERS, "search.html"]:
        driver.goto(site + path)
        driver.evaluate("document.activeElement.blur()")
        driver.press("Tab")
        assert driver.evaluate("document.activeElement.textContent") == "Skip to main content"
        driver.press("Enter")
        wait_for(driver, "location.hash !== ''")
        driver.press("Tab")
        assert driver.evaluate("!!document.activeElement.closest('#page-text')"), path


def test_no_page_scrolls_sideways_at_320_px(open_window: Open, site: str, site_pages: list[str]) -> None:
    driver = open_window(View(320, 640))
    problems = []
    for path in site_pages:
        driver.goto(site + path)
        wide, seen = driver.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert 300 <= seen <= 320
        problems += [f"{path} is {wide} px wide"] if wide > seen else []
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("zoom", [1.5, 2, 4])
def test_pages_can_be_enlarged(open_window: Open, site: str, site_pages: list[str], zoom: float) -> None:
    """WebKit used to crash on paragraphs with balanced lines in large text."""
    driver = open_window(View(zoom=zoom))
    problems = []
    for path in site_pages:
        driver.goto(site + path)
        driver.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        if driver.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            problems.append(path)
    assert not problems, "\n".join(problems)
    assert not (isinstance(driver, WebKit) and driver.crashed)


LINE = re.compile(r'<line xMin="[\d.]+" yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">(.*?)</line>', re.DOTALL)
WORD = re.compile(r"<word[^>]*>(.*?)</word>")


def printed(pdf: bytes, folder: Path) -> list[list[tuple[float, float, str]]]:
    """Return the lines of each page: top and bottom position, and text."""
    (folder / "page.pdf").write_bytes(pdf)
    command = [*program("pdftotext"), "-bbox-layout", "page.pdf", "-"]
    text = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    return [
        sorted((float(top), float(end), " ".join(WORD.findall(line))) for top, end, line in LINE.findall(page))
        for page in text.split("<page ")[1:]
    ]


@pytest.mark.parametrize("path", ["index.html", "recaps/2021-ecosystem-day/keynotes.html", POSTERS, "people.html"])
def test_print_has_the_footer_at_the_end_and_no_isolated_headings(
    open_window: Open, site: str, tmp_path: Path, path: str
) -> None:
    driver = open_window(DESKTOP)
    driver.goto(site + path)
    headings = {
        " ".join(text.split())
        for text in driver.evaluate(
            "[...document.querySelectorAll('main :is(h2, h3)')].map((one) => one.firstChild.textContent)"
        )
    }
    pages = printed(driver.pdf(), tmp_path)
    footer_pages = [number for number, lines in enumerate(pages) if any("CC BY 4.0" in line for _, _, line in lines)]
    assert footer_pages == [len(pages) - 1]
    last = pages[-1]
    footer_top = next(top for top, _, line in last if "Something wrong" in line or line.startswith("Text:"))
    lines_below = [line for _, end, line in last if end > footer_top + 4]
    assert all(re.search(r"Something|repository|\.md|site\.|Text:|CC BY", line) for line in lines_below), lines_below
    for lines in pages[:-1]:
        assert lines[-1][2] not in headings
