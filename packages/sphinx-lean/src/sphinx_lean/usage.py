"""Collects what pages and their scripts use of style sheets, also under names that scripts compose."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from sphinx_lean.files import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sphinx_lean import Settings
    from sphinx_lean.pages import Facts

WORD = re.compile(r"[A-Za-z_$][\w$-]*")  # in scripts
# Words of a script, except the names of methods that it calls: in no class of a page.
_WORD = re.compile(r"(?<![\w$.-])[A-Za-z_$][\w$-]*|(?<=\.)[A-Za-z_$][\w$-]*(?![\w$-]|\s*\()")
_ICON = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
CUSTOM = re.compile(r"--[\w-]+")  # custom properties
_FILE = re.compile(r"[\w.-]+\.(?:m?js|css|html?|json|svg|xml)\b")
# Prefixes of names created by external scripts, for which the theme has rules: MathJax, Jupyter widgets.
_FOREIGN = ("mathjax", "mjx", "jp-", "lm-", "widget-", "jupyter-", "leaflet-", "xr-")


# -- Composed names ----------------------------------------------------------------------------------------------------
#
# Such as "col-" + n, `${block}__${part}--open`, ["tone", name].join("-"). Scripts are not run or parsed, so in doubt a
# name may be composed. One half of it is enough, because the other may be a number, or come from anywhere.

_Q = "[\"'`]"  # a quotation mark
_JOINT = "[_:-]"
# The end of a string or a template to which something is added; or of any string, if it is a joint. Beginnings alike.
_START = re.compile(rf"([\w:-]*\w{_JOINT}*|--)(?:{_Q}\s*(?:\+|\.concat\b)|\$\{{)|([\w:-]*\w{_JOINT}+){_Q}")
_END = re.compile(
    rf"\+\s*{_Q}({_JOINT}*\w[\w:-]*)|(?<={_Q})({_JOINT}+\w[\w:-]*)|(?<=\}})({_JOINT}+\w[\w:-]*|[A-Z]\w[\w:-]*)"
)
# A joint between two variables.
_GLUE = re.compile(
    rf"(?:\+\s*|join\(\s*|concat\([^()]*){_Q}({_JOINT}{{1,2}}){_Q}|{_Q}({_JOINT}{{1,2}}){_Q}\s*\+"
    rf"|\}}({_JOINT}{{1,2}})\$\{{"
)
_STRING = re.compile(rf"(?<={_Q})([A-Za-z][\w-]*)(?={_Q})")
_OPEN = frozenset("-_:./")  # where words in names meet


@dataclass
class Parts:
    """Parts of composed names, in lower case.

    ``starts`` and ``ends`` are parts to which scripts add something, ``glue`` is what they put between variables, and
    ``strings`` are what these may contain.
    """

    starts: set[str] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)
    glue: set[str] = field(default_factory=set)
    strings: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, scripts: Iterable[str], words: Iterable[str] = ()) -> Parts:
        """Return the parts in the texts of scripts, which may add ``words`` of pages."""
        parts = cls(strings=set(map(str.lower, words)))
        for text in scripts:
            starts, ends, glue, strings = (
                {match[match.lastindex or 0].lower() for match in pattern.finditer(text)}
                for pattern in (_START, _END, _GLUE, _STRING)
            )
            starts.update(f"{one}{joint}" for one in strings for joint in glue)
            parts.starts |= starts
            parts.ends |= ends
            parts.glue |= glue
            parts.strings |= strings
        return parts

    def may_make(self, name: str) -> bool:
        """Return whether a name may be composed."""
        low = name.lower()
        places = range(1, len(name))
        return any(self._may_meet(name, low, place) for place in places) or any(one in low for one in self._middles)

    def _may_meet(self, name: str, low: str, place: int) -> bool:
        """Return whether a name may be composed of two parts that meet at a place."""
        before, after, start, end = name[place - 1], name[place], low[:place], low[place:]
        is_open = before in _OPEN or after in _OPEN or after.isupper()
        first, last = start in self.strings, end in self.strings
        return (
            (start in self.starts and (is_open or last or after.isdecimal()))
            or (end in self.ends and (is_open or first or before.isdecimal()))
            or (first and (last or end.isdecimal()))
            or (first and any(end.startswith(glue) and self._is_string(end.removeprefix(glue)) for glue in self.glue))
        )

    def _is_string(self, text: str) -> bool:
        return text in self.strings or text.isdecimal()

    @cached_property
    def _middles(self) -> set[str]:
        """The parts that go between two others, such as ``-col-``; a hyphen or a colon alone are in most names."""
        both = {one for one in self.starts & self.ends if one[0] in _OPEN and one[-1] in _OPEN}
        return (both | self.glue) - {"-", ":"}


@dataclass
class Used:
    """What the pages of a site and their scripts use, case-insensitively.

    ``classes``, ``ids`` and ``tags`` are those of elements; ``words`` of scripts may become any of them, and so may
    names composed of ``parts``, or with one of some ``prefixes``. ``named`` are custom properties, and words of fonts
    and animations. With ``unknown``, style sheets that cannot be read may use any of these.
    """

    classes: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    parts: Parts = field(default_factory=Parts)
    prefixes: tuple[str, ...] = ()
    named: set[str] = field(default_factory=set)
    unknown: bool = False
    _answers: dict[str, bool] = field(default_factory=dict, init=False, repr=False, compare=False)  # names recur often

    def __post_init__(self) -> None:
        for kind in ("classes", "ids", "tags", "words", "named"):
            setattr(self, kind, {name.lower() for name in getattr(self, kind)})

    def names(self, name: str) -> bool:
        """Return whether a script or a style may use the name of a custom property, a font or an animation."""
        low = name.lower()
        is_named = low in self.named or self.named.issuperset(WORD.findall(low) or [low])
        return self.unknown or is_named or self._may_be_in_scripts(name)

    def meets(self, needs: Iterable[Need]) -> bool:
        """Return whether an element may meet all needs of a selector."""
        return all(map(self._is_met, needs))

    def _is_met(self, need: Need) -> bool:
        if need.choices:
            return any(map(self.meets, need.choices))
        low, found = need.name.lower(), getattr(self, need.kind)
        return low in found or self._may_be_in_scripts(need.name)

    def _may_be_in_scripts(self, name: str) -> bool:
        """Return whether scripts have a name; one of several words, such as ``md:w-1/2``, if they have all of them."""
        if name not in self._answers:
            low, words = name.lower(), WORD.findall(name.lower())
            is_there = bool(words) and self.words.issuperset(words)
            self._answers[name] = is_there or self.parts.may_make(name) or low.startswith(self.prefixes)
        return self._answers[name]


def used_by(root: Path, facts: Sequence[Facts], settings: Settings) -> Used:
    """Return what some pages use, and the names to keep."""
    kept = {address for one in facts for address in one.kept_sheets}
    scripts = {root / path for one in facts for path in one.scripts}
    read = _with_loaded(root, scripts) | {root / address for address in kept if "//" not in address}
    profile = settings.profile
    known = {path for path in read if profile.knows(path.relative_to(root).as_posix())}
    texts = [text_of(path) for path in read - known]
    words = chain.from_iterable([settings.keep, *(one.words for one in facts), *map(_WORD.findall, texts)])
    used = Used(
        {name for one in facts for name in one.classes},
        {name for one in facts for name in one.ids},
        {name for one in facts for name in one.tags},
        set(words),
        Parts.of(
            [*texts, *(text for one in facts for text in one.inline)],
            {word for one in facts for word in one.data},
        ),
        (*_FOREIGN, *(name.removesuffix("*").lower() for name in settings.keep if name.endswith("*"))),
        set(settings.keep).union(*(one.named for one in facts), *(CUSTOM.findall(text_of(path)) for path in read)),
        unknown=any("//" in address for address in kept),
    )
    there = used.classes | used.ids | used.words
    for path in sorted(known):
        names = profile.names_of(path.relative_to(root).as_posix(), there)
        used.words |= {word.lower() for word in (_WORD.findall(text_of(path)) if names is None else names)}
    return used


def _with_loaded(root: Path, scripts: Iterable[Path]) -> set[Path]:
    """Return scripts and the files of the site that these may load, by their names."""
    files: dict[str, list[Path]] = {}
    for path in (root / "_static").rglob("*"):
        files.setdefault(path.name, []).append(path)
    found: set[Path] = set()
    waiting = list(scripts)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += chain.from_iterable(files.get(name, ()) for name in set(_FILE.findall(text_of(path))))
    return found


def icons_in(text: str) -> set[str]:
    """Return the characters in private-use areas, which fonts use for icons."""
    return set(_ICON.findall(text))


# -- Selectors ---------------------------------------------------------------------------------------------------------

_ONE_OF = {"is", "where", "matches", "-webkit-any", "-moz-any", "has", "host", "host-context", "slotted"}


class Need(NamedTuple):
    """A required class, id or tag (``kind`` is a field of ``Used``), or one of several sets of needs (``choices``)."""

    kind: str
    name: str
    choices: tuple[tuple[Need, ...], ...] = ()


def split(tokens: Sequence[Any]) -> Iterator[list[Any]]:
    """Yield the selectors of a comma-separated list."""
    part: list[Any] = []
    for token in tokens:
        if _is_literal(token, ","):
            yield part
            part = []
        else:
            part.append(token)
    yield part


def needs_of(tokens: Sequence[Any]) -> tuple[Need, ...]:
    """Return the needs of one selector; in doubt, it can match. See https://www.w3.org/TR/selectors-4/.

    Attributes are ignored, because scripts compose their names; so are ``:not()`` and other functions.
    """
    needs: list[Need] = []
    before = ""
    for token, after in zip(tokens, [*tokens[1:], None], strict=False):
        kind = token.type
        if kind == "ident":
            if before == ".":
                needs.append(Need("classes", token.value))
            elif before != ":" and not (after and _is_literal(after, "|")):  # a namespace is not a tag
                needs.append(Need("tags", token.value))
        elif kind == "hash":
            needs.append(Need("ids", token.value))
        elif kind == "function" and token.lower_name in _ONE_OF:
            needs.append(Need("", "", tuple(needs_of(part) for part in split(token.arguments))))
        before = token.value if kind == "literal" else ""
    return tuple(needs)


def may_be_unknown(tokens: Iterable[Any]) -> bool:
    """Return whether some browser may not know a pseudo-class or element of a selector, and then drop its rule."""
    return any(_is_literal(token, ":") for token in tokens)


def _is_literal(token: Any, value: str) -> bool:  # noqa: ANN401
    return bool(token.type == "literal" and token.value == value)
