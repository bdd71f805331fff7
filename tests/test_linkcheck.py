"""Links in directives are checked like all others; the tests use a local server."""

from __future__ import annotations

import json
import runpy
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest

from tests.support import ROOT, picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support import Built, Files, Project

PAGE = """\
# Talks

:::{{youtube}} https://youtu.be/MYE01-XaSZA
:title: Talk

With a [source]({server}/here).

- 0:00 Welcome
- 12:30 More
:::

:::{{image-card}} images/photo.png
:alt: A photo
:title: Elsewhere
:link: {server}/gone
:::

:::{{image-card}} images/photo.png
:alt: A photo
:link: {server}/here?again
:::
"""


class Handler(BaseHTTPRequestHandler):
    """Serves ``/here``, pages that fail at the first request, and one that has moved."""

    requests: ClassVar[list[str]] = []

    def do_HEAD(self) -> None:
        first = self.path not in self.requests
        self.requests.append(self.path)
        if self.path == "/slow" and first:
            time.sleep(1.5)  # longer than the timeout of these tests
        limited = self.path == "/limited" and first
        exists = self.path.startswith(("/here", "/slow", "/limited"))
        self.send_response(301 if self.path == "/moved" else 429 if limited else 200 if exists else 404)
        if self.path == "/moved":
            self.send_header("Location", "/here")
        if limited:
            self.send_header("Retry-After", "1")
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815 (the name that http.server calls)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """Yield the address of a server on this machine."""
    Handler.requests.clear()
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    listening.server_close()


def statuses(built: Built) -> dict[str, str]:
    """Return the status of each link."""
    return {line["uri"]: line["status"] for line in map(json.loads, built.text("output.json").splitlines())}


def test_links_of_videos_chapters_and_cards_are_checked(project: Project, server: str) -> None:
    """This includes links in titles, captions and chapters."""
    files: Files = {"index.md": PAGE.format(server=server), "images/photo.png": picture()}
    built = project(files, "linkcheck", conf="linkcheck_ignore = ['https://www.youtube.com/']\n")
    assert statuses(built) == {
        "https://www.youtube.com/watch?v=MYE01-XaSZA": "ignored",
        "https://www.youtube.com/watch?v=MYE01-XaSZA&t=750s": "ignored",
        f"{server}/here": "working",
        f"{server}/here?again": "working",
        f"{server}/gone": "broken",
    }
    assert built.status == 1
    assert f"broken link: {server}/gone" in built.messages


def site_settings(**other: object) -> str:
    """Return this site's settings for the link check, as lines of a configuration."""
    site = runpy.run_path(str(ROOT / "conf.py"))
    settings = {key: value for key, value in site.items() if key.startswith("linkcheck_")} | other
    return "".join(f"{key} = {value!r}\n" for key, value in settings.items())


def test_the_link_check_of_this_site_retries_and_skips_archived_copies(project: Project, server: str) -> None:
    """Slow and busy pages are requested again, redirects are not errors, and copies are not requested."""
    ignored = "https://web.archive.org/web/20210510/https://example.org/"
    working = ["/slow", "/limited", "/here#/route", "/here#:~:text=some%20words", "/here#!path"]
    pages = "\n".join(f"- <{server}{path}>" for path in [*working, "/moved"])
    files: Files = {"index.md": f"# Home\n\n{pages}\n- <{ignored}>\n"}
    built = project(files, "linkcheck", conf=site_settings(linkcheck_timeout=1))
    assert (built.messages, built.status) == ("", 0)
    assert statuses(built) == {
        **{f"{server}{path}": "working" for path in working},
        f"{server}/moved": "redirected",
        ignored: "ignored",
    }


def test_the_link_check_of_this_site_finds_dead_pages_and_anchors(project: Project, server: str) -> None:
    files: Files = {"index.md": f"# Home\n\n<{server}/gone> and <{server}/here#part>\n"}
    built = project(files, "linkcheck", conf=site_settings(linkcheck_timeout=1))
    assert statuses(built) == {f"{server}/gone": "broken", f"{server}/here#part": "broken"}
    assert built.status == 1


def test_links_recorded_as_dead_are_not_checked(project: Project, server: str) -> None:
    """This applies with and without a copy, on pages and in data files."""
    gone = f"  - {{url: '{server}/gone', archived: 20210510120000, dead: true}}\n"
    links = f"links:\n{gone}  - {{url: '{server}/lost', dead: true}}\n"
    posters = f"kind: poster\nentries:\n  - {{id: A1, title: A, link: '{server}/gone', sources: ['{server}/lost']}}\n"
    page = (
        f"# Home\n\n[a]({server}/gone) [b]({server}/lost#x) [c]({server}/here)\n\n:::{{catalogue}} posters.yaml\n:::\n"
    )
    files: Files = {"index.md": page, "links.yaml": links, "posters.yaml": posters}
    built = project(files, "linkcheck", conf=f"recap_links = 'links.yaml'\n{site_settings()}")
    assert (built.messages, built.status) == ("", 0)
    copy = f"https://web.archive.org/web/20210510120000/{server}/gone"
    assert statuses(built) == {f"{server}/here": "working", copy: "ignored"}
    assert set(Handler.requests) == {"/here"}


def test_links_of_people_are_checked(project: Project, server: str) -> None:
    """They are reported at their lines; those recorded as dead are not requested."""
    people = f"people:\n  - name: Ann Other\n    links: ['{server}/lost']\n  - name: Bea\n    links:\n"
    people += f"      - {{title: Home, url: '{server}/here'}}\n      - '{server}/gone'\n"
    files: Files = {
        "index.md": "# Home\n\n:::{catalogue} talks.yaml\n:::\n",
        "talks.yaml": "kind: session\nentries: [{id: a, title: A, people: [Ann Other, Bea]}]\n",
        "people.yaml": people,
        "links.yaml": f"links: [{{url: '{server}/lost', dead: true}}]\n",
    }
    built = project(files, "linkcheck", conf=f"recap_links = 'links.yaml'\n{site_settings()}")
    assert statuses(built) == {f"{server}/here": "working", f"{server}/gone": "broken"}
    assert f"people.yaml:7: WARNING: broken link: {server}/gone" in built.messages
    assert f"people.yaml:7: [broken] {server}/gone" in built.text("output.txt")
