"""The page of one entry as HTML; every text is escaped where it is inserted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.catalogue.cover import drawing
from sphinx_recaps.catalogue.html import fact_html, name_html
from sphinx_recaps.core.html_text import breakable, escape
from sphinx_recaps.core.language import either, list_separator, listed
from sphinx_recaps.core.messages import _, labelled
from sphinx_recaps.data.video_reference import clock
from sphinx_recaps.publish.structured_data import PLAYER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx_recaps.archive.links import ExternalLink
    from sphinx_recaps.catalogue.view import Fact, Name, Row
    from sphinx_recaps.data.video_reference import VideoReference


class Place(NamedTuple):
    """Where an entry is in the sources; ``edit`` is the address for changing it, or empty."""

    file: str
    line: int
    edit: str


class Media(NamedTuple):
    """A local image of an entry in its full size; ``files`` are its versions with their widths, as in ``srcset``."""

    src: str
    files: str
    width: int
    height: int


class Surroundings(NamedTuple):
    """What the page of an entry shows besides the entry; addresses are relative to the page.

    ``role`` belongs to its people, ``abstract`` and ``transcript`` are HTML, ``facts`` have labels. ``recordings`` are
    the titles and videos of recordings that contain the entry, ``part_of`` their titles with addresses. Each of the
    ``chapters`` of its own recording has its time, if known, and the address of that moment. ``listed`` is the page
    with its list, linked to the entry there. ``related`` are entries, each with a note that says why. ``address`` is
    the address of the page itself.
    """

    label: str
    noun: str
    role: str
    abstract: str
    recordings: Sequence[tuple[str, VideoReference]]
    part_of: Sequence[Name]
    chapters: Sequence[tuple[str, str, Name]]
    transcript: str
    event: Name
    facts: Sequence[tuple[str, Fact]]
    listed: Name
    before: Name | None
    after: Name | None
    related: Sequence[tuple[Name, str]]
    place: Place
    media: Media | None
    address: str


def page_html(row: Row, around: Surroundings, language: str) -> str:
    """Return the body of the page of an entry."""
    tone = f" recap-tone-{row.tone}" if row.tone is not None else ""
    comma = list_separator(language)
    drawn = not (row.player or around.media) and row.covered
    shown = {video.watch_url() for _title, video in around.recordings}
    chapters = _chapters(around.chapters)
    if row.player:
        above, below = [_player(row.player, row.title, around.media, chapters, PLAYER), around.transcript], ""
    else:
        above, below = [_image(around.media, row.alt), chapters], _recordings(around.recordings) + around.transcript
    parts = [
        f'<section class="recap-page{tone}">\n<div class="recap-page-head{" recap-page-drawn" if drawn else ""}">',
        _cover(row) if drawn else "",
        f'<p class="recap-page-kind">{escape(around.label)}</p>',
        f"<h1>{breakable(row.title)}</h1>",
        _people(row, around.role, comma),
        "</div>",
        *above,
        *(f'<p class="recap-page-summary">{escape(text)}</p>' for text in row.summary),
        f'<div class="recap-page-abstract">\n{around.abstract}</div>' if around.abstract else "",
        below,
        f'<p class="recap-page-note">{escape(row.note)}</p>' if row.note else "",
        _facts(row, around, language),
        _section(_("Links"), (_link(link) for link in row.links_beside_player if link.uri not in shown)),
        _section(_("Sources"), map(_link, row.sources)),
        _section(_("Related"), (_related(name, why) for name, why in around.related), "recap-page-related"),
        _neighbours(around),
        _colophon(around),
        "</section>\n",
    ]
    return "\n".join(filter(None, parts))


def _cover(row: Row) -> str:
    mark = f"<span>{escape(row.mark)}</span>" if row.mark else ""
    return f'<div class="recap-page-cover" aria-hidden="true">{drawing(row.target)}{mark}</div>'


def _people(row: Row, role: str, comma: str) -> str:
    names = f'<p class="recap-page-people">{comma.join(map(name_html, row.people))}</p>' if row.people else ""
    return names + (f'<p class="recap-page-role">{escape(role)}</p>' if role else "")


def _recordings(recordings: Sequence[tuple[str, VideoReference]]) -> str:
    """Return the players of recordings that contain the entry at an unknown time."""
    if not recordings:
        return ""
    words = _("Part of this recording") if len(recordings) == 1 else _("In one of these recordings")
    players = "".join(_player(video, title, None, "") for title, video in recordings)
    return f'<h2>{escape(words)}</h2>\n<div class="recap-page-recordings">{players}</div>'


def _chapters(chapters: Sequence[tuple[str, str, Name]]) -> str:
    """Return what a recording contains; recap-video.js lets the links of times play there."""
    items = "".join(f"<li>{_moment(time, address)} {name_html(name)}</li>" for time, address, name in chapters)
    return f'<ol class="recap-chapters" role="list">{items}</ol>' if items else ""


def _moment(time: str, address: str) -> str:
    return f'<a href="{escape(address)}">{escape(time)}</a>' if time and address else escape(time)


def _player(player: VideoReference, title: str, media: Media | None, chapters: str, anchor: str = "") -> str:
    """Return the parts that recap-video.js turns into a player, with what playing does.

    With an anchor, the address of the page can have a time: ``?t=90#anchor``.
    """
    cover = _img(media, "") if media else drawing(player.watch_url())
    watch = escape(player.watch_url())
    address = f'<a class="external" href="{watch}">{watch}</a>'
    start = clock(player.start) if player.start else ""
    play = _("Play from {time}").format(time=start) if start else _("Play")
    note = escape(_("Playing contacts YouTube: {address}")).replace("{address}", address)
    wide, tall = (9, 16) if player.portrait else (16, 9)
    classes = ("" if media else " recap-video-drawn") + (" recap-portrait" if player.portrait else "")
    place = f' id="{anchor}"' if anchor else ""
    words = f' data-from="{escape(_("Play from {time}"))}"' if anchor else ""
    return (
        f'<figure class="recap-video{classes}"{place}>'
        f'<div class="recap-video-frame" data-embed="{escape(player.embed_url())}"{words}>'
        f'<svg class="recap-video-shape" viewBox="0 0 {wide} {tall}" aria-hidden="true"></svg>'
        f'<a class="recap-video-cover" href="{watch}">{cover}<span class="recap-video-play">{escape(play)}</span> '
        f'<span class="recap-video-title">{escape(title)}</span></a></div>'
        f'<figcaption><div class="legend">{chapters}<p class="recap-video-address">{note}</p></div></figcaption>'
        "</figure>"
    )


def _image(media: Media | None, alt: str) -> str:
    """Return the image, linked to its file in the full size."""
    if media is None:
        return ""
    return f'<p class="recap-page-image"><a href="{escape(media.src)}">{_img(media, alt)}</a></p>'


def _img(media: Media, alt: str) -> str:
    several = f' srcset="{escape(media.files)}" sizes="(max-width: 48rem) 100vw, 46rem"' if media.files else ""
    size = f'width="{media.width}" height="{media.height}"'
    return f'<img src="{escape(media.src)}"{several} alt="{escape(alt)}" {size} decoding="async">'


def _facts(row: Row, around: Surroundings, language: str) -> str:
    """Return the facts with their names: event, date, topics and others."""
    facts = [(_("Event"), name_html(around.event))] if around.event.text else []
    facts += [(label, fact_html(fact)) for label, fact in around.facts]
    if around.part_of:
        facts.append((_("Part of"), either(map(name_html, around.part_of), language)))
    if row.topics:
        facts.append((_("Topics"), listed(map(name_html, row.topics), language)))
    if not facts:
        return ""
    pairs = "\n".join(f"<div><dt>{escape(label)}</dt><dd>{value}</dd></div>" for label, value in facts)
    return f'<dl class="recap-page-facts">\n{pairs}\n</dl>'


def _link(link: ExternalLink) -> str:
    return f"<li>{link.html()}{link.copy_html(link.text)}</li>"


def _related(name: Name, why: str) -> str:
    return f"<li>{name_html(name)} <span>{escape(why)}</span></li>"


def _section(title: str, items: Iterable[str], classes: str = "recap-page-links") -> str:
    content = "".join(items)
    return f'<h2>{escape(title)}</h2>\n<ul class="{classes}">{content}</ul>' if content else ""


def _neighbours(around: Surroundings) -> str:
    """Return links to the entries before and after this one in the list, and to the list."""
    links = []
    for name, rel, label in ((around.before, "prev", _("Previous")), (around.after, "next", _("Next"))):
        if name is not None:
            words = f"<span>{escape(label)}</span> {breakable(name.text)}"
            links.append(f'<a rel="{rel}" href="{escape(name.uri or "")}">{words}</a>')
    up = f'<a class="recap-page-up" href="{escape(around.listed.uri or "")}">{breakable(around.listed.text)}</a>'
    label = escape(_("In the same list"))
    return f'<nav class="recap-page-neighbours" aria-label="{label}">{"".join(links)}{up}</nav>'


def _colophon(around: Surroundings) -> str:
    """Return how to correct the entry, and its permanent address."""
    file, line, edit = around.place
    where = escape(_("line {line} of {file}").format(line=line, file=file))
    words = escape(_("Correct this entry"))
    correct = labelled(f'<a href="{escape(edit)}">{words}</a>' if edit else words, where)
    link = escape(_("Link to this {noun}").format(noun=around.noun))
    return f'<p class="recap-page-colophon">{correct} <a rel="bookmark" href="{escape(around.address)}">{link}</a></p>'
