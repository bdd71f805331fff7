"""Only unusable rules are removed from style sheets: in a browser, elements look the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import tinycss2
from hypothesis import example, given
from hypothesis import strategies as st
from sphinx_lean.addresses import LEAN
from sphinx_lean.pages import Page
from sphinx_lean.sheets import Pruner, Reader, compact
from sphinx_lean.usage import Used
from test_selectors import NAMES, TAGS, escaped, names, simple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser

HTML = (
    '<!doctype html><html><body><div class="a b" id="i"><p class="c">One <b>two</b></p><a href="#">three</a></div>'
    '<section class="d"><p>four</p><svg><circle r="1"/></svg></section></body></html>'
)


def pruned(folder: Path, sheets: str | Mapping[str, str | bytes], used: Used | None = None) -> str:
    """Return the pruned sheets (the first one is linked) for the page above, or for ``used``."""
    files = {"a.css": sheets} if isinstance(sheets, str) else sheets
    for name, text in files.items():
        path = folder / LEAN / name  # where addresses stay as they are
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    facts = Page("index.html", HTML).facts()
    used = used or Used(set(facts.classes), set(facts.ids), set(facts.tags))
    sheet = Reader(folder, used).read(f"{LEAN}/{next(iter(files))}")
    return Pruner(used, [sheet]).write([(sheet, "")])


# -- What goes, what stays ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".gone { x: y } .a { x: y }", ".a{x:y}"),
        (".gone, .a, video { x: y }", ".a{x:y}"),
        ("@media print { .gone { x: y } } @media (min-width: 1px) { .a { x: y } }", "@media (min-width:1px){.a{x:y}}"),
        ("@supports (x: y) { @media print { .a { x: y } .gone { x: y } } }", "@supports (x:y){@media print{.a{x:y}}}"),
        ("@layer one { .gone { x: y } } @layer two { .a { x: y } }", "@layer one;@layer two{.a{x:y}}"),
        ("@layer { .gone { x: y } }", ""),
        ("@layer one , two;", "@layer one,two;"),
        ("@container big (width > 1px) { .gone { x: y } }", ""),
        (".a { --x: var(--y); --y: 1; --z: 2; color: var(--x) }", ".a{--x:var(--y);--y:1;color:var(--x)}"),
        (".a { --x: ; color: var(--x, red) }", ".a{--x:;color:var(--x,red)}"),
        (".gone { color: var(--x) } .a { --x: 1 }", ""),
        ("@container style(--x: 1) { .a { y: z } } .b { --x: 1 }", "@container style(--x:1){.a{y:z}}.b{--x:1}"),
        (".a { --a\\/b: 1; x: var(--a\\/b) }", ".a{--a\\/b:1;x:var(--a\\/b)}"),
        ("@property --x { syntax: '*'; inherits: false }", ""),
        ("@keyframes spin { to { x: var(--y) } } .a { --y: 1 }", ".a{--y:1}"),
        ("@keyframes spin { to { x: y } } .a { animation: 1s spin }", "@keyframes spin{to{x:y}}.a{animation:1s spin}"),
        (
            '@-webkit-keyframes "Spin" { to { x: y } } .a { --n: Spin; animation-name: var(--n) }',
            '@-webkit-keyframes "Spin"{to{x:y}}.a{--n:Spin;animation-name:var(--n)}',
        ),
        ("@font-face { font-family: 'Gone'; src: url(x) } .a { font-family: Other }", ".a{font-family:Other}"),
        (
            "@font-face { font-family: 'My Font'; src: url(x) } .a { font: medium MY FONT, serif }",
            '@font-face{font-family:"My Font";src:url(x)}.a{font:medium MY FONT,serif}',
        ),
        (
            ".a { color: red !important; --y: 1 ! important; x: var(--y) }",
            ".a{color:red!important;--y:1!important;x:var(--y)}",
        ),
        (".a { & .gone { x: y } color: red }", ".a{& .gone{x:y};color:red}"),
        (".a { @media print { x: y } }", ".a{@media print{x:y}}"),
        ("@scope (.a) to (.b) { color: red; .gone { x: y } }", "@scope (.a) to (.b){color:red;.gone{x:y}}"),
        ("@page :first { margin: 1px }", "@page :first{margin:1px}"),
        ('@charset "utf-8"; .a { x: y }', ".a{x:y}"),
        ("<!-- .a { x: y } -->", ".a{x:y}"),
        (".a/* one */.b { x: y /* two */ ; /* three */ }", ".a.b{x:y}"),
        ("svg|a, gone|a, *|video { x: y }", "svg|a,gone|a{x:y}"),
        (".a, .gone::-moz-x { x: y }", ".a,.gone::-moz-x{x:y}"),  # without it, all browsers would take the rule
        (
            "@import url(https://other.example/x.css) print; .a { x: y }",
            '@import "https://other.example/x.css" print;.a{x:y}',
        ),
    ],
)
def test_a_sheet_keeps_what_is_used(tmp_path: Path, css: str, left: str) -> None:
    assert pruned(tmp_path, css) == left


def test_names_in_scripts_and_attributes_are_kept(tmp_path: Path) -> None:
    css = "@keyframes spin { to { x: y } } .a { --x: 1 } .gone { x: y }"
    assert pruned(tmp_path, css, Used({"a"}, words={"spin"}, named={"--x"})) == "@keyframes spin{to{x:y}}.a{--x:1}"


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ('.a { content: "abc', '.a{content:"abc"}'),
        (".a { x: url(y", ".a{x:url(y)}"),
        ('.a { x: url("y', '.a{x:url("y")}'),
        (".a { x: y /* z", ".a{x:y}"),
        (".a { x: y", ".a{x:y}"),
        ("@media print { .a { x: y", "@media print{.a{x:y}}"),
        ("} .a { x: y } .b { x: y }", ".b{x:y}"),
        (".a { x: y) z; c: d }", ".a{c:d}"),
        (".a { x: url(y z); c: d }", ".a{c:d}"),
        (".a { *zoom: 1; c: d }", ".a{c:d}"),
        ('.a { x: "y\nz"; c: d } .b { x: y }', ""),
        (".a { x: y } .b", ".a{x:y}"),
        ("@font-face; @media print; .a { x: y }", "@font-face;@media print;.a{x:y}"),
    ],
)
def test_syntax_errors_stay_in_place(tmp_path: Path, css: str, left: str) -> None:
    """Another sheet may follow."""
    assert pruned(tmp_path, css) == left


@pytest.mark.parametrize(
    "value",
    [
        "url(\"data:image/svg+xml,<svg xmlns='x' viewBox='0 0 8 8'/>\")",
        "url(data:image/png;base64,iVBORw0KGgo=)",
        "url(#id)",
        'url("a\'b")',
        'url("a\\"b")',
        "calc(1px + (2px - -3px)*2)",
        "calc(100% - var(--x))",
        "1px -2px +3px",
        '"a  /* b */ ; }"',
        "rgb(0 0 0 / 50%)",
        '"a" "b c"',
        "a/**/b",
        "-/**/-c",
        "U+26",
        "attr(data-x px,0)",
    ],
)
def test_shortened_values_are_equivalent(value: str) -> None:
    wide = value if '"' in value else value.replace(" ", "   ")
    assert compact(tinycss2.parse_component_value_list(f"  {wide} ", skip_comments=True)) == value


def test_icons_of_kept_rules_are_noted(tmp_path: Path) -> None:
    """Also those with an ordinary character; in a rule that does more, such a character is text."""
    css = (
        ".a { --icon: '+'; --unread: '=' } .b::before { content: var(--icon) } .c::before { content: '\\f00d' }"
        "p::before { content: 'A' } .d::before { content: '#'; color: red } .gone::before { content: '\\f002' }"
    )
    (tmp_path / "a.css").write_text(css)
    facts = Page("index.html", HTML).facts()
    used = Used(set(facts.classes), set(facts.ids), set(facts.tags))
    assert Pruner(used, [Reader(tmp_path, used).read("a.css")]).icons == {"+", "A", "\uf00d"}


# -- Imports -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "left"),
    [
        ({"a.css": '@import "b.css"; .a { x: y }', "b.css": ".b { x: y } .gone { x: y }"}, ".b{x:y}.a{x:y}"),
        ({"a.css": "@import url(s/b.css);", "s/b.css": "@import '../c.css';", "c.css": ".a { x: y }"}, ".a{x:y}"),
        ({"a.css": '@import "b.css" print;', "b.css": ".b { x: y }"}, "@media print{.b{x:y}}"),
        (
            {"a.css": '@import url("b.css") layer(l) supports(x: y) print, screen;', "b.css": ".b { x: y }"},
            "@media print,screen{@supports (x:y){@layer l{.b{x:y}}}}",
        ),
        (
            {"a.css": '@import "b.css" layer supports(not (x: y));', "b.css": ".b { x: y }"},
            "@supports not (x:y){@layer {.b{x:y}}}",
        ),
        ({"a.css": '.a { x: y } @import "b.css";', "b.css": ".b { x: y }"}, ".a{x:y}"),
        ({"a.css": '.gone { x: y } @import "b.css"; .a { x: y }', "b.css": ".b { x: y }"}, ".a{x:y}"),
        ({"a.css": b'.gone{}@charset "iso-8859-1";.a { x: "\xc3\xa9" }'}, '.a{x:"é"}'),
        ({"a.css": '@layer l; @import "b.css";', "b.css": ".b { x: y }"}, "@layer l;.b{x:y}"),
        ({"a.css": '@import "a.css"; .a { x: y }'}, ".a{x:y}"),
        ({"a.css": '@import "b.css"; .a { x: y }', "b.css": '@import "a.css"; .b { x: y }'}, ".b{x:y}.a{x:y}"),
        ({"a.css": '@import "gone.css"; .a { x: y }'}, '@import "gone.css";.a{x:y}'),
        ({"a.css": '@import "b%20c.css";', "b c.css": ".b { x: y }"}, ".b{x:y}"),
        (
            {"a.css": '@import "b.css" print;', "b.css": '@import "https://other.example/"; .b { x: y }'},
            '@import "b.css" print;',
        ),
        ({"a.css": "@namespace s url(http://s/); s|p { x: y }"}, "@namespace s url(http://s/);s|p{x:y}"),
        ({"a.css": b'@charset "iso-8859-1"; .a { x: "\xe9" }'}, '.a{x:"é"}'),
        ({"a.css": b"\xef\xbb\xbf.a { x: y }"}, ".a{x:y}"),
    ],
)
def test_imports_are_where_they_apply(tmp_path: Path, files: Mapping[str, str | bytes], left: str) -> None:
    assert pruned(tmp_path, files) == left


def test_no_import_is_from_outside_the_site(tmp_path: Path) -> None:
    (tmp_path / "secret.css").write_text(".a { x: y }")
    for address in ("../../../secret.css", str(tmp_path / "secret.css"), f"file://{tmp_path}/secret.css"):
        assert "{" not in pruned(tmp_path / "site", f'@import "{address}";')


def test_merged_sheets_keep_their_media_and_start_with_imports(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text(".a { x: y }")
    (tmp_path / "b.css").write_text('@import "https://other.example/b"; .b { x: y } .gone { x: y }')
    used = Used({"a", "b"})
    reader = Reader(tmp_path, used)
    sheets = [reader.read("a.css"), reader.read("b.css")]
    text = Pruner(used, sheets).write(zip(sheets, ["", "print"], strict=True))
    assert text == '@import "https://other.example/b" print;.a{x:y}@media print{.b{x:y}}'


def test_addresses_are_rewritten(tmp_path: Path) -> None:
    css = (
        "@font-face { font-family: F; src: url(one) format('f') } @keyframes k { to { x: url('two') } }"
        ".a { font: 1px F; animation: k; x: url( three ); y: image-set('four' 1x, url('fi ve') type('g'));"
        "& b { z: url(six) } }"
    )
    (tmp_path / "a.css").write_text(css)
    sheet = Reader(tmp_path, Used({"a"})).read("a.css")
    text = Pruner(Used({"a"}), [sheet]).write([(sheet, "")])
    found = re.findall(r'[("]\.\./\.\./([\w ]+)[)"]', text)
    assert found == ["one", "two", "three", "four", "fi ve", "six"]


# -- Any sheet ---------------------------------------------------------------------------------------------------------

values = st.sampled_from(
    [
        "red",
        "var(--x)",
        "1px + 2px",
        '"a;b}"',
        "url(x y)",
        "url('x y')",
        "calc(1px - 2px)",
        "a b,c",
        "",
        "{a:b}",
        ")",
        "\\26",
    ]
)
declarations = st.builds("{}:{}".format, st.sampled_from(["color", "--x", "--y", "-moz-x", "*zoom"]), values)
selector_lists = st.lists(simple | escaped.map(".gone-{}".format), min_size=1, max_size=3).map(",".join)
bodies = st.lists(declarations, max_size=3).map("; ".join)
rules = st.builds("{} {{ {} }}".format, selector_lists, bodies)
groups = st.recursive(
    rules,
    lambda inner: st.builds(
        "{} {{ {} }}".format,
        st.sampled_from(["@media print", "@supports (a:b)", "@layer x", "@layer", "@container (width>1px)"]),
        st.lists(inner, max_size=3).map(" ".join),
    ),
    max_leaves=5,
)
sheets = st.lists(groups | st.sampled_from(["}", "<!--", "@layer z;", "/* */", ";"]), max_size=5).map("\n".join)


def flat(css: str) -> list[tuple[str, ...]]:
    """Return each declaration that browsers may apply, with its conditions and the selectors of its rule."""
    found: list[tuple[str, ...]] = []

    def look(nodes: Sequence[Any], under: tuple[str, ...]) -> None:
        for node in nodes:
            if node.type == "at-rule" and node.content is not None:
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                look(inner, (*under, re.sub(r"\s", "", node.at_keyword + tinycss2.serialize(node.prelude))))
            elif node.type == "qualified-rule" and not re.search("[};@]", text := tinycss2.serialize(node.prelude)):
                for one in tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True):
                    value = tinycss2.serialize(one.value) if one.type == "declaration" else ")"
                    if ")" not in re.sub(r"\([^()]*\)", "", value) and "[bad" not in value:
                        selectors = re.sub(r"\s*([,;]|$)\s*", r"\1", re.sub(r"\s+", " ", text)).strip()
                        found.append((*under, selectors, one.name, re.sub(r"\s", "", value)))

    look(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), ())
    return found


@given(sheets)
@example(";\n@layer z;\n.a { color:red }")  # all of it is one invalid rule
@example(";\n@layer z;\n.a,.a { color:red }")
def test_a_fully_used_sheet_is_unchanged(tmp_path_factory: pytest.TempPathFactory, css: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    everything = Used({*NAMES, *(f"gone-{name}" for name in NAMES)}, set(NAMES), set(TAGS), named={"--x", "--y"})
    left = pruned(folder, css, everything)
    assert flat(left) == flat(css)
    assert pruned(folder, left, everything) == left, "once more changes nothing"


@given(sheets, st.sets(names))
@example(";\n<!--\n.\\31 0 { color:red }", set())
def test_the_rest_keeps_its_order(tmp_path_factory: pytest.TempPathFactory, css: str, used: set[str]) -> None:
    left = iter(flat(pruned(tmp_path_factory.getbasetemp(), css, Used(used))))
    waiting = next(left, None)
    for *under, selectors, name, value in flat(css):
        same = waiting and [*under, name, value] == [*waiting[:-3], *waiting[-2:]]
        if same and waiting and set(waiting[-3].split(",")) <= set(selectors.split(",")):
            waiting = next(left, None)
    assert waiting is None


# -- In a browser ------------------------------------------------------------------------------------------------------

STYLES = """() => [...document.querySelectorAll("body, body *")].flatMap((one) =>
  ["", "::before", "::after"].map((part) => {
    const style = getComputedStyle(one, part);
    const names = [...style].filter((name) => !name.startsWith("--"));
    return names.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";");
  })
)"""
SHEET = """
@charset "utf-8";
@layer low, high;
@layer high { .a p { color: rgb(1, 2, 3) } .gone { color: red } }
@layer low { .a p { color: rgb(4, 5, 6); text-indent: 3px } }
@property --size { syntax: "<length>"; inherits: true; initial-value: 7px }
@property --gone { syntax: "<length>"; inherits: true; initial-value: 7px }
:root { --one: var(--two); --two: 12px; --empty: ; --unused: 3px }
:root { --image: url("data:image/svg+xml,<svg viewBox='0 0 8 8'/>") }
.a { padding: calc(var(--one) + (1px - -2px)); margin: var(--size) var(--empty) 1px }
.a { background: var(--image) no-repeat }
.a { & > p { letter-spacing: 1px; &.c { word-spacing: 2px } }
  @media screen { border: 1px solid rgb(9, 9, 9) } outline-width: 4px }
.a:not(.gone):is(.b, .gone) :where(.c, .gone) b { font: italic bold 20px / 2 "My Font", serif }
.d:has(> svg) p::before { content: "\\201C  a;}" attr(class); color: green !important }
.gone, .d p::-moz-gone { color: red }
.d p, .gone::-webkit-gone-thing-x { text-decoration: underline }
@media (min-width: 10px) and (max-width: 100000px) { @supports (display: grid) and (not (display: gone)) {
  .d { display: grid; grid-template: "x y" 10px "z z" 20px / 1fr 2fr } } }
@container (width > 1px) { .c { opacity: .5 } }
@keyframes fade { from { opacity: var(--two) } } @keyframes gone { from { opacity: 0 } }
.d { animation: 3s linear 1s infinite paused fade; container-type: inline-size }
A[HREF="#" i] { color: rgb(7 7 7 / 50%) } #i { text-align: right } .A { color: red }
p:nth-child( 2n + 1 of .c ) { line-height: 3 } .a + .d ~ .e, .a+.d { border-top: 2px dashed }
svg circle { fill: red; r: 5px } .\\61 { text-transform: uppercase } .x\\:y { color: red }
.d { color: blue) ; } } .d { color: red } .d { *zoom: 1; min-height: 5px
"""


@pytest.mark.one_in(2)
@pytest.mark.parametrize("html", [HTML, HTML.removeprefix("<!doctype html>")], ids=["standards", "quirks"])
def test_elements_look_the_same_in_a_browser(tmp_path: Path, browser: Browser, html: str) -> None:
    page = browser.new_page()
    looks = []
    for css in ("", SHEET, pruned(tmp_path, SHEET)):
        page.set_content(f"{html.replace('<body>', '<head><style></style></head><body>')}")
        page.evaluate("text => document.querySelector('style').textContent = text", css)
        looks.append(page.evaluate(STYLES))
    page.close()
    assert looks[1] == looks[2]
    assert looks[0] != looks[1], "the sheet does something"
    assert len(pruned(tmp_path, SHEET)) < 0.8 * len(SHEET)
