"""Entries as HTML: the values of a data file are text, and never add an element, attribute or script."""

from __future__ import annotations

import string

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.archive.links import ExternalLink
from sphinx_recaps.catalogue.html import EntryStyle
from sphinx_recaps.catalogue.view import Fact, Name, Picture, Row
from sphinx_recaps.data.video_reference import VideoReference

text = st.text(st.sampled_from(string.ascii_letters + "<>&\"'`=/ é张"), min_size=1, max_size=20) | st.sampled_from(
    [
        "</li><script>alert(1)</script>",
        '" onmouseover="alert(1)',
        "' autofocus onfocus='x",
        "<img src=x onerror=y>",
        "&lt;",
    ]
)
names = st.lists(st.builds(Name, text, st.none() | text), max_size=3)
live = st.builds(ExternalLink, text, text, st.none() | text, st.booleans(), dead_url=st.just(""))
dead = st.builds(ExternalLink, text, text | st.just(""), st.none() | text, st.booleans(), dead_url=text)
links = st.lists(live | dead, max_size=3)
rows = st.builds(
    Row,
    id=text,
    anchor=st.just("poster-a1"),
    target=st.just("poster-a1"),
    title=text,
    mark=text,
    coded=st.booleans(),
    tone=st.none() | st.integers(0, 11),
    people=names,
    facts=st.lists(st.builds(Fact, text, st.sampled_from(["", "2021-04-21"])), max_size=3),
    summary=st.lists(text, max_size=2),
    topics=names,
    note=st.none() | text,
    links=links,
    sources=links,
    alt=text,
    picture=st.none() | st.builds(Picture, text, st.just(3), st.just(4), text),
    player=st.none() | st.just(VideoReference("aqz-KE-bpKQ")),
    former=st.lists(text, max_size=2),
)
ELEMENTS = {"li", "h2", "span", "p", "a", "ul", "div", "img", "time", "wbr", "svg", "use", "details", "summary"}
ATTRIBUTES = {
    "id",
    "class",
    "title",
    "href",
    "src",
    "sizes",
    "alt",
    "aria-label",
    "width",
    "height",
    "loading",
    "decoding",
    "viewBox",
    "transform",
}
DATA_ATTRIBUTES = {"data-id", "datetime", "data-embed", "aria-hidden"}


@given(row=rows, compact=st.booleans())
def test_text_from_a_data_file_never_becomes_markup(row: Row, compact: bool) -> None:
    """Only the list's own elements and attributes are present, and each text is unchanged."""
    html = EntryStyle(2, "poster", compact, "en", frozenset({"https"})).html(row)
    parsed = BeautifulSoup(f"<ol>{html}</ol>", "html5lib").ol
    assert parsed is not None
    elements = parsed.find_all(True)
    assert {element.name for element in elements} <= ELEMENTS
    assert {name for element in elements for name in element.attrs} <= ATTRIBUTES | DATA_ATTRIBUTES
    title = parsed.select_one(".recap-title")
    assert title is not None
    assert row.title in title.get_text()
    if not compact:
        assert [part.get_text() for part in parsed.select(".recap-summary")] == row.summary
        addresses = [link["href"] for link in parsed.select(".recap-ways a.external")]
        sources = [source.uri for source in row.sources if source.uri]
        assert addresses[len(addresses) - len(sources) :] == sources
