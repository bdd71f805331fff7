"""``sphinx-recaps images`` downloads the pictures that data files name by address, and keeps nothing else."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from sphinx_recaps.cli import commands, main
from sphinx_recaps.cli.images import fetch_images

from tests.picture_server import IMPATIENT, PICTURE, QUICK, BadServer, Clock, bad_server, quick_client
from tests.support import picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sphinx_recaps.cli.http import Client

DAY = "recaps/2021-day"


@pytest.fixture
def server() -> Iterator[BadServer]:
    """Run a server on this machine."""
    with bad_server() as running:
        yield running


@pytest.fixture
def client() -> Client:
    """Return a client that may contact this machine, and does not wait."""
    return quick_client(Clock())


def write(root: Path, *addresses: str, name: str = f"{DAY}/posters.yaml") -> Path:
    """Write a data file with one entry per address: A1 on line 3, A2 on line 6."""
    entries = "".join(
        f"  - id: A{number}\n    title: Poster\n    image: {address}\n" for number, address in enumerate(addresses, 1)
    )
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"kind: poster\nentries:\n{entries}")
    return path


def run(root: Path, client: Client) -> tuple[int, str]:
    """Return the exit code and the output."""
    out = io.StringIO()
    (root / "conf.py").touch()
    return fetch_images(root, client, out), out.getvalue()


def status_of(*arguments: str) -> int:
    """Return the exit code of the command."""
    with pytest.raises(SystemExit) as exit_info:
        main(list(arguments))
    return int(exit_info.value.code or 0)


def snapshot(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


# -- Stored files ------------------------------------------------------------------------------------------------------


def test_pictures_and_their_manifest_are_stored_beside_the_data_file(
    tmp_path: Path, server: BadServer, client: Client
) -> None:
    """The manifest records address, file, hash and size. The data file does not change."""
    address = f"{server.address}/ok/A4.png"
    data = write(tmp_path, address)
    before = data.read_bytes()
    status, output = run(tmp_path, client)
    assert status == 0, output
    assert "1 fetched" in output
    assert data.read_bytes() == before
    folder = tmp_path / DAY / "images"
    record = json.loads((folder / "localised.json").read_text())[address]
    for file, form in ((record, "JPEG"), (record["card"], "WEBP")):
        stored = (folder / file["file"]).read_bytes()
        assert hashlib.sha256(stored).hexdigest() == file["sha256"]
        with Image.open(io.BytesIO(stored)) as image:
            assert (image.size, image.format) == ((file["width"], file["height"]), form)
    assert record["file"].startswith("a4-")
    assert (record["width"], record["height"]) == (1600, 900)
    assert {path.name for path in folder.iterdir()} == {"localised.json", record["file"], record["card"]["file"]}


def test_existing_pictures_are_not_fetched_again(tmp_path: Path, server: BadServer, client: Client) -> None:
    write(tmp_path, f"{server.address}/ok/a.png", f"{server.address}/ok/b.png")
    run(tmp_path, client)
    before = snapshot(tmp_path)
    status, output = run(tmp_path, client)
    assert (status, snapshot(tmp_path)) == (0, before)
    assert "0 fetched, 2 already there" in output
    assert set(server.requests.values()) == {1}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("file", ["picture", "card"])
@pytest.mark.parametrize("change", ["removed", "modified"])
def test_a_missing_or_modified_file_is_fetched_again(
    tmp_path: Path, server: BadServer, client: Client, file: str, change: str
) -> None:
    write(tmp_path, f"{server.address}/ok/a.png")
    run(tmp_path, client)
    before = snapshot(tmp_path)
    path = next((tmp_path / DAY / "images").glob("*.jpg" if file == "picture" else "*.webp"))
    if change == "removed":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b"!")
    run(tmp_path, client)
    assert snapshot(tmp_path) == before
    assert server.requests["/ok/a.png"] == 2


def test_an_address_in_two_entries_is_fetched_once(tmp_path: Path, server: BadServer, client: Client) -> None:
    write(tmp_path, f"{server.address}/ok/a.png", f"{server.address}/ok/a.png")
    assert run(tmp_path, client)[0] == 0
    assert server.requests == {"/ok/a.png": 1}


def test_equal_names_on_different_paths_become_different_files(
    tmp_path: Path, server: BadServer, client: Client
) -> None:
    """Names in other scripts, long names and empty names become short ASCII names, too."""
    paths = ["ok/a.png", "ok/more/a.png", "ok/%E5%BC%A0.png", f"ok/{'x' * 300}.png", "ok/", "ok/..%2f..%2fevil.png"]
    write(tmp_path, *(f"{server.address}/{path}" for path in paths))
    assert run(tmp_path, client)[0] == 0
    names = [path.name for path in (tmp_path / DAY / "images").glob("*.jpg")]
    assert len(names) == len(paths)
    assert all(name.isascii() and len(name) < 64 for name in names)


def test_the_manifest_does_not_depend_on_the_order_of_downloads(
    tmp_path: Path, server: BadServer, client: Client
) -> None:
    addresses = [f"{server.address}/ok/{name}.png" for name in "cab"]
    write(tmp_path / "one", *addresses)
    run(tmp_path / "one", client)
    for number in (2, 1, 3):
        write(tmp_path / "two", *addresses[:number][::-1])
        run(tmp_path / "two", client)
    manifests = [(tmp_path / place / DAY / "images/localised.json").read_text() for place in ("one", "two")]
    assert manifests[0] == manifests[1]
    assert list(json.loads(manifests[0])) == sorted(addresses)


def test_all_data_files_are_read_except_excluded_ones(tmp_path: Path, server: BadServer, client: Client) -> None:
    """No folder names are built in. Local images need no copy."""
    write(tmp_path, "images/own.png")
    write(tmp_path, f"{server.address}/ok/a.png", name="guides/deep/episodes.yml")
    write(tmp_path, f"{server.address}/ok/b.png", name="drafts/later.yaml")
    write(tmp_path, f"{server.address}/ok/c.png", name="talks.yaml")
    (tmp_path / "conf.py").write_text('exclude_patterns = ["drafts"]')
    assert run(tmp_path, client)[0] == 0
    lists = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("localised.json")}
    assert lists == {"guides/deep/images/localised.json", "images/localised.json"}
    assert server.requests == {"/ok/a.png": 1, "/ok/c.png": 1}


def test_an_unused_picture_is_removed(tmp_path: Path, server: BadServer, client: Client) -> None:
    """Files that a person added or modified are kept."""
    write(tmp_path, f"{server.address}/ok/a.png", f"{server.address}/ok/b.png")
    run(tmp_path, client)
    folder = tmp_path / DAY / "images"
    modified = next(folder.glob("b-*.jpg"))
    modified.write_bytes(b"mine")
    (folder / "own.png").write_bytes(PICTURE)
    write(tmp_path, "images/own.png")
    status, output = run(tmp_path, client)
    assert status == 0
    assert output.count("removed") == 3
    assert {path.name for path in folder.iterdir()} == {"own.png", modified.name, "localised.json"}
    assert json.loads((folder / "localised.json").read_text()) == {}


def test_a_mistake_in_a_data_file_removes_no_picture(tmp_path: Path, server: BadServer, client: Client) -> None:
    """Once the mistake is fixed, the entry still has its picture."""
    data = write(tmp_path, f"{server.address}/ok/a.png")
    run(tmp_path, client)
    before = snapshot(tmp_path / DAY / "images")
    data.write_text(data.read_text().replace("image:", "image"))
    assert run(tmp_path, client)[0] == 0
    assert snapshot(tmp_path / DAY / "images") == before


def test_an_invalid_manifest_is_not_overwritten(tmp_path: Path, server: BadServer, client: Client) -> None:
    """A merge conflict, for example, is reported with its line, and nothing is lost."""
    write(tmp_path, f"{server.address}/ok/a.png")
    run(tmp_path, client)
    path = tmp_path / DAY / "images/localised.json"
    path.write_text(path.read_text().replace('  "http', '<<<<<<< HEAD\n  "http', 1))
    before = snapshot(tmp_path)
    status, output = run(tmp_path, client)
    assert status == 1
    assert f"{DAY}/images/localised.json:" in output
    assert snapshot(tmp_path) == before


# -- Servers -----------------------------------------------------------------------------------------------------------


@pytest.mark.one_in(3)
@pytest.mark.parametrize("word", ["moved", "untyped", "shaky", "busy", "cut"])
def test_temporary_problems_do_not_prevent_a_download(
    tmp_path: Path, server: BadServer, client: Client, word: str
) -> None:
    """Redirects, missing media types, errors, requests to wait and broken connections are handled."""
    write(tmp_path, f"{server.address}/{word}/a.png")
    status, output = run(tmp_path, client)
    assert status == 0, output


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("404", "the host answers 404 Not Found; correct the address"),
        ("loop", "redirects without end"),
        ("elsewhere", "has an address that cannot be requested; correct the address"),
        ("page", "sends text/html where image/… is needed; correct the address"),
        ("liar", "it is a web page, despite its media type"),
        ("broken", "answers 500 Internal Server Error; run `sphinx-recaps images` again later"),
        ("closed", "503 Service Unavailable and asks to wait 167 minutes"),
        ("huge", "more than 3 MB"),
        ("endless", "more than 3 MB"),
        ("truncated", "damaged"),
        ("packed", "compressed"),
        ("silent", "does not answer"),
        ("stalled", "breaks off"),
        ("nonsense", "cannot be reached"),
    ],
)
def test_a_bad_response_is_reported_at_its_line_and_others_continue(
    tmp_path: Path, server: BadServer, client: Client, word: str, reason: str
) -> None:
    """Nothing of the response is stored."""
    address = f"{server.address}/{word}/a.png"
    client.limits = IMPATIENT if word in {"silent", "stalled"} else QUICK
    with bad_server() as other:
        write(tmp_path, address, f"{other.address}/ok/b.png")
        status, output = run(tmp_path, client)
        assert status == 1
        assert f"{DAY}/posters.yaml:3: {address}: " in output
        assert reason in output
        assert "1 fetched, 0 already there, 1 failed" in output
        assert list(json.loads((tmp_path / DAY / "images/localised.json").read_text())) == [f"{other.address}/ok/b.png"]
        assert len(list((tmp_path / DAY / "images").iterdir())) == 3


def test_a_refusing_host_is_contacted_once_and_reported_in_two_lines(
    tmp_path: Path, server: BadServer, client: Client
) -> None:
    """A line for each of its pictures would hide other messages."""
    with bad_server() as other:
        addresses = [f"{server.address}/closed/{name}.png" for name in "abcd"]
        write(tmp_path, *addresses, f"{other.address}/ok/b.png")
        status, output = run(tmp_path, client)
    assert status == 1
    assert [line for line in output.splitlines() if "/closed/b.png" in line] == []
    assert "3 more of its images were not requested" in output
    assert "1 fetched, 0 already there, 4 failed" in output


# -- Interruptions and the terminal ------------------------------------------------------------------------------------


def test_an_interrupted_run_keeps_its_downloads(
    tmp_path: Path,
    server: BadServer,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The next run continues from there."""
    write(tmp_path, f"{server.address}/ok/a.png", f"{server.address}/ok/b.png")
    read = client.read

    def interrupted(address: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        if address.endswith("b.png"):
            raise KeyboardInterrupt
        return read(address, *arguments, **options)

    (tmp_path / "conf.py").touch()
    with monkeypatch.context() as patched:
        patched.setattr(client, "read", interrupted)
        patched.setattr(commands, "Client", lambda _: client)
        assert status_of("images", str(tmp_path)) == 130
    assert (
        capsys.readouterr().err == "\nStopped. What is done is kept; run the same command again to go on from here.\n"
    )
    assert len(list((tmp_path / DAY / "images").iterdir())) == 3
    assert run(tmp_path, client)[0] == 0
    assert server.requests == {"/ok/a.png": 1, "/ok/b.png": 1}


def test_a_failed_write_leaves_no_partial_file(
    tmp_path: Path, server: BadServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, f"{server.address}/ok/a.png")
    run(tmp_path, client)
    before = snapshot(tmp_path)
    server.changes["/ok/a.png"] = picture("PNG", (500, 500))
    next((tmp_path / DAY / "images").glob("*.webp")).unlink()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", fail)
        status, output = run(tmp_path, client)
    assert status == 1
    assert "No space left on device" in output
    assert snapshot(tmp_path) == {name: data for name, data in before.items() if not name.endswith(".webp")}


def test_an_unreadable_data_file_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message names the file, without a traceback."""
    path = tmp_path / DAY / "posters.yaml"
    path.parent.mkdir(parents=True)
    path.symlink_to("nowhere.yaml")
    (tmp_path / "conf.py").touch()
    assert status_of("images", str(tmp_path)) == 2
    assert capsys.readouterr().err == f"Error: {path}: the file cannot be read (No such file or directory)\n"


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def test_only_a_terminal_gets_a_progress_bar_and_control_characters(
    tmp_path: Path, server: BadServer, client: Client
) -> None:
    """Each message is on a line of its own in both cases."""
    write(tmp_path, f"{server.address}/ok/a.png", f"{server.address}/404/b.png")
    terminal = Terminal()
    (tmp_path / "conf.py").touch()
    fetch_images(tmp_path, client, terminal)
    assert "[............------------]".replace("-", ".") in terminal.getvalue()
    assert "[############............] 2/2 b.png" in terminal.getvalue()
    _, output = run(tmp_path, client)
    assert [line.split(" ")[0] for line in output.splitlines()] == [
        "1/1",
        f"{tmp_path}/{DAY}/posters.yaml:6:",
        "Images:",
    ]
    assert "\x1b" not in output
    assert "\r" not in output


def test_a_server_cannot_send_control_characters_to_the_terminal(
    tmp_path: Path, server: BadServer, client: Client
) -> None:
    """An invalid media type is reported without them."""
    write(tmp_path, f"{server.address}/painter/a.png")
    _, output = run(tmp_path, client)
    assert "text/?[31mred where" in output


def test_ctrl_c_ends_the_command_with_a_message(tmp_path: Path, server: BadServer) -> None:
    """This works while the command waits for a server."""
    write(tmp_path, f"{server.address}/silent/a.png")
    (tmp_path / "conf.py").touch()
    script = (
        "from functools import partial; from sphinx_recaps.cli import commands, main;"
        f"commands.Client = partial(commands.Client, public_only=False); main(['images', {str(tmp_path)!r}])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline().startswith("1/1 ")
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=60)
    assert running.returncode == 130
    assert errors == "\nStopped. What is done is kept; run the same command again to go on from here.\n"
