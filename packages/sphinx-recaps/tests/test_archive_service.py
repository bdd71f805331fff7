"""`archive-links` with a misbehaving service: it does not crash, and does not overload the service."""

from __future__ import annotations

import time
from dataclasses import replace
from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.cli import archive_links
from sphinx_recaps.cli.http import Client, Limits, RefusedError, RequestError
from sphinx_recaps.cli.wayback import find_copy

from tests.local_service import FIRST, NO_COPY, REFUSAL, SECOND, THIRD, Reply, copy

if TYPE_CHECKING:
    from tests.local_service import Run, Service


BAD_REPLIES = {
    "error": (Reply(500), "answers 500"),
    "unavailable": (Reply(503), "answers 503"),
    "too many": (Reply(429), "answers 429"),
    "slow": (replace(copy(), delay=0.8), "does not answer within 0.5 s"),
    "HTML sent as JSON": (
        Reply(body=b"<html>Hello</html>", headers={"Content-Type": "application/json"}),
        "answers with something that is not JSON",
    ),
    "incomplete JSON": (Reply(body=b'{"archived_snapshots": {"closest"'), "not JSON"),
    "nested": (Reply(body=b"[" * 200_000), "not JSON"),
    "not text": (Reply(body=b"\xff\xfe\x00"), "not JSON"),
    "empty": (Reply(), "not JSON"),
    "undocumented form": (Reply(body=b'{"copies": []}'), "in a form that its documentation does not have"),
    "a list": (Reply(body=b"[1]"), "in a form"),
    "null": (Reply(body=b"null"), "in a form"),
    "snapshots are text": (Reply(body=b'{"archived_snapshots": "many"}'), "in a form"),
    "a year": (copy("2021"), "names '2021' as the time of a copy"),
    "impossible date": (copy("20211399000000"), "as the time of a copy"),
    "a script": (copy("<script>"), "names '<script>' as the time of a copy"),
    "shorter than announced": (Reply(body=b"{", headers={"Content-Length": "99"}), "breaks off its response"),
}


@pytest.mark.parametrize(("reply", "words"), BAD_REPLIES.values(), ids=BAD_REPLIES)
def test_temporary_failures_are_retried(run: Run, service: Service, reply: Reply, words: str) -> None:
    """The next response counts, and a message explains the wait."""
    service.answer = lambda number, *_: reply if number == 1 else copy()
    done = run()
    assert done.status == 0
    assert run.recorded()[FIRST].archived == "20210510120000"
    assert words in done.err
    assert "trying again in" in done.err


@pytest.mark.parametrize(("reply", "words"), BAD_REPLIES.values(), ids=BAD_REPLIES)
def test_a_lasting_failure_is_one_message_and_records_nothing(
    run: Run, service: Service, reply: Reply, words: str
) -> None:
    """There are few retries, and the next run tries again."""
    before = run.file.read_bytes()
    service.answer = lambda *_: reply
    done = run()
    assert done.status == 1
    assert len(service.requests) == archive_links.LIMITS.attempts
    [line] = [line for line in done.err.splitlines() if line.startswith(FIRST)]
    assert words in line
    assert run.file.read_bytes() == before


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(404), "answers 404"),
        (Reply(302, headers={"Location": "/wayback/available"}), "redirects without end"),
        (Reply(302, headers={"Location": "ftp://example.org/"}), "has an address that cannot be requested"),
        (Reply(302, headers={"Location": "http://[::"}), "has an address that cannot be requested"),
        (Reply(body=b" " * 1_100_000), "sends more than 1 MB"),
    ],
    ids=["not found", "endless", "to another protocol", "to an invalid address", "too large"],
)
def test_permanent_errors_are_not_retried(run: Run, service: Service, reply: Reply, words: str) -> None:
    service.answer = lambda *_: reply
    done = run()
    assert done.status == 1
    assert f"{FIRST}: the service {words}" in done.err
    assert "trying again" not in done.err


def test_a_redirect_of_the_service_is_followed(run: Run, service: Service) -> None:
    service.answer = lambda _, path, __: copy() if path == "/new" else Reply(301, headers={"Location": "/new"})
    assert run().status == 0
    assert run.recorded()[FIRST].archived


def test_an_unreachable_service_is_reported(run: Run) -> None:
    done = run(service="http://127.0.0.1:9/")  # nothing listens there
    assert done.status == 1
    assert f"{FIRST}: the service cannot be reached" in done.err


def test_one_bad_response_does_not_stop_the_others(run: Run, service: Service) -> None:
    service.answer = lambda _, __, query: Reply(400) if query["url"] == FIRST else copy()
    done = run(wanted={FIRST: "", SECOND: "", THIRD: ""})
    assert done.status == 1
    assert list(run.recorded()) == [SECOND, THIRD]


def test_the_run_ends_after_repeated_failures(run: Run, service: Service) -> None:
    service.answer = lambda *_: Reply(400)
    done = run(wanted={f"{FIRST}/{number}": "" for number in range(9)})
    assert done.status == 1
    assert len(service.requests) == archive_links.FAILURES
    assert "run the same command later" in done.err


def test_the_run_ends_when_the_service_limits_requests(run: Run, service: Service) -> None:
    """Earlier responses are recorded, and the next run continues from there."""
    service.answer = lambda _, __, query: copy() if query["url"] == FIRST else Reply(429)
    done = run(wanted={FIRST: "", SECOND: "", THIRD: ""})
    assert done.status == 1
    assert list(run.recorded()) == [FIRST]
    assert THIRD not in {query["url"] for query in service.requests}
    service.answer = lambda *_: copy()
    assert run().status == 0
    assert list(run.recorded()) == [FIRST, SECOND, THIRD]
    assert FIRST not in {query["url"] for query in service.requests}


# -- Politeness --------------------------------------------------------------------------------------------------------


def waits(service: Service, pause: float = 4, times: int = 1) -> list[float]:
    """Return for how many seconds a client would wait, without waiting."""
    slept: list[float] = []
    limits = Limits(pause=pause, timeout=0.5, longest_wait=600)
    client = Client(limits, public_only=False, sleep=slept.append)
    for _ in range(times):
        try:
            find_copy(client, service.address, FIRST, "20210510")
        except RequestError:
            break
    return slept


def test_requests_are_sent_one_at_a_time_with_a_pause(run: Run, service: Service) -> None:
    service.answer = lambda *_: NO_COPY
    slept = waits(service, times=3)
    assert len(service.requests) == 6
    assert [round(wait) for wait in slept] == [4] * 5
    run(wanted={FIRST: "", SECOND: "", THIRD: ""})
    assert service.max_active == 1


def test_each_wait_is_longer_than_the_last(service: Service) -> None:
    service.answer = lambda *_: Reply(500)
    assert [wait for wait in waits(service, 0) if wait] == []
    assert [wait for wait in waits(service) if wait > 4] == [8, 16, 32]


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_respected(service: Service, status: int) -> None:
    service.answer = lambda number, *_: Reply(status, headers={"Retry-After": "120"}) if number == 1 else copy()
    assert waits(service)[0] == 120


def test_retry_after_as_a_date_is_respected(service: Service) -> None:
    until = formatdate(time.time() + 200, usegmt=True)
    service.answer = lambda number, *_: Reply(429, headers={"Retry-After": until}) if number == 1 else copy()
    assert 150 < waits(service)[0] <= 200


@pytest.mark.parametrize("value", ["soon", "-5", "", "9" * 400, "Wed, 99 Foo 2026 00:00:00 GMT"])
def test_an_invalid_retry_after_is_ignored(service: Service, value: str) -> None:
    """It neither breaks the run nor makes it wait for ever."""
    service.answer = lambda number, *_: Reply(429, headers={"Retry-After": value}) if number == 1 else copy()
    assert all(wait <= 600 for wait in waits(service))


def test_a_retry_after_of_an_hour_ends_the_run(run: Run, service: Service) -> None:
    service.answer = lambda *_: Reply(429, headers={"Retry-After": "3600"})
    done = run(wanted={FIRST: "", SECOND: ""})
    assert done.status == 1
    assert len(service.requests) == 1
    assert "asks to wait 60 minutes" in done.err


def test_a_host_that_refuses_gets_no_more_requests(service: Service) -> None:
    service.answer = lambda *_: REFUSAL
    client = Client(Limits(pause=0), public_only=False, sleep=lambda _: None)
    for _ in range(2):
        with pytest.raises(RefusedError):
            client.status(f"{service.address}/page")
    assert len(service.requests) == 2
