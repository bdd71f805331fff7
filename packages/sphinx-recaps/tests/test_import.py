"""``sphinx-recaps import``: what it makes builds, another import keeps what people wrote, nothing crashes."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from programmes import CSV, FRAB, workbook
from sphinx_recaps.cli import main
from sphinx_recaps.importers import tables

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Files, Project

CONF = 'recap_kinds = {"talk": ("talk", "talks")}\nhtml_baseurl = "https://days.example.org/"\n'
SITE: Files = {"index.md": "# Home\n\n:::{event-list}\n:toctree:\n:::\n"}
NAME = "2024-orchid-days"


def status_of(*arguments: object) -> int:
    with pytest.raises(SystemExit) as exit_info:
        main([str(argument) for argument in arguments])
    return int(exit_info.value.code or 0)


def event(guid: str, title: str, hour: int, **values: object) -> dict[str, object]:
    """Return a talk of a schedule."""
    start = f"2024-03-15T{hour:02}:00:00+01:00"
    return {"guid": guid, "title": title, "date": start, "duration": "00:30", "type": "Talk", "persons":
            [{"public_name": f"Speaker {title.split(maxsplit=1)[0]}"}], "track": "Bees", **values}  # fmt: skip


def schedule(*events: dict[str, object], version: str = "1", end: str = "2024-03-16") -> str:
    """Return the text of a schedule with some talks."""
    content: dict[str, Any] = copy.deepcopy(FRAB)
    content["schedule"]["version"] = version
    content["schedule"]["conference"]["end"] = end
    content["schedule"]["conference"]["days"][0]["rooms"] = {"Hut": [*events]}
    return json.dumps(content)


FIRST = (event("a", "Ferns at home", 9), event("b", "Moss everywhere", 10), event("c", "Keynote: Trees", 11, type=""))


@pytest.fixture
def site(project: Project) -> Path:
    """Write a project, and return the folder of an event that is not there yet."""
    conf = "project = 'x'\nextensions = ['myst_parser', 'sphinx_recaps']\nmyst_enable_extensions = ['colon_fence']\n"
    project.root.mkdir(parents=True, exist_ok=True)
    (project.root / "conf.py").write_text(conf + CONF)
    for name, text in SITE.items():
        (project.root / name).write_text(str(text))
    return project.root / NAME


def test_an_import_builds_without_warnings_in_any_project(
    project: Project, site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "schedule.json").write_text(schedule(*FIRST))
    (tmp_path / "posters.csv").write_text(CSV)
    assert status_of("import", tmp_path / "schedule.json", "--into", site, "--kind", "talk", "--dry-run") == 0
    assert not site.exists()
    shown = capsys.readouterr()
    assert "3 added, 0 changed" in shown.out
    assert "Would write" in shown.out
    assert f"Reading {tmp_path / 'schedule.json'} ..." in shown.err
    assert (
        status_of("import", tmp_path / "schedule.json", tmp_path / "posters.csv", "--into", site, "--kind", "talk") == 0
    )
    names = ["event.yaml", "imported.json", "index.md", "keynotes.md", "keynotes.yaml", "posters.md", "posters.yaml"]
    assert sorted(path.name for path in site.iterdir()) == [*names, "talks.md", "talks.yaml"]
    built = project(conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    assert "Ferns at home" in built.html(f"{NAME}/talks.html").get_text()
    assert "Talks of Orchid Days 2024" in built.html(f"{NAME}/talks.html").get_text()
    capsys.readouterr()
    assert status_of("check", site.parent) == 0
    assert "advice" not in capsys.readouterr().out


def test_another_import_changes_what_the_source_changed_and_keeps_what_people_wrote(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, talks = tmp_path / "schedule.json", site / "talks.yaml"
    file.write_text(schedule(*FIRST, event("d", "Weeds forever", 12), event("e", "Soil", 13)))
    assert status_of("import", file, "--into", site) == 0
    before = {path.name: path.read_bytes() for path in site.iterdir()}
    assert status_of("import", file, "--into", site) == 0
    assert "Nothing has changed." in capsys.readouterr().out
    assert {path.name: path.read_bytes() for path in site.iterdir()} == before

    edited = talks.read_text().replace("title: Ferns at home", "title: Ferns at home, corrected  # her own words")
    edited = edited.replace("id: moss-everywhere\n", "id: moss-everywhere\n    summary: Moss is soft.\n")
    edited = edited.replace("id: soil\n", "id: earth\n    was: [soil]\n")
    weeds = edited[edited.index("  - id: weeds-forever") : edited.index("  - id: earth")]
    talks.write_text(edited.replace(weeds, ""))
    newer = (
        event("a", "Ferns at home", 9, room="Lawn"),
        event("b", "Moss nearly everywhere", 10, track=""),
        event("n", "News", 11),
        event("d", "Weeds forever", 12),
        event("e", "Soil", 14),
    )
    file.write_text(schedule(*newer, version="2", end="2024-03-17"))
    assert status_of("import", file, "--into", site, "--date", "2024-03-20") == 0
    out = capsys.readouterr().out
    text = talks.read_text()
    for line in (
        "title: Ferns at home, corrected  # her own words",
        "room: Lawn",
        "id: moss-everywhere\n    title: Moss nearly everywhere",
        "summary: Moss is soft.",
        "id: earth",
        "date: 2024-03-15T14:00+01:00",
    ):
        assert line in text
    assert "weeds" not in text
    assert [line.split()[-1] for line in text.splitlines() if "- id" in line] == [
        "ferns-at-home", "moss-everywhere", "news", "earth"
    ]  # fmt: skip
    assert text[text.index("moss-everywhere") : text.index("- id: news")].count("track") == 0
    assert text.startswith("# Imported from schedule.json of 2024-03-20. ")
    assert "version 2, 2024-03-20" in (site / "event.yaml").read_text()
    assert "event.yaml changed: end is now “2024-03-17”, was “2024-03-16”" in out
    assert "1 added, 3 changed" in out
    assert "talks/ferns-at-home changed: room is now “Lawn”, was “Hut”" in out
    assert "talks/moss-everywhere changed: track is removed, was “Bees”" in out
    assert "keynotes/keynote-trees is no longer in the source" in out
    assert "“Weeds forever” was removed from the data files, and stays out" in out
    assert "kept: title" not in out  # the source has not changed it

    file.write_text(schedule(event("a", "Ferns everywhere", 9, room="Lawn"), *newer[1:], version="3", end="2024-03-17"))
    assert status_of("import", file, "--into", site) == 0
    said = "kept: title is “Ferns at home, corrected” here, but now “Ferns everywhere” in the source"
    assert said in capsys.readouterr().out
    assert "Ferns at home, corrected" in talks.read_text()


def test_an_import_into_files_that_people_wrote_adds_what_is_missing(site: Path, tmp_path: Path) -> None:
    """Entries are recognised by their titles, and a list of recordings adds only the videos."""
    site.mkdir()
    (site / "event.yaml").write_text("name: Own name\nstart: 2024-03-15\n")
    own = "# Ours\nkind: session\nentries:\n  - id: f1\n    title: Ferns at Home\n    room: Own room\n"
    (site / "talks.yaml").write_text(own)
    info = {"id": "aqz-KE-bpKQ", "title": "Ferns at home - Ann Other, Example Co", "extractor": "youtube",
            "webpage_url": "https://www.youtube.com/watch?v=aqz-KE-bpKQ", "upload_date": "20240320"}  # fmt: skip
    (tmp_path / "v.info.json").write_text(json.dumps(info))
    (tmp_path / "schedule.json").write_text(schedule(FIRST[0]))
    assert status_of("import", tmp_path / "schedule.json", "--into", site) == 0
    assert status_of("import", tmp_path / "v.info.json", "--into", site) == 0
    text = (site / "talks.yaml").read_text()
    assert text.startswith("# Ours\nkind: session\nentries:\n  - id: f1\n    title: Ferns at Home\n")
    assert "room: Own room" in text
    assert "people: [Speaker Ferns]" in text
    assert "video: https://www.youtube.com/watch?v=aqz-KE-bpKQ\n    uploaded: 2024-03-20\n" in text
    assert text.count("- id:") == 1
    assert "name: Own name" in (site / "event.yaml").read_text()


def test_what_people_deleted_from_an_event_does_not_come_back(site: Path, tmp_path: Path) -> None:
    file, shared = tmp_path / "schedule.json", [{"title": "Wiki", "url": "https://example.org/wiki"}]
    talks = [event(key, title, 9, links=shared) for key, title in (("a", "Ferns"), ("b", "Moss"), ("c", "Trees"))]
    file.write_text(schedule(*talks))
    assert status_of("import", file, "--into", site) == 0
    text = (site / "event.yaml").read_text()
    assert "  - title: Wiki\n    url: https://example.org/wiki\n" in text
    assert "    url: https://example.org/schedule/\n" in text
    (site / "event.yaml").write_text("name: Own name\nstart: 2024-03-15\n")
    file.write_text(schedule(*talks, event("d", "Weeds", 10, links=shared), version="2"))
    assert status_of("import", file, "--into", site) == 0
    assert "https:" not in (site / "event.yaml").read_text()


def test_names_have_the_spelling_of_other_events_and_lists_one_page(site: Path, tmp_path: Path) -> None:
    site.mkdir()
    (site / "index.md").write_text("# Orchid Days\n\n:::{catalogue} talks.yaml\n:::\n")
    (site.parent / "old.yaml").write_text("kind: talk\nentries:\n  - id: a\n    title: b\n    people: [Zoë Zed]\n")
    (tmp_path / "a.csv").write_text("title,speakers\nFerns,Zoe Zed\n")
    assert status_of("import", tmp_path / "a.csv", "--into", site) == 0
    assert "people: [Zoë Zed]" in (site / "talks.yaml").read_text()
    assert not (site / "talks.md").exists()


def test_new_pages_have_the_name_of_the_event(site: Path, tmp_path: Path) -> None:
    site.mkdir()
    (site / "event.yaml").write_text("name: 'Ann''s days: a recap'  # ours\nstart: 2024-03-15\n")
    (tmp_path / "a.csv").write_text(CSV)
    assert status_of("import", tmp_path / "a.csv", "--into", site) == 0
    assert "# Ann's days\\: a recap\n" in (site / "index.md").read_text()


def test_a_row_whose_title_changed_is_the_same_entry(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a table without codes, only the people and a similar title show it."""
    file = tmp_path / "talks.csv"
    file.write_text("title,speakers,room\nFerns at home,Ann Other,Hut\nMoss,Bob Else,Hut\n")
    assert status_of("import", file, "--into", site) == 0
    file.write_text("title,speakers,room\nFerns at home and elsewhere,Ann Other,Lawn\nWeeds,Bob Else,Hut\n")
    assert status_of("import", file, "--into", site) == 0
    out = capsys.readouterr().out
    assert "talks/ferns-at-home changed: title is now “Ferns at home and elsewhere”, was “Ferns at home”" in out
    assert "talks/moss is no longer in the source" in out
    text = (site / "talks.yaml").read_text()
    assert [line.split()[-1] for line in text.splitlines() if "- id" in line] == ["ferns-at-home", "weeds", "moss"]


def test_another_table_leaves_the_other_entries_alone(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (
        ("posters.csv", "title\nFerns\nMoss\n"),
        ("friday.csv", "title,date\nRoots,2024-03-15\nTrees,2024-03-15\nWeeds,2024-03-15\n"),
        ("saturday.csv", "title,date\nSoil,2024-03-16\n"),
    ):
        (tmp_path / name).write_text(text)
        assert status_of("import", tmp_path / name, "--into", site) == 0
    out = capsys.readouterr().out
    assert "no longer" not in out
    assert out.count("3 entries from another import are not in this file, and stay") == 1
    assert (site / "talks.yaml").read_text().count("- id:") == 4
    assert "start: 2024-03-15\nend: 2024-03-16\n" in (site / "event.yaml").read_text()


def bomb() -> bytes:
    """Return a workbook that is small and unpacks to far more."""
    buffer = io.BytesIO(workbook(lambda sheet: sheet.append(["Title"])))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(3_000_000))
    return buffer.getvalue()


ENTITIES = '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaa">]><schedule><version>&a;</version></schedule>'


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (("schedule.json", schedule(*FIRST)[:700]), "the file ends too early; download it again"),
        (("schedule.json", "<!doctype html><html><body>Log in</body></html>"), "it is a web page, not a programme"),
        (("schedule.xml", "<schedule><version>1"), "is not XML: is the file complete?"),
        (("schedule.xml", ENTITIES), "it has a document type or entities"),
        (("schedule.xml", "<rss><channel/></rss>"), "it is XML, but not the schedule of frab or pretalx"),
        (("a.json", "[" * 100_000), "nested too deeply"),
        (("a.json", '{"talks": []}'), "it has no list of talks"),
        (("a.json", '[{"x": 1}]'), "its records have no title; their fields are “x”: write --column title=NAME"),
        (("a.csv", "x,y\n1,2\n"), "no column has the titles; the columns are “x”, “y”: write --column title=NAME"),
        (("a.csv", "title\n" + "A talk\n" * 20_001), "it has more than 20,000 records"),
        (("a.csv", b"\x80\x81\x00\x00"), "it is not a text file"),
        (("a.csv", ""), "it is empty"),
        (("a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x"), "it is not a whole calendar"),
        (("a.xlsx", b"PK\x03\x04rubbish"), "it is not a whole XLSX file"),
        (("a.pdf", b"%PDF-1.7"), "it is a PDF"),
        (("a.yaml", "a: &x [1]\nb: *x\n"), "names a value to repeat"),
    ],
)
def test_a_broken_file_is_one_line_and_writes_nothing(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: tuple[str, str | bytes], message: str
) -> None:
    name, data = file
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    assert status_of("import", path, "--into", site) == 1
    error = capsys.readouterr().err.splitlines()
    assert error[0] == f"Reading {path} ..."
    assert len(error) == 2
    assert error[1].startswith(f"Error: {path}: ")
    assert message in error[1]
    assert not site.exists()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_LARGEST_UNPACKED", 2_000_000)
    (tmp_path / "a.xlsx").write_bytes(bomb())
    assert status_of("import", tmp_path / "a.xlsx", "--into", site) == 1
    assert "far more than a programme has; save the sheet as CSV" in capsys.readouterr().err
    assert not site.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--kind", "party"), "“party” is not a kind of entry"),
        (("--timezone", "Mars"), "“Mars” is not the name of a time zone"),
        (("--column", "Talk"), "write the meaning, =, and the name of the column"),
        (("--column", "hat=Talk"), "“hat” is not the meaning of a column"),
        (("--start", "15/3/24"), "write year-month-day"),
    ],
)
def test_an_invalid_option_is_refused(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, str], message: str
) -> None:
    (tmp_path / "a.csv").write_text(CSV)
    assert status_of("import", tmp_path / "a.csv", "--into", site, *arguments) in {1, 2}
    assert message in capsys.readouterr().err
    assert not site.exists()


def test_the_year_of_an_event_can_be_that_of_its_folder(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("title\nFerns\n")
    assert status_of("import", tmp_path / "a.csv", "--into", site) == 0
    assert "event.yaml has only the year of the event" in capsys.readouterr().out
    assert "name: Orchid Days 2024\nstart: 2024\n" in (site / "event.yaml").read_text()
    assert status_of("import", tmp_path / "a.csv", "--into", site.parent / "days") == 1
    assert "it does not say when the event was; add its first day, such as --start" in capsys.readouterr().err


def test_a_data_file_with_mistakes_is_named_and_left_alone(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.mkdir()
    (tmp_path / "a.csv").write_text(CSV)
    for data in (b"kind: talk\nentries:\n  - id: a\n   title: b\n", b"kind: talk\nentries:\n\n  - id: \xe4\n"):
        (site / "talks.yaml").write_bytes(data)
        assert status_of("import", tmp_path / "a.csv", "--into", site) == 1
        assert f"{site / 'talks.yaml'}:4: " in capsys.readouterr().err
        assert (site / "talks.yaml").read_bytes() == data
    assert [path.name for path in site.iterdir()] == ["talks.yaml"]
