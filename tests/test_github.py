"""Issue forms, pull request template, code owners and updates match the records and the files."""

from __future__ import annotations

import re
import subprocess
import tomllib
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import pytest
import yaml
from pydantic.fields import FieldInfo
from sphinx_recaps.data.records import KINDS, Catalogue, Entry, Link

from tests.workflows import ROOT
from tools import issue_forms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GITHUB = ROOT / ".github"
FORMS = ["add-entry.yml", "correct-fact.yml", "dead-link.yml"]


def load(path: Path) -> Any:  # noqa: ANN401 (any YAML value)
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def elements(name: str) -> list[dict[str, Any]]:
    """Return the fields of a form, without its introduction."""
    return [element for element in load(issue_forms.FOLDER / name)["body"] if element["type"] != "markdown"]


def keys(name: str) -> dict[str, dict[str, Any]]:
    """Return the fields of a form that have an id, which is a key of data files."""
    return {element["id"]: element for element in elements(name) if "id" in element}


def declared(record: type) -> Mapping[str, FieldInfo]:
    """Return the declaration of each key that authors write."""
    hints = get_type_hints(record, include_extras=True)
    declarations = {}
    for field in fields(record):
        *_, information = [part for part in get_args(hints[field.name]) if isinstance(part, FieldInfo)]
        if not information.exclude:
            declarations[field.name] = information
    return declarations


def required(record: type) -> set[str]:
    return {field.name for field in fields(record) if field.default is MISSING}


# -- Issue forms -------------------------------------------------------------------------------------------------------


def test_the_committed_forms_are_up_to_date() -> None:
    """``.venv/bin/python tools/issue_forms.py`` updates them."""
    written = {path.name: path.read_text(encoding="utf-8") for path in issue_forms.FOLDER.iterdir()}
    del written["config.yml"]
    assert written == issue_forms.forms()


def test_the_command_writes_the_forms(tmp_path: Path) -> None:
    issue_forms.main(tmp_path)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == issue_forms.forms()


def test_the_form_for_an_entry_has_a_field_for_every_key() -> None:
    """A completed form contains the whole entry, except for what no new entry has."""
    form = keys("add-entry.yml")
    assert {*form, *issue_forms.NOT_ASKED} == {"kind", *declared(Entry)}
    needed = {key for key, element in form.items() if element["validations"]["required"]}
    assert needed == {"kind", *required(Entry)} == {"kind", "id", "title"}
    assert tuple(form["kind"]["attributes"]["options"]) == KINDS


@pytest.mark.parametrize(
    ("name", "record"), [("add-entry.yml", Entry), ("correct-fact.yml", Entry), ("dead-link.yml", Link)]
)
def test_a_form_describes_keys_like_the_record(name: str, record: type) -> None:
    declarations = {**declared(record), "kind": declared(Catalogue)["kind"]}
    for key, element in keys(name).items():
        attributes, declaration = element["attributes"], declarations[key]
        assert attributes["label"] == key.replace("_", " ").capitalize()
        assert attributes["description"].removesuffix(" One on each line.") == declaration.description
        for example in declaration.examples or []:
            for text in example if isinstance(example, list) else [example]:
                assert str(text) in attributes["placeholder"]


def test_lists_are_entered_line_by_line() -> None:
    lists = {
        key
        for key, element in keys("add-entry.yml").items()
        if "One on each line." in element["attributes"]["description"]
    }
    assert lists == {"people", "topics", "part_of", "links", "sources", "transcript", "chapters"}
    assert {element["type"] for key, element in keys("add-entry.yml").items() if key in lists} == {"textarea"}
    assert keys("add-entry.yml")["links"]["attributes"]["placeholder"] == "Slides https://example.org/slides"


def test_the_form_for_a_dead_link_has_the_keys_of_a_link() -> None:
    form = keys("dead-link.yml")
    assert list(form) == list(declared(Link))
    assert {key for key, element in form.items() if element["validations"]["required"]} == required(Link)


def test_a_correction_needs_a_source() -> None:
    """Every fact on the site has one."""
    assert {key: element["validations"] for key, element in keys("correct-fact.yml").items()} == {
        "sources": {"required": True}
    }


@pytest.mark.parametrize("name", FORMS)
def test_the_form_follows_the_rules_of_github(name: str) -> None:
    """The schema does not cover these: unique labels and ids, and no reserved words as options."""
    form = elements(name)
    labels = [element["attributes"]["label"].lower() for element in form]
    assert len(set(labels)) == len(labels)
    ids = [element["id"] for element in form if "id" in element]
    assert len(set(ids)) == len(ids)
    options = [option.lower() for element in form for option in element["attributes"].get("options", [])]
    assert not set(options) & {"none", "yes", "no", "true", "false", "on", "off"}


def test_links_in_the_forms_and_the_chooser_are_valid() -> None:
    """They go to existing files, and to forums that the pages for contributors also name."""
    linked = {path for text in issue_forms.forms().values() for path in re.findall(r"\]\(\.\./blob/HEAD/(.*?)\)", text)}
    assert linked == {"CONTRIBUTING.md"}
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "contributors").glob("*.md"))
    for contact in load(issue_forms.FOLDER / "config.yml")["contact_links"]:
        assert contact["url"].rstrip("/") in pages


# -- Pull requests -----------------------------------------------------------------------------------------------------


def test_the_pull_request_template_is_short_and_names_the_licences() -> None:
    text = (GITHUB / "PULL_REQUEST_TEMPLATE.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 5
    licences = re.findall(r"\[([^]]+)\]\(LICENSE(?:-TEXT)?\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert sorted(licences) == ["BSD 3-Clause", "CC BY 4.0"]
    assert [licence for licence in licences if licence not in text] == []


def owned() -> dict[str, list[str]]:
    """Return the owners of each pattern of CODEOWNERS."""
    lines = (GITHUB / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    return {line.split()[0]: line.split()[1:] for line in lines if line and not line.startswith("#")}


def test_code_owners_cover_everything_but_pages_and_data() -> None:
    """A new folder of code, or a new file that affects what runs, needs a line."""
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines()}
    top = {path.name for path in ROOT.iterdir()} - ignored - {".git"}
    matched = {path.name for pattern in owned() for path in ROOT.glob(pattern.strip("/"))} & top
    pages = {name for name in top if re.fullmatch(r"recaps|contributors|LICENSE.*|[^.].*\.(md|yaml|cff)", name)}
    assert matched == top - pages
    assert [pattern for pattern in owned() if not list(ROOT.glob(pattern.strip("/")))] == []


def test_code_owners_are_valid_accounts_or_missing() -> None:
    """GitHub silently ignores invalid lines."""
    for owners in owned().values():
        assert [owner for owner in owners if not re.fullmatch(r"@[\w-]+(/[\w-]+)?|[\w.+-]+@[\w.-]+", owner)] == []


def test_the_documented_command_adds_an_owner_to_every_pattern(tmp_path: Path) -> None:
    [command] = re.findall(r"^ +(sed .*)$", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE)
    copy = tmp_path / ".github/CODEOWNERS"
    copy.parent.mkdir()
    patterns = list(owned())
    copy.write_text("".join(f"{line}\n" for line in ["# A comment about /paths", *patterns]))
    subprocess.run(["sh", "-ec", command], cwd=tmp_path, check=True)
    expected = [f"{pattern} @organisation/team" for pattern in patterns]
    assert copy.read_text().splitlines() == ["# A comment about /paths", *expected]
    assert [path.name for path in copy.parent.iterdir()] == ["CODEOWNERS"]


# -- Updates -----------------------------------------------------------------------------------------------------------


def test_dependabot_updates_locks_and_actions_weekly_in_one_pull_request_each() -> None:
    updates = load(GITHUB / "dependabot.yml")["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"uv", "github-actions"}
    for update in updates:
        assert update["directory"] == "/"
        assert update["schedule"] == {"interval": "weekly"}
        assert [group["patterns"] for group in update["groups"].values()] == [["*"]]
        assert update["cooldown"]["default-days"] >= 7


def test_dependabot_and_make_lock_compile_the_locks_alike() -> None:
    """It runs `uv pip compile` with its own options; the settings in pyproject.toml apply to both."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["pip"]
    assert {key: settings[key] for key in ("universal", "generate-hashes", "python-version")} == {
        "universal": True,
        "generate-hashes": True,
        "python-version": "3.11",
    }
    options = set(re.findall(r"--[a-z-]+", (ROOT / "tools/lock.sh").read_text().partition("pip compile")[2]))
    assert options == {"--quiet", "--output-file"}
