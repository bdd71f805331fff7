"""The weekly link report: its content, the uses of each link, and that links cannot inject markup."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tools import link_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bs4 import Tag

    from tests.support import Files, Project

WAYBACK = "https://web.archive.org/web/"
# Characters with a meaning in Markdown, in HTML or for GitHub, some of them more frequent.
PARTS = [
    *"|`\\<>[]()*_~#@$&!:'\" \n\r\t\u202e\ud800é",
    "|",
    "|",
    "`",
    "<!--",
    "<script>",
    "](",
    "&#64;",
    "@team",
    "a/b#1",
]
HOSTILE = st.lists(st.sampled_from(PARTS) | st.characters(), max_size=30).map("".join)


@pytest.fixture(autouse=True)
def outside_of_github(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the report independent of where the tests run."""
    for name in ("SERVER_URL", "REPOSITORY", "SHA"):
        monkeypatch.delenv(f"GITHUB_{name}", raising=False)


def result(uri: str, status: str = "broken", info: str = "404 Client Error", **other: object) -> dict[str, object]:
    """Return the result that Sphinx writes for a link."""
    return {"filename": "index.md", "lineno": 1, "status": status, "code": 0, "uri": uri, "info": info, **other}


def write(root: Path, *results: Mapping[str, object], files: Mapping[str, str] | None = None) -> None:
    """Write a project with these results of the link check."""
    lines = [json.dumps(item) + "\n" for item in results]
    for name, text in {link_report.RESULTS: "".join(lines), **(files or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def rendered(report: str) -> BeautifulSoup:
    """Return a report as GitHub shows it: Markdown with tables and inline HTML."""
    return BeautifulSoup(MarkdownIt("commonmark").enable("table").render(report), "html5lib")


def cells(report: str) -> list[list[Tag]]:
    """Return the rows of the table without its head."""
    return [row.find_all("td") for row in rendered(report).select("tbody tr")]


def words(report: str) -> list[list[str]]:
    """Return the text of each cell."""
    return [[" ".join(cell.get_text().split()) for cell in row] for row in cells(report.replace("<br>", " "))]


# -- Content -----------------------------------------------------------------------------------------------------------

PAGE = """\
# Talks

<{server}/well>, <{server}/for-now>, <{server}/gone> and [moved]({server}/moved).

Again: [gone]({server}/gone), <{server}/busy>, <{server}/silent>.
"""


class Handler(BaseHTTPRequestHandler):
    """Serves ``/well``, a permanent redirect, a temporary redirect, a busy page and a page that never responds."""

    stopped = threading.Event()

    def do_HEAD(self) -> None:
        if self.path == "/silent":
            self.stopped.wait()
        self.send_response({"/well": 200, "/moved": 301, "/for-now": 302, "/busy": 429}.get(self.path, 404))
        if self.path in {"/moved", "/for-now"}:
            self.send_header("Location", "/well")
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815 (the name that http.server calls)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """Yield the address of a server on this machine."""
    Handler.stopped.clear()
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}"
    Handler.stopped.set()
    listening.shutdown()
    listening.server_close()


def test_the_report_lists_dead_moved_and_silent_links_with_their_uses(project: Project, server: str) -> None:
    """The input is real output of Sphinx. Working links and temporary redirects are left out."""
    files: Files = {"index.md": PAGE.format(server=server), "links.yaml": f"links: [{{url: {server}/gone}}]\n"}
    settings = "linkcheck_timeout = 3\nlinkcheck_rate_limit_timeout = 0\n"
    built = project(files, "linkcheck", conf=settings)
    write(project.root, files={link_report.RESULTS: built.text("output.json")})
    table = {row[0].removeprefix(server): row[1:] for row in words(link_report.report(project.root))}
    assert list(table) == ["/gone", "/moved", "/busy", "/silent"]
    assert table["/gone"][0].startswith("dead: 404")
    assert table["/moved"][0] == f"moved to {server}/well"
    assert table["/busy"][0].startswith("no answer: 429")
    assert table["/silent"][0].startswith("no answer: ")
    uses = {address: row[2] for address, row in table.items()}
    assert uses == {
        "/gone": "index.md:3 index.md:5",
        "/moved": "index.md:3",
        "/busy": "index.md:5",
        "/silent": "index.md:5",
    }


def test_there_is_no_report_if_all_links_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty report closes the issue."""
    results = [result("https://example.org/", "working", ""), result("https://example.org/x", "ignored", "")]
    write(tmp_path, *results, result("https://example.org/y", "unchecked", ""))
    assert link_report.main(tmp_path) == 0
    assert capsys.readouterr().out == ""


def test_the_report_does_not_depend_on_the_order_of_results(tmp_path: Path) -> None:
    """Otherwise the issue would change although no link did."""
    results = [result(f"https://example.org/{name}", *more) for name in "bca" for more in ((), ("timeout", "slow"))]
    write(tmp_path, *results)
    text = link_report.report(tmp_path)
    write(tmp_path, *reversed(results))
    assert link_report.report(tmp_path) == text
    assert [row[0][-1] for row in words(text)] == ["a", "b", "c", "a", "b", "c"]


def test_a_known_archived_copy_is_shown_with_its_date(tmp_path: Path) -> None:
    links = "links:\n  - {url: https://example.org/a, archived: 20210510123456, checked: 2026-01-02}\n"
    write(tmp_path, *(result(f"https://example.org/{name}") for name in "ab"), files={"links.yaml": links})
    known, unknown = (row[2] for row in cells(link_report.report(tmp_path)))
    assert known.get_text() == "10 May 2021"
    assert [link["href"] for link in known("a")] == [f"{WAYBACK}20210510123456/https://example.org/a"]
    assert unknown.get_text() == "unknown, look for one"
    assert [link["href"] for link in unknown("a")] == [f"{WAYBACK}*/https://example.org/b"]


def test_internal_links_and_copies_need_no_archived_copy(tmp_path: Path) -> None:
    write(tmp_path, result(f"{WAYBACK}2021/https://example.org/"), result("missing.md"))
    assert [row[2] for row in words(link_report.report(tmp_path))] == ["–", "–"]


def test_a_link_that_is_replaced_by_its_copy_is_left_out(tmp_path: Path) -> None:
    links = "links:\n  - {url: https://example.org/a, archived: '20210510123456', dead: true}\n"
    write(tmp_path, *(result(f"https://example.org/{name}") for name in "ab"), files={"links.yaml": links})
    assert [row[0] for row in words(link_report.report(tmp_path))] == ["https://example.org/b"]


# -- Uses of a link ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "<https://example.org/a>",
        "[text](https://example.org/a).",
        '[text](https://example.org/a "title")',
        "Plain https://example.org/a, in a sentence.",
        "link: https://example.org/a",
        "link: 'https://example.org/a'",
        "links: [{title: A, url: https://example.org/a}]",
        ":link: https://example.org/a",
        "[^note]: https://example.org/a",
        "`A <https://example.org/a>`_",
        "| https://example.org/a|",
    ],
)
def test_a_use_is_found_however_it_is_written(line: str) -> None:
    assert link_report.uses("https://example.org/a", {"a.md": f"One\n\n{line}\n"}) == [("a.md", 3)]


@pytest.mark.parametrize(
    "line",
    [
        "https://example.org/ab",
        "https://example.org/a/b",
        "https://example.org/a#b",
        "https://example.org/a?b",
        "https://example.org/a.html",
        "https://other.org/?to=https://example.org/a",
        f"{WAYBACK}2021/https://example.org/a",
        "<wayback:2021/https://example.org/a>",
    ],
)
def test_a_longer_address_that_contains_it_is_not_a_use(line: str) -> None:
    assert link_report.uses("https://example.org/a", {"a.md": line}) == []


def test_each_use_is_listed_once_in_the_order_of_files_and_lines() -> None:
    texts = {"b.yaml": "x\nhttps://a.org https://a.org\n", "a.md": "https://a.org\n\nhttps://a.org\n"}
    assert link_report.uses("https://a.org", texts) == [("a.md", 1), ("a.md", 3), ("b.yaml", 2)]


def test_an_address_in_another_script_is_found() -> None:
    """Sphinx reports percent-encoded addresses, but authors copy what the browser shows."""
    address = "https://example.org/학습"
    assert link_report.uses(quote(address, safe=":/"), {"a.md": f"<{address}>"}) == [("a.md", 1)]


def test_an_archived_copy_is_found_in_its_short_forms() -> None:
    copy = f"{WAYBACK}20210510/https://example.org/a"
    assert link_report.uses(copy, {"a.md": "<wayback:20210510/https://example.org/a>"}) == [("a.md", 1)]
    entry = "link: https://example.org/a\narchived: 2021-05-10\n"
    assert link_report.uses(copy, {"a.yaml": entry}) == [("a.yaml", 1)]


def test_a_generated_address_has_the_location_reported_by_sphinx(tmp_path: Path) -> None:
    """An example is a chapter of a video, whose address the directive generates."""
    generated = result("https://www.youtube.com/watch?v=MYE01-XaSZA&t=750s", filename="talks/index.md", lineno=7)
    write(tmp_path, generated, result("https://example.org/", lineno=-1))
    assert [row[3] for row in words(link_report.report(tmp_path))] == ["index.md", "talks/index.md:7"]


def test_only_files_of_authors_are_searched(tmp_path: Path) -> None:
    """Output, installed packages, tests and the list of archived copies do not count as uses."""
    text = "# <https://example.org/a>\n"
    elsewhere = ["_build/a.md", ".venv/a.md", "tests/a.md", "tools/a.md", "a/_static/a.yaml", "links.yaml", "a.png"]
    write(tmp_path, files=dict.fromkeys(["index.md", "a/b.yaml", "a/links.yaml", *elsewhere], text))
    assert list(link_report.sources(tmp_path)) == ["index.md", "a/b.yaml", "a/links.yaml"]


def test_on_github_each_use_links_to_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SERVER_URL": "https://github.com", "REPOSITORY": "some/one", "SHA": "c0ffee"}.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    write(tmp_path, result("https://a.org"), files={"a b#1.md": "\n<https://a.org>\n"})
    [[*_, where]] = cells(link_report.report(tmp_path))
    [link] = where("a")
    assert link["href"] == "https://github.com/some/one/blob/c0ffee/a%20b%231.md?plain=1#L2"
    assert link.get_text() == "a b#1.md:2"


# -- Untrusted text ----------------------------------------------------------------------------------------------------


@given(st.sampled_from(["https://example.org/", "http://", ""]), HOSTILE, HOSTILE, st.sampled_from(["dead", "moved"]))
def test_addresses_and_responses_never_become_markup(start: str, address: str, response: str, state: str) -> None:
    """Servers choose their responses and redirects: these must not become cells, tags, mentions or scripts."""
    finding = link_report.Finding(start + address, state, start + response, (address, 3))
    row = link_report._row(finding, None, [finding.place])
    page = rendered(link_report.INTRODUCTION + row)
    [row_cells] = cells(link_report.INTRODUCTION + row)
    assert len(row_cells) == 4
    tags: set[Any] = {tag.name for cell in row_cells for tag in cell.find_all(True)}
    assert tags <= {"a", "code", "strong", "br", "wbr"}
    assert [link["href"] for link in page("a") if not re.match(r"https?://", str(link["href"]))] == []
    for code in page.select("td code"):
        code.decompose()
    assert not re.search(r"[@#$<|`\[]", page.select("tbody")[0].get_text()), "this could start a mention or a formula"


def test_a_response_is_shown_as_the_server_sent_it(tmp_path: Path) -> None:
    response = "a|b `c` <script>@everybody</script> \\| [x](y) &amp; $z$ **"
    write(tmp_path, result("https://example.org/", info=response + "\n\n| new | row |\x00\u202e"))
    [[_, state, *_]] = cells(link_report.report(tmp_path))
    assert [code.get_text() for code in state("code")] == [f"{response} | new | row |"]


def test_a_response_does_not_repeat_the_address(tmp_path: Path) -> None:
    write(tmp_path, result("https://a.org/b", info="404 Client Error: Not Found for url: https://a.org/b"))
    assert [row[1] for row in words(link_report.report(tmp_path))] == ["dead: 404 Client Error: Not Found"]


def test_a_long_response_is_shortened(tmp_path: Path) -> None:
    """One server must not use up the space for all others."""
    write(tmp_path, result("https://example.org/", info="x" * 70_000))
    [[_, state, *_]] = words(link_report.report(tmp_path))
    assert state == f"dead: {'x' * 299}…"


def test_links_to_issues_notify_nobody(tmp_path: Path) -> None:
    """GitHub adds a note to each issue that a link refers to."""
    address = "https://GitHub.com/some/one/issues/1"
    write(tmp_path, result(address), result("https://github.community/"))
    links = [[link["href"] for link in row[0]("a")] for row in cells(link_report.report(tmp_path))]
    assert links == [[], ["https://github.community/"]]


def test_the_report_fits_the_size_limit_of_github(tmp_path: Path) -> None:
    """The limit is 65,536 characters. The report counts the links that do not fit."""
    write(tmp_path, *(result(f"https://example.org/{number:04}/é") for number in range(1000)))
    text = link_report.report(tmp_path)
    assert len(text.encode()) <= link_report.LIMIT
    rows = len(cells(text.partition("\nThere is")[0]))
    assert rows > 100
    assert text.endswith(f"\n{1000 - rows} more do not fit here: `make linkcheck` lists them all.\n")


# -- Input -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "_build/linkcheck/output.json: the file does not exist; run `make linkcheck` first"),
        (
            {link_report.RESULTS: json.dumps(result("https://a.org")) + '\n{"uri": "htt'},
            "_build/linkcheck/output.json:2: this is not the result of a link; run `make linkcheck` again",
        ),
        ({link_report.RESULTS: "[]\n"}, "_build/linkcheck/output.json:1: this is not the result"),
        (
            {link_report.RESULTS: json.dumps({**result("https://a.org"), "info": None})},
            "_build/linkcheck/output.json:1: this is not the result",
        ),
        ({link_report.RESULTS: "", "links.yaml": "links: [url: {"}, "links.yaml: it should contain `links`, a list of"),
        ({link_report.RESULTS: "", "links.yaml": "- a\n"}, "links.yaml: it should contain `links`, a list of"),
        ({link_report.RESULTS: "", "links.yaml": "links: [a]\n"}, "links.yaml: it should contain `links`, a list of"),
        (
            {link_report.RESULTS: "", "links.yaml": "links: [{url: https://a.org, archived: 2021-05-10}]\n"},
            "links.yaml: it should contain `links`, a list of `url` and `archived` (14 digits): '2021-05-10' is not",
        ),
    ],
)
def test_an_invalid_input_file_is_reported(
    files: dict[str, str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An incomplete list of links must not close the issue."""
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert link_report.main(tmp_path) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(message)
    assert captured.err.count("\n") == 1
