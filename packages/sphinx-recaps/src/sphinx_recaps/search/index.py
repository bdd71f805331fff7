"""The index of a site, in which readers find entries, what is said about them, people, topics and text pages.

``recap-search/`` has an index for each group of results, so that a query loads little: ``entries``, ``pages``, and
``apart`` for pages that nobody wants among the others. ``words-4.json`` and so on are the words of the site by length,
for the nearest spelling of an unknown one.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import unicodedata
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinx_recaps.core.builders import writes_page_per_file
from sphinx_recaps.core.garbage_collection import collection_paused
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.incremental.output_manifest import OutputManifest, digest
from sphinx_recaps.search.page import setup_page, words
from sphinx_recaps.search.program import Pagefind, PagefindError, program
from sphinx_recaps.search.records import END, EXCLUDED, START, Records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder

FOLDER = "recap-search"
GROUPS = ("entries", "pages", "apart")
SIZES = ((4, 7), (8, 11), (12, 15), (16, 99))  # lengths of the words in a file; the same in recap-search-worker.js
COMMON = (10, 2)  # how often a word occurs for the first and second group in a file of words
EMPTY = "/* The index is in recap-search/. */\n"
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"(?:[^\W\d_])[\w+#]{3,98}")


def has_search(app: Sphinx) -> bool:
    """Return whether the pages of a build are searched with Pagefind."""
    return writes_page_per_file(app.builder) and type(app.builder).search and program() is not None


def fold(text: str) -> str:
    """Return text without case, accents and other marks."""
    marked = unicodedata.normalize("NFD", text.lower())
    return "".join(char for char in marked if unicodedata.category(char)[0] != "M")


class Summary(NamedTuple):
    """The number of records in each group that has any, the filters with several values, and a digest of all."""

    counts: Mapping[str, int]
    facets: Collection[str]
    digest: str


def summary_of(records: Records) -> Summary:
    """Summarise the records, without keeping them: making 20,000 again takes a second or two, keeping them 200 MB."""
    counts: Counter[str] = Counter()
    values: dict[str, set[str]] = defaultdict(set)
    digests = []
    for group in GROUPS:
        for one in records.group(group):
            counts[group] += 1
            digests.append(digest(repr((group, one))))
            for name, some in one.filters:
                values[name].update(some)
    return Summary(counts, [name for name, some in values.items() if len(some) > 1], digest(*digests))


def words_of(text: str) -> set[str]:
    """Return the words in the HTML of a record, folded one by one, which is faster: most are ASCII."""
    plain = unicodedata.normalize("NFC", html.unescape(_TAG.sub(" ", text)).lower())
    return {word if word.isascii() else fold(word) for word in set(_WORD.findall(plain))}


def word_files(numbers: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield the name and content of each file of words: common, less common and rare ones.

    ``numbers`` are the numbers of records that each word occurs in.
    """
    for least, most in SIZES:
        groups: dict[int, list[str]] = defaultdict(list)
        for word, number in sorted(numbers.items()):
            if least <= len(word) <= most:
                groups[sum(number < common for common in COMMON)].append(word)
        lines = [" ".join(groups[rarity]) for rarity in range(len(COMMON) + 1)]
        yield f"words-{least}.json", json.dumps(lines, ensure_ascii=False)


@collection_paused()
def write_index(app: Sphinx, exception: Exception | None) -> None:
    """Write the index, if anything in it changed."""
    builder = app.builder
    path = program()
    if exception or path is None or not writes_page_per_file(builder) or not has_search(app):
        return
    records = Records(app, builder)
    summary = summary_of(records)
    manifest = OutputManifest(builder, "search")
    language = pagefind_language(builder.config.language)
    folder = builder.outdir / FOLDER
    state = digest(str(path.stat().st_size), repr((EXCLUDED, language)), summary.digest)
    if not manifest.is_current("index", state, folder / "words-4.json"):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            _write(path, folder, records, summary, language)
        except PagefindError as error:
            report(RecapWarning.SEARCH, f"the pages cannot be searched, because Pagefind failed: {error}", FOLDER)
            return
    _replace_own_index(builder)
    texts = words(app, summary.counts, summary.facets)
    if not manifest.is_current("words", digest(texts), folder / "words.json"):
        (folder / "words.json").write_text(texts, encoding="utf-8")
    manifest.save()


def _replace_own_index(builder: StandaloneHTMLBuilder) -> None:
    """Remove Sphinx's index of an earlier build; themes that load it on every page get an empty one."""
    file = builder.outdir / builder.searchindex_filename
    if "search_as_you_type" not in (builder.theme.get_options({}) if builder.theme else ()):
        file.unlink(missing_ok=True)
    elif not file.exists() or file.read_text(encoding="utf-8") != EMPTY:
        file.write_text(EMPTY, encoding="utf-8")


def pagefind_language(language: str | None) -> str:
    """Return the code of a language of ``conf.py`` as in the attribute ``lang``."""
    return (language or "en").replace("_", "-").lower()


def _write(path: Path, folder: Path, records: Records, summary: Summary, language: str) -> None:
    config: dict[str, Any] = {
        "force_language": language,
        "exclude_selectors": list(EXCLUDED),
        "include_characters": "+#",
        "keep_index_url": True,
    }
    numbers: Counter[str] = Counter()

    def pages(group: str) -> Iterator[tuple[str, str]]:
        for one in records.group(group):
            if group != "apart":
                numbers.update(words_of(one.body))
            yield one.url, one.html(summary.facets)

    with Pagefind(path) as pagefind:
        for number, group in enumerate(summary.counts):
            place = folder / group
            place.mkdir(parents=True)
            pagefind.write(pages(group), place, config)
            for file in () if number == 0 else (place / "pagefind.js", *place.glob("wasm.*")):
                file.unlink()  # once is enough
    for name, content in word_files(numbers):
        (folder / name).write_text(content, encoding="utf-8")


# -- Instead of Sphinx's own -------------------------------------------------------------------------------------------


def _mark_text(
    app: Sphinx, _name: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Mark the text of a page, the part of it to index."""
    if context.get("body") and has_search(app):
        context["body"] = f"{START}{context['body']}{END}"


def _omit_own_index(app: Sphinx) -> None:
    """Keep Sphinx from making an index of its own."""
    if has_search(app):
        vars(app.builder)["search"] = False


def _restore_search(app: Sphinx, *_: object) -> Iterable[Any]:
    """Let Sphinx write the search page, after everything that belongs to an index has been omitted."""
    vars(app.builder).pop("search", None)
    return ()


def setup_search(app: Sphinx) -> None:
    """Set up the index, its setting, and the search page."""
    app.add_config_value(
        "recap_search_apart",
        [],
        "env",
        types=(list, tuple),
        description="Pages that readers find only when they ask for them, such as documentation for contributors: "
        '`["contributing/*"]`. A `*` matches any text.',
    )
    app.connect("builder-inited", _omit_own_index)
    app.connect("html-page-context", _mark_text, priority=950)
    app.connect("html-collect-pages", _restore_search, priority=999)
    app.connect("build-finished", _restore_search, priority=0)
    app.connect("build-finished", write_index)
    setup_page(app, has_search)
