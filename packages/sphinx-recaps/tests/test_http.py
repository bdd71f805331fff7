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
    """Return a clock that nobody waits for."""
    return Clock()


@pytest.fixture
def client(clock: Clock) -> Client:
    """Return a client that may ask this machine, and does not wait."""
    return quick_client(clock)


def fetch(client: Client, address: str) -> bytes:
    """Return a picture."""
    return client.read(address, bytes, media="image/")


def test_a_drip_of_bytes_does_not_last_for_ever(server: BadServer) -> None:
    """The whole answer has a time, not only each of its parts."""
    times = iter(range(0, 10_000, 100))
    client = Client(QUICK, public_only=False, sleep=lambda _: None, clock=lambda: next(times))
    with pytest.raises(RequestError, match="takes more than 5 minutes"):
        fetch(client, f"{server.address}/endless/a.png")


def test_a_host_gets_one_request_at_a_time_with_pauses(server: BadServer, client: Client, clock: Clock) -> None:
    for number in range(5):
        fetch(client, f"{server.address}/ok/{number}.png")
    assert clock.slept == [1] * 4
    assert server.most_at_once == 1


def test_a_server_is_given_the_time_that_it_asks_for(server: BadServer, client: Client, clock: Clock) -> None:
    """As seconds, or as a date: here one in the past."""
    fetch(client, f"{server.address}/busy/a.png")
    assert clock.slept == [7, 0, 1]


def test_the_time_between_tries_grows(server: BadServer, client: Client, clock: Clock) -> None:
    with pytest.raises(RequestError):
        fetch(client, f"{server.address}/broken/a.png")
    assert clock.slept == [2, 4, 8]
    assert server.asked["/broken/a.png"] == 4


def test_permanent_failures_are_not_retried(server: BadServer, client: Client) -> None:
    for word in ("404", "page", "huge", "elsewhere"):
        with pytest.raises(RequestError):
            fetch(client, f"{server.address}/{word}/a.png")
        assert server.asked[f"/{word}/a.png"] == 1


def test_a_server_that_asks_for_too_much_time_is_not_waited_for(
    server: BadServer, client: Client, clock: Clock
) -> None:
    with pytest.raises(RequestError, match="asks to wait 167 minutes"):
        fetch(client, f"{server.address}/closed/a.png")
    assert clock.slept == []
    assert server.asked["/closed/a.png"] == 1


def test_an_answer_without_end_is_not_read_to_its_end(server: BadServer, client: Client) -> None:
    """Only up to the size limit, plus what the network has buffered."""
    with pytest.raises(RequestError, match="more than 3 MB"):
        fetch(client, f"{server.address}/endless/a.png")
    assert server.sent < 20_000_000


@pytest.mark.parametrize("word", ["closed", "silent"])
def test_a_host_that_failed_gets_no_further_requests(server: BadServer, client: Client, word: str) -> None:
    """60 posters of a host that is down do not take 60 times as long."""
    client.limits = IMPATIENT
    with pytest.raises(RequestError):
        fetch(client, f"{server.address}/{word}/a.png")
    with pytest.raises(RequestError, match="accepts no more requests for now"):
        fetch(client, f"{server.address}/ok/b.png")
    assert server.asked["/ok/b.png"] == 0


def test_one_broken_picture_does_not_affect_the_next(server: BadServer, client: Client) -> None:
    with pytest.raises(RequestError):
        fetch(client, f"{server.address}/broken/a.png")
    assert fetch(client, f"{server.address}/ok/b.png") == PICTURE


def test_an_unreachable_host_is_reported(client: Client) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(RequestError, match="cannot be reached"):
            fetch(client, f"http://127.0.0.1:{free.getsockname()[1]}/a.png")


def test_no_password_leaves_this_machine(
    tmp_path: Path, server: BadServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes a data file chooses the host."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    fetch(client, f"{server.address}/moved/a.png")
    assert len(server.headers) == 2
    assert not any("Authorization" in headers or "Cookie" in headers for headers in server.headers)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
def test_private_networks_are_not_contacted(server: BadServer, clock: Clock, host: str) -> None:
    """A data file from a stranger cannot press the buttons of a router."""
    client = Client(QUICK, sleep=clock.sleep, clock=clock.read)
    with pytest.raises(RequestError, match="private network"):
        fetch(client, f"http://{host}:{server.server_port}/ok/a.png")
    assert not server.asked
