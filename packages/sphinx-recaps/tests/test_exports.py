"""Exports as JSON and CSV."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING

import jsonschema
import yaml

from tests.published import BASE, EVENT, FILES

if TYPE_CHECKING:
    from tests.support import Built


def test_json_exports(published: Built) -> None:
    """A list has every value of its data file, its licence and addresses, as its schema says; so has everything."""
    schema = json.loads(published.text("records.schema.json"))
    talks, everything = (json.loads(published.text(name)) for name in (f"{EVENT}/talks.json", "records.json"))
    for export in (talks, everything):
        jsonschema.Draft202012Validator(schema).validate(export)
        assert export["license"] == "https://creativecommons.org/licenses/by/4.0/"
        assert export["$schema"] == f"{BASE}records.schema.json"
    written = yaml.safe_load(str(FILES[f"{EVENT}/talks.yaml"]))["entries"]
    assert [entry.keys() - {"url"} for entry in talks["entries"]] == [entry.keys() for entry in written]
    assert talks["entries"][0]["date"] == "2024-05-04T09:00+02:00"
    assert talks["entries"][1]["url"] == f"{BASE}{EVENT}/talks/roots.html"
    assert everything["lists"] == [talks]
    assert everything["events"][0]["sessions"][0]["start"] == "2024-05-04T07:00+00:00"


def test_csv_exports(published: Built) -> None:
    """A spreadsheet shows the letters as they are, and calculates nothing that an entry has."""
    data = (published.out / EVENT / "talks.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["id"] for row in rows] == ["pollination", "roots"]
    assert rows[0]["summary"] == "'=cmd|calc"
    assert rows[0]["people"] == "Ann Other; Łukasz Kåre"
    assert (published.out / "records.csv").read_bytes() == data
