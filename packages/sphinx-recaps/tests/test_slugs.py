"""Slugs: parts of addresses and ids that are made of names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx_recaps.core.slugs import distinct_slugs, slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A4", "a4"),
        ("Piotr Bialecki", "piotr-bialecki"),
        ("José Łukasz Straße", "jose-lukasz-strasse"),
        ("Compiler & Transform", "compiler-and-transform"),
        ("C++", "c-plus-plus"),
        ("张伟", "u5f20u4f1f"),
        ("***", "u2au2au2a"),
    ],
)
def test_slugs_read_like_the_text(text: str, expected: str) -> None:
    """Slugs must not change, because they are part of published addresses."""
    assert slug(text) == expected


@given(st.text(min_size=1))
def test_slugs_are_safe_in_addresses_and_ids(text: str) -> None:
    """They need no escaping in URLs, HTML, XML, TeX or, with a prefix, CSS."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(text))


@given(st.sets(st.text(min_size=1)))
def test_different_names_get_different_slugs(names: set[str]) -> None:
    """The order of the names does not matter."""
    slugs = distinct_slugs(names)
    assert len(set(slugs.values())) == len(names)
    assert slugs == distinct_slugs(sorted(names, reverse=True))


@given(
    st.text(st.characters(whitelist_categories=["Lo"], min_codepoint=0x400), min_size=1),
    st.text(st.characters(whitelist_categories=["Lo"], min_codepoint=0x400), min_size=1),
)
def test_names_in_other_scripts_get_different_slugs(one: str, other: str) -> None:
    """Names in Chinese or Arabic must not all become empty."""
    if distinct_slugs([one, other])[other].endswith("-2"):
        assert slug(one) == slug(other)
        assert one.casefold() != other
    if slug(one) == slug(other):
        assert normalize("NFKD", one) == normalize("NFKD", other)


def test_slugs_do_not_depend_on_the_process() -> None:
    """Python's hash seed must not affect addresses."""
    code = "from sphinx_recaps.core.slugs import distinct_slugs as d; print(d(['C', 'c', 'É', 'e', '张', '伟']))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1
