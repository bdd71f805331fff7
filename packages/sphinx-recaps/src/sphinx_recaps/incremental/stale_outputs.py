"""Removes output files of earlier builds that this one no longer has; Sphinx would leave them.

Only files that Sphinx makes from the project's sources are removed, so files of other extensions and tools stay.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.index_entries import split_index_msg
from sphinx.util.matching import Matcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment


def outputs(builder: Builder, env: BuildEnvironment) -> Iterator[str]:
    """Yield the files that a builder writes, relative to the output folder."""
    if not isinstance(builder, StandaloneHTMLBuilder):
        yield from (f"{docname}{getattr(builder, 'out_suffix', '')}" for docname in env.found_docs)
        return
    for docname in env.found_docs:
        yield builder.get_output_path(docname).relative_to(builder.outdir).as_posix()
        if builder.config.html_copy_source:
            source = env.doc2path(docname, base=False)
            added = builder.config.html_sourcelink_suffix
            yield f"_sources/{source}" + (added if source.suffix != added else "")
    yield from (f"{builder.imagedir}/{name}" for _, name in env.images.values())
    yield from (f"_downloads/{name}" for _, name in env.dlfiles.values())
    excluded = Matcher([*builder.config.exclude_patterns, "**/.*"])
    for folder in builder.config.html_static_path:
        yield from (f"_static/{name}" for name in _files(Path(builder.confdir, folder), excluded))
    for folder in builder.config.html_extra_path:
        yield from _files(Path(builder.confdir, folder), Matcher(builder.config.exclude_patterns))


def _files(path: Path, excluded: Matcher) -> Iterator[str]:
    """Yield the files in a folder, relative to it; for a file, its name."""
    if path.is_file():
        yield path.name
    names = (one.relative_to(path).as_posix() for one in path.rglob("*") if one.is_file())
    yield from (name for name in names if not excluded(name))


def remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files from a folder, and folders that become empty."""
    for name in names:
        path = folder / name
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == folder or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()


def complete_index(app: Sphinx) -> Iterable[Any]:
    """Make Sphinx's search index the same as in a clean build, just before it is written.

    Sphinx keeps words that no page has any more from the previous index, and loses the entries (of the directive
    ``index``) of pages that are not written again.
    """
    indexer: Any = getattr(app.builder, "indexer", None)
    if indexer is not None:
        for words in (vars(indexer)["_mapping"], vars(indexer)["_title_mapping"]):
            for word in [word for word, docnames in words.items() if not docnames]:
                del words[word]
        pages = sorted(app.env.domains.index_domain.entries.items())
        vars(indexer)["_index_entries"] = {docname: sorted(_indexed(entries)) for docname, entries in pages}
    return ()


def _indexed(entries: Iterable[tuple[str, str, str, str, str | None]]) -> Iterator[tuple[str, str, str]]:
    """Yield the entries of a page in the form of Sphinx's search index, each once."""
    unique = set()
    for typ, value, target, main, _ in entries:
        with suppress(ValueError):  # reported by Sphinx
            words = split_index_msg(typ, value)
            unique |= {(word, target or "", main) for word in words}
    yield from unique


def setup_stale_outputs(app: Sphinx) -> None:
    """Connect the handler that completes the search index."""
    app.connect("html-collect-pages", complete_index)
