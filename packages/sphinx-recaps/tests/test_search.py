"""The search of entries: queries on the search page find entries, link to them directly, and load little data."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.core.assets import PACKAGE
from sphinx_recaps.search.index import fold, shard, words
from test_domain import FILES, FIRST

from tests.archive import Size, write_archive
from tests.support import deep

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

    from tests.support import Project

HOST = "https://test.example/"


class Site:
    """A built project on a web server, which records the requested files and their compressed sizes."""

    def __init__(self, browser: Browser, out: Path, folders: bool = False) -> None:
        self.page: Page = browser.new_page()
        self.out = out
        self.requested: dict[str, int] = {}
        self.errors: list[str] = []
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.route(f"{HOST}**", self._answer)

    def _answer(self, route: Route) -> None:
        name = urlsplit(route.request.url).path.removeprefix("/")
        path = self.out / name
        if path.is_dir():
            path /= "index.html"
        if not path.exists():
            route.fulfill(status=404)
            return
        self.requested[name] = len(gzip.compress(path.read_bytes())) if "recap-search" in name else 0
        route.fulfill(path=path)

    def search(self, query: str, page: str = "search.html") -> list[str]:
        """Return the text of each result of a query."""
        self.page.goto(f"{HOST}{page}?q={quote(query)}")
        self.page.wait_for_function(
            "!/Searching/.test(document.querySelector('.recap-results [role=status]').innerText)"
        )
        return [text.replace("\n", " | ") for text in self.page.locator(".recap-results li").all_inner_texts()]

    def loaded(self) -> dict[str, int]:
        """Return the files that the search of entries loaded, with their compressed sizes."""
        return {name: size for name, size in self.requested.items() if "recap-search" in name}


QUANTIZATION = "Quantization at Xilinx & friends | Poster · The day of 2021 · Jeffrey Mew, 张伟"
ANOTHER = "Another year | Poster · 2022-day · Jeffrey Mew"
SESSION = "A session | Session · The day of 2021 · Jeffrey Mew"
SECOND = "Second poster | Poster · The day of 2021 · Łukasz Kaiser"


@pytest.fixture(scope="module")
def small(module_project: Project, browser: Browser) -> Site:
    """Return the small project, which tests must not change, in one page of the browser."""
    return Site(browser, module_project(FILES).out)


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    ("query", "results"),
    [
        ("quantization xilinx", [QUANTIZATION]),
        ("XILINX quant", [QUANTIZATION]),
        ("the poster on quantization from Xilinx", [QUANTIZATION]),
        ("lukasz", ["Łukasz Kaiser | Person", SECOND]),
        ("张伟", ["张伟 | Person", QUANTIZATION]),
        ("c++", ["C++ | Topic", QUANTIZATION]),
        ("c#", ["C# | Topic", SECOND]),
        ("mew session", [SESSION]),
        ("jeffrey mew", ["Jeffrey Mew | Person", QUANTIZATION, SESSION, ANOTHER]),
        ("b2", [SECOND]),
        ("compil year", [ANOTHER]),
        ("zzz", []),
        ("qualia", []),
    ],
)
def test_a_query_finds_titles_people_and_topics(small: Site, query: str, results: list[str]) -> None:
    """Queries match the beginnings of words, and ignore case and accents."""
    site = small
    site.errors.clear()
    assert site.search(query) == results
    assert site.errors == []
    status = site.page.locator(".recap-results [role=status]").inner_text()
    pages = site.page.locator(".search > li").count()
    numbers = [sum(text.endswith(kind) for text in results) for kind in ("| Person", "| Topic")]
    parts = [(len(results) - sum(numbers), "entr"), (numbers[0], "p"), (numbers[1], "topic"), (pages, "page")]
    counts = [(int(number), word) for number, word in re.findall(r"(\d+) (\w+)", status)]
    expected = [part for part in parts if part[0]]
    assert [number for number, _ in counts] == [number for number, _ in expected], status
    assert all(word.startswith(start) for (_, word), (_, start) in zip(counts, expected, strict=True)), status
    assert bool(counts) == (status != f"Nothing was found for “{query}”.")
    assert site.page.locator(".search-summary:visible").count() == 0, "there must be only one summary of the results"


@pytest.mark.parametrize(
    ("theme", "builder"),
    [
        ("basic", "dirhtml"),
        deep("pydata_sphinx_theme", "html"),
        deep("pydata_sphinx_theme", "dirhtml"),
        deep("basic", "html"),
    ],
)
def test_a_result_links_to_the_entry_itself(project: Project, browser: Browser, builder: str, theme: str) -> None:
    """Entries come before the pages that Sphinx finds, in every theme."""
    built = project(FILES, builder, conf=f"html_theme = {theme!r}\nhtml_context = {{'default_mode': 'auto'}}\n")
    site = Site(browser, built.out)
    search = "search.html" if builder == "html" else "search/"
    site.search("lukasz", search)
    assert site.page.locator("h2#recap-results-title ~ ul").count() == 1
    assert site.page.evaluate(
        "() => !!(document.querySelector('.recap-results').compareDocumentPosition("
        "document.querySelector('#search-results')) & Node.DOCUMENT_POSITION_FOLLOWING)"
    )
    person, entry = (str(link.get_attribute("href")) for link in site.page.locator(".recap-results a").all())
    for address, anchor in ((entry, "poster-b2"), (person, "person-lukasz-kaiser")):
        site.page.locator(f".recap-results a[href='{address}']").click()
        site.page.wait_for_url(f"**#{anchor}")
        assert site.page.locator(f"[id='{anchor}']").count() == 1
        site.page.go_back()
    assert site.errors == []


def test_search_loads_nothing_before_a_query(project: Project, browser: Browser) -> None:
    """Only the search page loads the script, and the script loads the index only for a query."""
    built = project(FILES)
    site = Site(browser, built.out)
    script = (PACKAGE / "search/static/recap-search.js").read_text()
    published = (built.out / "_static/recap-search.js").read_text()
    assert "/*" not in published, "scripts are published without comments"
    assert len(published) < 0.8 * len(script)
    for page in ("people.html", "recaps/2021-day/posters.html"):
        site.page.goto(HOST + page)
        site.page.wait_for_load_state("networkidle")
    assert site.loaded() == {}
    site.page.goto(f"{HOST}search.html")
    site.page.wait_for_load_state("networkidle")
    assert list(site.loaded()) == ["_static/recap-search.css", "_static/recap-search.js"]
    assert site.page.locator(".recap-results").count() == 0


def test_more_results_can_be_shown_with_the_keyboard(project: Project, browser: Browser) -> None:
    """The first ten are followed by a button, which moves the focus to the first new result."""
    entries = "".join(f"  - {{id: P{number}, title: Tensor number {number}}}\n" for number in range(40))
    files = {**FILES, "recaps/2021-day/posters.yaml": f"kind: poster\nentries:\n{entries}"}
    site = Site(browser, project(files).out)
    assert len(site.search("tensor")) == 10
    button = site.page.get_by_role("button", name="Show 20 more of 40 entries")
    button.focus()
    site.page.keyboard.press("Enter")
    site.page.wait_for_function("document.querySelectorAll('.recap-results li').length === 30")
    assert site.page.evaluate("document.activeElement.innerText") == "Tensor number 10"
    site.page.get_by_role("button", name="Show 10 more of 40 entries").click()
    site.page.wait_for_function("document.querySelectorAll('.recap-results li').length === 40")
    assert site.page.get_by_role("button", name="Show").count() == 0


def test_markup_in_a_title_is_shown_as_text(project: Project, browser: Browser) -> None:
    title = "<img src=x onerror=alert(1)> & more"
    files = {**FILES, "recaps/2021-day/posters.yaml": FIRST.replace("Second poster", f'"{title}"')}
    site = Site(browser, project(files).out)
    assert site.search("onerror")[0].startswith(title)


@pytest.mark.one_in(3)
@pytest.mark.parametrize("builder", ["singlehtml", "epub", "text"])
def test_builders_without_a_search_page_have_no_index(project: Project, builder: str) -> None:
    """Nothing could read it."""
    assert not (project(FILES, builder).out / "recap-search").exists()


def test_a_changed_title_changes_only_the_index_files_of_its_words(project: Project) -> None:
    """The file with the entries of the page changes, too."""

    def contents(files: dict[str, str]) -> dict[str, tuple[bytes, int]]:
        folder = project(files).out / "recap-search"
        return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}

    before = contents(FILES)
    assert contents(FILES) == before
    after = contents({**FILES, "recaps/2021-day/posters.yaml": FIRST.replace("Second", "Quadratic")})
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == {
        "se.json",
        "qu.json",
        "entries-0.json",
    }
    without_xilinx = contents({**FILES, "recaps/2021-day/posters.yaml": FIRST.replace("Xilinx", "home")})
    assert "xi.json" in before.keys() - without_xilinx.keys()


# -- Python and JavaScript ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def in_browser(browser: Browser) -> Page:
    """Return a page with the functions of the script."""
    script = (PACKAGE / "search/static/recap-search.js").read_text()
    page = browser.new_page()
    functions = script[script.index('"use strict"') : script.index("const texts =")]
    page.evaluate(f"() => {{ {functions}; window.both = [words, shard]; }}")
    return page


@given(text=st.text(st.characters(max_codepoint=0x1FFFF, exclude_categories=["Cs", "Cn", "Co"])))
def test_python_and_javascript_split_text_into_the_same_words(in_browser: Page, text: str) -> None:
    """Otherwise, some names would be in the index and never be found."""
    split, names = in_browser.evaluate("text => [both[0](text), both[0](text).map(both[1])]", text)
    assert split == list(words(text))
    assert names == [shard(word) for word in words(text)]


def test_words_ignore_case_and_accents() -> None:
    """Symbols in names of programming languages are kept, as in C++."""
    assert words("C++ & C#, José’s straße: 深度学习") == ("c++", "c#", "jose", "s", "strasse", "深", "度", "学", "习")
    assert fold("Łukasz ΣΊΣΥΦΟΣ") == "lukasz σισυφοσ"


# -- A large archive ---------------------------------------------------------------------------------------------------


@pytest.mark.deep
def test_a_query_loads_little_of_a_large_index(project: Project, browser: Browser) -> None:
    """It loads only the files for the first two letters of its words."""
    write_archive(project.root, Size(events=30, talks=1200, people=800, topics=150))
    built = project(conf='html_sidebars = {"**": []}\n')
    assert built.messages == "" or "spell" in built.messages
    whole = sum(len(path.read_bytes()) for path in (built.out / "recap-search").iterdir())
    site = Site(browser, built.out)
    assert site.search("quantization python")
    assert sum(site.loaded().values()) < min(60_000, whole / 5)
    names = json.loads((built.out / "recap-search/index.json").read_text())
    assert {f"{name}.json" for name in names} <= {path.name for path in (built.out / "recap-search").iterdir()}
