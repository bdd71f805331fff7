"""Pictures from other hosts, asked for politely: one request at a time, a pause between two to the same host.

What may succeed later is tried again, after the time that the server asks for or a growing one. What a server says is
not believed: not its lengths, not its types, not where it redirects to.
"""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util import Retry

if TYPE_CHECKING:
    from collections.abc import Callable

_AGAIN = {429, 500, 502, 503, 504}
_FULL = {429, 503}
_TYPES = {"", "application/octet-stream", "binary/octet-stream"}  # what stores of files say for all they have
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Manners:
    """How to ask; times in seconds, ``heaviest`` in bytes.

    A poster as large as a door, as PNG, has about 20 MB. ``whole`` is for one answer, ``longest_wait`` between tries.
    """

    pause: float = 1
    connect: float = 10
    silence: float = 30
    whole: float = 300
    tries: int = 4
    first_wait: float = 2
    longest_wait: float = 120
    redirects: int = 5
    heaviest: int = 50_000_000


class FetchError(Exception):
    """A picture that cannot be had, with a sentence that says why and what to do."""


class _LaterError(Exception):
    """What may succeed at another time; ``wait`` is what the server asked for, in seconds.

    ``all_of_it``: the host would say the same of everything else.
    """

    def __init__(self, reason: str, wait: float | None = None, *, all_of_it: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.all_of_it = all_of_it


class Fetcher:
    """Fetches one picture after the other, and asks a host that gave up no more."""

    def __init__(
        self,
        manners: Manners | None = None,
        *,
        public_only: bool = True,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``public_only``: an address in a data file cannot make this machine ask its own network."""
        self.manners = manners or Manners()
        self._sleep = sleep
        self._clock = clock
        self._last: dict[str, float] = {}
        self._given_up: dict[str, str] = {}
        self._session = _Session()
        self._session.max_redirects = self.manners.redirects
        self._session.headers.update(
            {"User-Agent": "sphinx-recaps (make images)", "Accept": "image/*", "Accept-Encoding": "identity"}
        )
        if public_only:
            self._session.mount("http://", _PublicAdapter())
            self._session.mount("https://", _PublicAdapter())

    def fetch(self, address: str) -> bytes:
        """Return the body of the answer, which calls itself an image or nothing; raises FetchError."""
        host = urlsplit(address).netloc.lower()
        if host in self._given_up:
            raise FetchError(f"not asked for, because {self._given_up[host]}; run `make images` again later")
        tries = self.manners.tries
        for number in range(tries):
            try:
                return self._ask(host, address)
            except _LaterError as error:
                wait = self.manners.first_wait * 2**number if error.wait is None else error.wait
                if number + 1 == tries or wait > self.manners.longest_wait:
                    asked = f" and asks to wait {wait:.0f} s" if error.wait is not None else ""
                    if error.all_of_it:
                        self._given_up[host] = f"{host} {error}{asked}"
                    raise FetchError(f"{host} {error}{asked}; run `make images` again later") from error
                self._sleep(wait)
        raise AssertionError  # the last try returned or raised

    def _ask(self, host: str, address: str) -> bytes:
        """Ask once, not before the pause of the host is over."""
        left = self._last[host] + self.manners.pause - self._clock() if host in self._last else 0
        if left > 0:
            self._sleep(left)
        try:
            return self._answer(address)
        finally:
            self._last[host] = self._clock()

    def _answer(self, address: str) -> bytes:
        """Return the body of an answer, or raise what its failure means."""
        timeout = (self.manners.connect, self.manners.silence)
        try:
            with self._session.get(address, stream=True, timeout=timeout) as response:
                self._check(response)
                return self._body(response)
        except requests.TooManyRedirects:
            raise FetchError("it leads from one address to the next without end; correct the address") from None
        except (requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL, UnicodeError) as error:
            raise FetchError("it leads to an address that is not of the web; correct the address") from error
        except requests.exceptions.SSLError as error:
            raise FetchError("the certificate of the host is not valid; open the address in a browser") from error
        except requests.Timeout as error:
            raise _LaterError("does not answer", all_of_it=True) from error
        except requests.RequestException as error:
            raise _LaterError("cannot be reached", all_of_it=True) from error
        except (HTTPError, OSError) as error:  # while the body is read
            raise _LaterError("breaks off in the middle") from error

    def _check(self, response: requests.Response) -> None:
        """Refuse by what the server says of its answer."""
        status, headers = response.status_code, response.headers
        said = f"{status} {_reason(status)}".strip()
        if status in _AGAIN:
            raise _LaterError(f"says {said}", _retry_after(headers.get("Retry-After")), all_of_it=status in _FULL)
        if status != requests.codes.ok:
            raise FetchError(f"the server says {said}; correct the address, or name an archived copy or a local file")
        kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if not kind.startswith("image/") and kind not in _TYPES:
            raise FetchError(f"the server sends {kind}, which is no image; write the address of the image itself")
        if headers.get("Content-Encoding", "identity").lower() != "identity":
            raise FetchError("the server sends it packed, which was not asked for; name a local file")
        length = headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > self.manners.heaviest:
            self._too_heavy(f"{int(length) / 1e6:.0f} MB")

    def _body(self, response: requests.Response) -> bytes:
        """Read what comes, as far as there is room and time; an answer that breaks off raises."""
        begun, data = self._clock(), bytearray()
        while chunk := response.raw.read1(_CHUNK, decode_content=False):
            data += chunk
            if len(data) > self.manners.heaviest:
                self._too_heavy(f"more than {self.manners.heaviest / 1e6:.0f} MB")
            if self._clock() - begun > self.manners.whole:
                raise FetchError(f"it takes more than {self.manners.whole / 60:.0f} minutes; name a local file")
        return bytes(data)

    def _too_heavy(self, weight: str) -> NoReturn:
        limit = f"{self.manners.heaviest / 1e6:.0f} MB"
        raise FetchError(f"it has {weight}, and at most {limit} are fetched; save it smaller and name a local file")


class _Session(requests.Session):
    """Sends no password of this machine: requests by itself looks for one in ~/.netrc, again after each redirect."""

    def __init__(self) -> None:
        super().__init__()
        self.auth = lambda request: request

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Do nothing."""


def _reason(status: int) -> str:
    """Return what a status means, in the words of the standard and not of the server."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _retry_after(value: str | None) -> float | None:
    """Return the seconds to wait, from a number or a date (RFC 9110, 10.2.3); None for neither."""
    try:
        return Retry().parse_retry_after(value) if value else None
    except (InvalidHeader, OverflowError):
        return None


# -- Only public hosts: looked at where the name of the host leads, after each redirect, and before anything is said ---


def _refuse_private(connection: HTTPConnection) -> None:
    peer = ipaddress.ip_address(connection.sock.getpeername()[0].partition("%")[0])
    mapped = getattr(peer, "ipv4_mapped", None)
    if not (mapped or peer).is_global:
        connection.close()
        raise FetchError("it leads into a private network, where nothing is fetched from; name a local file")


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
