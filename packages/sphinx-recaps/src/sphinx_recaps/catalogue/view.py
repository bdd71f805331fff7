"""The displayed content of catalogue entries, the same for all builders: texts, names, and links with addresses."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from docutils import nodes

from sphinx_recaps.archive.links import ExternalLink
from sphinx_recaps.core.builders import is_web
from sphinx_recaps.core.dates import machine_readable, spelled, written
from sphinx_recaps.core.language import language_name, listed
from sphinx_recaps.core.messages import _, capitalised, labelled
from sphinx_recaps.core.placeholder import placeholder
from sphinx_recaps.data.fields import WAYBACK
from sphinx_recaps.data.video_reference import VideoReference, player_of
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.recordings import recordings
from sphinx_recaps.registry.records_of_files import unpacked
from sphinx_recaps.registry.topic_tones import tone_of
from sphinx_recaps.transcripts.html import heading_of
from sphinx_recaps.transcripts.node import page_links

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from sphinx.builders import Builder

    from sphinx_recaps.data.records import Entry, Link
    from sphinx_recaps.registry.recordings import Recorded

_CODE = re.compile(r"[A-Za-z]{0,3}[.-]?[0-9]{1,4}[A-Za-z]?|[A-Za-z]{1,2}")
_HOST = re.compile(r"https?://(?:www\.)?([^/?#:]+)", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?![0-9])")


class catalogue(placeholder):  # noqa: N801 (docutils names its nodes in lower case)
    """A list of entries; its children are the local images of entries, for the builders to collect.

    Each has the number of its ``entry``; with ``card``, it is the small version, for lists, of the image before it.

    ``records`` are the entries as bytes. ``anchors`` and ``targets`` have the same length: ``targets`` are the ids of
    the entries on the page, ``anchors`` the same, but empty for an entry that is already in an earlier list. ``former``
    maps anchors to those that their entries had before. ``path`` is their file, ``tones`` maps topics of the file to
    colours.
    """

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of the list."""
        return unpacked(self["records"])

    def texts(self) -> Iterator[str | None]:
        """Yield all texts by authors that readers see.

        Names of people and topics are not translated: they are parts of addresses, and readers search for them.
        """
        for entry in self.entries:
            yield from (entry.title, entry.role, entry.affiliation, entry.summary, entry.note, entry.abstract)
            yield from (entry.track, entry.format, entry.room)
            yield from titles_of((*entry.links, *entry.sources))


def titles_of(links: Iterable[Link]) -> Iterator[str]:
    """Yield the titles that authors wrote; the title of a link without one is its host."""
    return (link.title for link in links if link.title not in link.url)


class Name(NamedTuple):
    """A person or topic; ``uri`` is the address of all their entries, if the builder writes such a page."""

    text: str
    uri: str | None


class Fact(NamedTuple):
    """A part of the line below the people; ``datetime`` is the machine-readable form of a date."""

    text: str
    datetime: str = ""


def date_fact(date: dt.date, language: str) -> Fact:
    """Return a date as a fact."""
    return Fact(written(date, language), machine_readable(date))


class Picture(NamedTuple):
    """A local image: its address relative to the page, and its size in pixels. ``full`` is the large version."""

    src: str
    width: int
    height: int
    full: str


class Row(NamedTuple):
    """An entry as displayed. ``mark`` is the text on its drawn cover: its code if ``coded``, or initials of a person.

    ``covered`` is whether its kind has covers. ``page`` is the address of its own page, or empty; ``abstract`` is in
    Markdown. ``former`` are further anchors, which it had before. ``transcripts`` are on its page, or else files.
    """

    id: str
    anchor: str
    target: str
    title: str
    mark: str
    coded: bool
    covered: bool
    tone: int | None
    people: list[Name]
    facts: list[Fact]
    summary: list[str]
    topics: list[Name]
    note: str | None
    links: list[ExternalLink]
    sources: list[ExternalLink]
    alt: str
    picture: Picture | None
    player: VideoReference | None
    page: str
    abstract: str
    former: list[str]
    transcripts: list[Name]

    @property
    def links_beside_player(self) -> list[ExternalLink]:
        """The links without the video that the player shows, unless an archived copy of it is known."""
        watch = self.player.watch_url() if self.player else None
        return [link for link in self.links if link.uri != watch or (link.copy and link.copy_is_known)]


@lru_cache(maxsize=1 << 10)
def copy_of(url: str, year: str) -> str | None:
    """Return the address of a copy in the Wayback Machine from about a year; None if it cannot archive the address."""
    if not url.startswith(("http://", "https://")) or url.startswith(WAYBACK):
        return None
    return f"{WAYBACK}{year}/{url}" if year else f"{WAYBACK}{url}"


def _host_of(url: str) -> str:
    host = _HOST.match(url)
    return host[1].lower() if host else ""


def text_with_host(what: str, host: str) -> str:
    """Return the text of a link to a ``page``, an ``episode`` or a ``video``: ``Page on example.org``."""
    if what == "video":
        return _("Video on {host}").format(host=host) if host else _("Video")
    if what == "episode":
        return _("Episode on {host}").format(host=host) if host else _("Episode")
    return _("Page on {host}").format(host=host) if host else _("Page")


def mark_of(entry: Entry, kind: str) -> tuple[str, bool]:
    """Return the text on the cover of an entry, and whether it is its code; otherwise, it is a speaker's initials."""
    if _CODE.fullmatch(entry.id):
        return entry.id, True
    words = re.findall(r"\w+", entry.people[0]) if kind == "keynote" and entry.people else []
    return "".join(word[0] for word in dict.fromkeys((*words[:1], *words[-1:]))).upper(), False


def alt_of(noun: str, code: str | None, title: str) -> str:
    """Return the alternative text of the image of an entry, which is also the text of the link to the large version.

    Title and summary are beside the image, so the text only identifies it: by its code or, without one, by its title.
    """
    name = capitalised(noun)
    return f"{name} {code}" if code else labelled(name, title)


def _choices() -> dict[str, str]:
    """Return the facts of the programme by which readers can filter, with their labels."""
    return {"format": _("Format"), "track": _("Track"), "room": _("Room"), "language": _("Language")}


def _missing_recording(reason: str) -> str:
    """Return in words why there is no recording, so that nobody searches in vain."""
    return {
        "not recorded": _("It was not recorded"),
        "not published": _("The recording is not published"),
        "removed": _("The recording was removed"),
        "private": _("The recording is private"),
    }[reason]


class Rows:
    """The entries of a catalogue node, as displayed on one page by one builder."""

    def __init__(self, builder: Builder, docname: str, node: catalogue) -> None:
        self._builder = builder
        self._docname = docname
        self._node = node
        self._kind: str = node["kind"]
        self._words: dict[str, str] = node["words"]
        self._tones: dict[str, int] = node["tones"]
        self._language: str = builder.config.language
        self._domain = domain = recap_domain(builder.env)
        self._recorded = domain.link_copies
        self._noun = domain.kinds.noun(self._kind)
        person_uri = domain.named_uris(builder, docname, "person")
        topic_uri = domain.named_uris(builder, docname, "topic")
        self._person = cache(lambda name: Name(name, person_uri(name)))
        self._topic = cache(lambda name: Name(name, topic_uri(name)))
        self._text_with_host = cache(text_with_host)  # most entries of a list have links to the same hosts
        self._pages = domain.written_entry_pages()

    def __iter__(self) -> Iterator[Row]:
        """Yield one row for each entry."""
        pictures: dict[int, list[nodes.image]] = defaultdict(list)
        for image in self._node.findall(nodes.image):
            pictures[image["entry"]].append(image)
        years = map(_YEAR.match, reversed(self._node["event"].split("/")))
        event_year = next((year[0] for year in years if year), "")
        displayed = zip(self._node.entries, self._node["anchors"], self._node["targets"], strict=True)
        for number, (entry, anchor, target) in enumerate(displayed):
            year = str(entry.date.year) if entry.date else event_year
            yield self._row(entry, anchor, target, year, pictures.get(number, ()))

    def _row(self, entry: Entry, anchor: str, target: str, year: str, images: Sequence[nodes.image]) -> Row:
        mark, coded = mark_of(entry, self._kind)
        title = self._translate(entry.title)
        return Row(
            entry.id,
            anchor,
            target,
            title,
            mark,
            coded,
            self._kind != "episode",
            tone_of(entry, self._tones, target),
            list(map(self._person, entry.people)),
            self._facts(entry),
            self._translate(entry.summary).split("\n\n") if entry.summary else [],
            list(map(self._topic, entry.topics)),
            self._translate(entry.note) if entry.note else None,
            self._with_copies(self._links(entry, year)),
            self._with_copies(
                [ExternalLink(self._translate(link.title), link.url, link.archived) for link in entry.sources]
            ),
            alt_of(self._noun, mark if coded else None, title),
            self._picture(images) if images else None,
            self._player_of(entry),
            self._page(entry),
            self._translate(entry.abstract) if entry.abstract else "",
            self._node["former"].get(anchor, []),
            self._transcripts(entry) if entry.transcript else [],
        )

    def _transcripts(self, entry: Entry) -> list[Name]:
        """Return the transcripts of an entry: on its page or, without one, the files to download."""
        files = self._node["transcripts"].get(entry.id, [])
        page = self._page(entry)
        if page and files:
            return [Name(_("Transcript"), f"{page}#transcript")]
        copy = page_links(self._builder, self._docname).file if is_web(self._builder) else None
        several = len(files) > 1
        return [
            Name(heading_of(file, "", self._language, several=several), uri)
            for file in files
            if copy and (uri := copy(file.path))
        ]

    def _page(self, entry: Entry) -> str:
        """Return the address of the page of an entry; '' if it has none."""
        page = self._pages.get((self._node["path"], entry.id))
        return self._builder.get_relative_uri(self._docname, page) if page else ""

    def role(self, entry: Entry) -> str:
        """Return the role and the affiliation of the people of an entry."""
        return listed([self._translate(text) for text in (entry.role, entry.affiliation) if text], self._language)

    def _translate(self, text: str) -> str:
        """Return the translation of a text; the text itself if there is none."""
        return self._words.get(text, text)

    def _links(self, entry: Entry, year: str) -> list[ExternalLink]:
        """Return the links of an entry: its page, its image on another host, its video, and further ones."""
        named: list[tuple[str, str]] = []
        if entry.link:
            what = "episode" if self._kind == "episode" else "page"
            named.append((self._text_with_host(what, _host_of(entry.link)), entry.link))
        if entry.image and "://" in entry.image:
            named.append((_("Poster image") if self._kind == "poster" else _("Image"), entry.image))
        if entry.video:
            player = player_of(entry.video)
            address = player.watch_url() if player else entry.video
            named.append((self._text_with_host("video", _host_of(address)), address))
        links = []
        for text, url in named:
            copy = entry.archived_copy(url)
            links.append(ExternalLink(text, url, copy or copy_of(url, year), copy is not None))
        for recorded in self.recordings(entry):
            part = self._part(recorded, entry)
            watch = part.watch_url() if part else recorded.video
            if watch:
                links.append(ExternalLink(labelled(_("Recording"), recorded.title), watch))
        for link in entry.links:
            copy = link.archived or copy_of(link.url, year)
            links.append(ExternalLink(self._translate(link.title), link.url, copy, link.archived is not None))
        return links

    def _with_copies(self, links: list[ExternalLink]) -> list[ExternalLink]:
        recorded = self._recorded
        return [link.resolved(recorded) for link in links] if recorded else links

    def recordings(self, entry: Entry) -> list[Recorded]:
        """Return the recordings of which an entry is a part; of several, it is in one."""
        return recordings(self._domain, self._node["event"], entry.part_of) if entry.part_of else []

    def parts(self, entry: Entry) -> list[tuple[str, VideoReference]]:
        """Return what the player can play of these recordings, each with its title."""
        return [(one.title, part) for one in self.recordings(entry) if (part := self._part(one, entry))]

    def _part(self, recorded: Recorded, entry: Entry) -> VideoReference | None:
        """Return the part of a recording that shows an entry, if the player can play it."""
        player = self._player(recorded.video)
        return player and replace(player, start=entry.start, end=entry.end)

    def _player_of(self, entry: Entry) -> VideoReference | None:
        """Return what the player of an entry plays: its own video, or the known part of another one."""
        if entry.video or entry.start is None:
            return self._player(entry.video)
        return next((part for _title, part in self.parts(entry)), None)

    def _player(self, video: str | None) -> VideoReference | None:
        """Return the video if the player can play it; a dead video is a link to its archived copy instead."""
        player = player_of(video)
        dead = player and self._recorded and self._recorded.is_dead(player.watch_url())
        return None if dead else player

    def _facts(self, entry: Entry) -> list[Fact]:
        """Return the role and affiliation, the date and the duration, without those that the entry lacks."""
        facts = [Fact(self.role(entry))] if entry.role or entry.affiliation else []
        if entry.date:
            facts.append(date_fact(entry.date, self._language))
        facts += (fact for _label, fact in self.details(entry))
        return facts

    def details(self, entry: Entry) -> Iterator[tuple[str, Fact]]:
        """Yield the facts of the programme that an entry has, each with its label."""
        if entry.duration:
            yield _("Duration"), Fact(spelled(entry.duration))
        if not (entry.format or entry.track or entry.room or entry.language or entry.recording):
            return  # as most entries
        for name, label in _choices().items():
            if value := getattr(entry, name):
                yield label, Fact(self._shown(name, value))
        if entry.recording:
            yield _("Recording"), Fact(_missing_recording(entry.recording))

    def _shown(self, name: str, value: str) -> str:
        """Return a fact of the programme as it is shown."""
        return language_name(value, self._language) if name == "language" else self._translate(value)

    def choices(self) -> list[tuple[str, str, list[str]]]:
        """Return the facts by which readers can filter the list, each with its name, its label and its values.

        A fact is among them if it has several values, or if some entries lack it.
        """
        found = []
        for name, label in _choices().items():
            values = {getattr(entry, name) for entry in self._node.entries}
            if len(values) > 1:
                texts = {self._shown(name, value) for value in values if value}
                found.append((name, label, sorted(texts, key=str.casefold)))
        return found

    def _picture(self, images: Sequence[nodes.image]) -> Picture | None:
        """Return an image with its addresses on an HTML page; books use the image node instead."""
        names = [self._builder.images.get(image["uri"]) for image in images]
        sources = [posixpath.join(self._builder.imgpath, quote(name)) for name in names if name is not None]
        if not sources or len(sources) < len(images):
            return None
        width, height = images[-1]["size"]
        return Picture(sources[-1], width, height, sources[0])
