"""The targets of the Makefile."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from sphinx.cmd import make_mode

from tests.clone import ROOT, Clone, new_clone


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return new_clone(tmp_path)


def targets() -> list[str]:
    match = re.search(r"^TARGETS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert match
    return match[1].split()


# -- make help ---------------------------------------------------------------------------------------------------------


def test_help_describes_every_target(clone: Clone) -> None:
    lines = clone.make("help").stdout.splitlines()
    described = {match[1]: match[2] for line in lines if (match := re.fullmatch(r"  ([\w-]+) +(\S.*)", line))}
    assert [name for name in targets() if not described.get(name)] == []
    assert {
        "html",
        "livehtml",
        "check",
        "new-recap",
        "new-page",
        "images",
        "test",
        "lint",
        "bench",
        "lighthouse",
        "linkcheck",
        "archive-links",
        "epub",
        "clean",
        "lock",
    } <= set(targets())


def test_plain_make_is_make_help(clone: Clone) -> None:
    assert clone.make().stdout == clone.make("help").stdout


def test_help_lists_the_builders_of_sphinx(clone: Clone) -> None:
    broken_in_the_theme = {"json", "pickle"}
    need_more_settings = {"coverage", "doctest", "latexpdfja"}
    sphinx = {name for _, name, _ in make_mode.BUILDERS}
    words = set(clone.make("help").stdout.split())
    assert sphinx - words == broken_in_the_theme | need_more_settings


@pytest.mark.parametrize("builder", ["dirhtml", "gettext", "epub", "linkcheck"])
def test_each_builder_has_its_own_output_and_doctrees(clone: Clone, builder: str) -> None:
    clone.install("python3", "3.13")
    assert clone.make(builder).returncode == 0
    build = (clone.folder / "calls").read_text().splitlines()[-1]
    assert build.startswith(f"-m sphinx -M {builder} . _build -d _build/doctrees/{builder} -W --keep-going -n -j auto")


@pytest.mark.parametrize(
    ("target", "variables", "called"),
    [
        ("check", [], "<check><.><--cache><_build/doctrees/check>"),
        ("images", [], "<images><.>"),
        ("archive-links", [], "<archive-links><.><--cache><_build/doctrees/links>"),
        ("archive-links", ["AGAIN=1"], "<archive-links><.><--cache><_build/doctrees/links><--again>"),
        ("archive-links", ["DEAD=1"], "<archive-links><.><--cache><_build/doctrees/links><--dead>"),
        (
            "new-recap",
            ["NAME=-An \"event\" for `you`; 'me'", "DATE=2021-12-02"],
            "<new><recap><--folder><recaps><--><-An \"event\" for `you`; 'me'><2021-12-02>",
        ),
        ("new-recap", ["DATE=2021-12-02"], "<new><recap><--folder><recaps><--><><2021-12-02>"),
        ("new-page", ["NAME=Mailing lists"], "<new><page><--folder><contributors><--><Mailing lists>"),
        ("new-page", [], "<new><page><--folder><contributors><--><>"),
    ],
)
def test_make_passes_its_variables_to_the_commands_of_the_extension(
    clone: Clone, target: str, variables: list[str], called: str
) -> None:
    """The shell does not interpret them, and environment variables of the same name are ignored."""
    clone.install("python3", "3.13")
    result = clone.make(target, *variables, NAME="of the environment")
    assert result.returncode == 0, result.stderr
    assert (clone.folder / "commands").read_text() == called


@pytest.mark.parametrize(("variables", "arguments"), [([], "12 3"), (["RUNS=1", "VERSION=13"], "13 1")])
def test_lighthouse_gets_its_version_and_number_of_runs(clone: Clone, variables: list[str], arguments: str) -> None:
    clone.install("python3", "3.13")
    assert clone.make("lighthouse", *variables).returncode == 0
    assert (clone.folder / "calls").read_text().splitlines()[-1] == f"-m tools.lighthouse {arguments}"


def test_the_live_site_has_its_own_folder_and_does_not_watch_the_output(clone: Clone) -> None:
    clone.install("python3", "3.13")
    assert clone.make("livehtml").returncode == 0
    call = (clone.folder / "calls").read_text().splitlines()[-1]
    assert call.startswith("-m sphinx_autobuild . _build/livehtml -d _build/doctrees/livehtml")
    assert "--open-browser" in call
    assert "--ignore _build" in call


@pytest.mark.parametrize("name", ["htlm", "tests", "tools"])
def test_an_unknown_target_is_rejected_before_anything_is_installed(clone: Clone, name: str) -> None:
    clone.install("python3", "3.13")
    (clone.folder / "tests").mkdir()
    result = clone.make(name)
    assert result.returncode != 0
    assert f'"{name}" is neither a target nor a builder' in result.stderr
    assert not (clone.folder / ".venv").exists()


def test_a_changed_extension_rebuilds_all_pages(clone: Clone) -> None:
    clone.install("python3", "3.13")
    pickle = clone.folder / "_build/doctrees/html/environment.pickle"
    module = clone.folder / "packages/sphinx-recaps/src/sphinx_recaps/video/directive.py"
    for path in (pickle, module):
        path.parent.mkdir(parents=True)
        path.touch()
    os.utime(module, (1, 1))
    clone.make("html")
    assert pickle.exists()
    os.utime(pickle, (1, 1))
    os.utime(module)
    clone.make("html")
    assert not pickle.exists()


def test_the_packages_of_the_repository_are_installed_once(clone: Clone) -> None:
    """They are installed with the first .venv, and again when the metadata of a package changes."""
    clone.install("python3", "3.13")
    package = clone.folder / "packages/sphinx-own/pyproject.toml"
    package.parent.mkdir(parents=True)
    package.write_text("[project]\n")
    clone.make("html")
    assert [call for call in clone.pip_calls() if call.endswith("-e packages/sphinx-own")]
    clone.make("html")
    assert clone.pip_calls() == []
    package.write_text('[project]\nname = "sphinx-own"\n')
    clone.make("html")
    assert [call for call in clone.pip_calls() if call.endswith("-e packages/sphinx-own")]


# -- make test ---------------------------------------------------------------------------------------------------------


def test_make_test_installs_its_tools_and_runs_all_checks(clone: Clone) -> None:
    clone.install("python3", "3.13")
    clone.make("html")
    clone.pip_calls()
    result = clone.make("test")
    assert result.returncode == 0, result.stderr
    calls = [call for call in (clone.folder / "calls").read_text().splitlines() if not call.startswith("-c")]
    expected = ["-m pip install", "tests/browser.py", "-m ruff check", "-m ruff format --check", "-m mypy --strict"]
    expected.append("-m pytest -n 2")  # without getconf
    assert [call[: len(start)] for call, start in zip(calls, expected, strict=True)] == expected
    assert calls[0].endswith("--require-hashes -r requirements-dev.txt")


def test_ci_runs_only_make_test_from_any_folder(clone: Clone, tmp_path: Path) -> None:
    shutil.copytree(ROOT / ".ci", clone.folder / ".ci")
    (clone.bin / "dirname").symlink_to(shutil.which("dirname") or "dirname")
    (clone.bin / "make").unlink()
    clone.script("make", '#!/bin/sh\nprintf "%s\\n" "$PWD" "$@" >>log\nexit 3\n')
    result = subprocess.run(
        [shutil.which("bash") or "bash", "a clone/.ci/run"],
        cwd=tmp_path,
        env={"PATH": str(clone.bin), "CI": "true"},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert result.returncode == 3, "the exit code of make must be that of the run"
    assert (clone.folder / "log").read_text().splitlines() == [str(clone.folder), "test"]
    assert os.access(ROOT / ".ci/run", os.X_OK)
