"""Turns the talks of a programme into entries of data files, as a careful person would type them."""

from __future__ import annotations

import html
import re
from collections import Counter
from contextlib import suppress
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sphinx_recaps.core.language_codes import code_of_language
from sphinx_recaps.core.name_matching import person_key, topic_key
from sphinx_recaps.core.slugs import as_id, slug
from sphinx_recaps.data.fields import image_source, language_code, video_source, web_address
from sphinx_recaps.data.video_reference import clock
from sphinx_recaps.importers.names import Known, title_and_speakers, unify_spellings, without_nobody
from sphinx_recaps.importers.programme import Report, Talk, shown
from sphinx_recaps.importers.texts import line, markdown
from sphinx_recaps.importers.times import LONGEST, length_text, time_text

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence

    from sphinx_recaps.importers.programme import Programme

Values = dict[str, Any]
LONGEST_ID = 50
_BREAK = re.compile(
    r"(?:(?:\w+ )?(?:lunch|coffee|tea)(?: break)?|(?:\w+ )?break|registration\b.*|check-?in|doors? open\w*|breakfast"
    r"|dinner|(?:morning|afternoon) tea|einlass|(?:mittags?|kaffee)?pause|mittagessen|déjeuner|pause[- ]café)",
    re.IGNORECASE,
)
_BREAK_KIND = re.compile(r"\b(?:breaks?|catering|coffee|lunch|meals?|pause|registration)\b", re.IGNORECASE)
_NICKNAME = re.compile(r"\s*[(“\"].*?[)”\"]\s*")
_HOST = re.compile(r"(?:www\.|[\w-]+\.(?:com|org|net|io|dev|de|ai|edu)\b)\S*", re.IGNORECASE)
_VIDEO_TITLE = re.compile(r"(?:video|recording|youtube|aufzeichnung|media|watch)(?: recording)?", re.IGNORECASE)
_LINK_TITLES = (
    ("Code", re.compile(r"github\.com|gitlab\.|codeberg\.org|bitbucket\.org|sr\.ht")),
    ("Paper", re.compile(r"arxiv\.org|doi\.org|openreview\.net")),
    ("Notebook", re.compile(r"\.ipynb$|colab\.research")),
    (
        "Slides",
        re.compile(r"speakerdeck|slideshare|docs\.google\.com/presentation|slides\.|\.pptx?$|\.odp$|\.key$|\.pdf$"),
    ),
)
_SMALL = re.compile(
    r"(?:an?|and|as|at|by|for|from|how|in|into|is|of|on|or|our|the|to|using|via|with|your|der|die|das|und|von|mit)"
)
_GENERAL = {"keynote", "lightning-talk", "opening", "panel", "poster", "talk", "welcome", "workshop"}  # titles of many
_PLAIN_FORMATS = {"lecture", "other", "presentation", "regular", "session", "standard", "talk", "vortrag"}


class EntryMaker:
    """Makes entries; ``kinds`` are those of the project, ``usual`` is the kind of all other talks."""

    def __init__(self, kinds: Sequence[str], usual: str, known: Known, report: Report) -> None:
        self.kinds, self.usual, self.known, self.report = kinds, usual, known, report

    def of(self, programme: Programme) -> list[tuple[Talk, str, Values]]:
        """Return the talks of a programme, each with its kind and values, in the order of time; breaks are left out."""
        talks = [talk for talk in programme.talks if not self._is_break(talk)]
        for talk in talks:
            talk.keys = talk.keys or (f"title:{talk.title}",)
        self._clean(talks)
        for talk in talks:
            _read_first_line(talk, self.report)
        _without_common_lines(talks, self.report)
        _without_common_topics(talks, self.report)
        unify_spellings(talks, self.known, self.report)
        if talks and all(talk.start for talk in talks):
            talks.sort(key=lambda talk: time_text(talk.start) if talk.start else "")
        return [(talk, kind := self._kind(talk), self._values(talk, kind)) for talk in talks]

    def _is_break(self, talk: Talk) -> bool:
        if talk.people or not (_BREAK.fullmatch(talk.title.strip()) or _BREAK_KIND.search(talk.kind)):
            return False
        self.report.refuse(talk.where, "it is a break or the like, not a talk")
        return True

    def _clean(self, talks: Iterable[Talk]) -> None:
        for talk in talks:
            for key in ("title", "track", "format", "room", "kind"):
                setattr(talk, key, line(getattr(talk, key), f"{talk.where}, {key}", self.report))
            topics = [line(topic, f"{talk.where}, topics", self.report) for topic in talk.topics]
            talk.topics = [*{topic_key(topic): topic for topic in reversed(topics) if topic}.values()][::-1]
            for person in talk.people:
                for key in ("name", "role", "affiliation"):
                    setattr(person, key, line(getattr(person, key), f"{talk.where}, people", self.report))
            talk.people = without_nobody(talk, self.report)

    def _kind(self, talk: Talk) -> str:
        words = re.findall(r"[a-z]+", f"{talk.kind} {talk.format}".casefold())
        for kind in ("keynote", "poster", *self.kinds):
            if kind in words or f"{kind}s" in words:
                return kind
        opens = re.match(r"(?:opening |closing )?keynotes?\b", talk.title, re.IGNORECASE)
        return "keynote" if opens and "keynote" in self.kinds and not talk.kind else self.usual

    def _values(self, talk: Talk, kind: str) -> Values:
        texts = [markdown(text, f"{talk.where}, abstract", self.report) for text in talk.texts]
        values: Values = {
            "title": talk.title,
            "people": [person.name for person in talk.people],
            "topics": talk.topics,
            "link": self._checked(talk.link, f"{talk.where}, link", web_address),
            "image": self._checked(talk.image, f"{talk.where}, image", image_source),
            "video": self._checked(talk.video, f"{talk.where}, video", video_source),
            "uploaded": time_text(talk.uploaded)[:10] if talk.uploaded and talk.video else "",
            "date": time_text(talk.start) if talk.start else "",
            "duration": length_text(talk.duration) if 0 < talk.duration <= LONGEST else "",
            "links": self.links(talk.links, f"{talk.where}, links", {talk.link, talk.video, talk.image}),
            **self._about_speaker(talk),
            "abstract": _joined(texts),
            "recording": "" if talk.video else talk.recording,
            "track": talk.track,
            "format": self._format(talk, kind),
            "room": talk.room,
            "language": self._language(talk),
            "chapters": self._chapters(talk),
        }
        if values["video"] == "" and (found := _video_among(values["links"])):
            values["video"] = found["url"]
            values["links"].remove(found)
        return {key: value for key, value in values.items() if value}

    def _format(self, talk: Talk, kind: str) -> str:
        words = (talk.format or talk.kind).split()
        if words and re.fullmatch(r"[a-z]{3,}[^s]s", words[-1], re.IGNORECASE):
            words[-1] = words[-1][:-1]  # the name of a category: `Lightning talks`
        return "" if {word.casefold() for word in words} <= {kind, *_PLAIN_FORMATS} else " ".join(words)

    def _about_speaker(self, talk: Talk) -> Values:
        """Return role and affiliation; of several speakers, the affiliations in the order of their names."""
        if len(talk.people) == 1:
            return {"role": talk.people[0].role, "affiliation": talk.people[0].affiliation}
        roles = [person for person in talk.people if person.role]
        if roles:
            self.report.lost["roles of several speakers"] += len(roles)
        return {
            "affiliation": ", ".join(dict.fromkeys(person.affiliation for person in talk.people if person.affiliation))
        }

    def _language(self, talk: Talk) -> str:
        text = talk.language.strip()
        if not text:
            return ""
        with suppress(ValueError):
            return _two_letters(language_code(text))
        if code := code_of_language(text):
            return code
        self.report.lost[f"language {shown(text)}"] += 1
        return ""

    def _checked(self, value: str, where: str, check: Callable[[str], str]) -> str:
        """Return a value that is valid in a data file; '' if it is not, which is reported."""
        value = html.unescape(value.strip())
        if _HOST.fullmatch(value):
            value = f"https://{value}"
        try:
            return check(value) if value else ""
        except ValueError as error:
            self.report.refuse(where, str(error))
            return ""

    def _chapters(self, talk: Talk) -> str:
        """Return the chapters of a recording as its description has them; '' for fewer than two."""
        where = f"{talk.where}, chapters"
        found = {second: line(title, where, self.report) for second, title in talk.chapters}
        chapters = {second: title for second, title in sorted(found.items()) if title}
        if talk.duration:
            chapters = {second: title for second, title in chapters.items() if second < talk.duration}
        if len(chapters) < 2:
            return ""
        return "\n".join(f"{clock(second)} {title}" for second, title in chapters.items())

    def links(
        self, pairs: Iterable[tuple[str, str]], where: str, elsewhere: Container[str] = ()
    ) -> list[dict[str, str]]:
        """Return the links of an entry or event from titles and addresses, except for those that are ``elsewhere``."""
        links: dict[str, dict[str, str]] = {}
        for title, address in pairs:
            url = self._checked(address, where, web_address)
            if url and url not in elsewhere:
                clean = line(title, where, self.report)
                links.setdefault(
                    url, {"title": clean if clean and "://" not in clean else _link_title(url), "url": url}
                )
        return [*links.values()]


def _two_letters(code: str) -> str:
    """Return the code of a language with two letters if it has one: ``eng`` -> ``en``."""
    from babel import Locale  # noqa: PLC0415 (only programmes of few formats need it)

    return Locale.parse(code, sep="-").language if len(code) == 3 else code


def _link_title(url: str) -> str:
    """Return what an address is likely to be: code, a paper, slides; otherwise its host."""
    plain = url.partition("?")[0].casefold()
    return (
        next((title for title, pattern in _LINK_TITLES if pattern.search(plain)), "") or urlsplit(url).hostname or url
    )


def _video_among(links: Iterable[dict[str, str]]) -> dict[str, str] | None:
    for link in links:
        if _VIDEO_TITLE.fullmatch(link["title"]):
            with suppress(ValueError):
                video_source(link["url"])
                return link
    return None


def _joined(texts: Iterable[str]) -> str:
    """Return texts as paragraphs; one that another contains is left out."""
    kept: list[str] = []
    for text in texts:
        same = " ".join(text.split())
        if not any(same in " ".join(other.split()) for other in kept):
            kept = [other for other in kept if " ".join(other.split()) not in same] + [text]
    return "\n\n".join(text for text in kept if text)


def _of_most(talks: Sequence[Talk], parts: Callable[[Talk], Iterable[str]]) -> dict[str, int]:
    """Return the parts that more than half of the talks have, with how many have them; none for fewer than five."""
    counts = Counter(part for talk in talks for part in set(parts(talk)))
    return {part: count for part, count in sorted(counts.items()) if part and count * 2 > len(talks) > 4}


def _without_common_topics(talks: Sequence[Talk], report: Report) -> None:
    """Remove topics that more than half of the talks have, because they do not tell talks apart."""
    common = _of_most(talks, lambda talk: talk.topics)
    report.lost.update({f"topic {shown(topic)}, which most talks have": count for topic, count in common.items()})
    for talk in talks:
        talk.topics = [topic for topic in talk.topics if topic not in common]


def _read_first_line(talk: Talk, report: Report) -> None:
    """Take the speakers from the first line of a text that repeats the title: ``Title - Ann Other, Example Co``."""
    for index, text in enumerate(talk.texts):
        first, _, rest = text.strip().partition("\n")
        title, people = title_and_speakers(" ".join(first.split()))
        if not talk.title or SequenceMatcher(None, title, talk.title).ratio() < 0.9:
            continue
        talk.texts[index] = rest
        known = {person_key(person.name): person for person in talk.people}
        for person in people:
            same = known.get(person_key(person.name)) or known.get(person_key(_NICKNAME.sub(" ", person.name)))
            if same is not None and not same.affiliation:
                same.role, same.affiliation = same.role or person.role, person.affiliation
        others = {text for person in people for text in (person.role, person.affiliation)}
        for person in [person for person in talk.people if person.name in others]:
            report.notes.append(f"{talk.where}: “{person.name}” is a role or a company, not a person, and is left out")
            talk.people.remove(person)
        talk.people = talk.people or people


def _without_common_lines(talks: Sequence[Talk], report: Report) -> None:
    """Remove lines that more than half of the talks have, such as the address of the event."""
    common = _of_most(talks, lambda talk: [line.strip() for text in talk.texts for line in text.splitlines()])
    report.lost.update({f"line {shown(same)} of abstracts, which most talks have": n for same, n in common.items()})
    for talk in talks if common else ():
        talk.texts = [
            "\n".join(line for line in text.splitlines() if line.strip() not in common) for text in talk.texts
        ]


def new_id(talk: Talk, taken: set[str]) -> str:
    """Return an id that no entry has: the code of the source, or the words of the title."""
    own = as_id(talk.id) if talk.id else ""
    words = slug(talk.title)
    if not own and re.match(r"(?:u[0-9a-f]{4,}-?)+", words) and not talk.title.isascii():
        own = as_id(talk.keys[0].partition(":")[2]) if len(talk.keys[0]) < 30 else ""
    base = own or _cut(words)
    if not own and talk.people and (slug(base) in taken or base in _GENERAL):
        base = _cut(f"{base}-{slug(talk.people[0].name)}", LONGEST_ID + 25)
    number, found = 1, base
    while slug(found) in taken:
        number += 1
        found = f"{base}-{number}"
    taken.add(slug(found))
    return found


def _cut(words: str, longest: int = LONGEST_ID) -> str:
    """Return a slug, shortened between words and not after a small one."""
    if len(words) <= longest:
        return words
    parts = (words[: longest + 1].rpartition("-")[0] or words[:longest]).split("-")
    while len(parts) > 1 and _SMALL.fullmatch(parts[-1]):
        parts.pop()
    return "-".join(parts)
