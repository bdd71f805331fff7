"""What a page shows of other pages: when it changes, the page is written again without being read again.

This covers the addresses and titles of reference targets, the pages of its entries, people and topics, the names of its
images in the output, and navigation (titles, parents, previous and next page). After reading, the digest of these facts
is compared with the one from when the page was last written. The digests are stored with the output that they describe,
so other builds in between do not matter.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx import addnodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.builders.text import TextBuilder
from sphinx.builders.xml import XMLBuilder
from sphinx.util._files import FilenameUniqDict

from sphinx_recaps.data.fields import SUBTITLES
from sphinx_recaps.incremental.output_manifest import OutputManifest, digest, file_digest
from sphinx_recaps.incremental.stale_outputs import outputs, remove
from sphinx_recaps.registry.completeness import completeness
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.index_plan import NAMES, writes_indices
from sphinx_recaps.registry.objects import NotedEntry
from sphinx_recaps.registry.recordings import parts_of_video, recordings, transcribed_videos

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.registry.domain import RecapDomain

ID, PATH = NotedEntry._fields.index("id"), NotedEntry._fields.index("path")
EVENT, PART_OF = NotedEntry._fields.index("event"), NotedEntry._fields.index("part_of")
PEOPLE = NotedEntry._fields.index("people")  # the field after it is `topics`
_ANY_DOMAIN = ("any", "myst")  # types of references that may resolve to an object of the domain


def project_digest(env: BuildEnvironment) -> str:
    """Return a digest of what any page may show of the project: titles, headings, order, labels and numbers."""
    pages = [
        (docname, env.titles[docname].pformat(), env.longtitles[docname].pformat(), env.tocs[docname].pformat())
        for docname in sorted(env.titles)
    ]
    slugs = sorted((docname, repr(known.get("myst_slugs"))) for docname, known in env.metadata.items())
    objects = [sorted(map(repr, domain.get_objects())) for domain in env.domains.sorted() if domain.name != "recap"]
    numbers = sorted(map(repr, (*env.toc_secnumbers.items(), *env.toc_fignumbers.items())))
    return digest(repr((pages, slugs, objects, numbers, sorted(env.toctree_includes.items()))))


def common_inputs_digest(builder: Builder) -> str:
    """Return a digest of what every page is made with: configuration, templates, style sheets and scripts."""
    confdir, config = Path(builder.confdir), builder.config
    paths = [confdir / "conf.py"]
    paths += [path for folder in config.templates_path for path in sorted((confdir / folder).rglob("*.*"))]
    for folder in config.html_static_path:
        paths += [path for path in sorted((confdir / folder).rglob("*")) if path.suffix in {".css", ".js"}]
    files = [f"{path.name} {digest(path.read_text('utf-8', 'replace'))}" for path in paths if path.is_file()]
    hashes = (
        [builder.build_info.config_hash, builder.build_info.tags_hash]
        if isinstance(builder, StandaloneHTMLBuilder)
        else []
    )
    return digest(*files, *hashes)


def shows_subtitles(env: BuildEnvironment, docname: str) -> bool:
    """Return whether a page depends on subtitle files."""
    return any(str(name).lower().endswith(SUBTITLES) for name in env.dependencies.get(docname, ()))


class _Facts:
    """The facts that each page shows with one builder."""

    def __init__(self, builder: Builder, domain: RecapDomain) -> None:
        self._domain = domain
        self._common = digest(common_inputs_digest(builder), project_digest(builder.env))
        self._paths: list[Mapping[str, str]] = []
        self._entry_pages = domain.written_entry_pages()
        if writes_indices(builder):
            self._paths = [domain.named_paths(builder, kind) for kind in NAMES]
            # Sidebars link to an index as long as it has a page.
            self._common = digest(self._common, *(kind for kind in NAMES if domain.plan(kind).pages))
        self._pictures: dict[str, list[str]] = defaultdict(list)
        for path, (docnames, name) in builder.env.images.items():
            for docname in docnames:
                self._pictures[docname].append(f"{path} {name}")

    def of(self, docname: str) -> str:
        """Return the digest of the facts of a page."""
        targets = sorted(self._domain.data["targets"].get(docname, ()))
        resolved = [repr(self._domain.find_targets(typ, target, docname)) for typ, target in targets]
        return digest(self._common, *resolved, *self._names(docname), *self._pictures.get(docname, ()))

    @cached_property
    def _people(self) -> str:
        """A digest of the addresses of all people."""
        return digest(repr(self._paths[:1]))

    def _names(self, docname: str) -> Iterator[str]:
        """Yield addresses: of people and topics in the entries of a page, of these entries, of those in its videos."""
        noted = self._domain.data["entries"].get(docname, ())
        yield from (self._entry_pages.get((values[PATH], values[ID]), "") for values in noted)
        for values in noted:
            if values[PART_OF]:
                yield repr(recordings(self._domain, values[EVENT], values[PART_OF]))
        for video in sorted(self._domain.data["videos"].get(docname, ())):
            for part in parts_of_video(self._domain, video, docname):
                yield repr((part.title, part.start, self._domain.place_of(part)))
            for one in transcribed_videos(self._domain, video, docname):
                yield repr([(file, file_digest(Path(self._domain.env.srcdir, file.path))) for file in one.subtitles])
                yield self._people  # anybody may speak
        if shows_subtitles(self._domain.env, docname):
            yield self._people
        if docname in self._domain.data["overviews"]:
            for path, kind, event, total, lacking in completeness(self._domain.env):
                yield repr((path, kind, self._domain.event_title(event), total, *map(len, lacking.values())))
        for place, paths in enumerate(self._paths, PEOPLE):
            names = {name for values in noted for name in values[place]}
            yield from (paths.get(name, "") for name in sorted(names))


class PageDependencies:
    """Compares the facts of each page with those of the build before."""

    def __init__(self) -> None:
        self._manifests: list[OutputManifest] = []

    def compare(self, app: Sphinx, env: BuildEnvironment) -> Collection[str]:
        """Return the pages that were written with other facts, and remove output files that are no longer needed."""
        builder = app.builder
        if not _has_file_per_page(builder):
            return env.found_docs  # most of these builders write every page anyway
        pages, files = self._manifests = [OutputManifest(builder, "shown"), OutputManifest(builder, "files")]
        facts = _Facts(builder, recap_domain(env))
        stale = [docname for docname in sorted(env.found_docs) if not pages.is_unchanged(docname, facts.of(docname))]
        for name in outputs(builder, env):
            files.is_unchanged(name, "")
        remove(Path(builder.outdir), files.stale_names())
        return stale

    def save(self, _app: Sphinx, exception: Exception | None) -> None:
        """Save the digests for the next build, unless this one failed."""
        if not exception:
            for manifest in self._manifests:
                manifest.save()


def _has_file_per_page(builder: Builder) -> bool:
    if isinstance(builder, StandaloneHTMLBuilder):
        return not builder.embedded and not isinstance(builder, SingleFileHTMLBuilder)
    return isinstance(builder, TextBuilder | XMLBuilder)


def _note_targets(app: Sphinx, document: nodes.document) -> None:
    domain = recap_domain(app.env)
    for node in document.findall(addnodes.pending_xref):
        if node.get("refdomain") == domain.name:
            domain.note_target(node["reftype"], node["reftarget"])
        elif node["reftype"] in _ANY_DOMAIN:
            domain.note_target("any", node["reftarget"])


def _name_pictures(_app: Sphinx, env: BuildEnvironment) -> None:
    """Name images in the output in the order of their paths, not in the order in which pages were read."""
    named = FilenameUniqDict()
    for path, (docnames, _) in sorted(env.images.items()):
        for docname in sorted(docnames):
            named.add_file(docname, path)
    env.images = named


def setup_page_dependencies(app: Sphinx) -> None:
    """Connect the handlers that note references and compare the facts of all pages."""
    dependencies = PageDependencies()
    app.connect("doctree-read", _note_targets)
    app.connect("env-updated", _name_pictures)
    app.connect("env-get-updated", dependencies.compare, priority=900)  # after Sphinx has numbered sections and figures
    app.connect("build-finished", dependencies.save)
