"""Subtitle files are read with all of their mistakes, and nothing that anybody said is lost.

Every text here is made up.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.data.subtitles import FORMATS, clock_of, read_subtitles
from sphinx_recaps.data.transcripts import between, in_chapters, in_recording, paragraphs

VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nGood morning.\n\n"


def said(text: str, suffix: str = ".vtt") -> list[str]:
    """Return the paragraphs of a file, each with its time and its speaker."""
    cues = read_subtitles(text.encode(), suffix).cues
    return [
        f"{one.start} {one.speaker}: {one.text}" if one.speaker else f"{one.start} {one.text}"
        for one in paragraphs(cues)
    ]


def messages(text: str | bytes, suffix: str = ".vtt") -> list[str]:
    """Return the mistakes in a file, each with its line."""
    data = text.encode() if isinstance(text, str) else text
    return [f"{problem.line}: {problem.message}" for problem in read_subtitles(data, suffix).problems]


VALID = {
    "SubRip": (
        ".srt",
        "1\n00:00:01,000 --> 00:00:02,500\nOne <i>orchid</i>.\n\n2\n00:00:02,500 --> 00:00:04,000\n2\n",
        "1 One orchid. 2",
    ),
    "SubRip with dots": (".srt", "1\n00:00:01.000 --> 00:00:02.500\nOne.\n", "1 One."),
    "SBV": (".sbv", "0:00:01.000,0:00:02.500\nOne[br]orchid.\n\n0:00:02.500,0:00:04.000\nTwo.\n", "1 One orchid. Two."),
    "line ends of Windows": (".vtt", VTT.replace("\n", "\r\n"), "1 Good morning."),
    "byte order mark": (".vtt", f"\ufeff{VTT}", "1 Good morning."),
    "comments, styles, names of cues, settings": (
        ".vtt",
        """WEBVTT - Orchids
Kind: captions
Language: en

STYLE
::cue { color: lime }

NOTE made up

first
01:00.000 --> 01:02.000 align:start position:0%
Hello.
""",
        "60 Hello.",
    ),
    "a rounded time": (".vtt", f"{VTT}00:03.950 --> 00:05.000\nA bee.\n", "1 Good morning. A bee."),
    "two people at once": (
        ".vtt",
        "WEBVTT\n\n00:01.000 --> 00:05.000\n<v Ann Other>Yes.\n\n00:02.000 --> 00:03.000\n<v Bo Li>No.\n",
        "1 Ann Other: Yes.|2 Bo Li: No.",
    ),
    "several voices in a cue": (
        ".vtt",
        "WEBVTT\n\n00:01.000 --> 00:05.000\n<v.loud Ann Other>Who &amp; why?</v> <v Bo Li>Bees,\nmostly.\n",
        "1 Ann Other: Who & why?|1 Bo Li: Bees, mostly.",
    ),
    "tags of other languages": (
        ".vtt",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<ruby>蘭<rt>らん</rt></ruby>の\n受粉 a &lt; b\n",
        "1 蘭(らん)の受粉 a < b",
    ),
    "a change of speaker without a name": (
        ".vtt",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n&gt;&gt; Do bees sleep?\n\n00:02.000 --> 00:03.000\n&gt;&gt; They do.\n",
        "1 Do bees sleep?|2 They do.",
    ),
    "pauses": (
        ".vtt",
        f"{VTT}00:00:05.000 --> 00:00:06.000\nA bee.\n\n00:00:08.500 --> 00:00:09.000\nA moth.\n",
        "1 Good morning. A bee.|8 A moth.",
    ),
    "the same words twice": (
        ".vtt",
        f"{VTT}00:04.000 --> 00:05.000\nGood morning.\n\n00:05.000 --> 00:06.000\nA.\n\n00:06.000 --> 00:07.000\nB.\n",
        "1 Good morning. Good morning. A. B.",
    ),
    "an arrow that is not a time": (".srt", "1\n00:00:01,000 --> 00:00:02,500\nSeed --> flower\n", "1 Seed --> flower"),
}
ROLLING = """WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.389 align:start position:0%
~
who<00:00:00.480><c> pollinates</c>

00:00:02.389 --> 00:00:02.399 align:start position:0%
who pollinates
~

00:00:02.399 --> 00:00:05.000 align:start position:0%
who pollinates
whom<00:00:03.000><c> and</c>

00:00:05.000 --> 00:00:05.010 align:start position:0%
whom and
~

00:00:05.010 --> 00:00:07.000 align:start position:0%
whom and
why<00:00:06.000><c> so</c>
""".replace("~", " ")


@pytest.mark.parametrize(("suffix", "text", "expected"), VALID.values(), ids=VALID)
def test_valid_files_are_read_without_a_message(suffix: str, text: str, expected: str) -> None:
    assert messages(text, suffix) == []
    assert said(text, suffix) == expected.split("|")


def test_the_rolling_lines_of_youtube_are_collapsed() -> None:
    """Also in a file that another program made of them, without the times of words."""
    assert said(ROLLING) == ["0 who pollinates whom and why so"]
    subtitles = read_subtitles(ROLLING.encode(), ".vtt")
    assert (subtitles.problems, subtitles.language, subtitles.automatic) == ((), "en", True)
    rolled = "".join(
        f"{number}\n00:00:0{number},000 --> 00:00:0{number + 4},000\n{words}\n\n"
        for number, words in enumerate(("who", "who\nwhom", "whom\nwhy"))
    )
    assert messages(rolled, ".srt") == []
    assert said(rolled, ".srt") == ["0 who whom why"]


BROKEN = {
    "empty": ("", ["1: the file has no text; "]),
    "no cues": ("WEBVTT\n", ["1: the file has no subtitles; "]),
    "no header": (VTT.removeprefix("WEBVTT\n\n"), ["1: the file does not start with WEBVTT; write it"]),
    "another format": ("1\n00:00:01,000 --> 00:00:02,000\nA\n", ["1: the file is SubRip, not WebVTT; rename it"]),
    "no text": (f"{VTT}00:00:04.000 --> 00:00:05.000\n\n", ["6: the subtitle has no text; write it on the line below"]),
    "no times": (f"{VTT}A bee.\n", ["6: 'A bee.' has no times; write them on a line above it"]),
    "a letter in a time": (
        f"{VTT}00:00:04.000 --> 00:00:0x.000\nA\n",
        ["6: '00:00:04.000 --> 00:00:0x.000' has a time"],
    ),
    "61 seconds": (f"{VTT}00:00:04.000 --> 00:00:61.000\nA\n", ["6: '00:00:04.000 --> 00:00:61.000' has a time"]),
    "a comma": (
        f"{VTT}0:0:4,5 --> 00:00:06.000\nA\n",
        ["6: '0:0:4,5 --> 00:00:06.000' is not in the form that players need; write `00:00:04.500 --> 00:00:06.000`"],
    ),
    "ends before it starts": (
        f"{VTT}00:00:05.000 --> 00:00:04.000\nA\n",
        ["6: the subtitle ends at 00:00:04.000, before its start"],
    ),
    "backwards": (
        f"{VTT}00:00:00.500 --> 00:00:00.900\nA\n",
        ["6: the subtitle starts at 00:00:00.500, but the one above it at 00:00:01.000"],
    ),
    "overlap": (
        f"{VTT}00:00:03.000 --> 00:00:05.000\nA\n\n00:05.000 --> 00:06.000\nB\n\n00:06.000 --> 00:07.000\nC\n",
        ["6: the subtitle starts before the one above it ends, at 00:00:04.000; write 00:00:03.000 there"],
    ),
    "letters in a wrong encoding": (VTT.replace("Good", "SÃ©bastien"), ["4: 'Ã©' is 'é' in a wrong encoding"]),
    "all at once": (
        f"{VTT}00:00:04.000 --> 00:00:0x.000\nA\n\nB\n\n00:00:09.000 --> 00:00:08.000\n\n",
        ["6: ", "9: 'B' has no times", "11: the subtitle ends", "11: the subtitle has no text"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), BROKEN.values(), ids=BROKEN)
def test_each_mistake_has_its_line_and_what_to_write(text: str, expected: list[str]) -> None:
    found = messages(text)
    assert len(found) == len(expected)
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True)), found
    assert all("; " in one for one in found)


def test_what_has_no_readable_time_is_still_shown() -> None:
    text = f"{VTT}00:00:04.000 --> 00:00:0x.000\nA bee.\n\nA moth.\n\n00:00:06.000 --> 00:00:07.000\nA bat.\n"
    assert said(text) == ["1 Good morning. A bee. A moth.", "6 A bat."]


def test_files_in_other_encodings_are_reported_and_read() -> None:
    text = VTT.replace("Good morning", "Café")
    assert messages(text.encode("latin-1")) == [
        "4: the byte 0xE9 is not UTF-8, so the file is saved in another encoding; save it as UTF-8"
    ]
    assert messages(text.encode("utf-16")) == ["1: the file is saved as UTF-16; save it as UTF-8"]
    assert [one.text for one in paragraphs(read_subtitles(text.encode("latin-1"), ".vtt").cues)] == ["Café."]


def test_chapters_divide_paragraphs_and_parts_leave_out_the_rest() -> None:
    text = f"{VTT}00:00:04.000 --> 00:00:05.000\nA bee.\n\n00:00:05.000 --> 00:00:06.000\nA moth.\n"
    cues = read_subtitles(text.encode(), ".vtt").cues
    parts = in_chapters(cues, [(4, "Bees"), (5, "Moths"), (90, "Silence")])
    assert [(part.title, [one.text for one in part.paragraphs]) for part in parts] == [
        ("", ["Good morning."]),
        ("Bees", ["A bee."]),
        ("Moths", ["A moth."]),
    ]
    assert [one.text for one in paragraphs(between(cues, 4, 5))] == ["A bee."]


@pytest.mark.parametrize(
    ("first", "length", "expected"),
    [
        (0, 60, 750),  # cut to the talk
        (0, 0, 750),  # cut, and nobody knows how long it is
        (750, 60, 750),  # with the times of the recording
        (750, 0, 750),
        (500, 60, 500),  # of the whole recording
    ],
)
def test_a_file_may_begin_with_the_talk_or_with_the_recording(first: int, length: int, expected: int) -> None:
    """The talk begins after 750 seconds."""
    times = f"{clock_of(first * 1000)} --> {clock_of(first * 1000 + 900)}"
    cues = read_subtitles(f"WEBVTT\n\n{times}\nA\n".encode(), ".vtt").cues
    assert in_recording(cues, 750, length)[0].start == expected * 1000


def test_long_speech_is_divided_after_sentences() -> None:
    cues = "".join(
        f"{clock_of(1000 * n)} --> {clock_of(1000 * n + 1000)}\nThe {n}th orchid blooms.\n\n" for n in range(100)
    )
    found = list(paragraphs(read_subtitles(f"WEBVTT\n\n{cues}".encode(), ".vtt").cues))
    assert all(500 <= len(one.text) < 600 and one.text.endswith(".") for one in found[:-1])
    assert len(found) > 3


LETTERS = st.characters(
    categories=["L", "N"], include_characters=" .,-", exclude_characters="ÃÂâ"
)  # of wrong encodings
WORDS = st.text(LETTERS, min_size=1, max_size=20)
PIECES = st.sampled_from(
    ["WEBVTT", "", "", " ", "1", "NOTE", "STYLE", "00:01.000 --> 00:02.000", "00:00:01,000 --> 00:00:02,000", "-->",
     "0:00:01.000,0:00:02.000", "00:03.000 --> 00:01.000", "<v Ann>Hello", "</v>", "<c>", "&amp;", ">> Who?",
     "<00:01.000><c> x"]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, WORDS), max_size=25), st.sampled_from(sorted(FORMATS)))
def test_no_file_stops_the_build(lines: list[str], suffix: str) -> None:
    """Whatever a file contains: places are in the file, and each message says what to write."""
    subtitles = read_subtitles("\n".join(lines).encode(), suffix)
    assert all(1 <= problem.line <= max(1, len(lines)) and "; " in problem.message for problem in subtitles.problems)
    assert all(
        1 <= one.line <= len(lines) and one.start >= 0 and one.text.strip() for one in paragraphs(subtitles.cues)
    )
    assert subtitles.cues or subtitles.problems


@given(
    st.lists(st.tuples(WORDS.filter(str.strip), st.integers(0, 5000), st.integers(1, 5000)), min_size=1, max_size=12)
)
def test_every_word_of_a_valid_file_is_shown_in_order(spoken: list[tuple[str, int, int]]) -> None:
    """In each of the three formats, and without a message."""
    for suffix, arrow in ((".vtt", " --> "), (".srt", " --> "), (".sbv", ",")):
        time, blocks, words = 0, [], []
        for number, (text, pause, length) in enumerate(spoken):
            start, end = time + pause, time + pause + length
            time = end
            words += [f"w{number}", *text.split()]
            blocks.append(f"{clock_of(start, suffix)}{arrow}{clock_of(end, suffix)}\nw{number} {text}\n")
        content = "WEBVTT\n\n" * (suffix == ".vtt") + "\n".join(blocks)
        assert messages(content, suffix) == []
        cues = read_subtitles(content.encode(), suffix).cues
        assert "".join(one.text for one in paragraphs(cues)).replace(" ", "") == "".join(words)


@given(st.binary(max_size=200), st.sampled_from(sorted(FORMATS)))
def test_no_bytes_stop_the_build(data: bytes, suffix: str) -> None:
    assert read_subtitles(data, suffix) == read_subtitles(data, suffix)
