"""Each entry has a page of its own, to which everything links; builders without such pages link to the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.inventory import InventoryFile

from tests.crawl import faults
from tests.support import deep, picture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Built, Files, Project

CONF = """
recap_entry_pages = True
html_context = {"github_user": "garden", "github_repo": "days", "github_version": "main", "doc_path": "docs"}
html_baseurl = "https://example.org/"
"""
TALKS = """\
kind: session
entries:
  - id: moths
    title: "Moths <at night & AT&T's"
    people: [Ann Other, Bo Li]
    topics: [Pollination]
    role: Botanist
    affiliation: Garden
    summary: |-
      What they carry.

      And where.
    video: https://www.youtube.com/watch?v=MYE01-XaSZA
    date: 2024-05-03T14:30+02:00
    duration: 40 min
    links: [{title: Slides, url: 'https://example.org/slides', archived: 2024-06-01}]
    sources: [https://example.org/programme]
    note: The recording begins late.
  - {id: index, title: Bees, people: [Bo Li], topics: [Pollination]}
  - {id: bare, title: A session without anything}
"""
FILES: Files = {
    "index.md": "# Start\n\n:::{toctree}\ndays/index\n:::\n\n"
    "{recap:session}`moths` {recap:poster}`A1` {recap:resource}`map` {recap:session}`index`\n",
    "days/index.md": "# Days\n\n:::{event} event.yaml\n:::\n\n:::{toctree}\ntalks\nposters\n:::\n",
    "days/talks.md": "# Talks of the days\n\n:::{catalogue} talks.yaml\n:::\n",
    "days/posters.md": "# Posters\n\n:::{catalogue} posters.yaml\n:::\n\n:::{catalogue} maps.yaml\n:no-pages:\n:::\n",
    "days/event.yaml": "name: Orchid Days\nstart: 2024-05-03\n",
    "days/talks.yaml": TALKS,
    "days/posters.yaml": "kind: poster\nentries:\n"
    "  - {id: A1, title: Roots, people: [Ann Other], topics: [Rain], image: a1.png}\n",
    "days/maps.yaml": "kind: resource\nentries:\n  - {id: map, title: A map, topics: [Rain]}\n",
    "days/a1.png": picture(),
}


def links(built: Built, name: str, selector: str = "div.body a.reference") -> dict[str, str]:
    """Return the address of each link by its text."""
    return {link.get_text(): str(link["href"]) for link in built.html(name).select(selector)}


def test_a_page_has_everything_about_its_entry(built: Built) -> None:
    """Texts are escaped, and each link has its copy."""
    page = built.html("days/talks/moths.html")
    heading = page.select_one("h1")
    assert heading is not None
    assert heading.get_text() == "Moths <at night & AT&T's"
    assert page.title
    assert page.title.get_text().startswith("Moths <at night & AT&T's")
    facts = {dt.get_text(): dt.find_next("dd") for dt in page.select("dt")}
    assert {name: fact and fact.get_text() for name, fact in facts.items()} == {
        "Event": "Orchid Days",
        "Date": "3 May 2024, 14:30 UTC+2",
        "Duration": "40 min",
        "Topics": "Pollination",
    }
    text = " ".join(page.get_text().split())
    for part in ("Session", "Botanist, Garden", "What they carry. And where.", "The recording begins late."):
        assert part in text
    addresses = links(built, "days/talks/moths.html", ".recap-page a")
    assert addresses["Slides"] == "https://example.org/slides"
    assert addresses["look in the archive"] == "https://web.archive.org/web/20240601/https://example.org/slides"
    assert addresses["example.org"] == "https://example.org/programme"
    assert addresses["Ann Other"] == "../../people.html#person-ann-other"
    assert addresses["Orchid Days"] == "../index.html#event-days"
    assert addresses["Talks of the days"] == "../talks.html#session-moths"
    assert addresses["Link to this session"] == "https://example.org/days/talks/moths.html"
    assert addresses["Correct this entry"] == "https://github.com/garden/days/edit/main/docs/days/talks.yaml#L3"
    player = page.select_one(".recap-video-frame[data-embed]")
    assert player is not None
    assert page.select("script[src*=recap-video]")
    assert described(built, "talks/moths") == "What they carry."


def test_an_entry_without_a_date_may_have_been_on_any_day_of_its_event(project: Project) -> None:
    """Its page shows all days; its structured data has none, because that would be a claim."""
    event = "name: Orchid Days\nstart: 2024-05-03\nend: 2024-05-04\n"
    page = project({**FILES, "days/event.yaml": event}, conf=CONF).html("days/talks/bare.html")
    facts = {dt.get_text(): dt.find_next_sibling("dd") for dt in page.select("dt")}
    dates = facts["Dates"]
    assert dates
    assert dates.get_text() == "3–4 May 2024"
    assert "2024-05-03" not in str(page)
    one_day = project({"days/event.yaml": FILES["days/event.yaml"]}, conf=CONF).html("days/talks/bare.html")
    assert '"datePublished":"2024-05-03"' in str(one_day)


def described(built: Built, name: str) -> str:
    """Return the description of the page of an entry for search engines."""
    found = built.html(f"days/{name}.html").select_one("meta[name=description]")
    assert found is not None
    return str(found["content"])


def test_the_description_of_an_entry_without_a_summary_repeats_nothing(built: Built) -> None:
    assert described(built, "posters/A1") == "Poster A1: Roots, Ann Other, Orchid Days"
    assert described(built, "talks/bare") == "A session without anything, Orchid Days"


def test_a_page_links_to_its_neighbours_and_to_related_entries(built: Built) -> None:
    """People come before topics, and the reason is given."""
    page = built.html("days/talks/_index.html")
    around = {str(link.get("rel")): str(link["href"]) for link in page.select(".recap-page-neighbours a")}
    assert around == {"['prev']": "moths.html", "['next']": "bare.html", "None": "../talks.html#session-index"}
    related = [" ".join(item.get_text().split()) for item in page.select(".recap-page-related li")]
    assert related == ["Moths <at night & AT&T's Session, also with Bo Li"]
    related = [item.get_text() for item in built.html("days/posters/A1.html").select(".recap-page-related li")]
    assert related == [
        "Moths <at night & AT&T's Session, also with Ann Other",
        "A map Resource, also on Rain",
    ]
    assert built.html("days/talks/bare.html").select(".recap-page-related") == []


def test_an_entry_in_two_lists_belongs_to_the_one_that_shows_most_of_its_file(project: Project) -> None:
    """Whatever the names of their pages; of lists that show as much, it is the first one."""
    choice = "---\norphan: true\n---\n\n# A choice\n\n:::{catalogue} talks.yaml\n:limit: 1\n:no-pages:\n:::\n"
    again = f"---\norphan: true\n---\n\n{FILES['days/talks.md']!s}"
    built = project({**FILES, "days/choice.md": choice, "days/zoo.md": again}, conf=CONF)
    assert built.messages == ""
    around = links(built, "days/talks/moths.html", ".recap-page-neighbours a")
    assert "../talks.html#session-moths" in around.values()
    assert "choice.html" not in built.text("days/talks/moths.html")


def test_everything_links_to_the_page_and_old_anchors_remain(built: Built) -> None:
    """A list can have no pages; links to its entries go to the list."""
    assert links(built, "index.html", "p a:has(.recap)") == {
        "Moths <at night & AT&T's": "days/talks/moths.html",
        "Roots": "days/posters/A1.html",
        "A map": "days/posters.html#resource-map",
        "Bees": "days/talks/_index.html",
    }
    listed = built.html("days/talks.html")
    assert [str(link["href"]) for link in listed.select(".recap-title a")] == [
        "talks/moths.html",
        "talks/_index.html",
        "talks/bare.html",
    ]
    assert {"session-moths", "session-index", "session-bare"} <= {str(tag["id"]) for tag in listed.select("[id]")}
    assert "days/talks/moths.html" in links(built, "people.html", "dd a").values()
    assert "days/posters.html#resource-map" in links(built, "topics.html", "dd a").values()
    inventory = InventoryFile.loads((built.out / "objects.inv").read_bytes(), uri="").data
    assert inventory["recap:session"]["days/moths"].uri == "days/talks/moths.html"
    assert inventory["recap:resource"]["days/map"].uri == "days/posters.html#resource-map"
    assert "https://example.org/days/talks/moths.html" in built.text("sitemap.xml")
    assert not (built.out / "days/maps").exists()
    assert faults(built.out) == []


def test_other_builders_link_to_the_list_or_use_their_own_addresses(module_project: Project, built: Built) -> None:
    assert built.status == 0
    folders = module_project(FILES, "dirhtml", conf=CONF)
    assert folders.messages == ""
    assert links(folders, "index.html", "p a")["Bees"] == "days/talks/_index/"
    assert faults(folders.out) == []
    text = module_project(FILES, "text", conf=CONF)
    assert sorted(path.name for path in text.out.rglob("*.txt")) == [
        "index.txt",
        "index.txt",
        "posters.txt",
        "talks.txt",
    ]
    single = module_project(FILES, "singlehtml", conf=CONF)
    assert links(single, "index.html", "p a.reference.internal")["Roots"] == "#poster-a1"
    assert not list(single.out.glob("days/talks/*"))


def stamps(out: Path) -> dict[str, int]:
    """Return the time at which each page of an entry was written."""
    return {f"{path.parent.name}/{path.stem}": path.stat().st_mtime_ns for path in out.glob("days/*/*.html")}


def test_only_pages_that_differ_are_written_and_none_is_left_over(project: Project) -> None:
    """What a page shows of other entries counts, too."""
    out = project(FILES, conf=CONF).out
    first = stamps(out)
    assert first.keys() == {"talks/moths", "talks/_index", "talks/bare", "posters/A1"}
    project(conf=CONF)
    assert stamps(out) == first
    project({"days/talks.yaml": TALKS.replace("A session without anything", "Another title")}, conf=CONF)
    second = stamps(out)
    assert {name for name in second if second[name] != first[name]} == {"talks/bare", "talks/_index"}
    project({"days/talks.yaml": TALKS.partition("  - {id: bare")[0].replace("at night", "by day")}, conf=CONF)
    third = stamps(out)
    assert {name for name in third if third[name] != second[name]} == {"talks/moths", "talks/_index", "posters/A1"}
    assert "talks/bare" not in third
    project(conf=CONF.replace("pages = True", "pages = False"))
    assert stamps(out) == {}
    assert not (out / "days/talks").exists()


def test_the_theme_renders_two_pages_for_each_list(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them is the frame for all others, so thousands of pages cost little."""
    rendered: list[str] = []
    original = StandaloneHTMLBuilder.handle_page

    def record(builder: StandaloneHTMLBuilder, name: str, *arguments: object, **options: object) -> None:
        rendered.append(name)
        original(builder, name, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(StandaloneHTMLBuilder, "handle_page", record)
    talks = "kind: session\nentries:\n" + "".join(f"  - {{id: t{number}, title: T{number}}}\n" for number in range(9))
    project({**FILES, "days/talks.yaml": TALKS + talks.partition("entries:\n")[2]}, conf=CONF)
    assert len([name for name in rendered if name.startswith("days/talks/")]) == 3  # one has a player


@pytest.mark.parametrize("other", ["page", deep("file")])
def test_an_entry_whose_page_has_a_name_in_use_is_only_in_its_list(project: Project, other: str) -> None:
    files = {"days/talks/Bare.md": "---\norphan: true\n---\n# A page\n"}
    where = "days/talks.yaml:20"
    if other == "file":
        files = {
            "days/talks.yml": "kind: keynote\nentries: [{id: Bare, title: K}]\n",
            "days/more.md": "---\norphan: true\n---\n# More\n\n:::{catalogue} talks.yml\n:::\n",
        }
    built = project({**FILES, **files}, conf=CONF)
    messages = [line for line in built.messages.splitlines() if "another file of this site" not in line]
    advice = "so this entry has none; rename that page or this file [recap.catalogue]"
    assert messages == [f"{where}: WARNING: bare: there is another page 'days/talks/Bare', {advice}"]
    titles = built.html("days/talks.html").select(".recap-title")
    assert [bool(title.select("a")) for title in titles] == [True, True, False]


def test_without_a_repository_the_place_of_the_entry_is_text(project: Project) -> None:
    page = project(FILES, conf="recap_entry_pages = True\n").html("days/talks/moths.html")
    colophon = page.select_one(".recap-page-colophon")
    assert colophon is not None
    assert colophon.get_text().startswith("Correct this entry: line 3 of days/talks.yaml")
    assert [str(link["href"]) for link in colophon.select("a")] == ["#"]
