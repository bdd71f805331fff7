"""Reports contradictions between data files, and references to objects that do not exist."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from sphinx_recaps.core.did_you_mean import with_lookalike_notes
from sphinx_recaps.core.garbage_collection import collection_paused, freeze_objects, unfreeze_objects
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.registry.cross_file_checks import problems
from sphinx_recaps.registry.domain import RecapDomain, recap_domain
from sphinx_recaps.registry.entry_page_names import writes_entry_pages
from sphinx_recaps.registry.known_names import unused_names
from sphinx_recaps.registry.recordings import unknown_recordings

if TYPE_CHECKING:
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.domains import Domain
    from sphinx.environment import BuildEnvironment


@collection_paused()
def _check(app: Sphinx, env: BuildEnvironment) -> None:
    """Report contradictions between data files.

    ``check_consistency`` is only called when a page was read, and mistakes must be reported in every build.
    """
    domain = recap_domain(env)
    numbers = chain.from_iterable(domain.data["numbers"].values())
    for kind, message, location in problems(domain.objects, numbers, set(app.config.recap_known_names)):
        report(kind, message, location)
    for index in domain.objects.named:
        own = domain.plan(index)
        if own.taken_by is not None:
            message = f"the page {own.name!r} has the name of an index; rename the page"
            report(RecapWarning.INDEX_PAGE, message, own.taken_by)
    for message, location in chain(unknown_recordings(domain), unused_names(domain)):
        report(RecapWarning.DATA, message, location)
    for entry, name in domain.entry_pages.clashes if writes_entry_pages(app.builder) else ():
        message = f"{entry.id}: there is another page {name!r}, so this entry has none; rename that page or this file"
        report(RecapWarning.CATALOGUE, message, f"{entry.path}:{entry.line}")


def _warn_missing(app: Sphinx, domain: Domain | None, node: pending_xref) -> bool | None:
    """Report a missing object, and suggest similar ones."""
    if not isinstance(domain, RecapDomain):
        return None
    typ, target, docname = node["reftype"], node["reftarget"], node["refdoc"]
    near = domain.objects.near(typ, target, docname)
    hint = f"did you mean {', '.join(with_lookalike_notes(target, near))}?" if near else f"no {typ} has a similar name"
    others = domain.objects.kinds_of(target, docname) if typ in domain.kinds.names else []
    if others:
        hint = " or ".join(f"there is a {kind}; write {{recap:{kind}}}`{target}`" for kind in others)
    report(RecapWarning.REFERENCE, f"recap:{typ}: there is no {typ} {target!r}; {hint}", node)
    return True


def setup_reports(app: Sphinx) -> None:
    """Set up the checks."""
    app.add_config_value(
        "recap_known_names",
        [],
        "env",
        types=frozenset({list, tuple}),
        description="Names in data files that are right as they are: two people with nearly the same name, or one name "
        "that looks like several.",
    )
    app.connect("env-updated", _check)
    app.connect("env-check-consistency", lambda _app, env: freeze_objects(len(recap_domain(env).objects.entries)))
    app.connect("build-finished", lambda _app, _exception: unfreeze_objects())
    app.connect("warn-missing-reference", _warn_missing)
