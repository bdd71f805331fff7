"""A small project in memory, and its files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.support import CONF, picture

if TYPE_CHECKING:
    from pathlib import Path

Record: TypeAlias = dict[str, Any]

PEOPLE = ["Ann Other", "Bo Li", "Carla Núñez", "张伟", "Dmitri Ivanov", "Eve Orchid", "Fay Wu", "Gil Ros"]
TOPICS = ["Compilers", "C++", "Vision", "Audio", "Testing"]
SITES = [f"https://example.org/{number}" for number in range(4)]
VIDEOS = ["https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://www.youtube.com/watch?v=abcdefghijk"]
WORDS = ["orchid", "pollen", "meadow", "harbour", "lantern", "granite", "willow", "copper", "saffron", "juniper"]


@dataclass
class Site:
    """The content of the project: pages (title and blocks), lists, events, pictures, links, names, settings."""

    pages: dict[str, Record] = field(default_factory=dict)
    lists: dict[str, Record] = field(default_factory=dict)
    events: dict[str, Record] = field(default_factory=dict)
    pictures: dict[str, tuple[int, int]] = field(default_factory=dict)
    transcripts: dict[str, str] = field(default_factory=dict)
    links: list[Record] = field(default_factory=list)
    people: dict[str, list[Record]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def files(self) -> dict[str, bytes]:
        """Return the content of each file."""
        contents: dict[str, str | bytes] = {
            "conf.py": CONF + "".join(f"{name} = {value!r}\n" for name, value in self.settings.items()),
            "links.yaml": yaml({"links": self.links}),
        }
        if self.people:
            contents["people.yaml"] = yaml(self.people)
        for path, page in self.pages.items():
            top = f"---\nwas: {json.dumps(page['was'])}\n---\n" if "was" in page else ""
            contents[path] = f"{top}# {page['title']}\n\n" + "\n".join(page["blocks"])
        contents |= {path: yaml(content) for path, content in (*self.lists.items(), *self.events.items())}
        contents |= {path: picture(size=size) for path, size in self.pictures.items()}
        contents |= self.transcripts
        return {path: text.encode() if isinstance(text, str) else text for path, text in contents.items()}


def yaml(value: object) -> str:
    """Return JSON, which is valid YAML, with each entry on separate lines."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def write(files: dict[str, bytes], root: Path) -> None:
    """Make a folder contain exactly these files; renamed files keep their modification times, as with ``mv``."""
    root.mkdir(parents=True, exist_ok=True)
    existing = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    removed = {path.read_bytes(): path for name, path in existing.items() if name not in files}
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name not in existing and content in removed:
            removed.pop(content).rename(path)
        elif name not in existing or path.read_bytes() != content:
            path.write_bytes(content)
    for name, path in existing.items():
        if name not in files:
            path.unlink(missing_ok=True)
    for folder in sorted((path for path in root.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def initial_site() -> Site:
    """Return the project before the first edit."""
    site = Site(
        pages={
            "index.md": {
                "title": "Home",
                "blocks": [
                    block("event-list", "recaps/*/event.yaml", ":feature:", ":toctree:"),
                    block("event-list", "recaps/*/event.yaml"),
                    block("toctree", "", ":glob:", ":maxdepth: 2", "", "refs", "recaps/**"),
                    block("image-card", "images/one.png", ":alt: One picture", ":link: /refs"),
                ],
            },
            "refs.md": {
                "title": "References",
                "blocks": [
                    "{recap:poster}`A1` {recap:person}`Ann Other` {recap:topic}`Compilers` {recap:event}`2021-day`\n",
                    "{doc}`/recaps/2021-day/posters` [](/recaps/2021-day/index.md) {any}`B2`\n",
                ],
            },
        },
        links=[{"url": SITES[0], "archived": "20210421000000"}],
        settings={
            "recap_links": "links.yaml",
            "recap_entry_pages": True,
            "html_baseurl": "https://garden.example/x/",
        },
    )
    for event in ("2021-day", "2022-day"):
        folder = f"recaps/{event}"
        kind = "poster" if event == "2021-day" else "session"
        site.pages[f"{folder}/index.md"] = {
            "title": f"The event {event}",
            "blocks": [block("topic-chart", f"{kind}s.yaml"), "![A picture](one.png)\n"],
        }
        site.pages[f"{folder}/posters.md"] = {
            "title": f"Posters of {event}",
            "blocks": [block("catalogue", f"{kind}s.yaml")],
        }
        people = PEOPLE[:3] if kind == "poster" else PEOPLE[2:4]
        entries = [
            {"id": code, "title": f"{WORDS[number]} {event}", "people": [people[number]], "topics": [TOPICS[number]]}
            for number, code in enumerate(("A1", "B2"))
        ]
        site.lists[f"{folder}/{kind}s.yaml"] = {"kind": kind, "entries": entries}
        site.pictures[f"{folder}/one.png"] = (320, 180)
    site.pages["recaps/2021-day/index.md"]["blocks"].append(block("event", "event.yaml"))
    site.events["recaps/2021-day/event.yaml"] = {
        "name": "The first day",
        "start": "2021-04-21",
        "numbers": {"posters": 71},
        "videos": [{"title": "The morning", "url": VIDEOS[0]}],
    }
    site.pictures["images/one.png"] = (64, 64)
    site.transcripts["transcripts/one.vtt"] = subtitles("Good morning.")
    return site


def subtitles(text: str) -> str:
    """Return a subtitle file in which a person says something."""
    return f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v {PEOPLE[0]}>{text}\n\n05:00.000 --> 05:01.000\n<v Uma Rao>Yes.\n"


def block(directive: str, argument: str = "", *lines: str) -> str:
    """Return a directive in Markdown."""
    return "\n".join([f"```{{{directive}}} {argument}".rstrip(), *lines, "```", ""])
