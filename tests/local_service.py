"""A service on this machine that misbehaves as it is told, and runs of the command that asks it."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from sphinx_recaps.cli.archive_links import LIMITS, Archive, CopyRequest, complain
from sphinx_recaps.cli.http import Client
from sphinx_recaps.cli.project import UnreadableError
from sphinx_recaps.data.loader import load_links_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sphinx_recaps.data.records import RecordedLink

FIRST, SECOND, THIRD = (f"https://{name}.example.org/page" for name in ("a", "b", "c"))
HEAD = "# yaml-language-server: $schema=x\n# What is known.\n\n"


@dataclass(frozen=True)
class Reply:
    """An answer of the server; ``delay`` seconds late."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0


def copy(time: str = "20210510120000", **other: object) -> Reply:
    """Return an answer of the documented form."""
    closest = {"status": "200", "available": True, "url": "http://web.archive.org/web/x", "timestamp": time, **other}
    return Reply(body=json.dumps({"url": "x", "archived_snapshots": {"closest": closest}}).encode())


NOTHING = Reply(body=b'{"url": "x", "archived_snapshots": {}}')
REFUSAL = Reply(429, b"<html>Too Many Requests</html>", {"Retry-After": "1"})


@dataclass
class Service:
    """A server; ``answer`` says what it replies to the nth request, of that path and these parameters."""

    address: str = ""
    answer: Callable[[int, str, dict[str, str]], Reply] = lambda *_: copy()
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    at_once: int = 0
    most_at_once: int = 0


@pytest.fixture
def service() -> Iterator[Service]:
    """Yield a server on this machine."""
    made = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.at_once += 1
            made.most_at_once = max(made.most_at_once, made.at_once)
            url = urlsplit(self.path)
            parameters = {key: values[0] for key, values in parse_qs(url.query).items()}
            made.asked.append(parameters or {"path": url.path})
            made.agents.add(self.headers["User-Agent"])
            reply = made.answer(len(made.asked), url.path, parameters)
            time.sleep(reply.delay)
            made.at_once -= 1
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Say nothing where a client went away."""

    server = Quiet(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    made.address = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()


@dataclass
class Run:
    """Links and the folder of their data file, and what a run of the command left behind."""

    folder: Path
    service: Service
    capture: pytest.CaptureFixture[str]
    wanted: list[CopyRequest] = field(default_factory=lambda: [CopyRequest(FIRST, "20210510")])
    status: int = 0
    out: str = ""
    err: str = ""

    @property
    def file(self) -> Path:
        return self.folder / "links.yaml"

    def __call__(
        self, *options: str, wanted: dict[str, str] | None = None, links: str | None = None, service: str = ""
    ) -> Run:
        """Write the data file that is given, run the command, and return what came out."""
        if wanted is not None:
            self.wanted[:] = [CopyRequest(url, near) for url, near in wanted.items()]
        if links is not None:
            self.file.write_text(links)
        self.service.asked.clear()
        client = Client(replace(LIMITS, pause=0, timeout=0.5), report=complain, public_only=False)
        service = service or f"{self.service.address}/wayback/available"
        archive = Archive(self.file, client, "again" in options, "dead" in options, service)
        try:
            status = archive.run(self.wanted)
        except UnreadableError as error:
            complain(error.message)
            status = error.exit_code
        out, err = self.capture.readouterr()
        return replace(self, status=status, out=out, err=err)

    def recorded(self) -> dict[str, RecordedLink]:
        """Return what the file says now; it has no mistake."""
        loaded = load_links_bytes(self.file.read_bytes())
        assert loaded.problems == ()
        assert loaded.content is not None
        assert sorted(path.name for path in self.folder.iterdir()) == ["links.yaml"]
        return {link.url: link for link in loaded.content.links}


@pytest.fixture
def run(tmp_path: Path, service: Service, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command on an empty data file and a list of one link."""
    made = Run(tmp_path, service, capsys)
    made.file.write_text(f"{HEAD}links: []\n")
    return made
