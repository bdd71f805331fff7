"""The books of the site, checked by validators and converters; slow, so only in ``make test-all``."""

from __future__ import annotations

import os
import re
import subprocess
import zlib
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
import yaml

from tests.crawl import faults
from tests.programs import program
from tests.support import ROOT, build_site

pytestmark = pytest.mark.deep

EVENT = "PyTorch Ecosystem Day 2021"
PAGES = {f"{kind} of {EVENT}" for kind in ("Posters", "Keynotes", "Breakout sessions")}
ACCEPTED_ERRORS = (
    "The “aria-controls” attribute must not be used on any “label” element",  # the tabs of sphinx-design
    "A “link” element with a “blocking” attribute must have",  # rel="expect" is in the standard since 2024
    # CSS that browsers know and the validator does not: container queries, and a property of SVG 2.
    "CSS: “container”: Property “container” doesn't exist",
    "CSS: Unrecognized at-rule “@container”",
    "CSS: “vector-effect”: Property “vector-effect” doesn't exist",
)
NEW_UNIT = re.compile(r"[\d.]cq[bhiw]\b")  # the units of container queries are parse errors for the validator


def call(*command: str, cwd: Path | None = None) -> str:
    """Return the output of a program."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    result = subprocess.run(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return result.stdout.decode(errors="replace")


@pytest.fixture(scope="module")
def epub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the ePub, built twice, because Sphinx also packs files of earlier builds."""
    folder = tmp_path_factory.mktemp("epub")
    build_site("epub", folder)
    return build_site("epub", folder)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the PDF, with its log beside it."""
    out = build_site("latex", tmp_path_factory.mktemp("latex"))
    output = call(*program("latexmk"), "-xelatex", "-interaction=nonstopmode", "community-recaps.tex", cwd=out)
    pdf = out / "community-recaps.pdf"
    assert pdf.is_file(), output[-3000:]
    return pdf


# -- ePub --------------------------------------------------------------------------------------------------------------


def test_epubcheck_reports_nothing(epub: Path) -> None:
    output = call(*program("epubcheck"), *map(str, epub.glob("*.epub")))
    assert "No errors or warnings detected" in output, output


def test_the_links_in_the_epub_are_valid(epub: Path) -> None:
    assert faults(epub) == []


def test_the_epub_has_a_cover_and_a_language(epub: Path) -> None:
    with ZipFile(next(epub.glob("*.epub"))) as book:
        assert {"_static/cover.png", "epub-cover.xhtml"} <= set(book.namelist())
        package = book.read("content.opf").decode()
    assert 'name="cover"' in package
    assert '<html lang="en" xml:lang="en" ' in (epub / "index.xhtml").read_text(encoding="utf-8")


def test_footnote_numbers_have_one_pair_of_brackets(epub: Path) -> None:
    """Docutils writes them, and Sphinx's style sheet would add a second pair."""
    page = (epub / "recaps/2021-ecosystem-day/index.xhtml").read_text(encoding="utf-8")
    assert '<span class="fn-bracket">[</span>' in page
    assert page.index("epub.css") < page.index("book.css")
    assert "content: none" in (epub / "_static/book.css").read_text(encoding="utf-8")


def test_the_contents_of_the_epub_list_the_event_and_its_pages(epub: Path) -> None:
    """The pages are on the level below the event, which is on the level below the recaps."""
    html = {"": "http://www.w3.org/1999/xhtml"}
    nav = ET.parse(epub / "nav.xhtml").getroot().find(".//nav/ol", html)
    assert nav is not None

    def below(items: ET.Element, title: str) -> ET.Element:
        [match] = [item for item in items if name(item) == title]
        inside = match.find("ol", html)
        assert inside is not None
        return inside

    def name(item: ET.Element) -> str:
        return " ".join(item.findtext("a", "", html).split())

    names = {name(item) for item in below(below(nav, "Recaps"), EVENT)}
    assert {name.removesuffix(f" of {EVENT}") for name in PAGES} <= names


# -- Pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("builder", ["html", "dirhtml", "epub"])
def test_the_w3c_validator_reports_no_errors(
    builder: str, request: pytest.FixtureRequest, built_site: Path, tmp_path: Path
) -> None:
    vnu = program("vnu")
    if builder == "html":
        out = built_site
    else:
        out = request.getfixturevalue("epub") if builder == "epub" else build_site(builder, tmp_path)
    pages = [str(page) for page in sorted(out.rglob("*html")) if "_static" not in page.parts and page.stem != "nav"]
    output = call(*vnu, "--errors-only", "--format", "gnu", *pages)
    assert [line for line in output.splitlines() if ": error" in line and not _accepted(line)] == []


def _accepted(error: str) -> bool:
    """Return whether the validator is wrong: it does not know something, or cannot parse a value with a new unit."""
    parse = re.fullmatch(r'"file:(.*)":(\d+)\.(\d+)-\d+\.\d+: error: CSS: “[\w-]+”: Parse Error\.', error)
    if parse:
        path, line, column = parse.groups()
        before = Path(unquote(path)).read_text(encoding="utf-8").split("\n")[int(line) - 1][: int(column)]
        return bool(NEW_UNIT.search(re.split("[{;]", before)[-1]))
    return any(name in error for name in ACCEPTED_ERRORS)


def test_the_links_in_dirhtml_pages_are_valid(tmp_path: Path) -> None:
    assert faults(build_site("dirhtml", tmp_path)) == []


# -- PDF ---------------------------------------------------------------------------------------------------------------


def test_no_character_is_missing_and_no_line_too_long(printed: Path) -> None:
    log = printed.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
    assert (
        re.findall(r"^(?:Missing character|Overfull|!|.*multiply defined|.*undefined reference).*", log, re.MULTILINE)
        == []
    )


def test_the_pdf_shows_the_addresses_of_links(printed: Path) -> None:
    """Readers of a printed copy can type the address of every poster."""
    text = "".join(call(*program("pdftotext"), "-layout", str(printed), "-").split())
    data = yaml.safe_load((ROOT / "recaps/2021-ecosystem-day/posters.yaml").read_text(encoding="utf-8"))
    addresses = [entry["link"] for entry in data["entries"] if "link" in entry]
    assert len(addresses) > 40
    # The running head of the next page is within an address that continues there.
    lost = [address for address in addresses if address not in text and address[:40] not in text]
    assert lost == []
    assert "Releaselocal" not in text


def test_bookmarks_list_the_event_and_its_pages(printed: Path) -> None:
    """In the XML of the outline, an item with children is followed by their outline."""
    output = call(*program("pdftohtml"), "-xml", "-stdout", "-i", str(printed))
    outline = ET.fromstring(output[output.index("<outline>") : output.rindex("</outline>") + len("</outline>")])
    levels = [items for items in outline.iter("outline") if EVENT in [item.text for item in items]]
    [recaps] = levels
    [event] = [below for item, below in pairwise(recaps) if item.text == EVENT]
    names = {item.text or "" for item in event if item.tag == "item"}
    assert {name for name in names if name.endswith(EVENT)} == PAGES


def test_the_pdf_has_a_language(printed: Path) -> None:
    data = printed.read_bytes()
    assert any(b"/Lang(en)" in part for part in _streams(data))


def _streams(data: bytes) -> list[bytes]:
    parts = [data]
    for start in re.finditer(rb"stream\r?\n", data):
        try:
            parts.append(zlib.decompressobj().decompress(data[start.end() :]))
        except zlib.error:
            continue
    return parts


# -- Manuals -----------------------------------------------------------------------------------------------------------


def test_the_manual_page_is_plain_text(tmp_path: Path) -> None:
    page = build_site("man", tmp_path) / "community-recaps.7"
    text = call(*program("man"), "-l", str(page))
    assert "COMMUNITY-RECAPS(7)" in text
    assert EVENT in text
    assert "<>" not in text


def test_the_info_manual_has_no_warnings(tmp_path: Path) -> None:
    out = build_site("texinfo", tmp_path)
    output = call(*program("makeinfo"), "--no-split", "community-recaps.texi", cwd=out)
    assert output == ""
    assert EVENT in (out / "community-recaps.info").read_text(encoding="utf-8")
