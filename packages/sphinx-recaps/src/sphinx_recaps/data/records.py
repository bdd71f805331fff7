"""The record types in data files, declared once for validation, typed values and the JSON Schema.

A data file is a catalogue (``kind`` and ``entries``), an event, or the list of links (``links``).
:mod:`sphinx_recaps.data.loader` validates files against these declarations and turns every mistake into a message;
:mod:`sphinx_recaps.data.schema` exports them for editors. A record created in Python is not validated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Annotated, Any, ClassVar, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PlainValidator, SkipValidation, ValidationInfo
from pydantic.json_schema import SkipJsonSchema, WithJsonSchema
from pydantic_core import PydanticCustomError

from sphinx_recaps.data import fields as values
from sphinx_recaps.data.declarations import about, converted, described
from sphinx_recaps.data.former_names import FORMER_ENTRY, FORMER_PAGE, former_entry, former_page
from sphinx_recaps.data.transcript_records import Chapters, LanguageCode, Transcripts  # noqa: TC001 (for pydantic)

KINDS = ("poster", "session", "keynote", "episode", "resource")  # a project can declare others
# The keys of places, which come from the reader: no key in a file starts with a space.
LINES, NUMBER_LINES, TIMEZONE_PLACE = " lines", " number_lines", " timezone_place"
_NO_KEYS = {"line", *(key.strip() for key in (LINES, NUMBER_LINES, TIMEZONE_PLACE))}  # fields that authors cannot write
Lines: TypeAlias = bytes | tuple[int, ...]  # bytes are smaller, but hold only numbers below 256


def _date(value: object) -> dt.date:
    """Convert a date or a datetime; pydantic would confuse the two."""
    if isinstance(value, str):
        return values.day_or_time(value)
    if isinstance(value, dt.date):
        return value
    kind = "date_type"
    raise PydanticCustomError(kind, "not a date")


def _after(earlier: str) -> AfterValidator:
    """Return a validator that rejects a value before that of the key ``earlier``."""

    def check(value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 (days and times, each with its like)
        first = info.data.get(earlier)
        if value is not None and first is not None and value < first:
            raise ValueError(f"'{value.isoformat()}' is before `{earlier}`, '{first.isoformat()}'; check both")
        return value

    return AfterValidator(check)


def _address(value: str, info: ValidationInfo) -> str:
    """Check an address; the validation context is the set of schemes that the project allows."""
    return values.web_address(value, info.context or values.SCHEMES)


def _titled(value: object, info: ValidationInfo) -> object:
    """Return a link for a bare address, with its host as the title."""
    if not isinstance(value, str):
        return value
    address = _address(value, info)
    return {"title": urlsplit(address).hostname or address.partition(":")[2], "url": address}


def _former(pattern: str) -> tuple[BeforeValidator, WithJsonSchema]:
    """Return the annotations for former names, of which a single one need not be a list."""

    def names(value: object) -> object:
        return (value,) if isinstance(value, str) and value else value

    name = {"type": ["string", "number"], "pattern": pattern}
    return BeforeValidator(names), WithJsonSchema({"anyOf": [{"type": "array", "items": name}, name]})


def _pairs(value: object) -> object:
    return tuple(value.items()) if isinstance(value, Mapping) else value


# Numbers, and words such as `yes`, stay text.
Text: TypeAlias = Annotated[
    str, Field(min_length=1), WithJsonSchema({"type": ["string", "number", "boolean"], "minLength": 1})
]
# A single name need not be a list, and several may be one text with semicolons; validation_messages separates them.
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
FormerIds: TypeAlias = Annotated[tuple[Annotated[str, AfterValidator(former_entry)], ...], *_former(FORMER_ENTRY)]
FormerPaths: TypeAlias = Annotated[tuple[Annotated[str, AfterValidator(former_page)], ...], *_former(FORMER_PAGE)]
Address: TypeAlias = Annotated[str, AfterValidator(_address), WithJsonSchema({"type": "string", "format": "uri"})]
Picture: TypeAlias = Annotated[str, *converted(values.image_source, minLength=1)]
Video: TypeAlias = Annotated[str, *converted(values.video_source, minLength=1)]
Copy: TypeAlias = Annotated[str, *converted(values.archived_copy, ["string", "integer"], minLength=8)]
PageAddress: TypeAlias = Annotated[str, *converted(values.page_address, format="uri", pattern="^https?://[^#]*$")]
CopyTime: TypeAlias = Annotated[str, *converted(values.copy_time, ["string", "integer"], pattern="^[0-9]{14}$")]
Day: TypeAlias = Annotated[dt.date, *converted(values.day, format="date")]
DayOrTime: TypeAlias = Annotated[
    dt.date, PlainValidator(_date), WithJsonSchema({"type": "string", "pattern": values.DAY_OR_TIME})
]
DayOrPeriod: TypeAlias = Annotated[
    dt.date,
    PlainValidator(lambda value: values.day_or_period(value) if isinstance(value, str) else _date(value)),
    WithJsonSchema({"type": ["string", "integer"], "pattern": values.DAY_OR_PERIOD}),
]
Moment: TypeAlias = Annotated[dt.datetime, *converted(values.moment)]
Seconds: TypeAlias = Annotated[int, *converted(values.seconds, ["string", "number"], minLength=2, exclusiveMinimum=0)]
Count: TypeAlias = Annotated[int, *converted(values.count, "integer", minimum=0)]
Boolean: TypeAlias = Annotated[bool, *converted(values.boolean, "boolean")]
Offset: TypeAlias = Annotated[int, *converted(values.offset, ["string", "number"], minLength=1, minimum=0)]


@dataclass(frozen=True, slots=True)
class Link:
    """A further link of an entry, or a link of an event; ``archived`` is the address of an archived copy, or None."""

    __pydantic_config__: ClassVar[ConfigDict] = described("A further link of an entry, or a link of an event.")

    title: Annotated[Text, about("What the link goes to.", "Slides")]
    url: Annotated[
        Address,
        about(
            "The address: https, http, mailto, or another scheme that the project allows.", "https://example.org/slides"
        ),
    ]
    archived: Annotated[
        Copy | None,
        about("The date of an archived copy in the Wayback Machine, or the address of a copy.", "2021-05-10"),
    ] = None

    def __post_init__(self) -> None:
        """Replace the time of a copy in the Wayback Machine by its address."""
        if self.archived is not None:
            object.__setattr__(self, "archived", _copy(self.archived, self.url))


Source: TypeAlias = Annotated[Link, BeforeValidator(_titled, json_schema_input_type=Address | Link)]


@dataclass(frozen=True, slots=True)
class Entry:
    """One poster, session, keynote, episode or resource.

    ``date`` is a date, or a datetime if the time is known; ``duration`` is in seconds; ``line`` is its first line, and
    ``lines`` are those of its values, for :func:`sphinx_recaps.data.value_places.line_of`.
    Text has no line breaks, except for those of ``abstract``, and for an empty line between paragraphs of ``summary``.
    ``start`` and ``end`` are in seconds. ``link`` is a valid address;
    ``image`` is one too, or a path relative to the data file; ``video`` is an argument of the youtube directive, or
    the address of a video elsewhere. ``archived`` is the time of copies in the Wayback Machine, or the
    address of one; see :meth:`archived_copy`.
    """

    __pydantic_config__: ClassVar[ConfigDict] = described("One entry of a file.")

    id: Annotated[Id, about("A short code, unique in the file; it never changes.", "A4")]
    title: Annotated[Text, about("The title as published.", "Who pollinates whom")]
    people: Annotated[Names, about("Authors, speakers or hosts; always use the same spelling.", ["Jeffrey Mew"])] = ()
    topics: Annotated[Names, about("Topics; always use the same spelling.", ["Distributed Training"])] = ()
    summary: Annotated[Text | None, about("One sentence about it, in your own words.")] = None
    link: Annotated[Address | None, about("The address of the project or page.", "https://example.org/project")] = None
    image: Annotated[
        Picture | None, about("An image: a path relative to this file, or an address.", "images/a4.png")
    ] = None
    video: Annotated[
        Video | None, about("The recording: address or id.", "https://www.youtube.com/watch?v=MYE01-XaSZA")
    ] = None
    uploaded: Annotated[
        DayOrTime | None,
        about("When that video was published; without it, search engines do not list the video.", "2021-04-23"),
    ] = None
    date: Annotated[
        DayOrTime | None,
        about(
            "The date, or the date and time, with the offset from UTC if you know it.",
            "2021-04-21",
            "2021-04-21T08:30-07:00",
        ),
    ] = None
    duration: Annotated[
        Seconds | None, about("The duration; a bare number is in seconds.", "15 min", "0:15:00", 900)
    ] = None
    links: Annotated[tuple[Link, ...], about("Further links: slides, code, paper.")] = ()
    role: Annotated[Text | None, about("The speaker's role at the time.", "Research Engineer")] = None
    affiliation: Annotated[Text | None, about("Where the speaker worked at the time.")] = None
    archived: Annotated[
        Copy | None,
        about("The date of copies of link, image and video in the Wayback Machine, or a copy of link.", "2021-05-10"),
    ] = None
    note: Annotated[Text | None, about("What readers should know, such as what could not be found.")] = None
    sources: Annotated[tuple[Source, ...], about("The sources of the facts: addresses, or links.")] = ()
    abstract: Annotated[
        Text | None,
        about("The abstract as published, in Markdown: paragraphs, lists, emphasis, code and links."),
    ] = None
    part_of: Annotated[
        Names,
        about(
            "The recording that contains it: the id of another entry of the event, or of a video of the event; several "
            "if it is unknown which of them does.",
            "opening-talks",
        ),
    ] = ()
    start: Annotated[Offset | None, about("Where it begins in that recording.", "12:30", "1:02:03")] = None
    end: Annotated[Offset | None, about("Where it ends in that recording.", "25:00")] = None
    recording: Annotated[
        Literal["not recorded", "not published", "removed", "private"] | None,
        about("Why there is no recording."),
    ] = None
    track: Annotated[Text | None, about("The track of the programme.", "Beginners")] = None
    format: Annotated[Text | None, about("The format, such as a tutorial or a panel.", "Lightning talk")] = None
    room: Annotated[Text | None, about("The room.", "Glasshouse 2")] = None
    language: Annotated[LanguageCode | None, about("The code of the language in which it was held.", "ko")] = None
    transcript: Annotated[
        Transcripts,
        about(
            "What is said in the recording: a subtitle file, relative to this file, or a list with one in each "
            "language; `{file: …, by: machine}` says who made it.",
            "transcripts/a4.en.vtt",
        ),
    ] = ()
    chapters: Annotated[
        Chapters,
        about(
            "The chapters of the recording, below `chapters: |`: a time and a title on each line, as in the "
            "description of a video.",
            "0:00 Welcome\n12:30 Questions",
        ),
    ] = ()
    was: Annotated[
        FormerIds,
        about(
            "Its former ids, whose addresses then lead to it; for an entry that was in another file, `file/id`.", ["A4"]
        ),
    ] = ()
    line: Annotated[SkipJsonSchema[int], Field(exclude=True)] = 0
    lines: Annotated[SkipJsonSchema[SkipValidation[Lines]], Field(exclude=True, validation_alias=LINES)] = b""

    def archived_copy(self, url: str) -> str | None:
        """Return the address of the archived copy of the entry's link, image or video; None if there is none."""
        if self.archived is None or not url.startswith(("http://", "https://")):
            return None
        if self.archived.isdecimal() or url == self.link:
            return _copy(self.archived, url)
        return None


record_values: Callable[[Entry], tuple[object, ...]] = attrgetter(*(field.name for field in fields(Entry)))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The content of a data file with entries of one kind."""

    __pydantic_config__: ClassVar[ConfigDict] = described("A file with entries of one kind.")

    kind: Annotated[str, Field(description="The kind of all entries.", json_schema_extra={"enum": [*KINDS]})]
    entries: Annotated[tuple[Entry, ...], about("The entries, in the order of the page.")] = ()
    was: Annotated[
        FormerPaths,
        about(
            "Former paths of this file, from its folder or, with a leading `/`, from the source folder. The addresses "
            "of its entries there then lead to their pages.",
            ["posters.yaml"],
        ),
    ] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A session of an event; ``start`` and ``end`` are datetimes in UTC, ``timezone`` is as the organisers wrote it.

    ``timezone_place`` is the line and column of ``timezone``.
    """

    __pydantic_config__: ClassVar[ConfigDict] = described("A session of an event, with its times.")

    name: Annotated[Text, about("The name that the organisers used.", "Morning session")]
    start: Annotated[Moment, about("When it began, with the offset from UTC.", "2021-04-21T15:00Z")]
    end: Annotated[Moment, _after("start"), about("When it ended.", "2021-04-21T20:00Z")]
    label: Annotated[Text | None, about("Who it was for, in a few words.", "EMEA")] = None
    timezone: Annotated[
        Text | None, about("The organisers' time zone: a name in the tz database, or words.", "America/Los_Angeles")
    ] = None
    timezone_place: Annotated[
        SkipJsonSchema[SkipValidation[tuple[int, int]]], Field(exclude=True, validation_alias=TIMEZONE_PLACE)
    ] = (1, 1)


@dataclass(frozen=True, slots=True)
class Recording:
    """A video of an event; ``url`` is an argument of the youtube directive, or the address of a video elsewhere."""

    __pydantic_config__: ClassVar[ConfigDict] = described("A video of an event.")

    title: Annotated[Text, about("What it shows.", "Opening talks")]
    url: Annotated[Video, about("The recording: address or id.", "https://www.youtube.com/watch?v=MYE01-XaSZA")]
    id: Annotated[Id | None, about("A short code, for entries that are `part_of` it.", "opening-talks")] = None
    uploaded: Annotated[DayOrTime | None, about("When it was published.", "2021-04-23")] = None
    transcript: Annotated[
        Transcripts,
        about("What is said in it: a subtitle file, relative to this file, or a list.", "transcripts/opening.en.vtt"),
    ] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """The facts of an event.

    ``numbers`` are pairs (what is counted, how many) in the order of the file, and ``number_lines`` are their lines.
    """

    __pydantic_config__: ClassVar[ConfigDict] = described("A file with the facts of an event.")

    name: Annotated[Text, about("The full name.", "Orchid Days 2024")]
    start: Annotated[
        DayOrPeriod, about("The date or the first day, or just a month or a year.", "2021-04-21", "2021-04")
    ]
    end: Annotated[Day | None, _after("start"), about("The last day, if there are several.", "2021-04-22")] = None
    short_name: Annotated[Text | None, about("The name that people use.", "PTED")] = None
    place: Annotated[Text | None, about("Where it was.", "Online, in Gather.Town")] = None
    summary: Annotated[Text | None, about("One sentence about it.")] = None
    sessions: Annotated[tuple[Session, ...], about("Its sessions, with times.")] = ()
    numbers: Annotated[
        tuple[tuple[Text, Count], ...],
        BeforeValidator(_pairs, json_schema_input_type=dict[str, Count]),
        about("What is counted, and how many.", {"posters": 71}),
    ] = ()
    videos: Annotated[tuple[Recording, ...], about("Recordings; the first one represents the event in lists.")] = ()
    links: Annotated[tuple[Link, ...], about("Official pages.")] = ()
    sources: Annotated[tuple[Source, ...], about("The sources of the facts: addresses, or links.")] = ()
    edition: Annotated[Text | None, about("Which edition it was.", "first")] = None
    mode: Annotated[Literal["online", "in person", "hybrid"] | None, about("How people met.")] = None
    note: Annotated[Text | None, about("What readers should know, such as what could not be found.")] = None
    was: Annotated[
        FormerPaths,
        about(
            "Former folders of this event, from the folder that contains its own or, with a leading `/`, from the "
            "source folder. All addresses there then lead to the pages of this folder.",
            ["2021-day"],
        ),
    ] = ()
    number_lines: Annotated[
        SkipJsonSchema[SkipValidation[tuple[int, ...]]], Field(exclude=True, validation_alias=NUMBER_LINES)
    ] = ()


@dataclass(frozen=True, slots=True)
class RecordedLink:
    """What is known about a link to another site; ``line`` is the first line of the record.

    ``archived`` is the time of a copy in the Wayback Machine. ``checked`` is the day of the search for one; without
    ``archived`` there was none on that day.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    url: Annotated[PageAddress, about("The address, as on pages, without the part after #.", "https://example.org/")]
    archived: Annotated[
        CopyTime | None,
        about("The time of its copy in the Wayback Machine, from the address of the copy.", "20210510183000"),
    ] = None
    checked: Annotated[Day | None, about("The day on which somebody looked for a copy.", "2026-11-24")] = None
    dead: Annotated[Boolean, about("The address is dead; pages link to the copy instead.")] = False
    line: Annotated[SkipJsonSchema[int], Field(exclude=True)] = 0


@dataclass(frozen=True, slots=True)
class RecordedLinks:
    """The content of the data file of links to other sites."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    links: Annotated[tuple[RecordedLink, ...], about("The links, sorted by address.")]


def keys_of(record: type[Any]) -> list[str]:
    """Return the keys that a record can have in a file."""
    return [field.name for field in fields(record) if field.name not in _NO_KEYS]


def _copy(archived: str, url: str) -> str:
    return f"{values.WAYBACK}{archived}/{url}" if archived.isdecimal() else archived
