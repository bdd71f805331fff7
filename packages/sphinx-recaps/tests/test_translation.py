"""Translated pages: translators get all texts that readers see, and pages show their translations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support import picture, small_project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support import Built, Files, Project

EVENT = """\
name: Orchid days
short_name: Orchids
edition: first
start: 2021-04-21
mode: online
place: A greenhouse
summary: |
  How orchids grow.

  And where.
note: Some talks are missing.
sessions:
  - name: Morning
    label: Early birds
    start: 2021-04-21T15:00Z
    end: 2021-04-21T20:00Z
    timezone: Greenhouse time
numbers: {talks: 3}
videos:
  - title: Opening
    url: https://www.youtube.com/watch?v=MYE01-XaSZA
links:
  - title: Official page
    url: https://example.org/orchids
sources:
  - title: The announcement
    url: https://example.org/announced
  - https://example.net/page
"""
TALKS = """\
kind: session
entries:
  - id: pollination
    title: Who pollinates "whom"
    people: [Ann Other]
    topics: [Bees]
    role: Gardener
    affiliation: A botanical garden
    summary: All about bees.
    note: The recording is lost.
    image: bee.png
    links:
      - title: Slides
        url: https://example.org/slides
    sources:
      - title: The programme
        url: https://example.org/programme
  - id: soil
    title: Soil
    note: The recording is lost.
"""
FILES: Files = {
    "index.md": (
        "# Start\n\n:::{event-list} day/event.yaml\n:feature:\n:::\n\n```{toctree}\nday/index\nday/talks\n```\n"
    ),
    "day/index.md": (
        "# Facts\n\n:::{event} event.yaml\n:::\n\n"
        ":::{youtube} MYE01-XaSZA\n:title: Watch the opening\n\nWith a caption.\n:::\n"
    ),
    "day/event.yaml": EVENT,
    "day/talks.md": "# Programme\n\n:::{catalogue} talks.yaml\n:::\n",
    "day/talks.yaml": TALKS,
    "day/bee.png": picture(),
}
# The texts of authors in the files above.
AUTHORS_TEXTS = {
    "index": ["Orchid days", "A greenhouse", "How orchids grow.", "talks", "Opening"],
    "day/index": [
        *("Orchid days", "Orchids", "first", "A greenhouse", "How orchids grow.", "And where."),
        *("Some talks are missing.", "Morning", "Early birds", "Greenhouse time", "talks", "Official page"),
        *("The announcement", "Watch the opening", "With a caption."),
    ],
    "day/talks": [
        *('Who pollinates "whom"', "Gardener", "A botanical garden", "All about bees.", "The recording is lost."),
        *("Slides", "The programme", "Soil"),
    ],
}
_MESSAGE = re.compile(r'^msgid ((?:".*"\n)+)', re.MULTILINE)


def messages_of(template: str) -> list[str]:
    """Return the messages to translate, as escaped in the file."""
    messages = ["".join(line[1:-1] for line in lines.splitlines()) for lines in _MESSAGE.findall(template)]
    return [message for message in messages if message]


def translated(message: str) -> str:
    """Return a recognisable translation: each letter moved by 13 in the alphabet."""
    parts = re.split(r"(\\.)", message)
    return "".join(part if part.startswith("\\") else part.translate(_ROT13) for part in parts)


_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROT13 = str.maketrans(
    _LETTERS + _LETTERS.upper(), (_LETTERS[13:] + _LETTERS[:13]) + (_LETTERS[13:] + _LETTERS[:13]).upper()
)


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return small_project(tmp_path_factory.mktemp("templates"))(FILES, "gettext")


@pytest.fixture(scope="module")
def pages(templates: Built, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return the body of each page, with every message translated."""
    files = dict(FILES)
    for path in templates.out.glob("*.pot"):
        if path.stem == "sphinx":  # the words of templates
            continue
        entries = [f'msgid "{m}"\nmsgstr "{translated(m)}"\n' for m in messages_of(path.read_text(encoding="utf-8"))]
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
        files[f"locale/de/LC_MESSAGES/{path.stem}.po"] = "\n".join([head, *entries])
    conf = "language = 'de'\nlocale_dirs = ['locale']\n"
    built = small_project(tmp_path_factory.mktemp("translated"))(files, conf=conf)
    assert built.messages == ""
    return {name: built.html(f"{name}.html").select_one("div.body").decode() for name in AUTHORS_TEXTS}  # type: ignore[union-attr]


@pytest.mark.parametrize("page", AUTHORS_TEXTS)
def test_a_page_shows_the_translations_of_all_texts_of_authors(pages: Mapping[str, str], page: str) -> None:
    """This includes texts for screen readers."""
    body = pages[page].replace("&quot;", '"')
    for text in AUTHORS_TEXTS[page]:
        assert not re.search(rf"(?<![\w./-]){re.escape(text)}(?![\w./-])", body), text
        assert translated(text) in body, text


def test_translators_get_each_text_once(templates: Built) -> None:
    for path in templates.out.glob("*.pot"):
        messages = messages_of(path.read_text(encoding="utf-8"))
        assert len(messages) == len(set(messages))


def test_translators_get_no_addresses_or_names(templates: Built) -> None:
    """Names of sites, people and topics are the same in all languages."""
    for path in templates.out.glob("*.pot"):
        assert {"example.net", "Ann Other", "Bees"}.isdisjoint(messages_of(path.read_text(encoding="utf-8")))


def test_translators_get_only_the_pictures_of_authors(project: Project) -> None:
    """A generated cover has the path of a temporary file, which differs between machines."""
    conf = "gettext_additional_targets = ['image']\n"
    built = project(
        {**FILES, "page.md": "---\norphan: true\n---\n\n# P\n\n![A bee](day/bee.png)\n"}, "gettext", conf=conf
    )
    for path in built.out.glob("*.pot"):
        text = path.read_text(encoding="utf-8")
        assert str(project.root.parent) not in text
        assert ("image::" in text) == (path.stem == "page")
