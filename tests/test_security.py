"""What .github/SECURITY.md says of pages and data files, tried with the configuration of this site."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """\
# A hostile page

<script>alert(1)</script>

A <b onclick="alert(1)">word</b>.

[A link](javascript:alert(1)) and <javascript:alert(1)>.

```{raw} html
<script>alert(1)</script>
```

![A picture](javascript:alert(1))

:::{youtube} https://evil.example/watch?v=MYE01-XaSZA
:title: Talk
:::

:::{catalogue} data.yaml
:::

:::{catalogue} hostile.yaml
:::
"""
MARKUP = "'</li></script><script>alert(1)</script><img src=x onerror=alert(1)>'"
DATA = f"""\
kind: poster
entries:
  - id: A1
    title: {MARKUP}
    people: [{MARKUP}]
    topics: [{MARKUP}]
    summary: {MARKUP}
    note: {MARKUP}
    links: [{{title: {MARKUP}, url: 'https://example.org/"><script>alert(1)</script>'}}]
"""
HOSTILE = """\
kind: poster
entries:
  - id: A1
    title: One
    link: javascript:alert(1)
  - id: A2
    title: !!python/object/apply:os.system ['touch pwned']
"""


def build(folder: Path) -> tuple[BeautifulSoup, set[str]]:
    """Return the page that the site would show, and the places with messages, as file:line."""
    for name, text in {"index.md": PAGE, "data.yaml": DATA, "hostile.yaml": HOSTILE}.items():
        (folder / name).write_text(text)
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going", "-n", "-c", str(ROOT)]
    result = subprocess.run(
        [*command, str(folder), str(folder / "out")], capture_output=True, text=True, check=False, cwd=folder
    )
    assert result.returncode == 1, "each mistake fails the build"
    places = set(re.findall(r"(\w+\.(?:md|yaml):\d+)", result.stderr))
    return BeautifulSoup((folder / "out/index.html").read_text(encoding="utf-8"), "html5lib"), places


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[BeautifulSoup, set[str], Path]:
    """Return the page, the places with messages, and the folder."""
    folder = tmp_path_factory.mktemp("hostile")
    return *build(folder), folder


def test_pages_and_data_cannot_run_a_script(built: tuple[BeautifulSoup, set[str], Path]) -> None:
    page, _, folder = built
    article = page.select_one("article")
    assert article
    assert "alert(1)" in article.get_text(), "nothing is lost: it is shown as text"
    tags = article.find_all(True)
    assert [tag for tag in tags if tag.name in {"script", "iframe", "object", "embed", "style", "form"}] == []
    assert [tag for tag in tags if any(name.startswith("on") for name in tag.attrs)] == []
    addresses = [str(tag[name]) for tag in tags for name in ("href", "src") if name in tag.attrs]
    assert [address for address in addresses if re.match(r"\s*(javascript|data|vbscript):", address)] == []
    assert not (folder / "pwned").exists()


def test_each_attempt_is_named_at_its_line(built: tuple[BeautifulSoup, set[str], Path]) -> None:
    """So that a reviewer sees it among the annotations of the pull request."""
    _, places, _ = built
    assert {f"index.md:{line}" for line in (3, 5, 7, 9, 13, 15)} <= places
    assert {"hostile.yaml:5", "hostile.yaml:7"} <= places
