"""Firefox, driven by WebDriver BiDi, without geckodriver: https://www.w3.org/TR/webdriver-bidi/."""

from __future__ import annotations

import base64
import json
import subprocess
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Thread
from typing import IO, Any

from websockets.sync.client import connect

from tests.site.browsers.driver import MIDDLE, PROBE, TIMEOUT, DriverError, View, actions, press_at

A4 = {"width": 21.0, "height": 29.7}  # cm
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.search.update": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "media.gmp-manager.url": "data:,",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
    "ui.prefersReducedMotion": 1,
}


class Firefox:
    """A Firefox with a profile of its own; windows in it share nothing."""

    def __init__(self, program: str, proxy: str, *, scripts: bool) -> None:
        self._profile = Path(mkdtemp(prefix="firefox-"))
        (self._profile / "user.js").write_text(_preferences(proxy, scripts=scripts), encoding="utf-8")
        command = [
            program,
            "--headless",
            "--no-remote",
            "--profile",
            str(self._profile),
            "--remote-debugging-port",
            "0",
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr
        self._messages = self._process.stderr
        address = _address(self._messages)
        self._reading = Thread(target=self._messages.read, daemon=True)  # otherwise, messages would fill the pipe
        self._reading.start()
        self._open = ExitStack()
        self._socket = self._open.enter_context(
            connect(f"{address}/session", origin=None, max_size=None, proxy=None, open_timeout=TIMEOUT)
        )
        self._numbers = count(1)
        self.scripts = scripts
        self.call("session.new", capabilities={})

    def call(self, method: str, **parameters: Any) -> Any:
        """Return the result of a command."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            response = json.loads(self._socket.recv(timeout=TIMEOUT))
            if response.get("id") == number:
                if response["type"] != "success":
                    message = f"{method}: {response.get('message')}"
                    raise DriverError(message)
                return response["result"]

    def close(self) -> None:
        """End the process."""
        self._open.close()
        self._process.terminate()
        self._process.wait(TIMEOUT)
        self._reading.join(TIMEOUT)
        self._messages.close()
        rmtree(self._profile, ignore_errors=True)


class FirefoxWindow:
    """A window without cookies and storage."""

    def __init__(self, firefox: Firefox, view: View) -> None:
        self._call, self._scripts = firefox.call, firefox.scripts
        self._reader = self._call("browser.createUserContext")["userContext"]
        self._tab = self._call("browsingContext.create", type="window", userContext=self._reader)["context"]
        if self._scripts:
            self._call(
                "script.addPreloadScript", functionDeclaration=f"() => {{ {PROBE} }}", userContexts=[self._reader]
            )
        size = {"width": round(view.wide / view.zoom), "height": round(view.tall / view.zoom)}
        self._call("browsingContext.setViewport", context=self._tab, viewport=size, devicePixelRatio=view.zoom)

    def goto(self, address: str) -> None:
        self._call("browsingContext.navigate", context=self._tab, url="about:blank", wait="complete")
        self._call("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        target = {"context": self._tab}
        if self._scripts:
            expression = f"(async () => JSON.stringify((await ({expression})) ?? null))()"
        else:  # without scripts, promises never settle
            expression, target["sandbox"] = f"JSON.stringify(({expression}) ?? null)", "journey"
        response = self._call("script.evaluate", expression=expression, target=target, awaitPromise=self._scripts)
        if response["type"] != "success":
            raise DriverError(response["exceptionDetails"]["text"])
        return json.loads(response["result"]["value"])

    def click(self, selector: str) -> None:
        x, y = self.evaluate(MIDDLE.format(selector=json.dumps(selector)))
        self._call("input.performActions", context=self._tab, actions=press_at(x, y))

    def press(self, *keys: str) -> None:
        self._call("input.performActions", context=self._tab, actions=actions(keys))

    def back(self) -> None:
        self._call("browsingContext.traverseHistory", context=self._tab, delta=-1)

    def forward(self) -> None:
        self._call("browsingContext.traverseHistory", context=self._tab, delta=1)

    def pdf(self) -> bytes:
        return base64.b64decode(self._call("browsingContext.print", context=self._tab, page=A4)["data"])

    def close(self) -> None:
        self._call("browser.removeUserContext", userContext=self._reader)


def _preferences(proxy: str, *, scripts: bool) -> str:
    host, _, port = proxy.partition(":")
    preferences = {**PREFERENCES, "javascript.enabled": scripts, "network.proxy.type": 1}
    for scheme in ("http", "ssl"):
        preferences |= {f"network.proxy.{scheme}": host, f"network.proxy.{scheme}_port": int(port)}
    return "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items())


def _address(lines: IO[str]) -> str:
    """Return the address of the WebSocket, which Firefox prints when it is ready."""
    for line in lines:
        if "WebDriver BiDi listening on" in line:
            return line.split()[-1]
    message = "Firefox ended before it was ready"
    raise RuntimeError(message)
