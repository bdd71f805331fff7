"""The configuration uses address, repository and version from Read the Docs, and works without them."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    Configure = Callable[..., dict[str, Any]]

LATEST = {
    "READTHEDOCS_CANONICAL_URL": "https://recaps.example.org/en/latest/",
    "READTHEDOCS_GIT_CLONE_URL": "https://github.com/community/recaps.git",
    "READTHEDOCS_GIT_IDENTIFIER": "main",
    "READTHEDOCS_GIT_COMMIT_HASH": "1f2e3d4c5b6a",
    "READTHEDOCS_VERSION": "latest",
    "READTHEDOCS_VERSION_TYPE": "branch",
}


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Configure:
    """Return a function that runs conf.py as Sphinx does, with only these variables of Read the Docs."""

    def run(**environment: str) -> dict[str, Any]:
        for name in LATEST:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "conf.py"))

    return run


def test_a_local_build_needs_no_environment_variables(configure: Configure) -> None:
    conf = configure()
    assert conf["html_baseurl"] == ""
    assert conf["version"], "ePub does not allow an empty version"
    assert conf["release"] == "", "books would show it after the word “Release”"
    assert not conf["html_theme_options"]["use_edit_page_button"]
    assert "repository_url" not in conf["html_context"]
    assert not conf["html_context"]["preview"]


def test_the_published_site_knows_its_address_version_and_repository(configure: Configure) -> None:
    conf = configure(**LATEST)
    assert conf["html_baseurl"] == "https://recaps.example.org/en/latest/"
    assert (conf["version"], conf["release"]) == ("latest", "")
    assert conf["html_theme_options"]["use_edit_page_button"]
    context = conf["html_context"]
    assert context["repository_url"] == "https://github.com/community/recaps"
    assert context["commit_url"] == "https://github.com/community/recaps/commit/1f2e3d4c5b6a"
    # the theme's input for the address of the editor
    assert context["github_user"] == "community"
    assert context["github_repo"] == "recaps"
    assert context["github_version"] == "main"


@pytest.mark.parametrize(
    ("clone_url", "repository_url"),
    [
        ("https://github.com/community/recaps", "https://github.com/community/recaps"),
        ("https://github.com/community/recaps.git/", "https://github.com/community/recaps"),
        ("git@github.com:community/recaps.git", "https://github.com/community/recaps"),
        ("ssh://git@github.com/community/recaps.git", "https://github.com/community/recaps"),
        ("https://token@gitlab.com/group/sub/recaps.git", "https://gitlab.com/group/sub/recaps"),
        ("git@gitlab.com:group/sub/re.caps.git", "https://gitlab.com/group/sub/re.caps"),
    ],
)
def test_all_forms_of_clone_addresses_identify_the_repository(
    configure: Configure, clone_url: str, repository_url: str
) -> None:
    conf = configure(**LATEST | {"READTHEDOCS_GIT_CLONE_URL": clone_url})
    assert conf["html_context"]["repository_url"] == repository_url
    assert conf["html_theme_options"]["use_edit_page_button"]


@pytest.mark.parametrize(
    "clone_url",
    ["", "https://codeberg.org/community/recaps.git", "https://github.com.example.org/a/b", "/srv/git/recaps.git"],
)
def test_an_unknown_host_gets_no_link(configure: Configure, clone_url: str) -> None:
    conf = configure(**LATEST | {"READTHEDOCS_GIT_CLONE_URL": clone_url})
    assert "repository_url" not in conf["html_context"]
    assert not conf["html_theme_options"]["use_edit_page_button"]


def test_a_tag_has_no_edit_button(configure: Configure) -> None:
    tag = {"READTHEDOCS_VERSION_TYPE": "tag", "READTHEDOCS_VERSION": "v1", "READTHEDOCS_GIT_IDENTIFIER": "v1"}
    conf = configure(**LATEST | tag)
    assert conf["release"] == "v1"
    assert not conf["html_theme_options"]["use_edit_page_button"]
    assert conf["html_context"]["repository_url"]


def test_the_preview_of_a_pull_request_is_marked(configure: Configure) -> None:
    conf = configure(**LATEST | {"READTHEDOCS_VERSION_TYPE": "external", "READTHEDOCS_VERSION": "17"})
    assert conf["html_context"]["preview"]
    assert conf["version"] == "17"
    assert not conf["html_theme_options"]["use_edit_page_button"]
