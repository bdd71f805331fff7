"""What readers do, in Chromium, Firefox and WebKit."""

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
# Where the top of an element and the end of the header are, once neither has moved for a while.
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
FOREIGN = """performance.getEntriesByType("resource").map(({ name }) => new URL(name)).filter(({ origin, protocol }) =>
  origin !== location.origin && protocol.startsWith("http")).map(String)"""


def entries(folder: Path, path: str, selector: str) -> list[str]:
    """Return the ids of nine elements of a page, from its first to its last."""
    tree = BeautifulSoup((folder / path).read_text(encoding="utf-8"), "html5lib")
    names = [str(tag["id"]) for tag in tree.select(selector)]
    assert len(names) > 9
    return [names[round(number * (len(names) - 1) / 8)] for number in range(9)]


def misses(driver: Driver, name: str) -> str:
    """Say how far an element is from its place below the header; nothing where it is there."""
    top, header = driver.evaluate(AT_REST.format(name=json.dumps(name)))
    return "" if header - 1 <= top <= 160 else f"{name} is at {top:.0f} px, below a header that ends at {header:.0f} px"


@VIEWS
def test_no_page_complains(open_window: Open, site: str, site_pages: list[str], view: View) -> None:
    """No error, no broken rule of the policy, no file that is not there."""
    driver = open_window(view)
    found = []
    for path in site_pages:
        driver.goto(site + path)
        complaints = driver.evaluate("new Promise((done) => setTimeout(done)).then(() => window.complaints)")
        found += [f"{path}: {one}" for one in complaints]
    assert not found, "\n".join(found)


@VIEWS
@pytest.mark.parametrize("query", ["", "?sort=title"], ids=["plain", "sorted"])
def test_links_to_entries_land_there(open_window: Open, site: str, built_site: Path, view: View, query: str) -> None:
    """In a new tab, with every poster from the first to the last."""
    driver = open_window(view)
    found = []
    for name in entries(built_site, POSTERS, ".recap-entry[id]"):
        driver.goto(f"{site}{POSTERS}{query}#{name}")
        found.append(misses(driver, name))
    assert not any(found), "\n".join(found)


@VIEWS
def test_links_to_entries_land_there_whatever_is_filtered(
    open_window: Open, site: str, built_site: Path, view: View
) -> None:
    """What the filter shows is there below the header; what it hides comes back, and the list says so."""
    driver = open_window(view)
    tree = BeautifulSoup((built_site / POSTERS).read_text(encoding="utf-8"), "html5lib")
    topic = str(tree.select(".recap-chips [value]")[0]["value"])
    found = []
    for name in entries(built_site, POSTERS, ".recap-entry[id]")[::2]:
        entry = tree.find(id=name)
        assert entry is not None
        *_, title = entry.select(".recap-title")[0].stripped_strings
        inside = topic in [one.get_text() for one in entry.select(".recap-topics > *")]
        for query, shown in (
            ("topic=" + quote_plus(topic), inside),
            ("q=" + quote_plus(title), True),
            ("q=nowhere", False),
        ):
            driver.goto(f"{site}{POSTERS}?{query}#{name}")
            miss = misses(driver, name)
            found += [f"?{query}: {miss}"] if miss else []
            said = driver.evaluate("document.querySelector('.recap-status p').textContent")
            assert ("The filter was removed to show" in said) is not shown, (query, name, said)
            assert driver.evaluate("location.search !== ''") is shown, (query, name)
    assert not found, "\n".join(found)


@VIEWS
def test_links_to_people_land_there(open_window: Open, site: str, built_site: Path, view: View) -> None:
    driver = open_window(view)
    found = []
    for name in entries(built_site, "people.html", "dt[id^=person-]")[:-1]:  # below the last one there is no more page
        driver.goto(f"{site}people.html#{name}")
        found.append(misses(driver, name))
    assert not any(found), "\n".join(found)


@VIEWS
def test_back_and_forward_come_to_the_same_entry(open_window: Open, site: str, built_site: Path, view: View) -> None:
    driver = open_window(view)
    name = entries(built_site, POSTERS, ".recap-entry[id]")[5]
    address = f"{site}{POSTERS}#{name}"
    driver.goto(address)
    assert not misses(driver, name)
    driver.goto(f"{site}index.html")
    for _ in range(2 if driver.evaluate("history.length") > 2 else 1):  # a blank page may be in between
        driver.back()
        wait_for(driver, "document.readyState === 'complete'")
        if driver.evaluate("location.href") == address:
            break
    assert driver.evaluate("location.href") == address
    assert not misses(driver, name)
    driver.click('main p a[href="#all-the-posters"]')
    wait_for(driver, "location.hash === '#all-the-posters'")
    driver.back()
    wait_for(driver, f"location.hash === '#{name}'")


@VIEWS
def test_a_list_is_filtered_sorted_and_shared(open_window: Open, site: str, view: View) -> None:
    """What was typed is in the address, and the address shows the same list to somebody else, and after Back."""
    driver = open_window(view)
    driver.goto(site + POSTERS)
    every = driver.evaluate(SHOWN)
    driver.click(".recap-find input, .recap-find")
    driver.press(*"quantization")
    wait_for(driver, "new URLSearchParams(location.search).get('q') === 'quantization'")
    found = wait_for(driver, f"{SHOWN} < {every} && {SHOWN}")
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
        wait_for(driver, f"{SHOWN} === {found}")
        assert driver.evaluate("document.querySelector('.recap-find input').value") == "quantization", again
        assert driver.evaluate("document.querySelector('.recap-sort select').value") == "title"


@VIEWS
def test_a_topic_is_chosen_and_left(open_window: Open, site: str, view: View) -> None:
    driver = open_window(view)
    driver.goto(site + POSTERS)
    every = driver.evaluate(SHOWN)
    driver.click(".recap-controls button[aria-pressed=false]")
    wait_for(driver, f"{SHOWN} < {every} && new URLSearchParams(location.search).has('topic')")
    driver.click(".recap-controls button[aria-pressed=true]")
    wait_for(driver, f"{SHOWN} === {every} && !new URLSearchParams(location.search).has('topic')")


@VIEWS
def test_a_search_comes_to_an_entry(open_window: Open, site: str, view: View) -> None:
    driver = open_window(view)
    driver.goto(f"{site}index.html")
    mobile = ".navbar-persistent--mobile" if view is PHONE else ".navbar-persistent--container"
    driver.click(f"{mobile} .search-button-field")
    wait_for(driver, "!!document.querySelector('dialog[open] input:focus')")
    driver.press(*"quantization", "Enter")
    wait_for(driver, "location.pathname.endsWith('/search.html')")
    link = wait_for(driver, "document.querySelector('.recap-results a[href*=\"#poster-\"]')?.href")
    driver.click('.recap-results a[href*="#poster-"]')
    name = link.partition("#")[2]
    wait_for(driver, f"document.readyState === 'complete' && !!document.getElementById({json.dumps(name)})")
    assert not misses(driver, name)


def test_the_colours_are_switched_and_stay(open_window: Open, site: str) -> None:
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
    proxy.asked.clear()
    driver.goto(f"{site}index.html")
    driver.click("h1")
    assert driver.evaluate(FOREIGN) == []
    assert not [host for host in proxy.asked if "youtube" in host]
    driver.click(".recap-video-cover")
    until(lambda: "www.youtube-nocookie.com" in proxy.asked, "the player is asked for")
    assert not {host for host in proxy.asked if "youtube" in host} - {"www.youtube-nocookie.com"}


@VIEWS
def test_pages_are_whole_without_scripts(open_window: Open, site: str, built_site: Path, view: View) -> None:
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
    found = []
    for path in site_pages:
        driver.goto(site + path)
        wide, seen = driver.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert 300 <= seen <= 320
        found += [f"{path} is {wide} px wide"] if wide > seen else []
    assert not found, "\n".join(found)


@pytest.mark.parametrize("zoom", [1.5, 2, 4])
def test_pages_can_be_enlarged(open_window: Open, site: str, site_pages: list[str], zoom: float) -> None:
    """WebKit has crashed on paragraphs whose last lines it evened out in large type."""
    driver = open_window(View(zoom=zoom))
    found = []
    for path in site_pages:
        driver.goto(site + path)
        driver.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        if driver.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(path)
    assert not found, "\n".join(found)
    assert not (isinstance(driver, WebKit) and driver.crashed)


LINE = re.compile(r'<line xMin="[\d.]+" yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">(.*?)</line>', re.DOTALL)
WORD = re.compile(r"<word[^>]*>(.*?)</word>")


def printed(pdf: bytes, folder: Path) -> list[list[tuple[float, float, str]]]:
    """Return the lines of each page: where they begin and end, from the top, and their words."""
    (folder / "page.pdf").write_bytes(pdf)
    command = [*program("pdftotext"), "-bbox-layout", "page.pdf", "-"]
    text = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    return [
        sorted((float(top), float(end), " ".join(WORD.findall(line))) for top, end, line in LINE.findall(page))
        for page in text.split("<page ")[1:]
    ]


@pytest.mark.parametrize("path", ["index.html", "recaps/2021-ecosystem-day/keynotes.html", POSTERS, "people.html"])
def test_paper_has_the_footer_at_the_end_and_no_heading_alone(
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
    feet = [number for number, lines in enumerate(pages) if any("CC BY 4.0" in line for _, _, line in lines)]
    assert feet == [len(pages) - 1]
    last = pages[-1]
    foot = next(top for top, _, line in last if "Something wrong" in line or line.startswith("Text:"))
    over = [line for _, end, line in last if end > foot + 4]
    assert all(re.search(r"Something|repository|\.md|site\.|Text:|CC BY", line) for line in over), over
    for lines in pages[:-1]:
        assert lines[-1][2] not in headings
