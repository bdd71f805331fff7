"""The locks contain exact versions, and the services that build the site are configured as documented."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]


def load(name: str) -> Any:  # noqa: ANN401 (any YAML value)
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_read_the_docs_builds_all_formats_and_fails_on_warnings() -> None:
    settings = load(".readthedocs.yaml")
    assert settings["version"] == 2
    assert settings["sphinx"] == {"configuration": "conf.py", "fail_on_warning": True}
    assert set(settings["formats"]) == {"epub", "pdf"}
    assert settings["python"]["install"] == [{"requirements": "requirements.txt"}]


def test_the_citation_file_is_complete() -> None:
    citation = load("CITATION.cff")
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "license", "type"} <= set(citation)
    assert citation["authors"] == [{"name": "the contributors to this site"}]


# -- The locks ---------------------------------------------------------------------------------------------------------


def locked(name: str) -> Mapping[str, str]:
    """Return the version of each package; all of them must be exact and have hashes."""
    versions = {}
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            match = re.fullmatch(r"([a-z0-9-]+)==(\S+)(?: ; [^-]+)?(?:\s+--hash=sha256:[0-9a-f]{64})+\s*", line)
            assert match, line
            versions[match[1]] = match[2]
    return versions


def test_the_tests_use_the_same_versions_as_the_site() -> None:
    site, tests = locked("requirements.txt"), locked("requirements-dev.txt")
    assert site
    assert {name: tests.get(name) for name in site} == dict(site)


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_a_lock_contains_the_requested_packages(name: str) -> None:
    requested = re.findall(r"^([\w-]+)", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
    assert {package.lower() for package in requested if not package.startswith("-")} <= set(locked(f"{name}.txt"))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_reveals_nothing_about_the_machine_that_made_it(name: str) -> None:
    text = (ROOT / name).read_text()
    assert [line for line in text.splitlines() if re.search(r"://|index-url|find-links|(^|\s)/", line)] == []
