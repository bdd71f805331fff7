"""Each entry of a catalogue as HTML.

This is Python code, unlike the template of the list around them: an archive has 20,000 entries, and a template would
need three times as long for each. Every text is escaped where it is inserted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.catalogue.cover import cover
from sphinx_recaps.core.language import list_separator
from sphinx_recaps.core.messages import _, labelled
from sphinx_recaps.core.word_breaks import after_dots
from sphinx_recaps.registry.link_texts import copy_link_text, dead_link_title, with_copy_note, with_dead_note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx_recaps.catalogue.view import EntryLink, Fact, Name, Picture, Row
    from sphinx_recaps.data.video_reference import VideoReference


def escape(text: str) -> str:
    """Return text escaped for HTML and its attributes, like :func:`html.escape` but faster: few texts need it."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text or ">" in text:
        text = text.replace("<", "&lt;").replace(">", "&gt;")
    if '"' in text or "'" in text:
        text = text.replace('"', "&quot;").replace("'", "&#x27;")
    return text


def breakable(text: str) -> str:
    """Return text for HTML with line-break opportunities after dots in long words, such as ``torch.distributed``."""
    return after_dots(escape(text), "<wbr>")


class EntryStyle(NamedTuple):
    """How a list displays its entries: heading level (2 to 6), noun for their kind, compact or full, language."""

    level: int
    noun: str
    compact: bool
    language: str

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
            parts.append(f'<p class="recap-facts">{_facts(row.facts)}</p>')
        if not self.compact:
            self._add_body(parts, row)
        parts.append("</li>\n")
        return "\n".join(parts)

    def _names(self, names: Sequence[Name]) -> str:
        return list_separator(self.language).join(map(_name, names))

    def _title(self, row: Row, *, pictured: bool) -> str:
        """Return the drawn cover with the code, and the title; in a compact list, the title is a link."""
        title = breakable(row.title)
        art = "" if self.compact or pictured or not row.covered else cover(row.target)
        if row.coded:
            code = f'<span class="recap-code">{art}{escape(row.mark)}</span> '
        else:
            code = art and f'<span class="recap-code" aria-hidden="true">{art}{escape(row.mark)}</span>'
        if self.compact and row.anchor != row.target:
            title = f'<a href="#{row.target}">{title}</a>'
        elif self.compact and row.links:
            title = _compact_title(row.title, row.links[0])
        return code + title

    def _add_body(self, parts: list[str], row: Row) -> None:
        """Add the parts that a compact list omits."""
        if row.player:
            parts.append(_player(row.player, row.picture, row.title))
        elif row.picture:
            tile = _image(row.picture, row.alt)
            parts.append(f'<a class="recap-tile" href="{escape(row.picture.full)}">{tile}</a>')
        parts += [f'<p class="recap-summary">{escape(text)}</p>' for text in row.summary]
        if row.topics:
            parts.append(f'<p class="recap-topics">{self._names(row.topics)}</p>')
        name = f"{self.noun} {row.mark}" if row.coded else row.title
        link_text = _("Link to {name}").format(name=name)
        if not row.coded:
            link_text = labelled(_("Link to this {noun}").format(noun=self.noun), name)
        label, link_word = f'aria-label="{escape(link_text)}"', escape(_("Link"))
        permalink = f'<li><a href="#{row.target}" {label}>{link_word}</a></li>'
        shown = row.links_beside_player
        more = _more(row, shown) if row.note or row.sources or sum(bool(link.copy) for link in shown) > 1 else ""
        links = "".join(self._link(link, name, copied=not more) for link in shown)
        parts.append(f'<ul class="recap-ways">{links}{permalink}{more}</ul>')

    def _link(self, link: EntryLink, name: str, *, copied: bool) -> str:
        """Return a link as an item of a list, with its copy beside it if that is the only one of the entry.

        Screen readers can list the links of a page without their surroundings, so labels end with the ``name`` of the
        entry.
        """
        label = f' aria-label="{escape(f"{link.text}{list_separator(self.language)}{name}")}"'
        copy = _copy(link.copy, name) if copied and link.copy else ""
        return _item(link, label, copy)


def _more(row: Row, links: Sequence[EntryLink]) -> str:
    """Return what only some readers look for: the note, the archived copies of the links, and the sources.

    It is closed at first, so its links need no names that make sense in a list of all links of the page.
    """
    note = f'<p class="recap-note">{escape(row.note)}</p>' if row.note else ""
    items = [f"<li>{escape(link.text)}:{_copy(link.copy)}</li>" for link in links if link.copy]
    items += [_item(link, copy=_copy(link.copy) if link.copy else "") for link in row.sources]
    listing = f"<ul>{''.join(items)}</ul>" if items else ""
    more = escape(_("More"))
    return f"<li><details><summary>{more}</summary>{note}{listing}</details></li>"


def _item(link: EntryLink, label: str = "", copy: str = "") -> str:
    """Return a link as an item of a list, with the attribute of its name and the HTML of its copy."""
    text, uri, _copy_uri, _copy_is_known, dead_url = link
    live = f'<a class="external" href="{escape(uri)}"{label}>{escape(text)}</a>'
    return f"<li>{_dead_link(text, uri, dead_url, label) if dead_url else live}{copy}</li>"


def _copy(uri: str, name: str = "") -> str:
    """Return a link to an archived copy; its label ends with a name, if there is one."""
    text = copy_link_text(uri)
    label = f' aria-label="{escape(labelled(text, name))}"' if name else ""
    return f' <a class="archived-copy" href="{escape(uri)}"{label}>{escape(text)}</a>'


def wall(rows: Sequence[Row]) -> str:
    """Return the tiles of a list: the code of each entry in the colour of its topic, linked to it."""
    return "".join(
        f'<li class="recap-tone-{"none" if row.tone is None else row.tone}">'
        f'<a href="#{row.target}">{escape(row.mark or row.title[:1])}</a></li>'
        for row in rows
    )


def _compact_title(title: str, link: EntryLink) -> str:
    """Return a title linked to the first link of its entry, with a note if that is archived or dead."""
    if not link.dead_url:
        return f'<a href="{escape(link.uri)}">{breakable(title)}</a>'
    text = with_copy_note(title) if link.uri else with_dead_note(title, link.dead_url)
    return _dead_link(text, link.uri, link.dead_url)


def _dead_link(text: str, uri: str, dead_url: str, label: str = "") -> str:
    """Return a link to the archived copy of a dead address; only the text if there is no copy (no ``uri``)."""
    if not uri:
        return f'<span class="recap-gone">{escape(text)}</span>'
    title = escape(dead_link_title(dead_url))
    return f'<a class="external" href="{escape(uri)}" title="{title}"{label}>{escape(text)}</a>'


def _opening(row: Row, classes: str) -> str:
    anchor = f' id="{row.anchor}"' if row.anchor else ""
    tone = f" recap-tone-{row.tone}" if row.tone is not None else ""
    code = "" if row.coded else f' data-id="{escape(row.id)}"'
    return f'<li{anchor} class="recap-entry{classes}{tone}"{code}>'


def _player(player: VideoReference, picture: Picture | None, title: str) -> str:
    """Return the parts that recap-video.js turns into a player."""
    shown = "" if picture is None else _image(picture, "")
    return (
        f'<div class="recap-video recap-tile"><div class="recap-video-frame" data-embed="{escape(player.embed_url())}">'
        f'<a class="recap-video-cover" href="{escape(player.watch_url())}">{shown}<span class="recap-video-play">'
        f'{escape(_("Play"))}</span> <span class="recap-video-title">{escape(title)}</span></a></div></div>'
    )


def _image(picture: Picture, alt: str) -> str:
    size = f'width="{picture.width}" height="{picture.height}"'
    # The image fills a 4:3 tile, see recap-catalogue.css, which crops wider images at their sides.
    wider = max(1.0, picture.width * 3 / (picture.height * 4))
    sizes = f"(max-width: 34rem) {round(76 * wider)}px, {round(136 * wider)}px"
    src = f'src="{escape(picture.src)}" sizes="{sizes}"'
    return f'<img {src} alt="{escape(alt)}" {size} loading="lazy" decoding="async">'


def _facts(facts: Sequence[Fact]) -> str:
    return " · ".join(
        f'<time datetime="{fact.datetime}">{escape(fact.text)}</time>' if fact.datetime else escape(fact.text)
        for fact in facts
    )


@lru_cache(maxsize=1 << 14)
def _name(name: Name) -> str:
    text, uri = name
    return f'<a href="{escape(uri)}">{breakable(text)}</a>' if uri else f"<span>{breakable(text)}</span>"
