"""Writes style sheets without the custom properties, fonts and animations that nothing refers to.

Rules that match nothing are not even read. The order of the others stays, so the cascade is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_lean.fonts import is_icon
from sphinx_lean.sheets import FIRST, GROUPS, Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sphinx_lean.selectors import Used
    from sphinx_lean.sheets import Declaration, Rule, Sheet


class Pruner:
    """Writes style sheets of a site; a name in one of ``sheets`` may be defined in another one.

    ``icons`` are the characters that they may show with an icon font.
    """

    def __init__(self, used: Used, sheets: Iterable[Sheet]) -> None:
        self._used = used
        self._kept = Kept(set(used.reads))
        self.icons: set[str] = set()
        self._note([rule for sheet in sheets for rule in sheet.all_rules])

    def write(self, sheets: Iterable[tuple[Sheet, str]]) -> str:
        """Return the text of sheets, each with its media query ('' for all), as one sheet.

        Imports from other hosts come first, as CSS requires.
        """
        first = dict.fromkeys(FIRST, "")
        parts = []
        for sheet, media in sheets:
            for rule in sheet.rules:
                if rule.at in FIRST and not rule.head.value.startswith("url("):  # a default namespace is removed
                    under = f" {media}" if media and rule.head.value.endswith('"') else ""
                    first[rule.at] += f"@{rule.at} {rule.head.value}{under};"
            text = "".join(self._write(rule) for rule in sheet.rules if rule.at not in FIRST)
            parts.append(f"@media {media}{{{text}}}" if media and text else text)
        return "".join([*first.values(), *parts])

    def _note(self, rules: Sequence[Rule]) -> None:
        """Find the custom properties that rules read, directly or through others, and all words in them."""
        kept = self._kept
        properties: dict[str, list[Declaration]] = {}
        for rule in rules:
            for one in rule.declarations if rule.at != "font-face" else ():
                if one.is_custom:
                    properties.setdefault(one.name, []).append(one)
                else:
                    kept.add(one)
                    is_alone = len(rule.declarations) == 1  # with other properties, a plus sign is text
                    self.icons.update(one.chars if is_alone else filter(is_icon, one.chars))
            if rule.at in GROUPS:
                kept.reads |= rule.head.reads  # style queries
        kept.reads.update(filter(self._used.names, properties))
        waiting, seen = list(kept.reads), set(kept.reads)
        while waiting:
            for one in properties.get(waiting.pop(), ()):
                kept.add(one)
                self.icons |= one.chars
                waiting += one.reads - seen
                seen |= one.reads

    def _write(self, rule: Rule) -> str:
        if rule.at in GROUPS and rule.block:
            inside = "".join(self._write(part) for part in rule.inside)
            if inside or rule.at != "layer":
                return f"@{rule.at} {rule.head.value}{{{inside}}}" if inside else ""
            return f"@layer {rule.head.value};" if rule.head.value else ""  # keeps the order of the layers
        body = ";".join(one.text for one in rule.declarations if not one.is_custom or one.name in self._kept.reads)
        if not rule.at:
            return f"{','.join(rule.selectors)}{{{body}}}" if body else ""
        if not self._is_used(rule):
            return ""
        start = f"@{rule.at} {rule.head.value}".rstrip()
        return f"{start}{{{body}}}" if rule.block else f"{start};"

    def _is_used(self, rule: Rule) -> bool:
        """Return whether something may refer to a font, an animation or a registered property; others are used."""
        if rule.at == "property":
            return self._used.unknown or not rule.head.reads.isdisjoint(self._kept.reads)
        if rule.at == "font-face":
            names = next((one.words for one in rule.declarations if one.name.lower() == "font-family"), frozenset())
        elif rule.at.endswith("keyframes"):
            names = rule.head.words
        else:
            return True
        return not names or not names.isdisjoint(self._kept.words) or any(map(self._used.names, names))
