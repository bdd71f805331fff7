"""What a page loads, in Chromium with a cold cache: read from the browser's own record of the network."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tools.bench.budgets import KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, CDPSession, Page

# The phone of Lighthouse, https://github.com/GoogleChrome/lighthouse/blob/main/core/config/constants.js. It is not
# declared to be one (is_mobile): a Chromium that emulates a mobile device notes no layout shift at all.
PHONE = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 1.75, "has_touch": True}
DESKTOP = {"viewport": {"width": 1350, "height": 940}}
# Its slow line, 1.6 Mbit/s and 150 ms there and back, as one sets it in a browser: there a delay counts once for each
# request and not for each handshake, so Lighthouse multiplies it by 3.75, and leaves 10 % of the line to headers.
SLOW_LINE = {
    "offline": False,
    "latency": 150 * 3.75,
    "downloadThroughput": 1.6 * 1024 * 1024 / 8 * 0.9,
    "uploadThroughput": 750 * 1024 / 8 * 0.9,
}
SLOW_CPU = 4
LATE = 0.08  # seconds by which scripts, pictures and fonts come after the page: see server.host
# Runs before any script of the page, and notes what is painted and what moves.
WATCH = """{
  const seen = (window.seen = { shift: 0, moved: [], largest: 0 });
  const name = (node) => node?.outerHTML?.slice(0, 80) ?? node?.textContent?.trim().slice(0, 40) ?? "what is gone";
  const watch = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  watch("layout-shift", ({ hadRecentInput, value, sources }) => {
    if (hadRecentInput) return;
    seen.shift += value;
    seen.moved.push(...sources.map(({ node }) => name(node)));
  });
  watch("largest-contentful-paint", (entry) => { seen.largest = entry.startTime; });
}"""
READ = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
    scrollTo({ top: y, behavior: "instant" });
    await new Promise(requestAnimationFrame);
  }
}"""
PAINTED = """() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done({
  first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0, ...window.seen }), 50)))"""


@dataclass(frozen=True)
class Load:
    """What one visit of a page loaded. Sizes are bytes on the wire, with headers.

    ``read`` is the size once a reader scrolled to the end; ``css`` and ``unused`` are the characters of its style
    sheets, and those of them that nothing on the page used. ``others`` are addresses on other hosts,
    ``moved`` the beginnings of the elements that moved.
    """

    path: str
    kind: Kind
    bytes: int
    requests: int
    read: int
    others: tuple[str, ...]
    missing: tuple[str, ...]
    shift: float
    moved: tuple[str, ...]
    css: int
    unused: int


@dataclass
class Traffic:
    """What a tab has asked for so far."""

    requests: int = 0
    sizes: dict[str, int] = field(default_factory=dict)  # bytes by request; of one that was refused, its headers
    others: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """The bytes that have come so far."""
        return sum(self.sizes.values())

    def listen(self, page: Page, session: CDPSession, address: str) -> None:
        """Note everything that a tab asks for from now on; ``address`` is that of the site."""

        def asked(event: Mapping[str, Any]) -> None:
            url = event["request"]["url"]
            if url.startswith(address):
                self.requests += 1
            elif not url.startswith(("data:", "blob:", "about:")):
                self.others.append(url)

        def arrived(event: Mapping[str, Any]) -> None:
            self.sizes[event["requestId"]] = round(event["encodedDataLength"])

        def answered(event: Mapping[str, Any]) -> None:
            self.sizes[event["requestId"]] = round(event["response"]["encodedDataLength"])
            if event["response"]["status"] >= 400:
                self.missing.append(event["response"]["url"])

        session.on("Network.requestWillBeSent", asked)
        session.on("Network.loadingFinished", arrived)
        session.on("Network.responseReceived", answered)
        session.on("Network.webSocketCreated", lambda event: self.others.append(event["url"]))
        page.on(
            "worker", lambda worker: self.others.append(worker.url)
        )  # it has a record of its own, which is not read
        session.send("Network.enable")


def pages_of(folder: Path) -> list[str]:
    """Return the paths of the pages of a built site that a reader can come to."""
    paths = [path.relative_to(folder) for path in sorted(folder.rglob("*.html"))]
    return [path.as_posix() for path in paths if not any(part.startswith("_") for part in path.parts)]


@contextmanager
def tab(browser: Browser, view: Mapping[str, Any]) -> Iterator[tuple[Page, CDPSession]]:
    """Open a tab with a cache and storage of its own, empty at first."""
    context = browser.new_context(**view)
    context.add_init_script(WATCH)
    page = context.new_page()
    try:
        yield page, context.new_cdp_session(page)
    finally:
        context.close()


def load(browser: Browser, address: str, path: str, view: Mapping[str, Any]) -> Load:
    """Open a page of a site, wait until it asks for nothing more, then read it to its end."""
    traffic = Traffic()
    with tab(browser, view) as (page, session):
        traffic.listen(page, session, address)
        coverage = Coverage(session)
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        size, requests = traffic.bytes, traffic.requests
        css, unused = coverage.stop()
        page.evaluate(READ)
        page.wait_for_timeout(100)  # for what scrolling asked for to be on its way
        page.wait_for_load_state("networkidle")
        kind = next(kind for kind in KINDS if page.query_selector(kind.selector))
        seen = page.evaluate(PAINTED)
    others, missing, moved = map(tuple, (traffic.others, traffic.missing, seen["moved"]))
    return Load(path, kind, size, requests, traffic.bytes, others, missing, seen["shift"], moved, css, unused)


@dataclass(frozen=True)
class Paint:
    """When a slow phone painted something for the first time, and its largest part; milliseconds."""

    first: float
    largest: float


def paint(browser: Browser, address: str, path: str) -> Paint:
    """Open a page on a slow phone."""
    with tab(browser, PHONE) as (page, session):
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_LINE)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        seen = page.evaluate(PAINTED)
        return Paint(seen["first"], seen["largest"])


class Coverage:
    """Which parts of its style sheets a page uses."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._sizes: dict[str, int] = {}
        session.on("CSS.styleSheetAdded", self._note)
        for method in ("DOM.enable", "CSS.enable", "CSS.startRuleUsageTracking"):
            session.send(method)

    def _note(self, event: Mapping[str, Any]) -> None:
        header = event["header"]
        if header["sourceURL"] and not header["isInline"]:
            self._sizes[header["styleSheetId"]] = round(header["length"])

    def stop(self) -> tuple[int, int]:
        """Return how many characters the style sheets have, and how many of them no element has needed so far."""
        rules = self._session.send("CSS.stopRuleUsageTracking")["ruleUsage"]
        ranges: dict[str, list[tuple[int, int]]] = {}
        for rule in rules:
            if rule["used"] and rule["styleSheetId"] in self._sizes:
                span = (round(rule["startOffset"]), round(rule["endOffset"]))
                ranges.setdefault(rule["styleSheetId"], []).append(span)
        total = sum(self._sizes.values())
        return total, total - sum(map(covered, ranges.values()))


def covered(ranges: Sequence[tuple[int, int]]) -> int:
    """Return how many characters some ranges cover, which may overlap."""
    end = count = 0
    for start, stop in sorted(ranges):
        count += max(0, stop - max(start, end))
        end = max(end, stop)
    return count
