"""What a site publishes for programs: it says what the records say, whatever is in them, and stays current."""

from __future__ import annotations

import csv
import datetime as dt
import json
from io import StringIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import feedparser
import icalendar
import jsonschema
import pytest
import yaml
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors, SplitNameParts
from PIL import Image
from sphinx_recaps.core.language import shortened
from sphinx_recaps.publish import names
from sphinx_recaps.publish.bibtex import bibtex
from sphinx_recaps.publish.citations import Work, split_name
from sphinx_recaps.publish.pictures import LEADING, TITLE_HEIGHT, WIDTH, drawn, fitted, width_of

from tests.support import small_project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Built, Files, Project

BASE = "https://garden.example/en/latest/"
CONF = f'recap_entry_pages = True\nhtml_baseurl = "{BASE}"\nrecap_licence = "https://creativecommons.org/licenses/by/4.0/"\n'
SVG = "http://www.w3.org/2000/svg"
TEXT = "Two days of orchids, with talks and walks through the palm house."
EVENT = "recaps/2024-orchid-days"
FILES: Files = {
    "index.md": """\
# Orchids & "friends"

Welcome to *the* garden[^1] of orchids.

[^1]: A note.

```{toctree}
recaps/2024-orchid-days/index
```
""",
    f"{EVENT}/index.md": """\
# Orchid Days

:::{event} event.yaml
:::

Two days of orchids, with talks and walks through the palm house.

:::{youtube} https://www.youtube.com/watch?v=MYE01-XaSZA
:title: Opening </script><script>alert(1)</script>
:date: 2024-05-04
:duration: 1:00:00

- 0:00 Welcome
- 12:30 Pollination & more
:::

:::{youtube} https://www.youtube.com/watch?v=CjU_6OaYKpw
:title: A video of unknown age
:::

:::{catalogue} talks.yaml
:::
""",
    f"{EVENT}/event.yaml": """\
name: Orchid Days 2024
start: 2024-05-04
end: 2024-05-05
place: Palm house, Botanical Garden
mode: hybrid
summary: All about orchids.
sessions:
  - name: Morning session
    start: 2024-05-04T07:00Z
    end: 2024-05-04T10:00Z
    timezone: Europe/Berlin
""",
    f"{EVENT}/talks.yaml": """\
kind: session
entries:
  - id: pollination
    title: 'Who pollinates {whom} & why — </script> 100 % naïve'
    people: [Ann Other, Łukasz Kåre]
    topics: [Pollination]
    summary: '=cmd|calc'
    video: https://www.youtube.com/watch?v=MYE01-XaSZA
    date: 2024-05-04T09:00+02:00
    duration: 15 min
  - id: roots
    title: Roots
    people: [Ann Other]
    topics: [Roots, Pollination]
    link: https://example.org/roots
""",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return the built project, which tests must not change."""
    result = small_project(tmp_path_factory.mktemp("publish"))(FILES, conf=CONF)
    assert result.messages == ""
    return result


def tags(built: Built, page: str) -> dict[str, str]:
    """Return the OpenGraph and Twitter tags of a page."""
    metas = built.html(page).select("head meta[property], head meta[name^=twitter]")
    return {str(meta.get("property") or meta["name"]): str(meta["content"]) for meta in metas}


def locations(built: Built) -> list[str]:
    """Return the addresses in the sitemap."""
    return [str(loc.text) for loc in ET.fromstring(built.text("sitemap.xml")).iter() if loc.tag.endswith("}loc")]


# -- Previews ----------------------------------------------------------------------------------------------------------


def test_preview(built: Built) -> None:
    """A page that is shared has its title, the start of its text, its address; footnote marks are not text."""
    assert tags(built, "index.html") == {
        "og:title": "Orchids & “friends”",
        "og:description": "Welcome to the garden of orchids.",
        "og:type": "website",
        "og:url": f"{BASE}index.html",
        "og:site_name": "Small project",
        "twitter:card": "summary_large_image",
        "og:image": f"{BASE}preview.png",
    }
    assert tags(built, f"{EVENT}/index.html")["og:description"] == "4–5 May 2024 · " + TEXT
    assert tags(built, "people.html")["og:title"] == "People"


def test_canonical_address(built: Built) -> None:
    """Every page says where it belongs, also those without a source file, and it is the address in the sitemap."""
    entries = (f"{EVENT}/talks/pollination.html", f"{EVENT}/talks/roots.html")
    pages = ("index.html", f"{EVENT}/index.html", *entries, "people.html", "topics.html")
    links = [link for page in pages for link in built.html(page).select("link[rel=canonical]")]
    assert [link["href"] for link in links] == [f"{BASE}{page}" for page in pages]
    assert locations(built) == sorted(str(link["href"]) for link in links)


# -- Pictures ----------------------------------------------------------------------------------------------------------


def test_pictures(built: Built) -> None:
    """The site, each event and each entry have a picture in the size that services show at full width."""
    pages = ("index.html", f"{EVENT}/index.html", f"{EVENT}/talks/pollination.html", f"{EVENT}/talks/roots.html")
    names = [tags(built, page)["og:image"].removeprefix(BASE) for page in pages]
    assert names == [
        "preview.png",
        f"{EVENT}/event.png",
        f"{EVENT}/talks/pollination.png",
        f"{EVENT}/talks/roots.png",
    ]
    contents = set()
    for name in names:
        with Image.open(built.out / name) as image:
            assert (image.format, image.size) == ("PNG", (1200, 630))
            contents.add(image.tobytes())
    assert len(contents) == len(names)


def test_pictures_of_an_archive(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """With thousands of entries, which would take minutes to draw, the page of each shows the picture of its event."""
    monkeypatch.setattr(names, "MOST_PICTURES", 1)
    built = project(FILES, conf=f'{CONF}recap_publish = ["previews", "pictures"]\n')
    assert tags(built, f"{EVENT}/talks/roots.html")["og:image"] == f"{BASE}{EVENT}/event.png"
    assert {path.name for path in (built.out / EVENT).rglob("*.png")} == {"event.png"}


@pytest.mark.parametrize(
    "title",
    [
        "Roots",
        "How to keep orchids alive on a windowsill " * 3,
        "W" * 200,
        "兰花" * 80,
        "a " * 400,
        "Ünïçödé Ωμέγα Привет",
    ],
)
def test_titles_fit_their_picture(title: str) -> None:
    """Any title is within the picture, as large as possible, and nothing is below its place."""
    size, lines = fitted(title)
    assert all(width_of(line) * size <= WIDTH for line in lines)
    assert len(lines) * size * LEADING <= TITLE_HEIGHT
    shown = "".join(lines).replace(" ", "")
    whole = title.replace(" ", "")
    assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))


def test_a_picture_shows_its_texts() -> None:
    """The font of the package has the letters of European languages, and draws them without those of the computer."""
    texts = ["Łódź", "Ωμέγα", "Привет", "naïve"]
    start = f'<svg xmlns="{SVG}" width="400" height="80" font-family="DejaVu Sans">'
    pictures = [drawn(f'{start}<text y="60" font-size="40">{text}</text></svg>') for text in texts]
    empty = drawn(f"{start}</svg>")
    assert len({*pictures, empty}) == 5


def test_pictures_of_the_next_build(project: Project) -> None:
    """A picture is drawn again when its texts change, also with a template of the project, and goes with its entry."""
    conf = f'{CONF}recap_publish = ["previews", "pictures"]\ntemplates_path = ["_templates"]\n'
    folder = project(FILES, conf=conf).out / EVENT / "talks"
    before = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.png")}
    changed = str(FILES[f"{EVENT}/talks.yaml"]).replace("title: Roots", "title: Old roots")
    project({f"{EVENT}/talks.yaml": changed}, conf=conf)
    after = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.png")}
    assert {name for name in before if before[name] != after[name]} == {"roots.png"}
    own = '<svg xmlns="{{ svg }}" width="1200" height="630"><rect width="1200" height="630" fill="red"/></svg>'
    less = changed.partition("  - id: roots")[0]
    project({f"{EVENT}/talks.yaml": less, "_templates/recap-preview.svg": own.replace("{{ svg }}", SVG)}, conf=conf)
    assert [path.name for path in folder.glob("*.png")] == ["pollination.png"]
    with Image.open(folder / "pollination.png") as image:
        assert image.convert("RGB").getpixel((600, 300)) == (255, 0, 0)


# -- Structured data ---------------------------------------------------------------------------------------------------

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


def test_structured_data_of_an_event(built: Built) -> None:
    """Search engines learn when and where an event was, and which videos there are; data cannot end its element."""
    page = things(built, f"{EVENT}/index.html")
    event, video = page["Event"], page["VideoObject"]
    assert (event["startDate"], event["endDate"]) == ("2024-05-04", "2024-05-05")
    assert event["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert event["url"] == f"{BASE}{EVENT}/index.html"
    assert event["location"][0]["address"] == "Palm house, Botanical Garden"
    assert event["subEvent"][0]["startDate"] == "2024-05-04T07:00+00:00"
    assert video["name"] == "Opening </script><script>alert(1)</script>"
    assert (video["uploadDate"], video["duration"]) == ("2024-05-04", "PT3600S")
    clips = [(clip["name"], clip["startOffset"], clip["url"].partition("&")[2]) for clip in video["hasPart"]]
    assert clips == [("Welcome", 0, ""), ("Pollination & more", 750, "t=750s")]
    assert "unknown age" not in json.dumps(page)


def test_structured_data_of_an_entry(built: Built) -> None:
    """A recorded talk is a video, another one a work; both have their people, with the pages of these, and a way up."""
    video = things(built, f"{EVENT}/talks/pollination.html")["VideoObject"]
    assert video["name"] == "Who pollinates {whom} & why — </script> 100 % naïve"
    assert (video["uploadDate"], video["duration"]) == ("2024-05-04T09:00+02:00", "PT900S")
    assert [person["url"] for person in video["author"]][:1] == [f"{BASE}people.html#person-ann-other"]
    page = things(built, f"{EVENT}/talks/roots.html")
    assert page["CreativeWork"]["datePublished"] == "2024-05-04"
    way = page["BreadcrumbList"]["itemListElement"]
    assert [item.get("item") for item in way] == [f"{BASE}index.html", f"{BASE}{EVENT}/index.html", None]
    assert tags(built, f"{EVENT}/talks/pollination.html")["og:title"] == video["name"]


def test_talks_inside_a_recording(project: Project) -> None:
    """A recording has the talks in it as chapters, which go to their pages; the video of such a talk is that part."""
    talks = str(FILES[f"{EVENT}/talks.yaml"]) + "    part_of: pollination\n    start: '5:00'\n    end: '12:30'\n"
    built = project({**FILES, f"{EVENT}/talks.yaml": talks}, conf=f'{CONF}recap_publish = ["structured-data"]\n')
    whole = things(built, f"{EVENT}/talks/pollination.html")["VideoObject"]
    address = f"{BASE}{EVENT}/talks/roots.html"
    assert whole["hasPart"] == [{"@type": "Clip", "name": "Roots", "startOffset": 300, "url": address}]
    part = things(built, f"{EVENT}/talks/roots.html")["VideoObject"]
    assert part["embedUrl"].endswith("MYE01-XaSZA?end=750&start=300")
    assert part["duration"] == "PT450S"


def test_dataset(built: Built) -> None:
    """Search engines for data find the exports of a list; a page with too short a description offers none."""
    data = things(built, f"{EVENT}/index.html")["Dataset"]
    assert (data["name"], data["description"]) == ("Orchid Days", TEXT)
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    addresses = [file["contentUrl"] for file in data["distribution"]]
    assert addresses == [f"{BASE}{EVENT}/talks.json", f"{BASE}{EVENT}/talks.csv"]


def test_breadcrumbs(built: Built) -> None:
    """The way to a page begins at the home page, which has none."""
    items = things(built, f"{EVENT}/index.html")["BreadcrumbList"]["itemListElement"]
    assert [(item["name"], item.get("item")) for item in items] == [
        ("Small project", f"{BASE}index.html"),
        ("Orchid Days", None),
    ]
    assert things(built, "index.html") == {}


# -- Citations ---------------------------------------------------------------------------------------------------------


def test_citation_on_a_page(built: Built) -> None:
    """A reader finds a sentence to quote, and files for a citation manager, without a script."""
    page = built.html(f"{EVENT}/index.html")
    cite = page.select_one(".recap-formats .recap-cite p")
    address = f"{BASE}{EVENT}/index.html"
    assert cite
    assert cite.text == f"Orchid Days 2024 (2024). Palm house, Botanical Garden, 4–5 May 2024. {address}"
    files = [str(link["href"]) for link in page.select(".recap-formats a")]
    assert all((built.out / EVENT / name).is_file() for name in files)
    assert {"event.bib", "event.csl.json", "talks.bib", "talks.csl.json", "talks.json", "talks.csv"} <= {*files}
    assert not built.html("index.html").select(".recap-formats")


def test_citation_of_an_entry(built: Built) -> None:
    """The page of an entry has its citation, with a file for itself."""
    page = built.html(f"{EVENT}/talks/roots.html")
    cite = page.select_one(".recap-cite")
    assert cite
    assert "Ann Other (2024). Roots. Session, Orchid Days 2024, 4–5 May 2024." in cite.text
    assert [link["href"] for link in cite.select("a")] == ["roots.bib", "roots.csl.json"]
    (work,) = json.loads(built.text(f"{EVENT}/talks/roots.csl.json"))
    assert work["URL"] == f"{BASE}{EVENT}/talks/roots.html"
    assert "@misc{2024-orchid-days-session-roots," in built.text(f"{EVENT}/talks/roots.bib")
    assert page.select("script[src*='recap-cite.js'][data-words*=Copy]")


def test_bibtex(built: Built) -> None:
    """Another parser reads the same names and titles, with their accents, braces and signs."""
    decode = [LatexDecodingMiddleware(), SeparateCoAuthors(), SplitNameParts()]
    library = parse_string(built.text(f"{EVENT}/talks.bib"), append_middleware=decode)
    assert not library.failed_blocks
    first = library.entries_dict["2024-orchid-days-session-pollination"]
    assert first["title"].replace("{\\ensuremath", "") == "Who pollinates {whom} & why — </script> 100 % naïve"
    assert [(name.first, name.last) for name in first["author"]] == [(["Ann"], ["Other"]), (["Łukasz"], ["Kåre"])]
    assert (first["year"], first["month"]) == ("2024", "5")
    assert f'url = "{BASE}{EVENT}/talks/pollination.html"' in built.text(f"{EVENT}/talks.bib")


@pytest.mark.parametrize(
    "text", ["{", "}{", "a } b", "\\", "100 % & $5 #1 _x_ ~", '"quoted"', "@misc{x,", "naïve 张伟"]
)
def test_bibtex_of_any_title(text: str) -> None:
    """No title breaks the file; signs that TeX uses are kept, braces without a partner become parentheses."""
    work = Work("key", text, [text], "Talk", "speech", text, None, None, "https://garden.example/a_b%20c")
    library = parse_string(bibtex([work]), append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    balanced = text if text.count("{") == text.count("}") and text[0] != "}" else text.translate({123: "(", 125: ")"})
    assert library.entries_dict["key"]["title"] == balanced


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ann Other", ("Ann", "", "Other")),
        ("Ludwig van Beethoven", ("Ludwig", "van", "Beethoven")),
        ("Ana de la Cruz", ("Ana", "de la", "Cruz")),
        ("bell hooks", ("bell", "", "hooks")),
        ("张伟", ("", "", "张伟")),
        ("Roots AND Shoots", ("", "", "Roots AND Shoots")),
        ("Dr. Jung Kyung Hong", ("Jung Kyung", "", "Hong")),
        ("Palm House Team", ("", "", "Palm House Team")),
        ("Other J.", ("", "", "Other J.")),
        ("김 민준", ("", "", "김 민준")),
    ],
)
def test_names_in_citations(name: str, parts: tuple[str, str, str]) -> None:
    """Citation managers sort by the family name."""
    assert split_name(name) == parts


def test_files_of_the_same_name_are_reported(project: Project) -> None:
    """The first one is published, in each build."""
    data = "kind: session\nentries:\n  - id: {id}\n    title: One\n"
    files = {
        **FILES,
        "lists.md": "---\norphan: true\n---\n\n# Lists\n\n:::{catalogue} a.yaml\n:::\n\n:::{catalogue} A.yml\n:::\n",
        "a.yaml": data.format(id="one"),
        "A.yml": data.format(id="other"),
    }
    conf = f'{CONF}recap_publish = ["exports"]\n'
    first = project(files, conf=conf)
    assert first.messages.count(".json; rename one of their sources") == 1
    (published,) = [path for path in first.out.glob("*.json") if path.stem.casefold() == "a"]
    content = published.read_bytes()
    assert project(conf=conf).messages == first.messages
    assert published.read_bytes() == content


@pytest.mark.parametrize("text", ["蘭の花" * 100, "Orchids and " * 100, "Short."])
def test_descriptions_are_whole_words_where_there_are_spaces(text: str) -> None:
    short = shortened(text, 200)
    assert text.strip().startswith(short.removesuffix("…"))
    assert 190 < len(short) <= 200 or short == text
    assert short.endswith(("s…", "d…", "花…", "蘭…", "の…", "Short."))


def test_csl(built: Built) -> None:
    """The form for Zotero and pandoc has names in parts, dates as numbers, and the event."""
    (event,) = json.loads(built.text(f"{EVENT}/event.csl.json"))
    first, second = json.loads(built.text(f"{EVENT}/talks.csl.json"))
    assert event["issued"] == {"date-parts": [[2024, 5, 4], [2024, 5, 5]]}
    assert first["author"] == [{"family": "Other", "given": "Ann"}, {"family": "Kåre", "given": "Łukasz"}]
    assert (first["type"], first["genre"], first["event-title"]) == ("speech", "Session", "Orchid Days 2024")
    assert first["issued"] == {"date-parts": [[2024, 5, 4]]}
    assert second["URL"] == f"{BASE}{EVENT}/talks/roots.html"


# -- Feeds and calendars -----------------------------------------------------------------------------------------------


def feed(built: Built, name: str) -> Any:  # noqa: ANN401 (of feedparser, which has no types)
    """Return a feed as another program reads it."""
    parsed = feedparser.parse((built.out / name).read_bytes())
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert parsed.feed.id == f"{BASE}{name}"
    return parsed


def test_feed_of_the_site(built: Built) -> None:
    """The feed has events and entries, the newest first, dated by their records, with addresses that never change."""
    items = feed(built, "feed.xml").entries
    talks = f"{BASE}{EVENT}/talks"
    assert [item.id for item in items] == [f"{talks}#pollination", f"{BASE}{EVENT}/event", f"{talks}#roots"]
    assert [item.updated for item in items] == ["2024-05-04T07:00:00Z", *["2024-05-04T00:00:00Z"] * 2]
    assert items[0].title_detail.value == "Who pollinates {whom} & why — </script> 100 % naïve"
    assert [author.name for author in items[0].authors] == ["Ann Other", "Łukasz Kåre"]


def test_feeds_to_follow(built: Built) -> None:
    """An event, a topic and a person can be followed; programs find the feed of a page in its head."""
    assert len(feed(built, f"{EVENT}/event.atom").entries) == 3
    assert [item.title for item in feed(built, "topics/roots.atom").entries] == ["Roots"]
    assert len(feed(built, "people/lukasz-kare.atom").entries) == 1
    link = built.html("people.html").select_one("#person-lukasz-kare a[href$='.atom']")
    assert link
    assert link["href"] == "people/lukasz-kare.atom"
    for page, name in (("index.html", "feed.xml"), (f"{EVENT}/index.html", "event.atom")):
        links = built.html(page).select("head link[rel=alternate][type='application/atom+xml']")
        assert [link["href"] for link in links] == [name]


def test_every_feed_that_is_linked_exists(project: Project) -> None:
    """Nobody is sent to a feed that has nothing: what is without any date is in none, and its people have none."""
    pages = {
        **FILES,
        "shelf.md": "---\norphan: true\n---\n\n# Shelf\n\n:::{catalogue} shelf.yaml\n:::\n",
        "shelf.yaml": "kind: resource\nentries: [{id: book, title: Book, people: [Nell Undated, Ann Other]}]\n",
    }
    built = project(pages, conf=f'{CONF}recap_publish = ["feeds"]\n')
    links = built.html("people.html").select("a[href$='.atom']")
    assert [link["aria-label"] for link in links] == ["Feed: Ann Other", "Feed: Łukasz Kåre"]
    assert all((built.out / str(link["href"])).is_file() for link in links)
    assert {path.name for path in (built.out / "people").iterdir()} == {"ann-other.atom", "lukasz-kare.atom"}


def test_calendar(built: Built) -> None:
    """A calendar has the days of the event, its sessions and its talks with their times, and the same ids each time."""
    calendar = icalendar.Calendar.from_ical((built.out / EVENT / "event.ics").read_bytes())
    whole, session = calendar.walk("VEVENT")
    assert (whole.decoded("dtstart"), whole.decoded("dtend")) == (dt.date(2024, 5, 4), dt.date(2024, 5, 6))
    assert str(whole["location"]) == "Palm house, Botanical Garden"
    assert session.decoded("dtstart") == dt.datetime(2024, 5, 4, 7, tzinfo=dt.UTC)
    assert session.decoded("dtstamp") == dt.datetime(2024, 5, 4, tzinfo=dt.UTC)
    alone = icalendar.Calendar.from_ical((built.out / EVENT / "event-morning-session.ics").read_bytes())
    assert [item["uid"] for item in alone.walk("VEVENT")] == [session["uid"]]
    (talk,) = icalendar.Calendar.from_ical((built.out / EVENT / "talks.ics").read_bytes()).walk("VEVENT")
    assert talk.decoded("dtend") - talk.decoded("dtstart") == dt.timedelta(minutes=15)
    links = [str(link["href"]) for link in built.html(f"{EVENT}/index.html").select(".recap-formats a")]
    assert {"event.ics", "event-morning-session.ics", "event.atom"} <= {*links}


# -- Exports -----------------------------------------------------------------------------------------------------------


def test_json_exports(built: Built) -> None:
    """A list has every value of its data file, its licence and addresses, as its schema says; so has everything."""
    schema = json.loads(built.text("records.schema.json"))
    talks, everything = (json.loads(built.text(name)) for name in (f"{EVENT}/talks.json", "records.json"))
    for export in (talks, everything):
        jsonschema.Draft202012Validator(schema).validate(export)
        assert export["license"] == "https://creativecommons.org/licenses/by/4.0/"
        assert export["$schema"] == f"{BASE}records.schema.json"
    written = yaml.safe_load(str(FILES[f"{EVENT}/talks.yaml"]))["entries"]
    assert [entry.keys() - {"url"} for entry in talks["entries"]] == [entry.keys() for entry in written]
    assert talks["entries"][0]["date"] == "2024-05-04T09:00+02:00"
    assert talks["entries"][1]["url"] == f"{BASE}{EVENT}/talks/roots.html"
    assert everything["lists"] == [talks]
    assert everything["events"][0]["sessions"][0]["start"] == "2024-05-04T07:00+00:00"


def test_csv_exports(built: Built) -> None:
    """A spreadsheet shows the letters as they are, and calculates nothing that an entry has."""
    data = (built.out / EVENT / "talks.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["id"] for row in rows] == ["pollination", "roots"]
    assert rows[0]["summary"] == "'=cmd|calc"
    assert rows[0]["people"] == "Ann Other; Łukasz Kåre"
    assert (built.out / "records.csv").read_bytes() == data


# -- Pages for servers and search engines ------------------------------------------------------------------------------


def test_not_found(built: Built) -> None:
    """The page for missing addresses works at any depth, and all that it links to exists."""
    page = built.html("404.html")
    links = [str(node.get("href") or node.get("action")) for node in page.select("[href], [action]")]
    root = urlsplit(BASE).path
    assert all(link.startswith(root) for link in links)
    assert all((built.out / link.removeprefix(root)).is_file() for link in links)
    assert page.select_one("meta[name=robots][content=noindex]")


# -- Builds ------------------------------------------------------------------------------------------------------------


def contents(folder: Path) -> dict[str, bytes]:
    """Return the published files, which have no page of the theme."""
    kinds = (
        "*.xml",
        "404.html",
        "preview.png",
        "recaps/**/*.png",
        "*.atom",
        "*.bib",
        "*.csv",
        "*.ics",
        "recaps/**/*.json",
        "records*.json",
    )
    return {path.relative_to(folder).as_posix(): path.read_bytes() for kind in kinds for path in folder.rglob(kind)}


def test_next_builds(project: Project) -> None:
    """An incremental build publishes the same as a clean one, without an address or a format nothing is left over."""
    project({**FILES, "more.md": "---\norphan: true\n---\n\n# More\n"}, conf=CONF)
    (project.root / "more.md").unlink()
    changed = {**FILES, "new.md": "---\norphan: true\n---\n\n# New\n"}
    second = project(changed, conf=CONF)
    assert f"{BASE}new.html" in locations(second)
    assert f"{BASE}more.html" not in locations(second)
    before = contents(second.out)
    assert before == contents(project(changed, "html", "-E", "-a", conf=CONF).out)
    without = project(conf=f'{CONF}recap_publish = ["previews"]\n')
    assert contents(without.out) == {}
    assert "og:title" in without.text("index.html")
    local = project()
    assert contents(local.out) == {}
    assert "og:" not in local.text("index.html")


def test_files_of_the_project_win(project: Project) -> None:
    """A page or an extra file with the name of a published one is what readers get."""
    own = {**FILES, "404.md": "---\norphan: true\n---\n\n# Gone\n", "extra/sitemap.xml": "<mine/>"}
    conf = f'{CONF}html_extra_path = ["extra"]\n'
    for built in (project(own, conf=conf), project(own, conf=conf)):
        assert "Gone" in built.text("404.html")
        assert built.text("sitemap.xml") == "<mine/>"


def test_unknown_format(project: Project) -> None:
    """A typo in the setting is reported at its line, with the names that exist."""
    built = project({"index.md": "# Home\n"}, conf='recap_publish = ["sitemap", "feed"]\n')
    assert "conf.py:8: WARNING: recap_publish: 'feed' is not a format; write some of 'previews'" in built.messages
