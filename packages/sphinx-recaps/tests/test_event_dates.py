"""The dates of an event: ranges of days in few words, and months and years if nobody knows the day."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.data.records import Event
from sphinx_recaps.event.directive import days_of

if TYPE_CHECKING:
    from tests.support import Project


@pytest.mark.parametrize(
    ("start", "end", "plain", "full"),
    [
        ("2022-12-02", "2022-12-02", "2 December 2022", "Friday 2 December 2022"),
        ("2022-12-02", "2022-12-03", "2–3 December 2022", "Friday 2 – Saturday 3 December 2022"),
        (
            "2022-11-30",
            "2022-12-02",
            "30 November – 2 December 2022",
            "Wednesday 30 November – Friday 2 December 2022",
        ),
        (
            "2022-12-31",
            "2023-01-01",
            "31 December 2022 – 1 January 2023",
            "Saturday 31 December 2022 – Sunday 1 January 2023",
        ),
        (
            "2022-12-02",
            "2023-12-02",
            "2 December 2022 – 2 December 2023",
            "Friday 2 December 2022 – Saturday 2 December 2023",
        ),
    ],
)
def test_dates_do_not_repeat_the_same_month_and_year(start: str, end: str, plain: str, full: str) -> None:
    event = Event(name="Day", start=dt.date.fromisoformat(start), end=dt.date.fromisoformat(end))
    assert days_of(event, "en") == plain
    assert days_of(event, "en", weekdays=True) == full


@pytest.mark.parametrize(
    ("start", "shown", "parts", "moment"),
    [("2021", "2021", [2021], "2021-01-01"), ("2021-12", "December 2021", [2021, 12], "2021-12-01")],
)
def test_a_year_or_a_month_is_enough(project: Project, start: str, shown: str, parts: list[int], moment: str) -> None:
    """No format then claims a day, except for feeds, which require one."""
    files = {
        "index.md": "# Home\n\n:::{toctree}\nday/index\n:::\n\n:::{event-list} day/event.yaml\n:::\n",
        "day/index.md": "# Day\n\n:::{event} event.yaml\n:opening:\n:::\n\n:::{catalogue} talks.yaml\n:::\n",
        "day/event.yaml": f"name: Day of Trees\nstart: {start}\nplace: Kew\n",
        "day/talks.yaml": "kind: session\nentries:\n  - {id: a, title: Moths, people: [Ann Other]}\n",
    }
    built = project(files, conf='html_baseurl = "https://example.org/"\nrecap_entry_pages = True\n')
    assert (built.messages, built.status) == ("", 0)
    for page, selector in (("index.html", ".recap-events-dateline"), ("day/index.html", ".recap-opening-dateline")):
        [line] = built.html(page).select(selector)
        assert line.get_text() == f"{shown} · Kew"
    page = built.text("day/index.html")
    assert '"@type":"Event"' not in page
    assert "event.ics" not in page
    assert not (built.out / "day/event.ics").exists()
    assert json.loads(built.text("day/event.csl.json"))[0]["issued"] == {"date-parts": [parts]}
    assert f"<updated>{moment}T00:00:00Z</updated>" in built.text("feed.xml")
    assert json.loads(built.text("records.json"))["events"][0]["start"] == start


def test_a_month_must_exist(project: Project) -> None:
    built = project({"index.md": "# Home\n\n:::{event} event.yaml\n:::\n", "event.yaml": "name: A\nstart: 2021-13\n"})
    assert "event.yaml:2:8: ERROR: `start`: '2021-13' is not a valid month; check it, or write the year only" in (
        built.messages
    )
