"""The pages of an event: what they are called where its name goes without saying, and links to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from sphinx_recaps.core.name_matching import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.data.records import Event

_JOINT = re.compile(r"(?:\s+[^\W\d_A-Z]{1,4})*[\s:,–—-]*$")  # “ of the ”, “: ”


def pages_of(env: BuildEnvironment, event: Event, docname: str) -> list[tuple[str, str]]:
    """Return title and name of the pages that the page of an event lists in its tables of contents."""
    trees = env.tocs[docname].findall(addnodes.toctree) if docname in env.tocs else ()
    entries = [entry for tree in trees for entry in tree["entries"] if entry[1] in env.titles]
    names = [event.name, event.short_name or "", env.titles[docname].astext()] if entries else []
    return [(title or without_event(env.titles[page].astext(), names), page) for title, page in entries]


def link_to(docname: str, text: str, here: str) -> addnodes.pending_xref:
    """Return a link to a page, on the page ``here``."""
    content = nodes.inline(text, text)
    target = {"refdomain": "std", "reftype": "doc", "reftarget": f"/{docname}", "refdoc": here}
    return addnodes.pending_xref("", content, **target, refexplicit=True, refwarn=True)


def counted(what: str, said: str, pages: Sequence[tuple[str, str]], here: str) -> nodes.Node:
    """Return what an event counted, as it is ``said``, linked to the page of that name where there is one."""
    found = [page for title, page in pages if not set(words_of(title)).isdisjoint(words_of(what))]
    return link_to(found[0], said, here) if len(found) == 1 else nodes.Text(said)


def without_event(title: str, names: Iterable[str]) -> str:
    """Return the title of a page without the name of its event, where something is left.

    ``Posters of Orchid Days`` -> ``Posters``; ``Orchid Days: the talks`` -> ``the talks``. With the name go the short
    words and marks that join the two.
    """
    for name in sorted(filter(None, names), key=len, reverse=True):
        before, found, after = title.partition(name)
        if found:
            kept = f"{_JOINT.sub('', before)} {after.lstrip(' :,–—-')}".strip()
            return kept or title
    return title
