"""Files of earlier builds that no page, picture or asset of this one has: they are removed, as if they had never been.

Sphinx leaves them where they are. Only files that follow from the project are known here, so that what other extensions
and tools write into the output stays.
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
    """Yield the files that a builder of pages writes, from the output folder."""
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
    """Yield the files in a folder, seen from it, or the name of the one file."""
    if path.is_file():
        yield path.name
    names = (one.relative_to(path).as_posix() for one in path.rglob("*") if one.is_file())
    yield from (name for name in names if not excluded(name))


def remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files of a folder, and the folders that are empty then."""
    for name in names:
        path = folder / name
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == folder or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()


def complete_index(app: Sphinx) -> Iterable[Any]:
    """Bring Sphinx's search index to what a clean build has; it is about to be written.

    Sphinx takes over the index of the build before with its words that no page has any more, and without the entries
    (the directive ``index``) of pages that are not written again.
    """
    indexer: Any = getattr(app.builder, "indexer", None)
    if indexer is not None:
        for words in (vars(indexer)["_mapping"], vars(indexer)["_title_mapping"]):
            for word in [word for word, docnames in words.items() if not docnames]:
                del words[word]
        found = sorted(app.env.domains.index_domain.entries.items())
        vars(indexer)["_index_entries"] = {docname: sorted(_indexed(entries)) for docname, entries in found}
    return ()


def _indexed(entries: Iterable[tuple[str, str, str, str, str | None]]) -> Iterator[tuple[str, str, str]]:
    """Yield the words of the entries of a page, each once, as the index of Sphinx has them."""
    found = set()
    for typ, value, target, main, _ in entries:
        with suppress(ValueError):  # Sphinx has reported it
            words = split_index_msg(typ, value)
            found |= {(word, target or "", main) for word in words}
    yield from found


def setup_outputs(app: Sphinx) -> None:
    """Set up what completes the index."""
    app.connect("html-collect-pages", complete_index)
