"""Random edits of a small project, as authors make them: entries, files, pages, folders, pictures, settings.

The same seed results in the same edits.
"""

from __future__ import annotations

import random
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from tests.sample_site import PEOPLE, SITES, TOPICS, VIDEOS, WORDS, block, subtitles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.sample_site import Record, Site

TRANSCRIPTS = ["/transcripts/one.vtt", "/transcripts/two.de.vtt"]
KINDS = ["poster", "session", "keynote"]
SETTINGS: dict[str, list[Any]] = {
    "html_title": ["One", "Two"],
    "recap_links": ["", "links.yaml"],
    "recap_known_names": [[], ["Uma Rao"]],
    "html_short_title": ["Short", "Shorter"],
    "exclude_patterns": [[], ["recaps/2022-day"]],
    "numfig": [False, True],
    "recap_entry_pages": [True, False],
    "html_baseurl": ["", "https://garden.example/x/"],
}


class Edits:
    """Makes random edits of a project, one per call."""

    def __init__(self, seed: int, site: Site) -> None:
        self.make = random.Random(seed)
        self.site = site
        self.number = 0

    def __call__(self) -> str:
        """Make an edit, and return its description."""
        self.number += 1
        edits: list[tuple[int, Callable[[], str]]] = [
            (6, self.entry),
            (3, self.page),
            (3, self.event),
            (2, self.folder),
            (2, self.list),
            (2, self.picture),
            (2, self.transcript),
            (1, self.link),
            (2, self.people),
            (1, self.setting),
        ]
        return self.make.choices([edit for _, edit in edits], [weight for weight, _ in edits])[0]()

    def _one(self, values: Iterable[Any]) -> Any:  # noqa: ANN401 (any type)
        return self.make.choice(sorted(values, key=str))

    def _remember(self, record: Record, former: str) -> None:
        """Often, have a record that is renamed say what it was; sometimes that is a mistake."""
        if self.make.random() < 0.7:
            record["was"] = [*record.get("was", ()), former]

    def _word(self) -> str:
        return f"{self.make.choice(WORDS)}{self.number}"

    def _folders(self) -> list[str]:
        return sorted({path.rpartition("/")[0] for path in self.site.pages if path.count("/") == 2})

    # -- Entries -------------------------------------------------------------------------------------------------------

    def _entry(self) -> Record:
        entry: Record = {"id": f"N{self.number}", "title": self._word()}
        entry["people"] = sorted(set(self.make.choices(PEOPLE, k=self.make.randint(1, 3))))
        entry["topics"] = sorted(set(self.make.choices(TOPICS, k=self.make.randint(0, 2))))
        if self.make.random() < 0.3:
            entry["video"] = self.make.choice(VIDEOS)
        if self.make.random() < 0.4:
            entry["image"] = "one.png"
        if self.make.random() < 0.4:
            entry["link"] = self.make.choice(SITES)
        if self.make.random() < 0.3:
            entry |= {"part_of": self.make.choice(["A1", "B2", "morning"]), "start": self.make.randint(0, 999)}
        if self.make.random() < 0.3:
            entry["transcript"] = self.make.choice(TRANSCRIPTS)
        if self.make.random() < 0.2:
            entry |= {"abstract": f"- *{self._word()}*", "room": self._word()}
        return entry

    def entry(self) -> str:
        """Add, change, rename, move or remove an entry."""
        if not self.site.lists:
            return self.list()
        path = self._one(self.site.lists)
        entries = self.site.lists[path]["entries"]
        action = self.make.choice(["add", "add", "change", "rename", "remove", "swap"])
        if action == "add" or not entries:
            entries.insert(self.make.randint(0, len(entries)), self._entry())
            return f"add an entry to {path}"
        entry = self.make.choice(entries)
        if action == "change":
            entry.update({key: value for key, value in self._entry().items() if key != "id"})
        elif action == "rename":
            self._remember(entry, entry["id"])
            entry["id"] = f"R{self.number}"
        elif action == "swap":
            entries.reverse()
        else:
            entries.remove(entry)
        return f"{action} entry {entry['id']} of {path}"

    # -- Pages and folders ---------------------------------------------------------------------------------------------

    def _block(self) -> str:
        """Return a random block for a page."""
        lists, pages = list(self.site.lists), list(self.site.pages)
        picture_path = self._one(self.site.pictures or ["none.png"])
        blocks = [
            f"{{recap:person}}`{self.make.choice(PEOPLE)}`\n",
            f"{{recap:topic}}`{self.make.choice(TOPICS)}`\n",
            f"[here]({self.make.choice(SITES)}) and ![a picture](/{picture_path})\n",
            f"[](/{self._one(pages)}) and {{doc}}`/{self._one(pages)[:-3]}`\n",
            block("image-card", f"/{picture_path}", ":alt: words", f":link: /{self._one(pages)[:-3]}"),
            block("event-list", "/recaps/*/event.yaml", ":limit: 1"),
            block("youtube", self.make.choice(VIDEOS), f":title: {self._word()}"),
            block("youtube", VIDEOS[0], f":title: {self._word()}", f":transcript: {self.make.choice(TRANSCRIPTS)}"),
            f"## {self._word()}\n",
            block("toctree", "", ":hidden:", ":glob:", "", "*"),
        ]
        if lists:
            entries = [
                (path_of_list, entry["id"])
                for path_of_list in lists
                for entry in self.site.lists[path_of_list]["entries"]
            ]
            blocks += [block("catalogue", f"/{self._one(lists)}"), block("topic-chart", f"/{self._one(lists)}")]
            if entries:
                path, code = self._one(entries)
                role = self.site.lists[path]["kind"]
                blocks += [f"{{recap:{role}}}`{path.split('/')[1]}/{code}` {{any}}`{code}`\n"] * 3
        return self.make.choice(blocks)

    def page(self) -> str:
        """Add, change, rename, move or remove a page."""
        others = [path for path in self.site.pages if path != "index.md"]
        action = self.make.choice(["add", "title", "block", "block", "less", "rename", "remove"])
        if action == "add" or not others:
            folder = self.make.choice(["", *(f"{one}/" for one in self._folders())])
            path = f"{folder}{self._word()}.md"
            self.site.pages[path] = {"title": self._word(), "blocks": [self._block()]}
            return f"add the page {path}"
        path = self._one(others)
        page = self.site.pages[path]
        if action == "title":
            page["title"] = self._word()
        elif action == "block":
            page["blocks"].insert(self.make.randint(0, len(page["blocks"])), self._block())
        elif action == "less" and page["blocks"]:
            page["blocks"].pop(self.make.randrange(len(page["blocks"])))
        elif action == "rename":
            self._remember(page, f"/{path}")
            folder = path.rpartition("/")[0]
            self.site.pages[f"{folder}/{self._word()}.md".lstrip("/")] = self.site.pages.pop(path)
        else:
            del self.site.pages[path]
        return f"{action} of the page {path}"

    def folder(self) -> str:
        """Rename, copy or remove the folder of an event."""
        if not self._folders():
            return self.page()
        folder = self._one(self._folders())
        action = self.make.choice(["rename", "copy", "remove"])
        new = f"recaps/{2021 + self.number % 5}-{self._word()}/"
        for files in (self.site.pages, self.site.lists, self.site.events, self.site.pictures):
            contents: dict[str, Any] = files
            for path in [path for path in contents if path.startswith(f"{folder}/")]:
                content = contents[path] if action == "copy" else contents.pop(path)
                if action != "remove":
                    contents[new + path.removeprefix(f"{folder}/")] = deepcopy(content)
        if f"{new}event.yaml" in self.site.events:
            self._remember(self.site.events[f"{new}event.yaml"], f"/{folder}")
        return f"{action} the folder {folder}" + (f" as {new}" if action != "remove" else "")

    # -- Files ---------------------------------------------------------------------------------------------------------

    def event(self) -> str:
        """Add, change or remove an event, possibly beside an existing page."""
        if not self._folders():
            return self.page()
        path = f"{self._one(self._folders())}/event.yaml"
        if path in self.site.events and self.make.random() < 0.3:
            del self.site.events[path]
            return f"remove {path}"
        event: Record = {"name": self._word(), "start": f"20{self.make.randint(15, 25)}-04-21"}
        if self.make.random() < 0.5:
            event["numbers"] = {"posters": self.make.randint(1, 90)}
        if self.make.random() < 0.5:
            event["videos"] = [{"title": self._word(), "url": self.make.choice(VIDEOS), "id": "morning"}]
            if self.make.random() < 0.5:
                event["videos"][0]["transcript"] = self.make.choice(TRANSCRIPTS)
        action = "change" if path in self.site.events else "add"
        self.site.events[path] = event
        return f"{action} {path}"

    def list(self) -> str:
        """Add a list with its page; rename or remove a list."""
        action = self.make.choice(["add", "rename", "remove"])
        if action == "add" or not self.site.lists:
            folder = self.make.choice(self._folders() or ["recaps/2020-day"])
            path = f"{folder}/{self._word()}.yaml"
            self.site.lists[path] = {"kind": self.make.choice(KINDS), "entries": [self._entry()]}
            self.site.pages[path.replace(".yaml", "-page.md")] = {
                "title": self._word(),
                "blocks": [block("catalogue", f"/{path}")],
            }
            return f"add {path} and its page"
        path = self._one(self.site.lists)
        content = self.site.lists.pop(path)
        if action == "rename":
            self._remember(content, path.rpartition("/")[2])
            self.site.lists[f"{path.rpartition('/')[0]}/{self._word()}.yaml"] = content
        return f"{action} {path}"

    def picture(self) -> str:
        """Add, change, rename or remove a picture."""
        action = self.make.choice(["add", "change", "rename", "remove", "swap"])
        size = (self.make.randint(10, 400), self.make.randint(10, 400))
        if action == "add" or len(self.site.pictures) < 2:
            folder = self.make.choice([*self._folders(), "images"])
            path = f"{folder}/{self.make.choice(['one', 'two', 'three'])}.png"
            self.site.pictures[path] = size
            return f"add the picture {path}"
        path, other = self.make.sample(sorted(self.site.pictures), k=2)
        if action == "change":
            self.site.pictures[path] = size
        elif action == "rename":
            self.site.pictures[f"images/{self._word()}.png"] = self.site.pictures.pop(path)
        elif action == "swap":
            self.site.pictures[other] = self.site.pictures.pop(path)
        else:
            del self.site.pictures[path]
        return f"{action} the picture {path}"

    def transcript(self) -> str:
        """Add, change, rename or remove a transcript."""
        path = self.make.choice(TRANSCRIPTS).lstrip("/")
        known = self.site.transcripts
        action = self.make.choice(["write", "write", "rename", "remove"])
        if action == "write" or path not in known:
            known[path] = subtitles(self._word())
            return f"write the transcript {path}"
        content = known.pop(path)
        if action == "rename":
            known[next(name for name in TRANSCRIPTS if path not in name).lstrip("/")] = content
        return f"{action} the transcript {path}"

    def link(self) -> str:
        """Change the record of a link."""
        url = self.make.choice(SITES)
        self.site.links = [link for link in self.site.links if link["url"] != url]
        if self.make.random() < 0.7:
            self.site.links.append({"url": url, "dead": self.make.random() < 0.5, "archived": "20210421000000"})
        return f"record {url}"

    def people(self) -> str:
        """Add, change or remove the file of names; some names belong to two records, and some to no entry."""
        if self.site.people and self.make.random() < 0.2:
            self.site.people = {}
            return "remove people.yaml"
        records: list[Record] = []
        for name in self.make.sample(PEOPLE, k=2):
            record: Record = {"name": name, "also": self.make.choices([*PEOPLE, f"{name} II"], k=1)}
            record |= {"links": [self.make.choice(SITES)]} if self.make.random() < 0.5 else {"note": self._word()}
            records.append(record | ({"kind": "team"} if self.make.random() < 0.3 else {"sort": self._word()}))
        topic, other = self.make.sample(TOPICS, k=2)
        self.site.people = {"people": records, "topics": [{"name": topic, "also": other}]}
        return f"write {self.site.people} into people.yaml"

    def setting(self) -> str:
        """Change a setting in conf.py."""
        name = self._one(SETTINGS)
        self.site.settings[name] = self.make.choice(SETTINGS[name])
        return f"set {name} to {self.site.settings[name]!r}"
