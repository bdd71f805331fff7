"""The ``recap-reference`` directive: documents every directive, role, data key, warning and setting.

Everything is generated from declarations: from the registered directives, roles and settings, from
:class:`~sphinx_recaps.core.options.Usage`, from the JSON Schemas and from the enum of warnings.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import switch_source_input
from sphinx.util.parsing import nested_parse_to_nodes

from sphinx_recaps.core.assets import add_page_assets, contains
from sphinx_recaps.core.builders import PageTransform, application
from sphinx_recaps.core.options import Argument, Option, RecapDirective, Usage
from sphinx_recaps.core.warnings import RecapWarning, report
from sphinx_recaps.registry.domain import RecapDomain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sphinx.application import Sphinx

SOURCES, ROWS = "recap-source-tabs", "recap-reference"
PARTS = ("directives", "roles", "data", "warnings", "configuration")
_CODE = re.compile(r"(?<!`)(`+)(?!`) ?(.+?) ?(?<!`)\1(?!`)")
_SYNTAXES = {"markdown": "Markdown", "restructuredtext": "reStructuredText"}  # as Sphinx knows them, and as people do


class Row(NamedTuple):
    """A term, its anchor ('': none), its documentation, and a remark beside it."""

    term: nodes.Node
    anchor: str
    description: Sequence[nodes.paragraph]
    remark: str = ""


def recap_directives() -> dict[str, type[RecapDirective]]:
    """Return the directives of this extension that are registered, by name."""
    registered = vars(directives)["_directives"]  # neither docutils nor Sphinx tells in another way
    classes = {
        name: cls for name, cls in registered.items() if isinstance(cls, type) and issubclass(cls, RecapDirective)
    }
    return dict(sorted(classes.items()))


class ReferenceDirective(RecapDirective):
    """Generates one part of the reference for authors."""

    usage = Usage(
        "One part of the reference for authors, generated from the declarations in the code.",
        Argument(
            "The part.", write=", ".join(f"`{part}`" for part in PARTS[:-1]) + f" or `{PARTS[-1]}`", example=PARTS[0]
        ),
        {
            "examples": Option(
                directives.unchanged_required,
                "The folder of the examples: one file for each directive (`youtube.md`) and role (`recap-poster.md`), "
                "in every syntax of the project, and for data files (`event.yaml`). Name it in `exclude_patterns` too.",
                write="a folder beside the page",
                example="examples",
                default="no examples",
            )
        },
    )

    def run(self) -> list[nodes.Node]:
        """Return the sections and lists of a part."""
        part = self.arguments[0]
        if part not in PARTS:
            problem = f"the part {part!r} does not exist; write {self.usage.argument.write}"
            self.report(RecapWarning.DIRECTIVE_REFERENCE, problem, lost=True)
            return []
        return list(getattr(self, f"_{part}")())

    # -- The parts -----------------------------------------------------------------------------------------------------

    def _directives(self) -> Iterator[nodes.Node]:
        classes = recap_directives()
        yield self._overview([(f"directive-{name}", name, directive.usage.help) for name, directive in classes.items()])
        for name, directive in classes.items():
            usage = directive.usage
            section = self._section(f"directive-{name}", f"`{name}`", usage.help)
            # Its result would contain the page itself.
            section += self._example(name, shown=not issubclass(directive, ReferenceDirective))
            rows = [
                Row(nodes.Text("Argument"), "", self._paragraphs(usage.argument.help, _instruction(usage.argument)))
            ]
            if usage.content:
                rows.append(Row(nodes.Text("Content"), "", self._paragraphs(usage.content)))
            for key, option in usage.options.items():
                description = self._paragraphs(option.help, _instruction(option, f":{key}:"))
                rows.append(Row(_code(f":{key}:"), f"option-{name}-{key}", description))
            section += self._rows(rows)
            yield section

    def _roles(self) -> Iterator[nodes.Node]:
        for name, role in RecapDomain.roles.items():
            section = self._section(f"role-{name}", f"`{RecapDomain.name}:{name}`", role.help)
            section += self._example(f"{RecapDomain.name}-{name}")
            yield section

    def _data(self) -> Iterator[nodes.Node]:
        from sphinx_recaps.data.schema import described_records  # noqa: PLC0415 (runs by itself too: python -m)

        for name, schema in described_records().items():
            record = name.lower()
            section = self._section(f"data-{record}", f"Keys of {_one(name)}", schema["description"])
            section += self._sample(record)
            section += self._rows(
                [
                    Row(
                        _code(key),
                        f"key-{record}-{key}",
                        self._describe_key(key, value),
                        "required" if key in schema.get("required", ()) else "",
                    )
                    for key, value in schema["properties"].items()
                ]
            )
            yield section

    def _describe_key(self, key: str, schema: dict[str, Any]) -> list[nodes.paragraph]:
        """Return the documentation of a key from its schema: description, allowed words or example, and nested keys."""
        description = self._paragraphs(schema["description"])
        words = [f"`{word}`" for word in _find(schema, "enum", [])]
        if words:
            description += self._paragraphs(f"Write {', '.join(words[:-1])} or {words[-1]}.")
        description += self._paragraphs(
            *(f"Such as `{key}: {_as_yaml(one)}`." for one in schema.get("examples", [])[:1])
        )
        inside = _find(schema, "$ref", "").rpartition("/")[2]
        if inside:
            paragraph = self._paragraph("Write the ")
            paragraph += [
                _link(f"data-{inside.lower()}", nodes.Text(f"keys of {_one(inside)}")),
                nodes.Text(" in each."),
            ]
            description.append(paragraph)
        return description

    def _warnings(self) -> Iterator[nodes.Node]:
        yield self._rows(
            [
                Row(
                    _code(f"recap.{one.subtype}"),
                    f"warning-{one.subtype}",
                    self._paragraphs(one.description, one.advice),
                )
                for one in RecapWarning
            ]
        )

    def _configuration(self) -> Iterator[nodes.Node]:
        declared = {name: value for name, value in self.config.values.items() if name.startswith("recap_")}
        yield self._rows(
            [
                Row(
                    _code(name), f"config-{name}", self._paragraphs(value.description, f"Default: `{value.default!r}`.")
                )
                for name, value in sorted(declared.items())
            ]
        )

    # -- Building blocks --------------------------------------------------------------------------------------------

    def _add_label(self, node: nodes.Element, name: str) -> None:
        node["names"] = [name]
        self.state.document.note_explicit_target(node, node)

    def _section(self, anchor: str, title: str, text: str) -> nodes.section:
        section = nodes.section("", nodes.title(title, "", *_inline(title)), self._paragraph(text))
        self.set_source_info(section[0])
        self._add_label(section, anchor)
        return section

    def _paragraph(self, text: str, *classes: str) -> nodes.paragraph:
        paragraph = nodes.paragraph(text, "", *_inline(text), classes=list(classes))
        self.set_source_info(paragraph)
        return paragraph

    def _paragraphs(self, *texts: str) -> list[nodes.paragraph]:
        return [self._paragraph(text) for text in texts]

    def _overview(self, items: Sequence[tuple[str, str, str]]) -> nodes.bullet_list:
        """Return a list of links, each with its first sentence."""
        list_items = []
        for anchor, name, text in items:
            line = self._paragraph(text.partition(". ")[0].rstrip(".") + ".")
            line[:0] = [_link(anchor, _code(name)), nodes.Text(": ")]
            list_items.append(nodes.list_item("", line))
        return nodes.bullet_list("", *list_items)

    def _rows(self, rows: Sequence[Row]) -> nodes.definition_list:
        items = []
        for term, anchor, description, remark in rows:
            node = nodes.term("", "", term)
            self.set_source_info(node)
            if anchor:
                self._add_label(node, anchor)
            item = nodes.definition_list_item("", node)
            if remark:
                item += nodes.classifier(remark, remark)
            item += nodes.definition("", *description)
            items.append(item)
        return nodes.definition_list("", *items, classes=[ROWS])

    # -- Examples ------------------------------------------------------------------------------------------------------

    def _example(self, name: str, *, shown: bool = True) -> list[nodes.Node]:
        """Return the sources of an example, starting with the syntax of the page, and its result."""
        if "examples" not in self.options:
            return []
        suffixes = {syntax: suffix for suffix, syntax in self.config.source_suffix.items() if syntax in _SYNTAXES}
        page = self.env.doc2path(self.env.docname).name
        own = next((syntax for syntax, suffix in suffixes.items() if page.endswith(suffix)), "markdown")
        sources = {syntax: self._read(name + suffixes[syntax]) for syntax in sorted(suffixes, key=own.__ne__)}
        texts = {syntax: text for syntax, text in sources.items() if text is not None}
        if own not in texts:
            problem = f"{name} has no example; write {self.options['examples']}/{name}{suffixes[own]}"
            self.report(RecapWarning.DIRECTIVE_REFERENCE, problem, lost=True)
            return []
        if not shown:
            return [_sources(texts)]
        # Markdown counts lines from the directive, reStructuredText from the start of the text.
        offset = -self.lineno if own == "markdown" else 0
        _, path = self.env.relfn2path(f"{self.options['examples']}/{name}{suffixes[own]}")
        result = self._result(StringList(texts[own].splitlines(), path), path, offset)
        label = self._paragraph("Result", "recap-example-label")
        return [_sources(texts), nodes.container("", label, *result, is_div=True, classes=["recap-example"])]

    def _result(self, text: StringList, path: str, offset: int) -> list[nodes.Node]:
        """Return the result of an example, and report its mistakes at their place in its file."""
        self.env.metadata[self.env.docname]["recap-examples"] = "yes"  # what the page shows is not what it is about
        document = self.state.document
        page, document["source"] = document["source"], path  # where Markdown looks it up
        try:
            with switch_source_input(self.state, text):
                result = nested_parse_to_nodes(self.state, text, offset=offset, allow_section_headings=False)
        finally:
            document["source"] = page
        # Markdown reports its own mistakes at that line of the page.
        for mistake in [node for part in result for node in part.findall(nodes.system_message)]:
            message = f"{self.name}: the example has a mistake: {nodes.Element.astext(mistake)}"
            place = f"{mistake['source']}:{mistake.get('line', 1)}"
            report(RecapWarning.DIRECTIVE_REFERENCE, message, place, lost=True)
        return result

    def _sample(self, name: str) -> list[nodes.Node]:
        """Return the example of a data file, if there is one."""
        text = self._read(f"{name}.yaml") if "examples" in self.options else None
        return [] if text is None else [_block(text, "yaml")]

    def _read(self, name: str) -> str | None:
        """Return the text of an example, and make the page depend on it; None if it does not exist."""
        relative, path = self.env.relfn2path(f"{self.options['examples']}/{name}")
        try:
            text = Path(path).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        self.env.note_dependency(relative)
        return text


def _code(text: str) -> nodes.literal:
    return nodes.literal(text, text)


def _inline(text: str) -> Iterator[nodes.Node]:
    """Yield the nodes of a text; text in backquotes becomes code."""
    at = 0
    for match in _CODE.finditer(text):
        yield nodes.Text(text[at : match.start()])
        yield _code(match[2])
        at = match.end()
    yield nodes.Text(text[at:])


def _instruction(declared: Argument | Option, before: str = "") -> str:
    """Return what to write, and the default."""
    example = f"{before} {declared.example}".strip()
    if not declared.write:
        words = f"Write only `{example}`."
    elif f"`{declared.example}`" in declared.write:
        words = f"Write {declared.write}."
    else:
        words = f"Write {declared.write}, such as `{example}`."
    return f"{words} Default: {declared.default}." if declared.default else words


def _one(record: str) -> str:
    """Return the name of a record for a sentence: ``a recorded link``, or ``recorded links``."""
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", record).lower()
    return words if words.endswith("s") else f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _link(anchor: str, content: nodes.Node) -> nodes.reference:
    return nodes.reference("", "", content, refid=nodes.make_id(anchor))


def _as_yaml(value: object) -> str:
    return yaml.safe_dump(value, default_flow_style=True).strip() if isinstance(value, list | dict) else str(value)


def _find(schema: Any, key: str, default: Any) -> Any:  # noqa: ANN401 (a tree of JSON)
    """Return the first value of a key anywhere in a schema."""
    if isinstance(schema, dict) and key in schema:
        return schema[key]
    parts = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    return next((result for part in parts if (result := _find(part, key, default)) != default), default)


def _block(text: str, language: str) -> nodes.literal_block:
    text = text.rstrip()
    return nodes.literal_block(text, text, language=language)


def _sources(texts: dict[str, str]) -> nodes.container:
    """Return the sources of an example, one block for each syntax."""
    items = [
        nodes.container("", nodes.rubric("", _SYNTAXES[syntax]), _block(text, syntax)) for syntax, text in texts.items()
    ]
    return nodes.container("", *items, classes=[SOURCES])


class SourceTabs(PageTransform):
    """Shows the sources of each example as synchronised tabs of sphinx-design, in pages for a browser."""

    default_priority = 190  # before the transform of sphinx-design for tabs

    def is_supported(self) -> bool:
        """Return whether sphinx-design is there to show them."""
        return super().is_supported() and "sphinx_design" in application(self.env).extensions

    def run(self, **_: Any) -> None:
        """Give the containers the form that sphinx-design expects."""
        for sources in [node for node in self.document.findall(nodes.container) if SOURCES in node["classes"]]:
            tabs = []
            for label, block in zip(sources.findall(nodes.rubric), sources.findall(nodes.literal_block), strict=True):
                label["classes"].append("sd-tab-label")
                label["sync_group"], label["sync_id"] = "syntax", block["language"]
                tabs.append(_component("tab-item", label, _component("tab-content", block)))
            sources.replace_self(_component("tab-set", *tabs, classes=[SOURCES]))


class TermLinks(PageTransform):
    """Adds permalinks to terms, like those of headings, in pages for a browser."""

    default_priority = 190

    def run(self, **_: Any) -> None:
        """Add one to each term with an id."""
        if not self.config.html_permalinks:
            return
        for rows in [node for node in self.document.findall(nodes.definition_list) if ROWS in node["classes"]]:
            for term in [node for node in rows.findall(nodes.term) if node["ids"]]:
                icon = nodes.raw("", self.config.html_permalinks_icon, format="html")
                link = nodes.reference("", "", icon, refid=term["ids"][0], classes=["headerlink"])
                link["reftitle"] = "Link to this term"
                term.append(link)


def _component(name: str, *children: nodes.Node, classes: Sequence[str] = ()) -> nodes.container:
    """Return a node like those of sphinx_design.shared.create_component."""
    return nodes.container("", *children, is_div=True, design_component=name, classes=[f"sd-{name}", *classes])


def setup_reference(app: Sphinx) -> None:
    """Set up the directive and its style sheet."""
    app.add_directive("recap-reference", ReferenceDirective)
    app.add_post_transform(TermLinks)
    app.add_post_transform(SourceTabs)
    add_page_assets(app, contains(nodes.definition_list, ROWS), "recap-reference.css")
