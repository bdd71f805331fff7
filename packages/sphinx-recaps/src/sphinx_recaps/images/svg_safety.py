"""Finds unsafe content in SVG images: scripts, and resources loaded from elsewhere.

A browser does not run the scripts of an SVG in a page, but it does if the reader opens the file itself, with the rights
of the site. Parsing stops at the first entity declaration, so entities that expand to gigabytes or refer to local files
are never processed.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple
from xml.parsers import expat

_SVG = "http://www.w3.org/2000/svg"
# Elements in these namespaces are as active in an SVG as in their own documents: they load, link and run scripts.
_OTHER_MARKUP = {
    "http://www.w3.org/1999/xhtml": "HTML",
    "http://www.w3.org/1998/Math/MathML": "MathML",
    "http://www.w3.org/1999/XSL/Transform": "XSLT",
}
_LINKS = {"href", "http://www.w3.org/1999/xlink href"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LINK_SCHEMES = ("http://", "https://", "mailto:")
_ACTIVE = {"script", "handler", "listener"}
_FOREIGN = {"foreignObject", "iframe", "object", "embed", "audio", "video"}
# Attributes whose CSS value can refer to a file, and those that animate them.
_STYLED = {
    "style", "fill", "stroke", "filter", "mask", "clip-path", "cursor", "marker", "marker-start", "marker-mid",
    "marker-end", "to", "from", "by", "values",
}  # fmt: skip
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_LOADS = re.compile(
    r"@import\b\s*([^;]{0,80})|\b(?:url|src|image|image-set)\(\s*[\"']?([^)\"']{0,80})", re.IGNORECASE
)
_EMBEDDED = re.compile(r"data:(?:image/(?!svg)|font/|application/(?:x-)?font)", re.IGNORECASE)


# CSS pixels, at the default font size: https://www.w3.org/TR/css-values-4/#absolute-lengths
_UNITS = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96, "em": 16, "ex": 8}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LENGTH = re.compile(rf"\+?((?!-){_NUMBER.pattern})\s*({'|'.join(_UNITS)})")
_LARGEST = 1_000_000


class SvgProblem(NamedTuple):
    """Unsafe content in an SVG file, as a sentence without a subject; ``line`` counts from 1."""

    line: int
    message: str


def svg_size(data: bytes) -> tuple[int, int] | None:
    """Return the width and height of an SVG in CSS pixels, rounded; None if it has neither a size nor a viewBox.

    It follows https://svgwg.org/svg2-draft/coords.html#SizingSVGInCSS. Percentages are ignored.
    """
    root: dict[str, str] = {}
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def start(_name: str, attributes: dict[str, str]) -> None:
        root.update(attributes)
        raise _StoppedError

    def declared(*_: object) -> None:
        raise _StoppedError

    parser.StartElementHandler, parser.EntityDeclHandler = start, declared
    with suppress(_StoppedError, expat.ExpatError, LookupError, ValueError):
        parser.Parse(data, True)
    width, height = _pixels(root.get("width", "")), _pixels(root.get("height", ""))
    box = [float(number) for number in _NUMBER.findall(root.get("viewBox", ""))]
    if len(box) == 4 and min(box[2:]) > 0:
        width, height = (
            width or (height * box[2] / box[3] if height else box[2]),
            height or (width * box[3] / box[2] if width else box[3]),
        )
    size = width or 0, height or 0
    return (round(size[0]), round(size[1])) if min(size) >= 0.5 and max(size) < _LARGEST else None


def _pixels(length: str) -> float | None:
    match = _LENGTH.fullmatch(length.strip())
    return float(match[1]) * _UNITS[match[2]] if match else None


class _StoppedError(Exception):
    """Stops the parser."""


def svg_problems(data: bytes) -> list[SvgProblem]:
    """Return unsafe content of an SVG file, and what keeps browsers from showing it, in the order of the file."""
    return _Reader().read(data)


class _Reader:
    """Checks each element during parsing, without building a tree."""

    def __init__(self) -> None:
        self.problems: list[SvgProblem] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity
        self.parser.ProcessingInstructionHandler = self._instruction
        self._root = True
        self._style: list[str] | None = None
        self._style_line = 0

    def read(self, data: bytes) -> list[SvgProblem]:
        try:
            self.parser.Parse(data, True)
        except _StoppedError:
            pass
        except expat.ExpatError as error:
            self.problems.append(SvgProblem(error.lineno, f"is not well-formed XML ({expat.ErrorString(error.code)})"))
        except (LookupError, ValueError):
            self.problems.append(SvgProblem(1, "is in an encoding that browsers do not read"))
        return self.problems

    def _add(self, message: str) -> None:
        self.problems.append(SvgProblem(self.parser.CurrentLineNumber, message))

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        namespace, _, name = element.rpartition(" ")
        if self._root:
            self._root = False
            if (namespace, name) != (_SVG, "svg"):
                self._add(f'starts with <{name}>, not with <svg xmlns="{_SVG}">')
        if namespace in _OTHER_MARKUP:
            self._add(f"contains {_OTHER_MARKUP[namespace]} (<{name}>)")
        elif name in _ACTIVE:
            self._add(f"contains a <{name}>")
        elif name in _FOREIGN:
            self._add(f"contains <{name}>, which can show any other page")
        elif name == "style":
            self._style, self._style_line = [], self.parser.CurrentLineNumber
        for attribute, value in attributes.items():
            self._attribute(name, attribute, value)

    def _attribute(self, name: str, attribute: str, value: str) -> None:
        if attribute.lower().startswith("on"):
            self._add(f"contains the event handler {attribute}")
        elif attribute in _LINKS:
            self._link(name, value)
        elif attribute == "attributeName" and re.fullmatch(r"(?:\w+:)?href|on\w+", value.strip(), re.IGNORECASE):
            self._add(f"changes {value.strip()} while it is shown")
        elif attribute in _STYLED:
            self._css(value)

    def _link(self, name: str, value: str) -> None:
        target = re.sub(r"[\x00-\x20]", "", value)  # as browsers do
        if name == "a":
            if _SCHEME.match(target) and not target.lower().startswith(_LINK_SCHEMES):
                self._add(f"links to {_cut(target)}")
        elif target and not target.startswith("#") and not (name != "use" and _EMBEDDED.match(target)):
            self._add(f"loads {_cut(target)}")

    def _css(self, text: str) -> None:
        plain = _CSS_COMMENT.sub("", _CSS_ESCAPE.sub(_unescaped, text))
        for match in _CSS_LOADS.finditer(plain):
            target = (match[1] or match[2] or "").strip("\"' \t\r\n")
            if match[1] is not None or not (target.startswith("#") or _EMBEDDED.match(target)):
                self._add(f"loads {_cut(target)} in its style")

    def _text(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)

    def _end(self, element: str) -> None:
        if self._style is not None and element.rpartition(" ")[2] == "style":
            before = len(self.problems)
            self._css("".join(self._style))
            self.problems[before:] = [SvgProblem(self._style_line, message) for _, message in self.problems[before:]]
            self._style = None

    def _entity(self, name: str, *_: object) -> None:
        self._add(f"declares the entity {_cut(name)}")
        raise _StoppedError

    def _instruction(self, target: str, _data: str) -> None:
        if target == "xml-stylesheet":
            self._add("loads a style sheet")


def _unescaped(match: re.Match[str]) -> str:
    if match[2] is not None:
        return match[2]
    code = int(match[1], 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _cut(text: str) -> str:
    return repr(text if len(text) <= 50 else f"{text[:49]}…")
