"""Requests are polite, and responses are not trusted."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.cli.http import Client, RequestError

from tests.picture_server import IMPATIENT, PICTURE, QUICK, BadServer, Clock, bad_server, quick_client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server() -> Iterator[BadServer]:
    """Run a server on this machine."""
    with bad_server() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    """Return a clock whose waits take no time."""
    return Clock()


@pytest.fixture
def client(clock: Clock) -> Client:
    """Return a client that may contact this machine, and does not wait."""
    return quick_client(clock)


def fetch(client: Client, address: str) -> bytes:
    """Return a picture."""
    return client.read(address, bytes, media="image/")


def test_a_slow_trickle_of_bytes_times_out(server: BadServer) -> None:
    """The timeout applies to the whole response, not only to each read."""
    times = iter(range(0, 10_000, 100))
    client = Client(QUICK, public_only=False, sleep=lambda _: None, clock=lambda: next(times))
    with pytest.raises(RequestError, match="takes more than 5 minutes"):
        fetch(client, f"{server.address}/endless/a.png")


def test_a_host_gets_one_request_at_a_time_with_pauses(server: BadServer, client: Client, clock: Clock) -> None:
    for number in range(5):
        fetch(client, f"{server.address}/ok/{number}.png")
    assert clock.slept == [1] * 4
    assert server.max_active == 1


def test_retry_after_is_respected(server: BadServer, client: Client, clock: Clock) -> None:
    """It can be seconds, or a date: here one in the past."""
    fetch(client, f"{server.address}/busy/a.png")
    assert clock.slept == [7, 0, 1]


def test_the_wait_between_attempts_grows(server: BadServer, client: Client, clock: Clock) -> None:
    with pytest.raises(RequestError):
        fetch(client, f"{server.address}/broken/a.png")
    assert clock.slept == [2, 4, 8]
    assert server.requests["/broken/a.png"] == 4


def test_permanent_failures_are_not_retried(server: BadServer, client: Client) -> None:
    for word in ("404", "page", "huge", "elsewhere"):
        with pytest.raises(RequestError):
            fetch(client, f"{server.address}/{word}/a.png")
        assert server.requests[f"/{word}/a.png"] == 1


def test_too_long_a_retry_after_is_an_error(server: BadServer, client: Client, clock: Clock) -> None:
    with pytest.raises(RequestError, match="asks to wait 167 minutes"):
        fetch(client, f"{server.address}/closed/a.png")
    assert clock.slept == []
    assert server.requests["/closed/a.png"] == 1


def test_an_endless_response_is_cut_off(server: BadServer, client: Client) -> None:
    """The client stops at the size limit; the server may have sent a little more into network buffers."""
    with pytest.raises(RequestError, match="more than 3 MB"):
        fetch(client, f"{server.address}/endless/a.png")
    assert server.sent < 20_000_000


@pytest.mark.parametrize("word", ["closed", "silent"])
def test_a_host_that_failed_gets_no_further_requests(server: BadServer, client: Client, word: str) -> None:
    """60 posters on a host that is down must not take 60 times as long."""
    client.limits = IMPATIENT
    with pytest.raises(RequestError):
        fetch(client, f"{server.address}/{word}/a.png")
    with pytest.raises(RequestError, match="accepts no more requests for now"):
        fetch(client, f"{server.address}/ok/b.png")
    assert server.requests["/ok/b.png"] == 0


def test_one_broken_picture_does_not_affect_the_next(server: BadServer, client: Client) -> None:
    with pytest.raises(RequestError):
        fetch(client, f"{server.address}/broken/a.png")
    assert fetch(client, f"{server.address}/ok/b.png") == PICTURE


def test_an_unreachable_host_is_reported(client: Client) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(RequestError, match="cannot be reached"):
            fetch(client, f"http://127.0.0.1:{free.getsockname()[1]}/a.png")


def test_no_credentials_are_sent(
    tmp_path: Path, server: BadServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The author of a data file chooses the host."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    fetch(client, f"{server.address}/moved/a.png")
    assert len(server.headers) == 2
    assert not any("Authorization" in headers or "Cookie" in headers for headers in server.headers)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
def test_private_networks_are_not_contacted(server: BadServer, clock: Clock, host: str) -> None:
    """An untrusted data file must not reach a router or other devices on the local network."""
    client = Client(QUICK, sleep=clock.sleep, clock=clock.read)
    with pytest.raises(RequestError, match="private network"):
        fetch(client, f"http://{host}:{server.server_port}/ok/a.png")
    assert not server.requests
