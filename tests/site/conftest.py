"""What the tests in a real browser share: the browser, a local server, a record of what a page asked of whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import axe_playwright_python
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from tests.support import CONF, deep, small_project
from tools.bench.load import pages_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playwright.sync_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Frame,
        Locator,
        Page,
        Request,
        Response,
        Route,
    )

    from tests.support import Share

HERE = Path(__file__).parent
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# That of the site, and one that knows nothing of videos and cards.
THEMES = ["pydata_sphinx_theme", deep("basic")]
IN_ONE_THEME = pytest.mark.parametrize("videos", ["basic"], indirect=True)  # for what no theme can change
# What a page is made of: the classes of the directives, of tables and notes.
PARTS = re.compile(r"""[ "]((?:recap|sd|footnote|admonition|table|simple|field)(?:-[a-z]+)*)(?=[^<>]*>)""")
# How a tab shows pages where a test does not say otherwise.
USUAL: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 900},
    "color_scheme": "light",
    "reduced_motion": "no-preference",
    "forced_colors": "none",
}
POSTERS = "recaps/2021-ecosystem-day/posters.html"
RECAP = "recaps/2021-ecosystem-day/index.html"
FEWEST = 3  # parts that a page of a kind of its own has to have
NO_PAGE = "no-page"  # with nothing on it
MOST_TABS = 4  # that wait for the next test
PLAYER = "https://www.youtube-nocookie.com"
# Stands in for the player: notes the commands it gets and, where it is one that answers, says so to the page.
PLAYER_PAGE = """<!doctype html><title>player</title><button>Pause</button><script>
const commands = [];
addEventListener("message", ({ data, source, origin }) => {
  const message = JSON.parse(data);
  if (message.event === "command") commands.push([message.func, ...message.args]);
  else if (ANSWERS) source.postMessage(JSON.stringify({ event: "initialDelivery" }), origin);
});
</script>"""
# Marks the first two elements with words of each kind: those of a kind have the same names, classes and
# styles all the way up, and so the same colours. Returns how many that are.
MARK_KINDS = """(part) => {
  const kinds = new Map(), counts = {};
  for (const element of document.querySelectorAll(`${part}, ${part} *`)) {
    const named = `${element.localName}.${element.getAttribute("class")}.${element.getAttribute("style")}`;
    const kind = `${kinds.get(element.parentElement)}>${named}`;
    kinds.set(element, kind);
    const words = [...element.childNodes].some(({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim());
    element.toggleAttribute("data-measured", words && (counts[kind] = (counts[kind] ?? 0) + 1) <= 2);
  }
  return document.querySelectorAll("[data-measured]").length;
}"""
# Runs before any script of a page: notes what moves, and which messages reached the page.
WATCH = """{
window.shifts = []; window.heard = [];
const name = (node) => node?.outerHTML?.slice(0, 80) ?? node?.textContent?.trim().slice(0, 40) ?? "something removed";
const note = (entries) => entries.forEach((entry) => entry.hadRecentInput ||
  window.shifts.push(`${entry.value.toFixed(5)}: ${entry.sources.map(({ node }) => name(node)).join(" | ")}`));
const observer = new PerformanceObserver((list) => note(list.getEntries()));
observer.observe({ type: "layout-shift", buffered: true });
window.flushShifts = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  note(observer.takeRecords()); done(window.shifts);
})));
addEventListener("message", ({ origin }) => window.heard.push(origin));
}"""


@dataclass
class Tab:
    """A page of its own in the browser, with a note of everything that it asked for and complained about."""

    context: BrowserContext
    page: Page
    address: str
    let_in: tuple[str, ...] = ()  # what a test answers for other hosts
    others: list[str] = field(default_factory=list)  # what it asked of other hosts; all of it was refused
    complaints: list[str] = field(default_factory=list)  # errors and warnings of the console, uncaught exceptions
    missing: list[str] = field(default_factory=list)  # local files that were not there
    players: list[str] = field(default_factory=list)  # addresses that a player was loaded from

    def look(self, view: Mapping[str, Any]) -> None:
        """Show pages in a size, with the preferences of a reader."""
        view = {**USUAL, **view}
        self.page.set_viewport_size(view.pop("viewport"))
        self.page.emulate_media(media="null", **view)

    def open(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(self.address + path)
        return self.page

    def hear(self, request: Request) -> None:
        """Note what it asks of any other host; Chromium was told to find none."""
        if not request.url.startswith((self.address, "data:", "blob:", *self.let_in)):
            self.others.append(request.url)

    def forget(self) -> None:
        """Become like a new tab, which takes Chromium a second to open."""
        for page in self.context.pages:
            if page != self.page:
                page.close()
        self.context.unroute_all(behavior="ignoreErrors")
        self.context.clear_cookies()
        self.context.clear_permissions()
        self.page.mouse.move(0, 0)
        self.context.route(self.address + NO_PAGE, lambda route: route.fulfill(content_type="text/html", body=""))
        self.open(NO_PAGE)
        self.context.unroute_all(behavior="ignoreErrors")
        self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.let_in = ()
        for notes in (self.others, self.complaints, self.missing, self.players):
            notes.clear()

    def close(self) -> None:
        """Close it, whatever it is still asking for."""
        self.context.unroute_all(behavior="ignoreErrors")
        self.context.close()

    def let_players_in(self, *, answering: bool = True) -> None:
        """Put a small player in the place of YouTube's; one that does not answer is still loading, or was changed."""
        body = PLAYER_PAGE.replace("ANSWERS", str(answering).lower())

        def play(route: Route) -> None:
            self.players.append(route.request.url)
            route.fulfill(content_type="text/html", body=body)

        self.let_in = (f"{PLAYER}/embed/",)
        self.context.route(f"{PLAYER}/embed/**", play)

    def player(self, video: Locator) -> Frame:
        """Return what is in the player of a video, loaded."""
        handle = video.locator("iframe").element_handle()
        frame = handle.content_frame()
        assert frame is not None
        frame.wait_for_load_state()
        return frame

    def wait_for_answer(self) -> None:
        """Return when a player has answered the page."""
        self.page.wait_for_function("origin => window.heard.includes(origin)", arg=PLAYER)


def examine(page: Page, part: str = "html", *, alike: bool = True) -> list[str]:
    """Return what axe-core finds wrong with a page, or with a part of it: a line for each element.

    Contrast takes it four times as long as all the rest: without ``alike``, only that of a few words of each kind.
    """
    page.evaluate(AXE)
    # Off by default; Lighthouse asks for it on phones, where fingers are wide.
    fingers: bool = page.evaluate("innerWidth < 500")
    rules = {"target-size": {"enabled": fingers}, "color-contrast": {"enabled": alike}}
    violations = _violations(page, part, {"rules": rules})
    if not alike:
        assert page.evaluate(MARK_KINDS, part), f"there is no word in {part}"
        violations += _violations(page, "[data-measured]", {"runOnly": ["color-contrast"]})
    return [
        f"{rule['id']} ({rule['help']}): {node['html'][:200]}\n      {node['failureSummary']}"
        for rule in violations
        for node in rule["nodes"]
    ]


def _violations(page: Page, part: str, options: Mapping[str, Any]) -> list[dict[str, Any]]:
    everything = {"preload": False, "iframes": False, "resultTypes": ["violations"], **options}
    found: list[dict[str, Any]] = page.evaluate(
        "([part, options]) => axe.run({ include: [part] }, options).then(({ violations }) => violations)",
        [part, everything],
    )
    return found


class Browse(Protocol):
    """Opens a tab on a served folder for one test; the options are those of ``Browser.new_context``."""

    def __call__(self, address: str, **options: Any) -> Tab: ...


class BuildSmall(Protocol):
    """Builds a small project with the extension and a theme; returns the address where it is served."""

    def __call__(self, files: Mapping[str, str | bytes], theme: str = "basic") -> str: ...


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files, keeps connections open, and logs nothing."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Say that there is no icon where there is none, which the console would complain about."""
        if self.path == "/favicon.ico" and not Path(self.translate_path(self.path)).exists():
            self.send_response(HTTPStatus.NO_CONTENT)
            self.end_headers()
            return None
        return super().send_head()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (named so by the base class)
        """Say nothing: what is missing is noted by the tab."""


class SlowHandler(QuietHandler):
    """Serves pages and styles at once and the rest later, as a slow line does: what has no reserved place moves."""

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Let scripts, pictures and fonts come after the first paint."""
        if not re.search(r"(/|\.html|\.css)(\?|$)", self.path):
            sleep(0.08)
        return super().send_head()

    def end_headers(self) -> None:
        """Have nothing kept for the next page."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """Return a function that serves a folder on a free port of this machine, and gives the address."""
    servers: list[ThreadingHTTPServer] = []

    def start(folder: Path, handler: type[QuietHandler] = QuietHandler) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def site(built_site: Path, serve: Callable[[Path], str]) -> str:
    """Return the address of the site."""
    return serve(built_site)


@pytest.fixture(scope="session")
def slow_site(built_site: Path, serve: Callable[..., str]) -> str:
    """Return the address of the site on a slow line."""
    return serve(built_site, SlowHandler)


@pytest.fixture(scope="session")
def site_pages(built_site: Path) -> list[str]:
    """Return the path of every page that a reader can come to."""
    return pages_of(built_site)


@pytest.fixture(scope="session")
def page_trees(built_site: Path, site_pages: list[str]) -> dict[str, BeautifulSoup]:
    """Return all pages as browsers read them, by path; nobody may change them."""
    return {path: BeautifulSoup((built_site / path).read_text(encoding="utf-8"), "html5lib") for path in site_pages}


def look_at(*paths: str) -> pytest.MarkDecorator:
    """Return a mark for a test that opens these pages every day, and all of them in the deep tests."""
    every = [[*paths], deep("every page")]
    return pytest.mark.parametrize("visited_pages", every, indirect=True, ids=["some pages", "every page"])


@pytest.fixture(scope="session", params=["a page of each kind", deep("every page")])
def visited_pages(request: pytest.FixtureRequest, built_site: Path, site_pages: list[str]) -> list[str]:
    """Return the pages that a test opens: as few as together have nearly every part that any page has, or all."""
    if isinstance(request.param, list):
        return request.param
    if request.param == "every page":
        return site_pages
    parts = {path: set(PARTS.findall((built_site / path).read_text())) for path in site_pages}
    visited: list[str] = []
    missing = set().union(*parts.values())
    while True:
        path = max(site_pages, key=lambda path: len(parts[path] & missing))
        if len(parts[path] & missing) < FEWEST:
            return visited
        visited.append(path)
        missing -= parts[path]


@pytest.fixture(scope="session")
def build_small(share: Share, serve: Callable[[Path], str]) -> BuildSmall:
    """Return a function that builds and serves a small project; the same project is built once."""

    def build(files: Mapping[str, str | bytes], theme: str = "basic") -> str:
        conf = f"{CONF}\nhtml_theme = {theme!r}\nhtml_context = {{'default_mode': 'auto'}}\n"
        everything = {"conf.py": conf, **files}

        def fill(folder: Path) -> None:
            built = small_project(folder)(everything)
            assert built.status == 0, built.messages

        name = f"small-{sha256(repr(sorted(everything.items())).encode()).hexdigest()[:12]}"
        return serve(share(name, fill) / "html")

    return build


def open_tab(browser: Browser, address: str, **options: Any) -> Tab:
    """Open a tab on a served folder: every other host is refused, and noted. Options are those of a context."""
    context = browser.new_context(**{"viewport": USUAL["viewport"], **options})
    context.set_default_timeout(30_000)
    context.add_init_script(WATCH)
    tab = Tab(context, context.new_page(), address)

    def hear(said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            tab.complaints.append(f"{said.type}: {said.text}")

    def check(answer: Response) -> None:
        if answer.status >= 400:
            tab.missing.append(f"{answer.status} {answer.url}")

    context.on("request", tab.hear)
    tab.page.on("websocket", lambda socket: tab.others.append(socket.url))
    tab.page.on("pageerror", lambda error: tab.complaints.append(f"exception: {error}"))
    tab.page.on("console", hear)
    tab.page.on("response", check)
    return tab


@pytest.fixture(scope="session")
def free_tabs() -> Iterator[dict[str, Tab]]:
    """Return the tabs that no test uses at the moment, by the options that cannot change."""
    tabs: dict[str, Tab] = {}
    yield tabs
    for tab in tabs.values():
        tab.close()


@pytest.fixture
def browse(browser: Browser, free_tabs: dict[str, Tab]) -> Iterator[Browse]:
    """Return a function that opens a tab for one test, or takes one that an earlier test has left."""
    used: list[tuple[str, Tab]] = []

    def browse(address: str, **options: Any) -> Tab:
        view = {name: options.pop(name) for name in USUAL if name in options}
        key = repr(sorted(options.items()))
        tab = free_tabs.pop(key) if key in free_tabs else open_tab(browser, address, **options)
        tab.address = address
        tab.look(view)
        used.append((key, tab))
        return tab

    yield browse
    for key, tab in used:
        if key in free_tabs:
            tab.close()
        else:
            tab.forget()
            free_tabs[key] = tab
    while len(free_tabs) > MOST_TABS:
        free_tabs.pop(next(iter(free_tabs))).close()


def picture(wide: int, tall: int, colour: str) -> bytes:
    """Return a PNG of one colour."""
    file = BytesIO()
    Image.new("RGB", (wide, tall), colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="session", params=THEMES)
def videos(request: pytest.FixtureRequest, build_small: BuildSmall) -> str:
    """Return the address of a small project with videos, in each theme."""
    page = (HERE / "videos.md").read_text(encoding="utf-8")
    files: dict[str, str | bytes] = {
        "index.md": page,
        "text.md": "# Text\n\nNothing to watch.\n",
        "still.png": picture(640, 360, "#dde8f5"),
    }
    return build_small(files, request.param)
