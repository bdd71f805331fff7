"""The records that directives use, and the JSON Schemas for editors."""

from __future__ import annotations

import json
import pickle
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from sphinx_recaps.data.loader import load, load_bytes, load_links, load_links_bytes
from sphinx_recaps.data.records import Entry, Link
from sphinx_recaps.data.schema import schemas, write_schemas

from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ROOT / "_static" / "schema"
LINKS = ROOT / "links.yaml"
DATA_FILES = sorted(path for folder in ("recaps", "contributors") for path in (ROOT / folder).rglob("*.yaml"))
FULL_ENTRY = """\
kind: keynote
entries:
  - id: A4
    title: PyTorch development in VS Code
    people: [Jeffrey Mew]
    topics: [1, NO, Compiler & Transform & Production]
    summary: One sentence.
    link: https://example.org/
    image: images/a4.png
    video: MYE01-XaSZA
    date: 2021-04-21
    duration: 15 min
    links:
      - {title: Slides, url: https://example.org/slides, archived: 2021-05-10}
    role: Engineer
    affiliation: Example
    archived: 2021-05-10
    note: ~
    sources: [https://example.org/a, {title: B, url: https://example.org/b}]
"""


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def editor_view(text: str) -> Any:  # noqa: ANN401 (any YAML value)
    """Return data as editors validate it: they do not convert dates."""
    loader = yaml.SafeLoader(text)
    loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":int"))]
        for first, resolvers in loader.yaml_implicit_resolvers.items()
    } | {first: [("tag:yaml.org,2002:int", re.compile(r"[0-9]+$"))] for first in "0123456789"}
    return loader.get_single_data()


def test_the_committed_schemas_are_up_to_date() -> None:
    """``sphinx-recaps schema --output _static/schema`` updates them."""
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()} == schemas()


def test_the_command_writes_the_schemas(tmp_path: Path) -> None:
    write_schemas(tmp_path / "schema")
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "schema").iterdir()} == schemas()


def test_the_schemas_describe_every_key() -> None:
    for text in schemas().values():
        schema = json.loads(text)
        for record in [schema, *schema["$defs"].values()]:
            assert record["additionalProperties"] is False
            assert all(key["description"] for key in record["properties"].values())


def test_the_schema_accepts_what_the_build_accepts() -> None:
    assert load_bytes(FULL_ENTRY.encode()).problems == ()
    assert list(validator("catalogue.json").iter_errors(editor_view(FULL_ENTRY))) == []


@pytest.mark.parametrize(
    "line", ["sumary: x", "people: Jo, Mai", "date: soon", "title: [a]", "links: [{title: a}]", "title: ''"]
)
def test_the_schema_rejects_what_the_build_rejects(line: str) -> None:
    text = f"kind: poster\nentries:\n  - id: A1\n    {line}\n"
    assert load_bytes(text.encode()).problems
    text = text if "title" in line.partition(":")[0] else f"{text}    title: x\n"
    assert list(validator("catalogue.json").iter_errors(editor_view(text)))


@pytest.mark.parametrize(
    "line",
    ["people: Jo", "people: Jo; Mai", "duration: 900", "duration: 15 min", "date: 2021-04-21 13:15:00 +2", "id: 5"],
)
def test_the_schema_accepts_all_forms_of_a_value(line: str) -> None:
    text = f"kind: poster\nentries:\n  - id: A1\n    title: x\n    {line}\n".replace("A1\n    title: x\n    id: ", "")
    text += "    title: x\n" if "title" not in text else ""
    assert load_bytes(text.encode()).problems == ()
    assert list(validator("catalogue.json").iter_errors(editor_view(text))) == []


LINK = "links:\n  - url: https://example.org/\n"


def test_the_schema_accepts_valid_links() -> None:
    text = f"{LINK}    archived: 20210510183000\n    checked: 2026-11-24\n    dead: true\n"
    assert load_links_bytes(text.encode()).problems == ()
    assert list(validator("links.json").iter_errors(editor_view(text))) == []


@pytest.mark.parametrize(
    "text", [f"{LINK}    died: true\n", f"{LINK}    dead: maybe\n", "links:\n  - url: a#b\n", "a: b\n"]
)
def test_the_schema_rejects_invalid_links(text: str) -> None:
    assert load_links_bytes(text.encode()).problems
    assert list(validator("links.json").iter_errors(editor_view(text)))


@pytest.mark.parametrize("path", [LINKS, *DATA_FILES], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_data_files_of_this_site_are_valid_and_name_their_schema(path: Path) -> None:
    assert (load_links(path) if path == LINKS else load(path)).problems == ()
    text = path.read_text(encoding="utf-8")
    first, _, schema = text.partition("\n")[0].partition("$schema=")
    assert first == "# yaml-language-server: "
    assert (path.parent / schema).resolve().parent == FOLDER
    assert list(validator((path.parent / schema).name).iter_errors(editor_view(text))) == []


def test_records_use_little_memory() -> None:
    """The doctrees of a large archive contain 21,700 of them."""
    entry = Entry("A4", "Title", people=("Jo",), links=(Link("Slides", "https://example.org/", "20210510"),))
    assert not hasattr(entry, "__dict__")
    assert pickle.loads(pickle.dumps(entry)) == entry


def test_each_link_has_its_archived_copy() -> None:
    entry = Entry("A4", "Title", link="https://a.org/", image="images/x.png", archived="20210510")
    assert entry.archived_copy("https://b.org/") == "https://web.archive.org/web/20210510/https://b.org/"
    assert entry.archived_copy("images/x.png") is None
    entry = Entry("A4", "Title", link="https://a.org/", archived="https://copy.org/a")
    assert entry.archived_copy("https://a.org/") == "https://copy.org/a"
    assert entry.archived_copy("https://b.org/") is None
    assert Link("a", "https://a.org/", "20210510").archived == "https://web.archive.org/web/20210510/https://a.org/"
    assert Link("a", "https://a.org/").archived is None
