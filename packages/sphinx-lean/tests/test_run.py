"""The whole pass: its output is reproducible, and it leaves no trace when it is off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lean_support import CONF, FILES, Source, pages_of, published

from tests.support import deep, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from lean_support import Visit

    from tests.support import Files

EDITED = {"plain.md": '# Plain\n\n<video class="bd-video" controls></video>\n\nNew words.\n'}


def changed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    """Return the pages that differ."""
    return {name for name in {*before, *after} if before.get(name) != after.get(name) and name.endswith(".html")}


def looks(out: Path) -> dict[str, bytes]:
    """Return the published files, without unlinked files that an earlier build may have left."""
    no = (".", "_images/", "searchindex.js")  # Sphinx numbers words by when it read them
    return {name: data for name, data in published(out).items() if not name.startswith(no)}


@pytest.mark.deep  # every day the site is built twice
def test_other_folders_seeds_and_numbers_of_processes_give_the_same_bytes(tmp_path: Path) -> None:
    extra = {f"more/page-{number}.md": f"---\norphan: true\n---\n# Page {number}\n" for number in range(12)}
    outs = []
    for seed, jobs in ((1, "1"), (2, "4")):
        source = Source(tmp_path / f"folder-{seed}", {**FILES, **extra})
        outs.append(published(source.build_apart(seed, "-j", jobs)))
    assert outs[0] == outs[1]


def test_incremental_builds_give_the_same_as_a_clean_build(tmp_path: Path) -> None:
    steps, once = Source(tmp_path / "steps"), Source(tmp_path / "once")
    first = published(steps.build())
    assert published(steps.build()) == first, "nothing changed"
    second = published(steps.build(EDITED))
    assert "plain.html" in changed(first, second)
    own: Files = {
        "_static/own.css": ".bd-article p { color: rgb(7, 8, 9) } .gone { color: red }",
        "dot.png": picture(),
    }
    third = published(steps.build(own))
    assert changed(second, third), "a sheet is linked with what is in it"
    at_once = once.build({**FILES, **EDITED, **own})
    assert looks(steps.folder / "html") == looks(at_once)


@pytest.mark.deep
def test_a_page_that_uses_nothing_new_changes_alone(source: Source) -> None:
    out = source.build()
    before, deep_page = published(out), (out / "sub/deep.html").stat()
    after = published(source.build({"plain.md": "# Plain\n\nOther words.\n"}))
    assert changed(before, after) == {"plain.html"}
    assert (out / "sub/deep.html").stat() == deep_page, "it was not written again"


@pytest.mark.deep
def test_off_leaves_pages_as_the_theme_made_them_and_on_again_is_the_same(tmp_path: Path) -> None:
    source, stock = Source(tmp_path / "lean"), Source(tmp_path / "stock")
    lean = published(source.build())
    off = {"conf.py": f"{CONF}lean = False\n"}
    pages = looks(source.build(off))
    without = stock.build({**FILES, "conf.py": CONF.replace(', "sphinx_lean"', "")})
    assert {name: data for name, data in pages.items() if not name.startswith("_static/lean")} == looks(without)
    assert looks(source.build({"conf.py": CONF})) == {
        name: lean[name] for name in lean if name in looks(source.folder / "html")
    }


def styles_of(out: Path) -> str:
    """Return the style sheets that the pass wrote."""
    return "".join(path.read_text() for path in (out / "_static/lean").glob("*.css"))


@pytest.mark.deep
def test_a_rule_is_added_once_a_page_has_its_id(source: Source) -> None:
    out = source.build({**FILES, "_static/own.css": "#late { order: 7 } .never-there { order: 8 }"})
    assert "order:7" not in styles_of(out)
    source.build({"plain.md": "# Plain\n\n(late)=\n## More\n\nA word.\n"})
    assert "#late{order:7}" in styles_of(out)
    assert ".never-there" not in styles_of(out)


def test_unchanged_pages_get_the_hosts_of_their_new_style_sheet(source: Source) -> None:
    out = source.build()
    assert "example.com" not in (out / "plain.html").read_text()
    source.build({"_static/own.css": "p { background: url(https://example.com/a.png) }"})
    assert "img-src 'self' data: https://example.com;" in (out / "plain.html").read_text()


def test_files_that_no_page_loads_are_removed(source: Source) -> None:
    out = source.build()
    source.build({**EDITED, "_static/own.css": "p { color: red }"})
    text = "".join((out / page).read_text() for page in pages_of(out))
    text += "".join(path.read_text() for path in (out / "_static/lean").glob("*.css"))
    assert [path.name for path in (out / "_static/lean").iterdir() if path.name not in text] == []


@pytest.mark.deep
@pytest.mark.parametrize("builder", ["dirhtml", deep("singlehtml")])
def test_other_builders_of_pages_are_made_lean_too(
    source: Source, visit: Callable[[Path], Visit], builder: str
) -> None:
    out = source.build(None, builder=builder)
    one = visit(out)
    for page in pages_of(out):
        one.open(page.removesuffix("index.html") if builder == "dirhtml" else page)
        assert "Content-Security-Policy" in (out / page).read_text()
    assert one.mistakes == []
    assert any(name.startswith("_static/lean/") and name.endswith(".css") for name in one.asked)


def test_books_are_unchanged(source: Source) -> None:
    conf = f"{CONF}suppress_warnings = ['epub.unknown_project_files']\n"
    out = source.build({**FILES, "conf.py": conf}, builder="epub")
    assert "Content-Security-Policy" not in (out / "index.xhtml").read_text()


@pytest.mark.parametrize("theme", [deep("basic"), "alabaster"])
def test_other_themes_still_work(source: Source, visit: Callable[[Path], Visit], theme: str) -> None:
    conf = f"{CONF.replace('pydata_sphinx_theme', theme)}extensions += ['sphinx.ext.viewcode', 'sphinx.ext.autodoc']\n"
    conf = f"import sys\nsys.path.insert(0, {str(source.folder / 'source')!r})\n{conf}html_theme_options = {{}}\n"
    module = {"lean_example.py": '"""A module."""\n\n\ndef one():\n    """Return one."""\n    return 1\n'}
    rst = {"plain.rst": "Plain\n=====\n\n.. automodule:: lean_example\n   :members:\n"}
    files = {name: text for name, text in FILES.items() if name != "plain.md"}
    out = source.build({**files, "conf.py": conf, **module, **rst})
    one = visit(out)
    for page in pages_of(out):
        one.open(page)
    assert "_modules/lean_example.html" in pages_of(out)
    assert one.mistakes == []
    assert one.page.evaluate("getComputedStyle(document.documentElement).length") > 0
