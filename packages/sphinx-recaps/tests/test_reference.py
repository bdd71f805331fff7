"""The reference pages: generated from declarations, with examples that build in both syntaxes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from docutils import nodes
from docutils.parsers.rst import Directive, directives
from sphinx.application import Sphinx
from sphinx.util.inventory import InventoryFile
from sphinx_recaps.core.options import RecapDirective
from sphinx_recaps.core.warnings import RecapWarning
from sphinx_recaps.data import schema
from sphinx_recaps.reference import directive as reference
from sphinx_recaps.registry.domain import RecapDomain

from tests.support import ROOT, deep

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Built, Project

EXAMPLES = ROOT / "contributors" / "examples"
PAGE, KEYS = "contributors/reference", "contributors/data-files"
CONF = 'exclude_patterns = ["contributors/examples"]\n'
# Has the effect of removing an option from its declaration.
WITHOUT_START = """
from dataclasses import replace
from sphinx_recaps.video.directive import OPTIONS, YouTubeDirective

class ShorterDirective(YouTubeDirective):
    usage = replace(YouTubeDirective.usage, options={name: OPTIONS[name] for name in OPTIONS if name != "start"})

def setup(app):
    app.add_directive("youtube", ShorterDirective, override=True)
"""


def site_data() -> dict[str, str | bytes]:
    """Return the data files and pictures of this site that examples show, each with a page that only shows it."""
    files: dict[str, str | bytes] = {"index.md": "# Home\n\n```{toctree}\n:glob:\n**\n```\n"}
    for path in [*(ROOT / "recaps/2021-ecosystem-day").rglob("*"), *(ROOT / "contributors").glob("*.yaml")]:
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in {".yaml", ".svg"}:
            files[name] = path.read_bytes()
        if path.suffix == ".yaml":
            directive, page = ("event", "index") if path.stem == "event" else ("catalogue", path.stem)
            shown = f"# {path.stem}\n\n:::{{{directive}}} {path.name}\n:::\n"
            files[f"{name.rpartition('/')[0]}/{page}.md"] = shown
    return files


def reference_pages() -> dict[str, str | bytes]:
    """Return a project with both reference pages of this site and their examples, without links to further files."""
    examples = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in EXAMPLES.iterdir()}
    pages = {f"{name}.md": (ROOT / f"{name}.md").read_text(encoding="utf-8") for name in (PAGE, KEYS)}
    return {
        **site_data(),
        **examples,
        **{name: re.sub(r".*(?:/schema/|import\.md).*\n", "", text) for name, text in pages.items()},
    }


class Registered(NamedTuple):
    """The directives and settings that the extension adds to Sphinx, by name; settings with their description."""

    directives: dict[str, type[Directive]]
    settings: dict[str, str]


@pytest.fixture
def registered(project: Project, monkeypatch: pytest.MonkeyPatch) -> Registered:
    """Return what the extension adds to Sphinx."""
    added = Registered({}, {})
    add_directive, add_config_value = Sphinx.add_directive, Sphinx.add_config_value

    def record_directive(app: Sphinx, name: str, cls: type[Directive], override: bool = False) -> None:
        if cls.__module__.startswith("sphinx_recaps."):
            added.directives[name] = cls
        add_directive(app, name, cls, override)

    def record_setting(app: Sphinx, name: str, *arguments: Any, **options: Any) -> None:
        if name.startswith("recap"):
            added.settings[name] = options.get("description", "")
        add_config_value(app, name, *arguments, **options)

    monkeypatch.setattr(Sphinx, "add_directive", record_directive)
    monkeypatch.setattr(Sphinx, "add_config_value", record_setting)
    project({"index.md": "# Home\n"}, "dummy")
    return added


def anchors(registered: Registered) -> set[str]:
    """Return all ids that the reference pages must have."""
    names = {f"role-{name}" for name in RecapDomain.roles}
    names |= {f"warning-{warning.subtype}" for warning in RecapWarning}
    names |= {f"config-{name}" for name in registered.settings}
    for name, directive in registered.directives.items():
        names |= {f"directive-{name}", *(f"option-{name}-{option}" for option in directive.option_spec or {})}
    for name, record in schema.described_records().items():
        names |= {f"data-{name}", *(f"key-{name}-{key}" for key in record["properties"])}
    return {nodes.make_id(name) for name in names}


def ids(built: Built, end: str = ".html") -> list[str]:
    """Return the ids on both reference pages; ``end`` is the suffix of their files."""
    return [str(tag["id"]) for name in (PAGE, KEYS) for tag in built.html(name + end).select("div.body [id]")]


# -- Declarations ------------------------------------------------------------------------------------------------------


def test_every_directive_and_option_is_described(registered: Registered) -> None:
    """Examples must be valid values of their options."""
    assert len(registered.directives) > 5
    for name, directive in registered.directives.items():
        assert issubclass(directive, RecapDirective), name
        usage = directive.usage
        assert usage.help.endswith("."), name
        assert usage.argument.help.endswith("."), name
        assert usage.argument.write, name
        assert usage.argument.example, name
        assert set(directive.option_spec or {}) == set(usage.options), name
        for key, option in usage.options.items():
            assert option.help.endswith("."), f"{name} {key}"
            option.convert(option.example)
            if option.convert is not directives.flag:
                assert option.write, f"{name} {key}"
                assert option.example, f"{name} {key}"


def test_every_role_key_setting_and_warning_is_described(registered: Registered) -> None:
    for name, role in RecapDomain.roles.items():
        assert role.help.endswith("."), name
    for name, record in schema.described_records().items():
        assert record["description"].endswith("."), name
        for key, value in record["properties"].items():
            assert value["description"].endswith("."), f"{name} {key}"
    assert registered.settings
    for name, description in registered.settings.items():
        assert description.endswith("."), name
    for warning in RecapWarning:
        assert warning.description.endswith("."), warning
        assert warning.advice.endswith("."), warning


def test_every_directive_and_role_has_an_example_in_both_syntaxes(registered: Registered) -> None:
    """There are no other examples, such as those of removed directives."""
    names = {*registered.directives, *(f"recap-{role}" for role in RecapDomain.roles)}
    records = {f"{name.lower()}.yaml" for name in schema.described_records()}
    expected = {f"{name}{suffix}" for name in names for suffix in (".md", ".rst")}
    files = {path.name for path in EXAMPLES.iterdir()}
    assert files - records == expected


# -- The page ----------------------------------------------------------------------------------------------------------


def test_the_reference_has_an_anchor_for_every_declaration(project: Project, registered: Registered) -> None:
    """Messages and guides link to these anchors, which must be unique."""
    built = project(reference_pages(), conf=CONF)
    assert (built.messages, built.status) == ("", 0)
    page_ids = ids(built)
    assert anchors(registered) <= set(page_ids)
    assert len(page_ids) == len(set(page_ids))
    links = {
        str(link["href"])[1:] for name in (PAGE, KEYS) for link in built.html(f"{name}.html").select("a.headerlink")
    }
    assert anchors(registered) <= links


@pytest.mark.deep
def test_a_removed_option_disappears_from_reference_and_directive(project: Project) -> None:
    """There is no second list to update."""
    use = {"use.md": "# Use\n\n:::{youtube} MYE01-XaSZA\n:title: Talks\n:start: 1:30\n:::\n"}
    before = project({**reference_pages(), **use}, conf=CONF)
    assert "option-youtube-start" in ids(before)
    after = project(builder="dirhtml", conf=CONF + WITHOUT_START)
    assert set(ids(before)) - set(ids(after, "/index.html")) == {"option-youtube-start"}
    assert re.search(r"use\.md:5: .*Unknown option key: 'start'", after.messages)


@pytest.mark.deep
def test_a_removed_role_key_or_warning_disappears_from_the_reference(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = schema.described_records()
    del records["Entry"]["properties"]["note"]
    monkeypatch.setattr(schema, "described_records", lambda: records)
    monkeypatch.delitem(RecapDomain.roles, "episode")
    warnings = [warning for warning in RecapWarning if warning is not RecapWarning.IMAGE_ALT]
    monkeypatch.setattr(reference, "RecapWarning", warnings)
    page_ids = ids(project(reference_pages(), conf=CONF))
    assert not {"role-episode", "key-entry-note", "warning-image-alt"} & set(page_ids)
    assert {"role-poster", "key-entry-title", "warning-image"} <= set(page_ids)


@pytest.mark.deep
@pytest.mark.parametrize("extension", [deep(".md"), ".rst"])
def test_the_reference_can_be_on_a_page_of_either_syntax(project: Project, extension: str) -> None:
    """Its examples are rendered from the files in the syntax of the page."""
    parts = ["directives", "roles", "data", "warnings", "configuration"]
    forms = {
        ".md": ("# Reference\n\n", ":::{{recap-reference}} {}\n:examples: examples\n:::\n"),
        ".rst": ("Reference\n=========\n\n", ".. recap-reference:: {}\n   :examples: examples\n"),
    }
    title, form = forms[extension]
    files = {name: content for name, content in reference_pages().items() if name not in {f"{PAGE}.md", f"{KEYS}.md"}}
    built = project({**files, f"{PAGE}{extension}": title + "\n".join(map(form.format, parts))}, conf=CONF)
    assert built.messages == ""
    page = built.html(f"{PAGE}.html")
    assert (
        len(page.select(".recap-source-tabs")) == len(page.select(".recap-example")) + 1
    )  # except the reference directive, which is not nested
    labels = [label.get_text(strip=True) for label in page.select(".recap-source-tabs label")]
    assert labels[:2] == ["Markdown", "reStructuredText"][:: 1 if extension == ".md" else -1]
    assert page.select(".recap-example figure.recap-video")


@pytest.mark.deep
def test_pages_link_to_an_option_and_to_a_warning(project: Project) -> None:
    page = (
        "# More\n\n[start](reference.md#option-youtube-start), {ref}`title <warning-video_title>`, "
        "[links](#key-entry-links)\n"
    )
    built = project({**reference_pages(), "contributors/more.md": page}, conf=CONF)
    assert built.messages == ""
    links = [str(link["href"]) for link in built.html("contributors/more.html").select("p a.internal")]
    assert links == [
        "reference.html#option-youtube-start",
        "data-files.html#warning-video-title",
        "data-files.html#key-entry-links",
    ]


@pytest.mark.deep
@pytest.mark.parametrize(
    ("builder", "name", "conf"),
    [deep("epub", f"{PAGE}.xhtml", ""), ("html", f"{PAGE}.html", 'extensions.remove("sphinx_design")\n')],
)
def test_both_sources_are_shown_where_tabs_do_not_work(project: Project, builder: str, name: str, conf: str) -> None:
    """In books and without sphinx-design, one follows the other."""
    built = project(reference_pages(), builder, conf=CONF + conf)
    assert built.messages == ""
    page = built.html(name)
    sources = page.select_one(".recap-source-tabs")
    assert sources is not None
    assert [part.get_text() for part in sources.select(".rubric")] == ["Markdown", "reStructuredText"]
    assert len(sources.select("pre")) == 2
    assert not page.select("input[type=radio], .sd-tab-content")


@pytest.mark.deep
def test_descriptions_are_translatable(project: Project) -> None:
    text = project(reference_pages(), "gettext", conf=CONF).text("contributors.pot")
    for words in ("Where the player starts.", "A short code, unique in the file; it never changes."):
        assert f'msgid "{words}"' in text


# -- Examples ----------------------------------------------------------------------------------------------------------


def results(project: Project, suffix: str, builder: str) -> dict[str, Any]:
    """Build each example of a syntax as a separate page, and return the content of the output files."""
    root = project.root
    for path in root.glob("try/*"):
        path.unlink()
    pages: dict[str, str | bytes] = {f"try/{path.name}": path.read_bytes() for path in EXAMPLES.glob(f"*{suffix}")}
    built = project({**site_data(), **pages}, builder, "-E", conf='suppress_warnings = ["toc.no_title"]\n')
    assert (built.messages, built.status) == ("", 0)
    if builder in {"html", "epub"}:
        names = sorted(path.relative_to(built.out).as_posix() for path in built.out.glob("try/*html"))
        return {name: str(built.html(name).select_one("div.body")) for name in names}
    paths = sorted(path for path in built.out.rglob("*") if path.suffix in {".txt", ".tex", ".pseudoxml"})
    source = re.compile(r'^<document source="[^"]*"')
    return {path.relative_to(built.out).as_posix(): source.sub("", path.read_text("utf-8")) for path in paths}


@pytest.mark.parametrize("builder", [*map(deep, ("html", "epub", "latex", "text")), "pseudoxml"])
def test_examples_give_the_same_output_in_both_syntaxes(project: Project, builder: str) -> None:
    """The tabs on the page promise that."""
    markdown = results(project, ".md", builder)
    restructured = results(project, ".rst", builder)
    assert len(markdown) >= (1 if builder == "latex" else len(list(EXAMPLES.glob("*.md"))))
    assert markdown.keys() == restructured.keys()
    for name in markdown:
        assert restructured[name] == markdown[name], name


def test_a_broken_example_is_reported_in_its_file(project: Project) -> None:
    """The message does not point to the page that shows the example."""
    broken = (EXAMPLES / "youtube.md").read_text(encoding="utf-8").replace("2021-04-21", "21 April")
    built = project({**reference_pages(), "contributors/examples/youtube.md": broken}, conf=CONF)
    assert built.status != 0
    assert re.search(r"contributors/examples/youtube\.md:3: .*'21 April' is not a date", built.messages)


def test_a_missing_example_and_an_unknown_part_are_reported(project: Project) -> None:
    files = {name: content for name, content in reference_pages().items() if "recap-topic" not in name}
    page = ":::{recap-reference} options\n:::\n"
    built = project({**files, "more.md": f"# More\n\n{page}"}, conf=CONF)
    assert re.search(
        r"reference\.md:\d+: .*recap-topic has no example; write examples/recap-topic\.md \[recap", built.messages
    )
    assert re.search(
        r"more\.md:3: .*the part 'options' does not exist; write `directives`, .*or `configuration`", built.messages
    )


@pytest.mark.deep
@pytest.mark.parametrize("suffix", [".md", deep(".rst")])
def test_the_page_is_rebuilt_when_an_example_changes(project: Project, suffix: str) -> None:
    """It is not rebuilt otherwise."""
    project(reference_pages(), conf=CONF)
    written = (project.root.parent / "html" / f"{PAGE}.html").stat().st_mtime_ns
    assert (project(conf=CONF).out / f"{PAGE}.html").stat().st_mtime_ns == written
    path = EXAMPLES / f"youtube{suffix}"
    changed = path.read_text(encoding="utf-8").replace("Morning / EMEA", "Changed")
    built = project({f"contributors/examples/{path.name}": changed}, conf=CONF)
    page = built.html(f"{PAGE}.html").select_one(f'pre:-soup-contains("{path.read_text()[:10]}")')
    assert page is not None
    assert "Changed opening talks" in page.get_text()


@pytest.mark.deep
def test_the_examples_add_no_pages_or_objects_to_the_site(built_site: Path) -> None:
    """Posters, people, topics and events of the examples are not reference targets."""
    assert not (built_site / "contributors" / "examples").exists()
    inventory = InventoryFile.loads((built_site / "objects.inv").read_bytes(), uri="").data
    objects = {
        (kind, name): item.uri for kind, items in inventory.items() if "recap:" in kind for name, item in items.items()
    }
    assert len(objects) > 200
    assert [key for key, uri in objects.items() if uri.startswith((PAGE, KEYS))] == []
