"""A node that holds records from a data file until a page is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class placeholder(nodes.General, nodes.Element, addnodes.translatable):  # noqa: N801 (docutils names its nodes in lower case)
    """A placeholder for records from a data file; ``words`` maps their texts to translations."""

    def texts(self) -> Iterable[str | None]:
        """Return all texts by authors that readers see."""
        raise NotImplementedError

    def translate(self, text: str) -> str:
        """Return the translation of a text; the text itself if there is none."""
        translation: str = self["words"].get(text, text)
        return translation

    def preserve_original_messages(self) -> None:
        """Do nothing: the records are never changed."""

    def apply_translated_message(self, original_message: str, translated_message: str) -> None:
        """Keep a translated text."""
        self["words"][original_message] = translated_message

    def extract_original_messages(self) -> Sequence[str]:
        """Return each text once."""
        return list(dict.fromkeys(text for text in self.texts() if text))
