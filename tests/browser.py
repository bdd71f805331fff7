"""The Chromium that the tests drive: an installed one, else one that this script gets.

``python tests/browser.py`` prints its path; when there is none it tries Playwright's own download, then, as root on
Debian or Ubuntu, the package. It also sees to it that Playwright itself starts, which wants a library that small
systems lack. Tests call :func:`chromium`, which installs nothing.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = ("Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome")
# It asks nobody for anything by itself: a new tab would, before anybody could refuse.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
ADVICE = (
    "install it (Debian: apt install chromium; Fedora: dnf install chromium; macOS: brew install --cask chromium) "
    "or set CHROMIUM to the path of one"
)
PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


class NoChromiumError(Exception):
    """No Chromium can be driven here; the message is a sentence that says what to do."""


@cache
def chromium() -> str:
    """Return the path of a Chromium that starts: ``$CHROMIUM`` if that is set, else the first that is found.

    :raises NoChromiumError: when there is none
    """
    if named := os.environ.get("CHROMIUM"):
        if (path := shutil.which(named)) and _starts(path):
            return path
        message = f"CHROMIUM={named} does not start a Chromium: {ADVICE}."
        raise NoChromiumError(message)
    for path in _installed():
        if _starts(path):
            return path
    message = f"The tests need Chromium, and none was found: {ADVICE}."
    raise NoChromiumError(message)


def _installed() -> Iterator[str]:
    """Yield the paths where a Chromium may be, the likeliest first."""
    yield from filter(None, map(shutil.which, NAMES))
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            yield from (str(folder / app) for app in MACOS)
    asked = _run([sys.executable, "-c", PLAYWRIGHTS_OWN], seconds=30)
    if asked and asked.returncode == 0:
        yield asked.stdout.strip()


def _starts(path: str) -> bool:
    """Tell whether the browser runs: a package that is only a stub does not, nor one that lacks libraries."""
    answer = _run([path, "--version"], seconds=30)
    return answer is not None and answer.returncode == 0


def _run(command: Sequence[str], *, seconds: float, **variables: str) -> subprocess.CompletedProcess[str] | None:
    """Return what the command printed; nothing when it cannot be started or takes longer than that."""
    environment = {**os.environ, **variables}
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


def _playwright() -> str:
    """Return the version of Playwright, when the program that drives the browser starts.

    :raises NoChromiumError: when it does not
    """
    answer = _run([sys.executable, "-m", "playwright", "--version"], seconds=60)
    if answer and answer.returncode == 0:
        return answer.stdout.strip()
    reason = answer.stderr.strip().splitlines()[-1:] if answer else ["it takes too long"]
    message = (
        f"Playwright, which drives Chromium, does not start ({' '.join(reason)}): install the library that it names "
        "(Debian, Ubuntu: apt install libatomic1; Fedora: dnf install libatomic)."
    )
    raise NoChromiumError(message)


def _get_library() -> None:
    _install("libatomic1")


def _get_download() -> None:
    """Get Playwright's own Chromium. Without a network each of its five attempts ends after 5 seconds."""
    print("Downloading Chromium (about 170 MB) ...", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
    _run(command, seconds=900, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT="5000")


def _get_package() -> None:
    _install("chromium")


def _install(package: str) -> None:
    """Install a package of the distribution, where apt-get is at hand and may install."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        print(f"Installing the package {package} ...", flush=True)
        _run(["apt-get", "update", "-qq"], seconds=300)
        command = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", package]
        _run(command, seconds=900, DEBIAN_FRONTEND="noninteractive")


def _try(check: Callable[[], str], *ways: Callable[[], None]) -> str:
    """Return what the check returns, after trying one way after the other for as long as it fails."""
    for get in ways:
        try:
            return check()
        except NoChromiumError:
            get()
    return check()


def main() -> int:
    """Print where Chromium is, after getting what is missing."""
    try:
        _try(_playwright, _get_library)
        path = chromium() if os.environ.get("CHROMIUM") else _try(chromium, _get_download, _get_package)
    except NoChromiumError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Chromium: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
