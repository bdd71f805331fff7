"""Only rules that can match nothing are removed before a style sheet is parsed; the rest is unchanged."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sphinx_lean.prefilter import prefiltered
from sphinx_lean.pruning import Pruner
from sphinx_lean.selectors import Used
from sphinx_lean.sheets import Reader
from test_sheets import sheets

USED = Used({"a", "md:w-1"}, {"i"}, {"p"}, {"word"}, ("bs-",))


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".gone { x: y }\n.a { x: y }", "\n.a { x: y }"),
        ("#gone, .a .gone, p#gone { x: y } #I { x: y }", " #I { x: y }"),
        (".gone, .a { x: y }", ".gone, .a { x: y }"),
        (".a:not(.gone):is(.b, .gone) { x: y }", ".a:not(.gone):is(.b, .gone) { x: y }"),
        (".gone:not(.a) { x: y }", ""),
        (":where(.gone, .b).gone, .gone:is(.a) p { x: y }", ""),
        (".word, .bs-x { x: y } .md\\:w-1 { x: y } .md\\:w-2 { x: y }", ".word, .bs-x { x: y } .md\\:w-1 { x: y } "),
        (".\\61 { x: y } .\\62 { x: y }", ".\\61 { x: y } "),
        ("@media print { .gone { x: y } .a { x: y } }", "@media print {  .a { x: y } }"),
        ("@layer b { @supports (x: y) { .gone { x: y } } }", "@layer b { @supports (x: y) {  } }"),
        ("@container big (width > 1px) { .gone { x: y } }", "@container big (width > 1px) {  }"),
        (
            ".a { .gone { x: y } @media print { .gone { x: y } } }",
            ".a { .gone { x: y } @media print { .gone { x: y } } }",
        ),
        ("@keyframes gone { to { x: y } } @font-face { x: y }", "@keyframes gone { to { x: y } } @font-face { x: y }"),
        ('.gone { x: "}" } /* .gone { } */ .a { x: "}" }', ' /* .gone { } */ .a { x: "}" }'),
        ("a { x: url(//x) } // { }\n.gone { x: y }", "a { x: url(//x) } // { }\n.gone { x: y }"),
        ('.gone { x: y } @import "b.css"; .gone { x: y }', '.gone { x: y } @import "b.css"; '),
        (".a { x: y ) } } .gone { x: y }", ".a { x: y ) } } .gone { x: y }"),
        ('.gone { x: "y\n } .gone { x: y }', '.gone { x: "y\n } .gone { x: y }'),
    ],
)
def test_rules_that_can_match_nothing_are_removed(css: str, left: str) -> None:
    """Doubtful rules are kept, as are syntax errors and the rules beside them."""
    assert prefiltered(css.encode(), USED)[0].decode() == left


def test_all_ids_are_reported() -> None:
    """Also those of removed rules, because a page may get such an id later."""
    assert prefiltered(b"#One .gone, #one:not(#two) { x: #fff } .gone { #three { x: y } }", USED)[1] == {
        "one",
        "two",
        "three",
    }


def pruned(folder: Path, css: bytes, read: Used) -> str:
    """Return what the used need of a sheet that was read for something."""
    (folder / "a.css").write_bytes(css)
    return Pruner(USED).write([(Reader(folder, lambda address, _: address, read).read("a.css"), "")])[0]


class Everything(Used):
    """Words that contain every name."""

    def has(self, _kind: str, _name: str) -> bool:
        return True


marks = [*"{}()[]\"'\\;:,.#@*/>&|=- \n", "a", "gone", "@media ", "url(", "/*", "*/"]
noise = st.lists(st.sampled_from(marks), max_size=40).map("".join)


@example(";\n.B {  }\n.a { color:red }")
@example('.a { *zoom:"a;b}"; color:red }\n"\n.gone { x: y }')
@example("//{\n.gone { x: y }")
@given(st.lists(sheets | noise | st.just(".gone { x: y }"), max_size=4).map("\n".join))
def test_nothing_that_could_match_is_lost(tmp_path_factory: pytest.TempPathFactory, css: str) -> None:
    """Even with syntax errors, the result is the same as for the whole sheet."""
    folder = tmp_path_factory.getbasetemp()
    assert pruned(folder, css.encode(), USED) == pruned(folder, css.encode(), Everything())


def test_most_rules_of_a_theme_are_removed_but_no_useful_ones(tmp_path: Path) -> None:
    spec = find_spec("pydata_sphinx_theme")
    assert spec is not None
    assert spec.origin is not None
    theme = Path(spec.origin).parent / "theme/pydata_sphinx_theme"
    css = (theme / "static/styles/pydata-sphinx-theme.css").read_bytes()
    assert len(prefiltered(css, USED)[0]) < len(css) / 3
    assert pruned(tmp_path, css, USED) == pruned(tmp_path, css, Everything())
