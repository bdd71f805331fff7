"""Pages are parsed and serialised as in browsers, without changing their content."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sphinx_lean.addresses import local, relative
from sphinx_lean.pages import Page


def page(html: str) -> Page:
    return Page("sub/page.html", html)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("x.css", "sub/x.css"),
        ("../_static/x.css?v=1#a", "_static/x.css"),
        ("#top", None),
        ("/x.css", None),
        ("//other.example/x", None),
        ("https://other.example/x", None),
        ("data:,x", None),
        ("javascript:x", None),
        ("../../x.css", None),
        ("", None),
    ],
)
def test_addresses_below_the_site_are_distinguished_from_others(address: str, path: str | None) -> None:
    assert local(address, "sub/page.html") == path


@pytest.mark.parametrize("name", ["index.html", "a/b/index.html"])
def test_a_relative_path_resolves_to_the_original_path(name: str) -> None:
    assert local(relative("_static/lean/x.css", name), name) == "_static/lean/x.css"


texts = st.text(st.sampled_from('\n ab<&\xa0"'), max_size=5)
bodies = st.lists(
    st.builds(
        "<{0}>{1}</{0}>".format, st.sampled_from(["p", "pre", "textarea", "table", "b", "template", "li"]), texts
    ),
    max_size=4,
).map("".join)


@given(bodies)
@example("<p><b></p><textarea>x</textarea>")
def test_serialising_and_parsing_is_lossless(body: str) -> None:
    once = page(f"<!doctype html><html><body>{body}</body></html>").html()
    assert page(once).html() == once


@pytest.mark.parametrize("tag", ["pre", "textarea", "listing"])
def test_empty_first_lines_are_kept(tag: str) -> None:
    once = page(f"<{tag}>\n\nx</{tag}>")
    again = page(once.html())
    assert f"<{tag}>\n\nx</{tag}>" in again.html()


def test_words_that_scripts_may_use_as_classes_are_noted() -> None:
    facts = page(
        '<body class="one"><template><tr class="two"></tr></template><script>add("three")</script>'
        '<p data-class="four" style="color: var(--five)"><svg fill="var(--six)"></svg></p></body>'
    ).facts()
    assert "one" in facts.classes
    assert {"two", "three", "four"} <= set(facts.words)
    assert {"--five", "--six"} <= set(facts.named)


def test_consecutive_sheets_are_one_group_and_others_are_unchanged() -> None:
    found = page(
        '<head><link rel="stylesheet" href="a.css"><link rel="stylesheet" href="b.css" media="print"><style></style>'
        '<link rel="stylesheet" href="c.css"><link rel="stylesheet" href="https://other.example/d.css">'
        '<link rel="stylesheet" href="e.css" title="Other"><link rel="stylesheet" href="f.css"></head>'
    )
    runs = [[(path, media) for _, path, media in run] for run in found.sheets()]
    assert runs == [[("sub/a.css", ""), ("sub/b.css", "print")], [("sub/c.css", "")], [("sub/f.css", "")]]
    assert found.facts().kept_sheets == ["//https://other.example/d.css", "sub/e.css"]
    addresses = [[f"_static/lean/{name}.css" for name in names] for names in ("14", "2", "3")]
    found.link_sheets(addresses, {"_static/lean/2.css": "a > b {}"})
    assert "<style>a > b {}</style>" in found.html()
    assert re.findall(r'href="([^"]+)"', found.html()) == [
        *(
            "../_static/lean/1.css",
            "../_static/lean/4.css",
            "https://other.example/d.css",
            "e.css",
            "../_static/lean/3.css",
        )
    ]


def test_pages_are_tidied() -> None:
    found = page(
        "<!-- <html> --><!doctype html><!-- a --><html><head>"
        '<meta name="viewport" content="1"><meta name="viewport" content="2"></head>'
        "<body><main><p> One  <b>two</b> </p></main></body></html>"
    )
    found.complete_metadata("Fallback")
    html = found.html()
    assert html.count("viewport") == 1
    assert "<!--" not in html
    assert '<meta name="description" content="One two">' in html


@pytest.mark.parametrize(
    ("body", "said"),
    [("", "Fallback"), (f"<main><p>{'word ' * 60}</p></main>", f"{'word ' * 32}…".replace(" …", " …"))],
)
def test_each_page_has_a_description(body: str, said: str) -> None:
    found = page(f"<body>{body}</body>")
    found.complete_metadata("Fallback")
    assert f'content="{said}"' in found.html()


@pytest.mark.parametrize(
    "head", ["", '<script>1</script><meta charset="utf-8">', '<meta charset="utf-8"><style></style>', "text"]
)
def test_a_policy_precedes_everything_that_it_applies_to(head: str) -> None:
    found = page(f"<head>{head}</head>")
    found.add_policies(["default-src 'none'"])
    start = '<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    assert start in found.html()
    assert found.html().count("charset") == 1


SCREEN = "words " * 300


@pytest.mark.parametrize(
    ("body", "waits_for"),
    [
        ("<main>x</main><footer id='f'>y</footer>", '<footer id="f">'),
        ("<header id='h'></header><main id='the main'>x</main>", '<main id="the main">'),
        (f"<main><p>{SCREEN}</p><p>x</p></main><footer></footer>", '<p id="lean-first">'),
        (f"<main><noscript><p>{SCREEN}</p><p>x</p></noscript><p id='y'></p></main>", '<p id="y">'),
        (f"<main><table><td>{SCREEN}</td><td><p>x</p></table><p id='y'></p></main>", '<p id="y">'),
        (f"<main><p>{SCREEN}</p><p id='y'>x</p><table></table><p></p></main>", '<p id="y">'),
        (f"<main><table><tr><td>{SCREEN * 4}<tr id='y'><td>x</table><p>x</p></main>", '<tr id="y">'),
        ("<main id='m'><table></table>x<p>y</p></main>", '<main id="m">'),
        ("<main id='m'><div><table></table></div>x</main><footer id='f'></footer>", '<footer id="f">'),
        ("<main id='m'><table></table></main>", '<main id="m">'),
        ("<table></table><p>y</p>", ""),
    ],
)
def test_the_first_paint_waits_for_what_is_near_the_top(body: str, waits_for: str) -> None:
    found = page(f"<head></head><body>{body}</body>")
    found.wait_for_first_screen()
    html = found.html()
    name = waits_for.partition('"')[2].rstrip('">').replace(" ", "%20")
    assert waits_for in html
    assert html.count('rel="expect"') == bool(waits_for)
    assert not waits_for or f'<link rel="expect" href="#{name}" blocking="render">' in html
