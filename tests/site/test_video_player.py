"""Video players: the click on a cover, requests to other hosts, and chapters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.site.conftest import IN_ONE_THEME, PLAYER
from tests.support import deep

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.site.conftest import Browse, Tab

YOUTUBE = "https://www.youtube.com"
NEW_TAB: list[dict[str, Any]] = [{"modifiers": ["ControlOrMeta"]}, {"modifiers": ["Shift"]}, {"button": "middle"}]


@pytest.fixture
def tab(browse: Browse, videos: str) -> Tab:
    """Return a tab on the page with videos."""
    tab = browse(videos)
    tab.allow_players()
    tab.open("index.html")
    return tab


@pytest.fixture
def silent(browse: Browse, videos: str) -> Tab:
    """Return a tab with players that do not answer."""
    tab = browse(videos)
    tab.allow_players(answering=False)
    tab.open("index.html")
    return tab


def video(tab: Tab, title: str) -> Locator:
    """Return the figure of a video."""
    return tab.page.locator(".recap-video", has_text=title)


def play(figure: Locator) -> None:
    """Click the cover."""
    figure.locator(".recap-video-cover").click()


def chapter(figure: Locator, text: str) -> Locator:
    """Return the link of a chapter."""
    return figure.locator(".recap-chapters").get_by_role("link", name=text)


def parameters(address: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}


def test_no_other_host_is_contacted_before_a_click(browse: Browse, videos: str) -> None:
    """Scrolling, hovering and focusing do not count as a click."""
    tab = browse(videos)
    page = tab.open("index.html")
    for cover in page.locator(".recap-video-cover").all():
        cover.scroll_into_view_if_needed()
        cover.hover()
        cover.focus()
    page.wait_for_load_state("networkidle")
    assert tab.others == []
    assert tab.errors == []
    assert page.locator("iframe").count() == 0


def test_a_click_creates_one_player(tab: Tab) -> None:
    """It has what YouTube's player requires: a referrer, permissions, and the origin for messages."""
    figure = video(tab, "Morning talks")
    with tab.page.expect_request(f"{PLAYER}/**") as request:
        play(figure)
    frame = figure.locator("iframe")
    tab.player(figure)
    expect(tab.page.locator("iframe")).to_have_count(1)
    expect(frame).to_have_attribute("title", "Morning talks")
    expect(frame).to_have_attribute("referrerpolicy", "strict-origin-when-cross-origin")
    expect(frame).to_have_js_property("allowFullscreen", value=True)
    assert "autoplay" in str(frame.get_attribute("allow"))
    assert urlsplit(request.value.url)[:3] == ("https", "www.youtube-nocookie.com", "/embed/MYE01-XaSZA")
    expected = {"autoplay": "1", "start": "90", "end": "1800", "enablejsapi": "1", "origin": tab.address.strip("/")}
    assert expected.items() <= parameters(request.value.url).items()
    assert request.value.headers["referer"] == tab.address
    assert (len(tab.players), tab.others, tab.errors) == (1, [], [])


@pytest.mark.parametrize("title", ["Morning talks", deep("Evening talks"), deep("All talks"), deep("In a minute")])
def test_the_player_replaces_the_cover(tab: Tab, title: str) -> None:
    """Position and size stay the same for all aspect ratios."""
    figure = video(tab, title)
    figure.locator(".recap-video-cover").scroll_into_view_if_needed()
    frame = figure.locator(".recap-video-frame")
    before = frame.bounding_box()
    tab.page.evaluate("flushShifts().then((shifts) => shifts.splice(0))")
    play(figure)
    tab.player(figure)
    assert before == frame.bounding_box() == figure.locator("iframe").bounding_box()
    assert before is not None
    wide, tall = (9, 16) if title == "In a minute" else (16, 9)
    assert before["width"] / before["height"] == pytest.approx(wide / tall, rel=0.01)
    assert tab.page.evaluate("flushShifts()") == []


def test_a_playlist_has_its_own_player_address(tab: Tab) -> None:
    play(video(tab, "All talks"))
    tab.player(video(tab, "All talks"))
    assert urlsplit(tab.players[0]).path == "/embed/videoseries"
    assert parameters(tab.players[0])["list"] == "PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf"


@IN_ONE_THEME
@pytest.mark.parametrize("part", [deep("cover"), "chapter"])
def test_links_to_videos_open_in_a_new_tab_or_window_on_request(tab: Tab, part: str) -> None:
    """The script only handles plain clicks."""
    figure = video(tab, "Morning talks")
    link = chapter(figure, "What is new") if part == "chapter" else figure.locator(".recap-video-cover")
    time = 750 if part == "chapter" else 90
    expect(link).to_have_attribute("href", f"{YOUTUBE}/watch?v=MYE01-XaSZA&t={time}s")
    for options in NEW_TAB:
        with tab.context.expect_page() as opened:
            link.click(**options)
        opened.value.close()
    expect(tab.page.locator("iframe")).to_have_count(0)
    assert tab.page.url == f"{tab.address}index.html"


def test_a_chapter_starts_the_player_at_its_time(tab: Tab) -> None:
    """One click is enough, and the focus moves to the player."""
    figure = video(tab, "Morning talks")
    chapter(figure, "What is new").click()
    tab.player(figure)
    expect(figure.locator("iframe")).to_be_focused()
    expect(figure.locator("iframe")).to_be_in_viewport()
    assert [parameters(address)["start"] for address in tab.players] == ["750"]


def test_a_chapter_seeks_in_a_running_player(tab: Tab) -> None:
    """The player is not loaded again."""
    figure = video(tab, "Morning talks")
    play(figure)
    player = tab.player(figure)
    tab.wait_for_answer()
    for text in ("What is new", "Welcome"):
        chapter(figure, text).click()
    player.wait_for_function("commands.length === 4")
    assert player.evaluate("commands") == [["seekTo", 750, True], ["playVideo"], ["seekTo", 0, True], ["playVideo"]]
    assert len(tab.players) == 1


def test_a_chapter_reloads_a_player_that_does_not_answer(silent: Tab) -> None:
    """If YouTube changes its interface, chapters still work, and no history entries are added."""
    figure = video(silent, "Morning talks")
    pages = silent.page.evaluate("history.length")
    play(figure)
    silent.player(figure)
    for text, time in (("What is new", 750), ("Welcome", 0)):
        with silent.page.expect_request(re.compile(rf"/embed/.*\bstart={time}\b")) as request:
            chapter(figure, text).click()
        assert request.value.headers["referer"] == silent.address
        silent.player(figure)
    expect(silent.page.locator("iframe")).to_have_count(1)
    assert silent.page.evaluate("history.length") == pages


@IN_ONE_THEME
@pytest.mark.parametrize(
    ("origin", "source"),
    [
        deep("https://evil.example", "player"),
        ("https://www.youtube-nocookie.com.evil.example", "player"),
        (PLAYER, "page"),
    ],
)
def test_messages_from_other_sources_are_ignored(silent: Tab, origin: str, source: str) -> None:
    """Any page can send messages to any other page."""
    figure = video(silent, "Morning talks")
    play(figure)
    silent.player(figure)
    silent.page.evaluate(
        """([origin, source]) => dispatchEvent(new MessageEvent("message", { origin, data: "{}",
             source: source === "page" ? window : document.querySelector("iframe").contentWindow }))""",
        [origin, source],
    )
    with silent.page.expect_request(re.compile(r"/embed/.*\bstart=750\b")):
        chapter(figure, "What is new").click()


def test_two_videos_are_independent(tab: Tab) -> None:
    """Each has its own player, chapters and address."""
    morning, evening = video(tab, "Morning talks"), video(tab, "Evening talks")
    players = []
    for figure in (morning, evening):
        play(figure)
        players.append(tab.player(figure))
    tab.page.wait_for_function("messageOrigins.length === 2")
    chapter(evening, "Questions").click()
    players[1].wait_for_function("commands.length === 2")
    assert players[1].evaluate("commands[0]") == ["seekTo", 60, True]
    assert players[0].evaluate("commands") == []
    assert tab.page.url == f"{tab.address}index.html?t=60#evening"
    expect(video(tab, "All talks").locator(".recap-video-cover")).to_be_visible()


def test_the_current_chapter_is_marked(tab: Tab) -> None:
    """The mark is available to screen readers, too."""
    figure = video(tab, "Morning talks")
    for text in ("What is new", "Welcome"):
        chapter(figure, text).click()
        expect(chapter(figure, text)).to_have_attribute("aria-current", "true")
        expect(tab.page.locator("[aria-current=true]")).to_have_count(1)


@pytest.mark.parametrize("name", [deep("the notes"), "another video"])
def test_a_link_within_a_chapter_goes_to_its_target(tab: Tab, name: str) -> None:
    """In such a chapter, only the time starts the video."""
    tab.context.route(f"{YOUTUBE}/**", lambda route: route.fulfill(body="another video"))
    video(tab, "Evening talks").get_by_role("link", name=name).click()
    expect(tab.page).to_have_url({"the notes": f"{tab.address}text.html"}.get(name, f"{YOUTUBE}/watch?v=AAAAAAAAAAA"))


def test_only_pages_with_a_video_load_its_script_and_style(tab: Tab) -> None:
    names = "[...document.querySelectorAll('link, script')].map((tag) => tag.href ?? tag.src).join()"
    assert tab.page.evaluate(names).count("recap-video.") == 2
    tab.open("text.html")
    assert "recap-" not in tab.page.evaluate(names)
