"""Addresses of videos: each valid form results in an id and times, each invalid one in a message."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.data.video_reference import EXPECTED, parse_parameters, parse_time, parse_video

ID = "MYE01-XaSZA"
LIST = "PL_lsbAsL_o2At9NcX1mR9d12KYUWqxOx9"

VIDEOS = [
    ID,
    f"{ID}&amp;",
    f"https://www.youtube.com/watch?v={ID}",
    f"http://www.youtube.com/watch?v={ID}",
    f"www.youtube.com/watch?v={ID}",
    f"youtube.com/watch?v={ID}",
    f"//youtube.com/watch?v={ID}",
    f"HTTPS://WWW.YouTube.COM/watch?v={ID}",
    f"https://m.youtube.com/watch?v={ID}&app=desktop",
    f"https://music.youtube.com/watch?v={ID}&list=RDAMVM{ID}",
    f"https://www.youtube.com/watch?feature=player_embedded&v={ID}",
    f"https://www.youtube.com/watch?list={LIST}&index=3&v={ID}",
    f"https://www.youtube.com/watch?v={ID}&list={LIST}&index=3&si=abc",
    f"https://www.youtube.com/watch/?v={ID}",
    f"https://www.youtube.com/watch?v={ID}&amp;feature=share",
    f"https://www.youtube.com/watch?v={ID}&amp;",
    f"https://www.youtube.com/watch?v={ID}&amp;amp;si=1",
    f"https://www.youtube.com/watch?v={ID}/",
    f"https://www.youtube.com/watch?v={ID}.",
    f"<https://www.youtube.com/watch?v={ID}>",
    f"https://www.youtube.com/watch?v={ID})",
    f"  https://youtu.be/{ID}  ",
    f"https://youtu.be/{ID}",
    f"youtu.be/{ID}?si=abcDEF123",
    f"https://youtu.be/{ID}&feature=youtu.be",
    f"https://youtu.be/watch?v={ID}",
    f"https://www.youtube.com/embed/{ID}",
    f"https://www.youtube.com/embed/{ID}/?rel=0",
    f"https://www.youtube-nocookie.com/embed/{ID}?rel=0&controls=0",
    f"https://www.youtube.com/shorts/{ID}?feature=share",
    f"https://www.youtube.com/live/{ID}?si=xyz",
    f"https://www.youtube.com/v/{ID}",
    f"http://www.youtube.com/v/{ID}&hl=en_US&fs=1",
    f"https://www.youtube.com:443/watch?v={ID}",
]

TIMES = {
    "90": 90,
    "90s": 90,
    "1m30s": 90,
    "1M30S": 90,
    "1m30": 90,
    "1:30": 90,
    "01:30": 90,
    "90:00": 5400,
    "1h2m3s": 3723,
    "1h": 3600,
    "1:02:03": 3723,
    "0": 0,
    "0m10s": 10,
    "23.7": 23,
}

NO_TIMES = ["", "abc", "-5", "1:5", "1:99", "1:99:00", "1h30", "s", "1d", "1 30", "１:３０", "1:02:03:04", "9" * 5000]

INVALID = [
    "",
    "&amp;",
    "MYE01-XaSZ",
    "MYE01-XaSZAB",
    "videoseries",
    "live_stream",
    LIST,
    f"{ID} Opening talks",
    "https://www.youtube.com/watch?v=MYE01-XaSZ",
    "https://www.youtube.com/watch?v=MYE01-XaSZAB",
    "https://www.youtube.com/watch?v=",
    "https://www.youtube.com/watch",
    "https://www.youtube.com/",
    "https://youtu.be/",
    "https://youtu.be/MYE01-XaSZ",
    "https://www.youtube.com/watch?v=MYE01%2DXaSZA",
    f"https://www.youtube.com/watch?v={ID}%22",
    "https://www.youtube.com/watch?v=MYE01-XaSZ%",
    "https://www.youtube.com/watch%3Fv%3DMYE01-XaSZA",
    "https://www.youtube.com/watch?v=MYE01\\-XaSZA",
    f"https://www.youtube.com/watch?v={ID}\x00",
    "https://www.youtube.com/watch?v=<script>ab",
    "https://www.youtube.com/@PyTorch",
    "https://www.youtube.com/channel/UCWXI5YeOsh03QvJ59PMaXFw",
    "https://www.youtube.com/c/PyTorch",
    "https://www.youtube.com/user/PyTorch",
    "https://www.youtube.com/embed/live_stream?channel=UCWXI5YeOsh03QvJ59PMaXFw",
    "https://www.youtube.com/results?search_query=pytorch",
    "https://www.youtube.com/playlist",
    f"https://youtube.com.evil.example/watch?v={ID}",
    f"https://notyoutube.com/watch?v={ID}",
    f"https://youtube.evil.example/watch?v={ID}",
    f"https://evil.example/youtube.com/watch?v={ID}",
    f"https://evil.example/?https://youtu.be/{ID}",
    f"https://youtube.com@evil.example/watch?v={ID}",
    f"https://evil.example@youtube.com/watch?v={ID}",
    f"https://user:password@www.youtube.com/watch?v={ID}",
    f"https://youtube.com\\@evil.example/watch?v={ID}",
    f"https://www.youtube.com:8080/watch?v={ID}",
    f"https://www.youtube.com:port/watch?v={ID}",
    f"https://yοutube.com/watch?v={ID}",
    f"https://[::1/watch?v={ID}",
    f"ftp://youtube.com/watch?v={ID}",
    f"javascript:alert('{ID}')",
    "https://vimeo.com/148751763",
    f"https://www.youtube.com/attribution_link?u=.evil.example/watch?v={ID}",
]


@pytest.mark.parametrize("pasted", VIDEOS)
def test_all_common_forms_identify_the_video(pasted: str) -> None:
    """People copy addresses from the address bar, the share menu, embed codes and old pages."""
    assert parse_video(pasted).video_id == ID


@pytest.mark.parametrize(
    "pasted",
    [
        f"https://www.youtube.com/playlist?list={LIST}",
        f"https://www.youtube.com/watch?list={LIST}",
        f"https://www.youtube.com/embed/videoseries?list={LIST}",
        f"music.youtube.com/playlist?list={LIST}&si=a",
    ],
)
def test_an_address_without_a_video_is_a_playlist(pasted: str) -> None:
    """If an address has both, it means the video."""
    video = parse_video(pasted)
    assert (video.video_id, video.playlist_id) == (None, LIST)


@pytest.mark.parametrize("pasted", INVALID)
def test_other_input_is_reported_with_the_expected_form(pasted: str) -> None:
    """An invalid address must never become a player of another video or host."""
    with pytest.raises(ValueError, match=re.escape(EXPECTED)) as caught:
        parse_video(pasted)
    assert str(caught.value).startswith(repr(pasted.strip())) or "evil" in str(caught.value)


def test_the_message_about_a_bare_playlist_id_has_its_address() -> None:
    """Authors may mistake it for the id of a video."""
    with pytest.raises(ValueError, match=re.escape(f"write https://www.youtube.com/playlist?list={LIST}")):
        parse_video(LIST)


def test_long_input_is_shortened_in_the_message() -> None:
    """Even a whole page as an argument results in one readable line."""
    with pytest.raises(ValueError, match="…") as caught:
        parse_video("https://evil.example/" + "x" * 100_000)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(("text", "time"), TIMES.items())
def test_a_time_is_read_in_every_form(text: str, time: int) -> None:
    """Authors write times as they see them in the player and in addresses."""
    assert parse_time(text) == time
    assert parse_time(f" {text} ") == time


@pytest.mark.parametrize("text", NO_TIMES)
def test_an_invalid_time_is_reported_with_the_expected_form(text: str) -> None:
    """Times such as 1:99 or 1h30 are ambiguous."""
    with pytest.raises(ValueError, match="is not a time; write seconds"):
        parse_time(text)


@pytest.mark.parametrize(("text", "time"), TIMES.items())
@pytest.mark.parametrize("key", ["t", "start", "#t"])
def test_an_address_keeps_its_start(text: str, time: int, key: str) -> None:
    """A link to a moment in a talk must not go to its beginning."""
    separator = "" if key.startswith("#") else "&"
    assert parse_video(f"https://www.youtube.com/watch?v={ID}{separator}{key}={text}").start == time
    assert parse_video(f"https://youtu.be/{ID}?{key.strip('#')}={text}").start == time


def test_a_second_question_mark_separates_parameters() -> None:
    """People append ?t=30 to an address that already has a query."""
    assert parse_video(f"https://www.youtube.com/watch?v={ID}?t=30").start == 30


def test_an_invalid_start_is_kept_for_a_warning() -> None:
    """The video is shown, and the mistake is reported separately."""
    video = parse_video(f"https://youtu.be/{ID}?t=soon")
    assert (video.video_id, video.start, video.unread_time) == (ID, None, "soon")


def test_the_player_gets_start_end_and_playlist() -> None:
    """The player is the one without cookies."""
    video = parse_video(f"https://www.youtube.com/embed/{ID}?start=90&end=100")
    assert video.embed_url() == (f"https://www.youtube-nocookie.com/embed/{ID}?end=100&start=90")
    assert video.watch_url() == f"https://www.youtube.com/watch?v={ID}&t=90s"
    assert video.watch_url(0) == f"https://www.youtube.com/watch?v={ID}"
    playlist = parse_video(f"https://www.youtube.com/playlist?list={LIST}")
    assert playlist.embed_url().startswith("https://www.youtube-nocookie.com/embed/videoseries?")
    assert f"list={LIST}" in playlist.embed_url()


@pytest.mark.parametrize("text", ["?start=43&rel=0", '"?start=43&rel=0"', "start=43&amp;rel=0", "&start=43;rel=0"])
def test_player_parameters_are_accepted_in_the_form_of_other_extensions(text: str) -> None:
    """Sphinxcontrib-youtube accepts a leading question mark, and some pages have quotes."""
    video = parse_video(ID).with_parameters(parse_parameters(text))
    assert (video.start, dict(video.parameters)) == (43, {"rel": "0"})


@pytest.mark.parametrize("text", ["start", "?start=43&rel", "?<x>=1", "?=1"])
def test_a_parameter_without_name_or_value_is_reported(text: str) -> None:
    """Otherwise it would have no effect, and nobody would notice."""
    with pytest.raises(ValueError, match="write name=value"):
        parse_parameters(text)


ids = st.text(string.ascii_letters + string.digits + "-_", min_size=11, max_size=11).filter(
    lambda text: text not in {"videoseries", "live_stream"}
)
noise = st.lists(
    st.sampled_from(["si=aB_3-", "feature=share", "index=2", f"list={LIST}", "ab_channel=X", "pp=ygU%3D", "amp;x=1"]),
    max_size=4,
)


@given(
    ids,
    noise,
    st.sampled_from(
        ["https://www.youtube.com/watch?{noise}v={id}", "youtu.be/{id}?{noise}", "//m.youtube.com/embed/{id}?{noise}"]
    ),
    st.integers(0, 86_399),
)
def test_other_parameters_around_an_id_are_ignored(identifier: str, around: list[str], form: str, start: int) -> None:
    """Any number of tracking and list parameters may precede and follow it."""
    pasted = form.format(id=identifier, noise="".join(f"{part}&" for part in around)) + f"&t={start}s"
    video = parse_video(pasted)
    assert (video.video_id, video.start, video.unread_time) == (identifier, start, None)


@given(st.one_of(st.text(), st.from_regex(r"(https?:)?//[a-z.@:\\%]*youtu\.?be[^ ]*")))
def test_arbitrary_text_is_a_video_or_a_value_error(text: str) -> None:
    """No text may cause another exception, or a player of another host."""
    try:
        video = parse_video(text)
    except ValueError as error:
        assert EXPECTED in str(error)  # noqa: PT017 (both outcomes are valid)
    else:
        assert re.fullmatch(r"[\w-]+", video.identifier, re.ASCII)
        assert video.embed_url().startswith("https://www.youtube-nocookie.com/embed/")


@given(st.text())
def test_arbitrary_text_is_a_time_or_a_value_error(text: str) -> None:
    """A time is a non-negative number of seconds."""
    try:
        assert parse_time(text) >= 0
    except ValueError as error:
        assert "is not a time" in str(error)  # noqa: PT017 (both outcomes are valid)
