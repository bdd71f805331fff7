"""The order of people in lists: by family name, as in libraries, whatever the locale of the machine."""

from __future__ import annotations

import dataclasses
import re
from functools import lru_cache
from typing import NamedTuple

from nameparser import Lexicon, Parser

from sphinx_recaps.core.name_matching import NO_LETTER, is_organisation
from sphinx_recaps.core.slugs import plain

# Scripts whose names are written in the order in which they are listed, such as Chinese and Thai: all beyond Latin,
# Greek, Cyrillic, Armenian, Hebrew and Arabic.
_AS_WRITTEN = re.compile("[\u0700-\u1dff\u2c00-\ua63f\ua6a0-\ufaff\U00010000-\U0010ffff]")
# A given and a family name, perhaps with initials between them: most names. Parsing takes ten times as long.
_WORD = r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})*"
_COMMON = re.compile(rf"({_WORD})((?: [^\W\d_]\.)*) ({_WORD})")
_SEVERAL = re.compile(r"[&/]|\band\b", re.IGNORECASE)
_EVERY = Lexicon.default()
# The parser also takes Wing Lian, Siddha Ganju and Judge Reinhold for people with a title.
_TITLES = frozenset(("dr", "dra", "prof", "professor", "sir", "dame", "mr", "mrs", "ms", "mx", "miss", "herr", "frau"))
_LEXICON = dataclasses.replace(
    _EVERY,
    titles=_TITLES | {word for word in _EVERY.titles if not word.isascii()},
    given_name_titles=_EVERY.given_name_titles & _TITLES,
)
_PARSER = Parser(_LEXICON)
_SPECIAL = frozenset(
    word
    for field in dataclasses.fields(_LEXICON)
    if isinstance(words := getattr(_LEXICON, field.name), frozenset)
    for word in words
)
_INITIAL = re.compile(r"\w\.(?:-?\w\.)*")
_APOSTROPHE = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}`´.]")  # O'Brien is one word
# Sorts before a space, so that a family name comes before longer ones that start with it: De, then De la Cruz.
_AFTER_FAMILY = "  "


class NameParts(NamedTuple):
    """The parts of a name, as in ``Ludwig | van | Beethoven |``; without a given name, ``family`` is all of it."""

    given: str
    particle: str
    family: str
    suffix: str = ""


@lru_cache(maxsize=1 << 14)
def family_first(name: str) -> str:
    """Return a name as lists sort it, the family name before the others: ``Dr. Ana de la Cruz`` -> ``cruz  ana``.

    Particles in lower case follow the given names, as in the catalogues of libraries; those with a capital letter are
    part of the family name. Teams, and names in scripts that make no difference, are as written.
    """
    given, particle, family, suffix = split_name(name)
    return sort_key(family, f"{given} {particle} {suffix}") or sort_key(name)


def split_name(name: str) -> NameParts:
    """Return the parts of a name. Titles are left out; teams, several names, and most other scripts have no parts."""
    if _AS_WRITTEN.search(name) or _SEVERAL.search(name) or is_organisation(name):
        return NameParts("", "", name)
    common = _COMMON.fullmatch(name)
    if common and _SPECIAL.isdisjoint(f"{common[1]}-{common[3]}".lower().split("-")):
        return NameParts(common[1] + common[2], "", common[3])
    return _parsed(name)


def _parsed(name: str) -> NameParts:
    parsed = _PARSER.parse(name)
    family, given = parsed.family.split(), [*parsed.given.split(), *parsed.middle.split()]
    if family and given and all(map(_INITIAL.fullmatch, family)):  # `Doe J. R.` is written in that order
        initials = [word for word in given[1:] if _INITIAL.fullmatch(word)]
        family, given = [word for word in given if word not in initials], [*initials, *family]
    particles = 0
    while particles < len(family) - 1 and family[particles].islower():
        particles += 1
    if not family:  # one name only, or a title
        family, given = given or [name], []
    parts = (given, family[:particles], family[particles:], [parsed.suffix])
    return NameParts(*map(" ".join, parts))


def sort_key(first: str, rest: str = "") -> str:
    """Return a key that sorts names word by word, without case, accents and punctuation; ``rest`` decides last."""
    words, more = _words(first), _words(rest)
    return f"{words}{_AFTER_FAMILY}{more}" if words and more else words or more


def _words(text: str) -> str:
    return NO_LETTER.sub(" ", _APOSTROPHE.sub("", plain(text))).strip()
