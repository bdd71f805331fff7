"""Image cards in the browser: alone and in a grid, in the theme of the site and in a basic one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.site.axe import axe_violations
from tests.site.conftest import HERE, THEMES, picture
from tests.support import deep

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Locator, Page

    from tests.site.conftest import Browse, BuildSmall, Tab

PICTURES = {
    "wide.png": picture(800, 300, "#dde8f5"),
    "tall.png": picture(200, 500, "#f5dde8"),
    "square.png": picture(64, 64, "#e8f5dd"),
    "light.png": picture(640, 360, "#ffffff"),
    "dark.png": picture(640, 360, "#000000"),
}


@pytest.fixture(scope="module", params=THEMES)
def cards(request: pytest.FixtureRequest, build_small: BuildSmall) -> str:
    """Return the address of a small project with cards."""
    page = (HERE / "cards.md").read_text(encoding="utf-8")
    texts = {"text.md": "# Text\n\nNothing to see.\n", "other.md": "# Other\n\nA source.\n"}
    return build_small({"index.md": page, **texts, **PICTURES}, request.param)


@pytest.fixture
def tab(browse: Browse, cards: str) -> Tab:
    """Return a tab on the page with cards."""
    tab = browse(cards)
    tab.open("index.html")
    return tab


def card(page: Page, title: str) -> Locator:
    """Return the card with a title."""
    return page.locator(".recap-card").filter(has=page.get_by_role("link", name=title, exact=True))


def box(element: Locator) -> FloatRect:
    """Return the bounding box of a visible element."""
    element.scroll_into_view_if_needed()
    bounds = element.bounding_box()
    assert bounds is not None
    return bounds


def test_a_picture_reserves_its_space(tab: Tab) -> None:
    """Its width and height are those of the file."""
    images = tab.page.locator(".recap-card img")
    for image in images.all():
        image.evaluate("(image) => { image.loading = 'eager'; return image.decode(); }")
        size = image.evaluate("({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight].map(String)")
        assert [image.get_attribute("width"), image.get_attribute("height")] == size
        expect(image).to_have_attribute("decoding", "async")


def test_only_the_first_picture_is_loaded_eagerly(tab: Tab) -> None:
    """Others are loaded lazily, unless an option says otherwise."""
    loading = tab.page.locator(".recap-card img").evaluate_all("(images) => images.map(({ loading }) => loading)")
    assert loading == ["eager", "lazy", "lazy", "lazy", "eager", "eager", "lazy"]


def test_a_card_is_one_link_named_by_its_title(tab: Tab) -> None:
    """Screen readers announce neither the picture nor its file as a second link."""
    for title, captions in (("Wide", 2), ("In a row", 1), ("Two pictures", 0), ("Square", 0)):
        links = card(tab.page, title).locator("a:not(.headerlink)")
        expect(links.first).to_have_accessible_name(title)
        expect(links).to_have_count(1 + captions)


def test_a_card_without_a_title_is_named_by_its_picture(tab: Tab) -> None:
    """The name is its alternative text."""
    tab.page.get_by_role("link", name="Leads to the text", exact=True).click()
    expect(tab.page).to_have_url(f"{tab.address}text.html")


@pytest.mark.parametrize("title", [deep("Wide"), deep("In a row"), "Two pictures"])
def test_a_click_on_the_picture_follows_the_link(tab: Tab, title: str) -> None:
    """The whole card can be clicked."""
    place = box(card(tab.page, title).locator(".recap-card-images"))
    tab.page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    expect(tab.page).to_have_url(f"{tab.address}text.html")


@pytest.mark.parametrize("title", [deep("Wide"), "In a row"])
def test_a_link_in_the_caption_can_be_clicked(tab: Tab, title: str) -> None:
    """The link that covers the card does not cover other links."""
    link = card(tab.page, title).get_by_role("link", name="a source")
    place = box(link)
    tab.page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    expect(tab.page).to_have_url(f"{tab.address}other.html")


def test_the_permalink_of_a_card_can_be_clicked(tab: Tab, request: pytest.FixtureRequest) -> None:
    if "basic" in request.node.name:
        pytest.skip("this theme shows no permalinks of figures")
    figure = card(tab.page, "Wide")
    figure.locator("figcaption p").first.hover()
    figure.locator(".headerlink").click()
    expect(tab.page).to_have_url(f"{tab.address}index.html#alone")


def test_cards_side_by_side_are_aligned(tab: Tab) -> None:
    """They have the same height, boxes of the same shape for all pictures, and titles on one level."""
    row = tab.page.locator(".sd-row .recap-card")
    expect(row).to_have_count(3)
    for part in (".", ".recap-card-images", ".caption-text"):
        boxes = [box(figure if part == "." else figure.locator(part)) for figure in row.all()]
        assert len({round(place["y"], 1) for place in boxes}) == 1, part
        if part != ".caption-text":
            assert len({round(place["height"], 1) for place in boxes}) == 1, part
    for figure in row.all():
        image, frame = box(figure.locator("img")), box(figure.locator(".recap-card-images"))
        assert image["x"] >= frame["x"] - 1
        assert image["y"] >= frame["y"] - 1
        assert image["height"] <= frame["height"] + 1


def test_the_focus_outline_is_around_the_whole_card(tab: Tab) -> None:
    figure = card(tab.page, "In a row")
    before = figure.screenshot(animations="disabled")
    link = figure.get_by_role("link", name="In a row", exact=True)
    for _ in range(60):
        tab.page.keyboard.press("Tab")
        if link.evaluate("(link) => link === document.activeElement"):
            break
    expect(link).to_be_focused()
    ring = link.evaluate(
        """(link) => { const { outlineStyle, outlineWidth, width } = getComputedStyle(link, "::after");
             return [outlineStyle, parseFloat(outlineWidth), parseFloat(width)]; }"""
    )
    assert ring[0] == "solid"
    assert ring[1] >= 2
    assert ring[2] == pytest.approx(box(figure)["width"], abs=3)
    assert figure.screenshot(animations="disabled") != before


@pytest.mark.parametrize("scheme", [deep("light"), "dark"])
def test_only_one_of_two_pictures_is_shown(browse: Browse, cards: str, scheme: str) -> None:
    """It depends on the colour mode; themes without a dark mode show the light one."""
    page = browse(cards, color_scheme=scheme).open("index.html")
    dark = page.evaluate("document.documentElement.dataset.theme === 'dark'")
    images = card(page, "Two pictures").locator("img")
    expect(images).to_have_count(2)
    expect(images.locator("visible=true")).to_have_attribute("src", f"_images/{'dark' if dark else 'light'}.png")


def test_pictures_are_not_dimmed_in_dark_mode(browse: Browse, cards: str) -> None:
    """Themes dim pictures, but these have a dark version if they need one."""
    page = browse(cards, color_scheme="dark").open("index.html")
    for image in page.locator(".recap-card img").all():
        expect(image).to_have_css("filter", "none")


def test_print_shows_picture_title_and_caption(tab: Tab) -> None:
    tab.page.emulate_media(media="print")
    figure = card(tab.page, "Wide")
    for text in ("Wide", "What it shows", "Somebody"):
        expect(figure.get_by_text(text).first).to_be_visible()
    expect(figure.locator("img")).to_be_visible()


def test_cards_are_visible_with_forced_colours(browse: Browse, cards: str) -> None:
    """Browsers draw borders and outlines in the reader's colours, but no shadows."""
    page = browse(cards, forced_colors="active").open("index.html")
    expect(card(page, "Wide")).to_have_css("border-top-style", "solid")
    expect(card(page, "Wide").get_by_role("link", name="Wide", exact=True)).to_be_visible()


@pytest.mark.deep
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_reports_no_violations(browse: Browse, cards: str, scheme: str) -> None:
    assert not axe_violations(browse(cards, color_scheme=scheme).open("index.html"), ".recap-card")


def test_only_pages_with_a_card_load_its_style(tab: Tab) -> None:
    names = "[...document.querySelectorAll('link, script')].map((tag) => tag.href ?? tag.src).join()"
    assert tab.page.evaluate(names).count("recap-card.css") == 1
    tab.open("text.html")
    assert "recap-" not in tab.page.evaluate(names)
