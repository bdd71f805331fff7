"""The data file of links: addresses, mistakes, and the command that writes the file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.cli.links_file import with_links, write
from sphinx_recaps.data.link_copies import LinkCopies, address_key, parse_copy
from sphinx_recaps.data.loader import LARGEST_LINKS, load_links, load_links_bytes
from sphinx_recaps.data.records import RecordedLink

from tests.local_service import FIRST, SECOND, THIRD, Reply, copy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.local_service import Run, Service

DEAD = "https://dead.example.org/page"
DEAD_COPY = f"https://web.archive.org/web/20210511120000/{DEAD}"
DEAD_VIDEO = "https://www.youtube.com/watch?v=aqz-KE-bpKQ"


# -- Addresses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recorded", "written"),
    [
        (DEAD, f"{DEAD}#part"),
        (DEAD_VIDEO, f"{DEAD_VIDEO}&t=90s"),
        ("https://example.org/caf%C3%A9", "https://example.org/café"),
        ("https://example.org/café", "https://example.org/caf%C3%A9"),
        ("https://xn--mnchen-3ya.example.org/", "https://münchen.example.org/"),
    ],
)
def test_one_page_has_one_record(recorded: str, written: str) -> None:
    """Spelling variants and fragments of an address do not matter."""
    copies = LinkCopies([RecordedLink(recorded, "20210510000000")])
    assert copies.copy(written) == f"https://web.archive.org/web/20210510000000/{written}"


@pytest.mark.parametrize(("one", "other"), [(DEAD, f"{DEAD}/"), (DEAD, f"{DEAD}?x=1"), (DEAD, DEAD.upper())])
def test_different_pages_stay_different(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)


@given(st.text(), st.text())
def test_arbitrary_text_as_an_address_never_raises(text: str, time: str) -> None:
    """Pages can contain anything. Normalising an address twice changes nothing."""
    for url in (text, f"https://{text}", f"https://web.archive.org/web/{time}/{text}"):
        key = address_key(url)
        assert key.isascii()
        assert address_key(key) == key
        parse_copy(url)


# -- Mistakes ----------------------------------------------------------------------------------------------------------


MISTAKES = [
    ("links:\n  - url: example.org\n", 2, 10, ["https://example.org"]),
    ("links:\n  - url: mailto:a@example.org\n", 2, 10, ["not a web address"]),
    ("links:\n  - url: https://example.org/#part\n", 2, 10, ["part of a page", "write https://example.org/"]),
    (f"links:\n  - url: {DEAD_COPY}\n", 2, 10, ["is a copy", "`archived`"]),
    (f"links:\n  - dead: true\n    url: {DEAD}\n  - url: {DEAD}\n", 4, 10, ["line 2 already", "remove one"]),
    ("links:\n  - url: https://example.org/é\n  - url: https://example.org/%C3%A9\n", 3, 10, ["already"]),
    (f"links:\n  - url: {DEAD}\n    archived: 2021-05-10\n", 3, 15, ["14 digits"]),
    (f"links:\n  - url: {DEAD}\n    archived: 20211310000000\n", 3, 15, ["not a valid time"]),
    (f"links:\n  - url: {DEAD}\n    archived: {DEAD_COPY}\n", 3, 15, ["write the time in it, 20210511120000"]),
    (f"links:\n  - url: {DEAD}\n    checked: 20.11.2026\n", 3, 14, ["write 2026-11-20"]),
    (f"links:\n  - url: {DEAD}\n    dead: yes\n", 3, 11, ["neither true nor false", "write true"]),
    (f"links:\n  - url: {DEAD}\n    died: true\n", 3, 5, ["unknown key 'died'", "dead"]),
    (f"links:\n  - url: {DEAD}\n    line: 3\n", 3, 5, ["unknown key 'line'"]),
    (f"links:\n  - link: {DEAD}\n", 2, 5, ["did you mean `url`?"]),
    ("links:\n  - dead: true\n", 2, 5, ["`url` is missing"]),
    (f"links:\n  - {DEAD}\n", 2, 5, ["starts with `- url: …`"]),
    (f"links:\n  url: {DEAD}\n", 2, 3, ["takes a list"]),
    ("links:\n", 1, 1, ["takes a list", "`links: []`"]),
    (f"- url: {DEAD}\n", 1, 1, ["write `links:` above it"]),
    ("kind: poster\nlinks: []\n", 1, 1, ["unknown key 'kind'"]),
    ("", 1, 1, ["the file is empty"]),
    (f"{DEAD}\n", 1, 1, ["only text"]),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), MISTAKES)
def test_every_mistake_is_reported_at_its_location_with_the_fix(
    text: str, line: int, column: int, words: list[str]
) -> None:
    problems = load_links_bytes(text.encode()).problems
    assert len(problems) == 1, problems
    assert (problems[0].line, problems[0].column) == (line, column), problems
    for word in words:
        assert word in problems[0].message


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_arbitrary_bytes_never_raise(data: bytes) -> None:
    load_links_bytes(b"links:\n  - " + data)
    load_links_bytes(data)


def test_an_oversized_file_is_not_read(tmp_path: Path) -> None:
    """A file that another program broke must not block the build for minutes."""
    file = tmp_path / "links.yaml"
    file.write_bytes(b"#" * (LARGEST_LINKS + 1))
    assert [problem.message for problem in load_links(file).problems] == [
        "the file has 20.0 MB, but the limit is 20 MB; remove links that no page has"
    ]


# -- Writing -----------------------------------------------------------------------------------------------------------


def test_a_mistake_in_the_file_prevents_all_requests(run: Run, service: Service) -> None:
    """People edit the file, too: it is not overwritten, and all its mistakes are reported."""
    links = f"links:\n  - url: {FIRST}\n    dead: maybe\n  - url: nowhere\n"
    done = run(links=links)
    assert done.status == 2
    assert f"{run.file}:3:11: `dead`" in done.err
    assert f"{run.file}:4:10: `url`" in done.err
    assert service.requests == []
    assert run.file.read_text() == links


def test_a_missing_file_is_reported(run: Run) -> None:
    run.file.unlink()
    done = run()
    assert done.status == 2
    assert "write `links: []` into a new one" in done.err


def test_unused_addresses_are_kept_and_reported(run: Run) -> None:
    done = run(links=f"links:\n  - url: {SECOND}\n    checked: 2026-01-01\n")
    assert f"No page links to these any more; remove them if you do not need them: {SECOND}" in done.out
    assert list(run.recorded()) == [FIRST, SECOND]


def test_edits_during_a_run_are_kept(run: Run, service: Service) -> None:
    """A run takes minutes, and the file may be open in an editor."""

    def answer(number: int, _: str, __: dict[str, str]) -> Reply:
        if number == 2:
            run.file.write_text(run.file.read_text() + f"  # mine\n  - url: {THIRD}\n    dead: true\n")
        return copy()

    service.answer = answer
    assert run(wanted={FIRST: "", SECOND: ""}).status == 0
    assert list(run.recorded()) == [FIRST, SECOND, THIRD]
    assert "  # mine\n" in run.file.read_text()


def test_comments_stay_with_their_links(tmp_path: Path) -> None:
    """Comments can be above a link, on its lines, or at the beginning or end of the file."""
    file = tmp_path / "links.yaml"
    file.write_text(
        f"# Head.\n\nlinks:  # sorted\n  # About b.\n  - url: {SECOND}  # moved\n    dead: true # asked them\n"
        f"\n  # About a,\n  # twice.\n  - url: {FIRST}\n# The end.\n"
    )
    write(file, RecordedLink(THIRD, "20210510120000"))
    assert file.read_text() == (
        f"# Head.\n\nlinks:  # sorted\n  # About a,\n  # twice.\n  - url: {FIRST}\n"
        f"  # About b.\n  # moved\n  # asked them\n  - url: {SECOND}\n    dead: true\n"
        f"  - url: {THIRD}\n    archived: 20210510120000\n  # The end.\n"
    )


links = st.builds(
    RecordedLink,
    st.from_regex(r"https?://[a-z]{1,8}\.org/[a-z0-9:?&=%'!*,;@~_.\[\]é-]{0,12}", fullmatch=True),
    st.none() | st.datetimes().map(lambda time: f"{time:%Y%m%d%H%M%S}".zfill(14)),
    st.none() | st.dates(),
    st.booleans(),
)


@given(st.lists(links, unique_by=lambda link: link.url.replace("é", "%C3%A9")), st.lists(st.text("ab #:-'")))
def test_records_survive_writing_and_reading(recorded: list[RecordedLink], words: list[str]) -> None:
    """This holds for any address and any comment, and writing the file again changes nothing."""
    comments = [f"# {line.strip()}".strip() for line in words]
    text = with_links("\n".join([*comments, "", "links: []", *comments, ""]), recorded)
    loaded = load_links_bytes(text.encode())
    assert loaded.problems == ()
    assert loaded.content is not None
    assert [replace(link, line=0) for link in loaded.content.links] == sorted(recorded, key=lambda link: link.url)
    assert with_links(text, loaded.content.links) == text
    assert text.splitlines()[: len(comments)] == comments


def test_a_full_disk_is_reported_and_leaves_the_file_unchanged(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A half-written file must not replace a complete one."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = run.file.read_bytes()
    with monkeypatch.context() as context:
        context.setattr("os.replace", fail)
        done = run()
    assert done.status == 2
    assert "the file cannot be written (No space left on device)" in done.err
    assert run.file.read_bytes() == before
    assert run.recorded() == {}


def test_writing_keeps_other_files_permissions_and_symbolic_links(run: Run) -> None:
    """``links.yaml.part`` may be a user's file, and the data file may be a symbolic link."""
    own = run.folder / "links.yaml.part"
    own.write_text("mine")
    target = run.folder / "target.yaml"
    run.file.rename(target)
    target.chmod(0o640)
    run.file.symlink_to("target.yaml")
    assert run().status == 0
    assert own.read_text() == "mine"
    assert run.file.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert FIRST in target.read_text()
    assert {path.name for path in run.folder.iterdir()} == {"links.yaml", "links.yaml.part", "target.yaml"}
