"""A local service that misbehaves on request, and runs of the command that uses it."""

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
    """A response of the server, sent after ``delay`` seconds."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0


def copy(time: str = "20210510120000", **other: object) -> Reply:
    """Return a response in the documented form."""
    closest = {"status": "200", "available": True, "url": "http://web.archive.org/web/x", "timestamp": time, **other}
    return Reply(body=json.dumps({"url": "x", "archived_snapshots": {"closest": closest}}).encode())


NO_COPY = Reply(body=b'{"url": "x", "archived_snapshots": {}}')
REFUSAL = Reply(429, b"<html>Too Many Requests</html>", {"Retry-After": "1"})


@dataclass
class Service:
    """A server; ``answer`` returns the reply to a request, given its number, path and parameters."""

    address: str = ""
    answer: Callable[[int, str, dict[str, str]], Reply] = lambda *_: copy()
    requests: list[dict[str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    active: int = 0
    max_active: int = 0


@pytest.fixture
def service() -> Iterator[Service]:
    """Yield a server on this machine."""
    local = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            local.active += 1
            local.max_active = max(local.max_active, local.active)
            url = urlsplit(self.path)
            parameters = {key: values[0] for key, values in parse_qs(url.query).items()}
            local.requests.append(parameters or {"path": url.path})
            local.agents.add(self.headers["User-Agent"])
            reply = local.answer(len(local.requests), url.path, parameters)
            time.sleep(reply.delay)
            local.active -= 1
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Ignore clients that disconnect."""

    server = Quiet(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    local.address = f"http://127.0.0.1:{server.server_port}"
    yield local
    server.shutdown()
    server.server_close()


@dataclass
class Run:
    """Links, the folder of their data file, and the results of a run of the command."""

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
        """Write ``links`` to the data file if given, run the command, and return its results."""
        if wanted is not None:
            self.wanted[:] = [CopyRequest(url, near) for url, near in wanted.items()]
        if links is not None:
            self.file.write_text(links)
        self.service.requests.clear()
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
        """Return the current records; the file must be valid."""
        loaded = load_links_bytes(self.file.read_bytes())
        assert loaded.problems == ()
        assert loaded.content is not None
        assert sorted(path.name for path in self.folder.iterdir()) == ["links.yaml"]
        return {link.url: link for link in loaded.content.links}


@pytest.fixture
def run(tmp_path: Path, service: Service, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command on an empty data file and a list of one link."""
    local = Run(tmp_path, service, capsys)
    local.file.write_text(f"{HEAD}links: []\n")
    return local
