"""``sphinx-recaps check`` reports what was published and is gone, and says what to write so that it is not."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.cli.check import check
from sphinx_recaps.cli.git import NoHistoryError, Published

from tests.support import CONF, deep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

TALKS = (
    "kind: session\nentries:\n  - {id: moths, title: Moths}\n  - {id: bees, title: Bees}\n  - {id: B7, title: Rain}\n"
)
FILES = {
    "conf.py": f"{CONF}exclude_patterns = ['tools']\n",
    "index.md": "# Start\n\n:::{toctree}\n:glob:\n\ndays/*\nguide\n:::\n",
    "guide.rst": "Guide\n=====\n\nHow to grow moss.\n",
    "tools/notes.md": "# Not a page\n",
    "days/index.md": "# Days\n\n:::{event} event.yaml\n:::\n",
    "days/event.yaml": "name: Orchid Days\nstart: 2024-05-03\n",
    "days/talks.md": "# Talks\n\nThe talks of the days.\n\n:::{catalogue} talks.yaml\n:::\n",
    "days/talks.yaml": TALKS,
    "days/posters.md": "# Posters\n\n:::{catalogue} posters.yaml\n:::\n",
    "days/posters.yaml": "kind: poster\nentries:\n  - {id: A1, title: Roots}\n"
    "  - {id: A2, title: Leaves}\n  - {id: A3, title: Stems}\n",
}


class Checkout:
    """A Git checkout of a small project."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.root = root
        self._cache = cache

    def git(self, *arguments: str) -> str:
        """Run Git, and return its output."""
        identity = ("-c", "user.name=Ann Other", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false")
        command = ["git", "-C", str(self.root), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def write(self, files: Mapping[str, str]) -> None:
        """Write files of the project."""
        for name, text in files.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text, encoding="utf-8")

    def commit(self, files: Mapping[str, str], *gone: str) -> None:
        """Commit files without those that are gone."""
        self.write(files)
        for name in gone:
            (self.root / name).unlink()
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "A change", "--allow-empty")

    def check(self) -> tuple[list[str], str]:
        """Return what is reported as gone, and what was compared."""
        mistakes, scope = check(self.root, self._cache)
        assert [str(one) for one in mistakes if "[recap.gone]" not in one.text] == []
        texts = [str(one).replace(" [recap.gone]", "") for one in mistakes]
        return texts, scope.partition("data files")[2].lstrip(",; ")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Return a checkout on a branch of a project whose main branch is published."""
    (tmp_path / "project").mkdir()
    project = Checkout(tmp_path / "project", tmp_path / "cache")
    project.git("init", "-q", "-b", "main")
    project.commit(FILES)
    project.git("switch", "-q", "-c", "change")
    return project


def test_what_is_gone_is_reported_where_its_successor_is_until_that_says_what_it_was(checkout: Checkout) -> None:
    talks = TALKS.replace("id: moths", "id: night").replace("id: B7", "id: b7")
    moved = "kind: poster\nentries:\n  - {id: A1, title: Roots}\n"
    for name in ("guide.rst", "days/talks.md", "days/posters.yaml"):
        (checkout.root / name).unlink()
    checkout.write(
        {
            "index.md": FILES["index.md"].replace("guide", "garden/moss"),
            "garden/moss.rst": FILES["guide.rst"],
            "days/programme.md": f"---\norphan: true\n---\n{FILES['days/talks.md']}",
            "days/talks.yaml": talks,
            "days/posters.md": FILES["days/posters.md"].replace("posters.yaml", "more.yaml"),
            "days/more.yaml": moved,
        }
    )
    checkout.git("rm", "-q", "tools/notes.md")  # not a page
    removed = "the entries 'A2', 'A3' of days/posters.yaml were published and are gone; write `was` in what replaces it"
    top = "lines `---` at the top of the page"
    instead = f"between two {top} that readers should get instead, such as this one"
    messages = {
        "days/index.md:1": f"{removed} or, if nothing does, write `was: [posters/A2, posters/A3]` {instead}",
        "days/more.yaml:3": "this entry was published as 'A1'; write `was: [posters/A1]`",
        "days/programme.md:1": f"this page was published as 'days/talks'; write `was: [talks]` between the {top}",
        "days/talks.yaml:3": "this entry was published as 'moths'; write `was: [moths]`",
        "days/talks.yaml:5": "the id was published as 'B7'; write it like that, because case matters",
        "garden/moss.rst:1": "this page was published as 'guide'; write `:was: /guide` in the first line of the page",
    }
    assert checkout.check() == (
        [f"{place}: ERROR: {message}" for place, message in messages.items()],
        "compared with main",
    )
    checkout.write(
        {
            "garden/moss.rst": f":was: /guide\n\n{FILES['guide.rst']}",
            "days/index.md": f"---\nwas: [posters/A2, posters/A3]\n---\n{FILES['days/index.md']}",
            "days/programme.md": f"---\norphan: true\nwas: [talks]\n---\n{FILES['days/talks.md']}",
            "days/talks.yaml": talks.replace("Moths", "Moths, was: [moths]").replace("b7", "B7"),
            "days/more.yaml": moved.replace("Roots", "Roots, was: [posters/A1]"),
        }
    )
    assert checkout.check() == ([], "compared with main")


def test_a_renamed_folder_or_file_needs_one_line(checkout: Checkout) -> None:
    (checkout.root / "days").rename(checkout.root / "garden")
    (checkout.root / "garden/posters.yaml").rename(checkout.root / "garden/walls.yaml")
    checkout.write(
        {
            "index.md": FILES["index.md"].replace("days/*", "garden/*"),
            "garden/posters.md": FILES["days/posters.md"].replace("posters.yaml", "walls.yaml"),
        }
    )
    event = "garden/event.yaml:1: ERROR: this event was published in the folder 'days'; write `was: [/days]`"
    assert checkout.check()[0] == [event]
    checkout.write({"garden/event.yaml": f"{FILES['days/event.yaml']}was: [/days]\n"})
    file = "this list was published as 'days/posters.yaml'; write `was: /days/posters.yaml` above `entries:`"
    assert checkout.check()[0] == [f"garden/walls.yaml:1: ERROR: {file}"]
    checkout.write({"garden/walls.yaml": f"was: posters.yaml\n{FILES['days/posters.yaml']}"})
    assert checkout.check()[0] == []


def test_people_and_topics_that_are_renamed_are_reported(checkout: Checkout) -> None:
    """A name that is only removed is a correction, and one that differs by case or accents keeps its address."""
    talk = "kind: session\nentries:\n  - id: moths\n    title: Moths\n    people: {}\n    topics: {}\n"
    checkout.git("switch", "-q", "main")
    checkout.commit({"days/talks.yaml": talk.format("[Ann Other, Bo Li, Zoe A]", "[Rain, Wind]")})
    checkout.git("switch", "-q", "-C", "change")
    checkout.write({"days/talks.yaml": talk.format("[Ann Another, Zoë A]", "[Showers, Wind]")})
    text = (
        "{}: ERROR: the {} was published and has no entry any more; if it is now {}, write `{}` in people.yaml under {}"
    )
    other = ", else list the old name in recap_known_names in conf.py for now"
    person = ("person 'Ann Other'", "'Ann Another'", "- {name: Ann Another, also: [Ann Other]}", "`people:`")
    topic = ("topic 'Rain'", "'Showers'", "- {name: Showers, also: [Rain]}", "`topics:`")
    assert checkout.check()[0] == [
        text.format("days/talks.yaml:5", *person) + other,
        text.format("days/talks.yaml:6", *topic) + other,
    ]


MOSS = """\
---
orphan: true
---

# Moss

## How *moss* grows

(night)=
### At `night`

### Why {abbr}`IPM` fails

```
(code)=
# Code
```
"""
FERNS = "Ferns\n=====\n\n.. _spores:\n\nSpores\n------\n\nOf ferns.\n\n::\n\n   .. _code:\n\nRain\n----\n\nA lot.\n"


def test_anchors_of_headings_and_labels_are_reported(checkout: Checkout) -> None:
    """But not the title, which is the top of the page, nor code, nor headings with a role, whose text is unknown."""
    checkout.git("switch", "-q", "main")
    checkout.commit({"moss.md": MOSS, "guide.rst": FERNS})
    checkout.git("switch", "-q", "-C", "change")
    moss = MOSS.replace("# Moss", "# Mosses").replace("How *moss* grows", "How mosses grow").replace("(night)=\n", "")
    moss = moss.replace("At `night`", "In the dark").replace("ode", "ourse").replace("Why", "How")
    checkout.write({"moss.md": moss, "guide.rst": FERNS.replace(".. _spores:\n\n", "").replace("Rain", "Mist")})
    text = "{}: ERROR: {} of this page was published as `#{}`; write `{}` {} what replaces it"
    rst, markdown = "and an empty line above", "on the line above"
    assert checkout.check()[0] == [
        text.format("guide.rst:13", "the heading 'Rain'", "rain", ".. _rain:", rst),
        text.format("moss.md:7", "the heading 'How moss grows'", "how-moss-grows", "(how-moss-grows)=", markdown),
        text.format("moss.md:9", "a label", "night", "(night)=", markdown),
        text.format("moss.md:9", "the heading 'At night'", "at-night", "(at-night)=", markdown),
    ]
    moss = moss.replace("## How", "(how-moss-grows)=\n## How").replace("### In", "(night)=\n(at-night)=\n### In")
    checkout.write({"moss.md": moss, "guide.rst": FERNS})
    assert checkout.check()[0] == []


def test_pages_of_entries_that_are_turned_off_are_reported(checkout: Checkout) -> None:
    """A setting or an option would remove them all; another kind would change the anchors in a list."""
    conf = f"{FILES['conf.py']}recap_entry_pages = True\n"
    checkout.git("switch", "-q", "main")
    checkout.commit({"conf.py": conf})
    checkout.git("switch", "-q", "-C", "change")
    posters = "# Posters\n\n:::{catalogue} posters.yaml\n:no-pages:\n:::\n"
    checkout.write({"days/posters.md": posters, "days/talks.yaml": TALKS.replace("session", "keynote")})
    text = "the entries were published with pages of their own, such as 'days/posters/A1'; remove `{}`, so that these "
    kind = "this list was published with the kind 'session'; write `kind: session`, because links to its entries "
    assert checkout.check()[0] == [
        f"days/posters.md:4: ERROR: {text.format(':no-pages:')}addresses work",
        f"days/talks.yaml:1: ERROR: {kind}contain it",
    ]
    checkout.git("checkout", "-q", "days")
    checkout.write({"conf.py": conf.replace("pages = True", "pages = False")})
    setting = text.format("recap_entry_pages = False")
    assert checkout.check()[0] == [f"conf.py:{conf.count(chr(10))}: ERROR: {setting}addresses work"]


GONE = {"days/talks.yaml": TALKS.replace("moths", "night")}
MESSAGE = ["days/talks.yaml:3: ERROR: this entry was published as 'moths'; write `was: [moths]`"]


def behind(checkout: Checkout) -> None:
    """Add an entry to the main branch, which this branch does not have yet."""
    checkout.git("switch", "-q", "main")
    checkout.commit({"days/talks.yaml": f"{TALKS}  - {{id: new, title: New}}\n"})
    checkout.git("switch", "-q", "change")
    checkout.commit(GONE)


def on_main(checkout: Checkout) -> None:
    """Commit to the main branch without a remote: its last commit is not published."""
    checkout.git("switch", "-q", "main")
    checkout.commit(GONE)


def on_pushed_main(checkout: Checkout) -> None:
    """Commit to the main branch without pushing."""
    remote = checkout.root.parent / "remote"
    checkout.git("clone", "-q", "--bare", ".", str(remote))
    checkout.git("remote", "add", "origin", str(remote))
    checkout.git("fetch", "-q", "origin")
    checkout.git("switch", "-q", "main")
    checkout.commit(GONE)
    checkout.commit({})


@pytest.mark.parametrize(
    ("prepare", "compared"), [(behind, "main"), deep(on_main, "the commit before"), deep(on_pushed_main, "origin/main")]
)
def test_the_published_state_is_the_commit_that_the_branch_started_from(
    checkout: Checkout, prepare: Callable[[Checkout], None], compared: str
) -> None:
    prepare(checkout)
    assert checkout.check() == (MESSAGE, f"compared with {compared}")


def reason(checkout: Checkout) -> str:
    """Return why it is unknown what was published."""
    with pytest.raises(NoHistoryError) as error:
        Published(checkout.root)
    return str(error.value)


def test_what_cannot_be_compared_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, shallow = (Checkout(tmp_path / name, tmp_path / "cache") for name in ("project", "shallow"))
    project.write(FILES)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert project.check() == ([], "not compared with the main branch, because this is not a Git checkout")
    project.git("init", "-q", "-b", "trunk")
    assert reason(project) == "there is no commit yet"
    project.commit({})
    assert reason(project) == "there is no branch named main or master"
    project.git("branch", "-m", "main")
    project.commit({})
    project.git("clone", "-q", "--depth=1", f"file://{project.root}", str(shallow.root))
    shallow.git("remote", "remove", "origin")
    shallow.git("switch", "-q", "--orphan", "other")
    shallow.commit(FILES)
    assert (
        reason(shallow) == "this clone is shallow; run `git fetch --unshallow`, or in a workflow set `fetch-depth: 0`"
    )
    monkeypatch.setenv("PATH", "")
    assert reason(project) == "Git is not installed"
