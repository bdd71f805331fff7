"""Links, addresses and tables in formats without links: plain text, manual pages and print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from docutils.utils import column_width
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.formats.plain_text import _fitted, _wrapped

from tests.crawl import book_faults

if TYPE_CHECKING:
    from tests.support import Project

LONG = "https://example.org/a-rather-long-address/with-words-and-hyphens/of-more-than-seventy-letters/2021-04-21.html"
WORDS = ["word", "an-old-hyphen", "톺아보기", f"<{LONG}>", f"({LONG})", "x" * 90]
PAGE = f"""\
# Home [in a heading](https://example.org/heading)

Read [the *page*]({LONG}), <https://example.org/bare>, [a mail](mailto:a@example.org), or [the other page](other.md).

- item with [a link]({LONG})

| Who | What there is to say of them, at some length |
| --- | --- |
| Ann Other | Spoke of many things, of which a few are worth a line or two in a table like this one |
| Tom | [Slides](https://example.org/slides) |

:::{{event}} event.yaml
:::

:::{{catalogue}} talks.yaml
:::

A very long term that goes on for so many words that it has to be broken in two on paper, and then some more
: What it means.
"""
FILES: dict[str, str | bytes] = {
    "index.md": PAGE + "\n```{toctree}\n:hidden:\n\nother\n```\n",
    "other.md": "# Other\n\n[Home](index.md)\n",
    "event.yaml": f"name: Day\nstart: 2021-04-21\nlinks: [{{title: Page, url: '{LONG}', archived: 2021-05-10}}]\n",
    "talks.yaml": f"kind: session\nentries:\n- {{id: a, title: A talk, link: '{LONG}'}}\n",
}
CONF = """\
myst_enable_extensions = ["colon_fence", "deflist"]
latex_show_urls = "inline"
latex_engine = "xelatex"
"""


def test_plain_text_has_the_unbroken_address_of_every_external_link(project: Project) -> None:
    built = project(FILES, "text", conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    text = built.text("index.txt")
    assert text.count(f"<{LONG}>") == 4  # in a sentence, a list item, the facts of the event, the entry
    assert "<https://example.org/slides>" in text
    assert "a mail <a@example.org>" in text
    assert text.count("https://example.org/bare") == 1
    assert "the other page." in " ".join(text.split())


def test_tables_in_plain_text_fit_the_line(project: Project) -> None:
    text = project(FILES, "text", conf=CONF).text("index.txt")
    lines = [line for line in text.splitlines() if line.startswith(("+", "|"))]
    assert lines
    assert max(map(column_width, lines)) <= 70
    assert "| Ann Other " in text


def test_a_manual_page_has_addresses_of_external_links_only(project: Project) -> None:
    built = project(
        {**FILES, "index.md": PAGE.replace("[the other page](other.md)", "[below](#a-heading)")}, "man", conf=CONF
    )
    assert "<>" not in built.text("smallproject.1").replace("\\%", "")


def test_print_has_breakable_addresses_and_none_of_archived_copies(project: Project) -> None:
    tex = project(FILES, "latex", conf=CONF).text("small.tex")
    assert tex.count(rf"(\sphinxnolinkurl{{{LONG}}})") == 4
    assert f"{LONG})" not in tex.replace(rf"\sphinxnolinkurl{{{LONG}}}", "")
    assert r"nolinkurl{https://web.archive.org" not in tex
    assert "(https://web.archive.org" not in tex


def test_a_long_term_keeps_its_distance_from_its_definition(project: Project) -> None:
    assert re.search(
        r"sphinxlineitem\{A very long term [^}]*\\strut", project(FILES, "latex", conf=CONF).text("small.tex")
    )


@given(st.lists(st.integers(1, 200), min_size=1, max_size=6))
def test_columns_have_the_width_they_need_or_a_share_of_the_line(longest: list[int]) -> None:
    widths = _fitted(longest)
    assert all(1 <= width <= need for width, need in zip(widths, longest, strict=True))
    if sum(longest) + 3 * len(longest) + 1 <= 70:
        assert widths == longest
    assert sum(widths) + 3 * len(widths) + 1 <= max(70, 11 * len(widths) + 1)


@pytest.mark.parametrize("width", [1, 10, 40, 70])
@given(
    words=st.lists(
        st.sampled_from(["word", "an-old-hyphen", "톺아보기", f"<{LONG}>", f"({LONG})", "x" * 90]), min_size=1
    )
)
def test_lines_break_between_words_and_never_within_an_address(words: list[str], width: int) -> None:
    lines = _wrapped(" ".join(words), width)
    assert "".join("".join(lines).split()) == "".join(words)
    assert "\n".join(lines).count(LONG) == " ".join(words).count(LONG)


def test_references_in_a_printed_book_link_to_lists_and_containers(project: Project) -> None:
    """LaTeX gives them no ids of its own; a label before one is written once."""
    page = "# Home\n\nSee {ref}`a <list>`, {ref}`b <label>`, {ref}`c <events>`, {ref}`d <box>`.\n\n"
    page += "(label)=\n:::{catalogue} trees.yaml\n:name: list\n:::\n\n"
    page += ":::{event-list} day/event.yaml\n:name: events\n:::\n\n"
    page += ":::{container} box\n:name: box\nText.\n:::\n\n```{toctree}\nday/index\n```\n"
    source = {
        "index.md": page,
        "trees.yaml": "kind: resource\nentries:\n  - {id: oak, title: Oak}\n",
        "day/index.md": "# Day\n",
        "day/event.yaml": "name: Day\nstart: 2021-04-21\n",
    }
    built = project(source, "latex")
    assert built.messages == ""
    assert built.text("small.tex").count(r"\hyperref[\detokenize{index:") >= 4
    assert book_faults(built.text("small.tex")) == []
