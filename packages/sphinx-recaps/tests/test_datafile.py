"""Data files of contributors: every mistake is reported with location and fix, and valid data is still shown."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.core.slugs import as_id
from sphinx_recaps.data import yaml_reader as yaml_source
from sphinx_recaps.data.records import Catalogue

from tests.data_files import EVENT, GOOD, HEAD, entry, loaded, two

pytestmark = pytest.mark.usefixtures("yaml_loader")

# Name, input, line and column of the mistake, and words of the message.
MISTAKES: list[tuple[str, str | bytes, int, int, list[str]]] = [
    ("colon in a title", f"{HEAD}  - id: A1\n    title: A1: b\n", 4, 14, ["quotes", "`title: 'A1: b'`"]),
    ("at sign", entry("summary: @name"), 5, 14, ["cannot start with @", "`summary: '@name'`"]),
    ("backtick", entry("summary: `x` is"), 5, 14, ["cannot start with `"]),
    ("percent", entry("summary: %x"), 5, 14, ["cannot start with %"]),
    ("asterisk", entry("summary: *Bold* text"), 5, 14, ["cannot start with *", "quotes"]),
    ("open quotation mark", entry('summary: "open'), 5, 14, ["never closed"]),
    ("open apostrophe", entry("summary: 'open"), 5, 14, ["never closed"]),
    ("apostrophe inside", entry("summary: 'It's here'"), 5, 17, ['`summary: "It\'s here"`']),
    ("text after quotes", entry("summary: 'x' y"), 5, 17, ["follows the closing"]),
    ("backslash", entry('summary: "a\\qb"'), 5, 16, ["is a special character"]),
    ("open bracket", entry("people: [a, b"), 5, 13, ["[ that opens", "never closed"]),
    ("bracket too many", entry("people: [a]]"), 5, 16, ["an extra ]"]),
    ("text after bracket", entry("summary: [New] b"), 5, 14, ["follows the closing ]", "quotes"]),
    ("list on the line of its key", entry("people: - me"), 5, 13, ["`people: [me]`"]),
    ("no space after a dash", f"{GOOD}  -id: A2\n    title: b\n", 5, 3, ["space is missing after the dash"]),
    ("hash in a title", entry("summary: C# is #1"), 5, 20, ["a comment starts at '#1'", "quotes"]),
    ("nothing for a title", f"{HEAD}  - id: A1\n    title: ~\n", 4, 5, ["`title` is empty"]),
    ("broken list of entries", "kind: poster\nentries: [{id: A, title: b: c}]\n", 2, 10, ["cannot be read"]),
    ("tab", f"{GOOD}\tsummary: x\n", 5, 1, ["tab", "spaces"]),
    ("no space after colon", entry("summary:x"), 5, 5, ["space is missing", "`summary: x`"]),
    ("no space before a list", entry("people:[Ana, Ben]"), 5, 5, ["space is missing", "`people: [Ana, Ben]`"]),
    ("no space before a link", entry("links:[{title: a, url: 'https://a.org'}]"), 5, 5, ["space is missing"]),
    ("line without key", entry("foo bar\n    summary: x"), 5, 5, ["neither a key"]),
    ("indented too deep", entry(" summary: x"), 5, 6, ["indented below 'title'"]),
    ("indented too little", f"{GOOD}   summary: x\n", 5, 4, ["left of its entry"]),
    ("item out of line", f"{GOOD}   - id: A2\n     title: b\n", 5, 4, ["3 spaces", "2"]),
    ("anchor", entry("summary: &x y"), 5, 14, ["'&x'", "quotes"]),
    ("alias", entry("summary: *x"), 5, 14, ["'*x'", "quotes"]),
    ("tag", entry("summary: !!python/object:os.system x"), 5, 14, ["!!python/object", "type"]),
    ("merge key", entry("<<: *x"), 5, 9, ["'*x'"]),
    ("list as key", entry("? [a]\n    : b"), 5, 7, ["key is expected"]),
    ("deep", entry("summary: " + "[" * 1000), 5, 26, ["nested"]),
    ("unknown key", entry("sumary: x"), 5, 5, ["did you mean `summary`?"]),
    ("key of other files", entry("authors: [Jo]"), 5, 5, ["did you mean `people`?"]),
    ("capital key", entry("Summary: x"), 5, 5, ["did you mean `summary`?"]),
    (
        "key that is a link",
        entry("slides: https://a.org"),
        5,
        5,
        ["write `links: [{title: Slides, url: https://a.org}]`"],
    ),
    ("event: key that is a link", f"{EVENT}slides: https://a.org\n", 3, 1, ["`links:`", "`- title: Slides`"]),
    ("strange key", entry("qqq: x"), 5, 5, ["unknown key 'qqq'", "id, title, people"]),
    ("line is no key", entry("line: 3"), 5, 5, ["unknown key 'line'"]),
    (
        "unknown key of a link",
        entry("links: [{title: a, url: 'https://a.org', urls: b}]"),
        5,
        46,
        ["did you mean `url`?"],
    ),
    ("no title", f"{HEAD}  - id: A1\n", 3, 5, ["`title` is missing", "write"]),
    ("no id", f"{HEAD}  - title: A\n", 3, 5, ["`id` is missing", "`id: A4`"]),
    ("link without url", entry("links: [{title: a}]"), 5, 13, ["`url` is missing"]),
    ("text for a list", entry("people: Jo Li, Mai Do"), 5, 13, ["takes a list", "write `people: [Jo Li, Mai Do]`"]),
    ("text for links", entry("links: https://a.org"), 5, 12, ["takes a list", "- title: … and below it url: …"]),
    ("list for text", entry("summary: [a, b]"), 5, 14, ["single value, not a list", "keep one", "`summary: a`"]),
    ("list for a video", entry("video: [MYE01-XaSZA]"), 5, 12, ["not a list; write `video: MYE01-XaSZA`"]),
    (
        "list for a link",
        entry("link: ['https://a.org', 'https://b.org']"),
        5,
        11,
        ["keep one", "`link: https://a.org`", "move the others to `links:`"],
    ),
    ("empty list for a video", entry("video: []"), 5, 12, ["write `video: https://www.youtube.com/watch?v="]),
    ("empty list for text", entry("summary: []"), 5, 14, ["write `summary: …`"]),
    ("mapping for text", entry("summary: {a: b}"), 5, 14, ["not a mapping", "write `summary: b`", "in quotes"]),
    ("mapping for a video", entry("video:\n      url: MYE01-XaSZA"), 6, 7, ["write `video: MYE01-XaSZA`"]),
    ("mapping for a list", entry("people: {a: b}"), 5, 13, ["takes a list; write `people: [b]`"]),
    ("names in braces", entry("people: {Jo Li, Mai Do}"), 5, 13, ["takes a list; write `people: [Jo Li, Mai Do]`"]),
    ("list in a list", entry("people: [[a]]"), 5, 14, ["an item of `people`", "not a list; write `a`"]),
    ("text for a link", entry("links: ['https://a.org']"), 5, 13, ["is a mapping", "url"]),
    ("list for a date", entry("date: [2021-04-21]"), 5, 11, ["single value"]),
    ("empty title", f"{HEAD}  - id: A1\n    title: ''\n", 4, 12, ["`title` is empty"]),
    ("blank title", f"{HEAD}  - id: A1\n    title: '  '\n", 4, 12, ["`title` is empty"]),
    ("empty value", entry("summary:"), 5, 5, ["`summary` is empty"]),
    ("empty item", entry("people: [a, '']"), 5, 17, ["an item of `people` is empty"]),
    ("empty list", entry("people:"), 5, 5, ["`people` is empty"]),
    ("key twice", entry("title: x"), 5, 5, ["'title' is already on line 4", "line 4"]),
    ("id twice", f"{GOOD}  - id: A1\n    title: b\n", 5, 9, ["line 3", "line 5"]),
    ("id twice but for case", f"{GOOD}  - id: a1\n    title: b\n", 5, 9, ["too close to 'A1'"]),
    (
        "id with a space",
        f"{HEAD}  - id: A 1\n    title: b\n",
        3,
        9,
        ["has a space, but", "letters, digits", "write A-1"],
    ),
    (
        "id that begins with a line",
        f"{HEAD}  - id: _vhqr3wkcOU\n    title: b\n",
        3,
        9,
        ["starts with _", "write vhqr3wkcOU"],
    ),
    ("id of marks alone", f"{HEAD}  - id: ..\n    title: b\n", 3, 9, ["starts with .", "write A4"]),
    (
        "id with an accent",
        f"{HEAD}  - id: día\n    title: b\n",
        3,
        9,
        ["has 'í'", "English letters and digits only", "write dia"],
    ),
    ("id that is a name", f"{HEAD}  - id: Soumith Chintala\n    title: b\n", 3, 9, ["write soumith-chintala"]),
    (
        "id with a colon",
        f"{HEAD}  - id: Talk: one\n    title: b\n",
        3,
        9,
        ["an id has only letters", "write `id: talk-one`"],
    ),
    ("id with an at sign", f"{HEAD}  - id: @one\n    title: b\n", 3, 9, ["an id has only letters", "write `id: one`"]),
    ("id with a slash", f"{HEAD}  - id: A/1\n    title: b\n", 3, 9, ["write A-1"]),
    ("long id", f"{HEAD}  - id: {'x' * 81}\n    title: b\n", 3, 9, ["at most 80"]),
    ("bad date", entry("date: soon"), 5, 11, ["'soon' is not a date", "2021-04-21"]),
    ("date in words", entry("date: April 21, 2021"), 5, 11, ["write 2021-04-21"]),
    ("date with slashes", entry("date: 21/04/2021"), 5, 11, ["not written as year-month-day; write 2021-04-21"]),
    ("date of one of two days", entry("date: 04/05/2021"), 5, 11, ["write 2021-04-05 or 2021-05-04"]),
    ("date without zeros", entry("date: 2021-4-1"), 5, 11, ["write 2021-04-01"]),
    ("month alone", entry("date: April 2021"), 5, 11, ["does not say which day", "leave the date out"]),
    ("year alone", entry("date: 2021"), 5, 11, ["does not say which day"]),
    ("dash in a text", entry("summary: - New"), 5, 14, ["cannot start with a dash", "`summary: '- New'`"]),
    ("comma too many", entry("people: [Jo,, Mai]"), 5, 13, ["nothing before this comma; remove it"]),
    ("place on a computer", entry("link: 'C:/talks/a.pdf'"), 5, 11, ["is a path on a computer", "https://"]),
    ("host of a video alone", entry("video: https://youtu.be/"), 5, 12, ["has no video", "such as https"]),
    ("port of an address", entry("link: https://a.org:99999/"), 5, 11, ["not a well-formed address"]),
    ("empty mapping for people", entry("people: {}"), 5, 13, ["write `people: [Jeffrey Mew]`"]),
    ("text of a source", entry("sources: [here]"), 5, 15, ["is not an address", "the full address"]),
    ("impossible date", entry("date: 2021-02-30"), 5, 11, ["not a valid date"]),
    ("time without a day", entry("date: 13:15"), 5, 11, ["not a date", "2021-04-21"]),
    ("time of 25 hours", entry("date: 2021-04-21T25:00"), 5, 11, ["an invalid time"]),
    (
        "time of an impossible day",
        entry("date: 2021-02-30T10:00"),
        5,
        11,
        ["'2021-02-30' is not a valid date"],
    ),
    ("time in the afternoon", entry("date: 2021-04-21 1:15 pm"), 5, 11, ["write 2021-04-21T13:15"]),
    ("time at noon", entry("date: 2021-04-21T12 p.m."), 5, 11, ["write 2021-04-21T12:00"]),
    (
        "time zone in words",
        entry("date: 2021-04-21T10:00 PST"),
        5,
        11,
        ["neither a date nor a date with a time", "2021-04-21T15:00-07:00"],
    ),
    ("event: a time", "name: A day\nstart: 2021-04-21T10:00\n", 2, 8, ["more than a date; write 2021-04-21"]),
    ("bad duration", entry("duration: long"), 5, 15, ["not a duration", "15 min"]),
    ("no duration", entry("duration: 0"), 5, 15, ["not a duration", "a number of seconds"]),
    ("negative duration", entry("duration: -5"), 5, 15, ["not a duration"]),
    ("duration in other digits", entry("duration: ١٥"), 5, 15, ["not a duration"]),
    ("endless duration", entry("duration: 700000"), 5, 15, ["longer than a week"]),
    ("script", entry("link: javascript:alert(1)"), 5, 11, ["uses the scheme javascript", "https"]),
    ("data address", entry("link: data:text/html,x"), 5, 11, ["uses the scheme data"]),
    ("ftp", entry("link: ftp://example.org/x"), 5, 11, ["uses the scheme ftp"]),
    ("script as image", entry("image: javascript:alert(1)"), 5, 12, ["uses the scheme javascript"]),
    ("script as video", entry("video: javascript:alert(1)"), 5, 12, ["uses the scheme javascript"]),
    ("no scheme", entry("link: example.org/x"), 5, 11, ["write https://example.org/x"]),
    ("space in an address", entry("link: https://a.org/b c"), 5, 11, ["contains a space", "%20"]),
    ("user in an address", entry("link: https://me:pw@a.org/"), 5, 11, ["user name"]),
    ("no host", entry("link: 'https://'"), 5, 11, ["has no host"]),
    ("no address", entry("link: here"), 5, 11, ["is not an address"]),
    ("channel as video", entry("video: https://www.youtube.com/@x"), 5, 12, ["is a channel"]),
    ("address in a link", entry("links: [{title: a, url: ftp://a.org}]"), 5, 29, ["uses the scheme ftp"]),
    ("archive", entry("archived: lost"), 5, 15, ["not an archived copy"]),
    ("unknown kind", GOOD.replace("poster", "postr"), 1, 7, ["did you mean poster?", "keynote"]),
    ("no kind", GOOD.replace("kind: poster\n", ""), 1, 1, ["`kind` is missing"]),
    ("no entries", "kind: poster\n", 1, 1, ["`entries` is missing"]),
    ("entries misspelt", GOOD.replace("entries", "entires"), 2, 1, ["did you mean `entries`?"]),
    ("entries a text", "kind: poster\nentries: many\n", 2, 10, ["takes a list"]),
    ("entries a mapping", "kind: poster\nentries:\n  id: A\n  title: b\n", 3, 3, ["takes a list"]),
    ("entry a text", f"{GOOD}  - A2\n", 5, 5, ["starts with `- id: …`", "'A2'"]),
    ("entry nothing", f"{GOOD}  -\n", 5, 4, ["starts with `- id: …`"]),
    ("top key", f"{GOOD}color: red\n", 5, 1, ["unknown key 'color'", "kind and entries"]),
    (
        "topic in two ways",
        two("topics: ['Platforms & Ops & Tools']", "topics: ['Platform, Ops & Tools']"),
        8,
        14,
        ["'Platform, Ops & Tools' is spelt 'Platforms & Ops & Tools' on line 5"],
    ),
    ("topic in capitals", two("topics: [Vision]", "topics: [VISION]"), 8, 14, ["spelt 'Vision' on line 5"]),
    ("slip in a topic", two("topics: [Healthcare]", "topics: [Helthcare]"), 8, 14, ["spelt 'Healthcare'"]),
    ("accents", two("people: [Miquel Farré]", "people: [Miquel Farre]"), 8, 14, ["spelt 'Miquel Farré' on line 5"]),
    ("apostrophes", two("people: [A. O’Connor]", "people: [A. O'Connor]"), 8, 14, ["spelt 'A. O’Connor'"]),
    (
        "family name first",
        two("people: ['Mew, Jeffrey']", "people: [Jeffrey Mew]"),
        5,
        14,
        ["spelt 'Jeffrey Mew' on line 8"],
    ),
    ("hyphen", two("people: [Pérez-García]", "people: [Pérez García]"), 8, 14, ["spelt 'Pérez-García'"]),
    ("person twice", entry("people: [Jo Li, Jo Li]"), 5, 21, ["'Jo Li' is listed twice"]),
    ("control character", entry("summary: a\x07b"), 5, 15, ["U+0007"]),
    ("escaped control character", entry('summary: "a\\x07b"'), 5, 14, ["U+0007"]),
    ("hidden direction", entry("summary: a\u202eb"), 5, 15, ["U+202E"]),
    ("NUL", entry("summary: a\x00b"), 5, 15, ["U+0000"]),
    ("empty file", "", 1, 1, ["empty", "`kind: poster`"]),
    ("comments only", "# nothing\n", 1, 1, ["empty"]),
    ("list", "- id: A1\n  title: First\n", 1, 1, ["the file is a list", "`entries:`"]),
    ("text", "posters\n", 1, 1, ["only text, 'posters'"]),
    ("Latin-1", entry("summary: caf\xe9").encode("latin-1"), 5, 17, ["0xE9", "UTF-8"]),
    ("UTF-16", GOOD.encode("utf-16"), 1, 1, ["UTF-16", "UTF-8"]),
    ("second document", f"{GOOD}---\nkind: poster\n", 5, 1, ["second document"]),
    ("event without start", "name: A day\n", 1, 1, ["`start` is missing"]),
    ("event: key", f"{EVENT}plce: x\n", 3, 1, ["did you mean `place`?"]),
    ("event: end first", f"{EVENT}end: 2021-04-20\n", 3, 6, ["is before `start`"]),
    ("event: number", f"{EVENT}numbers:\n  posters: many\n", 4, 12, ["whole number"]),
    ("event: thousands", f"{EVENT}numbers:\n  posters: 1,000\n", 4, 12, ["write 1000"]),
    ("event: mode", f"{EVENT}mode: onlin\n", 3, 7, ["did you mean online?"]),
    ("event: kind", f"kind: event\n{EVENT}", 1, 1, ["`kind` is not allowed"]),
    (
        "event: no time zone",
        f"{EVENT}sessions:\n  - name: a\n    start: 2021-04-21T15:00\n    end: 2021-04-21T16:00Z\n",
        5,
        12,
        ["time zone", "Z"],
    ),
]


def test_the_pure_python_loader_reports_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is used where PyYAML was built without libyaml. The deep tests run everything with both loaders."""
    some = [mistake[1] for mistake in MISTAKES[::6]]
    reported = [loaded(content).problems for content in some]
    monkeypatch.setattr(yaml_source, "LOADER", yaml.BaseLoader)
    assert [loaded(content).problems for content in some] == reported


@pytest.mark.parametrize(
    ("content", "line", "column", "words"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_a_mistake_is_reported_at_its_location_with_the_fix(
    content: str | bytes, line: int, column: int, words: list[str]
) -> None:
    problems = loaded(content).problems
    assert [(problem.line, problem.column) for problem in problems] == [(line, column)], problems
    for word in words:
        assert word in problems[0].message
    assert len(problems[0].message) < 280
    assert problems[0].message.isprintable()


@pytest.mark.parametrize("content", [m[1] for m in MISTAKES if isinstance(m[1], str) and "- id: A1" in m[1]])
def test_an_entry_with_a_mistake_is_still_shown(content: str) -> None:
    catalogue = loaded(content).content
    assert isinstance(catalogue, Catalogue)
    assert len(catalogue.entries) == len(re.findall(r"- ?id: ", content))


def test_suggestions_are_complete_lines() -> None:
    """A suggested line is never truncated, so that it can be copied from the message."""
    title = f"TorchInductor: {'a compiler ' * 14}".strip()
    assert f"`title: '{title}'`" in loaded(f"{HEAD}  - id: A1\n    title: {title}\n").problems[0].message


@given(st.text(max_size=100))
def test_a_suggested_id_is_valid(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", as_id(text))


def test_all_syntax_errors_of_a_file_are_reported_together() -> None:
    lines = ["title: A: b", "summary: @x", "people: [a", 'note: "open', "topics: [b]]"]
    text = HEAD + "".join(
        f"  - id: A{n}\n    title: t{n}\n    {line}\n".replace(
            f"    title: t{n}\n", "" if n == 0 else f"    title: t{n}\n"
        )
        for n, line in enumerate(lines)
    )
    result = loaded(text)
    assert [problem.line for problem in result.problems] == [4, 7, 10, 13, 16]
    assert isinstance(result.content, Catalogue)
    assert [e.id for e in result.content.entries] == ["A0", "A1", "A2", "A3", "A4"]
    assert result.content.entries[0].title == "A: b"
    assert result.content.entries[2].people == ("a",)
