"""WebKitGTK, driven by WebDriver (https://www.w3.org/TR/webdriver2/), on a virtual screen."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tests.programs import SYSTEM_PYTHON
from tests.site.browsers.driver import MIDDLE, PROBE, TIMEOUT, DriverError, View, actions, press_at, until

WINDOW = Path(__file__).with_name("webkit_window.py")
SCREEN = "1600x4000x24"


class Display:
    """An X server with a window manager, which is required for windows to get the focus."""

    def __init__(self) -> None:
        read_end, write_end = os.pipe()
        command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", SCREEN, "-nolisten", "tcp"]
        self._server = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
        os.close(write_end)
        with os.fdopen(read_end) as output:
            self.name = f":{output.readline().strip()}"
        self._manager = subprocess.Popen(
            ["openbox"], env={**os.environ, "DISPLAY": self.name}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def close(self) -> None:
        """End both processes."""
        for process in (self._manager, self._server):
            process.terminate()
            process.wait(TIMEOUT)


class WebKit:
    """A WebKit process with its own window, without persistent data."""

    def __init__(self, program: str, display: Display, proxy: str, view: View) -> None:
        self._folder = Path(mkdtemp(prefix="webkit-"))
        port = _free_port()
        options = {**vars(view), "proxy": proxy, "probe": PROBE, "folder": str(self._folder)}
        self._driver = subprocess.Popen(
            [program, f"--port={port}"],
            env={**os.environ, "DISPLAY": display.name, "WEBKIT_WINDOW": json.dumps(options)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._address = f"http://127.0.0.1:{port}"
        until(self._is_ready, "WebKitWebDriver answers")
        browser = {"binary": SYSTEM_PYTHON, "args": [str(WINDOW)]}
        capabilities = {"alwaysMatch": {"webkitgtk:browserOptions": browser}}
        session = self._call("POST", "/session", {"capabilities": capabilities})["sessionId"]
        self._address += f"/session/{session}"

    def _call(self, verb: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body or {}).encode() if verb == "POST" else None
        request = Request(self._address + path, data, {"Content-Type": "application/json"}, method=verb)
        try:
            with urlopen(request, timeout=TIMEOUT) as response:
                return json.load(response)["value"]
        except HTTPError as error:
            message = f"{verb} {path}: {json.load(error)['value'].get('message')}"
            raise DriverError(message) from None

    def _is_ready(self) -> bool:
        try:
            return bool(self._call("GET", "/status")["ready"])
        except (URLError, ConnectionError):
            return False

    @property
    def crashed(self) -> bool:
        """Return whether the web process has crashed."""
        return (self._folder / "crashed").exists()

    def goto(self, address: str) -> None:
        self._call("POST", "/url", {"url": "about:blank"})
        self._call("POST", "/url", {"url": address})

    def evaluate(self, expression: str) -> Any:
        script = f"return (async () => ({expression}))()"
        return self._call("POST", "/execute/sync", {"script": script, "args": []})

    def click(self, selector: str) -> None:
        x, y = self.evaluate(MIDDLE.format(selector=json.dumps(selector)))
        self._call("POST", "/actions", {"actions": press_at(x, y)})

    def press(self, *keys: str) -> None:
        self._call("POST", "/actions", {"actions": actions(keys)})

    def back(self) -> None:
        self._call("POST", "/back")

    def forward(self) -> None:
        self._call("POST", "/forward")

    def pdf(self) -> bytes:
        printed = self._folder / "printed"
        printed.unlink(missing_ok=True)
        os.kill(int((self._folder / "pid").read_text()), signal.SIGUSR1)
        until(printed.exists, "the page is printed")
        return (self._folder / "page.pdf").read_bytes()

    def close(self) -> None:
        os.kill(int((self._folder / "pid").read_text()), signal.SIGTERM)
        self._driver.terminate()
        self._driver.wait(TIMEOUT)
        rmtree(self._folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
