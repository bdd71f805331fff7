"""The virtual environment that make creates: which Python it has, and when its packages are installed."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.clone import PYTHONS, Clone, messages, new_clone


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return new_clone(tmp_path)


# -- The choice of Python ----------------------------------------------------------------------------------------------


def test_without_python_the_message_explains_what_to_install(clone: Clone) -> None:
    result = clone.make("html")
    assert result.returncode != 0
    [sentence] = messages(result)
    assert sentence.startswith("Python 3.11 or newer is needed, and none was found: install it (")
    assert not (clone.folder / ".venv").exists()


def test_an_old_python_is_reported(clone: Clone) -> None:
    clone.install("python3", "3.9")
    clone.install("python", "2.7", venv="no")
    result = clone.make("html")
    assert result.returncode != 0
    [sentence] = messages(result)
    assert sentence.startswith(f"Python 3.11 or newer is needed, and {clone.bin}/python3 is 3.9: install it (")
    assert not (clone.folder / ".venv").exists()


@pytest.mark.parametrize(("name", "package"), [("python3", "python3-venv"), ("python3.13", "python3.13-venv")])
def test_a_missing_venv_module_is_reported(clone: Clone, name: str, package: str) -> None:
    clone.install(name, "3.13", venv="no")
    result = clone.make("html")
    assert result.returncode != 0
    [sentence] = messages(result)
    assert f"apt install {package})" in sentence
    assert not (clone.folder / ".venv").exists()


def test_a_failing_venv_is_reported_and_leaves_no_environment(clone: Clone) -> None:
    clone.install("python3", "3.13", venv="broken")
    result = clone.make("html")
    assert result.returncode != 0
    assert len(messages(result)) == 1
    assert "apt install python3-venv" in result.stderr
    assert not (clone.folder / ".venv").exists()


@pytest.mark.parametrize("suitable", PYTHONS[1:])
def test_old_pythons_and_broken_shims_are_skipped(clone: Clone, suitable: str) -> None:
    for name in PYTHONS[1:]:
        clone.script(name, "#!/bin/sh\necho not found >&2\nexit 127\n")
    clone.install("python3", "3.10")
    clone.install(suitable, "3.12")
    result = clone.make("html")
    assert result.returncode == 0, result.stderr
    assert f"Creating .venv with {clone.bin}/{suitable} (Python 3.12)" in result.stdout
    assert result.stderr == ""


def test_a_suitable_python_is_found_in_a_later_folder_of_the_path(clone: Clone) -> None:
    clone.install("python3", "3.13")
    shims = clone.folder.parent / "more shims"
    shims.mkdir()
    Clone(clone.folder, shims).install("python3", "3.9")
    result = clone.make("html", f"PATH={shims}::{clone.bin}")
    assert f"Creating .venv with {clone.bin}/python3 (Python 3.13)" in result.stdout, result.stderr


def test_a_python_that_the_locks_support_is_preferred_to_a_newer_one(clone: Clone) -> None:
    clone.install("python3", "3.15")
    clone.install("python", "2.7", venv="no")
    assert "/python3 (Python 3.15)" in clone.make("html").stdout
    shutil.rmtree(clone.folder / ".venv")
    clone.install("python3.12", "3.12")
    assert "/python3.12 (Python 3.12)" in clone.make("html").stdout


def test_the_path_of_python_can_contain_a_space(clone: Clone) -> None:
    clone.install("python3", "3.13")
    clone.install("my python", "3.14")
    clone.make("html")
    result = clone.make("html", f"PYTHON={clone.bin / 'my python'}")
    assert result.returncode == 0, result.stderr
    assert "my python (Python 3.14)" in result.stdout, "a new PYTHON must replace the environment of another"


def test_an_invalid_path_of_python_is_reported(clone: Clone) -> None:
    clone.install("python3", "3.13")
    result = clone.make("html", "PYTHON=/nowhere/python3")
    assert result.returncode != 0
    [sentence] = messages(result)
    assert "PYTHON=/nowhere/python3 does not run" in sentence


def test_the_version_check_works_with_a_real_python(clone: Clone) -> None:
    """No environment is created, because that takes seconds."""
    clone.script("python3", f'#!/bin/sh\n[ "$1" != -m ] && exec "{sys.executable}" "$@"\nexit 1\n')
    assert f"/python3 (Python {sys.version.split()[0]})" in clone.make("html").stdout
    (clone.folder / "ensurepip.py").write_text("raise ImportError")
    clone.script("python3", f'#!/bin/sh\nPYTHONPATH=. PYTHONSAFEPATH= exec "{sys.executable}" "$@"\n')
    assert "/python3 cannot create virtual environments" in clone.make("html").stderr


# -- Installing --------------------------------------------------------------------------------------------------------


def test_packages_are_installed_once_with_their_hashes_checked(clone: Clone) -> None:
    clone.install("python3", "3.13")
    clone.make("html")
    [call] = clone.pip_calls()
    assert "--require-hashes" in call
    assert call.endswith("-r requirements.txt")
    result = clone.make("html")
    assert clone.pip_calls() == []
    assert "Installing" not in result.stdout


def test_a_changed_lock_is_installed(clone: Clone) -> None:
    clone.install("python3", "3.13")
    clone.make("html")
    (clone.folder / "requirements.txt").write_text("# other\n")
    clone.pip_calls()
    clone.make("html")
    assert len(clone.pip_calls()) == 1


def test_an_interrupted_installation_is_repeated(clone: Clone) -> None:
    clone.install("python3", "3.13")
    (clone.folder / "broken").touch()
    result = clone.make("html")
    assert result.returncode != 0
    assert messages(result) == [
        "The packages could not be installed, for the reason above: run the same command again to go on."
    ]
    (clone.folder / "broken").unlink()
    clone.pip_calls()
    assert clone.make("html").returncode == 0
    assert len(clone.pip_calls()) == 1


def test_an_incomplete_environment_is_recreated(clone: Clone) -> None:
    clone.install("python3", "3.13")
    (clone.folder / ".venv/bin").mkdir(parents=True)
    (clone.folder / ".venv/bin/python").symlink_to("/bin/sh")
    (clone.folder / ".venv/begun").touch()
    assert clone.make("html").returncode == 0
    assert len(clone.pip_calls()) == 1


def test_an_environment_that_make_did_not_create_is_kept(clone: Clone) -> None:
    clone.install("python3", "3.13")
    own = clone.folder / ".venv/own"
    own.parent.mkdir()
    own.touch()
    result = clone.make("html")
    assert result.returncode != 0
    assert ".venv already exists, and make did not create it: rename it" in messages(result)[0]
    assert own.exists()


def test_an_environment_without_its_python_is_recreated(clone: Clone) -> None:
    clone.install("python3", "3.13")
    clone.make("html")
    (clone.folder / ".venv/bin/python").unlink()
    (clone.folder / ".venv/bin/python").symlink_to("/nowhere/python3")
    clone.pip_calls()
    assert clone.make("html").returncode == 0
    assert len(clone.pip_calls()) == 1
