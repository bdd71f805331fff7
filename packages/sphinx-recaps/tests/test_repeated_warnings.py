"""Mistakes are reported in every build until they are fixed, and pages without mistakes are not rebuilt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.cli.check import check

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Built, Files, Project

# For a missing page, MyST calls a function that Sphinx 11 removes.
pytestmark = pytest.mark.filterwarnings("ignore:'myst_parser:PendingDeprecationWarning")

SETTINGS = "myst_heading_anchors = 3\n"
RIGHT = "# Right\n\n(right)=\n\n## Part\n\nNothing is wrong here.\n"
PAGES = {
    "no-reference": "{ref}`nowhere`",
    "no-page": "[A](nowhere.md)",
    "no-heading": "[A](right.md#nowhere)",
    "no-object": "{py:func}`nowhere`",
    "no-poster": "{recap:poster}`Z9`",
    "no-image": "![A](nowhere.png)",
    "no-directive": ":::{nowhere}\n:::",
    "card": ":::{image-card} a.svg\n:alt: A\n:link: nowhere\n:::",
    "no-entry-in-toctree": "```{toctree}\nnowhere\n```",
    "no-title-in-toctree": "```{toctree}\nuntitled\n```",
    "no-end": "```python",
    "data": ":::{catalogue} wrong.yaml\n:::",
    "same-data": ":::{catalogue} wrong.yaml\n:::",
    "names": ":::{catalogue} names.yaml\n:::",
    "no-footnote": "Text.[^x]",
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="9"><title>A</title></svg>\n'
WRONG: Files = {
    "index.md": "# Home\n\n```{toctree}\n:glob:\nright\nbad/*\n```\n",
    "right.md": RIGHT,
    "bad/untitled.md": "Text.\n",
    "bad/a.svg": SVG,
    "bad/wrong.yaml": "kind: poster\nentries:\n- id: A1\n  titel: One\n  links:\n  - title: T\n",
    "bad/names.yaml": "kind: poster\nentries:\n- id: B1\n  title: One\n  people: [Jeffrey Mew and Piotr Bialecki]\n",
    "unshown.yaml": "kind: poster\nentries:\n- id: C1\n  title: One\n",
    "alone.md": "# Alone\n\nIn no toctree.\n",
    **{f"bad/{name}.md": f"# {name}\n\n{text}\n" for name, text in PAGES.items()},
}
DELETED = ["bad/wrong.yaml", "bad/names.yaml", "unshown.yaml"]
FIXED: Files = {
    **{name: f"# {name}\n" for name in WRONG if name.startswith("bad/") and name.endswith(".md")},
    "alone.md": "---\norphan: true\n---\n# Alone\n",
}
# The files with mistakes.
PLACES = {f"bad/{name}.md" for name in PAGES.keys() - {"data", "same-data", "names"}} | {*DELETED}


def reported(built: Built) -> list[str]:
    return sorted(set(built.messages.splitlines()))


def places(messages: list[str]) -> set[str]:
    return {message.partition(":")[0] for message in messages}


def written(built: Built) -> dict[str, int]:
    """Return the modification time of each page."""
    pages = {path.name: path.stat().st_mtime_ns for path in built.out.rglob("*.html")}
    return {name: time for name, time in pages.items() if name not in {"genindex.html", "search.html"}}


def again(project: Project, before: Built, *arguments: str, conf: str = SETTINGS) -> tuple[Built, set[str]]:
    """Build once more, and return the names of the pages that were written."""
    times = written(before)
    built = project({}, "html", *arguments, conf=conf)
    return built, {name for name, time in written(built).items() if times.get(name) != time}


def test_each_mistake_is_reported_until_it_is_fixed(project: Project) -> None:
    """Serial builds, parallel builds and the check report it. Afterwards, nothing is read or written."""
    first = project(WRONG, conf=SETTINGS)
    assert places(reported(first)) >= PLACES | {"alone.md"}
    second, pages = again(project, first)
    assert reported(second) == reported(first)
    assert "right.html" not in pages
    third, _ = again(project, second, "-j", "2")
    assert reported(third) == reported(first)
    cache = project.root.parent / "cache"
    checks = [sorted({str(mistake) for mistake in check(project.root, cache)[0]}) for _ in range(3)]
    assert checks[0] == checks[1] == checks[2]
    assert places(checks[0]) == places(reported(first))

    for name in DELETED:
        (project.root / name).unlink()
    fixed = project(FIXED, conf=SETTINGS)
    assert reported(fixed) == []
    _, pages = again(project, fixed)
    assert pages == set()
    assert check(project.root, cache)[0] == []


def test_one_mistake_does_not_hide_the_next(project: Project) -> None:
    """When one of two mistakes on a page is fixed, the other one is still reported."""
    project({"index.md": "# Home\n\n{ref}`nowhere`\n\n{ref}`nobody`\n"})
    built = project({"index.md": "# Home\n\n{ref}`nobody`\n"})
    assert ["nobody" in message for message in reported(built)] == [True]
    assert reported(project()) == reported(built)


def test_a_duplicate_label_on_two_pages_is_reported_again(project: Project) -> None:
    """Sphinx finds these while it reads the second page, and only within one process."""
    page = "# {}\n\n(label)=\n\n## Part\n"
    first = project({"index.md": "# Home\n\n```{toctree}\n:glob:\n*\n```\n", "a.md": page, "b.md": page})
    assert ["duplicate label" in message for message in reported(first)] == [True]
    assert reported(project()) == reported(first)


def test_a_label_that_moves_to_an_earlier_page_is_not_a_duplicate(project: Project) -> None:
    first, last = "# {}\n\n(label)=\n\n## Part\n", "# {}\n"
    index = {"index.md": "# Home\n\n```{toctree}\na\nb\n```\n"}
    for one, other in ((first, last), (last, first), (first, last)):
        assert reported(project({**index, "a.md": one.format("A"), "b.md": other.format("B")})) == []


def test_suppressed_warnings_cause_no_rebuild(project: Project) -> None:
    conf = "suppress_warnings = ['ref.*', 'recap']\n"
    first = project({"index.md": "# Home\n\n{ref}`nowhere`\n\n:::{youtube} MYE01-XaSZA\n:::\n"}, conf=conf)
    second, pages = again(project, first, conf=conf)
    assert (reported(first), reported(second), pages) == ([], [], set())


# An extension that warns without a location, while pages are read or written.
VAGUE = """
from sphinx.util import logging
def setup(app):
    def warn(_app, _doctree, docname=""):
        if "vague" in (docname or app.env.docname):
            logging.getLogger("vague").warning("of a page")
    app.connect("builder-inited", lambda app: logging.getLogger("vague").warning("of the configuration"))
    app.connect("EVENT", warn)
"""


@pytest.mark.one_in(4)
@pytest.mark.parametrize("event", ["doctree-read", "doctree-resolved"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_warning_without_a_location_is_reported_again(project: Project, event: str, jobs: str) -> None:
    conf = VAGUE.replace("EVENT", event)
    files = {"index.md": "# Home\n\n```{toctree}\nvague\nright\n```\n", "vague.md": "# V\n", "right.md": RIGHT}
    first = project(files, "html", "-j", jobs, conf=conf)
    assert reported(first) == ["WARNING: of a page", "WARNING: of the configuration"]
    second = project({}, "html", "-j", jobs, conf=conf)
    assert reported(second) == reported(first)


def test_a_warning_about_the_configuration_causes_no_rebuild(project: Project) -> None:
    conf = VAGUE.replace("EVENT", "doctree-read")
    first = project({"index.md": "# Home\n"}, conf=conf)
    second, pages = again(project, first, conf=conf)
    assert (reported(first), reported(second), pages) == (["WARNING: of the configuration"],) * 2 + (set(),)


def test_builders_that_share_an_environment_all_report(project: Project) -> None:
    """This covers warnings from reading and from writing a page."""
    shared = ["-d", str(project.root.parent / "shared")]
    pages = {"index.md": "# Home\n\n{ref}`nowhere`\n\n![A](nowhere.png)\n"}
    messages = [reported(project(pages, builder, *shared)) for builder in ("html", "text", "html", "text", "text")]
    assert len(messages[0]) == 2
    assert messages == messages[:1] * 5


def test_building_one_file_keeps_the_warnings_of_others(project: Project) -> None:
    """Sphinx reads all outdated pages in this case, but writes only that one."""
    files = {"index.md": "# Home\n\n```{toctree}\nbad\n```\n", "bad.md": "# Bad\n\n{ref}`nowhere`\n"}
    first = project(files)
    project({}, "html", str(project.root), str(project.root.parent / "html"), str(project.root / "index.md"))
    assert reported(project()) == reported(first)


def test_the_build_after_an_interrupted_one_reports_everything(project: Project) -> None:
    """Mistakes on pages that were read before the interruption count as not reported."""
    conf = """
def setup(app):
    def stop(*_):
        if not (app.srcdir / "go").exists():
            raise KeyboardInterrupt
    app.connect("doctree-resolved", stop)
"""
    pages = {"index.md": "# Home\n\n![A](nowhere.png)\n"}
    first = project(pages, conf=conf)
    assert first.status != 0
    assert "nowhere.png" in " ".join(reported(project({"go": ""}, conf=conf)))


def test_a_damaged_record_of_warnings_is_ignored(project: Project, tmp_path: Path) -> None:
    project({"index.md": "# Home\n"})
    (tmp_path / "doctrees-html" / "recap-unfixed.json").write_text("{")
    assert reported(project({"index.md": "# Home\n\nMore.\n"})) == []
