"""Writes the published files: only those whose content differs. Removes those that are no longer published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Template
from sphinx.jinja2glue import BuiltinTemplateLoader

from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.incremental.output_manifest import OutputManifest, digest
from sphinx_recaps.incremental.stale_outputs import outputs, remove

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.registry.former_pages import FormerPages


class Files:
    """The published files of one build. A file of the project with the same name wins.

    They are also at the paths that they had before, because a program that follows a feed or a calendar does not read
    a page that forwards.
    """

    def __init__(self, builder: StandaloneHTMLBuilder, former: FormerPages) -> None:
        self._out = Path(builder.outdir)
        self._manifest = OutputManifest(builder, "publish")
        self._taken = set(outputs(builder, builder.env))
        self.former = former
        self._copies: dict[str, str] = {}  # written last, so that all other files win
        self._names = set[str]()  # of this build, in lower case, because some file systems ignore case

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file, given relative to the output folder, if its content differs."""
        if self.is_outdated(name, content):
            self.replace(name, content.encode() if isinstance(content, str) else content)

    def is_outdated(self, name: str, source: str | bytes) -> bool:
        """Return whether a file is missing, or was made from another source; then call :meth:`replace`."""
        self._copies |= dict.fromkeys(self._former_names(name), name)
        return self._claim(name) and not self._manifest.is_current(name, digest(source), self._out / name)

    def replace(self, name: str, data: bytes) -> None:
        """Write an outdated file."""
        path = self._out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def _former_names(self, name: str) -> Iterator[str]:
        """Yield the names that a file had; the calendar of a session is named after that of its event."""
        if not self.former.files:
            return
        stem, _, ending = name.rpartition("/")[2].partition(".")
        folder = name.removesuffix(f"{stem}.{ending}")
        of_event, _, session = stem.partition("-")
        yield from (f"{former}.{ending}" for former in self.former.files.get(f"{folder}{stem}", ()))
        if ending == "ics" and session:
            yield from (f"{former}-{session}.ics" for former in self.former.files.get(f"{folder}{of_event}", ()))

    def _claim(self, name: str) -> bool:
        """Return whether a file may be written; of several with the same name, only the first may."""
        if name in self._taken:
            return False
        if name.casefold() in self._names:
            message = f"another file of this site is published as {name}; rename one of their sources"
            report(RecapWarning.PUBLISH, message, "")
            return False
        self._names.add(name.casefold())
        return True

    def finish(self) -> None:
        """Write the copies at former paths, and remove the files that this build no longer publishes."""
        for former, name in [*self._copies.items()]:
            if former.casefold() not in self._names and former not in self._taken:
                self.write(former, (self._out / name).read_bytes())
        kept = self._taken | self._names
        remove(self._out, (name for name in self._manifest.stale_names() if not {name, name.casefold()} & kept))
        self._manifest.save()


def template(builder: StandaloneHTMLBuilder, name: str) -> Template | None:
    """Return a template for a file that is not a page of the theme; it escapes all values.

    It comes directly from the template loader of Sphinx, whatever another extension does to templates of pages.
    """
    templates = builder.templates
    if not isinstance(templates, BuiltinTemplateLoader):
        return None
    environment = templates.environment.overlay(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.loader, environment.template_class = templates, Template
    return environment.get_template(name)
