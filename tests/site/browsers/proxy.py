"""Takes what browsers ask of other hosts, notes of which, and gives them nothing."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

# What Firefox asks its makers by itself, whatever it is set to.
MAKERS = ("mozilla.org", "mozilla.com", "mozilla.net", "mozgcp.net", "firefox.com", "update.googleapis.com")


class Proxy:
    """A proxy on a free port of this machine."""

    def __init__(self) -> None:
        asked: list[str] = []

        class Refuse(BaseHTTPRequestHandler):
            def do_CONNECT(self) -> None:
                self._refuse(self.path.partition(":")[0])

            def do_GET(self) -> None:
                self._refuse(urlsplit(self.path).hostname or "")

            def _refuse(self, host: str) -> None:
                if not host.endswith(MAKERS):
                    asked.append(host)
                self.send_error(502)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (named so by the base class)
                """Say nothing."""

        self.asked = asked
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Refuse)
        self.address = f"127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
