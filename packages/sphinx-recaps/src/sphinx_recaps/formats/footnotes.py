"""The ways back from a footnote to the text: each says which note it belongs to, as a list of links needs it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


def _visit_label(translator: HTML5Translator, node: nodes.label) -> None:
    """Write the number of a note and, where the text names it more than once, a way back for each place."""
    backrefs: list[str] = node.parent.get("backrefs", []) if translator.settings.footnote_backlinks else []
    note = escape(node.astext())
    number = note
    if len(backrefs) == 1:
        number = _back(backrefs[0], note, f"Note {note}: back to the text")
    bracket = '<span class="fn-bracket">{}</span>'.format
    translator.body.append(f'<span class="label">{bracket("[")}{number}{bracket("]")}</span>\n')
    if len(backrefs) > 1:
        ways = (
            _back(name, str(n), f"Note {note}: back to place {n} in the text") for n, name in enumerate(backrefs, 1)
        )
        translator.body.append(f'<span class="backrefs">({", ".join(ways)})</span>\n')
    raise nodes.SkipNode


def _back(name: str, shown: str, said: str) -> str:
    return f'<a role="doc-backlink" href="#{escape(name)}" aria-label="{said}">{shown}</a>'


def setup_footnotes(app: Sphinx) -> None:
    """Set up the markup of the numbers, in the place of that of docutils."""
    app.add_node(nodes.label, override=True, html=(_visit_label, None))
