"""What was published keeps working: old ids, pages, files and folders lead to what replaced them."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from sphinx.util.inventory import InventoryFile

from tests.support import deep

if TYPE_CHECKING:
    from tests.support import Built, Files, Project

CONF = "recap_entry_pages = True\nhtml_baseurl = 'https://garden.example/x/'\n"
FILES: Files = {
    "index.md": "# Start\n\n:::{toctree}\ndays/index\n:::\n\n{recap:session}`moths` {recap:session}`old-days/bugs` "
    "{recap:session}`old-days/bees` {recap:event}`old-days` {any}`bugs`\n",
    "days/index.md": "# Days\n\n:::{event} event.yaml\n:::\n\n:::{toctree}\ntalks\n:::\n",
    "days/talks.md": "---\nwas: [sessions.md, talks/removed, /gone/page]\n---\n# Talks <&>\n\n{recap:session}`Bugs`\n\n"
    ":::{catalogue} talks.yaml\n:::\n",
    "days/event.yaml": "name: Orchid Days\nstart: 2024-05-03\nwas: old-days\nsessions:\n"
    "  - {name: Opening, start: '2024-05-03T09:00Z', end: '2024-05-03T10:00Z'}\n",
    "days/talks.yaml": "kind: session\nwas: sessions.yaml\nentries:\n"
    "  - {id: moths, title: 'Moths <&> \"', was: [bugs, Index, notes/X1]}\n  - {id: bees, title: Bees}\n",
}
MOVED = {
    "days/talks/bugs": "days/talks/moths",
    "days/talks/_Index": "days/talks/moths",
    "days/notes/X1": "days/talks/moths",
    "days/sessions": "days/talks",
    "days/sessions/bugs": "days/talks/moths",
    "days/sessions/bees": "days/talks/bees",
    "days/talks/removed": "days/talks",
    "gone/page": "days/talks",
    "old-days/index": "days/index",
    "old-days/talks": "days/talks",
    "old-days/sessions": "days/talks",
    "old-days/talks/bees": "days/talks/bees",
    "old-days/talks/bugs": "days/talks/moths",
    "old-days/sessions/bees": "days/talks/bees",
}


def path(name: str, builder: str) -> str:
    """Return the file of a page."""
    return f"{name}.html" if builder == "html" or name.endswith("index") else f"{name}/index.html"


def forwards_to(built: Built, file: str) -> str:
    """Return the file to which a page forwards; it has all of the means that work without a script."""
    page = built.html(file)
    refresh, link = page.select_one("meta[http-equiv=refresh]"), page.select_one("body a")
    assert refresh is not None, file
    assert link is not None, file
    assert page.select_one("meta[name=robots][content=noindex]")
    assert page.title
    assert page.title.get_text() == link.get_text() != ""
    policy, script = page.select_one("meta[http-equiv=Content-Security-Policy]"), page.select_one("script")
    assert policy is not None
    assert script is not None
    hashed = b64encode(sha256(str(script.string).encode()).digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{hashed}';" in str(policy["content"])
    delay, address = str(refresh["content"]).split("; url=")
    assert delay == "0"
    assert address == link["href"]
    target = urljoin(f"/{file}", address)
    canonical = page.select_one("link[rel=canonical]")
    assert canonical is not None
    assert canonical["href"] == f"https://garden.example/x{target}"
    return target.removeprefix("/") + ("index.html" if target.endswith("/") else "")


@pytest.mark.parametrize("builder", ["html", deep("dirhtml")])
def test_old_addresses_forward_to_new_pages(built: Built, module_project: Project, builder: str) -> None:
    result = built if builder == "html" else module_project(FILES, builder, conf=CONF)
    assert {path(name, builder): forwards_to(result, path(name, builder)) for name in MOVED} == {
        path(old, builder): path(new, builder) for old, new in MOVED.items()
    }
    assert "gone" not in result.text("sitemap.xml")


def test_old_anchors_are_beside_the_new_one(built: Built) -> None:
    page = built.html("days/talks.html")
    for anchor in ("session-bugs", "session-index"):
        entry = page.select_one(f"#{anchor}")
        assert entry is not None
        assert entry.find_parent(id="session-moths")
    assert not page.select("[id*=x1]")
    assert built.html("days/index.html").select("#event-old-days")


def test_references_by_old_names_resolve(built: Built) -> None:
    links = [(link["href"], link.get_text()) for link in built.html().select(".body p a.reference")]
    moths, bees = ("days/talks/moths.html", 'Moths <&> "'), ("days/talks/bees.html", "Bees")
    assert links == [moths, moths, bees, ("days/index.html#event-days", "Orchid Days"), moths]


def test_other_projects_find_old_names(built: Built) -> None:
    with (built.out / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", lambda base, uri: base + uri)
    sessions = {name: item.uri for name, item in inventory["recap:session"].items()}
    moths, bees = "days/talks/moths.html", "days/talks/bees.html"
    names = {"moths": moths, "bugs": moths, "Index": moths, "X1": moths, "bees": bees}
    assert sessions == {f"{event}/{name}": uri for event in ("days", "old-days") for name, uri in names.items()}
    assert inventory["recap:event"]["old-days"].uri == "days/index.html#event-days"
    documents = {name: item.uri for name, item in inventory["std:doc"].items()}
    assert documents["days/sessions"] == documents["old-days/talks"] == "days/talks.html"
    assert documents["old-days/index"] == "days/index.html"


def test_files_that_programs_follow_are_also_at_their_old_paths(built: Built) -> None:
    for new, old in (
        ("days/event.atom", "old-days/event.atom"),
        ("days/event.ics", "old-days/event.ics"),
        ("days/talks.csl.json", "days/sessions.csl.json"),
        ("days/talks.csv", "old-days/sessions.csv"),
        ("days/talks/moths.bib", "days/talks/bugs.bib"),
        ("days/talks/moths.png", "days/talks/bugs.png"),
        ("days/event-opening.ics", "old-days/event-opening.ics"),
    ):
        assert (built.out / new).read_bytes() == (built.out / old).read_bytes()
    assert not list(built.out.glob("**/removed.*[!l]"))  # a page has no such files


def test_programs_know_records_by_their_first_names(built: Built) -> None:
    """Otherwise, a reader of feeds would show each of them again, and a calendar would have it twice."""
    base = "https://garden.example/x/"
    ids = re.findall("<id>(.*?)</id>", built.text("days/event.atom"))
    assert ids == [
        f"{base}old-days/event.atom",
        *(f"{base}old-days/{name}" for name in ("event", "sessions#bees", "sessions#bugs")),
    ]
    sessions = ("event", "event-opening")
    uids = re.findall("UID:(.*)", built.text("days/event.ics").replace("\r", ""))
    assert uids == [f"old-days/{name}@garden.example" for name in sessions]


@pytest.mark.parametrize(
    ("builder", "file", "target"),
    [
        ("latex", "small.tex", r"\label{\detokenize{days/talks:session-bugs}}"),
        deep("epub", "days/talks.xhtml", 'id="session-bugs"'),
        deep("text", "days/talks.txt", "Moths"),
        deep("singlehtml", "index.html", 'id="session-bugs"'),
    ],
)
def test_books_have_the_old_anchors(module_project: Project, builder: str, file: str, target: str) -> None:
    result = module_project(FILES, builder, conf=CONF)
    assert result.messages == ""
    assert target in result.text(file)


def test_pages_in_a_former_folder_stay(project: Project) -> None:
    """A new event may have the former folder of another one."""
    posters = {
        f"{folder}/posters.{ending}": text
        for folder in ("days", "old")
        for ending, text in (
            ("md", "---\norphan: true\n---\n# Posters\n\n:::{catalogue} posters.yaml\n:::\n"),
            ("yaml", f"kind: poster\nentries:\n  - {{id: A1, title: Roots in {folder}}}\n"),
        )
    }
    start = "# Start\n\n:::{event} days/event.yaml\n:::\n\n{recap:poster}`old/A1`\n"
    event = "name: Orchid Days\nstart: 2024-05-03\nwas: old\n"
    result = project({**posters, "index.md": start, "days/event.yaml": event}, conf=CONF)
    assert result.messages == ""
    assert "Roots in old" in result.text("index.html")
    for name in ("old/posters.html", "old/posters/A1.html"):
        assert "Roots in old" in result.text(name)


def test_forwarding_pages_end_with_their_former_names(project: Project) -> None:
    """They go when nothing names them, and a page that takes their place wins."""
    talks = str(FILES["days/talks.yaml"])
    project({**FILES, "index.md": "# Start\n\n:::{toctree}\ndays/index\n:::\n"}, conf=CONF)
    result = project(
        {
            "days/talks.yaml": talks.replace("bugs, ", "").replace("was: sessions.yaml\n", ""),
            "days/talks.md": "# Talks\n\n:::{catalogue} talks.yaml\n:::\n",
            "days/sessions.md": "---\norphan: true\n---\n# Sessions\n",
            "days/event.yaml": "name: Orchid Days\nstart: 2024-05-03\n",
        },
        conf=CONF,
    )
    assert result.messages == ""
    pages = {file.relative_to(result.out).as_posix() for file in result.out.rglob("*.html")}
    days = {"index", "sessions", "talks", "talks/moths", "talks/bees", "talks/_Index", "notes/X1"}
    others = ("index", "404", "genindex", "search")
    assert pages == {f"{name}.html" for name in (*others, *(f"days/{one}" for one in days))}
    assert "refresh" not in result.text("days/sessions.html")
    assert not (result.out / "old-days").exists()


def test_a_former_name_that_still_exists_or_is_claimed_twice_is_reported(project: Project) -> None:
    result = project(
        {
            "index.md": "---\nwas: [days/talks, two, '../x', 'javascript:alert(1)', search]\n---\n# Start\n\n"
            ":::{toctree}\ndays/talks\nother\n:::\n",
            "other.md": "---\norphan: true\nwas: [Other, /two]\n---\n# Other\n",
            "days/talks.md": "# Talks\n\n:::{catalogue} talks.yaml\n:::\n\n:::{catalogue} more.yaml\n:::\n",
            "days/talks.yaml": "kind: session\nentries:\n  - id: bees\n    title: Bees\n    was: [moths, bees, wasps]\n"
            "  - {id: moths, title: Moths, was: [wasps, '../../x', 'a:b', 'x y']}\n",
            "days/more.yaml": "kind: session\nwas: [/]\nentries:\n  - {id: ants, title: Ants, was: [moths]}\n",
        },
        conf=CONF,
    )
    invalid = "is not a former id; write an id such as A4, or in another file talks/A4"
    path = "is not a former path; write one such as talks, or /recaps/2024-days/talks"
    recorded, former = "days/talks.yaml:{}: ERROR: `was`: {} [recap.data]", "{}: WARNING: `was`: {} [recap.former]"
    alone = "because an address leads to one entry"
    assert sorted(result.messages.splitlines()) == sorted(
        [
            f"days/more.yaml:2:7: ERROR: `was`: '/' {path} [recap.data]",
            recorded.format("5:11", f"'moths' is the id of the entry on line 6; remove it, {alone}"),
            recorded.format("5:18", "'bees' is the id of this entry itself; remove it"),
            recorded.format("6:37", "'wasps' is also on line 5; keep it in the entry to which the address should lead"),
            recorded.format("6:44", f"'../../x' {invalid}"),
            recorded.format("6:55", f"'a:b' {invalid}"),
            recorded.format("6:62", f"'x y' {invalid}"),
            former.format("days/more.yaml:4", "'moths' is the id of an entry in days/talks.yaml:6; remove it from one"),
            former.format("index.md:2", f"'../x' {path}"),
            former.format("index.md:2", f"'javascript:alert(1)' {path}"),
            former.format("index.md:2", "there is still a page 'days/talks'; remove it"),
            former.format("index.md:2", "there is still a page 'search'; remove it"),
            former.format("other.md:3", "'two' is also in index.md:2; keep it where it should lead"),
            former.format("other.md:3", "there is still a page 'other'; it differs from 'other' only by case"),
        ]
    )
    assert not (result.out / "Other.html").exists()
