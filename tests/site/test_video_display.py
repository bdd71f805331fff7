"""The display of videos in dark mode, in print, with forced colours and with large text, and their accessibility."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import expect

from tests.site.axe import axe_violations
from tests.site.conftest import picture
from tests.support import deep

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.site.conftest import Browse, BuildSmall

TITLES = ["Morning talks", "Evening talks", "All talks", "In a minute"]


def brightness(element: Locator) -> float:
    """Return the mean brightness of an element, from 0 to 1."""
    image = Image.open(BytesIO(element.screenshot(animations="disabled"))).convert("L")
    return ImageStat.Stat(image).mean[0] / 255


def assert_readable(text: Locator) -> None:
    """Fail unless a text is visible: texts for screen readers have a box of one pixel."""
    expect(text).to_be_visible()
    box = text.bounding_box()
    assert box is not None
    assert box["width"] > 20
    assert box["height"] > 8


@pytest.mark.parametrize("scheme", [deep("light"), "dark"])
def test_thumbnails_are_not_dimmed_in_dark_mode(browse: Browse, videos: str, scheme: str) -> None:
    """Themes dim pictures, but the cover already has a shade."""
    page = browse(videos, color_scheme=scheme).open("index.html")
    thumbnail = page.locator(".recap-video-cover img")
    expect(thumbnail).to_be_visible()
    expect(thumbnail).to_have_css("filter", "none")


@pytest.mark.deep
@pytest.mark.parametrize("playing", [False, True], ids=["cover", "player"])
def test_print_shows_title_and_address_but_no_player(browse: Browse, videos: str, *, playing: bool) -> None:
    """An empty player would only waste ink."""
    tab = browse(videos)
    tab.allow_players()
    page = tab.open("index.html")
    for title in TITLES:
        figure = page.locator(".recap-video", has_text=title)
        if playing:
            figure.locator(".recap-video-cover").click()
            tab.player(figure)
    page.emulate_media(media="print")
    for title in TITLES:
        figure = page.locator(".recap-video", has_text=title)
        assert_readable(figure.locator(".caption-text"))
        expect(figure.locator(".caption-text")).to_have_text(title)
        assert_readable(figure.locator(".recap-video-address"))
        expect(figure.locator(".recap-video-address")).to_contain_text("https://www.youtube.com/")
        expect(figure.locator(".recap-video-play")).not_to_be_visible()
        expect(figure.locator("iframe")).not_to_be_visible()
        assert brightness(figure) > 0.75, title


def test_print_shows_a_thumbnail_without_shade(browse: Browse, videos: str) -> None:
    """The shade is only needed for the text on the cover, which is not printed."""
    page = browse(videos).open("index.html")
    page.emulate_media(media="print")
    figure = page.locator(".recap-video", has_text="Evening talks")
    expect(figure.locator("img")).to_be_visible()
    assert brightness(figure.locator("img")) > 0.85


def test_controls_are_visible_with_forced_colours(browse: Browse, videos: str) -> None:
    """Browsers then draw no gradients and shadows."""
    page = browse(videos, forced_colors="active").open("index.html")
    for title in TITLES:
        cover = page.locator(".recap-video", has_text=title).locator(".recap-video-cover")
        assert_readable(cover.locator(".recap-video-play"))
        assert_readable(cover.locator(".recap-video-title"))
        expect(cover.locator(".recap-video-play")).to_have_css("border-top-style", "solid")
    cover = page.locator(".recap-video-cover").first
    cover.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(cover).to_be_focused()
    expect(cover).to_have_css("outline-style", "solid")
    expect(page.locator(".recap-chapters a").first).to_be_visible()


def test_reduced_motion_is_respected(browse: Browse, videos: str) -> None:
    """Motion makes some people ill."""
    page = browse(videos, reduced_motion="reduce").open("index.html")
    cover = page.locator(".recap-video-cover").first
    cover.hover()
    sign = cover.locator(".recap-video-play")
    expect(sign).to_be_visible()
    expect(sign).to_have_css("transform", "none")
    assert sign.evaluate("(sign) => sign.getAnimations().length") == 0


@pytest.mark.deep
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_reports_no_violations(browse: Browse, videos: str, scheme: str) -> None:
    """This covers covers, players, and chapters with links."""
    tab = browse(videos, color_scheme=scheme)
    tab.allow_players()
    page = tab.open("index.html")
    assert not axe_violations(page, ".recap-video")
    for title in TITLES:
        figure = page.locator(".recap-video", has_text=title)
        figure.locator(".recap-video-cover").click()
        tab.player(figure)
    page.locator(".recap-chapters a").first.click()
    assert not axe_violations(page, ".recap-video")


ALIGNED = """# Aligned

Text

:::{youtube} MYE01-XaSZA
:title: At the start
:width: 50%
:::

:::{youtube} MYE01-XaSZA
:title: In the middle
:width: 50%
:align: center
:::

:::{image-card} still.png
:alt: A field
:title: A card
:width: 50%

Text
:::
"""


@pytest.mark.parametrize("theme", [deep("basic"), "alabaster", deep("pydata_sphinx_theme")])
def test_figures_without_an_alignment_are_at_the_start_of_the_line(
    browse: Browse, build_small: BuildSmall, theme: str
) -> None:
    """Sphinx's style sheet would centre them."""
    page = browse(build_small({"index.md": ALIGNED, "still.png": picture(640, 360, "#dde8f5")}, theme)).open(
        "index.html"
    )
    start = page.locator("p", has_text="Text").first.evaluate("(one) => one.getBoundingClientRect().left")
    lefts = page.locator("figure").evaluate_all(
        f"(all) => all.map((one) => one.getBoundingClientRect().left - {start})"
    )
    assert abs(lefts[0]) < 1
    assert lefts[1] > 50
    assert abs(lefts[2]) < 1


def test_large_text_on_a_cover_does_not_overlap(browse: Browse, videos: str) -> None:
    """The cover grows with its text."""
    page = browse(videos, viewport={"width": 390, "height": 844}).open("index.html")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    over = page.evaluate("""() => [...document.querySelectorAll(".recap-video-cover")].filter((cover) => {
      const [play, title] = ["play", "title"].map((part) =>
        cover.querySelector(`.recap-video-${part}`).getBoundingClientRect());
      return play.bottom > title.top + 1 || title.bottom > cover.getBoundingClientRect().bottom + 1;
    }).length""")
    assert over == 0
