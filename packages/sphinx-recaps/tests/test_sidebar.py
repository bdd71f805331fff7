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
    """This includes the pages of the indices."""
    built = project(FILES, conf='html_theme = "alabaster"\n')
    assert built.messages == ""
    for page in ("index.html", "people.html", "search.html"):
        assert [link.text for link in built.html(page).select(LINKS)] == ["People", "Topics"]
    assert built.html().select_one(LINKS + '[href="people.html"]')


@pytest.mark.parametrize(
    ("files", "conf"),
    [
        ({}, 'html_sidebars = {"**": []}\n'),  # the project has its own navigation
        ({"talks.yaml": "kind: poster\nentries:\n  - id: A1\n    title: One\n"}, ""),  # no people or topics
    ],
)
def test_there_are_no_links_without_a_sidebar_or_an_index(project: Project, files: Files, conf: str) -> None:
    built = project({**FILES, **files}, conf=f'html_theme = "alabaster"\n{conf}')
    assert not built.html().select(".recap-indices")


@pytest.mark.parametrize(
    ("template", "page"),
    [("recap-indices.html", "index.html"), ("recap-catalogue.html", "index.html"), ("recap-index.html", "people.html")],
)
def test_a_project_can_replace_each_template(project: Project, template: str, page: str) -> None:
    """This works as for the templates of Sphinx and of the theme."""
    files = {**FILES, f"_templates/{template}": "<p class='mine'>{{ _('Search') }}</p>"}
    built = project(files, conf='html_theme = "alabaster"\ntemplates_path = ["_templates"]\nlanguage = "de"\n')
    assert [mark.text for mark in built.html(page).select(".mine")] == ["Suche"]


def test_a_project_can_rename_or_disable_an_index(project: Project) -> None:
    """A conference may list speakers, and need no page of topics."""
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
def test_an_invalid_setting_is_reported(project: Project, setting: str) -> None:
    built = project(FILES, conf=f"recap_indices = {setting}\n")
    assert built.messages.count("recap_indices: ") == 1
    assert (built.out / "people.html").exists()


def test_a_sidebar_can_list_the_pages_of_an_event(project: Project) -> None:
    """They have short names without the name of the event."""
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


def test_pages_with_titles_of_their_own_are_one_list_and_the_others_another(project: Project) -> None:
    """Ten pages on two subjects are two short lists; the index shows the first one."""
    files: Files = {
        "index.md": "# Home\n\n```{toctree}\nhelp/index\n```\n",
        "help/index.md": "# Help\n\n```{toctree}\n:glob:\nRead <read>\n*\n```\n",
        **{f"help/{name}.md": f"# {name.title()}\n" for name in ("read", "write", "draw")},
    }
    built = project(files, conf='html_theme = "alabaster"\nhtml_sidebars = {"**": ["recap-pages.html"]}\n')
    shown = {
        name: [link.text for link in built.html(f"help/{name}.html").select(".folder-pages a")]
        for name in ("index", "read", "draw")
    }
    assert shown == {"index": ["Overview", "Read"], "read": ["Overview", "Read"], "draw": ["Overview", "Draw", "Write"]}
