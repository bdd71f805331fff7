"""Scripts change only with a profile of the theme; features can be turned off; a faulty page stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lean_support import CONF, FILES, Source
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace
from sphinx_lean import profiles, run
from sphinx_lean.pages import Page
from sphinx_lean.profiles import NO_PROFILE, profile_of, pydata_sphinx_theme

from tests.support import deep

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Project

LEAN = '\nextensions.append("sphinx_lean")\nhtml_theme = "pydata_sphinx_theme"\n'
POLICY = "Content-Security-Policy"


def test_a_profile_applies_to_the_versions_it_was_tested_with(monkeypatch: pytest.MonkeyPatch) -> None:
    assert profile_of("pydata_sphinx_theme")[0] is pydata_sphinx_theme.PROFILE
    assert profile_of("furo") == (NO_PROFILE, "has no profile for the theme furo")
    monkeypatch.setattr(profiles, "version", lambda name: "9.0" if name == "Sphinx" else "0.25.0rc1")
    reason = "was tested with pydata-sphinx-theme ~=0.24.0, not with 0.25.0rc1"
    assert profile_of("pydata_sphinx_theme") == (NO_PROFILE, reason)


def styles_of(out: Path) -> str:
    """Return the style sheets that the pass wrote."""
    return "".join(path.read_text() for path in (out / "_static/lean").glob("*.css"))


@pytest.mark.parametrize(
    ("settings", "there", "missing"),
    [
        ("lean_scripts = lean_pictures = lean_policy = False", "_static/doctools.js", POLICY),
        deep("lean_styles = False", "_static/styles/theme.css", "_static/lean/0"),
        deep("lean_icons = False", POLICY, "never"),
        deep("html_theme = 'alabaster'\nhtml_theme_options = {}", "_static/doctools.js", POLICY),
        deep("html_theme = 'alabaster'\nhtml_theme_options = {}\nlean_policy = True", POLICY, "never"),
    ],
)
def test_each_feature_can_be_turned_off(source: Source, settings: str, there: str, missing: str) -> None:
    kept = 'lean_keep = ["zebra-mane", "okapi-*"]\n'
    sheet = ".zebra-mane { order: 1 } .okapi-mane { order: 2 } .quagga-mane { order: 3 }"
    out = source.build({**FILES, "conf.py": f"{CONF}{kept}{settings}\n", "_static/own.css": sheet})
    page, styles = (out / "index.html").read_text(), styles_of(out)
    assert there in page
    assert missing not in page
    assert ("order:1" in styles, "order:2" in styles) == (("lean_styles" not in settings,) * 2)
    assert "order:3" not in styles
    icons = "pydata" in page and "lean_icons" not in settings and "lean_styles" not in settings
    assert any((out / "_static/lean").glob("*.woff2")) == icons


def test_a_page_that_cannot_be_processed_stays_as_the_theme_made_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other pages are lean, and each build names the page until it can be processed."""

    class Faulty(Page):
        def mark_versions(self, sums: object) -> None:
            if self.path == "one.html":
                raise ValueError(self.path)
            if self.path == "two.html":
                self.tree.css("script[src]")[0].attrs["src"] = "gone.js"

    pages = {"index.md": "# Home\n\n```{toctree}\none\ntwo\n```\n", "one.md": "# One\n", "two.md": "# Two\n"}
    with monkeypatch.context() as patched:
        patched.setattr(run, "Page", Faulty)
        built = project(pages, conf=LEAN)
    assert "lean: one.html stays as the theme made it: ValueError: one.html" in built.messages
    assert "lean: two.html stays as the theme made it: it would load gone.js" in built.messages
    assert 'src="_static/doctools.js' in built.text("one.html")
    assert 'src="_static/doctools.js' not in built.text("index.html")
    assert not project(pages, conf=LEAN).messages
    assert 'src="_static/doctools.js' not in built.text("one.html")


@pytest.mark.deep
def test_a_page_without_a_script_of_its_theme_keeps_the_others(project: Project) -> None:
    layout = '{% extends "!layout.html" %}{% block scripts %}<script src="_static/doctools.js"></script>{% endblock %}'
    built = project(
        {"index.md": "# Home\n", "_templates/layout.html": layout}, conf=f"{LEAN}templates_path=['_templates']"
    )
    assert "it does not load _static/documentation_options.js" in built.messages
    assert 'src="_static/doctools.js' in built.text("index.html")


@pytest.mark.deep
def test_an_application_can_build_twice_and_fail(source: Source) -> None:
    """The output folder of an application is always that of the user, and what was published stays after an error."""
    source.write(source.files)
    out = source.folder / "html"
    with docutils_namespace():
        app = Sphinx(
            source.folder / "source", source.folder / "source", out, source.folder / "trees", "html", status=None
        )
        app.build()
        source.write({"plain.md": "# Plain\n\nOther words.\n"})
        app.build()
        assert app.outdir == app.builder.outdir == out
        page = (out / "plain.html").read_text()
        assert "Other words" in page
        assert POLICY in page
        app.connect("html-page-context", lambda *_: 1 / 0)
        source.write({"plain.md": "# Plain\n\nLast words.\n"})
        with pytest.raises(Exception, match="division by zero"):
            app.build()
        assert app.outdir == out
        assert (out / "plain.html").read_text() == page
