"""The record types that data files hold: declared once, for checks, for typed values and for the JSON Schema.

A data file is a catalogue (``kind`` and ``entries``), an event, or says what is known of links (``links``). What each
key may hold is declared only here: :mod:`sphinx_recaps.data.loader` checks files against these declarations and turns
every mistake into a sentence; :mod:`sphinx_recaps.data.schema` writes them down for editors. A record created in Python
checks nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Annotated, Any, ClassVar, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationInfo
from pydantic.json_schema import SkipJsonSchema, WithJsonSchema
from pydantic_core import PydanticCustomError

from sphinx_recaps.data import fields as values

Kind = Literal["poster", "session", "keynote", "episode", "resource"]


def _read(
    parse: Callable[[str], object], kind: str | list[str] = "string", **schema: object
) -> tuple[BeforeValidator, WithJsonSchema]:
    """Return what reads a value that is not text with one of :mod:`sphinx_recaps.data.fields`, and its JSON Schema."""

    def read(value: object) -> object:
        return parse(value) if isinstance(value, str) else value

    return BeforeValidator(read), WithJsonSchema({"type": kind, **schema})


def _date(value: object) -> dt.date:
    """Read a day, or a day and a time: pydantic would take one for the other."""
    if isinstance(value, str):
        return values.day_or_time(value)
    if isinstance(value, dt.date):
        return value
    kind = "date_type"
    raise PydanticCustomError(kind, "not a date")


def _record(description: str) -> ConfigDict:
    """Return what all records share: no other keys, and a description for authors, where docstrings are for code."""
    return ConfigDict(extra="forbid", json_schema_extra={"description": description})


def _after(earlier: str) -> AfterValidator:
    """Return the check that a value does not come before the one of an earlier key."""

    def check(value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 (days and times, each with its like)
        first = info.data.get(earlier)
        if value is not None and first is not None and value < first:
            msg = f"'{value.isoformat()}' comes before `{earlier}`, '{first.isoformat()}': check both"
            raise ValueError(msg)
        return value

    return AfterValidator(check)


def _address(value: str, info: ValidationInfo) -> str:
    """Check an address; the context is the set of schemes that the project allows."""
    return values.web_address(value, info.context or values.SCHEMES)


def _titled(value: object, info: ValidationInfo) -> object:
    """Return a link from an address alone, named by its host."""
    if not isinstance(value, str):
        return value
    address = _address(value, info)
    return {"title": urlsplit(address).hostname or address.partition(":")[2], "url": address}


def _pairs(value: object) -> object:
    return tuple(value.items()) if isinstance(value, Mapping) else value


# Numbers and words such as `yes` are read as the text that stands there.
Text: TypeAlias = Annotated[
    str, Field(min_length=1), WithJsonSchema({"type": ["string", "number", "boolean"], "minLength": 1})
]
# One name may be written without a list, and several as one text with semicolons: validation_messages separates them.
Names: TypeAlias = Annotated[
    tuple[Text, ...],
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"type": ["string", "number", "boolean"], "minLength": 1}},
                {"type": "string", "pattern": "^[^,]+$|;"},
            ]
        }
    ),
]
Id: TypeAlias = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80),
    WithJsonSchema({"type": ["string", "number"], "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$", "maxLength": 80}),
]
Address: TypeAlias = Annotated[str, AfterValidator(_address), WithJsonSchema({"type": "string", "format": "uri"})]
Picture: TypeAlias = Annotated[
    str, AfterValidator(values.image_source), WithJsonSchema({"type": "string", "minLength": 1})
]
Video: TypeAlias = Annotated[
    str, AfterValidator(values.video_source), WithJsonSchema({"type": "string", "minLength": 1})
]
Copy: TypeAlias = Annotated[
    str, AfterValidator(values.archived_copy), WithJsonSchema({"type": ["string", "integer"], "minLength": 8})
]
PageAddress: TypeAlias = Annotated[
    str,
    AfterValidator(values.page_address),
    WithJsonSchema({"type": "string", "format": "uri", "pattern": "^https?://[^#]*$"}),
]
CopyTime: TypeAlias = Annotated[
    str, AfterValidator(values.copy_time), WithJsonSchema({"type": ["string", "integer"], "pattern": "^[0-9]{14}$"})
]
Day: TypeAlias = Annotated[dt.date, *_read(values.day, format="date")]
DayOrTime: TypeAlias = Annotated[
    dt.date, PlainValidator(_date), WithJsonSchema({"type": "string", "pattern": values.DAY_OR_TIME})
]
Moment: TypeAlias = Annotated[dt.datetime, *_read(values.moment)]
Seconds: TypeAlias = Annotated[int, *_read(values.seconds, ["string", "number"], minLength=2, exclusiveMinimum=0)]
Count: TypeAlias = Annotated[int, *_read(values.count, "integer", minimum=0)]
Boolean: TypeAlias = Annotated[bool, *_read(values.boolean, "boolean")]


@dataclass(frozen=True, slots=True)
class Link:
    """A further link of an entry or an event; ``archived`` is the address of a copy, where one is known."""

    __pydantic_config__: ClassVar[ConfigDict] = _record("A further link of an entry, or a link of an event.")

    title: Annotated[Text, Field(description="What the link leads to.", examples=["Slides"])]
    url: Annotated[
        Address,
        Field(
            description="The address: https, http or mailto, and what the project allows.",
            examples=["https://example.org/slides"],
        ),
    ]
    archived: Annotated[
        Copy | None,
        Field(description="The day of a copy in the Wayback Machine, or a copy's address.", examples=["2021-05-10"]),
    ] = None

    def __post_init__(self) -> None:
        """Make a time in the Wayback Machine the address of the copy."""
        if self.archived is not None:
            object.__setattr__(self, "archived", _copy(self.archived, self.url))


Source: TypeAlias = Annotated[Link, BeforeValidator(_titled, json_schema_input_type=Address | Link)]


@dataclass(frozen=True, slots=True)
class Entry:
    """One poster, session, keynote, episode or resource.

    ``date`` is a day, or a datetime where the time is known; ``duration`` counts seconds; ``line`` is where it begins.
    Text is on one line, except that an empty line in ``summary`` parts its paragraphs. ``link`` and ``url`` are checked
    addresses; ``image`` is one too or a path beside the data file; ``video`` is what the youtube directive takes, or
    the address of a video elsewhere. ``archived`` is a time in the Wayback Machine or an address:
    :meth:`archived_copy` makes the address of each copy from it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _record("One of the things that a file lists.")

    id: Annotated[Id, Field(description="A short code, unique in the file; it never changes.", examples=["A4"])]
    title: Annotated[Text, Field(description="The title as published.", examples=["Who pollinates whom"])]
    people: Annotated[
        Names,
        Field(description="Authors, speakers or hosts, each spelt the same everywhere.", examples=[["Jeffrey Mew"]]),
    ] = ()
    topics: Annotated[
        Names,
        Field(description="Topics, each spelt the same everywhere.", examples=[["Distributed Training"]]),
    ] = ()
    summary: Annotated[Text | None, Field(description="One sentence on what it is about, in your own words.")] = None
    link: Annotated[
        Address | None,
        Field(description="The address of the project or page.", examples=["https://example.org/project"]),
    ] = None
    image: Annotated[
        Picture | None,
        Field(description="A picture: a path beside this file, or an address.", examples=["images/a4.png"]),
    ] = None
    video: Annotated[
        Video | None,
        Field(description="The recording: address or id.", examples=["https://www.youtube.com/watch?v=MYE01-XaSZA"]),
    ] = None
    date: Annotated[
        DayOrTime | None,
        Field(
            description="The day, or the day and the time, with the offset where you know it.",
            examples=["2021-04-21", "2021-04-21T08:30-07:00"],
        ),
    ] = None
    duration: Annotated[
        Seconds | None,
        Field(description="How long it takes; a bare number is seconds.", examples=["15 min", "0:15:00", 900]),
    ] = None
    links: Annotated[tuple[Link, ...], Field(description="Further links: slides, code, paper.")] = ()
    role: Annotated[Text | None, Field(description="What the speaker did then.", examples=["Research Engineer"])] = None
    affiliation: Annotated[Text | None, Field(description="Where the speaker worked then.")] = None
    archived: Annotated[
        Copy | None,
        Field(
            description="The day of copies of link, image and video in the Wayback Machine, or a copy of link.",
            examples=["2021-05-10"],
        ),
    ] = None
    note: Annotated[Text | None, Field(description="What readers should know, such as what could not be found.")] = None
    sources: Annotated[tuple[Source, ...], Field(description="Where the facts are from: addresses, or links.")] = ()
    line: Annotated[SkipJsonSchema[int], Field(exclude=True)] = 0

    def __reduce__(self) -> tuple[type[Entry], tuple[object, ...]]:
        """Pickle the values alone: what dataclasses do by themselves takes ten times as long."""
        return Entry, _values(self)

    def archived_copy(self, url: str) -> str | None:
        """Return the address of the archived copy of the entry's link, image or video, or None where none is known."""
        if self.archived is None or not url.startswith(("http://", "https://")):
            return None
        if self.archived.isdecimal() or url == self.link:
            return _copy(self.archived, url)
        return None


_values: Callable[[Entry], tuple[object, ...]] = attrgetter(*(field.name for field in fields(Entry)))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The content of a data file with entries of one kind."""

    __pydantic_config__: ClassVar[ConfigDict] = _record("A file with entries of one kind.")

    kind: Annotated[Kind, Field(description="What the entries are.")]
    entries: Annotated[tuple[Entry, ...], Field(description="The entries, in the order of the page.")] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A part of an event; ``start`` and ``end`` are aware times (UTC), ``timezone`` is how the organisers named it."""

    __pydantic_config__: ClassVar[ConfigDict] = _record("A part of an event, with its times.")

    name: Annotated[Text, Field(description="What the organisers called it.", examples=["Morning session"])]
    start: Annotated[Moment, Field(description="When it began, with the offset.", examples=["2021-04-21T15:00Z"])]
    end: Annotated[Moment, _after("start"), Field(description="When it ended.", examples=["2021-04-21T20:00Z"])]
    label: Annotated[Text | None, Field(description="For whom it was, in short.", examples=["EMEA"])] = None
    timezone: Annotated[
        Text | None,
        Field(
            description="The organisers' time zone: a name of the tz database, or words.",
            examples=["America/Los_Angeles"],
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Recording:
    """A video of an event; ``url`` is what the youtube directive takes, or the address of a video elsewhere."""

    __pydantic_config__: ClassVar[ConfigDict] = _record("A video of an event.")

    title: Annotated[Text, Field(description="What is shown.", examples=["Opening talks"])]
    url: Annotated[
        Video,
        Field(description="The recording: address or id.", examples=["https://www.youtube.com/watch?v=MYE01-XaSZA"]),
    ]


@dataclass(frozen=True, slots=True)
class Event:
    """The facts of an event. ``numbers`` are (what is counted, how many) in the order of the file."""

    __pydantic_config__: ClassVar[ConfigDict] = _record("A file with the facts of an event.")

    name: Annotated[Text, Field(description="The full name.", examples=["Orchid Days 2024"])]
    start: Annotated[Day, Field(description="The day, or the first day.", examples=["2021-04-21"])]
    end: Annotated[
        Day | None, _after("start"), Field(description="The last day of several.", examples=["2021-04-22"])
    ] = None
    short_name: Annotated[Text | None, Field(description="What people call it.", examples=["PTED"])] = None
    place: Annotated[Text | None, Field(description="Where it was.", examples=["Online, in Gather.Town"])] = None
    summary: Annotated[Text | None, Field(description="What it was, in a sentence.")] = None
    sessions: Annotated[tuple[Session, ...], Field(description="Its parts, with times.")] = ()
    numbers: Annotated[
        tuple[tuple[Text, Count], ...],
        BeforeValidator(_pairs, json_schema_input_type=dict[str, Count]),
        Field(description="What is counted, and how many.", examples=[{"posters": 71}]),
    ] = ()
    videos: Annotated[
        tuple[Recording, ...], Field(description="Recordings; the first one stands for the event in lists.")
    ] = ()
    links: Annotated[tuple[Link, ...], Field(description="Official pages.")] = ()
    sources: Annotated[tuple[Source, ...], Field(description="Where the facts are from: addresses, or links.")] = ()
    edition: Annotated[Text | None, Field(description="Which one in a row.", examples=["first"])] = None
    mode: Annotated[Literal["online", "in person", "hybrid"] | None, Field(description="How people met.")] = None
    note: Annotated[Text | None, Field(description="What readers should know, such as what could not be found.")] = None


@dataclass(frozen=True, slots=True)
class RecordedLink:
    """What is known of an address on another site; ``line`` is where it begins.

    ``archived`` is the time of a copy in the Wayback Machine. ``checked`` is the day on which somebody looked for one;
    without ``archived`` there was none on that day.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    url: Annotated[
        PageAddress, Field(description="The address, as pages have it, without #.", examples=["https://example.org/"])
    ]
    archived: Annotated[
        CopyTime | None,
        Field(description="The time in the address of its copy in the Wayback Machine.", examples=["20210510183000"]),
    ] = None
    checked: Annotated[
        Day | None, Field(description="The day on which a copy was looked for.", examples=["2026-11-24"])
    ] = None
    dead: Annotated[
        Boolean, Field(description="The address leads nowhere any more; pages show the copy in its place.")
    ] = False
    line: Annotated[SkipJsonSchema[int], Field(exclude=True)] = 0


@dataclass(frozen=True, slots=True)
class RecordedLinks:
    """The content of the data file that says what is known of links to other sites."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    links: Annotated[tuple[RecordedLink, ...], Field(description="The links, sorted by address.")]


def _copy(archived: str, url: str) -> str:
    return f"{values.WAYBACK}{archived}/{url}" if archived.isdecimal() else archived
