"""What a site publishes beside its pages is complete, stays current, and leaves files of the project alone."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from tests.published import BASE, CONF, EVENT, FILES
from tests.support import small_project

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.support import Built, Project


def locations(built: Built) -> list[str]:
    """Return the addresses in the sitemap."""
    return [str(loc.text) for loc in ET.fromstring(built.text("sitemap.xml")).iter() if loc.tag.endswith("}loc")]


def test_canonical_address(published: Built) -> None:
    """Every page says where it belongs, also those without a source file, and it is the address in the sitemap."""
    entries = (f"{EVENT}/talks/pollination.html", f"{EVENT}/talks/roots.html")
    pages = ("index.html", f"{EVENT}/index.html", *entries, "people.html", "topics.html")
    links = [link for page in pages for link in published.html(page).select("link[rel=canonical]")]
    assert [link["href"] for link in links] == [f"{BASE}{page}" for page in pages]
    assert locations(published) == sorted(str(link["href"]) for link in links)


def test_not_found(published: Built) -> None:
    """The page for missing addresses works at any depth, and all that it links to exists."""
    page = published.html("404.html")
    links = {str(node.get("href") or node.get("action")) for node in page.select("[href], [action]")}
    pages = ("index.html", "search.html", f"{EVENT}/index.html", "people.html", "topics.html")
    names = ("_static/recap-not-found.css", *pages)
    assert links == {f"{urlsplit(BASE).path}{name}" for name in names}
    assert all((published.out / name).is_file() for name in names)
    assert page.select_one("meta[name=robots][content=noindex]")


def contents(folder: Path) -> dict[str, bytes]:
    """Return the published files, which have no page of the theme."""
    kinds = (
        "*.xml",
        "404.html",
        "preview.png",
        "recaps/**/*.png",
        "*.atom",
        "*.bib",
        "*.csv",
        "*.ics",
        "recaps/**/*.json",
        "records*.json",
    )
    return {path.relative_to(folder).as_posix(): path.read_bytes() for kind in kinds for path in folder.rglob(kind)}


def test_next_builds(project: Project, tmp_path: Path) -> None:
    """An incremental build publishes the same as a clean one; without an address or a format, nothing is left over."""
    project({**FILES, "more.md": "---\norphan: true\n---\n\n# More\n"}, conf=CONF)
    (project.root / "more.md").unlink()
    fewer = str(FILES[f"{EVENT}/talks.yaml"]).partition("  - id: roots")[0]
    changed = {**FILES, "new.md": "---\norphan: true\n---\n\n# New\n", f"{EVENT}/talks.yaml": fewer}
    second = project(changed, conf=CONF)
    assert f"{BASE}new.html" in locations(second)
    assert contents(second.out) == contents(small_project(tmp_path / "clean")(changed, conf=CONF).out)
    without = project(conf=f'{CONF}recap_publish = ["previews"]\n')
    assert contents(without.out) == {}
    assert "og:title" in without.text("index.html")
    local = project()
    assert contents(local.out) == {}
    assert "og:" not in local.text("index.html")


def test_files_of_the_project_win(project: Project) -> None:
    """A page or an extra file with the name of a published one is what readers get."""
    own = {**FILES, "404.md": "---\norphan: true\n---\n\n# Gone\n", "extra/sitemap.xml": "<mine/>"}
    conf = f'{CONF}html_extra_path = ["extra"]\n'
    for built in (project(own, conf=conf), project(own, conf=conf)):
        assert "Gone" in built.text("404.html")
        assert built.text("sitemap.xml") == "<mine/>"


def test_files_of_the_same_name_are_reported(project: Project) -> None:
    """The first one is published, in each build."""
    data = "kind: session\nentries:\n  - id: {id}\n    title: One\n"
    files = {
        **FILES,
        "lists.md": "---\norphan: true\n---\n\n# Lists\n\n:::{catalogue} a.yaml\n:::\n\n:::{catalogue} A.yml\n:::\n",
        "a.yaml": data.format(id="one"),
        "A.yml": data.format(id="other"),
    }
    conf = f'{CONF}recap_publish = ["exports"]\n'
    first = project(files, conf=conf)
    assert first.messages.count(".json; rename one of their sources") == 1
    (published,) = [path for path in first.out.glob("*.json") if path.stem.casefold() == "a"]
    content = published.read_bytes()
    assert project(conf=conf).messages == first.messages
    assert published.read_bytes() == content


def test_unknown_format(project: Project) -> None:
    """A typo in the setting is reported at its line, with the names that exist."""
    built = project({"index.md": "# Home\n"}, conf='recap_publish = ["sitemap", "feed"]\n')
    assert "conf.py:8: WARNING: recap_publish: 'feed' is not a format; write some of 'previews'" in built.messages


def test_a_format_of_another_extension_is_left_to_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers get one sitemap, that of the extension which the project chose; the other formats are published."""
    monkeypatch.setitem(sys.modules, "sphinx_sitemap", SimpleNamespace(setup=lambda _app: {}))
    built = project(FILES, conf=f"{CONF}extensions.append('sphinx_sitemap')\n")
    assert built.messages == ""
    assert not (built.out / "sitemap.xml").exists()
    assert not built.html("index.html").select("link[rel=sitemap]")
    assert (built.out / "feed.xml").is_file()


def test_the_page_for_missing_addresses_can_be_replaced(project: Project) -> None:
    """A template of the project gets the same values, escaped."""
    own = {"index.md": "# Home\n", "_templates/recap-not-found.html": "<p>{{ project }}: {{ title }}</p>\n"}
    conf = f'{CONF}project = "A & B"\ntemplates_path = ["_templates"]\n'
    assert project(own, conf=conf).text("404.html") == "<p>A &amp; B: Page not found</p>"
