"""The command that records archived copies: what it asks, what it records, what it says."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.local_service import FIRST, HEAD, NOTHING, SECOND, Reply, copy
from tests.support import ROOT

if TYPE_CHECKING:
    from tests.local_service import Run, Service


# -- What is asked and recorded ----------------------------------------------------------------------------------------


def test_each_address_gets_its_copy(run: Run, service: Service) -> None:
    """Sorted, with the day of the question; the head of the file stays."""
    service.answer = lambda _, __, asked: copy(f"{asked['timestamp']}111213")
    done = run(wanted={SECOND: "20210421", FIRST: "20210510"})
    assert (done.status, done.err) == (0, "")
    today = run.recorded()[FIRST].checked
    assert run.file.read_text() == (
        f"{HEAD}links:\n"
        f"  - url: {FIRST}\n    archived: 20210510111213\n    checked: {today}\n"
        f"  - url: {SECOND}\n    archived: 20210421111213\n    checked: {today}\n"
    )
    assert "1/2  copy of 2021-04-21: https://b.example.org/page" in done.out
    assert "2 with a copy" in done.out


def test_a_copy_of_today_is_wanted_where_no_day_is(run: Run, service: Service) -> None:
    run(wanted={FIRST: ""})
    today = run.recorded()[FIRST].checked
    assert today is not None
    assert service.asked[0]["timestamp"] == f"{today:%Y%m%d}"


def test_the_service_is_told_who_asks(run: Run, service: Service) -> None:
    run()
    assert all("sphinx-recaps" in agent for agent in service.agents)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://example.org/?a=1&b=2+3", "https://example.org/?a=1&b=2+3"),
        ("https://example.org/caf%C3%A9", "https://example.org/caf%C3%A9"),
        ("https://xn--mnchen-3ya.example.org/", "https://xn--mnchen-3ya.example.org/"),
        ("https://example.org/a:", "https://example.org/a:"),
    ],
)
def test_addresses_arrive_whole(run: Run, service: Service, url: str, asked: str) -> None:
    """What stands after & belongs to the address, and an address is text in YAML."""
    run(wanted={url: ""})
    assert service.asked[0]["url"] == asked
    assert list(run.recorded()) == [url]


def test_what_is_recorded_is_not_asked_again(run: Run, service: Service) -> None:
    """Nor is what had no copy; what a person wrote without asking is."""
    links = f"links:\n  - url: {FIRST}\n    checked: 2026-01-01\n  - url: {SECOND}\n    dead: true\n"
    done = run(wanted={FIRST: "", SECOND: ""}, links=links)
    assert [asked["url"] for asked in service.asked] == [SECOND]
    assert run.recorded()[SECOND].dead
    assert run.recorded()[SECOND].archived
    assert run.recorded()[FIRST].checked != run.recorded()[SECOND].checked
    assert done.status == 0
    run()
    assert service.asked == []


def test_again_asks_about_everything(run: Run, service: Service) -> None:
    run(links=f"links:\n  - url: {FIRST}\n    archived: 20200101000000\n    checked: 2026-01-01\n")
    assert service.asked == []
    run("--again")
    assert run.recorded()[FIRST].archived == "20210510120000"


def test_again_never_loses_a_copy(run: Run, service: Service) -> None:
    """The service does not always find what is there."""
    service.answer = lambda *_: NOTHING
    links = f"links:\n  - url: {FIRST}\n    archived: 20200101000000\n    checked: 2026-01-01\n"
    done = run("--again", links=links)
    assert run.file.read_text() == links
    assert "copy of 2020-01-01 kept, none found now" in done.out


# -- Answers that name no copy -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        NOTHING,
        Reply(body=b'{"archived_snapshots": []}'),
        copy(status="404"),
        copy(status=503),
        copy(available=False),
        Reply(body=b'{"archived_snapshots": {"closest": {"available": false}}}'),
    ],
    ids=["nothing", "empty list", "copy of an error page", "error as a number", "not available", "short"],
)
def test_no_copy_is_recorded_as_such(run: Run, service: Service, reply: Reply) -> None:
    """So that it is not asked about every time."""
    service.answer = lambda *_: reply
    done = run()
    assert done.status == 0
    assert run.recorded()[FIRST].archived is None
    assert run.recorded()[FIRST].checked is not None
    assert f"no copy: {FIRST}" in done.out


def test_a_copy_that_is_known_only_without_https_is_found(run: Run, service: Service) -> None:
    """The service is known to do so."""
    service.answer = lambda _, __, asked: NOTHING if "://" in asked["url"] else copy()
    run()
    assert [asked["url"] for asked in service.asked] == [FIRST, FIRST.removeprefix("https://")]
    assert run.recorded()[FIRST].archived == "20210510120000"


# -- Dead pages --------------------------------------------------------------------------------------------------------


def pages(service: Service, *replies: Reply) -> str:
    """Have the server answer for a page with one reply after the other, and return the address of the page."""
    queue = list(replies)

    def answer(_: int, path: str, __: dict[str, str]) -> Reply:
        if path != "/page":
            return copy()
        return queue.pop(0) if len(queue) > 1 else queue[0]

    service.answer = answer
    return f"{service.address}/page"


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_says_twice_that_it_is_gone_is_marked(run: Run, service: Service, status: int) -> None:
    """Only when somebody asks for it; its copy is recorded in the same run."""
    url = pages(service, Reply(status))
    run(wanted={url: ""})
    assert not run.recorded()[url].dead
    done = run("--dead")
    assert done.status == 0
    assert run.recorded()[url].dead
    assert run.recorded()[url].archived
    assert f"dead, answers {status}: {url}" in done.out


@pytest.mark.parametrize(
    "replies",
    [
        [Reply()],
        [Reply(404), Reply()],
        [Reply(403)],
        [Reply(401)],
        [Reply(500)],
        [Reply(429)],
        [Reply(delay=0.8)],
        [Reply(301, headers={"Location": "/wayback/available"})],
        [Reply(301, headers={"Location": "/page"})],
    ],
    ids=["there", "404 once", "forbidden", "login", "error", "too many", "slow", "moved", "in circles"],
)
def test_no_other_answer_marks_a_page(run: Run, service: Service, replies: list[Reply]) -> None:
    """Whether a page that refuses programs is there, a person has to see."""
    url = pages(service, *replies)
    run("--dead", wanted={url: ""})
    assert not run.recorded()[url].dead


def test_a_dead_page_that_answers_again_is_reported_and_stays_marked(run: Run, service: Service) -> None:
    """Another page may stand there now."""
    url = pages(service, Reply())
    done = run("--dead", wanted={url: ""}, links=f"links:\n  - url: {url}\n    checked: 2026-01-01\n    dead: true\n")
    assert "the page answers again; take `dead: true` away if it is what it was" in done.err
    assert run.recorded()[url].dead


# -- Stopping ----------------------------------------------------------------------------------------------------------


def test_ctrl_c_keeps_what_was_answered(run: Run, service: Service) -> None:
    """The file is whole at any time; the same command goes on."""
    slow = threading.Event()

    def answer(number: int, _: str, __: dict[str, str]) -> Reply:
        if number > 1:
            slow.set()
            return replace(copy(), delay=0.4)
        return copy()

    service.answer = answer
    found = [{"url": f"{FIRST}/{number}", "wanted": "", "used": []} for number in range(99)]
    (run.folder / "links.json").write_text(json.dumps(found))
    command = [sys.executable, "-m", "sphinx_recaps.cli.archive_links", *run.arguments()]
    environment = {"PATH": ""}
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as process:
        assert slow.wait(30)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == "Stopped. What was answered is recorded; the same command goes on from here.\n"
    assert f"copy of 2021-05-10: {FIRST}/0" in out
    assert f"{FIRST}/0" in run.recorded()
    assert len(run.recorded()) < 99
