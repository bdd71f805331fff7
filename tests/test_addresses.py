"""Links in the text of pages: none can run a script, whatever the page is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.addresses import SCHEMES, scheme_of

from tests.conftest import picture

if TYPE_CHECKING:
    from tests.conftest import Files, Project

WAYS = [
    "`x <javascript:alert(1)>`__",
    "`x <JaVaScRiPt:alert(1)>`__",
    "`x <data:text/html,alert>`__",
    "|x|\n\n.. |x| replace:: `y <file:///etc/passwd>`__",
    ".. image:: a.png\n   :alt: A\n   :target: javascript:alert(1)",
]


@pytest.mark.parametrize("text", WAYS)
@pytest.mark.parametrize("name", ["page.rst", "page.md"])
def test_a_link_with_another_scheme_is_not_made(project: Project, text: str, name: str) -> None:
    """Its text is shown, and the build fails."""
    page = f"Page\n====\n\n{text}\n" if name == "page.rst" else f"# Page\n\n```{{eval-rst}}\n{text}\n```\n"
    files: Files = {"index.md": "# Home\n\n```{toctree}\npage\n```\n", name: page, "a.png": picture()}
    built = project(files)
    assert built.status == 1
    assert "[recap.address]" in built.messages
    assert f"{name}:" in built.messages
    schemes = {scheme_of(str(link["href"])) for link in built.html("page.html").select("a[href]")}
    assert schemes <= {"", *SCHEMES}


@pytest.mark.parametrize(
    "address", ["https://example.org/", "mailto:a%40example.org", "page.html", "#part", "//example.org"]
)
def test_other_links_are_left_alone(project: Project, address: str) -> None:
    built = project({"index.rst": f"Home\n====\n\n`x <{address}>`__\n"})
    assert (built.messages, built.status) == ("", 0)
    assert address in [link["href"] for link in built.html().select("a[href]")]


@given(before=st.text("\x00\x01 \t\n", max_size=3), inside=st.text("\t\n\r", max_size=2), at=st.integers(0, 10))
def test_a_scheme_is_read_as_browsers_read_it(before: str, inside: str, at: int) -> None:
    """They pass over line ends, tabs and leading spaces; the standard is https://url.spec.whatwg.org/."""
    assert scheme_of(f"{before}{'javascript'[:at]}{inside}{'javascript'[at:]}:alert(1)") == "javascript"
