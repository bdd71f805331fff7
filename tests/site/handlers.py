"""Request handlers of the local servers that tests in a browser use."""

from __future__ import annotations

import re
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from io import BytesIO


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files, keeps connections open, and logs nothing."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Send an empty response for a missing icon, which would cause an error in the console."""
        if self.path == "/favicon.ico" and not Path(self.translate_path(self.path)).exists():
            self.send_response(HTTPStatus.NO_CONTENT)
            self.end_headers()
            return None
        return super().send_head()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is given by the base class)
        """Log nothing; the tab records missing files."""


class SlowHandler(QuietHandler):
    """Delays everything but pages and style sheets, so that content without reserved space causes layout shift."""

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Delay scripts, pictures and fonts until after the first paint."""
        if not re.search(r"(/|\.html|\.css)(\?|$)", self.path):
            sleep(0.08)
        return super().send_head()

    def end_headers(self) -> None:
        """Prevent caching."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()
