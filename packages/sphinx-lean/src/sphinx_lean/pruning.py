"""Writes style sheets without the custom properties, fonts and animations that nothing refers to.

Rules that match nothing are not even read. The order of the others stays, so the cascade is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx_lean.fonts import is_icon
from sphinx_lean.sheets import FIRST, GROUPS, flat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx_lean.sheets import Declaration, Rule, Sheet
    from sphinx_lean.usage import Used


class Pruner:
    """Writes style sheets of a site; a name in one of ``sheets`` may be defined in another one.

    ``icons`` are the characters that they may show with an icon font.
    """

    def __init__(self, used: Used, sheets: Iterable[Sheet]) -> None:
        self._used = used
        self._kept: set[str] = set()  # names in what is kept
        self.icons: set[str] = set()
        self._keep([rule for sheet in sheets for rule in flat(sheet)])

    def write(self, sheets: Iterable[tuple[Sheet, str]]) -> str:
        """Return the text of sheets, each with its media query ('' for all), as one sheet.

        Imports from other hosts come first, as CSS requires.
        """
        first = dict.fromkeys(FIRST, "")
        parts = []
        for sheet, media in sheets:
            for rule in sheet:
                if rule.at in FIRST and not rule.head.value.startswith("url("):  # a default namespace is removed
                    under = f" {media}" if media and rule.head.value.endswith('"') else ""
                    first[rule.at] += f"@{rule.at} {rule.head.value}{under};"
            text = "".join(self._write(rule) for rule in sheet if rule.at not in FIRST)
            parts.append(f"@media {media}{{{text}}}" if media and text else text)
        return "".join([*first.values(), *parts])

    def _keep(self, rules: Iterable[Rule]) -> None:
        """Find the names in rules, and in the custom properties that they use, directly or through others."""
        properties: dict[str, list[Declaration]] = {}
        for rule in rules:
            if rule.at in GROUPS:
                self._kept |= rule.head.names  # style queries
            for one in rule.declarations if rule.at != "font-face" else ():
                if one.is_custom:
                    properties.setdefault(one.name, []).append(one)
                else:
                    self._add(one, is_alone=len(rule.declarations) == 1)  # otherwise, a plus sign is text
        self._kept.update(filter(self._used.names, properties))
        while found := self._kept & properties.keys():
            for one in (one for name in found for one in properties.pop(name)):
                self._add(one, is_alone=True)

    def _add(self, one: Declaration, *, is_alone: bool) -> None:
        self._kept.update(one.names, map(str.lower, one.names))
        self.icons.update(char for name in one.names for char in name if is_icon(char) or (is_alone and len(name) == 1))

    def _write(self, rule: Rule) -> str:
        if rule.at in GROUPS and rule.block:
            inside = "".join(self._write(part) for part in rule.inside)
            if inside or rule.at != "layer":
                return f"@{rule.at} {rule.head.value}{{{inside}}}" if inside else ""
            return f"@layer {rule.head.value};" if rule.head.value else ""  # keeps the order of the layers
        body = ";".join(one.text for one in rule.declarations if not one.is_custom or one.name in self._kept)
        if not rule.at:
            return f"{','.join(rule.selectors)}{{{body}}}" if body else ""
        if not self._is_used(rule):
            return ""
        start = f"@{rule.at} {rule.head.value}".rstrip()
        return f"{start}{{{body}}}" if rule.block else f"{start};"

    def _is_used(self, rule: Rule) -> bool:
        """Return whether something may refer to a font, an animation or a registered property; others are used."""
        if rule.at == "font-face":
            names = next((one.names for one in rule.declarations if one.name.lower() == "font-family"), frozenset())
        elif rule.at == "property" or rule.at.endswith("keyframes"):
            names = rule.head.names
        else:
            return True
        return not names or any(name.lower() in self._kept or self._used.names(name) for name in names)
