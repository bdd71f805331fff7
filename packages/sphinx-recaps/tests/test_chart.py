"""The topic-chart directive, in every builder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from test_catalogue import BUILDERS, FILES, PAGE

if TYPE_CHECKING:
    from tests.support import Files, Project

CHART = "# Home\n\n```{toctree}\nevents/2021-day/posters\n```\n\n:::{topic-chart} events/2021-day/posters.yaml\n:::\n"
CHARTED: Files = {**FILES, "index.md": CHART}


@pytest.mark.one_in(3)
@pytest.mark.parametrize("builder", BUILDERS)
def test_every_builder_writes_a_chart_without_warnings(project: Project, builder: str) -> None:
    built = project(CHARTED, builder, "-j", "auto")
    assert (built.messages, built.status) == ("", 0)


def test_each_bar_has_its_number_and_links_to_the_filtered_list(project: Project) -> None:
    chart = project(CHARTED).html().select_one("figure.recap-chart")
    assert chart is not None
    assert chart.figcaption is not None
    assert chart.figcaption.get_text(strip=True) == "Posters by topic"
    bars = [(" ".join(bar.get_text().split()), bar["href"]) for bar in chart.select("a")]
    assert bars == [
        ("Tools 2 posters", f"{PAGE}.html?topic=Tools#catalogue-poster"),
        ("Vision 1 poster", f"{PAGE}.html?topic=Vision#catalogue-poster"),
    ]
    assert [rect["width"] for rect in chart.select("svg rect")] == ["2", "1"]
    assert chart.select("[style]") == []


def test_an_option_names_the_page_of_the_list(project: Project) -> None:
    page = CHART.replace(":::\n", f":catalogue: /{PAGE}\n:title: How many\n:::\n")
    built = project({**FILES, "index.md": page}, "dirhtml")
    link = built.html().select_one(".recap-chart a")
    assert link is not None
    assert link["href"] == f"{PAGE}/?topic=Tools#catalogue-poster"
    assert "How many" in built.text("index.html")


def test_a_missing_page_is_reported_with_similar_names(project: Project) -> None:
    page = CHART.replace(":::\n", ":catalogue: events/2021-day/poster\n:::\n")
    built = project({**FILES, "index.md": page})
    assert re.search(rf"index\.md:7: .*there is no page .*did you mean /{PAGE}\?", built.messages)
    assert built.html().select(".recap-chart a")


@pytest.mark.parametrize(("builder", "name"), [("text", "index.txt"), ("latex", "small.tex"), ("epub", "index.xhtml")])
def test_books_have_a_table_instead(project: Project, builder: str, name: str) -> None:
    text = project(CHARTED, builder).text(name)
    for expected in ("Posters by topic", "Tools", "Vision"):
        assert expected in text
    assert "<svg" not in text


def test_a_file_without_topics_is_reported(project: Project) -> None:
    built = project({**CHARTED, f"{PAGE}.yaml": "kind: poster\nentries:\n  - {id: A1, title: One}\n"})
    assert "has a topic" in built.messages


LISTS = """\
# Lists

:::{catalogue} events/2021-day/others.yaml
:::

:::{catalogue} events/2021-day/posters.yaml
:topic: Tools
:::

:::{catalogue} events/2021-day/posters.yaml
:name: all-of-them
:::
"""


def test_bars_link_to_the_current_id_of_the_list(project: Project) -> None:
    """An author can set the id; otherwise it depends on the position of the list on its page."""
    others = "kind: poster\nentries:\n  - id: Z1\n    title: Other\n"
    files: Files = {
        "index.md": "# Home\n\n```{toctree}\nlists\n```\n\n:::{topic-chart} events/2021-day/posters.yaml\n:::\n",
        "events/2021-day/posters.yaml": FILES["events/2021-day/posters.yaml"],
        "events/2021-day/a1.png": FILES.get("events/2021-day/a1.png", b""),
        **{name: text for name, text in FILES.items() if not name.endswith(".md")},
        "events/2021-day/others.yaml": others,
        "lists.md": LISTS,
    }

    def targets() -> set[str]:
        links = {str(bar["href"]) for bar in project(files).html().select("figure.recap-chart a")}
        page = project.root.parent / "html" / "lists.html"
        assert all(f'id="{link.partition("#")[2]}"' in page.read_text(encoding="utf-8") for link in links)
        return {link.partition("#")[2] for link in links}

    assert targets() == {"all-of-them"}
    files = {**files, "lists.md": LISTS.replace(":name: all-of-them\n", "")}
    assert targets() == {"catalogue-poster-3"}


def test_a_named_page_without_the_list_is_reported_in_every_build(project: Project) -> None:
    page = CHART.replace(":::\n", ":catalogue: /other\n:::\n")
    files: Files = {**FILES, "index.md": page, "other.md": "---\norphan: true\n---\n\n# Other\n"}
    for _ in range(2):
        messages = project(files).messages
        assert "topic-chart: the page '/other' has no list of events/2021-day/posters.yaml" in messages
        assert f"write the page of the list, /{PAGE}" in messages
