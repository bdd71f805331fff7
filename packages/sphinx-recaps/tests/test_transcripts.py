"""What is said in a recording is on its page: below the player, in books as an appendix. Every text here is made up."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.support import deep, texts

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from playwright.sync_api import Browser, Route

    from tests.support import Built, Files, Project

CONF = """
recap_entry_pages = True
html_baseurl = "https://example.org/"
html_context = {"github_user": "garden", "github_repo": "days", "github_version": "main", "doc_path": "docs"}
"""
OPENING = """\
WEBVTT

00:00:01.000 --> 00:00:04.000
<v Ann Other>Good morning, &lt;script&gt;alert(1)&lt;/script&gt;.

00:00:41.000 --> 00:00:45.500
<v Ann Other>Moths pollinate at night.

00:00:45.500 --> 00:00:52.000
<v A "guest" of &lt;b&gt;ours>Do bees sleep?

00:02:02.000 --> 00:02:05.000
<v Ann Other>They do.
"""
GERMAN = "1\n00:00:41,000 --> 00:00:45,500\nMotten bestäuben nachts.\n"
ENTRIES = """\
kind: session
entries:
  - id: opening
    title: Opening
    people: [Ann Other]
    video: MYE01-XaSZA
    uploaded: 2024-05-04
    duration: 3 min
    transcript:
      - {file: said/opening.vtt, by: corrected}
      - said/opening.de.srt
    chapters: |
      0:00 Welcome
      0:45 Moths & <b>bees</b>
  - {id: moths, title: Moths, part_of: opening, start: 41, end: 60}
  - {id: bees, title: Bees, part_of: closing, start: 41}
  - {id: other, title: Other, video: aqz-KE-bpKQ}
"""
FILES: Files = {
    "index.md": "# Start\n\n:::{toctree}\ndays/index\n:::\n",
    "days/index.md": "# Days\n\n:::{event} event.yaml\n:::\n\n"
    ":::{youtube} aqz-KE-bpKQ\n:title: Closing\n:uploaded: 2024-05-04\n"
    ":transcript: said/opening.vtt, said/opening.de.srt\n:transcript-by: machine\n:name: closing\n"
    "\nA caption.\n\n- 0:00 Welcome\n- 0:41 – Moths\n:::\n\n"
    ":::{catalogue} talks.yaml\n:::\n",
    "days/again.md": "---\norphan: true\n---\n# Again\n\n:::{youtube} aqz-KE-bpKQ\n:title: Once more\n:::\n",
    "days/event.yaml": "name: Orchid Days\nstart: 2024-05-03\n"
    "videos: [{title: Closing, url: aqz-KE-bpKQ, id: closing, transcript: said/opening.vtt}]\n",
    "days/talks.yaml": ENTRIES,
    "days/said/opening.vtt": OPENING,
    "days/said/opening.de.srt": GERMAN,
}
PAGE = "days/talks/opening.html"


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    """Return the only element that a selector matches."""
    found = page.select(selector)
    assert len(found) == 1, selector
    return found[0]


def test_the_page_of_an_entry_has_what_is_said(built: Built) -> None:
    """By chapters and speakers; each moment has an id and plays from there."""
    page = built.html(PAGE)
    assert texts(page, ".recap-transcript summary h2") == ["Transcript", "Transcript (German)"]
    english, german = page.select(".recap-transcript")
    assert not english.has_attr("open")
    assert texts(page, "#t1, #t41, #t45, #t122") == [
        "0:01 Ann Other: Good morning, <script>alert(1)</script>.",
        "0:41 Ann Other: Moths pollinate at night.",
        '0:45 A "guest" of <b>ours: Do bees sleep?',
        "2:02 Ann Other: They do.",
    ]
    assert [heading["id"] for heading in english.select("h3")] == ["c0", "c41", "c45"]
    assert texts(page, "#c45") == ["Moths & <b>bees</b>"]
    assert one(page, "#t41 > a")["href"] == "https://www.youtube.com/watch?v=MYE01-XaSZA&t=41s"
    assert one(page, "#t41 b a")["href"] == "../../people.html#person-ann-other"
    assert not page.select("#t45 b a"), "A guest is in no list of people."
    text = one(german, ".recap-transcript-text")
    assert (text["lang"], text["dir"]) == ("de", "ltr")
    assert texts(page, "#t41-de") == ["0:41 Motten bestäuben nachts."]
    assert len({str(element["id"]) for element in page.select("[id]")}) == len(page.select("[id]"))


def test_readers_learn_who_made_it_and_can_correct_and_download_it(built: Built) -> None:
    page = built.html(PAGE)
    about = page.select(".recap-transcript-about")
    assert about[0].get_text().startswith("Made by a machine, then corrected by people.")
    assert about[1].get_text().startswith("Subtitles (SubRip)")
    correct = one(about[0], "a.recap-transcript-edit")
    assert correct["href"] == "https://github.com/garden/days/edit/main/docs/days/said/opening.vtt#L4"
    assert one(page, "#t41")["data-line"] == "7"
    file = one(about[0], "a[download]")["href"]
    assert (built.out / PAGE).parent.joinpath(str(file)).read_text(encoding="utf-8") == OPENING


def test_a_talk_inside_a_recording_has_what_is_said_there(built: Built) -> None:
    """Whether the recording is an entry or a video of the event."""
    assert texts(built.html("days/talks/moths.html"), "[data-line]")[0] == "0:41 Ann Other: Moths pollinate at night."
    assert not built.html("days/talks/moths.html").select("#t1, #t122")
    assert [tag["id"] for tag in built.html("days/talks/bees.html").select("[data-line]")] == ["t41", "t45", "t122"]


def test_a_video_on_a_page_has_its_transcript_below_it(built: Built) -> None:
    """Ids begin with the name of the video; chapters are those of its caption."""
    page = built.html("days/index.html")
    assert one(page, "figure.recap-video + .recap-transcripts")
    assert texts(page, ".recap-transcript summary h2")[1] == "Transcript (German): Closing"
    assert [tag["id"] for tag in page.select(".recap-transcript:first-child h3")] == ["closing-c0", "closing-c41"]
    assert one(page, "#closing-t41 > a")["href"] == "https://www.youtube.com/watch?v=aqz-KE-bpKQ&t=41s"


def test_a_video_of_the_event_has_its_transcript_wherever_it_is_shown(built: Built) -> None:
    page = built.html("days/again.html")
    assert texts(page, "figure + .recap-transcripts summary") == ["Transcript: Once more"]
    assert one(page, "#video-aqz-ke-bpkq-t41 > a")["href"] == "https://www.youtube.com/watch?v=aqz-KE-bpKQ&t=41s"


def test_pages_without_a_transcript_load_nothing_for_it(built: Built) -> None:
    assert "recap-transcript" not in built.text("days/talks/other.html")
    assert "recap-transcript" not in built.text("index.html")


def test_machines_read_it(built: Built) -> None:
    """In structured data, which no text can end, and the chapters of an entry in exports."""
    scripts = built.html(PAGE).select("script[type='application/ld+json']")
    video = next(thing for thing in json.loads(str(scripts[0].string))["@graph"] if thing["@type"] == "VideoObject")
    assert video["transcript"].startswith("Good morning, <script>alert(1)</script>.\nMoths pollinate")
    assert [(clip["name"], clip["startOffset"]) for clip in video["hasPart"]][1:] == [
        ("Moths", 41),
        ("Moths & <b>bees</b>", 45),
    ]
    assert '"transcript":"Good morning' in built.text("days/index.html")
    assert '"name":"Moths","startOffset":41' in built.text("days/index.html")
    entry = json.loads(built.text("days/talks.json"))["entries"][0]
    assert entry["transcript"] == [{"file": "said/opening.vtt", "by": "corrected"}, {"file": "said/opening.de.srt"}]
    assert entry["chapters"] == ["0:00 Welcome", "0:45 Moths & <b>bees</b>"]


@pytest.mark.parametrize("builder", ["text", deep("latex"), deep("epub"), deep("man"), deep("xml"), deep("gettext")])
def test_books_have_an_appendix(project: Project, builder: str) -> None:
    """With a section for each recording, and no link for each line."""
    out = project(FILES, builder, conf=CONF)
    assert [line for line in out.messages.splitlines() if "epub" not in line] == []
    if builder != "text":
        return
    text = out.text("days/index.txt")
    appendix = text[text.index("Transcripts\n") :]
    assert re.findall(r"^(\w.*)\n-+$", appendix, re.MULTILINE) == [
        "Closing",
        "Closing (German)",
        "Opening",
        "Opening (German)",
    ]
    assert "0:41 **Ann Other:** Moths pollinate at night." in appendix
    assert "youtube.com" not in appendix


def test_mistakes_are_reported_at_their_lines_in_every_build(project: Project) -> None:
    """The rest is shown. A file that is added, changed, renamed or removed changes the pages that show it."""
    broken = OPENING.replace("00:02:02.000 -->", "00:02:02,0 -->")
    files = {
        **FILES,
        "days/said/opening.vtt": broken,
        "days/talks.yaml": ENTRIES.replace("opening.de.srt", "opening.dee.srt") + "    transcript: ../../secret.vtt\n",
    }
    expected = [
        (
            "days/said/opening.vtt:12:1: ERROR: '00:02:02,0 --> 00:02:05.000' is not in the form that players need; "
            "write `00:02:02.000 --> 00:02:05.000` [recap.transcript]"
        ),
        (
            "days/talks.yaml:11: ERROR: transcript: 'days/said/opening.dee.srt' does not exist; "
            "did you mean opening.de.srt or opening.vtt? [recap.transcript]"
        ),
    ]
    for build in (project(files, conf=CONF), project(conf=CONF)):
        messages = build.messages.splitlines()
        assert [line for line in messages if "secret" not in line] == expected
        assert "'days/../../secret.vtt' is outside the project" in next(line for line in messages if "secret" in line)
        assert texts(build.html(PAGE), "#t122") == ["2:02 Ann Other: They do."]
    fixed = project(
        {**FILES, "days/said/opening.dee.srt": GERMAN, "days/talks.yaml": files["days/talks.yaml"]}, conf=CONF
    )
    assert "opening.dee.srt' does not exist" not in fixed.messages
    assert project(FILES, conf=CONF).messages == (
        "days/said/opening.dee.srt:1: WARNING: no page shows this file; write `transcript: said/opening.dee.srt` in an "
        "entry, or remove the file [recap.unshown]\n"
    )
    project.root.joinpath("days/said/opening.dee.srt").unlink()
    changed = project({"days/said/opening.vtt": OPENING.replace("They do.", "Nobody knows.")}, conf=CONF)
    for page in (PAGE, "days/talks/bees.html", "days/index.html", "days/again.html"):
        assert "Nobody knows." in changed.text(page)
    project.root.joinpath("days/said/opening.de.srt").rename(project.root / "days/said/opening.fr.srt")
    renamed = project({"days/talks.yaml": ENTRIES.replace("opening.de.srt", "opening.fr.srt")}, conf=CONF)
    assert texts(renamed.html(PAGE), ".recap-transcript summary h2")[1] == "Transcript (French)"
    assert "days/index.md" in renamed.messages
    assert not [path for path in renamed.out.rglob("opening.de.srt") if "_sources" not in path.parts]


def test_a_file_that_is_too_large_a_link_to_elsewhere_or_not_a_subtitle_file_is_refused(project: Project) -> None:
    project.root.mkdir(parents=True)
    (project.root.parent / "secret.vtt").write_text(OPENING)
    (project.root / "link.vtt").symlink_to("../secret.vtt")
    (project.root / "loop.vtt").symlink_to("loop.vtt")
    large = "WEBVTT\n" + "\n" * 2_000_000
    pages = [
        f":::{{youtube}} aqz-KE-bpKQ\n:title: T\n:transcript: {name}\n:::\n"
        for name in ("large.vtt", "link.vtt", "loop.vtt", "talk.txt", "https://example.org/a.vtt")
    ]
    built = project({"index.md": "# Start\n\n" + "\n".join(pages), "large.vtt": large})
    messages = built.messages
    assert "large.vtt:1:1: ERROR: the file has 2.0 MB, but the limit is 2 MB; divide it" in messages
    assert "index.md:8: ERROR: transcript: 'link.vtt' is a symbolic link to a file outside the project" in messages
    assert "index.md:13: ERROR: transcript: 'loop.vtt'" in messages
    assert "'talk.txt' is not a subtitle file; save it as WebVTT (.vtt), SubRip (.srt) or SBV (.sbv)" in messages
    assert "'https://example.org/a.vtt' is on another host" in messages
    assert not list(built.out.rglob("link.vtt"))


def test_times_after_the_end_or_of_another_recording_are_reported(project: Project) -> None:
    """A duration in minutes may be rounded."""
    talks = ENTRIES.replace("duration: 3 min", "duration: 0:01:55").replace(
        "start: 41, end: 60", "start: 500, end: 510, transcript: said/opening.vtt"
    )
    messages = project({**FILES, "days/talks.yaml": talks}, conf=CONF).messages.splitlines()
    assert messages == [
        (
            "days/said/opening.vtt:12:1: ERROR: the subtitle starts after the end of the recording, at 00:01:55.000; "
            "correct its time, or the duration [recap.transcript]"
        ),
        (
            "days/said/opening.vtt:3: ERROR: the subtitles are from 00:00:01.000 to 00:02:05.000, but the entry starts "
            "at 00:08:20.000 of its recording; write the times of the recording, or correct `start` and `end` "
            "[recap.transcript]"
        ),
    ]


def test_a_list_links_to_the_transcripts_of_its_entries(built: Built, project: Project) -> None:
    """Entries without pages of their own have the files."""

    def links(page: BeautifulSoup) -> dict[str, str]:
        return {link.get_text(): str(link["href"]) for link in page.select("#session-opening .recap-ways a")}

    assert links(built.html("days/index.html"))["Transcript"] == "talks/opening.html#transcript"
    plain = project(FILES)
    files = links(plain.html("days/index.html"))
    assert (plain.out / "days" / files["Transcript (German)"]).read_text(encoding="utf-8") == GERMAN


def test_without_a_repository_the_line_is_text(project: Project) -> None:
    page = project(FILES, conf="recap_entry_pages = True\n").html(PAGE)
    assert not page.select(".recap-transcript-edit, [data-edit]")
    assert "Correct the transcript: line 4 of days/said/opening.vtt" in page.get_text()


ANSWER = """<script>
const news = JSON.stringify({event: "infoDelivery", info: {currentTime: 45.2}});
addEventListener("message", () => parent.postMessage(news, "*"));
</script>"""
PLAYER, SITE = "https://www.youtube-nocookie.com", "https://garden.test/"


def test_readers_play_from_a_line_follow_it_and_correct_it(built: Built, browser: Browser) -> None:
    """A link to a moment opens the transcript there; nothing is loaded from elsewhere before a click."""
    context = browser.new_context()
    requests: list[str] = []

    def answer(route: Route) -> None:
        if route.request.url.startswith(SITE):
            route.fulfill(path=built.out / urlsplit(route.request.url).path.lstrip("/"))
        else:
            requests.append(route.request.url)
            route.fulfill(body=ANSWER, content_type="text/html")

    context.route(re.compile("^https:"), answer)
    page = context.new_page()
    page.goto(f"{SITE}{PAGE}#t41")
    moment = page.locator("#t41")
    expect(moment).to_be_visible()
    expect(page.locator("#t41-de")).to_be_hidden()
    expect(page.locator(".recap-video-play")).to_have_text("Play from 0:41")
    moment.hover()
    fix = page.locator(".recap-transcript-fix")
    expect(fix).to_have_text("Correct line 7")
    expect(fix).to_have_attribute("href", re.compile(r"/edit/main/docs/days/said/opening\.vtt#L7$"))
    page.locator("#t45 > a").focus()
    expect(page.locator("#t45 .recap-transcript-fix")).to_have_text("Correct line 10")
    assert requests == []
    moment.get_by_role("link", name="0:41").click()
    expect(page.locator("iframe")).to_have_attribute("src", re.compile(r"[?&]start=41(&|$)"))
    expect(page.locator("#t45")).to_have_attribute("aria-current", "true")
    expect(page.locator("p[aria-current]")).to_have_count(2)  # one in each language
    assert {request.startswith(f"{PLAYER}/") for request in requests} == {True}
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#t41-de")).to_be_visible()
    context.close()


def test_a_link_to_a_moment_works_without_javascript(built: Built, browser: Browser) -> None:
    """Then the times lead to YouTube, and the correction to the beginning."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((built.out / PAGE).as_uri())
    page.locator(".recap-transcript summary").first.click()
    expect(page.locator("#t41 > a")).to_be_visible()
    expect(page.locator("#t41 > a")).to_have_attribute("href", "https://www.youtube.com/watch?v=MYE01-XaSZA&t=41s")
    expect(page.locator(".recap-transcript-edit").first).to_be_visible()
    context.close()
