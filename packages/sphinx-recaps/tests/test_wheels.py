"""The wheels in an empty environment: another community builds its site, in its language and on its theme."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.deep

PACKAGES = {"sphinx-recaps": "sphinx_recaps", "sphinx-lean": "sphinx_lean"}
SAMPLE = Path(__file__).with_name("orchid_days")
BUILDERS = ["html", "dirhtml", "singlehtml", "epub", "latex", "text", "man", "gettext", "linkcheck"]
CACHES = re.compile(r"__pycache__|\.pyc$")


def run(*command: str | Path, cwd: Path = ROOT, status: int = 0, **environment: str) -> str:
    """Run a command without the environment of the tests, and return its output."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**inherited, "NO_COLOR": "1"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout[-10_000:]
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the sdist of each package, and the wheel built from it."""
    folder = tmp_path_factory.mktemp("dist")
    for name in PACKAGES:
        run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT / "packages" / name)
    return folder


@pytest.fixture(scope="module")
def programs(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bin folder of an environment with the two wheels, and the dependencies of this environment."""
    folder = tmp_path_factory.mktemp("wheels") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin/python"
    wheels = sorted(dist.glob("*.whl"))
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-index", "--no-deps", *wheels)
    packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    # Python does not read .pth files in this folder, so the editable installs are not used.
    packages.joinpath("dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    for module in PACKAGES.values():
        place = run(python, "-c", f"import {module}; print({module}.__file__)").strip()
        assert Path(place).is_relative_to(folder), place
    return folder / "bin"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the sample project."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "garten", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.fixture
def proxy() -> Iterator[str]:
    """Yield the address of a proxy that answers every request itself."""

    class Everything(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        do_GET = do_HEAD  # noqa: N815 (the name is given by http.server)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Everything)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


# -- The files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "module"), PACKAGES.items())
def test_wheel_and_sdist_hold_the_package_and_nothing_else(dist: Path, name: str, module: str) -> None:
    """This includes templates, style sheets, scripts, pictures and translations, but no tests and caches."""
    source = ROOT / "packages" / name
    files = {path.relative_to(source / "src").as_posix() for path in source.glob("src/**/*") if path.is_file()}
    files = {path for path in files if not CACHES.search(path)}
    assert f"{module}/py.typed" in files
    [wheel] = dist.glob(f"{module}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        members = {path for path in archive.namelist() if not path.endswith("/")}
        about = {path.partition("/")[2] for path in members if ".dist-info/" in path}
        [scripts] = [archive.read(path) for path in members if path.endswith("entry_points.txt")] or [b""]
    assert {path for path in members if ".dist-info/" not in path} == {path for path in files if "LICENSE" not in path}
    licences = {"licenses/LICENSE", *(f"licenses/src/{path}" for path in files if path.endswith("LICENSE"))}
    assert about - {"entry_points.txt"} == {"METADATA", "WHEEL", "RECORD", *licences}
    assert (b"sphinx-recaps = sphinx_recaps.cli:main" in scripts) == (name == "sphinx-recaps")
    [sdist] = dist.glob(f"{module}-*.tar.gz")
    with tarfile.open(sdist) as tar:
        inside = {member.name.partition("/")[2] for member in tar.getmembers() if member.isfile()}
    beside = {"CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml", "PKG-INFO"}
    beside |= {"GUIDE.md", "POLICY.md", "STYLES.md"} if name == "sphinx-lean" else set()
    assert inside - {".gitignore"} == {f"src/{path}" for path in files} | beside


def test_the_distributions_pass_the_checks_for_publication(dist: Path) -> None:
    """The metadata is complete, the README can be rendered, and the wheels are well-formed."""
    files = sorted(dist.iterdir())
    run(sys.executable, "-m", "twine", "check", "--strict", *files)
    wheels = [path for path in files if path.suffix == ".whl"]
    run(sys.executable, "-m", "check_wheel_contents", *wheels)


def test_neither_package_mentions_pytorch(dist: Path) -> None:
    for wheel in dist.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            files = [path for path in archive.namelist() if b"pytorch" in archive.read(path).lower()]
        assert files == []


# -- Another community -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("builder", "theme"), [(name, "alabaster") for name in BUILDERS] + [(name, "furo") for name in BUILDERS[:3]]
)
def test_another_community_builds_its_site(programs: Path, project: Path, proxy: str, builder: str, theme: str) -> None:
    """It is in German, mixes MyST and reStructuredText, and builds without warnings."""
    options = ["-q", "-W", "--keep-going", "-n", "-j", "2", "-b", builder, "-D", f"html_theme={theme}"]
    folders = ["-d", "../doctrees", ".", "../out"]
    printed = run(programs / "python", "-m", "sphinx", *options, *folders, cwd=project, http_proxy=proxy)
    assert re.sub(r"(?m)^\(.*\) (ok|redirect|-ignored-).*\n?", "", printed).strip() == ""
    out = project.parent / "out"
    if builder in {"html", "dirhtml"}:
        home = (out / "index.html").read_text(encoding="utf-8")
        assert re.search(r'<html[^>]* lang="de"', home)
        assert "Wer bestäubt wen?" in "".join(path.read_text(encoding="utf-8") for path in out.rglob("*.html"))
    if builder == "linkcheck":
        checked = (out / "output.json").read_text(encoding="utf-8")
        assert re.search(r'"working".*"http://garten.example/2024/programm"', checked)


NO_GIT = "not compared with the main branch, because this is not a Git checkout"
PLANTED = {  # lines that begin with ! are mistakes
    "mitmachen.rst": [
        "",
        "!.. youtube:: https://www.youtube.com/@garten",
        "   :title: Kanal",
        "",
        "!:recap:poster:`P9`",
    ],
    "tage/2024-orchideentage/vortraege.md": ["", "!{recap:session}`dueft`", "", "![verloren](nirgends.md)"],
    "tage/2024-orchideentage/poster.yaml": ["  - id: P4", "!    titel: Falsch", "!  - id: P1", "    title: Doppelt"],
    "tage/2024-orchideentage/event.yaml": ["!ende: 2024-03-17"],
    "links.yaml": ["!  - url: garten.example"],
}


def test_each_mistake_is_reported_at_its_line(programs: Path, project: Path) -> None:
    """The mistakes are in pages of both syntaxes and in data files, and nothing else is reported."""
    expected = {"tage/2024-orchideentage/event.yaml:15"}  # the number of posters, which is now too low
    for name, lines in PLANTED.items():
        before = (project / name).read_text(encoding="utf-8")
        (project / name).write_text(before + "".join(f"{line.lstrip('!')}\n" for line in lines), encoding="utf-8")
        first = before.count("\n") + 1
        expected |= {f"{name}:{number}" for number, line in enumerate(lines, first) if line.startswith("!")}
    printed = run(programs / "sphinx-recaps", "check", "garten", cwd=project.parent, status=1)
    places = re.findall(r"(?m)^garten/(\S+?:\d+)(?::\d+)?: (?:WARNING|ERROR): ", printed)
    assert set(places) == expected, printed
    counted = f"{len(places)} mistakes in {len(PLANTED)} files, of 5 pages and 4 data files"
    assert printed.endswith(f"\n{counted}; {NO_GIT}.\n")
    assert "did you mean `title`?" in printed


def test_a_new_event_and_a_new_page_build_immediately(programs: Path, project: Path) -> None:
    """The command has its templates from the wheel, and finds the folder of events."""
    command = programs / "sphinx-recaps"
    created = run(command, "new", "recap", "Orchideentage 2025: Übersee", "2025-03-14", cwd=project)
    assert "Created tage/2025-orchideentage-ubersee/index.md" in created
    run(command, "new", "page", "Gießen & Düngen", cwd=project)
    assert "No mistakes in " in run(command, "check", cwd=project)
    run(command, "schema", "--output", "schema", cwd=project)
    assert len(list((project / "schema").iterdir())) == 4


def test_the_quick_start_of_the_readme_works(programs: Path, tmp_path: Path) -> None:
    """The test runs its commands unchanged, in an empty folder."""
    text = (ROOT / "packages/sphinx-recaps/README.md").read_text(encoding="utf-8")
    quick_start = text.partition("## What it adds")[0]
    blocks = dict(re.findall(r"```(python|markdown|sh)\n(.*?)```", quick_start, re.DOTALL))  # the last of each
    (tmp_path / "conf.py").write_text(blocks["python"], encoding="utf-8")
    (tmp_path / "index.md").write_text(blocks["markdown"], encoding="utf-8")
    commands = blocks["sh"].replace("sphinx-build", "python -m sphinx -n")
    printed = run("sh", "-ec", commands, cwd=tmp_path, PATH=f"{programs}:{os.environ['PATH']}")
    assert f"No mistakes in 5 pages and 4 data files; {NO_GIT}." in printed
    assert "Orchid Days 2024" in (tmp_path / "_build/html/index.html").read_text(encoding="utf-8")
    assert "orphan" not in (tmp_path / "2024-orchid-days/index.md").read_text(encoding="utf-8")
