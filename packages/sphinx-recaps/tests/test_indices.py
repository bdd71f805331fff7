"""The index pages of people and topics: complete, on pages of limited size, and written only when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.registry import index_plan as indices
from sphinx_recaps.registry.index_plan import MAX_PAGE_BYTES, Plan, initial, plan
from sphinx_recaps.registry.objects import NotedEntry
from test_domain import FILES, FIRST, inventory

from tests.archive import Size, write_archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bs4 import BeautifulSoup

    from tests.support import Project

BOOKS = ["epub", "latex", "text", "man"]


def noted(number: int, *people: str, title: str = "A talk about something") -> NotedEntry:
    """Return an entry as registered by a page."""
    return NotedEntry("day", "session", f"S{number}", title, f"session-s{number}", people, (), "t.yaml", 1, "day/index")


def listed(page: BeautifulSoup) -> dict[str, list[tuple[str, str]]]:
    """Return the entries of each name on a page: title and note."""
    found: dict[str, list[tuple[str, str]]] = {}
    for item in page.select(".recap-index dt, .recap-index dd"):
        if item.name == "dt":
            name = str(item.contents[0])
            found[name] = []
        elif item.span:
            assert item.a
            found[name].append((item.a.text, item.span.text))
    return found


def written(out: Path) -> dict[str, tuple[bytes, int]]:
    """Return content and time of each file that the extension generates."""
    paths = [*out.glob("people*/**/*"), *out.glob("topics*/**/*"), *out.glob("*.html"), *out.glob("recap-search/*")]
    return {
        str(path.relative_to(out)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in paths
        if path.is_file() and path.name.partition(".")[0] not in {"genindex", "search", "index"}
    }


@pytest.mark.parametrize("theme", ["basic", "pydata_sphinx_theme"])
def test_each_person_and_topic_has_all_that_they_appear_in(project: Project, theme: str) -> None:
    """Across events, with the kind and the name of the event, in the page template of the theme."""
    built = project(FILES, conf=f"html_theme = {theme!r}\n")
    assert built.messages == ""
    people = listed(built.html("people.html"))
    assert list(people) == ["Jeffrey Mew", "Łukasz Kaiser", "张伟"]
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


def test_an_index_page_says_what_it_is(project: Project) -> None:
    """Title, description, one first heading, unique ids; and no broken links."""
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
def test_other_web_builders_have_them_too(project: Project, builder: str, page: str) -> None:
    """The links go to the entries in that builder's output."""
    built = project(FILES, builder)
    assert built.messages == ""
    addresses = [str(link["href"]) for link in built.html(page).select(".recap-index dd a")]
    expected = {"dirhtml": "../recaps/2021-day/posters/#poster-a1", "singlehtml": "index.html#poster-a1"}[builder]
    assert expected in addresses


@pytest.mark.parametrize("builder", BOOKS)
def test_books_have_none(project: Project, builder: str) -> None:
    """Their own index and search find names there."""
    built = project(FILES, builder)
    assert built.messages == ""
    assert not list(built.out.rglob("people*"))
    assert not list(built.out.rglob("recap-search*"))


# -- Many names --------------------------------------------------------------------------------------------------------


@pytest.fixture
def few_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make two names many."""
    monkeypatch.setattr(indices, "MAX_NAMES", 2)


@pytest.mark.usefixtures("few_names")
def test_many_names_are_split_by_initial(project: Project) -> None:
    """With an overview, and on each page links to the others; roles and the inventory point to the page of the name."""
    built = project({**FILES, "refs.md": "# References\n\n{recap:person}`Łukasz Kaiser`\n"})
    assert built.messages == ""
    overview = built.html("people.html")
    assert [link["href"] for link in overview.select("nav.recap-index-letters a")] == [
        "people/j.html",
        "people/l.html",
        "people/script-cjk.html",
    ]
    page = built.html("people/l.html")
    assert list(listed(page)) == ["Łukasz Kaiser"]
    assert [link["href"] for link in page.select("nav.recap-index-letters [aria-current=page]")] == ["#people"]
    assert [str(link["href"]) for link in page.select("dd a")] == ["../recaps/2021-day/posters.html#poster-b2"]
    assert 'href="people/l.html#person-lukasz-kaiser"' in built.text("refs.html")
    assert (
        inventory(built.out / "objects.inv")["recap:person"]["Łukasz Kaiser"][0] == "people/l.html#person-lukasz-kaiser"
    )
    assert 'href="../../people/l.html#person-lukasz-kaiser"' in built.text("recaps/2021-day/posters.html")


@pytest.mark.usefixtures("few_names")
def test_an_address_from_before_a_split_still_finds_the_name(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """At every depth: the page that held the name has an anchor of that name with a link to where it went."""
    with monkeypatch.context() as patch:
        patch.setattr(indices, "MAX_NAMES", 500)
        one = [str(term["id"]) for term in project(FILES).html("people.html").select("dt")]
    built = project(FILES)
    moved = {str(item["id"]): item.a for item in built.html("people.html").select(".recap-index-overview li")}
    assert list(moved) == one
    for anchor, link in moved.items():
        assert link
        page, _, target = str(link["href"]).partition("#")
        assert (target, bool(built.html(page).select_one(f"dt#{anchor}"))) == (anchor, True)
    monkeypatch.setattr(indices, "MAX_PAGE_BYTES", 600)
    built = project(FILES)
    old = built.html("people/j.html")
    assert [str(link["href"]) for link in old.select("#person-jeffrey-mew > a")] == ["jeff.html#person-jeffrey-mew"]
    assert built.html("people/jeff.html").select_one("dt#person-jeffrey-mew")
    assert built.html("people/jef.html").select_one("li#person-jeffrey-mew")


def test_topics_are_seen_at_a_glance(project: Project) -> None:
    """Each has many entries, so the page begins with all names and their numbers; people begin with letters."""
    built = project(FILES)
    overview = built.html("topics.html").select_one(".recap-index-overview")
    assert overview
    assert "Compilers 3" in [" ".join(item.get_text().split()) for item in overview.select("li")]
    assert not built.html("people.html").select(".recap-index-overview")
    assert built.html("people.html").select(".recap-index-letters")


def test_where_names_are_too_many_a_script_finds_the_page(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The overview has no room for their anchors."""
    monkeypatch.setattr(indices, "MAX_PAGE_BYTES", 190)
    built = project(FILES)
    page = built.html("people.html")
    assert not page.select(".recap-index-overview")
    assert page.select("script[src*='recap-index.js']")


def test_when_names_become_few_the_pages_by_initial_go(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """No page is left that lists what is gone."""
    with monkeypatch.context() as many:
        many.setattr(indices, "MAX_NAMES", 2)
        assert (project(FILES).out / "people/l.html").exists()
    built = project(FILES)
    assert not (built.out / "people/l.html").exists()
    assert "Łukasz Kaiser" in built.text("people.html")


def plans() -> Iterator[tuple[str, Plan, int]]:
    """Yield plans for extreme archives, with their number of people."""
    talks = [noted(number) for number in range(20_000)]
    yield (
        "one letter",
        plan("person", {f"Maria {chr(97 + n % 26)}{n}": talks[n : n + 2] for n in range(13_000)}, ()),
        13_000,
    )
    yield "one person", plan("person", {"Maria Doe": talks, "Nora Doe": talks[:3]}, ()), 2
    yield "one script", plan("person", {chr(0x4E00 + n) + "伟": talks[n : n + 3] for n in range(9_000)}, ()), 9_000
    yield "one beginning", plan("person", {f"Mariannaaaa {n}": talks[n : n + 3] for n in range(9_000)}, ()), 9_000


@pytest.mark.parametrize(
    ("case", "planned", "count"), list(plans()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_no_page_is_overfull_and_none_has_the_address_of_another(case: str, planned: Plan, count: int) -> None:
    """Also when all names begin alike, and when one person would fill several pages."""
    names = [page.name for page in planned.pages]
    assert len(names) == len(set(names))
    assert all(sum(section.size for section in page.sections) <= MAX_PAGE_BYTES for page in planned.pages)
    assert all(len(page.moved) * 60 <= MAX_PAGE_BYTES for page in planned.pages)
    assert len(planned.places) == count
    places = {(page.name, section.anchor) for page in planned.pages for section in page.sections}
    assert set(planned.places.values()) <= places
    if case == "one person":
        shown = [entry for page in planned.pages for section in page.sections for entry in section.entries]
        assert len(shown) == 20_003


def test_a_person_who_fills_a_page_goes_on_on_the_next(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a link from each part to the one after it."""
    monkeypatch.setattr(indices, "MAX_PAGE_BYTES", 500)
    built = project(FILES)
    assert built.messages == ""
    pages = [built.html(str(path.relative_to(built.out))) for path in sorted((built.out / "people").glob("j*.html"))]
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
def test_names_stand_under_what_readers_look_for(name: str, address: str, label: str) -> None:
    """Letters as they are, digits together, other scripts by their name."""
    assert initial(name) == (address, label)


# -- Building again ----------------------------------------------------------------------------------------------------


def test_what_did_not_change_is_not_written(project: Project) -> None:
    """Not even with the same bytes: who publishes by time of change has nothing to do."""
    before = written(project(FILES).out)
    assert before
    assert written(project(FILES).out) == before


@pytest.mark.usefixtures("few_names")
def test_one_entry_changed_writes_the_pages_of_its_names_alone(project: Project) -> None:
    """The other letters keep their bytes and their time."""
    before = written(project(FILES).out)
    after = written(project({**FILES, "recaps/2021-day/posters.yaml": FIRST.replace("Second", "Changed")}).out)
    changed = {name for name in after if after[name] != before.get(name) and not name.startswith("recap-search/")}
    assert changed == {"people/l.html", "topics/c.html"}


def test_a_changed_configuration_reaches_the_indices(project: Project) -> None:
    """The frame of a page is more than its names."""
    project(FILES)
    assert "Renamed" in project(FILES, conf='html_title = "Renamed"\n').text("people.html")
    assert "<h1>People</h1>" in project(FILES, conf='html_title = "Renamed"\n').text("people.html")


def test_a_deleted_page_is_written_again(project: Project) -> None:
    """The notes about the last build are not believed alone."""
    (project(FILES).out / "people.html").unlink()
    assert "Jeffrey Mew" in project(FILES).text("people.html")


def test_the_archive_to_measure_with_is_the_same_every_time(tmp_path: Path) -> None:
    """Else measurements would not compare; its size is what it says."""
    size = Size(events=5, talks=60, people=50, topics=12)
    contents = []
    for name in ("one", "two"):
        write_archive(tmp_path / name, size)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        contents.append([(str(path.relative_to(tmp_path / name)), path.read_bytes()) for path in files])
    assert contents[0] == contents[1]
    text = b"".join(content for name, content in contents[0] if name.endswith("talks.yaml")).decode()
    assert text.count("- id:") == 60
