"""A suggestion that looks like the author's text says how the two differ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

import pytest
from sphinx_recaps.core.did_you_mean import lookalike_note, with_lookalike_notes
from sphinx_recaps.data.loader import load_bytes

from tests.support import picture

if TYPE_CHECKING:
    from tests.support import Files, Project

COMPOSED, DECOMPOSED = normalize("NFC", "Día"), normalize("NFD", "Día")


@pytest.mark.parametrize(
    ("written", "meant", "codes"),
    [
        (COMPOSED, DECOMPOSED, "has U+0069 U+0301 where you wrote U+00ED"),
        (DECOMPOSED, COMPOSED, "has U+00ED where you wrote U+0069 U+0301"),
        ("p\u043ester", "poster", "has U+006F where you wrote U+043E"),
        ("a\u200bb", "ab", "has nothing where you wrote U+200B"),
        ("a\u00a0b", "a b", "has U+0020 where you wrote U+00A0"),
        ("a–b", "a-b", "has U+002D where you wrote U+2013"),
    ],
)
def test_a_note_names_the_code_points_that_differ(written: str, meant: str, codes: str) -> None:
    assert codes in lookalike_note(written, meant)


@pytest.mark.parametrize(
    ("written", "meant"), [("a", "a"), ("a", "b"), ("A", "a"), ("dia", "día"), ("photo.JPG", "photo.jpg")]
)
def test_texts_that_look_different_need_no_note(written: str, meant: str) -> None:
    assert lookalike_note(written, meant) == ""


def test_the_input_itself_is_never_suggested() -> None:
    assert with_lookalike_notes("a.png", ["a.png", "b.png"]) == ["b.png"]


@pytest.mark.parametrize(
    "text",
    [
        ":::{image-card} %s.png\n:alt: A\n:::",
        ":::{youtube} MYE01-XaSZA\n:title: T\n:thumbnail: %s.png\n:::",
        ":::{catalogue} %s.yaml\n:::",
    ],
)
def test_file_names_in_another_normal_form_are_explained(project: Project, text: str) -> None:
    """The file system of macOS decomposes names, which then look like what the author wrote."""
    files: Files = {
        "index.md": f"# Home\n\n{text % COMPOSED}\n",
        f"{DECOMPOSED}.png": picture(),
        f"{DECOMPOSED}.yaml": "kind: poster\nentries:\n  - id: A1\n    title: A\n",
    }
    messages = [line for line in project(files).messages.splitlines() if "no page shows this file" not in line]
    assert len(messages) == 1, messages
    assert "U+0069 U+0301 where you wrote U+00ED" in messages[0]


@pytest.mark.parametrize("builder", ["html", "epub", "latex"])
def test_pictures_may_have_any_name(project: Project, builder: str) -> None:
    """Both the name and its percent-encoded form work."""
    names = [f"{COMPOSED}.png", f"{DECOMPOSED} two.png", "50%.png", "with%20code.png", "图.png"]
    images = "".join(f"![A]({name.replace('%', '%25').replace(' ', '%20')})\n\n![A](<{name}>)\n\n" for name in names)
    files: Files = {
        "index.md": f"# Home\n\n{images}",
        **{name: picture(size=(9, n + 9)) for n, name in enumerate(names)},
    }
    built = project(files, builder)
    assert (built.messages, built.status) == ("", 0)
    written = {path.read_bytes() for path in built.out.rglob("*.png")}
    assert {content for name, content in files.items() if name.endswith(".png")} <= written


def test_lookalikes_in_data_files_are_explained() -> None:
    text = f"kind: p\u043ester\nentries:\n  - id: A1\n    titl\u0435: A\n    people: [{DECOMPOSED} Li]\n"
    text += f"  - id: A2\n    title: B\n    people: [{COMPOSED} Li]\n"
    messages = [problem.message for problem in load_bytes(text.encode()).problems]
    assert len(messages) == 3
    assert all("looks the same" in message for message in messages), messages


@pytest.mark.parametrize("builder", ["epub", "latex", "html"])
def test_upper_case_suffixes_work_in_every_builder(project: Project, builder: str) -> None:
    """Cameras write them. Names that differ only in case stay different pictures."""
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="9" height="9"/></svg>'
    files: Files = {
        "photo.JPG": picture("JPEG", (32, 18)),
        "photo.jpg": picture("JPEG", (20, 20)),
        "other.Jpeg": picture("JPEG", (20, 20)),
        "screen.PNG": picture("PNG", (32, 18)),
        "moving.GIF": picture("GIF", (32, 18)),
        "light.WEBP": picture("WEBP", (32, 18)),
        "drawing.Svg": drawing,
    }
    text = "".join(f"![A picture]({name})\n\n" for name in files)
    text += ":::{catalogue} talks.yaml\n:::\n\n:::{image-card} photo.JPG\n:alt: A\n:::\n"
    talks = "kind: session\nentries:\n  - id: A1\n    title: A\n    image: photo.JPG\n"
    built = project({"index.md": f"# Home\n\n{text}", "talks.yaml": talks, **files}, builder)
    assert (built.messages, built.status) == ("", 0)
    written = [
        path for path in built.out.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png", ".gif", ".svg"}
    ]
    names = {path.stem for path in written}
    if builder == "html":
        assert {*files} <= {path.name for path in (built.out / "_images").iterdir()}
        return
    assert all(path.suffix == path.suffix.lower() for path in written)
    assert len({path.read_bytes() for path in written if path.name.startswith("photo")}) == 2
    text_of_book = built.text("index.xhtml" if builder == "epub" else "small.tex")
    assert all(
        re.search(rf"\b{name}", text_of_book) for name in ("photo", "other", "screen", "moving", "light", "drawing")
    ), names
    if builder == "epub":
        used = set(re.findall(r'src="_images/([^"]+)"', text_of_book))
        assert len(used) == len(files)
        assert used <= {*re.findall(r'href="_images/([^"]+)"', built.text("content.opf"))}
