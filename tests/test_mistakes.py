"""Mistakes made on purpose: each is answered at its line, with what to write, by the build and by the check alike.

Mistakes in data files have a table of their own in test_datafile.py; some stand here to see them through a page.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from sphinx_recaps.check import Mistake, check

from tests.conftest import picture, small_project


class Case(NamedTuple):
    """A page (or a data file that a page shows), the line of the mistake in it, and words of the answer."""

    name: str
    text: str
    line: int
    words: list[str]


PAGES = [
    Case("no such directive", ":::{yuotube} MYE01-XaSZA\n:title: T\n:::", 5, ["'yuotube'", "did you mean youtube?"]),
    Case("underscore in a directive", ":::{image_card} images/a.png\n:alt: A\n:::", 5, ["did you mean image-card"]),
    Case("no such option", ":::{youtube} MYE01-XaSZA\n:titel: T\n:::", 6, ["'titel'", "did you mean :title:?"]),
    Case("no such choice", ":::{youtube} MYE01-XaSZA\n:title: T\n:align: middle\n:::", 7, ["middle", '"center"']),
    Case("no width", ":::{youtube} MYE01-XaSZA\n:title: T\n:width: big\n:::", 7, ["'big' is not a width", "640px"]),
    Case("no argument", ":::{youtube}\n:title: T\n:::", 5, ["argument(s) required", "write it after the name"]),
    Case("no end of a block", ":::{youtube} MYE01-XaSZA\n:title: T\n\nCaption", 5, ["has no end", "write :::"]),
    Case("no end of code", "```python\nprint()\n", 5, ["has no end", "write ```"]),
    Case("no end inside a block", "::::{note}\n:::{youtube} MYE01-XaSZA\n:title: T\n::::", 6, ["has no end"]),
    Case("two colons", "::{youtube} MYE01-XaSZA\n::", 5, ["'::{youtube}' is shown", "write :::"]),
    Case("same colons inside", ":::{note}\n\n:::{tip}\nA\n:::\n\nB\n:::", 7, ["has no end", "more colons than they"]),
    Case(
        "same colons around", ":::{note}\n\n:::{tip}\nA\n:::\n\nB\n:::", 12, ["ends no block", "more colons than they"]
    ),
    Case(
        "no colon of an option",
        ":::{youtube} MYE01-XaSZA\n:title T\n:::",
        6,
        ["Invalid options format", ":name: value"],
    ),
    Case("no title", ":::{youtube} MYE01-XaSZA\n:::", 5, ["has no title", ":title: What is shown"]),
    Case("empty title", ":::{youtube} MYE01-XaSZA\n:title:\n:::", 6, ["argument required", "write a value"]),
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
    Case("no shape", ":::{youtube} MYE01-XaSZA\n:title: T\n:aspect: 16x9\n:::", 7, ["is not a shape", "16:9"]),
    Case("no words for a picture", ":::{image-card} images/a.png\n:::", 5, ["no alternative text", ":decorative:"]),
    Case("no picture", ":::{image-card} images/aa.png\n:alt: A\n:::", 5, ["there is no image", "its folder has a.png"]),
    Case(
        "picture elsewhere",
        ":::{image-card} https://example.org/a.png\n:alt: A\n:::",
        5,
        ["on another host", "download"],
    ),
    Case("picture outside", ":::{image-card} ../../a.png\n:alt: A\n:::", 5, ["outside the project", "copy it"]),
    Case("text for a picture", ":::{image-card} posters.yaml\n:alt: A\n:::", 5, ["is not an image", ".png"]),
    Case(
        "words and none", ":::{image-card} images/a.png\n:alt: A\n:decorative:\n:::", 5, ["keep the one that is true"]
    ),
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
    Case("image to nowhere", "![A](images/nope.png)", 5, ["not readable", "its folder has a.png"]),
    Case("link to no page", "[A](postres.md)", 5, ["'postres.md'", "did you mean /day/posters.md?"]),
    Case("link to no heading", "[A](posters.md#al)", 5, ["not found in doc 'day/posters'", "did you mean #all?"]),
    Case("link with a space", "[A](https://example.org/a b)", 5, ["is shown to readers", "without spaces"]),
    Case("link with a script", "[A](javascript:alert(1))", 5, ["is shown to readers", "https:, http: or mailto:"]),
    Case("no label", "{ref}`all-postres`", 5, ["undefined label", "did you mean all-posters?"]),
    Case("no document", "{doc}`postres`", 5, ["unknown document", "did you mean /day/posters?"]),
    Case("no such role", "{recap:postre}`A1`", 5, ["recap:postre", "did you mean recap:poster"]),
    Case("role without its domain", "{poster}`A1`", 5, ['role "poster"', "did you mean recap:poster?"]),
    Case("role with a space", "{recap:poster} `A1`", 5, ["'{recap:poster}' is shown", "without a space"]),
    Case("no such poster", "{recap:poster}`A9`", 5, ["no poster 'A9'", "did you mean A1?"]),
    Case("no such person", "{recap:person}`Jefrey Mew`", 5, ["no person 'Jefrey Mew'", "did you mean Jeffrey Mew?"]),
    Case("no such topic", "{recap:topic}`Distributed Trainnig`", 5, ["did you mean Distributed Training?"]),
    Case("other kind", "{recap:session}`A1`", 5, ["there is a poster: write {recap:poster}`A1`"]),
    Case("no such event", "{recap:event}`dai`", 5, ["there is no event 'dai'", "did you mean day?"]),
    Case("person with a slip", "Thanks to Jeffrey Mewes and Piotr Bialeki.", 5, ["nearly 'Piotr Bialecki'"]),
    Case("project with a slip", "With PyTroch.", 5, ["is spelt 'PyTorch'"]),
    Case("no data file", ":::{catalogue} poster.yaml\n:::", 5, ["does not exist", "did you mean posters.yaml"]),
    Case("data file outside", ":::{catalogue} ../../posters.yaml\n:::", 5, ["outside the project", "beside the page"]),
    Case("event as a list", ":::{catalogue} event.yaml\n:::", 5, ["use the directive event"]),
    Case("list as an event", ":::{event} posters.yaml\n:::", 5, ["use the directive catalogue"]),
    Case(
        "topic that is none",
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
    Case("order that is none", ":::{catalogue} posters.yaml\n:sort: date\n:::", 6, ['"date" unknown', '"code"']),
    Case(
        "text in a list", ":::{catalogue} posters.yaml\n\nText\n:::", 5, ["none permitted", "put it outside the block"]
    ),
    Case("pattern that finds nothing", ":::{event-list} nothing/*.yaml\n:::", 5, ["no file matches", "*/event.yaml"]),
    Case("footnote without a note", "Text.[^x]", 5, ["Unknown target name", "write [^name]:"]),
    Case("note without a footnote", "[^x]: Note.", 5, ["is not referenced", "write [^name] where"]),
    Case("heading too deep", "### Deep", 5, ["H1 to H3", "one # more"]),
    Case("HTML", "A <b>bold</b> <script>alert(1)</script> word", 5, ["pages hold no HTML", "write Markdown"]),
    Case("raw HTML", "```{raw} html\n<script>alert(1)</script>\n```", 5, ["disabled", "write Markdown"]),
]
DATA = [
    Case("no such key", "    titel: One\n", 4, ["unknown key 'titel'", "did you mean `title`?"]),
    Case("colon in a title", "    title: One: two\n", 4, ["': '", "in quotes"]),
    Case("address without scheme", "    title: T\n    link: example.org/a\n", 5, ["does not start with https:"]),
    Case("script as a link", "    title: T\n    link: javascript:alert(1)\n", 5, ["starts with javascript:"]),
    Case(
        "people as text", "    title: T\n    people: Jeffrey Mew, Bo Li\n", 5, ["takes a list", "[Jeffrey Mew, Bo Li]"]
    ),
    Case("day in words", "    title: T\n    date: 21 April 2021\n", 5, ["write 2021-04-21"]),
    Case("tab", "\ttitle: T\n", 4, ["a tab indents this line", "spaces"]),
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
        ["not an image that can be read"],
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
        "letter in the form of HTML",
        "    title: T\n    people: [Ren&eacute; Ito]\n",
        5,
        ["form of HTML", "write `René Ito`"],
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
        "slides as a key",
        "    title: T\n    slides: https://example.org/\n",
        5,
        ["write `links:`", "`- title: Slides`"],
    ),
]
POSTERS = """\
kind: poster
entries:
  - id: A1
    title: One
    people: [Jeffrey Mew, Piotr Bialecki]
    topics: [Distributed Training]
"""
SETTINGS = """\
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
myst_disable_syntax = ["html_block", "html_inline"]
recap_known_names = ["PyTorch"]
"""


def place_of(case: Case) -> str:
    """Return the file that a case is written to."""
    name = case.name.replace(" ", "-")
    return f"day/{name}.yaml" if case in DATA else f"day/{name}.md"


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[Mistake]]:
    """Return what the build and what the check say of a project with all the mistakes."""
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
    }
    for case in PAGES:
        files[place_of(case)] = f"# Page\n\nFirst.\n\n{case.text}\n"
    for number, case in enumerate(DATA):
        name = place_of(case)
        files[name] = f"kind: resource\nentries:\n  - id: D{number}\n{case.text}"
        files[name.replace(".yaml", ".md")] = f"# Data\n\n:::{{catalogue}} {name.rpartition('/')[2]}\n:::\n"
    project = small_project(folder)
    built = project(files, conf=SETTINGS)
    found, _ = check(project.root, folder / "cache")
    return built.messages.splitlines(), found


@pytest.mark.parametrize("case", [*PAGES, *DATA], ids=lambda case: case.name)
def test_a_mistake_is_answered_at_its_line(answers: tuple[list[str], list[Mistake]], case: Case) -> None:
    _, found = answers
    here = [mistake for mistake in found if mistake.path == place_of(case)]
    assert here, "nothing is said"
    answer = [mistake.text for mistake in here if mistake.line == case.line]
    assert any(all(words in text for words in case.words) for text in answer), [str(mistake) for mistake in here]


def test_the_build_and_the_check_say_the_same(answers: tuple[list[str], list[Mistake]]) -> None:
    built, found = answers
    assert set(built) == {str(mistake) for mistake in found}


def test_no_mistake_is_answered_where_there_is_none(answers: tuple[list[str], list[Mistake]]) -> None:
    """All the rest of the project is as it should be."""
    _, found = answers
    assert {mistake.path for mistake in found} <= {place_of(case) for case in [*PAGES, *DATA]}
