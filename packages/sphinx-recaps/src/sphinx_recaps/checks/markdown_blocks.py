"""Finds unclosed Markdown blocks, and closing fences without a block, with the parser of the page.

An unclosed block is not an error in Markdown: it extends to the end of the block around it, or of another block.
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
_NO_MARKDOWN = ("{eval-rst}", "{parsed-literal}")  # whose content cannot be found in the document
_DIRECTIVE = re.compile(r"\{[^\s}]+\}")
_NESTING = "A block around other blocks needs more colons than they have"


def unpaired(config: MdParserConfig, text: str, document: nodes.document) -> Iterator[tuple[int, str]]:
    """Yield the lines of unclosed blocks, and of closing fences without a block, each with a message.

    Nested blocks are included. ``document`` is the parsed page: literal text in it, such as that of ``code-block``,
    contains no blocks.
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
        except TopmatterReadError:  # reported by MyST
            own = None
        config = merge_file_level(config, own, lambda *_: None) if own else config
        self._parser: MarkdownIt = create_md_parser(config, RendererHTML)
        self._parser.core.ruler.enableOnly(["normalize", "block"])  # without inline syntax
        self._document = document

    def unpaired(self, text: str, first: int) -> Iterator[tuple[int, str]]:
        """Yield the same for a text; ``first`` is the number of its first line."""
        for token in self._parser.parse(f"{text}\n"):
            info = token.info.strip()
            if token.type not in {"fence", "colon_fence"} or token.map is None:
                continue
            start, end = token.map
            line = first + start
            if token.type == "colon_fence" and not info:
                yield line, f"this line closes no block; remove it, or open a block above. {_NESTING}"
                continue
            if not _DIRECTIVE.match(info) and (meant := _meant(info, token.type == "colon_fence")):
                yield line, f"{token.markup + info!r} opens no directive; write {token.markup}{{{meant}}}"
            literal, inside = True, list[tuple[int, str]]()
            if token.content and info.startswith("{") and not info.startswith(_NO_MARKDOWN):
                directive = parse_directive_text(_Directive, "", token.content, validate_options=False)
                above = line + 1 + directive.body_offset
                inside = list(self.unpaired("\n".join(directive.body), above)) if directive.body else []
                yield from _options_twice(token.content.split("\n")[: directive.body_offset], line + 1)
                literal = bool(inside) and self._is_literal(directive.body, inside[0][0] - above)
            has_end = end - start == token.content.count("\n") + 2  # the opening and closing fences
            if not has_end or (literal and _contains_fence(token)):
                nesting = f". {_NESTING}" if token.type == "colon_fence" else ""
                instead = f"write {token.markup} on its own line below it{nesting}"
                yield line, f"the block that starts here is not closed; {instead}"
            if not literal:
                yield from inside

    def _is_literal(self, body: Sequence[str], number: int) -> bool:
        """Return whether a directive shows a line literally, or keeps it as text for another program."""
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
    """Return the name of the directive that was meant by the words after a fence; '' if none was.

    Words without braces are a class for a block, or a language for code.
    """
    words = re.findall(r"[\w:-]+", info)
    if not words or not (info.startswith("{") or (is_block and len(words) > 1)):
        return ""
    known = {*vars(directives)["_directives"], *vars(directives)["_directive_registry"]}
    return str(words[0]) if info.startswith("{") or words[0] in known else ""


def _options_twice(lines: Sequence[str], first: int) -> Iterator[tuple[int, str]]:
    """Yield duplicate options of a directive; ``first`` is the number of the first line."""
    seen: dict[str, int] = {}
    for number, text in enumerate(lines, first):
        if (option := re.match(r":([\w-]+):(?:\s|$)", text)) is None:
            continue
        if seen.setdefault(option[1], number) != number:
            yield number, f"the option :{option[1]}: is already on line {seen[option[1]]}; remove one of them"


def _contains_fence(token: Token) -> bool:
    """Return whether code contains the opening fence of another block, and so extends to the end of that block."""
    if _ABOUT_MARKDOWN.intersection(token.info.lower().split()):
        return False
    opening = rf"^ {{0,3}}{token.markup}{token.markup[0]}*[^\S\n]*[\w{{][^`\n]*$"
    return re.search(opening, token.content, re.MULTILINE) is not None


def _plain(lines: Sequence[str]) -> str:
    return "\n".join(line.strip() for line in lines).strip()
