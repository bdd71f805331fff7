"""The layout of the facts on the page of a real event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.site.conftest import Browse

PAGE = "recaps/2021-ecosystem-day/index.html#how-the-day-ran"  # in a folded section, which this address expands
# For each row, in pixels: the edges of term and fact, and the distance of the baselines of their first lines.
ROWS = """() => {
  const line = (part) => {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (!walker.nextNode().data.trim());
    const mark = document.createElement("span");
    mark.style.display = "inline-block";
    walker.currentNode.before(mark);
    const { bottom } = mark.getBoundingClientRect();
    mark.remove();
    return bottom;
  };
  return [...document.querySelectorAll("dl.recap-event > dt")].map((term) => {
    const fact = term.nextElementSibling;
    const [one, other] = [term, fact].map((part) => part.getBoundingClientRect());
    return { term: [one.left, one.right], fact: [other.left, other.right], apart: line(fact) - line(term) };
  });
}"""


def test_on_a_desktop_term_and_fact_are_side_by_side_on_one_baseline(browse: Browse, site: str) -> None:
    rows = browse(site).open(PAGE).evaluate(ROWS)
    assert len(rows) > 5
    for row in rows:
        assert row["term"][1] == pytest.approx(row["fact"][0], abs=0.5)
        assert row["apart"] == pytest.approx(0, abs=0.5)


def test_on_a_phone_facts_are_below_their_terms(browse: Browse, site: str) -> None:
    rows = browse(site, viewport={"width": 390, "height": 844}).open(PAGE).evaluate(ROWS)
    assert len(rows) > 5
    for row in rows:
        assert row["term"] == pytest.approx(row["fact"], abs=0.5)
        assert row["apart"] > 10
