"""Blocks of Markdown without an end, and ends without a block, as the parser of the page reads them.

A block without an end is no error in Markdown: it goes on to the end of what it is in, or to the end of another block.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import TopmatterReadError, merge_file_level, read_topmatter
from myst_parser.parsers.directives import parse_directive_text
from myst_parser.parsers.mdit import create_md_parser

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from myst_parser.config.main import MdParserConfig

_ABOUT_MARKDOWN = {"md", "markdown", "myst", "mdx", "rst", "restructuredtext", "{eval-rst}", "text", "none", "diff"}
_NO_MARKDOWN = ("{eval-rst}", "{parsed-literal}")  # and what they hold cannot be found in the page
_DIRECTIVE = re.compile(r"\{[^\s}]+\}")
_NESTING = "A block around other blocks has more colons than they have"


def unpaired(config: MdParserConfig, text: str, document: nodes.document) -> Iterator[tuple[int, str]]:
    """Yield the lines of a page that begin a block without an end, or end none, each with what is wrong.

    Blocks in blocks are looked at, too. ``document`` is what the page became: what it shows as it was written, such as
    the text of ``code-block``, holds no blocks.
    """
    yield from _Blocks(config, text, document).unpaired(text, 1)


class _Directive(Directive):
    """Any directive with options and content."""

    option_spec: ClassVar = {"": directives.unchanged}
    has_content = True


class _Blocks:
    """The blocks of one page."""

    def __init__(self, config: MdParserConfig, text: str, document: nodes.document) -> None:
        try:
            own = read_topmatter(text)
        except TopmatterReadError:  # MyST reports it
            own = None
        config = merge_file_level(config, own, lambda *_: None) if own else config
        self._parser: MarkdownIt = create_md_parser(config, RendererHTML)
        self._parser.core.ruler.enableOnly(["normalize", "block"])  # and not what is within lines
        self._document = document

    def unpaired(self, text: str, first: int) -> Iterator[tuple[int, str]]:
        """Yield the same of some text; ``first`` is the number of its first line."""
        for token in self._parser.parse(f"{text}\n"):
            info = token.info.strip()
            if token.type not in {"fence", "colon_fence"} or token.map is None:
                continue
            begun, end = token.map
            line = first + begun
            if token.type == "colon_fence" and not info:
                yield line, f"this line ends no block; remove it, or begin one above. {_NESTING}"
                continue
            if not _DIRECTIVE.match(info) and (meant := _meant(info, token.type == "colon_fence")):
                yield line, f"{token.markup + info!r} begins no directive; write {token.markup}{{{meant}}}"
            literal, inside = True, list[tuple[int, str]]()
            if info.startswith("{") and not info.startswith(_NO_MARKDOWN):
                directive = parse_directive_text(_Directive, "", token.content, validate_options=False)
                above = line + 1 + directive.body_offset
                inside = list(self.unpaired("\n".join(directive.body), above)) if directive.body else []
                yield from _options_twice(token.content.split("\n")[: directive.body_offset], line + 1)
                literal = bool(inside) and self._is_literal(directive.body, inside[0][0] - above)
            has_end = end - begun == token.content.count("\n") + 2  # its first line, and its last one
            if not has_end or (literal and _takes_in_another(token)):
                nesting = f". {_NESTING}" if token.type == "colon_fence" else ""
                instead = f"write {token.markup} alone on the line below it{nesting}"
                yield line, f"the block that begins here has no end; {instead}"
            if not literal:
                yield from inside

    def _is_literal(self, body: Sequence[str], number: int) -> bool:
        """Return whether a directive shows a line as it was written, or keeps it as text for another program."""
        written, rest = _plain(body), _plain(body[number:])
        for node in self._document.findall(nodes.Element):
            texts = [value for value in node.attributes.values() if isinstance(value, str)]
            if isinstance(node, nodes.FixedTextElement):
                texts.append(node.astext())
            for shown in (_plain(text.splitlines()) for text in texts):
                if shown.endswith(written) or (written.endswith(shown) and f"\n{shown}".endswith(f"\n{rest}")):
                    return True
        return False


def _meant(info: str, is_block: bool) -> str:
    """Return the name of the directive that the words after a fence were meant to begin with; '' for none.

    Words without braces are a class for a block, and a language for code.
    """
    words = re.findall(r"[\w:-]+", info)
    if not words or not (info.startswith("{") or (is_block and len(words) > 1)):
        return ""
    known = {*vars(directives)["_directives"], *vars(directives)["_directive_registry"]}
    return str(words[0]) if info.startswith("{") or words[0] in known else ""


def _options_twice(lines: Sequence[str], first: int) -> Iterator[tuple[int, str]]:
    """Yield the options of a directive that are there twice; ``first`` is the number of the first of its lines."""
    seen: dict[str, int] = {}
    for number, text in enumerate(lines, first):
        if (option := re.match(r":([\w-]+):(?:\s|$)", text)) is None:
            continue
        if seen.setdefault(option[1], number) != number:
            yield number, f"the option :{option[1]}: is there twice, first on line {seen[option[1]]}; keep one of them"


def _takes_in_another(token: Token) -> bool:
    """Return whether code goes on to the end of the next block: then it has the line in it that begins that one."""
    if _ABOUT_MARKDOWN.intersection(token.info.lower().split()):
        return False
    begins = rf"^ {{0,3}}{token.markup}{token.markup[0]}*[^\S\n]*[\w{{][^`\n]*$"
    return re.search(begins, token.content, re.MULTILINE) is not None


def _plain(lines: Sequence[str]) -> str:
    return "\n".join(line.strip() for line in lines).strip()
