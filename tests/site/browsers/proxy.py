"""A proxy that records the hosts that browsers request, and rejects all requests."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

# Hosts that Firefox contacts by itself, regardless of its settings.
FIREFOX_HOSTS = ("mozilla.org", "mozilla.com", "mozilla.net", "mozgcp.net", "firefox.com", "update.googleapis.com")


class Proxy:
    """A proxy on a free local port."""

    def __init__(self) -> None:
        requests: list[str] = []

        class Refuse(BaseHTTPRequestHandler):
            def do_CONNECT(self) -> None:
                self._refuse(self.path.partition(":")[0])

            def do_GET(self) -> None:
                self._refuse(urlsplit(self.path).hostname or "")

            def _refuse(self, host: str) -> None:
                if not host.endswith(FIREFOX_HOSTS):
                    requests.append(host)
                self.send_error(502)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is given by the base class)
                """Log nothing."""

        self.requests = requests
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Refuse)
        self.address = f"127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        """Stop the server."""
        self._server.shutdown()
        self._server.server_close()
