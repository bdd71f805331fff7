"""Additions of large projects to the theme still work: scripts of other hosts and extensions, in order."""

from __future__ import annotations

import random
import re
import shutil
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.support import deep

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from playwright.sync_api import Browser

    from tests.support import Built, Files, Project

CONF = """
extensions.append("sphinx_lean")
html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
"""
INDEX = {"index.md": "# Home\n\nWords.\n", "_static/own.js": "", "_static/own.css": ""}


def rules(page: BeautifulSoup) -> dict[str, list[str]]:
    """Return the sources of a page's policy by directive."""
    content = str(page.select_one("meta[http-equiv=Content-Security-Policy]")["content"])  # type: ignore[index]
    return {name: sources.split() for name, _, sources in (rule.partition(" ") for rule in content.split("; "))}


def test_a_site_with_nothing_else_keeps_the_strict_policy(project: Project) -> None:
    """Further sources are allowed only where they are needed."""
    page = rules(project(INDEX, conf=CONF).html())
    assert not any("unsafe" in source for name in ("script-src", "connect-src") for source in page[name])
    assert "'unsafe-inline'" not in page["style-src"]


def test_a_script_of_another_host_may_load_from_there(project: Project) -> None:
    """MathJax inserts style sheets, and loads fonts and scripts from its own host."""
    text = {"index.md": "# Home\n\n:::{math}\na^2\n:::\n"}
    conf = CONF + 'extensions.append("sphinx.ext.mathjax")\nmathjax3_config = {"tex": {"tags": "ams"}}\n'
    page = project({**INDEX, **text}, conf=conf).html()
    host = re.compile(r"https://cdn\.jsdelivr\.net/npm/mathjax@[\d.]+/")
    for name in ("script-src", "style-src", "font-src", "connect-src"):
        assert any(map(host.fullmatch, rules(page)[name]))
    assert "'unsafe-inline'" in rules(page)["style-src"]
    assert not any(source.startswith("'sha256") for source in rules(page)["style-src"])  # it would undo the other
    assert "'unsafe-eval'" not in rules(page)["script-src"]


def test_hosts_that_a_script_of_the_site_names_are_allowed(project: Project) -> None:
    """The maintainers' script requests data from another host, and creates code."""
    script = 'fetch("https://api.example.org/x"); new Function("1");'
    page = rules(project({**INDEX, "_static/own.js": script}, conf=CONF + 'html_js_files = ["own.js"]\n').html())
    assert "https://api.example.org" in page["connect-src"]
    assert "'unsafe-eval'" in page["script-src"]


@pytest.mark.deep
def test_the_version_switcher_and_the_announcement_may_contact_their_hosts(project: Project) -> None:
    """Options of the theme can contain hosts, which are allowed for data but not for scripts."""
    options = {
        "switcher": {"json_url": "https://versions.example.org/x.json", "version_match": "1"},
        "announcement": "https://news.example.org/banner.html",
        "check_switcher": False,
        "navbar_end": ["version-switcher"],
    }
    page = rules(project(INDEX, conf=f"{CONF}html_theme_options = {options}\n").html())
    assert {"https://versions.example.org", "https://news.example.org"} <= set(page["connect-src"])
    assert "https://versions.example.org" not in page["script-src"]


@pytest.mark.deep
def test_style_sheets_may_load_from_their_hosts(project: Project) -> None:
    """A site's style sheet imports fonts from another host."""
    sheet = '@import url("https://fonts.googleapis.com/css2?family=Lato");'
    page = rules(project({**INDEX, "_static/own.css": sheet}, conf=CONF + 'html_css_files = ["own.css"]\n').html())
    assert "https://fonts.googleapis.com" in page["style-src"]
    assert "https://fonts.gstatic.com" in page["font-src"]


@pytest.mark.deep
def test_rules_for_elements_inserted_by_other_hosts_are_kept(project: Project) -> None:
    """When pages are built, they do not contain MathJax's elements yet."""
    built = project({**INDEX, "index.md": "# Home\n\n```{math}\na\n```\n"}, conf=CONF)
    assert any("mjx-container" in path.read_text() for path in (built.out / "_static/lean").glob("*.css"))


@pytest.mark.deep
def test_elements_that_scripts_show_are_still_hidden_by_their_attribute(project: Project) -> None:
    """Sphinx's index of modules removes ``display: none`` from its buttons."""
    built = project({**INDEX, "index.md": '# Home\n\n<p style="display: none">x</p>\n'}, conf=CONF)
    page = built.html()
    assert page.select_one("p[style]") is not None
    assert "'unsafe-hashes'" in rules(page)["style-src"]


@pytest.mark.deep
def test_inline_scripts_with_only_data_delay_nothing(project: Project) -> None:
    """Extensions pass settings to their scripts in this way."""
    conf = CONF + "def setup(app):\n    app.add_js_file(None, body=\"let hint = 'Show';\")\n"
    page = project(INDEX, conf=conf).html()
    assert len([script for script in page.select("script[src]") if not script.has_attr("defer")]) == 0


def test_scripts_of_other_hosts_run_in_place(project: Project) -> None:
    """A module loader affects the scripts after it."""
    conf = CONF + 'html_js_files = ["https://cdn.example.org/require.js", "own.js"]\n'
    page = project(INDEX, conf=conf).html()
    loader = page.select_one('script[src="https://cdn.example.org/require.js"]')
    assert loader is not None
    assert not loader.has_attr("defer")
    assert re.search(r"_static/lean/\w+\.js", str(page)) is not None


@pytest.mark.filterwarnings("ignore:'sphinxcontrib.serializinghtml:PendingDeprecationWarning")
@pytest.mark.parametrize("builder", ["pickle", deep("json")])
def test_builders_whose_pages_are_not_published_are_not_affected(project: Project, builder: str) -> None:
    """Other programs read their files."""
    conf = CONF.replace("pydata_sphinx_theme", "basic")
    outs = []
    for more in ("lean = False\n", ""):
        built = project(INDEX, builder, "-E", "-D", "html_last_updated_fmt=", conf=conf + more)
        assert (built.messages, built.status) == ("", 0)
        notes = {".buildinfo", ".recapinfo", "environment.pickle", "last_build"}
        files = [path for path in built.out.rglob("*") if path.is_file() and path.name not in notes]
        outs.append({path.relative_to(built.out).as_posix(): path.read_bytes() for path in files})
        shutil.rmtree(built.out)
    assert outs[0] == outs[1]


@pytest.mark.deep
def test_pages_that_an_extension_makes_from_another_page_are_lean_too(project: Project) -> None:
    """Without an event for each; but pages of another site that was added are left alone."""
    conf = (
        CONF
        + """html_extra_path = ["extra"]
def make(app):
    page = app.builder.get_output_path("index").read_text()
    (app.outdir / "made.html").write_text(page.replace("Words", "Other words"))
    return []
def setup(app):
    app.connect("html-collect-pages", make)
"""
    )
    foreign = project(INDEX, conf=CONF + "lean = False\n").text("index.html")
    built = project({**INDEX, "extra/other.html": foreign}, conf=conf)
    assert "_static/lean/" in built.text("made.html")
    assert built.text("other.html") == foreign


def test_pages_that_sphinx_did_not_write_are_unchanged(project: Project) -> None:
    """Such as a report, a redirect, or an application in a copied folder."""
    foreign = "<!doctype html><title>Report</title><script>run()</script><p style='color: red'>x"
    built = project({**INDEX, "extra/report.html": foreign}, conf=CONF + 'html_extra_path = ["extra"]\n')
    assert built.text("report.html") == foreign


INLINE = {"index.md": '# Home\n\n<script>run()</script><script>walk()</script>\n\n<button onclick="go()">x</button>\n'}


@pytest.mark.deep
def test_a_script_in_the_content_is_blocked_and_reported_once(project: Project) -> None:
    """The warning names the page and the setting that would allow the script."""
    built = project({**INDEX, **INLINE}, conf=CONF)
    reported = [line for line in built.messages.splitlines() if "lean_policy" in line]
    assert len(reported) == 2
    assert "index.html: an inline script (and 1 more) is blocked" in reported[0]
    hashes = re.search(r'lean_policy = \{"script-src": "(.*)"\}', reported[0])
    assert hashes is not None
    one = project(conf=f'{CONF}lean_policy = {{"script-src": "{hashes[1]}"}}\n')
    assert one.messages.count("is blocked") == 1
    assert "onclick" in one.messages
    assert len(one.html().select("script[nonce]:not([src])")) > 1


def test_a_script_in_any_attribute_is_reported(project: Project) -> None:
    """Also in attributes that are newer than the pass."""
    built = project({**INDEX, "index.md": '# Home\n\n<i onpointerrawupdate="go()">x</i>\n'}, conf=CONF)
    assert "index.html: a script in an attribute such as onclick is blocked" in built.messages


def test_scripts_in_the_content_run_if_the_maintainers_allow_it(project: Project) -> None:
    """The setting in the warning stops it. The policy then has no hash, with which browsers ignore the setting."""
    built = project({**INDEX, **INLINE}, conf=CONF + """lean_policy = {"script-src": "'unsafe-inline'"}\n""")
    assert not built.messages
    assert "'unsafe-inline'" in rules(built.html())["script-src"]
    assert not any(source.startswith("'sha256") for source in rules(built.html())["script-src"])


@pytest.mark.deep
def test_buttons_of_jupyterlite_work(project: Project) -> None:
    """They call functions of a script in the head, from an attribute."""
    call = "window.tryExamplesShowIframe('a','b','c','lite?path=x.ipynb','None')"
    built = project({**INDEX, "index.md": f'# Home\n\n<button onclick="{call}">Try</button>\n'}, conf=CONF)
    assert not built.messages
    assert "'unsafe-hashes'" in rules(built.html())["script-src"]


@pytest.mark.deep
def test_a_picture_of_another_host_is_reported(project: Project) -> None:
    """It would be missing silently, and one setting allows it."""
    picture = {**INDEX, "index.md": "# Home\n\n![badge](https://badges.example.org/x.svg)\n"}
    conf = CONF + "suppress_warnings = ['image.not_readable', 'recap.image']\n"
    reported = project(picture, conf=conf).messages
    assert """lean_policy = {"img-src": "https:"}""" in reported
    assert not project(picture, conf=conf + 'lean_policy = {"img-src": "https:"}\n').messages


def plot() -> bytes:
    """Return a PNG with many colours, which is smaller in other formats."""
    small = Image.frombytes("RGB", (40, 30), random.Random(1).randbytes(3600))
    data = BytesIO()
    small.resize((400, 300), Image.Resampling.BICUBIC).save(data, "PNG")
    return data.getvalue()


def sizes(built: Built, browser: Browser) -> list[float]:
    """Return the width and the height of a picture on a page, and its distance from the top of its box."""
    tab = browser.new_page()
    tab.goto((built.out / "index.html").as_uri())
    found: list[float] = tab.evaluate(
        """() => {
            const box = document.querySelector(".box"), image = box.querySelector("img");
            const [outer, inner] = [box.getBoundingClientRect(), image.getBoundingClientRect()];
            return [inner.width, inner.height, inner.top - outer.top];
        }"""
    )
    tab.close()
    return found


BOX: Files = {
    "index.md": "# Home\n\n::::{container} box\n<img src='_static/plot.png' alt=''>\n::::\n",
    "_static/plot.png": plot(),
}


@pytest.mark.deep
@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "sheet",
    [
        ".box { display: flex; flex-direction: column; gap: 7px }",
        ".box { display: flex !important; flex-direction: column }",
        ".bd-article { .box { img { max-height: 100px } } }",
        ".bd-article { .box > img { width: 90px; margin-top: 7px } }",
    ],
    ids=["a box with gaps, as of galleries", "an important box", "nested rules", "nested rules for children"],
)
def test_a_picture_keeps_its_position_and_size(project: Project, browser: Browser, sheet: str) -> None:
    """Neither the wrapper of a picture nor the size in its attributes changes its position."""
    conf = CONF + 'html_css_files = ["own.css"]\n'
    before = sizes(project({**INDEX, **BOX, "_static/own.css": sheet}, conf=conf + "lean = False\n"), browser)
    after = sizes(project(conf=conf), browser)
    assert after == before
