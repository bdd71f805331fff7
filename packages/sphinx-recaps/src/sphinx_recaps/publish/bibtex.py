"""Citations as BibTeX: http://www.bibtex.org/Format/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pybtex.database import BibliographyData, Person
from pybtex.database import Entry as BibEntry
from pybtex.database.output.bibtex import Writer

from sphinx_recaps.publish.citations import split_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx_recaps.publish.citations import Work

_LATEX = str.maketrans(
    {
        **{char: f"\\{char}" for char in "&%$#_"},
        "~": "\\textasciitilde{}",
        "^": "\\textasciicircum{}",
        "\\": "\\textbackslash{}",
        "{": "\\{",
        "}": "\\}",
    }
)
_UNBALANCED = str.maketrans({"{": "(", "}": ")"})  # BibTeX counts braces, also escaped ones


class _Writer(Writer):  # type: ignore[misc]
    """Writes fields as they are: :func:`_latex` has escaped them, and addresses need no escapes."""

    def _encode(self, text: str) -> str:
        return text


def _latex(text: str) -> str:
    """Return text for TeX. Letters and accents stay as they are."""
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            break
    return (text if depth == 0 else text.translate(_UNBALANCED)).translate(_LATEX)


def _person(name: str) -> Person:
    given, particle, family = map(_latex, split_name(name))
    return Person(first=given, prelast=particle, last=family if given else f"{{{family}}}")


def bibtex(works: Iterable[Work]) -> str:
    """Return works as BibTeX; keys of works are different."""
    entries = {}
    for work in works:
        fields = {
            "title": f"{{{_latex(work.title)}}}",  # keeps its capital letters
            "howpublished": _latex(", ".join(filter(None, (work.what, work.event)))),
            "year": str(work.start.year) if work.start else "",
            "month": str(work.start.month) if work.start else "",
            "url": work.address,
        }
        entry = BibEntry("misc", [(name, value) for name, value in fields.items() if value])
        if work.people:
            entry.persons["author"] = [_person(name) for name in work.people]
        entries[work.key] = entry
    text: str = _Writer().to_string(BibliographyData(entries))
    return text
