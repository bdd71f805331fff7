"""The pages of an event: their titles without the name of the event, and links to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from sphinx_recaps.core.language import number
from sphinx_recaps.core.name_matching import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.data.records import Event

_JOINT = re.compile(r"(?:\s+[^\W\d_A-Z]{1,4})*[\s:,–—-]*$")  # “ of the ”, “: ”


def pages_of(env: BuildEnvironment, event: Event, docname: str) -> list[tuple[str, str]]:
    """Return the title and the name of each page in the toctrees of an event's page."""
    trees = env.tocs[docname].findall(addnodes.toctree) if docname in env.tocs else ()
    entries = [entry for tree in trees for entry in tree["entries"] if entry[1] in env.titles]
    names = [event.name, event.short_name or "", env.titles[docname].astext()] if entries else []
    return [(title or without_event(env.titles[page].astext(), names), page) for title, page in entries]


def link_to(docname: str, text: str, here: str) -> addnodes.pending_xref:
    """Return a link to a page from the page ``here``."""
    content = nodes.inline(text, text)
    target = {"refdomain": "std", "reftype": "doc", "reftarget": f"/{docname}", "refdoc": here}
    return addnodes.pending_xref("", content, **target, refexplicit=True, refwarn=True)


def number_label(label: str, text: str, pages: Sequence[tuple[str, str]], here: str) -> nodes.Node:
    """Return the ``text`` of a number's label, as a link if exactly one page has a word of the label in its title."""
    matches = [page for title, page in pages if not set(words_of(title)).isdisjoint(words_of(label))]
    return link_to(matches[0], text, here) if len(matches) == 1 else nodes.Text(text)


def numbers_of(
    env: BuildEnvironment, event: Event, translate: Callable[[str], str], *, classes: Sequence[str]
) -> nodes.bullet_list:
    """Return the numbers of an event, each linked to the page listed on the current one that its label names."""
    pages, items = pages_of(env, event, env.docname), []
    for label, count in event.numbers:
        text = number_label(label, translate(label), pages, env.docname)
        count_node = nodes.strong("", number(count, env.config.language))
        items.append(nodes.list_item("", nodes.paragraph("", "", count_node, nodes.Text(" "), text)))
    return nodes.bullet_list("", *items, classes=list(classes))


def without_event(title: str, names: Iterable[str]) -> str:
    """Return the title of a page without the name of its event, unless nothing else is left.

    ``Posters of Orchid Days`` -> ``Posters``; ``Orchid Days: the talks`` -> ``the talks``. Short
    words and punctuation beside the name are removed, too.
    """
    for name in sorted(filter(None, names), key=len, reverse=True):
        before, separator, after = title.partition(name)
        if separator:
            shortened = f"{_JOINT.sub('', before)} {after.lstrip(' :,–—-')}".strip()
            return shortened or title
    return title
