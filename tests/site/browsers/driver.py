"""The common interface of Chromium, Firefox and WebKit for journeys through the site."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
TIMEOUT = 60  # seconds


@dataclass(frozen=True)
class View:
    """The window and settings of a reader."""

    wide: int = 1280
    tall: int = 900
    scripts: bool = True
    zoom: float = 1


class DriverError(Exception):
    """A browser could not run a command, for example while it loads another page."""


class Driver(Protocol):
    """A browser window. Expressions are JavaScript with JSON values; promises are awaited."""

    def goto(self, address: str) -> None:
        """Open an address, and return once it is loaded."""

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression."""

    def click(self, selector: str) -> None:
        """Scroll to the first matching element, and click its centre."""

    def press(self, *keys: str) -> None:
        """Press keys in turn: characters, or names in ``KEYS``."""

    def back(self) -> None:
        """Go back in the history."""

    def forward(self) -> None:
        """Go forward in the history."""

    def pdf(self) -> bytes:
        """Print the page on A4."""

    def close(self) -> None:
        """Close the window, and end its processes."""


# Private characters for keys: https://www.w3.org/TR/webdriver2/#keyboard-actions
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c"}
# The centre of an element, or of its first line, on the screen, after scrolling to it.
MIDDLE = """(() => {{
  const element = document.querySelector({selector});
  element.scrollIntoView({{ block: "center", behavior: "instant" }});
  const [box] = element.getClientRects();
  return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
}})()"""


def wait_for(driver: Driver, expression: str, *, seconds: float = TIMEOUT) -> Any:
    """Return the first truthy value of an expression; after the timeout, fail with its last value."""

    def ask() -> Any:
        try:
            return driver.evaluate(expression)
        except DriverError:
            return None

    return until(ask, expression, seconds=seconds)


def until(ask: Callable[[], Any], description: str, *, seconds: float = TIMEOUT) -> Any:
    """Return the first truthy result of ``ask``; after the timeout, fail with the description."""
    end = monotonic() + seconds
    while True:
        result = ask()
        if result:
            return result
        assert monotonic() < end, f"not within {seconds} s: {description}; the last result was {result!r}"
        sleep(0.02)


def actions(keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return actions for keys, in the form of both WebDriver protocols."""
    typed = "".join(KEYS.get(key, key) for key in keys)
    steps = [{"type": kind, "value": value} for value in typed for kind in ("keyDown", "keyUp")]
    return [{"type": "key", "id": "keyboard", "actions": steps}]


def press_at(x: int, y: int) -> list[dict[str, Any]]:
    """Return actions for a click, in the form of both WebDriver protocols."""
    steps: list[dict[str, Any]] = [
        {"type": "pointerMove", "x": x, "y": y, "duration": 0},
        {"type": "pointerDown", "button": 0},
        {"type": "pointerUp", "button": 0},
    ]
    return [{"type": "pointer", "id": "pointer", "parameters": {"pointerType": "mouse"}, "actions": steps}]
