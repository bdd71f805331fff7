"""Tables: what their columns mean, and rows that are not like the others."""

from __future__ import annotations

import json
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from programmes import FRAB, entries_of, imported, workbook
from sphinx_recaps.data.records import KINDS
from sphinx_recaps.importers.run import Options, plan_import

if TYPE_CHECKING:
    from pathlib import Path


def test_a_workbook_has_dates_values_of_formulas_and_a_heading_above_the_columns(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:  # noqa: ANN401 (openpyxl has no types)
        sheet.append(["Programme of the Orchid Days"])
        sheet.append(["Talk", "Speakers", "Date", "Start time", "Room"])
        sheet.append(["Ferns", "Ann Other", datetime(2024, 3, 15), time(9, 30), "=A1"])  # noqa: DTZ001 (as Excel has it)

    plan = imported(tmp_path, "programme.xlsx", workbook(fill), timezone="Europe/Berlin")
    assert entries_of(plan, "sessions.yaml") == [
        {"id": "ferns", "title": "Ferns", "people": ["Ann Other"], "date": "2024-03-15T09:30+01:00"}
    ]
    assert plan.report.refused == ["Sheet, cell E3: it has a formula without a result"]


def test_the_columns_of_a_form_are_recognised_and_named(tmp_path: Path) -> None:
    data = (
        "Timestamp,Name,Affiliation / company,Title of your talk,Abstract (max. 200 words),Co-author 1,Bio,Date\n"
        "3/1/2024 9:00:01,Dr. Ann Other,Example Co,Ferns,Green.,Bob Else,long,4/5/2024 9:30 AM\n"
        "3/1/2024 9:00:01,Cy Three,,Ferns,,,,4/15/2024\n"
    )
    plan = imported(tmp_path, "form.csv", data)
    assert entries_of(plan, "sessions.yaml") == [
        {"id": "ferns", "title": "Ferns", "people": ["Ann Other", "Bob Else"], "date": "2024-04-05T09:30",
         "affiliation": "Example Co", "abstract": "Green."},
        {"id": "ferns-cy-three", "title": "Ferns", "people": ["Cy Three"], "date": "2024-04-15"},
    ]  # fmt: skip
    assert "people from “Name”" in plan.read[1]
    assert plan.report.lost == {"Timestamp": 2, "Bio": 1}


def test_the_columns_of_each_table_are_named_below_it(tmp_path: Path) -> None:
    paths = [tmp_path / "schedule.json", tmp_path / "posters.csv", tmp_path / "more.csv"]
    for path, text in zip(paths, (json.dumps(FRAB), "Titel\nFerns\n", "Titel;Raum\nMoss;Hut\n"), strict=True):
        path.write_text(text)
    plan = plan_import(paths, tmp_path / "2024-days", Options(kinds=KINDS), lambda _: None)
    assert plan.read == [
        f"{paths[0]}: frab or pretalx schedule, 1 record to import",
        f"{paths[1]}: table, 2 records to import",
        "  title from “Titel”, room from “Raum”",
    ]


def test_a_link_of_every_talk_is_one_of_the_event(tmp_path: Path) -> None:
    rows = "".join(f"{name},example.org/{name},example.org/all\n" for name in ("ferns", "moss", "trees"))
    plan = imported(tmp_path, "talks.csv", f"title,slides,repo\n{rows}")
    assert [[link["url"] for link in entry["links"]] for entry in entries_of(plan, "sessions.yaml")] == [
        ["https://example.org/ferns"], ["https://example.org/moss"], ["https://example.org/trees"]
    ]  # fmt: skip
    assert "links:\n  - title: Code\n    url: https://example.org/all\n" in plan.texts["event.yaml"]


def test_a_row_with_more_cells_than_columns_is_left_out(tmp_path: Path) -> None:
    plan = imported(tmp_path, "a.csv", "title;abstract;room\nFerns;a;b\nMoss;Soft &amp; green;Hut\n")
    assert [entry["title"] for entry in entries_of(plan, "sessions.yaml")] == ["Ferns"]
    assert plan.report.refused == [
        "line 3: it has 4 cells for 3 columns; write text that contains the separator in quotes"
    ]


def test_a_code_of_several_rows_is_not_an_id(tmp_path: Path) -> None:
    plan = imported(tmp_path, "posters.csv", "section,title\nF8,Ferns\nF8,Moss\nA1,Trees\n")
    assert [entry["id"] for entry in entries_of(plan, "posters.yaml")] == ["ferns", "moss", "A1"]
    assert plan.report.lost == {"id that several rows have": 2}


def test_a_column_can_be_named(tmp_path: Path) -> None:
    data = "What,Who,When\nFerns,Ann Other,2024-03-15\n"
    plan = imported(tmp_path, "a.csv", data, columns=(("title", "What"), ("people", "who"), ("date", "When")))
    assert entries_of(plan, "sessions.yaml") == [
        {"id": "ferns", "title": "Ferns", "people": ["Ann Other"], "date": "2024-03-15"}
    ]


def test_only_what_was_accepted_becomes_an_entry_each_with_its_own_id(tmp_path: Path) -> None:
    plan = imported(tmp_path, "a.csv", "title,status\nFerns,Accepted\nMoss,rejected\nFerns,confirmed\n")
    assert [entry["id"] for entry in entries_of(plan, "sessions.yaml")] == ["ferns", "ferns-2"]
    assert plan.report.refused == ["line 3, “Moss”: its status is “rejected”"]


def test_what_most_rows_repeat_is_left_out(tmp_path: Path) -> None:
    rows = "".join(f'T{n},Orchids;Topic {n},"Text {n}.\nSee example.org."\n' for n in range(5))
    plan = imported(tmp_path, "a.csv", f"title,topics,abstract\n{rows}")
    assert [(entry["topics"], entry["abstract"]) for entry in entries_of(plan, "sessions.yaml")] == [
        ([f"Topic {n}"], f"Text {n}.") for n in range(5)
    ]
    assert plan.report.lost == {
        "topic “Orchids”, which most talks have": 5,
        "line “See example.org.” of abstracts, which most talks have": 5,
    }
