"""Text as HTML, for lists that are too long for a template: every text is escaped where it is inserted."""

from __future__ import annotations

from sphinx_recaps.core.word_breaks import after_dots


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
    """Return text for HTML with line-break opportunities after dots in long words, such as ``garden.beds.north``."""
    return after_dots(escape(text), "<wbr>")
