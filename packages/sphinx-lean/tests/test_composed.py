"""Style sheets keep what scripts and other styles use, also under names that they compose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sphinx_lean import Settings
from sphinx_lean.pages import Page
from sphinx_lean.sheets import Pruner, Reader
from sphinx_lean.usage import used_by

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SETTINGS = Settings("Orchids", {})


def kept(root: Path, css: str, html: str = "", files: Mapping[str, str] | None = None) -> str:
    """Return what is left of a style sheet for a page with a body, which loads the scripts among some files."""
    for name, text in {"lean/a.css": css, **(files or {})}.items():
        path = root / "_static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    facts = Page("index.html", f"<!doctype html><html><head></head><body>{html}</body></html>").facts()
    facts.scripts = [f"_static/{name}" for name in files or {} if name.startswith("own")]
    used = used_by(root, [facts], SETTINGS)
    sheet = Reader(root, used).read("_static/lean/a.css")
    return Pruner(used, [sheet]).write([(sheet, "")])


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ("el.className = 'petal-' + n", "petal-7"),
        ("el.className = 'petal' + n", "petal7"),
        ("el.className = 'petal' + name", "petalWide"),
        ("el.className += ' petal-' + size", "petal-xl"),
        ("el.className = size + '-petal'", "xl-petal"),
        ("el.className = size + '-petal-' + n", "xl-petal-2"),
        ("el.innerHTML = '<p class=\"petal-' + size + '\">'", "petal-xl"),
        ("el.classList.add(`petal_${size}`)", "petal_xl"),
        ("el.classList.add(`${flower}__stem`)", "lily__stem"),
        ("el.classList.add(`${flower}--open`)", "lily--open"),
        ("const block = 'lily'; el.classList.add(`${block}__${part}--${state}`)", "lily__stem--open"),
        ("const block = 'lily'; el.classList.add(block + '__' + part)", "lily__stem"),
        ("el.classList.add(['lily', part].join('-'))", "lily-stem"),
        ("const parts = ['lily']; parts.push(n); el.classList.add(parts.join('_'))", "lily_12"),
        ("el.classList.add('lily'.concat('-', part))", "lily-stem"),
        ("el.classList.add(''.concat(flower, '--open'))", "lily--open"),
        ("const base = 'lily'; el.classList.add(base + n)", "lily3"),
        ("const a = 'drop', b = 'left'; el.classList.add(a + b)", "dropleft"),
        ("el.classList.toggle('is' + state)", "isOpen"),
        ("const bem = (block, part) => block + '__' + part; bem(...found)", "lily__stem"),
        ("document.querySelector('#bed' + n)", "bed4"),
        ("const kind = open ? '-open' : '-shut'; el.className = flower + kind", "lily-shut"),
        ("$(el).addClass('md:petal-' + n)", "md:petal-2"),
    ],
)
def test_classes_that_a_script_composes_stay(tmp_path: Path, script: str, name: str) -> None:
    selector = re.sub(r"(\W)", r"\\\1", name).replace(r"\-", "-")
    css = f".{selector}, #{selector} {{ x: y }} .moss, .fern-leaf, .fern-2 {{ x: y }}"
    assert kept(tmp_path, css, files={"own.js": script}) == f".{selector},#{selector}{{x:y}}"


def test_classes_composed_of_words_of_a_page_and_of_another_script_stay(tmp_path: Path) -> None:
    """A function in one script composes, others call it, and the page has the words."""
    files = {"own.js": "export const join = (block, part) => `${block}-${part}`", "own2.js": "join('lily', part)"}
    html = '<p data-part="stem"></p>'
    assert kept(tmp_path, ".lily-stem { x: y } .moss-stone { x: y }", html, files) == ".lily-stem{x:y}"


def test_an_inline_script_composes_names_too(tmp_path: Path) -> None:
    facts = Page("index.html", "<body></body>").facts()
    facts.inline = ["document.body.className = 'season-' + month"]
    used = used_by(tmp_path, [facts], SETTINGS)
    assert used.names("season-5")
    assert not used.names("weather-5")


def test_names_in_files_that_a_script_loads_stay(tmp_path: Path) -> None:
    files = {
        "own.js": "import './beds.mjs'; fetch(root + 'menu.html')",
        "beds.mjs": "import('./deeper.js')",
        "deeper.js": "el.className = 'fern'",
        "menu.html": "<p class='moss'>",
        "other.js": "el.className = 'ivy'",
    }
    assert kept(tmp_path, ".fern, .moss, .ivy { x: y }", files=files) == ".fern,.moss{x:y}"


# -- Custom properties, fonts and animations ---------------------------------------------------------------------------

NAMED = """
:root { --leaf: 1; --stem-2: 2; --root: 3 }
@keyframes sway { to { x: y } } @keyframes fall { to { x: y } }
@font-face { font-family: 'Fine Hand'; src: url(a) } @font-face { font-family: Gone; src: url(b) }
"""
ALL = (
    ":root{--leaf:1;--stem-2:2;--root:3}@keyframes sway{to{x:y}}@keyframes fall{to{x:y}}"
    "@font-face{font-family:'Fine Hand';src:url(a)}@font-face{font-family:Gone;src:url(b)}"
).replace("'", '"')


@pytest.mark.parametrize(
    ("html", "script", "left"),
    [
        ("", "el.style.color = 'var(--leaf)'", ":root{--leaf:1}"),
        ("", "css.getPropertyValue('--stem-' + n)", ":root{--stem-2:2}"),
        ("", "el.animate; el.style.animationName = 'sway'", "@keyframes sway{to{x:y}}"),
        ("<p style='color: var(--leaf)'></p>", "", ":root{--leaf:1}"),
        ("<p style='display: none; animation: 1s sway'></p>", "", "@keyframes sway{to{x:y}}"),
        ("<style>p { color: var(--leaf); animation: sway 1s }</style>", "", ":root{--leaf:1}@keyframes sway{to{x:y}}"),
        ("<style>p { font: 1px 'Fine Hand' }</style>", "", '@font-face{font-family:"Fine Hand";src:url(a)}'),
        ("<svg><path fill='var(--leaf)'/></svg>", "", ":root{--leaf:1}"),
        ("<link rel=stylesheet href=_static/b.css title=Other>", "", ":root{--leaf:1}@keyframes sway{to{x:y}}"),
        ("<link rel=stylesheet href=https://orchids.example/b.css>", "", ALL),
    ],
)
def test_names_used_outside_style_sheets_stay(tmp_path: Path, html: str, script: str, left: str) -> None:
    """Sheets of other hosts cannot be read, so they may use anything."""
    files = {"own.js": script, "b.css": "p { color: var(--leaf); animation: 1s sway }"}
    assert kept(tmp_path, NAMED, html, files) == left


def test_names_used_in_another_sheet_stay(tmp_path: Path) -> None:
    """A font, an animation and a property are defined in one sheet and used in another, before or after it."""
    (tmp_path / "names.css").write_text(NAMED)
    (tmp_path / "uses.css").write_text("p { animation: sway; font-family: Fine Hand; color: var(--leaf) }")
    used = used_by(tmp_path, [Page("index.html", "<p>").facts()], SETTINGS)
    sheets = [Reader(tmp_path, used).read(name) for name in ("names.css", "uses.css")]
    text = Pruner(used, sheets).write([(sheets[0], "")])
    assert text == ':root{--leaf:1}@keyframes sway{to{x:y}}@font-face{font-family:"Fine Hand";src:url(../../a)}'
