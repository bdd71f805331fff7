"""Measures what a page loads in Chromium with a cold cache, from the network events of the browser."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tools.bench.budgets import KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, CDPSession, Page

# The phone of Lighthouse, https://github.com/GoogleChrome/lighthouse/blob/main/core/config/constants.js. is_mobile
# is off, because Chromium does not report layout shift when it emulates a mobile device.
PHONE = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 1.75, "has_touch": True}
DESKTOP = {"viewport": {"width": 1350, "height": 940}}
# Its slow connection: 1.6 Mbit/s and a round trip of 150 ms. Browsers apply the delay to each request, not to each
# handshake, so Lighthouse multiplies it by 3.75, and reserves 10 % of the bandwidth for headers.
SLOW_LINE = {
    "offline": False,
    "latency": 150 * 3.75,
    "downloadThroughput": 1.6 * 1024 * 1024 / 8 * 0.9,
    "uploadThroughput": 750 * 1024 / 8 * 0.9,
}
SLOW_CPU = 4
LATE = 0.08  # seconds of delay for scripts, images and fonts; see server.host
# Runs before all scripts of the page, and records paints and layout shifts.
WATCH = """{
  const seen = (window.seen = { shift: 0, moved: [], largest: 0 });
  const name = (node) => node?.outerHTML?.slice(0, 80) ?? node?.textContent?.trim().slice(0, 40) ?? "a removed node";
  const watch = (type, record) =>
    new PerformanceObserver((list) => list.getEntries().forEach(record)).observe({ type, buffered: true });
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
    """The result of one page load. Sizes are transferred bytes, with headers.

    ``read`` is the size after scrolling to the end; ``css`` and ``unused`` are the total and unused characters of its
    style sheets. ``others`` are addresses on other hosts, ``moved`` the start of each element that moved.
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
    """The requests of a tab."""

    requests: int = 0
    sizes: dict[str, int] = field(default_factory=dict)  # bytes by request; for a failed one, its headers
    others: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """The bytes received so far."""
        return sum(self.sizes.values())

    def listen(self, page: Page, session: CDPSession, address: str) -> None:
        """Record all requests of a tab from now on; ``address`` is that of the site."""

        def on_request(event: Mapping[str, Any]) -> None:
            url = event["request"]["url"]
            if url.startswith(address):
                self.requests += 1
            elif not url.startswith(("data:", "blob:", "about:")):
                self.others.append(url)

        def on_finished(event: Mapping[str, Any]) -> None:
            self.sizes[event["requestId"]] = round(event["encodedDataLength"])

        def on_response(event: Mapping[str, Any]) -> None:
            self.sizes[event["requestId"]] = round(event["response"]["encodedDataLength"])
            if event["response"]["status"] >= 400:
                self.missing.append(event["response"]["url"])

        session.on("Network.requestWillBeSent", on_request)
        session.on("Network.loadingFinished", on_finished)
        session.on("Network.responseReceived", on_response)
        session.on("Network.webSocketCreated", lambda event: self.others.append(event["url"]))
        page.on("worker", lambda worker: self.others.append(worker.url))  # its own events are not read
        session.send("Network.enable")


def pages_of(folder: Path) -> list[str]:
    """Return the paths of the pages of a built site for readers; of the pages of entries, one of each list.

    The page for missing addresses is not among them: its links begin with the path that the site has when published.
    """
    paths = [path.relative_to(folder) for path in sorted(folder.rglob("*.html"))]
    pages: dict[Path, str] = {}
    for path in paths:
        if not any(part.startswith("_") for part in path.parts) and path.name != "404.html":
            is_entry = b'class="recap-page' in (folder / path).read_bytes()
            pages.setdefault(path.parent / "entries" if is_entry else path, path.as_posix())
    return [*pages.values()]


@contextmanager
def tab(browser: Browser, view: Mapping[str, Any]) -> Iterator[tuple[Page, CDPSession]]:
    """Open a tab with its own, empty cache and storage."""
    context = browser.new_context(**view)
    context.add_init_script(WATCH)
    page = context.new_page()
    try:
        yield page, context.new_cdp_session(page)
    finally:
        context.close()


def load(browser: Browser, address: str, path: str, view: Mapping[str, Any]) -> Load:
    """Open a page of a site, wait until the network is idle, then scroll to the end."""
    traffic = Traffic()
    with tab(browser, view) as (page, session):
        traffic.listen(page, session, address)
        coverage = Coverage(session)
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        size, requests = traffic.bytes, traffic.requests
        css, unused = coverage.stop()
        page.evaluate(READ)
        page.wait_for_timeout(100)  # until requests caused by scrolling have started
        page.wait_for_load_state("networkidle")
        kind = next(kind for kind in KINDS if page.query_selector(kind.selector))
        seen = page.evaluate(PAINTED)
    others, missing, moved = map(tuple, (traffic.others, traffic.missing, seen["moved"]))
    return Load(path, kind, size, requests, traffic.bytes, others, missing, seen["shift"], moved, css, unused)


@dataclass(frozen=True)
class Paint:
    """The first and the largest contentful paint on a slow phone, in milliseconds."""

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
    """The used parts of the style sheets of a page."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._sizes: dict[str, int] = {}
        session.on("CSS.styleSheetAdded", self._add_sheet)
        for method in ("DOM.enable", "CSS.enable", "CSS.startRuleUsageTracking"):
            session.send(method)

    def _add_sheet(self, event: Mapping[str, Any]) -> None:
        header = event["header"]
        if header["sourceURL"] and not header["isInline"]:
            self._sizes[header["styleSheetId"]] = round(header["length"])

    def stop(self) -> tuple[int, int]:
        """Return the number of characters in all style sheets, and the number of unused ones."""
        rules = self._session.send("CSS.stopRuleUsageTracking")["ruleUsage"]
        ranges: dict[str, list[tuple[int, int]]] = {}
        for rule in rules:
            if rule["used"] and rule["styleSheetId"] in self._sizes:
                span = (round(rule["startOffset"]), round(rule["endOffset"]))
                ranges.setdefault(rule["styleSheetId"], []).append(span)
        total = sum(self._sizes.values())
        return total, total - sum(map(covered, ranges.values()))


def covered(ranges: Sequence[tuple[int, int]]) -> int:
    """Return the number of characters covered by ranges, which may overlap."""
    end = count = 0
    for start, stop in sorted(ranges):
        count += max(0, stop - max(start, end))
        end = max(end, stop)
    return count
