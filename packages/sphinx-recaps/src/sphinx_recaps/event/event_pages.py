"""The pages of an event: their titles without the name of the event, and links to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from sphinx_recaps.core.language import number
from sphinx_recaps.core.name_matching import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.data.records import Event

_JOINT = re.compile(r"(?:\s+[^\W\d_A-Z]{1,4})*[\s:,–—-]*$")  # “ of the ”, “: ”


def toctree_entries(env: BuildEnvironment, docname: str) -> list[tuple[str | None, str]]:
    """Return the title, if the author wrote one, and the name or address of each entry in the toctrees of a page."""
    trees = env.tocs[docname].findall(addnodes.toctree) if docname in env.tocs else ()
    return [entry for tree in trees for entry in tree["entries"]]


def pages_of(env: BuildEnvironment, event: Event, docname: str) -> list[tuple[str, str]]:
    """Return the title and the name of each page in the toctrees of an event's page."""
    entries = [entry for entry in toctree_entries(env, docname) if entry[1] in env.titles]
    names = [event.name, event.short_name or "", env.titles[docname].astext()] if entries else []
    return [(title or without_event(env.titles[page].astext(), names), page) for title, page in entries]


def paragraph(text: str, *classes: str) -> nodes.paragraph:
    """Return a text as a paragraph."""
    return nodes.paragraph(text, text, classes=list(classes))


def link_to(docname: str, text: str, here: str) -> addnodes.pending_xref:
    """Return a link to a page from the page ``here``."""
    content = nodes.inline(text, text)
    target = {"refdomain": "std", "reftype": "doc", "reftarget": f"/{docname}", "refdoc": here}
    return addnodes.pending_xref("", content, **target, refexplicit=True, refwarn=True)


def number_lines(
    env: BuildEnvironment, event: Event, translate: Callable[[str], str], pages: Sequence[tuple[str, str]]
) -> Iterator[tuple[str, nodes.Node]]:
    """Yield the numbers of an event, each with its label: a link if exactly one page has a word of it in its title."""
    for label, count in event.numbers:
        matches = [page for title, page in pages if not set(words_of(title)).isdisjoint(words_of(label))]
        text = translate(label)
        named = link_to(matches[0], text, env.docname) if len(matches) == 1 else nodes.Text(text)
        yield number(count, env.config.language), named


def number_list(numbers: Iterable[tuple[str, nodes.Node]], *classes: str) -> nodes.bullet_list:
    """Return numbers with their labels as a list."""
    lines = [nodes.paragraph("", "", nodes.strong("", count), nodes.Text(" "), label) for count, label in numbers]
    return nodes.bullet_list("", *(nodes.list_item("", line) for line in lines), classes=list(classes))


def numbers_of(env: BuildEnvironment, event: Event, translate: Callable[[str], str], css_class: str) -> nodes.Node:
    """Return the numbers of an event as a list, with links to the pages that the current one lists."""
    return number_list(number_lines(env, event, translate, pages_of(env, event, env.docname)), css_class)


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
