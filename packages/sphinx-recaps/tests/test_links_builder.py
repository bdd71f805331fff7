"""The builder that lists every link to another site."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from test_links import CONF, DEAD, DEAD_VIDEO, FILES, GONE, GONE_VIDEO, LIVE

if TYPE_CHECKING:
    from tests.support import Built, Files, Project


def listed(built: Built) -> dict[str, tuple[str, list[str]]]:
    """Return wanted time and uses of each address."""
    return {one["url"]: (one["wanted"], one["used"]) for one in json.loads(built.text("links.json"))}


def test_the_list_has_every_use_with_file_and_line(project: Project) -> None:
    """Of pages and of data files; what is recorded does not hide what is written."""
    found = listed(project(FILES, "links", conf=CONF))
    assert list(found) == sorted(found)
    assert found[LIVE] == (
        "20210101000000",
        ["event.yaml:5", "index.md:3", *(f"posters.yaml:{line}" for line in (9, 11, 12, 13))],
    )
    assert set(found) == {
        DEAD, GONE, LIVE, DEAD_VIDEO, GONE_VIDEO, "https://www.youtube.com/watch?v=2PXtCmtXS9I",
        "https://archive.example.org/x",
    }  # fmt: skip
    for place in ("index.md:1", "index.md:5", "index.md:9", "event.yaml:4", "posters.yaml:5", "posters.yaml:6"):
        assert place in found[DEAD][1]


def test_the_wanted_copy_is_that_of_the_guess_else_of_the_day_of_the_event(project: Project) -> None:
    """The most exact guess; a page beside no event wants a copy of today."""
    files: Files = {
        "index.md": f"# Home\n\n[a](https://a.example.org/)\n\n[d]({DEAD}), <wayback:20210510/{DEAD}>\n"
        "\n```{toctree}\n2020-day/index\n2020-day/more/deep\n```\n",
        "2020-day/index.md": "# Day\n\n:::{event} event.yaml\n:::\n\n:::{catalogue} posters.yaml\n:::\n",
        "2020-day/more/deep.md": f"# Deep\n\n[b](https://b.example.org/) [d](https://web.archive.org/web/2021/{DEAD})\n",
        "2020-day/event.yaml": "name: A day\nstart: 2020-04-21\n",
        "2020-day/posters.yaml": "kind: poster\nentries:\n  - id: A1\n    title: A\n    link: https://c.example.org/\n",
    }
    wanted = {url: near for url, (near, _) in listed(project(files, "links", conf=CONF)).items()}
    assert wanted == {
        "https://a.example.org/": "",
        "https://b.example.org/": "20200421",
        "https://c.example.org/": "2020",
        DEAD: "20210510",
    }


def test_the_list_is_whole_when_one_page_was_read_again(project: Project) -> None:
    files: Files = {
        "index.md": f"# Home\n\n[a]({DEAD})\n\n```{{toctree}}\nother\n```\n",
        "other.md": f"# B\n\n<{GONE}>\n",
    }
    first = listed(project(files, "links", "-j", "2"))
    again = listed(project({"other.md": f"# B\n\n\n<{GONE}>\n"}, "links", "-j", "2"))
    assert again == {**first, GONE: ("", ["other.md:4"])}


def test_lines_are_those_of_the_address_itself(project: Project) -> None:
    """Not of a longer one above it."""
    items = "".join(f"      - {{title: T, url: '{url}'}}\n" for url in (f"{DEAD}/more", DEAD))
    posters = f"kind: poster\nentries:\n  - id: A1\n    title: A\n    links:\n{items}"
    files: Files = {"index.md": "# Home\n\n:::{catalogue} posters.yaml\n:::\n", "posters.yaml": posters}
    assert listed(project(files, "links"))[DEAD][1] == ["posters.yaml:7"]
