"""Fixtures for tests of the pass: a small project with pydata-sphinx-theme."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from lean_photos import photo, saved
from playwright.sync_api import Error
from sphinx.cmd.build import build_main
from sphinx.locale import translators

from tests.support import picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from playwright.sync_api import Browser, Dialog, Request, Route

    from tests.support import Files

MOST_FRAMES = 600  # that a page may take to settle
# Without a limit, a page that draws nothing may never report that it is idle.
IDLE = "() => new Promise((done) => requestIdleCallback(() => requestAnimationFrame(done), {timeout: 1000}))"
HOST = "https://test.example/"
CONF = """\
project = "Small project"
author = copyright = "somebody"
version = release = "1"
extensions = ["myst_parser", "sphinx_design", "sphinx_lean"]
myst_enable_extensions = ["colon_fence"]
html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
templates_path = ["_templates"]  # without one, Sphinx writes all pages in every build
html_css_files = ["own.css"]
html_js_files = ["own.js"]
html_favicon = "_static/icon.svg"
html_theme_options = {"icon_links": [{"name": "Code", "url": "https://example.org/", "icon": "fa-brands fa-github"}]}
"""
FILES: Files = {
    "conf.py": CONF,
    "index.md": (
        "# Home\n\nThe first page.\n\n```python\nprint(1)\n```\n\n![A picture](dot.png)\n\n"
        "::::{tab-set}\n:::{tab-item} One\nFirst\n:::\n:::{tab-item} Two\nSecond\n:::\n::::\n\n"
        "```{toctree}\nplain\nsub/deep\n```\n"
    ),
    "plain.md": "# Plain\n\nA word, and another.\n",
    "sub/deep.md": "# Deep\n\n:::{card} A card\nText\n:::\n\n:::{note}\nA note.\n:::\n",
    "dot.png": picture(size=(8, 8)),
    "_templates/own.html": "",
    "_static/own.css": ".gone-rule { color: red } .bd-article p { color: rgb(1, 2, 3) } .set-by-script { top: 0 }\n",
    "_static/own.js": 'document.documentElement.classList.add("set-by-script");\n',
    "_static/icon.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
}


@dataclass
class Source:
    """A project in a separate folder."""

    folder: Path
    files: dict[str, str | bytes] = field(default_factory=lambda: dict(FILES))

    def write(self, files: Files) -> None:
        """Write some files, except unchanged ones."""
        for name, content in files.items():
            path = self.folder / "source" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content.encode() if isinstance(content, str) else content
            if not path.exists() or path.read_bytes() != data:
                path.write_bytes(data)

    def build(self, files: Files | None = None, *options: str, builder: str = "html") -> Path:
        """Write some files, build, and return the output folder; any message is an error."""
        self.write(self.files if files is None else files)
        out = self.folder / builder
        translators.clear()  # Sphinx keeps the language of the last build of a process
        trees = ["-d", str(self.folder / f"doctrees-{builder}")]
        status = build_main(["-q", "-W", "-b", builder, *trees, *options, str(self.folder / "source"), str(out)])
        assert status == 0
        return out

    def build_apart(self, seed: int, *options: str) -> Path:
        """Build in a separate process, with a hash seed."""
        self.write(self.files)
        out = self.folder / "html"
        command = [sys.executable, "-m", "sphinx", "-q", "-W", *options, str(self.folder / "source"), str(out)]
        done = subprocess.run(command, env={"PYTHONHASHSEED": str(seed)}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return out


def published(out: Path) -> Mapping[str, bytes]:
    """Return the published files of an output folder, by path."""
    kept = {path.relative_to(out).as_posix(): path for path in sorted(out.rglob("*")) if path.is_file()}
    private = (".doctrees/", ".buildinfo")
    return {name: path.read_bytes() for name, path in kept.items() if not name.startswith(private)}


def pages_of(out: Path) -> list[str]:
    """Return the paths of the pages of an output folder; themes have files for other uses in their folder."""
    found = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.html"))
    return [path for path in found if not path.startswith("_static/")]


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the built small project, which tests must not change."""
    return Source(tmp_path_factory.mktemp("lean")).build()


@dataclass
class Visit:
    """Visits a built project, served like on a static host, and records what happens."""

    browser: Browser
    out: Path
    asked: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    waiting: list[Request] = field(default_factory=list)  # what was asked for and has not come yet

    def __post_init__(self) -> None:
        self.page = self.browser.new_page()
        self.page.on("request", self._note_start)
        self.page.on("requestfinished", self._note_end)
        self.page.on("requestfailed", self._note_end)
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(f"error: {error}"))
        self.page.on("dialog", self._note_dialog)
        self.page.route("**/*", self._answer)

    def _note_start(self, request: Request) -> None:
        self.waiting.append(request)

    def _note_end(self, request: Request) -> None:
        if request in self.waiting:
            self.waiting.remove(request)

    def _note_dialog(self, dialog: Dialog) -> None:
        self.messages.append(f"ran: {dialog.message}")
        dialog.dismiss()

    def _answer(self, route: Route) -> None:
        url = route.request.url
        if not url.startswith(HOST):
            self.elsewhere.append(url)
            route.fulfill(status=200, body="", headers={"Access-Control-Allow-Origin": "*"})
            return
        path = self.out / unquote(urlsplit(url).path).removeprefix("/")
        path = path / "index.html" if path.is_dir() else path
        self.asked.append(path.relative_to(self.out).as_posix())
        if path.is_file():
            route.fulfill(path=path)
        else:
            self.messages.append(f"error: there is no {path.name}")
            route.fulfill(status=404)

    def open(self, name: str) -> None:
        """Open a page, show the first sign of use, with which more is loaded, and wait until all is there."""
        self.waiting.clear()
        self.page.goto(f"{HOST}{name}", wait_until="load")
        self.page.mouse.move(9, 9)
        self.page.mouse.move(5, 5)
        self.settle()

    def forget(self) -> None:
        """Reset to the state of a new visit."""
        self.page.evaluate("location.origin === 'null' || (localStorage.clear(), sessionStorage.clear())")
        self.page.goto("about:blank")
        self.page.context.clear_cookies()
        for notes in (self.asked, self.elsewhere, self.messages, self.waiting):
            notes.clear()

    def settle(self) -> None:
        """Wait until the page is idle and has no pending requests."""
        quiet = 0
        for _ in range(MOST_FRAMES):
            quiet = 0 if self.waiting else quiet + 1
            with suppress(Error):  # the page leads to another
                self.page.evaluate(IDLE)
            if quiet > 2:
                return
        pytest.fail(f"{self.page.url} still waits for {[request.url for request in self.waiting]}")

    @property
    def mistakes(self) -> list[str]:
        """Return the errors: failed scripts, missing files, violations of the policy."""
        signs = ("error", "Refused", "Failed", "violates", "ran:")
        return [message for message in self.messages if any(sign in message for sign in signs)]


@pytest.fixture(scope="session")
def free_visits() -> Iterator[list[Visit]]:
    """Return the visits that no test is using, because Chromium needs a second to open a new page."""
    visits: list[Visit] = []
    yield visits
    for one in visits:
        one.page.close()


@pytest.fixture
def visit(browser: Browser, free_visits: list[Visit]) -> Iterator[Callable[[Path], Visit]]:
    """Return a function that starts a visit to an output folder."""
    visits: list[Visit] = []

    def start(out: Path) -> Visit:
        one = free_visits.pop() if free_visits else Visit(browser, out)
        one.out = out
        visits.append(one)
        return one

    yield start
    for one in visits:
        one.forget()
    free_visits += visits


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    """Return a photograph."""
    return saved(photo(), "JPEG", quality=90)


@pytest.fixture(scope="module")
def icon() -> bytes:
    """Return a small image that is worth encoding because its file is larger than necessary."""
    return saved(photo((120, 80)), "PNG")
