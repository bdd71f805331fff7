"""Requests to other sites: one at a time, with pauses, and without trusting what a host sends.

Temporary failures are retried after the time that the host specifies, or with increasing waits; a host that refuses
requests gets no more. Lengths, media types and redirects are checked, and only public hosts are contacted.
"""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass
from http.client import responses
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util import Retry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Result = TypeVar("Result")

USER_AGENT = f"sphinx-recaps ({requests.utils.default_user_agent()})"
_TEMPORARY = {429, 500, 502, 503, 504}
_OF_THE_HOST = {429, 503}  # temporary, and the same for every other address of the host
_ANY_TYPE = {"", "application/octet-stream", "binary/octet-stream"}  # what file storage services send for any file
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds: between requests to a host, without a sign of life, for a whole response, between attempts."""

    pause: float = 1
    timeout: float = 20
    total: float = 300
    longest_wait: float = 120
    attempts: int = 4
    largest: int = 1_000_000  # bytes of one response


class RequestError(Exception):
    """A request without a usable response; the text is a sentence without its subject, the host."""

    temporary = False


class RefusedError(RequestError):
    """The host accepts no more requests for now."""

    temporary = True


class _LaterError(RequestError):
    """The same request may succeed later; ``wait`` is the time in seconds that the host specifies."""

    temporary = True

    def __init__(self, problem: str, wait: float | None = None, *, of_the_host: bool = False) -> None:
        super().__init__(problem)
        self.wait = wait
        self.of_the_host = of_the_host or wait is not None


class Client:
    """Sends one request after the other; ``report`` gets a line before each long wait."""

    def __init__(
        self,
        limits: Limits,
        *,
        report: Callable[[str], object] = lambda _: None,
        public_only: bool = True,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``public_only`` protects the private network of this machine from addresses in data files."""
        self.limits = limits
        self._report, self._sleep, self._clock = report, sleep, clock
        self._last: dict[str, float] = {}
        self._refused: set[str] = set()
        self._session = _Session()
        self._session.max_redirects = 5
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
        if public_only:
            self._session.mount("http://", _PublicAdapter())
            self._session.mount("https://", _PublicAdapter())

    def read(
        self, url: str, parse: Callable[[bytes], Result], parameters: Mapping[str, str] | None = None, media: str = ""
    ) -> Result:
        """Return the parsed body of a response; if ``parse`` raises ValueError with a message, the request is retried.

        ``media`` is the beginning of the media type: ``image/``. Raises RequestError.
        """

        def request() -> Result:
            with self._get(url, parameters, f"{media}*" if media else "*/*") as response:
                self._check(response, media)
                body = self._body(response)
            try:
                return parse(body)
            except ValueError as error:
                raise _LaterError(str(error)) from error

        return self._attempt(url, request, self.limits.attempts)

    def status(self, url: str) -> int:
        """Return the status of a page, after redirects; raises RequestError."""

        def request() -> int:
            with self._get(url, None, "*/*") as response:
                return response.status_code

        return self._attempt(url, request, 2)

    def is_refused(self, url: str) -> bool:
        """Return whether the host of an address accepts no more requests in this run."""
        return urlsplit(url).netloc.lower() in self._refused

    def _attempt(self, url: str, request: Callable[[], Result], attempts: int) -> Result:
        host = urlsplit(url).netloc.lower()
        if self.is_refused(url):
            raise RefusedError("accepts no more requests for now")
        for attempt in range(1, attempts + 1):
            self._take_turn(host)
            try:
                return request()
            except _LaterError as error:
                failure = error
            finally:
                self._last[host] = self._clock()
            wait = self.limits.pause * 2**attempt if failure.wait is None else failure.wait
            if attempt == attempts or wait > self.limits.longest_wait:
                break
            self._report(f"{host} {failure}; trying again in {wait:.0f} s")
            self._sleep(wait)
        if not failure.of_the_host:
            raise failure
        self._refused.add(host)
        msg = f"{failure} and asks to wait {wait / 60:.0f} minutes" if wait > self.limits.longest_wait else str(failure)
        raise RefusedError(msg) from failure

    def _take_turn(self, host: str) -> None:
        """Wait until the pause after the last request to a host is over."""
        remaining = self._last.get(host, -self.limits.pause) + self.limits.pause - self._clock()
        if remaining > 0:
            self._sleep(remaining)

    def _get(self, url: str, parameters: Mapping[str, str] | None, accept: str) -> requests.Response:
        """Return a response unless its status is temporary."""
        try:
            response = self._session.get(
                url, params=parameters, headers={"Accept": accept}, timeout=self.limits.timeout, stream=True
            )
        except requests.TooManyRedirects as error:
            raise RequestError("redirects without end") from error
        except requests.exceptions.SSLError as error:
            raise RequestError("has a certificate that is not valid") from error
        except requests.Timeout as error:
            raise _LaterError(f"does not answer within {self.limits.timeout:g} s", of_the_host=True) from error
        except (requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL, ValueError) as error:
            raise RequestError("has an address that cannot be requested") from error
        except (requests.RequestException, HTTPError, OSError) as error:
            raise _LaterError("cannot be reached", of_the_host=True) from error
        status = response.status_code
        if status in _TEMPORARY:
            response.close()
            wait = _retry_after(response.headers.get("Retry-After"))
            raise _LaterError(_answer(status), wait, of_the_host=status in _OF_THE_HOST)
        return response

    def _check(self, response: requests.Response, media: str) -> None:
        if response.status_code != requests.codes.ok:
            raise RequestError(_answer(response.status_code))
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if not kind.startswith(media) and kind not in _ANY_TYPE:
            raise RequestError(f"sends {kind} where {media}… is needed")
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise RequestError("sends a compressed response, which was not asked for")
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > self.limits.largest:
            self._refuse_size()

    def _body(self, response: requests.Response) -> bytes:
        """Read the body, within the limits of size and time."""
        start, body = self._clock(), bytearray()
        try:
            while chunk := response.raw.read1(_CHUNK, decode_content=False):
                body += chunk
                if len(body) > self.limits.largest:
                    self._refuse_size()
                if self._clock() - start > self.limits.total:
                    raise RequestError(f"takes more than {self.limits.total / 60:g} minutes")
        except (requests.RequestException, HTTPError, OSError) as error:
            raise _LaterError("breaks off its response") from error
        return bytes(body)

    def _refuse_size(self) -> NoReturn:
        raise RequestError(f"sends more than {self.limits.largest / 1e6:.0f} MB")


class _Session(requests.Session):
    """Sends no passwords: by default, requests looks for one in ~/.netrc, also after each redirect."""

    def __init__(self) -> None:
        super().__init__()
        self.auth = lambda request: request

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Do nothing."""


def _answer(status: int) -> str:
    """Describe a status with the phrase of the standard, not that of the host."""
    return f"answers {status} {responses.get(status, '')}".rstrip()


def _retry_after(value: str | None) -> float | None:
    """Return the seconds to wait, from a number or a date (RFC 9110, 10.2.3); None if it is neither."""
    try:
        return Retry(retry_after_max=10**9).parse_retry_after(value) if value else None
    except (InvalidHeader, ValueError, OverflowError):
        return None


# -- Only public hosts: each connection is checked before anything is sent, also after redirects -----------------------


def _refuse_private(connection: HTTPConnection) -> None:
    peer = ipaddress.ip_address(connection.sock.getpeername()[0].partition("%")[0])
    mapped = getattr(peer, "ipv4_mapped", None)
    if not (mapped or peer).is_global:
        connection.close()
        raise RequestError("is in a private network, which is never asked")


class _PublicConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _refuse_private(self)


class _PublicSecureConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _refuse_private(self)


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicSecurePool(HTTPSConnectionPool):
    ConnectionCls = _PublicSecureConnection


class _PublicAdapter(HTTPAdapter):
    """Connects to public hosts, or to the proxy that the user has set."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PublicPool, "https": _PublicSecurePool}
