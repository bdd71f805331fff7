"""Writes the published files: only those whose content differs, and without leaving old ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment
from sphinx.jinja2glue import BuiltinTemplateLoader

from sphinx_recaps.incremental.output_manifest import OutputManifest, digest
from sphinx_recaps.incremental.stale_outputs import outputs, remove

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.builders.html import StandaloneHTMLBuilder


class Files:
    """The published files of one build. A file of the project with the same name wins."""

    def __init__(self, builder: StandaloneHTMLBuilder) -> None:
        self._out = Path(builder.outdir)
        self._manifest = OutputManifest(builder, "publish")
        self._taken = set(outputs(builder, builder.env))

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file, given relative to the output folder."""
        if name in self._taken:
            return
        data = content.encode() if isinstance(content, str) else content
        path = self._out / name
        if not self._manifest.is_current(name, digest(data), path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def finish(self) -> None:
        """Remove the files that this build did not publish any more."""
        remove(self._out, (name for name in self._manifest.stale_names() if name not in self._taken))
        self._manifest.save()


def rendered(builder: StandaloneHTMLBuilder, name: str, context: Mapping[str, object]) -> str:
    """Return a template with a context, as a file of its own and not as a page of the theme; all values are escaped."""
    templates = builder.templates
    if not isinstance(templates, BuiltinTemplateLoader):
        return ""
    source, _path, _is_current = templates.get_source(templates.environment, name)
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source).render(context)
