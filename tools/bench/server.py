"""A local static web server that compresses text, keeps connections open, and counts the bytes it sends."""

from __future__ import annotations

import gzip
import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The default of nginx and others; most hosts compress at least as well, many with Brotli.
LEVEL = 6
PIECE = 1024  # bytes
# By suffix, not from the tables of the system, which differ between machines.
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".woff2": "font/woff2",
}
_TEXT = {".html", ".css", ".js", ".json", ".txt", ".xml", ".svg", ".ico"}


class Body(NamedTuple):
    """A file as sent."""

    data: bytes
    type: str
    packed: bool
    changed: float
    tag: str


EMPTY = Body(b"", TYPES[".txt"], packed=False, changed=0, tag="0")


class Sent(NamedTuple):
    """A response: the requested path, its status, and its transferred size with all headers."""

    path: str
    status: int
    size: int


@dataclass
class Host:
    """A served folder, and all responses."""

    address: str
    sent: list[Sent] = field(default_factory=list)


@lru_cache(maxsize=4096)
def _body(path: Path, changed: float, packed: bool) -> Body:
    data = path.read_bytes()
    if packed:
        data = gzip.compress(data, LEVEL, mtime=0)
    kind = TYPES.get(path.suffix.lower(), "application/octet-stream")
    return Body(data, kind, packed, changed, hashlib.blake2b(data, digest_size=12).hexdigest())


def body(path: Path, accepted: str) -> Body:
    """Return a file as sent to a client that accepts some encodings (``Accept-Encoding``)."""
    packed = path.suffix.lower() in _TEXT and "gzip" in accepted
    return _body(path, path.stat().st_mtime, packed)


def find_file(root: Path, address: str) -> Path | None:
    """Return the file for an address in a folder, or None."""
    path = (root / unquote(urlsplit(address).path).lstrip("/")).resolve()
    if path.is_dir():
        path /= "index.html"
    return path if path.is_relative_to(root.resolve()) and path.is_file() else None


@contextmanager
def host(root: Path, late: float = 0, pause: float = 0) -> Iterator[Host]:
    """Serve a folder on a free local port.

    Everything except pages and style sheets is delayed by ``late`` seconds, until after the first paint, so that
    content without reserved space causes layout shift. Pages are sent in pieces, with a ``pause`` in seconds between
    them, so that browsers paint partial pages.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # otherwise the client waits for more

        def do_GET(self) -> None:
            path = find_file(root, self.path)
            status, path = (HTTPStatus.OK, path) if path else (HTTPStatus.NOT_FOUND, find_file(root, "/404.html"))
            content = body(path, self.headers.get("Accept-Encoding", "")) if path else EMPTY
            head = [f"HTTP/1.1 {status.value} {status.phrase}", f"Date: {self.date_time_string()}"]
            head += [f"{name}: {value}" for name, value in _headers(content).items()]
            data = "\r\n".join([*head, "", ""]).encode() + content.data
            if path and path.suffix not in {".html", ".css"}:
                sleep(late)
            served.sent.append(Sent(self.path, status.value, len(data)))
            for piece in _pieces(data) if pause and path and path.suffix == ".html" else [data]:
                self.wfile.write(piece)
                sleep(pause)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is given by the base class)
            """Log nothing; missing files are in the list of responses."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Host(f"http://127.0.0.1:{server.server_port}/")
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()


def _pieces(data: bytes) -> list[bytes]:
    """Split data into pieces as small as on a slow connection."""
    return [data[place : place + PIECE] for place in range(0, len(data), PIECE)]


def _headers(content: Body) -> dict[str, str]:
    """Return the standard headers of static hosts."""
    headers = {
        "Server": "static",
        "Content-Type": content.type,
        "Content-Length": str(len(content.data)),
        "Last-Modified": formatdate(content.changed, usegmt=True),
        "ETag": f'"{content.tag}"',
        "Cache-Control": "max-age=1200",
        "Accept-Ranges": "bytes",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "Strict-Transport-Security": "max-age=31536000",
    }
    return headers | ({"Content-Encoding": "gzip"} if content.packed else {})
