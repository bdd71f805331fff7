"""The benchmark: its counting server, its table, the builds for comparison, and Lighthouse's table."""

from __future__ import annotations

import gzip
import runpy
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tools.bench.budgets import KINDS, broken
from tools.bench.builds import changed_entry, copy_site, stock_options
from tools.bench.load import Load, covered
from tools.bench.server import host
from tools.bench.table import Row, Section, text_of
from tools.lighthouse.__main__ import NotReadyError, check, report

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
TEXT = next(kind for kind in KINDS if kind.name == "text")


def load(**changes: Any) -> Load:
    values: dict[str, Any] = {
        "path": "page.html",
        "kind": TEXT,
        "bytes": TEXT.bytes,
        "requests": TEXT.requests,
        "read": 0,
        "others": (),
        "missing": (),
        "shift": 0.0,
        "moved": (),
        "css": 0,
        "unused": 0,
    }
    return Load(**{**values, **changes})


# -- The server --------------------------------------------------------------------------------------------------------


def exchange(address: str, *requests: str) -> list[bytes]:
    """Send requests over one connection, and return the raw responses."""
    responses = []
    with socket.create_connection(("127.0.0.1", int(address.rstrip("/").rpartition(":")[2]))) as connection:
        for request in requests:
            connection.sendall(f"{request}\r\nHost: here\r\n\r\n".encode())
            data = b""
            while b"\r\n\r\n" not in data:
                data += connection.recv(65_536)
            head, _, body = data.partition(b"\r\n\r\n")
            [length] = [int(line.split()[1]) for line in head.splitlines() if line.startswith(b"Content-Length")]
            while len(body) < length:
                body += connection.recv(65_536)
            responses.append(head + b"\r\n\r\n" + body)
    return responses


def test_sent_bytes_are_counted_exactly(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("text " * 1000)
    (tmp_path / "picture.png").write_bytes(b"picture " * 1000)
    with host(tmp_path) as served:
        packed = "\r\nAccept-Encoding: gzip, br"
        requests = [
            f"GET /page.html?v=1 HTTP/1.1{packed}",
            f"GET /picture.png HTTP/1.1{packed}",
            "GET /page.html HTTP/1.1",
        ]
        page, picture, plain = exchange(served.address, *requests, "GET /gone.html HTTP/1.1")[:3]
    assert [response.size for response in served.sent[:3]] == [len(page), len(picture), len(plain)]
    assert [response.status for response in served.sent] == [200, 200, 200, 404]
    assert gzip.decompress(page.partition(b"\r\n\r\n")[2]) == b"text " * 1000
    assert b"\r\nContent-Type: text/html; charset=utf-8\r\n" in page
    assert picture.endswith(b"\r\n\r\n" + b"picture " * 1000), "pictures are already compressed"
    assert b"\r\nContent-Type: image/png\r\n" in picture
    assert plain.endswith(b"\r\n\r\n" + b"text " * 1000), "not every client can decompress"


def test_files_outside_the_folder_are_not_sent(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    with host(tmp_path / "site") as served:
        [response] = exchange(served.address, "GET /../secret.txt HTTP/1.1")
    assert response.startswith(b"HTTP/1.1 404")
    assert b"secret" not in response.partition(b"\r\n\r\n")[2]


# -- Budgets and the table ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({}, []),
        ({"bytes": 40_001}, ["page.html: 40,001 bytes; a text page may load 40,000"]),
        ({"requests": 9}, ["page.html: 9 requests; a text page may make 8"]),
        ({"others": ("https://a.example/",)}, ["page.html: requests to other hosts: https://a.example/"]),
        ({"missing": ("gone.js",)}, ["page.html: requests for missing files: gone.js"]),
        ({"shift": 0.00021, "moved": ("<p>",)}, ["page.html: moves while it loads: layout shift 0.000210 of <p>"]),
    ],
)
def test_each_exceeded_budget_is_reported(changes: dict[str, Any], messages: list[str]) -> None:
    assert broken(load(**changes)) == messages


def test_overlapping_ranges_are_counted_once() -> None:
    assert covered([(10, 20), (0, 5), (12, 15), (18, 30)]) == 25


def test_the_table_shows_each_figure_with_its_budget_and_result() -> None:
    rows = [Row("page", "39.4", "40.0", "277.0", kept=True), Row("long page", "1,041.0", "40.0", kept=False)]
    rows.append(Row("other", "1"))
    assert text_of([Section("Pages", "default", rows)]).splitlines() == [
        "",
        "Pages        this site  budget  default",
        "  page            39.4    40.0    277.0    ok",
        "  long page    1,041.0    40.0        -  OVER",
        "  other              1       -        -",
    ]


# -- Builds for comparison ---------------------------------------------------------------------------------------------


def test_the_default_build_has_no_html_settings_but_all_that_pages_need(tmp_path: Path) -> None:
    option, folder = stock_options(ROOT, tmp_path)
    assert option == "-c"
    ours, stock = runpy.run_path(str(ROOT / "conf.py")), runpy.run_path(str(Path(folder) / "conf.py"))
    assert {name for name in stock if name.startswith("html_")} == {"html_theme"}
    assert not {"setup", "templates_path"} & set(stock)
    assert [name for name in ours["extensions"] if name not in stock["extensions"]] == ["sphinx_lean"]
    assert {name for name in ours if name.startswith(("myst_", "recap_"))} <= set(stock)


def test_an_entry_is_changed_and_restored(tmp_path: Path) -> None:
    site = copy_site(tmp_path / "site")
    before = lines_of_lists(site)
    with changed_entry(site):
        changed = [(old, new) for old, new in zip(before, lines_of_lists(site), strict=True) if old != new]
    [(old, new)] = changed
    assert new == f"{old} again"
    assert lines_of_lists(site) == before


def lines_of_lists(site: Path) -> list[str]:
    """Return the lines of all data files of events."""
    return [line for path in sorted(site.glob("recaps/*/*.yaml")) for line in path.read_text().splitlines()]


# -- Lighthouse --------------------------------------------------------------------------------------------------------


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that adds a version of Node, with npm, to a system without any."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(version: str) -> None:
        for name in ("node", "npm"):
            (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
            (tmp_path / name).chmod(0o755)

    return put


def test_without_node_the_message_explains_what_to_install(node: Callable[[str], None]) -> None:
    with pytest.raises(NotReadyError, match=r"^Lighthouse 12 needs Node 18\.16 .* it was not found; install it \("):
        check("12", "3")


def test_each_version_of_lighthouse_requires_its_version_of_node(node: Callable[[str], None]) -> None:
    node("v20.20.2")
    check("12", "1")
    with pytest.raises(NotReadyError, match=r"needs Node 22\.19 .* this is v20\.20\.2; .* VERSION=12\.$"):
        check("13", "1")
    node("v22.19.0")
    check("13", "1")


@pytest.mark.parametrize(
    ("version", "runs", "message"), [("9", "3", "VERSION=9"), ("12", "0", "RUNS=0"), ("12", "x", "RUNS=x")]
)
def test_invalid_values_are_reported(version: str, runs: str, message: str) -> None:
    with pytest.raises(NotReadyError, match=message):
        check(version, runs)


def test_the_lock_files_have_hashes_and_no_hosts() -> None:
    for version in ("12", "13"):
        text = (ROOT / "tools/lighthouse" / version / "package-lock.json").read_text()
        assert '"resolved"' not in text
        assert text.count('"integrity": "sha512-') == text.count('    "node_modules/')


def test_a_page_below_100_is_marked_with_its_failed_audits() -> None:
    figures = {"bytes": 39_419, "requests": 7, "first": 1054.9, "largest": 1204.9, "shift": 0, "blocked": 0}
    cost = {"category": "seo", "id": "is-crawlable", "message": "Page is blocked from indexing"}
    good = {"address": "http://127.0.0.1:1/index.html", "version": "12.8.2", "scores": [100] * 4, "figures": figures}
    bad = {**good, "address": "http://127.0.0.1:1/a/search.html", "scores": [100, 100, 100, 60], "costs": [cost]}
    lines = report([{**good, "costs": [cost]}, bad]).splitlines()
    assert lines[1].split() == ["index.html", *["100"] * 4, "39.4", "7", "1055", "1205", "0.000", "0"]
    assert lines[2].endswith("BELOW 100")
    assert lines[3:] == ["", "a/search.html", "  seo: Page is blocked from indexing"]
