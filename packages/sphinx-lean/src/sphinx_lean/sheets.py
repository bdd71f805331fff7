"""Parses style sheets: rules with the needs of their selectors, and the names in their declarations."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

import tinycss2
from tinycss2.serializer import serialize_identifier

from sphinx_lean.compact import compact, is_sound, quoted
from sphinx_lean.prefilter import prefiltered
from sphinx_lean.selectors import Need, may_be_unknown, needs_of, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from sphinx_lean.selectors import Used

GROUPS = {"media", "supports", "layer", "container", "starting-style"}
FIRST = ("import", "namespace")  # must be before all rules, in this order
_CUSTOM = re.compile(r"--[\w-]+")
_NONE = frozenset[str]()
_identifier = cache(serialize_identifier)


class Selector(NamedTuple):
    """A selector as text, and its needs; ``always`` if it must not be removed from its rule."""

    text: str
    needs: tuple[Need, ...]
    always: bool


@dataclass(frozen=True)
class Declaration:
    """A property with its value, or a nested rule, which has no name.

    ``reads`` are its custom properties, ``words`` its identifiers and strings, in lower case.
    """

    name: str
    value: str
    reads: frozenset[str] = _NONE
    words: frozenset[str] = _NONE

    @property
    def is_custom(self) -> bool:
        """Whether it sets a custom property, which can be removed if nothing reads it."""
        return self.name.startswith("--")

    @cached_property
    def text(self) -> str:
        """The declaration as CSS."""
        return f"{_identifier(self.name)}:{self.value}" if self.name else self.value


@dataclass
class Kept:
    """Names in rules that are kept: custom properties that they read, and all other words in lower case."""

    reads: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def add(self, more: Declaration | Kept) -> None:
        """Add further names."""
        self.reads |= more.reads
        self.words |= more.words


@dataclass(frozen=True)
class Rule:
    """A rule, a group of rules (``inside``) under a condition, or another at-rule.

    ``head`` is the part between the name of an at-rule and its block; ``block`` says whether it has one.
    """

    at: str = ""
    head: Declaration = Declaration("", "")
    selectors: tuple[Selector, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    inside: tuple[Rule, ...] = ()
    block: bool = True

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """All selectors."""
        return tuple(one.text for one in self.selectors)

    @cached_property
    def custom(self) -> tuple[Declaration, ...]:
        """The declarations of custom properties."""
        return tuple(one for one in self.declarations if one.is_custom)

    @cached_property
    def kept(self) -> Kept:
        """The names in all other declarations."""
        found = Kept()
        for one in self.declarations:
            if not one.is_custom:
                found.add(one)
        return found

    @cached_property
    def body(self) -> str:
        """The content of its block."""
        return ";".join(one.text for one in self.declarations)


@dataclass(frozen=True)
class Sheet:
    """A style sheet with its imports; ``address`` is its path in the output folder."""

    address: str
    rules: tuple[Rule, ...]

    @cached_property
    def all_rules(self) -> tuple[Rule, ...]:
        """All rules, including those in groups."""
        return tuple(_flat(self.rules))

    @cached_property
    def rules_by_need(self) -> dict[Need, set[int]]:
        """The memory addresses of rules by the needs of their selectors."""
        found: dict[Need, set[int]] = {}
        for rule in self.all_rules:
            for need in chain.from_iterable(one.needs for one in rule.selectors):
                found.setdefault(need, set()).add(id(rule))
        return found

    @cached_property
    def declarations_by_property(self) -> dict[str, list[tuple[Rule, Declaration]]]:
        """The declarations of each custom property, with their rules."""
        found: dict[str, list[tuple[Rule, Declaration]]] = {}
        for rule in self.all_rules:
            for one in rule.custom:
                found.setdefault(one.name, []).append((rule, one))
        return found


def _flat(rules: Iterable[Rule]) -> Iterator[Rule]:
    for rule in rules:
        yield rule
        yield from _flat(rule.inside)


# -- Reading -----------------------------------------------------------------------------------------------------------


class Reader:
    """Reads style sheets of an output folder; rules that clearly match nothing in ``used`` may be left out.

    ``rewrite`` gets each address in a sheet, and the address of the sheet. ``ids`` are all ids in selectors, in lower
    case, including those of rules that were left out.
    """

    def __init__(self, root: Path, rewrite: Callable[[str, str], str], used: Used) -> None:
        self._root = root
        self._rewrite = rewrite
        self._used = used
        self.ids: set[str] = set()

    def read(self, address: str) -> Sheet:
        """Return a style sheet.

        Imported sheets are inlined; imports from other hosts, or of missing files, stay.
        """
        return Sheet(address, tuple(self._rules(address, _NONE)))

    def _rules(self, address: str, seen: frozenset[str]) -> Iterator[Rule]:
        """Yield the rules of a sheet; ``seen`` are those that import it."""
        data, ids = prefiltered((self._root / address).read_bytes(), self._used)
        self.ids |= ids
        parsed, _ = tinycss2.parse_stylesheet_bytes(data, skip_comments=True, skip_whitespace=True)
        imports = True  # imports further down are invalid
        for node in parsed:
            kind = node.lower_at_keyword if node.type == "at-rule" else node.type
            if kind == "import":
                if imports:
                    yield from self._imported(node, address, seen | {address})
                continue
            imports = imports and (kind in {"charset", "error"} or (kind == "layer" and node.content is None))
            yield from _rule(node, lambda url: self._rewrite(url, address))

    def _imported(self, node: Any, address: str, seen: frozenset[str]) -> Iterator[Rule]:  # noqa: ANN401
        """Yield the rules of an imported sheet, under the conditions of the import; or the import itself."""
        url, *condition = [token for token in node.prelude if token.type != "whitespace"] or [None]
        found = _address(url)
        if found is None:
            return
        path = _path(found, address)
        if path in seen:  # imports itself; browsers ignore this, too
            return
        if path is not None and (self._root / path).is_file():
            rules = tuple(self._rules(path, seen))
            if not condition or not any(rule.at in FIRST for rule in rules):
                yield from _under(list(condition), node.prelude, rules)
                return
        text = f"{quoted(self._rewrite(found, address))} {compact(_after(node.prelude, url))}"
        yield Rule("import", Declaration("", text.strip()), block=False)


def _address(token: Any) -> str | None:  # noqa: ANN401
    """Return the address in a token: a string, or ``url()`` with or without quotation marks."""
    if token is not None and token.type == "function" and token.lower_name == "url":
        token = next((inner for inner in token.arguments if inner.type == "string"), None)
    return str(token.value) if token is not None and token.type in {"string", "url"} else None


def _path(url: str, sheet: str) -> str | None:
    """Return the path in the output folder of an address in a sheet; None for other addresses."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return None
    found = posixpath.normpath(posixpath.join(posixpath.dirname(sheet), unquote(parts.path)))
    return None if found.startswith("..") else found


def _after(tokens: Sequence[Any], last: Any) -> Sequence[Any]:  # noqa: ANN401
    return tokens[next(place for place, token in enumerate(tokens) if token is last) + 1 :]


def _under(condition: list[Any], prelude: Sequence[Any], rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return rules under the conditions of their import: layer, ``supports()``, media query."""
    layer, supports, last = None, None, None
    for token in condition[:2]:
        name = token.lower_value if token.type == "ident" else getattr(token, "lower_name", "")
        if name == "layer" and layer is None and supports is None:
            layer, last = compact(token.arguments) if token.type == "function" else "", token
        elif name == "supports" and token.type == "function" and supports is None:
            text = compact(token.arguments)
            is_declaration = any(part.type == "literal" and part.value == ":" for part in token.arguments)
            supports, last = f"({text})" if is_declaration else text, token
    media = compact(_after(prelude, last or next(token for token in prelude if token.type != "whitespace")))
    for at, head in (("layer", layer), ("supports", supports), ("media", media or None)):
        if head is not None:
            rules = (Rule(at, Declaration("", head), inside=rules),)
    return rules


def _rule(node: Any, rewrite: Callable[[str], str]) -> Iterator[Rule]:  # noqa: ANN401
    if node.type == "error" or not is_sound(node.prelude):  # dropped by browsers, too
        return
    if node.type == "qualified-rule":
        selectors = tuple(
            Selector(compact(part, selector=True), needs_of(part), may_be_unknown(part)) for part in split(node.prelude)
        )
        yield Rule(selectors=selectors, declarations=tuple(_declarations(node.content, rewrite)))
    elif node.type == "at-rule" and node.lower_at_keyword != "charset":
        at, block = node.lower_at_keyword, node.content is not None
        head = _declaration("", node.prelude, str)
        if at in GROUPS and block:
            inside = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            yield Rule(at, head, inside=tuple(rule for part in inside for rule in _rule(part, rewrite)))
        elif at in {"font-face", "page"} and block:
            yield Rule(at, head, declarations=tuple(_declarations(node.content, rewrite)))
        else:
            body = (_declaration("", node.content, rewrite),) if block and is_sound(node.content) else ()
            yield Rule(at, head, declarations=body, block=block)


def _declarations(content: Sequence[Any], rewrite: Callable[[str], str]) -> Iterator[Declaration]:
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration" and is_sound(node.value):
            one = _declaration(node.name, node.value, rewrite)
            yield replace(one, value=f"{one.value}!important") if node.important else one
        elif node.type in {"qualified-rule", "at-rule"} and is_sound([*node.prelude, *(node.content or ())]):
            yield _nested(node, rewrite)


def _nested(node: Any, rewrite: Callable[[str], str]) -> Declaration:  # noqa: ANN401
    """Return a nested rule, which is kept as a whole."""
    head = _declaration("", node.prelude, str)
    at = f"@{node.at_keyword} " if node.type == "at-rule" else ""
    if node.content is None:
        return replace(head, value=f"{at}{head.value}")
    body = _declaration("", node.content, rewrite)
    text = f"{at}{head.value}{{{body.value}}}"
    return Declaration("", text, head.reads | body.reads, head.words | body.words)


def _declaration(name: str, value: Sequence[Any], rewrite: Callable[[str], str]) -> Declaration:
    reads: set[str] = set()
    words: set[str] = set()
    _look(value, reads, words, rewrite)
    return Declaration(name, compact(value), frozenset(reads), frozenset(word.lower() for word in words))


def _look(tokens: Sequence[Any], reads: set[str], words: set[str], rewrite: Callable[[str], str]) -> None:
    """Note the names in some tokens, and rewrite their addresses."""
    names: list[str] = []  # a font name may be several words without quotation marks
    for token in tokens:
        if token.type == "ident":
            (reads if token.value.startswith("--") else words).add(token.value)
            names = [*(f"{name} {token.value}" for name in names), token.value]
            words.update(names)
        elif token.type != "whitespace":
            names = []
            _look_into(token, reads, words, rewrite)


def _look_into(token: Any, reads: set[str], words: set[str], rewrite: Callable[[str], str]) -> None:  # noqa: ANN401
    if token.type == "string":
        words.add(token.value)
    elif token.type == "url":
        token.value = rewrite(token.value)
    elif token.type == "function":
        if token.lower_name in {"url", "image-set", "-webkit-image-set"}:
            for inner in token.arguments:
                if inner.type == "string" and (new := rewrite(inner.value)) != inner.value:
                    inner.value, inner.representation = new, quoted(new)
        _look(token.arguments, reads, words, rewrite)
    elif token.type in {"() block", "[] block", "{} block"}:
        _look(token.content, reads, words, rewrite)


def custom_properties(text: str) -> set[str]:
    """Return the custom properties in a script or an attribute."""
    return set(_CUSTOM.findall(text))


def names_in(styles: Iterable[str]) -> set[str]:
    """Return names in style attributes: fonts, animations."""
    words: set[str] = set()
    for style in styles:
        _look(tinycss2.parse_component_value_list(style), set(), words, str)
    return words
