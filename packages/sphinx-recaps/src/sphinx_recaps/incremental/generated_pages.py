"""Writes generated pages if they differ from those of the last build, and removes those that are gone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sphinx_recaps.core.page_frames import PageWriter
from sphinx_recaps.incremental.output_manifest import OutputManifest, digest
from sphinx_recaps.incremental.page_dependencies import common_inputs_digest, project_digest
from sphinx_recaps.incremental.stale_outputs import remove

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.builders import Builder
    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.core.page_frames import GeneratedPage


def write_generated(builder: StandaloneHTMLBuilder, section: str, pages: Iterable[GeneratedPage]) -> None:
    """Write the pages that are missing or outdated; ``section`` is that of the manifest of the output."""
    manifest = OutputManifest(builder, section)
    common = cache(lambda: digest(project_digest(builder.env), common_inputs_digest(builder)))  # if there is a page
    writer, newest = PageWriter(builder), newest_template(builder)
    for page in pages:
        content = digest(common(), page.title, page.description, page.body)
        if not manifest.is_current(page.name, content, builder.get_output_path(page.name), newest):
            writer.write(page)
    remove_stale(builder, manifest)
    manifest.save()


def newest_template(builder: Builder) -> float:
    """Return the modification time of the newest template; 0 if there are none."""
    return builder.templates.newest_template_mtime() if builder.templates else 0


def remove_stale(builder: StandaloneHTMLBuilder, manifest: OutputManifest) -> None:
    """Remove the generated pages that only the last build had, and folders that become empty."""
    stale = (name for name in manifest.stale_names() if name not in builder.env.found_docs)
    remove(builder.outdir, (builder.get_output_path(name).relative_to(builder.outdir).as_posix() for name in stale))
