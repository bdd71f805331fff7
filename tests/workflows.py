"""Helpers for the tests of the workflows: read them, and run their scripts as GitHub does."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Content: TypeAlias = dict[Any, Any]

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / ".github" / "workflows").iterdir())


def workflow(name: str) -> Content:
    """Return the content of a workflow, with its triggers under "on", which YAML 1.1 reads as true."""
    content: Content = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8"))
    content["on"] = content.pop(True)
    return content


def jobs() -> Iterator[tuple[str, str, Content]]:
    """Yield the name of the file, the name of the job and the job, for each job."""
    for path in FILES:
        for name, job in workflow(path.name)["jobs"].items():
            yield path.name, name, job


def script(name: str, job: str) -> tuple[str, dict[str, str]]:
    """Return the script of the last step of a job, and its environment."""
    step = workflow(name)["jobs"][job]["steps"][-1]
    return step["run"], step.get("env", {})


def run(
    text: str, folder: Path, environment: Mapping[str, str], programs: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a script as a GitHub runner does by default, with stand-ins for programs by name."""
    path = folder / "bin"
    path.mkdir(exist_ok=True)
    for name, program in (programs or {}).items():
        (path / name).write_text(program)
        (path / name).chmod(0o755)
    return subprocess.run(
        [shutil.which("bash") or "bash", "-e", "-c", text],
        cwd=folder,
        env={"PATH": f"{path}{os.pathsep}{os.environ['PATH']}", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
