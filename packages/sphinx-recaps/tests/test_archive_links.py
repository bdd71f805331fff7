"""The command that records archived copies: its requests, records and messages."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sphinx_recaps.cli import archive_links, commands, main
from sphinx_recaps.cli.http import Client
from sphinx_recaps.data.loader import load_links_bytes

from tests.local_service import FIRST, HEAD, NO_COPY, SECOND, Reply, copy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.local_service import Run, Service


# -- Requests and records ----------------------------------------------------------------------------------------------


def test_each_address_is_recorded_with_its_copy(run: Run, service: Service) -> None:
    """The records are sorted and dated, and the comment at the top of the file is kept."""
    service.answer = lambda _, __, query: copy(f"{query['timestamp']}111213")
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


def test_without_a_date_the_copy_nearest_to_today_is_requested(run: Run, service: Service) -> None:
    run(wanted={FIRST: ""})
    today = run.recorded()[FIRST].checked
    assert today is not None
    assert service.requests[0]["timestamp"] == f"{today:%Y%m%d}"


def test_requests_identify_the_program(run: Run, service: Service) -> None:
    run()
    assert all("sphinx-recaps" in agent for agent in service.agents)


@pytest.mark.parametrize(
    ("url", "requested"),
    [
        ("https://example.org/?a=1&b=2+3", "https://example.org/?a=1&b=2+3"),
        ("https://example.org/caf%C3%A9", "https://example.org/caf%C3%A9"),
        ("https://xn--mnchen-3ya.example.org/", "https://xn--mnchen-3ya.example.org/"),
        ("https://example.org/a:", "https://example.org/a:"),
    ],
)
def test_addresses_are_sent_unchanged(run: Run, service: Service, url: str, requested: str) -> None:
    """The part after & belongs to the address, and YAML must not read it as anything but text."""
    run(wanted={url: ""})
    assert service.requests[0]["url"] == requested
    assert list(run.recorded()) == [url]


def test_an_invalid_address_does_not_stop_the_others(run: Run) -> None:
    invalid = {f"https://.{name}.example.org/": "" for name in "abcd"}
    done = run(wanted={**invalid, FIRST: ""})
    assert done.status == 1
    assert "https://.d.example.org/: the service has no copy of an address that does not work" in done.err
    assert list(run.recorded()) == [FIRST]


def test_recorded_links_are_not_looked_up_again(run: Run, service: Service) -> None:
    """A recorded address without a copy is not looked up either; one that a person added without `checked` is."""
    links = f"links:\n  - url: {FIRST}\n    checked: 2026-01-01\n  - url: {SECOND}\n    dead: true\n"
    done = run(wanted={FIRST: "", SECOND: ""}, links=links)
    assert [query["url"] for query in service.requests] == [SECOND]
    assert run.recorded()[SECOND].dead
    assert run.recorded()[SECOND].archived
    assert run.recorded()[FIRST].checked != run.recorded()[SECOND].checked
    assert done.status == 0
    run()
    assert service.requests == []


def test_again_looks_up_recorded_addresses_too(run: Run, service: Service) -> None:
    run(links=f"links:\n  - url: {FIRST}\n    archived: 20200101000000\n    checked: 2026-01-01\n")
    assert service.requests == []
    run("again")
    assert run.recorded()[FIRST].archived == "20210510120000"


def test_again_never_loses_a_copy(run: Run, service: Service) -> None:
    """The service sometimes fails to find a copy that exists."""
    service.answer = lambda *_: NO_COPY
    links = f"links:\n  - url: {FIRST}\n    archived: 20200101000000\n    checked: 2026-01-01\n"
    done = run("again", links=links)
    assert run.file.read_text() == links
    assert "copy of 2020-01-01 kept, none found now" in done.out


# -- Responses without a copy ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        NO_COPY,
        Reply(body=b'{"archived_snapshots": []}'),
        copy(status="404"),
        copy(status=503),
        copy(available=False),
        Reply(body=b'{"archived_snapshots": {"closest": {"available": false}}}'),
    ],
    ids=["nothing", "empty list", "copy of an error page", "error as a number", "not available", "short"],
)
def test_an_address_without_a_copy_is_recorded(run: Run, service: Service, reply: Reply) -> None:
    """Otherwise every run would look it up again."""
    service.answer = lambda *_: reply
    done = run()
    assert done.status == 0
    assert run.recorded()[FIRST].archived is None
    assert run.recorded()[FIRST].checked is not None
    assert f"no copy: {FIRST}" in done.out


def test_a_copy_listed_only_without_https_is_found(run: Run, service: Service) -> None:
    """The service lists some copies under the address without its scheme only."""
    service.answer = lambda _, __, query: NO_COPY if "://" in query["url"] else copy()
    run()
    assert [query["url"] for query in service.requests] == [FIRST, FIRST.removeprefix("https://")]
    assert run.recorded()[FIRST].archived == "20210510120000"


# -- Dead pages --------------------------------------------------------------------------------------------------------


def pages(service: Service, *replies: Reply) -> str:
    """Let the server send these replies for a page, one per request, and return the page's address."""
    queue = list(replies)

    def answer(_: int, path: str, __: dict[str, str]) -> Reply:
        if path != "/page":
            return copy()
        return queue.pop(0) if len(queue) > 1 else queue[0]

    service.answer = answer
    return f"{service.address}/page"


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_missing_twice_is_marked_as_dead(run: Run, service: Service, status: int) -> None:
    """This happens with `--dead` only; its copy is recorded in the same run."""
    url = pages(service, Reply(status))
    run(wanted={url: ""})
    assert not run.recorded()[url].dead
    done = run("dead")
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
def test_no_other_response_marks_a_page_as_dead(run: Run, service: Service, replies: list[Reply]) -> None:
    """If a site refuses programs, only a person can see whether the page exists."""
    url = pages(service, *replies)
    run("dead", wanted={url: ""})
    assert not run.recorded()[url].dead


def test_a_dead_page_that_responds_again_is_reported_and_stays_marked(run: Run, service: Service) -> None:
    """A different page may be at that address now."""
    url = pages(service, Reply())
    done = run("dead", wanted={url: ""}, links=f"links:\n  - url: {url}\n    checked: 2026-01-01\n    dead: true\n")
    assert "the page answers again; remove `dead: true` if it is what it was" in done.err
    assert run.recorded()[url].dead


# -- Stopping ----------------------------------------------------------------------------------------------------------


def test_ctrl_c_keeps_recorded_results(run: Run, service: Service) -> None:
    """The file is always complete; the same command continues."""
    slow = threading.Event()

    def answer(number: int, _: str, __: dict[str, str]) -> Reply:
        if number > 1:
            slow.set()
            return replace(copy(), delay=0.4)
        return copy()

    service.answer = answer
    links = "\n\n".join(f"<{FIRST}/{number}>" for number in range(99))
    script = (
        "from functools import partial; from sphinx_recaps.cli import commands, main; archive = commands.archive;"
        "archive.LIMITS = archive.Limits(pause=0); commands.Client = partial(commands.Client, public_only=False);"
        f"archive.Archive = partial(archive.Archive, service={service.address!r}); main(['archive-links'])"
    )
    write(run.folder, {"conf.py": CONF, "index.md": f"# Links\n\n{links}\n"})
    command = [sys.executable, "-c", script]
    environment = {"PATH": "", "NO_PROXY": "*"}
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=run.folder, env=environment, **pipes) as process:
        assert slow.wait(30)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == "\nStopped. What is done is kept; run the same command again to go on from here.\n"
    assert f"copy of 2021-05-10: {FIRST}/0" in out
    recorded = load_links_bytes(run.file.read_bytes()).content
    assert recorded is not None
    assert 0 < len(recorded.links) < 99


# -- The command -------------------------------------------------------------------------------------------------------

CONF = 'extensions = ["myst_parser", "sphinx_recaps"]\nrecap_links = "links.yaml"\n'


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def command(*arguments: str) -> int:
    """Return the exit code of the command."""
    with pytest.raises(SystemExit) as exit_info:
        main(["archive-links", *arguments])
    return int(exit_info.value.code or 0)


def test_the_command_records_the_links_of_a_project_in_its_links_file(
    run: Run, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs the builder, finds the project in `docs`, and leaves no other files behind."""
    files = {"docs/conf.py": CONF, "docs/index.md": f"# Links\n\n<{FIRST}>\n", "docs/links.yaml": "links: []\n"}
    write(run.folder, files)
    monkeypatch.chdir(run.folder)
    monkeypatch.setattr(commands, "Client", partial(Client, public_only=False))
    monkeypatch.setattr(archive_links, "Archive", partial(archive_links.Archive, service=service.address))
    assert command() == 0
    assert f"  - url: {FIRST}\n    archived: 20210510120000\n" in (run.folder / "docs/links.yaml").read_text()
    out = run.capture.readouterr().out
    assert "docs/links.yaml: 1 with a copy; 1 recorded in total." in out
    remaining = {path.relative_to(run.folder).as_posix() for path in run.folder.rglob("*") if path.is_file()}
    assert remaining == {*files, "links.yaml"}


@pytest.mark.parametrize(
    ("conf", "words"),
    [
        ("extensions = []\n", 'conf.py: this project does not list its links; add "sphinx_recaps" to `extensions`'),
        ("", 'conf.py: `recap_links` is not set; write recap_links = "links.yaml"'),
        ('recap_links = "other.yaml"\n', "other.yaml: the file cannot be read (No such file or directory)"),
        ("raise OSError(2, 'gone')\n", "There is a programmable error in your configuration file"),
    ],
    ids=["no extension", "no setting", "no file", "broken"],
)
def test_without_a_data_file_nothing_is_requested(run: Run, service: Service, conf: str, words: str) -> None:
    write(run.folder, {"conf.py": CONF.partition("recap_links")[0] + conf, "index.md": "# Links\n"})
    assert command(str(run.folder)) == 2
    err = run.capture.readouterr().err
    assert words in err
    assert "Traceback" not in err.partition("configuration file")[0]
    assert service.requests == []
