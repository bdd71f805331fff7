"""What directives share: a placeholder for records from a data file, and transforms for some builders only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from sphinx_recaps.core.figure import application, is_web

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class records(nodes.General, nodes.Element, addnodes.translatable):  # noqa: N801 (docutils names its nodes in lower case)
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


class ReaderTransform(SphinxPostTransform):
    """Prepares a document for readers: gettext needs it as it was, because placeholders have texts to translate."""

    @property
    def web(self) -> bool:
        """Whether the page is for a browser, not a book."""
        return is_web(application(self.env))

    def is_supported(self) -> bool:
        """Return whether the transform is for the builder."""
        return super().is_supported() and application(self.env).builder.name != "gettext"


class PageTransform(ReaderTransform):
    """Runs for pages for a browser."""

    def is_supported(self) -> bool:
        """Return whether the transform is for the builder."""
        return super().is_supported() and self.web


class BookTransform(ReaderTransform):
    """Runs for books, text and everything else that is not a page for a browser."""

    def is_supported(self) -> bool:
        """Return whether the transform is for the builder."""
        return super().is_supported() and not self.web
