"""The one form of data files: order of keys, quotes, width, blank lines. Comments are kept.

A file is read as plain dictionaries and lists of text, which know their comments and can be changed, and is written
again. :func:`formatted` does both.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import yaml

from sphinx_recaps.data.name_records import KnownNames, Person, Topic
from sphinx_recaps.data.records import Catalogue, Entry, Event, Link, RecordedLink, Recording, Session, keys_of
from sphinx_recaps.data.text_files import decoded
from sphinx_recaps.data.yaml_comments import Comments, comments_of
from sphinx_recaps.data.yaml_reader import KEEP_LINES, LOADER, NOTHING, Problem
from sphinx_recaps.data.yaml_recovery import read_with_mistakes

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 120
_RESOLVER: Any = yaml.SafeLoader("")
_TOP_KEYS = list(dict.fromkeys([*keys_of(Catalogue), *keys_of(Event), *keys_of(KnownNames)]))
# The order of keys in the records of a list, by the key of the list.
_ORDER = {
    "entries": keys_of(Entry),
    "sessions": keys_of(Session),
    "videos": keys_of(Recording),
    "links": list(dict.fromkeys([*keys_of(Link), *keys_of(RecordedLink)])),
    "sources": keys_of(Link),
    "people": keys_of(Person),
    "topics": keys_of(Topic),
}
# What a plain scalar of YAML cannot contain, in a list or elsewhere.
_NOT_PLAIN = re.compile(r"^[\s,\[\]{}#&*!|>'\"%@`]|^[-?:](?:\s|$)|^(?:---|\.\.\.|<<$|=$)|:(?:\s|$)|\s#|\s$|^$")
_CONTROL = re.compile(r"[^\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


class FormError(ValueError):
    """A file has mistakes, so that it cannot be written again; ``problems`` says which."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


class Written(str):
    """The text of a scalar in a file; ``quoted`` is whether it has quotes there."""

    __slots__ = ("quoted",)
    quoted: bool


class Record(dict[str, Any]):
    """A mapping with the comments of its keys; ``above`` are those above it, if it is in a list."""

    def __init__(self, values: dict[str, Any] | None = None) -> None:
        super().__init__(values or {})
        self.above: list[str] = []
        self.comments: dict[str, Comments] = {}


@dataclass
class DataFile:
    """The content of a data file; ``tail`` are the comments after it."""

    root: Any = field(default_factory=Record)
    tail: list[str] = field(default_factory=list)


def text_of(data: bytes) -> str:
    """Return the text of a file; raises FormError if it is not UTF-8."""
    problems: list[Problem] = []
    text = decoded(data, problems)
    if problems:
        raise FormError(tuple(problems))
    return text


def parse(text: str) -> DataFile:
    """Return the content of a file; raises FormError if its YAML has mistakes."""
    problems: list[Problem] = []
    read_with_mistakes(text, problems)
    if problems:
        raise FormError(tuple(problems))
    node = yaml.compose(text, Loader=LOADER)
    if isinstance(node, yaml.ScalarNode):
        raise FormError((Problem(1, 1, "this is not a data file: it has only text"),))
    comments, tail = comments_of(text, node)
    return DataFile(_value(node, comments) if node else Record(), tail)


def _value(node: Any, comments: dict[int, Comments]) -> Any:  # noqa: ANN401 (any YAML)
    if isinstance(node, yaml.ScalarNode):
        scalar = Written(node.value)
        scalar.quoted = node.style in {"'", '"', "|", ">"}
        return scalar
    if isinstance(node, yaml.SequenceNode):
        items = [_value(item, comments) for item in node.value]
        for item, value in zip(node.value, items, strict=True):
            if isinstance(value, Record):
                value.above = comments[id(item)].above if id(item) in comments else []
        return items
    record = Record({key.value: _value(value, comments) for key, value in node.value})
    record.comments = {key.value: comments[id(key)] for key, _ in node.value if id(key) in comments}
    return record


def formatted(text: str) -> str:
    """Return the text of a data file in its one form; raises FormError if its YAML has mistakes."""
    file = parse(text)
    if not isinstance(file.root, Record) or file.root.keys().isdisjoint(_TOP_KEYS):
        raise FormError((Problem(1, 1, "this is not a data file: it has no key that data files have"),))
    written = dump(file)
    try:
        same = yaml.load(written, Loader=LOADER) == yaml.load(text, Loader=LOADER)  # noqa: S506 (only text)
        same = same and sorted(_comment_words(written)) == sorted(_comment_words(text))
    except yaml.YAMLError:
        same = False
    if not same:
        msg = "the file cannot be formatted without losing something; write its YAML more simply"
        raise FormError((Problem(1, 1, msg),))
    return written


def _comment_words(text: str) -> Iterator[str]:
    """Yield what may be a comment on each line: the file and its form have the same, only in other places."""
    node = yaml.compose(text, Loader=LOADER)
    comments, tail = comments_of(text, node)
    for comment in comments.values():
        yield from (line.strip() for line in [*comment.above, comment.beside] if line.strip())
    yield from (line.strip() for line in tail if line.strip())


def dump(file: DataFile) -> str:
    """Return the text of a data file."""
    lines = list(_top(file.root))
    tail = _without_double_blanks(file.tail)
    while tail and not tail[-1]:
        tail.pop()
    return "\n".join([*lines, *tail]) + "\n"


def _top(root: Record) -> Iterator[str]:
    """Yield the lines of a whole file; an event has a blank line around each list of records."""
    keys = _sorted(root, _TOP_KEYS)
    blocks = [_is_block(root[key]) and key != "entries" for key in keys]
    for index, key in enumerate(keys):
        comments = root.comments.get(key, Comments())
        above = _without_double_blanks(comments.above)
        if index and (blocks[index] or blocks[index - 1]) and above[:1] != [""]:
            yield ""
        yield from above if index else _without_first_blank(above)
        yield from _key(key, root[key], 0, comments.beside)


def _is_block(value: object) -> bool:
    return isinstance(value, Record) or (isinstance(value, list) and any(isinstance(item, dict) for item in value))


def _sorted(record: Record, order: list[str]) -> list[str]:
    """Return the keys of a record: those that are known in their order, then the others."""
    return [key for key in order if key in record] + [key for key in record if key not in order]


def _record(record: Record, order: list[str], indent: int) -> Iterator[str]:
    for key in _sorted(record, order):
        comments = record.comments.get(key, Comments())
        yield from _indented((line for line in comments.above if line), indent)
        yield from _key(key, record[key], indent, comments.beside)


def _indented(comments: Iterator[str], indent: int) -> Iterator[str]:
    """Yield comments in the column of what they are above, except for those in the first column."""
    for line in comments:
        yield line if line.startswith("#") else " " * indent + line.strip()


def _key(key: str, value: Any, indent: int, beside: str) -> Iterator[str]:  # noqa: ANN401 (any YAML)
    start = f"{' ' * indent}{_quoted(key)}:"
    mark = f"  {beside}" if beside else ""
    if isinstance(value, Record) and value:
        yield start + mark
        yield from _record(value, _ORDER.get(key, []), indent + 2)
    elif _is_block(value):
        yield start + mark
        yield from _items(key, value, indent + 2)
    elif isinstance(value, list):
        yield from _flow(start, value, indent, mark)
    elif isinstance(value, dict):
        yield f"{start} {{}}{mark}"
    else:
        yield from _scalar(start, value, indent, mark, key)


def _items(key: str, items: list[Any], indent: int) -> Iterator[str]:
    for index, item in enumerate(items):
        if key == "entries" and index:
            yield ""
        pad = " " * indent
        if isinstance(item, Record):
            yield from _indented((line for line in item.above if line), indent)
            lines = list(_record(item, _ORDER.get(key, []), indent + 2))
            first = next((at for at, line in enumerate(lines) if not line.lstrip().startswith("#")), None)
            if first is None:
                yield f"{pad}- {{}}"
                continue
            yield from _indented(iter(lines[:first]), indent)
            yield f"{pad}- {lines[first].lstrip()}"
            yield from lines[first + 1 :]
        elif isinstance(item, list):
            yield f"{pad}- {_flow_text(item)}"
        else:
            yield f"{pad}- {_quoted(item)}"


def _flow_text(items: list[Any]) -> str:
    return f"[{', '.join(_flow_text(item) if isinstance(item, list) else _in_list(item) for item in items)}]"


def _flow(start: str, items: list[Any], indent: int, mark: str) -> Iterator[str]:
    """Yield a list on one line or, if it is longer, below its key."""
    whole = _flow_text(items)
    if len(start) + 1 + len(whole) <= WIDTH or any(isinstance(item, list) for item in items):
        yield f"{start} {whole}{mark}"
        return
    yield start + mark
    line = " " * (indent + 2) + "["
    texts = [_in_list(item) for item in items]
    for index, text in enumerate(texts):
        part = text + ("]" if index == len(texts) - 1 else ",")
        if len(line.rstrip()) + 1 + len(part) > WIDTH and line.strip() != "[":
            yield line.rstrip()
            line = " " * (indent + 3)
        line += part + " "
    yield line.rstrip()


def _scalar(start: str, text: str, indent: int, mark: str, key: str) -> Iterator[str]:
    if not text and not getattr(text, "quoted", True):
        yield start + mark
        return
    pad = " " * (indent + 2)
    body = text.removesuffix("\n")  # what `|` and `>` end with, unlike `|-` and `>-`
    chomp = "-" if body == text else ""
    lines = body.split("\n")
    simple = not _CONTROL.search(body.replace("\n", "")) and lines[0] == lines[0].strip()
    if "\n" in text and simple and body and body.strip("\n") == body:
        if key not in KEEP_LINES and not any(line[:1].isspace() or line.endswith(" ") for line in lines):
            yield f"{start} >{chomp}{mark}"
            for paragraph, following in pairwise([*lines, None]):
                yield from (pad + line for line in _wrapped(paragraph or "", len(pad)))
                if following is not None:
                    yield ""
            return
        yield f"{start} |{chomp}{mark}"
        yield from (pad + line if line else "" for line in lines)
        return
    whole = _quoted(text)
    if len(start) + 1 + len(whole) > WIDTH and simple and len(lines) == 1 and text.strip():
        folded = _wrapped(text, len(pad))
        if len(folded) > 1 and text == text.strip():
            yield f"{start} >-{mark}"
            yield from (pad + line for line in folded)
            return
    yield f"{start} {whole}{mark}"


def _wrapped(text: str, indent: int) -> list[str]:
    """Return the lines of a paragraph; it stays on one if its spaces would be lost."""
    if "  " in text:
        return [text]
    return textwrap.wrap(text, WIDTH - indent, break_long_words=False, break_on_hyphens=False)


def _quoted(text: str) -> str:
    """Return a scalar of YAML, with quotes where it needs them."""
    if _CONTROL.search(text):
        return str(yaml.dump(str(text), default_style='"', allow_unicode=True, width=10**6)).rstrip("\n")
    if _NOT_PLAIN.search(text) or _looks_like_another_type(text):
        return "'" + text.replace("'", "''") + "'"
    return text


def _in_list(text: str) -> str:
    return (
        "'" + text.replace("'", "''") + "'"
        if re.search(r"^[-?:]|[,?\[\]{}]|:$", text) and "\n" not in text
        else _quoted(text)
    )


def _looks_like_another_type(text: str) -> bool:
    """Return whether YAML would read a text without quotes as something else, such as a number."""
    if not isinstance(text, Written):
        return text in NOTHING
    return text.quoted and _RESOLVER.resolve(yaml.ScalarNode, text, (True, False)) != "tag:yaml.org,2002:str"


def _without_double_blanks(lines: list[str]) -> list[str]:
    return [line for index, line in enumerate(lines) if line or lines[index - 1 : index] != [""]]


def _without_first_blank(lines: list[str]) -> list[str]:
    return lines[1:] if lines[:1] == [""] else lines
