"""Adapts selectors to images in wrappers: they must match the same images as before, and no other elements.

An image becomes the last child of ``<picture class="lean-picture">``, which replaces the image. So
``figure > img`` gets a companion ``figure > :where(.lean-picture) > img``, ``img + p`` one that checks the content
of the wrapper, and ``:first-child`` one that checks the wrapper. Their specificity is the same.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import tinycss2

from sphinx_lean.selectors import split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WRAPPER = "lean-picture"
BARE = "lean-bare"  # the class of an image that gets no wrapper
SIZED = "lean-sized"  # the class of an image that got its size from the pass: its height follows its width
_SIZED_RULE = f":where(.{SIZED}){{height:auto}}"
# A source has no size, but where the box has gaps between its parts, it would get one.
RULES = f".{WRAPPER}{{display:contents!important}}.{WRAPPER}>source{{display:none!important}}{_SIZED_RULE}"
_PLACE = f":where(.{WRAPPER})"
_UNWRAPPED = f":not(:where(.{WRAPPER} > *))"
_STRUCTURE = {"first-child", "last-child", "only-child", "first-of-type", "last-of-type", "only-of-type"}
_COUNTS = {"nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"}
_LISTS = {"is", "where", "not", "has"}
_NEVER = {"root", "host", "link", "any-link", "visited", "checked", "disabled", "enabled", "focus", "focus-visible"}
_ELEMENTS = {"before", "after", "first-line", "first-letter"}  # pseudo-elements that may have one colon
_COMBINATORS = {">", "+", "~"}


class _Simple(NamedTuple):
    """A simple selector: its text, its kind and its name.

    Kinds are ``tag``, ``class``, ``id``, ``structure`` (of the place among siblings), ``never`` (no image has it) and
    ``other``. ``choices`` are those of ``:is()`` and ``:where()``.
    """

    text: str
    kind: str
    name: str = ""
    choices: tuple[_Compound, ...] = ()


class _Compound(NamedTuple):
    """Simple selectors of one element, behind a combinator ('' at the beginning)."""

    combinator: str
    parts: tuple[_Simple, ...]

    @property
    def text(self) -> str:
        return self.combinator + "".join(part.text for part in self.parts)

    @property
    def structure(self) -> str:
        """Its conditions on the position of the element."""
        return "".join(part.text for part in self.parts if part.kind == "structure")

    @property
    def rest(self) -> str:
        """Its conditions on the element itself, as a selector for the image in a wrapper."""
        text = "".join(part.text for part in self.parts if part.kind != "structure" and part.name != "*")
        return f":where(img){text}" if self.is_anything else text

    @property
    def is_anything(self) -> bool:
        """Whether it names nothing that elements are called by, so that it matches wrappers and sources, too."""
        return not any(
            part.kind in {"class", "id"}
            or (part.kind == "tag" and part.name != "*")
            or (part.choices and not any(choice.is_anything for choice in part.choices))
            for part in self.parts
        )

    def may_be(self, names: frozenset[str]) -> bool:
        """Return whether an image with some of the names may match; ``img`` means any other name."""
        called = any(part.kind == "tag" and part.name == "img" for part in self.parts)
        return all(
            (part.name in {"img", "*"} if part.kind == "tag" else True)
            and (called or part.name in names if part.kind in {"class", "id"} else True)
            and (not part.choices or any(choice.may_be(names) for choice in part.choices))
            and part.kind != "never"
            for part in self.parts
        )


@lru_cache(maxsize=1 << 14)
def through(selector: str, names: frozenset[str]) -> tuple[str, ...]:
    """Return the selectors that replace one if images with ``names`` (``.class``, ``#id``) may be wrapped."""
    if not any(mark in selector for mark in (">", "+", "~", "-child", "-of-type")):
        return (selector,)
    tokens = tinycss2.parse_component_value_list(selector, skip_comments=True)
    found = _through(tokens, names)
    return found if len(found) > 1 or _UNWRAPPED in found[0] or f"{_PLACE}" in found[0] else (selector,)


def subject_may_be(selector: str, names: frozenset[str]) -> bool:
    """Return whether a selector may match an image with some of the names."""
    compounds = _compounds(tinycss2.parse_component_value_list(selector, skip_comments=True), names)
    return not compounds or compounds[-1].may_be(names)


def _through(tokens: Sequence[Any], names: frozenset[str]) -> tuple[str, ...]:
    compounds = _compounds(tokens, names)
    forms = [_forms(compounds, place, names) for place in range(len(compounds))]
    return tuple(dict.fromkeys("".join(parts) for parts in product(*forms)))


def _forms(compounds: Sequence[_Compound], place: int, names: frozenset[str]) -> list[str]:
    """Return how one compound is written: as it is, and for an image in a wrapper."""
    one, before = compounds[place], compounds[place - 1] if place else None
    after = compounds[place + 1].combinator if place + 1 < len(compounds) else ""
    if not one.may_be(names) or after in {" ", ">"}:  # nothing is inside an image
        return [one.text]
    wrapper = f"{one.combinator}{_PLACE}{one.structure}"
    if after:
        return [one.text] if one.is_anything else [one.text, f"{wrapper}:has(> {one.rest})"]
    if one.combinator not in _COMBINATORS and not one.structure:
        return [one.text]
    # As it is, it would find the image also as the child of its wrapper, and the neighbour of its sources.
    misled = one.structure or (before is not None and before.is_anything)
    return [one.text + (_UNWRAPPED if misled else ""), f"{wrapper} > {one.rest}"]


def _compounds(tokens: Sequence[Any], names: frozenset[str]) -> list[_Compound]:
    """Return the compound selectors of a selector; the content of functions is already adapted to wrappers."""
    found: list[_Compound] = []
    parts: list[Any] = []
    combinator = ""
    for token in [*tokens, None]:
        is_combinator = token is not None and token.type == "literal" and token.value in _COMBINATORS
        if token is not None and token.type != "whitespace" and not is_combinator:
            parts.append(token)
            continue
        if parts:
            found.append(_Compound(combinator, tuple(_simples(parts, names))))
            parts, combinator = [], ""
        if is_combinator:
            combinator = token.value
        elif found and not combinator:
            combinator = " "
    return found


def _simples(tokens: Sequence[Any], names: frozenset[str]) -> Iterator[_Simple]:
    before = ""
    for token in tokens:
        text = before + token.serialize()
        if token.type == "literal" and token.value in {".", ":"}:
            before = text
            continue
        if before.startswith(":"):
            yield _pseudo(before, token, names)
        elif token.type == "ident":
            yield _Simple(text, "class", f".{token.value}") if before else _Simple(text, "tag", token.lower_value)
        elif token.type == "hash":
            yield _Simple(text, "id", f"#{token.value}")
        else:
            yield _Simple(text, "tag" if text == "*" else "other", text)
        before = ""


def _pseudo(colons: str, token: Any, names: frozenset[str]) -> _Simple:  # noqa: ANN401 (tinycss2 has no types)
    name = getattr(token, "lower_name", None) or getattr(token, "lower_value", "")
    text = colons + token.serialize()
    if colons == "::" or name in _NEVER | _ELEMENTS:
        return _Simple(text, "never")
    if name in _STRUCTURE | _COUNTS:
        return _Simple(text, "structure")
    if token.type != "function" or name not in _LISTS:
        return _Simple(text, "other")
    arguments = [_compounds(part, names) for part in split(token.arguments)]
    written = dict.fromkeys(form for part in split(token.arguments) for form in _through(part, names))
    if name == "has":
        written = dict.fromkeys(form for form in written if ":has(" not in form)  # which may not stand in another one
    text = f":{name}({','.join(written)})"
    if name == "has":
        asks_siblings = all(part and part[0].combinator in {"+", "~"} for part in arguments)
        return _Simple(text, "structure" if asks_siblings else "other")
    if all(len(part) == 1 and all(one.kind == "structure" for one in part[0].parts) for part in arguments):
        return _Simple(colons + token.serialize(), "structure")
    subjects = tuple(part[-1] for part in arguments if part)
    return _Simple(text, "other", choices=subjects if name != "not" else ())
