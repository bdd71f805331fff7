"""What maintainers switch on works, or the build says what is blocked and what to write. Stand-ins answer for hosts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from lean_support import CONF, FILES, HOST, Source, Visit
from sphinx_lean.pages import Page
from sphinx_lean.policy import Kind, blocked
from sphinx_lean.scripts import Scripts

from tests.support import deep

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Route, WebSocketRoute

MATHJAX, FONT, MERMAID = (
    f"https://cdn.jsdelivr.net/npm/{name}" for name in ("mathjax@4", "@mathjax/font@4", "mermaid@11.4.0/dist")
)
LOAD = "var load = (src) => document.head.append(Object.assign(document.createElement('script'), { src }));"
# The scripts of services, which do what the real ones do, by address; and the further addresses that they contact.
SERVICES = {
    "https://www.googletagmanager.com/gtag/js": """
        fetch("https://region1.google-analytics.com/g/collect", { method: "POST", mode: "no-cors" });
        new Image().src = "https://www.google-analytics.com/collect";""",
    "https://plausible.io/js/script.js": 'fetch("https://plausible.io/api/event", { method: "POST" })',
    "https://gc.zgo.at/count.js": """
        navigator.sendBeacon(document.currentScript.dataset.goatcounter);
        new Image().src = "https://me.goatcounter.com/count?image";""",
    f"{MATHJAX}/tex-mml-chtml.js": f"""{LOAD} load("{MATHJAX}/output/chtml.js"); load("{FONT}/chtml.js");
        document.head.append(Object.assign(document.createElement("style"), {{
            textContent: "@font-face {{ font-family: X; src: url({FONT}/x.woff2) }} body {{ font-family: X }}" }}));""",
    f"{MERMAID}/mermaid.esm.min.mjs": 'import "./chunks/a.mjs"; export default {}',
    "https://unpkg.com/thebe@0.8.2/lib/index.js": f"""new Function("1")(); {LOAD}
        load("https://unpkg.com/thebe@0.8.2/lib/part.js");
        new EventSource("https://mybinder.org/build/x"); new WebSocket("wss://hub.mybinder.org/x");""",
    "https://cdn.jsdelivr.net/npm/@docsearch/js@3": 'fetch("https://app1-dsn.algolia.net/1/indexes")',
    "https://matomo.example/matomo.js": 'new Image().src = "https://matomo.example/matomo.php?x"',
}
CONTACTED = {
    "https://live.example/x",
    "https://news.example/banner.html",
    "https://versions.example/switcher.json",
    "https://icons.example/logo.svg",
    f"{MATHJAX}/output/chtml.js",
    f"{FONT}/chtml.js",
    f"{FONT}/x.woff2",
    f"{MERMAID}/chunks/a.mjs",
    "https://unpkg.com/thebe@0.8.2/lib/part.js",
    "https://mybinder.org/build/x",
    "https://hub.mybinder.org/x",
    *(url for script in SERVICES.values() for url in re.findall(r'"(https://[^"?]+)', script)),
    "https://me.goatcounter.com/count",
    *SERVICES,
}
MATOMO = """const u = "//matomo.example/"; const g = document.createElement("script");
g.src = u + "matomo.js"; document.head.append(g);"""
SITE = f"""{CONF}
extensions.append("sphinx.ext.mathjax")
mathjax_path = "{MATHJAX}/tex-mml-chtml.js"
html_theme_options = {{
    "analytics": {{
        "google_analytics_id": "G-X",
        "plausible_analytics_domain": "test.example",
        "plausible_analytics_url": "https://plausible.io/js/script.js",
    }},
    "announcement": "https://news.example/banner.html",
    "switcher": {{"json_url": "https://versions.example/switcher.json", "version_match": "1"}},
    "check_switcher": False,
    "navbar_end": ["version-switcher", "navbar-icon-links"],
    "icon_links": [
        {{"name": "Us", "url": "https://example.org/", "icon": "https://icons.example/logo.svg", "type": "url"}}
    ],
}}
html_js_files = [
    "own.js",
    ("https://gc.zgo.at/count.js", {{"async": "async", "data-goatcounter": "https://me.goatcounter.com/count"}}),
    "https://unpkg.com/thebe@0.8.2/lib/index.js",
    "https://cdn.jsdelivr.net/npm/@docsearch/js@3",
]

def setup(app):
    app.add_js_file(None, type="module", body='import mermaid from "{MERMAID}/mermaid.esm.min.mjs"')
    app.add_js_file(None, body={MATOMO!r})
"""
ALLOWED = """lean_policy = {"script-src": "https://matomo.example/matomo.js"}\n"""
PAGES = {
    **FILES,
    "index.md": "# Home\n\nThe first page.\n\n:::{math}\na^2\n:::\n\n```{toctree}\nplain\nsub/deep\n```\n",
    "_static/own.js": 'new WebSocket("wss://live.example/x")',
}


class Guests(Visit):
    """A visit during which other hosts answer."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.page.route_web_socket(re.compile("wss:"), self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        self.elsewhere.append(socket.url.replace("wss:", "https:"))

    def _answer(self, route: Route) -> None:
        url = route.request.url.partition("?")[0]
        if url.startswith(HOST):
            super()._answer(route)
            return
        self.elsewhere.append(url)
        kinds = {".json": "application/json", ".svg": "image/svg+xml", "x": "text/event-stream"}
        kind = next((kind for end, kind in kinds.items() if urlsplit(url).path.endswith(end)), "text/javascript")
        body = {".json": "[]", ".svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"}.get(url[-5:].lstrip("o"), "")
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": kind}
        route.fulfill(status=200, body=SERVICES.get(url, body), headers=headers)


@pytest.mark.parametrize("lean", [True, deep(False)])
def test_services_that_maintainers_switch_on_work(tmp_path: Path, browser: Browser, *, lean: bool) -> None:
    one = Guests(browser, Source(tmp_path).build({**PAGES, "conf.py": f"{SITE}{ALLOWED}lean = {lean}\n"}))
    one.open("index.html")
    one.page.close()
    assert CONTACTED - set(one.elsewhere) == set()
    assert [message for message in one.mistakes if "Security" in message or "Refused" in message] == []


def test_a_script_that_another_one_loads_is_reported(tmp_path: Path) -> None:
    """The warning says what to write."""
    page = Page("index.html", f"<script nonce=n>{MATOMO}</script>", "n")
    address = "https://matomo.example/matomo.js"
    what = f"the script {address}, which a script of the site loads,"
    assert blocked(page, Scripts(page, tmp_path)) == [Kind(what, "script-src", address)]
