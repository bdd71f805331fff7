"""Scripts do not delay pages, and unknown scripts find everything that they may depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lean_support import HOST, pages_of
from sphinx_lean import Settings
from sphinx_lean.pages import Facts, Page
from sphinx_lean.profiles import pydata_sphinx_theme
from sphinx_lean.scripts import Scripts, bundle_text
from sphinx_lean.usage import used_by

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lean_support import Source, Visit

CORE = '<script src="_static/documentation_options.js"></script><script src="_static/doctools.js"></script>'


def scripts(tmp_path: Path, head: str, body: str = "", nonce: str = "") -> tuple[Page, Scripts]:
    page = Page("index.html", f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", nonce)
    return page, Scripts(page, tmp_path, pydata_sphinx_theme.PROFILE)


def test_no_script_delays_its_page(site: Path) -> None:
    for name in pages_of(site):
        for node in Page(name, (site / name).read_text()).tree.css("script[src]"):
            assert {"defer", "async"} & set(node.attributes)


def test_a_script_may_create_the_names_in_its_text(tmp_path: Path) -> None:
    (tmp_path / "x.js").write_text("one = 'two-three' + `bs-${x}`")
    used = used_by(tmp_path, [Facts(scripts=["x.js", "gone.js"])], Settings("", {}))
    assert used.words == {"one", "two-three", "bs-$", "x"}


def test_a_changed_script_is_read_again_in_the_same_process(source: Source) -> None:
    out = source.build()
    assert "gone-rule" not in styles_of(out)
    source.files["_static/own.js"] = 'document.documentElement.classList.add("gone-rule");\n'
    source.build()
    assert "gone-rule" in styles_of(out)


def styles_of(out: Path) -> str:
    return "".join(path.read_text() for path in (out / "_static/lean").glob("*.css"))


def test_a_file_with_a_familiar_name_is_not_bundled(tmp_path: Path) -> None:
    head = CORE.replace("<script", "<script nonce=n")
    _, found = scripts(tmp_path, head, '<script src="_static/scripts/pydata-sphinx-theme.js"></script>', "n")
    assert found.core() == ["_static/documentation_options.js", "_static/doctools.js"]


@pytest.mark.parametrize(
    ("inline", "bundled"),
    [
        ("DOCUMENTATION_OPTIONS.pagename = 'index';", True),
        ("DOCUMENTATION_OPTIONS.pagename = evil();", False),
        ("DOCUMENTATION_OPTIONS.x = true; Documentation.init()", False),
        ("unrelated()", True),
    ],
)
def test_scripts_are_bundled_unless_another_depends_on_them(tmp_path: Path, inline: str, bundled: bool) -> None:
    _, found = scripts(tmp_path, f"{CORE}<script>{inline}</script>")
    assert bool(found.core()) is bundled


def test_a_script_before_an_unknown_one_is_not_deferred(tmp_path: Path) -> None:
    page, found = scripts(tmp_path, '<script src="a.js"></script><script>uses(a)</script><script src="b.js"></script>')
    found.defer()
    assert [(node.attributes["src"], "defer" in node.attributes) for node in page.tree.css("script[src]")] == [
        *(("a.js", False), ("b.js", True))
    ]


def test_unused_scripts_are_removed(tmp_path: Path) -> None:
    extra = '<script src="_static/copybutton.js"></script><script src="_static/scripts/fontawesome.js"></script>'
    page, found = scripts(tmp_path, extra)
    found.drop_unused()
    assert not page.tree.css_matches("script")
    highlighted = '<div class="highlight"><pre>x</pre></div>'
    page, found = scripts(tmp_path, f"{extra}<script>FontAwesome.x()</script>", highlighted)
    found.drop_unused()
    assert len(page.tree.css("script[src]")) == 2


MARKS, TOOLS = (f"_static/{name}.js" for name in ("sphinx_highlight", "searchtools"))
TYPING = "<script>DOCUMENTATION_OPTIONS.search_as_you_type = true;</script>"


@pytest.mark.parametrize(
    ("more", "page", "waits"),
    [
        ("", "", True),
        (f"<script src={TOOLS}></script>", "", True),
        (f"<script src={TOOLS}></script>{TYPING}", "", False),
        (f"<script src={TOOLS}></script><script src=_static/recap-search.js></script>{TYPING}", "", True),
        (f"<script src={TOOLS}></script>", "<div id=search-results></div>", False),
        ("<script src=own.js></script>", "", False),
    ],
)
def test_the_script_that_marks_words_waits_unless_another_needs_it(
    tmp_path: Path, more: str, page: str, waits: bool
) -> None:
    for path, text in ((TOOLS, "SPHINX_HIGHLIGHT_ENABLED"), ("own.js", "SphinxHighlight.highlightSearchWords()")):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    head, found = scripts(tmp_path, f"{CORE}<script src={MARKS}></script>{more}", page)
    found.bundle("bundle.js")
    found.defer()
    assert found.all[0].node.attributes.get("data-marks") == (MARKS if waits else None)
    assert head.tree.css_matches(f"script[src='{MARKS}'][defer]") is not waits


def test_bundled_scripts_are_terminated(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("a() // no end")
    (tmp_path / "b.js").write_text("(b)()")
    assert "a()\n;(b)()" in bundle_text(tmp_path, ["a.js", "b.js"], pydata_sphinx_theme.PROFILE)


def test_the_menu_of_the_theme_opens_and_the_search_page_finds(site: Path, visit: Callable[[Path], Visit]) -> None:
    one = visit(site)
    one.open("plain.html")
    assert "scripts/bootstrap.js" in "".join(one.asked)
    one.page.locator(".bd-header .theme-switch-button:visible").first.click()
    one.page.locator(".dropdown-menu.show").first.wait_for()
    assert one.page.evaluate("document.documentElement.classList.contains('set-by-script')")
    one.open("search.html?q=another")
    one.page.locator("#search-results li a").first.wait_for()
    assert any("Set focus on search field" in message for message in one.messages), "its own script runs"
    assert one.mistakes == []


def test_the_script_that_marks_words_is_loaded_after_a_search(site: Path, visit: Callable[[Path], Visit]) -> None:
    one = visit(site)
    for address, loads in (("plain.html", False), ("plain.html?highlight=page", True)):
        one.open(address)
        assert (MARKS in one.asked) is loads
    one.asked.clear()
    one.page.evaluate("localStorage.setItem('sphinx_highlight_terms', 'page')")
    one.open("plain.html")
    assert MARKS in one.asked
    assert one.mistakes == []


def test_a_resting_pointer_loads_nothing(site: Path, visit: Callable[[Path], Visit]) -> None:
    """Browsers report a pointer at rest when a page appears below it."""
    one = visit(site)
    one.page.goto(f"{HOST}plain.html", wait_until="load")
    move = "x => document.body.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, movementX: x }))"
    for distance in (0, 1):
        one.page.evaluate(move, distance)
        one.settle()
        assert ("_static/scripts/bootstrap.js" in one.asked) is bool(distance)
