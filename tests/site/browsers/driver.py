"""What a journey needs of a browser: the same few deeds in Chromium, Firefox and WebKit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
PATIENCE = 60  # seconds


@dataclass(frozen=True)
class View:
    """How a reader looks at the site."""

    wide: int = 1280
    tall: int = 900
    scripts: bool = True
    zoom: float = 1


class DriverError(Exception):
    """A browser could not do what it was told, as while a page gives way to the next one."""


class Driver(Protocol):
    """One window of a browser. Expressions are JavaScript and give what JSON can hold; promises are awaited."""

    def goto(self, address: str) -> None:
        """Open an address, and return once it is loaded."""

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression."""

    def click(self, selector: str) -> None:
        """Press the pointer on the middle of the first element that matches, after scrolling to it."""

    def press(self, *keys: str) -> None:
        """Press keys one after the other: characters, or the names in ``KEYS``."""

    def back(self) -> None:
        """Go back in the history."""

    def forward(self) -> None:
        """Go forward in the history."""

    def pdf(self) -> bytes:
        """Print the page on A4."""

    def close(self) -> None:
        """Close the window and all that belongs to it."""


# Private characters that stand for keys: https://www.w3.org/TR/webdriver2/#keyboard-actions
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c"}
# Where the middle of an element, or of its first line, is on the screen, once it is there.
MIDDLE = """(() => {{
  const element = document.querySelector({selector});
  element.scrollIntoView({{ block: "center", behavior: "instant" }});
  const [box] = element.getClientRects();
  return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
}})()"""


def wait_for(driver: Driver, expression: str, *, seconds: float = PATIENCE) -> Any:
    """Return the first true value of an expression; fail with its last one when there is none in time."""

    def ask() -> Any:
        try:
            return driver.evaluate(expression)
        except DriverError:
            return None

    return until(ask, expression, seconds=seconds)


def until(ask: Callable[[], Any], what: str, *, seconds: float = PATIENCE) -> Any:
    """Return the first true answer; fail, saying what was waited for, when there is none in time."""
    end = monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        assert monotonic() < end, f"not within {seconds} s: {what}; the last answer was {answer!r}"
        sleep(0.02)


def actions(keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the keys as WebDriver takes them, in both of its protocols."""
    typed = "".join(KEYS.get(key, key) for key in keys)
    steps = [{"type": kind, "value": one} for one in typed for kind in ("keyDown", "keyUp")]
    return [{"type": "key", "id": "keyboard", "actions": steps}]


def press_at(x: int, y: int) -> list[dict[str, Any]]:
    """Return a press of the pointer as WebDriver takes it, in both of its protocols."""
    steps: list[dict[str, Any]] = [
        {"type": "pointerMove", "x": x, "y": y, "duration": 0},
        {"type": "pointerDown", "button": 0},
        {"type": "pointerUp", "button": 0},
    ]
    return [{"type": "pointer", "id": "pointer", "parameters": {"pointerType": "mouse"}, "actions": steps}]
