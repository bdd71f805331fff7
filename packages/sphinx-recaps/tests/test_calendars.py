"""Calendars of events, sessions and talks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import icalendar

from tests.published import CONF, EVENT, FILES

if TYPE_CHECKING:
    from tests.support import Built, Project


def test_calendar(published: Built) -> None:
    """A calendar has the days of the event, its sessions and its talks with their times, and the same ids each time."""
    calendar = icalendar.Calendar.from_ical((published.out / EVENT / "event.ics").read_bytes())
    whole, session = calendar.walk("VEVENT")
    assert (whole.decoded("dtstart"), whole.decoded("dtend")) == (dt.date(2024, 5, 4), dt.date(2024, 5, 6))
    assert str(whole["location"]) == "Palm house, Botanical Garden"
    assert session.decoded("dtstart") == dt.datetime(2024, 5, 4, 7, tzinfo=dt.UTC)
    assert session.decoded("dtstamp") == dt.datetime(2024, 5, 4, tzinfo=dt.UTC)
    alone = icalendar.Calendar.from_ical((published.out / EVENT / "event-morning-session.ics").read_bytes())
    assert [item["uid"] for item in alone.walk("VEVENT")] == [session["uid"]]
    (talk,) = icalendar.Calendar.from_ical((published.out / EVENT / "talks.ics").read_bytes()).walk("VEVENT")
    assert talk.decoded("dtend") - talk.decoded("dtstart") == dt.timedelta(minutes=15)
    links = [str(link["href"]) for link in published.html(f"{EVENT}/index.html").select(".recap-formats a")]
    assert {"event.ics", "event-morning-session.ics", "talks.ics"} <= {*links}


def test_only_lists_with_times_have_a_calendar(project: Project) -> None:
    """A list without a time of day has none, and no link to one."""
    talks = str(FILES[f"{EVENT}/talks.yaml"]).replace("    date: 2024-05-04T09:00+02:00\n", "    date: 2024-05-04\n")
    built = project({**FILES, f"{EVENT}/talks.yaml": talks}, conf=f'{CONF}recap_publish = ["calendars"]\n')
    links = [str(link["href"]) for link in built.html(f"{EVENT}/index.html").select(".recap-formats a")]
    assert links == ["event.ics", "event-morning-session.ics"]
    assert {path.name for path in built.out.rglob("*.ics")} == {*links}
