"""Reads style sheets, and writes what pages use of them.

Rules that match nothing are left out, as are custom properties, fonts and animations that nothing refers to. The order
of the others stays, so the cascade is the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import tinycss2
from tinycss2.serializer import serialize_identifier, serialize_string_value

from sphinx_lean.addresses import local, moved
from sphinx_lean.usage import icons_in, may_be_unknown, needs_of, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sphinx_lean.usage import Used

GROUPS = {"media", "supports", "layer", "container", "starting-style"}
FIRST = ("import", "namespace")  # must be before all rules, in this order
_WITH_ADDRESSES = {"url", "image-set", "-webkit-image-set"}  # functions
_BARE = re.compile(r"""[^\s"'()\\\x00-\x20\x7f]+""")  # needs no quotation marks in url()
# Strings, addresses and escapes, in which white space has a meaning.
_OPAQUE = re.compile(
    r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^"'()]*\)|\\(?:[0-9a-f]{1,6}\s?|.))""", re.DOTALL | re.IGNORECASE
)
_SPACES = re.compile(r"\s*([,;{}])\s*|(?<=:)\s+")
_identifier = cache(serialize_identifier)


@dataclass(frozen=True)
class Declaration:
    """A property with its value, or a nested rule, which has no name.

    ``names`` are its identifiers, strings and addresses.
    """

    name: str
    value: str
    names: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """The declaration as CSS."""
        return f"{_identifier(self.name)}:{self.value}" if self.name else self.value


@dataclass(frozen=True)
class Rule:
    """A rule, a group of rules (``inside``) under a condition, or another at-rule.

    ``head`` is the part between the name of an at-rule and its block; ``block`` says whether it has one.
    """

    at: str = ""
    head: Declaration = Declaration("", "")
    selectors: tuple[str, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    inside: tuple[Rule, ...] = ()
    block: bool = True


Sheet = tuple[Rule, ...]


def flat(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Yield rules and those in groups."""
    for rule in rules:
        yield rule
        yield from flat(rule.inside)


class Reader:
    """Reads style sheets of an output folder, without rules and selectors that match nothing in ``used``."""

    def __init__(self, root: Path, used: Used) -> None:
        self._root = root
        self._used = used

    def read(self, path: str, seen: frozenset[str] = frozenset()) -> Sheet:
        """Return a style sheet; ``seen`` are those that import it.

        Imported sheets are inlined; imports from other hosts, or of missing files, stay.
        """
        data = (self._root / path).read_bytes()
        parsed, _ = tinycss2.parse_stylesheet_bytes(data, skip_comments=True, skip_whitespace=True)
        rules: list[Rule] = []
        imports = True  # imports further down are invalid
        for node in parsed:
            kind = node.lower_at_keyword if node.type == "at-rule" else node.type
            if kind != "import":
                imports = imports and (kind in {"charset", "error"} or (kind == "layer" and node.content is None))
                rules += self._rule(node, path)
            elif imports:
                rules += self._imported(node, path, seen | {path})
        return tuple(rules)

    def _imported(self, node: Any, sheet: str, seen: frozenset[str]) -> Iterator[Rule]:  # noqa: ANN401
        """Yield the rules of an imported sheet, under the conditions of the import; or the import itself."""
        condition = list(node.prelude)
        address = _address(_next(condition))
        if address is None:
            return
        path = local(address, sheet)
        if path in seen:  # imports itself; browsers ignore this, too
            return
        text = compact(condition)
        if path is not None and (self._root / path).is_file():
            rules = self.read(path, seen)
            if not text or not any(rule.at in FIRST for rule in rules):
                yield from _under(condition, rules)
                return
        text = f"{_quoted(moved(address, sheet))} {text}".rstrip()
        yield Rule("import", Declaration("", text, frozenset({address})), block=False)

    def _rule(self, node: Any, path: str) -> Iterator[Rule]:  # noqa: ANN401
        if node.type == "qualified-rule":
            selectors = self._matching(node.prelude)
            # Browsers drop others, too.
            is_kept = selectors and _is_sound(node.prelude) and not any(one == ";" for one in node.prelude)
            if is_kept and (declarations := tuple(_declarations(node.content, path))):
                yield Rule(selectors=selectors, declarations=declarations)
        elif node.type == "at-rule" and node.lower_at_keyword != "charset" and _is_sound(node.prelude):
            at, block = node.lower_at_keyword, node.content is not None
            head = _declaration("", node.prelude, path)
            if at in GROUPS and block:
                inside = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                yield Rule(at, head, inside=tuple(rule for part in inside for rule in self._rule(part, path)))
            elif at in {"font-face", "page"} and block:
                yield Rule(at, head, declarations=tuple(_declarations(node.content, path)))
            else:
                body = (_declaration("", node.content, path),) if block and _is_sound(node.content) else ()
                yield Rule(at, head, declarations=body, block=block)

    def _matching(self, prelude: Sequence[Any]) -> tuple[str, ...]:
        """Return the selectors of a list that may match, and those for which some browsers drop the whole rule."""
        parts = list(split(prelude))
        met = [self._used.meets(needs_of(part)) for part in parts]
        if not any(met):
            return ()
        kept = (part for part, is_met in zip(parts, met, strict=True) if is_met or may_be_unknown(part))
        return tuple(compact(part, selector=True) for part in kept)


def _address(token: Any) -> str | None:  # noqa: ANN401
    """Return the address in a token: a string, or ``url()`` with or without quotation marks."""
    if token is not None and token.type == "function" and token.lower_name == "url":
        token = next((inner for inner in token.arguments if inner.type == "string"), None)
    return str(token.value) if token is not None and token.type in {"string", "url"} else None


def _next(tokens: list[Any]) -> Any:  # noqa: ANN401
    """Remove and return the first token that is not white space; None if there is none."""
    while tokens:
        token = tokens.pop(0)
        if token.type != "whitespace":
            return token
    return None


def _under(condition: list[Any], rules: Sheet) -> Sheet:
    """Return rules under the conditions of their import: layer, ``supports()``, media query."""
    for at in ("layer", "supports"):
        rest = [*condition]
        token = _next(rest)
        if at in {getattr(token, "lower_value", ""), getattr(token, "lower_name", "")}:
            inside = getattr(token, "arguments", ())
            is_declaration = at == "supports" and any(part.type == "literal" and part.value == ":" for part in inside)
            head = f"({compact(inside)})" if is_declaration else compact(inside)
            rules, condition = (Rule(at, Declaration("", head), inside=rules),), rest
    media = compact(condition)
    return (Rule("media", Declaration("", media), inside=rules),) if media else rules


# -- Declarations ------------------------------------------------------------------------------------------------------


def _declarations(content: Sequence[Any], path: str) -> Iterator[Declaration]:
    """Yield the declarations of a rule in the file at a path, without those that browsers drop."""
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration" and _is_sound(node.value):
            one = _declaration(node.name, node.value, path)
            yield replace(one, value=f"{one.value}!important") if node.important else one
        elif node.type in {"qualified-rule", "at-rule"} and _is_sound(inside := [*node.prelude, *(node.content or ())]):
            names = frozenset(_names_in(inside, path))
            yield Declaration("", compact([node]).rstrip(";"), names)  # a nested rule, which is kept as a whole


def _declaration(name: str, value: Sequence[Any], path: str) -> Declaration:
    names = frozenset(_names_in(value, path))  # first, because it rewrites addresses
    return Declaration(name, compact(value), names)


def _names_in(tokens: Sequence[Any], path: str) -> Iterator[str]:
    """Yield the identifiers, strings and addresses in some tokens, and rewrite the addresses."""
    row: list[str] = []  # a font name may be several words without quotation marks
    for token in _with_inner(tokens):
        if token.type == "ident":
            row = [*(f"{name} {token.value}" for name in row), token.value]
            yield from row
        elif token.type != "whitespace":
            row = []
        if token.type == "string":
            yield token.value
            token.representation = _quoted(token.value)
        elif token.type == "url":
            yield token.value
            address = moved(token.value, path)
            token.representation = f"url({address if _BARE.fullmatch(address) else _quoted(address)})"
        elif token.type == "function":
            token.arguments = [inner for inner in token.arguments if inner.type != "error"]  # the end of the sheet
            strings = (inner for inner in token.arguments if inner.type == "string")
            for inner in strings if token.lower_name in _WITH_ADDRESSES else ():
                inner.value = moved(inner.value, path)


def _is_sound(tokens: Iterable[Any]) -> bool:
    """Return whether tokens contain nothing that is always invalid, such as an unopened bracket."""
    errors = (token.kind for token in _with_inner(tokens) if token.type == "error")
    return all(kind in {"eof-in-string", "eof-in-url"} for kind in errors)


def _with_inner(tokens: Iterable[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _with_inner(getattr(token, "arguments", None) or getattr(token, "content", None) or ())


# -- Text --------------------------------------------------------------------------------------------------------------


def compact(tokens: Sequence[Any], *, selector: bool = False) -> str:
    """Return the text of tokens with little white space.

    rcssmin cannot be used, because it removes the spaces in ``url("data:image/svg+xml,<svg viewBox='0 0 8 8'>")``.
    """
    parts = _OPAQUE.split(tinycss2.serialize(tokens))
    for place in range(0, len(parts), 2):
        text = re.sub(r"\s+", " ", parts[place])
        parts[place] = text if selector else _SPACES.sub(r"\1", text)  # "a :hover" and "a: hover" are different
    parts[0] = parts[0].lstrip()
    parts[-1] = parts[-1].rstrip()
    return "".join(parts)


def _quoted(text: str) -> str:
    return f'"{serialize_string_value(text)}"'


class Pruner:
    """Writes style sheets of a site; a name in one of ``sheets`` may be defined in another one.

    ``icons`` are the characters that they may show with an icon font.
    """

    def __init__(self, used: Used, sheets: Iterable[Sheet]) -> None:
        self._used = used
        self._kept: set[str] = set()  # names in what is kept
        self._unread: set[str] = set()  # custom properties
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
                if one.name.startswith("--"):
                    properties.setdefault(one.name, []).append(one)
                else:
                    self._add(one, is_alone=len(rule.declarations) == 1)  # otherwise, a plus sign is text
        self._kept.update(filter(self._used.names, properties))
        while found := self._kept & properties.keys():
            for one in (one for name in found for one in properties.pop(name)):
                self._add(one, is_alone=True)
        self._unread.update(properties)

    def _add(self, one: Declaration, *, is_alone: bool) -> None:
        self._kept.update(one.names, map(str.lower, one.names))
        self.icons.update(*map(icons_in, one.names), (name for name in one.names if is_alone and len(name) == 1))

    def _write(self, rule: Rule) -> str:
        if rule.at in GROUPS and rule.block:
            inside = "".join(self._write(part) for part in rule.inside)
            if inside or rule.at != "layer":
                return f"@{rule.at} {rule.head.value}{{{inside}}}" if inside else ""
            return f"@layer {rule.head.value};" if rule.head.value else ""  # keeps the order of the layers
        body = ";".join(one.text for one in rule.declarations if one.name not in self._unread)
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
