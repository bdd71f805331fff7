"""Reports pages that are not saved as UTF-8, and shows them in a guessed encoding.

Sphinx itself would stop at the first such page. Here the configured encoding of sources is replaced by a codec that
decodes UTF-8 as usual, and never fails.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.data.text_files import decoded

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer
    from sphinx.application import Sphinx

    from sphinx_recaps.data.yaml_reader import Problem

NAME = "recap-utf-8"


class _Decoder(codecs.BufferedIncrementalDecoder):
    """Decodes a file when all of it has been read."""

    def _buffer_decode(self, data: Buffer, _errors: str, final: bool) -> tuple[str, int]:
        return _decode(data) if final else ("", 0)


def _codec(name: str) -> codecs.CodecInfo | None:
    if name.replace("_", "-") != NAME:
        return None
    return codecs.CodecInfo(codecs.utf_8_encode, _decode, incrementaldecoder=_Decoder, name=NAME)


def _decode(data: Buffer, _errors: str = "strict", /) -> tuple[str, int]:
    whole = bytes(data)
    return decoded(whole, []), len(whole)


def _use(app: Sphinx) -> None:
    if app.config.source_encoding.lower() in {"utf-8", "utf-8-sig"}:
        app.env.settings["input_encoding"] = NAME


def _check(app: Sphinx, docname: str, _content: list[str]) -> None:
    if app.env.settings["input_encoding"] != NAME:
        return
    problems: list[Problem] = []
    decoded(app.env.doc2path(docname).read_bytes(), problems)
    for problem in problems:
        report(RecapWarning.ENCODING, problem.message, (docname, problem.line))


def setup_encodings(app: Sphinx) -> None:
    """Register the codec and connect the check."""
    codecs.register(_codec)
    app.connect("builder-inited", _use)
    app.connect("source-read", _check, priority=0)  # before handlers that change the source
