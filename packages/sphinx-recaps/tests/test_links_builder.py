"""The builder that lists all external links."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from test_links import CONF, DEAD, DEAD_VIDEO, FILES, GONE, GONE_VIDEO, LIVE

if TYPE_CHECKING:
    from tests.support import Built, Files, Project


def listed(built: Built) -> dict[str, tuple[str, list[str]]]:
    """Return the preferred time of the copy and the uses of each address."""
    return {link["url"]: (link["wanted"], link["used"]) for link in json.loads(built.text("links.json"))}


def test_the_list_has_every_use_with_file_and_line(project: Project) -> None:
    """It covers pages and data files. Recorded dead links appear with their original address."""
    links = listed(project(FILES, "links", conf=CONF))
    assert list(links) == sorted(links)
    assert links[LIVE] == (
        "20210101000000",
        ["event.yaml:5", "index.md:3", *(f"posters.yaml:{line}" for line in (9, 11, 12, 13))],
    )
    assert set(links) == {
        DEAD, GONE, LIVE, DEAD_VIDEO, GONE_VIDEO, "https://www.youtube.com/watch?v=2PXtCmtXS9I",
        "https://archive.example.org/x",
    }  # fmt: skip
    for place in ("index.md:1", "index.md:5", "index.md:9", "event.yaml:4", "posters.yaml:5", "posters.yaml:6"):
        assert place in links[DEAD][1]


def test_links_of_people_are_listed(project: Project) -> None:
    """They are on the pages of the index, which this builder does not write."""
    people = "people:\n  - {name: Ann Other, links: ['https://a.example.org/', 'mailto:ann@example.org']}\n"
    files = {
        "index.md": "# Home\n\n:::{catalogue} talks.yaml\n:::\n",
        "talks.yaml": "kind: session\nentries: [{id: a, title: A, people: [Ann Other]}]\n",
        "people.yaml": people,
    }
    assert listed(project(files, "links")) == {"https://a.example.org/": ("", ["people.yaml:2"])}


def test_the_preferred_time_is_that_of_the_guess_or_of_the_event(project: Project) -> None:
    """The most precise guess counts. On a page without an event, no time is preferred."""
    files: Files = {
        "index.md": f"# Home\n\n[a](https://a.example.org/)\n\n[d]({DEAD}), <wayback:20210510/{DEAD}>\n"
        "\n```{toctree}\n2020-day/index\n2020-day/more/deep\n```\n",
        "2020-day/index.md": "# Day\n\n:::{event} event.yaml\n:::\n\n:::{catalogue} posters.yaml\n:::\n",
        "2020-day/more/deep.md": f"# Deep\n\n[b](https://b.example.org/) [d](https://web.archive.org/web/2021/{DEAD})\n",
        "2020-day/event.yaml": "name: A day\nstart: 2020-04-21\n",
        "2020-day/posters.yaml": "kind: poster\nentries:\n  - id: A1\n    title: A\n    link: https://c.example.org/\n",
    }
    preferred = {url: near for url, (near, _) in listed(project(files, "links", conf=CONF)).items()}
    assert preferred == {
        "https://a.example.org/": "",
        "https://b.example.org/": "20200421",
        "https://c.example.org/": "2020",
        DEAD: "20210510",
    }


def test_the_list_is_complete_after_an_incremental_build(project: Project) -> None:
    files: Files = {
        "index.md": f"# Home\n\n[a]({DEAD})\n\n```{{toctree}}\nother\n```\n",
        "other.md": f"# B\n\n<{GONE}>\n",
    }
    first = listed(project(files, "links", "-j", "2"))
    again = listed(project({"other.md": f"# B\n\n\n<{GONE}>\n"}, "links", "-j", "2"))
    assert again == {**first, GONE: ("", ["other.md:4"])}


def test_lines_are_those_of_the_exact_address(project: Project) -> None:
    """A longer address above, which begins with it, does not count."""
    items = "".join(f"      - {{title: T, url: '{url}'}}\n" for url in (f"{DEAD}/more", DEAD))
    posters = f"kind: poster\nentries:\n  - id: A1\n    title: A\n    links:\n{items}"
    files: Files = {"index.md": "# Home\n\n:::{catalogue} posters.yaml\n:::\n", "posters.yaml": posters}
    assert listed(project(files, "links"))[DEAD][1] == ["posters.yaml:7"]
