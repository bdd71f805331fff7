"""Style sheets as they are written: only with those rules that some pages can use.

A rule goes when no selector of it can match; a custom property when nothing reads it; a font or an animation when
nothing names it. What is left keeps its order, so that the cascade is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_lean.selectors import can_match
from sphinx_lean.sheets import FIRST, GROUPS, Kept
from sphinx_lean.wrapped import through

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx_lean.selectors import Used
    from sphinx_lean.sheets import Declaration, Rule, Sheet


class Pruner:
    """Writes style sheets for pages that use certain words.

    ``read`` are custom properties, and ``words`` names of fonts and animations, that something else than these sheets
    names.
    """

    def __init__(self, used: Used, read: Iterable[str] = (), words: Iterable[str] = ()) -> None:
        self._used = used
        self._kept = Kept(set(read), {word.lower() for word in words})
        self._matched: dict[int, list[str]] = {}

    def write(self, sheets: Sequence[tuple[Sheet, str]]) -> tuple[str, set[str]]:
        """Return the text of sheets, each under its media query ('' for all), as one; and the words in it.

        An import from elsewhere comes first, as it has to.
        """
        self._note(rule for sheet, _ in sheets for rule in sheet.all_rules)
        first = dict.fromkeys(FIRST, "")
        parts = []
        for sheet, media in sheets:
            for rule in sheet.rules:
                if rule.at in FIRST and not rule.head.value.startswith("url("):  # a namespace for all goes
                    under = f" {media}" if media and rule.head.value.endswith('"') else ""
                    first[rule.at] += f"@{rule.at} {rule.head.value}{under};"
            text = "".join(self._write(rule) for rule in sheet.rules if rule.at not in FIRST)
            parts.append(f"@media {media}{{{text}}}" if media and text else text)
        return "".join([*first.values(), *parts]), self._kept.words

    def _note(self, rules: Iterable[Rule]) -> None:
        """Find out which custom properties are read: also by others that are read."""
        custom: dict[str, list[Declaration]] = {}
        for rule in rules:
            if rule.at == "font-face" or not (rule.at or self._matching(rule)):
                continue
            if rule.at in GROUPS:
                self._kept.reads |= rule.head.reads  # style queries
            self._kept.add(rule.kept)
            for one in rule.custom:
                custom.setdefault(one.name, []).append(one)
        waiting = list(self._kept.reads)
        while waiting:
            for one in custom.pop(waiting.pop(), ()):
                waiting += one.reads - self._kept.reads
                self._kept.add(one)

    def _matching(self, rule: Rule) -> list[str]:
        """Return the selectors that stay; none where none can match."""
        if id(rule) not in self._matched:
            self._matched[id(rule)] = self._match(rule)
        return self._matched[id(rule)]

    def _match(self, rule: Rule) -> list[str]:
        matching = {one for one in rule.selectors if can_match(one.needs, self._used)}
        return [one.text for one in rule.selectors if one.always or one in matching] if matching else []

    def _write(self, rule: Rule) -> str:
        if rule.at in GROUPS and rule.block:
            inside = "".join(self._write(part) for part in rule.inside)
            if inside or rule.at != "layer":
                return f"@{rule.at} {rule.head.value}{{{inside}}}" if inside else ""
            return f"@layer {rule.head.value};" if rule.head.value else ""  # its place among the layers stays
        if not rule.at:
            selectors, later = self._selectors(rule)
            read = (one.text for one in rule.declarations if not one.is_custom or one.name in self._kept.reads)
            body = ";".join(read) if rule.custom else rule.body
            return "".join(f"{','.join(some)}{{{body}}}" for some in (selectors, later) if some and body)
        return self._write_at(rule)

    def _selectors(self, rule: Rule) -> tuple[list[str], list[str]]:
        """Return the selectors that can match, with those for images in wrappers.

        Those that ask for ``:has()`` come by themselves: a browser that does not know it drops the whole rule.
        """
        found: list[str] = []
        later: list[str] = []
        for text in self._matching(rule):
            for form in through(text, self._used.pictured) if self._used.pictured else (text,):
                (later if ":has(" in form and ":has(" not in text else found).append(form)
        return found, later

    def _write_at(self, rule: Rule) -> str:
        if rule.at == "font-face":
            named = next((one.words for one in rule.declarations if one.name.lower() == "font-family"), frozenset())
            used = not named or named & self._kept.words
        elif rule.at.endswith("keyframes"):
            used = rule.head.words & (self._kept.words | self._used.words)
        else:
            used = rule.at != "property" or rule.head.reads & self._kept.reads
        if not used:
            return ""
        start = f"@{rule.at} {rule.head.value}".rstrip()
        return f"{start}{{{rule.body}}}" if rule.block else f"{start};"
