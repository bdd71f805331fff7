"""The weekly report of links: what is in it, where each link is used, and that no link can write into it."""

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
# What means something in Markdown, HTML or to GitHub, more often than chance would have it.
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
    """Make the report look the same wherever the tests run."""
    for name in ("SERVER_URL", "REPOSITORY", "SHA"):
        monkeypatch.delenv(f"GITHUB_{name}", raising=False)


def result(uri: str, status: str = "broken", info: str = "404 Client Error", **other: object) -> dict[str, object]:
    """Return what Sphinx writes of a link."""
    return {"filename": "index.md", "lineno": 1, "status": status, "code": 0, "uri": uri, "info": info, **other}


def write(root: Path, *results: Mapping[str, object], files: Mapping[str, str] | None = None) -> None:
    """Make a project in which the link check has found this."""
    lines = [json.dumps(found) + "\n" for found in results]
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
    """Return what a reader reads in each cell."""
    return [[" ".join(cell.get_text().split()) for cell in row] for row in cells(report.replace("<br>", " "))]


# -- What is in it -----------------------------------------------------------------------------------------------------

PAGE = """\
# Talks

<{server}/well>, <{server}/for-now>, <{server}/gone> and [moved]({server}/moved).

Again: [gone]({server}/gone), <{server}/busy>, <{server}/silent>.
"""


class Handler(BaseHTTPRequestHandler):
    """Has a page ``/well``, one that moved for good, one that moved for now, a busy one and a silent one."""

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
        """Say nothing."""


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


def test_the_report_tells_dead_moved_and_silent_links_apart_and_where_each_is_used(
    project: Project, server: str
) -> None:
    """What Sphinx writes is read as it is; a link that works, or leads elsewhere for now, needs no hand."""
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


def test_the_same_findings_give_the_same_text(tmp_path: Path) -> None:
    """The answers of servers arrive in any order; the issue changes only when a link does."""
    results = [result(f"https://example.org/{name}", *more) for name in "bca" for more in ((), ("timeout", "slow"))]
    write(tmp_path, *results)
    text = link_report.report(tmp_path)
    write(tmp_path, *reversed(results))
    assert link_report.report(tmp_path) == text
    assert [row[0][-1] for row in words(text)] == ["a", "b", "c", "a", "b", "c"]


def test_a_known_archived_copy_is_shown_with_its_day(tmp_path: Path) -> None:
    links = "links:\n  - {url: https://example.org/a, archived: 20210510123456, checked: 2026-01-02}\n"
    write(tmp_path, *(result(f"https://example.org/{name}") for name in "ab"), files={"links.yaml": links})
    known, unknown = (row[2] for row in cells(link_report.report(tmp_path)))
    assert known.get_text() == "10 May 2021"
    assert [link["href"] for link in known("a")] == [f"{WAYBACK}20210510123456/https://example.org/a"]
    assert unknown.get_text() == "unknown, look for one"
    assert [link["href"] for link in unknown("a")] == [f"{WAYBACK}*/https://example.org/b"]


def test_what_has_no_archived_copy_by_nature_asks_for_none(tmp_path: Path) -> None:
    write(tmp_path, result(f"{WAYBACK}2021/https://example.org/"), result("missing.md"))
    assert [row[2] for row in words(link_report.report(tmp_path))] == ["–", "–"]


def test_a_link_whose_copy_is_shown_in_its_place_needs_no_hand(tmp_path: Path) -> None:
    links = "links:\n  - {url: https://example.org/a, archived: '20210510123456', dead: true}\n"
    write(tmp_path, *(result(f"https://example.org/{name}") for name in "ab"), files={"links.yaml": links})
    assert [row[0] for row in words(link_report.report(tmp_path))] == ["https://example.org/b"]


# -- Where a link is used ----------------------------------------------------------------------------------------------


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
def test_another_address_that_only_contains_it_is_no_use(line: str) -> None:
    assert link_report.uses("https://example.org/a", {"a.md": line}) == []


def test_each_use_is_listed_once_in_the_order_of_files_and_lines() -> None:
    texts = {"b.yaml": "x\nhttps://a.org https://a.org\n", "a.md": "https://a.org\n\nhttps://a.org\n"}
    assert link_report.uses("https://a.org", texts) == [("a.md", 1), ("a.md", 3), ("b.yaml", 2)]


def test_an_address_in_letters_of_its_own_script_is_found() -> None:
    """Sphinx reports addresses percent-encoded, authors copy what the browser shows."""
    address = "https://example.org/학습"
    assert link_report.uses(quote(address, safe=":/"), {"a.md": f"<{address}>"}) == [("a.md", 1)]


def test_an_archived_copy_is_found_in_its_short_form_or_beside_its_page() -> None:
    copy = f"{WAYBACK}20210510/https://example.org/a"
    assert link_report.uses(copy, {"a.md": "<wayback:20210510/https://example.org/a>"}) == [("a.md", 1)]
    entry = "link: https://example.org/a\narchived: 2021-05-10\n"
    assert link_report.uses(copy, {"a.yaml": entry}) == [("a.yaml", 1)]


def test_an_address_that_no_source_holds_is_where_sphinx_met_it(tmp_path: Path) -> None:
    """Such as the chapter of a video, which the directive makes."""
    made = result("https://www.youtube.com/watch?v=MYE01-XaSZA&t=750s", filename="talks/index.md", lineno=7)
    write(tmp_path, made, result("https://example.org/", lineno=-1))
    assert [row[3] for row in words(link_report.report(tmp_path))] == ["index.md", "talks/index.md:7"]


def test_only_what_authors_write_is_searched(tmp_path: Path) -> None:
    """What was built, installed or is a test is no use of a link, nor is the list of archived copies."""
    text = "# <https://example.org/a>\n"
    elsewhere = ["_build/a.md", ".venv/a.md", "tests/a.md", "tools/a.md", "a/_static/a.yaml", "links.yaml", "a.png"]
    write(tmp_path, files=dict.fromkeys(["index.md", "a/b.yaml", "a/links.yaml", *elsewhere], text))
    assert list(link_report.sources(tmp_path)) == ["index.md", "a/b.yaml", "a/links.yaml"]


def test_on_github_each_use_leads_to_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SERVER_URL": "https://github.com", "REPOSITORY": "some/one", "SHA": "c0ffee"}.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    write(tmp_path, result("https://a.org"), files={"a b#1.md": "\n<https://a.org>\n"})
    [[*_, where]] = cells(link_report.report(tmp_path))
    [link] = where("a")
    assert link["href"] == "https://github.com/some/one/blob/c0ffee/a%20b%231.md?plain=1#L2"
    assert link.get_text() == "a b#1.md:2"


# -- No link can write into it -----------------------------------------------------------------------------------------


@given(st.sampled_from(["https://example.org/", "http://", ""]), HOSTILE, HOSTILE, st.sampled_from(["dead", "moved"]))
def test_addresses_and_answers_are_never_markup(start: str, address: str, answer: str, state: str) -> None:
    """A server chooses what it answers and where it redirects: neither becomes a cell, a tag, a mention or a script."""
    finding = link_report.Finding(start + address, state, start + answer, (address, 3))
    row = link_report._row(finding, None, [finding.place])
    page = rendered(link_report.INTRODUCTION + row)
    [row_cells] = cells(link_report.INTRODUCTION + row)
    assert len(row_cells) == 4
    tags: set[Any] = {tag.name for cell in row_cells for tag in cell.find_all(True)}
    assert tags <= {"a", "code", "strong", "br", "wbr"}
    assert [link["href"] for link in page("a") if not re.match(r"https?://", str(link["href"]))] == []
    for code in page.select("td code"):
        code.decompose()
    assert not re.search(r"[@#$<|`\[]", page.select("tbody")[0].get_text()), "a mention or a formula would begin here"


def test_an_answer_reads_as_the_server_gave_it(tmp_path: Path) -> None:
    answer = "a|b `c` <script>@everybody</script> \\| [x](y) &amp; $z$ **"
    write(tmp_path, result("https://example.org/", info=answer + "\n\n| new | row |\x00\u202e"))
    [[_, state, *_]] = cells(link_report.report(tmp_path))
    assert [code.get_text() for code in state("code")] == [f"{answer} | new | row |"]


def test_an_answer_does_not_say_the_address_again(tmp_path: Path) -> None:
    write(tmp_path, result("https://a.org/b", info="404 Client Error: Not Found for url: https://a.org/b"))
    assert [row[1] for row in words(link_report.report(tmp_path))] == ["dead: 404 Client Error: Not Found"]


def test_a_long_answer_is_cut(tmp_path: Path) -> None:
    """So that one server cannot take the room of all others."""
    write(tmp_path, result("https://example.org/", info="x" * 70_000))
    [[_, state, *_]] = words(link_report.report(tmp_path))
    assert state == f"dead: {'x' * 299}…"


def test_issues_of_others_are_not_notified_of_mentions(tmp_path: Path) -> None:
    """GitHub notes in an issue each place that links to it."""
    address = "https://GitHub.com/some/one/issues/1"
    write(tmp_path, result(address), result("https://github.community/"))
    found = [[link["href"] for link in row[0]("a")] for row in cells(link_report.report(tmp_path))]
    assert found == [[], ["https://github.community/"]]


def test_github_takes_the_text_however_many_links_are_dead(tmp_path: Path) -> None:
    """65,536 characters at most; what has no room is counted."""
    write(tmp_path, *(result(f"https://example.org/{number:04}/é") for number in range(1000)))
    text = link_report.report(tmp_path)
    assert len(text.encode()) <= link_report.LIMIT
    rows = len(cells(text.partition("\nThere is")[0]))
    assert rows > 100
    assert text.endswith(f"\n{1000 - rows} more do not fit here: `make linkcheck` lists them all.\n")


# -- What it is made from ----------------------------------------------------------------------------------------------


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
def test_a_file_that_cannot_be_read_is_named_in_a_sentence(
    files: dict[str, str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half a list of links must not close the issue."""
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert link_report.main(tmp_path) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(message)
    assert said.err.count("\n") == 1
