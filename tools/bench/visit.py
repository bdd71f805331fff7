"""Measures a visit: what each page of several in a row loads when the browser keeps what it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.bench.load import tab

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.sync_api import Browser

VISIT = (
    "index.html",
    "recaps/2021-ecosystem-day/index.html",
    "recaps/2021-ecosystem-day/posters.html",
    "people.html",
    "search.html",
)
NEXT = 12_000  # budget in bytes for each page but the first, beyond its HTML and pictures
_INDEX = "searchindex.js"  # has a budget of its own


@dataclass
class Step:
    """A page of a visit: the transferred bytes of its HTML, its pictures, the search index, and everything else."""

    path: str
    html: int = 0
    pictures: int = 0
    index: int = 0
    rest: int = 0


def visit(browser: Browser, address: str, paths: Sequence[str], view: Mapping[str, Any]) -> list[Step]:
    """Open some pages of a site in a row in one tab, with an empty cache at the beginning."""
    steps: list[Step] = []
    kinds: dict[str, tuple[str, str]] = {}

    def answered(event: Mapping[str, Any]) -> None:
        kinds[event["requestId"]] = (event["type"], event["response"]["url"])

    def arrived(event: Mapping[str, Any]) -> None:
        kind, url = kinds.get(event["requestId"], ("", ""))
        size, step = round(event["encodedDataLength"]), steps[-1]
        if not url.startswith(address):
            return
        if kind == "Document":
            step.html += size
        elif kind == "Image":
            step.pictures += size
        elif _INDEX in url:
            step.index += size
        else:
            step.rest += size

    with tab(browser, view) as (page, session):
        session.on("Network.responseReceived", answered)
        session.on("Network.loadingFinished", arrived)
        session.send("Network.enable")
        for path in paths:
            steps.append(Step(path))
            page.goto(address + path)
            page.wait_for_load_state("networkidle")
    return steps


def over(steps: Sequence[Step]) -> list[str]:
    """Return a message for each page but the first that exceeds the budget."""
    return [
        f"{step.path}: {step.rest:,} bytes beyond its HTML and pictures; the next page of a visit may load {NEXT:,}"
        for step in steps[1:]
        if step.rest > NEXT
    ]
