"""People and Topics are reachable on any theme with a sidebar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support import Files, Project

FILES: Files = {
    "index.md": "# Home\n\n:::{catalogue} talks.yaml\n:::\n",
    "talks.yaml": "kind: poster\nentries:\n  - id: A1\n    title: One\n    people: [Uma Rao]\n    topics: [Bees]\n",
}
LINKS = ".sphinxsidebar .recap-indices a"


def test_a_sidebar_links_to_the_indices(project: Project) -> None:
    """From every page, the indices themselves included."""
    built = project(FILES, conf='html_theme = "alabaster"\n')
    assert built.messages == ""
    for page in ("index.html", "people.html", "search.html"):
        assert [link.text for link in built.html(page).select(LINKS)] == ["People", "Topics"]
    assert built.html().select_one(LINKS + '[href="people.html"]')


@pytest.mark.parametrize(
    ("files", "conf"),
    [
        ({}, 'html_sidebars = {"**": []}\n'),  # the project has its own navigation
        ({"talks.yaml": "kind: poster\nentries:\n  - id: A1\n    title: One\n"}, ""),  # nobody and nothing to list
    ],
)
def test_no_links_where_there_is_no_sidebar_or_no_index(project: Project, files: Files, conf: str) -> None:
    built = project({**FILES, **files}, conf=f'html_theme = "alabaster"\n{conf}')
    assert not built.html().select(".recap-indices")


@pytest.mark.parametrize(
    ("template", "page"),
    [("recap-indices.html", "index.html"), ("recap-catalogue.html", "index.html"), ("recap-index.html", "people.html")],
)
def test_a_project_can_replace_each_template(project: Project, template: str, page: str) -> None:
    """As it replaces those of Sphinx and of its theme."""
    files = {**FILES, f"_templates/{template}": "<p class='mine'>{{ _('Search') }}</p>"}
    built = project(files, conf='html_theme = "alabaster"\ntemplates_path = ["_templates"]\nlanguage = "de"\n')
    assert [mark.text for mark in built.html(page).select(".mine")] == ["Suche"]


def test_a_project_names_its_indices(project: Project) -> None:
    """Speakers for a conference; one that has no topics needs no page of them."""
    built = project(FILES, conf='recap_indices = {"person": ("all/speakers", "Speakers"), "topic": None}\n')
    assert (built.messages, built.status) == ("", 0)
    assert [heading.text for heading in built.html("all/speakers.html").select("h1")] == ["Speakers"]
    assert built.html().select_one('a[href="all/speakers.html#person-uma-rao"]')
    assert not (built.out / "people.html").exists()
    assert not (built.out / "topics.html").exists()
    assert not built.html().select('a[href*="topic-bees"]')


@pytest.mark.parametrize(
    "setting",
    ['{"speaker": None}', '{"person": "speakers"}', '{"person": ("../x", "X")}', '{"person": ("topics", "Names")}'],
)
def test_a_setting_that_cannot_be_used_is_reported(project: Project, setting: str) -> None:
    built = project(FILES, conf=f"recap_indices = {setting}\n")
    assert built.messages.count("recap_indices: ") == 1
    assert (built.out / "people.html").exists()


def test_a_sidebar_can_list_the_pages_of_an_event(project: Project) -> None:
    """Under their short names: the page says already which event it is."""
    files: Files = {
        "index.md": "# Home\n\n```{toctree}\nday/index\nother\n```\n",
        "other.md": "# Other\n",
        "day/index.md": "# Orchid Days\n\n```{toctree}\ntalks\n```\n",
        "day/talks.md": "# Talks of Orchid Days\n",
    }
    built = project(files, conf='html_theme = "alabaster"\nhtml_sidebars = {"**": ["recap-pages.html"]}\n')
    assert built.messages == ""
    links = built.html("day/talks.html").select(".folder-pages a")
    assert [(link.text, link["href"]) for link in links] == [("Overview", "index.html"), ("Talks", "#")]
    assert not built.html("other.html").select(".folder-pages")
