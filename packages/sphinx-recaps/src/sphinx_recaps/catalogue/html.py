"""Each entry of a catalogue as HTML.

This is Python code, unlike the template of the list around them: an archive has 20,000 entries, and a template would
need three times as long for each. Every text is escaped where it is inserted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.core.language import list_separator
from sphinx_recaps.core.messages import _, labelled
from sphinx_recaps.core.word_breaks import after_dots
from sphinx_recaps.registry.link_texts import copy_link_text, dead_link_title, with_copy_note, with_dead_note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx_recaps.catalogue.view import EntryLink, Fact, Name, Picture, Row
    from sphinx_recaps.data.video_reference import VideoReference


def escape(text: str) -> str:
    """Return text escaped for HTML and its attributes, like :func:`html.escape` but faster."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#x27;")


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
        pictured = not self.compact and (row.player or row.picture)
        parts = [
            _opening(row, " recap-pictured" if pictured else ""),
            f'<h{self.level} class="recap-title">{self._title(row, pictured=bool(pictured))}</h{self.level}>',
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
        """Return the code and the title; in a compact list, the title is a link."""
        title = breakable(row.title)
        if row.coded:
            code = f'<span class="recap-code">{escape(row.mark)}</span> '
        else:
            hidden = self.compact or pictured
            code = "" if hidden else f'<span class="recap-code" aria-hidden="true">{escape(row.mark)}</span>'
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
        if row.note:
            parts.append(f'<p class="recap-note">{escape(row.note)}</p>')
        if row.topics:
            parts.append(f'<p class="recap-topics">{self._names(row.topics)}</p>')
        name = f"{self.noun} {row.mark}" if row.coded else row.title
        label = ""
        if row.coded:
            link_text = _("Link to {name}").format(name=name)
        else:
            link_text = _("Link to this {noun}").format(noun=self.noun)
            label = f' aria-label="{escape(labelled(link_text, name))}"'
        permalink = f'<li><a class="recap-permalink" href="#{row.target}"{label}>{escape(link_text)}</a></li>'
        links = row.links_beside_player
        is_only_link = len(links) + len(row.sources) == 1  # in a long list, most entries have one link
        parts.append(f'<ul class="recap-ways">{self._links(links, name, only=is_only_link)}{permalink}</ul>')
        if row.sources:
            parts.append(
                f'<ul class="recap-ways recap-sources">{self._links(row.sources, name, only=is_only_link)}</ul>'
            )

    def _links(self, links: Sequence[EntryLink], name: str, *, only: bool) -> str:
        """Return the items of a list of links, each with its archived copy beside it.

        Screen readers can list the links of a page without their surroundings, so their labels end with the ``name`` of
        the entry. The label of the copy of an entry's only link has just that name.
        """
        items = []
        for text, uri, copy, _copy_is_known, dead_url in links:
            full = f"{text}{list_separator(self.language)}{name}"
            label = f' aria-label="{escape(full)}"'
            live = f'<a class="external" href="{escape(uri)}"{label}>{escape(text)}</a>'
            link = _dead_link(text, uri, dead_url, label) if dead_url else live
            if copy:
                copy_text = copy_link_text(copy)
                label = escape(labelled(copy_text, name if only else full))
                link += f' <a class="archived-copy" href="{escape(copy)}" aria-label="{label}">{escape(copy_text)}</a>'
            items.append(f"<li>{link}</li>")
        return "".join(items)


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
    cover = "" if picture is None else _image(picture, "")
    return (
        f'<div class="recap-video recap-tile"><div class="recap-video-frame" data-embed="{escape(player.embed_url())}">'
        f'<a class="recap-video-cover" href="{escape(player.watch_url())}">{cover}<span class="recap-video-play">'
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


@lru_cache(maxsize=1 << 12)
def _name(name: Name) -> str:
    text, uri = name
    return f'<a href="{escape(uri)}">{breakable(text)}</a>' if uri else f"<span>{breakable(text)}</span>"
