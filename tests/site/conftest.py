"""Fixtures for tests in a real browser: tabs that record requests and errors, and addresses of served projects."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from http.server import ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from tests.site.handlers import QuietHandler, SlowHandler
from tests.support import CONF, ROOT, deep, small_project
from tools.bench.load import pages_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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
# The theme of the site, and one without styles for videos and cards.
THEMES = ["pydata_sphinx_theme", deep("basic")]
IN_ONE_THEME = pytest.mark.parametrize("videos", ["basic"], indirect=True)  # for what does not depend on the theme
# The parts of a page, by their classes: directives, tables and footnotes.
PARTS = re.compile(r"""[ "]((?:recap|sd|footnote|admonition|table|simple|field)(?:-[a-z]+)*)(?=[^<>]*>)""")
# The view of a tab, unless a test sets another one.
DEFAULT_VIEW: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 900},
    "color_scheme": "light",
    "reduced_motion": "no-preference",
    "forced_colors": "none",
}
POSTERS = "recaps/2021-ecosystem-day/posters.html"
RECAP = "recaps/2021-ecosystem-day/index.html"
MIN_NEW_PARTS = 6  # for which a further page is visited
BLANK_PAGE = "blank"
MAX_FREE_TABS = 4  # kept open for the next tests
PLAYER = "https://www.youtube-nocookie.com"
# A stand-in for the player: records its commands and, if ANSWERS is true, sends messages to the page.
PLAYER_PAGE = """<!doctype html><title>player</title><button>Pause</button><script>
const commands = [];
addEventListener("message", ({ data, source, origin }) => {
  const message = JSON.parse(data);
  if (message.event === "command") commands.push([message.func, ...message.args]);
  else if (ANSWERS) source.postMessage(JSON.stringify({ event: "initialDelivery" }), origin);
});
</script>"""
# Runs before all scripts of a page, and records layout shifts and the origins of received messages.
WATCH = """{
window.shifts = []; window.messageOrigins = [];
const name = (node) => node?.outerHTML?.slice(0, 80) ?? node?.textContent?.trim().slice(0, 40) ?? "something removed";
const note = (entries) => entries.forEach((entry) => entry.hadRecentInput ||
  window.shifts.push(`${entry.value.toFixed(5)}: ${entry.sources.map(({ node }) => name(node)).join(" | ")}`));
const observer = new PerformanceObserver((list) => note(list.getEntries()));
observer.observe({ type: "layout-shift", buffered: true });
window.flushShifts = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  note(observer.takeRecords()); done(window.shifts);
})));
addEventListener("message", ({ origin }) => window.messageOrigins.push(origin));
}"""


@dataclass
class Tab:
    """A page in the browser that records requests to other hosts, errors and missing files."""

    context: BrowserContext
    page: Page
    address: str
    allowed: tuple[str, ...] = ()  # addresses on other hosts for which the test answers
    others: list[str] = field(default_factory=list)  # requests to other hosts, all of them blocked
    errors: list[str] = field(default_factory=list)  # errors and warnings in the console, uncaught exceptions
    missing: list[str] = field(default_factory=list)  # failed requests for local files
    players: list[str] = field(default_factory=list)  # addresses of loaded players

    def set_view(self, view: Mapping[str, Any]) -> None:
        """Set the size of the window and the preferences of the reader."""
        view = {**DEFAULT_VIEW, **view}
        self.page.set_viewport_size(view.pop("viewport"))
        self.page.emulate_media(media="null", **view)

    def open(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(self.address + path)
        return self.page

    def record_request(self, request: Request) -> None:
        """Record a request to another host; Chromium cannot resolve other hosts."""
        if not request.url.startswith((self.address, "data:", "blob:", *self.allowed)):
            self.others.append(request.url)

    def reset(self) -> None:
        """Make the tab like a new one, which would take a second to open."""
        for page in self.context.pages:
            if page != self.page:
                page.close()
        self.context.unroute_all(behavior="ignoreErrors")
        self.context.clear_cookies()
        self.context.clear_permissions()
        self.page.mouse.move(0, 0)
        self.context.route(self.address + BLANK_PAGE, lambda route: route.fulfill(content_type="text/html", body=""))
        self.open(BLANK_PAGE)
        self.context.unroute_all(behavior="ignoreErrors")
        self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.allowed = ()
        for records in (self.others, self.errors, self.missing, self.players):
            records.clear()

    def close(self) -> None:
        """Close the tab, even if it has pending requests."""
        self.context.unroute_all(behavior="ignoreErrors")
        self.context.close()

    def allow_players(self, *, answering: bool = True) -> None:
        """Replace YouTube's player by a stand-in; one that does not answer simulates a player that is still loading."""
        body = PLAYER_PAGE.replace("ANSWERS", str(answering).lower())

        def play(route: Route) -> None:
            self.players.append(route.request.url)
            route.fulfill(content_type="text/html", body=body)

        self.allowed = (f"{PLAYER}/embed/",)
        self.context.route(f"{PLAYER}/embed/**", play)

    def player(self, video: Locator) -> Frame:
        """Return the loaded frame of a video's player."""
        handle = video.locator("iframe").element_handle()
        frame = handle.content_frame()
        assert frame is not None
        frame.wait_for_load_state()
        return frame

    def wait_for_answer(self) -> None:
        """Wait until a player has sent a message to the page."""
        self.page.wait_for_function("origin => window.messageOrigins.includes(origin)", arg=PLAYER)


class Browse(Protocol):
    """Opens a tab on a served folder for one test, with options of ``Browser.new_context``."""

    def __call__(self, address: str, **options: Any) -> Tab: ...


class BuildSmall(Protocol):
    """Builds a small project with the extension and a theme; returns the address where it is served."""

    def __call__(self, files: Mapping[str, str | bytes], theme: str = "basic") -> str: ...


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """Return a function that serves a folder on a free local port, and returns its address."""
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
    """Return the address of the site, served with delays."""
    return serve(built_site, SlowHandler)


@pytest.fixture(scope="session")
def site_pages(built_site: Path) -> list[str]:
    """Return the paths of all pages for readers."""
    return pages_of(built_site)


@pytest.fixture(scope="session")
def usual_pages(site_pages: list[str]) -> list[str]:
    """Return the paths of all pages, with only the first entry of each list."""
    return [path for number, path in numbered(site_pages) if number == 0]


@pytest.fixture(scope="session")
def most_pages(built_site: Path, site_pages: list[str]) -> list[str]:
    """Return the paths of all pages, with every tenth entry of each list and the one with the largest page."""
    largest: dict[str, str] = {}
    for path in sorted(site_pages, key=lambda path: (built_site / path).stat().st_size):
        largest[posixpath.dirname(path)] = path
    return [path for number, path in numbered(site_pages) if number % 10 == 0 or path in largest.values()]


def numbered(pages: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield pages, each with its number among the entries of its list; other pages have the number 0."""
    seen: Counter[str] = Counter()
    for path in pages:
        folder = posixpath.dirname(path)
        yield (seen[folder] if (ROOT / f"{folder}.yaml").is_file() else 0), path
        seen[folder] += 1


@pytest.fixture(scope="session", params=["a page of each kind", deep("every page")])
def page_trees(request: pytest.FixtureRequest, built_site: Path, site_pages: list[str]) -> dict[str, BeautifulSoup]:
    """Return pages as parsed by browsers, by path; tests must not change them."""
    paths = site_pages if request.param == "every page" else varied(built_site, site_pages)
    return {path: BeautifulSoup((built_site / path).read_text(encoding="utf-8"), "html5lib") for path in paths}


def visit_pages(*paths: str) -> pytest.MarkDecorator:
    """Return a mark for a test that opens these pages every day, and most pages in the deep tests."""
    every = [[*paths], deep("most pages")]
    return pytest.mark.parametrize("visited_pages", every, indirect=True, ids=["some pages", "most pages"])


@pytest.fixture(scope="session", params=["a page of each kind", deep("most pages")])
def visited_pages(
    request: pytest.FixtureRequest, built_site: Path, site_pages: list[str], most_pages: list[str]
) -> list[str]:
    """Return the pages that a test opens: a small set that covers nearly all parts of pages, or most pages."""
    if isinstance(request.param, list):
        return request.param
    if request.param == "most pages":
        return most_pages
    return varied(built_site, site_pages)


def varied(site: Path, pages: list[str]) -> list[str]:
    """Return a small set of pages that covers nearly all parts of pages."""
    parts = {path: set(PARTS.findall((site / path).read_text())) for path in pages}
    visited: list[str] = []
    missing = set().union(*parts.values())
    while True:
        path = max(pages, key=lambda path: len(parts[path] & missing))
        if len(parts[path] & missing) < MIN_NEW_PARTS:
            return visited
        visited.append(path)
        missing -= parts[path]


@pytest.fixture(scope="session")
def build_small(share: Share, serve: Callable[[Path], str]) -> BuildSmall:
    """Return a function that builds and serves a small project; equal projects are built once."""

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
    """Open a tab on a served folder, with options of a context; requests to other hosts are blocked and recorded."""
    context = browser.new_context(**{"viewport": DEFAULT_VIEW["viewport"], **options})
    context.set_default_timeout(30_000)
    context.add_init_script(WATCH)
    tab = Tab(context, context.new_page(), address)

    def record_message(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            tab.errors.append(f"{message.type}: {message.text}")

    def record_failure(response: Response) -> None:
        if response.status >= 400:
            tab.missing.append(f"{response.status} {response.url}")

    context.on("request", tab.record_request)
    tab.page.on("websocket", lambda socket: tab.others.append(socket.url))
    tab.page.on("pageerror", lambda error: tab.errors.append(f"exception: {error}"))
    tab.page.on("console", record_message)
    tab.page.on("response", record_failure)
    return tab


@pytest.fixture(scope="session")
def free_tabs() -> Iterator[dict[str, Tab]]:
    """Return the tabs that no test is using, by the options that cannot change."""
    tabs: dict[str, Tab] = {}
    yield tabs
    for tab in tabs.values():
        tab.close()


@pytest.fixture
def browse(browser: Browser, free_tabs: dict[str, Tab]) -> Iterator[Browse]:
    """Return a function that opens a tab for one test, or reuses one of an earlier test."""
    used: list[tuple[str, Tab]] = []

    def browse(address: str, **options: Any) -> Tab:
        view = {name: options.pop(name) for name in DEFAULT_VIEW if name in options}
        key = repr(sorted(options.items()))
        tab = free_tabs.pop(key) if key in free_tabs else open_tab(browser, address, **options)
        tab.address = address
        tab.set_view(view)
        used.append((key, tab))
        return tab

    yield browse
    for key, tab in used:
        if key in free_tabs:
            tab.close()
        else:
            tab.reset()
            free_tabs[key] = tab
    while len(free_tabs) > MAX_FREE_TABS:
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
