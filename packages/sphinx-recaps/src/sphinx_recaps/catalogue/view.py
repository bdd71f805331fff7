"""What readers see of each entry of a catalogue, worked out once for all builders: names and links with addresses."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from docutils import nodes
from sphinx import addnodes

from sphinx_recaps.core.dates import machine_readable, spelled, written
from sphinx_recaps.core.language import listed
from sphinx_recaps.core.messages import _, capitalised, labelled
from sphinx_recaps.data.fields import WAYBACK
from sphinx_recaps.data.video_reference import VideoReference, parse_video
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.link_texts import with_copy_note, with_dead_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sphinx.builders import Builder

    from sphinx_recaps.data.link_copies import LinkCopies
    from sphinx_recaps.data.records import Entry, Link

_CODE = re.compile(r"[A-Za-z]{0,3}[.-]?[0-9]{1,4}[A-Za-z]?|[A-Za-z]{1,2}")
_HOST = re.compile(r"https?://(?:www\.)?([^/?#:]+)", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?![0-9])")


class catalogue(nodes.General, nodes.Element, addnodes.translatable):  # noqa: N801 (docutils names its nodes in lower case)
    """A list of entries; its children are the local images of entries, for the builders to collect.

    Each has the number of its ``entry``; ``card`` says that it is small, and stands in lists for the one before it.

    ``entries`` and ``anchors`` (ids on this page; empty where the entry already stands further up, as ``targets`` say)
    run side by side. ``path`` is their file, ``tones`` gives topics of the file a colour, ``words`` the translated
    texts.
    """

    def preserve_original_messages(self) -> None:
        """Do nothing: the records are never changed."""

    def apply_translated_message(self, original_message: str, translated_message: str) -> None:
        """Keep a translated text."""
        self["words"][original_message] = translated_message

    def extract_original_messages(self) -> Sequence[str]:
        """Return all texts that readers see, each once.

        Names of people and topics are the same in all languages: they are parts of addresses, and what is looked for.
        """
        texts: list[str | None] = []
        for entry in self["entries"]:
            texts += [entry.title, entry.role, entry.affiliation, entry.summary, entry.note]
            texts += titles_of((*entry.links, *entry.sources))
        return list(dict.fromkeys(text for text in texts if text))


def titles_of(links: Iterable[Link]) -> Iterator[str]:
    """Yield the titles of links that people wrote; a link without one has its host as its title."""
    return (link.title for link in links if link.title not in link.url)


class Name(NamedTuple):
    """A person or topic; ``uri`` leads to all that they appear in, where the builder has such a page."""

    text: str
    uri: str | None


class Fact(NamedTuple):
    """A part of the line below the people; ``datetime`` is what machines read where it is a day or a time."""

    text: str
    datetime: str = ""


class Way(NamedTuple):
    """A link out. ``copy`` is an archived copy, which somebody named (``known``), or a guess of where one may be.

    ``gone`` is the address that led there once. ``uri`` then leads to the copy in its place; without one it is empty.
    """

    text: str
    uri: str
    copy: str | None = None
    known: bool = True
    gone: str = ""


class Picture(NamedTuple):
    """A local image: where it is, seen from the page, and its size in pixels. ``full`` is where it is large."""

    src: str
    width: int
    height: int
    full: str


class Row(NamedTuple):
    """An entry as it is shown. ``mark`` is what its drawn cover says: its code, else a monogram (``coded`` tells)."""

    id: str
    anchor: str
    target: str
    title: str
    mark: str
    coded: bool
    tone: int | None
    people: list[Name]
    facts: list[Fact]
    summary: list[str]
    topics: list[Name]
    note: str | None
    ways: list[Way]
    sources: list[Way]
    alt: str
    picture: Picture | None
    player: VideoReference | None

    @property
    def ways_beside_player(self) -> list[Way]:
        """The links without that of the player, except where a copy of the video is known: the player is that link."""
        watch = self.player.watch_url() if self.player else None
        return [way for way in self.ways if way.uri != watch or (way.copy and way.known)]


@lru_cache(maxsize=1 << 10)
def player_of(video: str | None) -> VideoReference | None:
    """Return the video of an entry where the player can play it; any other video is a link."""
    try:
        return parse_video(video) if video is not None else None
    except ValueError:
        return None


def copy_of(url: str, year: str) -> str | None:
    """Return where the Wayback Machine would have a copy of about that year; None for what it does not keep."""
    if not url.startswith(("http://", "https://")) or url.startswith(WAYBACK):
        return None
    return f"{WAYBACK}{year}/{url}" if year else f"{WAYBACK}{url}"


def _on_host(what: str, on_host: str, url: str) -> str:
    """Return the words of a link, with the host where it goes: ``Page on example.org``."""
    host = _HOST.match(url)
    return on_host.format(host=host[1].lower()) if host else what


def _words_of_link(kind: str, url: str) -> str:
    """Return what the main link of an entry is called."""
    if kind == "episode":
        return _on_host(_("Episode"), _("Episode on {host}"), url)
    return _on_host(_("Page"), _("Page on {host}"), url)


def ways_of(entry: Entry, kind: str, year: str, say: Callable[[str], str]) -> Iterator[Way]:
    """Yield the links of an entry: its project, its image on another host, its video, and what else the file names.

    ``say`` returns the translation of a title.
    """
    named = [(_words_of_link(kind, entry.link), entry.link)] if entry.link else []
    if entry.image and "://" in entry.image:
        named.append((_("Poster image") if kind == "poster" else _("Image"), entry.image))
    if entry.video:
        player = player_of(entry.video)
        address = player.watch_url() if player else entry.video
        named.append((_on_host(_("Video"), _("Video on {host}"), address), address))
    for text, url in named:
        copy = entry.archived_copy(url)
        yield Way(text, url, copy or copy_of(url, year), copy is not None)
    for link in entry.links:
        yield Way(say(link.title), link.url, link.archived or copy_of(link.url, year), known=link.archived is not None)


def with_link_copies(way: Way, recorded: LinkCopies) -> Way:
    """Return a link with what is recorded of it: with the copy that is there, or with the copy in its place."""
    text, uri, copy, known, _gone = way
    if recorded.is_dead(uri):
        in_its_place = recorded.copy(uri)
        if in_its_place:
            return Way(with_copy_note(text), in_its_place, gone=uri)
        return Way(with_dead_note(text, uri), "", copy, known, gone=uri)
    verified = recorded.verified(copy) if copy else None
    return Way(text, uri, verified) if verified else way


def mark_of(entry: Entry) -> tuple[str, bool]:
    """Return what the cover of an entry says, and whether that is its code: else initials."""
    if _CODE.fullmatch(entry.id):
        return entry.id, True
    words = re.findall(r"\w+", entry.people[0] if entry.people else entry.title)
    initials = [word[0] for word in ([words[0], words[-1]] if entry.people and len(words) > 1 else words[:1])]
    return "".join(initials).upper() or entry.id[0].upper(), False


def alt_of(noun: str, code: str | None, title: str) -> str:
    """Return the alternative text of the picture of an entry, which is also the name of the link to its large form.

    Title and summary stand beside it, so it says which picture this is and no more: its code, else its title.
    """
    name = capitalised(noun)
    return f"{name} {code}" if code else labelled(name, title)


class Rows:
    """The entries of a catalogue node as one page of one builder shows them."""

    def __init__(self, builder: Builder, docname: str, node: nodes.Element) -> None:
        self._builder = builder
        self._docname = docname
        self._node = node
        self._kind: str = node["kind"]
        self._words: dict[str, str] = node["words"]
        self._tones: dict[str, int] = node["tones"]
        self._language: str = builder.config.language
        domain = recap_domain(builder.env)
        self._recorded = domain.link_copies
        self._noun = domain.kinds.noun(self._kind)
        person_uri = domain.named_uris(builder, docname, "person")
        topic_uri = domain.named_uris(builder, docname, "topic")
        self._person = cache(lambda name: Name(name, person_uri(name)))
        self._topic = cache(lambda name: Name(name, topic_uri(name)))

    def __iter__(self) -> Iterator[Row]:
        """Yield one row an entry."""
        pictures: dict[int, list[nodes.image]] = defaultdict(list)
        for image in self._node.findall(nodes.image):
            pictures[image["entry"]].append(image)
        years = map(_YEAR.match, reversed(self._node["event"].split("/")))
        event_year = next((year[0] for year in years if year), "")
        shown = zip(self._node["entries"], self._node["anchors"], self._node["targets"], strict=True)
        for number, (entry, anchor, target) in enumerate(shown):
            year = str(entry.date.year) if entry.date else event_year
            yield self._row(entry, anchor, target, year, pictures.get(number, ()))

    def _row(self, entry: Entry, anchor: str, target: str, year: str, images: Sequence[nodes.image]) -> Row:
        mark, coded = mark_of(entry)
        title = self._say(entry.title)
        return Row(
            entry.id,
            anchor,
            target,
            title,
            mark,
            coded,
            self._tones.get(entry.topics[0]) if entry.topics else None,
            list(map(self._person, entry.people)),
            self._facts(entry),
            self._say(entry.summary).split("\n\n") if entry.summary else [],
            list(map(self._topic, entry.topics)),
            self._say(entry.note) if entry.note else None,
            self._ways(ways_of(entry, self._kind, year, self._say)),
            self._ways(Way(self._say(link.title), link.url, link.archived) for link in entry.sources),
            alt_of(self._noun, mark if coded else None, title),
            self._picture(images) if images else None,
            self._player(entry.video),
        )

    def _say(self, text: str) -> str:
        """Return a text in the language of the page."""
        return self._words.get(text, text)

    def _ways(self, ways: Iterable[Way]) -> list[Way]:
        recorded = self._recorded
        return [with_link_copies(way, recorded) for way in ways] if recorded else list(ways)

    def _player(self, video: str | None) -> VideoReference | None:
        """Return the video that the player can play; one that is no longer there is a link to its copy."""
        player = player_of(video)
        gone = player and self._recorded and self._recorded.is_dead(player.watch_url())
        return None if gone else player

    def _facts(self, entry: Entry) -> list[Fact]:
        """Return role and affiliation, day and duration, as far as they are given."""
        where = listed((self._say(text) for text in (entry.role, entry.affiliation) if text), self._language)
        facts = [Fact(where)] if where else []
        if entry.date:
            facts.append(Fact(written(entry.date, self._language), machine_readable(entry.date)))
        if entry.duration:
            facts.append(Fact(spelled(entry.duration)))
        return facts

    def _picture(self, images: Sequence[nodes.image]) -> Picture | None:
        """Return an image as a page for a browser names it; books have the node itself."""
        names = [self._builder.images.get(image["uri"]) for image in images]
        sources = [posixpath.join(self._builder.imgpath, quote(name)) for name in names if name is not None]
        if not sources or len(sources) < len(images):
            return None
        width, height = images[-1]["size"]
        return Picture(sources[-1], width, height, sources[0])
