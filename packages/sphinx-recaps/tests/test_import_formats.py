"""Every format of a programme becomes what a careful person would type."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from programmes import (
    ALL,
    CSV,
    FERNS,
    FRAB,
    GRID_SESSION,
    ICS,
    LONG_VIDEO,
    MOSS,
    PARTS,
    PLAYLIST,
    POSTERS,
    PRETALX,
    PYVIDEO,
    ROOTS,
    RUBY,
    RUBY_ENTRIES,
    SHORT_ROOTS,
    SUBMISSIONS,
    TREES,
    WATCHED,
    WHO,
    XML,
    entries_of,
    imported,
)
from sphinx_recaps.data.records import KINDS
from sphinx_recaps.importers.run import Options, plan_import

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "data", "file", "entries"),
    [
        ("schedule.json", FRAB, "sessions.yaml", [WHO]),
        ("schedule.xml", XML, "sessions.yaml", [WHO]),
        ("all.ics", ICS, "keynotes.yaml", [MOSS]),
        ("all.json", ALL, "sessions.yaml", [ROOTS]),
        ("grid.json", [{"date": "2024-03-15", "rooms": [{"name": "Hut", "sessions": [GRID_SESSION]}]}], "sessions.yaml",
         [SHORT_ROOTS]),
        ("sessions.json", [{"groupName": "All", "sessions": [GRID_SESSION]}], "sessions.yaml", [SHORT_ROOTS]),
        ("submissions.json", SUBMISSIONS, "keynotes.yaml", [PRETALX]),
        ("posters.csv", CSV, "posters.yaml", [FERNS, TREES]),
        ("posters.tsv", "\ufeff" + CSV.replace("; and", "#").replace(";", "\t").replace("#", "; and"), "posters.yaml",
         [FERNS, TREES]),
        ("latin.csv", CSV.replace("Bob Else", "Zoë Else").encode("cp1252"), "posters.yaml",
         [FERNS, {**TREES, "people": ["Zoë Else", "Cy Three"]}]),
        ("video.info.json", LONG_VIDEO, "sessions.yaml", PARTS),
        ("playlist.info.json", PLAYLIST, "sessions.yaml", [WATCHED]),
        ("videos.yml", RUBY, "sessions.yaml", RUBY_ENTRIES),
        ("posters.yaml", POSTERS, "posters.yaml", [{"id": "A1", "title": "Ferns", "people": ["Ann Other", "Bob Else"],
         "links": [{"title": "Poster", "url": "https://example.org/a1.pdf"}]}]),
    ],
)  # fmt: skip
def test_a_programme_becomes_what_a_careful_person_would_type(
    tmp_path: Path, name: str, data: object, file: str, entries: list[dict[str, Any]]
) -> None:
    plan = imported(tmp_path, name, data, start=date(2024, 3, 15))
    assert entries_of(plan, file) == entries


def test_nothing_is_lost_or_repaired_without_saying_so(tmp_path: Path) -> None:
    report = imported(tmp_path, "schedule.json", FRAB).report
    assert report.lost == {"persons.biography": 1}
    assert (
        "event 1, “Who pollinates&nbsp;whom”, title: “pollinates&nbsp;whom: A walk” is now “pollinates whom: A walk”"
        in report.repaired
    )
    assert any("“KÃ¶pfchen.” is now “Köpfchen.”" in line for line in report.repaired)
    assert any("“Dr. Ann Other” is now “Ann Other”" in line for line in report.repaired)
    assert any("“TBA” is not a person" in line for line in report.notes)
    report = imported(tmp_path, "all.json", ALL).report
    assert report.refused == [
        "session 2, “Snacks”: it is a break or the like, not a talk",
        "session 3, “Weeds”: its status is Declined",
    ]
    assert report.lost == {"speakers.bio": 1, "category “Level”": 1}
    assert imported(tmp_path, "all.ics", ICS).report.refused == [
        "event 2, “Lunch”: it is a break or the like, not a talk"
    ]
    report = imported(tmp_path, "submissions.json", SUBMISSIONS).report
    assert report.refused == ["record 2, “No”: its state is rejected"]
    report = imported(tmp_path, "posters.csv", CSV).report
    assert report.refused == ["line 3: it has no title"]
    assert report.lost == {"Remark": 1}


def test_the_event_has_the_facts_and_the_source_of_the_file(tmp_path: Path) -> None:
    event = yaml.load(imported(tmp_path, "schedule.json", FRAB).texts["event.yaml"], yaml.BaseLoader)
    day = event["sources"][0].pop("title")
    assert day.startswith("Programme (schedule.json), version 0.3, 20")
    assert event == {
        "name": "Orchid Days 2024",
        "start": "2024-03-15",
        "end": "2024-03-16",
        "sources": [{"url": "https://example.org/schedule/"}],
    }
    event = yaml.load(
        imported(tmp_path, "all.ics", ICS, url="https://example.org/all.ics").texts["event.yaml"], yaml.BaseLoader
    )
    assert event["place"] == "1 Garden Street, Example"
    assert event["sources"] == [{"title": "Programme (all.ics), 2024-04-01", "url": "https://example.org/all.ics"}]


def test_a_folder_of_pyvideo_is_a_programme(tmp_path: Path) -> None:
    folder = tmp_path / "days"
    (folder / "videos").mkdir(parents=True)
    (folder / "category.json").write_text('{"title": "Orchid Days 2024"}')
    (folder / "videos" / "roots.json").write_text(json.dumps(PYVIDEO))
    plan = plan_import([folder], tmp_path / "2024-days", Options(kinds=KINDS), lambda _: None)
    assert entries_of(plan, "sessions.yaml") == [
        {"id": "roots", "title": "Roots", "people": ["Ann Other"], "topics": ["soil"], "date": "2024-03-15",
         "video": "https://www.youtube.com/watch?v=aqz-KE-bpKQ", "duration": "0:18:15", "language": "en"}
    ]  # fmt: skip
    assert "name: Orchid Days 2024" in plan.texts["event.yaml"]


def test_a_folder_of_rubyevents_is_a_programme(tmp_path: Path) -> None:
    folder = tmp_path / "days"
    folder.mkdir()
    (folder / "event.yml").write_text("title: Orchid Days 2024\nstart_date: 2024-03-14\nlocation: Example\n")
    (folder / "videos.yml").write_text(RUBY)
    plan = plan_import([folder], tmp_path / "2024-days", Options(kinds=KINDS), lambda _: None)
    assert entries_of(plan, "sessions.yaml") == RUBY_ENTRIES
    assert "name: Orchid Days 2024\nstart: 2024-03-14\nend: 2024-03-15\nplace: Example\n" in plan.texts["event.yaml"]


def test_a_part_that_ends_before_its_start_has_no_end(tmp_path: Path) -> None:
    part = entries_of(imported(tmp_path, "videos.yml", RUBY.replace("05:00", "00:30")), "sessions.yaml")[1]
    assert (part["start"], "end" in part) == ("1:10", False)


def test_chapters_in_a_description_are_not_repeated_in_the_abstract(tmp_path: Path) -> None:
    talk = {
        **PYVIDEO,
        "description": "All about roots.\n\n- 00:00 - Deep\n  roots\n- 12:30 - Questions\n\nThe end.\n#soil",
    }
    [entry] = entries_of(imported(tmp_path, "roots.json", talk), "sessions.yaml")
    assert (entry["abstract"], entry["chapters"]) == (
        "All about roots.\n\nThe end.",
        "0:00 Deep roots\n12:30 Questions",
    )


def test_a_room_in_a_title_is_not_a_person(tmp_path: Path) -> None:
    data = ICS.replace("\\, Example Co & Bob Else\\, Other Ltd", "").replace("Lunch", "Reception - Palm House")
    plan = imported(tmp_path, "all.ics", data)
    assert entries_of(plan, "keynotes.yaml")[0]["people"] == ["Ann Other"]
    [entry] = entries_of(plan, "sessions.yaml")
    assert (entry["title"], "people" in entry) == ("Reception - Palm House", False)


def test_speakers_are_before_what_every_title_of_a_playlist_ends_with(tmp_path: Path) -> None:
    talks = [{"id": n, "title": f"T{n} - Ann Other, Example Co | Orchid Days"} for n in range(3)]
    plan = imported(tmp_path, "playlist.info.json", {"_type": "playlist", "entries": talks})
    assert [(entry["title"], entry["people"]) for entry in entries_of(plan, "sessions.yaml")] == [
        (f"T{n}", ["Ann Other"]) for n in range(3)
    ]
    assert "“ | Orchid Days” is left out at the end of 3 titles" in plan.report.notes


def test_the_first_line_of_an_abstract_has_the_affiliations_of_speakers(tmp_path: Path) -> None:
    data = [{"title": "Who pollinates whom", "speakers": "Ann Other", "abstract":
             "Who pollinates whom - Ann Other, Example Co\nBees."}]  # fmt: skip
    [entry] = entries_of(imported(tmp_path, "a.json", data), "sessions.yaml")
    assert (entry["affiliation"], entry["abstract"]) == ("Example Co", "Bees.")


def test_a_version_can_have_the_date_of_the_file(tmp_path: Path) -> None:
    schedule = {"schedule": {**FRAB["schedule"], "version": "2024-02-01 09:15"}}
    texts = imported(tmp_path, "schedule.json", schedule).texts
    assert texts["sessions.yaml"].startswith("# Imported from schedule.json of 2024-02-01.")
    assert "title: Programme (schedule.json), version 2024-02-01 09:15\n" in texts["event.yaml"]
