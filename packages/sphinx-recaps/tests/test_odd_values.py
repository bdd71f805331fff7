"""Unexpected options and values: the build continues, and each message names its file and line."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from sphinx_recaps.catalogue.directive import CatalogueDirective
from sphinx_recaps.catalogue.topic_chart import TopicChartDirective
from sphinx_recaps.data.records import Entry, Event, Link, Recording, Session
from sphinx_recaps.event.directive import EventDirective
from sphinx_recaps.event.event_list import EventListDirective
from sphinx_recaps.image_card.directive import ImageCardDirective
from sphinx_recaps.images.local import image_size
from sphinx_recaps.images.svg_safety import svg_size
from sphinx_recaps.video.directive import YouTubeDirective

from tests.support import picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sphinx_recaps.core.options import RecapDirective

    from tests.support import Built, Files, Project

ODD = [
    "",
    "-1",
    "1e999",
    "[a]",
    "a: b",
    "<b>&",
    "%s {0}",
    "\\",
    "`",
    "*a",
    "../..",
    "https://[",
    "0000-00-00",
    "9999-12-31",
]
ODDER = [
    *ODD,
    *["0", "99999999999999999999", "nan", "None", "{a: b}", "ü", "\U0001f600", "``", "|x|", "_x_", "a_", "[x](y"],
    *["[x]: y", "$x$", "$$", "^[", "#", "..", "/", "//", "//x", "https://", "http://[::1", "javascript:a", "data:,x"],
    *["mailto:", "a" * 300, "1:2:3:4:5", "00:00", "0:99:99", "2021-02-30", "0001-01-01", "100%", "0%", "1e3px", "16:0"],
    *["9999:1", "left right", "a.png/", "./a.png", "a.svg#x", "*.png", "'", '"', "people", "/index", "index#x", "#x"],
    *["a" * 300 + "/b.yaml", "a" * 300 + "/b.png", "a/" * 90 + "b.yaml", "%25%", "d%C3.png"],
    *["recap-video", "only-dark", "true", "2021-04-21T15:00Z", "9999-12-31T23:59-23:00", "0001-01-01T00:00+23:00"],
]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}><rect width="3" height="3"/></svg>'
DIRECTIVES: dict[str, tuple[type[RecapDirective], str, str]] = {
    "youtube": (YouTubeDirective, "MYE01-XaSZA", ":title: T\n"),
    "image-card": (ImageCardDirective, "a.png", ":alt: A\n"),
    "catalogue": (CatalogueDirective, "posters.yaml", ""),
    "topic-chart": (TopicChartDirective, "posters.yaml", ""),
    "event": (EventDirective, "event.yaml", ""),
    "event-list": (EventListDirective, "event.yaml", ""),
}
RECORDS: dict[str, tuple[type, Mapping[str, str]]] = {
    "sessions": (Session, {"name": "N", "start": "2021-04-21T15:00Z", "end": "2021-04-21T16:00Z"}),
    "links": (Link, {"title": "T", "url": "https://example.org/"}),
    "videos": (Recording, {"title": "T", "url": "MYE01-XaSZA"}),
    "sources": (Link, {"title": "T", "url": "https://example.org/"}),
}
FILES: Files = {
    "a.png": picture(),
    "a.svg": SVG.format('width="9" height="9"'),
    "posters.yaml": "kind: poster\nentries:\n- id: A1\n  title: T\n  people: [Ann Other]\n  topics: [X]\n",
    "event.yaml": "name: E\nstart: 2021-04-21\n",
}


def directives(odd: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield a page per directive, with each value as its argument, as each option, and in its content."""
    for name, (kind, argument, needed) in DIRECTIVES.items():
        used = [f":::{{{name}}} {value}\n{needed}:::\n" for value in odd]
        for option in kind.usage.options:
            other_options = "" if needed.startswith(f":{option}:") else needed
            used += [f":::{{{name}}} {argument}\n{other_options}:{option}: {value}\n:::\n" for value in odd]
        if kind.usage.content:
            used += [f":::{{{name}}} {argument}\n{needed}\n- 0:00 {value}\n- {value} b\n:::\n" for value in odd]
        yield name, "\n".join([f"# {name}\n", *used])
    yield "roles", "\n\n".join(["# Roles", *(f"{{recap:{kind}}}`{value or 'x'}`" for kind in ROLES for value in odd)])


ROLES = ("poster", "person", "topic", "event")


def records(kind: type, good: Mapping[str, str], odd: Sequence[str]) -> Iterator[str]:
    """Yield a list item for each value of each key, plain and quoted."""
    number = 0
    for key in [field.name for field in fields(kind) if field.name != "line"]:
        for value in [form for text in odd for form in (text, "'" + text.replace("'", "''") + "'")]:
            number += 1
            keys = {name: text.format(number) for name, text in good.items()} | {key: value}
            yield "- " + "\n  ".join(f"{name}: {text}" for name, text in keys.items()) + "\n"


def project_of(odd: Sequence[str]) -> Files:
    """Return a project in which every option and key has each of these values."""
    pages = dict(directives(odd))
    entries = records(Entry, {"id": "E{}", "title": "T"}, odd)
    data = {"lists/odd.yaml": "kind: poster\nentries:\n" + "".join(entries)}
    events = {
        f"lists/{key}.yaml": f"name: N\nstart: 2021-04-21\n{key}:\n" + "".join(records(kind, good, odd))
        for key, (kind, good) in RECORDS.items()
    }
    for number, item in enumerate(records(Event, {"name": "N", "start": "2021-04-21"}, odd)):
        events[f"events/{number}.yaml"] = item.replace("- ", "", 1).replace("\n  ", "\n")
    pages["odd"] = "# Odd\n\n:::{catalogue} lists/odd.yaml\n:::\n\n:::{topic-chart} lists/odd.yaml\n:::\n"
    pages["events"] = "# Events\n\n" + "".join(f":::{{event}} {name}\n:::\n\n" for name in events)
    pages["list"] = "# List\n\n:::{event-list} events/*.yaml\n:::\n"
    home = {"index": "# Home\n\n```{toctree}\n" + "\n".join(pages) + "\n```\n"}
    return {**FILES, **data, **events, **{f"{name}.md": text for name, text in {**home, **pages}.items()}}


def check(built: Built, output: str) -> None:
    """Assert that a build finished, and that each message has a location."""
    assert built.status in {0, 1}
    assert (built.out / output).is_file()
    placed = re.compile(r"[^\s:]+:[0-9]+(?::[0-9]+)?: (?:WARNING|ERROR)|[\w-]+\.md: WARNING: (?:a|circular) toctree")
    lines = re.split(r"\n(?=\S+: (?:WARNING|ERROR)|(?:WARNING|ERROR):)", built.messages.strip())
    assert [line[:300] for line in lines if not placed.match(line)] == []


@pytest.mark.deep
def test_odd_values_are_reported(project: Project) -> None:
    check(project(project_of(ODD), "html"), "index.html")


@pytest.mark.deep
@pytest.mark.parametrize(
    ("builder", "output"),
    [
        ("html", "index.html"),
        ("latex", "small.tex"),
        ("texinfo", "Makefile"),
        ("text", "index.txt"),
        ("epub", "index.xhtml"),
    ],
)
def test_odder_values_are_reported_in_every_builder(project: Project, builder: str, output: str) -> None:
    check(project(project_of(ODDER), builder), output)


def test_too_long_file_names_are_reported(project: Project) -> None:
    name = "a" * 300
    files = f":::{{catalogue}} {name}.yaml\n:::\n\n:::{{catalogue}} {name}/a.yaml\n:::\n"
    events = f":::{{event-list}} {name}.yaml\n:::\n"
    images = f"![A]({name}.png)\n\n![A]({name}/%41.png)\n\n:::{{image-card}} {name}/a.png\n:alt: A\n:::\n"
    built = project({"index.md": f"# Home\n\n{files}\n{events}\n{images}"})
    assert re.findall(r"^index\.md:([0-9]+): ", built.messages, re.MULTILINE) == ["3", "6", "9", "16", "12", "14"]


@pytest.mark.parametrize("name", ["posters.yaml", "links.yaml", "a.svg", "a.png"])
def test_a_file_that_cannot_be_read_is_reported(project: Project, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == name:
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    used = ":::{catalogue} posters.yaml\n:::\n\n:::{image-card} a.svg\n:alt: A\n:::\n"
    files = {**FILES, "links.yaml": "links: []\n", "index.md": f"# Home\n\n{used}\n:::{{event}} event.yaml\n:::\n"}
    built = project(files, conf="recap_links = 'links.yaml'\n")
    assert built.status in {0, 1}
    assert ("cannot be read" in built.messages or "not a readable image" in built.messages) == (name != "a.png")


def test_circular_toctrees_are_reported(project: Project) -> None:
    """Sphinx would stop with a traceback. Event lists can be part of a circle, too."""
    toctree = "# T\n\n```{toctree}\n%s\n```\n"
    files = {
        "index.md": toctree % "a",
        "a.md": toctree % "b",
        "b.md": "# B\n\n:::{event-list} event.yaml\n:toctree:\n:::\n",
    }
    facts = ":::{event} event.yaml\n:::\n"
    built = project({"event.yaml": FILES["event.yaml"], **files, "a.md": files["a.md"] + facts})
    reported = [line.partition(";")[0] for line in built.messages.splitlines() if "[recap.toctree]" in line]
    assert reported == ["b.md: WARNING: a toctree of this page lists 'index', which is above it"]
    assert sorted(project().messages.splitlines()) == sorted(built.messages.splitlines())


def test_ordinary_figures_can_have_the_classes_of_the_extension(project: Project) -> None:
    figure = "```{figure} a.png\n:figclass: recap-video recap-card\n:alt: A\n\nCaption\n```\n"
    plain = "```{image} a.png\n:class: recap-drawn only-dark\n:alt: A\n```\n"
    built = project({**FILES, "index.md": f"# Home\n\n{figure}\n{plain}\n:::{{event}} event.yaml\n:::\n"})
    assert [message for message in built.messages.splitlines() if "posters.yaml" not in message] == []
    assert len(built.html().select("img[src$='a.png']")) == 2


def test_an_unknown_time_zone_is_located_however_it_is_written(project: Project) -> None:
    """This covers YAML escapes, folded lines, and a time zone in the second session only."""
    first = "- name: A\n  start: 2021-04-21T15:00Z\n  end: 2021-04-21T16:00Z\n"
    sessions = first + f'{first}  timezone: "Europe\\/Berlln"\n' + f"{first}  timezone: >-\n    Europe/Paaris\n"
    event = f"name: E\nstart: 2021-04-21\nsessions:\n{sessions}"
    messages = project({"index.md": "# Home\n\n:::{event} event.yaml\n:::\n", "event.yaml": event}).messages
    assert [line.partition(": WARNING")[0] for line in messages.splitlines()] == [
        "event.yaml:10:13",
        "event.yaml:14:13",
    ]


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="72pt" height="36pt"', (96, 48)),
        ('width="25.4mm" height="2.54cm"', (96, 96)),
        ('width="1in" height="6pc"', (96, 96)),
        ('width="100%" viewBox="0 0 20 10"', (20, 10)),
        ('viewBox="0,0,20.4,10"', (20, 10)),
        ('width="40" viewBox="0 0 20 10"', (40, 20)),
        ('width="9"', None),
        ('width="1e999" height="1"', None),
        ('width="-3" height="3"', None),
        ('viewBox="0 0 nan 3"', None),
    ],
)
def test_the_size_of_an_svg_is_that_of_browsers(attributes: str, size: tuple[int, int] | None) -> None:
    assert svg_size(SVG.format(attributes).encode()) == size


UNITS = {"pt": "72pt", "mm": "25.4mm", "cm": "2.54cm", "in": "1in", "percent": "100%"}


@pytest.mark.parametrize("builder", ["latex", "texinfo"])
def test_svgs_in_any_unit_are_converted_for_books(project: Project, builder: str) -> None:
    """Matplotlib, Graphviz, Inkscape and Mermaid write these units. Print has twice the pixels."""
    drawings = {f"{unit}.svg": SVG.format(f'width="{value}" viewBox="0 0 96 96"') for unit, value in UNITS.items()}
    page = "".join(f"![A]({name})\n\n" for name in drawings)
    built = project({"index.md": f"# Home\n\n{page}", **drawings}, builder)
    assert built.messages == ""
    pictures = {path.stem: size_of(path) for path in built.out.rglob("*.png") if path.stem in UNITS}
    assert pictures == dict.fromkeys(UNITS, (192, 192))


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


@pytest.mark.parametrize(
    ("builder", "output"), [("latex", "small.tex"), ("texinfo", "Makefile"), ("epub", "index.xhtml")]
)
def test_an_image_that_cannot_be_converted_is_reported_at_its_line(project: Project, builder: str, output: str) -> None:
    """The build continues, with the alternative text instead of the image."""
    cut = picture("WEBP")[:60]
    card, posters = ":::{image-card} b.svg\n:alt: Card\n:title: T\n:::\n", ":::{catalogue} posters.yaml\n:::\n"
    files: Files = {
        "index.md": f"# Home\n\nAn ![inline](a.webp) one.\n\n{card}\n{posters}",
        "posters.yaml": "kind: poster\nentries:\n- id: A1\n  title: T\n  image: c.webp\n",
        "a.webp": cut,
        "c.webp": cut,
        "b.svg": SVG.format('width="9" height="9"').replace("</svg>", "<a></svg>"),
    }
    built = project(files, builder)
    cannot = " cannot be converted to PNG ("
    reported = built.messages.replace(str(project.root), "").replace("/index.md", "index.md").splitlines()
    lines = [line.partition(cannot)[0] for line in reported if cannot in line]
    places = ["index.md:3: ERROR: image: 'a.webp'", "posters.yaml:5: ERROR: image: 'c.webp'"]
    if builder != "epub":  # it shows SVG as it is
        places.append("index.md:5: ERROR: image: 'b.svg'")
    assert sorted(lines) == sorted(places), built.messages
    assert "image: inline" in built.text(output) or builder == "texinfo"


@pytest.mark.deep
def test_a_huge_svg_is_converted_at_a_limited_size(project: Project) -> None:
    drawing = SVG.format('width="900000" height="900000"')
    built = project({"index.md": "# Home\n\n![A](a.svg)\n", "a.svg": drawing}, "latex")
    (converted,) = built.out.glob("a.png")
    assert image_size(converted) == (8000, 8000)
