"""Toctrees that lead in a circle, at which Sphinx would stop with a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_recaps.core.warnings import RecapWarning, report

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def circles(includes: dict[str, list[str]], first: str) -> list[tuple[str, str]]:
    """Return each page that names one above itself in the toctrees, with that one; the first page is looked at first.

    ``includes`` has the pages that the toctrees of each page name.
    """
    found: dict[tuple[str, str], None] = {}
    done: set[str] = set()
    for start in [first, *sorted(includes)]:
        above = {start: None} if start not in done else {}  # from the start to the page that is being looked at
        waiting = [iter(includes.get(start, ()))] if above else []
        while waiting:
            page = next(reversed(above))
            child = next(waiting[-1], None)
            if child is None:
                waiting.pop()
                done.add(page)
                del above[page]
            elif child in above:
                found[page, child] = None
            elif child not in done:
                above[child] = None
                waiting.append(iter(includes.get(child, ())))
    return list(found)


def _check(app: Sphinx, env: BuildEnvironment) -> None:
    """Report each circle, and leave the way back out of the contents."""
    for page, above in circles(env.toctree_includes, app.config.root_doc):
        message = f"a toctree of this page names {above!r}, which is above it; remove it from this toctree or the other"
        report(RecapWarning.TOCTREE, message, page)
        env.toctree_includes[page] = [child for child in env.toctree_includes[page] if child != above]


def setup_toctree_loops(app: Sphinx) -> None:
    """Set up the check."""
    app.connect("env-updated", _check)
