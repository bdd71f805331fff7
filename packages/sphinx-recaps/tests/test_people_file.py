"""``people.yaml``: one person is one person, in the index, roles, search, feeds and for machines."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from test_domain import inventory

if TYPE_CHECKING:
    from tests.support import Built, Files, Project

PEOPLE = """\
people:
  - name: Ann Other
    also: [A. Other, Ann Maiden]
    links:
      - https://example.org/ann?a=1&b=2
      - {title: "<Code>", url: https://git.example/ann}
    note: Grows orchids & <b>.
  - name: Night Gardeners
    kind: team
  - name: Gabo García Márquez
    sort: García Márquez, Gabo
topics:
  - name: Pollination
    also: [Pollinating]
"""
FILES: Files = {
    "index.md": "# Home\n\n```{toctree}\n:glob:\n*/*\n```\n\n{recap:person}`A. Other` {recap:person}`ann maiden` "
    "{recap:topic}`pollinating`\n",
    "a/talks.md": "# Talks\n\n:::{catalogue} talks.yaml\n:::\n",
    "a/talks.yaml": "kind: session\nentries:\n"
    "  - {id: a, title: First, people: [A. Other, Night Gardeners], topics: [Pollinating], date: 2024-05-01}\n"
    "  - {id: b, title: Second, people: [Gabo García Márquez, Bo Li], topics: [Roots]}\n",
    "b/talks.md": "# More\n\n:::{catalogue} talks.yaml\n:person: Ann Maiden\n:::\n",
    "b/talks.yaml": "kind: session\nentries:\n"
    "  - {id: c, title: Third, people: [Ann Other], topics: [Pollination], date: 2024-05-02}\n"
    "  - {id: d, title: Fourth, people: [Bo Li], topics: [Roots]}\n",
    "people.yaml": PEOPLE,
}
CONF = 'html_baseurl = "https://garden.example/"\nrecap_entry_pages = True\n'


def test_the_index_has_one_entry_for_all_spellings(built: Built) -> None:
    """It lists everything that the person did, and what is known; anchors of other spellings keep working."""
    page = built.html("people.html")
    terms = {str(term.contents[0]).strip(): term for term in page.select("dt")}
    assert list(terms) == ["Gabo García Márquez", "Bo Li", "Night Gardeners", "Ann Other"]
    ann = terms["Ann Other"].parent
    assert ann
    assert [link.text for link in ann.select("dd:not(.recap-index-about) a")] == ["First", "Third"]
    about = [line.text for line in ann.select(".recap-index-about")]
    assert about == ["Also: A. Other, Ann Maiden", "Grows orchids & <b>.", "example.org, <Code>"]
    assert [link["href"] for link in ann.select(".recap-index-about a")] == [
        "https://example.org/ann?a=1&b=2",
        "https://git.example/ann",
    ]
    for anchor in ("person-ann-other", "person-a-other", "person-ann-maiden"):
        assert ann.find(id=anchor), anchor
    assert "Team" in terms["Night Gardeners"].text
    assert "All 3 people and 1 team" in page.text
    topics = built.html("topics.html")
    assert [str(term.contents[0]) for term in topics.select("dt")] == ["Pollination", "Roots"]
    assert topics.find(id="topic-pollinating")


def test_all_references_go_to_the_one_person(built: Built) -> None:
    """From roles, lists, other sites, and the search; lists keep the name as published."""
    home = built.html("index.html")
    assert [(link.text, link["href"]) for link in home.select("p a.reference[href*=person], p a[href*=topic-]")] == [
        ("Ann Other", "people.html#person-ann-other"),
        ("Ann Other", "people.html#person-ann-other"),
        ("Pollination", "topics.html#topic-pollination"),
    ]
    link = built.html("a/talks.html").find("a", string="A. Other")
    assert link
    assert link["href"] == "../people.html#person-ann-other"
    assert [title.text for title in built.html("b/talks.html").select(".recap-title a:first-of-type")] == ["Third"]
    people = inventory(built.out / "objects.inv")["recap:person"]
    assert people["Ann Maiden"] == people["A. Other"] == ("people.html#person-ann-other", "Ann Other")
    related = built.html("a/talks/a.html").select_one(".recap-page-related")
    assert related
    assert "also with Ann Other" in related.text


def test_machines_learn_of_the_one_person(built: Built) -> None:
    """Structured data has the links, citations the family name, and neither takes a team for a person.

    A feed has everything, and is where the feeds of other spellings were.
    """
    data = json.loads(built.html("a/talks/a.html").select("script[type='application/ld+json']")[0].string or "")
    thing = data[0] if isinstance(data, list) else data["@graph"][0]
    ann, team = thing["author"]
    assert (ann["@type"], ann["name"]) == ("Person", "A. Other")
    assert ann["sameAs"] == ["https://example.org/ann?a=1&b=2", "https://git.example/ann"]
    assert team["@type"] == "Organization"
    first, second = json.loads(built.text("a/talks.csl.json"))
    assert first["author"] == [{"family": "Other", "given": "A."}, {"literal": "Night Gardeners"}]
    assert second["author"][0] == {"family": "García Márquez", "given": "Gabo"}
    assert "Other, A. and {Night Gardeners}" in built.text("a/talks.bib")
    feed = built.text("people/ann-other.atom")
    assert re.findall("<title>(.*?)</title>", feed)[1:] == ["Third", "First"]
    assert built.text("people/a-other.atom") == built.text("people/ann-maiden.atom") == feed
    assert "<name>A. Other</name>" in feed


def test_the_spelling_of_a_topic_is_settled_across_files(project: Project) -> None:
    """Lists show the preferred spelling; without a record, the more frequent one is recommended."""
    files = {
        **FILES,
        "b/talks.yaml": str(FILES["b/talks.yaml"]).replace("Roots", "Root"),
        "people.yaml": "people: []\n",
    }
    files["index.md"] = "# Home\n\n```{toctree}\n:glob:\n*/*\n```\n"
    files["b/talks.md"] = "# More\n\n:::{catalogue} talks.yaml\n:::\n"
    expected = "the topic 'Roots' is spelt 'Root' in b/talks.yaml:4; use one spelling, or list one under `also`"
    assert expected in project(files).messages
    built = project(
        {
            **files,
            "people.yaml": "topics: [{name: Root, also: Roots}, {name: Bees, also: [Pollination, Pollinating]}]\n",
        }
    )
    assert built.messages == ""
    assert [topic.text for topic in built.html("a/talks.html").select(".recap-topics a")] == ["Bees", "Root"]


def test_mistakes_in_the_file_are_reported_in_every_build(project: Project) -> None:
    """This includes records of names that no entry has, and a missing file that the setting names."""
    files = {**FILES, "people.yaml": PEOPLE.replace("name: Night", "name: Knight").replace("kind: team", "kind: crew")}
    for _ in range(2):
        lines = project(files, conf=CONF).messages.splitlines()
        assert [line.partition("; ")[0] for line in lines] == [
            "people.yaml:9:11: ERROR: `kind`: 'crew' is unknown",
            "people.yaml:8: WARNING: no entry has the person 'Knight Gardeners'",
        ]
    assert "did you mean Night Gardeners?" in lines[1]
    messages = project(files, conf=f"{CONF}recap_people = 'persons.yaml'\n").messages
    assert "recap_people is 'persons.yaml', but there is no such file; " in messages
