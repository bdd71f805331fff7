"""Projects declare their own kinds of entries and the words for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sphinx.util.inventory import InventoryFile

if TYPE_CHECKING:
    from tests.support import Files, Project

CONF = 'recap_kinds = {"workshop": ("workshop", "workshops"), "poster": ("plate", "plates")}\n'
FILES: Files = {
    "index.md": "# Home\n\n{recap:workshop}`potting`, {recap:poster}`A1` and {any}`potting`\n\n"
    ":::{topic-chart} work.yaml\n:::\n\n:::{catalogue} work.yaml\n:::\n\n:::{catalogue} plates.yaml\n:::\n",
    "work.yaml": "kind: workshop\nentries:\n  - id: potting\n    title: Potting\n    topics: [Roots]\n",
    "plates.yaml": "kind: poster\nentries:\n  - id: A1\n    title: A plate\n",
}


def test_a_declared_kind_has_a_role_objects_and_nouns(project: Project) -> None:
    built = project(FILES, conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    page = built.html()
    links = [(link.text, link["href"]) for link in page.select("article a.internal, .body > section > p a.internal")]
    assert links == [("Potting", "#workshop-potting"), ("A plate", "#poster-a1"), ("Potting", "#workshop-potting")]
    assert "Workshops by topic" in page.text
    assert page.select_one('[aria-label="Link to plate A1"]')
    names = InventoryFile.loads((built.out / "objects.inv").read_bytes(), uri="").data
    assert "potting" in names["recap:workshop"]


def test_an_undeclared_kind_is_reported_with_the_declared_ones(project: Project) -> None:
    built = project({**FILES, "work.yaml": "kind: workshp\nentries:\n  - id: potting\n    title: P\n"}, conf=CONF)
    assert "work.yaml:1:7: ERROR: " in built.messages
    assert "workshop" in built.messages


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ("{'person': ('a', 'b')}", "another type of object"),
        ("{'Two words': ('a', 'b')}", "lower-case letters"),
        ("{'workshop': 'workshops'}", "its singular and plural"),
        ("{'workshop': ('workshop', '')}", "its singular and plural"),
    ],
)
def test_an_invalid_declaration_is_reported(project: Project, declared: str, words: str) -> None:
    built = project({"index.md": "# Home\n"}, conf=f"recap_kinds = {declared}\n")
    assert built.messages.count("recap_kinds: ") == 1
    assert words in built.messages
    assert built.status == 1


def test_changed_nouns_update_all_pages(project: Project) -> None:
    project(FILES, conf=CONF)
    built = project(FILES, conf=CONF.replace("plate", "panel"))
    assert built.html().select_one('[aria-label="Link to panel A1"]')


@pytest.mark.parametrize(("language", "words"), [("de", "Platte A1"), ("de_AT", "Platte A1"), ("fr", "plate A1")])
def test_nouns_follow_the_language(project: Project, language: str, words: str) -> None:
    kinds = '{"workshop": ("w", "ws"), "poster": {"en": ("plate", "plates"), "de": ("Platte", "Platten")}}'
    built = project(FILES, conf=f"recap_kinds = {kinds}\nlanguage = {language!r}\n")
    assert built.messages == ""
    assert built.html().select_one(f'[aria-label$="{words}"]')
