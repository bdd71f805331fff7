"""Pages are shown as soon as those of the theme are."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from lean_support import CONF, FILES, Source

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

PARAGRAPH = "A sentence about one of the many orchids of the garden, and where it grows.\n\n"
ROW = "| an orchid | its place |\n"
PAGE = f"# Orchids\n\n{PARAGRAPH * 4800}| Name | Place |\n| --- | --- |\n{ROW * 200}"
LINE = {"offline": False, "latency": 20, "downloadThroughput": 200_000, "uploadThroughput": 200_000}  # bytes a second
TIMES = """() => [
    performance.getEntriesByName("first-paint")[0].startTime,
    performance.getEntriesByType("navigation")[0].responseEnd,
]"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing."""


def first_paint(browser: Browser, out: Path) -> tuple[float, float]:
    """Return the time in ms until a page is shown on a slow line, with a cold cache, and until it is complete."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(out))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        context = browser.new_context()
        tab = context.new_page()
        context.new_cdp_session(tab).send("Network.emulateNetworkConditions", LINE)
        tab.goto(f"http://127.0.0.1:{server.server_port}/orchids.html", wait_until="load")
        shown, complete = tab.evaluate(TIMES)
        context.close()
        server.shutdown()
    return shown, complete


@pytest.mark.deep
def test_a_long_page_with_a_table_at_its_end_is_shown_in_time(tmp_path: Path, browser: Browser) -> None:
    """The budget is 1.2 times the time of the stock page."""
    files = {**FILES, "orchids.md": f"---\norphan: true\n---\n{PAGE}"}
    stock = Source(tmp_path / "stock").build({**files, "conf.py": f"{CONF}lean = False\n"})
    lean = Source(tmp_path / "lean").build(files)
    assert (lean / "orchids.html").stat().st_size > 400_000
    shown, complete = first_paint(browser, lean)
    assert shown <= 1.2 * first_paint(browser, stock)[0]
    assert shown < complete, "it does not wait for its end"
