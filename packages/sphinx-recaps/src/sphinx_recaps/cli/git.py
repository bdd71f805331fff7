"""What a project published before: the files of its main branch, read from a Git checkout without a network.

The main branch is that of the remote ``origin``, else the local one, else that of ``upstream``. A branch is compared
with the commit at which it left the main branch. The main branch itself is compared with its remote; without one,
nobody knows what is published, so its last commit counts as not published yet.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NAMES = ("main", "master")
_REMOTE = "refs/remotes/"
_REFERENCES = (
    *(f"{_REMOTE}origin/{name}" for name in ("HEAD", *NAMES)),
    *(f"refs/heads/{name}" for name in NAMES),
    *(f"{_REMOTE}upstream/{name}" for name in ("HEAD", *NAMES)),
)
_TIMEOUT = 60  # seconds
# Git sets these in hooks, for another folder than that of the project.
_OF_HOOKS = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


class NoHistoryError(Exception):
    """It is unknown what was published; the message says why, and perhaps what to do."""


class Published:
    """The files of the published state of a source folder; all paths are relative to that folder.

    ``name`` is that of the branch or commit. Raises NoHistoryError.
    """

    def __init__(self, source: Path) -> None:
        self._source = source
        self._git("rev-parse", "--show-prefix")
        if self._commit("HEAD") is None:
            raise NoHistoryError("there is no commit yet")
        self.name, self._base = self._find()

    def _find(self) -> tuple[str, str]:
        """Return the name of the branch to compare with, and a commit."""
        reference = next((one for one in _REFERENCES if self._commit(one)), None)
        if reference is None:
            raise NoHistoryError(self._reason("there is no branch named main or master"))
        name = self._git("rev-parse", "--abbrev-ref", reference).strip() or reference
        try:
            base = self._git("merge-base", "HEAD", reference).strip()
        except NoHistoryError as error:
            raise NoHistoryError(self._reason(f"it has no commit in common with {name}")) from error
        on_main = self._git("symbolic-ref", "--quiet", "HEAD", allowed=(0, 1)).strip() == reference
        before = self._commit("HEAD^") if on_main else None
        return ("the commit before", before) if before else (name, base)

    def _reason(self, usual: str) -> str:
        """Return why there is nothing to compare with: in many workflows, because the clone has one commit."""
        if self._git("rev-parse", "--is-shallow-repository").strip() != "true":
            return usual
        return "this clone is shallow; run `git fetch --unshallow`, or in a workflow set `fetch-depth: 0`"

    def names(self) -> set[str]:
        """Return the paths of all files."""
        return set(_lines(self._git("ls-tree", "-r", "-z", "--name-only", self._base)))

    def differing(self) -> set[str]:
        """Return the paths of files that are gone or have another content now."""
        options = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--relative", "--diff-filter=DMT")
        return set(_lines(self._git("diff", *options, self._base, "--", ".")))

    def mention(self, text: str) -> bool:
        """Return whether any file contains a text."""
        return bool(self._git("grep", "-l", "-F", "-I", "-e", text, self._base, "--", ".", allowed=(0, 1)))

    def contents(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the content of some files with their paths."""
        ordered = sorted(names)
        wanted = "".join(f"{self._base}:./{name}\n" for name in ordered if "\n" not in name)
        data, at = self._run(("cat-file", "--batch"), wanted.encode()) if wanted else b"", 0
        for name in ordered if wanted else ():
            end = data.find(b"\n", at)
            _id, kind, *size = data[at:end].rsplit(b" ", 2)
            at = end + 1
            if kind == b"blob" and size:
                length = int(size[0])
                yield name, data[at : at + length]
                at += length + 1

    def _commit(self, name: str) -> str | None:
        return self._git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", allowed=(0, 1)).strip() or None

    def _git(self, *arguments: str, allowed: tuple[int, ...] = (0,)) -> str:
        return self._run(arguments, b"", allowed).decode("utf-8", "surrogateescape")

    def _run(self, arguments: tuple[str, ...], data: bytes, allowed: tuple[int, ...] = (0,)) -> bytes:
        """Return the output of Git; raises NoHistoryError with its message if it fails."""
        environment = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
        command = ["git", "-C", str(self._source), "-c", "core.quotePath=false", *arguments]
        try:
            result = subprocess.run(  # noqa: S603 (no shell, and arguments are names of commits and options)
                command, input=data, capture_output=True, check=False, timeout=_TIMEOUT, env={**environment, **_QUIET}
            )
        except FileNotFoundError as error:
            raise NoHistoryError("Git is not installed") from error
        except (OSError, subprocess.SubprocessError) as error:
            raise NoHistoryError(f"Git failed: {error}") from error
        if result.returncode not in allowed:
            message = result.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
            not_git = "not a git repository" in message
            raise NoHistoryError("this is not a Git checkout" if not_git else message or "Git failed")
        return result.stdout


def _lines(output: str) -> list[str]:
    """Return the names that Git ends with zeros."""
    return [name for name in output.split("\0") if name]
