"""Citations of events, lists and entries: as a sentence, BibTeX and CSL-JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors, SplitNameParts
from sphinx_recaps.data.name_records import Person
from sphinx_recaps.publish.bibtex import bibtex
from sphinx_recaps.publish.citations import Work, author, csl_item

from tests.published import BASE, EVENT

if TYPE_CHECKING:
    from tests.support import Built, Project


def test_citation_on_a_page(published: Built) -> None:
    """A reader finds a sentence to quote, and files for a citation manager, without a script."""
    page = published.html(f"{EVENT}/index.html")
    cite = page.select_one(".recap-formats .recap-cite p")
    assert page.select("script[src*='recap-cite.js']")
    address = f"{BASE}{EVENT}/index.html"
    assert cite
    assert cite.text == f"Orchid Days 2024 (2024). Palm house, Botanical Garden, 4–5 May 2024. {address}"
    files = [str(link["href"]) for link in page.select(".recap-formats a")]
    assert all((published.out / EVENT / name).is_file() for name in files)
    assert {"event.bib", "event.csl.json", "talks.bib", "talks.csl.json", "talks.json", "talks.csv"} <= {*files}
    assert not published.html("index.html").select(".recap-formats")


def test_events_on_one_page_have_different_addresses(project: Project) -> None:
    files = {
        "index.md": "# Days\n\n:::{event} a/event.yaml\n:::\n\n:::{event} b/event.yaml\n:::\n",
        **{f"{name}/event.yaml": f"name: Day {name}\nstart: 2024-05-03\n" for name in "ab"},
    }
    built = project(files, conf=f"html_baseurl = '{BASE}'\n")
    assert built.messages == ""
    cites = [cite.get_text() for cite in built.html("index.html").select(".recap-cite p")]
    assert [text.rpartition(" ")[2] for text in cites] == [f"{BASE}index.html#event-{name}" for name in "ab"]


def test_citation_of_an_entry(published: Built) -> None:
    """The page of an entry has its citation, with a file for itself."""
    page = published.html(f"{EVENT}/talks/roots.html")
    cite = page.select_one(".recap-cite")
    assert cite
    assert "Ann Other (2024). Roots. Session, Orchid Days 2024, 4–5 May 2024." in cite.text
    assert [link["href"] for link in cite.select("a")] == ["roots.bib", "roots.csl.json"]
    (work,) = json.loads(published.text(f"{EVENT}/talks/roots.csl.json"))
    assert work["URL"] == f"{BASE}{EVENT}/talks/roots.html"
    assert "@misc{2024-orchid-days-session-roots," in published.text(f"{EVENT}/talks/roots.bib")
    assert page.select("script[src*='recap-cite.js'][data-words*=Copy]")


def test_bibtex(published: Built) -> None:
    """Another parser reads the same names and titles, with their accents, braces and signs."""
    decode = [LatexDecodingMiddleware(), SeparateCoAuthors(), SplitNameParts()]
    library = parse_string(published.text(f"{EVENT}/talks.bib"), append_middleware=decode)
    assert not library.failed_blocks
    first = library.entries_dict["2024-orchid-days-session-pollination"]
    assert first["title"].replace("{\\ensuremath", "") == "Who pollinates {whom} & why — </script> 100 % naïve"
    assert [(name.first, name.last) for name in first["author"]] == [(["Ann"], ["Other"]), (["Łukasz"], ["Kåre"])]
    assert (first["year"], first["month"]) == ("2024", "5")
    assert f'url = "{BASE}{EVENT}/talks/pollination.html"' in published.text(f"{EVENT}/talks.bib")


@pytest.mark.parametrize(
    "text", ["{", "}{", "a } b", "\\", "100 % & $5 #1 _x_ ~", '"quoted"', "@misc{x,", "naïve 张伟"]
)
def test_bibtex_of_any_title(text: str) -> None:
    """No title breaks the file; signs that TeX uses are kept, braces without a partner become parentheses."""
    work = Work("key", text, [author(text)], "Talk", "speech", text, None, None, "https://garden.example/a_b%20c")
    library = parse_string(bibtex(work), append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    balanced = text if text.count("{") == text.count("}") and text[0] != "}" else text.translate({123: "(", 125: ")"})
    assert library.entries_dict["key"]["title"] == balanced


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ann Other", ("Ann", "", "Other")),
        ("Ludwig van Beethoven", ("Ludwig", "van", "Beethoven")),
        ("Ana de la Cruz", ("Ana", "de la", "Cruz")),
        ("bell hooks", ("bell", "", "hooks")),
        ("张伟", ("", "", "张伟")),
        ("Roots AND Shoots", ("", "", "Roots AND Shoots")),
        ("Dr. Jung Kyung Hong", ("Jung Kyung", "", "Hong")),
        ("Palm House Team", ("", "", "Palm House Team")),
        ("Other J.", ("J.", "", "Other")),
        ("Ann Other (EDRi)", ("Ann", "", "Other")),
        ("Ann Other DDS", ("Ann", "", "Other")),
        ("Ann Other 'Moss'", ("Ann", "", "Other")),
        ("Renée De Voursney", ("Renée", "", "De Voursney")),
        ("Antoni Viros i Martin", ("Antoni", "", "Viros i Martin")),
        ("Ann Other / Moss Days", ("", "", "Ann Other / Moss Days")),
        ("Prince", ("", "", "Prince")),
        ("Sir", ("", "", "Sir")),
        ("Wing Lian", ("Wing", "", "Lian")),
        ("김 민준", ("", "", "김 민준")),
    ],
)
def test_names_in_citations(name: str, parts: tuple[str, str, str]) -> None:
    """Citation managers sort by the family name."""
    assert author(name).parts == (*parts, "")
    assert author("Max Doe Jr.").parts == ("Max", "", "Doe", "Jr.")


def test_names_that_a_project_knows_better() -> None:
    """A team is one name, and a family name of several words is sorted as the file of names says."""
    team, person = Person("Green Fingers", kind="team"), Person("Ana Lucía Soto", sort="Lucía Soto, Ana")
    people = [author("Green Fingers", team), author("Ana Lucía Soto", person), author("A. Soto", person)]
    work = Work("key", "Title", people, "Talk", "speech", "", None, None, "")
    assert json.loads(csl_item(work))["author"] == [
        {"literal": "Green Fingers"},
        {"family": "Lucía Soto", "given": "Ana"},
        {"family": "Soto", "given": "A."},
    ]
    assert 'author = "{Green Fingers} and Lucía Soto, Ana and Soto, A."' in bibtex(work)


def test_csl(published: Built) -> None:
    """The form for Zotero and pandoc has names in parts, dates as numbers, and the event."""
    (event,) = json.loads(published.text(f"{EVENT}/event.csl.json"))
    first, second = json.loads(published.text(f"{EVENT}/talks.csl.json"))
    assert event["issued"] == {"date-parts": [[2024, 5, 4], [2024, 5, 5]]}
    assert first["author"] == [{"family": "Other", "given": "Ann"}, {"family": "Kåre", "given": "Łukasz"}]
    assert (first["type"], first["genre"], first["event-title"]) == ("speech", "Session", "Orchid Days 2024")
    assert first["issued"] == {"date-parts": [[2024, 5, 4]]}
    assert second["URL"] == f"{BASE}{EVENT}/talks/roots.html"
