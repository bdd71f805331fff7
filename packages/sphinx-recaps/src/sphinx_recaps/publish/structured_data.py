"""Structured data for search engines: the subject of a page, in the vocabulary of https://schema.org.

A type is left out if a property that Google requires is unknown:
https://developers.google.com/search/docs/appearance/structured-data/search-gallery.
"""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote, urljoin

from jinja2.filters import do_striptags

from sphinx_recaps.core.dates import machine_readable
from sphinx_recaps.core.figure import chapters_of, figures, title_of
from sphinx_recaps.core.periods import Period
from sphinx_recaps.data.video_reference import parse_video
from sphinx_recaps.publish.names import ALL_RECORDS, export_name
from sphinx_recaps.publish.previews import described
from sphinx_recaps.publish.settings import base_address, publishes
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.objects import last_of
from sphinx_recaps.registry.recordings import chapters_of_entry, recordings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from docutils import nodes
    from sphinx.application import Sphinx

    from sphinx_recaps.data.name_records import Person
    from sphinx_recaps.data.records import Entry, Event
    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.objects import NotedEntry

Thing: TypeAlias = dict[str, Any]

VIDEO = "recap-video"  # the figures of the directive youtube
PLAYER = "video"  # the anchor of the player on the page of an entry
TYPES = {"poster": "Poster", "episode": "PodcastEpisode"}  # of entries without a video, by kind
MEDIA_TYPES = {"application/json": ".json", "text/csv": ".csv"}
MIN_DESCRIPTION = 50  # characters
MODES = {"online": "Online", "in person": "Offline", "hybrid": "Mixed"}
# Characters that would end the element, or start another one. They only occur in strings of JSON.
_ESCAPED = {ord(char): f"\\u{ord(char):04x}" for char in "<>"}


def script(things: Sequence[Thing]) -> str:
    """Return the element ``script`` with some things of schema.org; '' if there are none."""
    if not things:
        return ""
    data = {"@context": "https://schema.org", **(things[0] if len(things) == 1 else {"@graph": things})}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return f'<script type="application/ld+json">{text}</script>\n'


def filled(thing: Mapping[str, Any]) -> Thing:
    """Return a thing without properties that have no value."""
    return {name: value for name, value in thing.items() if value}


def duration(seconds: int | None) -> str:
    """Return a duration as in ISO 8601; '' if it is unknown."""
    return f"PT{seconds}S" if seconds else ""


def video_thing(
    name: str, video: str, uploaded: dt.date | None, seconds: int | None, part: tuple[int, int | None] | None = None
) -> Thing | None:
    """Return a video on YouTube; None if it is on another site or a playlist, or if nobody knows when it was published.

    A ``part`` has its start and end in seconds.
    """
    try:
        reference = parse_video(video)
    except ValueError:
        return None
    if not uploaded or not reference.video_id:
        return None
    if part is not None:
        reference = replace(reference, start=part[0], end=part[1])
    return filled(
        {
            "@type": "VideoObject",
            "name": name,
            "thumbnailUrl": f"https://i.ytimg.com/vi/{reference.video_id}/hqdefault.jpg",
            "uploadDate": machine_readable(uploaded),
            "duration": duration(seconds),
            "embedUrl": reference.embed_url(),
        }
    )


def event_thing(event: Event, address: str) -> Thing | None:
    """Return an event with its sessions; None if its place or its day is unknown."""
    location = _location(event, address)
    if location is None or isinstance(event.start, Period):
        return None
    sessions = [
        {
            "@type": "Event",
            "name": session.name,
            "startDate": session.start.isoformat(timespec="minutes"),
            "endDate": session.end.isoformat(timespec="minutes"),
            "location": location,
        }
        for session in event.sessions
    ]
    mode = MODES.get(event.mode or "")
    return filled(
        {
            "@type": "Event",
            "name": event.name,
            "startDate": event.start.isoformat(),
            "endDate": (event.end or event.start).isoformat(),
            "eventAttendanceMode": mode and f"https://schema.org/{mode}EventAttendanceMode",
            "location": location,
            "subEvent": sessions,
        }
    )


def _location(event: Event, address: str) -> Thing | list[Thing] | None:
    online = {"@type": "VirtualLocation", "url": event.links[0].url if event.links else address}
    if event.mode == "online":
        return online
    if not event.place:
        return None
    place = {"@type": "Place", "name": event.place, "address": event.place}
    return [place, online] if event.mode == "hybrid" else place


def breadcrumbs(above: Sequence[tuple[str, str]], title: str) -> Thing:
    """Return the breadcrumbs of a page: the names and addresses of the pages above it, and its own title."""
    items: list[Thing] = [
        {"@type": "ListItem", "position": position, "name": name, "item": address}
        for position, (name, address) in enumerate(above, 1)
    ]
    items.append({"@type": "ListItem", "position": len(above) + 1, "name": title})
    return {"@type": "BreadcrumbList", "itemListElement": items}


def recording_thing(domain: RecapDomain, noted: NotedEntry, entry: Entry, address: str) -> Thing | None:
    """Return the recording of an entry with the entries in it, or its place in another one; None without one.

    ``address`` is that of the page of the entry. A recording that is no longer online is left out.
    """
    if entry.video:
        if _is_dead(domain, entry.video):
            return None
        named = [(start, title) for start, title, _part in chapters_of_entry(domain, noted, entry.chapters)]
        clips = [_clip(title, start, f"{address}?t={start}#{PLAYER}") for start, title in named if start is not None]
        thing = video_thing(entry.title, entry.video, entry.uploaded, entry.duration)
        return thing and filled({**thing, "hasPart": clips})
    whole = recordings(domain, noted.event, entry.part_of) if entry.start is not None else []
    if len(whole) != 1 or whole[0].video is None or entry.start is None or _is_dead(domain, whole[0].video):
        return None
    length = entry.end - entry.start if entry.end else entry.duration
    return video_thing(entry.title, whole[0].video, whole[0].uploaded, length, (entry.start, entry.end))


def _is_dead(domain: RecapDomain, video: str) -> bool:
    try:
        return domain.link_copies.is_dead(parse_video(video).watch_url())
    except ValueError:
        return False


def _clip(name: str, start: int, address: str) -> Thing:
    """Return a part of a video; its address is the page of the video, opened at that time, as Google requires."""
    return {"@type": "Clip", "name": name, "startOffset": start, "url": address}


def person_thing(name: str, person: Person | None, address: str | None) -> Thing:
    """Return a person or team, named as in an entry; ``person`` is its record, ``address`` that in the index."""
    return filled(
        {
            "@type": "Organization" if person and person.kind == "team" else "Person",
            "name": name,
            "url": address,
            "sameAs": [link.url for link in person.links] if person else None,
        }
    )


def entry_thing(entry: Entry, kind: str, people: Sequence[Thing], date: dt.date | None, video: Thing | None) -> Thing:
    """Return an entry: its recording if that is known, otherwise a work.

    ``date`` is that of the entry or of its event.
    """
    authors = [*people]
    if len(authors) == 1 and authors[0]["@type"] == "Person":
        employer = {"@type": "Organization", "name": entry.affiliation} if entry.affiliation else None
        authors[0] = filled({**authors[0], "jobTitle": entry.role, "affiliation": employer})
    thing = video or {"@type": TYPES.get(kind, "CreativeWork"), "name": entry.title}
    return filled(
        {
            **thing,
            "description": entry.summary,
            "author": authors,
            "keywords": list(entry.topics),
            "inLanguage": entry.language,
            "datePublished": None if video or not date else machine_readable(date),
            "image": entry.image if entry.image and "://" in entry.image else None,
            "sameAs": entry.link,
        }
    )


def _chapters(figure: nodes.figure, address: str) -> Iterator[Thing]:
    """Yield the chapters of a video; ``address`` is the address of its page."""
    for start, title in chapters_of(figure):
        yield _clip(title, start, f"{address}?t={start}#{figure['ids'][0]}")


def _videos(doctree: nodes.document, domain: RecapDomain, address: str) -> Iterator[Thing]:
    """Yield the videos on a page that still exist."""
    for figure in figures(doctree, VIDEO):
        video = figure["video"]
        thing = video_thing(title_of(figure), video["watch"], video["uploaded"], video["duration"])
        if thing is not None and not domain.link_copies.is_dead(video["watch"]):
            yield filled({**thing, "transcript": video.get("transcript"), "hasPart": [*_chapters(figure, address)]})


def dataset(name: str, description: str, address: str, licence: str, files: Mapping[str, str]) -> Thing | None:
    """Return an export; None if its description is shorter than Google requires. ``files`` are addresses by type."""
    if len(description) < MIN_DESCRIPTION:
        return None
    return filled(
        {
            "@type": "Dataset",
            "name": name,
            "description": description,
            "url": address,
            "license": licence,
            "distribution": [
                {"@type": "DataDownload", "encodingFormat": media, "contentUrl": file} for media, file in files.items()
            ],
        }
    )


def _datasets(app: Sphinx, pagename: str, context: dict[str, Any], doctree: nodes.document) -> Iterator[Thing]:
    """Yield the exports of the lists of a page, on the home page that of all records."""
    base, domain = base_address(app.config), recap_domain(app.env)
    paths = dict.fromkeys(path for path, _anchor, shown in domain.data["lists"].get(pagename, ()) if shown)
    names = {export_name(path): f"{do_striptags(context['title'])}: {last_of(export_name(path))}" for path in paths}
    if len(names) == 1:
        names = dict.fromkeys(names, do_striptags(context["title"]))
    if pagename == app.config.root_doc and domain.data["entries"]:
        names = {ALL_RECORDS: app.config.project}
    for file, name in names.items():
        files = {media: f"{base}{quote(file)}{suffix}" for media, suffix in MEDIA_TYPES.items()}
        description = unescape(described(context, doctree))
        thing = dataset(name, description, context["pageurl"], app.config.recap_licence, files)
        if thing is not None:
            yield thing


def _things(app: Sphinx, pagename: str, context: dict[str, Any], doctree: nodes.document | None) -> Iterator[Thing]:
    """Yield the structured data of a page."""
    address, domain = context["pageurl"], recap_domain(app.env)
    if doctree is None:
        return
    if "recap-examples" not in app.env.metadata[pagename]:
        for event in domain.data["events"].get(pagename, ()):
            if thing := event_thing(event.record, address):
                yield {**thing, "url": address}
        yield from _videos(doctree, domain, address)
        if publishes(app.builder, "exports"):
            yield from _datasets(app, pagename, context, doctree)
    # Other pages do without breadcrumbs: each byte counts there, and search engines show their address instead.
    if pagename != app.config.root_doc and any(domain.data[notes].get(pagename) for notes in ("events", "lists")):
        above = [(app.config.project, f"{base_address(app.config)}{app.builder.get_target_uri(app.config.root_doc)}")]
        parents = context.get("parents") or ()
        above += [(do_striptags(parent["title"]), urljoin(address, parent["link"])) for parent in parents]
        yield breadcrumbs(above, do_striptags(context.get("title") or pagename))


def _add_data(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add the structured data of a page."""
    if publishes(app.builder, "structured-data"):
        element = script(list(_things(app, pagename, context, doctree)))
        if element:
            context["metatags"] = f"{context.get('metatags') or ''}\n{element}"


def setup_structured_data(app: Sphinx) -> None:
    """Connect the handler that adds the data."""
    app.connect("html-page-context", _add_data, priority=600)
