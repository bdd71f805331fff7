"""The index pages of people and topics: complete, on pages of limited size, and written only when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.registry import index_plan as indices
from sphinx_recaps.registry.index_plan import MAX_PAGE_BYTES, initial, plan
from sphinx_recaps.registry.objects import NotedEntry
from test_domain import FILES, FIRST, inventory

from tests.archive import Size, write_archive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bs4 import BeautifulSoup

    from tests.support import Project

BOOKS = ["epub", "latex", "text", "man"]


def noted(number: int, *people: str, title: str = "A talk about something") -> NotedEntry:
    """Return an entry as registered by a page."""
    return NotedEntry("day", "session", f"S{number}", title, f"session-s{number}", people, (), "t.yaml", 1, "day/index")


def listed(page: BeautifulSoup) -> dict[str, list[tuple[str, str]]]:
    """Return the entries of each name on a page: title and note."""
    entries: dict[str, list[tuple[str, str]]] = {}
    for item in page.select(".recap-index dt, .recap-index dd"):
        if item.name == "dt":
            name = str(item.contents[0])
            entries[name] = []
        elif item.span:
            assert item.a
            entries[name].append((item.a.text, item.span.text))
    return entries


def written(out: Path) -> dict[str, tuple[bytes, int]]:
    """Return content and modification time of each file that the extension generates."""
    paths = [*out.glob("people*/**/*"), *out.glob("topics*/**/*"), *out.glob("*.html")]
    return {
        str(path.relative_to(out)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in paths
        if path.is_file() and path.name.partition(".")[0] not in {"genindex", "search", "index"}
    }


@pytest.mark.parametrize("theme", ["basic", "pydata_sphinx_theme"])
def test_each_person_and_topic_lists_all_its_entries(project: Project, theme: str) -> None:
    """Entries of all events appear with their kind and event, in the page template of the theme."""
    built = project(FILES, conf=f"html_theme = {theme!r}\n")
    assert built.messages == ""
    people = listed(built.html("people.html"))
    assert list(people) == ["Łukasz Kaiser", "Jeffrey Mew", "张伟"]
    assert people["Jeffrey Mew"] == [
        ("Quantization at Xilinx & friends", "Poster, The day of 2021"),
        ("A session", "Session, The day of 2021"),
        ("Another year", "Poster, 2022-day"),
    ]
    assert [title for title, _ in listed(built.html("topics.html"))["Compilers"]] == [
        "Quantization at Xilinx & friends",
        "A session",
        "Another year",
    ]


def test_entries_with_the_same_title_have_links_with_different_names(project: Project) -> None:
    later = FIRST.replace("Second poster", "A later poster")
    page = project({**FILES, "recaps/2022-day/posters.yaml": later}).html("people.html")
    names = {str(link.get("aria-label", "")) for link in page.select(".recap-index dd a")}
    title = "Quantization at Xilinx & friends"
    assert names == {"", f"{title}, Poster, The day of 2021", f"{title}, Poster, 2022-day"}


def test_an_index_page_is_a_complete_page(project: Project) -> None:
    """It has a title, a description, one top heading and unique ids, and its links work."""
    built = project(FILES)
    for name, title in (("people.html", "People"), ("topics.html", "Topics")):
        page = built.html(name)
        assert page.title
        assert page.title.text.startswith(title)
        description = page.find("meta", attrs={"name": "description"})
        assert description
        names = {"People": "people and teams"}.get(title, "topics")
        assert description["content"] == f"All 3 {names}, each with all that they appear in."
        assert [heading.text for heading in page.find_all("h1")] == [title]
        ids = [str(element["id"]) for element in page.find_all(id=True)]
        assert len(ids) == len(set(ids))
        for link in page.select(".recap-index a"):
            target, _, anchor = str(link["href"]).partition("#")
            assert (built.html(target) if target else page).find(id=anchor), link


@pytest.mark.parametrize(("builder", "page"), [("dirhtml", "people/index.html"), ("singlehtml", "people.html")])
def test_all_web_builders_have_indices(project: Project, builder: str, page: str) -> None:
    """Their links have the form of the builder."""
    built = project(FILES, builder)
    assert built.messages == ""
    addresses = [str(link["href"]) for link in built.html(page).select(".recap-index dd a")]
    expected = {"dirhtml": "../recaps/2021-day/posters/#poster-a1", "singlehtml": "index.html#poster-a1"}[builder]
    assert expected in addresses


@pytest.mark.parametrize("builder", BOOKS)
def test_books_have_no_indices(project: Project, builder: str) -> None:
    """Books have an index or a search of their own."""
    built = project(FILES, builder)
    assert built.messages == ""
    assert not list(built.out.rglob("people*"))


# -- Many names --------------------------------------------------------------------------------------------------------


@pytest.fixture
def split_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Split indices that have more than two names."""
    monkeypatch.setattr(indices, "MAX_NAMES", 2)


@pytest.mark.usefixtures("split_early")
def test_many_names_are_split_by_initial(project: Project) -> None:
    """Pages link to each other and have an overview. Roles and the inventory point to the page with the name."""
    built = project({**FILES, "refs.md": "# References\n\n{recap:person}`Łukasz Kaiser`\n"})
    assert built.messages == ""
    overview = built.html("people.html")
    assert [link["href"] for link in overview.select("nav.recap-index-letters a")] == [
        "people/k.html",
        "people/m.html",
        "people/script-cjk.html",
    ]
    assert not overview.select("form")  # a few names need no filter
    page = built.html("people/k.html")
    assert list(listed(page)) == ["Łukasz Kaiser"]
    assert [link["href"] for link in page.select("nav.recap-index-letters [aria-current=page]")] == ["#people"]
    assert [str(link["href"]) for link in page.select("dd a")] == ["../recaps/2021-day/posters.html#poster-b2"]
    assert 'href="people/k.html#person-lukasz-kaiser"' in built.text("refs.html")
    assert (
        inventory(built.out / "objects.inv")["recap:person"]["Łukasz Kaiser"][0] == "people/k.html#person-lukasz-kaiser"
    )
    assert 'href="../../people/k.html#person-lukasz-kaiser"' in built.text("recaps/2021-day/posters.html")


@pytest.mark.usefixtures("split_early")
def test_old_addresses_still_lead_to_a_name_after_a_split(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """At every level, the page that had the name keeps its anchor, with a link to the new page."""
    with monkeypatch.context() as patch:
        patch.setattr(indices, "MAX_NAMES", 500)
        unsplit = [str(term["id"]) for term in project(FILES).html("people.html").select("dt")]
    built = project(FILES)
    moved = {str(item["id"]): item.a for item in built.html("people.html").select(".recap-index-overview li")}
    assert list(moved) == unsplit
    for anchor, link in moved.items():
        assert link
        page, _, target = str(link["href"]).partition("#")
        assert (target, bool(built.html(page).select_one(f"dt#{anchor}"))) == (anchor, True)
    monkeypatch.setattr(indices, "MAX_PAGE_BYTES", 600)
    built = project(FILES)
    old = built.html("people/m.html")
    assert [str(link["href"]) for link in old.select("#person-jeffrey-mew > a")] == ["mewj.html#person-jeffrey-mew"]
    assert built.html("people/mewj.html").select_one("dt#person-jeffrey-mew")
    assert built.html("people/mew.html").select_one("li#person-jeffrey-mew")


def test_the_topics_page_begins_with_an_overview(project: Project) -> None:
    """Topics have many entries each, so all names and counts come first. The page of people begins with letters."""
    built = project(FILES)
    overview = built.html("topics.html").select_one(".recap-index-overview")
    assert overview
    assert "Compilers 3" in [" ".join(item.get_text().split()) for item in overview.select("li")]
    assert not built.html("people.html").select(".recap-index-overview")
    assert built.html("people.html").select(".recap-index-letters")


def test_a_script_finds_the_page_of_a_name_if_the_overview_is_too_long(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such an overview has no room for the anchors of all names."""
    monkeypatch.setattr(indices, "MAX_PAGE_BYTES", 190)
    built = project(FILES)
    page = built.html("people.html")
    assert not page.select(".recap-index-overview")
    assert page.select("script[src*='recap-index.js']")


def test_pages_by_initial_are_removed_when_they_are_no_longer_needed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outdated pages must not be published."""
    with monkeypatch.context() as patch:
        patch.setattr(indices, "MAX_NAMES", 2)
        assert (project(FILES).out / "people/k.html").exists()
    built = project(FILES)
    assert not (built.out / "people/k.html").exists()
    assert "Łukasz Kaiser" in built.text("people.html")


# Names with their entries, all of extreme archives: how many names there are, their first letters, and talks of each.
EXTREMES: dict[str, tuple[int, Callable[[int], str], Callable[[int], slice]]] = {
    "one letter": (13_000, lambda n: f"Maria {chr(97 + n % 26)}{n}", lambda n: slice(n, n + 2)),
    "one person": (2, lambda n: ("Maria Doe", "Nora Doe")[n], lambda n: slice(3 if n else None)),
    "one script": (9_000, lambda n: chr(0x4E00 + n) + "伟", lambda n: slice(n, n + 3)),
    "one beginning": (9_000, lambda n: f"Mariannaaaa {n}", lambda n: slice(n, n + 3)),
}


@pytest.mark.parametrize("case", EXTREMES)
def test_pages_are_limited_in_size_and_have_unique_addresses(case: str) -> None:
    """This includes names that all begin alike, and a person with several pages of entries."""
    count, name, some = EXTREMES[case]
    talks = [noted(number) for number in range(20_000)]
    planned = plan("person", {name(number): talks[some(number)] for number in range(count)}, ())
    names = [page.name for page in planned.pages]
    assert len(names) == len(set(names))
    assert all(sum(section.size for section in page.sections) <= MAX_PAGE_BYTES for page in planned.pages)
    assert all(len(page.moved) * 60 <= MAX_PAGE_BYTES for page in planned.pages)
    assert len(planned.places) == count
    places = {(page.name, section.anchor) for page in planned.pages for section in page.sections}
    assert set(planned.places.values()) <= places
    if case == "one person":
        entries = [entry for page in planned.pages for section in page.sections for entry in section.entries]
        assert len(entries) == 20_003


def test_a_person_with_many_entries_continues_on_the_next_page(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page links to the next one."""
    monkeypatch.setattr(indices, "MAX_PAGE_BYTES", 500)
    built = project(FILES)
    assert built.messages == ""
    pages = [built.html(str(path.relative_to(built.out))) for path in sorted((built.out / "people").glob("m*.html"))]
    assert len(pages) > 1
    titles = [link.text for page in pages for link in page.select("dd a")]
    assert "More of Jeffrey Mew" in titles
    assert {"Quantization at Xilinx & friends", "A session", "Another year"} <= set(titles)


@pytest.mark.parametrize(
    ("name", "address", "label"),
    [
        ("mary", "m", "M"),
        ("3d", "0", "0–9"),
        ("张伟", "script-cjk", "Chinese characters"),
        ("юрий", "script-cyrillic", "Cyrillic"),
    ],
)
def test_names_are_grouped_by_initial_digit_or_script(name: str, address: str, label: str) -> None:
    """Digits share one group, and so does each script other than Latin."""
    assert initial(name) == (address, label)


# -- Building again ----------------------------------------------------------------------------------------------------


def test_unchanged_pages_are_not_written(project: Project) -> None:
    """Their modification time stays the same, for tools that upload files by time."""
    before = written(project(FILES).out)
    assert before
    assert written(project(FILES).out) == before


@pytest.mark.usefixtures("split_early")
def test_a_changed_entry_rewrites_only_the_pages_of_its_names(project: Project) -> None:
    """The pages of other letters keep their content and modification time."""
    before = written(project(FILES).out)
    after = written(project({**FILES, "recaps/2021-day/posters.yaml": FIRST.replace("Second", "Changed")}).out)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"people/k.html", "topics/c.html"}


def test_a_changed_configuration_rewrites_the_indices(project: Project) -> None:
    """A page consists of more than its names."""
    project(FILES)
    assert "Renamed" in project(FILES, conf='html_title = "Renamed"\n').text("people.html")
    assert "<h1>People</h1>" in project(FILES, conf='html_title = "Renamed"\n').text("people.html")


def test_a_deleted_page_is_restored(project: Project) -> None:
    """The record of the last build is compared with the files."""
    (project(FILES).out / "people.html").unlink()
    assert "Jeffrey Mew" in project(FILES).text("people.html")


def test_the_benchmark_archive_is_reproducible(tmp_path: Path) -> None:
    """Measurements must be comparable, and the archive must have the requested size."""
    size = Size(events=5, talks=60, people=50, topics=12)
    contents = []
    for name in ("one", "two"):
        write_archive(tmp_path / name, size)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        contents.append([(str(path.relative_to(tmp_path / name)), path.read_bytes()) for path in files])
    assert contents[0] == contents[1]
    text = b"".join(content for name, content in contents[0] if name.endswith("talks.yaml")).decode()
    assert text.count("- id:") == 60
