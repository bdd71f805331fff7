"""Pages, their data and their images cannot run scripts or contact other hosts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from lean_support import CONF, FILES, HOST, Source, Visit, pages_of
from sphinx_lean.pages import Page
from sphinx_lean.policy import policy
from sphinx_lean.scripts import Scripts

from tests.support import deep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

EVIL = "https://evil.example"
RUN = "document.title = 'ran'; console.log('ran: script')"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script></svg>'

# What a page may try, by name. Each stands on a page of its own, on a site that lets pages write HTML.
ATTACKS = {
    "script": f"<script>{RUN}</script>",
    "module": f'<script type="module">{RUN}</script>',
    "script-elsewhere": f'<script src="{EVIL}/x.js"></script>',
    "broken-out": f"</div></article></main></div></div></div><script>{RUN}</script><script src='{EVIL}/x.js'></script>",
    "known-words": f"</main><script>/* dataset.mode search-button__kbd-shortcut */ {RUN}</script>",
    "unclosed": f'<div><img src="gone.png" onerror="{RUN}" ',
    "handler": f'<b id="me" onclick="{RUN}" onmouseover="{RUN}">x</b><img src="gone.png" onerror="{RUN}">',
    "body": f'<body onload="{RUN}" background="{EVIL}/x.png">',
    "link": f'<a id="me" href="javascript:{RUN}">x</a>',
    "form": f'<form action="{EVIL}/"><button id="me">x</button></form>',
    "form-script": f'<form action="javascript:{RUN}"><button id="me">x</button></form>',
    "base": f'<base href="{EVIL}/"><img src="x.png"><script src="x.js"></script>',
    "refresh": f'<meta http-equiv="Refresh" content="0; url={EVIL}/">',
    "hints": f'<link rel="preconnect" href="{EVIL}"><link rel="Prefetch x" href="{EVIL}/x">'
    f'<link rel="preload" as="image" href="{EVIL}/y">',
    "sheet": f'<link rel="stylesheet" href="{EVIL}/x.css"><link rel=icon href="{EVIL}/icon">'
    f'<link rel=manifest href="{EVIL}/m">',
    "style": f"<style>@import '{EVIL}/x.css'; @font-face {{ font-family: F; "
    f"src: url({EVIL}/f) }} p {{ font-family: F; background: url({EVIL}/x.png) }}</style>",
    "style-attribute": f'<p style="background: url({EVIL}/x.png)">x</p>',
    "picture": f'<img src="{EVIL}/x.png" srcset="{EVIL}/y.png 2x"><input type="image" src="{EVIL}/z.png">',
    "media": f'<video src="{EVIL}/v.mp4" poster="{EVIL}/p.png" autoplay></video>'
    f'<audio src="{EVIL}/a.mp3" autoplay></audio>',
    "frame": f'<iframe src="{EVIL}/"></iframe><iframe src="//evil.example/"></iframe>',
    "frame-of-text": f'<iframe srcdoc="<script>{RUN}</script>"></iframe>',
    "frame-script": f'<iframe src="javascript:{RUN}"></iframe>'
    f'<iframe src="data:text/html,<script>top.{RUN}</script>"></iframe>',
    "object": f'<object data="{EVIL}/x.swf"></object><embed src="{EVIL}/y.swf">'
    f'<object data="_static/evil.svg" type="image/svg+xml"></object>',
    "svg": SVG + f'<svg><image href="{EVIL}/x.png"/><use href="{EVIL}/y.svg#a"/>'
    f'<a href="javascript:{RUN}"><text id="me" y="20">x</text></a></svg>',
    "svg-picture": '<img src="_static/evil.svg"><iframe src="_static/evil.svg"></iframe>',
    "map": f'<script type="importmap">{{"imports": {{"x": "{EVIL}/x.js"}}}}</script>\n'
    '<script type="module">import "x"</script>',
    "policy": f'<meta http-equiv="Content-Security-Policy" content="script-src \'unsafe-inline\' *">\n\n'
    f"<script>{RUN}</script>",
    "ports": f'<script src="{EVIL}:1;script-src *"></script><img src="http://[x"><script>{RUN}</script>',
    "template": f"<div><template shadowrootmode=open><script>{RUN}</script></template></div>",
    "title": "",
    "meta": "",
}
# Those that change what is read after them; the others are tried together every day, and each alone in the deep tests.
ALONE = {"broken-out", "known-words", "unclosed", "base", "refresh", "policy", "title", "meta"}
ATTACKS["together"] = "\n\n".join(attack for name, attack in ATTACKS.items() if name not in ALONE)
META = {"http-equiv=refresh": f"0; url={EVIL}/", "x><script>alert(1)</script>": f'"><script>{RUN}</script>'}
WITHOUT_QUOTES = "document.title = /ran/.source; console.log(/ran: script/.source)"  # which Sphinx would curl
HEADS = {
    "title": f"# A </a></li></ul></nav></div><script>{WITHOUT_QUOTES}</script>\n",
    "meta": f"---\nmyst: {json.dumps({'html_meta': META})}\n---\n# Meta\n",
}


PRESS = """(them) => them.forEach((one) =>
  one.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })))"""


def attacked(folder: Path, *, lean: bool) -> Path:
    """Build a site with all attacks, each on a page, and as names and data of pages."""
    pages = {f"{name}.md": f"{HEADS.get(name, '# Attack')}\n\nText.\n\n{attack}\n" for name, attack in ATTACKS.items()}
    index = (
        '# Home\n\n![x](<"><img src=x onerror=alert(1)>.png>)\n\n```{toctree}\n'
        + "\n".join([*ATTACKS, "plain", "sub/deep"])
        + "\n```\n"
    )
    files = {
        "conf.py": f"{CONF}lean = {lean}\nsuppress_warnings = ['image.not_readable', 'lean.blocked']\n",
        "_static/evil.svg": SVG,
        "index.md": index,
    }
    return Source(folder).build({**FILES, **files, **pages})


def effects(one: Visit, name: str) -> list[str]:
    """Return the forbidden actions of a page: requests to other hosts, scripts, navigation."""
    one.messages.clear()
    one.elsewhere.clear()
    one.open(f"{name}.html")
    if one.page.url.startswith(HOST) and one.page.locator("#me").count():
        one.page.locator("#me").evaluate_all(PRESS)
        one.settle()
    ran = [message for message in one.messages if message.startswith("ran:")]
    return [*one.elsewhere, *ran, *([] if one.page.url.startswith(HOST) else [one.page.url])]


@pytest.fixture(scope="module", params=[True, deep(False)], ids=lambda lean: "on" if lean else "off")
def visited(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[tuple[bool, Visit]]:
    """Return whether the pass is on, and a visit to the pages with attacks."""
    one = Visit(browser, attacked(tmp_path_factory.mktemp("attacked"), lean=request.param))
    yield request.param, one
    one.page.close()


EVERY_DAY = {*ALONE, "together", "index"}


@pytest.mark.parametrize("name", [name if name in EVERY_DAY else deep(name) for name in (*ATTACKS, "index")])
def test_nothing_of_a_page_runs_and_no_other_host_is_contacted(visited: tuple[bool, Visit], name: str) -> None:
    """Without the pass, each attack succeeds; otherwise, the test would prove nothing."""
    lean, one = visited
    done = effects(one, name)
    assert (done == []) == lean, done


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


# -- One policy --------------------------------------------------------------------------------------------------------


def rules(html: str, root: Path, more: dict[str, str] | None = None) -> dict[str, list[str]]:
    """Return the policy of a page in a folder, by directive."""
    page = Page("sub/page.html", f"<!doctype html><html>{html}</html>")
    text = policy(page, Scripts(page, root), more or {})
    return {rule.split()[0]: rule.split()[1:] for rule in text.split(";")}


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
    [("<svg><path/></svg>", True), (SVG, False), ("<svg><a xlink:href='JavaScript:x'/></svg>", False), (None, False)],
)
def test_drawings_without_scripts_may_be_objects(tmp_path: Path, drawing: str | None, shown: bool) -> None:
    if drawing:
        (tmp_path / "graph.svg").write_text(drawing)
    assert ("object-src" in rules('<object data="../graph.svg"></object>', tmp_path)) is shown


def test_the_head_names_hosts_and_the_content_does_not(tmp_path: Path) -> None:
    loads = '<script src="https://{0}.example/x.js"></script><link rel="stylesheet" href="//{0}.example/x.css">'
    found = rules(f"<head>{loads.format('good')}</head><body>{loads.format('evil')}</body>", tmp_path)
    assert found["script-src"] == ["'self'", "https://good.example"]
    assert found["style-src"] == ["'self'", "https://good.example", "'unsafe-inline'"]  # which its script may insert


def test_settings_relax_the_policy(tmp_path: Path) -> None:
    html = "<head><script>1</script></head>"
    more = {"img-src": "https:", "default-src": "'self'", "frame-src": "a.example b.example", "worker-src": "blob:"}
    found = rules(html, tmp_path, more)
    assert found["img-src"] == ["'self'", "data:", "https:"]
    assert found["default-src"] == ["'self'"]
    assert found["frame-src"] == ["a.example", "b.example"]
    assert found["worker-src"] == ["blob:"]
    assert len(found["script-src"]) == 2
    assert rules(html, tmp_path, {"script-src": "'unsafe-inline'"})["script-src"] == ["'self'", "'unsafe-inline'"]
