"""Deliberate mistakes: build and check report each at its line, with the fix.

Mistakes in data files are mainly tested in test_datafile.py; some are here to test them through a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from sphinx_recaps.cli.check import Mistake, check

from tests.support import picture, small_project

if TYPE_CHECKING:
    from tests.support import Project


class Case(NamedTuple):
    """A page (or a data file that a page shows), the line of the mistake, and words of the message."""

    name: str
    text: str
    line: int
    words: list[str]


PAGES = [
    Case("no such directive", ":::{yuotube} MYE01-XaSZA\n:title: T\n:::", 5, ["'yuotube'"]),
    Case("underscore in a directive", ":::{image_card} images/a.png\n:alt: A\n:::", 5, ["'image_card'"]),
    Case("no such option", ":::{youtube} MYE01-XaSZA\n:titel: T\n:::", 6, ["'titel'"]),
    Case("no such choice", ":::{youtube} MYE01-XaSZA\n:title: T\n:align: middle\n:::", 7, ["middle", '"center"']),
    Case("no width", ":::{youtube} MYE01-XaSZA\n:title: T\n:width: big\n:::", 7, ["'big' is not a width", "640px"]),
    Case("no argument", ":::{youtube}\n:title: T\n:::", 5, ["argument(s) required"]),
    Case("no end of a block", ":::{youtube} MYE01-XaSZA\n:title: T\n\nCaption", 5, ["is not closed", "write :::"]),
    Case("no end of code", "```python\nprint()\n", 5, ["is not closed", "write ```"]),
    Case("no end inside a block", "::::{note}\n:::{youtube} MYE01-XaSZA\n:title: T\n::::", 6, ["is not closed"]),
    Case("two colons", "::{youtube} MYE01-XaSZA\n::", 5, ["'::{youtube}' is shown", "write :::"]),
    Case(
        "same colons inside", ":::{note}\n\n:::{tip}\nA\n:::\n\nB\n:::", 7, ["is not closed", "more colons than they"]
    ),
    Case(
        "same colons around",
        ":::{note}\n\n:::{tip}\nA\n:::\n\nB\n:::",
        12,
        ["closes no block", "more colons than they"],
    ),
    Case(
        "no colon of an option",
        ":::{youtube} MYE01-XaSZA\n:title T\n:::",
        6,
        ["Invalid options format"],
    ),
    Case("no title", ":::{youtube} MYE01-XaSZA\n:::", 5, ["has no title", ":title: What it shows"]),
    Case("empty title", ":::{youtube} MYE01-XaSZA\n:title:\n:::", 6, ["argument required"]),
    Case(
        "channel", ":::{youtube} https://www.youtube.com/@pytorch\n:title: T\n:::", 5, ["is a channel", "write the id"]
    ),
    Case("short id", ":::{youtube} MYE01\n:title: T\n:::", 5, ["an id of 5 characters", "11 letters"]),
    Case(
        "other host", ":::{youtube} https://vimeo.com/1\n:title: T\n:::", 5, ["which is not YouTube", "such as https"]
    ),
    Case("no time", ":::{youtube} MYE01-XaSZA\n:title: T\n:start: soon\n:::", 7, ["'soon' is not a time", "1:02:03"]),
    Case(
        "end before start", ":::{youtube} MYE01-XaSZA\n:title: T\n:start: 90\n:end: 30\n:::", 5, ["not after its start"]
    ),
    Case(
        "chapter without time",
        ":::{youtube} MYE01-XaSZA\n:title: T\n\n- 0:00 A\n- B\n- 3:00 C\n:::",
        9,
        ["'B'", "12:30"],
    ),
    Case(
        "chapters in disorder",
        ":::{youtube} MYE01-XaSZA\n:title: T\n\n- 0:00 A\n- 5:00 B\n- 3:00 C\n:::",
        10,
        ["in order"],
    ),
    Case("no date", ":::{youtube} MYE01-XaSZA\n:title: T\n:date: 21.4.2021\n:::", 7, ["is not a date", "2021-04-21"]),
    Case("no thumbnail", ":::{youtube} MYE01-XaSZA\n:title: T\n:thumbnail: images/b.png\n:::", 5, ["has a.png"]),
    Case(
        "wrong aspect ratio",
        ":::{youtube} MYE01-XaSZA\n:title: T\n:aspect: 16x9\n:::",
        7,
        ["is not an aspect ratio", "16:9"],
    ),
    Case("no words for a picture", ":::{image-card} images/a.png\n:::", 5, ["no alternative text", ":decorative:"]),
    Case("no picture", ":::{image-card} images/aa.png\n:alt: A\n:::", 5, ["there is no image", "its folder has a.png"]),
    Case(
        "picture elsewhere",
        ":::{image-card} https://example.org/a.png\n:alt: A\n:::",
        5,
        ["on another host", "save it beside the page"],
    ),
    Case("picture outside", ":::{image-card} ../../a.png\n:alt: A\n:::", 5, ["outside the project", "copy it"]),
    Case("text for a picture", ":::{image-card} posters.yaml\n:alt: A\n:::", 5, ["is not an image", ".png"]),
    Case("words and none", ":::{image-card} images/a.png\n:alt: A\n:decorative:\n:::", 5, ["remove one of them"]),
    Case(
        "card to nowhere",
        ":::{image-card} images/a.png\n:alt: A\n:link: posterz\n:::",
        5,
        ["no page or label", "/day/posters"],
    ),
    Case(
        "card with a script",
        ":::{image-card} images/a.png\n:alt: A\n:link: javascript:a()\n:::",
        7,
        ["the scheme javascript"],
    ),
    Case("image to nowhere", "![A](images/nope.png)", 5, ["not readable"]),
    Case("link to no page", "[A](postres.md)", 5, ["'postres.md'"]),
    Case("link to no heading", "[A](posters.md#al)", 5, ["not found in doc 'day/posters'"]),
    Case("link with a space", "[A](https://example.org/a b)", 5, ["is shown to readers", "has no spaces"]),
    Case("link with a script", "[A](javascript:alert(1))", 5, ["is shown to readers", "https, http or mailto"]),
    Case("no label", "{ref}`all-postres`", 5, ["undefined label"]),
    Case("no document", "{doc}`postres`", 5, ["unknown document"]),
    Case("no such role", "{recap:postre}`A1`", 5, ["recap:postre"]),
    Case("role without its domain", "{poster}`A1`", 5, ['role "poster"']),
    Case("role with a space", "{recap:poster} `A1`", 5, ["'{recap:poster}' is shown", "without a space"]),
    Case("no such poster", "{recap:poster}`A9`", 5, ["no poster 'A9'", "did you mean A1?"]),
    Case("no such person", "{recap:person}`Jefrey Mew`", 5, ["no person 'Jefrey Mew'", "did you mean Jeffrey Mew?"]),
    Case("no such topic", "{recap:topic}`Distributed Trainnig`", 5, ["did you mean Distributed Training?"]),
    Case("other kind", "{recap:session}`A1`", 5, ["there is a poster; write {recap:poster}`A1`"]),
    Case("no such event", "{recap:event}`dai`", 5, ["there is no event 'dai'", "did you mean day?"]),
    Case("no data file", ":::{catalogue} poster.yaml\n:::", 5, ["does not exist", "did you mean posters.yaml"]),
    Case("data file outside", ":::{catalogue} ../../posters.yaml\n:::", 5, ["outside the project", "beside the page"]),
    Case("event as a list", ":::{catalogue} event.yaml\n:::", 5, ["use the directive event"]),
    Case("list as an event", ":::{event} posters.yaml\n:::", 5, ["use the directive catalogue"]),
    Case(
        "unknown topic",
        ":::{catalogue} posters.yaml\n:topic: Distributed\n:::",
        5,
        ["did you mean Distributed Training?"],
    ),
    Case(
        "limit in words",
        ":::{catalogue} posters.yaml\n:limit: ten\n:::",
        6,
        ["is not a number of entries", "such as 6"],
    ),
    Case("unknown order", ":::{catalogue} posters.yaml\n:sort: date\n:::", 6, ['"date" unknown', '"code"']),
    Case("text in a list", ":::{catalogue} posters.yaml\n\nText\n:::", 5, ["none permitted"]),
    Case("pattern that finds nothing", ":::{event-list} nothing/*.yaml\n:::", 5, ["no file matches", "*/event.yaml"]),
    Case("footnote without a note", "Text.[^x]", 5, ["Unknown target name"]),
    Case("note without a footnote", "[^x]: Note.", 5, ["is not referenced"]),
    Case("heading too deep", "### Deep", 5, ["H1 to H3"]),
    Case("HTML", "A <b>bold</b> <script>alert(1)</script> word", 5, ["HTML does not work in pages", "write Markdown"]),
    Case(
        "name without its brace", ":::{youtube MYE01-XaSZA\n:title: T\n:::", 5, ["opens no directive", ":::{youtube}"]
    ),
    Case("name without braces", ":::youtube MYE01-XaSZA\n:title: T\n:::", 5, ["opens no directive", ":::{youtube}"]),
    Case("space after a brace", ":::{ note }\nA\n:::", 5, ["opens no directive", ":::{note}"]),
    Case("option twice", ":::{youtube} MYE01-XaSZA\n:title: T\n:title: U\n:::", 7, ["is already on line 6"]),
    Case("option below the text", ":::{note}\nText\n\n:class: tip\n:::", 8, ["':class:' is shown", "first line"]),
    Case("folder as a picture", "![A](images)", 5, ["'images' is a folder", "images/name.png"]),
    Case("folder as the picture of a figure", "```{figure} images\n:alt: A\nCaption\n```", 5, ["is a folder"]),
    Case("folder as a picture with a link", "[![A](images)](https://example.org/)", 5, ["is a folder"]),
    Case("folder as a linked picture", "```{image} images\n:alt: A\n:target: https://a.org/\n```", 5, ["is a folder"]),
    Case("folder as a download", "{download}`images`", 5, ["is a folder", ".zip"]),
    Case("picture without a file", "![A]()", 5, ["it has no file", "images/name.png"]),
    Case("picture that stops", "![A](images/cut.png)", 5, ["is truncated"]),
    Case("name of a file as words", "![a.png](images/a.png)", 5, ["is its file name", "what the image shows"]),
    Case("backslash in a picture", "![A](images\\a.png)", 5, ["not readable"]),
    Case("capitals of a picture", "![A](images/A.PNG)", 5, ["not readable"]),
    Case("brackets swapped", "(A)[https://example.org/]", 5, ["is shown to readers", "[text](address)"]),
    Case("space in a link", "[A] (https://example.org/)", 5, ["is shown to readers", "without a space"]),
    Case("link without its address", "[A][nope]", 5, ["is shown to readers", "[name]: https://"]),
    Case("link without a host", "[A](http:example.org)", 5, ["has no host"]),
    Case("link to an HTML page", "[A](posters.html)", 5, ["'posters.html'"]),
    Case("link without a scheme", "[A](www.example.org)", 5, ["'www.example.org'"]),
    Case("link to nothing", "[A]()", 5, ["target not found"]),
    Case("copy without a time", "<wayback:soon/https://example.org/>", 5, ["start with the time", "20210510/"]),
    Case("copy of no day", "<wayback:20211399/https://example.org/>", 5, ["not a valid date", "20210510/"]),
    Case("copy of nothing", "<wayback:20210510https://example.org/>", 5, ["start with the time", "20210510/"]),
    Case("heading without a space", "##Heading", 5, ["'##Heading' is shown", "a space after the #"]),
    Case("label with a space", "(my label) =\n## Heading", 5, ["is shown", "(name)="]),
    Case("class without its end", "{.lead\nText", 5, ["'{.lead' is shown", "on its own line above"]),
    Case("table with a short line", "| a | b |\n|---|\n| 1 | 2 |", 5, ["as many cells as the line above"]),
    Case("comment of HTML", "<!-- hidden -->\n\nText", 5, ["is shown", "% before a line"]),
    Case("block of reST", ".. note:: Hello", 5, ["reStructuredText", "write :::{name}"]),
    Case("role of reST", "See :recap:poster:`A1`.", 5, ["reStructuredText", "{role}`text`"]),
    Case("link of reST", "See `text <https://example.org/>`_.", 5, ["reStructuredText", "[text](address)"]),
    Case("merge", "<<<<<<< HEAD\nA", 5, ["left over from a merge", "remove the markers"]),
    Case("text in another order", "A \u202e b", 5, ["U+202E", "remove it"]),
    Case("page below itself", "```{toctree}\npage-below-itself\n```", 5, ["nonexisting document"]),
    Case("unknown language", "```pyhton\nx = 1\n```", 5, ["'pyhton' is not known"]),
    Case("invalid code", "```json\n{x: }\n```", 5, ["resulted in an error"]),
    Case("list of entries as events", ":::{event-list} posters.yaml\n:::", 5, ["is a list of entries", "event.yaml"]),
    Case(
        "space in the link of a card",
        ":::{image-card} images/a.png\n:alt: A\n:link: https://a.org/a b\n:::",
        7,
        ["%20"],
    ),
    Case("raw HTML", "```{raw} html\n<script>alert(1)</script>\n```", 5, ["disabled"]),
]
DATA = [
    Case("no such key", "    titel: One\n", 4, ["unknown key 'titel'", "did you mean `title`?"]),
    Case("colon in a title", "    title: One: two\n", 4, ["': '", "in quotes"]),
    Case("address without scheme", "    title: T\n    link: example.org/a\n", 5, ["does not start with https:"]),
    Case("script as a link", "    title: T\n    link: javascript:alert(1)\n", 5, ["uses the scheme javascript"]),
    Case(
        "people as text", "    title: T\n    people: Jeffrey Mew, Bo Li\n", 5, ["takes a list", "[Jeffrey Mew, Bo Li]"]
    ),
    Case("day in words", "    title: T\n    date: 21 April 2021\n", 5, ["write 2021-04-21"]),
    Case("tab", "\ttitle: T\n", 4, ["indented with a tab", "spaces"]),
    Case(
        "no picture in data",
        "    title: T\n    image: images/aa.png\n",
        5,
        ["there is no image", "its folder has a.png"],
    ),
    Case(
        "bad picture in data",
        "    title: T\n    summary: S\n    image: images/unreadable.png\n",
        6,
        ["not a readable image"],
    ),
    Case(
        "person with a slip in data",
        "    title: T\n    people:\n      - Uma Rao\n      - Piotr Bialeckii\n",
        7,
        ["Piotr Bialecki"],
    ),
    Case(
        "topic cut at its comma",
        "    title: T\n    topics: [NLP & Multimodal, RL & Time Series]\n  - id: whole\n    title: U\n"
        "    topics: ['NLP & Multimodal, RL & Time Series']\n",
        5,
        ['write `"NLP & Multimodal, RL & Time Series"` in quotes: a comma ends a name in [ ]'],
    ),
    Case(
        "HTML entity in a name",
        "    title: T\n    people: [Ren&eacute; Ito]\n",
        5,
        ["HTML entity", "write `René Ito`"],
    ),
    Case(
        "and between people",
        "    title: T\n    people: [Ana Lima, Jiong Gong and Eikan Wang]\n",
        5,
        ["write `[Jiong Gong, Eikan Wang]`", "recap_known_names"],
    ),
    Case("and before a person", "    title: T\n    people: [Cy Oz, and Ben Roth]\n", 5, ["write `[Ben Roth]`"]),
    Case("ampersand between people", "    title: T\n    people: [A & B]\n", 5, ["write `[A, B]`"]),
    Case(
        "no space after the colon of a list",
        "    title: T\n    people:[Uma Rao, Bo Li]\n",
        5,
        ["`people: [Uma Rao, Bo Li]`"],
    ),
    Case(
        "wide colon",
        "    title\uff1a T\n    summary: S\n",
        4,
        ["is not a colon and a space", "write `title: T`"],
    ),
    Case("space of another kind", "    title:\u00a0T\n", 4, ["is not a colon and a space", "write `title: T`"]),
    Case("indented by other spaces", "\u00a0\u00a0\u00a0\u00a0title: T\n", 4, ["U+00A0", "indent with spaces"]),
    Case("equals sign", "    title = T\n", 4, ["is not a colon and a space", "write `title: T`"]),
    Case("wrong encoding", "    title: T\n    people: [JosÃ© Ito]\n", 5, ["wrong encoding", "write `é`"]),
    Case("lost letter", "    title: It\ufffds\n", 4, ["was lost"]),
    Case("entry without a dash", "    title: T\n    id: E2\n    title: U\n", 5, ["another entry", "write `- `"]),
    Case("entry too far right", "    title: T\n      - id: E3\n        title: U\n", 5, ["indent them equally"]),
    Case("entries twice", "    title: T\nentries:\n  - id: E4\n    title: U\n", 5, ["all items below one"]),
    Case("merge in data", "    title: T\n<<<<<<< HEAD\n    summary: S\n", 5, ["left over from a merge"]),
    Case(
        "mail beside a name", "    title: T\n    people: [Al Bo <a@b.org>]\n", 5, ["more than a name", "only the name"]
    ),
    Case("others without a name", "    title: T\n    people: [Al Bo et al.]\n", 5, ["more than a name", "'et al.'"]),
    Case(
        "Markdown in data",
        "    title: T\n    note: 'See [A](https://a.org/)'\n",
        5,
        ["Markdown does not work", "`See A`"],
    ),
    Case("HTML in data", "    title: T\n    note: 'A <b>big</b> day'\n", 5, ["HTML does not work", "`A big day`"]),
    Case("entity in a title", "    title: A &amp; B\n", 4, ["HTML entity", "write `A & B`"]),
    Case("copy of nothing in data", "    title: T\n    archived: 2021-05-10\n", 5, ["a copy of nothing"]),
    Case("two addresses", "    title: T\n    link: https://a.org/ https://b.org/\n", 5, ["several addresses"]),
    Case("link in Markdown", "    title: T\n    link: '[A](https://a.org/x)'\n", 5, ["write https://a.org/x"]),
    Case("slip in a scheme", "    title: T\n    link: htps://a.org/\n", 5, ["write https://a.org/"]),
    Case("file as a link", "    title: T\n    link: slides.pdf\n", 5, ["is a file", "readers can open"]),
    Case("PDF as a picture", "    title: T\n    image: https://a.org/a.pdf\n", 5, ["not an image", "to `links:`"]),
    Case(
        "PDF as a poster",
        "    title: T\n    poster: https://a.org/a.pdf\n",
        5,
        ["write `links: [{title: Poster, url: https://a.org/a.pdf}]`"],
    ),
    Case(
        "slides as a key",
        "    title: T\n    slides: https://example.org/\n",
        5,
        ["write `links: [{title: Slides, url: https://example.org/}]`"],
    ),
]
OTHER_ENCODINGS = {
    "latin-1": "# Café\n\nText é.\n".encode("latin-1"),
    "utf-16": "# Café\n\nText.\n".encode("utf-16"),
    "utf-16-without-a-mark": "# Café\n\nText.\n".encode("utf-16-le"),
    "utf-8-with-a-mark": b"\xef\xbb\xbf# Caf\xc3\xa9\n\nText.\n",
}
POSTERS = """\
kind: poster
entries:
  - id: A1
    title: One
    people: [Jeffrey Mew, Piotr Bialecki]
    topics: [Distributed Training]
"""
SETTINGS = """\
myst_enable_extensions = ["attrs_block", "colon_fence"]
myst_url_schemes = {"http": None, "https": None, "mailto": None, "wayback": "https://web.archive.org/web/{{path}}"}
myst_heading_anchors = 3
myst_disable_syntax = ["html_block", "html_inline"]
"""


def path_of(case: Case) -> str:
    """Return the file that a case is written to."""
    name = case.name.replace(" ", "-")
    return f"day/{name}.yaml" if case in DATA else f"day/{name}.md"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[Mistake]]:
    """Return the messages of the build and of the check for a project with all the mistakes."""
    folder = tmp_path_factory.mktemp("mistakes")
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n\n```{toctree}\n:glob:\n*/*\n```\n",
        "docutils.conf": "[general]\nraw_enabled: no\n",
        "day/posters.md": "# Posters\n\n(all-posters)=\n\n## All\n\n:::{catalogue} posters.yaml\n:::\n",
        "day/posters.yaml": POSTERS,
        "day/index.md": "# Day\n\n:::{event} event.yaml\n:::\n",
        "day/event.yaml": "name: Day\nstart: 2021-04-21\n",
        "day/images/a.png": picture(),
        "day/images/unreadable.png": b"bad",
        "day/images/cut.png": picture()[:60],
    }
    for case in PAGES:
        files[path_of(case)] = f"# Page\n\nFirst.\n\n{case.text}\n"
    for name, data in OTHER_ENCODINGS.items():
        files[f"day/{name}.md"] = data
    for number, case in enumerate(DATA):
        name = path_of(case)
        files[name] = f"kind: resource\nentries:\n  - id: D{number}\n{case.text}"
        files[name.replace(".yaml", ".md")] = f"# Data\n\n:::{{catalogue}} {name.rpartition('/')[2]}\n:::\n"
    project = small_project(folder)
    built = project(files, conf=SETTINGS)
    mistakes, _ = check(project.root, folder / "cache")
    return built.messages.splitlines(), mistakes


def test_folders_and_broken_links_in_place_of_files_are_reported(project: Project) -> None:
    """The rest of the page is built nevertheless."""
    for name in ("folder.yaml", "unshown.yaml", "page.md", "day/event.yaml"):
        (project.root / name).mkdir(parents=True)
    for name, target in (("lost.yaml", "nothing.yaml"), ("loop.yaml", "loop.yaml"), ("lost.md", "nothing.md")):
        (project.root / name).symlink_to(target)
    blocks = [f":::{{catalogue}} {name}.yaml\n:::" for name in ("folder", "lost", "loop")]
    text = "# Home\n\n" + "\n\n".join([*blocks, ":::{event-list} */event.yaml\n:::"]) + "\n\nThe end.\n"
    for _ in range(2):
        built = project({"index.md": text})
        for place in ("index.md:3", "index.md:6", "index.md:9", "day/event.yaml:1"):
            assert f"{place}: " in built.messages
        assert "The end." in built.text("index.html")


@pytest.mark.parametrize("case", [*PAGES, *DATA], ids=lambda case: case.name)
def test_a_mistake_is_reported_at_its_line(results: tuple[list[str], list[Mistake]], case: Case) -> None:
    _, mistakes = results
    of_file = [mistake for mistake in mistakes if mistake.path == path_of(case)]
    assert of_file, "no message about this file"
    messages = [mistake.text for mistake in of_file if mistake.line == case.line]
    assert any(all(words in text for words in case.words) for text in messages), [str(mistake) for mistake in of_file]


def test_the_build_and_the_check_report_the_same(results: tuple[list[str], list[Mistake]]) -> None:
    built, mistakes = results
    assert set(built) == {str(mistake) for mistake in mistakes}


def test_valid_input_is_never_reported(results: tuple[list[str], list[Mistake]]) -> None:
    """No other file of the project is mentioned."""
    _, mistakes = results
    pages = {mistake.path for mistake in mistakes if "save it as UTF-8" not in mistake.text}
    assert pages <= {path_of(case) for case in [*PAGES, *DATA]}


def test_pages_in_other_encodings_are_reported(results: tuple[list[str], list[Mistake]]) -> None:
    _, mistakes = results
    reported = {mistake.path.removeprefix("day/"): mistake.text for mistake in mistakes if "UTF-8" in mistake.text}
    assert reported.keys() == {f"{name}.md" for name in OTHER_ENCODINGS} - {"utf-8-with-a-mark.md"}
    assert "the byte 0xE9 is not UTF-8" in reported["latin-1.md"]
