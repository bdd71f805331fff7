"""A selector that matches something is never removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import tinycss2
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from sphinx_lean.pages import Page
from sphinx_lean.usage import Used, may_be_unknown, needs_of, split
from tinycss2.serializer import serialize_identifier

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ["a", "B", "md:w-1/2", "10", "é", "x-y", "-z", "_"]
TAGS = ["div", "p", "b", "my-part", "section"]
names, tags = st.sampled_from(NAMES), st.sampled_from(TAGS)


def used_on(html: str) -> Used:
    facts = Page("index.html", html).facts()
    return Used(set(facts.classes), set(facts.ids), set(facts.tags))


def may_match(selector: str, used: Used) -> bool:
    tokens = tinycss2.parse_component_value_list(selector, skip_comments=True)
    return any(used.meets(needs_of(part)) for part in split(tokens))


# -- Any page, any selector --------------------------------------------------------------------------------------------


def element(tag: str, classes: list[str], name: str | None, inside: list[str]) -> str:
    names = (f' class="{" ".join(classes)}"' if classes else "") + (f' id="{name}"' if name else "")
    return f"<{tag}{names}>{''.join(inside)}</{tag}>"


def elements(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    classes, several = st.lists(names, max_size=2), st.lists(inside, max_size=2)
    return st.builds(element, tags.filter(lambda tag: tag != "p"), classes, st.none() | names, several)


documents = st.lists(st.recursive(st.just("text"), elements, max_leaves=6), min_size=1, max_size=3).map(
    lambda parts: f"<!doctype html><html><body>{''.join(parts)}</body></html>"
)
escaped: st.SearchStrategy[str] = names.map(lambda name: str(serialize_identifier(name)))
cased = tags.flatmap(lambda tag: st.sampled_from([tag, tag.upper(), f"*|{tag}", "*"]))
simple = st.one_of(
    cased,
    escaped.map(".{}".format),
    escaped.map("#{}".format),
    escaped.map(lambda name: f'[class~="{name}" i]'),
    st.sampled_from([":first-child", ":last-child", ":root", ":empty", ":nth-child(2n + 1)", "[id]"]),
)


def selectors(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lists = st.lists(inner, min_size=1, max_size=3).map(", ".join)
    return st.one_of(
        st.builds("{}{}{}".format, inner, st.sampled_from([" ", " > ", "+", " ~ ", "/**/ "]), inner),
        st.builds(":{}({})".format, st.sampled_from(["is", "where", "not", "has"]), lists),
        st.builds("*:{}({})".format, st.sampled_from(["is", "WHERE", "not", "has"]), lists),
        st.builds("*:nth-child(1 of {})".format, lists),
        st.builds(":has(> {})".format, inner),
        lists,
    )


@given(documents, st.recursive(simple, selectors, max_leaves=5))
def test_selectors_that_match_in_a_browser_may_match(html: str, selector: str) -> None:
    if BeautifulSoup(html, "html5lib").select(selector):
        assert may_match(selector, used_on(html))


# -- What is left out, and what is not ---------------------------------------------------------------------------------

HTML = '<div class="card Big" id="top"><p>a</p><svg><linearGradient class="g"></linearGradient></svg></div>'


@pytest.mark.parametrize(
    "selector",
    [
        ".gone",
        "#gone",
        "video",
        ".card .gone",
        ".card:is(.gone, video)",
        ".card:not(.x) > .gone",
        "svg|video",
        ":where(.gone) p",
        ".card:has(.gone)",
        ".card::before .gone",
        ".car",
    ],
)
def test_selectors_for_missing_names_cannot_match(selector: str) -> None:
    assert not may_match(selector, used_on(HTML))


@pytest.mark.parametrize(
    "selector",
    [
        ".CARD",  # without a doctype, case does not count
        "LINEARGRADIENT",
        "svg|linearGradient",
        "gone|p",
        ".card:not(.gone)",
        ".card[data-gone]",
        "p::gone-part",
        "p:gone",
        ".card:is()",
        ":is(.gone, .card)",
        "p:nth-child(1 of .gone)",  # not looked into
        "",
    ],
)
def test_doubtful_selectors_may_match(selector: str) -> None:
    assert may_match(selector, used_on(HTML))


def test_words_of_scripts_may_become_classes() -> None:
    used = Used(words={"show", "md", "hidden", "TABLE"})
    assert all(may_match(selector, used) for selector in (".show", "#show", r".md\:hidden", "table", ".Show"))
    assert not any(may_match(selector, used) for selector in (".hide", r".md\:shown"))


@pytest.mark.parametrize(
    ("selector", "unknown"), [(r"a .md\:hidden[b=':c']", False), ("p::-moz-x", True), ("p:popover", True)]
)
def test_selectors_that_a_browser_may_not_support_are_reported(selector: str, unknown: bool) -> None:
    tokens: Callable[..., Any] = tinycss2.parse_component_value_list
    assert may_be_unknown(tokens(selector)) is unknown
