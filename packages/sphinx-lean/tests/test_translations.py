"""Translated sites work without code from strings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sphinx.locale
from lean_support import CONF, FILES, Source
from sphinx_lean.scripts import without_eval

if TYPE_CHECKING:
    from collections.abc import Callable

    from lean_support import Visit
    from playwright.sync_api import Browser

CATALOGUES = sorted(Path(sphinx.locale.__file__).parent.glob("*/LC_MESSAGES/sphinx.js"))
# Sphinx's own object runs the first text; without one, the second does what it would have done.
SAME = """(pairs) => pairs.filter(([before, after]) => {
    const states = [before, after].map((text) => {
        const state = { TRANSLATIONS: {}, addTranslations({ messages, locale, plural_expr: rule }) {
            Object.assign(state.TRANSLATIONS, messages);
            state.LOCALE = locale;
            state.PLURAL_EXPR = new Function("n", `return (${rule})`);
        } };
        new Function("Documentation", text)(state);
        const { TRANSLATIONS, LOCALE, PLURAL_EXPR } = state;
        return JSON.stringify([TRANSLATIONS, LOCALE, [...Array(200).keys()].map(PLURAL_EXPR)]);
    });
    return states[0] !== states[1];
}).length"""


def test_every_catalogue_of_sphinx_says_the_same_without_a_string_as_code(browser: Browser) -> None:
    texts = [path.read_text(encoding="utf-8") for path in CATALOGUES]
    assert len(texts) > 50
    pairs = [(text, without_eval(text)) for text in texts]
    assert all("addTranslations" not in after for _, after in pairs)
    tab = browser.new_page()
    assert tab.evaluate(SAME, pairs) == 0
    tab.close()


@pytest.mark.deep
def test_a_translated_site_has_a_strict_policy_and_its_words(tmp_path: Path, visit: Callable[[Path], Visit]) -> None:
    out = Source(tmp_path).build({**FILES, "conf.py": f'{CONF}language = "de"\n'})
    assert "unsafe-eval" not in (out / "index.html").read_text(encoding="utf-8")
    one = visit(out)
    one.open("index.html")
    assert one.page.evaluate("Documentation.gettext('Search')") == "Suche"
    assert one.mistakes == []
