"""``sphinx-recaps check`` reports each message of the build once, as text and as annotations of a pull request."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.cli import main
from sphinx_recaps.cli.check import Mistake, check, parse, print_mistakes
from sphinx_recaps.cli.project import UnreadableError
from test_domain import FILES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Files, Project

VALID = {**FILES}
INVALID: Files = {
    "page.md": "---\norphan: true\n---\n# Page\n\n:::{youtube} https://www.youtube.com/@pytorch\n:::\n\n"
    "{recap:poster}`A99`\n\n:::{catalogue} posters.yaml\n:::\n\n[lost](nowhere.md)\n",
    "posters.yaml": "kind: poster\nentries:\n  - id: Z1\n    titel: One\n  - id: Z2\n    title: T\n    link: nothing\n",
}


def status_of(*arguments: str) -> int:
    """Return the exit code of the command."""
    with pytest.raises(SystemExit) as exit_info:
        main(["check", *arguments])
    return int(exit_info.value.code or 0)


def messages(mistakes: list[Mistake]) -> list[str]:
    return [str(mistake) for mistake in mistakes]


def test_check_reports_the_messages_of_the_build(project: Project) -> None:
    """A project passes the check if and only if it builds without warnings."""
    built = project({**VALID, **INVALID})
    mistakes, _ = check(project.root, project.root.parent / "cache")
    assert sorted(built.messages.splitlines()) == sorted(messages(mistakes))
    assert {"page.md:6", "page.md:9", "posters.yaml:4:5", "posters.yaml:7:11"} <= {
        line.partition(": ")[0] for line in messages(mistakes)
    }


def test_a_mistake_is_reported_in_every_run(project: Project) -> None:
    project({**VALID, **INVALID})
    cache = project.root.parent / "cache"
    first, _ = check(project.root, cache)
    assert messages(check(project.root, cache)[0]) == messages(first)


def test_other_files_in_the_cache_folder_are_kept(project: Project) -> None:
    """The cache folder can be any folder of the user's."""
    project({**VALID, **INVALID})
    own = project.root.parent / "cache" / "own" / "thesis.txt"
    own.parent.mkdir(parents=True)
    own.write_text("Keep this.")
    assert check(project.root, project.root.parent / "cache")[0]
    assert own.read_text() == "Keep this."


def test_a_valid_project_gets_one_line(project: Project) -> None:
    project(VALID)
    out = StringIO()
    status = print_mistakes(*check(project.root, project.root.parent / "cache"), out, {"GITHUB_ACTIONS": "true"})
    assert status == 0
    assert len(out.getvalue().splitlines()) == 1
    assert out.getvalue().startswith("No mistakes in ")


def test_a_second_check_finds_new_mistakes(project: Project) -> None:
    """It reads only the files that changed."""
    project(VALID)
    cache = project.root.parent / "cache"
    assert check(project.root, cache)[0] == []
    project(INVALID)
    assert check(project.root, cache)[0]


def test_check_writes_no_pages(project: Project) -> None:
    project(VALID)
    cache = project.root.parent / "cache"
    check(project.root, cache)
    assert not list(cache.rglob("*.html"))


def test_on_github_each_message_annotates_its_line() -> None:
    """A message cannot inject another workflow command: line ends and separators are escaped."""
    out = StringIO()
    mistakes = [
        Mistake("a,b:c.yaml", 4, 5, "ERROR", "50% wrong\n::add-mask::x"),
        Mistake("page.md", 6, 0, "WARNING", "no title [recap.video_title]"),
    ]
    assert print_mistakes(mistakes, "1 page and 1 data file", out, {"GITHUB_ACTIONS": "true"}) == 1
    lines = out.getvalue().splitlines()
    assert "::error file=a%2Cb%3Ac.yaml,line=4,col=5::50%25 wrong%0A::add-mask::x" in lines
    assert "::warning file=page.md,line=6::no title [recap.video_title]" in lines
    assert lines[-1] == "2 mistakes in 2 files, of 1 page and 1 data file."
    quiet = StringIO()
    print_mistakes(mistakes, "", quiet, {})
    assert "::error" not in quiet.getvalue()


def test_messages_are_deduplicated_and_sorted_by_line(tmp_path: Path) -> None:
    """Two processes may report the same mistake."""
    source = tmp_path / "a: b"
    raw = [
        f"{source}/p.md:12: WARNING: late\n",
        f"{source}/p.md:2: ERROR: early\nwith a second line\n",
        f"{source}/d.yaml:3:7: ERROR: data\n",
        f"{source}/p.md:12: WARNING: late\n",
        "WARNING: of no page\n",
        f"{source}/q.md: WARNING: of a whole page\n",
    ]
    assert messages(parse(raw, source)) == [
        "WARNING: of no page",
        "d.yaml:3:7: ERROR: data",
        "p.md:2: ERROR: early\nwith a second line",
        "p.md:12: WARNING: late",
        "q.md: WARNING: of a whole page",
    ]


def test_paths_are_relative_to_the_current_folder(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Terminals can then open them, and GitHub can match them, wherever the source folder is."""
    project({**VALID, **INVALID})
    monkeypatch.chdir(project.root.parent)
    assert status_of("project") == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("project/posters.yaml:4:5: ERROR: ") for line in lines)
    monkeypatch.chdir(project.root)
    assert status_of() == 1
    assert any(line.startswith("page.md:6: ERROR: ") for line in capsys.readouterr().out.splitlines())


def test_an_exception_in_an_extension_is_reported_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extension = (
        "def fail(app):\n    raise KeyError('oops')\n\ndef setup(app):\n    app.connect('builder-inited', fail)\n"
    )
    (tmp_path / "conf.py").write_text(extension)
    assert status_of(str(tmp_path)) == 2
    error = capsys.readouterr().err
    assert "oops" in error
    assert "Traceback" not in error


def test_an_invalid_configuration_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "conf.py").write_text("extensions = [\n")
    with pytest.raises(UnreadableError):
        check(tmp_path, tmp_path / "cache")
    assert status_of(str(tmp_path)) == 2
    assert "conf" in capsys.readouterr().err
