"""The event-list directive: an event is added or removed with its folder alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.event.event_pages import without_event

from tests.support import deep

if TYPE_CHECKING:
    from tests.support import Built, Files, Project

FIRST = """\
name: Day of Trees <2021>
start: 2021-04-21
mode: online
place: Online, in a hall
summary: A day about trees.
numbers:
  posters: 71
  keynote speakers: 6
  attendees: 900
videos:
  - title: Opening talks
    url: aqz-KE-bpKQ
"""
FILES: Files = {
    "index.md": "# Home\n\n:::{event-list} recaps/*/event.yaml\n:limit: 1\n:feature:\n:::\n\n"
    "```{toctree}\n:hidden:\nrecaps/index\n```\n",
    "recaps/index.md": "# Recaps\n\n:::{event-list}\n:toctree:\n:name: all-events\n:::\n",
    "recaps/2021-trees/event.yaml": FIRST,
    "recaps/2021-trees/index.md": "# Trees\n\n:::{event} event.yaml\n:::\n\n"
    "```{toctree}\n:hidden:\nPosters <posters>\nkeynotes\n```\n",
    "recaps/2021-trees/posters.md": "# All posters\n",
    "recaps/2021-trees/keynotes.md": "# Keynotes\n",
    "recaps/2021-a-bees/event.yaml": "name: Night of Bees\nstart: 2021-12-02\nend: 2021-12-03\n",
    "recaps/2021-a-bees/index.md": "# Bees\n",
}
NEW: Files = {
    "recaps/2021-z-fish/event.yaml": "name: Fish\nstart: 2021-07-01\n",
    "recaps/2021-z-fish/index.md": "# Fish\n",
    "recaps/1999-old/event.yaml": "name: Old\nstart: 1999-07-01\n",
    "recaps/1999-old/index.md": "# Old\n",
}
NAMED: Files = {
    **FILES,
    "recaps/2021-trees/event.yaml": FIRST.replace("keynote speakers", "talks by the lake"),
    "recaps/2021-trees/index.md": "# Day of Trees <2021>\n\n:::{event} event.yaml\n:::\n\n"
    "```{toctree}\n:hidden:\n:glob:\n*\n```\n",
    "recaps/2021-trees/posters.md": "# Posters of the Day of Trees <2021>\n",
    "recaps/2021-trees/keynotes.md": "# Day of Trees <2021>: talks of the first day\n",
}
BUILDERS = [
    "html",
    "epub",
    "latex",
    "text",
    "man",
    "texinfo",
    "gettext",
    *map(deep, ("dirhtml", "singlehtml", "xml", "pseudoxml")),
]


def names(built: Built, page: str = "recaps/index.html") -> list[str]:
    return [strong.get_text() for strong in built.html(page).select(".recap-events-list strong")]


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Posters of Orchid Days", "Posters"),
        ("Talks at the Orchid Days", "Talks"),
        ("Orchid Days: the talks", "the talks"),
        ("Day 1 of Orchid Days", "Day 1"),
        ("Orchid Days, part 2", "part 2"),
        ("Orchid Days", "Orchid Days"),
        ("Who spoke", "Who spoke"),
    ],
)
def test_page_titles_are_shortened_by_the_name_of_the_event(title: str, short: str) -> None:
    assert without_event(title, ["Orchid Days", ""]) == short


def test_each_number_links_to_the_page_of_its_label(project: Project) -> None:
    """This works in features, lists and facts, even if all page titles repeat the name of the event."""
    built = project(NAMED)
    assert built.messages == ""
    places = {
        "index.html": ".recap-feature-numbers",
        "recaps/index.html": ".recap-events-numbers",
        "recaps/2021-trees/index.html": ".recap-event-numbers",
    }
    for page, place in places.items():
        links = built.html(page).select(f"{place} a")
        assert [(link.get_text(), str(link["href"]).rpartition("/")[2]) for link in links] == [
            ("posters", "posters.html"),
            ("talks by the lake", "keynotes.html"),
        ]
    links = built.html().select(".recap-feature-text a")
    assert [way.get_text() for way in links] == ["Read the recap", "talks of the first day", "Posters"]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("builder", BUILDERS)
def test_every_builder_writes_an_event_list_without_warnings(project: Project, builder: str) -> None:
    built = project(FILES, builder, "-j", "auto")
    assert (built.messages, built.status) == ("", 0)


def test_events_are_sorted_by_date_not_by_folder_name(project: Project) -> None:
    """The newest event comes first, also within a year."""
    built = project({**FILES, **NEW})
    assert names(built) == ["Night of Bees", "Fish", "Day of Trees <2021>", "Old"]


def test_a_new_event_appears_everywhere_without_another_edit(project: Project) -> None:
    """The next build updates the list, the home page and the navigation."""
    project({**FILES, "recaps/2021-a-bees/event.yaml": "name: Bees\nstart: 2020-12-02\n"})
    built = project(
        {
            "recaps/2022-new/event.yaml": "name: New\nstart: 2022-01-01\nsummary: S.\n",
            "recaps/2022-new/index.md": "# N\n",
        }
    )
    assert (built.messages, built.status) == ("", 0)
    assert names(built)[0] == "New"
    home = built.html().select_one(".recap-events")
    assert home is not None
    assert home.select_one(".rubric").get_text() == "New"  # type: ignore[union-attr]
    assert "Trees" not in home.get_text()


def test_an_event_without_a_summary_is_not_featured(project: Project) -> None:
    """Without one, half of the feature would be empty."""
    built = project(FILES)
    heading = built.html().select_one(".recap-events .rubric")
    assert heading is not None
    assert heading.get_text() == "Day of Trees <2021>"
    bees = f"{FILES['recaps/2021-a-bees/event.yaml']!s}summary: Of bees.\n"
    heading = project({"recaps/2021-a-bees/event.yaml": bees}).html().select_one(".recap-events .rubric")
    assert heading is not None
    assert heading.get_text() == "Night of Bees"


def test_the_newest_event_is_featured_if_none_has_a_summary(project: Project) -> None:
    built = project({**FILES, "recaps/2021-trees/event.yaml": "name: Trees\nstart: 2021-04-21\n"})
    heading = built.html().select_one(".recap-events .rubric")
    assert heading is not None
    assert heading.get_text() == "Night of Bees"


def test_a_removed_event_is_removed_from_the_list(project: Project) -> None:
    project({**FILES, **NEW})
    for name in ("event.yaml", "index.md"):
        (project.root / "recaps/2021-z-fish" / name).unlink()
    built = project()
    assert (built.messages, built.status) == ("", 0)
    assert "Fish" not in names(built)


def test_a_list_with_toctree_adds_the_events_to_the_contents_in_its_order(project: Project) -> None:
    """In books, the events become chapters."""
    text = project({**FILES, **NEW}, "latex").text("small.tex")
    chapters = re.findall(r"\\(?:chapter|section|subsection)\{\\sphinxstyle\w+\}|\\(?:chapter|section)\{(\w+)\}", text)
    assert [name for name in chapters if name in {"Bees", "Fish", "Trees", "Old"}] == ["Bees", "Fish", "Trees", "Old"]


def test_a_featured_event_shows_its_facts(project: Project) -> None:
    home = project({**FILES, "recaps/2021-a-bees/event.yaml": "name: Bees\nstart: 2020-12-02\n"}).html()
    featured = home.select_one(".recap-events")
    assert featured is not None
    heading = featured.select_one("h3")
    assert heading is not None
    assert heading.get_text() == "Day of Trees <2021>"
    assert "21 April 2021 · Online, in a hall" in featured.get_text()
    links = {words(link.get_text()): str(link["href"]) for link in featured.select("a")}
    assert links["Read the recap"] == "recaps/2021-trees/index.html"
    assert links["Posters"] == links["posters"] == "recaps/2021-trees/posters.html"
    assert links["Keynotes"] == links["keynote speakers"] == "recaps/2021-trees/keynotes.html"
    assert "attendees" not in links
    assert "900 attendees" in words(featured.get_text())
    assert featured.select_one(".recap-video-frame") is not None


def test_the_pages_of_an_event_follow_its_own_table_of_contents(project: Project) -> None:
    """A page added to the event appears on the home page, although that page did not change."""
    files = {**FILES, "recaps/2021-a-bees/event.yaml": "name: Bees\nstart: 2020-12-02\n"}
    project(files)
    index = str(files["recaps/2021-trees/index.md"]).replace("keynotes\n", "keynotes\nPhotos <photos>\n")
    built = project({"recaps/2021-trees/index.md": index, "recaps/2021-trees/photos.md": "# Photos\n"})
    assert "Photos" in [link.get_text() for link in built.html().select(".recap-feature a")]


def test_a_change_of_the_facts_changes_the_list(project: Project) -> None:
    project(FILES)
    built = project({"recaps/2021-a-bees/event.yaml": "name: Night of Wasps\nstart: 2021-12-02\n"})
    assert names(built)[0] == "Night of Wasps"


def test_a_file_without_a_page_is_reported_with_the_page_to_write(project: Project) -> None:
    built = project({**FILES, "recaps/2022-x/event.yaml": "name: X\nstart: 2022-01-01\n"})
    assert built.status == 1
    assert "recaps/2022-x/event.yaml:1: WARNING: event-list: recaps/2022-x/event.yaml has no page" in built.messages
    assert "write recaps/2022-x/index.md beside it" in built.messages
    assert names(built) == ["Night of Bees", "Day of Trees <2021>"]


def test_a_mistake_in_the_facts_is_reported_once_and_the_rest_is_shown(project: Project) -> None:
    """This holds even if two pages show the file."""
    built = project({**FILES, "recaps/2021-trees/event.yaml": FIRST + "colour: green\n"})
    assert built.status == 1
    assert built.messages.count("unknown key 'colour'") == 1
    assert "recaps/2021-trees/event.yaml:13:1: ERROR" in built.messages
    assert "Day of Trees <2021>" in names(built)
    assert project().messages.count("unknown key 'colour'") == 1


@pytest.mark.parametrize("pattern", ["nothing/*.yaml", "../*.yaml"])
def test_a_pattern_without_a_file_is_reported_with_a_correction(project: Project, pattern: str) -> None:
    built = project({**FILES, "recaps/index.md": f"# Recaps\n\n:::{{event-list}} {pattern}\n:::\n"})
    assert "recaps/index.md:3: WARNING: event-list: no file matches" in built.messages
    assert "*/event.yaml" in built.messages


def test_texts_are_translatable(project: Project) -> None:

    texts = project(FILES, "gettext").text("recaps.pot")
    for text in ("Day of Trees <2021>", "A day about trees.", "posters", "Online, in a hall"):
        assert f'msgid "{text}"' in texts


@pytest.mark.parametrize("builder", ["html", deep("latex"), deep("text"), deep("gettext")])
def test_a_button_goes_to_the_event_that_is_featured(project: Project, builder: str) -> None:
    """Its words stay, whichever event is the latest."""
    page = str(FILES["index.md"]).replace(
        ":feature:\n:::\n", ":feature:\n:::\n\n:::{event-list} recaps/*/event.yaml\n:limit: 1\n:link: See it\n:::\n"
    )
    built = project({**FILES, "index.md": page}, builder)
    assert built.messages == ""
    if builder == "html":
        feature, button = built.html().select(".recap-events")
        (link,) = button.select("a")
        assert link.get_text() == "See it"
        assert link["href"] == feature.select("a")[0]["href"] == "recaps/2021-trees/index.html"


@pytest.mark.parametrize("feature", ["", ":feature:\n"])
def test_links_to_the_pages_of_several_events_have_distinct_names(project: Project, feature: str) -> None:
    """Screen readers can list the links of a page without the text around them."""
    files: dict[str, str | bytes] = {"index.md": f"# Home\n\n:::{{event-list}} */event.yaml\n{feature}:toctree:\n:::\n"}
    for name in ("day", "night"):
        files |= {
            f"{name}/event.yaml": f"name: Orchid {name}\nstart: 2024-03-15\nnumbers: {{talks: 1}}\n",
            f"{name}/index.md": f"# Orchid {name}\n\n```{{toctree}}\ntalks\n```\n",
            f"{name}/talks.md": "# Talks\n",
        }
    built = project(files)
    assert built.messages == ""
    links = built.html().select(".recap-events a")
    names = [str(link.get("aria-label") or link.get_text()) for link in links]
    assert len({*names}) == len({str(link["href"]) + str(link.get("aria-label")) for link in links}) == len(names)
    assert "talks: Orchid day" in names
    assert "1 talks" in project(files, "text").text("index.txt").replace("**", "")
