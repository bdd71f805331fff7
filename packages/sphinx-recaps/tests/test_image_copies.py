"""Fetched images of other hosts: pages show the local copy and link to the original, and bad copies are reported."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.images.manifest import StoredFile, StoredPicture, parse_list, text_of

from tests.support import deep, picture

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.support import Files, Project

ADDRESS = "https://example.org/posters/A1.png"
FOLDER = "events/2021-day/images"
MANIFEST = f"{FOLDER}/localised.json"
FULL, CARD = picture("JPEG", (1600, 900)), picture("WEBP", (408, 230))
RECORD = {
    "file": "a1-0a1b2c3d.jpg",
    "sha256": hashlib.sha256(FULL).hexdigest(),
    "width": 1600,
    "height": 900,
    "card": {
        "file": "a1-0a1b2c3d-card.webp",
        "sha256": hashlib.sha256(CARD).hexdigest(),
        "width": 408,
        "height": 230,
    },
}
DATA = f"""\
kind: poster
entries:
  - id: A1
    title: A poster
    image: {ADDRESS}
    archived: 2021-05-10
  - id: A2
    title: Another
    image: https://example.org/posters/A2.png
  - id: jane-doe
    title: A third
    image: https://example.org/posters/jane.png
"""
PAGES: Files = {
    "index.md": "# Home\n\n```{toctree}\nevents/2021-day/posters\nother\n```\n",
    "other.md": "# Other\n",
    "events/2021-day/posters.md": "# Posters\n\n:::{catalogue} posters.yaml\n:::\n",
    "events/2021-day/posters.yaml": DATA,
}
COPIES: Files = {f"{FOLDER}/{RECORD['file']}": FULL, f"{FOLDER}/a1-0a1b2c3d-card.webp": CARD}
PAGE = "events/2021-day/posters.html"


def manifest(**values: object) -> str:
    """Return a manifest with one picture, with some values replaced."""
    return json.dumps({ADDRESS: {**RECORD, **values}}, indent=2)


FILES: Files = {**PAGES, **COPIES, MANIFEST: manifest()}


def reread(project: Project, before: Mapping[str, float]) -> set[str]:
    """Return the pages that were read since ``before``."""
    trees = project.root.parent / "doctrees-html"
    return {name for name, time in doctrees(trees).items() if before.get(name) != time}


def doctrees(folder: Path) -> dict[str, float]:
    return {
        path.relative_to(folder).as_posix().removesuffix(".doctree"): path.stat().st_mtime_ns
        for path in folder.rglob("*.doctree")
    }


def test_a_page_shows_the_small_copy_and_links_to_the_large_one_and_the_original(project: Project) -> None:
    built = project(FILES)
    assert (built.messages, built.status) == ("", 0)
    entry = built.html(PAGE).select_one("#poster-a1")
    assert entry is not None
    tile = entry.select_one("a.recap-tile")
    assert tile is not None
    assert tile.img is not None
    assert (tile.img["width"], tile.img["height"], tile.img["alt"]) == ("408", "230", "Poster A1")
    folder = (built.out / PAGE).parent
    assert (folder / str(tile.img["src"])).read_bytes() == CARD
    assert (folder / str(tile["href"])).read_bytes() == FULL
    links = {link.text: link["href"] for link in entry.select(".recap-ways a")}
    assert links["Poster image"] == ADDRESS
    assert links["look in the archive"] == f"https://web.archive.org/web/20210510/{ADDRESS}"


def test_an_entry_without_a_copy_has_no_image(project: Project) -> None:
    built = project(FILES)
    entry = built.html(PAGE).select_one("#poster-a2")
    assert entry is not None
    assert entry.select("img") == []
    assert {link.text for link in entry.select(".recap-ways a")} >= {"Poster image"}


def test_the_alternative_text_is_the_code_of_the_entry_or_its_title(project: Project) -> None:
    """An id that is not a code means nothing to readers."""
    address = "https://example.org/posters/jane.png"
    built = project({**FILES, MANIFEST: json.dumps({address: RECORD})})
    image = built.html(PAGE).select_one("#poster-jane-doe img")
    assert image is not None
    assert image["alt"] == "Poster: A third"


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "builder",
    ["html", "epub", "latex", "text", "man", "texinfo", "gettext", *map(deep, ("dirhtml", "singlehtml", "xml"))],
)
def test_every_builder_writes_a_copy_without_warnings(project: Project, builder: str) -> None:
    """Books have the large copy, unchanged: the small ones would be illegible in print."""
    built = project(FILES, builder, "-j", "auto")
    assert (built.messages, built.status) == ("", 0)
    copies = {path.name: path.read_bytes() for path in built.out.rglob("a1-0a1b2c3d*")}
    if builder in {"epub", "latex", "texinfo"}:
        assert copies == {"a1-0a1b2c3d.jpg": FULL}
    if builder == "text":
        assert "[image: Poster A1]" in built.text("events/2021-day/posters.txt")


def test_a_copy_added_later_rebuilds_only_its_page(project: Project) -> None:
    """``sphinx-recaps images`` adds copies without changing the data file."""
    project(PAGES)
    before = doctrees(project.root.parent / "doctrees-html")
    built = project()
    assert reread(project, before) == set()
    built = project({**COPIES, MANIFEST: manifest()})
    assert reread(project, before) == {"events/2021-day/posters"}
    assert built.html(PAGE).select("#poster-a1 img")
    before = doctrees(project.root.parent / "doctrees-html")
    project()
    assert reread(project, before) == set()


def test_a_changed_or_removed_manifest_rebuilds_its_page(project: Project) -> None:
    project(FILES)
    built = project({MANIFEST: "{}\n"})
    assert not built.html(PAGE).select("img")
    built = project({MANIFEST: manifest()})
    assert built.html(PAGE).select("#poster-a1 img")
    (project.root / MANIFEST).unlink()
    built = project()
    assert (built.messages, built.html(PAGE).select("img")) == ("", [])


@pytest.mark.deep
def test_parallel_builds_record_the_dependency_on_the_manifest(project: Project) -> None:
    """The dependencies that other processes record are merged."""
    more = {f"page{number}.md": f"---\norphan: true\n---\n# Page {number}\n" for number in range(12)}
    project({**PAGES, **more}, "html", "-j", "2")
    built = project({**COPIES, MANIFEST: manifest()}, "html", "-j", "2")
    assert built.html(PAGE).select("#poster-a1 img")


def test_copies_in_another_folder_are_not_used(project: Project) -> None:
    """Each event has its own copies."""
    built = project(
        {**PAGES, **{name.replace(FOLDER, "images"): data for name, data in {**COPIES, MANIFEST: manifest()}.items()}}
    )
    assert built.html(PAGE).select("img") == []


def test_a_data_file_in_the_source_folder_uses_its_copies(project: Project) -> None:
    files = {name.removeprefix("events/2021-day/"): data for name, data in FILES.items()}
    built = project({**files, "index.md": "# Home\n\n```{toctree}\nposters\nother\n```\n"})
    assert (built.messages, built.status) == ("", 0)
    assert built.html("posters.html").select("#poster-a1 img")


# -- Mistakes ----------------------------------------------------------------------------------------------------------


def test_a_missing_copy_is_reported_in_the_manifest(project: Project) -> None:
    """The page is built without it, and every build reports it until it exists."""
    files = {name: data for name, data in FILES.items() if not name.endswith("card.webp")}
    for _ in range(2):
        built = project(files)
        assert re.search(
            rf"^{MANIFEST}:2: ERROR: a1-0a1b2c3d-card.webp, the copy of {ADDRESS}, is missing; run `sphinx-recaps ima",
            built.messages,
            re.MULTILINE,
        )
        assert "[recap.image_copy]" in built.messages
        assert built.status == 1
        assert not built.html(PAGE).select("img")
    built = project(FILES)
    assert built.messages == ""
    assert built.html(PAGE).select("#poster-a1 img")


def test_a_modified_copy_is_shown_with_a_warning(project: Project) -> None:
    built = project({**FILES, f"{FOLDER}/{RECORD['file']}": picture("JPEG", (1500, 900))})
    assert f"{MANIFEST}:2: WARNING: a1-0a1b2c3d.jpg" in built.messages
    assert "was changed; run `sphinx-recaps images`" in built.messages
    assert built.html(PAGE).select("#poster-a1 img")


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[]", 1, "is not a mapping"),
        ("", 1, "is not JSON (Expecting value); undo the last change"),
        ("{\n<<<<<<< HEAD\n}", 2, "conflict markers from a merge"),
        ('{"a": 1,\n "b" 2}', 2, "is not JSON (Expecting ':' delimiter); undo the last change"),
        ('{\n "\\ud800": 1}', 1, "has unexpected content"),
        (manifest(file="../../secret.jpg"), 3, "`file`"),
        (manifest(file="photo.svg"), 3, "`file`"),
        (manifest(sha256="12"), 4, "`sha256`"),
        (manifest(width=0), 5, "`width`"),
        (manifest(height="wide"), 6, "`height`"),
        (manifest(card=3), 7, "`card`"),
        (manifest(card={**RECORD["card"], "width": -1}), 10, "`card.width`"),  # type: ignore[dict-item]
        (manifest(note="mine"), 13, "`note`"),
        (manifest().replace(ADDRESS, "javascript:alert(1)"), 2, "uses the scheme javascript"),
        (manifest().replace('"width": 1600,\n', ""), 2, "`width`"),
    ],
)
def test_a_mistake_in_the_manifest_is_reported_at_its_line(project: Project, text: str, line: int, words: str) -> None:
    built = project({**FILES, MANIFEST: text})
    reported = [message for message in built.messages.splitlines() if message.startswith(f"{MANIFEST}:{line}:")]
    assert reported, built.messages
    assert words in reported[0]
    assert "run `sphinx-recaps images`" in reported[0]
    assert built.status == 1


ADDRESSES = st.from_regex(r"https://[a-z]{1,9}\.org/[A-Za-z0-9._~/%?=-]{0,30}", fullmatch=True)
STORED = st.builds(
    StoredFile,
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}\.(jpg|webp)", fullmatch=True),
    st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    st.integers(1, 4000),
    st.integers(1, 4000),
)


@given(st.dictionaries(ADDRESSES, st.tuples(STORED, STORED)))
def test_a_manifest_survives_writing_and_reading(files: dict[str, tuple[StoredFile, StoredFile]]) -> None:
    """The order of its files does not matter."""
    pictures = {
        address: StoredPicture(full.file, full.sha256, full.width, full.height, card)
        for address, (full, card) in files.items()
    }
    text = text_of(pictures)
    contents = parse_list(text.encode())
    assert (contents.pictures, contents.problems) == (pictures, [])
    for address, line in contents.lines.items():
        assert f'"{address}"' in text.splitlines()[line - 1]
    assert text_of(dict(reversed(pictures.items()))) == text


@given(
    st.binary()
    | st.text().map(str.encode)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just(ADDRESS), inner),
    ).map(lambda value: json.dumps(value).encode())
)
def test_arbitrary_bytes_in_a_manifest_never_raise(data: bytes) -> None:
    contents = parse_list(data)
    assert contents.pictures.keys() == contents.lines.keys()
    assert all(problem.line >= 1 for problem in contents.problems)
    assert contents.pictures or contents.problems or json.loads(data) == {}
