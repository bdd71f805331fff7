"""A small project that is published, for the tests of all formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import Built, small_project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Files, Share

BASE = "https://garden.example/en/latest/"
CONF = f'recap_entry_pages = True\nhtml_baseurl = "{BASE}"\nrecap_licence = "https://creativecommons.org/licenses/by/4.0/"\n'
TEXT = "Two days of orchids, with talks and walks through the palm house."
EVENT = "recaps/2024-orchid-days"
FILES: Files = {
    "index.md": """\
# Orchids & "friends"

Welcome to *the* garden[^1] of orchids.

[^1]: A note.

```{toctree}
recaps/2024-orchid-days/index
```
""",
    f"{EVENT}/index.md": """\
# Orchid Days

:::{event} event.yaml
:::

Two days of orchids, with talks and walks through the palm house.

:::{youtube} https://www.youtube.com/watch?v=MYE01-XaSZA
:title: Opening </script><script>alert(1)</script>
:date: 2024-05-04
:uploaded: 2024-05-06
:duration: 1:00:00

- 0:00 Welcome
- 12:30 Pollination & more
:::

:::{youtube} https://www.youtube.com/watch?v=CjU_6OaYKpw
:title: A video of unknown age
:date: 2024-05-04
:::

:::{catalogue} talks.yaml
:::
""",
    f"{EVENT}/event.yaml": """\
name: Orchid Days 2024
start: 2024-05-04
end: 2024-05-05
place: Palm house, Botanical Garden
mode: hybrid
summary: All about orchids.
sessions:
  - name: Morning session
    start: 2024-05-04T07:00Z
    end: 2024-05-04T10:00Z
    timezone: Europe/Berlin
""",
    f"{EVENT}/talks.yaml": """\
kind: session
entries:
  - id: pollination
    title: 'Who pollinates {whom} & why — </script> 100 % naïve'
    people: [Ann Other, Łukasz Kåre]
    topics: [Pollination]
    summary: '=cmd|calc'
    video: https://www.youtube.com/watch?v=MYE01-XaSZA
    uploaded: 2024-05-07
    date: 2024-05-04T09:00+02:00
    duration: 15 min
  - id: roots
    title: Roots
    people: [Ann Other]
    topics: [Roots, Pollination]
    link: https://example.org/roots
""",
}


def _build(folder: Path) -> None:
    assert small_project(folder)(FILES, conf=CONF).messages == ""


@pytest.fixture(scope="session")
def published(share: Share) -> Built:
    """Return the built project, which tests must not change."""
    return Built(share("published", _build) / "html", "", 0)


def tags(built: Built, page: str) -> dict[str, str]:
    """Return the OpenGraph and Twitter tags of a page."""
    metas = built.html(page).select("head meta[property], head meta[name^=twitter]")
    return {str(meta.get("property") or meta["name"]): str(meta["content"]) for meta in metas}
