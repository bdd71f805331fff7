"""Random edits of a copy of this site: pages, data files, pictures, style sheets, templates and settings."""

from __future__ import annotations

import random
import re
from shutil import copytree
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# The files and folders that a build of the site reads.
SOURCES = (
    "_book",
    "_static",
    "_templates",
    "conf.py",
    "contributors",
    "docutils.conf",
    "index.md",
    "links.yaml",
    "people.yaml",
    "packages/sphinx-lean/GUIDE.md",
    "packages/sphinx-lean/POLICY.md",
    "recaps",
)
# Before the name of a label, in Markdown.
LABELS = re.compile(r"^(?::name: |\((?=[\w-]+\)=$))", re.MULTILINE)


def edit_site(seed: int, root: Path) -> Callable[[], str]:
    """Return a function that makes a random edit and returns its description."""
    make = random.Random(seed)
    edits = [title, value, value, move_page, remove_page, folder, picture, style, setting, recorded]

    def edit() -> str:
        chosen = make.choice(edits)
        return f"{chosen.__name__}: {chosen(make, root)}"

    return edit


def _one(make: random.Random, root: Path, pattern: str) -> Path:
    return make.choice(sorted(path for path in root.glob(pattern) if "packages" not in path.parts))


def _change(path: Path, old: str, new: str) -> str:
    """Replace the first match in a file."""
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(old, new, text, count=1, flags=re.MULTILINE), encoding="utf-8")
    return path.name


def title(make: random.Random, root: Path) -> str:
    """Give a page another title."""
    return _change(_one(make, root, "**/*.md"), "^# .*", f"# Another title {make.randrange(99)}")


def value(make: random.Random, root: Path) -> str:
    """Give an entry another title, person or topic."""
    key, new = make.choice([("title", "New"), ("people", "[Ann Other, Bo Li]"), ("topics", "[Orchids]")])
    path = _one(make, root, "recaps/**/*.yaml")
    lines = re.findall(rf"^ +{key}: .*", path.read_text(encoding="utf-8"), re.MULTILINE)
    old = make.choice(lines) if lines else "^name: .*"
    return _change(path, re.escape(old) if lines else old, f"{old.partition(':')[0]}: {new}" if lines else "name: New")


def move_page(make: random.Random, root: Path) -> str:
    """Give a page another name."""
    path = _one(make, root, "*/**/[!i]*.md")
    path.rename(path.with_stem(f"{path.stem}-{make.randrange(99)}"))
    return path.name


def remove_page(make: random.Random, root: Path) -> str:
    """Remove a page."""
    path = _one(make, root, "*/**/[!i]*.md")
    path.unlink()
    return path.name


def folder(make: random.Random, root: Path) -> str:
    """Rename or copy the folder of an event."""
    path = _one(make, root, "recaps/*/")
    new = path.with_name(f"2022-{make.randrange(99)}")
    if make.random() < 0.5:
        copytree(path, new, dirs_exist_ok=True)
        for page in new.glob("*.md"):  # with unique labels: of duplicates, Sphinx uses the one that it reads last
            page.write_text(LABELS.sub(rf"\g<0>{new.name}-", page.read_text()))
    else:
        path.rename(new)
    return f"{path.name} as {new.name}"


def picture(make: random.Random, root: Path) -> str:
    """Rename or remove a picture."""
    path = _one(make, root, "**/*.svg")
    if make.random() < 0.5:
        path.rename(path.with_stem(f"{path.stem}-{make.randrange(99)}"))
    else:
        path.unlink()
    return path.name


def style(make: random.Random, root: Path) -> str:
    """Change a style sheet or a template."""
    path = make.choice([_one(make, root, "_static/*.css"), _one(make, root, "_templates/about-*.html")])
    more = ".crumbs{color:red}" if path.suffix == ".css" else "<p>More</p>"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{more}\n", encoding="utf-8")
    return path.name


def setting(make: random.Random, root: Path) -> str:
    """Change a setting."""
    line = make.choice(['html_title = "Other"', "numfig = True", "html_copy_source = True", "recap_known_names = []"])
    path = root / "conf.py"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    return line


def recorded(make: random.Random, root: Path) -> str:
    """Record that a link is dead."""
    pages = "".join(path.read_text(encoding="utf-8") for path in sorted(root.glob("recaps/**/*.yaml")))
    url: str = make.choice(re.findall(r"https://[\w./-]+\w", pages))
    (root / "links.yaml").write_text(f"links:\n  - url: {url}\n    dead: true\n", encoding="utf-8")
    return url
