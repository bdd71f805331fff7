"""The records that directives use, and the JSON Schemas for editors."""

from __future__ import annotations

import json
import pickle
import re
from runpy import run_path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from sphinx_recaps.data.loader import Allowed, load, load_bytes, load_links, load_links_bytes
from sphinx_recaps.data.names_file import load_names
from sphinx_recaps.data.records import KINDS, Catalogue, Entry, Event, Link, keys_of
from sphinx_recaps.data.schema import schemas, write_schemas
from sphinx_recaps.data.value_places import line_of

from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sphinx_recaps.data.loader import Loaded

SITE_KINDS: tuple[str, ...] = tuple(run_path(str(ROOT / "conf.py"))["recap_kinds"])
FOLDER = ROOT / "_static" / "schema"
OTHERS: dict[Path, Callable[[Path], Loaded[Any]]] = {
    ROOT / "links.yaml": load_links,
    ROOT / "people.yaml": load_names,
    ROOT / "contributors/examples/knownnames.yaml": load_names,
}
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
    """``sphinx-recaps schema --output _static/schema --kind talk`` updates them."""
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()} == schemas(SITE_KINDS)


def test_the_command_writes_the_schemas(tmp_path: Path) -> None:
    write_schemas(tmp_path / "schema")
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "schema").iterdir()} == schemas()


def test_the_schemas_describe_every_key() -> None:
    for text in schemas().values():
        schema = json.loads(text)
        for record in [schema, *schema["$defs"].values()]:
            assert record["additionalProperties"] is False
            assert all(key["description"] for key in record["properties"].values())
    entry = json.loads(schemas()["catalogue.json"])["$defs"]["Entry"]
    assert list(entry["properties"]) == keys_of(Entry)


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


@pytest.mark.parametrize("path", sorted({*OTHERS, *DATA_FILES}), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_data_files_of_this_site_are_valid_and_name_their_schema(path: Path) -> None:
    allowed = Allowed(kinds=(*KINDS, *SITE_KINDS))
    assert (OTHERS[path](path) if path in OTHERS else load(path, allowed)).problems == ()
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


WITH_MISTAKES = """\
kind: session
entries:
  - id: roots
    title: Roots
    authors:
      - Ann Other
      - Bo Li
      - ann other
      - {odd: one}
      - Cy Oz
    image: images/roots.png
    duration: soon

    topics: Soil; Water
  - {id: leaves, title: Leaves,
     authors: [Bo Li, {odd: one},
               Cy Oz]}
"""


def entries_of(text: str) -> tuple[Entry, ...]:
    content = load_bytes(text.encode()).content
    assert isinstance(content, Catalogue)
    entries: tuple[Entry, ...] = pickle.loads(pickle.dumps(content.entries))
    return entries


def test_an_entry_knows_the_lines_of_its_values() -> None:
    """Also after mistakes: the names after a duplicate or an invalid one keep their lines."""
    roots, leaves = entries_of(WITH_MISTAKES)
    assert [(name, line_of(roots, "people", name)) for name in roots.people] == [
        ("Ann Other", 6),
        ("Bo Li", 7),
        ("Cy Oz", 10),
    ]
    assert [(name, line_of(roots, "topics", name)) for name in roots.topics] == [("Soil", 14), ("Water", 14)]
    assert [line_of(roots, key) for key in ("id", "title", "image", "video")] == [3, 4, 11, 3]
    assert [line_of(leaves, "people", name) for name in leaves.people] == [16, 17]
    assert line_of(Entry("A4", "Title", ("Ann Other",)), "people", "Ann Other") == 0  # from no file


def test_a_long_entry_knows_the_lines_of_its_values() -> None:
    names = "".join(f"      - Person {number}\n" for number in range(400))
    entry, after = entries_of(
        f"kind: session\nentries:\n  - id: a\n    title: A\n    people:\n{names}  - id: b\n    title: B\n"
    )
    assert [line_of(entry, "people", f"Person {number}") for number in (0, 251, 399)] == [6, 257, 405]
    assert line_of(after, "title") == 407


def test_names_with_a_mistake_below_them_know_their_line() -> None:
    text = "kind: session\nentries:\n  - id: a\n    title: A\n    people: [Bo Li, Cy Oz, bo li]\n      - Ann Other\n"
    (entry,) = entries_of(text)
    assert [line_of(entry, "people", name) for name in entry.people] == [5, 5]
    twice = next(problem for problem in load_bytes(text.encode()).problems if "listed twice" in problem.message)
    assert (twice.line, twice.column) == (5, 28)


def test_an_event_knows_the_places_of_its_numbers_and_time_zones() -> None:
    """A value that is left out does not shift the places of the others."""
    session = "  - name: S\n    start: 2021-04-21T15:00Z\n    end: 2021-04-21T16:00Z\n"
    sessions = f"sessions:\n{session}  - odd\n{session}    timezone: PT\n"
    text = f"name: Day\nstart: 2021-04-21\nnumbers:\n  a: 1\n  b: many\n  c: 2\n{sessions}"
    event = load_bytes(text.encode()).content
    assert isinstance(event, Event)
    assert dict(zip(dict(event.numbers), event.number_lines, strict=True)) == {"a": 4, "c": 6}
    assert event.sessions[1].timezone_place == (15, 15)
    pairs = load_bytes(b"name: Day\nstart: 2021-04-21\nnumbers:\n- [a, 1]\n- [b, 2]\n").content
    assert isinstance(pairs, Event)
    assert pairs.number_lines == (4, 5)


@pytest.mark.parametrize("key", ["lines", "' lines'", "number_lines", "timezone_place", "' timezone_place'"])
@pytest.mark.parametrize("value", ["1", "["])
def test_places_are_no_keys(key: str, value: str) -> None:
    """A file cannot set them, not even with quotes around a key that starts with a space."""
    session = f"  - name: S\n    start: 2021-04-21T15:00Z\n    end: 2021-04-21T16:00Z\n    {key}: {value}\n"
    for text, count in (
        (f"kind: session\nentries:\n  - id: a\n    title: A\n    {key}: {value}\n", 1),
        (f"name: Day\nstart: 2021-04-21\n{key}: {value}\nsessions:\n{session}", 2),
    ):
        loaded = load_bytes(text.encode())
        assert loaded.content is not None
        name = key.strip("' ")
        assert sum(f"unknown key '{name}'" in problem.message for problem in loaded.problems) == count


def test_each_name_on_this_site_is_on_its_line() -> None:
    for path in DATA_FILES:
        content, lines = load(path).content, path.read_text(encoding="utf-8").splitlines()
        for entry in content.entries if isinstance(content, Catalogue) else ():
            assert all(name in lines[line_of(entry, "people", name) - 1] for name in entry.people)
            assert all(topic in lines[line_of(entry, "topics", topic) - 1] for topic in entry.topics)
