"""The completeness directive: how many entries lack something, and a page that leads to the place of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_catalogue import BUILDERS

from tests.support import picture, texts

if TYPE_CHECKING:
    from tests.support import Built, Files, Project

CONF = """
recap_links = "links.yaml"
html_baseurl = "https://example.org/"
html_context = {"github_user": "garden", "github_repo": "days", "github_version": "main", "doc_path": "docs"}
"""
TALKS = """\
kind: session
entries:
  - id: moths
    title: Moths & <bees>
    summary: What they carry.
    abstract: All of it.
    video: https://www.youtube.com/watch?v=MYE01-XaSZA
    image: a.png
    link: https://example.org/moths
  - id: rain
    title: Rain
    recording: not recorded
    links: [{title: Slides, url: 'https://example.org/slides', archived: 2024-06-01}]
  - {id: bare, title: Bare}
"""
LINKS = "links:\n  - {url: https://example.org/moths, archived: 20240601120000, checked: 2024-06-02}\n"
FILES: Files = {
    "index.md": "# Home\n\n:::{toctree}\nmissing\ndays/index\n:::\n",
    "missing.md": "# Missing\n\n:::{completeness}\n:name: gaps\n:::\n",
    "days/index.md": "# Days\n\n:::{event} event.yaml\n:::\n\n:::{catalogue} talks.yaml\n:::\n",
    "days/event.yaml": "name: Orchid Days\nstart: 2024-05-03\n",
    "days/talks.yaml": TALKS,
    "days/a.png": picture(),
    "links.yaml": LINKS,
}
LIST = "missing/days/talks.html"


def lines(built: Built) -> dict[str, list[str]]:
    """Return the lines of the generated page by the id of their section."""
    return {str(part["id"]): texts(part, "li") for part in built.html(LIST).select("section[id]")}


def test_each_number_leads_to_entries_and_each_entry_to_its_line(project: Project) -> None:
    built = project(FILES, conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    overview = built.html("missing.html")
    assert texts(overview, "#gaps dt") == ["Orchid Days"]
    links = {link.get_text(): link for link in overview.select("#gaps a")}
    assert list(links) == [
        "Without a summary: 2",
        "Without an abstract: 2",
        "Without a recording: 1",
        "Without a transcript: 1",
        "Without a picture: 2",
        "With links that nobody has checked: 1",
    ]
    recording = links["Without a recording: 1"]
    assert recording["href"] == f"{LIST}#recording"
    assert recording["aria-label"] == "Without a recording: 1, Sessions, Orchid Days"
    assert lines(built) == {
        "summary": ["Rain – line 10 of talks.yaml", "Bare – line 14 of talks.yaml"],
        "abstract": ["Rain – line 10 of talks.yaml", "Bare – line 14 of talks.yaml"],
        "recording": ["Bare – line 14 of talks.yaml"],
        "transcript": ["Moths & <bees> – line 3 of talks.yaml"],
        "picture": ["Rain – line 10 of talks.yaml", "Bare – line 14 of talks.yaml"],
        "checked-links": ["Rain – line 10 of talks.yaml"],
    }
    title, place = built.html(LIST).select("#recording li a")
    assert title["href"] == "../../days/index.html#session-bare"
    assert place["href"] == "https://github.com/garden/days/edit/main/docs/days/talks.yaml#L14"
    assert "https://example.org/missing/days/talks.html" in built.text("sitemap.xml")


def test_the_next_build_shows_what_has_changed(project: Project) -> None:
    project(FILES, conf=CONF)
    complete = TALKS.replace(
        "{id: bare, title: Bare}", '{id: bare, title: Bare, video: "https://youtu.be/MYE01-XaSZA"}'
    )
    renamed = "name: Orchid Week\nstart: 2024-05-03\n"
    built = project({"days/talks.yaml": complete, "days/event.yaml": renamed}, conf=CONF)
    assert texts(built.html("missing.html"), "#gaps dt") == ["Orchid Week"]
    assert "recording" not in lines(built)
    assert "Without a recording" not in built.text("missing.html")
    gone = project({"missing.md": "# Missing\n"}, conf=CONF)
    assert not (gone.out / LIST).exists()


def test_links_that_work_need_copies(project: Project) -> None:
    """A copy of a dead link cannot be made any more."""
    more = "  - {id: new, title: New, link: 'https://example.org/new'}\n"
    more += "  - {id: old, title: Old, link: 'https://example.org/old'}\n"
    records = LINKS + "  - {url: https://example.org/old, dead: true}\n"
    built = project({**FILES, "days/talks.yaml": TALKS + more, "links.yaml": records}, conf=CONF)
    assert lines(built)["copies"] == ["New – line 15 of talks.yaml"]
    assert lines(built)["checked-links"] == ["Rain – line 10 of talks.yaml", "New – line 15 of talks.yaml"]


def test_a_pattern_without_records_is_reported(project: Project) -> None:
    """In every build; a pattern selects files."""
    page = "# Missing\n\n:::{completeness} days/*.yaml\n:::\n\n:::{completeness} night/*.yaml\n:::\n"
    message = "missing.md:6: WARNING: completeness: no data file of an event matches 'night/*.yaml'"
    for built in (project({**FILES, "missing.md": page}, conf=CONF), project(conf=CONF)):
        assert message in built.messages
        assert "Without a summary: 2" in built.text("missing.html")


def test_a_new_site_has_nothing_that_is_missing(project: Project) -> None:
    files = {"index.md": "# Missing\n\n:::{completeness}\n:::\n", "links.yaml": "links: []\n"}
    built = project(files, conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    assert "Nothing is missing" in built.text("index.html")


@pytest.mark.one_in(4)
@pytest.mark.parametrize("builder", BUILDERS)
def test_every_builder_writes_the_numbers_without_warnings(project: Project, builder: str) -> None:
    built = project(FILES, builder, "-j", "auto", conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    if builder == "text":
        assert "* Without a summary: 2 * Without an abstract: 2" in " ".join(built.text("missing.txt").split())
