"""The index with which the search page finds entries by title, people and topics, and links to each entry.

Sphinx's own index is a single file, which would be half a megabyte with all the talks of an archive. This index has
many files, of which a query loads only some: for each word of the query, the words with the same first two letters
(``recap-search/qu.json``: words with the numbers of their entries), then the entries to show
(``recap-search/entries-12.json``: up to 64 entries of one page). ``recap-search.js`` reads them on the search page.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache
from itertools import count, groupby
from operator import attrgetter, sub
from os.path import commonprefix
from typing import TYPE_CHECKING, Any, TypeGuard

from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.search import IndexBuilder

from sphinx_recaps.core.assets import add_assets
from sphinx_recaps.core.garbage_collection import collection_paused
from sphinx_recaps.core.language import list_separator
from sphinx_recaps.core.messages import _, capitalised, for_script, plural_forms
from sphinx_recaps.incremental.output_manifest import OutputManifest, digest
from sphinx_recaps.registry.domain import recap_domain
from sphinx_recaps.registry.index_plan import writes_indices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.builders.html import StandaloneHTMLBuilder

    from sphinx_recaps.registry.domain import RecapDomain
    from sphinx_recaps.registry.objects import NotedEntry

FOLDER = "recap-search"
CHUNK = 64  # entries in a file; the same in recap-search.js
TITLE, PERSON, TOPIC = range(3)  # the field that contains a word; recap-search.js ranks by it
FIELDS = 4
# fold() and WORDS are the same in recap-search.js. In scripts without spaces between words, each letter is a word.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORDS = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+[+#]*")
_ASCII_WORDS = re.compile(r"[a-z0-9]+[+#]*")  # finds the same in ASCII text, in half the time
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i", "ς": "σ"}
)


def fold(text: str) -> str:
    """Return text without case, accents and other marks."""
    if text.isascii():
        return text.lower()
    marked = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower())  # 𝐀 becomes A, then a
    return "".join(char for char in marked if unicodedata.category(char)[0] != "M").translate(_LETTERS)


def words(text: str) -> tuple[str, ...]:
    """Return the unique words of a text in the form used for searching."""
    folded = fold(text)
    return tuple(dict.fromkeys((_ASCII_WORDS if folded.isascii() else _WORDS).findall(folded)))


_indexed = attrgetter("event", "kind", "id", "title", "people", "topics")
_words_of_name = lru_cache(maxsize=1 << 15)(words)  # unlike titles, names recur often


def shard(word: str) -> str:
    """Return the name of the file for a word: its first two characters, with code points for those not in ASCII."""
    return "".join(char if char.isascii() and char.isalnum() else f"_{ord(char):x}" for char in word[:2])


class SearchIndex:
    """The index of the entries of a project."""

    def __init__(self, builder: StandaloneHTMLBuilder, domain: RecapDomain) -> None:
        self.builder = builder
        self.domain = domain
        self._event = cache(domain.event_title)
        self._target = cache(builder.get_target_uri)
        self._paths = {kind: domain.named_paths(builder, kind) for kind in domain.objects.named}

    def digest(self) -> str:
        """Return a digest of everything that the index depends on."""
        events = [self._event(event) for event in sorted({entry.event for entry in self.domain.objects.entries})]
        places = [sorted(paths.items()) for paths in self._paths.values()]
        stop = sorted(self._stop_words())
        kinds = [self._kind(kind) for kind in self.domain.kinds.names]
        chunks = (
            _json([(*_indexed(entry), *self.domain.place_of(entry)) for entry in chunk]) for chunk in self._chunks()
        )
        facts = (events, places, stop, kinds, self.domain.names.preferred)
        return digest(self.builder.get_target_uri("x"), *chunks, _json(facts))

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield the name and content of each file, in a reproducible order."""
        chunks = list(self._chunks())
        places = self._places(chunks)
        shards: dict[str, list[str]] = defaultdict(list)
        for word in sorted(places):
            shards[shard(word)].append(word)
        yield "index", _json(sorted(shards))
        for name, shard_words in shards.items():
            yield name, _json({word: _steps(places.pop(word)) for word in shard_words})
        for number, chunk in enumerate(chunks):
            yield f"entries-{number}", _json(self._result_data(chunk))

    def _chunks(self) -> Iterator[Sequence[NotedEntry]]:
        """Yield the entries of each page and event in chunks, so that adding or removing a talk changes few files."""
        for _key, group in groupby(
            self.domain.objects.entries, key=lambda entry: (entry.event, entry.kind, entry.docname)
        ):
            entries = list(group)
            yield from (entries[start : start + CHUNK] for start in range(0, len(entries), CHUNK))

    def _places(self, chunks: Iterable[Sequence[NotedEntry]]) -> dict[str, list[int]]:
        """Return the places of each word: the number of the entry, times FIELDS, plus the field."""
        places: dict[str, list[int]] = defaultdict(list)
        for number, chunk in enumerate(chunks):
            for place, entry in zip(count(number * CHUNK * FIELDS, FIELDS), chunk, strict=False):
                for word in words(f"{entry.title} {entry.id}"):
                    places[word].append(place + TITLE)
                for field, kind, names in ((PERSON, "person", entry.people), (TOPIC, "topic", entry.topics)):
                    for name in self._spellings(kind, names):
                        for word in _words_of_name(name):
                            own = places[word]
                            if not own or own[-1] < place:  # a word has one place in an entry, in the first field
                                own.append(place + field)
        for word in self._stop_words():
            places.pop(word, None)
        return places

    def _spellings(self, kind: str, names: Sequence[str]) -> Iterator[str]:
        """Yield names in all of their spellings."""
        known = self.domain.names
        for name in known.one(kind, names):
            yield name
            yield from known.also(kind, name)

    def _stop_words(self) -> set[str]:
        """Return Sphinx's stop words for the language of the project."""
        config = self.builder.config
        language = config.html_search_language or config.language
        return {fold(word) for word in IndexBuilder(self.builder.env, language, {}, "").lang.stopwords}

    def _kind(self, kind: str) -> str:
        return capitalised(self.domain.kinds.noun(kind))

    def _address(self, entry: NotedEntry) -> str:
        page, anchor = self.domain.place_of(entry)
        return f"{self._target(page)}#{anchor}" if anchor else self._target(page)

    def _result_data(self, chunk: Sequence[NotedEntry]) -> dict[str, Any]:
        """Return the data for showing entries as results; each person and topic is included once, with an address."""
        first = chunk[0]
        addresses = [self._address(entry) for entry in chunk]
        start = commonprefix(addresses)  # noqa: RUF071 (of texts, not of paths)
        names: dict[tuple[str, str], int] = {}
        entries = []
        for entry, address in zip(chunk, addresses, strict=True):
            own = self.domain.names.one("person", entry.people)
            people = [names.setdefault(("person", name), len(names)) for name in own]
            topics = [names.setdefault(("topic", name), len(names)) for name in entry.topics]
            entries.append([entry.title, address.removeprefix(start), people, topics])
        return {
            "start": start,
            "kind": self._kind(first.kind),
            "event": self._event(first.event),
            "names": [[kind, name, self._paths[kind].get(name, "")] for kind, name in names],
            "entries": entries,
        }


def _steps(places: Sequence[int]) -> list[int]:
    """Return the first of ascending numbers, and the difference of each other one from its predecessor."""
    return [places[0], *map(sub, places[1:], places)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def words_of_results(language: str) -> dict[str, Any]:
    """Return the texts for recap-search.js, which fills in the placeholders in braces."""
    return {
        "comma": list_separator(language),
        "searching": _("Searching …"),
        "entries": _("Posters, sessions, people"),
        "pages": _("Pages"),
        "person": _("Person"),
        "topic": _("Topic"),
        "failed": _("The index of entries could not be loaded."),
        "nothing": _("Nothing was found for “{query}”."),
        "found": _("Found {results}."),
        "more": plural_forms("Show {next} more of {number} entry", "Show {next} more of {number} entries", language),
        "numbers": {
            "entry": plural_forms("{number} entry", "{number} entries", language),
            "most": plural_forms(
                "{number} entry with most of the words", "{number} entries with most of the words", language
            ),
            "person": plural_forms("{number} person", "{number} people", language),
            "topic": plural_forms("{number} topic", "{number} topics", language),
            "page": plural_forms("{number} page", "{number} pages", language),
        },
    }


def write_index(app: Sphinx, exception: Exception | None) -> None:
    """Write the files of the index that changed, and remove obsolete ones."""
    builder = app.builder
    if exception or not _has_search(builder):
        return
    folder = builder.outdir / FOLDER
    manifest = OutputManifest(builder, "search")
    with collection_paused():
        index = SearchIndex(builder, recap_domain(app.env))
        if not manifest.is_current("index", index.digest(), folder / "index.json"):
            folder.mkdir(exist_ok=True)
            written = {_write(folder / f"{name}.json", content.encode()) for name, content in index.files()}
            for path in set(folder.glob("*.json")) - written:
                path.unlink()
    manifest.save()


def _has_search(builder: Builder) -> TypeGuard[StandaloneHTMLBuilder]:
    return writes_indices(builder) and builder.search and not isinstance(builder, SingleFileHTMLBuilder)


def _write(path: Path, content: bytes) -> Path:
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)
    return path


def setup_search(app: Sphinx) -> None:
    """Set up the index, and the script on the search page."""
    app.connect("build-finished", write_index)

    def is_needed(name: str, _context: dict[str, Any], _doctree: nodes.document | None) -> bool:
        return name == "search" and bool(recap_domain(app.env).objects.entries)

    def script_words() -> str:
        return for_script(words_of_results(app.config.language))

    add_assets(app, is_needed, "recap-search.js", "recap-search.css", words=script_words)
