"""Names in the text of pages: those that are known, and slips in them.

Known are the people of the data files, and what the configuration lists in ``recap_known_names``: projects, products,
and people whose names look like a slip of another one and are none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.util.nodes import traverse_parent

from sphinx_recaps.core.lookalikes import unlike
from sphinx_recaps.core.name_matching import is_slip
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.registry.domain import recap_domain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx

_NO_TEXT = (nodes.literal, nodes.literal_block, nodes.comment, nodes.raw, nodes.math, nodes.math_block)
_ADDRESS = re.compile(r"[/@\\]|\w\.\w")
_AROUND = " \t\r\n.,;:!?()[]{}<>\"'“”‘’«»—–-…*"
_CAPITAL = re.compile(r"[^\W\d_][\w'’.-]*")
LONGEST = 4  # words of a name


class Mention(NamedTuple):
    """Words of a page that may be a name, and their line."""

    text: str
    line: int


def words_in(text: str) -> Iterator[str]:
    """Yield the words of a text without what stands around them; '' for an address, which no name goes across."""
    for token in text.split():
        word = re.sub(r"['’]s$", "", token.strip(_AROUND))
        yield "" if _ADDRESS.search(word) else word


def mentions_in(words: Iterable[str]) -> Iterator[str]:
    """Yield each run of two to four words that begin with a capital letter."""
    run: list[str] = []
    for word in [*words, ""]:
        if _CAPITAL.fullmatch(word) and word[0].isupper():
            run.append(word)
            continue
        for start in range(len(run)):
            for end in range(start + 2, min(start + LONGEST, len(run)) + 1):
                yield " ".join(run[start:end])
        run = []


def _texts(document: nodes.document) -> Iterator[tuple[nodes.Text, nodes.Element]]:
    """Yield each text of a page with the element that it stands in.

    Code is none, nor is an address that is a link; the roles of the extension look names up themselves.
    """
    for text in document.findall(nodes.Text):
        parent, holder = text.parent, text.parent.parent
        is_role = isinstance(holder, addnodes.pending_xref) and holder["refdomain"] == "recap"
        if not (is_role or isinstance(parent, _NO_TEXT) or parent.get("refuri", "") == text.astext()):
            yield text, parent


def _read(app: Sphinx, document: nodes.document) -> None:
    """Report slips in known names of one word, and note what may be the name of a person."""
    known = {name.casefold(): name for name in app.config.recap_known_names if " " not in name}
    found: dict[Mention, None] = {}
    for text, parent in _texts(document):
        words = list(words_in(text.astext()))
        for word in dict.fromkeys(words):
            name = _meant(word, known)
            if name:
                same = unlike(word, name)
                problem = f"{word!r} is spelt {name!r}{same}; write it so, or as `code` where it is a name in a program"
                report(RecapWarning.NAME_SPELLING, problem, parent)
        line = next((node.line for node in traverse_parent(parent) if node.line), 1)
        for mention in mentions_in(words):
            found[Mention(mention, line)] = None
    recap_domain(app.env).note_mentions(app.env.current_document.docname, list(found))


def _meant(word: str, known: dict[str, str]) -> str | None:
    """Return the known name that a word is a slip of; None where it is one itself, or none."""
    folded = word.casefold()
    name = known.get(folded)
    if name is not None:
        return None if word in {name, name.upper()} else name
    return next((name for other, name in known.items() if is_slip(folded, other)), None)


def setup_names(app: Sphinx) -> None:
    """Set up the list of known names, and what looks for slips in them."""
    app.add_config_value(
        "recap_known_names",
        [],
        "env",
        types=frozenset({list, tuple}),
        description="Names of projects, products and people that pages have to spell just so, as a list of texts.",
    )
    app.connect("doctree-read", _read)
