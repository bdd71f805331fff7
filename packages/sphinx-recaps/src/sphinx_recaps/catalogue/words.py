"""The texts of the controls of a list, for its template and for recap-catalogue.js."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx_recaps.core.language import number
from sphinx_recaps.core.messages import _, for_script, plural_forms

if TYPE_CHECKING:
    from sphinx_recaps.catalogue.view import catalogue
    from sphinx_recaps.registry.kinds import Kinds


def words_of(node: catalogue, topics: int, kinds: Kinds, language: str, *, controls: bool) -> dict[str, Any]:
    """Return the texts for the controls of a list with a number of topics.

    ``script`` holds those for recap-catalogue.js, which fills in the placeholders in braces.
    """
    kind, count = node["kind"], len(node["anchors"])
    entries = kinds.counted(kind, count)
    turn = f" ({node['number']})" if node["number"] > 1 else ""
    words: dict[str, Any] = {
        "filter": _("Filter the {nouns}").format(nouns=kinds.nouns(kind)) + turn,
        "find": _("Find in {entries}").format(entries=entries),
        "placeholder": _("Title, person, topic, address"),
        "sort": _("Sort by"),
        "orders": {"listed": _("As listed"), "code": _("Code"), "title": _("Title"), "topic": _("Topic")},
        "topics": _("Topics") + turn,
        "any": _("All"),
        "more": _("All {number} topics").format(number=number(topics, language)),
        "entries": entries,
        "wall": _("{names} at a glance").format(names=entries),
        "all": _("Show all {entries}").format(entries=entries),
    }
    script = _copy_link_texts()
    if controls:
        script |= {key: words[key] for key in ("entries", "more")} | _filter_texts(kinds.noun(kind), language)
    return {**words, "script": for_script(script)}


def _copy_link_texts() -> dict[str, Any]:
    return {"copy": _("Copy the link"), "copied": _("Copied"), "said": _("{name}: copied")}


def _filter_texts(noun: str, language: str) -> dict[str, Any]:
    """Return the sentences that describe the filtered list."""
    return {
        "name": f"{noun} {{code}}",
        "found": {
            "topics": _("{found} of {entries} in {topics}"),
            "words": _("{found} of {entries} matching “{words}”"),
            "both": _("{found} of {entries} in {topics}, matching “{words}”"),
        },
        "none": {
            "words": _("No {noun} matches “{words}”.").replace("{noun}", noun),
            "both": _("No {noun} matches “{words}” in {topics}.").replace("{noun}", noun),
        },
        "elsewhere": plural_forms("{number} does in other topics.", "{number} do in other topics.", language),
        "sorted": {
            "listed": _("{shown}, sorted as listed"),
            "code": _("{shown}, sorted by code"),
            "title": _("{shown}, sorted by title"),
            "topic": _("{shown}, sorted by topic"),
        },
        "unknown": _("There is no topic “{topic}”."),
        "fewer": _("Fewer topics"),
        "revealed": _("The filter was removed to show {name}."),
    }
