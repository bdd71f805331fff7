"""Decodes files, and finds text that YAML would drop or that was saved in another encoding."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from sphinx_recaps.data.fields import code, quote
from sphinx_recaps.data.yaml_reader import FORBIDDEN, LINE_END, Place, Problem, control_character

if TYPE_CHECKING:
    from collections.abc import Iterator

_CUT_TEXT = re.compile(r"[ -]*(?:title|name|summary|note|place): +([^\s'\"\[{>|#].*?) (#[^\s#].*)")
# UTF-8 letters, quotation marks and dashes, misread in a Latin encoding; no word contains such a sequence.
_MISREAD = re.compile(r"(?:[ÃÂ][^\x00-\x7f]|â€[^\x00-\x7f])+")


def decoded(data: bytes, problems: list[Problem]) -> str:
    """Return the text of a file; an encoding other than UTF-8 is reported, and guessed."""
    codec = "utf-8-sig"
    bare = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be" if data[:1] == b"\0" else ""  # without a mark
    if bare or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        problems.append(Problem(1, 1, "the file is saved as UTF-16; save it as UTF-8"))
        codec = bare or "utf-16"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        if codec == "utf-8-sig":
            before = data[: error.start].decode("utf-8", "replace").removeprefix("\ufeff")
            place = _place_in(before, len(before))
            message = f"the byte 0x{data[error.start]:02X} is not UTF-8, so the file is saved in another encoding"
            problems.append(place.problem(f"{message}; save it as UTF-8"))
        text = data.decode("cp1252" if codec == "utf-8-sig" else codec, "replace")
    return text.removeprefix("\ufeff")


def text_of(data: bytes, problems: list[Problem]) -> str:
    """Return the text of a file; forbidden characters are reported and replaced by spaces."""
    text = decoded(data, problems)
    if FORBIDDEN.search(text):
        for number, line in enumerate(LINE_END.split(text), 1):
            match = FORBIDDEN.search(line)
            if match is not None:
                place = Place(number, match.start() + 1)
                problems.append(place.problem(f"the line {control_character(match.group())}"))
        text = FORBIDDEN.sub(" ", text)
    return text


def cut_short(text: str) -> Iterator[Problem]:
    """Yield a problem for each text that YAML would cut at `` #``, which starts a comment: ``title: Why C# is #1``."""
    if " #" not in text:
        return
    for number, line in enumerate(LINE_END.split(text), 1):
        match = _CUT_TEXT.match(line)
        if match is not None:
            message = f"a comment starts at {quote(match.group(2))}, so it is dropped; write the value in quotes"
            yield Problem(number, match.start(2) + 1, f"{message}, or a space after the #")


def misread(text: str) -> Iterator[Problem]:
    """Yield a problem for letters that a program misread in another encoding: ``Ã©`` for é."""
    if not any(letter in text for letter in "ÃÂâ\ufffd"):  # nearly always, and faster than the regular expression
        return
    for number, line in enumerate(LINE_END.split(text), 1):
        if "\ufffd" in line:
            problem = "U+FFFD replaces a letter that was lost; write the letter"
            yield Problem(number, line.index("\ufffd") + 1, problem)
        for match in _MISREAD.finditer(line):
            with suppress(UnicodeError):
                letters = b"".join(_byte(char) for char in match.group()).decode()
                problem = f"{quote(match.group())} is {quote(letters)} in a wrong encoding; write {code(letters)}"
                yield Problem(number, match.start() + 1, problem)


def _byte(char: str) -> bytes:
    """Return the byte of a letter in Windows-1252, or in Latin-1 if Windows-1252 does not have it."""
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1")


def _place_in(text: str, index: int) -> Place:
    lines = LINE_END.split(text[:index])
    return Place(len(lines), len(lines[-1]) + 1)
