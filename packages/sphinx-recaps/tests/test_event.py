"""The event directive, in every builder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.crawl import book_faults, faults
from tests.support import deep, picture

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from tests.support import Project

EVENT = """\
name: Day of Trees & <b>Leaves</b> 2021
short_name: DoT
edition: first
start: 2021-04-21
mode: online
place: Online, in a hall
summary: A day about trees.
note: How many people came is not known.
sessions:
  - name: Morning session
    label: EMEA
    start: 2021-04-21T15:00Z
    end: 2021-04-21T20:00Z
    timezone: America/Los_Angeles
  - name: Evening session
    start: 2021-04-21T22:00Z
    end: 2021-04-22T02:00Z
    timezone: America/Los_Angeles
numbers:
  posters: 71
  keynote speakers: 6
links:
  - title: Event page
    url: https://example.org/event
    archived: 2021-05-10
sources:
  - title: Recap
    url: https://example.org/recap
"""
PAGE = "# Home\n\n:::{event} event.yaml\n:name: facts\n:class: mine\n:::\n\nThe rest.\n"
BUILDERS = ["html", "epub", "latex", "text", "man", "texinfo", "gettext", *map(deep, ("dirhtml", "singlehtml", "xml"))]
FACTS = [
    "2021 (DoT), first edition",
    "Wednesday 21 April 2021",
    "Online, in a hall",
    "Morning session (EMEA)",
    "08:00–13:00 Pacific Time",
    "15:00–20:00 UTC",
    "15:00–19:00 Pacific Time",
    "22:00–02:00 UTC (ends on 22 April)",
    "71 posters",
    "6 keynote speakers",
    "A day about trees.",
    "How many people came is not known.",
    "Event page",
    "look in the archive",
    "Recap",
]
ARCHIVED = "https://web.archive.org/web/20210510/https://example.org/event"


def files(event: str = EVENT, page: str = PAGE) -> dict[str, str | bytes]:
    """Return a project with one page, which shows the facts of one event."""
    return {"index.md": page, "event.yaml": event}


def facts(html: BeautifulSoup) -> dict[str, str]:
    """Return the definition of each term on a page."""
    terms = [" ".join(term.text.split()) for term in html.select(".recap-event > dt")]
    definitions = [" ".join(item.text.split()) for item in html.select(".recap-event > dd")]
    return dict(zip(terms, definitions, strict=True))


# -- Every builder -----------------------------------------------------------------------------------------------------


@pytest.mark.one_in(2)
@pytest.mark.parametrize("builder", BUILDERS)
def test_every_builder_writes_an_event_without_warnings(project: Project, builder: str) -> None:
    """This includes parallel builds."""
    built = project(files(), builder, "-j", "2")
    assert (built.messages, built.status) == ("", 0)


@pytest.mark.parametrize(("builder", "name"), [("html", "index.html"), ("text", "index.txt"), ("epub", "index.xhtml")])
def test_every_fact_is_on_the_page(project: Project, builder: str, name: str) -> None:
    """The organisers' time comes first, then UTC. The end of a session has a date if it is on another day."""
    built = project(files(), builder)
    text = built.text(name).replace("*", "") if builder == "text" else built.html(name).text
    text = " ".join(text.split())
    for fact in FACTS:
        assert fact in text
    assert text.index("08:00–13:00 Pacific Time") < text.index("15:00–20:00 UTC")


def test_a_printed_book_has_facts_and_addresses(project: Project) -> None:
    """Links cannot be followed on paper, so their addresses are printed."""
    tex = project(files(), "latex").text("small.tex")
    for expected in (r"Day of Trees \& \textless{}b", "08:00", "Pacific Time", ARCHIVED, "71"):
        assert expected in tex


def test_times_are_machine_readable_with_their_offset(project: Project) -> None:
    """``time`` elements have date and offset, however the text shows them."""
    times = [str(time["datetime"]) for time in project(files()).html().select(".recap-event time")]
    assert times[:4] == [
        "2021-04-21T08:00-07:00",
        "2021-04-21T13:00-07:00",
        "2021-04-21T15:00+00:00",
        "2021-04-21T20:00+00:00",
    ]


def test_an_official_page_has_its_archived_copy_beside_it(project: Project) -> None:
    """Readers can still use it when the official page is gone."""
    links = project(files()).html().select(".recap-event a.external")
    assert [str(link["href"]) for link in links] == [
        "https://example.org/event",
        ARCHIVED,
        "https://example.org/recap",
    ]


def test_text_of_the_data_file_never_becomes_markup(project: Project) -> None:
    """Readers see the text exactly as it is in the file."""
    built = project(files())
    assert built.html().select(".recap-event b") == []
    assert "Day of Trees & <b>Leaves</b> 2021" in facts(built.html())["Event"]


def test_search_finds_the_facts(project: Project) -> None:
    """The search index of the page contains the words of the data file."""
    assert '"leav"' in project(files()).text("searchindex.js")


OPENING = (
    "# Day\n\n:::{event} event.yaml\n:opening:\n\n![Some trees](trees.png)\n:::\n\n"
    ":::{youtube} https://www.youtube.com/watch?v=aqz-KE-bpKQ\n:title: A talk\n:::\n\n:::{event} event.yaml\n:::\n"
)
VIDEOS = "videos:\n  - {title: Other, url: https://youtu.be/aqz-KE-bpKA}\n  - {title: Talk, url: https://youtu.be/aqz-KE-bpKQ}\n"


@pytest.mark.parametrize("builder", ["html", *map(deep, ("epub", "latex", "text", "man", "texinfo", "gettext"))])
def test_an_opening_shows_the_numbers_and_a_link_to_the_video(project: Project, builder: str) -> None:
    """The facts can follow anywhere below. The event is registered once, at the opening."""
    built = project({**files(EVENT + VIDEOS, OPENING), "trees.png": picture()}, builder)
    assert built.messages == ""
    if builder != "html":
        return
    page = built.html()
    (opening,) = page.select(".recap-opening")
    assert opening.select("img[alt='Some trees']")
    text = " ".join(opening.text.split())
    assert text == "21 April 2021 · Online, in a hall 71 posters 6 keynote speakers Watch"
    (watch,) = opening.select(".recap-opening-watch a")
    assert page.select(f"figure.recap-video{watch['href']}")
    assert opening["id"]
    assert len(page.select(".recap-event")) == 1


def test_an_opening_leaves_out_missing_facts(project: Project) -> None:
    """If the video is not on the page, the link has its address. With no facts but a name, only the date is shown."""
    page = ":::{event} event.yaml\n:opening:\n:::\n"
    built = project(
        {
            **files(EVENT + VIDEOS, f"# Day\n\n{page}"),
            "few.md": f"---\norphan: true\n---\n# Few\n\n{page.replace('event.y', 'few.y')}",
            "few.yaml": "name: Few\nstart: 2021-04-21\n",
        }
    )
    assert built.messages == ""
    (watch,) = built.html().select(".recap-opening-watch a")
    assert watch["href"] == "https://www.youtube.com/watch?v=aqz-KE-bpKA"
    (opening,) = built.html("few.html").select(".recap-opening")
    assert opening.text.split() == ["21", "April", "2021"]
    built = project(files(EVENT, ":::{event} event.yaml\nText.\n:::\n"))
    assert "add the option :opening:" in built.messages


def test_references_find_an_event_by_folder_and_its_panel_by_name(project: Project) -> None:
    """The panel is the target of the event."""
    source: dict[str, str | bytes] = {
        "index.md": "# Home\n\n```{toctree}\nday/index\n```\n\nSee {recap:event}`day` and {ref}`it <facts>`.\n",
        "day/index.md": PAGE,
        "day/event.yaml": EVENT,
    }
    built = project(source)
    assert built.messages == ""
    ids = {str(tag["id"]) for tag in built.html("day/index.html").select("[id]")}
    links = [str(link["href"]) for link in built.html().select('p a[href*="day/index.html#"]')]
    assert len(links) == 2
    assert {link.partition("#")[2] for link in links} == {"event-day", "facts"} <= ids


def test_the_target_of_an_event_is_the_page_in_its_folder(project: Project) -> None:
    """References and the inventory point to that page, even if another page also shows the facts."""
    facts_block = ":::{event} /day/event.yaml\n:::\n"
    source: dict[str, str | bytes] = {
        "index.md": f"# Home\n\n```{{toctree}}\nday/index\nzoo/more\n```\n\n{facts_block}\nSee {{recap:event}}`day`.\n",
        "day/index.md": PAGE,
        "day/event.yaml": EVENT,
        "zoo/more.md": f"# More\n\n{facts_block}",
    }
    built = project(source)
    assert built.messages == ""
    assert built.html().select('p a[href="day/index.html#event-day"]')


@pytest.mark.parametrize("builder", ["latex", *map(deep, ("html", "epub", "texinfo"))])
def test_references_in_a_book_link_to_the_opening_and_the_facts(project: Project, builder: str) -> None:
    """Each target exists once, whether it is a label, a name or the event itself."""
    links = " ".join(f"{{ref}}`to it <{name}>`" for name in ("top", "start", "how", "why", "facts"))
    opening = "(top)=\n(start)=\n:::{event} event.yaml\n:opening:\n:::\n\n(how)=\n(why)=\n"
    source: dict[str, str | bytes] = {
        "index.md": f"# Home\n\n```{{toctree}}\nday/index\n```\n\nSee {links} {{recap:event}}`day`.\n",
        "day/index.md": PAGE.replace(":::", f"{opening}:::", 1),
        "day/event.yaml": EVENT,
    }
    built = project(source, builder)
    assert built.messages == ""
    if builder == "latex":
        assert len(set(re.findall(r"hyperref\[\\detokenize\{day/index:([^}]*)", built.text("small.tex")))) == 6
        assert book_faults(built.text("small.tex")) == []
    elif builder != "texinfo":
        assert faults(built.out) == []


def test_an_event_omits_missing_facts(project: Project) -> None:
    """Only a name and a date are required."""
    html = project(files("name: Day\nstart: 2021-04-21\n")).html()
    assert facts(html) == {"Event": "Day", "Date": "Wednesday 21 April 2021"}


def test_an_event_of_several_days_shows_the_date_of_each_session(project: Project) -> None:
    """Otherwise, readers could not tell on which day a session took place."""
    event = EVENT.replace("start: 2021-04-21\nmode", "start: 2021-04-20\nend: 2021-04-22\nmode")
    displayed = facts(project(files(event)).html())
    assert displayed["Dates"] == "Tuesday 20 – Thursday 22 April 2021"
    assert displayed["Morning session (EMEA)"].startswith(
        "21 April, 08:00–13:00 Pacific Time 21 April, 15:00–20:00 UTC"
    )


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("US Pacific", "15:00–20:00 UTC (organisers’ time zone: US Pacific)"),
        ("Etc/UTC", "15:00–20:00 UTC"),
        ("Asia/Kolkata", "20:30–01:30 India Time (ends on 22 April) 15:00–20:00 UTC"),
    ],
)
def test_other_time_zones_and_free_text(project: Project, zone: str, shown: str) -> None:
    """A named zone adds its time, free text appears beside UTC, and UTC is not repeated."""
    displayed = facts(project(files(EVENT.replace("America/Los_Angeles", zone))).html())
    assert displayed["Morning session (EMEA)"] == shown


# -- Translation -------------------------------------------------------------------------------------------------------


def test_texts_are_translated_and_dates_follow_the_language(project: Project) -> None:
    """Names, places and titles can be translated. Translations cannot break addresses and times."""
    template = project(files(), "gettext").text("index.pot")
    for message in ("Online, in a hall", "A day about trees.", "Morning session", "posters", "Event page"):
        assert f'msgid "{message}"' in template
    assert "example.org" not in template
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    entries = 'msgid "Morning session"\nmsgstr "Vormittag"\n\nmsgid "Event page"\nmsgstr "Seite des Tages"\n'
    locale: dict[str, str | bytes] = {"locale/de/LC_MESSAGES/index.po": header + entries}
    built = project({**files(), **locale}, conf="language = 'de'\nlocale_dirs = ['locale']\n")
    displayed = facts(built.html())
    assert displayed["Datum"] == "Mittwoch, 21. April 2021"
    assert "Nordamerikanische Westküstenzeit" in displayed["Vormittag (EMEA)"]
    assert "Seite des Tages" in displayed["Offizielle Seiten"]


# -- Weight and rebuilding ---------------------------------------------------------------------------------------------


def test_only_pages_with_an_event_load_its_style_and_script(project: Project) -> None:
    """Other pages load neither."""
    built = project({**files(), "index.md": "# Home\n\n```{toctree}\nday\n```\n", "day.md": PAGE}, "html", "-j", "2")
    assert "recap-event" not in built.text("index.html")
    page = built.html("day.html")
    (script,) = page.select('script[src*="recap-event.js"]')
    (style,) = page.select('link[href*="recap-event.css"]')
    assert script.has_attr("defer")
    for address in (script["src"], style["href"]):
        assert (built.out / str(address).partition("?")[0]).is_file()


def test_a_changed_data_file_updates_its_page(project: Project) -> None:
    """The next build reads that page again, and no other."""
    project(files())
    built = project(files(EVENT.replace("71", "72")))
    assert "72 posters" in facts(built.html())["In numbers"]


# -- Mistakes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (":::{event} evnt.yaml\n:::", "event.yaml"),
        (":::{event} list.yaml\n:::", "list.yaml is a list of entries, not an event; use the directive catalogue"),
        (":::{event}\n:::", "1 argument(s) required"),
        (":::{event} event.yaml\n:colour: red\n:::", "colour"),
    ],
)
def test_a_mistake_on_the_page_names_its_line(project: Project, page: str, message: str) -> None:
    """The rest of the page is still built."""
    more: dict[str, str | bytes] = {"list.yaml": "kind: poster\nentries:\n  - id: A1\n    title: One\n"}
    built = project({**files(page=f"# Home\n\n{page}\n\nThe rest.\n"), **more})
    assert built.status == 1
    assert re.search(r"^index\.md:[34]: (WARNING|ERROR): ", built.messages, re.MULTILINE)
    assert message in built.messages
    assert "The rest." in built.text("index.html")


def test_all_mistakes_in_the_file_are_reported_with_their_location(project: Project) -> None:
    """Each has a line and a column, and the valid facts are still shown."""
    event = EVENT.replace("edition: first", "editon: first").replace("posters: 71", "posters: many")
    built = project(files(event))
    assert built.status == 1
    assert re.search(r"^event\.yaml:3:1: (WARNING|ERROR): .*`?edition`?", built.messages, re.MULTILINE)
    assert re.search(r"^event\.yaml:20:\d+: (WARNING|ERROR): .*many", built.messages, re.MULTILINE)
    assert "Wednesday 21 April 2021" in built.html().text


def test_an_unknown_time_zone_is_reported_with_similar_names(project: Project) -> None:
    """The warning appears once per file, and the times are shown in UTC."""
    built = project(files(EVENT.replace("Los_Angeles", "Los_Angels")))
    assert built.messages.startswith(
        "event.yaml:14:15: WARNING: `timezone`: there is no time zone 'America/Los_Angels'"
    )
    assert "did you mean America/Los_Angeles" in built.messages
    assert built.messages.count("WARNING") == 1
    assert "15:00–20:00 UTC" in built.html().text
