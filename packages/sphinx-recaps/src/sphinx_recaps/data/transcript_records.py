"""The records of what is said in a recording, and of its chapters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema, WithJsonSchema

from sphinx_recaps.data import fields as values
from sphinx_recaps.data.chapters import Chapter, chapter_list
from sphinx_recaps.data.declarations import about, converted, described

PLACE = " place"  # comes from the reader: no key in a file starts with a space

LanguageCode: TypeAlias = Annotated[str, *converted(values.language_code, pattern="^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$")]
SubtitleFile: TypeAlias = Annotated[
    str, *converted(values.subtitle_file, pattern="\\.([Vv][Tt][Tt]|[Ss][Rr][Tt]|[Ss][Bb][Vv])$")
]


@dataclass(frozen=True, slots=True)
class Transcript:
    """A subtitle file, relative to the data file that names it; ``line`` is that of its name there."""

    __pydantic_config__: ClassVar[ConfigDict] = described("What is said in a recording, in one language.")

    file: Annotated[
        SubtitleFile,
        about(
            "A subtitle file, relative to this file: WebVTT (`.vtt`), SubRip (`.srt`) or SBV (`.sbv`).",
            "transcripts/a4.en.vtt",
        ),
    ]
    by: Annotated[
        Literal["human", "machine", "corrected"] | None,
        about("Who made it: a `human`, a `machine`, or a machine before a human `corrected` it.", "corrected"),
    ] = None
    language: Annotated[
        LanguageCode | None,
        about("The code of its language, if its name does not end with it, as in `a4.en.vtt`.", "en"),
    ] = None
    line: Annotated[SkipJsonSchema[int], Field(exclude=True, validation_alias=PLACE)] = 0


def _chapters(value: object) -> object:
    return chapter_list(value) if value else value


Transcripts: TypeAlias = Annotated[
    tuple[Transcript, ...],
    # The reader of data files turns everything else into a list of records.
    BeforeValidator(
        lambda value: value, json_schema_input_type=SubtitleFile | Transcript | list[SubtitleFile | Transcript]
    ),
]
Chapters: TypeAlias = Annotated[
    tuple[Chapter, ...],
    BeforeValidator(_chapters),
    WithJsonSchema({"anyOf": [{"type": "string", "minLength": 6}, {"type": "array", "items": {"type": "string"}}]}),
]
