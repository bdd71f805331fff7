"""A local server that misbehaves in the ways of real servers, to test the download of pictures."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.cli.http import Client
from sphinx_recaps.cli.images import LIMITS

from tests.support import picture

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURE = picture("PNG", (1600, 900))


QUICK = replace(LIMITS, largest=3_000_000)
IMPATIENT = replace(QUICK, timeout=0.3)  # for servers that never respond; the others need more time


class Clock:
    """A clock that only advances when something sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def read(self) -> float:
        return self.now


def quick_client(clock: Clock) -> Client:
    """Return a client that may contact this machine, and does not wait."""
    return Client(QUICK, public_only=False, sleep=clock.sleep, clock=clock.read)


class BadServer(ThreadingHTTPServer):
    """Counts requests by path, and the bytes of endless responses; ``changes`` replaces the body of a path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: Counter[str] = Counter()
        self.headers: list[dict[str, str]] = []
        self.changes: dict[str, bytes] = {}
        self.sent = 0
        self.active: set[object] = set()
        self.max_active = 0
        self.closing = threading.Event()
        self.lock = threading.Lock()

    @property
    def address(self) -> str:
        """The address of the server, without a slash."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Ignore clients that disconnect."""


class Handler(BaseHTTPRequestHandler):
    """Answers a path with the method for its first segment: ``/moved/a.png`` with ``answer_moved``."""

    server: BadServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        word = self.path.split("/")[1]
        with self.server.lock:
            self.server.requests[self.path] += 1
            self.server.headers.append(dict(self.headers))
            self.server.active.add(self)
            self.server.max_active = max(self.server.max_active, len(self.server.active))
        try:
            with suppress(BrokenPipeError, ConnectionResetError):
                getattr(self, f"answer_{word}", self.answer_404)()
        finally:
            self._note_end()

    def _note_end(self) -> None:
        """Note that the answer is complete; before its last bytes, because the client can then ask again at once."""
        with self.server.lock:
            self.server.active.discard(self)

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def _send(self, body: bytes = b"", status: int = 200, kind: str = "image/png", **headers: str) -> None:
        self.send_response(status)
        sent = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in sent.items():
            if value:
                self.send_header(name, value)
        self._note_end()
        self.end_headers()
        self.wfile.write(body)

    def answer_ok(self) -> None:
        self._send(self.server.changes.get(self.path, PICTURE))

    def answer_untyped(self) -> None:
        self._send(PICTURE, kind="binary/octet-stream")

    def answer_moved(self) -> None:
        self._send(status=302, Location=f"/ok/{self.path.rpartition('/')[2]}")

    def answer_loop(self) -> None:
        self._send(status=302, Location="/loop/round")

    def answer_elsewhere(self) -> None:
        self._send(status=302, Location="file:///etc/passwd")

    def answer_page(self) -> None:
        self._send(b"<!DOCTYPE html><title>Sign in</title>", kind="text/html; charset=utf-8")

    def answer_painter(self) -> None:
        self._send(b"", kind="text/\x1b[31mred")

    def answer_liar(self) -> None:
        self._send(b"<!DOCTYPE html><title>Sign in</title>")

    def answer_404(self) -> None:
        self._send(b"gone", 404)

    def answer_busy(self) -> None:
        """Respond with 429 to the first two requests."""
        wait = "7" if self.server.requests[self.path] == 1 else formatdate(0, usegmt=True)
        if self.server.requests[self.path] > 2:
            self._send(PICTURE)
        else:
            self._send(status=429, Retry_After=wait)

    def answer_closed(self) -> None:
        self._send(status=503, Retry_After="9999")

    def answer_shaky(self) -> None:
        """Respond with 500 to the first two requests."""
        if self.server.requests[self.path] > 2:
            self._send(PICTURE)
        else:
            self._send(status=500)

    def answer_broken(self) -> None:
        self._send(status=500)

    def answer_huge(self) -> None:
        self._send(b"x", Content_Length="200000000")

    def answer_endless(self) -> None:
        self._send(PICTURE, Content_Length="")
        while not self.server.closing.is_set():
            self.server.sent += self.wfile.write(b"0" * 100_000)

    def answer_cut(self) -> None:
        """Break off the first response half-way."""
        whole = self.server.requests[self.path] > 1
        self._send(PICTURE if whole else PICTURE[:500], Content_Length=str(len(PICTURE)))

    def answer_truncated(self) -> None:
        self._send(PICTURE[:-200])

    def answer_packed(self) -> None:
        self._send(PICTURE, Content_Encoding="gzip")

    def answer_silent(self) -> None:
        self.server.closing.wait(30)

    def answer_stalled(self) -> None:
        self._send(PICTURE[:100], Content_Length=str(len(PICTURE)))
        self.server.closing.wait(30)

    def answer_nonsense(self) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")


@contextmanager
def bad_server() -> Iterator[BadServer]:
    """Run the server, and bypass any proxy."""
    server = BadServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("no_proxy", "*")
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            server.server_close()
            thread.join()
