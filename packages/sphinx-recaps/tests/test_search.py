"""The search with Pagefind: what is in its index, the same bytes in each build, and sites without it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import expect
from sphinx_recaps.incremental.output_manifest import NAME
from sphinx_recaps.search import index, program
from test_domain import FILES, FIRST, TALKS

from tests.support import deep
from tools.bench.server import host

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Page

    from tests.support import Built, Project

SEARCHED = True  # for tests.support
PAGES = 'recap_entry_pages = True\nrecap_search_apart = ["help/*"]\n'
ABSTRACT = "    summary: How bees find their way home.\n"
RECORDED = "    video: MYE01-XaSZA\n    uploaded: 2024-05-04\n    duration: 3 min\n    transcript: said.vtt\n"
SAID = (
    "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nGood morning.\n\n"
    "00:01:15.000 --> 00:01:20.000\nMoths pollinate at night.\n"
)
GARDEN = {
    **FILES,
    "index.md": "# Home\n\n```{toctree}\n:glob:\nrecaps/**\nrefs\nhelp/*\n```\n",
    "refs.md": "# References\n\nText.\n\n## How to reach the orangery\n\nTake the tram.\n",
    "help/add.md": "# Add an entry\n\nWrite wombat in a data file.\n",
    "recaps/2021-day/posters.yaml": FIRST.replace("    people: [Łuk", f"{ABSTRACT}    people: [Łuk"),
    "recaps/2021-day/talks.yaml": TALKS + RECORDED,
    "recaps/2021-day/said.vtt": SAID,
}


@pytest.fixture(autouse=True, scope="module")
def _patience() -> Iterator[None]:
    """Wait longer than usual: a busy machine takes a while to compile WebAssembly."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


class Searching:
    """A built project in a browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        is_elsewhere = not message.location["url"].startswith(self.address)  # of a theme
        if message.type == "error" and not is_elsewhere and not message.location["url"].endswith("/favicon.ico"):
            self.errors.append(message.text)

    def find(self, query: str, state: str = "") -> list[str]:
        """Return the title of each result of a query."""
        self.page.goto(f"{self.address}search.html?q={quote(query)}{state}")
        expect(self.page.get_by_role("status")).not_to_have_text("Searching …")
        expect(self.page.get_by_role("status")).not_to_be_empty()
        return self.page.locator(".recap-search-group > ul > li > a").all_inner_texts()


@pytest.fixture(scope="module")
def garden(module_project: Project) -> Built:
    """Return a project with a page for each entry, which tests must not change."""
    return module_project(GARDEN, conf=PAGES)


@pytest.fixture(scope="module")
def searching(garden: Built, browser: Browser) -> Iterator[Searching]:
    """Return the search of that project."""
    with host(garden.out) as served:
        yield Searching(browser.new_page(), served.address)


def contents(out: Path) -> dict[str, bytes]:
    folder = out / index.FOLDER
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("quantization", "Quantization at Xilinx & friends"),
        ("XILINX quant", "Quantization at Xilinx & friends"),
        ("bees home", "Second poster"),  # words of a summary
        ("kaiser", "Second poster"),
        ("Łukasz", "Second poster"),
        ("lukasz kaiser", "Second poster"),
        ("张伟", "Quantization at Xilinx & friends"),
        ("quantisaton", "Quantization at Xilinx & friends"),
        ("quantization zebra", "Quantization at Xilinx & friends"),
        ("b2", "Second poster"),
        ("orangery", "References"),
        ("wombat", None),  # only in what is searched on demand
        ("zzz", None),
    ],
)
def test_the_best_result_comes_first(searching: Searching, query: str, first: str | None) -> None:
    """Words are found in titles, names, topics and texts, also misspelled."""
    searching.errors.clear()
    assert next(iter(searching.find(query)), None) == first
    assert searching.errors == []


def test_results_lead_to_entries_people_and_places_within_pages(searching: Searching) -> None:
    assert searching.find("jeffrey mew")[-1] == "Jeffrey Mew"
    links = [link.get_attribute("href") for link in searching.page.locator(".recap-search-group a").all()]
    paths = {str(link).removeprefix(searching.address) for link in links}
    assert {"recaps/2021-day/posters/A1.html", "people.html#person-jeffrey-mew"} <= paths
    searching.find("orangery")
    searching.page.get_by_role("link", name="How to reach the orangery").click()
    searching.page.wait_for_url("**/refs.html#how-to-reach-the-orangery")
    expect(searching.page.locator(".highlighted").first).to_have_text("orangery")


def test_a_moment_of_a_recording_is_found(searching: Searching) -> None:
    """Its link goes to what is said then; the time is not a word."""
    assert searching.find("pollinate at night") == ["A session"]
    moment = searching.page.get_by_role("link", name="1:15")
    assert str(moment.get_attribute("href")).endswith("/recaps/2021-day/talks/A1.html#t75")
    assert "Moths pollinate at night." in searching.page.locator(".recap-search-group li li").inner_text()
    moment.click()
    expect(searching.page.locator("#t75")).to_be_visible()


def test_pages_apart_are_found_on_demand(searching: Searching) -> None:
    assert searching.find("wombat", "&apart=") == ["Add an entry"]
    assert searching.page.get_by_role("checkbox").is_checked()


def test_filters_have_counts_and_are_in_the_address(searching: Searching) -> None:
    page = searching.page
    assert len(searching.find("mew")) == 4
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Kind").select_option("Session")
    expect(page.get_by_role("status")).to_have_text("Found 1 entry and 1 person.")
    assert "kind=Session" in page.url
    assert page.get_by_label("Kind").locator("option").all_inner_texts() == ["All", "Poster (2)", "Session (1)"]
    page.reload()
    expect(page.get_by_role("status")).to_have_text("Found 1 entry and 1 person.")
    page.get_by_role("button", name="Clear all filters").click()
    expect(page.get_by_role("status")).to_contain_text("3 entries")


def test_lists_without_pages_of_entries_are_found_by_anchor(project: Project, browser: Browser) -> None:
    posters = "recaps/2021-day/posters.yaml"
    more = f"{ABSTRACT}    abstract: On combs of wax.\n    note: Its slides are lost.\n"
    with host(project({**GARDEN, posters: GARDEN[posters].replace(ABSTRACT, more)}).out) as served:
        searching = Searching(browser.new_page(), served.address)
        assert searching.find("combs") == searching.find("slides lost") == ["Second poster"]
        assert searching.find("bees home") == ["Second poster"]
        searching.page.get_by_role("link", name="Second poster").click()
        searching.page.wait_for_url("**/recaps/2021-day/posters.html#poster-b2")


def test_the_index_has_the_same_bytes_in_each_build(project: Project, garden: Built) -> None:
    """An incremental build gives the same as a clean one."""
    project({**GARDEN, "recaps/2021-day/posters.yaml": FIRST, "new.md": "# New\n"}, conf=PAGES)
    (project.root / "new.md").unlink()
    again = project(GARDEN, conf=PAGES)
    assert contents(again.out) == contents(garden.out)
    assert not list(again.out.glob("searchindex.js"))
    names = {name.partition("/")[2] or name for name in contents(again.out)}
    assert not {"pagefind-ui.js", "pagefind-highlight.js", "wasm.unknown.pagefind"} & names


def test_nothing_is_written_when_nothing_changed(project: Project) -> None:
    def state() -> dict[str, object]:
        out = project(GARDEN).out
        times = {str(path): path.stat().st_mtime_ns for path in (out / index.FOLDER).rglob("*")}
        return {"noted": json.loads((out / NAME).read_text())["search"], **times}

    assert state() == state()


def test_markup_in_a_title_is_shown_as_text(project: Project, browser: Browser) -> None:
    title = "<img src=x onerror=alert(1)> & more"
    files = {**FILES, "recaps/2021-day/posters.yaml": FIRST.replace("Second poster", f'"{title}"')}
    with host(project(files, conf=PAGES).out) as served:
        assert Searching(browser.new_page(), served.address).find("onerror") == [title]


@pytest.mark.parametrize(
    ("language", "text", "query"),
    [
        ("de", "# Vortrag\n\nForschung zur Windbestäubung im Garten.\n", "bestäubung"),
        deep("ko", "# 정원\n\n꿀벌은 집으로 돌아갑니다.\n", "꿀벌"),
        deep("es", "# Charla\n\nLa polinización de las orquídeas.\n", "polinizacion orquidea"),
    ],
)
def test_other_languages_are_searched(project: Project, browser: Browser, language: str, text: str, query: str) -> None:
    """Parts of compounds are found, and words with endings or without accents."""
    files = {"index.md": "# Start\n\n```{toctree}\na\n```\n", "a.md": text}
    with host(project(files, conf=f'language = "{language}"\n').out) as served:
        searching = Searching(browser.new_page(), served.address)
        searching.page.goto(f"{served.address}search.html?q={query}")
        title = text.splitlines()[0].removeprefix("# ")
        expect(searching.page.locator(".recap-search-group a").first).to_have_text(title)


@pytest.mark.parametrize("theme", ["alabaster", deep("furo"), deep("sphinx_rtd_theme"), deep("shibuya")])
def test_other_themes_have_the_search_page(project: Project, browser: Browser, theme: str) -> None:
    built = project(GARDEN, "dirhtml", conf=f"html_theme = {theme!r}\n{PAGES}")
    with host(built.out) as served:
        searching = Searching(browser.new_page(), served.address)
        searching.page.goto(f"{served.address}search/?q=bees")
        searching.page.locator(".recap-search-group a").first.click()
        searching.page.wait_for_url("**/recaps/2021-day/posters/B2/")
        assert searching.errors == []


@pytest.mark.one_in(3)
@pytest.mark.parametrize("builder", ["singlehtml", "epub", "text"])
def test_builders_without_a_search_page_have_no_index(project: Project, builder: str) -> None:
    """Nothing could read it."""
    assert not (project(FILES, builder).out / index.FOLDER).exists()


def test_sites_without_pagefind_keep_the_search_of_sphinx(
    project: Project, garden: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their pages are the same as without this part."""
    monkeypatch.setattr(program, "PACKAGES", ("no_such_package",))
    built = project(FILES)
    assert (built.out / "searchindex.js").is_file()
    assert "searchtools.js" in built.text("search.html")
    assert not (built.out / index.FOLDER).exists()
    assert "recap-text" not in built.text("refs.html")
    assert "recap-text" in garden.text("refs.html")


def test_a_failure_of_pagefind_is_reported(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(index, "program", lambda: broken)
    assert "the pages cannot be searched, because Pagefind failed" in project(FILES).messages


def test_words_of_a_site_are_grouped_by_length_and_number() -> None:
    """These are for the nearest spelling of an unknown word."""
    texts = [f"<p>orangery {'tram ' * number}</p>" for number in (0, 1, 1)]
    files = dict(index.word_files(Counter(word for text in texts for word in index.words_of(text))))
    assert json.loads(files["words-4.json"]) == ["", "tram", ""]
    assert json.loads(files["words-8.json"]) == ["", "orangery", ""]
