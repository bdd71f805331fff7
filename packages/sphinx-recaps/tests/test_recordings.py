"""Entries within the recording of another entry or of their event, abstracts, and the facts of a programme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crawl import faults

if TYPE_CHECKING:
    from tests.support import Built, Files, Project

CONF = "recap_entry_pages = True\n"
TALKS = """\
kind: session
entries:
  - {id: opening, title: Opening, video: 'https://www.youtube.com/watch?v=MYE01-XaSZA'}
  - id: moths
    title: Moths
    part_of: opening
    start: "12:30"
    end: "1:25:00"
    format: Lightning talk
    track: Night
    room: Glasshouse 2
    language: ko
    abstract: |
      With *care* & `moth.py`, <b>bold</b> and [slides](https://example.org/slides), [bad](javascript:alert)

      - what they carry
      - where they go
  - {id: bees, title: Bees, part_of: evening}
  - {id: either, title: Either, part_of: [opening, evening]}
  - {id: lost, title: Lost, recording: removed}
  - {id: wasps, title: Wasps, part_of: evening, start: "2:00"}
  - {id: ants, title: Ants, part_of: evening, start: "1:00"}
  - {id: flies, title: Flies, part_of: evening, start: "4:30"}
  - {id: aphids, title: Aphids, part_of: evening, start: "5:00"}
  - {id: snails, title: Snails, part_of: evening}
"""
# The author names two of the talks, one at another time, one by a link, and has a third moment in other words.
WATCH = """\
# Watch

:::{youtube} CjU_6OaYKpw
:title: Evening talks

- 0:00 Welcome
- 1:30 Giant ants
- 4:30 On wings
- 6:00 {recap:session}`The guest <aphids>`
:::

:::{youtube} MYE01-XaSZA
:title: Opening
:::
"""
FILES: Files = {
    "index.md": "# Start\n\n:::{toctree}\ndays/index\ndays/watch\n:::\n",
    "days/watch.md": WATCH,
    "days/index.md": "# Days\n\n:::{event} event.yaml\n:::\n\n:::{catalogue} talks.yaml\n:::\n",
    "days/event.yaml": "name: Orchid Days\nstart: 2024-05-03\n"
    "videos: [{title: Evening talks, id: evening, url: 'https://youtu.be/CjU_6OaYKpw'}]\n",
    "days/talks.yaml": TALKS,
}


@pytest.fixture(scope="module")
def built(built: Built) -> Built:
    assert faults(built.out) == []
    return built


def facts(built: Built, name: str) -> dict[str, str]:
    """Return the facts on the page of an entry."""
    terms = built.html(f"days/talks/{name}.html").select(".recap-page-facts dt")
    return {term.get_text(): definition.get_text() for term in terms if (definition := term.find_next("dd"))}


def players(built: Built, page: str) -> list[str]:
    return [str(frame["data-embed"]).rpartition("/")[2] for frame in built.html(page).select("[data-embed]")]


def test_an_entry_plays_in_its_recording_and_is_a_chapter_there(built: Built) -> None:
    assert players(built, "days/talks/moths.html") == ["MYE01-XaSZA?end=5100&start=750"]
    links = built.html("days/talks/opening.html").select(".recap-chapters a")
    assert [(link.get_text(), str(link["href"])) for link in links] == [
        ("12:30", "https://www.youtube.com/watch?v=MYE01-XaSZA&t=750s"),
        ("Moths", "moths.html"),
    ]
    assert facts(built, "moths")["Part of"] == "Opening"
    assert players(built, "days/index.html")[:2] == ["MYE01-XaSZA", "MYE01-XaSZA?end=5100&start=750"]


def chapters(built: Built, page: str) -> list[list[str]]:
    """Return the chapters of each video on a page."""
    videos = built.html(page).select("figure.recap-video")
    return [[item.get_text() for item in video.select(".recap-chapters li")] for video in videos]


def test_entries_are_chapters_of_the_videos_of_their_event(module_project: Project, built: Built) -> None:
    """In the order of times, beside those that the author wrote, and in every builder; one without a time comes last.

    An entry that may be in another recording is not claimed to be in this one.
    """
    evening = ["0:00 Welcome", "1:30 Giant ants", "2:00 Wasps", "4:30 On wings", "6:00 The guest"]
    assert chapters(built, "days/watch.html") == [[*evening, "Bees", "Snails"], ["12:30 Moths"]]
    links = built.html("days/watch.html").select(".recap-chapters li:nth-child(3) a")
    watch = "https://www.youtube.com/watch?v=CjU_6OaYKpw&t=120s"
    assert [link["href"] for link in links] == [watch, "talks/wasps.html"]
    text = module_project(FILES, "text").text("days/watch.txt")
    assert f"* 2:00 <{watch}> Wasps" in text
    assert "Also in this recording:\n\n   * Bees\n\n   * Snails" in text


def test_without_a_time_the_whole_recording_is_shown(built: Built) -> None:
    """Of several, any may contain the entry."""
    assert players(built, "days/talks/bees.html") == ["CjU_6OaYKpw"]
    assert players(built, "days/talks/either.html") == ["MYE01-XaSZA", "CjU_6OaYKpw"]
    assert facts(built, "either")["Part of"] == "Opening or Evening talks"
    page = built.html("days/index.html")
    links = [link.get_text() for link in page.select("#session-either a.external")]
    assert links == ["Recording: Opening", "Recording: Evening talks"]


def test_a_recording_is_found_by_the_id_that_it_had_before(project: Project) -> None:
    talks = TALKS.replace("id: opening,", "id: welcome, was: opening,")
    built = project({**FILES, "days/talks.yaml": talks}, conf=CONF)
    assert built.messages == ""
    assert facts(built, "moths")["Part of"] == "Opening"
    assert len(built.html("days/talks/welcome.html").select(".recap-chapters li")) == 1


def test_of_entries_with_one_id_the_first_with_a_video_is_the_recording(project: Project) -> None:
    """Entries of different kinds may have the same id; the kinds are in the order of the alphabet."""
    more = "---\norphan: true\n---\n\n# More\n\n:::{catalogue} posters.yaml\n:::\n\n:::{catalogue} films.yaml\n:::\n"
    files = {
        **FILES,
        "days/posters.yaml": "kind: poster\nentries: [{id: opening, title: A poster}]\n",
        "days/films.yaml": "kind: video\nentries: [{id: opening, title: A film, video: aqz-KE-bpKQ}]\n",
        "days/more.md": more,
    }
    built = project(files, conf=f'{CONF}recap_kinds = {{"video": ("video", "videos")}}\n')
    assert built.messages == ""
    assert facts(built, "moths")["Part of"] == "Opening"
    assert players(built, "days/talks/moths.html") == ["MYE01-XaSZA?end=5100&start=750"]
    pages = [built.html(f"days/{name}/opening.html") for name in ("talks", "films")]
    assert [len(page.select(".recap-chapters li")) for page in pages] == [1, 0]


def test_the_facts_of_a_programme_are_shown(built: Built) -> None:
    """A reader learns that there is no recording, instead of searching in vain."""
    expected = {"Format": "Lightning talk", "Track": "Night", "Room": "Glasshouse 2", "Language": "Korean"}
    assert expected.items() <= facts(built, "moths").items()
    assert facts(built, "lost")["Recording"] == "The recording was removed"
    listed = built.html("days/index.html").select_one("#session-moths .recap-facts")
    assert listed is not None
    assert listed.get_text() == "Lightning talk · Night · Glasshouse 2 · Korean"


def test_an_abstract_is_markdown_without_html(module_project: Project, built: Built) -> None:
    """It is on the page of the entry, else in its list, and in books."""
    abstract = built.html("days/talks/moths.html").select_one(".recap-page-abstract")
    assert abstract is not None
    assert [tag.name for tag in abstract.find_all(True)] == ["p", "em", "code", "a", "ul", "li", "li"]
    assert "<b>bold</b> and slides, [bad](javascript:alert)" in abstract.get_text()
    assert not built.html("days/index.html").select(".recap-entry code")
    listed = module_project(FILES, "dirhtml").html("days/index.html").select_one("#session-moths details code")
    assert listed is not None
    text = module_project(FILES, "text").text("days/index.txt")
    assert 'With *care* & "moth.py", <b>bold</b> and slides' in text
    assert "* where they go" in text


def test_an_edit_changes_all_pages_that_show_the_recording_or_its_parts(project: Project) -> None:
    """Event, recording and parts may be on different pages."""
    head, opening, rest = TALKS.partition(
        "  - {id: opening, title: Opening, video: 'https://www.youtube.com/watch?v=MYE01-XaSZA'}\n"
    )
    files: Files = {
        **FILES,
        "days/index.md": "# Days\n\n:::{event} event.yaml\n:::\n\n```{toctree}\nopenings\ntalks\n```\n",
        "days/openings.md": "# Openings\n\n:::{catalogue} openings.yaml\n:::\n",
        "days/openings.yaml": f"{head}{opening}",
        "days/talks.md": "# Talks\n\n:::{catalogue} talks.yaml\n:::\n",
        "days/talks.yaml": f'{head}{rest}  - {{id: spiders, title: Spiders, part_of: opening, start: "1:30"}}\n',
    }
    assert chapters(project(files, conf=CONF), "days/watch.html")[1] == ["1:30 Spiders", "12:30 Moths"]
    event = str(FILES["days/event.yaml"]).replace("CjU_6OaYKpw", "dQw4w9WgXcQ")
    built = project({"days/event.yaml": event}, conf=CONF)
    assert players(built, "days/talks/bees.html") == ["dQw4w9WgXcQ"]
    assert "dQw4w9WgXcQ" in built.text("days/talks.html")
    project({"days/openings.yaml": f"{head}{opening}".replace("MYE01-XaSZA", "CjU_6OaYKpw")}, conf=CONF)
    assert players(built, "days/talks/moths.html") == ["CjU_6OaYKpw?end=5100&start=750"]
    project({"days/talks.yaml": str(files["days/talks.yaml"]).replace("title: Moths", "title: Beetles")}, conf=CONF)
    links = built.html("days/openings/opening.html").select(".recap-chapters a")
    assert [link.get_text() for link in links] == ["1:30", "Spiders", "12:30", "Beetles"]
    shown = ["0:00 Welcome", "1:30 Giant ants", "4:30 On wings", "6:00 The guest", "12:30 Beetles"]
    assert chapters(built, "days/watch.html") == [shown, []]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("part_of: openin", "`part_of`: the event has no entry or video 'openin'; write `opening`"),
        ("part_of: lost", "`part_of`: 'lost' is this entry itself; name the entry or video that contains it"),
        ("start: 1:30", "`start` is a time in another recording; name that in `part_of`, or remove the line"),
        ("language: Korean", "`language`: 'Korean' is not the code of a language; write ko"),
        ("recording: remove", "`recording`: 'remove' is unknown; did you mean removed? It is one of not recorded, "),
        ("{part_of: opening, start: soon}", "`start`: 'soon' is not a time in a recording; write 12:30, 1:02:03 or "),
        ("{part_of: opening, start: 2:00, end: 1:00}", "`end`: '1:00' is not after `start`, '2:00'; check both"),
        ("{part_of: [opening, bees], end: 1:00}", "`end` is a time in one recording, but `part_of` names several"),
    ],
)
def test_mistakes_are_reported(module_project: Project, line: str, message: str) -> None:
    """With their line and what to write instead."""
    entry = f"  - {{id: lost, title: Lost, {line.strip('{}')}}}\n"
    talks = TALKS.partition("  - {id: lost")[0] + entry
    messages = module_project({**FILES, "days/talks.yaml": talks}, "dummy").messages
    assert f"days/talks.yaml:{talks.count(chr(10))}" in messages
    assert message in messages
