"""The search for a Chromium."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import browser

BROWSER = "#!/bin/sh\n[ $1 = --version ] && echo Chromium 1\n"
PLAYWRIGHT = browser._playwright
STUB = "#!/bin/sh\necho 'needs another package' >&2\nexit 1\n"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Return a function that adds a program to a system without any Chromium."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browser, "MACOS", ())
    monkeypatch.setattr(browser, "chromium", browser.chromium.__wrapped__)
    monkeypatch.setattr(browser, "PRINT_PLAYWRIGHT_CHROMIUM", "raise SystemExit(1)")
    monkeypatch.setattr(browser, "_playwright", lambda: "Version 1")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/sh").symlink_to("/bin/sh")

    def install(name: str, text: str) -> Path:
        path = tmp_path / "bin" / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    return install


def test_an_installed_chromium_is_used_and_a_stub_is_skipped(machine: Callable[[str, str], Path]) -> None:
    machine("chromium-browser", STUB)
    chrome = machine("google-chrome", BROWSER)
    assert browser.chromium() == str(chrome)


def test_the_environment_variable_takes_precedence(
    machine: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine("chromium", BROWSER)
    mine = machine("mine", BROWSER)
    monkeypatch.setenv("CHROMIUM", str(mine))
    assert browser.chromium() == str(mine)
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert browser.main() == 1
    assert capsys.readouterr().err.startswith("CHROMIUM=/nowhere/chromium does not start a Chromium: install it (")


def test_without_chromium_the_package_is_installed_as_root(
    machine: Callable[[str, str], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    package = machine("package", BROWSER)
    copy = f'[ "$1" = update ] || [ $5 = chromium-headless-shell ] || /bin/cp "{package}" "{package.parent}/$5"'
    machine("apt-get", f"#!/bin/sh\n{copy}\n")
    monkeypatch.setattr(browser, "_download_chromium", lambda: None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert browser.main() == 1
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert browser.main() == 0
    assert f"Chromium: {package.parent}/chromium" in capsys.readouterr().out


def test_the_headless_shell_is_installed_once_and_comes_first(
    machine: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = machine("chromium", BROWSER)
    shell = package.with_name("chromium-headless-shell")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    machine("apt-get", f'#!/bin/sh\n[ "$1" = update ] || /bin/cp "{package}" "{shell.parent}/$5"\n')
    for message in ("Installing the package chromium-headless-shell ...\n", ""):
        assert browser.main() == 0
        assert capsys.readouterr().out == f"{message}Chromium: {shell}\n"


@pytest.mark.usefixtures("machine")
def test_without_chromium_and_installers_the_message_explains_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(browser, "_download_chromium", lambda: None)
    assert browser.main() == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert sentence.startswith("The tests need Chromium, and none was found: install it (Debian: apt install chromium;")


def test_a_library_that_playwright_lacks_is_installed_or_named(
    machine: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine("chromium", BROWSER)
    python = machine("python", "#!/bin/sh\necho 'node: cannot open libatomic.so.1' >&2\n[ -e \"$0.installed\" ]\n")
    monkeypatch.setattr(browser, "_playwright", PLAYWRIGHT)
    monkeypatch.setattr("sys.executable", str(python))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert browser.main() == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert "(node: cannot open libatomic.so.1): install the library that it names (Debian" in sentence
    machine(
        "apt-get", f'#!/bin/sh\n[ "$*" = "install -qq -y --no-install-recommends libatomic1" ] && >"{python}.installed"'
    )
    assert browser.main() == 0
