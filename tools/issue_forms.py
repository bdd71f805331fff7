"""The issue forms, whose fields are the keys of the data files.

``.venv/bin/python tools/issue_forms.py`` writes them again after a change of the records: names, descriptions, examples
and what is required come from the schema of the data files. What a form asks besides has no id.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

ROOT = Path(__file__).parents[1]

import yaml  # noqa: E402
from sphinx_recaps.data.schema import schemas  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Schema: TypeAlias = "Mapping[str, Any]"
Element: TypeAlias = dict[str, Any]

FOLDER = ROOT / ".github" / "ISSUE_TEMPLATE"
HEADER = "# Made by tools/issue_forms.py from the records of sphinx-recaps.\n"
GUIDE = "[CONTRIBUTING.md](../blob/HEAD/CONTRIBUTING.md)"
PARAGRAPHS = {"summary", "note"}  # text that may take several lines


def forms() -> dict[str, str]:
    """Return the text of each issue form by the name of its file."""
    catalogue = json.loads(schemas()["catalogue.json"])
    entry, link = catalogue["$defs"]["Entry"], catalogue["$defs"]["Link"]
    page = _question("input", "Page", "The page of this site: its address or its name.")
    return {
        "add-entry.yml": _form(
            "Add a talk or a poster",
            "A talk, poster, session, episode or resource that is missing here.",
            "A few fields are enough to start with; the others help. Text and pictures are published under "
            f"CC BY 4.0. To add the entry yourself, read {GUIDE}.",
            [page, _field("kind", catalogue, link), *(_field(key, entry, link) for key in entry["properties"])],
        ),
        "dead-link.yml": _form(
            "Report a dead link",
            "A link that does not work, or no longer goes to what it promises.",
            f"A dead link may have an archived copy. To fix it yourself, read {GUIDE}.",
            [page, *(_field(key, link, link) for key in link["properties"])],
        ),
        "correct-fact.yml": _form(
            "Correct a fact",
            "A name, a time, a title or anything else that is wrong.",
            f"Every fact here has a source that a reader can open. To correct it yourself, read {GUIDE}.",
            [
                page,
                _question("textarea", "Wrong", "What the page says."),
                _question("textarea", "Right", "What it should say."),
                _field("sources", {**entry, "required": ["sources"]}, link),
            ],
        ),
    }


def _form(name: str, description: str, text: str, fields: Iterable[Element]) -> str:
    introduction = {"type": "markdown", "attributes": {"value": text}}
    form = {"name": name, "description": description, "body": [introduction, *fields]}
    return HEADER + yaml.safe_dump(form, sort_keys=False, allow_unicode=True, width=100)


def _question(kind: str, label: str, description: str) -> Element:
    """Return what people must say although no data file has a key for it."""
    attributes = {"label": label, "description": description}
    return {"type": kind, "attributes": attributes, "validations": {"required": True}}


def _field(key: str, record: Schema, link: Schema) -> Element:
    """Return the element that asks for one key of a record."""
    schema = record["properties"][key]
    attributes: Element = {"label": key.capitalize(), "description": schema["description"]}
    if "enum" in schema:
        kind = "dropdown"
        attributes["options"] = schema["enum"]
    elif any(form.get("type") == "array" for form in (schema, *schema.get("anyOf", ()))):
        kind = "textarea"
        attributes["description"] += " One on each line."
    else:
        kind = "textarea" if key in PARAGRAPHS else "input"
    if example := _example(schema, link):
        attributes["placeholder"] = example
    return {"type": kind, "id": key, "attributes": attributes, "validations": {"required": key in record["required"]}}


def _example(schema: Schema, link: Schema) -> str:
    """Return what shows how a value is written: the examples of the record, or those of a link for a list of links."""
    examples = schema.get("examples", [])
    if examples and isinstance(examples[0], list):
        return "\n".join(examples[0])
    if "#/$defs/Link" in json.dumps(schema):
        examples = [" ".join(link["properties"][key]["examples"][0] for key in ("title", "url"))]
    return " or ".join(map(str, examples))


def main(folder: Path = FOLDER) -> None:
    """Write the forms into a folder."""
    for name, text in forms().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
