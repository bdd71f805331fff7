"""Old addresses in the browser, on a site whose pages have a content security policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.site.small_catalogue import FILES, THEME
from tests.support import CONF, deep

if TYPE_CHECKING:
    from tests.site.conftest import Browse, BuildSmall

SETTINGS = f"""
html_theme = {THEME!r}
recap_entry_pages = True
extensions += ["sphinx_lean"]
html_baseurl = "https://garden.example/"
recap_publish = ["not-found"]
"""


@pytest.fixture(scope="module")
def address(build_small: BuildSmall) -> str:
    """Return the address of a site on which entry A10 has another id, and a page and a list have other names."""
    posters = str(FILES["posters.yaml"]).replace("id: A10\n", "id: zebras\n    was: A10\n")
    files = {name: content for name, content in FILES.items() if name not in {"long.md", "many.md", "many.yaml"}}
    files |= {
        "conf.py": CONF + SETTINGS,
        "posters.yaml": posters.replace("entries:", "was: walls.yaml\nentries:"),
        "posters.md": str(FILES["posters.md"]).replace("myst:", "was: walls.md\nmyst:"),
    }
    return build_small(files)


@pytest.mark.parametrize("script", [True, deep(False)])
def test_an_old_address_leads_to_the_new_page(browse: Browse, address: str, script: bool) -> None:
    tab = browse(address, java_script_enabled=script)
    for old, new in {
        "posters/A10.html": "posters/zebras.html",
        "walls/A10.html": "posters/zebras.html",
        "walls.html": "posters.html",
    }.items():
        tab.page.goto("about:blank")
        tab.page.goto(f"{address}{old}", wait_until="commit")
        expect(tab.page).to_have_url(f"{address}{new}")
        expect(tab.page.locator("h1")).to_be_visible()


def test_what_follows_an_old_address_is_kept(browse: Browse, address: str) -> None:
    """A shared filter or a link to a place on the page works, where a script may run."""
    page = browse(address).page
    page.goto(f"{address}walls.html?q=number#poster-a2", wait_until="commit")
    expect(page).to_have_url(f"{address}posters.html?q=number#poster-a2")
    expect(page.locator("#poster-a2")).to_be_in_viewport()


@pytest.mark.deep
def test_an_old_address_in_an_index_by_initial_leads_to_the_name(browse: Browse, build_small: BuildSmall) -> None:
    """Up to 500 people are on one page; later, each is on the page of an initial, which was once that of the name."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    people = [f"{one.upper()}nn {other.upper()}{one}son" for one in letters for other in letters[:20]]
    people += ["Ana de la Cruz", "Ludwig van Beethoven", "Łukasz Kåre", "Doe J. R.", "Moss Society", "Tove W. Zorn"]
    files = {
        "conf.py": CONF + SETTINGS,
        "index.md": "# Talks\n\n:::{catalogue} talks.yaml\n:::\n",
        "talks.yaml": f"kind: session\nentries: [{{id: a, title: All, people: {people}}}]\n",
    }
    tab = browse(build_small(files))
    for old, new in {
        "a.html#person-ana-de-la-cruz": "c",
        "l.html#person-ludwig-van-beethoven": "b",
        "l.html#person-lukasz-kare": "k",
        "s.html#person-moss-society": "m",
        "t.html#person-tove-w-zorn": "z",
    }.items():
        page, _hash, anchor = old.partition("#")
        tab.page.goto("about:blank")
        tab.page.goto(f"{tab.address}people/{page}#{anchor}")
        expect(tab.page).to_have_url(f"{tab.address}people/{new}.html#{anchor}")
        expect(tab.page.locator(f"dt#{anchor}")).to_be_in_viewport()
        tab.page.goto(f"{tab.address}people.html#{anchor}")
        expect(tab.page.locator(f"li#{anchor} a")).to_be_in_viewport()


def test_an_old_anchor_shows_its_entry_whatever_the_filter(browse: Browse, address: str) -> None:
    page = browse(address).page
    for query in ("", "?q=nothing+at+all"):
        page.goto("about:blank")
        page.goto(f"{address}posters.html{query}#poster-a10")
        expect(page.locator("#poster-zebras")).to_be_in_viewport()
        assert page.locator("#poster-zebras").evaluate("(entry) => getComputedStyle(entry).boxShadow") != "none"


def test_pages_that_forward_are_published_as_they_were_made(browse: Browse, address: str) -> None:
    """The pass over pages of the theme leaves no marks in them."""
    for path in ("posters/A10.html", "404.html"):
        text = browse(address).page.request.get(f"{address}{path}").text()
        assert text.startswith("<!DOCTYPE html>"), path
        assert "nonce" not in text, path
