"""A small site with lists, for the tests of lists in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support import picture

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support import Files

THEME = "pydata_sphinx_theme"

TOPICS = ("Vision", "Tools & Ops", "Compilers")

SPECIAL_POSTERS = {
    4: ("Brevitas: quantisation by Zoë Ångström", "https://github.com/Xilinx/brevitas"),
    10: ("Betting on zebras", "https://example.org/zebras"),
}


def data(number: int = 30) -> str:
    """Return a file of posters A1, A2, …; each topic has a third of them."""
    lines = ["kind: poster", "entries:"]
    for n in range(1, number + 1):
        title, link = SPECIAL_POSTERS.get(n, (f"Poster number {n}", f"https://example.org/p{n}"))
        lines += [f"  - id: A{n}", f"    title: '{title}'", f"    people: [Person {n}]", f"    link: {link}"]
        lines += [f"    topics: [{TOPICS[n % 3]}]", "    summary: What it is about."]
    return "\n".join(lines) + "\n"


FILES: Files = {
    "index.md": ("# Home\n\n```{toctree}\n:glob:\n*\n```\n\n:::{topic-chart} posters.yaml\n:catalogue: posters\n:::\n"),
    "posters.md": (
        "---\nmyst:\n  enable_extensions: [attrs_block, colon_fence, deflist]\n---\n"
        "# Posters\n\n<a href='#poster-a10'>The zebras</a>\n\n:::{catalogue} posters.yaml\n:wall:\n:::\n\n"
        "{.recap-topic-notes}\nVision\n: What was seen.\n\nCompilers\n: What was made.\n"
    ),
    "posters.yaml": data(),
    # Without the contents of the page, which make the rest narrower when they come.
    "alone.md": (
        "---\nhtml_theme.sidebar_secondary.remove: true\n---\n# Alone\n\n:::{catalogue} posters.yaml\n:wall:\n:::\n"
    ),
    "two.md": "# Two\n\n## One\n\n:::{catalogue} posters.yaml\n:::\n\n## Other\n\n:::{catalogue} talks.yaml\n:::\n",
    "long.md": "# Long\n\n"
    + "Text before the list.\n\n" * 80
    + ":::{catalogue} posters.yaml\n:::\n"
    + "Text after the list.\n\n" * 40,
    "many.md": "# Many\n\n:::{catalogue} many.yaml\n:::\n",
    "many.yaml": "kind: resource\nentries:\n"
    + "".join(
        f"  - {{id: R{n}, title: Resource {n}, topics: [Topic {n}], track: {('Night', 'Day')[n % 2]}, room: Hall"
        f"{', format: Tutorial' if n % 3 == 0 else ''}}}\n"
        for n in range(1, 17)
    ),
    "pictured.md": "# Pictured\n\n:::{catalogue} pictured.yaml\n:::\n",
    "pictured.yaml": "kind: session\nentries:\n  - {id: V1, title: Seen, video: aqz-KE-bpKQ, image: one.png}\n",
    "one.png": picture(size=(320, 240)),
    "talks.yaml": (
        "kind: session\nentries:\n  - {id: T1, title: First, video: aqz-KE-bpKQ}\n"
        "  - {id: T2, title: Second}\n  - {id: T3, title: Third}\n"
        + "".join(f"  - {{id: T{n}, title: Talk {n}}}\n" for n in range(4, 13))
    ),
}


def shown(page: Page, within: str = "body") -> list[str]:
    """Return the codes of the visible entries, in order."""
    codes = page.locator(f"{within} .recap-entry:visible .recap-code").all_text_contents()
    return [code.strip() for code in codes]
