"""Each entry of a catalogue as HTML.

In Python, where the list around them is a template: an archive has 20,000 entries, and a template takes three times as
long for each. Every text is escaped where it is put in.
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

    from sphinx_recaps.catalogue.view import Fact, Name, Picture, Row, Way
    from sphinx_recaps.data.video_reference import VideoReference


def escape(text: str) -> str:
    """Return text for HTML, also for attributes, as :func:`html.escape` does, which takes longer."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#x27;")


def breakable(text: str) -> str:
    """Return text for HTML in which a line may end after a dot inside a long word, ``torch.distributed``."""
    return after_dots(escape(text), "<wbr>")


class EntryStyle(NamedTuple):
    """How a list shows its entries: the level of their headings (2 to 6), their kind, in full or in short."""

    level: int
    noun: str
    compact: bool
    language: str

    def html(self, row: Row) -> str:
        """Return an entry as the item of a list."""
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
        """Return the code and the title, which leads on where the list does not show the rest."""
        title = breakable(row.title)
        if row.coded:
            code = f'<span class="recap-code">{escape(row.mark)}</span> '
        else:
            hidden = self.compact or pictured
            code = "" if hidden else f'<span class="recap-code" aria-hidden="true">{escape(row.mark)}</span>'
        if self.compact and row.anchor != row.target:
            title = f'<a href="#{row.target}">{title}</a>'
        elif self.compact and row.ways:
            title = _compact_title(row.title, row.ways[0])
        return code + title

    def _add_body(self, parts: list[str], row: Row) -> None:
        """Add what a list in short leaves out."""
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
            shown = _("Link to {name}").format(name=name)
        else:
            shown = _("Link to this {noun}").format(noun=self.noun)
            label = f' aria-label="{escape(labelled(shown, name))}"'
        permalink = f'<li><a class="recap-permalink" href="#{row.target}"{label}>{escape(shown)}</a></li>'
        ways = row.ways_beside_player
        alone = len(ways) + len(row.sources) == 1  # a long list has one such link in each entry
        parts.append(f'<ul class="recap-ways">{self._ways(ways, name, alone=alone)}{permalink}</ul>')
        if row.sources:
            parts.append(f'<ul class="recap-ways recap-sources">{self._ways(row.sources, name, alone=alone)}</ul>')

    def _ways(self, ways: Sequence[Way], name: str, *, alone: bool) -> str:
        """Return the items of a list of links, each with its archived copy beside it.

        Who hears a link alone, in a list of links, hears after its words to which entry it belongs: ``name``.
        The copy of the only link of an entry is named by the entry alone.
        """
        items = []
        for text, uri, copy, _known, gone in ways:
            full = f"{text}{list_separator(self.language)}{name}"
            label = f' aria-label="{escape(full)}"'
            here = f'<a class="external" href="{escape(uri)}"{label}>{escape(text)}</a>'
            link = _gone(text, uri, gone, label) if gone else here
            if copy:
                said = copy_link_text(copy)
                named = escape(labelled(said, name if alone else full))
                link += f' <a class="archived-copy" href="{escape(copy)}" aria-label="{named}">{escape(said)}</a>'
            items.append(f"<li>{link}</li>")
        return "".join(items)


def _compact_title(title: str, way: Way) -> str:
    """Return a title that leads where an entry leads, and says so where that is a copy, or no longer online."""
    if not way.gone:
        return f'<a href="{escape(way.uri)}">{breakable(title)}</a>'
    return _gone(with_copy_note(title) if way.uri else with_dead_note(title, way.gone), way.uri, way.gone)


def _gone(text: str, uri: str, gone: str, label: str = "") -> str:
    """Return a link to the copy in the place of an address that leads nowhere; text where there is none."""
    if not uri:
        return f'<span class="recap-gone">{escape(text)}</span>'
    title = escape(dead_link_title(gone))
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
    # The picture fills a tile of 4 to 3, see recap-catalogue.css: what is wider than that is cut at its sides.
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
