"""From cover to player: what a press does, what is asked of whom, and how chapters move in the video."""

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
    tab.let_players_in()
    tab.open("index.html")
    return tab


@pytest.fixture
def silent(browse: Browse, videos: str) -> Tab:
    """Return a tab where players do not answer."""
    tab = browse(videos)
    tab.let_players_in(answering=False)
    tab.open("index.html")
    return tab


def video(tab: Tab, title: str) -> Locator:
    """Return the figure of a video."""
    return tab.page.locator(".recap-video", has_text=title)


def press(figure: Locator) -> None:
    """Press the cover."""
    figure.locator(".recap-video-cover").click()


def chapter(figure: Locator, text: str) -> Locator:
    """Return the link of a chapter."""
    return figure.locator(".recap-chapters").get_by_role("link", name=text)


def parameters(address: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}


def test_no_other_host_is_contacted_before_a_press(browse: Browse, videos: str) -> None:
    """Reading, scrolling, pointing and tabbing over a video tell nobody."""
    tab = browse(videos)
    page = tab.open("index.html")
    for cover in page.locator(".recap-video-cover").all():
        cover.scroll_into_view_if_needed()
        cover.hover()
        cover.focus()
    page.wait_for_load_state("networkidle")
    assert tab.others == []
    assert tab.complaints == []
    assert page.locator("iframe").count() == 0


def test_a_press_makes_one_player(tab: Tab) -> None:
    """What YouTube's player needs to run: a referrer, permissions, and the origin that it may talk to."""
    figure = video(tab, "Morning talks")
    with tab.page.expect_request(f"{PLAYER}/**") as asked:
        press(figure)
    frame = figure.locator("iframe")
    tab.player(figure)
    expect(tab.page.locator("iframe")).to_have_count(1)
    expect(frame).to_have_attribute("title", "Morning talks")
    expect(frame).to_have_attribute("referrerpolicy", "strict-origin-when-cross-origin")
    expect(frame).to_have_js_property("allowFullscreen", value=True)
    assert "autoplay" in str(frame.get_attribute("allow"))
    assert urlsplit(asked.value.url)[:3] == ("https", "www.youtube-nocookie.com", "/embed/MYE01-XaSZA")
    expected = {"autoplay": "1", "start": "90", "end": "1800", "enablejsapi": "1", "origin": tab.address.strip("/")}
    assert expected.items() <= parameters(asked.value.url).items()
    assert asked.value.headers["referer"] == tab.address
    assert (len(tab.players), tab.others, tab.complaints) == (1, [], [])


@pytest.mark.parametrize("title", ["Morning talks", deep("Evening talks"), deep("All talks"), deep("In a minute")])
def test_the_player_replaces_the_cover(tab: Tab, title: str) -> None:
    """Whatever the shape of the video, a press moves nothing and makes nothing larger."""
    figure = video(tab, title)
    figure.locator(".recap-video-cover").scroll_into_view_if_needed()
    frame = figure.locator(".recap-video-frame")
    before = frame.bounding_box()
    tab.page.evaluate("flushShifts().then((shifts) => shifts.splice(0))")
    press(figure)
    tab.player(figure)
    assert before == frame.bounding_box() == figure.locator("iframe").bounding_box()
    assert before is not None
    wide, tall = (9, 16) if title == "In a minute" else (16, 9)
    assert before["width"] / before["height"] == pytest.approx(wide / tall, rel=0.01)
    assert tab.page.evaluate("flushShifts()") == []


def test_a_playlist_plays_as_one(tab: Tab) -> None:
    """A list has an address of its own kind."""
    press(video(tab, "All talks"))
    tab.player(video(tab, "All talks"))
    assert urlsplit(tab.players[0]).path == "/embed/videoseries"
    assert parameters(tab.players[0])["list"] == "PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf"


@IN_ONE_THEME
@pytest.mark.parametrize("what", [deep("cover"), "chapter"])
def test_who_asks_for_a_new_tab_gets_one(tab: Tab, what: str) -> None:
    """A link stays a link: its menu, its new tab and its new window lead to YouTube."""
    figure = video(tab, "Morning talks")
    link = chapter(figure, "What is new") if what == "chapter" else figure.locator(".recap-video-cover")
    time = 750 if what == "chapter" else 90
    expect(link).to_have_attribute("href", f"{YOUTUBE}/watch?v=MYE01-XaSZA&t={time}s")
    for how in NEW_TAB:
        with tab.context.expect_page() as opened:
            link.click(**how)
        opened.value.close()
    expect(tab.page.locator("iframe")).to_have_count(0)
    assert tab.page.url == f"{tab.address}index.html"


def test_a_chapter_starts_the_player_at_its_time(tab: Tab) -> None:
    """One press on a chapter is enough; the focus goes where the video is."""
    figure = video(tab, "Morning talks")
    chapter(figure, "What is new").click()
    tab.player(figure)
    expect(figure.locator("iframe")).to_be_focused()
    expect(figure.locator("iframe")).to_be_in_viewport()
    assert [parameters(address)["start"] for address in tab.players] == ["750"]


def test_a_chapter_moves_in_a_player_that_answers(tab: Tab) -> None:
    """What is loaded is not loaded again."""
    figure = video(tab, "Morning talks")
    press(figure)
    player = tab.player(figure)
    tab.wait_for_answer()
    for text in ("What is new", "Welcome"):
        chapter(figure, text).click()
    player.wait_for_function("commands.length === 4")
    assert player.evaluate("commands") == [["seekTo", 750, True], ["playVideo"], ["seekTo", 0, True], ["playVideo"]]
    assert len(tab.players) == 1


def test_a_chapter_starts_a_silent_player_again(silent: Tab) -> None:
    """Should YouTube change how its player talks, chapters still work, and the Back button still leaves the page."""
    figure = video(silent, "Morning talks")
    pages = silent.page.evaluate("history.length")
    press(figure)
    silent.player(figure)
    for text, time in (("What is new", 750), ("Welcome", 0)):
        with silent.page.expect_request(re.compile(rf"/embed/.*\bstart={time}\b")) as asked:
            chapter(figure, text).click()
        assert asked.value.headers["referer"] == silent.address
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
def test_what_others_say_is_not_taken_for_an_answer(silent: Tab, origin: str, source: str) -> None:
    """Any page can send a message to any other; only the player speaks for the player."""
    figure = video(silent, "Morning talks")
    press(figure)
    silent.player(figure)
    silent.page.evaluate(
        """([origin, source]) => dispatchEvent(new MessageEvent("message", { origin, data: "{}",
             source: source === "page" ? window : document.querySelector("iframe").contentWindow }))""",
        [origin, source],
    )
    with silent.page.expect_request(re.compile(r"/embed/.*\bstart=750\b")):
        chapter(figure, "What is new").click()


def test_two_videos_do_not_disturb_each_other(tab: Tab) -> None:
    """Each has its own player, its own chapters, and its own name in the address."""
    morning, evening = video(tab, "Morning talks"), video(tab, "Evening talks")
    players = []
    for figure in (morning, evening):
        press(figure)
        players.append(tab.player(figure))
    tab.page.wait_for_function("heard.length === 2")
    chapter(evening, "Questions").click()
    players[1].wait_for_function("commands.length === 2")
    assert players[1].evaluate("commands[0]") == ["seekTo", 60, True]
    assert players[0].evaluate("commands") == []
    assert tab.page.url == f"{tab.address}index.html?t=60#evening"
    expect(video(tab, "All talks").locator(".recap-video-cover")).to_be_visible()


def test_the_chapter_that_was_chosen_is_marked(tab: Tab) -> None:
    """Readers see, and hear, where they are."""
    figure = video(tab, "Morning talks")
    for text in ("What is new", "Welcome"):
        chapter(figure, text).click()
        expect(chapter(figure, text)).to_have_attribute("aria-current", "true")
        expect(tab.page.locator("[aria-current=true]")).to_have_count(1)


@pytest.mark.parametrize("name", [deep("the notes"), "another video"])
def test_a_link_in_a_chapter_leads_where_it_says(tab: Tab, name: str) -> None:
    """Only the time starts the video where the author has a link in the same line."""
    tab.context.route(f"{YOUTUBE}/**", lambda route: route.fulfill(body="another video"))
    video(tab, "Evening talks").get_by_role("link", name=name).click()
    expect(tab.page).to_have_url({"the notes": f"{tab.address}text.html"}.get(name, f"{YOUTUBE}/watch?v=AAAAAAAAAAA"))


def test_pages_without_a_video_load_nothing_of_it(tab: Tab) -> None:
    """Style and script come with the first video of a page."""
    names = "[...document.querySelectorAll('link, script')].map((tag) => tag.href ?? tag.src).join()"
    assert tab.page.evaluate(names).count("recap-video.") == 2
    tab.open("text.html")
    assert "recap-" not in tab.page.evaluate(names)
