"""Which builder runs, and transforms that only some builders need."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment


def application(env: BuildEnvironment) -> Sphinx:
    """Return the application of an environment: transforms have no other way to its builder since Sphinx 9."""
    app: Sphinx = getattr(env, "_app", None) or env.app
    return app


def is_web(builder: Builder) -> TypeGuard[StandaloneHTMLBuilder]:
    """Return whether a builder writes pages for a browser, not a book."""
    return isinstance(builder, StandaloneHTMLBuilder) and not builder.embedded


def writes_page_per_file(builder: Builder) -> TypeGuard[StandaloneHTMLBuilder]:
    """Return whether a builder writes pages for a browser, each into a file of its own."""
    return is_web(builder) and not isinstance(builder, SingleFileHTMLBuilder)


class ReaderTransform(SphinxPostTransform):
    """Prepares a document for readers: gettext needs it as it was, because placeholders have texts to translate."""

    @property
    def builder(self) -> Builder:
        """The builder for which the document is prepared."""
        return application(self.env).builder

    def is_supported(self) -> bool:
        """Return whether the transform is for the builder."""
        return super().is_supported() and self.builder.name != "gettext"


class PageTransform(ReaderTransform):
    """Runs for pages for a browser."""

    def is_supported(self) -> bool:
        """Return whether the transform is for the builder."""
        return super().is_supported() and is_web(self.builder)


class BookTransform(ReaderTransform):
    """Runs for books, text and everything else that is not a page for a browser."""

    def is_supported(self) -> bool:
        """Return whether the transform is for the builder."""
        return super().is_supported() and not is_web(self.builder)
