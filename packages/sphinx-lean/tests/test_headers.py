"""The policies of pages as HTTP headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lean_support import CONF, FILES, HOST, Source, Visit
from sphinx_lean.policy import headers

from tests.support import deep

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Route

PAGE = """# Home

<script>console.log("ran: script")</script>

```{toctree}
plain
sub/deep
```
"""


def test_headers_name_all_addresses_of_a_page() -> None:
    pages = {"a/index.html": ["p", "q"], "b.html": ["r"], "index.html": ["s"]}
    more = {"img-src": "https:", "report-uri": "https://r.example/"}
    netlify, nginx = headers(pages, more, "enforce", "/en/")
    name = "Content-Security-Policy"
    every = "frame-ancestors 'self'; report-uri https://r.example/"
    assert "/en/*\n  X-Content-Type-Options: nosniff\n" in netlify
    assert f"  {name}: {every}\n" in netlify
    found = dict(zip(netlify.splitlines()[4::2], netlify.splitlines()[5::2], strict=True))
    assert found == {
        "/en/a/index.html": f"  {name}: p, q",
        "/en/a/": f"  {name}: p, q",
        "/en/b.html": f"  {name}: r",
        "/en/b": f"  {name}: r",
        "/en/index.html": f"  {name}: s",
        "/en/": f"  {name}: s",
    }
    assert f'    "/en/a/index.html" "{every}, p, q";' in nginx
    assert f"#   add_header {name} $lean_policy;" in nginx


class Host(Visit):
    """A visit to a host that sends the headers in ``_headers``."""

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(HOST.rstrip("/"))
        lines = (self.out / "_headers").read_text().splitlines()
        pairs = [line.strip().split(": ", 1) for line in lines[1:4]]
        place = lines.index(path) if path in lines else -1
        pairs += [lines[place + 1].strip().split(": ", 1)] if place >= 0 else []
        sent: dict[str, str] = {}
        for name, value in pairs:
            sent[name] = f"{sent[name]}, {value}" if name in sent else value
        file = self.out / path.strip("/").partition("?")[0]
        route.fulfill(path=file, headers={**sent, "Content-Type": "text/html"} if place >= 0 else None)


@pytest.mark.deep
@pytest.mark.parametrize(("mode", "ran"), [("report-only", True), deep("enforce", False)])
def test_a_trial_only_reports(tmp_path: Path, browser: Browser, mode: str, *, ran: bool) -> None:
    conf = f"{CONF}lean_headers = {mode!r}\nsuppress_warnings = ['lean.blocked']\n"
    out = Source(tmp_path).build({**FILES, "index.md": PAGE, "_static/extra": "", "conf.py": conf})
    one = Host(browser, out)
    one.page.goto(f"{HOST}index.html")
    one.page.close()
    assert ("ran: script" in one.messages) is ran
    violations = [message for message in one.messages if "violates the following" in message]
    assert len(violations) == (2 if ran else 4), "one for each policy, in the headers and in the page"
    assert all(("report-only" in message) is ran for message in violations), violations


def test_directives_that_need_a_header_are_reported(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """They have no effect in a page, and browsers would complain about them."""
    source = Source(tmp_path)
    with pytest.raises(AssertionError):
        source.build({**FILES, "conf.py": f"{CONF}lean_policy = {{'frame-ancestors': 'https://a.example'}}\n"})
    assert "frame-ancestors has an effect only in an HTTP header; set lean_headers" in capfd.readouterr().err
    assert "frame-ancestors" not in (tmp_path / "html/index.html").read_text()
