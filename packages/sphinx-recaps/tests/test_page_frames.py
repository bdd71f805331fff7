"""Generated pages are the same whether the theme renders each of them or they share a rendered frame."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.core.page_frames import GeneratedPage, PageWriter
from sphinx_recaps.registry import index_plan

from tests.support import deep

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Project

PEOPLE = [
    "Ann <i>Other</i>",
    "Anna & Söhne GmbH Team",
    "Åsa Öberg",
    "Ben recap0frame0body",
    "Żaneta Ćwik",
    "Zoë O'Hara",
    "李 明",
]
FILES = {
    "index.md": "# Start\n\n:::{toctree}\nday\n:::\n",
    "day.md": "# Day\n\n:::{catalogue} talks.yaml\n:::\n",
    "talks.yaml": "kind: session\nentries:\n"
    + "".join(f"  - {{id: S{number}, title: T, people: ['{name}']}}\n" for number, name in enumerate(PEOPLE)).replace(
        "O'H", "O''H"
    ),
}
# A handler like this transforms the title, so a shared frame cannot be used.
UPPER = """
def setup(app):
    app.connect("html-page-context", lambda app, name, template, context, doctree: context.update(
        metatags=context.get("metatags", "") + f"<meta name='shout' content='{len(context.get('title', ''))}'>"))
"""


def pages(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in out.glob("people/**/*.html")}


@pytest.mark.parametrize(("builder", "more", "framed"), [("html", "", True), ("dirhtml", UPPER, False)])
def test_framed_pages_equal_pages_rendered_by_the_theme(
    project: Project, monkeypatch: pytest.MonkeyPatch, builder: str, more: str, framed: bool
) -> None:
    """This covers markup and quotes in names, a base URL, and a handler that transforms the title."""
    monkeypatch.setattr(index_plan, "MAX_NAMES", 2)
    conf = f"html_theme = 'pydata_sphinx_theme'\nhtml_baseurl = 'https://example.org/x/'\n{more}"
    frames: list[bool] = []
    make = PageWriter._frame

    def record(writer: PageWriter, first: GeneratedPage) -> bytes | None:
        frame = make(writer, first)
        frames.append(frame is not None)
        return frame

    monkeypatch.setattr(PageWriter, "_frame", record)
    out = project(FILES, builder, conf=conf).out
    assert frames == [framed]
    first = pages(out)
    shutil.rmtree(out / "people")
    monkeypatch.setattr(PageWriter, "_frame", lambda _self, _page: None)
    assert pages(project(FILES, builder, conf=conf).out) == first
    assert len(first) >= 4


@pytest.mark.filterwarnings("ignore:'sphinxcontrib.serializinghtml:PendingDeprecationWarning")
@pytest.mark.parametrize(("builder", "suffix"), [("pickle", "fpickle"), deep("json", "fjson")])
def test_builders_that_serialise_pages_write_complete_ones(
    project: Project, monkeypatch: pytest.MonkeyPatch, builder: str, suffix: str
) -> None:
    """Their files are not HTML, so texts cannot be inserted into them."""
    monkeypatch.setattr(index_plan, "MAX_NAMES", 2)
    built = project(FILES, builder)
    assert (built.messages, built.status) == ("", 0)
    files = {path.name: path.read_bytes() for path in (built.out / "people").rglob(f"*.{suffix}")}
    assert b"Ben recap0frame0body" in files[f"r.{suffix}"]
    assert b"O&#x27;Hara" in files[f"o.{suffix}"]
    assert b"recap0frame0title" not in b"".join(files.values())
    assert b"recap0entries0" not in (built.out / f"day.{suffix}").read_bytes()
