"""Line breaks after dots in long words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.core.word_breaks import after_dots

if TYPE_CHECKING:
    from tests.support import Project

PAGE = """# About torch.distributed.checkpoint

Text with torch.distributed.checkpoint and `torch.distributed.elastic`, {code}`torch.distributed.code`.

## See [torch.distributed.rpc](https://example.org/torch.distributed.link) and {math}`torch.distributed.x`

torch.distributed.fsdp
: `torch.nn`, see *torch.distributed.text* below.

```{rubric} On torch.distributed.rubric
```
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("torch.distributed", "torch.|distributed"),
        ("use torch.nn.functional.relu here", "use torch.|nn.|functional.|relu here"),
        ("torch.fx", "torch.fx"),
        ("A sentence. Another one", "A sentence. Another one"),
        ("version 1.10.2.post202104", "version 1.10.2.|post202104"),
        ("…", "…"),
    ],
)
def test_a_long_word_can_break_after_its_dots(text: str, expected: str) -> None:
    assert after_dots(text, "|") == expected


def test_headings_terms_and_code_can_break(project: Project) -> None:
    """Addresses, formulas, highlighted code and the titles in other places do not change."""
    built = project({"index.md": PAGE}, conf="\nmyst_enable_extensions = ['deflist', 'dollarmath']\n")
    assert (built.messages, built.status) == ("", 0)
    page = re.sub(r"</?span[^>]*>", "", built.text("index.html"))
    assert "<title>About torch.distributed.checkpoint" in page
    for expected in (
        "<h1>About torch.|distributed.|checkpoint<",
        "torch.|distributed.|elastic</code>",
        ">torch.|distributed.|rpc</a>",
        "<dt>torch.|distributed.|fsdp</dt>",
        ">On torch.|distributed.|rubric<",
        "Text with torch.distributed.checkpoint",
        "torch.distributed.code",
        '"https://example.org/torch.distributed.link"',
        "torch.distributed.x",
        "<em>torch.distributed.text</em>",
    ):
        assert expected.replace("|", "<wbr/>") in page, expected
    assert "<wbr" not in built.text("searchindex.js")


def test_plain_text_has_no_break_opportunities(project: Project) -> None:
    assert "About torch.distributed.checkpoint\n" in project({"index.md": PAGE.replace("{math}", "")}, "text").text(
        "index.txt"
    )
