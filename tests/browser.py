"""The Chromium for the tests: an installed one, or one that this script installs.

``python tests/browser.py`` prints its path. As root on Debian, it installs the headless shell, which opens a page in a
quarter of the time. If there is no Chromium, it tries Playwright's own download and then, as root on Debian or Ubuntu,
the package. It also installs a library that Playwright needs and that minimal systems lack.
Tests call :func:`chromium`, which installs nothing.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = ("Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome")
# Without these, Chromium contacts its vendor when it opens a tab, before a test can block the request.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
ADVICE = (
    "install it (Debian: apt install chromium; Fedora: dnf install chromium; macOS: brew install --cask chromium) "
    "or set CHROMIUM to the path of one"
)
PRINT_PLAYWRIGHT_CHROMIUM = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


class NoChromiumError(Exception):
    """There is no working Chromium; the message explains what to do."""


@cache
def chromium() -> str:
    """Return the path of a Chromium that starts: ``$CHROMIUM`` if set, otherwise the first one found.

    :raises NoChromiumError: if there is none
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
    """Yield the paths where Chromium may be, the most likely first."""
    yield from filter(None, map(shutil.which, NAMES))
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            yield from (str(folder / app) for app in MACOS)
    result = _run([sys.executable, "-c", PRINT_PLAYWRIGHT_CHROMIUM], seconds=30)
    if result and result.returncode == 0:
        yield result.stdout.strip()


def _starts(path: str) -> bool:
    """Return whether the browser runs: stub packages and incomplete installations do not."""
    result = _run([path, "--version"], seconds=30)
    return result is not None and result.returncode == 0


def _run(command: Sequence[str], *, seconds: float, **variables: str) -> subprocess.CompletedProcess[str] | None:
    """Return the result of the command, or None if it cannot be started or takes too long."""
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
    """Return the version of Playwright, if its driver starts.

    :raises NoChromiumError: if it does not
    """
    result = _run([sys.executable, "-m", "playwright", "--version"], seconds=60)
    if result and result.returncode == 0:
        return result.stdout.strip()
    reason = result.stderr.strip().splitlines()[-1:] if result else ["it takes too long"]
    message = (
        f"Playwright, which drives Chromium, does not start ({' '.join(reason)}): install the library that it names "
        "(Debian, Ubuntu: apt install libatomic1; Fedora: dnf install libatomic)."
    )
    raise NoChromiumError(message)


def _install_library() -> None:
    _install("libatomic1")


def _download_chromium() -> None:
    """Download Playwright's own Chromium. Without a network, each of its five attempts ends after 5 seconds."""
    print("Downloading Chromium (about 170 MB) ...", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
    _run(command, seconds=900, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT="5000")


def _install_chromium() -> None:
    _install("chromium")


def _install_shell() -> None:
    """Install the headless shell if it is missing; where no package has it, the tests use another Chromium."""
    if not shutil.which(SHELL):
        _install(SHELL)


def _install(package: str) -> None:
    """Install a package of the distribution, if apt-get is available and may install."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        print(f"Installing the package {package} ...", flush=True)
        _run(["apt-get", "update", "-qq"], seconds=300)
        command = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", package]
        _run(command, seconds=900, DEBIAN_FRONTEND="noninteractive")


def _try(check: Callable[[], str], *installers: Callable[[], None]) -> str:
    """Return the result of the check; while it fails, run one installer after the other."""
    for install in installers:
        try:
            return check()
        except NoChromiumError:
            install()
    return check()


def main() -> int:
    """Install what is missing, and print the path of Chromium."""
    try:
        _try(_playwright, _install_library)
        if not os.environ.get("CHROMIUM"):
            _install_shell()
            _try(chromium, _download_chromium, _install_chromium)
        print(f"Chromium: {chromium()}")
    except NoChromiumError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
