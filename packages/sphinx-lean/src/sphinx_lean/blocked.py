"""Warns maintainers about content of pages that the policy blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sphinx.util import logging

from sphinx_lean.trusted import origins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sphinx_lean.pages import Page
    from sphinx_lean.scripts import Scripts

_LOG = logging.getLogger(__name__)
PLAYERS = {"https://www.youtube.com", "https://www.youtube-nocookie.com", "https://player.vimeo.com"}
# Calls in the buttons of jupyterlite-sphinx, to functions of a script that the maintainers added.
HARMLESS_CALL = re.compile(
    r"\s*(?:window\.)?(?:tryExamples\w+|jupyterlite\w+|openInNewTab)\((?:\s*'[^'\\]*'\s*,?)*\s*\)\s*;?\s*"
)


class Kind(NamedTuple):
    """A kind of blocked content: its description, and the directive and sources that would allow it."""

    what: str
    directive: str
    sources: str


def blocked(page: Page, scripts: Scripts) -> list[Kind]:
    """Return what is blocked on a page."""
    found = []
    for node in scripts.untrusted:
        address = node.attributes.get("src")
        if not address:
            found.append(Kind("an inline script", "script-src", "'unsafe-inline'"))
        found += [Kind(f"a script from {host}", "script-src", host) for host in origins([address])]
    if not scripts.all_inline and any(not HARMLESS_CALL.fullmatch(code) for code in page.handlers):
        found.append(Kind("a script in an attribute such as onclick", "script-src", "'unsafe-inline'"))
    if origins(node.attributes.get("src") for node in page.find("img, picture source", "img", "source")):
        found.append(Kind("an image from another host", "img-src", "https:"))
    if origins(
        node.attributes.get("src") for node in page.find("video, audio, :is(video, audio) source", "video", "audio")
    ):
        found.append(Kind("a video or sound from another host", "media-src", "https:"))
    frames = origins(node.attributes.get("src") for node in page.find("iframe"))
    found += [Kind(f"a frame from {host}", "frame-src", host) for host in frames if host not in PLAYERS]
    return list(dict.fromkeys(found))


def warn(pages: Mapping[str, Iterable[Kind]], allowed: Mapping[str, str]) -> None:
    """Log one warning for each kind of blocked content; ``allowed`` are the sources in the configuration."""
    kinds: dict[Kind, list[str]] = {}
    for path, found in sorted(pages.items()):
        for one in found:
            kinds.setdefault(one, []).append(path)
    for (what, directive, sources), paths in kinds.items():
        before = allowed.get(directive, "").split()
        if sources in before or "https:" in before or "*" in before:
            continue
        more = f" (and {len(paths) - 1} more)" if len(paths) > 1 else ""
        _LOG.warning(
            "%s in the content of %s%s is blocked by the Content-Security-Policy; if you trust all authors of pages, "
            'add lean_policy = {"%s": "%s"} to conf.py',
            what,
            paths[0],
            more,
            directive,
            " ".join([*before, sources]),
            type="lean",
            subtype="blocked",
        )
