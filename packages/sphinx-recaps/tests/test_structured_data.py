"""What search engines learn from a page, in the vocabulary of schema.org."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.published import BASE, CONF, EVENT, FILES, TEXT, tags

if TYPE_CHECKING:
    from tests.support import Built, Project


# What Google requires of each type: https://developers.google.com/search/docs/appearance/structured-data.
REQUIRED = {
    "BreadcrumbList": {"itemListElement"},
    "Clip": {"name", "startOffset", "url"},
    "DataDownload": {"contentUrl"},
    "Dataset": {"name", "description"},
    "Event": {"name", "startDate", "location"},
    "ListItem": {"position", "name"},
    "Person": {"name"},
    "Place": {"address"},
    "VideoObject": {"name", "thumbnailUrl", "uploadDate"},
    "VirtualLocation": {"url"},
}


def things(built: Built, page: str) -> dict[str, dict[str, Any]]:
    """Return the structured data of a page by type; all have what Google requires."""
    scripts = built.html(page).select("script[type='application/ld+json']")
    data = [json.loads(str(script.string)) for script in scripts]
    assert all(one["@context"] == "https://schema.org" for one in data)
    tops = [thing for one in data for thing in one.get("@graph", [one])]
    queue = list(tops)
    while queue:
        thing = queue.pop()
        if isinstance(thing, dict):
            assert REQUIRED.get(thing.get("@type", ""), set()) <= thing.keys()
            queue += thing.values()
        elif isinstance(thing, list):
            queue += thing
    return {thing["@type"]: thing for thing in tops}


def test_structured_data_of_an_event(published: Built) -> None:
    """Search engines learn when and where an event was, and which videos there are; data cannot end its element."""
    page = things(published, f"{EVENT}/index.html")
    event, video = page["Event"], page["VideoObject"]
    assert (event["startDate"], event["endDate"]) == ("2024-05-04", "2024-05-05")
    assert event["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert event["url"] == f"{BASE}{EVENT}/index.html"
    assert event["location"][0]["address"] == "Palm house, Botanical Garden"
    assert event["subEvent"][0]["startDate"] == "2024-05-04T07:00+00:00"
    assert video["name"] == "Opening </script><script>alert(1)</script>"
    assert (video["uploadDate"], video["duration"]) == ("2024-05-06", "PT3600S")
    clips = [(clip["name"], clip["startOffset"], clip["url"]) for clip in video["hasPart"]]
    (figure,) = published.html(f"{EVENT}/index.html").select("figure:has(.recap-chapters)")
    moment = f"{BASE}{EVENT}/index.html?t={{}}#{figure['id']}"
    assert clips == [("Welcome", 0, moment.format(0)), ("Pollination & more", 750, moment.format(750))]
    assert "unknown age" not in published.html(f"{EVENT}/index.html").select("script[type$=json]")[0].text


def test_structured_data_of_an_entry(published: Built) -> None:
    """A recorded talk is a video, another one a work; both have their people, with the pages of these, and a way up."""
    video = things(published, f"{EVENT}/talks/pollination.html")["VideoObject"]
    assert video["name"] == "Who pollinates {whom} & why — </script> 100 % naïve"
    assert (video["uploadDate"], video["duration"]) == ("2024-05-07", "PT900S")
    assert [person["url"] for person in video["author"]][:1] == [f"{BASE}people.html#person-ann-other"]
    page = things(published, f"{EVENT}/talks/roots.html")
    assert "datePublished" not in page["CreativeWork"], "it has no date, and the event has two days"
    way = page["BreadcrumbList"]["itemListElement"]
    assert [item.get("item") for item in way] == [f"{BASE}index.html", f"{BASE}{EVENT}/index.html", None]
    assert tags(published, f"{EVENT}/talks/pollination.html")["og:title"] == video["name"]


def test_talks_inside_a_recording(project: Project) -> None:
    """A recording has the talks in it as chapters, at their times on its page; the video of such a talk is that part.

    Without the day on which it was published, which search engines require, a recording has no ``VideoObject``.
    """
    talks = str(FILES[f"{EVENT}/talks.yaml"]) + "    part_of: pollination\n    start: '5:00'\n    end: '12:30'\n"
    built = project({**FILES, f"{EVENT}/talks.yaml": talks}, conf=f'{CONF}recap_publish = ["structured-data"]\n')
    whole = things(built, f"{EVENT}/talks/pollination.html")["VideoObject"]
    address = f"{BASE}{EVENT}/talks/pollination.html?t=300#video"
    assert whole["hasPart"] == [{"@type": "Clip", "name": "Roots", "startOffset": 300, "url": address}]
    part = things(built, f"{EVENT}/talks/roots.html")["VideoObject"]
    assert part["embedUrl"].endswith("MYE01-XaSZA?end=750&start=300")
    assert part["duration"] == "PT450S"
    assert built.html(f"{EVENT}/talks/pollination.html").select("figure#video")
    files = {f"{EVENT}/talks.yaml": talks.replace("    uploaded: 2024-05-07\n", "")}
    built = project(files, conf=f'{CONF}recap_publish = ["structured-data"]\n')
    assert [set(things(built, f"{EVENT}/talks/{name}.html")) for name in ("pollination", "roots")] == [
        {"CreativeWork", "BreadcrumbList"}
    ] * 2


def test_dataset(published: Built) -> None:
    """Search engines for data find the exports of a list; a page with too short a description offers none."""
    data = things(published, f"{EVENT}/index.html")["Dataset"]
    assert (data["name"], data["description"]) == ("Orchid Days", TEXT)
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    addresses = [file["contentUrl"] for file in data["distribution"]]
    assert addresses == [f"{BASE}{EVENT}/talks.json", f"{BASE}{EVENT}/talks.csv"]
    assert "Dataset" not in things(published, "index.html")


def test_breadcrumbs(published: Built) -> None:
    """The way to a page begins at the home page, which has none."""
    items = things(published, f"{EVENT}/index.html")["BreadcrumbList"]["itemListElement"]
    assert [(item["name"], item.get("item")) for item in items] == [
        ("Small project", f"{BASE}index.html"),
        ("Orchid Days", None),
    ]
    assert things(published, "index.html") == {}
