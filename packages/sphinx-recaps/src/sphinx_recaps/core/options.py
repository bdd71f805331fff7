"""Declarations of directive arguments and options: each converter with its documentation.

The ``option_spec`` for docutils and the reference pages (:mod:`sphinx_recaps.reference.directive`) are both generated
from them. In their texts, `code` is in single backquotes.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from sphinx_recaps.core.warnings import report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sphinx.application import Sphinx

    from sphinx_recaps.core.warnings import RecapWarning

Converter: TypeAlias = "Callable[[str], Any]"


@dataclass(frozen=True, slots=True)
class Argument:
    """The argument of a directive.

    ``help`` says what it is for, ``write`` what authors write, ``example`` is a valid text, and ``default`` describes
    what happens without it; an argument without a default is required.
    """

    help: str
    _: KW_ONLY
    write: str
    example: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a directive.

    ``convert`` turns the author's text into a value, and raises ValueError with a message for authors. ``help`` says
    what the option does, ``write`` what authors write after it, and ``example`` is a valid text; both are empty for a
    flag. ``default`` describes what happens without the option.
    """

    convert: Converter
    help: str
    _: KW_ONLY
    write: str = ""
    example: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """The declaration of a directive; ``content`` says what its content is for (empty: it takes none)."""

    help: str
    argument: Argument
    options: Mapping[str, Option]
    content: str = ""


class RecapDirective(SphinxDirective):
    """A directive whose docutils attributes follow from its ``usage``."""

    usage: ClassVar[Usage]
    final_argument_whitespace = True

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        cls.required_arguments, cls.optional_arguments = (0, 1) if cls.usage.argument.default else (1, 0)
        cls.has_content = bool(cls.usage.content)
        cls.option_spec = {name: _converter(option) for name, option in cls.usage.options.items()}

    def report(self, kind: RecapWarning, message: str, *, lost: bool = False) -> None:
        """Report a mistake in the directive; some content is ``lost`` if it is not shown."""
        report(kind, f"{self.name}: {message}", self.get_location(), lost=lost)


def _converter(option: Option) -> Converter:
    """Return the converter for docutils, which passes None for an option without a value."""
    if not option.write or option.convert is directives.unchanged:
        return option.convert
    return lambda argument: option.convert(directives.unchanged_required(argument))


def choice(words: Iterable[str], help: str, *, default: str) -> Option:  # noqa: A002 (the name of the field)
    """Return an option that takes one of some words; the first one is the example."""
    known = tuple(words)
    quoted = [f"`{word}`" for word in known]
    write = f"{', '.join(quoted[:-1])} or {quoted[-1]}"
    convert = partial(directives.choice, values=known)
    return Option(convert, help, write=write, example=known[0], default=default)


def flag(help: str) -> Option:  # noqa: A002
    """Return an option without a value."""
    return Option(directives.flag, help)


def add_setting(app: Sphinx, name: str, default: object, types: Any, description: str) -> None:  # noqa: ANN401
    """Add a setting for ``conf.py``, with its documentation; pages are read again when it changes."""
    app.add_config_value(name, default, "env", types=types, description=description)


NAME = Option(
    directives.unchanged_required,
    "A label for links to it: `[words](#opening-talks)`, in reStructuredText ``:ref:`words <opening-talks>` ``.",
    write="a word that no other page uses",
    example="opening-talks",
)
CLASS = Option(directives.class_option, "CSS classes, for the style sheets of the site.", write="words", example="wide")
