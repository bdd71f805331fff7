"""What a page shows of other pages: when that changes, the page is written again, though it was not read again.

Such a fact is the address and title of what the page refers to, the page of the index that each of its people and
topics is on, the name of a picture in the output, and the titles around it (navigation, way up, pages before and
after). After reading, the facts of each page are compared with those that it was written with. Their digests are kept
beside the output, because they say what the output shows, whatever else was built in between.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx import addnodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.builders.text import TextBuilder
from sphinx.builders.xml import XMLBuilder
from sphinx.util._files import FilenameUniqDict

from sphinx_recaps.incremental.output_manifest import Ledger, digest
from sphinx_recaps.incremental.stale_outputs import outputs, remove
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.index_plan import writes_indices
from sphinx_recaps.registry.objects import NotedEntry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.registry.domain import RecapDomain

PEOPLE = NotedEntry._fields.index("people")  # topics follow
_OTHERS = ("any", "myst")  # references that may be to an object of the domain


def around(env: BuildEnvironment) -> str:
    """Return a digest of what any page may show of the whole project: titles, headings, order, labels, numbers."""
    pages = [
        (docname, env.titles[docname].pformat(), env.longtitles[docname].pformat(), env.tocs[docname].pformat())
        for docname in sorted(env.titles)
    ]
    slugs = sorted((docname, repr(known.get("myst_slugs"))) for docname, known in env.metadata.items())
    objects = [sorted(map(repr, domain.get_objects())) for domain in env.domains.sorted() if domain.name != "recap"]
    numbers = sorted(map(repr, (*env.toc_secnumbers.items(), *env.toc_fignumbers.items())))
    return digest(repr((pages, slugs, objects, numbers, sorted(env.toctree_includes.items()))))


def frame_of(builder: Builder) -> str:
    """Return a digest of what all pages are made with: configuration, templates, style sheets and scripts."""
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


class _Facts:
    """The facts of the pages of a project, as one builder shows them."""

    def __init__(self, builder: Builder, domain: RecapDomain) -> None:
        self._domain = domain
        self._all = digest(frame_of(builder), around(builder.env))
        self._paths: list[Mapping[str, str]] = []
        if isinstance(builder, StandaloneHTMLBuilder) and writes_indices(builder):
            self._paths = [domain.named_paths(builder, kind) for kind in ("person", "topic")]
        self._pictures: dict[str, list[str]] = defaultdict(list)
        for path, (docnames, name) in builder.env.images.items():
            for docname in docnames:
                self._pictures[docname].append(f"{path} {name}")

    def of(self, docname: str) -> str:
        """Return the digest of the facts of a page."""
        targets = sorted(self._domain.data["targets"].get(docname, ()))
        found = [repr(self._domain.meanings(typ, target, docname)) for typ, target in targets]
        return digest(self._all, *found, *self._names(docname), *self._pictures.get(docname, ()))

    def _names(self, docname: str) -> Iterator[str]:
        """Yield the address of each person and topic of the entries of a page."""
        noted = self._domain.data["entries"].get(docname, ()) if self._paths else ()
        for place, paths in enumerate(self._paths, PEOPLE):
            names = {name for values in noted for name in values[place]}
            yield from (paths.get(name, "") for name in sorted(names))


class Shown:
    """Compares the facts of all pages in one build."""

    def __init__(self) -> None:
        self._ledgers: list[Ledger] = []

    def compare(self, app: Sphinx, env: BuildEnvironment) -> Collection[str]:
        """Return the pages that were written with other facts, and remove what no page has any more."""
        builder = app.builder
        if not _keeps(builder):
            return env.found_docs  # most of these write everything anyway
        pages, files = self._ledgers = [Ledger(builder, "shown"), Ledger(builder, "files")]
        facts = _Facts(builder, recap_domain(env))
        stale = [docname for docname in sorted(env.found_docs) if not pages.same(docname, facts.of(docname))]
        for name in outputs(builder, env):
            files.same(name, "")
        remove(Path(builder.outdir), files.gone())
        return stale

    def keep(self, _app: Sphinx, exception: Exception | None) -> None:
        """Keep what was written for the next build."""
        if not exception:
            for ledger in self._ledgers:
                ledger.save()


def _keeps(builder: Builder) -> bool:
    """Say whether a builder writes a file a page, into a folder where notes can be."""
    if isinstance(builder, StandaloneHTMLBuilder):
        return not builder.embedded and not isinstance(builder, SingleFileHTMLBuilder)
    return isinstance(builder, TextBuilder | XMLBuilder)


def _note_targets(app: Sphinx, document: nodes.document) -> None:
    """Note what the references of a page are to."""
    domain = recap_domain(app.env)
    for node in document.findall(addnodes.pending_xref):
        if node.get("refdomain") == domain.name:
            domain.note_target(node["reftype"], node["reftarget"])
        elif node["reftype"] in _OTHERS:
            domain.note_target("any", node["reftarget"])


def _name_pictures(_app: Sphinx, env: BuildEnvironment) -> None:
    """Give the pictures of all pages their names in the output in one order, whenever each was read."""
    named = FilenameUniqDict()
    for path, (docnames, _) in sorted(env.images.items()):
        for docname in sorted(docnames):
            named.add_file(docname, path)
    env.images = named


def setup_shown(app: Sphinx) -> None:
    """Set up what notes the references of pages, and what compares the facts of all pages after reading."""
    shown = Shown()
    app.connect("doctree-read", _note_targets)
    app.connect("env-updated", _name_pictures)
    app.connect("env-get-updated", shown.compare, priority=900)  # after Sphinx has numbered sections and figures
    app.connect("build-finished", shown.keep)
