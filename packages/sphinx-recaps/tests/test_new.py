"""``sphinx-recaps new``: the created files build in any project, unchanged and completed."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.cli import main, new
from sphinx_recaps.data.schema import write_schemas

from tests.support import NO_FILES, deep

if TYPE_CHECKING:
    from tests.support import Files, Project

SITE: Files = {
    "index.md": "# Home\n\n:::{event-list} recaps/*/event.yaml\n:limit: 1\n:feature:\n:::\n\n"
    "```{toctree}\n:hidden:\n:glob:\nrecaps/index\ncontributors/*\n```\n",
    "recaps/index.md": "# Recaps\n\n:::{event-list}\n:toctree:\n:::\n",
    "recaps/2020-old/event.yaml": "name: Old Day\nstart: 2020-01-01\n",
    "recaps/2020-old/index.md": "# Old Day\n",
    "contributors/first.md": "# First\n",
}
CONF = """\
exclude_patterns = ["_build", "contributors/examples"]
myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence"]
myst_heading_anchors = 3
"""
BARE = "extensions = ['myst_parser', 'sphinx_recaps']\n"
NAMES = [
    "Orchid Days 2021",
    'Développeur\'s "Day": <b>*más*</b> & `co` $x$ [y](z) {w} #1 | ~a',
    "深度学习大会 2021",
    deep("서울의 날 2021"),
    "مؤتمر الأوركيد",
    deep("蘭の日々が"),
    deep("2021"),
    "yes",
    deep("A name that goes on and on, so that nobody would want all of it in the address of every page of the event"),
]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("name", NAMES)
def test_a_new_event_builds_and_appears_in_all_lists(project: Project, name: str) -> None:
    """No other file changes, and the name is shown as given."""
    project(SITE, conf=CONF)
    created = new.create_recap(project.root, name, "2021-12-02")
    built = project(conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    titles = [strong.get_text() for strong in built.html("recaps/index.html").select(".recap-events-list strong")]
    assert titles == [name, "Old Day"]
    featured = built.html().select_one(".recap-events .rubric")
    assert featured is not None
    assert featured.get_text() == name
    folder = created[0].parent.name
    heading = built.html(f"recaps/{folder}/index.html").h1
    assert heading is not None
    smart = str.maketrans("’“”‘", "'\"\"'")  # Sphinx uses typographic quotation marks
    assert heading.get_text().translate(smart).startswith(name)
    assert "No posters yet." in built.html(f"recaps/{folder}/posters.html").get_text()


def test_the_commented_examples_in_data_files_are_valid(project: Project) -> None:
    project(SITE, conf=CONF)
    for path in new.create_recap(project.root, "Day", "2021-12-02"):
        if path.suffix == ".yaml":
            path.write_text(re.sub(r"(?m)^#(?=\S|  )", "", path.read_text()))
    built = project(conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    assert "The title as published" in built.html("recaps/2021-day/posters.html").get_text()
    assert "Morning session" in built.html("recaps/2021-day/index.html").get_text()
    assert "12" in built.html().get_text()


def test_the_commented_blocks_in_pages_are_valid(project: Project) -> None:
    """Authors remove the % and refer to the source."""
    project(SITE, conf=CONF)
    for path in new.create_recap(project.root, "Day", "2021-12-02"):
        if path.suffix == ".yaml":
            path.write_text(re.sub(r"(?m)^#(?=\S|  )", "", path.read_text()))
        elif path.suffix == ".md":
            blocks = re.sub(r"(?m)^% (?=:|\[\^source\]: )", "", path.read_text())
            path.write_text(blocks.replace("\n## Sources", "\nShown.[^source]\n\n## Sources"))
    built = project(conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    page = built.html("recaps/2021-day/posters.html")
    assert page.select(".recap-chart")
    assert page.h1 is not None
    assert page.h1.get_text().startswith("Posters of Day")
    assert "wayback:20211202/" in (project.root / "recaps/2021-day/index.md").read_text()


def test_an_unneeded_page_can_be_deleted(project: Project) -> None:
    """Nothing else refers to it."""
    project(SITE, conf=CONF)
    for path in new.create_recap(project.root, "Day", "2021-12-02"):
        if path.stem in {"posters", "keynotes"}:
            path.unlink()
    built = project(conf=CONF)
    assert (built.messages, built.status) == ("", 0)


def test_existing_files_are_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text(BARE)
    event = new.create_recap(tmp_path, "Day", "2021-12-02")[0]
    page = new.create_page(tmp_path, "Lists", Path("guides"))[0]
    event.write_text("mine")
    page.write_text("mine")
    with pytest.raises(FileExistsError):
        new.create_recap(tmp_path, "Day", "2021-01-01")
    with pytest.raises(FileExistsError):
        new.create_page(tmp_path, "LISTS", Path("guides"))
    assert event.read_text() == page.read_text() == "mine"


@pytest.mark.parametrize("name", ["", "   ", "!?", "two\nlines", "a\x07bell"])
def test_an_invalid_name_is_reported(tmp_path: Path, name: str) -> None:
    (tmp_path / "conf.py").write_text(BARE)
    with pytest.raises(ValueError, match="write"):
        new.create_recap(tmp_path, name, "2021-12-02")
    assert [path.name for path in tmp_path.iterdir()] == ["conf.py"]


@pytest.mark.parametrize("date", ["", "2021", "2.12.2021", "2021-02-30", "tomorrow"])
def test_an_invalid_date_is_reported_with_a_correction(tmp_path: Path, date: str) -> None:
    (tmp_path / "conf.py").write_text(BARE)
    with pytest.raises(ValueError, match=r"write|check"):
        new.create_recap(tmp_path, "Day", date)
    assert [path.name for path in tmp_path.iterdir()] == ["conf.py"]


@given(name=st.text(min_size=1, max_size=200).filter(lambda name: any(char.isalnum() for char in name)))
def test_folder_names_are_safe_for_any_title(name: str) -> None:
    """They have letters, digits and hyphens, one Unicode normal form, and a length that all file systems accept."""
    folder = new.folder_of(name, "2021-12-02")
    assert all(char == "-" or unicodedata.category(char)[0] in "LMN" for char in folder)
    assert folder == unicodedata.normalize("NFC", folder)
    assert re.fullmatch(r"2021-[^-].*(?<!-)", folder)
    assert len(folder) <= 5 + new.LONGEST
    assert len(folder.encode()) <= 250


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Orchid Days 2021", "2021-orchid-days"),
        ("Day 20211", "2021-day-20211"),
        ("Fête des Orchidées & C++", "2021-fete-des-orchidees-and-c-plus-plus"),
        ("서울의 날", "2021-서울의-날"),
        (unicodedata.normalize("NFD", "서울의 날"), "2021-서울의-날"),
        ("مؤتمر الأوركيد 2021", "2021-مؤتمر-الأوركيد"),
        ("蘭の日々が", "2021-蘭の日々が"),
        ("ऑर्किड दिवस", "2021-ऑर्किड-दिवस"),
        ("ＯＲＣＨＩＤ", "2021-orchid"),
    ],
)
def test_folder_names_are_readable(name: str, folder: str) -> None:
    """The year appears once, and letters of other scripts are kept."""
    assert new.folder_of(name, "2021-12-02") == folder


def test_a_new_page_builds(project: Project) -> None:
    project(SITE, conf=CONF)
    created = new.create_page(project.root, "Mailing *lists* & <more>", Path("contributors"))
    assert created[0].name == "mailing-lists-and-more.md"
    assert "orphan" not in created[0].read_text()
    built = project(conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    heading = built.html("contributors/mailing-lists-and-more.html").h1
    assert heading is not None
    assert heading.get_text().startswith("Mailing *lists* & <more>")


def test_created_pages_pass_the_strict_rules(project: Project) -> None:
    """Even a short title results in a description that is long enough."""
    project(SITE, conf=CONF)
    new.create_recap(project.root, "Q", "2021-12-02")
    new.create_page(project.root, "Q", Path("contributors"))
    built = project(conf=f'{CONF}recap_rules = ["copies", "notes", "words", "description"]\n')
    messages = [
        line for line in built.messages.splitlines() if "/2021-q/" in line or line.startswith("contributors/q.md")
    ]
    assert messages == []


# -- Any project -------------------------------------------------------------------------------------------------------


def test_created_pages_build_in_a_minimal_project(project: Project) -> None:
    """It needs no colon fences, schemas, event lists or scheme for archived copies."""
    conf = 'myst_enable_extensions = []\nhtml_theme = "alabaster"\n'
    project({"index.md": "# Home\n"}, conf=conf)
    created = [*new.create_recap(project.root, "서울의 날", "2021-12-02"), *new.create_page(project.root, "蘭の日々")]
    text = "".join(path.read_text() for path in created)
    assert not re.search(r":::|\$schema|dateline|sources-work", text)
    for path in created:  # as the comments explain
        if path.name == "posters.md":
            blocks = re.sub(r"(?m)^% (?=\[\^source\]: )", "", path.read_text())
            path.write_text(blocks.replace("\n## Sources", "\nShown.[^source]\n\n## Sources"))
    built = project(conf=conf)
    assert (built.messages, built.status) == ("", 0)
    assert "서울의 날" in built.html("2021-서울의-날/index.html").get_text()
    assert built.html("2021-서울의-날/posters.html").select('a[href^="https://web.archive.org/web/20211202"]')
    assert "orphan: true  # remove this line once" in created[0].with_name("index.md").read_text()


def test_data_files_name_the_schemas_of_the_project(project: Project) -> None:
    project({"index.md": "# Home\n"}, conf='html_static_path = ["_static"]\n')
    write_schemas(project.root / "_static/schema")
    created = new.create_recap(project.root, "Day", "2021-12-02", Path("more/events"))
    first = created[0].with_name("posters.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=../../../_static/schema/catalogue.json"


def test_an_event_is_created_beside_existing_ones(tmp_path: Path) -> None:
    """This requires that they share one folder. Excluded files do not count."""
    (tmp_path / "conf.py").write_text(BARE + 'exclude_patterns = ["examples"]\n')
    for name in ("past/2019-day", "past/2020-day", "examples/day"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "event.yaml").touch()
    assert new.create_recap(tmp_path, "Day", "2021-12-02")[0].parent == tmp_path / "past/2021-day"
    assert new.create_recap(tmp_path, "Day", "2022-12-02", Path("new"))[0].parent == tmp_path / "new/2022-day"
    assert new.create_recap(tmp_path, "Day", "2023-12-02")[0].parent == tmp_path / "2023-day"


@pytest.mark.parametrize("builder", ["html", deep("dirhtml"), deep("epub"), deep("latex"), deep("text")])
def test_pages_in_other_scripts_are_built_and_linked(project: Project, builder: str) -> None:
    """The home page, the indices and the other pages of the event have working links."""
    project(SITE, conf=CONF)
    created = new.create_recap(project.root, "مؤتمر الأوركيد", "2021-12-02")
    created[0].with_name("posters.yaml").write_text(
        "kind: poster\nentries:\n  - id: A1\n    title: Title\n    people: [Ann Other]\n"
    )
    built = project(NO_FILES, builder, conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    targets = set()
    for path in built.out.rglob("*.html"):
        page = path.relative_to(built.out).as_posix()
        for link in built.html(page).select("a[href]"):
            href = unquote(str(link["href"])).partition("#")[0]
            if "مؤتمر" in href and "://" not in href:
                targets.add(target := (path.parent / href).resolve())
                assert target.exists(), (page, href)
    assert builder not in {"html", "dirhtml"} or len(targets) >= 4


# -- The command -------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> int:
    """Return the exit code of the command."""
    with pytest.raises(SystemExit) as exit_info:
        main(list(arguments))
    return int(exit_info.value.code or 0)


def test_the_command_finds_the_project_and_explains_the_next_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new", "recap", "Orchid Days 2024", "2024-03-15") == 2
    assert (
        "there is no conf.py, docs/conf.py, doc/conf.py, source/conf.py, docs/source/conf.py" in capsys.readouterr().err
    )
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/conf.py").write_text(BARE)
    assert run("new", "recap", "Orchid Days 2024", "2024-03-15") == 0
    out = capsys.readouterr().out
    assert "Created docs/2024-orchid-days/index.md\n" in out
    assert "sphinx-recaps check" in out
    assert run("new", "recap", "Orchid Days 2024", "2024-03-15") == 1
    assert "docs/2024-orchid-days exists already and was not changed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["recap"], "NAME is missing; write sphinx-recaps new recap"),
        (["recap", "Day"], "DATE is missing; write sphinx-recaps new recap"),
        (["recap", "Day", "tomorrow"], "write"),
        (["recap", "!?", "2024-03-15"], "'!?' is not a name; write one with letters"),
        (["page", ""], "NAME is missing"),
        (["page", "Day", "--folder", "../elsewhere"], "is outside the source folder"),
        (["page", "Day", "--source", "nowhere"], "nowhere: there is no conf.py in this folder"),
        (["leaflet"], "No such command 'leaflet'"),
    ],
)
def test_wrong_usage_exits_with_2_and_a_suggestion(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conf.py").write_text(BARE)
    assert run("new", *arguments) == 2
    assert words in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["conf.py"]


def test_a_project_without_markdown_gets_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conf.py").write_text("extensions = ['sphinx_recaps']\n")
    assert run("new", "page", "Day") == 2
    assert "add `myst_parser` to `extensions`" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["", "check", "new", "new recap", "new page", "images", "archive-links", "schema"])
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*command.split(), "--help") == 0
    out = capsys.readouterr().out
    assert out.startswith(f"Usage: sphinx-recaps {command}".rstrip())
    assert command in {"", "new"} or f"Example: sphinx-recaps {command}" in out
