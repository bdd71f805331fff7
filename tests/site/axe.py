"""Accessibility, checked with axe-core: https://github.com/dequelabs/axe-core."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import axe_playwright_python

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# Marks the first two elements with text of each kind. Elements of a kind, and their ancestors, have the same names,
# classes and styles, and therefore the same colours. Returns the number of marked elements.
MARK_KINDS = """(part) => {
  const kinds = new Map(), counts = {};
  for (const element of document.querySelectorAll(`${part}, ${part} *`)) {
    const named = `${element.localName}.${element.getAttribute("class")}.${element.getAttribute("style")}`;
    const kind = `${kinds.get(element.parentElement)}>${named}`;
    kinds.set(element, kind);
    const words = [...element.childNodes].some(({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim());
    element.toggleAttribute("data-measured", words && (counts[kind] = (counts[kind] ?? 0) + 1) <= 2);
  }
  return document.querySelectorAll("[data-measured]").length;
}"""


def axe_violations(page: Page, part: str = "html", *, every_element: bool = True) -> list[str]:
    """Return the violations that axe-core finds on a page or in a part of it, one line per element.

    Contrast takes four times as long as everything else; without ``every_element``, it is checked for a sample.
    """
    page.evaluate(AXE)
    # Off by default; Lighthouse checks it on phones.
    is_phone: bool = page.evaluate("innerWidth < 500")
    rules = {"target-size": {"enabled": is_phone}, "color-contrast": {"enabled": every_element}}
    violations = _violations(page, part, {"rules": rules})
    if not every_element:
        assert page.evaluate(MARK_KINDS, part), f"there is no text in {part}"
        violations += _violations(page, "[data-measured]", {"runOnly": ["color-contrast"]})
    return [
        f"{rule['id']} ({rule['help']}): {node['html'][:200]}\n      {node['failureSummary']}"
        for rule in violations
        for node in rule["nodes"]
    ]


def _violations(page: Page, part: str, options: Mapping[str, Any]) -> list[dict[str, Any]]:
    all_options = {"preload": False, "iframes": False, "resultTypes": ["violations"], **options}
    violations: list[dict[str, Any]] = page.evaluate(
        "([part, options]) => axe.run({ include: [part] }, options).then(({ violations }) => violations)",
        [part, all_options],
    )
    return violations
