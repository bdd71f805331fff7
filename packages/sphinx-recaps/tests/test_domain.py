"""The recap domain: targets of references from pages and other sites, and messages about invalid references."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from sphinx.util.inventory import InventoryFile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Built, Project

FIRST = """\
kind: poster
entries:
  - id: A1
    title: Quantization at Xilinx & friends
    people: [Jeffrey Mew, 张伟]
    topics: [C++, Compilers]
  - id: B2
    title: Second poster
    people: [Łukasz Kaiser]
    topics: [C#]
"""
TALKS = """\
kind: session
entries:
  - id: A1
    title: A session
    people: [Jeffrey Mew]
    topics: [Compilers]
"""
SECOND = """\
kind: poster
entries:
  - id: A1
    title: Another year
    people: [Jeffrey Mew]
    topics: [Compilers]
"""
SHOW = ":::{catalogue} %s.yaml\n:::\n"
FILES = {
    "index.md": "# Home\n\n```{toctree}\n:glob:\nrecaps/**\nrefs\n```\n",
    "refs.md": "# References\n",
    "recaps/2021-day/index.md": "# The first day\n\n:::{event} event.yaml\n:::\n",
    "recaps/2021-day/posters.md": f"# Posters\n\n{SHOW % 'posters'}",
    "recaps/2021-day/talks.md": f"# Talks\n\n{SHOW % 'talks'}",
    "recaps/2021-day/event.yaml": "name: The day of 2021\nstart: 2021-04-21\n",
    "recaps/2021-day/posters.yaml": FIRST,
    "recaps/2021-day/talks.yaml": TALKS,
    "recaps/2022-day/posters.md": f"# Later posters\n\n{SHOW % 'posters'}",
    "recaps/2022-day/posters.yaml": SECOND,
}


def refer(*roles: str, page: str = "refs.md", **more: str) -> dict[str, str]:
    """Return the project with a page of references, one per paragraph."""
    text = FILES.get(page, "# References\n") + "\n" + "\n\n".join(f"- {role}" for role in roles) + "\n"
    return {**FILES, page: text, **more}


def links(built: Built, page: str = "refs.html") -> list[tuple[str, str]]:
    """Return text and address of each reference on the page."""
    items = built.html(page).select("div.body li")
    return [(item.text.strip(), str(item.a["href"]) if item.a else "") for item in items]


def inventory(path: Path) -> dict[str, dict[str, tuple[str, str]]]:
    """Return the objects of an inventory: type -> name -> address and title."""
    objects = InventoryFile.loads(path.read_bytes(), uri="").data
    return {kind: {name: (item.uri, item.display_name) for name, item in objects[kind].items()} for kind in objects}


# -- References --------------------------------------------------------------------------------------------------------


def days(*folders: str) -> dict[str, str]:
    """Return a project with an event in each folder, with one poster titled like the folder."""
    files = {"index.md": "# Home\n\n```{toctree}\n:glob:\n**\n```\n", "refs.md": "# References\n"}
    page = ":::{event} event.yaml\n:::\n\n:::{catalogue} posters.yaml\n:::\n\n{recap:poster}`A1`\n"
    for folder in folders:
        files |= {
            f"{folder}/index.md": f"# {folder}\n\n{page}",
            f"{folder}/event.yaml": f"name: Event {folder}\nstart: 2021-04-21\n",
            f"{folder}/posters.yaml": f"kind: poster\nentries:\n  - id: A1\n    title: In {folder}\n",
        }
    return files


def test_events_in_folders_of_the_same_name_are_distinct(project: Project) -> None:
    """An event is identified by its path; references use as much of the path as is needed to be unique."""
    files = days("2021/day", "2022/day", "2022/night")
    roles = ["poster}`2021/day/A1", "poster}`2022/day/A1", "poster}`night/A1", "event}`2021/day", "event}`night"]
    files["refs.md"] += "\n" + "\n".join(f"- {{recap:{role}`" for role in roles) + "\n"
    built = project(files)
    assert built.messages == ""
    titles = ["In 2021/day", "In 2022/day", "In 2022/night", "Event 2021/day", "Event 2022/night"]
    assert [text for text, _ in links(built)] == titles
    for folder in ("2021/day", "2022/day", "2022/night"):
        page = built.html(f"{folder}/index.html")
        own = page.select_one("div.body p a.reference")
        assert own is not None
        assert (own.get_text(), own["href"]) == (f"In {folder}", "#poster-a1")
        assert page.select_one(f"#event-{folder.rpartition('/')[2]}") is not None
    objects = inventory(built.out / "objects.inv")
    assert {*objects["recap:poster"]} == {"2021/day/A1", "2022/day/A1", "night/A1"}
    assert {*objects["recap:event"]} == {"2021/day", "2022/day", "night"}


def test_the_message_about_an_ambiguous_event_lists_the_candidates(project: Project) -> None:
    files = days("2021/day", "2022/day")
    files["refs.md"] += "\n{recap:poster}`day/A1` {recap:event}`day`\n"
    messages = project(files).messages
    assert "'day/A1' is ambiguous; write '2021/day/A1' or '2022/day/A1'" in messages
    assert "'day' is ambiguous; write '2021/day' or '2022/day'" in messages


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    ("role", "text", "address"),
    [
        ("{recap:poster}`2021-day/A1`", "Quantization at Xilinx & friends", "recaps/2021-day/posters.html#poster-a1"),
        ("{recap:poster}`2021-DAY/a1`", "Quantization at Xilinx & friends", "recaps/2021-day/posters.html#poster-a1"),
        ("{recap:poster}`2022-day/A1`", "Another year", "recaps/2022-day/posters.html#poster-a1"),
        ("{recap:poster}`b2`", "Second poster", "recaps/2021-day/posters.html#poster-b2"),
        ("{recap:poster}`my words <B2>`", "my words", "recaps/2021-day/posters.html#poster-b2"),
        ("{recap:session}`A1`", "A session", "recaps/2021-day/talks.html#session-a1"),
        ("{recap:person}`Jeffrey Mew`", "Jeffrey Mew", "people.html#person-jeffrey-mew"),
        ("{recap:person}`lukasz kaiser`", "Łukasz Kaiser", "people.html#person-lukasz-kaiser"),
        ("{recap:person}`张伟`", "张伟", "people.html#person-u5f20u4f1f"),
        ("{recap:topic}`C++`", "C++", "topics.html#topic-c-plus-plus"),
        ("{recap:topic}`C#`", "C#", "topics.html#topic-c-sharp"),
        ("{recap:event}`2021-day`", "The day of 2021", "recaps/2021-day/index.html#EVENT"),
        ("{recap:event}`the day of 2021`", "The day of 2021", "recaps/2021-day/index.html#EVENT"),
        ("{any}`B2`", "Second poster", "recaps/2021-day/posters.html#poster-b2"),
        ("{any}`Compilers`", "Compilers", "topics.html#topic-compilers"),
    ],
)
def test_a_reference_shows_the_title_and_links_to_the_object(
    project: Project, role: str, text: str, address: str
) -> None:
    """References ignore case, and an explicit text replaces the title."""
    built = project(refer(role))
    assert (built.messages, built.status) == ("", 0)
    [(title, target)] = links(built)
    assert title == text
    assert target == address if "EVENT" not in address else target.startswith(address.partition("#")[0] + "#")
    page, _, anchor = target.partition("#")
    assert built.html(page).find(id=anchor), "the anchor does not exist on the page"


@pytest.mark.parametrize(
    ("event", "title"), [("2021-day", "Quantization at Xilinx & friends"), ("2022-day", "Another year")]
)
def test_an_id_refers_to_the_event_of_the_page_first(project: Project, event: str, title: str) -> None:
    """This includes pages in folders below the event."""
    page = f"recaps/{event}/deeper/notes"
    built = project(refer("{recap:poster}`A1`", page=f"{page}.md"))
    assert (built.messages, built.status) == ("", 0)
    assert links(built, f"{page}.html") == [(title, "../posters.html#poster-a1")]


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    ("role", "message"),
    [
        (
            "{recap:poster}`A1`",
            "'A1' is ambiguous; write '2021-day/A1' or '2022-day/A1'",
        ),
        ("{recap:poster}`B3`", "there is no poster 'B3'; did you mean 2021-day/B2"),
        ("{recap:poster}`2021-day/B3`", "there is no poster '2021-day/B3'; did you mean 2021-day/B2"),
        ("{recap:session}`B2`", "there is no session 'B2'; there is a poster; write {recap:poster}`B2`"),
        ("{recap:person}`Jefrey Mew`", "there is no person 'Jefrey Mew'; did you mean Jeffrey Mew?"),
        ("{recap:topic}`Compiler`", "there is no topic 'Compiler'; did you mean Compilers?"),
        ("{recap:event}`2021-days`", "there is no event '2021-days'; did you mean 2021-day?"),
        ("{recap:event}`qqqqqqqq`", "there is no event 'qqqqqqqq'; no event has a similar name"),
    ],
)
def test_an_unresolved_reference_is_reported_once_with_similar_names(project: Project, role: str, message: str) -> None:
    """The warning has a line, and a type that can be suppressed."""
    built = project(refer(role))
    assert built.status == 1
    assert built.messages.count("WARNING") == 1
    assert re.match(rf"refs\.md:\d+: WARNING: recap:\w+: {re.escape(message)}", built.messages), built.messages
    assert built.messages.rstrip().endswith("[recap.reference]")
    assert project(refer(role), "dirhtml", conf='suppress_warnings = ["recap.reference"]\n').messages == ""


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("builder", "name"),
    [("text", "refs.txt"), ("latex", "small.tex"), ("epub", "refs.xhtml"), ("man", "smallproject.1")],
)
def test_books_show_names_as_text(project: Project, builder: str, name: str) -> None:
    """Books have no index pages for people and topics. Entries are still links if the format has links."""
    built = project(refer("{recap:person}`Jeffrey Mew`", "{recap:topic}`C#`", "{recap:poster}`B2`"), builder)
    assert (built.messages, built.status) == ("", 0)
    text = built.text(name)
    for expected in ("Jeffrey Mew", "C", "Second poster"):
        assert expected in text
    assert "people." not in text
    if builder == "epub":
        assert 'href="recaps/2021-day/posters.xhtml#poster-b2"' in text
        assert not (built.out / "people.xhtml").exists()


@pytest.mark.parametrize(
    ("builder", "addresses"),
    [
        ("dirhtml", ["../recaps/2021-day/posters/#poster-b2", "../people/#person-jeffrey-mew"]),
        ("singlehtml", ["#poster-b2", "people.html#person-jeffrey-mew"]),
    ],
)
def test_references_work_in_every_web_builder(project: Project, builder: str, addresses: list[str]) -> None:
    """Pages can be folders, or all in one file."""
    built = project(refer("{recap:poster}`B2`", "{recap:person}`Jeffrey Mew`"), builder)
    assert (built.messages, built.status) == ("", 0)
    page = built.html("refs/index.html" if builder == "dirhtml" else "index.html")
    assert {str(link["href"]) for link in page.select("a.reference:has(.recap)")} == set(addresses)


# -- Other sites -------------------------------------------------------------------------------------------------------


@pytest.mark.deep
def test_another_project_can_refer_to_all_kinds_of_objects(project: Project, tmp_path: Path) -> None:
    """It uses intersphinx, with roles if it has the extension, with MyST links otherwise."""
    published = project(FILES).out
    mapping = f'{{"day": ("https://day.example/", {str(published / "objects.inv")!r})}}'
    expected = {
        ("Quantization at Xilinx & friends", "https://day.example/recaps/2021-day/posters.html#poster-a1"),
        ("张伟", "https://day.example/people.html#person-u5f20u4f1f"),
        ("C++", "https://day.example/topics.html#topic-c-plus-plus"),
    }
    citing = tmp_path / "citing"
    for extension, page in {
        '"sphinx_recaps"': "{external+day:recap:poster}`2021-day/A1` {external+day:recap:person}`张伟` "
        "{external+day:recap:topic}`C++` {external+day:recap:event}`2021-day` {recap:poster}`2021-day/A1`",
        "": "[](inv:day:recap:poster#2021-day/A1) [](inv:day:recap:person#张伟) [](inv:day:recap:topic#C++) "
        "[](inv:day:recap:event#2021-day)",
    }.items():
        root = citing / (extension.strip('"') or "plain")
        root.mkdir(parents=True)
        extensions = f'["myst_parser", "sphinx.ext.intersphinx", {extension}]'
        (root / "conf.py").write_text(
            f'extensions = {extensions}\nhtml_theme = "basic"\nintersphinx_mapping = {mapping}\n'
        )
        (root / "index.md").write_text(f"# Elsewhere\n\n{page}\n")
        command = [sys.executable, "-m", "sphinx", "-q", "-n", "-W", "-b", "html", str(root), str(root / "out")]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        html = BeautifulSoup((root / "out/index.html").read_text(), "html5lib")
        shown = {(link.text, str(link["href"])) for link in html.select("a.external")}
        assert expected <= shown
        assert any(text == "The day of 2021" and "2021-day/index.html#" in address for text, address in shown)


def test_the_inventory_lists_every_object_once(project: Project) -> None:
    """Objects are sorted, so that parallel builds write the same inventory."""
    objects = inventory(project(FILES).out / "objects.inv")
    assert list(objects["recap:poster"]) == ["2021-day/A1", "2021-day/B2", "2022-day/A1"]
    assert objects["recap:session"] == {"2021-day/A1": ("recaps/2021-day/talks.html#session-a1", "A session")}
    assert set(objects["recap:person"]) == {"Jeffrey Mew", "张伟", "Łukasz Kaiser"}
    assert set(objects["recap:topic"]) == {"C++", "C#", "Compilers"}
    assert set(objects["recap:event"]) == {"2021-day"}


def test_the_target_of_an_entry_is_the_page_that_shows_most_of_its_file(project: Project) -> None:
    """A selection of three entries on the home page does not become their target."""
    chosen = ":::{catalogue} recaps/2021-day/posters.yaml\n:limit: 1\n:::\n"
    built = project({**FILES, "index.md": f"{FILES['index.md']}\n{chosen}"})
    assert built.messages == ""
    assert inventory(built.out / "objects.inv")["recap:poster"]["2021-day/A1"][0].startswith(
        "recaps/2021-day/posters.html"
    )


# -- Contradictions between files --------------------------------------------------------------------------------------


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    ("old", "new", "message", "subtype"),
    [
        (
            "Jeffrey Mew",
            "Jeffrey  MEW",
            r"5: WARNING: the person 'Jeffrey MEW' is spelt 'Jeffrey Mew' in \S+:5",
            "person_spelling",
        ),
        (
            "Compilers",
            "compilers",
            r"6: WARNING: the topic 'compilers' is spelt 'Compilers' in \S+:6",
            "topic_spelling",
        ),
    ],
)
def test_two_spellings_of_a_name_are_reported_in_the_deviating_file(
    project: Project, old: str, new: str, message: str, subtype: str
) -> None:
    """Every build reports them until they are corrected or the warning is suppressed."""
    files = {**FILES, "recaps/2022-day/posters.yaml": SECOND.replace(old, new)}
    for _ in range(2):
        built = project(files)
        assert re.match(rf"recaps/2022-day/posters\.yaml:{message}.*\[recap\.{subtype}\]\n$", built.messages)
    assert project(files, conf=f'suppress_warnings = ["recap.{subtype}"]\n').messages == ""
    assert project(FILES).messages == ""


def test_a_duplicate_id_within_an_event_is_reported(project: Project) -> None:
    """References could find only one of the entries."""
    more = {
        "recaps/2021-day/more.md": f"# More\n\n{SHOW % 'more'}",
        "recaps/2021-day/more.yaml": FIRST.replace("B2", "C1"),
    }
    built = project({**FILES, **more})
    assert re.match(r"recaps/2021-day/posters\.yaml:3: WARNING: the poster '2021-day/A1' is also in", built.messages)
    assert "[recap.duplicate]" in built.messages


def test_a_page_with_the_name_of_an_index_is_reported(project: Project) -> None:
    """The author's page is kept, and people are shown as text."""
    files = refer("{recap:person}`Jeffrey Mew`", **{"people.md": "---\norphan: true\n---\n\n# Our people\n"})
    built = project(files)
    assert built.messages.startswith("people.md: WARNING: the page 'people' has the name of an index")
    assert built.html("people.html").h1.text.startswith("Our people")  # type: ignore[union-attr]
    assert links(built) == [("Jeffrey Mew", "")]


# -- Building again, and in parallel -----------------------------------------------------------------------------------


def test_removing_an_entry_removes_it_everywhere(project: Project) -> None:
    """It disappears from the inventory, the indices and the search, and references to it are reported."""
    built = project(FILES)
    assert "Łukasz Kaiser" in built.text("people.html")
    fewer = FIRST[: FIRST.index("  - id: B2")]
    built = project({**FILES, "recaps/2021-day/posters.yaml": fewer})
    assert built.messages == ""
    objects = inventory(built.out / "objects.inv")
    assert "2021-day/B2" not in objects["recap:poster"]
    assert "Łukasz Kaiser" not in objects["recap:person"]
    assert "C#" not in objects["recap:topic"]
    for path in built.out.rglob("*"):
        if path.suffix in {".html", ".json"}:
            assert "Łukasz" not in path.read_text(), path


def test_removing_a_page_removes_its_entries(project: Project) -> None:
    """This holds even if the event has another page."""
    project(FILES)
    (project.root / "recaps/2022-day/posters.md").unlink()
    (project.root / "recaps/2022-day/posters.yaml").unlink()
    remaining = {name: text for name, text in FILES.items() if "2022-day" not in name}
    objects = inventory(project(remaining).out / "objects.inv")
    assert list(objects["recap:poster"]) == ["2021-day/A1", "2021-day/B2"]


def test_parallel_builds_write_the_same_bytes(project: Project, tmp_path: Path) -> None:
    """The order in which pages are read does not matter."""
    files = {
        name.replace("2022-day", f"{year}-day"): text
        for year in range(2030, 2042)
        for name, text in FILES.items()
        if "2022-day" in name
    }
    outputs = []
    for jobs in ("1", "4"):
        built = project({**FILES, **files}, "html", "-j", jobs, "-E", "-a")
        assert built.messages == ""
        names = [path for path in sorted(built.out.rglob("*")) if path.is_file() and ".doctrees" not in path.parts]
        outputs.append({str(path.relative_to(built.out)): path.read_bytes() for path in names})
    assert outputs[0].keys() == outputs[1].keys()
    assert [name for name in outputs[0] if outputs[0][name] != outputs[1][name]] == []
