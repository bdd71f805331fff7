"""Optional rules for pages, turned on by ``recap_rules`` in ``conf.py``.

``copies``: a link to another site has an archived copy beside it. ``notes``: a footnote has a link to its source.
``words``: the text of a link says where it goes. ``description``: the description of a page fits search results.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.nodes import traverse_parent

from sphinx_recaps.core.options import add_setting
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.link_copies import WEB, address_key, parse_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sphinx.application import Sphinx

    Problems = Iterator[tuple[nodes.Element, str]]

# A file or folder at a commit, whose hash may be shortened, does not change.
_FIXED = re.compile(r"https://git(?:hub|lab)\.com/.+/(?:blob|tree)/[0-9a-f]{7,40}/.+")
_EMPTY_WORDS = {"here", "click here", "this", "this link", "this page", "link", "more", "read more", "page"}
_MIN_DESCRIPTION, _MAX_DESCRIPTION = 50, 159  # characters


def _without_copy(document: nodes.document, exempt: Sequence[str]) -> Problems:
    """Yield the links without a copy after them."""
    links = [link for link in document.findall(nodes.reference) if link.get("refuri", "").startswith(WEB)]
    for link, following in zip_longest(links, links[1:]):
        url = link["refuri"]
        if parse_copy(url) or _FIXED.fullmatch(url) or url.startswith(tuple(exempt)):
            continue
        copy = parse_copy(following["refuri"]) if following else None
        if copy is None or address_key(copy[1]) != address_key(url):
            yield link, f"{url!r} has no archived copy beside it; write <wayback:YYYYMMDD/{url}> after the link"


def _without_source(document: nodes.document) -> Problems:
    """Yield the footnotes without a link."""
    for note in document.findall(nodes.footnote):
        if next(note.findall(nodes.reference), None) is None:
            yield note, "this footnote has no link; write [title](address) of the source into it"


def _without_words(document: nodes.document) -> Problems:
    """Yield the links whose text does not describe them."""
    for link in document.findall(nodes.reference):
        if (words := link.astext().strip().casefold()) in _EMPTY_WORDS:
            yield link, f"the text {words!r} does not say where the link goes; write the name of its target"


def _without_description(document: nodes.document) -> Problems:
    """Yield the description of the page if it is too short, too long or not a sentence."""
    for meta in document.findall(nodes.meta):
        if meta.get("name") == "description":
            sentence = meta["content"]
            if not _MIN_DESCRIPTION <= len(sentence) <= _MAX_DESCRIPTION or not sentence.endswith("."):
                expected = (
                    f"a sentence of {_MIN_DESCRIPTION} to {_MAX_DESCRIPTION} characters that ends with a full stop"
                )
                yield meta, f"the description has {len(sentence)} characters; write {expected}"


RULES: dict[str, Callable[[nodes.document], Problems]] = {
    "notes": _without_source,
    "words": _without_words,
    "description": _without_description,
}


def _check(app: Sphinx, document: nodes.document) -> None:
    docname = app.env.current_document.docname
    chosen = app.config.recap_rules
    problems = [problem for name, rule in RULES.items() if name in chosen for problem in rule(document)]
    if "copies" in chosen:
        problems += _without_copy(document, app.config.recap_no_copies)
    for node, message in problems:
        line = next((parent.line for parent in traverse_parent(node) if parent.line), 1)
        report(RecapWarning.RULE, message, (docname, line))


def setup_site_rules(app: Sphinx) -> None:
    """Set up the rules, which are off by default."""
    rules = "Optional rules that pages must follow: `copies`, `notes`, `words`, `description`."
    exempt = "Prefixes of addresses that the rule `copies` ignores, such as that of a video player."
    add_setting(app, "recap_rules", [], list, rules)
    add_setting(app, "recap_no_copies", [], list, exempt)
    app.connect("doctree-read", _check, priority=900)  # after every handler that creates links
