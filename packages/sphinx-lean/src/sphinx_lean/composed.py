"""Names that scripts may compose: ``"col-" + n``, ``${block}__${part}--open``, ``["tone", name].join("-")``.

Scripts are not run or parsed, so in doubt a name may be composed. One half of it is enough, because the other may be a
number, or come from anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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


@dataclass(frozen=True)
class Parts:
    """Parts of composed names, in lower case.

    ``starts`` and ``ends`` are parts to which scripts add something, ``glue`` is what they put between variables, and
    ``strings`` are what these may contain.
    """

    starts: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    glue: frozenset[str] = frozenset()
    strings: frozenset[str] = frozenset()

    @classmethod
    def of(cls, scripts: Iterable[str], words: Iterable[str] = ()) -> Parts:
        """Return the parts in the texts of scripts, which may add ``words`` of pages."""
        found = [_parts_in(text) for text in scripts]
        return cls(
            frozenset().union(*(one.starts for one in found)),
            frozenset().union(*(one.ends for one in found)),
            frozenset().union(*(one.glue for one in found)),
            frozenset().union(map(str.lower, words), *(one.strings for one in found)),
        )

    def may_make(self, name: str) -> bool:
        """Return whether a name may be composed."""
        low = name.lower()
        return any(self._may_meet(name, low, place) for place in range(1, len(name))) or any(
            middle in low for middle in self._middles
        )

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
    def _middles(self) -> list[str]:
        """The parts that go between two others, such as ``-col-``; a hyphen or a colon alone are in most names."""
        both = {one for one in self.starts & self.ends if one[0] in _OPEN and one[-1] in _OPEN}
        return sorted((both | self.glue) - {"-", ":"})


@lru_cache(maxsize=1 << 8)
def _parts_in(text: str) -> Parts:
    """Return the parts in one script; whole strings with its joints are parts, too."""
    starts, ends, glue, strings = (
        frozenset(match[match.lastindex or 0].lower() for match in pattern.finditer(text))
        for pattern in (_START, _END, _GLUE, _STRING)
    )
    return Parts(starts.union(f"{one}{joint}" for one in strings for joint in glue), ends, glue, strings)
