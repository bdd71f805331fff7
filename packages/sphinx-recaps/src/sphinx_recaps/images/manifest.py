"""The list of images that were fetched for data files, ``images/localised.json`` beside them.

For each address it has two files: the full image, and a small one for lists. ``sphinx-recaps images`` writes it, and
reading a page reads it. The same content gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, NamedTuple, TypeAlias

import yaml
from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError

from sphinx_recaps.data import fields as values
from sphinx_recaps.data.validation_messages import place_at
from sphinx_recaps.data.yaml_reader import Map, Place, Problem, RefusedError, read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FOLDER = "images"
NAME = "localised.json"

FileName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*\.(?:jpg|webp)$", max_length=100)]
Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Pixels: TypeAlias = Annotated[int, Field(ge=1, le=4000)]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file beside the list: its name, the SHA-256 of its content in hexadecimal, and its size in pixels."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    file: FileName
    sha256: Digest
    width: Pixels
    height: Pixels

    def trouble(self, folder: Path) -> str | None:
        """Return what is wrong with the file, as the end of a sentence; None if it is unchanged."""
        path = folder / self.file
        try:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            return "is missing"
        return None if digest == self.sha256 else "was changed"


@dataclass(frozen=True, slots=True)
class StoredPicture(StoredFile):
    """An image in full size; ``card`` is a small version."""

    card: StoredFile

    @property
    def files(self) -> tuple[StoredFile, StoredFile]:
        """The two files, the large one first."""
        return self, self.card


class Contents(NamedTuple):
    """The content of a list: images by address, the line of each (from 1), and its mistakes."""

    pictures: dict[str, StoredPicture]
    lines: dict[str, int]
    problems: list[Problem]


Address: TypeAlias = Annotated[str, AfterValidator(values.web_address)]
_ADAPTER = TypeAdapter(StoredPicture)
_ADDRESS = TypeAdapter(Address)


def text_of(pictures: Mapping[str, StoredPicture]) -> str:
    """Return the list as JSON, for images by address."""
    content = {address: asdict(pictures[address]) for address in sorted(pictures)}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read_list(path: Path) -> Contents:
    """Return the content of a list; it is empty if there is no file. Entries with mistakes are left out."""
    try:
        return parse_list(path.read_bytes())
    except FileNotFoundError:
        return Contents({}, {}, [])
    except OSError as error:
        return Contents({}, {}, [Problem(1, 1, f"the file cannot be read: {error.strerror}")])


def parse_list(data: bytes) -> Contents:
    """Return the content of a list from its bytes."""
    contents = Contents({}, {}, [])
    content, place = _content(data, contents.problems)
    if isinstance(content, Map):
        for address in content.places:
            picture = _picture(content, address, contents.problems)
            if picture is not None:
                contents.pictures[address] = picture
                contents.lines[address] = content.key_place(address).line
    elif not contents.problems:
        contents.problems.append(place.problem(f"the list of fetched images is not a mapping; {_AGAIN}"))
    contents.problems.sort()
    return contents


_AGAIN = "undo the last change to this file, or remove the file and run `sphinx-recaps images`"
_DROP = "remove the entry and run `sphinx-recaps images`"


def _content(data: bytes, problems: list[Problem]) -> tuple[object, Place]:
    """Check that the list is JSON, then read it as YAML, which gives the places of its values."""
    try:
        text = data.decode()
        json.loads(text)
        return read(text, 0, problems)
    except UnicodeDecodeError as error:
        place = Place(data.count(b"\n", 0, error.start) + 1, 1)
        problems.append(place.problem(f"the line is not UTF-8; {_AGAIN}"))
    except json.JSONDecodeError as error:
        problems.append(Place(error.lineno, error.colno).problem(_not_json(text.split("\n")[error.lineno - 1], error)))
    except (RefusedError, yaml.YAMLError, RecursionError):
        problems.append(Place(1, 1).problem(f"the list of fetched images has unexpected content; {_AGAIN}"))
    return None, Place(1, 1)


def _not_json(line: str, error: json.JSONDecodeError) -> str:
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return "the list has conflict markers from a merge; keep one version and run `sphinx-recaps images`"
    return f"the list of fetched images is not JSON ({error.msg}); {_AGAIN}"


def _picture(content: Map, address: str, problems: list[Problem]) -> StoredPicture | None:
    place = content.key_place(address)
    value = content.get(address)
    try:
        _ADDRESS.validate_python(address)
        picture: StoredPicture = _ADAPTER.validate_python(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            where, key = place_at(value, detail["loc"], place), ".".join(map(str, detail["loc"]))
            problems.append(
                where.problem(f"{f'`{key}`: ' if key else ''}{detail['msg'].removeprefix('Value error, ')}; {_DROP}")
            )
        return None
    return picture
