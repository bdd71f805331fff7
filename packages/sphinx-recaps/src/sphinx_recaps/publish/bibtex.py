"""BibTeX (http://www.bibtex.org/Format/), and the files with citations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pybtex.database import BibliographyData, Person
from pybtex.database import Entry as BibEntry
from pybtex.database.output.bibtex import Writer

from sphinx_recaps.core.periods import parts_of
from sphinx_recaps.publish.citations import csl, csl_item, work_of_entry, work_of_event
from sphinx_recaps.publish.names import export_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx_recaps.publish.addresses import Addresses
    from sphinx_recaps.publish.citations import Author, Work
    from sphinx_recaps.publish.files import Files
    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.records_of_files import FileRecords

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

    def check_braces(self, s: str) -> None:
        """Do nothing: braces are balanced, and checking each field takes half of the time."""


def _latex(text: str) -> str:
    """Return text for TeX. Letters and accents stay as they are."""
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            break
    return (text if depth == 0 else text.translate(_UNBALANCED)).translate(_LATEX)


def _person(author: Author) -> Person:
    given, particle, family, suffix = map(_latex, author.parts)
    whole = f"{{{_latex(author.name)}}}"
    return Person(first=given, prelast=particle, last=family, lineage=suffix) if given else Person(last=whole)


def bibtex(work: Work) -> str:
    """Return a work as BibTeX."""
    fields = {
        "title": f"{{{_latex(work.title)}}}",  # braces keep its capital letters
        "howpublished": _latex(", ".join(filter(None, (work.what, work.event)))),
        "year": str(work.start.year) if work.start else "",
        "month": str(work.start.month) if work.start and parts_of(work.start)[1:] else "",
        "url": work.address,
    }
    entry = BibEntry("misc", [(name, value) for name, value in fields.items() if value])
    if work.people:
        entry.persons["author"] = [*map(_person, work.people)]
    text: str = _Writer().to_string(BibliographyData({work.key: entry}))
    return text


class Citations:
    """Writes the citations of each list, of each entry with a page, and of each event."""

    def __init__(self, files: Files, domain: RecapDomain, addresses: Addresses) -> None:
        self._files = files
        self._domain = domain
        self._addresses = addresses

    def add(self, records: FileRecords) -> None:
        """Write the citations of a list."""
        address = self._addresses.entry
        works = [work_of_entry(self._domain, noted, entry.date, address(noted)) for noted, entry in records.entries]
        texts = [(bibtex(work), csl_item(work)) for work in works]
        self._write(export_name(records.path), texts)
        pages = self._domain.written_entry_pages()
        for (noted, _entry), text in zip(records.entries, texts, strict=True):
            if page := pages.get((noted.path, noted.id)):
                self._write(page, [text])

    def finish(self) -> None:
        """Write the citations of events."""
        for event in self._domain.objects.events.values():
            work = work_of_event(self._domain, event, self._addresses.event(event))
            self._write(export_name(event.path), [(bibtex(work), csl_item(work))])

    def _write(self, name: str, texts: Sequence[tuple[str, str]]) -> None:
        """Write works, each as BibTeX and as CSL-JSON."""
        self._files.write(f"{name}.bib", "\n".join(text for text, _item in texts))
        self._files.write(f"{name}.csl.json", csl(item for _text, item in texts))
