"""Reads style sheets: the rules that some page can use, and the names in their declarations."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import tinycss2
from tinycss2.serializer import serialize_identifier

from sphinx_lean.compact import compact, is_sound, quoted
from sphinx_lean.fonts import is_icon
from sphinx_lean.selectors import may_be_unknown, needs_of, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from sphinx_lean.selectors import Need, Used

GROUPS = {"media", "supports", "layer", "container", "starting-style"}
FIRST = ("import", "namespace")  # must be before all rules, in this order
_CUSTOM = re.compile(r"--[\w-]+")
_NONE = frozenset[str]()
_identifier = cache(serialize_identifier)


@dataclass(frozen=True)
class Declaration:
    """A property with its value, or a nested rule, which has no name.

    ``reads`` are its custom properties, ``words`` its identifiers and strings, in lower case, ``chars`` its characters
    in strings of one character, and icons.
    """

    name: str
    value: str
    reads: frozenset[str] = _NONE
    words: frozenset[str] = _NONE
    chars: frozenset[str] = _NONE

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
    selectors: tuple[str, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    inside: tuple[Rule, ...] = ()
    block: bool = True


@dataclass(frozen=True)
class Sheet:
    """A style sheet with its imports; ``address`` is its path in the output folder."""

    address: str
    rules: tuple[Rule, ...]

    @cached_property
    def all_rules(self) -> tuple[Rule, ...]:
        """All rules, including those in groups."""
        return tuple(_flat(self.rules))


def _flat(rules: Iterable[Rule]) -> Iterator[Rule]:
    for rule in rules:
        yield rule
        yield from _flat(rule.inside)


# -- Reading -----------------------------------------------------------------------------------------------------------


class Reader:
    """Reads style sheets of an output folder, without rules and selectors that match nothing in ``used``.

    ``rewrite`` gets each address in a sheet, and the address of the sheet. ``ids`` are all ids in selectors, in lower
    case, including those that match nothing.
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
        data = (self._root / address).read_bytes()
        parsed, _ = tinycss2.parse_stylesheet_bytes(data, skip_comments=True, skip_whitespace=True)
        imports = True  # imports further down are invalid
        for node in parsed:
            kind = node.lower_at_keyword if node.type == "at-rule" else node.type
            if kind == "import":
                if imports:
                    yield from self._imported(node, address, seen | {address})
                continue
            imports = imports and (kind in {"charset", "error"} or (kind == "layer" and node.content is None))
            yield from self._rule(node, lambda url: self._rewrite(url, address))

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

    def _rule(self, node: Any, rewrite: Callable[[str], str]) -> Iterator[Rule]:  # noqa: ANN401
        if node.type == "error" or not is_sound(node.prelude):  # dropped by browsers, too
            return
        if node.type == "qualified-rule":
            selectors = self._matching(node.prelude)
            declarations = tuple(_declarations(node.content, rewrite)) if selectors else ()
            if declarations:
                yield Rule(selectors=selectors, declarations=declarations)
        elif node.type == "at-rule" and node.lower_at_keyword != "charset":
            at, block = node.lower_at_keyword, node.content is not None
            head = _declaration("", node.prelude, str)
            if at in GROUPS and block:
                inside = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                yield Rule(at, head, inside=tuple(rule for part in inside for rule in self._rule(part, rewrite)))
            elif at in {"font-face", "page"} and block:
                yield Rule(at, head, declarations=tuple(_declarations(node.content, rewrite)))
            else:
                body = (_declaration("", node.content, rewrite),) if block and is_sound(node.content) else ()
                yield Rule(at, head, declarations=body, block=block)

    def _matching(self, prelude: Sequence[Any]) -> tuple[str, ...]:
        """Return the selectors of a list that may match, and those for which some browsers drop the whole rule."""
        parts = list(split(prelude))
        needs = [needs_of(part) for part in parts]
        self.ids.update(need.name.lower() for need in _flat_needs(needs) if need.kind == "ids")
        met = [self._used.meets(some) for some in needs]
        if not any(met):
            return ()
        kept = (part for part, is_met in zip(parts, met, strict=True) if is_met or may_be_unknown(part))
        return tuple(compact(part, selector=True) for part in kept)


def _flat_needs(needs: Iterable[Iterable[Need]]) -> Iterator[Need]:
    for need in chain.from_iterable(needs):
        yield need
        yield from _flat_needs(need.choices)


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
    chars = {char for word in words for char in word if len(word) == 1 or is_icon(char)}
    return Declaration(name, compact(value), frozenset(reads), frozenset(map(str.lower, words)), frozenset(chars))


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
