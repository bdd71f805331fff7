"""The Makefile and the scripts that it uses."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from sphinx.cmd import make_mode

ROOT = Path(__file__).parents[1]
SYSTEM_TOOLS = ("make", "sh", "awk", "cat", "chmod", "cmp", "cp", "fold", "mkdir", "rm", "sed")
PYTHONS = ("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python")

# Reports its version, and creates an environment whose Python logs its arguments.
PYTHON = """\
#!/bin/sh
case "$*" in
    *"import sys"*) echo "{version} {able}" ;;
    --version) echo "Python {version}" ;;
    "-m venv .venv")
        mkdir -p .venv/bin
        printf '#!/bin/sh\\nprintf "%%s\\\\n" "$*" >>calls\\n[ "$1" = -c ] || [ ! -e broken ]\\n' >.venv/bin/python
        printf '#!/bin/sh\\nprintf "<%%s>" "$@" >>commands\\n' >.venv/bin/sphinx-recaps
        : >.venv/bin/lint-imports
        chmod +x .venv/bin/*
        exit {status} ;;
    *) exit 1 ;;
esac
"""


@dataclass(frozen=True)
class Clone:
    """A clone in a folder with a space in its name, on a system with only the installed Pythons."""

    folder: Path
    bin: Path

    def install(self, name: str, version: str, *, venv: str = "yes") -> None:
        """Install an interpreter; ``venv`` is yes, no (the module is missing) or broken (it fails)."""
        able, status = "no" if venv == "no" else "yes", int(venv == "broken")
        self.script(name, PYTHON.format(version=version, able=able, status=status))

    def script(self, name: str, text: str) -> None:
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)

    def make(self, *arguments: str, program: str = "make", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / program), *arguments],
            cwd=self.folder,
            env={"PATH": str(self.bin), "LC_ALL": "C", **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def pip_calls(self) -> list[str]:
        """Return the calls of pip since the last time."""
        log = self.folder / "calls"
        calls = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [call for call in calls if call.startswith("-m pip")]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    folder, programs = tmp_path / "a clone", tmp_path / "bin"
    programs.mkdir()
    for tool in SYSTEM_TOOLS:
        path = shutil.which(tool)
        assert path
        (programs / tool).symlink_to(path)
    folder.mkdir()
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "tools", folder / "tools")
    return Clone(folder, programs)


def messages(result: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the lines of the error stream, without make's own."""
    return [line for line in result.stderr.splitlines() if not line.startswith("make: ***")]


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
