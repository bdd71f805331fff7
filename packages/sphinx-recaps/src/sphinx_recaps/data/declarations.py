"""How records declare a key: its converter, its documentation and its JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.json_schema import WithJsonSchema

if TYPE_CHECKING:
    from collections.abc import Callable


def converted(
    parse: Callable[[str], object], kind: str | list[str] = "string", **schema: object
) -> tuple[BeforeValidator, WithJsonSchema]:
    """Return the annotations for a converter, which takes the text of a value: a validator and a JSON Schema."""

    def read(value: object) -> object:
        return parse(value) if isinstance(value, str) else value

    return BeforeValidator(read), WithJsonSchema({"type": kind, **schema})


def about(description: str, *examples: object) -> Any:  # noqa: ANN401 (pydantic's own type is not public)
    """Return the documentation of a key for authors, with valid values."""
    return Field(description=description, examples=list(examples) or None)


def described(description: str) -> ConfigDict:
    """Return the configuration of a record: no unknown keys, and a description for authors, unlike its docstring."""
    return ConfigDict(extra="forbid", json_schema_extra={"description": description})
