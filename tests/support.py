"""Shared fixtures: small projects built with the extension, the site itself, and a browser."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias

import pytest
import yaml
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, settings
from jinja2.sandbox import SandboxedEnvironment
from PIL import Image
from playwright.sync_api import sync_playwright
from sphinx import jinja2glue, theming
from sphinx.cmd.build import build_main
from sphinx.locale import translators
from sphinx_recaps.data import yaml_reader
from sphinx_recaps.search import program as search_program

from tests.browser import FLAGS, chromium
from tests.local_service import run, service  # noqa: F401 (fixtures)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from _pytest.mark import ParameterSet
    from bs4 import Tag
    from playwright.sync_api import Browser

os.environ["NO_COLOR"] = "1"  # Sphinx colours its messages in continuous integration
signal.signal(signal.SIGINT, signal.default_int_handler)  # `make test &` ignores Ctrl-C, and so would its children

# The same few examples every day; `make test-all` tries new ones. No deadline: a busy machine is not an error.
NO_HURRY = [HealthCheck.too_slow]
settings.register_profile("everyday", max_examples=10, derandomize=True, deadline=None, suppress_health_check=NO_HURRY)
settings.register_profile("deep", max_examples=500, deadline=None, suppress_health_check=NO_HURRY, print_blob=True)
settings.load_profile("everyday")


class CachingEnvironment(SandboxedEnvironment):
    """Keeps compiled Jinja templates for the next build of this process, which halves its time."""

    compiled: ClassVar[dict[tuple[object, ...], Any]] = {}

    def compile(self, *source: Any, **options: Any) -> Any:  # noqa: ANN401 (as in the overloads of Jinja)
        """Compile a template of this source, name and file unless it was compiled in the same environment before."""
        key = (*source, *options.items(), self.template_class, *self.extensions)
        if key not in self.compiled:
            self.compiled[key] = super().compile(*source, **options)
        return self.compiled[key]


# Otherwise each small build would compile the same templates, and search the installed packages for themes.
setattr(jinja2glue, "SandboxedEnvironment", CachingEnvironment)  # noqa: B010 (not in Sphinx's public API)
setattr(theming, "entry_points", cache(entry_points))  # noqa: B010
logging.disable(logging.INFO)  # unused messages, a fifth of the time of the smallest build

Files: TypeAlias = "Mapping[str, str | bytes]"

ROOT = Path(__file__).parents[1]
NO_FILES: Files = MappingProxyType({})
CONF = """\
project = "Small project"
author = copyright = "somebody"
version, release, recap_entry_pages = "1", "1", False  # most tests are about lists
extensions = ["myst_parser", "sphinx_design", "sphinx_recaps"]
myst_enable_extensions = ["colon_fence"]
html_theme = "basic"
latex_documents = [("index", "small.tex", "Small project", "somebody", "manual")]
"""


@dataclass(frozen=True)
class Built:
    """The result of a build: output folder, messages with paths relative to the project, exit status."""

    out: Path
    messages: str
    status: int

    def text(self, name: str) -> str:
        """Return a file of the output."""
        return (self.out / name).read_text(encoding="utf-8")

    def html(self, name: str = "index.html") -> BeautifulSoup:
        """Return a page of the output, parsed as browsers do."""
        return BeautifulSoup(self.text(name), "html5lib")


def deep(*values: object) -> ParameterSet:
    """Return parameters that run only with `make test-all`, because others already cover most of their code."""
    return pytest.param(*values, marks=pytest.mark.deep)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run only every nth set of parameters of tests marked with ``one_in(n)``; ``make test-all`` runs all."""
    seen: Counter[str] = Counter()
    for item in items:
        mark = item.get_closest_marker("one_in")
        if mark and not item.get_closest_marker("deep"):
            test = item.nodeid.partition("[")[0]
            if seen[test] % mark.args[0]:
                item.add_marker(pytest.mark.deep)
            seen[test] += 1


def picture(kind: str = "PNG", size: tuple[int, int] = (320, 180)) -> bytes:
    """Return an image of one colour; ``size`` is width and height in pixels."""
    data = BytesIO()
    Image.new("RGB", size, "#336699").save(data, kind)
    return data.getvalue()


PAGEFIND = search_program.PACKAGES
# Small projects have Sphinx's own search, which is built faster, except in modules with ``SEARCHED = True``. This is so
# from the start: pytest makes what is shared by several modules before anything that belongs to one of them.
search_program.PACKAGES = ()


@pytest.fixture(autouse=True, scope="module")
def _pagefind(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if getattr(request.module, "SEARCHED", False):
            patch.setattr(search_program, "PACKAGES", PAGEFIND)
        yield


@pytest.fixture(autouse=True)
def _forget_language() -> None:
    """Sphinx keeps the language of the last build in this process."""
    translators.clear()


@pytest.fixture(params=["libyaml", deep("pure")])
def yaml_loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read data files with libyaml, in the deep tests also without it."""
    if request.param == "pure":
        monkeypatch.setattr(yaml_reader, "LOADER", yaml.BaseLoader)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")


class Project(Protocol):
    """Builds a project of a few files; without arguments, builds it again."""

    root: Path

    def __call__(self, files: Files = NO_FILES, builder: str = "html", *arguments: str, conf: str = "") -> Built:
        """Write the files, build with warnings as errors, and return the result."""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a function that builds a small project with the extension."""
    return small_project(tmp_path)


@pytest.fixture(scope="module")
def module_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a function that builds one small project for all tests of a module."""
    return small_project(tmp_path_factory.mktemp("module"))


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, module_project: Project) -> Built:
    """Return the project of a test module, its ``FILES`` with its ``CONF``, built without a message."""
    result = module_project(request.module.FILES, conf=request.module.CONF)
    assert result.messages == ""
    return result


def texts(html: Tag, selector: str) -> list[str]:
    """Return the texts of elements."""
    return [" ".join(element.get_text().split()) for element in html.select(selector)]


def small_project(folder: Path) -> Project:
    """Return a function that builds a small project in a folder."""

    class SmallProject:
        root = folder / "project"

        def __call__(self, files: Files = NO_FILES, builder: str = "html", *arguments: str, conf: str = "") -> Built:
            for name, content in {"conf.py": CONF + conf, **files}.items():
                path = self.root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                data = content.encode() if isinstance(content, str) else content
                if not path.exists() or path.read_bytes() != data:
                    path.write_bytes(data)
            out, log = folder / builder, folder / f"{builder}.log"
            log.write_text("")
            translators.clear()  # Sphinx keeps translators between builds in one process
            options = ["-q", "-W", "--keep-going", "-n", "-w", str(log), "-d", str(folder / f"doctrees-{builder}")]
            status = build_main(["-b", builder, *options, *arguments, str(self.root), str(out)])
            return Built(out, log.read_text().replace(f"{self.root}/", ""), status)

    return SmallProject()


Share: TypeAlias = "Callable[[str, Callable[[Path], object]], Path]"


@pytest.fixture(scope="session")
def share(tmp_path_factory: pytest.TempPathFactory) -> Share:
    """Return a function that returns a folder shared by all workers, filled by the first one that needs it."""
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def shared(name: str, fill: Callable[[Path], object]) -> Path:
        folder, filled = root / name, root / f"{name}.filled"
        with (root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not filled.exists():
                folder.mkdir(exist_ok=True)
                fill(folder)
                filled.touch()
        return folder

    return shared


@pytest.fixture(scope="session")
def built_site(share: Share) -> Path:
    """Return the folder of the built site, which tests must not change."""
    return share("site", lambda folder: build_site("html", folder)) / "html"


def build_site(builder: str, folder: Path) -> Path:
    """Build this site with one builder; the test fails with the messages of the build."""
    out = folder / builder
    options = ["-q", "-W", "--keep-going", "-n", "-j", "auto", "-d", str(folder / f"doctrees-{builder}")]
    command = [sys.executable, "-m", "sphinx", "-b", builder, *options, str(ROOT), str(out)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr + result.stdout
    return out


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a Chromium that makes no requests of its own.

    There is one per run, because Playwright cannot start twice in the same process.
    """
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS])
        yield running
        running.close()
