"""Each entry of a catalogue as HTML.

This is Python code, unlike the template of the list around them: an archive has 20,000 entries, and a template would
need three times as long for each. Every text is escaped where it is inserted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.catalogue.abstract import abstract_html
from sphinx_recaps.catalogue.cover import cover
from sphinx_recaps.core.html_text import breakable, escape
from sphinx_recaps.core.language import list_separator
from sphinx_recaps.core.messages import _, labelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx_recaps.archive.links import ExternalLink
    from sphinx_recaps.catalogue.view import Fact, Name, Picture, Row
    from sphinx_recaps.data.video_reference import VideoReference


class EntryStyle(NamedTuple):
    """How a list displays its entries: heading level (2 to 6), noun for their kind, compact or full, language.

    ``schemes`` are those that links in abstracts may use.
    """

    level: int
    noun: str
    compact: bool
    language: str
    schemes: frozenset[str]

    def html(self, row: Row) -> str:
        """Return an entry as a list item."""
        pictured = not self.compact and bool(row.player or row.picture)
        is_bare = not (self.compact or pictured or row.covered)
        parts = [
            _opening(row, " recap-pictured" if pictured else " recap-bare" if is_bare else ""),
            f'<h{self.level} class="recap-title">{self._title(row, pictured=pictured)}</h{self.level}>',
        ]
        if row.people:
            parts.append(f'<p class="recap-people">{self._names(row.people)}</p>')
        if row.facts:
            parts.append(f'<p class="recap-facts">{" · ".join(map(fact_html, row.facts))}</p>')
        if not self.compact:
            self._add_body(parts, row)
        parts.append("</li>\n")
        return "\n".join(parts)

    def _names(self, names: Sequence[Name]) -> str:
        return list_separator(self.language).join(map(name_html, names))

    def _title(self, row: Row, *, pictured: bool) -> str:
        """Return former anchors, the drawn cover with the code, and the title, which links to the page of the entry.

        In a compact list, the title of an entry without a page is a link, too.
        """
        title = breakable(row.title)
        art = "" if self.compact or pictured or not row.covered else cover(row.target)
        if row.coded:
            code = f'<span class="recap-code">{art}{escape(row.mark)}</span> '
        else:
            code = art and f'<span class="recap-code" aria-hidden="true">{art}{escape(row.mark)}</span>'
        if row.page:
            title = f'<a href="{escape(row.page)}">{title}</a>'
        elif self.compact and row.anchor != row.target:
            title = f'<a href="#{row.target}">{title}</a>'
        elif self.compact and row.links:
            link = row.links[0]._replace(text=row.title)
            title = link.html() if link.dead_url else f'<a href="{escape(link.uri)}">{title}</a>'
        former = "".join(f'<span id="{escape(anchor)}" class="recap-former"></span>' for anchor in row.former)
        return f"{former}{code}{title}"

    def _add_body(self, parts: list[str], row: Row) -> None:
        """Add the parts that a compact list omits."""
        if row.player:
            parts.append(_player(row.player, _video_cover(row), row.title))
        elif row.picture:
            tile = _image(row.picture, row.alt)
            parts.append(f'<a class="recap-tile" href="{escape(row.picture.full)}">{tile}</a>')
        parts += [f'<p class="recap-summary">{escape(text)}</p>' for text in row.summary]
        if row.topics:
            parts.append(f'<p class="recap-topics">{self._names(row.topics)}</p>')
        name = f"{self.noun} {row.mark}" if row.coded else row.title
        permalink = "" if row.page else self._permalink(row, name)
        shown = row.links_beside_player
        abstract = abstract_html(row.abstract, self.schemes) if row.abstract and not row.page else ""
        several = sum(bool(link.copy) for link in shown) > 1
        more = _more(row, shown, abstract) if abstract or row.note or row.sources or several else ""
        links = "".join(self._link(link, name, copied=not more) for link in shown)
        transcripts = "".join(self._transcript(one, name) for one in row.transcripts)
        if links or transcripts or permalink or more:
            parts.append(f'<ul class="recap-ways">{links}{transcripts}{permalink}{more}</ul>')

    def _permalink(self, row: Row, name: str) -> str:
        """Return the link to an entry that has no page of its own."""
        link_text = _("Link to {name}").format(name=name)
        if not row.coded:
            link_text = labelled(_("Link to this {noun}").format(noun=self.noun), name)
        word = _("Link")  # the extractor does not look into f-strings
        return f'<li><a href="#{row.target}" aria-label="{escape(link_text)}">{escape(word)}</a></li>'

    def _transcript(self, transcript: Name, name: str) -> str:
        label = escape(f"{transcript.text}{list_separator(self.language)}{name}")
        return f'<li><a href="{escape(transcript.uri or "")}" aria-label="{label}">{escape(transcript.text)}</a></li>'

    def _link(self, link: ExternalLink, name: str, *, copied: bool) -> str:
        """Return a link as an item of a list, with its copy beside it if that is the only one of the entry.

        Screen readers can list the links of a page without their surroundings, so labels end with the ``name`` of the
        entry.
        """
        label = f"{link.text}{link.note}{list_separator(self.language)}{name}"
        return f"<li>{link.html(label)}{link.copy_html(name) if copied else ''}</li>"


def _more(row: Row, links: Sequence[ExternalLink], abstract: str) -> str:
    """Return what only some readers look for: the abstract (HTML), the note, archived copies of links, and sources.

    It is closed at first, so its links need no names that make sense in a list of all links of the page.
    """
    note = f'<p class="recap-note">{escape(row.note)}</p>' if row.note else ""
    items = [f"<li>{escape(f'{link.text}{link.note}')}:{link.copy_html()}</li>" for link in links if link.copy]
    items += [f"<li>{link.html()}{link.copy_html()}</li>" for link in row.sources]
    listing = f"<ul>{''.join(items)}</ul>" if items else ""
    more, abstract = escape(_("More")), abstract and f'<div class="recap-abstract">{abstract}</div>'
    return f"<li><details><summary>{more}</summary>{abstract}{note}{listing}</details></li>"


def wall(rows: Sequence[Row]) -> str:
    """Return the tiles of a list: the code of each entry in the colour of its topic, linked to its page or place."""
    return "".join(
        f'<li class="recap-tone-{"none" if row.tone is None else row.tone}">'
        f'<a href="{escape(row.page) or f"#{row.target}"}">{escape(row.mark or row.title[:1])}</a></li>'
        for row in rows
    )


def _opening(row: Row, classes: str) -> str:
    anchor = f' id="{row.anchor}"' if row.anchor else ""
    tone = f" recap-tone-{row.tone}" if row.tone is not None else ""
    code = "" if row.coded else f' data-id="{escape(row.id)}"'
    return f'<li{anchor} class="recap-entry{classes}{tone}"{code}>'


def _video_cover(row: Row) -> str:
    """Return the picture below the play button, which is drawn if the entry has none."""
    if row.picture:
        return _image(row.picture, "")
    return cover(row.target) if row.covered else ""


def _player(player: VideoReference, shown: str, title: str) -> str:
    """Return the parts that recap-video.js turns into a player."""
    play = escape(_("Play"))
    return (
        f'<div class="recap-video recap-tile"><div class="recap-video-frame" data-embed="{escape(player.embed_url())}">'
        f'<a class="recap-video-cover" href="{escape(player.watch_url())}">{shown}<span class="recap-video-play">'
        f'{play}</span> <span class="recap-video-title">{escape(title)}</span></a></div></div>'
    )


def _image(picture: Picture, alt: str) -> str:
    size = f'width="{picture.width}" height="{picture.height}"'
    # The image fills a 4:3 tile, see recap-catalogue.css, which crops wider images at their sides.
    wider = max(1.0, picture.width * 3 / (picture.height * 4))
    sizes = f"(max-width: 34rem) {round(76 * wider)}px, {round(136 * wider)}px"
    src = f'src="{escape(picture.src)}" sizes="{sizes}"'
    return f'<img {src} alt="{escape(alt)}" {size} loading="lazy" decoding="async">'


def fact_html(fact: Fact) -> str:
    """Return a fact; a date is machine-readable."""
    return f'<time datetime="{fact.datetime}">{escape(fact.text)}</time>' if fact.datetime else escape(fact.text)


@lru_cache(maxsize=1 << 14)
def name_html(name: Name) -> str:
    """Return a name, linked to its address if it has one."""
    text, uri = name
    return f'<a href="{escape(uri)}">{breakable(text)}</a>' if uri else f"<span>{breakable(text)}</span>"
