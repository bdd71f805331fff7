"""Links from a footnote back to the text, with accessible names that make sense in a list of links."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from docutils import nodes

from sphinx_recaps.core.messages import _

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


def _visit_label(translator: HTML5Translator, node: nodes.label) -> None:
    """Write the number of a note and, if the text refers to it more than once, a link back to each place."""
    backrefs: list[str] = node.parent.get("backrefs", []) if translator.settings.footnote_backlinks else []
    note = node.astext()
    number = escape(note)
    if len(backrefs) == 1:
        number = _backlink(backrefs[0], note, _("Note {number}: back to the text").format(number=note))
    bracket = '<span class="fn-bracket">{}</span>'.format
    translator.body.append(f'<span class="label">{bracket("[")}{number}{bracket("]")}</span>\n')
    if len(backrefs) > 1:
        label = _("Note {number}: back to place {place} in the text")
        links = (
            _backlink(name, str(place), label.format(number=note, place=place))
            for place, name in enumerate(backrefs, 1)
        )
        translator.body.append(f'<span class="backrefs">({", ".join(links)})</span>\n')
    raise nodes.SkipNode


def _backlink(name: str, text: str, label: str) -> str:
    return f'<a role="doc-backlink" href="#{escape(name)}" aria-label="{escape(label)}">{escape(text)}</a>'


def setup_footnotes(app: Sphinx) -> None:
    """Replace the markup of footnote numbers."""
    app.add_node(nodes.label, override=True, html=(_visit_label, None))
