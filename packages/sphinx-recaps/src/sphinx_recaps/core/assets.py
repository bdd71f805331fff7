"""Adds style sheets and scripts to the pages that need them, and only for builders that write pages for a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rjsmin import jsmin

from sphinx_recaps.core.builders import is_web

if TYPE_CHECKING:
    from collections.abc import Callable

    from docutils import nodes
    from sphinx.application import Sphinx


PACKAGE = Path(__file__).parents[1]


def contains(kind: type[nodes.Element], css_class: str = "") -> Callable[[nodes.document], bool]:
    """Return a function that finds out whether a document has a node of some kind and, if given, CSS class."""
    return lambda doctree: any(not css_class or css_class in node["classes"] for node in doctree.findall(kind))


def add_page_assets(app: Sphinx, needed: Callable[[nodes.document], bool], *files: str) -> None:
    """Add ``.css`` and ``.js`` files to each page whose document makes ``needed`` return true."""
    add_assets(app, lambda _name, _context, doctree: doctree is not None and needed(doctree), *files)


def add_assets(
    app: Sphinx,
    needed: Callable[[str, dict[str, Any], nodes.document | None], bool],
    *files: str,
    words: Callable[[], str] | None = None,
) -> None:
    """Add files to each page for which ``needed(page name, template context, document or None)`` is true.

    ``words`` returns the messages for the scripts, which they read from the attribute ``data-words`` of their element.
    """

    def add(app: Sphinx, name: str, _template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
        builder = app.builder
        if not (is_web(builder) and needed(name, context, doctree)):
            return
        # The functions of the same name of the application would note each file again, for all pages of later builders.
        for file in files:
            if file.endswith(".css"):
                # After other extensions, before html_css_files. Colours come first: most pages have them, so that
                # they are next to the style sheets of all pages, with which sphinx-lean can merge them.
                builder.add_css_file(file, priority=690 if file == "recap-tones.css" else 700)
            else:
                data: dict[str, Any] = {"data-words": words()} if words else {}
                builder.add_js_file(file, defer="defer", **data)

    app.connect("html-page-context", add)


def setup_assets(app: Sphinx) -> None:
    """Publish the files in the ``static`` folder of each concept."""
    app.connect("builder-inited", _add_static_files)


def _add_static_files(app: Sphinx) -> None:
    """Add the files to those of the project; scripts without comments and white space, which are a quarter of them."""
    if not is_web(app.builder):
        return
    folder = Path(app.doctreedir, "recap-static")
    folder.mkdir(parents=True, exist_ok=True)
    files = {file.name: file for file in PACKAGE.glob("*/static/*")}
    for file in folder.iterdir():
        if file.name not in files:
            file.unlink()
    for name, file in files.items():
        data = jsmin(file.read_bytes()) if file.suffix == ".js" else file.read_bytes()
        if not (folder / name).is_file() or (folder / name).read_bytes() != data:  # other builders may read it
            (folder / name).write_bytes(data)
    app.config.html_static_path.append(str(folder))
