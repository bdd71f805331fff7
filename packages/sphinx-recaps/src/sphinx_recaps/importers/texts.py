"""Cleans the texts of a programme: entities, HTML, letters in a wrong encoding, spaces."""

from __future__ import annotations

import html
import re
import textwrap
import unicodedata
from typing import TYPE_CHECKING

import ftfy
from markdownify import markdownify

from sphinx_recaps.data.fields import ENTITY
from sphinx_recaps.data.yaml_reader import FORBIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx_recaps.importers.programme import Report

WIDTH = 100
_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|code|dd|del|div|dl|dt|em|figure|font|h[1-6]|hr|i|iframe|img|li|ol|p|pre|q|s|script|small"
    r"|span|strong|style|sub|sup|table|tbody|td|th|thead|tr|u|ul)\b[^<>]*>",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"<(script|style|iframe)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_BULLET = re.compile(r"^[ \t]*[•◦▪●‣·–][ \t]+")
_HEADING = re.compile(r"^#{1,6}\s+(?:\*\*)?(.+?)(?:\*\*)?[ #]*$")
_STARTS_BLOCK = re.compile(r"(?:[-*+]|#{1,6}|\d{1,9}[.)])$|[>|]|```|~~~|={2,}$|-{2,}$")


def line(text: str, where: str, report: Report) -> str:
    """Return a text on one line, without markup."""
    plain = _repaired(text)
    if _TAG.search(plain):
        plain = _TAG.sub(
            lambda tag: " " if tag[0].lower().startswith(("<br", "<p", "</p", "<li", "<div")) else "", plain
        )
    plain = " ".join(plain.split())
    _note(text, plain, where, report)
    return plain


def markdown(text: str, where: str, report: Report) -> str:
    """Return a text as Markdown with lines that fit; HTML becomes Markdown, and Markdown stays what it is."""
    whole = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if _TAG.search(html.unescape(whole)) and not _TAG.search(whole):
        whole = html.unescape(whole)  # the tags were escaped once more
    if _TAG.search(whole):
        plain = re.search(r"<(?:p|div|ul|ol|h\d)\b", whole, re.IGNORECASE) is None
        whole = markdownify(
            whole.replace("\n", "<br>") if plain else whole,
            heading_style="ATX",
            bullets="-",
            escape_misc=False,
            escape_underscores=False,
            escape_asterisks=False,
            strip=["img"],
        )
    whole = _repaired(whole)
    whole = "\n".join(_tidy_lines(whole))
    whole = re.sub(r"\n{3,}", "\n\n", whole).strip()
    _note(" ".join(text.split()), " ".join(whole.split()), where, report)
    return _wrapped(whole)


def _repaired(text: str) -> str:
    for _ in range(2):  # `&amp;amp;` is escaped twice
        if ENTITY.search(text):
            text = html.unescape(text)
    return unicodedata.normalize("NFC", FORBIDDEN.sub("", ftfy.fix_encoding(text)))


def _note(before: str, after: str, where: str, report: Report) -> None:
    """Report a repair, unless only spaces or tags changed."""
    before = " ".join(before.split())
    if _TAG.search(before):
        if len(after) < 200:
            return
        before = after if ftfy.fix_encoding(before) == before else before
    if before == after or "".join(before.split()) == "".join(after.split()):
        return
    at = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0)
    begin = max(0, before.rfind(" ", 0, at) + 1)
    report.repair(where, before[begin : begin + 40], after[begin : begin + 40])


def _tidy_lines(text: str) -> Iterator[str]:
    """Yield the lines of a text without superfluous spaces; headings, which abstracts do not have, are bold."""
    fenced = False
    for part in text.split("\n"):
        fence = part.lstrip().startswith(("```", "~~~"))
        fenced ^= fence
        if fenced or fence:
            yield part.rstrip()
        else:
            yield _plain_spaces(_HEADING.sub(r"**\1**", _BULLET.sub("- ", part)))


def _plain_spaces(part: str) -> str:
    """Return a line without spaces at its end, and without several between words."""
    lead = part[: len(part) - len(part.lstrip())].replace("\t", "    ").replace("\xa0", " ")
    return (lead + " ".join(part.split())) if part.strip() else ""


def _wrapped(text: str) -> str:
    """Return Markdown with long lines of paragraphs and lists wrapped."""
    lines: list[str] = []
    fenced = False
    for part in text.split("\n"):
        fenced ^= part.lstrip().startswith(("```", "~~~"))
        if fenced or len(part) <= WIDTH or part.startswith(("    ", "\t", "|", ">", "#")):
            lines.append(part)
            continue
        mark = re.match(r"\s*(?:[-*+]|\d{1,9}[.)])?\s*", part)
        indent = " " * (mark.end() if mark else 0)
        wrapped = textwrap.wrap(part, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        starts = any(_STARTS_BLOCK.match(later.split(maxsplit=1)[0]) for later in wrapped[1:] if later.strip())
        lines += [part] if starts else wrapped
    return "\n".join(lines)
