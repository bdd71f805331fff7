"""The links of entries in lists: their texts and labels, and what they load."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_catalogue import FILES, PAGE, entry, with_options

if TYPE_CHECKING:
    from tests.support import Project


def test_link_texts_tell_a_known_copy_from_a_search_for_one(project: Project) -> None:
    """With a full timestamp, the address is that of one copy; without one, the service looks for the nearest copy."""
    built = project(FILES)
    dated = entry(built, "poster-a2").select(".archived-copy")
    assert [copy.get_text() for copy in dated] == ["look in the archive", "look in the archive"]
    assert dated[0]["href"] == "https://web.archive.org/web/20210510/https://example.org/brevitas"
    data = "kind: poster\nentries:\n  - {id: A1, title: One, link: 'https://example.org/x'}\n"
    built = project(
        with_options(
            data=f"{data}  - {{id: A2, title: Two, link: 'https://example.org/y', archived: 20210510120000}}\n"
        )
    )
    guess, exact = (entry(built, f"poster-{name}").select_one(".archived-copy") for name in ("a1", "a2"))
    assert guess is not None
    assert exact is not None
    assert (guess.get_text(), exact.get_text()) == ("look in the archive", "archived copy")
    assert guess["href"] == "https://web.archive.org/web/2021/https://example.org/x"


@pytest.mark.parametrize("ids", [("A1", "A2"), ("who-pollinates", "why-bees")])
def test_the_label_of_a_link_identifies_its_entry(project: Project, ids: tuple[str, str]) -> None:
    """Accessible names are unique in a list, and start with the visible text; but not in what is closed at first."""
    data = "kind: keynote\nentries:\n" + "".join(
        f"  - id: {name}\n    title: About {name}\n    link: https://example.org/{name}\n    video: https://example.org/v/{name}\n"
        f"    links: [{{title: Slides, url: 'https://example.org/s/{name}'}}]\n"
        f"    sources: [{{title: Report, url: 'https://example.org/r/{name}', archived: 2021-05-10}}]\n"
        for name in ids
    )
    page = project(with_options(data=data)).html(f"{PAGE}.html")
    links = page.select(".recap-ways a:not(details a)")
    names = [str(link.get("aria-label", link.get_text())) for link in links]
    assert len(names) == len(set(names)) == 8
    assert all(name.startswith(link.get_text()) for name, link in zip(names, links, strict=True))


def test_nothing_is_fetched_from_another_host(project: Project) -> None:
    page = project(FILES).html(f"{PAGE}.html")
    sources = [str(element["src"]) for element in page.select("[src]")]
    assert [source for source in sources if "://" in source] == []
    assert page.select(".recap-catalogue :is(iframe, script, [style])") == []


def test_link_check_sees_every_link(project: Project) -> None:
    """The addresses do not exist; the test only asserts that they are checked."""
    built = project(FILES, "linkcheck", conf="linkcheck_timeout = 1\nlinkcheck_ignore = ['.*']\n")
    report = built.text("output.json")
    for address in (
        "org/brevitas",
        "org/a2.png",
        "org/slides",
        "v=aqz-KE-bpKQ",
        "web/20210601/https://example.org/slides",
    ):
        assert address in report
