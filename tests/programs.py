"""Programs for the slow tests: they check the output as book stores, printers and validators do.

``python -m tests.programs``, which ``make test-all`` runs, installs missing ones if possible: as root on Debian or
Ubuntu, and with npm. Tests call :func:`program`, which installs nothing, and are skipped without their program.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(sys.prefix) / "programs"  # in .venv, so that no other folder is affected
VNU = "vnu-jar@26.9.27"


class Program(NamedTuple):
    """A program: its command, the programs and files that it needs, and the Debian packages that provide them."""

    call: tuple[str, ...]
    needs: tuple[str, ...]
    packages: tuple[str, ...] = ()


_EPUBCHECK = "/usr/share/java/epubcheck.jar"
# WebKit's window runs with the Python of the system, which has the bindings of GTK.
SYSTEM_PYTHON = "/usr/bin/python3"
_BINDINGS = "girepository-1.0/WebKit2-4.1.typelib"
_WEBKIT = (
    *("WebKitWebDriver", "Xvfb", "openbox", SYSTEM_PYTHON, "/usr/lib/python3/dist-packages/gi/__init__.py"),
    str(next(Path("/usr/lib").glob(f"*/{_BINDINGS}"), _BINDINGS)),
)
_VNU = str(HERE / "node_modules/vnu-jar/build/dist/vnu.jar")
PROGRAMS = {
    "epubcheck": Program(("java", "-jar", _EPUBCHECK), ("java", _EPUBCHECK), ("epubcheck", "default-jre-headless")),
    "vnu": Program(("java", "-jar", _VNU), ("java", _VNU), ("default-jre-headless", "npm")),
    # The fonts are those in .readthedocs.yaml, and those that Sphinx needs.
    "latexmk": Program(
        ("latexmk",),
        ("latexmk", "xelatex"),
        (
            *("latexmk", "texlive-xetex", "texlive-latex-recommended", "texlive-latex-extra"),
            *("texlive-fonts-recommended", "tex-gyre", "fonts-freefont-otf", "fonts-noto-cjk", "fonts-dejavu-core"),
        ),
    ),
    "pdftotext": Program(("pdftotext",), ("pdftotext",), ("poppler-utils",)),
    "pdftohtml": Program(("pdftohtml",), ("pdftohtml",), ("poppler-utils",)),
    "makeinfo": Program(("makeinfo",), ("makeinfo",), ("texinfo",)),
    "firefox": Program(("firefox-esr",), ("firefox-esr",), ("firefox-esr",)),
    "webkit": Program(
        ("WebKitWebDriver",), _WEBKIT, ("webkit2gtk-driver", "xvfb", "openbox", "python3-gi", "gir1.2-webkit2-4.1")
    ),
    "man": Program(("man",), ("man",), ("man-db",)),
}


def program(name: str) -> tuple[str, ...]:
    """Return the command of a program; if it is not installed, the test is skipped with the reason."""
    needed = PROGRAMS[name]
    absent = _absent(needed)
    if absent:
        pytest.skip(f"{name} needs {', '.join(absent)}: `make test-all` installs it as root on Debian or Ubuntu")
    return needed.call


def _absent(needed: Program) -> list[str]:
    return [need for need in needed.needs if not (shutil.which(need) or Path(need).is_file())]


def main() -> int:
    """Install missing programs, and report those that are still missing: their tests are skipped."""
    missing = {name: needed for name, needed in PROGRAMS.items() if _absent(needed)}
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        print(f"Installing {', '.join(missing)} for the tests (up to 1 GB) ...", flush=True)
        _run("apt-get", "update", "-qq")
        for name, needed in missing.items():
            _install(name, needed)
    if _absent(PROGRAMS["vnu"]) and shutil.which("npm"):
        _run("npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(HERE), VNU)
    for name, needed in PROGRAMS.items():
        if absent := _absent(needed):
            print(f"Tests that need {name} will be skipped: {', '.join(absent)} not found.")
    return 0


def _install(name: str, needed: Program) -> None:
    """Install the packages of one program separately: a failure must not affect other programs."""
    # Node.js from other sources includes npm, which conflicts with Debian's package.
    packages = [package for package in needed.packages if package != "npm" or not shutil.which("npm")]
    if packages and not _run("apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages):
        print(f"apt-get cannot install {', '.join(packages)} for {name}: its message above says why.", flush=True)


def _run(*command: str) -> bool:
    """Run a command without interaction; return whether it succeeded."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    no = subprocess.DEVNULL
    return subprocess.run(command, check=False, stdin=no, stdout=no, env=environment).returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
