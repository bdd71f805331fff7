"""Links in page text: none of them can run a script, in Markdown or reStructuredText."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.core.link_schemes import scheme_of
from sphinx_recaps.data.fields import SCHEMES

from tests.support import picture

if TYPE_CHECKING:
    from tests.support import Files, Project

UNSAFE_LINKS = [
    "`x <javascript:alert(1)>`__",
    "`x <JaVaScRiPt:alert(1)>`__",
    "`x <data:text/html,alert>`__",
    "|x|\n\n.. |x| replace:: `y <file:///etc/passwd>`__",
    ".. image:: a.png\n   :alt: A\n   :target: javascript:alert(1)",
]


@pytest.mark.one_in(3)
@pytest.mark.parametrize("text", UNSAFE_LINKS)
@pytest.mark.parametrize("name", ["page.rst", "page.md"])
def test_a_link_with_a_forbidden_scheme_becomes_text(project: Project, text: str, name: str) -> None:
    """The build fails, too."""
    page = f"Page\n====\n\n{text}\n" if name == "page.rst" else f"# Page\n\n```{{eval-rst}}\n{text}\n```\n"
    files: Files = {"index.md": "# Home\n\n```{toctree}\npage\n```\n", name: page, "a.png": picture()}
    built = project(files)
    assert built.status == 1
    assert "[recap.address]" in built.messages
    assert f"{name}:" in built.messages
    schemes = {scheme_of(str(link["href"])) for link in built.html("page.html").select("a[href]")}
    assert schemes <= {"", *SCHEMES}


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "address", ["https://example.org/", "mailto:a%40example.org", "page.html", "#part", "//example.org"]
)
def test_other_links_are_unchanged(project: Project, address: str) -> None:
    built = project({"index.rst": f"Home\n====\n\n`x <{address}>`__\n"})
    assert (built.messages, built.status) == ("", 0)
    assert address in [link["href"] for link in built.html().select("a[href]")]


@given(before=st.text("\x00\x01 \t\n", max_size=3), inside=st.text("\t\n\r", max_size=2), at=st.integers(0, 10))
def test_a_scheme_is_read_as_browsers_read_it(before: str, inside: str, at: int) -> None:
    """Browsers ignore line ends, tabs and leading spaces: https://url.spec.whatwg.org/."""
    assert scheme_of(f"{before}{'javascript'[:at]}{inside}{'javascript'[at:]}:alert(1)") == "javascript"


ALLOWED: dict[str, str] = {
    "index.md": "# Home\n\n[Call](tel:+49301234) [Get](ftp://example.org/a)\n\n"
    "```{eval-rst}\n`Run <javascript:alert(1)>`__\n```\n\n"
    ":::{catalogue} talks.yaml\n:::\n\n:::{image-card} a.png\n:alt: A\n:title: Ring\n:link: tel:+49309999\n:::\n",
    "talks.yaml": "kind: session\nentries:\n  - id: a\n    title: A\n    link: tel:+49305678\n    links:\n"
    "      - {title: Files, url: ftp://example.org/files}\n    sources: ['tel:+49300000']\n",
}
MYST = "myst_url_schemes = ['http', 'https', 'mailto', 'tel', 'ftp', 'javascript']\n"


def test_a_project_can_allow_more_schemes(project: Project) -> None:
    """They work in text, data files and directives. Schemes that run scripts stay forbidden."""
    files: Files = {**ALLOWED, "a.png": picture()}
    built = project(files, conf=f"{MYST}recap_link_schemes = ['https', 'tel:', 'FTP', 'javascript', 'no scheme']\n")
    messages = [line for line in built.messages.splitlines() if line]
    assert len(messages) == 3, messages
    assert "'javascript', which can run scripts and is never allowed; remove it" in built.messages
    assert "'no scheme', which is not a scheme; write one such as 'tel'" in built.messages
    assert "uses the scheme javascript" in built.messages
    assert "write an address with https, ftp or tel" in built.messages
    links = {str(address["href"]) for address in built.html().select("a.external")}
    numbers = {f"tel:+4930{number}" for number in ("1234", "5678", "9999", "0000")}
    assert {*numbers, "ftp://example.org/a", "ftp://example.org/files"} <= links
    assert not any(address.startswith("javascript") for address in links)


def test_warnings_about_schemes_name_the_setting(project: Project) -> None:
    built = project({**ALLOWED, "a.png": picture()}, conf=MYST)
    warnings = [line for line in built.messages.splitlines() if "recap_link_schemes" in line]
    assert len(warnings) == 6, built.messages
    assert all("https, http or mailto" in line for line in warnings)
    assert not built.html().select("a[href^=tel], a[href^=ftp]")
