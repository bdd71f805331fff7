"""Requests to other sites, one at a time: with a pause between two to one host, and with the waits that it asks for."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util.retry import Retry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Answer = TypeVar("Answer")

ATTEMPTS = 4
LARGEST = 1_000_000  # bytes that are read of an answer
LONGEST_WAIT = 600  # seconds; who asks for more is asked another day
LATER = {429, 500, 502, 503, 504}  # answers that may be others a little later
USER_AGENT = f"sphinx-recaps ({requests.utils.default_user_agent()})"


class FailedError(Exception):
    """A question got no answer that says anything; the text is a sentence without its subject, the host."""


class RefusedError(FailedError):
    """A host wants no more questions for now."""


class _LaterError(FailedError):
    """The same question may be answered later, after ``wait`` seconds where the host says so."""

    def __init__(self, message: str, wait: float | None = None, *, too_many: bool = False) -> None:
        super().__init__(message)
        self.wait = wait
        self.refused = too_many or wait is not None


@dataclass
class Polite:
    """A client; ``pause`` and ``timeout`` are seconds. ``say`` is told why it waits, ``sleep`` waits."""

    pause: float
    timeout: float
    say: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep
    _session: requests.Session = field(default_factory=requests.Session)
    _last: dict[str, float] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Say who asks, and follow few redirects."""
        self._session.max_redirects = 5
        self._session.headers["User-Agent"] = USER_AGENT

    def read(self, url: str, parameters: Mapping[str, str], parse: Callable[[bytes], Answer]) -> Answer:
        """Return what an answer says; ``parse`` makes it of the bytes, or raises ValueError with what is wrong.

        Raises FailedError where there is none after several attempts, RefusedError where no more should be made.
        """

        def ask() -> Answer:
            with self._get(url, parameters) as response:
                if not response.ok:
                    msg = f"answers {response.status_code}"
                    raise FailedError(msg)
                body = self._body(response)
            try:
                return parse(body)
            except ValueError as error:
                raise _LaterError(str(error)) from error

        return self._attempt(url, ask, ATTEMPTS)

    def status(self, url: str) -> int:
        """Return the status with which a page answers, after redirects; raises as :meth:`read` does."""

        def ask() -> int:
            with self._get(url, {}) as response:
                return response.status_code

        return self._attempt(url, ask, 2)

    def _attempt(self, url: str, ask: Callable[[], Answer], attempts: int) -> Answer:
        host = urlsplit(url).netloc
        if host in self._refused:
            msg = "wants no more questions for now"
            raise RefusedError(msg)
        attempt = 1
        while True:
            self._take_turn(host)
            try:
                return ask()
            except _LaterError as error:
                later = error
            finally:
                self._last[host] = time.monotonic()
            wait = self.pause * 2**attempt if later.wait is None else later.wait
            if attempt == attempts or wait > LONGEST_WAIT:
                break
            self.say(f"{host} {later}; asked again in {wait:.0f} s")
            self.sleep(wait)
            attempt += 1
        if not later.refused:
            raise FailedError(str(later)) from later
        self._refused.add(host)
        msg = f"{later} and asks to wait {wait / 60:.0f} minutes" if wait > LONGEST_WAIT else str(later)
        raise RefusedError(msg) from later

    def _take_turn(self, host: str) -> None:
        """Wait until the pause after the last request to a host is over."""
        left = self._last.get(host, -self.pause) + self.pause - time.monotonic()
        if left > 0:
            self.sleep(left)

    def _get(self, url: str, parameters: Mapping[str, str]) -> requests.Response:
        try:
            response = self._session.get(url, params=parameters, timeout=self.timeout, stream=True)
        except requests.Timeout as error:
            msg = f"does not answer within {self.timeout:g} s"
            raise _LaterError(msg) from error
        except requests.exceptions.SSLError as error:
            msg = "has a certificate that is not trusted"
            raise FailedError(msg) from error
        except requests.ConnectionError as error:
            msg = "cannot be reached"
            raise _LaterError(msg) from error
        except requests.TooManyRedirects as error:
            msg = "redirects without end"
            raise FailedError(msg) from error
        except (requests.RequestException, HTTPError, ValueError) as error:
            msg = f"cannot be asked ({str(error)[:100]})"
            raise FailedError(msg) from error
        if response.status_code in LATER:
            response.close()
            msg = f"answers {response.status_code}"
            raise _LaterError(msg, _retry_after(response), too_many=response.status_code == 429)
        return response

    def _body(self, response: requests.Response) -> bytes:
        body = b""
        deadline = time.monotonic() + 3 * self.timeout
        try:
            for chunk in response.iter_content(1 << 14):
                body += chunk
                if len(body) > LARGEST or time.monotonic() > deadline:
                    msg = "answers without end"
                    raise FailedError(msg)
        except (requests.RequestException, HTTPError) as error:
            msg = "breaks off its answer"
            raise _LaterError(msg) from error
        return body


def _retry_after(response: requests.Response) -> float | None:
    """Return for how many seconds a host asks to wait: a number or a date; None where it says neither."""
    said = response.headers.get("Retry-After")
    try:
        return Retry(retry_after_max=10**9).parse_retry_after(said) if said else None
    except (InvalidHeader, ValueError, OverflowError):
        return None
