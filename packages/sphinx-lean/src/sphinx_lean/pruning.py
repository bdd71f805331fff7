"""Writes style sheets with only those rules that some pages can use.

A rule is removed if none of its selectors can match, a custom property if nothing reads it, a font or animation if
nothing refers to it. The order of the others stays, so the cascade is the same.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from sphinx_lean.sheets import FIRST, GROUPS, Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx_lean.selectors import Used
    from sphinx_lean.sheets import Rule, Sheet


class Pruner:
    """Writes style sheets for pages that use certain words.

    ``read`` are custom properties, and ``words`` names of fonts and animations, that are used outside these sheets.
    """

    def __init__(self, used: Used, read: Iterable[str] = (), words: Iterable[str] = ()) -> None:
        self._used = used
        self._kept = Kept(set(read), {word.lower() for word in words})
        self._matching: dict[int, Sequence[str]] = {}  # the remaining selectors, by the memory address of the rule

    def write(self, sheets: Sequence[tuple[Sheet, str]]) -> tuple[str, set[str]]:
        """Return the text of sheets, each with its media query ('' for all), as one sheet, and the words in it.

        Imports from other hosts come first, as CSS requires.
        """
        self._note([sheet for sheet, _ in sheets])
        first = dict.fromkeys(FIRST, "")
        parts = []
        for sheet, media in sheets:
            for rule in sheet.rules:
                if rule.at in FIRST and not rule.head.value.startswith("url("):  # a default namespace is removed
                    under = f" {media}" if media and rule.head.value.endswith('"') else ""
                    first[rule.at] += f"@{rule.at} {rule.head.value}{under};"
            text = "".join(self._write(rule) for rule in sheet.rules if rule.at not in FIRST)
            parts.append(f"@media {media}{{{text}}}" if media and text else text)
        return "".join([*first.values(), *parts]), self._kept.words

    def _note(self, sheets: Sequence[Sheet]) -> None:
        """Find the rules that stay and the custom properties that they read, directly or through others."""
        kept = self._kept
        for sheet in sheets:
            unmet = [rules for need, rules in sheet.rules_by_need.items() if not self._used.meets([need])]
            doubtful = set().union(*unmet)
            for rule in sheet.all_rules:
                if not rule.at:
                    self._matching[id(rule)] = self._match(rule) if id(rule) in doubtful else rule.texts
                if self._stays(rule):
                    kept.add(rule.kept)
                if rule.at in GROUPS:
                    kept.reads |= rule.head.reads  # style queries
        waiting, seen = list(kept.reads), set(kept.reads)
        while waiting:
            name = waiting.pop()
            for rule, one in chain.from_iterable(sheet.declarations_by_property.get(name, ()) for sheet in sheets):
                if self._stays(rule):
                    kept.add(one)
                    waiting += one.reads - seen
                    seen |= one.reads

    def _stays(self, rule: Rule) -> bool:
        """Return whether a rule may affect pages; a font does only if something refers to it."""
        return bool(self._matching[id(rule)]) if not rule.at else rule.at != "font-face"

    def _match(self, rule: Rule) -> Sequence[str]:
        """Return the selectors that can match."""
        met = [self._used.meets(one.needs) for one in rule.selectors]
        stays = zip(rule.selectors, met, strict=True) if any(met) else ()
        return [one.text for one, is_met in stays if is_met or one.always]

    def _write(self, rule: Rule) -> str:
        if rule.at in GROUPS and rule.block:
            inside = "".join(self._write(part) for part in rule.inside)
            if inside or rule.at != "layer":
                return f"@{rule.at} {rule.head.value}{{{inside}}}" if inside else ""
            return f"@layer {rule.head.value};" if rule.head.value else ""  # keeps the order of the layers
        if rule.at:
            return self._write_at(rule)
        matching = self._matching[id(rule)]
        body = self._body(rule) if matching else ""
        return f"{','.join(matching)}{{{body}}}" if body else ""

    def _body(self, rule: Rule) -> str:
        """Return the used declarations of a rule."""
        if not rule.custom:
            return rule.body
        return ";".join(one.text for one in rule.declarations if not one.is_custom or one.name in self._kept.reads)

    def _write_at(self, rule: Rule) -> str:
        if rule.at == "font-face":
            named = next((one.words for one in rule.declarations if one.name.lower() == "font-family"), frozenset())
            used = not named or named & self._kept.words
        elif rule.at.endswith("keyframes"):
            used = rule.head.words & self._kept.words or rule.head.words & self._used.words
        else:
            used = rule.at != "property" or rule.head.reads & self._kept.reads
        if not used:
            return ""
        start = f"@{rule.at} {rule.head.value}".rstrip()
        return f"{start}{{{rule.body}}}" if rule.block else f"{start};"
