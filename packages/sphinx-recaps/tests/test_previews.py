"""What a page looks like where somebody shares its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sphinx_recaps.core.language import shortened

from tests.published import BASE, EVENT, TEXT, tags

if TYPE_CHECKING:
    from tests.support import Built


def test_preview(published: Built) -> None:
    """A page that is shared has its title, the start of its text, its address; footnote marks are not text."""
    assert tags(published, "index.html") == {
        "og:title": "Orchids & “friends”",
        "og:description": "Welcome to the garden of orchids.",
        "og:type": "website",
        "og:url": f"{BASE}index.html",
        "og:site_name": "Small project",
        "twitter:card": "summary_large_image",
        "og:image": f"{BASE}preview.png",
        "og:image:alt": "Small project",
    }
    assert tags(published, f"{EVENT}/index.html")["og:description"] == "4–5 May 2024 · " + TEXT
    assert tags(published, f"{EVENT}/index.html")["og:image:alt"] == tags(published, f"{EVENT}/index.html")["og:title"]
    assert tags(published, "people.html")["og:title"] == "People"


@pytest.mark.parametrize("text", ["蘭の花" * 100, "Orchids and " * 100, "Short."])
def test_descriptions_are_whole_words_where_there_are_spaces(text: str) -> None:
    short = shortened(text, 200)
    assert text.strip().startswith(short.removesuffix("…"))
    assert 190 < len(short) <= 200 or short == text
    assert short.endswith(("s…", "d…", "花…", "蘭…", "の…", "Short."))
