"""What a project knows about names, beyond the entries: people and topics with several spellings, and their links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema  # noqa: TC002 (pydantic reads the annotations)

from sphinx_recaps.data.declarations import about
from sphinx_recaps.data.records import Names, Source, Text  # noqa: TC001 (the same)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_MARKUP = 30  # bytes of HTML around a text


@dataclass(frozen=True, slots=True)
class Person:
    """A person or team; ``line`` is the first line of the record."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", json_schema_extra={"description": "A person or team about whom there is more to say."}
    )

    name: Annotated[Text, about("The name to show, also for the other spellings.", "Ann Other")]
    also: Annotated[Names, about("Other spellings and former names in entries.", ["A. Other", "Ann Another"])] = ()
    sort: Annotated[
        Text | None, about("The name as it is sorted, family name first, if that is not clear.", "García Márquez, Gabo")
    ] = None
    links: Annotated[
        tuple[Source, ...], about("Pages about the person: addresses, or links.", ["https://example.org/ann"])
    ] = ()
    note: Annotated[Text | None, about("What readers should know.")] = None
    kind: Annotated[Literal["team"] | None, about("Write `team` for a group.", "team")] = None
    line: Annotated[SkipJsonSchema[int], Field(exclude=True)] = 0


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic; ``line`` is the first line of the record."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", json_schema_extra={"description": "A topic with several names."}
    )

    name: Annotated[Text, about("The spelling to show.", "Optimisation")]
    also: Annotated[Names, about("Other spellings and synonyms in entries.", ["Optimization"])] = ()
    line: Annotated[SkipJsonSchema[int], Field(exclude=True)] = 0


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The content of the data file of names."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", json_schema_extra={"description": "The file `people.yaml`, with what is known about names."}
    )

    people: Annotated[tuple[Person, ...], about("People and teams.")] = ()
    topics: Annotated[tuple[Topic, ...], about("Topics with several spellings.")] = ()


class NameIndex:
    """Finds what a project knows about a name by any of its spellings; ``path`` is the data file.

    Kinds of names are ``person`` and ``topic``, as in the registry.
    """

    def __init__(self, content: KnownNames | None = None, path: str = "") -> None:
        content = content or KnownNames()
        self.path = path
        self.people: Mapping[str, Person] = {person.name: person for person in content.people}
        self.topics: Mapping[str, Topic] = {topic.name: topic for topic in content.topics}
        # The preferred spelling of each spelling in the file.
        self.preferred: Mapping[str, Mapping[str, str]] = {
            "person": _preferred(content.people),
            "topic": _preferred(content.topics),
        }

    def one(self, kind: str, names: Sequence[str]) -> tuple[str, ...]:
        """Return the preferred spelling of each name, each person or topic only once."""
        preferred = self.preferred[kind]
        if preferred.keys().isdisjoint(names):  # as nearly always
            return tuple(dict.fromkeys(names))
        return tuple(dict.fromkeys(preferred.get(name, name) for name in names))

    def person(self, name: str) -> Person | None:
        """Return the record of a person by any spelling, or None."""
        return self.people.get(self.preferred["person"].get(name, ""))

    def also(self, kind: str, name: str) -> tuple[str, ...]:
        """Return the other spellings of a preferred one."""
        record = (self.people if kind == "person" else self.topics).get(name)
        return record.also if record else ()

    def size(self, kind: str, name: str) -> int:
        """Return the approximate length of what an index shows of a record."""
        texts = [*self.also(kind, name) * 2]
        if kind == "person" and (person := self.people.get(name)):
            texts += [person.note or "", *(f"{link.title}{link.url}" for link in person.links)]
        return sum(len(text.encode()) + _MARKUP for text in texts)


def are_two_people(one: Person, other: Person) -> bool:
    """Return whether two records with similar names are about two people: each has a link that the other has not."""
    links = [{link.url for link in person.links} for person in (one, other)]
    return all(links) and links[0].isdisjoint(links[1])


def _preferred(records: Iterable[Person | Topic]) -> dict[str, str]:
    return {spelling: record.name for record in records for spelling in (record.name, *record.also)}
