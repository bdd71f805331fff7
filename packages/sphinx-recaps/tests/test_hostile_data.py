"""Harmful data files and arbitrary bytes are handled quickly and never raise an exception."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.data.loader import LARGEST, load, load_bytes

from tests.data_files import GOOD, entry, loaded

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("yaml_loader")


def test_an_oversized_file_is_rejected_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    result = load(path)
    assert result.content is None
    assert "split it" in result.problems[0].message


@pytest.mark.parametrize(
    "content",
    [
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(20)),
        "[" * 100_000,
        "- " * 100_000,
        "{a: " * 50_000,
        "".join(" " * n + "a:\n" for n in range(1000)),
        "? " * 50_000,
        GOOD + "    summary: " + "x " * 500_000 + "\n",
        "\x00" * 100_000,
        "'" * 100_000,
        entry("summary: 'x" + "''" * 50_000),
    ],
    ids=["laughs", "lists", "items", "maps", "keys", "question marks", "long line", "NUL", "apostrophes", "quotes"],
)
def test_files_made_to_exhaust_resources_are_handled_quickly(content: str) -> None:
    start = time.process_time()
    loaded(content)
    assert time.process_time() - start < 5


@given(st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_arbitrary_bytes_never_raise(data: bytes) -> None:
    check(data)


@given(
    st.lists(
        st.sampled_from(
            [*"-:[]{}'\"@&*!|>#%,?~ \n\t", "\n  - ", "\n    ", "id: ", "title: ", "kind: poster\n", "entries:", "x"]
        )
    )
)
def test_arbitrary_punctuation_never_raises(parts: list[str]) -> None:
    check((GOOD + "".join(parts)).encode())
    check("".join(parts).encode())


def check(data: bytes) -> None:
    """Check that a file is loaded, or that mistakes on its lines are reported."""
    result = load_bytes(data)
    lines = max(1, len(re.split(rb"\r\n|\r|\n", data)))
    for problem in result.problems:
        assert 1 <= problem.line <= lines
        assert problem.column >= 1
        assert problem.message.isprintable()
    assert result.content is not None or result.problems
