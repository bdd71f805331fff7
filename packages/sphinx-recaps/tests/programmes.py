"""Small programmes of the Orchid Days in every format, the entries that they become, and functions to import them."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import openpyxl
import yaml
from sphinx_recaps.data.loader import load_bytes
from sphinx_recaps.data.records import KINDS
from sphinx_recaps.importers.run import Options, Plan, plan_import

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EVENT = {
    "id": 7,
    "guid": "8079583e",
    "code": "G9JGWY",
    "date": "2024-03-15T09:00:00+01:00",
    "start": "09:00",
    "duration": "00:45",
    "room": "Palm House",
    "slug": "days-7-who",
    "url": "https://example.org/talk/G9JGWY/",
    "title": "Who pollinates&nbsp;whom",
    "subtitle": "A walk",
    "track": "Bees &amp; friends",
    "type": "Workshop",
    "language": "en",
    "abstract": "<p>Bees &amp; <b>orchids</b>.</p><ul><li>one</li><li>two</li></ul>",
    "description": "Mit KÃ¶pfchen.",
    "do_not_record": True,
    "persons": [{"public_name": "Dr. Ann  Other", "biography": "Grows"}, {"public_name": "TBA"}],
    "links": [{"title": "", "url": "https://github.com/example/bees"}],
    "attachments": [{"title": "Slides", "url": "/media/slides.pdf"}],
}
FRAB: dict[str, Any] = {
    "schedule": {
        "version": "0.3",
        "base_url": "https://example.org/schedule/",
        "conference": {
            "title": "Orchid Days 2024",
            "start": "2024-03-15",
            "end": "2024-03-16",
            "time_zone_name": "Europe/Berlin",
            "days": [{"date": "2024-03-15", "rooms": {"Palm House": [EVENT]}}],
        },
    }
}
WHO: dict[str, Any] = {
    "id": "who-pollinates-whom-a-walk",
    "title": "Who pollinates whom: A walk",
    "people": ["Ann Other"],
    "link": "https://example.org/talk/G9JGWY/",
    "date": "2024-03-15T09:00+01:00",
    "duration": "45 min",
    "links": [
        {"title": "Code", "url": "https://github.com/example/bees"},
        {"title": "Slides", "url": "https://example.org/media/slides.pdf"},
    ],
    "abstract": "Bees & **orchids**.\n\n- one\n- two\n\nMit Köpfchen.",
    "recording": "not recorded",
    "track": "Bees & friends",
    "format": "Workshop",
    "room": "Palm House",
    "language": "en",
}
XML = """<?xml version="1.0" encoding="UTF-8"?>
<schedule><version>0.3</version>
<conference><title>Orchid Days 2024</title><start>2024-03-15</start><end>2024-03-16</end>
<time_zone_name>Europe/Berlin</time_zone_name><base_url>https://example.org/schedule/</base_url></conference>
<day index="1" date="2024-03-15"><room name="Palm House"><event id="7" guid="8079583e">
<date>2024-03-15T09:00:00+01:00</date><start>09:00</start><duration>00:45</duration><room>Palm House</room>
<url>https://example.org/talk/G9JGWY/</url><title>Who pollinates&#160;whom</title><subtitle>A walk</subtitle>
<track>Bees &amp;amp; friends</track><type>Workshop</type><language>en</language>
<abstract>&lt;p&gt;Bees &amp;amp; &lt;b&gt;orchids&lt;/b&gt;.&lt;/p&gt;
&lt;ul&gt;&lt;li&gt;one&lt;/li&gt;&lt;li&gt;two&lt;/li&gt;&lt;/ul&gt;</abstract>
<description>Mit KÃ¶pfchen.</description><recording><license/><optout>true</optout></recording>
<persons><person id="1">Dr. Ann Other</person><person id="2">TBA</person></persons>
<links><link href="https://github.com/example/bees"></link></links>
<attachments><attachment href="/media/slides.pdf">Slides</attachment></attachments>
</event></room></day></schedule>"""
ICS = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Sched.com Orchid Days//EN
X-WR-CALNAME:Orchid Days 2024
X-WR-TIMEZONE:Europe/Berlin
BEGIN:VEVENT
DTSTAMP:20240401T101500Z
DTSTART:20240315T080000Z
DTEND:20240315T084500Z
SUMMARY:Moss - a field guide - Ann Other\\, Example Co & Bob Else\\, Other Ltd
DESCRIPTION:Soft &amp\\; green
CATEGORIES:KEYNOTE,BRYOLOGY
LOCATION:Palm House\\, 1 Garden Street\\, Example
UID:abc
URL:https://example.org/moss
END:VEVENT
BEGIN:VEVENT
DTSTAMP:20240401T101500Z
DTSTART:20240315T100000Z
DTEND:20240315T103000Z
SUMMARY:Lunch
LOCATION:Café\\, 1 Garden Street\\, Example
UID:def
END:VEVENT
END:VCALENDAR
"""
MOSS: dict[str, Any] = {
    "id": "moss-a-field-guide",
    "title": "Moss - a field guide",
    "people": ["Ann Other", "Bob Else"],
    "topics": ["Bryology"],
    "link": "https://example.org/moss",
    "date": "2024-03-15T09:00+01:00",
    "duration": "45 min",
    "affiliation": "Example Co, Other Ltd",
    "abstract": "Soft & green",
    "room": "Palm House",
}
ALL = {
    "sessions": [
        {"id": "1", "title": "Roots", "description": "Deep.", "startsAt": "2024-03-15T10:00:00", "endsAt":
         "2024-03-15T10:30:00", "speakers": ["u1"], "categoryItems": [5, 6, 7], "roomId": 3, "status": "Accepted",
         "recordingUrl": "https://www.youtube.com/watch?v=aqz-KE-bpKQ", "isServiceSession": False},
        {"id": "2", "title": "Snacks", "isServiceSession": True},
        {"id": "3", "title": "Weeds", "status": "Declined"},
    ],
    "speakers": [{"id": "u1", "firstName": "Ann", "lastName": "Other", "fullName": "Ann Other", "bio": "Grows",
                  "tagLine": "Head gardener, Example Co"}],
    "categories": [{"title": "Track", "items": [{"id": 5, "name": "Soil"}]},
                   {"title": "Tags", "items": [{"id": 6, "name": "Mycorrhiza"}]},
                   {"title": "Level", "items": [{"id": 7, "name": "Beginner"}]}],
    "rooms": [{"id": 3, "name": "Hut"}],
}  # fmt: skip
ROOTS: dict[str, Any] = {
    "id": "roots",
    "title": "Roots",
    "people": ["Ann Other"],
    "topics": ["Mycorrhiza"],
    "video": "https://www.youtube.com/watch?v=aqz-KE-bpKQ",
    "date": "2024-03-15T10:00",
    "duration": "30 min",
    "role": "Head gardener",
    "affiliation": "Example Co",
    "abstract": "Deep.",
    "track": "Soil",
    "room": "Hut",
}
GRID_SESSION = {
    "id": "1", "title": "Roots", "startsAt": "2024-03-15T10:00:00", "endsAt": "2024-03-15T10:30:00", "room": "Hut",
    "speakers": [{"id": "u1", "name": "Ann Other"}],
    "categories": [{"name": "Track", "categoryItems": [{"id": 5, "name": "Soil"}]}],
}  # fmt: skip
SHORT_ROOTS = {key: ROOTS[key] for key in ("id", "title", "people", "date", "duration", "track", "room")}
SUBMISSIONS = {
    "count": 2,
    "next": None,
    "results": [
        {"code": "G9JGWY", "title": "Who", "submission_type": {"en": "Keynote", "de": "Hauptvortrag"}, "state":
         "confirmed", "track": {"en": "Bees"}, "duration": 45, "content_locale": "de", "tags": ["soil"], "speakers":
         [{"code": "X", "name": "Ann Other", "email": "a@example.org"}], "slot": {"start": "2024-03-15T09:00:00+01:00",
         "end": "2024-03-15T09:45:00+01:00", "room": {"name": {"en": "Hut"}}},
         "resources": [{"resource": "https://example.org/bees.pdf", "description": "Slides"}]},
        {"code": "ZZZ", "title": "No", "submission_type": "Talk", "state": "rejected", "speakers": []},
    ],
}  # fmt: skip
PRETALX: dict[str, Any] = {
    "id": "who",
    "title": "Who",
    "people": ["Ann Other"],
    "topics": ["soil"],
    "date": "2024-03-15T09:00+01:00",
    "duration": "45 min",
    "links": [{"title": "Slides", "url": "https://example.org/bees.pdf"}],
    "track": "Bees",
    "room": "Hut",
    "language": "de",
}
CSV = """\
No;Title;Speaker(s);Company;Day;Time;Length;Slides;Kind;Remark
A1;"Ferns; and more";Ann Other;Example Co;15.03.2024;9:30;45;example.org/f.pdf;Poster;nice
;;Nobody;;;;;;;
A2;Trees;Bob Else and Cy Three;Other Ltd;15.03.2024;10:30 am;;;Poster;
"""
FERNS: dict[str, Any] = {
    "id": "A1",
    "title": "Ferns; and more",
    "people": ["Ann Other"],
    "date": "2024-03-15T09:30",
    "duration": "45 min",
    "links": [{"title": "Slides", "url": "https://example.org/f.pdf"}],
    "affiliation": "Example Co",
}
TREES: dict[str, Any] = {
    "id": "A2",
    "title": "Trees",
    "people": ["Bob Else", "Cy Three"],
    "date": "2024-03-15T10:30",
    "affiliation": "Other Ltd",
}
PLAYLIST = {
    "_type": "playlist", "title": "Orchid Days 2024", "webpage_url": "https://www.youtube.com/playlist?list=PLx",
    "epoch": 1712000000, "extractor": "youtube:tab",
    "entries": [
        {"id": "aqz-KE-bpKQ", "title": "Roots - Ann Other, Example Co", "upload_date": "20240320", "duration": 1805,
         "webpage_url": "https://www.youtube.com/watch?v=aqz-KE-bpKQ",
         "description": "Deep.\n0:00 Start\n5:00 End\n#soil",
         "chapters": [{"start_time": 0, "end_time": 300, "title": "Start"}, {"start_time": 300.0, "title": "End"}]},
        {"id": "x", "title": "[Private video]"},
    ],
}  # fmt: skip
WATCHED: dict[str, Any] = {
    "id": "roots",
    "title": "Roots",
    "people": ["Ann Other"],
    "video": "https://www.youtube.com/watch?v=aqz-KE-bpKQ",
    "uploaded": "2024-03-20",
    "duration": "0:30:05",
    "affiliation": "Example Co",
    "abstract": "Deep.",
    "chapters": "0:00 Start\n5:00 End",
}
LONG_VIDEO = {
    "id": "aqz-KE-bpKQ", "title": "Morning", "webpage_url": "https://www.youtube.com/watch?v=aqz-KE-bpKQ", "extractor":
    "youtube", "upload_date": "20240320", "duration": 7200, "chapters": [
        {"start_time": 0, "end_time": 3661, "title": "Moss - Ann Other, Example Co"},
        {"start_time": 3661, "end_time": 7200, "title": "Roots - Bob Else, Other Ltd"}],
}  # fmt: skip
PARTS = [
    {"id": "moss", "title": "Moss", "people": ["Ann Other"], "affiliation": "Example Co",
     "part_of": "video-aqz-KE-bpKQ", "start": "0:00", "end": "1:01:01"},
    {"id": "roots", "title": "Roots", "people": ["Bob Else"], "affiliation": "Other Ltd",
     "part_of": "video-aqz-KE-bpKQ", "start": "1:01:01", "end": "2:00:00"},
]  # fmt: skip
PYVIDEO = {
    "description": "", "duration": 1095, "language": "eng", "recorded": "2024-03-15", "related_urls": [],
    "speakers": ["Ann Other"], "tags": ["soil"], "thumbnail_url": "https://example.org/t.jpg", "title": "Roots",
    "videos": [{"type": "youtube", "url": "https://www.youtube.com/watch?v=aqz-KE-bpKQ"}],
}  # fmt: skip
RUBY = """\
- id: "morning"
  title: "Lightning talks"
  date: "2024-03-15"
  video_provider: "youtube"
  video_id: "aqz-KE-bpKQ"
  talks:
    - id: "roots"
      title: "Roots"
      video_provider: "parent"
      start_cue: "01:10"
      end_cue: "05:00"
      speakers:
        - Ann Other
- id: "weeds"
  title: "Weeds"
  date: "2024-03-15"
  video_provider: "not_recorded"
  slides_url: "https://example.org/weeds"
"""
RUBY_ENTRIES = [
    {"id": "lightning-talks", "title": "Lightning talks", "video": "https://www.youtube.com/watch?v=aqz-KE-bpKQ",
     "date": "2024-03-15"},
    {"id": "roots", "title": "Roots", "people": ["Ann Other"], "part_of": "lightning-talks", "start": "1:10",
     "end": "5:00"},
    {"id": "weeds", "title": "Weeds", "date": "2024-03-15", "links": [{"title": "Slides", "url":
     "https://example.org/weeds"}], "recording": "not recorded"},
]  # fmt: skip
POSTERS = """\
- section: A1
  title: Ferns
  authors: [Ann Other, Bob Else]
  poster_link: https://example.org/a1.pdf
"""


def imported(tmp_path: Path, name: str, data: object, **options: Any) -> Plan:
    """Return what importing a file changes in a new folder."""
    path = tmp_path / name
    path.write_bytes(
        data if isinstance(data, bytes) else (data if isinstance(data, str) else json.dumps(data)).encode()
    )
    options = {"kinds": KINDS, "start": None, **options}
    return plan_import([path], tmp_path / "2024-orchid-days", Options(**options), lambda _: None)


def entries_of(plan: Plan, name: str) -> list[dict[str, Any]]:
    """Return the entries in a new data file, which has no mistakes."""
    text = plan.texts[name]
    assert load_bytes(text.encode()).problems == ()
    entries: list[dict[str, Any]] = yaml.load(text, yaml.BaseLoader)["entries"]
    return entries


def workbook(fill: Callable[[Any], object]) -> bytes:
    """Return an XLSX file whose sheet a function fills."""
    book = openpyxl.Workbook()
    fill(book.active)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
