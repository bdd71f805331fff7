"""Finds the people in the texts of a programme: one name each, apart from titles, roles and affiliations."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sphinx_recaps.core.name_matching import is_organisation, person_key, topic_key
from sphinx_recaps.importers.programme import Speaker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sphinx_recaps.importers.programme import Report, Talk

_NOBODY = re.compile(
    r"(?:t\.?b\.?[acd]\.?|n\.?/?a\.?|none|nobody|unknown|various|anonymous|speakers?(?: tb[acd])?|to be \w+|"
    r"wird noch .*|"
    r"[-–—?.*_]+|null)",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:(?:dr|prof|professor|mr|mrs|ms|mx|sir|dipl|ing|herr|frau|mme)\.(?:-?ing\.)?\s*"
    r"|(?:prof|professor|dr|mr|mrs|ms)\s+)+"
    r"(?=\S)",
    re.IGNORECASE,
)
_DEGREE = re.compile(r",?\s+(?:ph\.?\s?d\.?|m\.?d\.?|m\.?sc\.?|b\.?sc\.?|mba|phd)(?=[\s,]|$)", re.IGNORECASE)
_INTRODUCTION = re.compile(
    r"^(?:(?:moderated|hosted|presented|led) by|moderators?:|speakers?:|panell?ists?:|with)\s+", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s*(?:[;\n\r•]|、|，|\s&\s|\s\+\s|\s+and\s+|\s+und\s+|\s+with\s+)\s*(?:and\s+)?")
_AFTER = re.compile(r"^(.{2,60}?)\s*(?:\((.+)\)|\[(.+)\]|\s[-–—|@/]\s(.+))$")
_BESIDE = re.compile(
    r"\((?:(?:she|he|they|her|him|them|his|sie|er|any)[/, ]*)+\)|[,\s]+et\.?\s+al\b\.?|\S+@\S+\.\w+|https?://\S+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[(“\"]?[^\W\d_][\w.'’`-]*[)”\"]?$")
_ROLE = re.compile(
    r"\b(?:advocate|analyst|architect|ceo|chair|chief|cto|consultant|coo|developer|director|editor|engineer|fellow|founder"
    r"|gardener|head|lead|leader|maintainer|manager|officer|president|professor|researcher|scientist|student|vp)\b",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\b(?:ag|ai|bank|cloud|co|computing|corp|face|gmbh|hall|hat|networks?|research|robotics|room|software|solutions|studios?"
    r"|systems|technologies)\b",
    re.IGNORECASE,
)
# Fewer than nameparser knows: words such as `auf`, `das` and `op` also occur in titles of talks.
_PARTICLES = {
    "al", "bin", "da", "de", "del", "den", "der", "di", "dos", "du", "e", "el", "la", "le", "ten", "ter", "van", "von",
    "y", "zu",
}  # fmt: skip
_DASH = re.compile(r"\s[-–—]\s")


class Known(NamedTuple):
    """The people and topics of a project, and the names that it declares to be other spellings."""

    people: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    declared: frozenset[str] = frozenset()


def looks_like_name(text: str) -> bool:
    """Return whether a text may be the full name of a person: two to five words, nearly all with a capital letter."""
    words = text.split()
    if not 2 <= len(words) <= 5 or is_organisation(text) or _COMPANY.search(text) or _ROLE.search(text):
        return False
    return all(
        _WORD.match(word) and (word.lstrip('(“"')[0].isupper() or word.lower() in _PARTICLES or not word.isascii())
        for word in words
    )


def speakers_in(text: str) -> list[Speaker]:
    """Return the people in a text such as ``Dr. Ann Other (Example Co); Bob Else``.

    A comma separates people if what is on both of its sides may be a name; where something else separates people, it
    separates a person from role and affiliation.
    """
    text = _DEGREE.sub("", text.strip())
    whole = is_organisation(text) and not re.search(r"[,;(\n]", text)  # `Research and Development Team`
    chunks = [text] if whole else [chunk for chunk in _BETWEEN.split(text) if chunk.strip(" ,.")]
    pairs = [re.fullmatch(r"([^\W\d_][\w'’-]+), ([^\W\d_][\w.'’ -]*)", chunk) for chunk in chunks]
    if len(chunks) > 1 and all(pairs):
        return [Speaker(f"{pair[2]} {pair[1]}") for pair in pairs if pair]  # `Other, Ann; Else, Bob`
    if len(chunks) == 1 or not any("," in chunk for chunk in chunks[1:]):
        parts = [part for chunk in chunks for part in re.split(r",\s*", chunk)]
        if all(looks_like_name(_bare(part)) for part in parts):
            chunks = parts
    people = [_speaker(chunk) for chunk in chunks]
    affiliated = [person for person in people if person.affiliation]
    if ";" not in text and affiliated == people[-1:]:
        for person in people[:-1]:
            person.affiliation = people[-1].affiliation  # `Ann Other & Bob Else, Example Co`
    return people


def affiliated_speakers(text: str) -> list[Speaker]:
    """Return the people in a text such as ``Ann Other, Head Gardener, Example Co & Bob Else, Other Ltd``.

    People who share what follows are before it: ``Ann Other, Cy Three, Dee Four & Bob Else, Example Co``.
    """
    people: list[Speaker] = []
    for chunk in re.split(r"\s*[;\n]\s*", _DEGREE.sub("", text.strip())):
        people += _sharing(_INTRODUCTION.sub("", chunk))
    return people


def _sharing(chunk: str) -> list[Speaker]:
    """Return the people of a text without semicolons; each ``&`` before a name starts with the next of them."""
    groups: list[str] = []
    for part in re.split(r"\s+(?:&|and)\s+", chunk):
        if groups and not looks_like_name(_bare(part.partition(",")[0])):
            groups[-1] += f" & {part}"  # `Co-Founder & CEO`
        else:
            groups.append(part)
    people: list[Speaker] = []
    for group in groups:
        names = [part.strip() for part in group.split(",")]
        if len(names) > 2 and all(map(looks_like_name, names)):
            people += map(Speaker, names)
        else:
            people.append(_speaker(group))
    for before, after in zip(reversed(people[:-1]), reversed(people[1:]), strict=True):
        before.affiliation = before.affiliation or after.affiliation
    return people


def _bare(text: str) -> str:
    match = _AFTER.match(text)
    return _TITLE.sub("", match[1] if match else text).strip()


def _speaker(chunk: str) -> Speaker:
    chunk = chunk.strip(" ,;")
    match = _AFTER.match(chunk)
    if match and "," not in match[1]:
        name, about = filter(None, match.groups())
    else:
        name, _, about = chunk.partition(",")
    return Speaker(_TITLE.sub("", name).strip(), *role_and_affiliation(about))


def role_and_affiliation(text: str) -> tuple[str, str]:
    """Return what is on both sides of the last comma, or of `at`: ``CEO, Example Co`` -> ``CEO``, ``Example Co``."""
    text = text.strip(" ,")
    match = re.fullmatch(
        r"(.+?)(?:,\s*|\s+(?:at|bei|@)\s+)(?!(?:Inc|Ltd|LLC|GmbH)\b)([^,]+(?:, (?:Inc|Ltd|LLC)\.?)?)", text
    )
    return (match[1].strip(), match[2].strip()) if match else ("", text)


def title_and_speakers(
    text: str, parse: Callable[[str], list[Speaker]] = affiliated_speakers
) -> tuple[str, list[Speaker]]:
    """Divide ``Who pollinates whom - Ann Other, Example Co & Bob Else, Example Ltd``; without people, all is title."""
    for dash in reversed([*_DASH.finditer(text)]):
        title, rest = text[: dash.start()], text[dash.end() :]
        people = parse(rest)
        known = [person for person in people if not _NOBODY.fullmatch(person.name)]
        if people and all(looks_like_name(person.name) for person in known) and (known or "TB" in rest):
            return title.strip(), people
    return text.strip(), []


def divide_titles(
    titles: Iterable[str], parse: Callable[[str], list[Speaker]] = affiliated_speakers
) -> list[tuple[str, list[Speaker]]]:
    """Divide the titles of a file into titles and people.

    ``parse`` finds the people in what follows the title. Where most people have an affiliation, a name without one
    is part of the title, unless it has one in another title.
    """
    divided = [(text, *title_and_speakers(text, parse)) for text in titles]
    people = [person for _, _, found in divided for person in found]
    affiliated = {person.name for person in people if person.affiliation}
    strict = len(affiliated) * 2 >= len({person.name for person in people if not _NOBODY.fullmatch(person.name)})
    return [
        (text, [])
        if strict and found and not any(person.name in affiliated or _NOBODY.fullmatch(person.name) for person in found)
        else (title, found)
        for text, title, found in divided
    ]


def without_nobody(talk: Talk, report: Report) -> list[Speaker]:
    """Return the people of a talk, each once, by the name alone; a placeholder such as TBA is noted, and left out."""
    people: dict[str, Speaker] = {}
    for person in talk.people:
        name = " ".join(_DEGREE.sub("", _TITLE.sub("", _BESIDE.sub(" ", person.name))).split()).strip(" ,;")
        match = _AFTER.match(name)
        match = None if match and is_organisation(match[1]) else match
        if match and match[4] and looks_like_name(match[1]) and looks_like_name(match[4]):
            found = [Speaker(match[1].strip()), Speaker(match[4].strip())]  # `Ann Other / Bob Else`
        elif match and not re.search(r"[-–—]", name[len(match[1]) :][:3]):
            own = _speaker(name)
            found = [Speaker(own.name, person.role or own.role, person.affiliation or own.affiliation)]
        else:
            found = [Speaker(name, person.role, person.affiliation)]
        if not name or _NOBODY.fullmatch(name):
            about = f" ({person.affiliation})" if person.affiliation else ""
            report.notes.append(f"{talk.where}: “{person.name}”{about} is not a person, and is left out")
            continue
        for one in found:
            people.setdefault(person_key(one.name), one)
        if (names := ", ".join(one.name for one in found)) != person.name:
            report.repair(f"{talk.where}, people", person.name, names)
    return [*people.values()]


def _one_spelling(names: Iterable[str], key: Callable[[str], str], known: Iterable[str]) -> dict[str, str]:
    """Return the spelling to use for each name that has others: a known one, else the most frequent one."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        spellings[key(name)][name] += 1
    best = {
        form: max(counts, key=lambda name: (counts[name], not name.isascii(), not name.isupper()))
        for form, counts in spellings.items()
    }
    best |= {form: name for name in known if (form := key(name)) in spellings}
    return {name: best[form] for form, counts in spellings.items() for name in counts if name != best[form]}


def unify_spellings(talks: Iterable[Talk], known: Known, report: Report) -> None:
    """Give each person and topic of a programme one spelling: that of the project, or the most frequent one."""
    talks = [*talks]
    names = (person.name for talk in talks for person in talk.people if person.name not in known.declared)
    people = _one_spelling(names, person_key, known.people)
    topics = _one_spelling((topic for talk in talks for topic in talk.topics), topic_key, known.topics)
    for talk in talks:
        for person in talk.people:
            best = people.get(person.name, person.name)
            if best != person.name:
                report.repair(f"{talk.where}, people", person.name, best)
                person.name = best
        talk.topics = list(dict.fromkeys(topics.get(topic, topic) for topic in talk.topics))
    for topic, best in sorted(topics.items()):
        report.repair("topics", topic, best)
