"""The data file of names, by the setting ``recap_people``: read once in each build, before the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_recaps.core.did_you_mean import did_you_mean
from sphinx_recaps.core.link_schemes import allowed_schemes
from sphinx_recaps.core.options import add_setting
from sphinx_recaps.core.warnings import RecapWarning, report, report_setting
from sphinx_recaps.data.name_records import NameIndex
from sphinx_recaps.data.names_file import load_names
from sphinx_recaps.registry.domain import recap_domain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from sphinx_recaps.registry.domain import RecapDomain

FILE = "people.yaml"


def _read(app: Sphinx) -> None:
    """Read the file, and report its mistakes."""
    name = app.config.recap_people
    path = app.srcdir / name
    if not name or not path.is_file():
        if name not in {"", FILE}:
            hint = did_you_mean(name, sorted(file.name for file in path.parent.glob("*.y*ml")), "create it")
            message = f"recap_people is {name!r}, but there is no such file; {hint}"
            report_setting(app, "recap_people", RecapWarning.PEOPLE, message)
        return
    loaded = load_names(path, allowed_schemes(app.config.recap_link_schemes))
    for problem in loaded.problems:
        report(RecapWarning.DATA, problem.message, problem.location(name), lost=True)
    recap_domain(app.env).names = NameIndex(loaded.content, name)


def note_names_file(env: BuildEnvironment) -> None:
    """Make the current page, which has names, depend on the file, or on its absence."""
    name = env.config.recap_people
    if name and (env.srcdir / name).is_file():
        env.note_dependency(name)
    elif name:
        recap_domain(env).note_presence({name: False})


def unused_names(domain: RecapDomain) -> Iterator[tuple[str, str]]:
    """Yield a message, and its location, for each record of a name that no entry has."""
    names = domain.names
    for kind, records in (("person", names.people), ("topic", names.topics)):
        for record in records.values():
            if record.name not in domain.objects.named[kind]:
                near = domain.objects.near(kind, record.name, "")
                hint = f"did you mean {' or '.join(near)}?" if near else "remove the record, or correct its name"
                yield f"no entry has the {kind} {record.name!r}; {hint}", f"{names.path}:{record.line}"


def setup_known_names(app: Sphinx) -> None:
    """Set up the setting and the reading of the file."""
    about = "The data file of people and topics with several spellings, relative to the source folder."
    add_setting(app, "recap_people", FILE, str, about)
    app.connect("builder-inited", _read)
