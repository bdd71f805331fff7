"""What directives take, declared once: the converter of each option beside the words that explain it.

docutils reads ``option_spec``, which follows from the declarations; :mod:`sphinx_recaps.reference.directive` makes the
pages for authors from the same ones. In these texts `code` is between single backquotes.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Converter: TypeAlias = "Callable[[str], Any]"


@dataclass(frozen=True, slots=True)
class Argument:
    """What stands after the name of a directive.

    ``help`` says what it is for, ``write`` what authors write there, ``example`` is such a text. ``default`` says what
    holds without it; an argument without a default is required.
    """

    help: str
    _: KW_ONLY
    write: str
    example: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a directive.

    ``convert`` reads the text of the author, and raises ValueError with a sentence where it cannot. ``help`` says what
    the option does, ``write`` what authors write after it, ``example`` is a text that ``convert`` takes; both are empty
    for an option that is written by its name alone. ``default`` says what holds without it.
    """

    convert: Converter
    help: str
    _: KW_ONLY
    write: str = ""
    example: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What authors write to use a directive; ``content`` says what the text below it is for ('': it takes none)."""

    help: str
    argument: Argument
    options: Mapping[str, Option]
    content: str = ""


class RecapDirective(SphinxDirective):
    """A directive that is declared by its ``usage``: what docutils wants to know follows from it."""

    usage: ClassVar[Usage]
    final_argument_whitespace = True

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        cls.required_arguments, cls.optional_arguments = (0, 1) if cls.usage.argument.default else (1, 0)
        cls.has_content = bool(cls.usage.content)
        cls.option_spec = {name: _converter(option) for name, option in cls.usage.options.items()}


def _converter(option: Option) -> Converter:
    """Return the converter of an option as docutils calls it: with None for an option without a value."""
    if not option.write or option.convert is directives.unchanged:
        return option.convert

    def convert(argument: str | None) -> Any:  # noqa: ANN401 (each option has a type of its own)
        if argument is None:
            msg = "argument required but none supplied"  # in docutils' words
            raise ValueError(msg)
        return option.convert(argument)

    return convert


def choice(words: Iterable[str], help: str, *, default: str) -> Option:  # noqa: A002 (as the field is called)
    """Return an option that takes one of a few words, the first of which is the example."""
    known = tuple(words)
    quoted = [f"`{word}`" for word in known]
    write = f"{', '.join(quoted[:-1])} or {quoted[-1]}"
    convert = partial(directives.choice, values=known)
    return Option(convert, help, write=write, example=known[0], default=default)


def flag(help: str) -> Option:  # noqa: A002
    """Return an option that is written by its name alone."""
    return Option(directives.flag, help)


NAME = Option(
    directives.unchanged_required,
    "A name of its own, for links: `[words](#opening-talks)`, in reStructuredText ``:ref:`words <opening-talks>` ``.",
    write="a word that no other page uses",
    example="opening-talks",
)
CLASS = Option(directives.class_option, "Names for the style sheets of the site.", write="words", example="wide")
