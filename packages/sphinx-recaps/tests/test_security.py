"""The promises of .github/SECURITY.md about pages and data files, tested with hostile content.

The configuration is that of this site, but without the content security policy, a second line of defence.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from tests.support import ROOT, picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Dialog, Page, Route

HOST = "http://site.example/"
MARKUP = "</title></li></script></textarea><script>alert(1)</script><img src=x onerror=alert(1)>"
# Blocks of a page, and whether they must be reported: those that are only shown as text need not be.
MARKDOWN = [
    ("<script>alert(1)</script>", True),
    ('A <b onclick="alert(1)">word</b>.', True),
    ("[A link](javascript:alert(1)) and <javascript:alert(1)>.", True),
    ("[A link](vbscript:alert) [another](data:text/html,<script>alert(1)</script>)", True),
    ("{download}`x <javascript://%0aalert(1)>`", True),
    ("{download}`x <active.html>`", True),
    ("{download}`x <acts.svg>`", True),
    ('[span]{onclick="alert(1)" style="background: url(https://evil.example/x.png)"}', False),
    ('[link](https://example.org/){onclick="alert(1)" onmouseover="alert(1)"}', False),
    ('{abbr}`LIFO (last" onmouseover="alert(1))`', False),
    ("```{raw} html\n<script>alert(1)</script>\n```", True),
    ("```{toctree}\nClick <javascript://x%0aalert(1)>\nhttps://example.org/\nhostile\n```", True),
    ("```{button-link} javascript:alert(1)\nclick\n```", True),
    (":::{card} Card\n:link: javascript:alert(1)\n:link-type: url\n:::", True),
    ("![A picture](javascript:alert(1))", True),
    (":::{image-card} acts.svg\n:alt: It acts\n:link: javascript:alert(1)\n:::", True),
    (":::{youtube} https://evil.example/watch?v=MYE01-XaSZA\n:title: Talk\n:::", True),
    (":::{youtube} MYE01-XaSZA\n:title: '\"><script>alert(1)</script>'\n:::", False),
    (":::{catalogue} data.yaml\n:::", False),
    (":::{catalogue} hostile.yaml\n:::", False),
    (":::{event} event.yaml\n:::", False),
]
RST = [
    ("`a <javascript:alert(1)>`__ `b <JaVaScRiPt:alert(1)>`__", True),
    ("|x|\n\n.. |x| replace:: `y <data:text/html,alert>`__", True),
    (".. _named: javascript:alert(1)\n\nnamed_", True),
    (".. image:: dot.png\n   :alt: A\n   :target: javascript:alert(1)", True),
    (".. meta::\n   :http-equiv=refresh: 0;url=https://evil.example/", True),
    (".. meta::\n   :description onload=alert(1): words", True),
    (".. meta::\n   :description lang=en: Words about the page.", False),
    ('.. container:: x" onclick="alert(1)\n\n   words', False),
    (".. role:: html(raw)\n   :format: html\n\n:html:`<script>alert(1)</script>`", True),
    ('.. csv-table::\n\n   "`x <javascript:alert(1)>`__"', False),  # reported, but docutils loses the line
    ("Term\n  `x <file:///etc/passwd>`__", True),
]
FRONT_MATTER = """\
---
myst:
  html_meta:
    "http-equiv=refresh": "0;url=https://evil.example/"
    "description lang=en": "Words about the page."
---
"""
DATA = f"""\
kind: poster
entries:
{
    "".join(
        f'''  - id: A{number}
    title: "{MARKUP}"
    people: ["{MARKUP}"]
    topics: ["{MARKUP}"]
    summary: "{MARKUP}"
    role: "{MARKUP}"
    note: "{MARKUP}"
    links: [{{title: "{MARKUP}", url: 'https://example.org/"><script>alert(1)</script>'}}]
'''
        for number in range(14)
    )
}"""
HOSTILE = """\
kind: keynote
entries:
  - id: A1
    title: One
    link: javascript:alert(1)
  - id: A2
    title: !!python/object/apply:os.system ['touch pwned']
  - id: A3
    title: Three
    image: //evil.example/x.png
  - id: A4
    title: Four
    links: [{title: Code, url: "java\\tscript:alert(1)"}]
"""
EVENT = f"""\
name: "{MARKUP}"
start: 2021-04-21
place: "{MARKUP}"
numbers: {{"{MARKUP}": 3}}
links: [{{title: "{MARKUP}", url: https://example.org/}}]
sessions: [{{name: "{MARKUP}", start: "2021-04-21T15:00Z", end: "2021-04-21T16:00Z", timezone: "{MARKUP}"}}]
"""
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">
<h:img xmlns:h="http://www.w3.org/1999/xhtml" src="https://evil.example/x.png"/>
<script>alert(1)</script>
</svg>
"""


@dataclass
class Attacked:
    """The result of building hostile files: folder, messages, and the blocks that must be reported.

    A block is the set of its lines, as file:line.
    """

    folder: Path
    messages: str
    expected: list[set[str]]

    @property
    def pages(self) -> dict[str, BeautifulSoup]:
        """The pages as browsers read them, by path."""
        paths = [path for path in sorted((self.folder / "out").rglob("*.html")) if "_static" not in path.parts]
        return {
            path.relative_to(self.folder / "out").as_posix(): BeautifulSoup(path.read_text("utf-8"), "html5lib")
            for path in paths
        }


def page_of(start: str, blocks: list[tuple[str, bool]], name: str) -> tuple[str, list[set[str]]]:
    """Return a page of blocks, and the lines of each block that must be reported."""
    text, expected = start, []
    for block, reported in blocks:
        text += "\n"
        first = text.count("\n") + 1
        text += f"{block}\n"
        if reported:
            expected.append({f"{name}:{line}" for line in range(first, text.count("\n") + 2)})
    return text, expected


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    """Build a site of hostile files with the configuration of this site, without the content security policy."""
    folder = tmp_path_factory.mktemp("hostile")
    index, lines = page_of(f"{FRONT_MATTER}# {MARKUP}\n", MARKDOWN, "index.md")
    rst, more = page_of(f"`{MARKUP} <javascript:alert(1)>`__\n{'=' * 200}\n", RST, "hostile.rst")
    texts = {"index.md": index, "hostile.rst": rst, "data.yaml": DATA, "hostile.yaml": HOSTILE, "event.yaml": EVENT}
    for name, text in {**texts, "acts.svg": SVG, "active.html": "<script>alert(1)</script>"}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "dot.png").write_bytes(picture())
    without_pass = ["-D", "extensions=myst_parser,sphinx_design,sphinx_recaps", "-D", "recap_links="]
    options = ["-b", "html", "-q", "-W", "--keep-going", "-n", "-c", str(ROOT), *without_pass]
    command = [sys.executable, "-m", "sphinx", *options]
    result = subprocess.run(
        [*command, str(folder), str(folder / "out")], capture_output=True, text=True, check=False, cwd=folder
    )
    assert result.returncode == 1, result.stderr
    return Attacked(folder, result.stderr.replace(f"{folder}/", ""), [*lines, *more])


# -- Output ------------------------------------------------------------------------------------------------------------


def test_pages_and_data_add_no_script(attacked: Attacked) -> None:
    pages = attacked.pages
    assert {"index.html", "hostile.html", "people.html", "topics.html"} <= pages.keys()
    for name, page in pages.items():
        article = page.select_one("article, main")
        assert article, name
        tags = page.find_all(True)
        inside = {tag.name for tag in article.find_all(True) if name != "search.html"}  # it has its own script
        assert inside.isdisjoint({"script", "iframe", "object", "embed", "style", "base", "meta", "link"}), name
        assert [tag for tag in tags if any(attribute.startswith("on") for attribute in tag.attrs)] == [], name
        assert [tag for tag in tags if "evil.example" in str(tag.attrs)] == [], name
    assert "alert(1)" in pages["index.html"].get_text(), "the markup must be shown as text"


def test_metadata_cannot_set_http_headers(attacked: Attacked) -> None:
    for name, page in attacked.pages.items():
        assert page.select("meta[http-equiv]") == [], name
    for name in ("index.html", "hostile.html"):
        descriptions = attacked.pages[name].select('meta[name="description"]')
        assert "Words about the page." in [str(tag["content"]) for tag in descriptions], name


def test_active_files_are_not_published_as_downloads(attacked: Attacked) -> None:
    assert not (attacked.folder / "out/_downloads").exists()


def test_a_data_file_cannot_run_a_program(attacked: Attacked) -> None:
    assert not (attacked.folder / "pwned").exists()


def test_each_attempt_is_reported_at_its_line(attacked: Attacked) -> None:
    """Reviewers then see it among the annotations of the pull request."""
    places = set(re.findall(r"([\w.]+\.(?:md|rst|yaml):\d+)", attacked.messages))
    assert [lines for lines in attacked.expected if lines.isdisjoint(places)] == [], attacked.messages
    assert {"hostile.yaml:5", "hostile.yaml:7", "hostile.yaml:10", "hostile.yaml:13"} <= places
    assert "Traceback" not in attacked.messages


# -- In a browser ------------------------------------------------------------------------------------------------------


@dataclass
class Visit:
    """A browser page that records requests to other hosts, and attacks whose script ran."""

    page: Page
    elsewhere: list[str]
    ran: list[str]


@pytest.fixture(scope="module")
def visit(attacked: Attacked, browser: Browser) -> Iterator[Visit]:
    """Serve the site to a browser page that blocks all other hosts."""
    context = browser.new_context()
    visited = Visit(context.new_page(), [], [])

    def answer(route: Route) -> None:
        path = attacked.folder / "out" / route.request.url.removeprefix(HOST).partition("?")[0].partition("#")[0]
        if not route.request.url.startswith(HOST):
            visited.elsewhere.append(route.request.url)
            route.abort()
        elif path.is_file():
            route.fulfill(path=path)
        else:
            route.fulfill(status=404)

    context.route("**/*", answer)

    def record(dialog: Dialog) -> None:
        visited.ran.append(dialog.message)
        dialog.dismiss()

    visited.page.on("dialog", record)
    yield visited
    context.unroute_all(behavior="ignoreErrors")
    context.close()


def pages_to_visit() -> list[str]:
    """Return the addresses to open, some with queries and fragments as in a malicious link."""
    payload = quote("<img src=x onerror=alert(1)>")
    queries = [f"search.html?q={payload}", "search.html?q=alert", f"index.html?q={payload}&topic={payload}&sort=x"]
    return ["hostile.html", "index.html", "people.html", *queries, "topics.html", f"index.html#{payload}"]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("address", pages_to_visit())
def test_no_script_runs_and_no_other_host_is_contacted(visit: Visit, address: str) -> None:
    visit.page.goto(HOST + address, wait_until="networkidle")
    assert visit.page.url.startswith(HOST)
    protocols = set(visit.page.evaluate("() => [...document.querySelectorAll('a[href]')].map((a) => a.protocol)"))
    assert protocols <= {"http:", "https:", "mailto:"}
    visit.page.evaluate(
        """() => document.querySelectorAll("article *, main *, nav *").forEach((element) => {
          for (const kind of ["mouseover", "focus", "pointerenter"]) element.dispatchEvent(new Event(kind));
        })"""
    )
    assert visit.ran == []
    assert visit.elsewhere == []
