"""Breaks loops of toctrees, on which Sphinx would fail with a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_recaps.core.warnings import RecapWarning, report

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def find_loops(includes: dict[str, list[str]], first: str) -> list[tuple[str, str]]:
    """Return each page whose toctree lists one of its ancestors, with that ancestor, starting at page ``first``.

    ``includes`` has the pages in the toctrees of each page.
    """
    loops: dict[tuple[str, str], None] = {}
    done: set[str] = set()
    for start in [first, *sorted(includes)]:
        above = {start: None} if start not in done else {}  # the path from the start to the current page
        waiting = [iter(includes.get(start, ()))] if above else []
        while waiting:
            page = next(reversed(above))
            child = next(waiting[-1], None)
            if child is None:
                waiting.pop()
                done.add(page)
                del above[page]
            elif child in above:
                loops[page, child] = None
            elif child not in done:
                above[child] = None
                waiting.append(iter(includes.get(child, ())))
    return list(loops)


def _check(app: Sphinx, env: BuildEnvironment) -> None:
    """Report each loop, and remove the link back from the table of contents."""
    for page, above in find_loops(env.toctree_includes, app.config.root_doc):
        message = f"a toctree of this page lists {above!r}, which is above it; remove one of the two entries"
        report(RecapWarning.TOCTREE, message, page)
        env.toctree_includes[page] = [child for child in env.toctree_includes[page] if child != above]


def setup_toctree_loops(app: Sphinx) -> None:
    """Connect the check."""
    app.connect("env-updated", _check)
