"""Icon fonts contain only the icons that are shown."""

from __future__ import annotations

from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.ttLib import TTFont
from sphinx_lean.assets import chars_of, subset
from sphinx_lean.usage import icons_in

SPEC = find_spec("pydata_sphinx_theme")
assert SPEC
assert SPEC.origin
THEME = Path(SPEC.origin).parent / "theme/pydata_sphinx_theme"
SOLID = THEME / "static/vendor/fontawesome/webfonts/fa-solid-900.woff2"


def test_a_font_has_the_requested_icons() -> None:
    data = subset(SOLID, ["\uf002", "\uf00d"])
    with TTFont(BytesIO(data)) as font:
        assert set(font.getBestCmap()) == {0xF002, 0xF00D}
        assert font.flavor == "woff2"
        glyphs = font.getGlyphSet()
        with TTFont(SOLID) as whole:
            assert [glyphs[font.getBestCmap()[code]].width for code in (0xF002, 0xF00D)] == [
                whole.getGlyphSet()[whole.getBestCmap()[code]].width for code in (0xF002, 0xF00D)
            ]
    assert 20 * len(data) < SOLID.stat().st_size


def test_subsetting_is_reproducible_in_any_order() -> None:
    assert subset(SOLID, ["\uf002", "\uf00d"]) == subset(SOLID, ["\uf00d", "\uf002"])


def test_a_font_without_icons_can_still_be_read() -> None:
    with TTFont(BytesIO(subset(SOLID, []))) as font:
        assert not font.getBestCmap()


@pytest.mark.deep
def test_only_icon_fonts_are_subset(tmp_path: Path) -> None:
    assert {"\uf002", "\uf00d"} <= chars_of(SOLID)
    letters = tmp_path / "letters.woff2"
    with TTFont(SOLID) as font:
        for table in font["cmap"].tables:
            table.cmap = {0x41 + place: name for place, name in enumerate(sorted(set(table.cmap.values())))}
        font.save(letters)
    assert chars_of(letters) == frozenset()


@pytest.mark.parametrize(
    ("char", "icon"), [("a", False), ("é", False), ("\uf002", True), ("\U000f0001", True), ("中", False)]
)
def test_icons_are_private_use_characters(char: str, icon: bool) -> None:
    assert bool(icons_in(char)) is icon


def test_a_font_that_replaces_words_by_icons_stays_whole(tmp_path: Path) -> None:
    """As Material Symbols do: the page says ``home``, and the font has one glyph for these letters."""
    path = tmp_path / "words.woff2"
    with TTFont(SOLID) as font:
        cmap = font.getBestCmap()
        icons = [name for code, name in cmap.items() if icons_in(chr(code))]
        letters = dict(zip("home", icons, strict=False))
        for table in font["cmap"].tables:
            table.cmap |= {ord(letter): name for letter, name in letters.items()}
        feature = f"feature liga {{ sub {' '.join(letters[letter] for letter in 'home')} by {icons[9]}; }} liga;"
        addOpenTypeFeaturesFromString(font, feature)
        font.save(path)
    assert chars_of(path) == frozenset()


def test_icons_with_ordinary_characters_are_kept() -> None:
    """Such as a plus sign, for which Font Awesome uses its own character."""
    assert {"+", "A"} <= chars_of(SOLID)
    with TTFont(BytesIO(subset(SOLID, ["+", "\uf002"]))) as font:
        assert set(font.getBestCmap()) == {ord("+"), 0xF002}
