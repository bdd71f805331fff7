"""Reports links that need attention, from the results of `make linkcheck`.

``.venv/bin/python tools/link_report.py >report.md`` writes Markdown for GitHub, or nothing if all links are fine. The
content comes from other servers, so it must not become markup: text is escaped within <code>, and addresses are
percent-encoded.

Sphinx writes _build/linkcheck/output.json, one JSON object per line (``CheckExternalLinksBuilder.process_result``). It
only has the first use of an address; the others are searched in the sources. links.yaml, if it exists, has archived
copies: ``links``, a list of mappings with ``url``, ``archived`` (14 digits) and perhaps ``dead``.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, unquote

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Place: TypeAlias = tuple[str, int]  # path from the root, line

ROOT = Path(__file__).parents[1]
RESULTS = "_build/linkcheck/output.json"
COPIES = "links.yaml"
SOURCES = {".md", ".rst", ".yaml", ".yml"}
WAYBACK = "https://web.archive.org/web/"
GITHUB = re.compile(r"https?://([^/@]*@)?(www\.)?github\.com(?=[/:?#]|$)", re.IGNORECASE)
IGNORED_FOLDERS = {"tests", "tools"}  # without pages, like all folders whose names start with . or _
LIMIT = 60_000  # bytes; GitHub accepts 65,536 characters, and a shell variable twice as many bytes
STATES = ("dead", "moved", "no answer")
INTRODUCTION = """\
The weekly check found links that need attention. It updates this text and closes the issue when all links work.

- **dead**: find the new address, or let the page link to the archived copy.
- **moved**: write the new address.
- **no answer**: check in a browser; some servers refuse programs, and some recover by next week.

| Link | State | Archived copy | Used in |
| --- | --- | --- | --- |
"""


class ReportError(Exception):
    """A file cannot be used; the message says where, what is wrong and what to do."""


@dataclass(frozen=True)
class Finding:
    """A link that needs attention: one of STATES, the response or the new address, and the first use."""

    url: str
    state: str
    response: str
    place: Place


@dataclass(frozen=True)
class Copy:
    """The record of an address: the time of its archived copy (14 digits), if any, and whether pages link to it."""

    archived: str
    dead: bool


# -- Results -----------------------------------------------------------------------------------------------------------


def findings(root: Path = ROOT) -> list[Finding]:
    """Return the links that need attention, sorted by state and address. Raises ReportError without results."""
    path = root / RESULTS
    if not path.exists():
        msg = f"{RESULTS}: the file does not exist; run `make linkcheck` first"
        raise ReportError(msg)
    links = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            result = json.loads(line)
            url, info, place = result["uri"], result["info"], (result["filename"], result["lineno"])
            state = _state(result["status"], result["code"], info)
        except (ValueError, TypeError, KeyError, AttributeError):
            msg = f"{RESULTS}:{number}: this is not the result of a link; run `make linkcheck` again"
            raise ReportError(msg) from None
        if state:
            links.append(Finding(url, state, info, place))
    return sorted(links, key=lambda finding: (STATES.index(finding.state), finding.url))


def _state(status: str, code: int, info: str) -> str:
    """Return one of STATES, or '' for a link that works, is not checked, or is redirected temporarily."""
    if status == "timeout" or (status == "broken" and info.startswith("429 ")):  # too many requests
        return "no answer"
    if status == "broken":
        return "dead"
    return "moved" if status == "redirected" and code in {301, 308} else ""


def copies(root: Path = ROOT) -> dict[str, Copy]:
    """Return the records of addresses. Raises ReportError if links.yaml cannot be read."""
    path = root / COPIES
    if not path.exists():
        return {}
    try:
        links = yaml.safe_load(path.read_text(encoding="utf-8"))["links"] or []
        records = {link["url"]: Copy(str(link.get("archived") or ""), link.get("dead") is True) for link in links}
        for copy in records.values():
            _day(copy)
    except (yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError) as error:
        reason = " ".join(str(error).split())
        msg = f"{COPIES}: it should contain `links`, a list of `url` and `archived` (14 digits): {reason}"
        raise ReportError(msg) from None
    return records


def _day(copy: Copy) -> str:
    """Return the date of an archived copy in words. Raises ValueError if its time is invalid."""
    if not copy.archived:
        return ""
    if not re.fullmatch(r"\d{14}", copy.archived):
        msg = f"'{copy.archived}' is not 14 digits"
        raise ValueError(msg)
    day = dt.datetime.strptime(copy.archived, "%Y%m%d%H%M%S")
    return f"{day.day} {day:%B %Y}"


# -- Uses of a link ----------------------------------------------------------------------------------------------------


def sources(root: Path = ROOT) -> dict[str, str]:
    """Return the texts of all sources with addresses, by path relative to the root."""
    texts = {}
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")) and name not in IGNORED_FOLDERS)
        for path in (Path(folder, name) for name in sorted(names)):
            if path.suffix in SOURCES and path != root / COPIES:
                texts[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8", errors="replace")
    return texts


def uses(url: str, texts: Mapping[str, str]) -> list[Place]:
    """Return each use of an address; for an archived copy, also the uses of the original."""
    spellings = {url, unquote(url)}
    time, _, original = url.removeprefix(WAYBACK).partition("/")
    archived = url.startswith(WAYBACK) and original
    if archived:
        spellings.add(f"wayback:{time}/{original}")
    places = sorted({place for spelling in spellings for place in _places(spelling, texts)})
    return uses(original, texts) if archived and not places else places


def _places(address: str, texts: Mapping[str, str]) -> Iterator[Place]:
    whole = re.compile(
        rf"""(?<![^\s<>"'`(\[{{|,]){re.escape(address)}[.,;:!?*_)]*(?=$|[\s<>"'`)\]}}|\\])""", re.MULTILINE
    )
    for path, text in texts.items():
        if address in text:
            for match in whole.finditer(text):
                yield path, text.count("\n", 0, match.start()) + 1


# -- The table ---------------------------------------------------------------------------------------------------------


def report(root: Path = ROOT) -> str:
    """Return the text of the issue, at most LIMIT bytes of UTF-8; '' if no link needs attention."""
    records, texts = copies(root), sources(root)
    links = [finding for finding in findings(root) if not (finding.url in records and records[finding.url].dead)]
    if not links:
        return ""
    rows = [_row(finding, records.get(finding.url), uses(finding.url, texts) or [finding.place]) for finding in links]
    text = INTRODUCTION
    for number, row in enumerate(rows):
        if len((text + row).encode()) > LIMIT - 100:
            return f"{text}\n{len(rows) - number} more do not fit here: `make linkcheck` lists them all.\n"
        text += row
    return text


def _row(finding: Finding, copy: Copy | None, places: Iterable[Place]) -> str:
    reason = finding.response.partition(" for url: ")[0]  # the address is in the first cell
    detail = f" to {_address(finding.response)}" if finding.state == "moved" else f": {_code(reason)}"
    if finding.url.startswith(WAYBACK) or not _web(finding.url):
        archived = "–"
    elif copy and copy.archived:
        archived = f"[{_day(copy)}](<{_encoded(f'{WAYBACK}{copy.archived}/{finding.url}')}>)"
    else:
        archived = f"unknown, [look for one](<{_encoded(f'{WAYBACK}*/{finding.url}')}>)"
    where = "<br>".join(_place(*place) for place in places)
    return f"| {_address(finding.url)} | **{finding.state}**{detail} | {archived} | {where} |\n"


def _place(path: str, line: int) -> str:
    """Return file:line, on GitHub as a link to the line in the commit that was checked."""
    text = _code(f"{path}:{line}" if line > 0 else path)
    server, repository, commit = (os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "SHA"))
    blob = _encoded(f"{server}/{repository}/blob/{commit}/{quote(path, errors='replace')}?plain=1#L{line}")
    return f"[{text}](<{blob}>)" if commit else text


def _address(url: str) -> str:
    """Return a link; for GitHub only text, because GitHub would notify linked issues of the mention."""
    return f"[{_code(url)}](<{_encoded(url)}>)" if _web(url) and not GITHUB.match(url) else _code(url)


def _web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _encoded(url: str) -> str:
    return quote(url, safe="%/:?#[]@!&'()*+,;=-._~", errors="replace")


def _code(text: str) -> str:
    """Return at most 300 characters, escaped for GitHub: without markup, mentions or table cells."""
    printable = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if len(printable) > 300:
        printable = f"{printable[:299]}…"
    entities = "".join(letter if letter.isalnum() or letter in " ,-/" else f"&#{ord(letter)};" for letter in printable)
    return f"<code>{entities.replace('/', '/<wbr>')}</code>"  # long addresses would make the table too wide


def main(root: Path = ROOT) -> int:
    """Print the report; return 1 with a sentence on the error stream if it cannot be made."""
    try:
        sys.stdout.write(report(root))
    except ReportError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
