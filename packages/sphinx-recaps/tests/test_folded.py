"""Sections that readers expand: ``recap-folded``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import deep

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.support import Project

CONF = """myst_enable_extensions = ["attrs_block"]
myst_footnote_sort = False
"""
PAGE = """# Home

A claim.[^note]

{.recap-folded}
## Sources

(old)=
Where it comes from.

### More

The rest.

[^note]: A note.
"""


def test_a_folded_section_opens_with_its_heading(project: Project) -> None:
    """It has the level and anchors of any section, and includes its subsections."""
    plain = "---\norphan: true\n---\n# Plain\n\n## Sources\n\nText.\n"
    built = project({"index.md": PAGE, "plain.md": plain}, conf=CONF)
    assert built.messages == ""
    (section,) = built.html().select("section#sources.recap-folded")
    assert section.select("details:not([open]) > summary > h2")[0].text.startswith("Sources")
    for part in ("#old", "section#more > h3", "aside.footnote"):
        assert section.select(f"details {part}"), part
    assert built.html().select('link[href*="recap-folded.css"]')
    assert "recap-folded" not in built.text("plain.html")


@pytest.mark.parametrize("builder", ["text", *map(deep, ("epub", "latex", "man", "gettext", "singlehtml"))])
def test_other_builders_have_an_ordinary_section(project: Project, builder: str) -> None:
    built = project({"index.md": PAGE}, builder, conf=CONF)
    assert built.messages == ""
    if builder == "text":
        assert "Sources\n=======\n\nWhere it comes from." in built.text("index.txt")


@pytest.mark.parametrize("anchor", ["old", deep("more")])
def test_a_link_into_a_folded_section_opens_it(project: Project, browser: Browser, anchor: str) -> None:
    """This includes browsers that do not do so by themselves. Printed pages show all of it."""
    page = browser.new_page()
    page.goto(f"{project({'index.md': PAGE}, conf=CONF).out.as_uri()}/index.html")
    assert not page.get_by_text("Where it comes from.").is_visible()
    page.evaluate("anchor => { location.hash = anchor }", anchor)
    page.get_by_text("Where it comes from.").wait_for()
    page.evaluate("document.querySelector('details').open = false; dispatchEvent(new Event('beforeprint'))")
    assert page.get_by_text("Where it comes from.").is_visible()
    page.close()
