"""A clone of this repository, in which make runs with stand-ins for Python."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SYSTEM_TOOLS = ("make", "sh", "awk", "cat", "chmod", "cmp", "cp", "fold", "mkdir", "rm", "sed")
PYTHONS = ("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python")

# Reports its version, and creates an environment whose Python logs its arguments.
PYTHON = """\
#!/bin/sh
case "$*" in
    *"import sys"*) echo "{version} {able}" ;;
    --version) echo "Python {version}" ;;
    "-m venv .venv")
        mkdir -p .venv/bin
        printf '#!/bin/sh\\nprintf "%%s\\\\n" "$*" >>calls\\n[ "$1" = -c ] || [ ! -e broken ]\\n' >.venv/bin/python
        printf '#!/bin/sh\\nprintf "<%%s>" "$@" >>commands\\n' >.venv/bin/sphinx-recaps
        : >.venv/bin/lint-imports
        chmod +x .venv/bin/*
        exit {status} ;;
    *) exit 1 ;;
esac
"""


@dataclass(frozen=True)
class Clone:
    """A clone in a folder with a space in its name, on a system with only the installed Pythons."""

    folder: Path
    bin: Path

    def install(self, name: str, version: str, *, venv: str = "yes") -> None:
        """Install an interpreter; ``venv`` is yes, no (the module is missing) or broken (it fails)."""
        able, status = "no" if venv == "no" else "yes", int(venv == "broken")
        self.script(name, PYTHON.format(version=version, able=able, status=status))

    def script(self, name: str, text: str) -> None:
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)

    def make(self, *arguments: str, program: str = "make", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / program), *arguments],
            cwd=self.folder,
            env={"PATH": str(self.bin), "LC_ALL": "C", **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def pip_calls(self) -> list[str]:
        """Return the calls of pip since the last time."""
        log = self.folder / "calls"
        calls = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [call for call in calls if call.startswith("-m pip")]


def new_clone(tmp_path: Path) -> Clone:
    """Return a clone that has the Makefile, the locks and the tools."""
    folder, programs = tmp_path / "a clone", tmp_path / "bin"
    programs.mkdir()
    for tool in SYSTEM_TOOLS:
        path = shutil.which(tool)
        assert path
        (programs / tool).symlink_to(path)
    folder.mkdir()
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "tools", folder / "tools")
    return Clone(folder, programs)


def messages(result: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the lines of the error stream, without make's own."""
    return [line for line in result.stderr.splitlines() if not line.startswith("make: ***")]
