"""The data file of links: reads it, and changes one link at a time without losing comments."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from sphinx_recaps.cli.project import UnreadableError, write_whole
from sphinx_recaps.data.link_copies import address_key
from sphinx_recaps.data.loader import load_links, load_links_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sphinx_recaps.data.records import RecordedLink

_HEAD = re.compile(r"\s*(?:#.*)?|---.*")


def read(path: Path) -> dict[str, RecordedLink]:
    """Return the links of a file by the key of their address; raises UnreadableError with all mistakes."""
    if not path.exists():
        msg = f"{path}: the file cannot be read (No such file or directory); write `links: []` into a new one"
        raise UnreadableError(msg)
    loaded = load_links(path)
    if loaded.problems:
        raise UnreadableError("\n".join(f"{problem.location(path)}: {problem.message}" for problem in loaded.problems))
    return {address_key(link.url): link for link in (loaded.content.links if loaded.content else ())}


def write(path: Path, link: RecordedLink) -> None:
    """Add a link to a file, or replace the one with the same address; the file is written atomically.

    The file is read again for each link, so that changes by others in the meantime are kept.
    """
    recorded = read(path)
    text = with_links(path.read_text(encoding="utf-8-sig"), {**recorded, address_key(link.url): link}.values())
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise UnreadableError(f"{path}: the file cannot be written ({error.strerror})") from error


def with_links(text: str, links: Iterable[RecordedLink]) -> str:
    """Return the text of a file with these links instead of its own, sorted, with all comments.

    ``text`` must be valid. Everything above ``links:`` is kept as it is. A comment above a link, or on one of its
    lines, is kept above that link.
    """
    lines = text.splitlines()
    loaded = load_links_bytes(text.encode()).content
    begin = next((number for number, line in enumerate(lines) if not _HEAD.fullmatch(line)), len(lines))
    comments = _comments(lines[begin + 1 :], begin + 1, loaded.links if loaded else ())
    written = [line for link in sorted(links, key=lambda link: link.url) for line in _yaml_lines(link, comments)]
    _, mark, words = (lines[begin] if begin < len(lines) else "").partition(" #")
    key = f"{'links:' if written else 'links: []'}{f'  #{words.rstrip()}' if mark else ''}"
    return "\n".join([*lines[:begin], key, *written, *comments[""]]) + "\n"


def _comments(lines: Sequence[str], begin: int, links: Sequence[RecordedLink]) -> dict[str, list[str]]:
    """Return the comments for each address; those after the last link have the key ''."""
    comments: dict[str, list[str]] = defaultdict(list)
    for number, line in enumerate(lines, begin + 1):
        value, mark, words = f" {line}".partition(" #")  # no value in this file contains a space
        if not mark:
            continue
        if value.strip():
            owner = next((link for link in reversed(links) if link.line <= number), None)
        else:
            owner = next((link for link in links if link.line > number), None)
        comments[owner.url if owner else ""].append(f"  #{words.rstrip()}")
    return comments


def _yaml_lines(link: RecordedLink, comments: dict[str, list[str]]) -> Iterator[str]:
    yield from comments.get(link.url, ())
    quoted = "'" + link.url.replace("'", "''") + "'"
    yield f"  - url: {quoted if link.url.endswith(':') else link.url}"  # a colon at the end would start a mapping
    if link.archived:
        yield f"    archived: {link.archived}"
    if link.checked:
        yield f"    checked: {link.checked.isoformat()}"
    if link.dead:
        yield "    dead: true"
