"""Pages, their data and their images cannot run scripts or contact other hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import attacks
import pytest
from attacks import ALONE, ATTACKS, CDN, HEADS, SVG
from lean_support import CONF, FILES, HOST, Source, Visit, pages_of
from sphinx_lean.pages import Page
from sphinx_lean.policy import grant, policies
from sphinx_lean.requests import hash_of
from sphinx_lean.scripts import Scripts
from sphinx_lean.trust import neutralise

from tests.support import deep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

PRESS = """(them) => them.forEach((one) =>
  one.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })))"""


def attacked(folder: Path, names: list[str], *, lean: bool) -> Path:
    """Build a site with attacks, each on a page, and as names and data of pages."""
    pages = {f"{name}.md": f"{HEADS.get(name, '# Attack')}\n\nText.\n\n{ATTACKS[name]}\n" for name in names}
    index = (
        '# Home\n\n![x](<"><img src=x onerror=alert(1)>.png>)\n\n```{toctree}\n'
        + "\n".join([*names, "plain", "sub/deep"])
        + "\n```\n"
    )
    quiet = "suppress_warnings = ['image.not_readable', 'lean.blocked', 'lean.page', 'lean.profile']\n"
    conf = f"{CONF}lean = {lean}\n{quiet}{attacks.CONF}"
    return Source(folder).build({**FILES, **attacks.FILES, **pages, "conf.py": conf, "index.md": index})


def effects(one: Visit, name: str) -> list[str]:
    """Return the forbidden actions of a page: requests to other hosts, scripts, navigation."""
    one.messages.clear()
    one.elsewhere.clear()
    one.open(f"{quote(name)}.html")
    if one.page.url.startswith(HOST) and one.page.locator("#me").count():
        one.page.locator("#me").evaluate_all(PRESS)
        one.settle()
    ran = [message for message in one.messages if message.startswith("ran:")]
    elsewhere = [url for url in one.elsewhere if url != f"{CDN}/good@1/x.js"]
    return [*elsewhere, *ran, *([] if one.page.url.startswith(HOST) else [one.page.url])]


@pytest.fixture(scope="module", params=[True, deep(False)], ids=lambda lean: "on" if lean else "off")
def visited(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[tuple[bool, Visit]]:
    """Return whether the pass is on, and a visit to the pages with attacks."""
    tests = [item.name for item in request.session.items if item.path == request.path]
    names = [name for name in ATTACKS if any(test.endswith(f"-{name}]") for test in tests)]
    one = Visit(browser, attacked(tmp_path_factory.mktemp("attacked"), names, lean=request.param))
    yield request.param, one
    one.page.close()


OFTEN = {"unclosed-script", "name-of-a-property", "graph", "refresh-read-differently", "title", "meta"}
EVERY_DAY = {*OFTEN, "attribute-of-metadata", ALONE[-1], "together", "index"}


@pytest.mark.parametrize("name", [name if name in EVERY_DAY else deep(name) for name in (*ATTACKS, "index")])
def test_nothing_of_a_page_runs_and_no_other_host_is_contacted(visited: tuple[bool, Visit], name: str) -> None:
    """Without the pass, each attack succeeds; otherwise, the test would prove nothing."""
    lean, one = visited
    done = effects(one, name)
    assert (done == []) == lean, done


def test_what_settings_and_extensions_add_runs(visited: tuple[bool, Visit]) -> None:
    one = visited[1]
    one.messages.clear()
    one.open("plain.html")
    one.page.locator("#ours").click()
    assert {"ours: metadata", "ours: setting", "ours: handler"} <= set(one.messages)


def test_the_policy_precedes_everything_that_it_applies_to(site: Path) -> None:
    for path in pages_of(site):
        head = Page("x.html", (site / path).read_text()).head
        early = [child.attributes for child in head.iter()][:2]
        assert early[0] == {"charset": "utf-8"}
        assert early[1]["http-equiv"] == "Content-Security-Policy"


def test_pages_of_the_theme_do_not_violate_the_policy(site: Path, visit: Callable[[Path], Visit]) -> None:
    one = visit(site)
    for path in pages_of(site):
        one.open(path)
    assert one.mistakes == []
    assert one.elsewhere == []


@pytest.mark.deep
@pytest.mark.parametrize("theme", ["furo", "alabaster"])
def test_other_themes_work_with_a_policy(tmp_path: Path, visit: Callable[[Path], Visit], theme: str) -> None:
    lines = [line for line in CONF.splitlines() if not line.startswith("html_theme_options")]
    conf = "\n".join([*lines, f"html_theme = {theme!r}", "lean_policy = True", ""])
    one = visit(Source(tmp_path).build({**FILES, "conf.py": conf}))
    for path in ("index.html", "sub/deep.html", "genindex.html"):
        one.open(path)
    assert one.mistakes == []
    one.open("search.html?q=another")
    one.page.locator("#search-results li a").first.wait_for()


# -- One policy --------------------------------------------------------------------------------------------------------


def parsed(html: str) -> Page:
    """Return a page on which the elements with the nonce ``n`` are those of the site."""
    return Page("sub/page.html", f"<!doctype html><html>{html}</html>", "n")


def rules(html: str, root: Path, more: dict[str, str] | None = None, *, who: bool = False) -> dict[str, list[str]]:
    """Return a policy of a page in a folder, by directive: the one that says from where, or the one that says who."""
    page = parsed(html)
    grant(page, more or {})
    found = policies(page, Scripts(page, root), more or {})[int(who) :]
    return {rule.split()[0]: rule.split()[1:] for rule in found[0].split(";")} if found else {}


@pytest.mark.parametrize(
    ("html", "sources"),
    [
        ('<iframe src="https://www.youtube-nocookie.com/embed/x"></iframe>', ["https://www.youtube-nocookie.com"]),
        ('<div data-embed="https://player.vimeo.com/video/1"></div>', ["https://player.vimeo.com"]),
        ('<iframe src="http://www.youtube.com/embed/x"></iframe>', None),
        (
            '<iframe src="https://www.youtube.com.evil.example/"></iframe><p data-embed="https://evil.example">',
            None,
        ),
        ('<iframe src="https://a@www.youtube.com/"></iframe>', None),
        ("<p>No video</p>", None),
    ],
)
def test_only_the_player_of_a_video_may_be_framed(tmp_path: Path, html: str, sources: list[str] | None) -> None:
    assert rules(html, tmp_path).get("frame-src") == sources


@pytest.mark.parametrize(
    ("drawing", "shown"),
    [
        ("<svg><a href='https://a.example/'><path/></a></svg>", True),
        ("<svg><a href='x.html#y:z'/></svg>", True),
        (SVG, False),
        ("<svg><a href='Java&#115;cript:x'/></svg>", False),
        ("<?xml version='1.0'?><?xml-stylesheet href='x.xsl'?><svg/>", False),
        ("<svg style='fill: url(https://a.example/)'/>", False),
        ("<svg><style>@import 'x'</style></svg>", False),
        (attacks.ENTITY, False),
        (None, False),
    ],
)
def test_drawings_without_scripts_may_be_objects(tmp_path: Path, drawing: str | None, shown: bool) -> None:
    if drawing:
        text = drawing.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        (tmp_path / "graph.svg").write_text(drawing if "xmlns" in drawing else text)
    html = '<object data="../graph.svg" type="image/svg+xml" class="graphviz">x</object>'
    assert ("object-src" in rules(html, tmp_path)) is shown
    hidden = "<style><object data=../graph.svg></style>"
    assert "object-src" not in rules(html + hidden, tmp_path)


def test_the_site_names_addresses_and_the_text_of_a_page_does_not(tmp_path: Path) -> None:
    loads = '<script{1} src="https://{0}.example/x.js?y"></script><link{1} rel="stylesheet" href="//{0}.example/x.css">'
    html = f"<head>{loads.format('evil', '')}</head><body>{loads.format('good', ' nonce=n')}</body>"
    found = rules(html, tmp_path)
    assert found["script-src"] == ["'self'", "https://good.example/x.js"]
    assert found["style-src"] == ["'self'", "https://good.example", "'unsafe-inline'"]  # which its script may insert
    assert rules(html, tmp_path, who=True) == {"script-src": ["'nonce-n'", "'strict-dynamic'"], "worker-src": ["blob:"]}


def test_a_script_cannot_allow_another_by_naming_it(tmp_path: Path) -> None:
    """It may contain text of a page; what it connects to is all that its text can add."""
    (tmp_path / "x.js").write_text(
        "tip('<a href=\\'https://a.example/x.js\\'><iframe>'); new WebSocket('wss://b.example/')"
    )
    found = rules('<script nonce=n src="../x.js"></script>', tmp_path)
    assert set(found.pop("connect-src")) == {"'self'", "https://a.example", "wss://b.example"}
    assert {name: found[name] for name in ("script-src", "frame-src") if name in found} == {"script-src": ["'self'"]}
    assert not any("a.example" in " ".join(sources) for sources in found.values())


@pytest.mark.parametrize(
    ("source", "script"),
    [
        ("https://a.example/x.js", '<script src="https://a.example/x.js?1"></script>'),
        ("https://a.example", '<script src="//a.example/y.js"></script>'),
        (hash_of("run()"), "<script>run()</script>"),
        ("'self'", '<script src="../x.js"></script>'),
        ("'unsafe-inline'", "<script>any()</script>"),
    ],
)
def test_settings_allow_scripts_in_the_text_of_pages(tmp_path: Path, source: str, script: str) -> None:
    page = parsed(script)
    grant(page, {"script-src": source})
    assert len(Scripts(page, tmp_path).all) == 1
    grant(other := parsed(script.replace(".js", ".mjs").replace("run", "rum")), {"script-src": source})
    others = ("https://a.example", "'self'", "'unsafe-inline'")
    assert len(Scripts(other, tmp_path).all) == (source in others)
    assert source in rules(script, tmp_path, {"script-src": source})["script-src"]


def test_settings_relax_the_policy(tmp_path: Path) -> None:
    html = "<head><script nonce=n>1</script></head>"
    more = {"img-src": "https:", "default-src": "'self'", "frame-src": "a.example b.example", "worker-src": "blob:"}
    found = rules(html, tmp_path, more)
    assert found["img-src"] == ["'self'", "data:", "https:"]
    assert found["default-src"] == ["'self'"]
    assert found["frame-src"] == ["a.example", "b.example"]
    assert found["worker-src"] == ["blob:"]
    assert len(found["script-src"]) == 2
    assert rules(html, tmp_path, {"script-src": "'unsafe-inline'"})["script-src"] == ["'self'", "'unsafe-inline'"]


def test_redirects_and_connections_come_from_the_site_only() -> None:
    found = parsed(
        '<head><meta http-equiv=refresh content="0; url=a"><meta nonce=n http-equiv=refresh content="0; url=b">'
        '<link rel="Prefetch" href="a"><link nonce=n rel="preload" href="b"><link rel="next" href="a"></head>'
        '<p title="<meta http-equiv=refresh content=0;a>"><meta itemprop="x" content="b">'
    )
    neutralise(found)
    html = found.html()
    assert html.count("refresh") == 2
    assert [node.attributes["href"] for node in found.tree.css("link")] == ["b"]
    assert "&lt;meta http-equiv" in html
    assert '<meta itemprop="x" content="b">' in html
